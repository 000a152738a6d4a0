"""English numerals as values: figures, scale words and spelled-out numbers.

8,192   12.3 trillion   $1.2bn   4 1/2   twenty-five   a hundred and five
half a million   a few hundred   dozens   tens of thousands
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from summarize.news.numbers.numerals import FIGURES, Numeral

_SMALL = dict(
    zip(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(20),
        strict=True,
    )
)
_TENS = dict(
    zip(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        range(20, 100, 10),
        strict=True,
    )
)
CARDINALS = _SMALL | _TENS

_ORDINALS = dict(
    zip(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
        ],
        range(1, 20),
        strict=True,
    )
)
_ORDINALS |= {f"{tens[:-1]}ieth": value for tens, value in _TENS.items()}
_ORDINALS |= {"hundredth": 100, "thousandth": 1000}
ORDINALS = _ORDINALS | {
    f"{tens}-{word}": ten + value
    for tens, ten in _TENS.items()
    for word, value in _ORDINALS.items()
    if value < 10
}

_LARGE = {"million": 10**6, "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15}
_SCALES = {"thousand": 10**3} | _LARGE
_MULTIPLIERS = _SCALES | {"hundred": 100, "dozen": 12}
_SHORT_SCALES = {"mn": 10**6, "mln": 10**6, "mil": 10**6, "bn": 10**9, "bln": 10**9, "bil": 10**9}
_SHORT_SCALES |= {"tn": 10**12, "trn": 10**12, "m": 10**6, "b": 10**9, "k": 10**3}
_NEED_CURRENCY = ("m", "b", "K", "B")  # 100m is a length, 7.4M a number, 4K a picture
_CURRENCIES = frozenset("$€£¥₩￥￡￦")
_VULGAR = {
    "½": Fraction(1, 2),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅓": Fraction(1, 3),
    "⅔": Fraction(2, 3),
    "⅕": Fraction(1, 5),
    "⅛": Fraction(1, 8),
}
_VAGUE = {"dozens": 20, "scores": 20, "tens": 20, "hundreds": 200, "thousands": 2_000}
_VAGUE |= {"millions": 2 * 10**6, "billions": 2 * 10**9, "trillions": 2 * 10**12}

LARGE = "|".join(_LARGE)
_SCALE = f"hundred|thousand|{LARGE}|dozen"
_WORD = rf"(?:{'|'.join(sorted(CARDINALS, key=len, reverse=True))}|{_SCALE})"
_NUMERAL = re.compile(
    rf"(?P<figures>(?<![A-Za-z0-9])(?<![0-9][.,]){FIGURES}|(?<![\w.,$])\.[0-9]{{2,4}}(?![\w.]))"
    r"(?P<fraction>\s?[½¼¾⅓⅔⅕⅛]|[\s-][1-9]/[2-9](?![0-9/]))?"
    rf"(?:(?P<times>[\s-](?:{_SCALE})\b(?:\s(?:{LARGE})\b)?)"
    r"|\s?(?P<short>(?:mn|mln|mil|bn|bln|bil|tn|trn)\b\.?|[mbkMBK](?![A-Za-z0-9])))?"
    r"|(?P<vulgar>[½¼¾⅓⅔⅕⅛])"
    # "scores" is a verb more often than a number
    r"|\b(?P<vague>(?:(?:tens|dozens|scores|hundreds|thousands) of )?(?:dozens"
    r"|scores(?=\sof\b|\s(?:killed|dead|wounded|injured|hurt|more|missing|arrested)\b)"
    r"|hundreds|thousands|millions|billions|trillions))\b"
    rf"|\b(?:a few|several|a couple(?: of)?|few) (?:extra )?(?P<some>{_SCALE})\b"
    rf"|\bhalf[\s-](?:an?[\s-])?(?P<half>dozen|{LARGE})\b"
    rf"|\b(?P<words>(?:an?\s(?={_SCALE}))?{_WORD}"
    rf"(?:(?:-|\s|\sand\s|,\s(?=\w+\shundred)){_WORD})*)\b",
    re.IGNORECASE,
)
_AND_A_HALF = re.compile(r"[\s-]and[\s-](?:a|one)[\s-]half\b", re.IGNORECASE)
_SCALE_WORD = re.compile(rf"\b(?:thousand|{LARGE})\b")
_TOKEN = re.compile(r"[a-z]+")


def english_numerals(text: str) -> list[Numeral]:
    """The numerals of `text` in order; "one", "a dozen" and "half a million" among them."""
    found = []
    position = 0
    while match := _NUMERAL.search(text, position):
        found.append(_numeral(match))
        position = max(found[-1].end, match.start() + 1)
    return found


def value_of(text: str) -> Fraction | None:
    """The value of the first numeral in `text`, None where there is none."""
    found = english_numerals(text)
    return found[0].value if found else None


def _numeral(match: re.Match[str]) -> Numeral:
    start, end = match.span()
    if match["figures"]:
        return _figures(match)
    if match["vulgar"]:
        return Numeral(start, end, _VULGAR[match["vulgar"]], "digits")
    if match["vague"]:
        *many, last = match["vague"].lower().split(" of ")
        base = {"hundreds": 100, "thousands": 1000}.get(many[0], 10) if many else 1
        return _vague(start, end, _VAGUE[last] * base)
    if match["some"]:
        return _vague(start, end, 2 * _MULTIPLIERS[match["some"].lower()])
    if match["half"]:
        return Numeral(start, end, Fraction(_MULTIPLIERS[match["half"].lower()], 2), "words")
    return _words(match.string, match.start("words"), match.end("words"))


def _vague(start: int, end: int, low: int) -> Numeral:
    high = 5 * low - 1
    return Numeral(start, end, None, "words", True, Fraction(low), Fraction(high))


def _figures(match: re.Match[str]) -> Numeral:
    value = Fraction(f"0{match['figures'].replace(',', '')}")
    fraction = (match["fraction"] or "").strip(" -")
    if fraction:
        value += _VULGAR.get(fraction) or Fraction(fraction)
    scale, end = 1, match.end()
    for word in (match["times"] or "").lower().replace("-", " ").split():
        scale *= _MULTIPLIERS[word]
    if short := match["short"]:
        before = match.string[max(0, match.start() - 2) : match.start()].rstrip()
        close = match.start("short") == match.end("figures")
        if len(short) > 1 or (
            close and (before[-1:] in _CURRENCIES or short not in _NEED_CURRENCY)
        ):
            scale = _SHORT_SCALES[short.lower().rstrip(".")]
        else:
            end = match.end("fraction") if fraction else match.end("figures")
    numeral = Numeral(match.start(), end, value * scale, "digits", scale=scale)
    if half := _AND_A_HALF.match(match.string, end):
        return replace(numeral, end=half.end(), value=(value + Fraction(1, 2)) * scale)
    return numeral


def _words(text: str, start: int, limit: int) -> Numeral:
    """The longest number that the words from `start` begin with, up to `limit`."""
    total, group = 0, 0
    last, last_scale = "", 10**18
    end = start
    for token in _TOKEN.finditer(text[:limit].lower(), start):
        word = token[0]
        if word == "and":
            scaled = last == "scale" and not _SCALE_WORD.search(text[:limit].lower(), token.end())
            if last == "hundred" or scaled:
                continue
            break
        if word in ("a", "an"):
            group, last = 1, "article"
        elif word in _SMALL:
            if not (last in ("", "hundred", "scale") or (last == "tens" and 0 < _SMALL[word] < 10)):
                break
            group, last = group + _SMALL[word], "small"
        elif word in _TENS:
            if last not in ("", "hundred", "scale"):
                break
            group, last = group + _TENS[word], "tens"
        elif word in ("hundred", "dozen"):
            if last in ("hundred", "scale", "dozen"):
                break
            group, last = (group or 1) * _MULTIPLIERS[word], word
        else:
            if _SCALES[word] >= last_scale or (not group and last):
                break
            last_scale, last = _SCALES[word], "scale"
            total, group = total + (group or 1) * last_scale, 0
        end = token.end()
    value = Fraction(total + group)
    scale = last_scale if total else 1
    if half := _AND_A_HALF.match(text, end):
        value += Fraction(1 if group else scale, 2)
        end = half.end()
    return Numeral(start, end, value, "words", scale=scale)
