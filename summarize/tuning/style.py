"""Korean in news style: sentences that end in -습니다 end in -다.

Declaratives outside quotation marks only; questions, requests and the -요 style are
left as they are, and so is what kiwipiepy's analysis leaves open. Knows no files.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

FORMAL = ("습니다", "ᆸ니다")
DESCRIPTIVE = ("VA", "VCP", "VCN", "XSA")
ACTIVE = ("VV", "XSV")
EXISTING = ("있", "없", "계시", "싶")
"""Stems that take -다 whatever they are tagged as."""

HELPING = ("지", "주", "오", "가", "버리", "두", "놓", "내", "대", "나가", "하", "되")
"""Auxiliary verbs that are active whatever stands before them."""

SYLLABLES, FINALS = 0xAC00, 28
NIEUN, RIEUL, BIEUP = 4, 8, 17


def plain(text: str) -> str:
    """`text` with its -습니다 sentences in the plain style ("했습니다." to "했다.")."""
    if "니다" not in text:
        return text
    tokens = _kiwi().tokenize(text)
    for index in range(len(tokens) - 1, 0, -1):
        token = tokens[index]
        if token.tag != "EF" or token.form not in FORMAL:
            continue
        end = token.start + token.len
        if _quoted(text, token.start) or text[end : end + 1] in ("?", "까"):
            continue
        ending = _ending(tokens, index)
        if ending is not None and text[:end].endswith("니다"):
            text = _replaced(text, end, ending, tokens[index - 1].form)
    return text


def _ending(tokens: Sequence[Any], index: int) -> str | None:
    """What the predicate before the ending at `index` takes: 다, ㄴ다, or None where it is open."""
    stem = tokens[index - 1]
    tag = stem.tag.split("-")[0]
    if tag == "EP":
        return "다" if stem.form in ("었", "겠", "았", "였") else None
    if stem.form in EXISTING or tag in DESCRIPTIVE:
        return "다"
    if tag in ACTIVE:
        return "ㄴ다"
    if tag == "VX" and stem.form in HELPING:
        return "ㄴ다"
    if tag == "VX" and stem.form in ("않", "못하") and index >= 3:
        main = tokens[index - 3].tag.split("-")[0]
        if tokens[index - 2].form == "지" and main in (*DESCRIPTIVE, *ACTIVE):
            lacks = tokens[index - 3].form in EXISTING
            return "다" if main in DESCRIPTIVE or lacks else "ㄴ다"
    return None


def _replaced(text: str, end: int, ending: str, stem: str) -> str:
    """`text` whose formal ending before `end` is made plain."""
    before, after = text[:end], text[end:]
    if before.endswith("습니다") and _final(before[-4:-3]) != 0:
        return before[:-3] + ("다" if ending == "다" else "는다") + after
    head, last = before[:-3], before[-3]
    if _final(last) != BIEUP:
        return text
    if ending == "ㄴ다":
        return head + _with_final(last, NIEUN) + "다" + after
    final = RIEUL if _final(stem[-1:]) == RIEUL else 0
    return head + _with_final(last, final) + "다" + after


def _quoted(text: str, position: int) -> bool:
    before = text[:position]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def _final(syllable: str) -> int:
    """The number of a syllable's final consonant, 0 for none, -1 for what is no syllable."""
    code = ord(syllable) - SYLLABLES if syllable else -1
    return code % FINALS if 0 <= code < 11172 else -1


def _with_final(syllable: str, final: int) -> str:
    code = ord(syllable) - SYLLABLES
    return chr(SYLLABLES + code - code % FINALS + final)


@lru_cache(maxsize=1)
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    return Kiwi()
