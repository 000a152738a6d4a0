"""Names and terms with their translations, and where a text holds them.

A `Glossary` is read from a dict, a TSV, CSV or JSON file, or comes with the package
("builtin"). It works in both directions. A side may list several forms parted by "|": the
first is the one that is written, the others are recognised as well. Knows no model: what is
done with what it finds is `summarize.terms`'s.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib import resources
from itertools import takewhile
from pathlib import Path
from typing import TypeAlias
from unicodedata import category

from summarize.errors import InputError, OptionError, ReadError
from summarize.news.josa import PARTICLES

BUILTIN, NONE = "builtin", "none"
"""The names of the glossary that comes with the package, and of an empty one."""

LANGUAGES = ("en", "ko")
DIRECTIONS = ("", "en>ko", "ko>en")
COUNTRY, SOUND = "country", "sound"
FORMATS = (".tsv", ".csv", ".json")
LONGEST = 200  # characters of one form: a longer one is a column gone wrong

Given: TypeAlias = "Glossary | Mapping[str, str] | str | Path"
"""What a glossary is made of: one, a dict, "builtin", "none", or the path of a file."""

_HEADERS = {
    "en": {"en", "english", "영어", "eng"},
    "ko": {"ko", "korean", "한국어", "kor"},
}
_HANGUL = re.compile(r"[가-힣]")

_AFTER_NAME = re.compile(rf"(?:{PARTICLES})?(?![가-힣A-Za-z])")
_AFTER_COUNTRY = re.compile(rf"{PARTICLES}(?![가-힣A-Za-z])|(?!\s*[가-힣A-Za-z])")
_BEGINS = {"en": re.compile(r"(?<![\w@#.])"), "ko": re.compile(r"(?<![가-힣A-Za-z])")}
"""Where a form may begin."""

_APOSTROPHES, _HYPHENS = "'’", "-‐‑"


@dataclass(frozen=True, slots=True)
class Term:
    """One name or term.

    Attributes:
        english, korean: its forms; the first of each is the one that is written.
        direction: "" for both ways, "en>ko" or "ko>en" where only one is safe.
        kind: any word; a "country" is found in Korean before a particle only, because before
            another noun English has the adjective (영국 국방부, the British ...). What is called by
            its "sound" may be spelt otherwise: its Korean is one way to do so.
        place: where it was written, for messages ("terms.tsv, line 3").
    """

    english: tuple[str, ...]
    korean: tuple[str, ...]
    direction: str = ""
    kind: str = ""
    place: str = ""

    def forms(self, language: str) -> tuple[str, ...]:
        """Its forms in "en" or "ko"."""
        return self.english if language == "en" else self.korean

    def goes(self, source: str) -> bool:
        """Whether it may be looked for in texts of `source`."""
        return not self.direction or self.direction.startswith(source)


@dataclass(frozen=True, slots=True)
class Match:
    """A term in a text: `text[start:end]`, and what is to be written for it."""

    start: int
    end: int
    term: Term
    target: str


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
        target = "ko" if source == "en" else "en"
        forms = self._english_forms if source == "en" else self._korean_forms
        shouting = source == "en" and _is_shouting(text)
        matches, position = [], 0
        while position < len(text):
            begins = _BEGINS[source].match(text, position)
            found = begins and _longest_at(text, position, forms, shouting)
            if found is None:
                position += 1
                continue
            end, term = found
            matches.append(Match(position, end, term, term.forms(target)[0]))
            position = end
        return tuple(matches)

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
    def _english_forms(self) -> _Forms:
        return _indexed(self.terms, "en")

    @cached_property
    def _korean_forms(self) -> _Forms:
        return _indexed(self.terms, "ko")


# -- looking up ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Form:
    text: str
    start: str  # its first letters and digits, small; nothing where these are more letters
    after: re.Pattern[str] | None
    acronym: bool
    term: Term

    def match(self, text: str, position: int) -> re.Match[str] | None:
        """Where it stands at `position`. Most do not even begin so, and need no pattern made."""
        begins = text[position : position + len(self.start)].casefold() == self.start
        pattern = (_english if self.after is None else _korean) if begins else None
        return pattern and pattern(self.text).match(text, position)


_Forms: TypeAlias = dict[str, list[_Form]]
"""Forms by their first two letters, small; by the first, where the second may vary."""


def _indexed(terms: Sequence[Term], language: str) -> _Forms:
    forms: _Forms = {}
    seen = set()
    for term in terms:
        for form in term.forms(language) if term.goes(language) else ():
            if form not in seen:  # the first term with a form has it
                seen.add(form)
                acronym = language == "en" and form.upper() == form
                korean = _AFTER_COUNTRY if term.kind == COUNTRY else _AFTER_NAME
                after = korean if language == "ko" else None
                begins = "".join(takewhile(str.isalnum, form))
                small = begins.casefold() if len(begins.casefold()) == len(begins) else ""
                made = _Form(form, small, after, acronym, term)
                start = form[:2] if form[1:2].isalnum() else form[0]
                forms.setdefault(start.casefold(), []).append(made)
    for some in forms.values():
        some.sort(key=lambda form: -len(form.text))
    return forms


def _longest_at(text: str, position: int, forms: _Forms, shouting: bool) -> tuple[int, Term] | None:
    pair, single = text[position : position + 2].casefold(), text[position].casefold()
    here = forms.get(pair, ())
    if pair != single and single in forms:
        here = sorted((*here, *forms[single]), key=lambda form: -len(form.text))
    for form in here:
        if form.acronym and shouting:
            continue
        match = form.match(text, position)
        if match and (form.after is None or form.after.match(text, match.end())):
            end = match.end()
            if text[end - 1] == "." and not any(map(str.isalnum, text[end:])):
                end -= 1  # "in the U.S." ends the sentence, too
            return end, form.term
    return None


@lru_cache(10_000)
def _english(form: str) -> re.Pattern[str]:
    """Matches `form` at a position: its cases, its plural, and whole words only."""
    if form.lower() == form:
        plural = "(?:es|s)?" if form[-1].isalpha() and form[-1] != "s" else ""
        body, flags = _spaced(form, r"\s+") + plural, re.IGNORECASE
    else:
        cases = dict.fromkeys((form,) if form.upper() == form else (form, form.upper()))
        body, flags = "|".join(_spaced(case, r"\s+") for case in cases), re.NOFLAG
    return re.compile(rf"(?:{body})(?![\w$]|\.\w)", flags)


@lru_cache(10_000)
def _korean(form: str) -> re.Pattern[str]:
    """Matches `form` at the beginning of a word; what may follow is looked at apart."""
    body = _spaced(form, r"\s*")
    return re.compile(rf"(?:{body})")


def _spaced(form: str, space: str) -> str:
    """`form` as a pattern in which white space, apostrophes and hyphens may vary."""
    kinds = {_APOSTROPHES: f"[{_APOSTROPHES}]", _HYPHENS: f"[{_HYPHENS}]"}
    pattern = ""
    for character in form:
        kind = next((k for k in kinds if character in k), None)
        pattern += space if character == " " else kinds[kind] if kind else re.escape(character)
    return pattern


def _is_shouting(text: str) -> bool:
    """Whether a text is in capitals throughout, so that US may be "us"."""
    return text.upper() == text and len(text.split()) > 2


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
