"""Dates and times of day in English news text; their notation is that of `dates`."""

from __future__ import annotations

import re
from fractions import Fraction

from summarize.news.numbers.dates import DAY, claim_numeric, decade, edtf, exists
from summarize.news.numbers.english_numerals import ORDINALS
from summarize.news.numbers.quantity import Claims

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DECADES = [
    "twenties",
    "thirties",
    "forties",
    "fifties",
    "sixties",
    "seventies",
    "eighties",
    "nineties",
]

_MONTH_NUMBERS = {name.lower(): i for i, name in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {name[:3]: i for name, i in _MONTH_NUMBERS.items()} | {"sept": 9}
_HOURS = [
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
]
_MINUTES = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45}

_SHORT_MONTH = "(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)"
_MONTH = (
    rf"(?P<month>{'|'.join(MONTHS)}"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?![a-z])\.?)"
)
_YEAR = r"(?:1[0-9]|20)[0-9]{2}(?![0-9]|,[0-9]|\.[0-9])"
_TH = r"(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:(?P<day1>{DAY}){_TH}(?:\s?(?:-|–|to|and)\s?(?P<day2>{DAY}){_TH})?\s(?:of\s)?)?"
    rf"{_MONTH}"
    rf"(?:\s(?:the\s)?(?P<day3>{DAY}){_TH}(?![0-9:%]|,[0-9]{{3}}|\.[0-9]| ?[ap]\.?m)"
    rf"(?:\s?(?:-|–|\bto\b|\band\b|&)\s?(?P<day4>{DAY}){_TH}(?![0-9:]))?)?"
    rf"(?:(?:,?\s(?:of\s)?|/)(?P<year>{_YEAR}))?(?![A-Za-z0-9])"
)
# "Nov-Feb": short names that a dash joins are months, without a day or a year.
_SPAN_OF_MONTHS = re.compile(
    rf"(?<![A-Za-z-])(?P<first>{_SHORT_MONTH})\.?\s?[-–]\s?(?P<last>{_SHORT_MONTH})(?![A-Za-z-])"
)
# May and March are months only where something says so.
_MONTH_BEFORE = re.compile(
    r"\b(?:in|since|until|till|by|of|from|to|last|this|next|early|late|mid|during|between"
    r"|through|and|before|after|for|on|the|end)[\s-]$",
    re.IGNORECASE,
)
_NAME_AFTER = re.compile(r"(?:said|says|told|has|had|was|will|met|resign|call|be|not|have|also)\b")
_DECADE = re.compile(
    r"\b(?:(?P<century>1[0-9]|20)(?P<decade>[0-9])0['’]?s|['’‘](?P<short>[2-9])0s"
    rf"|(?:\bthe|\bmid|\bearly|\blate)[\s-](?P<word>{'|'.join(DECADES)})"
    r"|(?P<plain>[2-9])0['’]?s)\b(?!-)",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\b(?:(?P<word>first|second|third|fourth|1st|2nd|3rd|4th)[\s-]quarter|Q(?P<q>[1-4])"
    rf"|(?P<q2>[1-4])Q)(?![\w-]*final)(?:,?\s(?:of\s)?(?P<year>{_YEAR}))?\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"(?<!Palm )(?<!Easter )(?<!Black )(?<!Good )(?<!Super )(?<!Ash )(?<!Bloody )(?<!Cyber )"
    rf"\b(?P<name>{'|'.join(WEEKDAYS)})s?\b"
    r"(?! (?:Times|Telegraph|Mirror|Post|Herald|Mail|Express|Night))"
)
_HOUR = r"(?:[01]?[0-9]|2[0-4])"
_HOUR_WORD = "|".join(_HOURS[1:])
_TIME = re.compile(
    # 8:40 p.m., 9 a.m., nine a.m., 6.30-10am
    rf"(?<![0-9:.,$€£])(?P<h1>{_HOUR})(?:[:.](?P<m1>[0-5][0-9]))?\s?"
    r"(?P<half1>[apAP])\.?\s?[mM]\b\.?"
    r"(?![A-Za-z])"
    rf"|\b(?P<h2>1[0-2]|[1-9]|{_HOUR_WORD})\s(?P<half2>[ap])\.?m\b\.?"
    r"|(?<![0-9:.,$€£])(?P<h3>[01]?[0-9])\.(?P<m3>[0-5][0-9])"
    r"(?=\s?(?:-|–|to)\s?[0-9]{1,2}(?:[.:][0-9]{2})?\s?[ap]\.?m)"
    # at nine-thirty
    rf"|\b(?:at|by|until|till|after|before|around|about|from)\s(?P<h4>{_HOUR_WORD})[\s-]"
    r"(?P<m4>thirty|fifteen|forty-five|forty|twenty)\b(?!\s(?:percent|people|million|years))"
    # 8:40, 1215 GMT, 0715
    rf"|(?<![0-9:.,$€£-])(?P<h5>{_HOUR}):(?P<m5>[0-5][0-9])(?![0-9:]|\.[0-9])"
    r"|(?<![0-9:.,$€£-])(?P<h6>[01][0-9]|2[0-4])(?P<m6>[0-5][0-9])"
    r"(?:(?=\s?(?:GMT|UTC|local time|hours|hrs|EST|EDT)\b)|(?<=\b0[0-9][0-9]{2})(?![0-9,.]))"
    # nine o'clock at night, noon
    rf"|\b(?P<h7>1[0-2]|[1-9]|{_HOUR_WORD})\so['’]clock"
    r"(?P<part>\sin the (?:morning|afternoon|evening)|\sat night)?"
    # half past three, quarter to nine
    rf"|\b(?P<past>half[\s-]past|quarter[\s-](?:past|to))\s(?P<h8>1[0-2]|[1-9]|{_HOUR_WORD})\b"
    # 33 minutes past midnight
    rf"|\b(?:(?P<m9>[1-5]?[0-9]|{'|'.join(_MINUTES)})\sminutes\s(?:past|after)\s)?"
    r"(?P<word>[Nn]oon|[Mm]idday|[Mm]idnight)\b"
)


def claim(claims: Claims) -> None:
    """Claims the dates and times of `claims.text`."""
    text = claims.text
    claim_numeric(claims)
    for match in _DATE.finditer(text):
        _date(claims, match)
    for match in _SPAN_OF_MONTHS.finditer(text):
        for group in ("first", "last"):
            month = _MONTH_NUMBERS[match[group].lower()]
            claims.add(*match.span(group), "date", unit=edtf(None, month))
    for match in _QUARTER.finditer(text):
        number = match["q"] or match["q2"] or match["word"]
        quarter = int(number[0]) if number[0].isdigit() else ORDINALS[number.lower()]
        claims.add(*match.span(), "date", unit=f"{match['year'] or 'XXXX'}-Q{quarter}")
    for match in _DECADE.finditer(text):
        word = match["word"]
        tens = match["decade"] or match["short"] or match["plain"]
        tens = str(DECADES.index(word.lower()) + 2) if word else tens
        unit = decade(match["century"], tens)
        claims.add(*match.span("word" if word else 0), "date", unit=unit)
    for match in _WEEKDAY.finditer(text):
        number = WEEKDAYS.index(match["name"]) + 1
        claims.add(*match.span(), "date", unit=f"XXXX-WXX-{number}")
    for match in _TIME.finditer(text):
        _time(claims, match)


def _date(claims: Claims, match: re.Match[str]) -> None:
    name, (start, end) = match["month"], match.span()
    days = [group for group in ("day1", "day2", "day3", "day4") if match[group]]
    if match["day1"] and match["day3"]:
        # "20 May 3": the first figure belongs to something else.
        days = [group for group in days if group in ("day3", "day4")]
        start = match.start("month")
    if not days and not match["year"] and not _is_month(claims.text, name, start, end):
        return
    year = int(match["year"]) if match["year"] else None
    month = _MONTH_NUMBERS[name.rstrip(".").lower()]
    units = [edtf(year, month, int(match[group])) for group in days]
    if not all(map(exists, units)):
        return
    if len(days) < 2:
        claims.add(start, end, "date", unit=units[0] if units else edtf(year, month))
    elif claims.free(start, end):
        claims.add(start, match.end(days[0]), "date", unit=units[0])
        claims.add(match.start(days[1]), end, "date", unit=units[1])


def _is_month(text: str, name: str, start: int, end: int) -> bool:
    if name in ("May", "March"):
        said = _MONTH_BEFORE.search(text, max(0, start - 10), start)
        return said is not None and not _NAME_AFTER.match(text[end : end + 12].lstrip())
    return len(name.rstrip(".")) >= 4


def _time(claims: Claims, match: re.Match[str]) -> None:
    if match["word"]:
        hour = 0 if match["word"].lower() == "midnight" else 12
        after = match["m9"] or "0"
        minute = int(after) if after.isdigit() else _MINUTES[after]
        claims.add(*match.span(), "time", hour + Fraction(minute, 60), "24h")
        return
    written = next(text for i in range(1, 9) if (text := match[f"h{i}"]))
    minutes = next((text for i in (1, 3, 4, 5, 6) if (text := match[f"m{i}"])), "0")
    hour = int(written) if written.isdigit() else _HOURS.index(written)
    minute = int(minutes) if minutes.isdigit() else _MINUTES[minutes]
    if match["past"]:
        minute = 30 if match["past"].startswith("half") else 15
        if match["past"].endswith("to"):
            hour, minute = hour - 1 or 12, 45
    unit = "24h"
    half = match["half1"] or match["half2"]
    if half:
        if hour > 12:
            return
        hour = hour % 12 + (12 if half in "pP" else 0)
    elif match["part"]:
        hour = hour % 12 + (0 if "morning" in match["part"] else 12)
    elif not match["h6"] and 1 <= hour <= 12 and not written.startswith("0"):
        unit = "12h"
    start = match.start("h4") if match["h4"] else match.start()
    claims.add(start, match.end(), "time", Fraction(hour) + Fraction(minute, 60), unit)
