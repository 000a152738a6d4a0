"""An evaluation as lines of text: scores, findings, and the settings behind the scores.

Looks at results only; prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from summarize.evaluation.results import Evaluation, FindingCount, Interval, Score
from summarize.news.language import name_of
from summarize.options import TRANSLATION


def lines(evaluation: Evaluation) -> Iterator[str]:
    """The evaluation as a person reads it; columns only for what was computed."""
    direction = "into" if evaluation.task == TRANSLATION else "in"
    yield (
        f"{evaluation.task} {direction} {name_of(evaluation.language)}, {evaluation.items} items"
    )
    yield ""
    yield from aligned(_rows(evaluation))
    yield ""
    if evaluation.findings is not None:
        yield from _findings(evaluation.findings)
        yield ""
    yield from _signatures(evaluation)


def worst(
    score: Score, outputs: Sequence[str], references: Sequence[str], most: int
) -> Iterator[str]:
    """The `most` items with the lowest `score`, each with its reference and output."""
    order = sorted(range(len(score.items)), key=lambda i: score.items[i])
    for i in order[:most]:
        yield f"item {i + 1}, {score.label} {score.items[i]:.2f}"
        yield f"  reference: {' '.join(references[i].split())}"
        yield f"  output:    {' '.join(outputs[i].split())}"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """`rows` as lines: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]
        yield "  ".join(cells).rstrip()


def _rows(evaluation: Evaluation) -> list[list[str]]:
    intervals = bool(evaluation.bootstrap)
    compared = any(score.comparison for score in evaluation)
    heading = ["metric", "score"]
    heading += ["95% interval"] if intervals else []
    heading += ["baseline", "difference"] if compared else []
    heading += ["95% interval"] if intervals and compared else []
    rows = [heading]
    for score in evaluation:
        row = [score.label, f"{score.value:.2f}"]
        row += [_written(score.interval)] if intervals else []
        if score.comparison:
            row += [f"{score.comparison.baseline:.2f}", f"{score.comparison.difference:+.2f}"]
            row += [_written(score.comparison.interval, "+")] if intervals else []
        rows.append(row)
    return rows


def _findings(findings: Sequence[FindingCount]) -> Iterator[str]:
    if not findings:
        yield "no findings"
        return
    rows = [["finding", "severity", "count", "items"]]
    rows += [[f.kind, f.severity, str(f.count), str(len(f.items))] for f in findings]
    yield from aligned(rows)


def _written(interval: Interval | None, sign: str = "") -> str:
    return "" if interval is None else "[{0:{2}.2f}, {1:{2}.2f}]".format(*interval, sign)


def _signatures(evaluation: Evaluation) -> Iterator[str]:
    """One line for each set of settings, with the metrics that share it."""
    labels: dict[str, list[str]] = {}
    for score in evaluation:
        labels.setdefault(score.signature, []).append(score.label)
    for signature, names in labels.items():
        yield f"{', '.join(names)}: {signature}"
