"""A glossary at work: translations looked through for its names, and asked again for them.

A sentence is translated as it is, and what comes back is looked through: a name in another
of its forms, left untranslated or misspelt is mended, and the particle after it put right;
where one name is lost and one is there that the sentence does not have, that one is it.
Only a sentence that still lacks a name is translated again, protected: first with each name
replaced by its own translation ("김정은 met 푸틴"), which models copy best; then with marks
("X1 met X2") for models that cannot read the other script. The output with the most of the
names is kept, the earliest of equals; one with a mark left in it never is. The figures that
chose this order are in benchmarks/LOG.md.

Knows no model: it is given a function that translates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

from summarize.errors import SummarizeError
from summarize.news.checks.names import has_name, sounds_in, strays
from summarize.news.checks.names import names as names_of
from summarize.news.glossary import Glossary
from summarize.news.josa import PARTICLES, mended, without_particle
from summarize.news.lookup import SOUND, Match, Term

if TYPE_CHECKING:
    from summarize.generation.generator import Generated

    Reply: TypeAlias = Generated | SummarizeError
    Translate: TypeAlias = Callable[[Sequence[str]], Sequence[Reply]]

ALIKE = {"ko": 0.81, "en": 0.86}
"""How like a name a stretch of text must be to be its misspelling: the share of letters (in
Korean, of jamo) that match.
네탄야후 is 0.82 like 네타냐후, but 오스트레일리아 0.80 like 오스트리아;
Shinjo Abe is 0.89 like Shinzo Abe, Kim Jong-nam 0.84 like Kim Jong Un."""

SHORTEST = {"ko": 3, "en": 5}
"""Letters of the shortest name whose misspellings are looked for; 미국 and 미군 are too alike."""

NAMED = (SOUND, "person")
"""Kinds of terms that a name from nowhere may stand for."""

_MARK = re.compile(r"(?<![A-Za-z0-9])[Xx][ -]?(\d+)(?![A-Za-z0-9])")
_LATIN = r"(?<![A-Za-z]){}(?![A-Za-z])"
_WORD = re.compile(r"[^\s\"'“”‘’(),.!?…;:·]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """A glossary for translations from one language into another.

    Attributes:
        glossary: of names.
        source, target: ISO 639-1 codes; other pairs than English and Korean pass untouched.
    """

    glossary: Glossary
    source: str
    target: str

    def translated(
        self,
        sentences: Sequence[str],
        translate: Translate,
        fits: Callable[[str], bool] = lambda text: True,
    ) -> list[Reply]:
        """The replies to `sentences`, with the glossary's names in them where it can be done.

        Args:
            sentences: to translate.
            translate: one reply a text.
            fits: whether a text is short enough to be sent; a sentence that the names would
                make too long is not asked for again.
        """
        found = [self.find(sentence) for sentence in sentences]
        replies = list(map(self._named, translate(sentences), sentences, found))
        for protect, restored in ((with_names, _as_it_is), (with_marks, without_marks)):
            again = {}
            for n, (reply, matches) in enumerate(zip(replies, found, strict=True)):
                if not isinstance(reply, SummarizeError) and self._lost(reply, matches):
                    protected = protect(sentences[n], matches)
                    if protected is not None and fits(protected):
                        again[n] = protected
            answers = translate(list(again.values())) if again else ()
            for n, answer in zip(again, answers, strict=True):
                reply = self._named(restored(answer, found[n]), sentences[n], found[n])
                if self._is_better(reply, replies[n], found[n]):
                    replies[n] = reply
        return replies

    def find(self, sentence: str) -> tuple[Match, ...]:
        """The glossary's terms in a sentence of the source language."""
        if {self.source, self.target} != {"en", "ko"}:
            return ()
        return self.glossary.find(sentence, self.source)

    def missing(self, sentence: str, translation: str) -> tuple[Match, ...]:
        """The terms in `sentence` of which `translation` has no form."""
        return tuple(m for m in self.find(sentence) if not self._holds(translation, m.term))

    def mended(self, translation: str, matches: Iterable[Match]) -> str:
        """`translation` with what can be taken for a name of `matches` made that name.

        In this order: another of its forms, the source's form left as it was, a misspelling.
        Particles after the names are put right.
        """
        for match in matches:
            sounds = match.term.kind == SOUND and self._holds(translation, match.term)
            if not sounds and not _has(translation, match.target):
                translation = self._replaced(translation, match)
            translation = _settled(translation, match.target, self.target)
        return translation

    def notes(self, pairs: Iterable[tuple[str, Reply]]) -> tuple[str, ...]:
        """What to say of names that the replies to sentences lack."""
        lost = [
            f"{sentence[match.start : match.end]} ({match.target})"
            for sentence, reply in pairs
            if not isinstance(reply, SummarizeError)
            for match in self.missing(sentence, reply.text)
        ]
        return (f"glossary names missing: {', '.join(dict.fromkeys(lost))}",) if lost else ()

    # -- inside ---------------------------------------------------------------------------

    def _named(self, reply: Reply, sentence: str, matches: Sequence[Match]) -> Reply:
        if isinstance(reply, SummarizeError) or not matches:
            return reply
        return reply.altered(
            lambda text: self._without_stranger(self.mended(text, matches), sentence, matches)
        )

    def _without_stranger(self, text: str, sentence: str, matches: Sequence[Match]) -> str:
        """`text` with the one name lost in place of the one name from nowhere.

        A country or an agency may be meant by many words, and so does not go in.
        """
        lost = {m.target: m.term.kind for m in matches if not self._holds(text, m.term)}
        if len(lost) != 1:
            return text
        [(name, kind)] = lost.items()
        strangers = self._strangers(text, sentence) if kind in NAMED else ()
        if len({text[start:end] for start, end in strangers}) != 1:
            return text
        return _settled(_with(text, strangers, name, self.target), name, self.target)

    def _strangers(self, text: str, sentence: str) -> Sequence[tuple[int, int]]:
        """The names of a translation that its sentence does not have."""
        if self.target == "ko":
            return strays(text, sentence)
        invented = (n for n in names_of(text) if has_name(n, sentence, text) is False)
        return [name.span for name in invented]

    def _is_better(self, reply: Reply, before: Reply, matches: Sequence[Match]) -> bool:
        """Whether a reply has more of the names, and is not cut off where the other is whole."""
        if isinstance(reply, SummarizeError) or isinstance(before, SummarizeError):
            return False
        more = len(self._lost(reply, matches)) < len(self._lost(before, matches))
        return more and (reply.complete or not before.complete)

    def _lost(self, reply: Reply, matches: Iterable[Match]) -> list[Match]:
        if isinstance(reply, SummarizeError):
            return list(matches)
        return [match for match in matches if not self._holds(reply.text, match.term)]

    def _holds(self, text: str, term: Term) -> bool:
        """Whether `text` has a form of the term, or what sounds like it where that is enough."""
        if any(_has(text, form) for form in term.forms(self.target)):
            return True
        if term.kind != SOUND:
            return False
        if self.target == "ko":
            return any(sounds_in(form, text) for form in term.english)
        return any(
            sounds_in(word, form)
            for form in term.korean
            for word in _WORD.findall(text)
            if word[0].isupper()
        )

    def _replaced(self, text: str, match: Match) -> str:
        for language in (self.target, self.source):
            spans = _spans(text, match.term.forms(language))
            if spans:
                return _with(text, spans, match.target, self.target)
        span = self._misspelt(text, match)
        return _with(text, [span], match.target, self.target) if span else text

    def _misspelt(self, text: str, match: Match) -> tuple[int, int] | None:
        """Where `text` is likest to the name; None where nothing is like it enough."""
        wanted = _letters(match.target)
        if len(match.target.replace(" ", "")) < SHORTEST[self.target]:
            return None
        best, where = ALIKE[self.target], None
        for start, end in _stretches(text, len(match.target.split()), self.target):
            candidate = text[start:end]
            compared = SequenceMatcher(None, wanted, _letters(candidate), autojunk=False)
            if compared.real_quick_ratio() < best or compared.quick_ratio() < best:
                continue
            alike = compared.ratio()
            likeliest = alike > best or (alike == best and where is None)
            if likeliest and not self._is_another(candidate, match.target):
                best, where = alike, (start, end)
        return where

    def _is_another(self, name: str, wanted: str) -> bool:
        """Whether a stretch is itself a known name other than `wanted`, so no misspelling of it."""
        return any(
            found.start == 0
            and not without_particle(name[found.end :])
            and wanted not in found.term.forms(self.target)
            for glossary in (self.glossary, Glossary.builtin())
            for found in glossary.find(name, self.target)
        )


def _filled(sentence: str, matches: Sequence[Match], names: Sequence[str]) -> str:
    """`sentence` with `names` in the places of `matches`."""
    parts, position = [], 0
    for match, name in zip(matches, names, strict=True):
        parts += [sentence[position : match.start], name]
        position = match.end
    return "".join((*parts, sentence[position:]))


def with_names(sentence: str, matches: Sequence[Match]) -> str | None:
    """`sentence` with each name in the target's writing."""
    return _filled(sentence, matches, [match.target for match in matches])


def _as_it_is(reply: Reply, matches: Sequence[Match]) -> Reply:
    return reply


def with_marks(sentence: str, matches: Sequence[Match]) -> str | None:
    """`sentence` with X1, X2 for its names; None where it has such a mark of its own."""
    if _MARK.search(sentence):
        return None
    return _filled(sentence, matches, [f"X{n}" for n in _numbers(matches)])


def _numbers(matches: Sequence[Match]) -> list[int]:
    """The number of each match's mark: one a name."""
    names = list(dict.fromkeys(match.target for match in matches))
    return [names.index(match.target) + 1 for match in matches]


def without_marks(reply: Reply, matches: Sequence[Match]) -> Reply:
    """The reply with names for its marks; an empty text where a mark stands for none."""
    if isinstance(reply, SummarizeError):
        return reply
    names = {str(n): m.target for n, m in zip(_numbers(matches), matches, strict=True)}

    def named(text: str) -> str:
        unknown = any(number not in names for number in _MARK.findall(text))
        return "" if unknown else _MARK.sub(lambda mark: names[mark[1]], text)

    return reply.altered(named)


def _has(text: str, form: str) -> bool:
    """Whether `text` holds `form`: anywhere, if it is longer than one Hangul syllable."""
    if len(form) == 1:
        return bool(_spans(text, [form]))
    return form in text and bool(re.search(_LATIN.format(re.escape(form)), text))


def _spans(text: str, forms: Iterable[str]) -> list[tuple[int, int]]:
    """Where any of `forms` stands as a word, particles aside."""
    there = sorted((form for form in forms if form in text), key=len, reverse=True)
    if not there:
        return []
    longest_first = "|".join(map(re.escape, there))
    word = rf"(?<![가-힣A-Za-z])(?:{longest_first})(?={PARTICLES}?(?![가-힣A-Za-z]))"
    return [match.span() for match in re.finditer(word, text)]


def _with(text: str, spans: Sequence[tuple[int, int]], name: str, language: str) -> str:
    """`text` with `name` at `spans`; in English, without the Korean particle that followed."""
    for start, end in reversed(spans):
        rest = text[end:] if language == "ko" else without_particle(text[end:])
        text = text[:start] + name + rest
    return text


def _settled(text: str, name: str, language: str) -> str:
    """`text` with `name` once where it stood twice in a row, and with its particles right."""
    parts = re.split(rf"{re.escape(name)}(?:\s+{re.escape(name)})*", text)
    for n in range(len(parts) - 1, 0, -1):
        rest = mended(name, parts[n]) if language == "ko" else parts[n]
        parts[n - 1] += name + rest
    return parts[0]


def _stretches(text: str, words: int, language: str) -> Iterator[tuple[int, int]]:
    """Spans of about as many words as a name has; Korean ones without their last particle."""
    found = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    for count in range(max(1, words - 1), words + 2):
        for first in range(len(found) - count + 1):
            start, end = found[first][0], found[first + count - 1][1]
            if language == "en":
                if text[start].isupper():
                    yield start, end
                continue
            yield start, end
            word = text[found[first + count - 1][0] : end]
            for length in range(1, min(4, len(word))):
                if not without_particle(word[-length:]):
                    yield start, end - length


def _letters(name: str) -> str:
    """What is compared: small letters or jamo, without spaces and hyphens."""
    return unicodedata.normalize("NFD", re.sub(r"[\s\-‐‑]", "", name).casefold())
