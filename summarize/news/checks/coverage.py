"""Does an output cover its source? A clause without a counterpart, by its words and by length.

Two hypotheses are weighed for every run of words of the source: that it was translated
like the rest, or that it was dropped, so that its words are answered only by chance and
the output is that much shorter. The figures are shares and lengths counted in the
tuning halves of `benchmarks/checks.py`. Knows words, not grammar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from summarize.news.checks import lexicon, names
from summarize.news.checks.findings import Span
from summarize.news.checks.lexicon import Anchor

_KOREAN_PER_ENGLISH = -0.82  # mean of log(characters in Korean / in English), spaces left out
_PER_LENGTH = -0.13  # what that mean changes with log(length / 100)
_SPREAD = 0.165  # its standard deviation at 100 characters of English

_AMPLE = -0.5  # standard deviations of the length; a clause less would make it shorter
_GLOSS = re.compile(r"(?<=[가-힣])\s?\([A-Za-z][^()가-힣]*\)")


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Natural logarithms of likelihood ratios for "dropped" against "translated"."""

    absent: float
    present: float


# Share of words that are answered in a translation, and in another sentence's.
_ENGLISH = _Evidence(log((1 - 0.13) / (1 - 0.87)), log(0.13 / 0.87))
_KOREAN = _Evidence(log((1 - 0.03) / (1 - 0.80)), log(0.03 / 0.80))
_STRAY = log((1 - 0.05) / (1 - 0.85))  # a proper noun of kiwipiepy's that English does not sound
_NAME = _Evidence(log((1 - 0.08) / (1 - 0.95)), log(0.08 / 0.95))


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the source that seems to have no counterpart, and how strongly."""

    span: Span
    strength: float
    words: int


def length_score(source: str, target: str, language: str) -> float:
    """How many standard deviations longer than usual `target` is; negative for shorter.

    Args:
        source: text in the other of English and Korean.
        target: its translation.
        language: the target's.
    """
    return _length_score(_size(source), _size(target), language)


def agreement(source: str, target: str, language: str) -> float:
    """How ill the words of two texts answer each other; below zero they do.

    Arguments as for `length_score`. Only words of the table count, so that this is quick.
    """
    if language == "ko":
        anchors, kind = lexicon.english_anchors(source, target), _ENGLISH
    else:
        anchors, kind = lexicon.korean_anchors(source, target), _KOREAN
    return sum(_weight(kind, anchor.found) for anchor in anchors)


def gap(
    source: str, target: str, language: str, extra: Sequence[tuple[Span, bool]] = ()
) -> Gap | None:
    """The stretch of `source` that most likely has no counterpart in `target`.

    Args:
        source, target: a sentence and its translation.
        language: the target's.
        extra: spans of the source, such as its numbers, and whether they have a counterpart.
    """
    certain = [(span, _weight(_NAME, found)) for span, found in extra]
    weighed = _weighed(source, target, language, certain)
    weighed.sort()
    size, length = _size(source), _size(target)
    shorter = _length_score(size, length, language)
    best: Gap | None = None
    for first in range(len(weighed)):
        total = 0.0
        for last in range(first, len(weighed)):
            total += weighed[last][1]
            if weighed[last][1] < 0 or weighed[first][1] < 0:
                continue
            span = _whole_words(source, weighed[first][0][0], weighed[last][0][1])
            part = _size(source[slice(*span)]) / max(size, 1)
            without = _length_score(size * max(1 - part, 0.1), length, language)
            lengths = (min(shorter**2, 16) - min(without**2, 16)) / 2
            strength = total + max(min(lengths, 3.0), -3.0)
            if best is None or strength > best.strength:
                best = Gap(span, strength, last - first + 1)
    return best


def _weighed(
    source: str, target: str, language: str, certain: Sequence[tuple[Span, float]]
) -> list[tuple[Span, float]]:
    anchors: list[Anchor]
    if language == "ko":
        places = [
            (m.span, _weight(_NAME, lexicon.names_place(target, m.place) or said in target))
            for m in lexicon.english_places(source)
            if (said := source[slice(*m.span)])
        ]
        people = [
            (name.span, _weight(_NAME, found))
            for name in names.names(source)
            if (found := names.has_name(name, target, source)) is not None
        ]
        anchors, kind = lexicon.english_anchors(source, target), _ENGLISH
    else:
        there = {m.place for m in lexicon.english_places(target)}
        places = [(m.span, _weight(_NAME, m.place in there)) for m in lexicon.korean_places(source)]
        anchors, kind = lexicon.korean_anchors(source, target), _KOREAN
        # The analyser takes most of a check's time, and proper nouns cannot make a gap alone.
        covered = all(anchor.found for anchor in anchors) and all(w < 0 for _, w in places)
        ample = covered and length_score(source, target, language) > _AMPLE
        people = [] if ample else [(span, _STRAY) for span in names.strays(source, target)]
    taken = [*certain, *places, *people]
    words = [
        (a.span, _weight(kind, a.found))
        for a in anchors
        if not any(a.span[0] < end and start < a.span[1] for (start, end), _ in taken)
    ]
    return words + taken


def _weight(evidence: _Evidence, found: bool) -> float:
    return evidence.present if found else evidence.absent


def _length_score(source: float, target: float, language: str) -> float:
    english, korean = (source, target) if language == "ko" else (target, source)
    english, korean = max(english, 1.0), max(korean, 1.0)
    mean = _KOREAN_PER_ENGLISH + _PER_LENGTH * log(min(max(english, 25), 400) / 100)
    spread = _SPREAD * (1 + 12 / english)
    score = (log(korean / english) - mean) / spread
    return score if language == "ko" else -score


def _size(text: str) -> int:
    """Characters without white space and without glosses in Latin letters."""
    return len("".join(_GLOSS.sub("", text).split()))


def _whole_words(text: str, start: int, end: int) -> Span:
    """The span widened to white space."""
    before = re.search(r"\S*$", text[:start])
    after = re.match(r"\S*", text[end:])
    return start - len(before.group() if before else ""), end + len(after.group() if after else "")
