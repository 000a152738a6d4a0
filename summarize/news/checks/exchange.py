"""Whether a sum said once more in another currency can be so: "12억 달러(약 1조6000억 원)".

Rates move, so a wide range of each is known: about the lowest and the highest since 1995, set
down from memory and rounded outwards. A sum in brackets beyond it is another sum, most often by a
power of ten. Knows no dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from summarize.news.numbers import Quantity

# Units for one US dollar, the least and the most.
_PER_DOLLAR = {
    "USD": ("1", "1"),
    "KRW": ("750", "2000"),
    "JPY": ("75", "165"),
    "EUR": ("0.6", "1.25"),
    "GBP": ("0.45", "0.95"),
    "CNY": ("6", "8.8"),
    "HKD": ("7.7", "7.9"),
    "TWD": ("25", "36"),
    "AUD": ("0.9", "2.1"),
    "CAD": ("0.9", "1.7"),
    "SGD": ("1.2", "1.9"),
    "INR": ("30", "95"),
    "CHF": ("0.75", "1.85"),
    "THB": ("24", "56"),
    "SEK": ("5.8", "11.5"),
}


def misconverted(text: str, quantities: Iterable[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """Sums of `text` with the sum in brackets behind them that cannot be the same money."""
    sums = [q for q in quantities if q.kind == "money" and q.value]
    for said, again in pairwise(sums):
        between = text[said.span[1] : again.span[0]]
        if again.optional and "(" in between and not _can_be(said, again):
            yield said, again


def _can_be(a: Quantity, b: Quantity) -> bool:
    if a.unit == b.unit or a.unit not in _PER_DOLLAR or b.unit not in _PER_DOLLAR:
        return True
    (a_low, a_high), (b_low, b_high) = _in_dollars(a), _in_dollars(b)
    return a_low <= b_high and b_low <= a_high


def _in_dollars(q: Quantity) -> tuple[Fraction, Fraction]:
    """The least and the most dollars, rounding allowed for."""
    assert q.value is not None, "vague sums are left out"
    least, most = map(Fraction, _PER_DOLLAR[q.unit])
    return q.value / most * Fraction(9, 10), q.value / least * Fraction(11, 10)
