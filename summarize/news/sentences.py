"""Text to sentences, sentences to chunks under a token budget, and back.

English goes through nupunkt and Korean through kiwipiepy (the comparison that chose
nupunkt is in benchmarks/LOG.md), each with a few mends for what it does wrong on news.
Nothing is ever lost: the sentences of a text, put one after another, are the text, white
space aside. Tokens are counted by a function that the caller gives; this module knows no
tokenizer and no model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from summarize.errors import OptionError
from summarize.news.analyser import kiwi

CountTokens = Callable[[str], int]

_CLOSERS = "\"'”’»)]}〉》」』】"
_ENDS = re.compile(rf"[.!?…。！？]+[{re.escape(_CLOSERS)}]*$")

# nupunkt takes these for the end of a sentence when a name follows.
_TITLE = re.compile(
    r"\b(?:Lt|Gen|Maj|Brig|Col|Capt|Cmdr|Adm|Sgt|Cpl|Pvt|Pfc|Spc|Det|Insp|Supt"
    r"|Sens?|Reps?|Govs?|Pres|Atty|Drs?|Messrs)\.\s+$"
)
_INITIALS = re.compile(r"\b[A-Z]\.[A-Z]\.\s+$")
_OFFICE = re.compile(r"(?:Secretary|General|Ambassador)\b")

# kiwipiepy reads a straight quote after a full stop as the closing one, and now and then
# ends a sentence inside a word or at an ending that is none.
_KOREAN_ENDING = re.compile(rf"(?:[.!?…。:;]|[다요까죠])[{re.escape(_CLOSERS)}]*$")
_FULL_STOP = re.compile(rf"[다요까죠][.!?]+[{re.escape(_CLOSERS)}]*")
_BEFORE_QUOTE = re.compile(r"[다요까죠]\.\s+(?=[\"“‘'])")
_WINDOW = 2_000  # characters; kiwipiepy's time grows with the square of some long lines
_LONGEST_ANALYSED = 60  # characters; the last words decide whether a sentence is over

_CLAUSE_MARK = re.compile(rf"(?:[,;:，、；：…—–]|[.!?])[{re.escape(_CLOSERS)}]*\s+|\s+[—–-]\s+")


def split(text: str, language: str) -> list[str]:
    """The sentences of `text` in order, stripped; none spans a line break.

    Args:
        text: any length; blank text gives an empty list.
        language: "ko" for Korean; everything else is read by the English rules.
    """
    sentences = []
    for line in text.splitlines():
        starts = _korean_starts(line) if language == "ko" else _english_starts(line)
        cuts = [0, *starts, len(line)]
        pieces = (line[a:b].strip() for a, b in pairwise(cuts))
        sentences += [piece for piece in pieces if piece]
    return sentences


def split_paragraphs(paragraphs: Iterable[str], language: str) -> tuple[tuple[str, ...], ...]:
    """The sentences of each paragraph; as many tuples come out as paragraphs went in."""
    return tuple(tuple(split(paragraph, language)) for paragraph in paragraphs)


def join(sentences: Iterable[str], language: str) -> str:
    """One paragraph of `sentences`; English and Korean both part them by a space."""
    return " ".join(sentences)


def count_words(text: str, language: str) -> int:
    """Words between white space; in Korean these are eojeol."""
    return len(text.split())


def ends_complete(sentence: str, language: str) -> bool:
    """Whether `sentence` ends where a sentence may end, rather than in its middle.

    A full stop, question or exclamation mark or ellipsis counts, inside or outside
    closing quotes and brackets. Korean without one counts when its last word carries a
    sentence-final ending ("발표했다", "합니다") or a nominal one ("발표함").
    """
    sentence = sentence.rstrip()
    if _ENDS.search(sentence[-_LONGEST_ANALYSED:]):
        return True
    if language != "ko":
        return False
    tail = sentence.rstrip(_CLOSERS)[-_LONGEST_ANALYSED:]
    if not tail or not "가" <= tail[-1] <= "힣":
        return False
    last = kiwi().tokenize(tail)[-1]
    return last.tag == "EF" or (last.tag == "ETN" and tail[-1] != "기")


def chunk(
    sentences: Sequence[str], budget: int, count_tokens: CountTokens, language: str = "en"
) -> list[list[str]]:
    """`sentences` in order, packed into as few chunks as fit `budget`, of even size.

    A sentence is cut only when it alone exceeds the budget (see `cut`).

    Args:
        sentences: in order.
        budget: most tokens of `join(chunk, language)`.
        count_tokens: text to number of tokens.
        language: as in `join`.

    Raises:
        OptionError: a budget below 1.
    """
    pieces = [piece for s in sentences for piece in cut(s, budget, count_tokens)]
    sizes = [count_tokens(piece) for piece in pieces]
    allowed = budget
    while True:
        chunks = _pack_evenly(pieces, sizes, allowed)
        excess = max(
            (count_tokens(join(c, language)) - budget for c in chunks if len(c) > 1), default=0
        )
        # Joining can cost tokens that the parts did not show; then pack a little less.
        if excess <= 0:
            return chunks
        allowed -= excess


def cut(sentence: str, budget: int, count_tokens: CountTokens) -> list[str]:
    """`sentence` in parts of at most `budget` tokens, whole if it fits; nothing is lost.

    Cuts fall after a clause mark, else at a space, else between characters. A single
    character that exceeds the budget stands alone.

    Raises:
        OptionError: a budget below 1.
    """
    if budget < 1:
        raise OptionError(f"the token budget must be at least 1, not {budget}.")
    parts = []
    rest = sentence.strip()
    guess = 4 * budget
    while rest:
        longest = _longest_prefix(rest, budget, count_tokens, guess)
        end = longest if longest == len(rest) else _good_end(rest, longest)
        while end > 1 and count_tokens(rest[:end].strip()) > budget:
            end -= 1
        parts.append(rest[:end].strip())
        rest = rest[end:].lstrip()
        guess = 2 * end
    return parts


def _english_starts(line: str) -> list[int]:
    from nupunkt import sent_spans

    if not line.strip():
        return []
    return [
        start
        for start, _ in sent_spans(line)[1:]
        if not _TITLE.search(line, max(0, start - 20), start)
        and not (_INITIALS.search(line, max(0, start - 20), start) and _OFFICE.match(line, start))
    ]


def _korean_starts(line: str) -> list[int]:
    if not line.strip():
        return []
    starts = [
        begin + start
        for begin, end in _windows(line)
        for start in _analysed_starts(line[begin:end])
        if _may_start(line, begin + start)
    ]
    return sorted({*starts, *_starts_before_quotes(line, starts)})


def _analysed_starts(stretch: str) -> list[int]:
    if len(stretch) == _WINDOW and " " not in stretch:
        # Nobody's Korean: the analyser would take seconds over it and find nothing better.
        return [0, *(match.end() for match in _FULL_STOP.finditer(stretch))]
    return [found.start for found in kiwi().split_into_sents(stretch, return_sub_sents=False)]


def _windows(line: str) -> Iterable[tuple[int, int]]:
    """`line` in stretches of at most `_WINDOW` characters, parted at spaces if it has any."""
    begin = 0
    while len(line) - begin > _WINDOW:
        space = line.rfind(" ", begin + 1, begin + _WINDOW)
        end = space + 1 if space > 0 else begin + _WINDOW
        yield begin, end
        begin = end
    yield begin, len(line)


def _may_start(line: str, start: int) -> bool:
    before = line[max(0, start - 20) : start]
    if not before:
        return False
    word_ends = before != before.rstrip() or bool(_ENDS.search(before))
    return word_ends and bool(_KOREAN_ENDING.search(before.rstrip()))


def _starts_before_quotes(line: str, starts: list[int]) -> Iterable[int]:
    """Sentence starts at an opening quote that follows a full stop outside any quotation."""
    bounds = [0, *starts, len(line)]
    for begin, end in pairwise(bounds):
        straight = curly = 0
        seen = begin
        for match in _BEFORE_QUOTE.finditer(line, begin, end):
            passed = line[seen : match.end()]
            straight += passed.count('"')
            curly += passed.count("“") - passed.count("”")
            seen = match.end()
            if straight % 2 == 0 and curly == 0:
                yield seen


def _pack_evenly(pieces: Sequence[str], sizes: Sequence[int], budget: int) -> list[list[str]]:
    """As few chunks as `budget` allows, with the largest of them as small as it can be."""
    fewest = len(_pack(pieces, sizes, budget))
    low, high = max(sizes, default=0), budget
    while low < high:
        middle = (low + high) // 2
        if len(_pack(pieces, sizes, middle)) <= fewest:
            high = middle
        else:
            low = middle + 1
    return _pack(pieces, sizes, high)


def _pack(pieces: Sequence[str], sizes: Sequence[int], budget: int) -> list[list[str]]:
    chunks: list[list[str]] = []
    room = 0
    for piece, size in zip(pieces, sizes, strict=True):
        if not chunks or size > room:
            chunks.append([])
            room = budget
        chunks[-1].append(piece)
        room -= size
    return chunks


def _longest_prefix(text: str, budget: int, count_tokens: CountTokens, guess: int) -> int:
    """Characters of the longest prefix within `budget` (at least 1), found from `guess`."""
    fits, over = 0, min(max(guess, 1), len(text))
    while count_tokens(text[:over]) <= budget:
        if over == len(text):
            return over
        fits, over = over, min(2 * over, len(text))
    while over - fits > 1:
        middle = (fits + over) // 2
        if count_tokens(text[:middle]) <= budget:
            fits = middle
        else:
            over = middle
    return max(fits, 1)


def _good_end(text: str, longest: int) -> int:
    """Where to cut `text` at or before `longest`: a clause in the second half, else a space."""
    clauses = [m.end() for m in _CLAUSE_MARK.finditer(text, longest // 2, longest)]
    if clauses:
        return clauses[-1]
    space = max(text.rfind(" ", 0, longest), text.rfind("\n", 0, longest))
    return space + 1 if space > 0 else longest
