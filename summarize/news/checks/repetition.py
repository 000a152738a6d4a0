"""Words and sentences that come again and again, as looping models write them.

A text is compared with what it was made from, so that what its source repeats may be
repeated. Knows no language: words are what stands between white space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from summarize.news.checks.findings import Finding, Kind, Span, error, quoted, warning

_TOKEN = re.compile(r"\S+")
_EDGES = "\"'“”‘’()[]<>《》〈〉,.!?…·;:"
_LONGEST_PHRASE = 12  # words
_AT_ONCE = {1: 3, 2: 3}  # a word or pair this often in a row is a loop; longer phrases twice
_FAR_APART = 6  # words of a phrase that may not come twice in a sentence
_SHORT_WORD = 1  # characters; "a a a" and "1 1 1" are tables, not loops
_SAME_CHARACTER = re.compile(r"([^\W\d_])\1{5,}")
_SYLLABLES = re.compile(r"([가-힣]{2,8}?)\1{3,}")


def loops(text: str, source: str = "") -> list[Finding]:
    """Immediate repetitions in a text, and long phrases that come twice in it.

    Args:
        text: one sentence or a few.
        source: what it was made from; a repetition as strong there is none here.
    """
    place = _loop(text)
    if place is not None:
        if _loop(source) is not None:
            return []
        repeated = quoted(text[slice(*place)])
        return [error(Kind.REPETITION, f"the same again and again: {repeated}", None, place)]
    twice = _phrase_twice(text)
    if twice is not None and _phrase_twice(source, _FAR_APART // 2) is None:
        phrase = quoted(text[slice(*twice)])
        return [error(Kind.REPETITION, f"said twice: {phrase}", None, twice)]
    return []


def repeated_sentences(sentences: Sequence[str], sources: Sequence[str] = ()) -> list[Finding]:
    """Sentences that an earlier one says word for word, unless their sources are alike too.

    `sources` are as many as `sentences`, or none.
    """
    first: dict[str, int] = {}
    findings = []
    for number, sentence in enumerate(sentences):
        key = " ".join(sentence.split()).strip(_EDGES)
        if len(key) <= _FAR_APART * 2:
            continue
        if key in first:
            earlier = first[key]
            if not sources or sources[number] != sources[earlier]:
                message = f"the sentence is the same as number {earlier + 1}: {quoted(sentence)}"
                found = warning if sources else error
                findings.append(found(Kind.REPETITION, message, None, (0, len(sentence))))
                findings[-1] = Finding(
                    *(findings[-1].kind, findings[-1].severity, findings[-1].message),
                    None,
                    findings[-1].target_span,
                    number,
                )
        else:
            first[key] = number
    return findings


def _loop(text: str) -> Span | None:
    for pattern in (_SAME_CHARACTER, _SYLLABLES):
        found = pattern.search(text)
        if found:
            return found.span()
    tokens = list(_TOKEN.finditer(text))
    words = [token.group().strip(_EDGES).lower() for token in tokens]
    for length in range(1, min(_LONGEST_PHRASE, len(words) // 2) + 1):
        run = 0
        for at in range(length, len(words)):
            run = run + 1 if words[at] == words[at - length] and words[at] else 0
            times = run // length + 1
            if times >= _AT_ONCE.get(length, 2) and run % length == 0:
                start = at - run - length + 1
                said = "".join(words[start : start + length])
                if len(said) > _SHORT_WORD and any(c.isalpha() for c in said):
                    return tokens[start].start(), tokens[at].end()
    return None


def _phrase_twice(text: str, length: int = _FAR_APART) -> Span | None:
    tokens = list(_TOKEN.finditer(text))
    words = [token.group().strip(_EDGES).lower() for token in tokens]
    seen: dict[tuple[str, ...], int] = {}
    for at in range(len(words) - length + 1):
        phrase = tuple(words[at : at + length])
        if phrase in seen and at - seen[phrase] >= length:
            return tokens[at].start(), tokens[at + length - 1].end()
        seen.setdefault(phrase, at)
    return None
