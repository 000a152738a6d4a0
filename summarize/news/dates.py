"""Dates and times of day in English and Korean news text.

A date is written as in the Extended Date/Time Format (ISO 8601-2:2019), with X for what
is not told, so that dates can be compared part by part:

    2023-08-06   XXXX-08-06   XXXX-XX-06   2023-08   XXXX-08   2023   199X   XX9X

and, outside that format, "2023-Q3" or "XXXX-Q3" for a quarter and "XXXX-WXX-2" for a
weekday (Monday is 1). A time is hours since midnight in "24h", or in "12h" where half of
the day is not told. "Yesterday" and "last month" are no numbers and are not read; time
zones are not converted.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from summarize.news.numerals import ORDINALS
from summarize.news.quantity import Claims

MONTHS = (
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
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KOREAN_WEEKDAYS = "월화수목금토일"
_NATIVE_MONTHS = {
    "삼": 3,
    "사": 4,
    "오": 5,
    "유": 6,
    "칠": 7,
    "팔": 8,
    "구": 9,
    "시": 10,
    "십일": 11,
    "십이": 12,
}
_NATIVE_HOURS = "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 열한 열두".split()


def edtf(year: int | str | None = None, month: int | None = None, day: int | None = None) -> str:
    """The date as written by this module: edtf(None, 8, 6) is "XXXX-08-06"."""
    text = "XXXX" if year is None else f"{year:04d}" if isinstance(year, int) else year
    if month is None and day is None:
        return text
    text += "-XX" if month is None else f"-{month:02d}"
    return text if day is None else f"{text}-{day:02d}"


def dates_agree(a: str, b: str) -> bool:
    """Whether two dates can be the same: no part contradicts, and one is told by both.

    A weekday agrees with a full date that falls on it, and with a day whose month or year
    is not told, since nothing contradicts it.
    """
    if a == b:
        return True
    if "W" in a or "W" in b:
        return _weekday_agrees(a, b)
    if "Q" in a or "Q" in b:
        return a[-2:] == b[-2:] and _part_agrees(a[:4], b[:4])
    parts_a, parts_b = a.split("-"), b.split("-")
    shared = list(zip(parts_a, parts_b, strict=False))
    told = any(x.strip("X") and y.strip("X") for x, y in shared)
    return told and all(_part_agrees(x, y) for x, y in shared)


def _part_agrees(a: str, b: str) -> bool:
    """Whether two years, months or days can be one; a decade is no year of its own."""
    if not a.strip("X") or not b.strip("X"):
        return True
    if (a[-1] == "X") != (b[-1] == "X"):
        return False
    return all(x == y or "X" in (x, y) for x, y in zip(a, b, strict=True))


def _weekday_agrees(a: str, b: str) -> bool:
    if "W" in a and "W" in b:
        return False
    day, other = (a, b) if "W" in a else (b, a)
    if len(other) != 10 or other[-2:] == "XX":
        return False
    if "X" in other:
        return True
    return date.fromisoformat(other).isoweekday() == int(day[-1])


# English ---------------------------------------------------------------------------------------

_MONTH_NUMBERS = {name.lower(): i for i, name in enumerate(MONTHS, start=1)} | {
    name: i
    for i, names in enumerate(
        "jan feb mar apr may jun jul aug sep|sept oct nov dec".split(), start=1
    )
    for name in names.split("|")
}
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November"
    r"|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?![a-z])\.?)"
)
_YEAR = r"(?:1[0-9]|20)[0-9]{2}(?![0-9]|,[0-9]|\.[0-9])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_ENGLISH_DATES = re.compile(
    rf"\b(?:(?P<day1>{_DAY})(?:st|nd|rd|th)?(?:\s?(?:-|–|to|and)\s?(?P<day2>{_DAY})(?:st|nd|rd|th)?)?\s(?:of\s)?)?"
    rf"{_MONTH}"
    rf"(?:\s(?:the\s)?(?P<day3>{_DAY})(?:st|nd|rd|th)?(?![0-9:%]|,[0-9]{{3}}|\.[0-9]| ?[ap]\.?m)(?:\s?(?:-|–|\bto\b|\band\b|&)\s?(?P<day4>{_DAY})(?:st|nd|rd|th)?(?![0-9:]))?)?"
    rf"(?:(?:,?\s(?:of\s)?|/)(?P<year>{_YEAR}))?(?![A-Za-z0-9])"
)
_MAY_BEFORE = re.compile(
    r"\b(?:in|since|until|till|by|of|from|to|last|this|next|early|late|mid|during|between|through|and|before|after|for|on|the|end)[\s-]$",
    re.IGNORECASE,
)
_MAY_NAMES = re.compile(r"(?:said|says|told|has|had|was|will|met|resign|call|be|not|have|also)\b")
_NUMERIC = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?:(?P<y>(?:19|20)[0-9]{2})(?P<sep>[-./]|\. ?)(?P<m>1[0-2]|0?[1-9])(?:(?P=sep)(?P<d>3[01]|[12][0-9]|0?[1-9])\.?)?"
    r"|(?P<m2>1[0-2]|0?[1-9])/(?P<d2>3[01]|[12][0-9]|0?[1-9])/(?P<y2>(?:19|20)[0-9]{2})"
    r"|(?P<m3>9)[/.](?P<d3>11)(?=[\s,.’'”\"-]|[가-힣]|$))(?![0-9A-Za-z/%]|[.,][0-9]|-[0-9])(?!년|월|%|\s(?:percent|million|billion|seconds))"
)
_SEASON = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?P<from>(?:1[5-9]|20)[0-9]{2})(?:\s?[-–/~]\s?)(?P<to>(?:1[5-9]|20)[0-9]{2}|[0-9]{2})(?![0-9A-Za-z%]|[-.,][0-9])"
)
_DECADE = re.compile(
    r"\b(?:(?P<century>1[0-9]|20)(?P<decade>[0-9]0)['’]?s|['’‘](?P<short>[2-9]0)s|(?:\bthe|\bmid|\bearly|\blate)[\s-](?P<word>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)|(?P<plain>[2-9]0)['’]?s)\b(?!-)",
    re.IGNORECASE,
)
_DECADE_WORDS = {
    w: str(i)
    for i, w in enumerate(
        "twenties thirties forties fifties sixties seventies eighties nineties".split(), start=2
    )
}
_QUARTER = re.compile(
    rf"\b(?:(?P<word>first|second|third|fourth|1st|2nd|3rd|4th)[\s-]quarter|Q(?P<q>[1-4])|(?P<q2>[1-4])Q)(?![\w-]*final)(?:,?\s(?:of\s)?(?P<year>{_YEAR}))?\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    rf"(?<!Palm )(?<!Easter )(?<!Black )(?<!Good )(?<!Super )(?<!Ash )(?<!Bloody )(?<!Cyber )"
    rf"\b(?P<name>{'|'.join(WEEKDAYS)})s?\b(?! (?:Times|Telegraph|Mirror|Post|Herald|Mail|Express|Night))"
)
_ENGLISH_TIMES = re.compile(
    r"(?<![0-9:.,$€£])(?P<hour>[01]?[0-9]|2[0-4])(?:[:.](?P<minute>[0-5][0-9]))?\s?(?P<half>[apAP])\.?\s?[mM]\b\.?(?![A-Za-z])"
    r"|\b(?P<hour5>1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s(?P<half5>[ap])\.?m\b\.?"
    r"|(?<![0-9:.,$€£])(?P<hour6>[01]?[0-9])\.(?P<minute6>[0-5][0-9])(?=\s?(?:-|–|to)\s?[0-9]{1,2}(?:[.:][0-9]{2})?\s?[ap]\.?m)"
    r"|\b(?:at|by|until|till|after|before|around|about|from)\s(?P<hour7>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[\s-](?P<minute7>thirty|fifteen|forty|forty-five|twenty)\b(?!\s(?:percent|people|million|years))"
    r"|(?<![0-9:.,$€£-])(?P<hour2>[01]?[0-9]|2[0-4]):(?P<minute2>[0-5][0-9])(?![0-9:]|\.[0-9])"
    r"|(?<![0-9:.,$€£-])(?P<hour3>[01][0-9]|2[0-4])(?P<minute3>[0-5][0-9])(?:(?=\s?(?:GMT|UTC|local time|hours|hrs|EST|EDT)\b)|(?<=\b0[0-9][0-9]{2})(?![0-9,.]))"
    r"|\b(?P<hour4>1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s(?:o['’]clock)(?P<part>\sin the (?:morning|afternoon|evening)|\sat night)?"
    r"|\b(?P<word>[Nn]oon|[Mm]idday|[Mm]idnight)\b",
)
_HOUR_GROUPS = ("hour", "hour2", "hour3", "hour4", "hour5", "hour6", "hour7")
_MINUTE_GROUPS = ("minute", "minute2", "minute3", "minute6", "minute7")
_MINUTE_WORDS = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45}
_HOUR_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()


def english(claims: Claims) -> None:
    """Claims the dates and times of English `claims.text`."""
    text = claims.text
    figures = any(c.isdigit() for c in text)
    if figures:
        _numeric(claims)
    for match in _ENGLISH_DATES.finditer(text):
        _english_date(claims, match)
    for match in _QUARTER.finditer(text):
        number = match["q"] or match["q2"] or match["word"]
        quarter = int(number[0]) if number[0].isdigit() else ORDINALS[number.lower()]
        claims.add(*match.span(), "date", unit=f"{match['year'] or 'XXXX'}-Q{quarter}")
    for match in _DECADE.finditer(text):
        if match["century"]:
            unit = f"{match['century']}{match['decade'][0]}X"
            unit = "20XX" if match["decade"] == "00" and match["century"] == "20" else unit
        else:
            short = match["short"] or match["plain"]
            unit = f"XX{short[0] if short else _DECADE_WORDS[match['word'].lower()]}X"
        claims.add(*match.span("word" if match["word"] else 0), "date", unit=unit)
    for match in _WEEKDAY.finditer(text):
        number = WEEKDAYS.index(match["name"]) + 1
        claims.add(*match.span(), "date", unit=f"XXXX-WXX-{number}")
    for match in _ENGLISH_TIMES.finditer(text):
        _english_time(claims, match)


def _numeric(claims: Claims) -> None:
    for match in _NUMERIC.finditer(claims.text):
        year, month, day = (
            match[name] or match[f"{name}2"] or (match[f"{name}3"] if name != "y" else None)
            for name in "ymd"
        )
        if match["sep"] == "." and not match["d"] and len(match["m"]) < 2:
            continue
        unit = edtf(int(year) if year else None, int(month), int(day) if day else None)
        if _exists(unit):
            claims.add(*match.span(), "date", unit=unit)
    for match in _SEASON.finditer(claims.text):
        first, last = match["from"], match["to"]
        if len(last) == 2:
            last = first[:2] + last if last > first[2:] else last
        if len(last) == 4 and first < last:
            claims.add(*match.span("from"), "date", unit=first)
            claims.add(*match.span("to"), "date", unit=last)


def _exists(unit: str) -> bool:
    if len(unit) != 10 or unit.endswith("XX"):
        return True
    try:
        date.fromisoformat(unit.replace("XXXX", "2000"))
    except ValueError:
        return False
    return True


def _english_date(claims: Claims, match: re.Match[str]) -> None:
    name = match["month"]
    month = _MONTH_NUMBERS[name.rstrip(".").lower()]
    days = [group for group in ("day1", "day2", "day3", "day4") if match[group]]
    start, end = match.span()
    if not days and not match["year"]:
        if name in ("May", "March"):
            before = claims.text[max(0, start - 10) : start]
            after = claims.text[end : end + 12].lstrip()
            if not _MAY_BEFORE.search(before) or _MAY_NAMES.match(after):
                return
        elif len(name.rstrip(".")) < 4 and name != "May":
            return
    if match["day1"] and match["day3"]:
        # "20 May 3": the first figure belongs to something else.
        days = [group for group in days if group in ("day3", "day4")]
        start = match.start("month")
    year = int(match["year"]) if match["year"] else None
    if not days:
        claims.add(start, end, "date", unit=edtf(year, month))
        return
    units = [edtf(year, month, int(match[group])) for group in days]
    if not all(map(_exists, units)):
        return
    if len(days) == 1:
        claims.add(start, end, "date", unit=units[0])
        return
    cut = match.end(days[0])
    if claims.free(start, end):
        claims.add(start, cut, "date", unit=units[0])
        claims.add(match.start(days[1]), end, "date", unit=units[1])


def _english_time(claims: Claims, match: re.Match[str]) -> None:
    if match["word"]:
        hour = 0 if match["word"].lower() == "midnight" else 12
        claims.add(*match.span(), "time", hour, "24h")
        return
    hour_text = next(text for name in _HOUR_GROUPS if (text := match[name]))
    minute_text = next((text for name in _MINUTE_GROUPS if (text := match[name])), "0")
    minute = int(minute_text) if minute_text.isdigit() else _MINUTE_WORDS[minute_text]
    hour = int(hour_text) if hour_text.isdigit() else _HOUR_WORDS.index(hour_text)
    unit = "24h"
    half = match["half"] or match["half5"]
    if half:
        if hour > 12:
            return
        hour = hour % 12 + (12 if half in "pP" else 0)
    elif match["part"]:
        hour = hour % 12 + (0 if "morning" in match["part"] else 12)
    elif not match["hour3"] and 1 <= hour <= 12 and not hour_text.startswith("0"):
        unit = "12h"
    start = match.start("hour7") if match["hour7"] else match.start()
    claims.add(start, match.end(), "time", Fraction(hour) + Fraction(minute, 60), unit)


# Korean ----------------------------------------------------------------------------------------

_LASTING = (
    r"(?! ?(?:간(?!부|담)|째|동안|연속|만에|뒤|후(?!보)|전(?!국|투|당|쟁|달|체|화|격|역)|내에|이내|밖에|정도"
    r"|가량|여|짜리|씩|치|이상|이하|이나|안에|차|내내|반|분의|분\b|일정|여정|코스|휴가|걸|에 걸))"
)
_KOREAN_DATES = re.compile(
    r"(?<![0-9.,])(?:(?P<year>(?:1[0-9]|20|21)[0-9]{2}|[’‘'][0-9]{2})\s?년\s?)?"
    r"(?:(?P<month0>1[0-2]|0?[1-9])(?P<join0>\s?[~∼·ㆍ,\-–]\s?|월?에서 |월?부터 |월?과 )(?=(?:1[0-2]|0?[1-9])\s?월))?"
    r"(?<![0-9])(?P<month>1[0-2]|0?[1-9]|(?<![가-힣])(?:십[일이]|[삼사오유칠팔구시](?=월(?:[ ,.에의부까]|$))))\s?월(?!드|요|등|가량)"
    r"(?:\s?(?:(?P<day0>3[01]|[12][0-9]|0?[1-9])일?(?:\s?[~∼·ㆍ,\-–]\s?|에서 |부터 |과 )(?=(?:3[01]|[12][0-9]|0?[1-9])\s?일))?"
    r"(?P<day>3[01]|[12][0-9]|0?[1-9])\s?일(?! ?간)(?:날)?)?"
    r"|(?<![0-9.,~∼])(?:(?P<dayA>3[01]|[12][0-9]|0?[1-9])\s?[~∼·ㆍ,\-–]\s?)?(?<![0-9.])(?P<dayB>3[01]|[12][0-9]|0?[1-9])\s?일(?!본|반|리|정|부 |요|등)"
    + _LASTING
    + r"|(?<![0-9.,])(?P<year3>(?:1[0-9]|20|21)[0-9]{2})(?P<join3>\s?[~∼\-–]\s?)(?=(?:1[0-9]|20|21)[0-9]{2}\s?년)"
    + r"|(?<![0-9.,])(?P<year2>(?:1[0-9]|20|21)[0-9]{2})\s?년(?! ?(?:간(?!부)|동안|째|전(?!국|투|당|쟁|체|화|격|역)|만에|이상|넘게|여))"
)
_KOREAN_DECADE = re.compile(r"(?<![0-9.,])(?P<century>1[0-9]|20)?(?P<decade>[0-9])0\s?년\s?대")
_KOREAN_QUARTER = re.compile(
    r"(?:(?P<year>(?:19|20)[0-9]{2})\s?년\s?)?(?<![0-9])(?P<q>[1-4])(?:/4)?\s?[·~∼]?\s?분기"
)
_KOREAN_WEEKDAY = re.compile(rf"(?P<name>[{KOREAN_WEEKDAYS}])요일")
_KOREAN_TIMES = re.compile(
    r"(?:(?P<part>오전|오후|새벽|아침|저녁|밤|낮|한밤|한낮|심야)\s?(?:의\s|에\s)?)?"
    rf"(?:(?<![0-9.,])(?P<hour>[01]?[0-9]|2[0-4])|(?<![가-힣])(?P<native>열한|열두|{'|'.join(_NATIVE_HOURS[:10])}))\s?시(?!간|즌|도|설|민|작|장|의원|절|스템|리즈|청|대)"
    r"(?:\s?(?:(?P<minute>[0-5]?[0-9])\s?분|(?P<half>반(?![가-힣]|$)|반(?=에|까|부|쯤|경|이|$))))?"
    r"|(?:(?P<part2>오전|오후|새벽|아침|저녁|밤|낮)\s?)?(?<![0-9:.,])(?P<hour2>[01]?[0-9]|2[0-4]):(?P<minute2>[0-5][0-9])(?![0-9:]|\.[0-9])"
    r"|(?<![가-힣])(?P<word>정오|자정)"
)
_MEMORIAL = re.compile(
    r"(?<![0-9.])(?P<month>1[0-2]|[1-9])[·ㆍ‧・.](?P<day>3[01]|[12][0-9]|[1-9])(?=\s?(?:테러|남북|정상|운동|절|전쟁|사태|민주화|선언|총선|대선|지방선거|재보선|사건|참사|혁명|공동선언|항쟁|사변|광복|당시|이후|공격))"
)


def korean(claims: Claims) -> None:
    """Claims the dates and times of Korean `claims.text`."""
    text = claims.text
    if any(c.isdigit() for c in text):
        _numeric(claims)
        for match in _MEMORIAL.finditer(text):
            unit = edtf(None, int(match["month"]), int(match["day"]))
            claims.add(*match.span(), "date", unit=unit, optional=True)
    for match in _KOREAN_DECADE.finditer(text):
        century, decade = match["century"], match["decade"]
        unit = "20XX" if (century, decade) == ("20", "0") else f"{century or 'XX'}{decade}X"
        claims.add(*match.span(), "date", unit=unit)
    for match in _KOREAN_QUARTER.finditer(text):
        claims.add(*match.span(), "date", unit=f"{match['year'] or 'XXXX'}-Q{match['q']}")
    for match in _KOREAN_WEEKDAY.finditer(text):
        number = KOREAN_WEEKDAYS.index(match["name"]) + 1
        claims.add(*match.span(), "date", unit=f"XXXX-WXX-{number}")
    for match in _KOREAN_TIMES.finditer(text):
        _korean_time(claims, match)
    for match in _KOREAN_DATES.finditer(text):
        _korean_date(claims, match)


def _korean_date(claims: Claims, match: re.Match[str]) -> None:
    if match["year2"] or match["year3"]:
        group = "year2" if match["year2"] else "year3"
        end = match.end() if match["year2"] else match.end("year3")
        claims.add(match.start(), end, "date", unit=match[group])
        return
    if match["dayB"]:
        if match["dayA"]:
            claims.add(*match.span("dayA"), "date", unit=edtf(day=int(match["dayA"])))
        claims.add(match.start("dayB"), match.end(), "date", unit=edtf(day=int(match["dayB"])))
        return
    written = match["year"]
    year = None if written is None else int(written) if len(written) == 4 else f"XX{written[-2:]}"
    name = match["month"]
    month = int(name) if name.isdigit() else _NATIVE_MONTHS[name]
    start, end = match.start(), match.end()
    if match["month0"]:
        cut = match.end("month0")
        claims.add(start, cut, "date", unit=edtf(year, int(match["month0"])))
        start, year = match.start("month"), year
    if not match["day"]:
        claims.add(start, end, "date", unit=edtf(year, month))
        return
    last = edtf(year, month, int(match["day"]))
    if match["day0"]:
        claims.add(start, match.end("day0"), "date", unit=edtf(year, month, int(match["day0"])))
        start = match.start("day")
    claims.add(start, end, "date", unit=last)


def _korean_time(claims: Claims, match: re.Match[str]) -> None:
    if match["word"]:
        claims.add(*match.span(), "time", 12 if match["word"] == "정오" else 0, "24h")
        return
    part = match["part"] or match["part2"]
    written = match["hour"] or match["hour2"]
    if written is None and part is None and match["minute"] is None and not match["half"]:
        follows = claims.text[match.end() : match.end() + 1]
        if follows not in ("", " ", "에", "까", "부", "쯤", "경", "가", "이", ",", "."):
            return
    hour = int(written) if written else _NATIVE_HOURS.index(match["native"]) + 1
    minute = 30 if match["half"] else int(match["minute"] or match["minute2"] or 0)
    unit = "24h"
    if part is None:
        unit = "12h" if 1 <= hour <= 12 and not (written or "").startswith("0") else "24h"
    elif hour <= 12:
        late = part in ("오후", "저녁") or (part in ("밤", "심야", "한밤") and 6 <= hour < 12)
        noon = part in ("낮", "한낮") and (hour == 12 or hour < 7)
        hour = hour % 12 + (12 if late or noon else 0)
    claims.add(*match.span(), "time", Fraction(hour) + Fraction(minute, 60), unit)
