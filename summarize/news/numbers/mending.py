"""A translation's numbers made the source's where it is plain which became which.

    >>> mended("It cost $1.2 billion.", "1.2억 달러가 들었다.", "en", "ko")
    ('12억 달러가 들었다.', (('1.2억 달러', '12억 달러'),))

A number is changed only if the source has one of its kind and unit that the translation lacks,
the translation has one that the source lacks, and there is no other of either: so two sums that
both changed stay as they are, for a reader to look at. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from summarize.news import josa
from summarize.news.numbers import Quantity, compare, read, write
from summarize.news.numbers.english_numerals import LARGE
from summarize.news.numbers.style import english_figure, korean_figure

LANGUAGES = frozenset(("en", "ko"))
_KINDS = {
    "number": "count",
    "count": "count",
    "age": "age",
    "money": "money",
    "percent": "percent",
    "percentage point": "percentage point",
    "measure": "measure",
    "duration": "duration",
    "date": "date",
    "time": "time",
    "score": "score",
}
"""Kinds that are said in one way, and which of them stand for each other.

Names (Boeing 737), fractions, multiples and ordinals are said in too many.
"""

_NUMERALS = {
    "ko": re.compile(r"[0-9][0-9,.]*(?: ?[조억만천백](?: ?[0-9][0-9,.]*)?)*"),
    "en": re.compile(rf"[0-9][0-9,.]*(?:[ -](?:thousand|{LARGE})|(?:m|bn|tn)\b)?"),
}
_FIGURES = re.compile(r"(?!0[0-9]).*[0-9]", re.DOTALL)
"""Written in figures, and no telephone's."""
_MORE_BEFORE = re.compile(r"[0-9]\s?(?:시간|분|년|개월|m|km|kg|피트)\s$|[0-9]:$")
_MORE_BEHIND = re.compile(r"\s?[0-9]|:[0-9]")
"""What a length that is told in parts has around a part: 1년 6개월, 9초 58, 2m 21cm."""
_NAMED_DAY = re.compile(r"XXXX-(?:WXX-[1-7]|[0-9]{2})")
"""A weekday or a month, which have names."""

Change = tuple[str, str]


def mended(
    source: str, target: str, source_language: str, target_language: str
) -> tuple[str, tuple[Change, ...]]:
    """`target` with the source's numbers, and what was changed into what.

    Args:
        source, target: a sentence and its translation.
        source_language, target_language: ISO 639-1 codes; other than English and Korean,
            nothing is changed.
    """
    if {source_language, target_language} != LANGUAGES:
        return target, ()
    compared = compare(read(source, source_language), read(target, target_language))
    lost, new = _alone(compared.missing, source), _alone(compared.extra, target)
    changes = []
    for form in sorted(lost.keys() & new.keys(), key=lambda form: new[form].span, reverse=True):
        start, end = new[form].span
        said = _said(new[form], lost[form], target_language)
        rest = target[end:]
        changes.append((target[start:end], said))
        target = (
            target[:start] + said + (josa.mended(said, rest) if target_language == "ko" else rest)
        )
    return target, tuple(reversed(changes))


def _alone(quantities: Sequence[Quantity], text: str) -> dict[tuple[str, str], Quantity]:
    """The quantities in figures, and the named days, that are the only ones of their form."""
    told = [q for q in quantities if q.kind in _KINDS and (_FIGURES.match(q.text) or _named(q))]
    told = [q for q in told if q.value is not None or q.kind in ("date", "score")]
    told = [q for q in told if not _in_parts(q, text)]
    forms = [(form, list(some)) for form, some in groupby(sorted(told, key=_form), _form)]
    return {form: some[0] for form, some in forms if len(some) == 1}


def _named(q: Quantity) -> bool:
    """Whether it is a weekday or a month, or a time of day, in words: noon."""
    return q.kind == "time" or (q.kind == "date" and bool(_NAMED_DAY.fullmatch(q.unit)))


def _in_parts(q: Quantity, text: str) -> bool:
    """Whether it is but one part of a length or a duration, or told as by a clock (2:17:52)."""
    if q.kind not in ("measure", "duration"):
        return False
    start, end = q.span
    clock = ":" in q.text
    return clock or bool(_MORE_BEFORE.search(text, 0, start) or _MORE_BEHIND.match(text, end))


def _form(q: Quantity) -> tuple[str, str]:
    """What has to be the same of two quantities: kind, unit, of a date the parts it tells."""
    kind = _KINDS[q.kind]
    if kind == "date":
        return kind, re.sub(r"[0-9]", "0", q.unit)
    return kind, "" if kind in ("count", "age", "time", "score") else q.unit


def _said(new: Quantity, lost: Quantity, language: str) -> str:
    """The lost quantity in the words of the new one: "1.2억 달러" with 12억, "(32)" with 23."""
    if new.kind in ("date", "score", "time"):
        return write(replace(lost, approximate=False), language)
    assert lost.value is not None, "only dates and scores have none"
    figure = (korean_figure if language == "ko" else english_figure)(lost.value)
    said = _NUMERALS[language].sub(figure, new.text, count=1)
    if [q.value for q in read(said, language)] == [lost.value]:
        return said
    return write(replace(new, value=lost.value, approximate=False), language)
