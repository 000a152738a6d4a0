"""Korean numerals as values: figures, powers of ten, Sino-Korean and native words.

    12조3천억   7만5000   1억 1천만   5백만   100여   천이백   스물다섯   수십만   두세

Whether a word such as 세, 이 or 만 is a numeral where it stands is decided by
`korean_counters`. Hanja (三) are no numerals: in news they stand in names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from summarize.news.numbers.numerals import FIGURES, Numeral

_DIGITS = {c: i for i, c in enumerate("영일이삼사오육칠팔구")} | {"공": 0, "륙": 6}
_SMALL_POWERS = {"십": 10, "백": 100, "천": 1000}
_LARGE_POWERS = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}
_NATIVE_ONES = {
    "한": 1,
    "하나": 1,
    "두": 2,
    "둘": 2,
    "세": 3,
    "셋": 3,
    "석": 3,
    "네": 4,
    "넷": 4,
    "넉": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
}
_NATIVE_TENS = {
    "열": 10,
    "스물": 20,
    "스무": 20,
    "서른": 30,
    "마흔": 40,
    "쉰": 50,
    "예순": 60,
    "일흔": 70,
    "여든": 80,
    "아흔": 90,
}
_NATIVE_RANGES = {
    "한두": (1, 2),
    "한둘": (1, 2),
    "두세": (2, 3),
    "두서너": (2, 4),
    "서너": (3, 4),
    "너댓": (4, 5),
    "네댓": (4, 5),
    "너덧": (4, 5),
    "네다섯": (4, 5),
    "대여섯": (5, 6),
    "예닐곱": (6, 7),
    "일고여덟": (7, 8),
    "여덟아홉": (8, 9),
}

_FIGURES = re.compile(FIGURES)
_PARTS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_LARGE_BLOCKED = re.compile(
    r"조(?:각|치|사|건|기|별|직|항|로|만간|합|카|차|금)|경(?:기|찰|우|주|선|험|제)|만(?:기|료"
    r"|화|찬|세)|천(?:연|주|안|막|체|재)|백(?:화|신|악|인|일해|일장)|십(?:자)"
)
# After a power and a space another stretch goes on only if it has a power or a unit of its
# own: "1억 5천만 달러", "1만 2,345명", or is of four digits that count something and
# are no year: "1만 6000곳" and "3만 2000년 전", but not "2만 2010년".
_UNITS = (
    "명|원|달러|유로|엔|위안|파운드|개|건|대|표|톤|t|배럴|가구|kg|㎏|g|km|㎞|m|cm|마일|리터|여 ?명"
)
_CALENDAR_YEAR = r"(?:19|20)[0-9]{2} ?년(?! ?(?:전|간|동안|뒤|후|만에|이상|넘게|가까이|된))"
_NEXT_CHUNK = re.compile(
    rf" ?(?={FIGURES} ?[십백천만억조]|(?:[0-9]{{1,3}}(?:,[0-9]{{3}})?|[0-9]{{4}}) ?(?:{_UNITS})"
    r"|[수십백천]+[만억조]"
    rf"|(?!{_CALENDAR_YEAR})(?:[0-9]{{4}}|[0-9],[0-9]{{3}})(?![0-9,.])(?= ?[가-힣A-Za-z㎀-㏿]))"
)
_NEXT_SMALL = re.compile(r" (?=[0-9]{1,4}(?:[백십][0-9]*)?[만억조])")
_KOREAN = re.compile(
    rf"(?P<figures>(?<![A-Za-z0-9])(?<![0-9][.,]){FIGURES})"
    r"|(?<![가-힣])(?P<many>(?:수|몇) ?(?P<powers>[십백천]?[만억조]|[십백천]))(?P<more>여)?"
    r"|(?<![가-힣])(?P<teens>십수)(?= ?[년명개])"
    rf"|(?<![가-힣])(?P<range>{'|'.join(sorted(_NATIVE_RANGES, key=len, reverse=True))})"
    rf"|(?<![가-힣A-Za-z0-9])(?P<native>(?:(?:{'|'.join(_NATIVE_TENS)}) ?)?"
    rf"(?:{'|'.join(sorted(_NATIVE_ONES, key=len, reverse=True))})|"
    rf"(?:{'|'.join(_NATIVE_TENS)}))"
    r"|(?<![가-힣%％])(?P<sino>[일이삼사오육칠팔구십백천만억조]+)"
)


def korean_numerals(text: str) -> list[Numeral]:
    """The numerals of `text` in order, doubtful ones (세, 만, 이) included.

    "여" for "and some" belongs to the numeral ("100여 명").
    """
    found = []
    position = 0
    while match := _KOREAN.search(text, position):
        numeral = _korean(match)
        position = match.end() if numeral is None else max(numeral.end, match.start() + 1)
        if numeral is not None:
            found.append(numeral)
    return found


def _korean(match: re.Match[str]) -> Numeral | None:
    text, start, end = match.string, match.start(), match.end()
    if match["figures"] or match["sino"]:
        return _and_some(text, _scaled(text, start))
    if match["many"]:
        unit = 1
        for power in match["powers"]:
            unit *= _SMALL_POWERS.get(power) or _LARGE_POWERS[power]
        low, high = Fraction(2 * unit), Fraction(10 * unit - 1)
        return Numeral(start, end, None, "sino", approximate=True, low=low, high=high)
    if match["teens"]:
        return Numeral(start, end, None, "sino", True, Fraction(11), Fraction(19))
    if match["range"]:
        low_value, high_value = _NATIVE_RANGES[match["range"]]
        return Numeral(start, end, None, "native", True, Fraction(low_value), Fraction(high_value))
    return _and_some(text, _native(match))


def _native(match: re.Match[str]) -> Numeral:
    word = match["native"].replace(" ", "")
    tens = next((tens for tens in _NATIVE_TENS if word.startswith(tens)), "")
    value = _NATIVE_TENS.get(tens, 0) + _NATIVE_ONES.get(word[len(tens) :], 0)
    return Numeral(match.start(), match.end(), Fraction(value), "native")


def _and_some(text: str, numeral: Numeral | None) -> Numeral | None:
    if numeral is None or not text.startswith("여", numeral.end):
        return numeral
    after = text[numeral.end + 1 : numeral.end + 3]
    if after[:1] in ("성", "자", "왕", "학", "배", "행", "야", "당") or after in ("러분",):
        return numeral
    return replace(numeral, end=numeral.end + 1, approximate=True)


def _scaled(text: str, start: int) -> Numeral | None:
    """A Sino-Korean numeral from `start`: figures or digit words, with powers of ten."""
    total = section = Fraction(0)
    pending: Fraction | None = None
    last_small, last_large, scale = 10**4, 10**20, 1
    style = "digits" if text[start] in "0123456789" else "sino"
    position = end = start
    while position < len(text):
        character = text[position]
        if pending is None and (figures := _FIGURES.match(text, position)):
            if position > start and not _may_go_on(figures[0], last_small, last_large, scale):
                break
            pending = Fraction(figures[0].replace(",", ""))
            position = end = figures.end()
            if part := _PARTS.get(text[position : position + 1]):
                pending += part
                position = end = position + 1
        elif character in _DIGITS and pending is None and style == "sino":
            pending = Fraction(_DIGITS[character])
            position = end = position + 1
        elif character in _SMALL_POWERS and _SMALL_POWERS[character] < last_small:
            if _LARGE_BLOCKED.match(text, position):
                break
            last_small = scale = _SMALL_POWERS[character]
            section += (1 if pending is None else pending) * last_small
            pending = None
            position = end = position + 1
            if style == "digits" and (gap := _NEXT_SMALL.match(text, position)):
                position = gap.end()
        elif character in _LARGE_POWERS and _LARGE_POWERS[character] < last_large:
            if _LARGE_BLOCKED.match(text, position):
                break
            last_large = scale = _LARGE_POWERS[character]
            counted = section + (pending or 0)
            total += (counted or 1) * last_large
            section, pending, last_small = Fraction(0), None, 10**4
            position = end = position + 1
            gap = _NEXT_CHUNK.match(text, position)
            if gap:
                position = gap.end()
        else:
            break
    value = total + section + (pending or 0)
    return Numeral(start, end, value, style, scale=scale) if end > start else None


def _may_go_on(figures: str, last_small: int, last_large: int, scale: int) -> bool:
    """Whether `figures` can stand after a power: fewer digits than it, no leading zero."""
    whole = figures.replace(",", "").split(".")[0]
    room = last_small if scale == last_small else last_large
    return not whole.startswith("0") and int(whole) < room


def value_of(text: str) -> Fraction | None:
    """The value of the first numeral in `text`, None where there is none."""
    found = korean_numerals(text)
    return found[0].value if found else None
