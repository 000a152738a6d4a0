"""Dates as both languages tell them, in one notation, and whether two of them agree.

A date is written as in the Extended Date/Time Format (ISO 8601-2:2019), with X for what
is not told, so that dates can be compared part by part:

    2023-08-06   XXXX-08-06   XXXX-XX-06   2023-08   XXXX-08   2023   199X   XX9X

and, outside that format, "2023-Q3" or "XXXX-Q3" for a quarter and "XXXX-WXX-2" for a
weekday (Monday is 1). "Yesterday" and "last month" are no numbers and are not read; the
text's own date is not known here, and time zones are not converted.
"""

from __future__ import annotations

import re
from datetime import date

from summarize.news.numbers.quantity import Claims

DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
MONTH = r"(?:1[0-2]|0?[1-9])"

_NUMERIC = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?:"
    rf"(?P<y>(?:19|20)[0-9]{{2}})(?P<sep>[-./]|\. ?)(?P<m>{MONTH})(?:(?P=sep)(?P<d>{DAY})\.?)?"
    rf"|(?P<m2>{MONTH})/(?P<d2>{DAY})/(?P<y2>(?:19|20)[0-9]{{2}})"
    r"|(?P<m3>9)[/.](?P<d3>11)(?=[\s,.’'”\"-]|[가-힣]|$)"
    r")(?![0-9A-Za-z/%]|[.,][0-9]|-[0-9])(?!년|월|%|\s(?:percent|million|billion|seconds))"
)
_SEASON = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?P<from>(?:1[5-9]|20)[0-9]{2})\s?[-–/~]\s?"
    r"(?P<to>(?:1[5-9]|20)[0-9]{2}|[0-9]{2})(?![0-9A-Za-z%]|[-.,][0-9])"
)


def edtf(year: int | str | None = None, month: int | None = None, day: int | None = None) -> str:
    """The date in this module's notation; August 6 of no year is "XXXX-08-06"."""
    text = "XXXX" if year is None else f"{year:04d}" if isinstance(year, int) else year
    if month is None and day is None:
        return text
    text += "-XX" if month is None else f"-{month:02d}"
    return text if day is None else f"{text}-{day:02d}"


def decade(century: str | None, tens: str) -> str:
    """The notation of a decade: "19" and "9" are "199X"; the 2000s may be the century."""
    return "20XX" if (century, tens) == ("20", "0") else f"{century or 'XX'}{tens}X"


def exists(unit: str) -> bool:
    """Whether a date with a day can be: "XXXX-02-30" cannot."""
    if len(unit) != 10 or unit.endswith("XX"):
        return True
    try:
        date.fromisoformat(unit.replace("XXXX", "2000"))
    except ValueError:
        return False
    return True


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
    shared = list(zip(a.split("-"), b.split("-"), strict=False))
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
    return "X" in other or date.fromisoformat(other).isoweekday() == int(day[-1])


def claim_numeric(claims: Claims) -> None:
    """Claims dates of figures alone: 2023-08-06, 2006.04, 8/6/2023, 9/11, 2008-09."""
    for match in _NUMERIC.finditer(claims.text):
        year = match["y"] or match["y2"]
        month = match["m"] or match["m2"] or match["m3"]
        day = match["d"] or match["d2"] or match["d3"]
        if match["sep"] == "." and day is None and len(month) < 2:
            continue  # 2006.4 is a figure
        unit = edtf(int(year) if year else None, int(month), int(day) if day else None)
        if exists(unit):
            claims.add(*match.span(), "date", unit=unit)
    for match in _SEASON.finditer(claims.text):
        first, last = match["from"], match["to"]
        if len(last) == 2 and last > first[2:]:
            last = first[:2] + last
        if len(last) == 4 and first < last:
            claims.add(*match.span("from"), "date", unit=first)
            claims.add(*match.span("to"), "date", unit=last)
