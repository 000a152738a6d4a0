"""The command line: read, call, print.

Results go to stdout, progress and notes to stderr. Exit status: 0 done, 1 some
inputs failed, 2 usage. Nothing heavy is imported until a command runs.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from summarize.commands import options
from summarize.commands.average import average
from summarize.commands.check import check
from summarize.commands.evaluate import evaluate
from summarize.commands.tune import tune
from summarize.errors import (
    OptionError,
    RefusedModelError,
    SummarizeError,
    UnknownModelError,
)
from summarize.options import METHODS

if TYPE_CHECKING:
    from summarize.digester import Digest
    from summarize.news.article import SetAside, Source
    from summarize.news.checks import Finding
    from summarize.news.glossary import Glossary
    from summarize.repair import Repair
    from summarize.summarizer import Summary
    from summarize.translation import Translation

LANGUAGES = {"en": "English", "ko": "한국어"}
F = TypeVar("F", bound=Callable[..., Any])


class Result(Protocol):
    """What the three tasks return, as far as printing goes."""

    @property
    def error(self) -> SummarizeError | None:
        """Why something is missing."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks found."""

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """What was mended."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""


class Commands(click.Group):
    """The group of commands; turns the library's errors into exit statuses."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a wrong option or model exits with 2, anything else of ours with 1."""
        try:
            return super().invoke(ctx)
        except (OptionError, UnknownModelError, RefusedModelError) as error:
            raise click.UsageError(str(error)) from error
        except SummarizeError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="summarize")
def main() -> None:
    """Summarise news articles and translate them between English and Korean.

    INPUTS are files (text or HTML), http(s) URLs, or - for standard input, which is also read
    when something is piped in. Articles may be in English or Korean.

    \b
      summarize digest article.txt          a summary, and its translation
      summarize translate --to en 기사.txt   a whole article, sentence by sentence
      cat article.txt | summarize summary --sentences 2
    """  # noqa: D301 (click reads the escape, so the string cannot be raw)
    # Torch's threads spin while they wait, which on a shared machine takes the core from the
    # thread they wait for: up to twenty times slower (benchmarks/LOG.md). Read when torch loads.
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")


def inputs(command: F) -> F:
    """The INPUTS argument and the options that every task has."""
    for decorate in (
        click.argument("inputs", nargs=-1, metavar="[INPUTS]..."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object a line."),
        click.option("--from", "language", help="Language of the input; found when not given."),
        click.option("--device", default="auto", show_default=True, help="cpu, cuda, cuda:1, mps."),
        click.option("--offline", is_flag=True, help="Never open a connection."),
        click.option("--quiet", "-q", is_flag=True, help="No notes and no progress on stderr."),
    ):
        command = decorate(command)
    return command


def checks(command: F) -> F:
    """The options that say what is done about findings."""
    strict = click.option("--strict", is_flag=True, help="Exit with 1 when a check finds an error.")
    mend = click.option(
        "--repair", is_flag=True, help="Try sentences with errors again, otherwise."
    )
    return strict(mend(command))


def length(command: F) -> F:
    """The options that say how long a summary is, and how it is made."""
    made = click.option(
        "--method",
        type=click.Choice(METHODS),
        default="auto",
        help="generate: the model writes; extract: the article's sentences; tighten: these, with "
        "words left out.  [default: what suits the model]",
    )
    words = click.option("--max-words", type=click.IntRange(1), help="At most this many words.")
    count = click.option("--sentences", type=click.IntRange(1), help="At most this many sentences.")
    return count(words(made(command)))


def adapted(command: F) -> F:
    """The option that names an adapter."""
    return click.option(
        "--adapter", metavar="DIR", help="What `summarize tune` made; none for the bare model."
    )(command)


def wording(command: F) -> F:
    """The options that say how a translation is worded."""
    for decorate in (
        options.glossary,
        click.option(
            "--register", type=click.Choice(["news", "polite"]), help="Korean in 한다 or 합니다."
        ),
        click.option(
            "--numbers/--no-numbers",
            default=True,
            help="Take the beam that has the source's numbers, and put wrong numbers right where "
            "it is plain which became which.  [default: on]",
        ),
    ):
        command = decorate(command)
    return command


@main.command()
@inputs
@checks
@length
@wording
@click.option("--to", type=click.Choice(list(LANGUAGES)), help="Language of the translation.")
@click.option("--model", "models", multiple=True, help="For both tasks; or give one for each.")
@adapted
def digest(
    inputs: tuple[str, ...],
    to: str | None,
    models: tuple[str, ...],
    adapter: str | None,
    method: str,
    sentences: int | None,
    max_words: int | None,
    glossary: Glossary | None,
    register: str | None,
    numbers: bool,
    language: str | None,
    strict: bool,
    repair: bool,
    as_json: bool,
    device: str,
    offline: bool,
    quiet: bool,
) -> None:
    """Summarise articles and translate the summaries."""
    sources = sources_of(inputs)
    with notes_on_stderr(quiet):
        from summarize.digester import Digester

        with Digester.open(
            models,
            method=method,
            language=language,
            device=device,
            offline=offline or None,
            adapter=adapter,
            repair=repair,
            glossary=glossary,
            register=register,
            numbers=numbers,
        ) as digester:
            results = digester.many(
                sources, to, sentences=sentences, max_words=max_words, progress=shown(quiet)
            )
            report(results, sources, as_json, quiet, print_digest, strict)


@main.command()
@inputs
@checks
@length
@click.option("--model", help="Catalog name, Hub id or directory.")
@adapted
def summary(
    inputs: tuple[str, ...],
    model: str | None,
    adapter: str | None,
    method: str,
    sentences: int | None,
    max_words: int | None,
    language: str | None,
    strict: bool,
    repair: bool,
    as_json: bool,
    device: str,
    offline: bool,
    quiet: bool,
) -> None:
    """Summarise articles, each in its own language."""
    sources = sources_of(inputs)
    with notes_on_stderr(quiet):
        from summarize.summarizer import Summarizer

        with Summarizer(
            model,
            method=method,
            language=language,
            device=device,
            offline=offline or None,
            adapter=adapter,
            repair=repair,
        ) as summarizer:
            results = summarizer.many(
                sources, sentences=sentences, max_words=max_words, progress=shown(quiet)
            )
            report(results, sources, as_json, quiet, print_summary, strict)


@main.command()
@inputs
@checks
@wording
@click.option("--to", help="Target language: ko, en, or another code that the model knows.")
@click.option("--model", help="Catalog name, Hub id or directory.")
@adapted
def translate(
    inputs: tuple[str, ...],
    to: str | None,
    model: str | None,
    adapter: str | None,
    glossary: Glossary | None,
    register: str | None,
    numbers: bool,
    language: str | None,
    strict: bool,
    repair: bool,
    as_json: bool,
    device: str,
    offline: bool,
    quiet: bool,
) -> None:
    """Translate whole articles, sentence by sentence."""
    sources = sources_of(inputs)
    with notes_on_stderr(quiet):
        from summarize.translator import Translator

        with Translator(
            model,
            device=device,
            offline=offline or None,
            glossary=glossary,
            register=register,
            numbers=numbers,
            adapter=adapter,
            repair=repair,
        ) as translator:
            results = translator.many(sources, to, source=language, progress=shown(quiet))
            report(results, sources, as_json, quiet, print_translation, strict)


@main.command()
def models() -> None:
    """List the known models: tasks, languages, size, licence, where the weights are."""
    from summarize.inventory import table

    for line in table():
        click.echo(line)


@main.command()
@click.option("--device", default="auto", show_default=True, help="cpu, cuda, cuda:1, mps.")
@click.option("--model", help="The model to test; by default the best at hand.")
def doctor(device: str, model: str | None) -> None:
    """Check this installation: versions, device, weights, and a self-test."""
    from summarize.inventory import examine

    healthy = True
    for finding in examine(device=device, model=model):
        healthy = healthy and finding.ok
        click.echo(str(finding))
    sys.exit(0 if healthy else 1)


main.add_command(check)
main.add_command(tune)
main.add_command(average)
main.add_command(evaluate)


def sources_of(names: tuple[str, ...]) -> list[Source]:
    """What the INPUTS name; standard input when nothing is named and something is piped in.

    Raises:
        click.UsageError: nothing named, nothing piped in.
    """
    if not names:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError("name a file or a URL, or pipe an article in. See --help.")
        names = ("-",)
    if names.count("-") > 1:
        raise click.UsageError("standard input (-) can be read once.")
    return [source_of(name) for name in names]


def source_of(name: str) -> Source:
    """A URL as it is, the bytes of standard input, or a path."""
    if name == "-":
        return sys.stdin.buffer.read()
    return name if "://" in name else Path(name)


def shown(quiet: bool) -> bool | None:
    """Whether to show progress: on a terminal, where it does not come between the results."""
    return False if quiet or sys.stdout.isatty() else None


@contextmanager
def notes_on_stderr(quiet: bool) -> Iterator[None]:
    """Show the library's notes on stderr while a command runs, or none when quiet."""
    log = logging.getLogger("summarize")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    handler.setLevel(logging.ERROR if quiet else logging.INFO)
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = True


def report(
    results: Iterable[Result],
    sources: list[Source],
    as_json: bool,
    quiet: bool,
    show: Callable[[Any, bool], None],
    strict: bool = False,
) -> None:
    """Print each result as it comes; exit with 1 when any failed.

    With `strict`, a result in which the checks found an error has failed, too.
    """
    failed = 0
    for source, result in zip(sources, results, strict=True):
        name = str(source) if isinstance(source, str | Path) else "standard input"
        if len(sources) > 1 and not as_json:
            click.secho(f"== {name}", bold=True)
        if as_json:
            click.echo(json.dumps(result.to_dict(), ensure_ascii=False))
        elif result.error is None or str(result):
            show(result, quiet)
        if not quiet and not as_json:
            print_findings(result)
        if strict and any(finding.severity == "error" for finding in result.findings):
            failed += 1
        if result.error is not None:
            failed += 1
            message = str(result.error)
            about = "" if message.startswith(name) else f"{name}: "
            click.secho(f"{about}{message}", fg="red", err=True)
        sys.stdout.flush()
    if failed:
        sys.exit(1)


def print_digest(digest: Digest, quiet: bool) -> None:
    """Headline and summary, then both again in the other language."""
    print_part(digest.language, digest.headline, digest.summary.text)
    if digest.translation.text:
        click.echo()
        translation = digest.translation
        print_part(translation.language, translation.headline, translation.text)
    if not quiet:
        notes = [*digest.summary.notes, *digest.translation.notes]
        print_notes(notes, digest.set_aside)


def print_summary(summary: Summary, quiet: bool) -> None:
    """Headline and summary."""
    print_part(summary.language, summary.headline, summary.text)
    if not quiet:
        print_notes(summary.notes, ())


def print_translation(translation: Translation, quiet: bool) -> None:
    """Translated headline and text."""
    print_part(translation.language, translation.headline, translation.text)
    if not quiet:
        print_notes(translation.notes, ())


def print_findings(result: Result) -> None:
    """What was mended and what the checks found, on stderr."""
    for repair in result.repairs:
        kinds = ", ".join(repair.kinds)
        told = f"repaired ({repair.how}; {kinds}): {shortened(repair.before)}"
        click.secho(told, fg="cyan", err=True)
    for finding in result.findings:
        click.secho(str(finding), fg="red" if finding.severity == "error" else "yellow", err=True)


def print_part(language: str, headline: str | None, text: str) -> None:
    """One language's headline and text, under the language's name."""
    click.secho(f"[{LANGUAGES.get(language, language)}]", dim=True)
    if headline:
        click.secho(headline, bold=True)
    click.echo(text)


def print_notes(notes: Iterable[str], set_aside: Iterable[SetAside]) -> None:
    """What a reader should know of how the result came about, on stderr."""
    for note in notes:
        click.secho(f"note: {note}", fg="yellow", err=True)
    for item in set_aside:
        click.secho(f"set aside ({item.rule}): {shortened(item.text)}", dim=True, err=True)


def shortened(text: str, width: int = 70) -> str:
    """The beginning of `text` on one line."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
