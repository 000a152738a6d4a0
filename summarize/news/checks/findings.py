"""What a check reports: one finding each, typed, placed, and said so that a person understands.

Knows no language and no rule; the rules are its neighbours'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias

Span: TypeAlias = tuple[int, int]
"""Characters from the first to before the second, counted in the text that was checked."""

Severity: TypeAlias = Literal["error", "warning"]


class Kind(StrEnum):
    """What is wrong; the values are what JSON and the command line show."""

    MISSING = "missing"
    """A sentence or a clause of the source has no counterpart."""
    ADDED = "added"
    """A sentence of the output has no counterpart in the source."""
    NUMBER = "number"
    """A number, amount or share was changed, dropped or invented."""
    SCALE = "scale"
    """The same digits with another unit scale: 억 for 조, million for billion."""
    DATE = "date"
    """A date or a time was changed, dropped or invented."""
    NAME = "name"
    """A name was changed, dropped or invented."""
    SCRIPT = "script"
    """Letters that the output's language does not use."""
    UNTRANSLATED = "untranslated"
    """Words of the source left as they were."""
    LANGUAGE = "language"
    """The output is in another language than was asked for."""
    REPETITION = "repetition"
    """Words or sentences that come again and again."""
    LENGTH = "length"
    """Far shorter or longer than its source."""
    QUOTATION = "quotation"
    """Quotation marks lost, or a quotation that the source does not hold."""
    NEGATION = "negation"
    """One side says that something is, the other that it is not."""
    CAPTION = "caption"
    """A sentence of a summary that stands in a caption, not in the article."""
    CUT_OFF = "cut off"
    """A sentence that stops before its end."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with an output.

    Attributes:
        kind: what is wrong.
        severity: "error" changes what a reader learns; "warning" is worth a look.
        message: the same for a person, with the words at issue.
        source_span, target_span: where, in the two texts; None where there is no place.
        sentence: the number (from 0) of the pair, or of the summary's sentence, that the spans
            count in; None when they count in the whole text. A headline has the number -1.
    """

    kind: Kind
    severity: Severity
    message: str
    source_span: Span | None = None
    target_span: Span | None = None
    sentence: int | None = None

    def __str__(self) -> str:
        return f"{self.severity}: {self.kind}: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain values, ready for JSON."""
        return {
            "kind": str(self.kind),
            "severity": self.severity,
            "message": self.message,
            "source_span": list(self.source_span) if self.source_span else None,
            "target_span": list(self.target_span) if self.target_span else None,
            "sentence": self.sentence,
        }


def error(
    kind: Kind, message: str, source: Span | None = None, target: Span | None = None
) -> Finding:
    """A finding that changes what a reader learns."""
    return Finding(kind, "error", message, source, target)


def warning(
    kind: Kind, message: str, source: Span | None = None, target: Span | None = None
) -> Finding:
    """A finding that is worth a look."""
    return Finding(kind, "warning", message, source, target)


def count_errors(findings: Iterable[Finding]) -> int:
    """How many of `findings` are errors."""
    return sum(finding.severity == "error" for finding in findings)


def quoted(text: str, width: int = 60) -> str:
    """`text` on one line in quotes, cut in its middle where it is long."""
    line = " ".join(text.split())
    if len(line) > width:
        line = f"{line[: width * 2 // 3]}…{line[-(width // 3) :]}"
    return f"“{line}”"
