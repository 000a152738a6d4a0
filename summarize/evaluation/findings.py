"""What the checks find in a set of outputs, counted by kind.

The one place where an evaluation meets `news.checks`. Knows no references: a finding is about
an output and its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from summarize.evaluation.results import FindingCount
from summarize.options import TRANSLATION

if TYPE_CHECKING:
    from summarize.news.checks import Finding


def count_findings(
    sources: Sequence[str],
    outputs: Sequence[str],
    *,
    task: str,
    language: str,
    source_language: str,
) -> tuple[FindingCount, ...]:
    """The findings in `outputs`, errors first, then the most frequent kind.

    Args:
        sources: what was translated or summarised, one for each output.
        outputs: blank ones are not looked at; they are counted elsewhere.
        task: "translation" or "summarization".
        language: of the outputs.
        source_language: of the sources.
    """
    return tally(
        _check(source, output, task=task, language=language, source_language=source_language)
        if output.strip()
        else ()
        for source, output in zip(sources, outputs, strict=True)
    )


def tally(found: Iterable[Iterable[Finding]]) -> tuple[FindingCount, ...]:
    """The findings of each item, in order, counted by kind and severity."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for number, findings in enumerate(found):
        for finding in findings:
            numbers.setdefault((finding.severity, str(finding.kind)), []).append(number)
    counts = [
        FindingCount(kind, severity, len(items), tuple(dict.fromkeys(items)))
        for (severity, kind), items in numbers.items()
    ]
    return tuple(sorted(counts, key=lambda each: (each.severity, -each.count, each.kind)))


def _check(
    source: str, output: str, *, task: str, language: str, source_language: str
) -> Iterable[Finding]:
    from summarize.news.checks import check_summary, check_translation

    if task == TRANSLATION:
        return check_translation(source, output, source_language, language)
    return check_summary(source, output, language)
