"""Numbers of English news text with what they count.

Rules run from the most to the least telling, and a stretch that one has claimed is closed
to the next: dates and times, numbers in names, scores, ages, ordinals and fractions, and
last every numeral with the currency before it and the unit after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from summarize.news import dates, numerals
from summarize.news.numerals import CARDINALS, FIGURES, ORDINALS, Numeral
from summarize.news.quantity import Claims
from summarize.news.units import (
    COUNTS,
    CURRENCY_SIGNS,
    DURATIONS,
    MEASURES,
    MONEY,
    alternation,
    by_word,
)

_NUMBERED = re.compile(
    rf"[0-9½¼¾⅓⅔⅕⅛]|\b(?:{'|'.join(sorted({*CARDINALS, *ORDINALS}, key=len, reverse=True))}|dozens?|hundreds?|thousands?"
    r"|millions?|billions?|trillions?|scores|half|quarters?|both|twice|once|double[ds]?|triple[ds]?|couple|pair"
    r"|decades?|twin|fortnight|noon|midday|midnight|(?-i:[IVX]{2,4})"
    r"|\w+(?:teen|ty|ties|tieth)|[A-Z]\w+day|Jan|Feb|March|April|May|Ju[nl]|Aug|Sept?|Oct|Nov|Dec)",
    re.IGNORECASE,
)

_BEFORE_APPROXIMATE = re.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|over|under|more than|less than"
    r"|fewer than|at least|at most|as many as|as much as|up to|close to|an estimated|estimated"
    r"|just over|just under|well over|above|below|upwards of|in excess of|another|only|exceeding|exceeds)[\s~]+(?:an?\s)?(?:US)?[$€£¥₩]?\s?$"
    r"|[~≈+]\s?$",
    re.IGNORECASE,
)
_AFTER_APPROXIMATE = re.compile(
    r"\s?(?:\+|plus\b|or so\b|or more\b|or less\b|or fewer\b|-odd\b|-some\b)"
)

# Names ------------------------------------------------------------------------------------------

_NAME = re.compile(
    r"(?<![\w$€£.-])(?:[A-Z]{1,6}-[0-9]{1,4}[A-Z]{0,2}|[A-Z][A-Za-z]{0,7}[0-9]{1,4}[A-Za-z]{0,2}"
    r"|[0-9]{1,2}[GDK]|[0-9]{3,4}[pi]|[a-z]{1,3}[0-9]{1,2}|H[0-9]{1,2}N[0-9]{1,2}|[0-9]x[0-9])(?![\w%])"
)
_NOT_A_NAME = re.compile(
    r"(?:US|A|C|S|HK|NT|AU|CA|USD|EUR|GBP|JPY|KRW|RMB|CNY|Rs|Sept|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Oct|Nov|Dec|Q|FY|No|GMT|UTC)-?[0-9]+[A-Za-z]{0,2}$"
)
_ROMAN = re.compile(
    r"(?<=[a-z] )(?P<roman>I{2,3}|IV|VI{0,3}|IX|X{1,2}I{0,3}|XI?V|XVI{0,3}|XI?X)(?![\w-]|\.\w|['’][^s])"
)

# Scores, ages, ordinals, fractions ---------------------------------------------------------------

_SCORE_WORDS = re.compile(
    r"\b(?:beat|beats|beating|beaten|win|wins|won|winning|victory|victories|lead|leads|leading|led|score|scored|defeat|defeats|defeated|defeating"
    r"|lost|lose|losing|loss|draw|drew|drawn|tie|tied|vote|voted|votes|record|final|semifinal|match|match-up|set|rout|routed|trail|trailed"
    r"|ruled|majority|innings|equalized|thrashed|downed|edged|down|up|came|past|over|against|aggregate|shootout)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?<![\w.,/$€£-])(?P<a>[0-9]{1,3})(?P<join>-|–|:|\s?to\s?|-to-)(?P<b>[0-9]{1,3})(?![\w%/]|[.,][0-9]|-[0-9])(?P<after>[\s-][A-Za-z]+)?"
)
_WORD_PAIR = re.compile(
    rf"\b(?P<a>{'|'.join(CARDINALS)})-to-(?P<b>{'|'.join(CARDINALS)})\b", re.IGNORECASE
)
_ODDS = re.compile(
    r"\s(?:odds|ratio|margin|vote|votes|against|in favor|in favour|majority|decision|ruling)\b"
)
_AGE_NUMBER = rf"(?:{FIGURES}|(?:{'|'.join(w for w in CARDINALS if CARDINALS[w] >= 20)})(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?|{'|'.join(w for w in CARDINALS if CARDINALS[w] < 20)})"
_AGES = re.compile(
    rf"\b(?P<years>{_AGE_NUMBER})[\s-]years?[\s-](?:olds?|of[\s-]age)\b"
    rf"|\b(?P<months>{_AGE_NUMBER})[\s-](?P<unit>month|week|day)s?[\s-]old\b"
    rf"|\b(?:aged?|ages|age of|ages of|over the age of|turn|turned|turns|turning)\s(?P<aged>{_AGE_NUMBER})(?:(?P<join>\s?[-–]\s?|\sto\s|\sand\s)(?P<aged2>{_AGE_NUMBER}))?(?![\w,]*[0-9])(?!\s(?:percent|per|million|billion|countries|points|years?|months?|days?|hours?))\b"
    r"|(?<=[a-z.],\s)(?P<bare>[1-9][0-9]|[2-9])(?=,(?:\s(?![0-9])|$)|[.;]\s|[.;]?$)"
    r"|(?<=[a-z]\s\()(?P<bracketed>[1-9][0-9])(?=\))"
    r"|\b(?:(?:his|her|their)\s(?:early[\s-]|mid[\s-]|late[\s-])?|(?:people|person|man|woman|men|women|actors?) in (?:their )?)(?P<decade>[1-9]0)['’]?s\b"
    r"|\b(?:his|her|their)\s(?:early\s|mid[\s-]|late\s)?(?P<decade_word>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b",
)
_DECADE_WORDS = "twenties thirties forties fifties sixties seventies eighties nineties".split()
_ORDINAL_WORDS = alternation(ORDINALS)
_ORDINAL = re.compile(
    rf"\b(?P<figure>{FIGURES})\s?(?:st|nd|rd|th)\b(?P<century>[\s-]centur(?:y|ies)\b)?"
    rf"|\b(?P<word>{_ORDINAL_WORDS})\b(?P<century2>[\s-]centur(?:y|ies)\b)?(?!s\b)"
    rf"|\b(?:[Nn]o\.|[Nn]umber|№|#)\s?(?P<number>{FIGURES})\b",
    re.IGNORECASE,
)
_CAREFUL_SECOND = re.compile(r"\b(?:a|per|each|every|split)\s$", re.IGNORECASE)
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "hundredth": 100,
    "thousandth": 1000,
}
_FRACTION = re.compile(
    rf"\b(?P<top>one|two|three|four|five|six|seven|eight|nine|[1-9])[\s-](?P<bottom>(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth|thousandth)s?)\b(?![\s-](?:place|time|of\s(?:an?\s)?(?:January|February|March|April|May|June|July|August|September|October|November|December)))"
    r"|\ba\s(?P<one>third|quarter|fifth|tenth|sixth)(?=\s(?:of|to|more|less|fewer|are|were|said|say)\b|[,.]|$)"
    r"|(?<![\w./])(?P<a>[1-9][0-9]?)/(?P<b>[1-9][0-9]{0,2})(?![\w/]|\.[0-9])"
    rf"|\b(?P<half_of>[Hh]alf)(?:[\s-]an?\s|[\s-]of\san?\s|-|\s(?=percent))(?P<unit>percentage point|percent|points?|{alternation(w for u in (*MEASURES, *DURATIONS) for w in u.english if len(w) > 2)})\b"
    r"|\b(?P<half>half|Half)\b",
)
_MULTIPLE = re.compile(
    r"\b(?:(?P<double>doubl(?:e|ed|es|ing)|twofold|two-fold)|(?P<triple>tripl(?:e|ed|es|ing)|treble[ds]?|threefold)|(?P<quadruple>quadrupl(?:e|ed|es|ing)|fourfold)|(?P<fold>[0-9]+|ten|five)-?fold)\b"
)
_IDIOMS = {
    "both": ("count", 2),
    "twin": ("count", 2),
    "couple": ("count", 2),
    "pair": ("count", 2),
    "twice": ("count", 2),
    "once": ("count", 1),
}
_IDIOM = re.compile(rf"(?<!think )\b(?P<word>{'|'.join(_IDIOMS)})\b", re.IGNORECASE)
_DECADES = re.compile(
    r"\b(?:an?|the|next|past|last|this|per|each|every|previous|coming|first|second)\s(?:[a-z]+\s)?(?P<one>decade)\b"
    r"|\b(?:for|over|in|after|several|many|few)\s(?P<many>decades)\b",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&#?[A-Za-z0-9]{2,8};")
_THE_TWO = re.compile(r"\b(?:the|these|those|their|its|his|her|between)\s$", re.IGNORECASE)
_FORTNIGHT = re.compile(r"\bfortnight\b", re.IGNORECASE)
_SPORT_TIME = re.compile(
    r"(?<![0-9:.,])(?:(?P<hours>[0-9]{1,2}):)?(?P<minutes>[0-5]?[0-9]):(?P<seconds>[0-5][0-9](?:\.[0-9]{1,3})?)(?![0-9:])"
)

# Units -------------------------------------------------------------------------------------------

_UNITS = by_word((*MONEY, *MEASURES, *DURATIONS, *COUNTS), "en")
_LOWERED = {word.lower(): unit for word, unit in reversed(_UNITS.items())}
_SIGNS = re.compile(rf"(?:^|(?<![A-Za-z]))(?P<sign>{alternation(CURRENCY_SIGNS)})\s?$")
_AFTER = re.compile(
    rf"(?P<percent>\s?(?:%|％|per\s?cent\b|pct\b\.?|pc\b)(?P<points>[\s-]points?\b)?|[\s-](?:percentage|percent)[\s-](?P<pp>points?)\b)"
    rf"|(?P<basis>[\s-]basis[\s-]points?\b)"
    r"|(?P<multiple>\stimes\s(?=as|more|larger|bigger|higher|greater|faster|the|that|its|what|less|stronger|better)|\s?-?fold\b)"
    r"|(?P<decades>[\s-](?:[a-z]+\s)?decades?\b)"
    rf"|(?P<currency>[\s-]?(?:of\s)?(?:US|U\.S\.|American)?\s?(?P<money>{alternation(w for u in MONEY for w in u.english)})\b)"
    rf"|(?P<joined>\s?(?:{alternation(w for u in MEASURES for w in u.english if len(w) <= 4 or not w[0].isalpha())})(?![A-Za-z0-9]))"
    rf"|(?P<spaced>[\s-](?:of\s)?(?:(?!(?:the|an?|of|in|and|or|to|for|by|at|on|with|from|as|is|was|per|than|last|next|this|past|each|every|early|late|one|when|but|if)\s)[A-Za-z]+\s)??(?P<spaced_word>{alternation(w for u in (*MEASURES, *DURATIONS, *COUNTS) for w in u.english)})(?![A-Za-z]))",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s?(?:-|–|—|~)\s?|\s(?:to|and|or|through)\s|,\s|\sto as (?:much|many) as\s")
_NAME_BEFORE = re.compile(r"[a-z’',] $")
_IN_YEAR = re.compile(
    r"\b(?:in|since|by|until|year|from|before|after|of|around|c\.|circa)\s$", re.IGNORECASE
)


@dataclass(slots=True)
class _Reading:
    numeral: Numeral
    start: int
    end: int
    kind: str
    unit: str
    value: Fraction | None
    approximate: bool
    signed: bool = False


def read(text: str) -> Claims:
    """Every quantity of English `text`, claimed."""
    claims = Claims(text)
    if not _NUMBERED.search(text):
        return claims
    for match in _ENTITY.finditer(text):
        claims.block(*match.span())
    _sport_times(claims)
    dates.english(claims)
    _ages(claims)
    _names(claims)
    _pairs(claims)
    _multiples(claims)
    _fractions(claims)
    _ordinals(claims)
    _cardinals(claims)
    for match in _IDIOM.finditer(text):
        kind, value = _IDIOMS[match["word"].lower()]
        claims.add(*match.span(), kind, value, optional=match["word"].lower() != "twice")
    for match in _DECADES.finditer(text):
        if match["one"]:
            claims.add(*match.span("one"), "duration", 10, "year", optional=True)
        else:
            claims.add(
                *match.span("many"),
                "duration",
                unit="year",
                approximate=True,
                low=20,
                high=99,
                optional=True,
            )
    for match in _FORTNIGHT.finditer(text):
        claims.add(*match.span(), "duration", 2, "week")
    return claims


def _sport_times(claims: Claims) -> None:
    """1:42.58 and 2:05:30 are lengths of time, not times of day."""
    for match in _SPORT_TIME.finditer(claims.text):
        if match["hours"] or "." in match["seconds"]:
            value = 60 * Fraction(match["minutes"]) + Fraction(match["seconds"])
            value += 3600 * Fraction(match["hours"] or 0)
            claims.add(*match.span(), "duration", value, "second")


def _names(claims: Claims) -> None:
    for match in _NAME.finditer(claims.text):
        name = match[0]
        if _NOT_A_NAME.match(name):
            continue
        claims.add(*match.span(), "name", unit=name, value=Fraction(re.findall(r"[0-9]+", name)[0]))
    for match in _ROMAN.finditer(claims.text):
        claims.add(*match.span(), "ordinal", numerals.roman(match["roman"]))


def _ages(claims: Claims) -> None:
    for match in _AGES.finditer(claims.text):
        if match["decade"] or match["decade_word"]:
            word = match["decade_word"]
            low = int(match["decade"]) if match["decade"] else 10 * _DECADE_WORDS.index(word) + 20
            group = "decade_word" if word else "decade"
            start, end = match.span(group)
            end = match.end() if group == "decade" else end
            claims.add(start, end, "age", unit="year", low=low, high=low + 9)
            continue
        if match["months"]:
            value = _age_value(match["months"])
            if value is not None:
                claims.add(*match.span(), "age", value, match["unit"].lower())
            continue
        for group in ("years", "aged", "aged2", "bare", "bracketed"):
            value = _age_value(match[group]) if match[group] else None
            if value is None or value > 130:
                continue
            span = match.span() if group == "years" else match.span(group)
            claims.add(*span, "age", value, "year")


def _age_value(text: str) -> Fraction | None:
    found = numerals.english(text)
    return found[0].value if found else None


def _pairs(claims: Claims) -> None:
    text = claims.text
    for match in _WORD_PAIR.finditer(text):
        unit = f"{CARDINALS[match['a'].lower()]}-{CARDINALS[match['b'].lower()]}"
        claims.add(*match.span(), "score", unit=unit)
    for match in _PAIR.finditer(text):
        a, b = int(match["a"]), int(match["b"])
        end = match.end("b")
        after = (match["after"] or "").strip(" -").lower()
        to = "to" in match["join"]
        unit_follows = after in _LOWERED or after in ("percent", "million", "billion", "thousand")
        if match["join"] == ":" and len(match["b"]) == 2:
            continue
        if unit_follows and after not in ("votes", "vote") or text[end : end + 1] in ("%", "-"):
            continue
        near = text[max(0, match.start() - 60) : end + 30]
        sporty = (
            bool(_SCORE_WORDS.search(near)) or text[match.start() - 2 : match.start() - 1].isdigit()
        )
        if to and not (_ODDS.match(text, end) or match["join"] == "-to-" or (sporty and a > b)):
            continue
        if not to and not sporty and a < b:
            continue
        claims.add(match.start(), end, "score", unit=f"{a}-{b}")


def _multiples(claims: Claims) -> None:
    for match in _MULTIPLE.finditer(claims.text):
        if match["fold"]:
            value = _age_value(match["fold"]) or Fraction(1)
        else:
            value = Fraction(2 if match["double"] else 3 if match["triple"] else 4)
        claims.add(*match.span(), "multiple", value, optional=not match["fold"])


def _fractions(claims: Claims) -> None:
    text = claims.text
    for match in _FRACTION.finditer(text):
        if match["top"]:
            top = match["top"].lower()
            numerator = int(top) if top.isdigit() else CARDINALS[top]
            denominator = _PARTS[match["bottom"].removesuffix("s").lower()]
            if numerator > 1 and not match["bottom"].endswith("s"):
                continue
            if numerator >= denominator:
                continue
            claims.add(*match.span(), "fraction", Fraction(numerator, denominator))
        elif match["half_of"]:
            word = match["unit"].lower()
            unit = _LOWERED.get(word)
            if word in ("percent", "percentage point"):
                claims.add(*match.span(), word, Fraction(1, 2), "%" if word == "percent" else "%p")
            elif unit is not None:
                claims.add(*match.span(), unit.kind, Fraction(1, 2), unit.name)
        elif match["one"]:
            value = Fraction(1, _PARTS[match["one"]])
            claims.add(match.start(), match.end("one"), "fraction", value)
        elif match["a"]:
            a, b = int(match["a"]), int(match["b"])
            before = text[match.start() - 2 : match.start()]
            whole = len(before) == 2 and before[0].isdigit() and before[1] in " -"
            if a < b and not whole:
                claims.add(*match.span(), "fraction", Fraction(a, b))
        elif not re.match(
            r"[\s-](?:an?[\s-])?(?:dozen|million|billion|trillion)", text[match.end() :]
        ):
            if (
                text[max(0, match.start() - 7) : match.start()]
                .lower()
                .endswith((" and a ", "-and-a-"))
            ):
                continue
            claims.add(*match.span(), "fraction", Fraction(1, 2), optional=True)


def _ordinals(claims: Claims) -> None:
    for match in _ORDINAL.finditer(claims.text):
        word = match["word"]
        if (
            word
            and word.lower() == "second"
            and _CAREFUL_SECOND.search(claims.text, max(0, match.start() - 6), match.start())
        ):
            continue
        if word:
            value = Fraction(ORDINALS[word.lower()])
        else:
            value = Fraction((match["figure"] or match["number"]).replace(",", ""))
        century = match["century"] or match["century2"]
        easy = word is not None and value <= 2 and not century
        easy |= word is not None and claims.text.startswith(("-party", " party"), match.end())
        claims.add(*match.span(), "ordinal", value, "century" if century else "", optional=easy)


def _cardinals(claims: Claims) -> None:
    text = claims.text
    readings: list[_Reading] = []
    for numeral in numerals.english(text):
        if claims.free(numeral.start, numeral.end):
            readings.append(_reading(text, numeral))
    _share(text, readings)
    last_money_end = -1
    for reading in readings:
        optional = _is_optional(text, reading)
        if reading.kind == "money":
            between = text[last_money_end : reading.start] if last_money_end >= 0 else ""
            optional |= bool(
                re.fullmatch(
                    r"\s?\((?:about|around|approximately|roughly|some|or|nearly|over|more than)?\s?(?:US)?",
                    between.strip(),
                )
            )
            last_money_end = reading.end
        numeral = reading.numeral
        low = high = None
        if numeral.low is not None and numeral.high is not None:
            low, high = numeral.low, numeral.high
        claims.add(
            reading.start,
            reading.end,
            reading.kind,
            reading.value,
            reading.unit,
            approximate=reading.approximate,
            low=low,
            high=high,
            optional=optional,
        )


def _is_optional(text: str, reading: _Reading) -> bool:
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


def _reading(text: str, numeral: Numeral) -> _Reading:
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
    if kind != "money" and start and text[start - 1] in "-−" and not text[: start - 1][-1:].strip():
        if (
            kind in ("measure", "percent", "number")
            and value is not None
            and numeral.style == "digits"
        ):
            value, start = -value, start - 1
    approximate |= bool(
        _AFTER_APPROXIMATE.match(text, end) or _AFTER_APPROXIMATE.match(text, numeral.end)
    )
    return _Reading(numeral, start, end, kind, unit, value, approximate, signed)


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
    words = (after["money"] or after["spaced_word"] or after["joined"]).strip()
    unit = _UNITS.get(words) or _LOWERED[words.lower()]
    return unit.kind, unit.name, one


def _is_year(text: str, numeral: Numeral) -> bool:
    written = text[numeral.start : numeral.end]
    return (
        len(written) == 4
        and written.isdigit()
        and (
            "1500" <= written <= "2100"
            or (
                "1000" <= written
                and _IN_YEAR.search(text, max(0, numeral.start - 12), numeral.start)
            )
        )
        and (numeral.start < 2 or text[numeral.start - 1] not in "$€£-#")
    )


def _share(text: str, readings: list[_Reading]) -> None:
    """In "10 to 15 million dollars" the first figure has the scale and unit of the last."""
    for first, second in zip(reversed(readings[:-1]), reversed(readings[1:]), strict=True):
        between = text[first.end : second.start]
        link = _LINK.fullmatch(between)
        if link is None or first.value is None or second.value is None:
            continue
        tight = "," not in between and "and" not in between and " or " not in between
        if (
            tight
            and second.numeral.scale > 1
            and first.numeral.scale == 1
            and first.numeral.style == "digits"
        ):
            mantissa = second.value / second.numeral.scale
            if first.value < mantissa:
                first.value *= second.numeral.scale
        if (
            first.kind == "number"
            and second.kind not in ("number", "date", "money")
            or (first.kind == "number" and second.kind == "money" and not second.signed)
        ):
            first.kind, first.unit = second.kind, second.unit
        elif first.signed and second.kind == "number" and tight:
            second.kind, second.unit = first.kind, first.unit
