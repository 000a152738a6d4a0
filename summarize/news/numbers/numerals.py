"""A numeral in a text, and a numeral with what it counts; figures and Roman numerals.

The numerals of each language are read by `english_numerals` and `korean_numerals`, and
what they count by `english` and `korean`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from summarize.news.numbers.quantity import Claims

FIGURES = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,18})(?:\.[0-9]{1,12})?"

_ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral at `start` to `end`; `style` is "digits", "words", "sino" or "native".

    `value` is None for a vague one, which has `low` and `high`; `scale` is the last power
    that it was multiplied by (10^6 for 2.5 million), 1 for none.
    """

    start: int
    end: int
    value: Fraction | None
    style: str
    approximate: bool = False
    low: Fraction | None = None
    high: Fraction | None = None
    scale: int = 1

    def times(self, factor: int, end: int) -> Numeral:
        """The same numeral, which is no vague one, multiplied and ending at `end`."""
        return replace(self, end=end, value=None if self.value is None else self.value * factor)


@dataclass(slots=True)
class Reading:
    """A numeral while its neighbours are still to be asked for its unit."""

    numeral: Numeral
    start: int
    end: int
    kind: str
    unit: str
    value: Fraction | None
    approximate: bool = False
    signed: bool = False

    def claim(self, claims: Claims, optional: bool) -> None:
        """Claims the reading as it now stands."""
        claims.add(
            self.start,
            self.end,
            self.kind,
            self.value,
            self.unit,
            approximate=self.approximate,
            low=self.numeral.low,
            high=self.numeral.high,
            optional=optional,
        )

    def take_scale(self, other: Reading) -> None:
        """The 10 of "10 to 15 million" is ten million: it takes the scale of `other`."""
        if self.value is None or other.value is None:
            return
        if self.numeral.style != "digits" and (self.numeral.style != "words" or self.value <= 1):
            return
        scale = other.numeral.scale
        if scale > 1 and self.numeral.scale == 1 and self.value < other.value / scale:
            self.value *= scale


def roman(text: str) -> int:
    """The value of a Roman numeral of I, V and X."""
    value, last = 0, 99
    for digit in (_ROMAN[character] for character in text):
        value += digit if digit <= last else digit - 2 * last
        last = digit
    return value
