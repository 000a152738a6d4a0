"""Whether the numbers of two texts agree, whichever languages the texts are in.

Two quantities are the same when their values are equal and their kinds can stand for one
another: a bare number for anything that is counted ("G8" for 8개국, "12.87" for 12초87), an
ordinal for an age (Benedict XVI, 베네딕토 16세), a Korean day of the month for a length of
days (3일 is both). Money, percentages and percentage points stand only for themselves, and
currencies never for each other. Beyond equal values, the same are:

- lengths, weights, temperatures, speeds and times in another unit, within 3%, or 5% of
  an approximate one (75 mph, 시속 120km), since translators convert and round;
- an exact figure and an approximate one that is it rounded, with two digits or more
  (2,326 and 약 2,300; never 약 2,000 or 약 2,400);
- vague figures whose bounds overlap (dozens, 수십); never a vague and an exact one;
- dates of which no told part contradicts, with one part told by both (2008년 8월, August),
  and a weekday with a day of the month that does not contradict it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from summarize.news.numbers.dates import dates_agree
from summarize.news.numbers.quantity import Quantity
from summarize.news.numbers.units import converted

_CONVERTED, _CONVERTED_ABOUT = Fraction(3, 100), Fraction(5, 100)
_COUNTING = frozenset(
    ("number", "count", "measure", "duration", "age", "ordinal", "multiple", "name")
)
_MILLION = 10**6
_POUNDS = frozenset(("lb", "GBP"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two texts' numbers have in common, in the order of the texts.

    Attributes:
        matched: pairs of a source and a target quantity that are the same.
        missing: of the source, without a counterpart.
        extra: of the target, without a counterpart.
    """

    matched: tuple[tuple[Quantity, Quantity], ...]
    missing: tuple[Quantity, ...]
    extra: tuple[Quantity, ...]

    @property
    def agrees(self) -> bool:
        """Nothing missing and nothing extra."""
        return not self.missing and not self.extra


def same(a: Quantity, b: Quantity) -> bool:
    """Whether `a` and `b` say the same number (see the module)."""
    if a.kind == "date" or b.kind == "date":
        return _date_is(a, b) if a.kind == "date" else _date_is(b, a)
    if a.kind == "time" or b.kind == "time":
        return _times_agree(a, b)
    if a.kind == "score" or b.kind == "score":
        return a.kind == b.kind and sorted(a.unit.split("-")) == sorted(b.unit.split("-"))
    if _one_of_so_many(a, b) or _one_of_so_many(b, a):
        return True
    if not _kinds_agree(a, b):
        return False
    if "age" in (a.kind, b.kind) and "vehicle" in (a.unit, b.unit):
        # 30대 is thirty cars as well as people in their thirties.
        return (a.value or a.low) == (b.value or b.low)
    if a.low is not None or b.low is not None:
        return _vague_agree(a, b)
    if a.value is None or b.value is None:
        return a.unit == b.unit
    if a.kind in ("measure", "duration", "age") and b.kind in ("measure", "duration", "age"):
        return _measures_agree(a, b)
    return _values_agree(a, b)


def compare(source: Sequence[Quantity], target: Sequence[Quantity]) -> Comparison:
    """Pairs the quantities of two texts, the closest first.

    A number that one text says again and the other does not agrees with the pair it
    repeats. A pair of figures ("2-1") agrees with its two figures apart, and a length of time
    with two that add up to it (two and a half years, 2년 6개월). What is `optional` can match, but
    is never missing or extra.
    """
    pairs: list[tuple[int, int]] = []
    left, right = set(range(len(source))), set(range(len(target)))
    for close in (_identical, _equal, same):
        for i in sorted(left):
            j = next((j for j in sorted(right) if close(source[i], target[j])), None)
            if j is not None:
                pairs.append((i, j))
                left.discard(i)
                right.discard(j)
    again_left = {i for i in left if _said_again(source[i], target, source, pairs, 0)}
    again_right = {j for j in right if _said_again(target[j], source, target, pairs, 1)}
    left -= again_left
    right -= again_right
    left, right = _apart(source, target, left, right)
    pairs += _add_up(source, target, left, right)
    pairs += [(i, j) for j, i in _add_up(target, source, right, left)]
    return Comparison(
        matched=tuple((source[i], target[j]) for i, j in sorted(pairs)),
        missing=tuple(source[i] for i in sorted(left) if not source[i].optional),
        extra=tuple(target[j] for j in sorted(right) if not target[j].optional),
    )


def _identical(a: Quantity, b: Quantity) -> bool:
    return (a.kind, a.unit, a.value, a.low) == (b.kind, b.unit, b.value, b.low)


def _equal(a: Quantity, b: Quantity) -> bool:
    return a.value is not None and a.value == b.value and same(a, b)


def _kinds_agree(a: Quantity, b: Quantity) -> bool:
    if {a.unit, b.unit} == _POUNDS:
        return True
    if a.kind == b.kind:
        return a.kind != "money" or a.unit == b.unit
    kinds = {a.kind, b.kind}
    if kinds == {"money", "number"}:
        # "42 million euros, of which 15.5 million": the unit is said once.
        vague = a.low is not None and b.low is not None
        return vague or (a.value is not None and a.value >= _MILLION)
    if kinds <= _COUNTING:
        return True
    if kinds == {"percentage point", "count"}:
        return "point" in (a.unit, b.unit)
    return kinds in ({"fraction", "percent"}, {"fraction", "number"})


def _one_of_so_many(part: Quantity, whole: Quantity) -> bool:
    """400분의 1 for "one in four hundred", 100분의 1 for "a hundredth"."""
    return (
        part.kind == "fraction"
        and whole.kind in ("number", "count", "ordinal")
        and part.value is not None
        and part.value.numerator == 1
        and part.value.denominator > 2
        and part.value.denominator == whole.value
    )


def _values_agree(a: Quantity, b: Quantity) -> bool:
    assert a.value is not None
    assert b.value is not None
    x, y = a.value, b.value
    if {a.kind, b.kind} == {"fraction", "percent"}:
        x, y = (x * 100, y) if a.kind == "fraction" else (x, y * 100)
    if x == y:
        return True
    if a.approximate == b.approximate:
        return False
    return _rounds_to(y, x) if a.approximate else _rounds_to(x, y)


def _rounds_to(exact: Fraction, rounded: Fraction) -> bool:
    """Whether `rounded` is `exact` rounded, with two significant digits or more."""
    if exact <= 0 or rounded <= 0 or rounded.denominator != 1:
        return False
    digits = str(rounded.numerator)
    significant = len(digits.rstrip("0"))
    if significant < 2:
        return False
    step = Fraction(10 ** (len(digits) - significant))
    return step > 1 and abs(exact - rounded) * 2 <= step


def _measures_agree(a: Quantity, b: Quantity) -> bool:
    assert a.value is not None
    assert b.value is not None
    if a.unit == b.unit == "degree" and a.value != b.value:
        return _degrees_agree(a.value, b.value) or _degrees_agree(b.value, a.value)
    if a.unit == b.unit:
        return _values_agree(a, b)
    value = converted(a.value, a.unit, b.unit)
    if value is None:
        return "age" in (a.kind, b.kind) and a.value == b.value
    if b.unit in ("°C", "°F", "degree"):
        return abs(value - b.value) <= 1
    share = _CONVERTED_ABOUT if a.approximate or b.approximate else _CONVERTED
    return abs(value - b.value) <= share * abs(b.value)


def _degrees_agree(fahrenheit: Fraction, celsius: Fraction) -> bool:
    """Degrees of no named scale: American English means Fahrenheit, Korean Celsius."""
    return abs((fahrenheit - 32) * Fraction(5, 9) - celsius) <= 1


def _vague_agree(a: Quantity, b: Quantity) -> bool:
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return False
    return a.low <= b.high and b.low <= a.high


def _times_agree(a: Quantity, b: Quantity) -> bool:
    if a.value is None or b.value is None:
        return False
    if {a.kind, b.kind} == {"time", "number"}:
        # "at 6" for 6시: a bare figure can be a full hour.
        return a.value % 12 == b.value % 12 and max(a.value, b.value) <= 24
    if a.kind != b.kind:
        return False
    if a.unit == b.unit == "24h":
        return a.value % 24 == b.value % 24
    return a.value % 12 == b.value % 12


def _date_is(day: Quantity, other: Quantity) -> bool:
    if other.kind == "date":
        return dates_agree(day.unit, other.unit)
    if other.kind == "age" and other.low is not None:
        return day.unit.startswith("XX") and day.unit[2:] == f"{int(other.low) // 10}X"
    if other.value is None or other.value.denominator != 1:
        return False
    number = int(other.value)
    if other.kind in ("number", "ordinal", "count", "duration", "name"):
        return _bare_date(day.unit, number, other)
    return False


def _bare_date(unit: str, number: int, other: Quantity) -> bool:
    """A figure that the other language writes as a day or a year: 3일, '97, 2008."""
    if unit.startswith("XXXX-XX-"):
        return unit[-2:] == f"{number:02d}" and (other.kind != "duration" or other.unit == "day")
    if len(unit) == 4 and unit.isdigit():
        return unit == str(number) or (40 <= number < 100 and unit == f"19{number}")
    return False


def _said_again(
    quantity: Quantity,
    others: Sequence[Quantity],
    own: Sequence[Quantity],
    pairs: Sequence[tuple[int, int]],
    side: int,
) -> bool:
    """Whether `quantity` repeats one of its own text that has its counterpart."""
    return any(
        _repeats(quantity, own[pair[side]]) and same(quantity, others[pair[1 - side]])
        for pair in pairs
    )


def _repeats(a: Quantity, b: Quantity) -> bool:
    if _identical(a, b):
        return True
    if a.kind == b.kind == "date":
        return "W" not in a.unit + b.unit and dates_agree(a.unit, b.unit)
    return _equal(a, b) or (a.kind == b.kind == "time" and same(a, b))


def _apart(
    source: Sequence[Quantity], target: Sequence[Quantity], left: set[int], right: set[int]
) -> tuple[set[int], set[int]]:
    left, right = set(left), set(right)
    for i in [i for i in left if source[i].kind == "score"]:
        left -= {i} if _take_apart(source[i], target, right) else set()
    for j in [j for j in right if target[j].kind == "score"]:
        right -= {j} if _take_apart(target[j], source, left) else set()
    return left, right


def _take_apart(score: Quantity, others: Sequence[Quantity], free: set[int]) -> bool:
    """Whether the figures of `score` stand apart among the `free` ones, which it then takes."""
    found: list[int] = []
    for figure in map(Fraction, score.unit.split("-")):
        here = (k for k in sorted(free) if k not in found and others[k].value == figure)
        index = next(here, None)
        if index is None:
            return False
        found.append(index)
    free -= set(found)
    return True


def _add_up(
    wholes: Sequence[Quantity], parts: Sequence[Quantity], left: set[int], right: set[int]
) -> list[tuple[int, int]]:
    """Take lengths of time out of `left` that two of `right`, side by side, add up to.

    Returns each with the first of the two.
    """
    found = []
    for i in [i for i in left if wholes[i].kind == "duration" and wholes[i].value is not None]:
        for j in sorted(right):
            if j + 1 in right and _sum_is(wholes[i], parts[j], parts[j + 1]):
                left.discard(i)
                right -= {j, j + 1}
                found.append((i, j))
                break
    return found


def _sum_is(whole: Quantity, large: Quantity, small: Quantity) -> bool:
    if large.value is None or small.value is None or small.span[0] - large.span[1] > 1:
        return False
    terms = [converted(q.value, q.unit, whole.unit) for q in (large, small) if q.value is not None]
    return None not in terms and sum(filter(None, terms)) == whole.value
