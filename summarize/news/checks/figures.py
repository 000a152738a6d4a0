"""Numbers and dates that a translation changed, dropped or invented, as findings.

What the numbers are and which are the same is `summarize.news.numbers`' business. What is
missing on one side and what is new on the other are paired into changes here, and small
numbers in words ("two sides", 두 나라), which translators add and leave out, are let pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

from summarize.news.checks.exchange import misconverted
from summarize.news.checks.findings import Finding, Kind, error, quoted, warning
from summarize.news.numbers import Comparison, Quantity, compare, read

LANGUAGES = ("en", "ko")
_AMOUNTS = ("number", "money", "percent", "percentage point", "count", "measure", "multiple")
_DATES = ("date", "time")
_ARTICLES = ("count", "measure", "money", "duration")  # 1파운드 is "a pound" and "per pound" too
_SMALL = 12  # up to a dozen, numbers in words come and go in translation
_OPENS = re.compile(r"\s?\((?:약 |about |or )?")
# A rate in one language, and its length alone where the other says "an hour" before the number.
_RATES = frozenset(
    pair
    for rate, length in (("mph", "mile"), ("km/h", "km"), ("m/s", "m"), ("km/s", "km"))
    for pair in ((rate, length), (length, rate))
)
_HANGUL = re.compile(r"[가-힣]")
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"\b[IVX]+\b|(?<=[a-z] )the [A-Z]")
_SCALES = tuple(Fraction(10) ** n for n in range(1, 13))


def compare_numbers(
    source: str, target: str, source_language: str, target_language: str
) -> list[Finding]:
    """What the numbers of a translation say otherwise than its source.

    Raises:
        UnsupportedLanguageError: a language in which numbers cannot be read.
    """
    compared = _comparison(source, target, source_language, target_language)
    missing = list(compared.missing)
    extra = list(compared.extra)
    findings = []
    for lost in compared.missing:
        twin = next((new for new in extra if _as_good_as(lost, new)), None)
        if twin is not None:
            missing.remove(lost)
            extra.remove(twin)
    for close in (_is_scaled, _is_of_one_form, _is_alike):
        for lost in list(missing):
            new = next((new for new in extra if close(lost, new)), None)
            if new is not None:
                missing.remove(lost)
                extra.remove(new)
                findings.append(_changed(lost, new))
    here, there = [a.span for a, _ in compared.matched], [b.span for _, b in compared.matched]
    findings += [_lost(q) for q in missing if _tells(q, source, target, here)]
    findings += [_added(q) for q in extra if _tells(q, target, source, there)]
    for said, again in misconverted(target, read(target, target_language)):
        if not any(again.value == q.value for q in read(source, source_language)):
            message = f"{quoted(again.text)} cannot be {quoted(said.text)} in another currency"
            findings.append(error(Kind.NUMBER, message, None, again.span))
    return findings


def number_spans(
    source: str, target: str, source_language: str, target_language: str
) -> list[tuple[tuple[int, int], bool]]:
    """The spans of the source's numbers, and whether the target holds each."""
    compared = _comparison(source, target, source_language, target_language)
    missing = [(q.span, False) for q in compared.missing]
    return missing + [(q.span, True) for q, _ in compared.matched]


def unsupported_numbers(text: str, article: Sequence[Quantity], language: str) -> list[Quantity]:
    """The numbers of one sentence that are nowhere among an article's."""
    extra = compare(article, read(text, language)).extra
    return [q for q in extra if not _is_slight(q)]


@lru_cache(64)
def _comparison(source: str, target: str, source_language: str, target_language: str) -> Comparison:
    return compare(read(source, source_language), read(target, target_language))


def _tells(q: Quantity, own: str, other: str, told: Sequence[tuple[int, int]]) -> bool:
    """Whether it matters that `other` lacks a number of `own`, whose spans `told` it has."""
    return not (_is_slight(q) or _is_regnal(q, other) or _is_converted(q, own, told))


def _as_good_as(a: Quantity, b: Quantity) -> bool:
    """Whether two are one number whose unit one side leaves to the context."""
    if a.text == b.text:
        return True
    if a.value is None or b.value is None:
        digits = _DIGITS.findall(a.text)
        return bool(digits) and digits == _DIGITS.findall(b.text)
    if a.kind == b.kind == "measure":
        return a.value == b.value and (a.unit, b.unit) in _RATES
    if "number" not in (a.kind, b.kind):
        return False
    return a.value == b.value or _is_clock(a, b) or _is_clock(b, a)


def _is_converted(q: Quantity, text: str, told: Sequence[tuple[int, int]]) -> bool:
    """Whether a number says in brackets what one beside it says, and that one is told."""
    if q.kind != "measure":  # a sum in another currency may be made up
        return False
    start, end = q.span
    return any(_OPENS.fullmatch(text[b:start]) or _OPENS.fullmatch(text[end:a]) for a, b in told)


def _is_clock(number: Quantity, time: Quantity) -> bool:
    """Whether a number such as 23.45 is the time that it looks like."""
    if time.kind != "time" or number.value is None or time.value is None:
        return False
    hours, minutes = divmod(number.value * 100, 100)
    clock = hours + Fraction(minutes) / 60
    return time.value in (clock, clock + 12)


def _is_regnal(q: Quantity, other: str) -> bool:
    """Whether a number may be a monarch's or a pope's that the other side has in letters."""
    return q.text.endswith("세") and bool(_ROMAN.search(other))


def _is_scaled(a: Quantity, b: Quantity) -> bool:
    if not a.value or not b.value or not _comparable(a, b):
        return False
    ratio = max(a.value, b.value) / min(a.value, b.value)
    return ratio in _SCALES and (_is_large(a) or _is_large(b))


def _is_large(q: Quantity) -> bool:
    return q.value is not None and q.value >= 1000


def _is_of_one_form(a: Quantity, b: Quantity) -> bool:
    """Whether two dates are both years, both days, ...: a year does not become a weekday."""
    forms = {_DIGITS.sub("0", q.unit) for q in (a, b)}
    return a.kind in _DATES and a.kind == b.kind and len(forms) == 1


def _is_alike(a: Quantity, b: Quantity) -> bool:
    if a.kind == b.kind == "name":
        return _DIGITS.sub("", a.text) == _DIGITS.sub("", b.text)
    if a.kind in _DATES or b.kind in _DATES:
        return a.kind in _DATES and b.kind in _DATES
    return _comparable(a, b) and not (_is_slight(a) and _is_slight(b))


def _comparable(a: Quantity, b: Quantity) -> bool:
    return a.kind == b.kind or (a.kind in _AMOUNTS and b.kind in _AMOUNTS)


def _is_slight(q: Quantity) -> bool:
    """Whether a number is so small, vague or commonplace that its absence tells nothing."""
    if any(character.isdigit() for character in q.text):
        return q.kind == "name" or (q.value == 1 and q.kind in _ARTICLES)
    if q.value is None:
        return q.kind != "date" or q.unit.startswith("XXXX-W") or q.unit.endswith("X")
    return q.value <= _SMALL or q.kind in ("ordinal", "time")


def _changed(lost: Quantity, new: Quantity) -> Finding:
    if _is_scaled(lost, new):
        assert lost.value
        assert new.value
        ratio = new.value / lost.value
        times = f"{ratio.numerator:,} times" if ratio > 1 else f"a {ratio.denominator:,}th of"
        message = f"{quoted(lost.text)} became {quoted(new.text)}, {times} the source's amount"
        return error(Kind.SCALE, message, lost.span, new.span)
    kind = Kind.DATE if lost.kind in _DATES else Kind.NUMBER
    return error(kind, f"{quoted(lost.text)} became {quoted(new.text)}", lost.span, new.span)


def _lost(q: Quantity) -> Finding:
    kind = Kind.DATE if q.kind in _DATES else Kind.NUMBER
    return _report(q)(kind, f"{quoted(q.text)} is missing", q.span, None)


def _added(q: Quantity) -> Finding:
    kind = Kind.DATE if q.kind in _DATES else Kind.NUMBER
    return _report(q)(kind, f"{quoted(q.text)} is not in the source", None, q.span)


def _report(q: Quantity) -> Callable[..., Finding]:
    """How bad it is that a number has no counterpart: dates and a few things come and go.

    Korean writes "two gold medals" and "second leg" with digits. People are counted on purpose,
    and English writes few small numbers in digits; a number that *changed* has a counterpart.
    """
    things = q.kind in ("count", "ordinal") and q.unit != "person" and bool(_HANGUL.search(q.text))
    few = things and q.value is not None and q.value <= _SMALL
    return warning if few or q.kind in _DATES else error
