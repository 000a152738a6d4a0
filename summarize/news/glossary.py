"""Names and terms with their translations.

A `Glossary` is read from a dict, a TSV, CSV or JSON file, or comes with the package
("builtin"). It works in both directions. A side may list several forms parted by "|": the
first is the one that is written, the others are recognised as well. Where a text holds them
is found by `lookup.py`. Knows no model: what is done with what is found is `summarize.terms`'s.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TypeAlias
from unicodedata import category

from summarize.errors import InputError, OptionError, ReadError
from summarize.news.lookup import LANGUAGES, SOUND, Lookup, Match, Term

BUILTIN, NONE = "builtin", "none"
"""The names of the glossary that comes with the package, and of an empty one."""

DIRECTIONS = ("", "en>ko", "ko>en")
FORMATS = (".tsv", ".csv", ".json")
LONGEST = 200  # characters of one form: a longer one is a column gone wrong

Given: TypeAlias = "Glossary | Mapping[str, str] | str | Path"
"""What a glossary is made of: one, a dict, "builtin", "none", or the path of a file."""

_HEADERS = {
    "en": {"en", "english", "영어", "eng"},
    "ko": {"ko", "korean", "한국어", "kor"},
}
_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True, repr=False)
class Glossary:
    """Terms, looked up in either direction.

    Terms of one glossary do not contradict each other; see `of` and `read` for what does.

    Attributes:
        terms: in the order in which they were given.
        name: where they came from.
    """

    terms: tuple[Term, ...] = ()
    name: str = ""

    @classmethod
    def of(cls, *given: Given | Iterable[Given]) -> Glossary:
        """One glossary of several; where they differ, the later one is followed.

        Args:
            *given: glossaries, dicts of English to Korean or Korean to English, "builtin",
                "none", paths of files, or iterables of those.

        Raises:
            OptionError: a dict with a malformed or contradictory entry.
            InputError: a file with one, or that cannot be read.
        """
        glossary = cls()
        for one in given:
            glossary = glossary.with_(_made(one))
        return glossary

    @classmethod
    def read(cls, path: str | Path) -> Glossary:
        """The glossary in a file.

        TSV and CSV have a line for each term: English, Korean (or the reverse), and if wanted
        a direction ("en>ko", "ko>en") and a kind; a first line "english, korean" may name the
        columns, lines that start with # are skipped. JSON is an object of names to names.

        Raises:
            InputError: not one of these, or a line that is malformed or contradicts another.
            ReadError: no such file, or not UTF-8.
        """
        path = Path(path)
        if path.suffix.lower() not in FORMATS:
            raise InputError(f"{path}: a glossary is a {', '.join(FORMATS)} file.")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as failure:
            raise ReadError(f"cannot read the glossary {path}: {failure.strerror}.") from failure
        except UnicodeDecodeError as failure:
            raise ReadError(
                f"the glossary {path} is not UTF-8 (byte {failure.start}); save it as UTF-8."
            ) from failure
        return cls.parse(text, path.suffix.lower()[1:], str(path))

    @classmethod
    def parse(cls, text: str, format: str, name: str = "glossary") -> Glossary:
        """The glossary written in `text`.

        Args:
            text: its lines, or a JSON object.
            format: "tsv", "csv" or "json".
            name: what messages call it.

        Raises:
            OptionError: an unknown format.
            InputError: a line that is malformed or contradicts another.
        """
        if format == "json":
            return cls(tuple(_distinct(_json_terms(text, name), InputError)), name)
        if format not in {"tsv", "csv"}:
            raise OptionError.unknown("glossary format", format, [f[1:] for f in FORMATS])
        rows = _tsv_rows(text) if format == "tsv" else _csv_rows(text, name)
        return cls(tuple(_distinct(_row_terms(rows, name), InputError)), name)

    @classmethod
    def builtin(cls) -> Glossary:
        """Countries, cities, leaders, organisations, agencies and units; see `terms.tsv`.

        Names of people and places by their sound come after these; see `names.tsv`.
        """
        return _builtin()

    def with_(self, other: Glossary) -> Glossary:
        """Both; where a form is in both, `other`'s term is followed."""
        if not self.terms:
            return other
        if not other.terms:
            return self
        name = " and ".join(dict.fromkeys((self.name, other.name)))
        return Glossary((*other.terms, *self.terms), name)

    def find(self, text: str, source: str) -> tuple[Match, ...]:
        """The terms in `text`, in order: the longest where several begin, none overlapping.

        English forms with capitals are found as they are written and, but for acronyms, in
        full capitals; forms without capitals in any case, and in the plural. A possessive may
        follow. Korean forms are found at the beginning of a word, when particles alone follow.

        Args:
            text: in the source language.
            source: "en" or "ko"; nothing is found in other languages.
        """
        if source not in LANGUAGES:
            return ()
        return (self._in_english if source == "en" else self._in_korean).find(text)

    @cached_property
    def korean(self) -> Mapping[str, tuple[str, ...]]:
        """Each English form and the forms of its Korean, of the term that is followed.

        Names that go by their sound are not among them: there are other ways to spell them.
        """
        fixed = [term for term in reversed(self.terms) if term.kind != SOUND]
        return {form: term.korean for term in fixed for form in term.english}

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        return f"Glossary({self.name!r}, {len(self.terms)} terms)"

    @cached_property
    def _in_english(self) -> Lookup:
        return Lookup(self.terms, "en")

    @cached_property
    def _in_korean(self) -> Lookup:
        return Lookup(self.terms, "ko")


# -- reading ------------------------------------------------------------------------------


def _made(given: Given | Iterable[Given]) -> Glossary:
    if isinstance(given, Glossary):
        return given
    if isinstance(given, Mapping):
        terms = (_term(a, b, f"entry {n}") for n, (a, b) in enumerate(given.items(), 1))
        return Glossary(tuple(_distinct(_as_option(terms), OptionError)), "glossary")
    if given == NONE:
        return Glossary()
    if isinstance(given, str):
        return Glossary.builtin() if given == BUILTIN else Glossary.read(given)
    if isinstance(given, Path):
        return Glossary.read(given)
    if isinstance(given, Iterable):
        return Glossary.of(*given)
    raise OptionError(
        f"a glossary is a Glossary, a dict, {BUILTIN!r} or a path, not {type(given).__name__}."
    )


def _as_option(terms: Iterable[Term]) -> Iterator[Term]:
    """`terms`, with what is wrong with one told as a wrong option."""
    try:
        yield from terms
    except InputError as failure:
        raise OptionError(f"glossary: {failure}") from None


def _tsv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.rstrip("\r").split("\t")


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#"):
                yield reader.line_num, row
    except csv.Error as failure:
        raise InputError(f"{name}, line {reader.line_num}: not CSV: {failure}.") from failure


def _row_terms(rows: Iterable[tuple[int, list[str]]], name: str) -> Iterator[Term]:
    korean_first = False
    for number, (line, row) in enumerate(rows):
        cells = [cell.strip() for cell in row]
        place = f"{name}, line {line}"
        if number == 0 and len(cells) > 1:
            heads = [cell.casefold() for cell in cells[:2]]
            if {heads[0], heads[1]} <= _HEADERS["en"] | _HEADERS["ko"]:
                korean_first = heads[0] in _HEADERS["ko"]
                continue
        if not 2 <= len(cells) <= 4:
            raise InputError(
                f"{place}: {len(cells)} columns; a term has an English and a Korean one, "
                "and at most a direction and a kind."
            )
        first, second = cells[:2] if not korean_first else (cells[1], cells[0])
        direction, kind = (*cells[2:], "", "")[:2]
        yield _term(first, second, place, direction, kind)


def _json_terms(text: str, name: str) -> Iterator[Term]:
    repeated = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        repeated.extend(items)
        return dict(items)

    try:
        value = json.loads(text, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as failure:
        raise InputError(f"{name}: not JSON: {failure}.") from failure
    if not isinstance(value, dict) or any(isinstance(v, dict) for v in value.values()):
        raise InputError(f'{name}: a JSON glossary is an object like {{"KCNA": "조선중앙통신"}}.')
    for number, (first, second) in enumerate(repeated, 1):
        place = f"{name}, entry {number}"
        yield _term(first, second, place)


def _term(first: object, second: object, where: str, direction: str = "", kind: str = "") -> Term:
    """One term, the Korean side found by its Hangul.

    Raises:
        InputError: an empty, over-long or non-string side, two Korean ones, or no direction
            of that name.
    """
    sides = []
    for side in (first, second):
        if not isinstance(side, str):
            raise InputError(f"{where}: a name is a string, not {side!r}.")
        forms = tuple(dict.fromkeys(" ".join(form.split()) for form in side.split("|")))
        if not forms or "" in forms:
            raise InputError(f"{where}: {first!r} and {second!r}: a name is empty.")
        if max(map(len, forms)) > LONGEST:
            raise InputError(f"{where}: a name of more than {LONGEST} characters.")
        if not all(any(category(c)[0] in "LNS" for c in form) for form in forms):
            raise InputError(f"{where}: {side!r} has a name without a letter, digit or symbol.")
        sides.append(forms)
    if direction not in DIRECTIONS:
        raise InputError(f"{where}: unknown direction {direction!r}; use en>ko, ko>en or none.")
    hangul = [any(_HANGUL.search(form) for form in forms) for forms in sides]
    if all(hangul):
        raise InputError(f"{where}: {first!r} and {second!r} are both Korean.")
    english, korean = reversed(sides) if hangul[0] else sides
    return Term(english, korean, direction, kind, where)


def _distinct(terms: Iterable[Term], error: type[InputError | OptionError]) -> Iterator[Term]:
    """`terms`, once it is clear that no English form is given two translations.

    A Korean name may come back with another English form: the first is the one written.
    """
    known: dict[str, Term] = {}
    for term in terms:
        for form in term.english:
            earlier = known.setdefault(form, term)
            if earlier.korean[0] != term.korean[0]:
                raise error(
                    f"{term.place}: {form!r} is {term.korean[0]!r} here and "
                    f"{earlier.korean[0]!r} in {earlier.place}; keep one."
                )
        yield term


@cache
def _builtin() -> Glossary:
    made = []
    for file in ("names.tsv", "terms.tsv"):
        text = resources.files("summarize.news").joinpath(file).read_text(encoding="utf-8")
        made.append(Glossary.parse(text, "tsv", BUILTIN))
    names, terms = made
    names = Glossary(tuple(replace(term, kind=SOUND) for term in names.terms), BUILTIN)
    return names.with_(terms)
