"""Dates and times of day in Korean news text; their notation is that of `dates`.

"3일" is the third of a month and three days alike. It is read as a day of the month unless
what follows says that it lasts (3일간, 3일 만에, 3일 뒤); `agreement` accepts it for either.
"""

from __future__ import annotations

import re
from fractions import Fraction

from summarize.news.numbers.dates import DAY, MONTH, claim_numeric, decade, edtf
from summarize.news.numbers.quantity import Claims

WEEKDAYS = "월화수목금토일"

_MONTHS = dict(zip("삼사오유칠팔구시", range(3, 11), strict=True)) | {"십일": 11, "십이": 12}
_HOURS = ["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두"]

_YEAR = r"(?:1[0-9]|20|21)[0-9]{2}"
_TO = r"\s?[~∼·ㆍ,\-–]\s?"
_LASTS = (
    r"(?! ?(?:간(?!부|담)|째|동안|연속|만에|뒤|후(?!보)|전(?!국|투|당|쟁|달|체|화|격|역)|내에|이내"
    r"|밖에|정도|가량|여|짜리|씩|치|이상|이하|이나|안에|차|내내|반|분의|분\b|일정|여정|코스|휴가"
    r"|걸|에 걸))"
)
_YEAR_LASTS = r"(?! ?(?:간(?!부)|동안|째|전(?!국|투|당|쟁|체|화|격|역)|만에|이상|넘게|여))"
_DATE = re.compile(
    # [2023년] [7월 ~] 8월 [3일 ~] [6일]
    rf"(?<![0-9.,])(?:(?P<year>{_YEAR}|[’‘'][0-9]{{2}})\s?년\s?)?"
    rf"(?:(?P<month0>{MONTH})(?:{_TO}|월?에서 |월?부터 |월?과 )(?={MONTH}\s?월))?"
    rf"(?<![0-9])(?P<month>{MONTH}|(?<![가-힣])(?:십[일이]|[삼사오유칠팔구시](?=월"
    r"(?:[ ,.에의부까]|$))))"
    r"\s?월(?!드|요|등|가량)"
    rf"(?:\s?(?:(?P<day0>{DAY})일?(?:{_TO}|에서 |부터 |과 )(?={DAY}\s?일))?"
    rf"(?P<day>{DAY})\s?일(?! ?간)(?:날)?)?"
    # [3일 ~] 6일
    rf"|(?<![0-9.,~∼])(?:(?P<day_a>{DAY}){_TO})?(?<![0-9.])(?P<day_b>{DAY})\s?일"
    rf"(?!본|반|리|정|부 |요|등){_LASTS}"
    # 2013~2014년
    rf"|(?<![0-9.,])(?P<year_a>{_YEAR})\s?[~∼\-–]\s?(?={_YEAR}\s?년)"
    rf"|(?<![0-9.,])(?P<year_b>{_YEAR})\s?년{_YEAR_LASTS}"
)
_DECADE = re.compile(r"(?<![0-9.,])(?P<century>1[0-9]|20)?(?P<decade>[0-9])0\s?년\s?대")
_QUARTER = re.compile(
    r"(?:(?P<year>(?:19|20)[0-9]{2})\s?년\s?)?(?<![0-9])(?P<q>[1-4])(?:/4)?\s?[·~∼]?\s?분기"
)
_WEEKDAY = re.compile(rf"(?P<name>[{WEEKDAYS}])요일")
_PARTS = "오전|오후|새벽|아침|저녁|밤|낮"
_TIME = re.compile(
    rf"(?:(?P<part>{_PARTS}|한밤|한낮|심야)\s?(?:의\s|에\s)?)?"
    rf"(?:(?<![0-9.,])(?P<hour>[01]?[0-9]|2[0-4])"
    rf"|(?<![가-힣])(?P<native>열한|열두|{'|'.join(_HOURS[:10])}))"
    r"\s?시(?!간|즌|도|설|민|작|장|의원|절|스템|리즈|청|대)"
    r"(?:\s?(?:(?P<minute>[0-5]?[0-9])\s?분(?!간|\s?동안)|(?P<half>반(?![가-힣]|$)|반(?=에|까|부|쯤|경|이|$))))?"
    rf"|(?:(?P<part2>{_PARTS})\s?)?(?<![0-9:.,])(?P<hour2>[01]?[0-9]|2[0-4]):"
    r"(?P<minute2>[0-5][0-9])"
    r"(?![0-9:]|\.[0-9])"
    r"|(?<![가-힣])(?P<word>정오|자정)"
)
# 3·1운동, 9·11 테러: days that have become names.
_MEMORIAL = re.compile(
    r"(?<![0-9.])(?P<month>1[0-2]|[1-9])[·ㆍ‧・.](?P<day>3[01]|[12][0-9]|[1-9])"
    r"(?=\s?(?:테러|남북|정상|운동|절|전쟁|사태|민주화|선언|총선|대선|지방선거|재보선|사건|참사"
    r"|혁명|공동선언|항쟁|사변|광복|당시|이후|공격))"
)


def claim(claims: Claims) -> None:
    """Claims the dates and times of `claims.text`."""
    text = claims.text
    claim_numeric(claims)
    for match in _MEMORIAL.finditer(text):
        unit = edtf(None, int(match["month"]), int(match["day"]))
        claims.add(*match.span(), "date", unit=unit, optional=True)
    for match in _DECADE.finditer(text):
        claims.add(*match.span(), "date", unit=decade(match["century"], match["decade"]))
    for match in _QUARTER.finditer(text):
        claims.add(*match.span(), "date", unit=f"{match['year'] or 'XXXX'}-Q{match['q']}")
    for match in _WEEKDAY.finditer(text):
        number = WEEKDAYS.index(match["name"]) + 1
        claims.add(*match.span(), "date", unit=f"XXXX-WXX-{number}")
    for match in _TIME.finditer(text):
        _time(claims, match)
    for match in _DATE.finditer(text):
        _date(claims, match)


def _date(claims: Claims, match: re.Match[str]) -> None:
    if match["year_a"]:
        claims.add(*match.span("year_a"), "date", unit=match["year_a"])
    elif match["year_b"]:
        claims.add(*match.span(), "date", unit=match["year_b"])
    elif match["day_b"]:
        if match["day_a"]:
            claims.add(*match.span("day_a"), "date", unit=edtf(day=int(match["day_a"])))
        claims.add(match.start("day_b"), match.end(), "date", unit=edtf(day=int(match["day_b"])))
    else:
        _month(claims, match)


def _month(claims: Claims, match: re.Match[str]) -> None:
    written, name = match["year"], match["month"]
    year = None if written is None else int(written) if len(written) == 4 else f"XX{written[-2:]}"
    month = int(name) if name.isdigit() else _MONTHS[name]
    start, end = match.span()
    if match["month0"]:
        unit = edtf(year, int(match["month0"]))
        claims.add(start, match.end("month0"), "date", unit=unit)
        start = match.start("month")
    if match["day0"]:
        unit = edtf(year, month, int(match["day0"]))
        claims.add(start, match.end("day0"), "date", unit=unit)
        start = match.start("day")
    day = int(match["day"]) if match["day"] else None
    claims.add(start, end, "date", unit=edtf(year, month, day))


def _time(claims: Claims, match: re.Match[str]) -> None:
    if match["word"]:
        claims.add(*match.span(), "time", 12 if match["word"] == "정오" else 0, "24h")
        return
    part = match["part"] or match["part2"]
    written = match["hour"] or match["hour2"]
    if written is None and part is None and match["minute"] is None and not match["half"]:
        follows = claims.text[match.end() : match.end() + 1]
        if follows not in ("", *" 에까부쯤경가이,."):
            return
    hour = int(written) if written else _HOURS.index(match["native"]) + 1
    minute = 30 if match["half"] else int(match["minute"] or match["minute2"] or 0)
    unit = "24h"
    if part is None:
        unit = "12h" if 1 <= hour <= 12 and not (written or "").startswith("0") else "24h"
    elif hour <= 12:
        late = part in ("오후", "저녁") or (part in ("밤", "심야", "한밤") and 6 <= hour < 12)
        noon = part in ("낮", "한낮") and (hour == 12 or hour < 7)
        hour = hour % 12 + (12 if late or noon else 0)
    claims.add(*match.span(), "time", Fraction(hour) + Fraction(minute, 60), unit)
