"""Countries and towns that one side names and the other does not, and what it names instead.

A place that is only spelt otherwise than in the table is told by its sound. Knows no people.
"""

from __future__ import annotations

from dataclasses import dataclass

from summarize.news.checks import lexicon, transliteration
from summarize.news.checks.findings import Span
from summarize.news.checks.names import (
    ALIKE_LOAN,
    ALIKE_SPELLING,
    SURE_CONSONANTS,
    WORD,
    is_long,
    sounds_in,
    variants,
)


@dataclass(frozen=True, slots=True)
class Swap:
    """A place that one side names and the other does not, and what the other names instead."""

    english_span: Span | None
    korean_span: Span | None
    english: str
    korean: str


def lost(english: str, korean: str) -> list[lexicon.Mention]:
    """The countries and towns of an English text that a Korean one names in no way.

    A name that is only spelt otherwise than in the table is told by its sound.
    """
    return [
        mention
        for mention in lexicon.english_places(english)
        if mention.place.is_place
        and not lexicon.names_place(korean, mention.place)
        and english[slice(*mention.span)] not in korean
        and not _spelt_otherwise(english[slice(*mention.span)], korean)
    ]


def swapped(english: str, korean: str) -> Swap | None:
    """A place of one side beside another place of the other, each without its counterpart."""
    named = {m.place for m in lexicon.english_places(english)}
    alone_english, alone_korean = _unpaired(english, korean)
    new = [
        mention
        for mention in lexicon.korean_places(korean, certain=False)
        if mention.place.is_place
        and mention.place not in named
        and not _answered(mention, english, korean)
    ] + alone_korean
    gone = lost(english, korean) + alone_english if new else []
    if not gone:
        return None
    a, b = gone[0].span, new[0].span
    return Swap(a, b, english[slice(*a)], korean[slice(*b)])


def _unpaired(english: str, korean: str) -> tuple[list[lexicon.Mention], list[lexicon.Mention]]:
    """Places that both sides name, one of them also by a name that the other does not have.

    Of "Spain ... Madrid" beside 마드리드 alone it is Spain. What has no sound of the other
    language's names (영국) tells nothing.
    """
    alone: tuple[list[lexicon.Mention], list[lexicon.Mention]] = ([], [])
    mentions = lexicon.english_places(english)
    for place in {m.place for m in mentions if m.place.is_place}:
        here = [m for m in mentions if m.place == place]
        there = [m for m in lexicon.korean_places(korean, certain=False) if m.place == place]
        if len({english[slice(*m.span)] for m in here}) == len(there) or not (here and there):
            continue
        heard = [
            (a, b)
            for a in here
            for b in there
            if _is_one(english[slice(*a.span)], korean[slice(*b.span)])
        ]
        rest = [m for m in here if not any(m is a for a, _ in heard)]
        other = [m for m in there if not any(m is b for _, b in heard)]
        if heard and rest and not other:
            alone[0].extend(
                m for m in rest if any(_is_one(english[slice(*m.span)], k) for k in place.korean)
            )
        elif heard and other and not rest:
            alone[1].extend(
                m for m in other if any(_is_one(e, korean[slice(*m.span)]) for e in place.english)
            )
    return alone


def _is_one(name: str, hangul: str) -> bool:
    """Whether two names of one place are one name in both languages: Madrid, 마드리드."""
    return transliteration.distance(name, hangul) <= ALIKE_SPELLING


def _answered(mention: lexicon.Mention, english: str, korean: str) -> bool:
    """Whether an English text has the place of a Korean one by another name or its sound."""
    place = mention.place
    if any(name in english for name in (*place.english, *filter(str.isascii, place.korean))):
        return True
    heard = korean[mention.span[0] : mention.span[0] + 40]
    return any(
        transliteration.distance(word, heard) <= ALIKE_LOAN
        for word in WORD.findall(english)
        if word[0].isupper() and transliteration.consonants(word) > SURE_CONSONANTS
    )


def _spelt_otherwise(name: str, korean: str) -> bool:
    """Whether a Korean text has a place by its sound: 옥스포드 for Oxford."""
    return any(is_long(form) and sounds_in(form, korean, ALIKE_SPELLING) for form in variants(name))
