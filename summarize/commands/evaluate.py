"""`summarize evaluate`: read outputs and references, score, print.

Which field of a file holds what is worked out by `evaluation.sets` and told on stderr.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarize.errors import InputError, OptionError
from summarize.options import SUMMARIZATION, TRANSLATION

if TYPE_CHECKING:
    from summarize.evaluation.sets import Column, Table

_METRICS = ("bleu", "chrf", "chrf++", "rouge1", "rouge2", "rougeL", "rouge")
_LANGUAGES = ("en", "ko")
_FILE = click.Path(path_type=Path, allow_dash=True)
_STDIN = Path("-")


@click.command()
@click.argument("outputs", type=_FILE)
@click.argument("references", type=_FILE)
@click.option("--sources", type=_FILE, help="What was translated or summarised, to check against.")
@click.option("--baseline", type=_FILE, help="Other outputs for the same items, to compare with.")
@click.option("--task", type=click.Choice([TRANSLATION, SUMMARIZATION]), help="Default: by file.")
@click.option("--language", type=click.Choice(_LANGUAGES), help="Found when not given.")
@click.option(
    "--metric", "metrics", multiple=True, type=click.Choice(_METRICS), help="Default: by task."
)
@click.option("--bootstrap", type=click.IntRange(0), default=0, help="Resamples for 95% intervals.")
@click.option("--seed", type=click.IntRange(0), help="Of the resamples.  [default: sacrebleu's]")
@click.option("--findings/--no-findings", default=True, help="Check outputs against sources.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many items.")
@click.option("--output-field", help="Field (JSONL) or column number (TSV) of the outputs.")
@click.option("--reference-field", help="The same for the references.")
@click.option("--source-field", help="The same for the sources.")
@click.option(
    "--worst",
    type=click.IntRange(0),
    default=0,
    help="Show so many items, lowest last metric first.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with each item's scores.")
@click.option("--quiet", "-q", is_flag=True, help="No notes on stderr.")
def evaluate(
    outputs: Path,
    references: Path,
    sources: Path | None,
    baseline: Path | None,
    task: str | None,
    language: str | None,
    metrics: tuple[str, ...],
    bootstrap: int,
    seed: int | None,
    findings: bool,
    limit: int | None,
    output_field: str | None,
    reference_field: str | None,
    source_field: str | None,
    worst: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Score OUTPUTS against REFERENCES with BLEU, chrF or ROUGE, in Korean or English.

    All are files with one item a line: plain lines, TSV, or JSONL (for texts with line breaks,
    and for what this program prints with --json); - is standard input, as lines. A set that
    holds several sides, such as English and Korean or article and summary, can be given as it
    is. Where the sources are known, from such a set or by --sources, the outputs are checked
    against them too.

    \b
      summarize evaluate ours.ko.txt flores.tsv --bootstrap 1000
      summarize evaluate summaries.jsonl set.jsonl --baseline lead.jsonl --bootstrap 1000
      summarize evaluate all.jsonl all.jsonl --output-field ours --reference-field human
    """  # noqa: D301 (click reads the escape, so the string cannot be raw)
    from summarize import evaluation
    from summarize.evaluation import sets, table

    paths = {"outputs": outputs, "references": references}
    paths |= {"baseline": baseline} if baseline else {}
    paths |= {"sources": sources} if sources and findings else {}
    if list(paths.values()).count(_STDIN) > 1:
        raise click.UsageError("standard input (-) can be read once.")
    files = {what: _read(path).first(limit) for what, path in paths.items()}
    left, right = files["outputs"], files["references"]
    task = task or sets.likely_task(right)
    language = language or _language(left, right, output_field, reference_field, task)

    columns = {
        "outputs": sets.pick(left, sets.OUTPUT, task, language, output_field),
        "references": sets.pick(right, sets.REFERENCE, task, language, reference_field),
    }
    if baseline:
        rival = files["baseline"]
        field = output_field if rival.fields else None
        columns["baseline"] = sets.pick(rival, sets.OUTPUT, task, language, field)
    if sources and findings:
        before = evaluation.source_language(language, task)
        columns["sources"] = sets.pick(files["sources"], sets.SOURCE, task, before, source_field)
    elif findings and (found := sets.beside(right, columns["references"], task, source_field)):
        columns["sources"] = found
    _check_aligned(columns)

    texts = {what: column.texts for what, column in columns.items()}
    result = evaluation.evaluate(
        **texts,
        language=language,
        task=task,
        metrics=metrics or None,
        bootstrap=bootstrap,
        seed=evaluation.SEED if seed is None else seed,
    )
    if as_json:
        click.echo(json.dumps(result.to_dict(), ensure_ascii=False))
    else:
        click.echo("\n".join(table.lines(result)))
        if worst:
            lowest = table.worst(result.scores[-1], texts["outputs"], texts["references"], worst)
            click.echo("\n".join(["", *lowest]))
    if not quiet:
        where = "; ".join(f"{what}: {column.where}" for what, column in columns.items())
        click.secho(where, dim=True, err=True)
        for note in result.notes:
            click.secho(f"note: {note}", fg="yellow", err=True)


def _read(path: Path) -> Table:
    from summarize.evaluation import sets

    if path == _STDIN:
        return sets.parse(sys.stdin.buffer.read(), "standard input")
    return sets.read(path)


def _language(
    left: Table, right: Table, output_field: str | None, reference_field: str | None, task: str
) -> str:
    """The language of the references; of the outputs, where a set's column waits to be told it."""
    from summarize.evaluation import sets

    for table, role, field in (
        (right, sets.REFERENCE, reference_field),
        (left, sets.OUTPUT, output_field),
    ):
        if field or table.of_objects or len(table.fields) < 2:
            found = sets.pick(table, role, task, None, field)
            language = found.language()
            if language in _LANGUAGES:
                return language
            raise OptionError(
                f"{found.where} is neither Korean nor English by the look of it; "
                "name its language with --language."
            )
    raise OptionError(
        f"{left.name} and {right.name} both hold several columns; name the language of the "
        "outputs with --language, or the columns with --output-field and --reference-field."
    )


def _check_aligned(columns: dict[str, Column]) -> None:
    reference = columns["references"]
    most = len(reference.texts)
    for column in columns.values():
        count = len(column.texts)
        if count != most:
            hint = "a line is missing or split (texts with line breaks need JSONL)"
            if count < most:
                hint += f"; to score only the first {count}, pass --limit {count}"
            raise InputError(
                f"{column.where} has {count} items and {reference.where} has {most}, and they "
                f"must match one to one: {hint}."
            )
