"""Where a text holds terms: their forms by their first letters, and the patterns of each.

Most forms do not even begin where a text is looked at, and need no pattern made. Knows no
glossary and no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from summarize.news.josa import PARTICLES

LANGUAGES = ("en", "ko")
COUNTRY, SOUND = "country", "sound"

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


class Lookup:
    """Finds terms in texts of one language; see `Glossary.find` for what counts as one.

    Args:
        terms: of several with the same form, the first has it.
        source: "en" or "ko".
    """

    def __init__(self, terms: Iterable[Term], source: str) -> None:
        self._source, self._target = source, "ko" if source == "en" else "en"
        # By their first two letters, small; by the first, where the second may vary.
        self._forms: dict[str, list[_Form]] = {}
        seen = set()
        for term in terms:
            for form in term.forms(source) if term.goes(source) else ():
                if form not in seen:
                    seen.add(form)
                    start = form[:2] if form[1:2].isalnum() else form[0]
                    made = _Form.of(form, term, source)
                    self._forms.setdefault(start.casefold(), []).append(made)
        for some in self._forms.values():
            some.sort(key=_longest_first)

    def find(self, text: str) -> tuple[Match, ...]:
        """The terms in `text`, in order: the longest where several begin, none overlapping."""
        shouting = self._source == "en" and _is_shouting(text)
        matches, position = [], 0
        while position < len(text):
            begins = _BEGINS[self._source].match(text, position)
            found = begins and self._longest_at(text, position, shouting)
            if found is None:
                position += 1
                continue
            end, term = found
            matches.append(Match(position, end, term, term.forms(self._target)[0]))
            position = end
        return tuple(matches)

    def _longest_at(self, text: str, position: int, shouting: bool) -> tuple[int, Term] | None:
        pair, single = text[position : position + 2].casefold(), text[position].casefold()
        here = self._forms.get(pair, [])
        if pair != single and single in self._forms:
            here = sorted((*here, *self._forms[single]), key=_longest_first)
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


@dataclass(frozen=True, slots=True)
class _Form:
    text: str
    start: str  # its first letters and digits, small; nothing where these are more letters
    after: re.Pattern[str] | None
    acronym: bool
    term: Term

    @classmethod
    def of(cls, form: str, term: Term, language: str) -> _Form:
        """One of a term's forms in a language."""
        begins = "".join(takewhile(str.isalnum, form))
        small = begins.casefold() if len(begins.casefold()) == len(begins) else ""
        acronym = language == "en" and form.upper() == form
        korean = _AFTER_COUNTRY if term.kind == COUNTRY else _AFTER_NAME
        return cls(form, small, korean if language == "ko" else None, acronym, term)

    def match(self, text: str, position: int) -> re.Match[str] | None:
        """Where it stands at `position`, whatever follows a Korean one."""
        begins = text[position : position + len(self.start)].casefold() == self.start
        pattern = (_english if self.after is None else _korean) if begins else None
        return pattern and pattern(self.text).match(text, position)


def _longest_first(form: _Form) -> int:
    return -len(form.text)


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
