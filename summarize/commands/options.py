"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from summarize.errors import InputError

if TYPE_CHECKING:
    from summarize.news.glossary import Glossary

F = TypeVar("F", bound=Callable[..., Any])


def glossary(command: F) -> F:
    """The option that names glossaries; the command gets one `Glossary`, or None."""
    return click.option(
        "--glossary",
        multiple=True,
        callback=_names_in,
        metavar="FILE",
        help="Names to keep: TSV, CSV or JSON, builtin or none. May be given again.",
    )(command)


def _names_in(
    context: click.Context, parameter: click.Parameter, files: tuple[str, ...]
) -> Glossary | None:
    """The names of all files, None without any; a wrong file or line is a usage error."""
    from summarize.news.glossary import Glossary

    try:
        return Glossary.of(files) if files else None
    except InputError as error:
        raise click.BadParameter(str(error)) from error
