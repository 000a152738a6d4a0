"""Which of the named models does which task.

Reads the catalog, and a directory's config.json; loads nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from summarize.errors import OptionError
from summarize.models import catalog
from summarize.options import SUMMARIZATION, TRANSLATION

BOTH = (SUMMARIZATION, TRANSLATION)


def tasks_of(name: str | Path) -> tuple[str, ...]:
    """What a model can be asked for, of summarization and translation.

    A name that tells nothing (a Hub id outside the catalog) is taken to do both;
    what it cannot do shows when it is loaded.
    """
    entry = catalog.lookup(str(name))
    if entry is not None:
        return tuple(task for task in BOTH if task in entry.tasks)
    try:
        config = json.loads((Path(name) / "config.json").read_text(encoding="utf-8"))
        family = catalog.family_of(
            config["model_type"], is_encoder_decoder=bool(config.get("is_encoder_decoder"))
        )
    except (OSError, ValueError, KeyError, TypeError):
        return BOTH
    return tuple(task for task in BOTH if task in family.tasks)


def extracts(name: str | Path) -> bool:
    """Whether a model is a base model of the catalog, which writes worse than extraction picks."""
    entry = catalog.lookup(str(name))
    return entry is not None and entry.prompt == "fewshot"


def same_model(first: str | Path, second: str | Path) -> bool:
    """Whether two names are of one model: alike, or a Hub id and its alias."""
    entries = [catalog.lookup(str(name)) for name in (first, second)]
    return str(first) == str(second) or (entries[0] is not None and entries[0] == entries[1])


def assign(names: Sequence[str | Path]) -> dict[str, str | Path]:
    """Give each task its model: the one named, or of two the one that does it.

    Args:
        names: none, one for what it does, or two, one for each task.

    Returns:
        Task to model; a task that no named model does is left out.

    Raises:
        OptionError: more than two, or two that do only the same task.
    """
    if len(names) > len(BOTH):
        raise OptionError(f"at most two models, one for each task, not {len(names)}.")
    if len(names) < len(BOTH):
        return {task: name for name in names for task in tasks_of(name)}
    for first, second in (names, names[::-1]):
        if SUMMARIZATION in tasks_of(first) and TRANSLATION in tasks_of(second):
            return {SUMMARIZATION: first, TRANSLATION: second}
    only = tasks_of(names[0])
    raise OptionError(
        f"{names[0]} and {names[1]} both do only {' and '.join(only) or 'other tasks'}; "
        "name one model for summaries and one for translation."
    )
