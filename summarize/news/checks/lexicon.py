"""English words and names beside the fragments their Korean translations hold.

Two tables written for this package, `words.tsv` and `places.tsv`. They tell whether a
word has a counterpart, which forgives every inflection and most choices of a translator;
they are no dictionary and translate nothing. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from summarize.news.checks.findings import Span
from summarize.news.josa import PARTICLES

_WORD = re.compile(r"[A-Za-z]+")
_HANGUL = re.compile(r"[가-힣]{2,}")
# A country's one syllable: beside another's or a prefix (한일, 대미, 방중), or a word of its own.
_ABBREVIATED = (
    r"(?<![\d가-힣]){0}(?=[·\-\s,)’'”\"]|[한미일중러북남영불독인이유])"
    r"|(?<=[대한방주미북중일반친재남러영불독유탈·]){0}(?!\w*[다요])"
)
# What a form ends in, and what its word has instead.
_ENDINGS = (
    ("", ""),
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
)
# What may follow a name that is also the beginning of longer ones (타이, 타이티).
_ENDS = re.compile(rf"(?:인|계|산|측|군)?(?:{PARTICLES})?(?![가-힣])")
_LONGEST_FRAGMENT = 8  # characters
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A country, city or institution: its names in both languages.

    `korean` counts as a counterpart of `english`; `certain` are those Korean names that mean
    nothing else, so that they may be looked for in a Korean text. Institutions, peoples' faiths,
    first names and the like are not places, and none is mistaken for another.
    """

    english: tuple[str, ...]
    korean: tuple[str, ...]
    certain: tuple[str, ...]
    is_place: bool = True


@dataclass(frozen=True, slots=True)
class Anchor:
    """A word whose counterpart can be looked for: where it is, and whether it was found."""

    span: Span
    found: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text."""

    span: Span
    place: Place


def is_common(word: str) -> bool:
    """Whether an English word is in the table, so that a capital does not make it a name."""
    return _row_of(word.lower()) is not None


def is_english(word: str) -> bool:
    """Whether a word is one of English that is written without a capital, whatever its ending."""
    words = _english()
    lower = word.lower()
    return any(
        lower.endswith(ending) and lower[: len(lower) - len(ending)] + rest in words
        for ending, rest in _ENDINGS
    )


def is_known_korean(word: str) -> bool:
    """Whether a Korean word begins with a fragment of the table, so that it is no name."""
    fragments = _words()[3]
    return any(word[:length] in fragments for length in range(2, len(word) + 1))


def places() -> tuple[Place, ...]:
    """Every place of the table."""
    return _places().all


@lru_cache(64)
def english_places(text: str) -> tuple[Mention, ...]:
    """The places that an English text names, longest names first where they overlap."""
    table = _places()
    return tuple(Mention(m.span(), table.english[m.group()]) for m in table.pattern.finditer(text))


@lru_cache(64)
def korean_places(text: str, *, certain: bool = True) -> tuple[Mention, ...]:
    """The places that a Korean text names, by names that mean nothing else.

    Without `certain`, also those that mean something else, where they are a word.
    """
    table = _places()
    found = [Mention(span, table.certain[name]) for span, name in _known(text, table.certain)]
    if not certain:
        taken = [mention.span for mention in found]
        found += [
            Mention(span, table.others[name])
            for span, name in _known(text, table.others)
            if (span[0] == 0 or not text[span[0] - 1].isalnum())
            and _ENDS.match(text, span[1])
            and not any(start < span[1] and span[0] < end for start, end in taken)
        ]
    return tuple(found)


def names_place(text: str, place: Place) -> bool:
    """Whether a Korean text holds any name of `place`."""
    if any(name in text for name in place.korean if len(name) > 1):
        return True
    return any(
        re.search(_ABBREVIATED.format(name), text) for name in place.korean if len(name) == 1
    )


def english_anchors(english: str, korean: str) -> list[Anchor]:
    """The English text's words that have a row, and whether the Korean text answers them."""
    rows = _words()[2]
    return [
        Anchor(span, any(fragment in korean for fragment in rows[row].fragments))
        for span, row in _rows(english)
        if rows[row].telling
    ]


def korean_anchors(korean: str, english: str) -> list[Anchor]:
    """The Korean text's fragments that have rows, and whether the English text answers them."""
    rows_of = _words()[3]
    there = {row for _, row in _rows(english)}
    return [
        Anchor(span, not there.isdisjoint(rows_of[fragment]))
        for span, fragment in _known(korean, rows_of)
    ]


def _known(text: str, table: Mapping[str, object]) -> Iterator[tuple[Span, str]]:
    """The longest keys of `table` in a Korean text, from left to right."""
    for run in _HANGUL.finditer(text):
        at, end = run.span()
        while at < end - 1:
            for length in range(min(_LONGEST_FRAGMENT, end - at), 1, -1):
                if (fragment := text[at : at + length]) in table:
                    yield (at, at + length), fragment
                    at += length - 1
                    break
            at += 1


def _rows(english: str) -> Iterator[tuple[Span, int]]:
    for match in _WORD.finditer(english):
        row = _row_of(match.group().lower())
        if row is not None:
            yield match.span(), row


@lru_cache(20_000)
def _row_of(word: str) -> int | None:
    exact, stems, _, _ = _words()
    if word in exact:
        return exact[word]
    for length in range(len(word), _SHORTEST_STEM - 1, -1):
        if (row := stems.get(word[:length])) is not None:
            return row
    return None


@dataclass(frozen=True, slots=True)
class _Row:
    fragments: tuple[str, ...]
    telling: bool


@cache
def _words() -> tuple[dict[str, int], dict[str, int], list[_Row], dict[str, set[int]]]:
    """Exact forms, stems, the rows, and the rows of each fragment to look for."""
    exact: dict[str, int] = {}
    stems: dict[str, int] = {}
    rows: list[_Row] = []
    rows_of: dict[str, set[int]] = {}
    for row, (forms, korean) in enumerate(_table("words.tsv")):
        for form in forms.lstrip("~").split():
            if form.endswith("*"):
                stems.setdefault(form[:-1], row)
            else:
                exact.setdefault(form, row)
        fragments = korean.split("|")
        rows.append(_Row(tuple(f.strip("[]") for f in fragments), not forms.startswith("~")))
        for fragment in fragments:
            if len(fragment) > 1 and not fragment.startswith("["):
                rows_of.setdefault(fragment, set()).add(row)
    return exact, stems, rows, rows_of


@dataclass(frozen=True, slots=True)
class _Places:
    all: tuple[Place, ...]
    english: dict[str, Place]
    pattern: re.Pattern[str]  # of the English names
    certain: dict[str, Place]  # by Korean names that mean nothing else
    others: dict[str, Place]  # by the other Korean names of two syllables and more


@cache
def _places() -> _Places:
    found: list[Place] = []
    english: dict[str, Place] = {}
    certain: dict[str, Place] = {}
    others: dict[str, Place] = {}
    for left, right in _table("places.tsv"):
        names = right.split("|")
        first = left.split("|")[0].lstrip("~")
        sure = tuple(name for name in names if not name.startswith("[") and len(name) > 1)
        forms = (first, *left.split("|")[1:])
        korean = tuple(name.strip("[]") for name in names)
        place = Place(forms, korean, sure, not left.startswith("~"))
        found.append(place)
        english.update(dict.fromkeys(place.english, place))
        for name in place.korean:
            if len(name) > 1:
                (certain if name in sure else others).setdefault(name, place)
    longest_first = sorted(english, key=len, reverse=True)
    alternatives = "|".join(map(re.escape, longest_first))
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
    return _Places(tuple(found), english, pattern, certain, others)


@cache
def _english() -> frozenset[str]:
    lines = files(__package__).joinpath("english.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _table(name: str) -> Iterator[tuple[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            left, right = line.split("\t")
            yield left, right
