"""Which form of a Korean particle follows a word: 김정은은, 트럼프는, 3을, NATO는, 구글(Google)은.

A particle's form hangs on how the word before it is *read*: whether its last syllable
ends in a consonant, and for 로/으로 whether that is ㄹ. Hangul says so itself; digits are
read as Sino-Korean numbers, capitals letter by letter, Latin words by their spelling, units
after a digit as Korean news reads them. What stands in closing brackets is passed over,
closing quotes too. What cannot be read leaves a particle as it was written.

Libraries were tried first: `tossi` (last release 2018) and `Kiwi.join` do not read digits
or Latin, `hangulpy` spells Latin words out ("Google는") and reads inside brackets.
"""

from __future__ import annotations

import re
from typing import Literal

Final = Literal["vowel", "rieul", "consonant"]

PAIRS: tuple[tuple[str, str], ...] = (  # after a consonant, after a vowel
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("아", "야"),
    ("으로", "로"),
    ("이나", "나"),
    ("이란", "란"),
    ("이라", "라"),
    ("이랑", "랑"),
    ("이며", "며"),
    ("이여", "여"),
    ("이든", "든"),
    ("이든지", "든지"),
    ("이었", "였"),
    ("이에요", "예요"),
)
"""The particles (and forms of the copula) that have two forms."""

PARTICLES = (
    "(?:(?:은|는|이|가|을|를|과|와|의|에|에서|에게|에게서|께서|께|한테|으로|로|으로서|로서|으로써|로써|으로부터"
    "|로부터|도|만|부터|까지|보다|처럼|같이|마다|조차|마저|밖에|이나|나|이란|란|이랑|랑|하고|이라|라|이며|이고"
    "|이자|이라고|라고|이라는|라는|이라며|라며|이다|입니다|이었다|였다|측|씨)(?:은|는|이|도|만|의|을|를)?)"
)
"""A pattern of what may follow a name in the same word; 측 and 씨 among it."""

# What may follow such a form before the word ends.
_TAILS = {
    "과": "(?:는|의|도|만)?",
    "으로": "(?:서|써|부터)?(?:는|도|만|의|까지|까지도)?",
    "이나": "마?",
    "이란": "",
    "이라": "(?:고|고는|고도|는|는데|며|면|면서|도|서|든가|든지|지만|니|던|기보다)?",
    "이랑": "(?:은|도)?",
    "이었": "[가-힣]+",
}
_BOTH = re.compile(r"(?:은\(는\)|는\(은\)|이\(가\)|가\(이\)|을\(를\)|를\(을\)|과\(와\)|와\(과\))")
_ROU = "(으)로"
_WORD_END = "(?![가-힣A-Za-z0-9])"

_FORMS = {form: pair for pair in PAIRS for form in pair}
_PARTICLE = re.compile(
    "|".join(
        f"{form}(?={_TAILS.get(_FORMS[form][0], '')}{_WORD_END})"
        for form in sorted(_FORMS, key=len, reverse=True)
    )
)

_CLOSERS = "\"'”’»〉》」』】…·*"
_BRACKETS = {")": "(", "]": "[", "）": "（", "〕": "〔"}

_DIGITS: dict[str, Final] = {
    **dict.fromkeys("036", "consonant"),  # 영 (십, 백, 천, 만), 삼, 육
    **dict.fromkeys("178", "rieul"),  # 일, 칠, 팔
    **dict.fromkeys("2459", "vowel"),  # 이, 사, 오, 구
}
_LETTERS: dict[str, Final] = {"L": "rieul", "M": "consonant", "N": "consonant", "R": "rieul"}
"""Letter names that end in a consonant (엘, 엠, 엔, 알); every other one ends in a vowel."""

_READ_AS_WORDS: dict[str, Final] = {"OPEC": "consonant", "APEC": "consonant", "MERS": "vowel"}
"""Acronyms that are read as words and end otherwise than their last letter's name."""

_UNITS: dict[str, Final] = {
    **dict.fromkeys(("kg", "g", "mg", "t", "kt", "㎏", "㎎"), "consonant"),  # 그램, 톤
    **dict.fromkeys(("bbl", "mol"), "rieul"),  # 배럴, 몰
    **dict.fromkeys(("m", "km", "cm", "mm", "nm", "㎞", "㎝", "㎜", "㎡", "㎢", "㎥"), "vowel"),
    **dict.fromkeys(("ha", "L", "l", "ml", "mL", "cal", "kcal", "mph"), "vowel"),
    **dict.fromkeys(("V", "W", "kW", "MW", "GW", "kWh", "MWh", "GWh", "TWh"), "vowel"),  # 와트, 시
    **dict.fromkeys(("B", "KB", "MB", "GB", "TB", "Hz", "kHz", "MHz", "GHz"), "vowel"),
    **dict.fromkeys(("%", "％", "℃", "°C", "℉", "%p", "％p"), "vowel"),  # 퍼센트, 도, 포인트
}
_AFTER_DIGIT = re.compile(r"\d\s?([%％]p|[A-Za-z°℃℉%％㎏㎎㎞㎝㎜㎡㎢㎥]+)$")
_MONEY = re.compile(r"([$€£₩￦¥￥])\s?\d[\d,.]*$")  # read after the figure: 10달러, 10원
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+$")
_SPELLED: tuple[tuple[str, Final], ...] = (
    (r"(?:l|le)$", "rieul"),  # Seoul, Apple, Google, mobile
    (r"(?:[mn]|ng|[aeiou][mn]e)$", "consonant"),  # Washington, Samsung, Chrome, phone
    (r"(?:(?:^|[^aeiou])(?:[aeiou](?:pp?|ck?|[bkt])|ook|oup)|york)$", "consonant"),  # Facebook
    (r".$", "vowel"),  # Trump (트럼프), Microsoft (마이크로소프트), Netflix
)


def final(word: str) -> Final | None:
    """How `word`, as it is read in Korean, ends; None where that cannot be told.

    Args:
        word: a word or a whole stretch of text; only its end is looked at.
    """
    text = _uncovered(word)
    if not text:
        return None
    last = text[-1]
    if "가" <= last <= "힣":
        batchim = (ord(last) - ord("가")) % 28
        return "vowel" if not batchim else "rieul" if batchim == 8 else "consonant"
    money = _MONEY.search(text)
    if money:
        return "vowel" if money[1] in "$€£" else "consonant"
    unit = _AFTER_DIGIT.search(text)
    if unit and unit[1] in _UNITS:
        return _UNITS[unit[1]]
    if last in _UNITS and not last.isalpha():
        return _UNITS[last]
    if last.isdecimal():
        return _DIGITS[str(int(last))]
    latin = _LATIN_WORD.search(text)
    return _latin_final(latin[0]) if latin else None


def particle(word: str, form: str) -> str:
    """The form of the particle `form` (either of its two) that follows `word`.

    A particle that has one form only comes back as it is, and so does one after a word
    whose reading cannot be told.
    """
    pair = _FORMS.get(form)
    end = final(word)
    if pair is None or end is None:
        return form
    closed = end == "consonant" or (end == "rieul" and pair[0] != "으로")
    return pair[0] if closed else pair[1]


def attach(word: str, form: str) -> str:
    """A word and its particle in the right form: 서울 and 으로 make 서울로."""
    return word + particle(word, form)


def mended(word: str, rest: str) -> str:
    """`rest`, the text right after `word`, with the particle it begins with in its right form.

    Written for what follows a name that was put in another's place: mended("트럼프", "은 …")
    is "는 …", mended("서울", "(으)로") is "로". What begins with no particle stays as it is.
    """
    both = _BOTH.match(rest)
    if both:
        return particle(word, both[0][0]) + rest[both.end() :]
    if rest.startswith(_ROU):
        return particle(word, "로") + rest[len(_ROU) :]
    found = _PARTICLE.match(rest)
    if not found:
        return rest
    return particle(word, found[0]) + rest[found.end() :]


def without_particle(rest: str) -> str:
    """`rest`, the text right after a word, without the particles it begins with."""
    found = re.match(rf"{PARTICLES}{_WORD_END}", rest)
    return rest[found.end() :] if found else rest


def _uncovered(word: str) -> str:
    """`word` without closing quotes and brackets' contents at its end."""
    text = word.rstrip().rstrip(_CLOSERS)
    while text and text[-1] in _BRACKETS:
        opening = text.rfind(_BRACKETS[text[-1]])
        before = text[:opening].rstrip().rstrip(_CLOSERS) if opening >= 0 else ""
        if not before:
            return text[opening + 1 : -1].rstrip().rstrip(_CLOSERS)
        text = before
    return text


def _latin_final(word: str) -> Final:
    if word.isupper():
        return _READ_AS_WORDS.get(word) or _LETTERS.get(word[-1], "vowel")
    lower = word.lower()
    return next(end for pattern, end in _SPELLED if re.search(pattern, lower))
