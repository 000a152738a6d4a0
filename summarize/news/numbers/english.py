"""Numbers of English news text with what they count.

Rules run from the most to the least telling, and a stretch that one has claimed is closed
to the next: dates and times, numbers in names, scores, ages, ordinals and fractions, and
last every numeral with the currency before it and the unit after it.
"""

from __future__ import annotations

import re
from fractions import Fraction

from summarize.news.numbers import english_dates
from summarize.news.numbers.english_numerals import CARDINALS, ORDINALS, english_numerals
from summarize.news.numbers.english_phrases import (
    claim_ages,
    claim_early_idioms,
    claim_idioms,
    claim_phrases,
    claim_race_times,
)
from summarize.news.numbers.numerals import Numeral, Reading
from summarize.news.numbers.quantity import Claims
from summarize.news.numbers.units import (
    COUNTS,
    CURRENCY_SIGNS,
    DURATIONS,
    MEASURES,
    MONEY,
    alternation,
    by_word,
)

_NUMBERED = re.compile(
    rf"[0-9½¼¾⅓⅔⅕⅛]|\b(?:{'|'.join(sorted({*CARDINALS, *ORDINALS}, key=len, reverse=True))}"
    r"|dozens?|hundreds?|thousands?"
    r"|millions?|billions?|trillions?|quadrillions?|scores|half|quarters?|both|twice|once|double[ds]?"
    r"|triple[ds]?|couple|pair"
    r"|decades?|centur(?:y|ies)|clock|twin|fortnight|duo|trio|quartet|quintet|freezing|noon|midday|midnight"
    r"|(?-i:[IVX]{2,4}|War I)"
    r"|\w*centen(?:ary|nial)|\w+(?:teen|ty|ties|tieth)|[A-Z]\w+day|Jan|Feb|Mar|April|May|Ju[nl]|Aug|Sept?|Oct|Nov|Dec)",
    re.IGNORECASE,
)

_BEFORE_APPROXIMATE = re.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|over|under|more than|less than"
    r"|fewer than|at least|at most|as many as|as much as|up to|close to|an estimated|estimated"
    r"|just over|just under|well over|above|below|upwards of|in excess of|another|only"
    r"|exceeding|exceeds)[\s~]+(?:an?\s)?(?:US)?[$€£¥₩]?\s?$"
    r"|[~≈+]\s?$",
    re.IGNORECASE,
)
_AFTER_APPROXIMATE = re.compile(
    r"\s?(?:\+|plus\b|or so\b|or more\b|or less\b|or fewer\b|-odd\b|-some\b)"
)

_ENTITY = re.compile(r"&#?[A-Za-z0-9]{2,8};")
_THE_TWO = re.compile(r"\b(?:the|these|those|their|its|his|her|between)\s$", re.IGNORECASE)
_UNITS = by_word((*MONEY, *MEASURES, *DURATIONS, *COUNTS), "en")
_LOWERED = {word.lower(): unit for word, unit in reversed(_UNITS.items())}
_SYMBOL = alternation(
    word for word in by_word(MEASURES, "en") if len(word) <= 4 or not word[0].isalpha()
)
_CARDINAL = "|".join(CARDINALS)
_NOUN = alternation(by_word((*MEASURES, *DURATIONS, *COUNTS), "en"))
_SIGNS = re.compile(rf"(?:^|(?<![A-Za-z]))(?P<sign>{alternation(CURRENCY_SIGNS)})\s?$")
_AFTER = re.compile(
    r"(?P<percent>\s?(?:%|％|per\s?cent\b|pct\b\.?|pc\b)(?P<points>[\s-]points?\b)?|[\s-]"
    r"(?:percentage|percent)[\s-](?P<pp>points?)\b)"
    rf"|(?P<basis>[\s-]basis[\s-]points?\b)"
    r"|(?P<multiple>\stimes\s(?=as|more|larger|bigger|higher|greater|faster|the|that|its|what"
    r"|less|stronger|better)|\s?-?fold\b)"
    r"|(?P<decades>[\s-](?:[a-z]+\s)?decades?\b)"
    r"|(?P<centuries>\s(?:[a-z]+\s)?centuries\b)"
    r"|(?P<currency>[\s-]?(?:of\s)?(?:US|U\.S\.|American)?\s?"
    rf"(?P<money>{alternation(w for u in MONEY for w in u.english)})\b)"
    r"|(?P<joined>\s?"
    rf"(?:{_SYMBOL})(?![A-Za-z0-9]))"
    rf"|(?P<spaced>[\s-](?:of\s)?(?:(?!(?:{_CARDINAL}|the|an?|of|in|and|or|to|for|by|at|on|with|from|as|is"
    r"|was|per|than|last|next|this|past|each|every|early|late|one|when|but"
    r"|if)\s)[A-Za-z]+\s)??"
    rf"(?P<spaced_word>{_NOUN})(?![A-Za-z]))",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s?(?:-|–|—|~)\s?|\s(?:to|and|or|through)\s|,\s|\sto as (?:much|many) as\s")
_BETWEEN = re.compile(r"\bbetween\s(?:about\s)?$", re.IGNORECASE)
_SIGNED = ("measure", "percent", "number")
_MINUS = re.compile(r"(?:(?:^|(?<=\s))[-−]|(?<!\bor )\b[Mm]inus\s)$")
_BELOW_ZERO = re.compile(r"\sbelow\s(?:zero|freezing)\b")
_NAME_BEFORE = re.compile(r"[a-z’',] $")
_IN_YEAR = re.compile(
    r"\b(?:in|since|by|until|year|from|before|after|of|around|c\.|circa)\s$", re.IGNORECASE
)


def read(text: str) -> Claims:
    """Every quantity of English `text`, claimed."""
    claims = Claims(text)
    if not _NUMBERED.search(text):
        return claims
    for match in _ENTITY.finditer(text):
        claims.block(*match.span())
    claim_race_times(claims)
    claim_early_idioms(claims)
    claim_ages(claims)
    english_dates.claim(claims)
    claim_phrases(claims)
    _cardinals(claims)
    claim_idioms(claims)
    return claims


def _cardinals(claims: Claims) -> None:
    text = claims.text
    readings = [
        _reading(text, numeral)
        for numeral in english_numerals(text)
        if claims.free(numeral.start, numeral.end)
    ]
    _share(text, readings)
    last_money_end = -1
    for reading in readings:
        optional = _is_optional(text, reading)
        if reading.kind == "money":
            between = text[last_money_end : reading.start] if last_money_end >= 0 else ""
            optional |= bool(
                re.fullmatch(
                    r"\s?\((?:about|around|approximately|roughly|some|or|nearly|over"
                    r"|more than)?\s?(?:US)?",
                    between.strip(),
                )
            )
            last_money_end = reading.end
        reading.claim(claims, optional)


def _is_optional(text: str, reading: Reading) -> bool:
    if reading.value == 1 and reading.kind in (
        "number",
        "count",
        "duration",
        "multiple",
        "measure",
    ):
        return True
    if reading.numeral.style != "words":
        return False
    if (
        text[reading.start].isupper()
        and _NAME_BEFORE.search(text, 0, reading.start)
        and text[reading.numeral.end + 1 : reading.numeral.end + 2].isupper()
    ):
        return True  # Brisbane's Nine News
    said = text[reading.start : reading.numeral.end].lower()
    before = text[max(0, reading.start - 10) : reading.start]
    return (
        said in ("zero", "scores")
        or (said == "two" and bool(_THE_TWO.search(before)))
        or (
            said == "two"
            and text.startswith((" sides", " Koreas", " parties"), reading.numeral.end)
        )
    )


def _reading(text: str, numeral: Numeral) -> Reading:
    start, end, value = numeral.start, numeral.end, numeral.value
    kind, unit, signed = "number", "", False
    approximate = numeral.approximate or bool(
        _BEFORE_APPROXIMATE.search(text, max(0, start - 24), start)
    )
    sign = _SIGNS.search(text, max(0, start - 5), start)
    after = _AFTER.match(text, end)
    if sign:
        kind, unit, signed = "money", CURRENCY_SIGNS[sign["sign"]], True
        start = sign.start("sign")
    elif after:
        kind, unit, factor = _counted(after)
        if factor != 1:
            value = None if value is None else value * factor
        end = after.end() if not after["multiple"] else after.start() + len(after[0].rstrip())
    elif _is_year(text, numeral):
        kind, unit, value = "date", text[start:end], None
    minus = _MINUS.search(text, max(0, start - 10), start)
    below = _BELOW_ZERO.match(text, end) if kind == "measure" else None
    if value is not None and kind in _SIGNED and (minus or below):
        value, start = -value, minus.start() if minus else start
        end = below.end() if below else end
    approximate |= bool(
        _AFTER_APPROXIMATE.match(text, end) or _AFTER_APPROXIMATE.match(text, numeral.end)
    )
    return Reading(numeral, start, end, kind, unit, value, approximate, signed)


def _counted(after: re.Match[str]) -> tuple[str, str, Fraction]:
    one = Fraction(1)
    if after["percent"]:
        return (
            ("percentage point", "%p", one)
            if after["points"] or after["pp"]
            else ("percent", "%", one)
        )
    if after["basis"]:
        return "percentage point", "%p", Fraction(1, 100)
    if after["multiple"]:
        return "multiple", "", one
    if after["decades"]:
        return "duration", "year", Fraction(10)
    if after["centuries"]:
        return "duration", "year", Fraction(100)
    words = (after["money"] or after["spaced_word"] or after["joined"]).strip()
    unit = _UNITS.get(words) or _LOWERED[words.lower()]
    return unit.kind, unit.name, one


def _is_year(text: str, numeral: Numeral) -> bool:
    written = text[numeral.start : numeral.end]
    if len(written) != 4 or not written.isdigit() or not "1000" <= written <= "2100":
        return False
    if numeral.start >= 2 and text[numeral.start - 1] in "$€£-#":
        return False
    said = _IN_YEAR.search(text, max(0, numeral.start - 12), numeral.start)
    return written >= "1500" or said is not None


def _share(text: str, readings: list[Reading]) -> None:
    """In "10 to 15 million dollars" the first figure has the scale and unit of the last."""
    for first, second in zip(reversed(readings[:-1]), reversed(readings[1:]), strict=True):
        between = text[first.end : second.start]
        link = _LINK.fullmatch(between)
        if link is None or first.value is None or second.value is None:
            continue
        tight = "," not in between and "and" not in between and " or " not in between
        tight |= between == " and " and bool(
            _BETWEEN.search(text, max(0, first.start - 16), first.start)
        )
        if tight and first.kind in ("number", "money"):  # not: up 3.8 percent to 49.7 million
            first.take_scale(second)
        if (first.kind == "number" and second.kind not in ("number", "date", "money")) or (
            first.kind == "number" and second.kind == "money" and not second.signed
        ):
            first.kind, first.unit = second.kind, second.unit
        elif first.signed and second.kind == "number" and tight:
            second.kind, second.unit = first.kind, first.unit
