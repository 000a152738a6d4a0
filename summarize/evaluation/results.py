"""What an evaluation comes to: scores with their settings, and how sure they are.

Plain values only; knows neither how a score is computed nor how it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from summarize.errors import OptionError

Interval: TypeAlias = tuple[float, float]
_DIGITS = 4  # of what goes into JSON


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric of the same items' baseline outputs, and how far the evaluated ones are from it.

    Attributes:
        baseline: the baseline's score, 0 to 100.
        difference: the evaluated outputs' score less the baseline's.
        interval: 95% interval of the difference, by paired bootstrap; None without resampling.
    """

    baseline: float
    difference: float
    interval: Interval | None = None

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain values, ready for JSON."""
        return {
            "baseline": round(self.baseline, _DIGITS),
            "difference": round(self.difference, _DIGITS),
            "interval": _rounded(self.interval),
        }


@dataclass(frozen=True, slots=True, repr=False)
class Score:
    """One metric over all items.

    Attributes:
        metric: its name, as `evaluate` takes it.
        label: its name as people write it ("chrF2").
        value: of the corpus, 0 to 100. BLEU and chrF pool the counts of all items; ROUGE is the
            mean of the items' F1.
        items: of each item, in order, 0 to 100.
        signature: the settings behind `value`.
        item_signature: the settings behind `items`. BLEU's differ: an item is too short for the
            orders it has no words for (sacrebleu's effective order).
        interval: 95% interval of `value` by bootstrap over the items; None without resampling.
        comparison: with a baseline's outputs, where there are any.
    """

    metric: str
    label: str
    value: float
    items: tuple[float, ...]
    signature: str
    item_signature: str
    interval: Interval | None = None
    comparison: Comparison | None = None

    def __repr__(self) -> str:
        interval = "" if self.interval is None else " [{:.2f}, {:.2f}]".format(*self.interval)
        return f"Score({self.label} {self.value:.2f}{interval}, {len(self.items)} items)"

    def to_dict(self) -> dict[str, Any]:
        """The score as plain values, ready for JSON, rounded to four digits."""
        return {
            "metric": self.metric,
            "label": self.label,
            "value": round(self.value, _DIGITS),
            "interval": _rounded(self.interval),
            "comparison": self.comparison.to_dict() if self.comparison else None,
            "signature": self.signature,
            "item_signature": self.item_signature,
            "items": [round(value, _DIGITS) for value in self.items],
        }


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How often the checks found one kind of fault.

    Attributes:
        kind: of fault, as `news.checks` names it ("number", "repetition").
        severity: "error" changes what a reader learns, "warning" is worth a look.
        count: how many findings.
        items: the numbers (from 0) of the items that have one, in order.
    """

    kind: str
    severity: str
    count: int
    items: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """The count as plain values, ready for JSON."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "count": self.count,
            "items": list(self.items),
        }


@dataclass(frozen=True, slots=True, repr=False)
class Evaluation:
    """Outputs against their references.

    Attributes:
        task: "translation" or "summarization".
        language: of outputs and references, an ISO 639-1 code.
        items: how many outputs were scored.
        empty: how many of them are blank; they count, with 0.
        scores: one for each metric, in the order asked for.
        findings: what the checks found in the outputs, errors first; None without sources to check
            them against.
        bootstrap, seed: resamples behind the intervals (0: none), and the seed they came from.
        notes: what a reader should know of the outputs before believing the scores.

    `evaluation["chrf"]` is the score of that metric; iterating gives the scores.
    """

    task: str
    language: str
    items: int
    empty: int
    scores: tuple[Score, ...]
    findings: tuple[FindingCount, ...] | None = None
    bootstrap: int = 0
    seed: int = 0
    notes: tuple[str, ...] = ()

    def __getitem__(self, metric: str) -> Score:
        for score in self.scores:
            if score.metric == metric:
                return score
        raise OptionError.unknown("metric", metric, (score.metric for score in self.scores))

    def __iter__(self) -> Iterator[Score]:
        return iter(self.scores)

    def __repr__(self) -> str:
        scores = ", ".join(f"{score.label} {score.value:.2f}" for score in self.scores)
        return f"Evaluation({self.task}, {self.language}, {self.items} items: {scores})"

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as plain values, ready for JSON."""
        return {
            "task": self.task,
            "language": self.language,
            "items": self.items,
            "empty": self.empty,
            "bootstrap": self.bootstrap,
            "seed": self.seed if self.bootstrap else None,
            "scores": [score.to_dict() for score in self.scores],
            "findings": None
            if self.findings is None
            else [count.to_dict() for count in self.findings],
            "notes": list(self.notes),
        }


def _rounded(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(end, _DIGITS) for end in interval]
