"""A translation as it is handed out: its text, and every sentence beside its source's.

Knows nothing of how it came about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from summarize.errors import SummarizeError
from summarize.repair import Repair, briefly

if TYPE_CHECKING:
    from summarize.news.checks import Finding


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A source sentence, its translation, and the number of their paragraph (from 0)."""

    source: str
    target: str
    paragraph: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The pair as plain values, ready for JSON."""
        return {"source": self.source, "target": self.target, "paragraph": self.paragraph}


@dataclass(frozen=True, slots=True, repr=False)
class Translation:
    """A translation of one text, aligned sentence by sentence with its source.

    Attributes:
        text: the translation, laid out as its source is.
        language, source_language: ISO 639-1 codes.
        headline: the translated headline, where the source had one.
        pairs: every sentence with its translation, in order.
        model: what made the translation.
        notes: what a reader should know of how it came about.
        findings: what the checks found wrong in it; their `sentence` is a number of `pairs`.
        repairs: the sentences that were translated again, and what was kept.
        error: why there is no translation; `text` is then empty.
    """

    text: str = ""
    language: str = ""
    source_language: str = ""
    headline: str | None = None
    pairs: tuple[SentencePair, ...] = ()
    model: str = ""
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    error: SummarizeError | None = field(default=None, compare=False)

    @property
    def ok(self) -> bool:
        """Whether there is a translation."""
        return self.error is None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        if self.error is not None:
            return f"Translation(error={self.error!r})"
        direction = f"{self.source_language}->{self.language}"
        size = f"{len(self.pairs)} pairs{briefly(self.findings, self.repairs)}"
        return f"Translation({self.text!r}, {direction}, {size}, by {self.model})"

    def to_dict(self) -> dict[str, Any]:
        """The translation as plain values, ready for JSON."""
        return {
            "text": self.text,
            "language": self.language,
            "source_language": self.source_language,
            "headline": self.headline,
            "pairs": [pair.to_dict() for pair in self.pairs],
            "model": self.model,
            "notes": list(self.notes),
            "findings": [finding.to_dict() for finding in self.findings],
            "repairs": [repair.to_dict() for repair in self.repairs],
            "error": self.error.to_dict() if self.error else None,
        }
