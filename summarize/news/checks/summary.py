"""A summary beside its article: what it holds that the article does not.

Numbers and names are compared as what they are, not as strings: "$1.2 billion" is in an
article that says "1,200 million dollars", and "Iranian" in one that says "Iran". Knows no
model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarize.news.article import Article
from summarize.news.checks import figures, lexicon, names, quotations, repetition, scripts
from summarize.news.checks.findings import Finding, Kind, Span, error, quoted
from summarize.news.numbers import Quantity, read
from summarize.news.rules import CAPTION
from summarize.news.sentences import ends_complete, split

_ACRONYM = re.compile(r"(?<![\w.])[A-Z][A-Z&]{1,6}(?![\w.]|-\d)")
_CAPITALISED = re.compile(r"\b[A-Z]")
_KNOWN_ACRONYMS = frozenset(
    [
        "US",
        "UK",
        "EU",
        "UN",
        "USA",
        "TV",
        "AM",
        "PM",
        "CEO",
        "GDP",
        "AI",
        "IT",
        "PC",
        "DNA",
        "HIV",
        "AIDS",
        "COVID",
    ]
)
_SHORTEST_NAME = 2  # characters of a Korean name that is looked up


@dataclass(frozen=True)
class _Source:
    """An article, ready to be looked things up in."""

    text: str
    language: str
    captions: tuple[str, ...]

    @classmethod
    def of(cls, article: Article | str, language: str) -> _Source:
        if isinstance(article, str):
            return cls(article, language, ())
        parts = [article.headline, article.byline, article.date, article.text]
        captions = tuple(a.text for a in article.set_aside if a.rule == CAPTION)
        datelines = [a.text for a in article.set_aside if a.rule != CAPTION]
        return cls("\n".join(filter(None, [*parts, *datelines])), language, captions)

    @cached_property
    def normal(self) -> str:
        return quotations.normal(self.text)

    @cached_property
    def numbers(self) -> tuple[Quantity, ...]:
        if self.language not in figures.LANGUAGES:
            return ()
        return tuple(q for line in self.text.splitlines() for q in read(line, self.language))

    @cached_property
    def initials(self) -> str:
        return "".join(_CAPITALISED.findall(self.text))

    @cached_property
    def places(self) -> frozenset[lexicon.Place]:
        if self.language == "en":
            return frozenset(m.place for m in lexicon.english_places(self.text))
        return frozenset(p for p in lexicon.places() if lexicon.names_place(self.text, p))


def check_summary(
    article: Article | str, summary: str | Sequence[str], language: str
) -> tuple[Finding, ...]:
    """What is wrong with a summary; `Finding.sentence` is the number of its sentence.

    Args:
        article: the article, or its text.
        summary: the summary's text, or its sentences.
        language: ISO 639-1 code of both.
    """
    sentences = split(summary, language) if isinstance(summary, str) else list(summary)
    source = _Source.of(article, language)
    whole = " ".join(sentences)
    alien = scripts.wrong_language(whole, language)
    if alien is not None:
        return (alien,)
    found: list[Finding] = []
    for number, sentence in enumerate(sentences):
        found += [replace(one, sentence=number) for one in _of_sentence(sentence, source)]
    found += repetition.repeated_sentences(sentences)
    return tuple(found)


def closest(sentence: str, candidates: Sequence[str]) -> int | None:
    """The number of the candidate that shares most with `sentence`; None where none does.

    Shares are counted in pairs of letters, so that endings and particles matter little.
    """
    mine = _pairs(sentence)
    shares = [_dice(mine, _pairs(candidate)) for candidate in candidates]
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] > 0 else None


def _of_sentence(sentence: str, source: _Source) -> list[Finding]:
    language = source.language
    if quotations.normal(sentence) in source.normal and sentence:
        return _ending(sentence, language)  # the article's own words
    found = repetition.loops(sentence, source.text)
    found += scripts.foreign_letters(sentence, source.text, language)
    if language in figures.LANGUAGES:
        for q in figures.unsupported_numbers(sentence, source.numbers, language):
            kind = Kind.DATE if q.kind in ("date", "time") else Kind.NUMBER
            message = f"the article does not have the {_said(q)} {quoted(q.text)}"
            found.append(error(kind, message, None, q.span))
        found += [
            error(
                Kind.NAME, f"the article does not name {quoted(sentence[slice(*span)])}", None, span
            )
            for span in _unknown_names(sentence, source)
        ]
    found += quotations.invented_quotes(sentence, source.normal)
    said = quotations.normal(sentence)
    if any(said in quotations.normal(caption) for caption in source.captions):
        message = f"stands in a caption, not in the article: {quoted(sentence)}"
        found.append(error(Kind.CAPTION, message, None, (0, len(sentence))))
    return found + _ending(sentence, language)


def _ending(sentence: str, language: str) -> list[Finding]:
    if ends_complete(sentence, language):
        return []
    message = f"breaks off at {quoted(sentence[-20:])}"
    return [error(Kind.CUT_OFF, message, None, (max(len(sentence) - 1, 0), len(sentence)))]


def _unknown_names(sentence: str, source: _Source) -> list[Span]:
    if source.language == "ko":
        return _unknown_korean(sentence, source)
    found = [m.span for m in lexicon.english_places(sentence) if m.place not in source.places]
    found += [
        name.span
        for name in names.names(sentence)
        if not all(quotations.normal(word) in source.normal for word in name.words)
    ]
    for match in _ACRONYM.finditer(sentence):
        word = match.group()
        known = word in _KNOWN_ACRONYMS or word.replace("&", "") in source.initials
        if not known and quotations.normal(word) not in source.normal:
            found.append(match.span())
    return sorted(span for n, span in enumerate(found) if not _inside(span, found[:n]))


def _unknown_korean(sentence: str, source: _Source) -> list[Span]:
    found = [m.span for m in lexicon.korean_places(sentence) if m.place not in source.places]
    for start, end in names.proper_nouns(sentence):
        noun = sentence[start:end]
        if end - start < _SHORTEST_NAME or _inside((start, end), found):
            continue
        if lexicon.is_known_korean(noun) or any(
            m.span[0] < end and start < m.span[1] for m in lexicon.korean_places(sentence)
        ):
            continue
        if quotations.normal(noun) not in source.normal:
            found.append((start, end))
    return sorted(found)


def _inside(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _said(q: Quantity) -> str:
    return q.kind if q.kind in ("date", "time", "score", "age") else "number"


def _pairs(text: str) -> dict[str, int]:
    normal = quotations.normal(text)
    counts: dict[str, int] = {}
    for at in range(len(normal) - 1):
        pair = normal[at : at + 2]
        counts[pair] = counts.get(pair, 0) + 1
    return counts


def _dice(a: dict[str, int], b: dict[str, int]) -> float:
    """Twice the shared pairs over all pairs: 1 for the same text, 0 for nothing shared."""
    total = sum(a.values()) + sum(b.values())
    return 2 * sum(min(n, b.get(pair, 0)) for pair, n in a.items()) / total if total else 0.0
