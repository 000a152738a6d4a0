"""What date lines and bylines say: the day, the section, the reporters. Knows one line."""

from __future__ import annotations

import re

from summarize.news.rules import DAY, EMAIL, MONTH

_SECTION = re.compile(
    rf"(?:date[: ]\s*)?{DAY}\s+(?P<section>[A-Z가-힣][\w&]*(?: [A-Z&][\w&]*)?)", re.IGNORECASE
)


def date_of(line: str) -> str | None:
    """The day in a date line as "2023-08-06", or None."""
    match = re.search(r"((?:19|20)\d{2})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})", line)
    if match:
        return _iso(*match.groups())
    match = re.search(rf"({MONTH}) (\d{{1,2}}),? ((?:19|20)\d{{2}})", line)
    if match:
        return _iso(match[3], _month_number(match[1]), match[2])
    match = re.search(rf"(\d{{1,2}}) ({MONTH}),? ((?:19|20)\d{{2}})", line)
    return _iso(match[3], _month_number(match[2]), match[1]) if match else None


def section_of(line: str) -> str | None:
    """The section that stands after the day in a date line ("date 2023-08-06 World")."""
    match = _SECTION.fullmatch(line)
    return match["section"] if match else None


def name_in(byline: str) -> str | None:
    """The reporters' names in a byline, without "By", place, address and brackets."""
    name = re.sub(EMAIL, "", byline)
    name = re.sub(r"^\W*(?:(?:written |reported |story )?by:? )?", "", name, flags=re.IGNORECASE)
    name = re.sub(r"^[가-힣A-Za-z ]{1,15}[=|]\s*", "", name)
    name = re.sub(r"\s*\([^)]*\)?\s*$", "", name.strip(" /[]<>【】=|,"))
    return name.strip(" (),") or None


def reporter_in(dateline: str) -> str | None:
    """The reporters that a Korean dateline names: "(서울=연합뉴스) 홍길동 기자 ="."""
    match = re.search(r"[)\]】>]\s*([가-힣][가-힣·, ]+(?:기자|특파원|통신원|위원))", dateline)
    inside = re.search(r"([가-힣]{2,4} \S{0,12}(?:기자|특파원|통신원))\s*[)\]】>]", dateline)
    found = match or inside
    return found[1] if found else None


def _month_number(name: str) -> str:
    months = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    return str(months.index(name[:3].lower()) + 1)


def _iso(year: str, month: str, day: str) -> str | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"{year}-{int(month):02}-{int(day):02}"
