"""What a number in a text stands for: its value, its kind, its unit and where it stands.

Kinds, and what `value` and `unit` hold for each:

    number            value alone: "12.87", "Article 47"
    money             currency by ISO 4217 code ("USD"), or "cent" and "penny"
    percent           "%"; 3.5% has the value 7/2
    percentage point  "%p"
    count             of things: "person", "country", "time", ... or "" where none is told
    measure           "km", "kg", "°C", "km/h", ... (`units`), as written, not converted
    duration          "second" to "year"; a decade is ten years
    age               "year", "month", ...; people in their thirties have low 30, high 39
    ordinal           value alone; unit "century" for the 21st century
    multiple          three times as many, 3배
    fraction          one third, 절반
    score             no value; unit "2-1": results, votes and odds
    date              no value; unit as in `dates`: "2023-08-06", "XXXX-08", "199X",
                      "2023-Q3", "XXXX-WXX-2" (a Tuesday)
    time              hours since midnight; unit "24h", or "12h" where neither morning nor
                      afternoon is told
    name              the number in a name; unit "G20", "COVID-19", "5G"

Vague ones (수십 명, dozens, 두세 번) have no value but `low` and `high`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

KINDS = (
    "number",
    "money",
    "percent",
    "percentage point",
    "count",
    "measure",
    "duration",
    "age",
    "ordinal",
    "multiple",
    "fraction",
    "score",
    "date",
    "time",
    "name",
)


@dataclass(frozen=True, slots=True, repr=False)
class Quantity:
    """One number of a text.

    Attributes:
        value: exact, in `unit`; None for vague ones, scores and dates.
        kind: one of `KINDS`.
        unit: canonical, the same for both languages; "" for none.
        span: start and end in the text that was read.
        text: that stretch of it.
        approximate: said to be about, over, under, nearly (약, 여, 이상, ...).
        low: least value of a vague one.
        high: greatest value of a vague one.
        optional: one language often says what the other leaves out or words otherwise
            ("a man" is 한 남자, "both" is 두, "20달러(약 2만 원)" a converted price), so that
            its absence tells nothing.
    """

    value: Fraction | None
    kind: str
    unit: str
    span: tuple[int, int]
    text: str
    approximate: bool = False
    low: Fraction | None = None
    high: Fraction | None = None
    optional: bool = False

    def __repr__(self) -> str:
        parts = [self.kind]
        if self.approximate:
            parts.append("about")
        if self.low is not None and self.high is not None:
            parts.append(f"{float(self.low):,.15g} to {float(self.high):,.15g}")
        elif self.value is not None:
            parts.append(f"{float(self.value):,.15g}")
        parts += [self.unit] if self.unit else []
        parts += ["optional"] if self.optional else []
        return f"<{' '.join(parts)}: {self.text!r}>"


class Claims:
    """Quantities found in one text so far; a stretch that is claimed is not read again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Quantity] = []
        self._taken = bytearray(len(text))

    def free(self, start: int, end: int) -> bool:
        """Whether nothing between `start` and `end` is claimed."""
        return 1 not in self._taken[start:end]

    def block(self, start: int, end: int) -> None:
        """Holds a stretch that stands for nothing, so that no later rule reads it."""
        self._taken[start:end] = b"\1" * (end - start)

    def add(
        self,
        start: int,
        end: int,
        kind: str,
        value: Fraction | int | None = None,
        unit: str = "",
        *,
        approximate: bool = False,
        low: Fraction | int | None = None,
        high: Fraction | int | None = None,
        optional: bool = False,
    ) -> bool:
        """Claims `start` to `end` for a quantity, unless a part of it is taken."""
        if not self.free(start, end):
            return False
        self.block(start, end)
        self.found.append(
            Quantity(
                value=None if value is None else Fraction(value),
                kind=kind,
                unit=unit,
                span=(start, end),
                text=self.text[start:end],
                approximate=approximate,
                low=None if low is None else Fraction(low),
                high=None if high is None else Fraction(high),
                optional=optional,
            )
        )
        return True

    def in_order(self) -> tuple[Quantity, ...]:
        """What was found, as it stands in the text."""
        return tuple(sorted(self.found, key=lambda quantity: quantity.span))
