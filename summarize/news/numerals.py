"""Numerals of English and Korean: figures, scale words and spelled-out numbers, as values.

    8,192   12.3 trillion   $1.2bn   twenty-five   a hundred and five   half a million
    12조3천억   7만5000   1억 1천만   5백만   천이백   스물다섯   수십만   두세   백여

Only the numeral is read here. What it counts, and whether a word such as 세 is a numeral
where it stands, is decided by `summarize.news.english_numbers` and `korean_numbers`.
Hanja (三) are no numerals: in news they stand in names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral at `start` to `end`; `style` is "digits", "words", "sino" or "native".

    `value` is None for a vague one, which has `low` and `high`; `scale` is the last power
    that it was multiplied by (10^6 for 2.5 million), 1 for none.
    """

    start: int
    end: int
    value: Fraction | None
    style: str
    approximate: bool = False
    low: Fraction | None = None
    high: Fraction | None = None
    scale: int = 1

    def times(self, factor: int | Fraction, end: int) -> Numeral:
        """The same numeral multiplied, ending at `end`."""
        return replace(
            self,
            end=end,
            value=None if self.value is None else self.value * factor,
            low=None if self.low is None else self.low * factor,
            high=None if self.high is None else self.high * factor,
        )


FIGURES = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,18})(?:\.[0-9]{1,12})?"
_VULGAR = {
    "½": Fraction(1, 2),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅓": Fraction(1, 3),
    "⅔": Fraction(2, 3),
    "⅕": Fraction(1, 5),
    "⅛": Fraction(1, 8),
}

_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}


def roman(text: str) -> int:
    """The value of a Roman numeral of I, V and X."""
    value, last = 0, 99
    for digit in (_ROMAN_DIGITS[c] for c in text):
        value += digit if digit <= last else digit - 2 * last
        last = digit
    return value


# English ---------------------------------------------------------------------------------------

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_SHORT_SCALES = {
    "mn": 10**6,
    "mln": 10**6,
    "mil": 10**6,
    "bn": 10**9,
    "bln": 10**9,
    "bil": 10**9,
    "tn": 10**12,
    "trn": 10**12,
    "m": 10**6,
    "b": 10**9,
    "k": 10**3,
}
_NEED_CURRENCY = ("m", "b", "K", "B")  # 100m is a length, 7.4M a number
CARDINALS = _SMALL | _TENS

_ORDINAL_STEMS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "sixtieth": 60,
    "seventieth": 70,
    "eightieth": 80,
    "ninetieth": 90,
    "hundredth": 100,
    "thousandth": 1000,
}
ORDINALS = _ORDINAL_STEMS | {
    f"{tens}-{stem}": _TENS[tens] + value
    for tens in _TENS
    for stem, value in _ORDINAL_STEMS.items()
    if value < 10
}

_CARDINAL = "|".join(sorted(CARDINALS, key=len, reverse=True))
_WORD = rf"(?:{_CARDINAL}|hundred|thousand|million|billion|trillion|dozen)"
_ENGLISH = re.compile(
    rf"(?P<figures>(?<![A-Za-z0-9])(?<![0-9][.,]){FIGURES}|(?<![\w.,$])\.[0-9]{{2,4}}(?![\w.]))(?P<fraction>\s?[½¼¾⅓⅔⅕⅛]|[\s-][1-9]/[2-9](?![0-9/]))?"
    rf"(?:(?P<times>[\s-](?:hundred|thousand|million|billion|trillion|dozen)\b(?:\s(?:million|billion|trillion)\b)?)"
    rf"|\s?(?P<short>(?:mn|mln|mil|bn|bln|bil|tn|trn)\b\.?|[mbkMBK](?![A-Za-z0-9])))?"
    rf"|(?P<vulgar>[½¼¾⅓⅔⅕⅛])"
    rf"|\b(?P<vague>(?:(?:tens|dozens|scores|hundreds|thousands) of )?(?:dozens|scores(?=\sof\b|\s(?:killed|dead|wounded|injured|hurt|more|missing|arrested)\b)|hundreds|thousands|millions|billions|trillions)"
    rf"|(?:tens|dozens) of (?:thousands|millions|billions))\b"
    r"|\b(?P<some>(?:a few|several|a couple(?: of)?|few) (?:extra )?(?P<somes>hundred|thousand|million|billion|dozen))\b"
    rf"|\b(?P<half>half[\s-](?:an?[\s-])?(?P<halved>dozen|million|billion|trillion))\b"
    rf"|\b(?P<words>(?:an?\s(?=hundred|thousand|million|billion|trillion|dozen))?{_WORD}(?:(?:-|\s|\sand\s|,\s(?=\w+\shundred)){_WORD})*)\b"
    rf"(?!['’]s?\b\s(?:of))",
    re.IGNORECASE,
)
_AND_A_HALF = re.compile(r"(?:[\s-]and[\s-]a[\s-]half|[\s-]and[\s-]one[\s-]half)\b", re.IGNORECASE)
_SCALE_WORD = re.compile(r"\b(?:thousand|million|billion|trillion)\b")
_SPLIT = re.compile(r"-|,?\s")
_VAGUE = {
    "dozens": (20, 99),
    "scores": (20, 99),
    "tens": (20, 99),
    "hundreds": (200, 999),
    "thousands": (2_000, 9_999),
    "millions": (2 * 10**6, 10**7 - 1),
    "billions": (2 * 10**9, 10**10 - 1),
    "trillions": (2 * 10**12, 10**13 - 1),
}


def english(text: str) -> list[Numeral]:
    """The numerals of `text` in order; "one", "a dozen" and "half a million" among them."""
    found = []
    position = 0
    while match := _ENGLISH.search(text, position):
        numeral = _english(match)
        found.append(numeral)
        position = max(numeral.end, match.start() + 1)
    return found


def _english(match: re.Match[str]) -> Numeral:
    start = match.start()
    if match["figures"]:
        return _english_figures(match)
    if match["vulgar"]:
        return Numeral(start, match.end(), _VULGAR[match["vulgar"]], "digits")
    if match["vague"]:
        return _english_vague(match)
    if match["some"]:
        word = match["somes"].lower()
        unit = {"hundred": 100, "dozen": 12}.get(word) or _SCALES[word]
        low, high = Fraction(2 * unit), Fraction(10 * unit - 1)
        return Numeral(start, match.end(), None, "words", True, low, high)
    if match["half"]:
        scale = 12 if match["halved"].lower() == "dozen" else _SCALES[match["halved"].lower()]
        return Numeral(start, match.end(), Fraction(scale, 2), "words")
    return _english_words(match.string, match.start("words"), match["words"])


def _english_figures(match: re.Match[str]) -> Numeral:
    value = Fraction(f"0{match['figures'].replace(',', '')}")
    if match["fraction"]:
        value += _VULGAR.get(match["fraction"].strip()) or Fraction(match["fraction"].strip(" -"))
    scale = 1
    if match["times"]:
        for word in match["times"].lower().replace("-", " ").split():
            scale *= {"hundred": 100, "dozen": 12}.get(word) or _SCALES[word]
    end = match.end()
    short = match["short"]
    if short:
        before = match.string[max(0, match.start() - 3) : match.start()]
        priced = before.rstrip()[-1:] in set("$€£¥₩￥￡￦")
        close = match.start("short") == match.end("figures")
        if len(short) > 1 or (close and (priced or short not in _NEED_CURRENCY)):
            scale = _SHORT_SCALES[short.lower().rstrip(".")]
        else:
            end = match.end("fraction") if match["fraction"] else match.end("figures")
    numeral = Numeral(match.start(), end, value * scale, "digits", scale=scale)
    half = _AND_A_HALF.match(match.string, end)
    if half:
        return replace(numeral, end=half.end(), value=(value + Fraction(1, 2)) * scale)
    return numeral


def _english_vague(match: re.Match[str]) -> Numeral:
    words = match["vague"].lower().split(" of ")
    low, high = _VAGUE[words[-1]]
    if len(words) == 2:
        base = {"hundreds": 100, "thousands": 1000}.get(words[0], 10)
        low, high = low * base, (high + 1) * base - 1
    return Numeral(
        match.start(),
        match.end(),
        None,
        "words",
        approximate=True,
        low=Fraction(low),
        high=Fraction(high),
    )


def _english_words(text: str, start: int, run: str) -> Numeral:
    """The longest number that the words of `run` begin with."""
    total, group = Fraction(0), None
    last_scale, scale_word, last = 10**15, 1, ""
    end = position = 0
    for word in _SPLIT.split(run.lower()):
        here = run.lower().index(word, position) if word else position
        position = here + len(word)
        if word in ("a", "an"):
            group, last = Fraction(1), "article"
        elif word == "and":
            rest = run[position:].lower()
            if last not in ("hundred", "scale") or (last == "scale" and _SCALE_WORD.search(rest)):
                break
            continue
        elif word in _SMALL:
            value = _SMALL[word]
            if last == "tens" and 0 < value < 10:
                group = (group or 0) + value
            elif last in ("", "hundred", "scale"):
                group = (group or 0) + Fraction(value)
            else:
                break
            last = "small"
        elif word in _TENS:
            if last not in ("", "hundred", "scale"):
                break
            group, last = (group or 0) + Fraction(_TENS[word]), "tens"
        elif word in ("hundred", "dozen"):
            if last in ("hundred", "scale", "dozen"):
                break
            group = (1 if group is None else group) * (100 if word == "hundred" else 12)
            last = word if word == "hundred" else "dozen"
        else:
            scale = _SCALES[word]
            if scale >= last_scale or (group is None and last):
                break
            total += (1 if group is None else group) * scale
            group, last_scale, last, scale_word = None, scale, "scale", scale
        if word != "and":
            end = position
    value = total + (group or 0)
    half = _AND_A_HALF.match(text, start + end)
    if half:
        value += Fraction(scale_word if group is None else 1, 2)
        end = half.end() - start
    return Numeral(start, start + end, value, "words", scale=scale_word)


# Korean ----------------------------------------------------------------------------------------

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
_LARGE_BLOCKED = re.compile(
    r"조(?:각|치|사|건|기|별|직|항|로|만간|합|카|차|금)|경(?:기|찰|우|주|선|험|제)|만(?:기|료|화|찬|세)|천(?:연|주|안|막|체|재)|백(?:화|신|악|인)|십(?:자)"
)
_NEXT_CHUNK = re.compile(
    rf" ?(?={FIGURES} ?(?:[십백천]|만|억|조)|[0-9]{{1,3}}(?:,[0-9]{{3}})? ?(?:명|원|달러|유로|엔|위안|파운드|개|건|대|km|㎞|표|t|톤|배럴|가구|여 ?명)|[0-9]{{4}} ?(?:명|원|달러|유로|엔|위안|파운드|개|건|대|km|㎞|표|t|톤|배럴|가구|여 ?명)|[수십백천]+(?:만|억|조))"
)
_NEXT_SMALL = re.compile(r" (?=[0-9]{1,4}(?:[백십][0-9]*)?[만억조])")
_KOREAN = re.compile(
    rf"(?P<figures>(?<![A-Za-z0-9])(?<![0-9][.,]){FIGURES})"
    r"|(?<![가-힣])(?P<many>(?:수|몇) ?(?P<powers>[십백천]?[만억조]|[십백천]))(?P<more>여)?"
    r"|(?<![가-힣])(?P<teens>십수)(?= ?[년명개])"
    rf"|(?<![가-힣])(?P<range>{'|'.join(sorted(_NATIVE_RANGES, key=len, reverse=True))})"
    rf"|(?<![가-힣A-Za-z0-9])(?P<native>(?:(?:{'|'.join(_NATIVE_TENS)}) ?)?(?:{'|'.join(sorted(_NATIVE_ONES, key=len, reverse=True))})|(?:{'|'.join(_NATIVE_TENS)}))"
    r"|(?<![가-힣])(?P<sino>[일이삼사오육칠팔구십백천만억조]+)"
)


def korean(text: str) -> list[Numeral]:
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
    style = "digits" if text[start].isdigit() else "sino"
    position = end = start
    while position < len(text):
        character = text[position]
        if pending is None and (figures := _FIGURES.match(text, position)):
            if position > start and not _may_go_on(figures[0], last_small, last_large, scale):
                break
            pending = Fraction(figures[0].replace(",", ""))
            position = end = figures.end()
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
