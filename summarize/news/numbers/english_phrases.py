"""What English news says with numbers beyond "so many of these", each claimed by its own rule.

Names (G20, COVID-19), ages, scores and odds, times of races, multiples, fractions,
ordinals and idioms (both, a decade, a fortnight).
"""

from __future__ import annotations

import re
from fractions import Fraction

from summarize.news.numbers.english_dates import DECADES as _DECADE_WORDS
from summarize.news.numbers.english_numerals import CARDINALS, LARGE, ORDINALS, value_of
from summarize.news.numbers.numerals import FIGURES, roman
from summarize.news.numbers.quantity import Claims
from summarize.news.numbers.units import DURATIONS, MEASURES, UNITS, alternation, by_word

_UNITS = by_word(UNITS.values(), "en")
_LOWERED = {word.lower(): unit for word, unit in reversed(_UNITS.items())}
# Names ------------------------------------------------------------------------------------------

_NAME = re.compile(
    r"(?<![\w$€£.-])(?:[A-Z]{1,6}-[0-9]{1,4}[A-Z]{0,2}|[A-Z][A-Za-z]{0,7}[0-9]{1,4}[A-Za-z]{0,2}"
    r"|[0-9]{1,2}[GDK]|[0-9]{3,4}[pi]|[a-z]{1,3}[0-9]{1,2}|H[0-9]{1,2}N[0-9]{1,2}|[0-9]x[0-9])"
    r"(?![\w%])"
)
_NOT_A_NAME = re.compile(
    r"(?:US|A|C|S|HK|NT|AU|CA|USD|EUR|GBP|JPY|KRW|RMB|CNY|Rs|Sept|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Oct|Nov|Dec|Q|FY|No|GMT|UTC)-?[0-9]+[A-Za-z]{0,2}$"
    r"|[ckm]?m[23]$"
)
_ROMAN = re.compile(
    r"(?<=[a-z] )(?P<roman>(?<=War )I|I{2,3}|IV|VI{0,3}|IX|X{1,2}I{0,3}|XI?V|XVI{0,3}|XI?X)"
    r"(?![\w-]|\.\w"
    r"|['’][^s])"
)

# Scores, ages, ordinals, fractions ---------------------------------------------------------------

_SCORE_WORDS = re.compile(
    r"\b(?:beat|beats|beating|beaten|win|wins|won|winning|victory|victories|lead|leads|leading"
    r"|led|score|scored|defeat|defeats|defeated|defeating"
    r"|lost|lose|losing|loss|draw|drew|drawn|tie|tied|vote|voted|votes|record|final|semifinal"
    r"|match|match-up|set|rout|routed|trail|trailed"
    r"|ruled|majority|innings|equalized|thrashed|downed|edged|down|up|came|past|over|against"
    r"|aggregate|shootout)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?<![\w.,/$€£-])(?P<a>[0-9]{1,3})(?P<join>-|–|:|\s?to\s?|-to-)(?P<b>[0-9]{1,3})(?![\w%/]"
    r"|[.,][0-9]|-[0-9])(?P<after>[\s-][A-Za-z]+)?"
)
_WORD_PAIR = re.compile(
    rf"\b(?P<a>{'|'.join(CARDINALS)})-to-(?P<b>{'|'.join(CARDINALS)})\b", re.IGNORECASE
)
_ODDS = re.compile(
    r"\s(?:odds|ratio|margin|vote|votes|against|in favor|in favour|majority|decision|ruling)\b"
)
_AGE_NUMBER = (
    rf"(?:{FIGURES}|(?:{'|'.join(w for w in CARDINALS if CARDINALS[w] >= 20)})(?:[\s-](?:one|two"
    r"|three|four|five|six|seven|eight|nine))?"
    rf"|{'|'.join(w for w in CARDINALS if CARDINALS[w] < 20)})"
)
_AGES = re.compile(
    rf"\b(?P<years>{_AGE_NUMBER})[\s-]years?[\s-](?:olds?|of[\s-]age)\b"
    rf"|\b(?P<months>{_AGE_NUMBER})[\s-](?P<unit>month|week|day)s?[\s-]old\b"
    r"|\b(?:aged?|ages|age of|ages of|over the age of|turn|turned|turns|turning)\s"
    rf"(?P<aged>{_AGE_NUMBER})(?:(?P<join>\s?[-–]\s?|\sto\s|\sand\s)(?P<aged2>{_AGE_NUMBER}))?"
    r"(?![\w,]*[0-9])(?!\s(?:percent|per|million|billion|countries|points|years?|months?|days?"
    r"|hours?))\b"
    r"|(?<=[a-z.],\s)(?P<bare>[1-9][0-9]|[2-9])(?=,(?:\s(?![0-9])|$)|[.;]\s|[.;]?$)"
    r"|(?<=[a-z]\s\()(?P<bracketed>[1-9][0-9])(?=\))"
    r"|\b(?:(?:his|her|their)\s(?:early[\s-]|mid[\s-]|late[\s-])?|(?:people|person|man|woman"
    r"|men|women|actors?) in (?:their )?)(?P<decade>[1-9]0)['’]?s\b"
    r"|\b(?:his|her|their)\s(?:early\s|mid[\s-]|late\s)?(?P<decade_word>twenties|thirties"
    r"|forties|fifties|sixties|seventies|eighties|nineties)\b",
)
_ORDINAL_WORDS = alternation(ORDINALS)
_ORDINAL = re.compile(
    rf"\b(?P<figure>{FIGURES})\s?(?:st|nd|rd|th)\b(?P<century>[\s-]centur(?:y|ies)\b)?"
    rf"|\b(?P<word>{_ORDINAL_WORDS})\b(?P<century2>[\s-]centur(?:y|ies)\b)?(?!s\b)"
    rf"|\b(?:[Nn]o\.|[Nn]umber|№|#)\s?(?P<number>{FIGURES})\b",
    re.IGNORECASE,
)
_CAREFUL_SECOND = re.compile(r"\b(?:a|per|each|every|split)\s$", re.IGNORECASE)
_OF_ITS_KIND = re.compile(r"-(?:degree|class|rate|round|half|place)\b", re.IGNORECASE)
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
    "twentieth": 20,
    "hundredth": 100,
    "thousandth": 1000,
}
_FRACTION = re.compile(
    r"\b(?P<top>(?i:one|two|three|four|five|six|seven|eight|nine)|[1-9])[\s-](?P<bottom>(?:third"
    r"|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth|thousandth)s?)\b"
    r"(?![\s-](?:place|time|of\s(?:an?\s)?(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December)))"
    r"|\b(?P<by>by\s)?[Aa]n?\s(?P<one>third|quarter|fifth|sixth|eighth|tenth|twentieth)(?=\s(?:of|to"
    r"|more|less|fewer|are|were|said|say|have|had|live[ds]?|work(?:ed|s)?|voted?|believed?|higher"
    r"|lower|above|below|larger|smaller|longer|shorter|as\s(?:much|many))\b|[,.]|$"
    r"|(?(by)\s(?:in|since|as|over|after|from|on|last|this|when|because|within|during|between"
    r"|compared|while|at)\b|(?!)))"
    r"|(?<![\w./])(?P<a>[1-9][0-9]?)/(?P<b>[1-9][0-9]{0,2})(?![\w/]|\.[0-9])"
    r"|\b(?<!\band\sa\s)(?<!-and-a-)(?P<half_of>[Hh]alf)(?:[\s-]an?\s|[\s-]of\san?\s|-|\s(?=percent|hours?\b))"
    r"(?P<unit>percentage point|percent|points?"
    rf"|{alternation(w for u in (*MEASURES, *DURATIONS) for w in u.english if len(w) > 2)})\b"
    r"|\b(?P<half>half|Half)\b",
)
_MULTIPLE = re.compile(
    r"\b(?:(?P<double>doubl(?:e|ed|es|ing)|twofold|two-fold)|(?P<triple>tripl(?:e|ed|es|ing)"
    r"|treble[ds]?|threefold)|(?P<quadruple>quadrupl(?:e|ed|es|ing)|fourfold)|(?P<fold>[0-9]+"
    r"|ten|five)-?fold)\b"
)
_IDIOMS = {
    "both": ("count", 2),
    "twin": ("count", 2),
    "couple": ("count", 2),
    "pair": ("count", 2),
    "twice": ("count", 2),
    "once": ("count", 1),
    "duo": ("count", 2),
    "trio": ("count", 3),
    "quartet": ("count", 4),
    "quintet": ("count", 5),
}
_ANNIVERSARIES = {"centenary": 100, "centennial": 100, "bicentenary": 200, "bicentennial": 200}
_ANNIVERSARY = re.compile(rf"\b(?P<word>{'|'.join(_ANNIVERSARIES)})\b")
_IDIOM = re.compile(rf"(?<!think )\b(?P<word>{'|'.join(_IDIOMS)})\b", re.IGNORECASE)
_DECADES = re.compile(
    r"\b(?:an?|the|next|past|last|this|per|each|every|previous|coming|first|second)\s"
    r"(?:[a-z]+\s)?(?P<one>decade)\b"
    r"|\b(?:for|over|in|after|several|many|few)\s(?P<many>decades)\b",
    re.IGNORECASE,
)
_CENTURIES = re.compile(r"\bcentury(?:-old)?\b|\b(?P<many>centuries)\b", re.IGNORECASE)
_BY_THE = re.compile(r"\bby the (?P<word>dozen|hundred|thousand|million|billion)\b")
_AROUND_THE_CLOCK = re.compile(r"\ba?round[ -]the[ -]clock\b")
_FORTNIGHT = re.compile(r"\bfortnight\b", re.IGNORECASE)
_AND_A_HALF = re.compile(
    r"\b(?:an?|one)\s(?P<unit>hour|day|week|month|year|mile)\sand\sa\shalf\b", re.IGNORECASE
)
_QUARTER_HOUR = re.compile(r"\bquarter(?:-hour|[\s-]of[\s-]an[\s-]hour)\b", re.IGNORECASE)
_FREEZING = re.compile(r"\b(?:above|below|sub-?)[\s-]?(?P<point>freezing)\b", re.IGNORECASE)
_SPORT_TIME = re.compile(
    r"(?<![0-9:.,])(?:(?P<hours>[0-9]{1,2}):)?(?P<minutes>[0-5]?[0-9]):(?P<seconds>[0-5][0-9]"
    r"(?:\.[0-9]{1,3})?)(?![0-9:])"
)


def claim_phrases(claims: Claims) -> None:
    """Claims what these rules know, the most telling first; dates come before them."""
    _names(claims)
    _pairs(claims)
    _multiples(claims)
    _fractions(claims)
    _ordinals(claims)


def claim_early_idioms(claims: Claims) -> None:
    """Claims idioms whose words would be taken for something else: no quarter of a year."""
    for match in _QUARTER_HOUR.finditer(claims.text):
        claims.add(*match.span(), "duration", 15, "minute", optional=True)
    for match in _AND_A_HALF.finditer(claims.text):
        unit = UNITS[match["unit"].lower()]
        claims.add(*match.span(), unit.kind, Fraction(3, 2), unit.name)
    for match in _BY_THE.finditer(claims.text):
        one = value_of(f"one {match['word']}")
        assert one is not None, "a dozen and what is larger are numbers"
        low, high = 2 * one, 100 * one - 1
        claims.add(*match.span("word"), "number", approximate=True, low=low, high=high)


def claim_idioms(claims: Claims) -> None:
    """Claims words that stand for a number only where nothing else was read."""
    text = claims.text
    for match in _IDIOM.finditer(text):
        kind, value = _IDIOMS[match["word"].lower()]
        claims.add(*match.span(), kind, value, optional=match["word"].lower() != "twice")
    for match in _ANNIVERSARY.finditer(text):
        claims.add(*match.span(), "ordinal", _ANNIVERSARIES[match["word"]])
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
    for match in _CENTURIES.finditer(text):
        if match["many"]:
            claims.add(
                *match.span(),
                "duration",
                unit="year",
                approximate=True,
                low=200,
                high=999,
                optional=True,
            )
        else:
            claims.add(*match.span(), "duration", 100, "year", optional=True)
    for match in _AROUND_THE_CLOCK.finditer(text):
        claims.add(*match.span(), "duration", 24, "hour", optional=True)
    for match in _FREEZING.finditer(text):
        claims.add(*match.span("point"), "measure", 0, "degree", optional=True)
    for match in _FORTNIGHT.finditer(text):
        claims.add(*match.span(), "duration", 2, "week")


def claim_race_times(claims: Claims) -> None:
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
        claims.add(*match.span(), "ordinal", roman(match["roman"]))


def claim_ages(claims: Claims) -> None:
    """Claims ages, before the thirties of a person can be taken for those of a century."""
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
            value = value_of(match["months"])
            if value is not None:
                claims.add(*match.span(), "age", value, match["unit"].lower())
            continue
        for group in ("years", "aged", "aged2", "bare", "bracketed"):
            value = value_of(match[group]) if match[group] else None
            if value is None or value > 130:
                continue
            span = match.span() if group == "years" else match.span(group)
            claims.add(*span, "age", value, "year")


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
        if (unit_follows and after not in ("votes", "vote")) or text[end : end + 1] in ("%", "-"):
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
            value = value_of(match["fold"]) or Fraction(1)
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
            start = match.end("by") if match["by"] else match.start()
            claims.add(start, match.end("one"), "fraction", value)
        elif match["a"]:
            a, b = int(match["a"]), int(match["b"])
            before = text[match.start() - 2 : match.start()]
            whole = len(before) == 2 and before[0].isdigit() and before[1] in " -"
            if a < b and not whole:
                claims.add(*match.span(), "fraction", Fraction(a, b))
        elif not re.match(rf"[\s-](?:an?[\s-])?(?:dozen|{LARGE})", text[match.end() :]):
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
            and not _OF_ITS_KIND.match(claims.text, match.end())
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
