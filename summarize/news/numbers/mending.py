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
    "en": re.compile(r"[0-9][0-9,.]*(?:[ -](?:thousand|million|billion|trillion)|(?:m|bn|tn)\b)?"),
}
_FIGURES = re.compile(r"(?!0[0-9]).*[0-9]", re.DOTALL)
"""Written in figures, and no telephone's."""

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
    lost, new = _alone(compared.missing), _alone(compared.extra)
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


def _alone(quantities: Sequence[Quantity]) -> dict[tuple[str, str], Quantity]:
    """The quantities in figures that are the only ones of their form, by that."""
    told = [q for q in quantities if q.kind in _KINDS and _FIGURES.match(q.text)]
    told = [q for q in told if q.value is not None or q.kind in ("date", "score")]
    forms = [(form, list(some)) for form, some in groupby(sorted(told, key=_form), _form)]
    return {form: some[0] for form, some in forms if len(some) == 1}


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
