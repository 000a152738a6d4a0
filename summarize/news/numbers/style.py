"""A quantity in the news style of English or Korean.

    $110 million    1억 1천만 달러        3.2 trillion won    3조 2천억 원
    23 years old    23세                 the third quarter   3분기
    8:40 p.m.       오후 8시 40분         dozens of people    수십 명

English follows the AP's habits (figures from 10 on, million and up in words, months in
full), Korean those of Yonhap: groups of four digits, round thousands as 천, a space before
the unit only after a word of number. What is written reads back as the same value.
"""

from __future__ import annotations

from fractions import Fraction

from summarize.errors import OptionError, UnsupportedLanguageError
from summarize.news.numbers.english_dates import MONTHS, WEEKDAYS
from summarize.news.numbers.english_numerals import CARDINALS, ORDINALS
from summarize.news.numbers.korean_dates import WEEKDAYS as KOREAN_WEEKDAYS
from summarize.news.numbers.quantity import Quantity
from summarize.news.numbers.units import UNITS

_SIGNS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "TWD": "NT$",
    "AUD": "A$",
    "CAD": "C$",
    "SGD": "S$",
}
_ENGLISH_POWERS = (
    (10**15, "quadrillion"),
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
)
_KOREAN_POWERS = ("", "만", "억", "조", "경")
_SPELLED = {value: word for word, value in CARDINALS.items()}
_SPELLED_ORDINALS = {value: word for word, value in ORDINALS.items() if value < 10}
_KOREAN_ORDINALS = ("", "첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_VAGUE = (
    (20, "dozens", "수십"),
    (200, "hundreds", "수백"),
    (2_000, "thousands", "수천"),
    (20_000, "tens of thousands", "수만"),
    (200_000, "hundreds of thousands", "수십만"),
    (2_000_000, "millions", "수백만"),
    (20_000_000, "tens of millions", "수천만"),
    (200_000_000, "hundreds of millions", "수억"),
    (2_000_000_000, "billions", "수십억"),
    (20_000_000_000, "tens of billions", "수백억"),
    (200_000_000_000, "hundreds of billions", "수천억"),
    (2_000_000_000_000, "trillions", "수조"),
)
_DECIMALS = 12


def write(quantity: Quantity, language: str) -> str:
    """`quantity` as news in `language` writes it.

    Values that have no finite decimal form (a third of a dollar) are rounded to twelve
    places. A bare number of another language's counter ("마리") is written without one.

    Raises:
        UnsupportedLanguageError: a language other than "en" and "ko".
        OptionError: a quantity whose unit does not fit its kind.
    """
    if language not in ("en", "ko"):
        raise UnsupportedLanguageError(
            f"numbers are written in English and Korean (en, ko), not in {language!r}."
        )
    if quantity.kind in ("money", "measure", "duration") and quantity.unit not in UNITS:
        raise OptionError.unknown("unit", quantity.unit, UNITS)
    korean = language == "ko"
    if quantity.kind == "name":
        return "코로나19" if korean and quantity.unit == "COVID-19" else quantity.unit
    if quantity.kind == "score":
        return quantity.unit.replace("-", "대 ") if korean else quantity.unit
    if quantity.kind == "date":
        return _korean_date(quantity.unit) if korean else _english_date(quantity.unit)
    if quantity.value is None:
        return _vague(quantity, korean)
    text = _korean(quantity, quantity.value) if korean else _english(quantity, quantity.value)
    if quantity.approximate and quantity.kind not in ("time", "ordinal", "fraction"):
        return f"약 {text}" if korean else f"about {text}"
    return text


# English ---------------------------------------------------------------------------------------


def _english(quantity: Quantity, value: Fraction) -> str:
    kind, unit = quantity.kind, quantity.unit
    if kind == "money":
        sign = _SIGNS.get(unit)
        words = UNITS[unit].english
        minus = "-" if value < 0 else ""
        figure = english_figure(abs(value))
        if sign:
            return f"{minus}{sign}{figure}"
        word = words[1] if value == 1 and len(words) > 1 and unit in ("cent",) else words[0]
        return f"{minus}{figure} {word}"
    if kind == "percent":
        return f"{_plain(value)}%"
    if kind == "percentage point":
        return f"{_plain(value)} percentage point{'' if value == 1 else 's'}"
    if kind in ("measure", "duration"):
        return f"{english_figure(value)} {_english_unit(unit, value)}"
    if kind == "age":
        years = unit if value == 1 else f"{unit}s"
        return f"{_plain(value)} {years} old"
    if kind == "ordinal":
        text = _english_ordinal(value)
        return f"{text} century" if unit == "century" else text
    if kind == "multiple":
        return f"{english_figure(value)} times as many"
    if kind == "fraction":
        return _english_fraction(value)
    if kind == "time":
        return _english_time(value, unit)
    if kind == "count" and unit in UNITS and UNITS[unit].english:
        words = UNITS[unit].english
        word = words[1] if value == 1 and len(words) > 1 and unit != "person" else words[0]
        word = "person" if value == 1 and unit == "person" else word
        return f"{_spelled(value)} {word}"
    return english_figure(value)


def english_figure(value: Fraction) -> str:
    """12.3 trillion, 110 million, 75,000, 0.5."""
    for power, word in _ENGLISH_POWERS:
        scaled = value / power
        if abs(value) >= power and (scaled * 1000).denominator == 1:
            return f"{_plain(scaled)} {word}"
    return _plain(value)


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{value.numerator:,}"
    whole, rest = divmod(abs(value), 1)
    digits = f"{round(rest * 10**_DECIMALS):0{_DECIMALS}d}"
    if len(digits) > _DECIMALS:
        whole, digits = whole + 1, "0"
    digits = digits.rstrip("0")
    return f"{'-' if value < 0 else ''}{int(whole):,}{'.' + digits if digits else ''}"


def _spelled(value: Fraction) -> str:
    if value.denominator == 1 and 1 <= value < 10:
        return _SPELLED[int(value)]
    return english_figure(value)


def _english_unit(unit: str, value: Fraction) -> str:
    words = UNITS[unit].english
    if abs(value) == 1 and len(words) > 1 and unit not in ("ppm",):
        return words[1]
    return words[0]


def _english_ordinal(value: Fraction) -> str:
    number = int(value)
    if number in _SPELLED_ORDINALS:
        return _SPELLED_ORDINALS[number]
    ending = (
        "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number:,}{ending}"


def _english_fraction(value: Fraction) -> str:
    if value == Fraction(1, 2):
        return "half"
    top, bottom = value.numerator, value.denominator
    if 0 < top < 10 and 3 <= bottom < 10 and top < bottom:
        part = "quarter" if bottom == 4 else _SPELLED_ORDINALS[bottom]
        return f"{_SPELLED[top]}-{part}{'s' if top > 1 else ''}"
    if 0 < top < bottom < 1000 and top < 100:
        return f"{top}/{bottom}"
    return _plain(value)


def _english_time(value: Fraction, unit: str) -> str:
    hour, minute = _clock(value)
    if unit != "24h":
        return f"{hour}:{minute:02d}"
    half = "a.m." if hour % 24 < 12 else "p.m."
    return f"{hour % 12 or 12}:{minute:02d} {half}" if minute else f"{hour % 12 or 12} {half}"


def _english_date(unit: str) -> str:
    if "W" in unit:
        return WEEKDAYS[int(unit[-1]) - 1]
    if "Q" in unit:
        quarter = ("first", "second", "third", "fourth")[int(unit[-1]) - 1]
        return f"{quarter} quarter" + ("" if unit.startswith("X") else f" of {unit[:4]}")
    if len(unit) == 4:
        if unit == "20XX":
            return "2000s"
        if unit.endswith("X"):
            return f"’{unit[2]}0s" if unit.startswith("X") else f"{unit[:3]}0s"
        return unit
    year, month, day = (*unit.split("-"), "XX")[:3]
    if month == "XX":
        return _english_ordinal_day(int(day))
    name = MONTHS[int(month) - 1]
    text = name if day == "XX" else f"{name} {int(day)}"
    if year.startswith("X"):
        return text
    return f"{text}, {year}" if day != "XX" else f"{text} {year}"


def _english_ordinal_day(day: int) -> str:
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"the {day}{ending}"


# Korean ----------------------------------------------------------------------------------------


def _korean(quantity: Quantity, value: Fraction) -> str:
    kind, unit = quantity.kind, quantity.unit
    if kind == "percent":
        return f"{_plain(value)}%"
    if kind == "percentage point":
        return f"{_plain(value)}%포인트"
    if kind == "age":
        return (
            f"{_plain(value)}세"
            if unit == "year"
            else _joined(value, "개월" if unit == "month" else unit)
        )
    if kind == "ordinal":
        if unit == "century":
            return f"{_plain(value)}세기"
        number = int(value)
        return f"{_KOREAN_ORDINALS[number]} 번째" if 1 <= number <= 10 else f"{_plain(value)}번째"
    if kind == "multiple":
        return f"{korean_figure(value)}배"
    if kind == "fraction":
        if value == Fraction(1, 2):
            return "절반"
        return f"{value.denominator}분의 {value.numerator}" if 0 < value < 1 else _plain(value)
    if kind == "time":
        return _korean_time(value, unit)
    if kind == "measure" and unit in ("°C", "°F"):
        scale = "섭씨" if unit == "°C" else "화씨"
        return f"{scale} {'영하 ' if value < 0 else ''}{_plain(abs(value))}도"
    if kind == "duration":
        return _joined(value, "일간" if unit == "day" else UNITS[unit].korean[0])
    if kind == "count" and unit in UNITS:
        return _joined(value, UNITS[unit].korean[0])
    if kind in ("money", "measure"):
        words = UNITS[unit].korean or ("파운드",)
        return _joined(value, words[0])
    return korean_figure(value)


def _joined(value: Fraction, word: str) -> str:
    """9,860원 but 2천억 원; symbols stand close: 10km."""
    figure = korean_figure(value)
    spaced = not figure[-1].isdigit() and "가" <= word[0] <= "힣"
    return f"{figure} {word}" if spaced else f"{figure}{word}"


def korean_figure(value: Fraction) -> str:
    """12조 3천억, 1억 1천만, 7만 5천, 9,860, 0.5."""
    if value < 0:
        return f"-{korean_figure(-value)}"
    whole, rest = divmod(value, 1)
    groups: list[int] = []
    number = int(whole)
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    if (
        len(groups) > len(_KOREAN_POWERS)
        or (rest and len(groups) < 2)
        or (len(groups) < 2 and whole % 1000)
    ):
        return _plain(value)
    if rest:
        # "1만 2,345.5" is no news style; figures throughout are.
        return _plain(value)
    parts = []
    for power, group in reversed(list(enumerate(groups))):
        if group:
            thousands = group % 1000 == 0
            figure = f"{group // 1000}천" if thousands else f"{group:,}"
            parts.append(figure + _KOREAN_POWERS[power])
    return " ".join(parts) or "0"


def _korean_time(value: Fraction, unit: str) -> str:
    hour, minute = _clock(value)
    clock = f"{hour % 12 or 12}시" + (f" {minute}분" if minute else "")
    if unit != "24h":
        return clock
    if clock == "12시":
        return "정오" if hour == 12 else "자정"
    return f"{'오전' if hour % 24 < 12 else '오후'} {clock}"


def _korean_date(unit: str) -> str:
    if "W" in unit:
        return f"{KOREAN_WEEKDAYS[int(unit[-1]) - 1]}요일"
    if "Q" in unit:
        year = "" if unit.startswith("X") else f"{unit[:4]}년 "
        return f"{year}{unit[-1]}분기"
    if len(unit) == 4:
        if unit == "20XX":
            return "2000년대"
        if unit.endswith("X"):
            return f"{unit[:3].lstrip('X')}0년대"
        return f"{unit}년"
    parts = unit.split("-")
    marks = zip(parts, "년월일", strict=False)
    return " ".join(f"{int(part)}{mark}" for part, mark in marks if "X" not in part)


def _clock(value: Fraction) -> tuple[int, int]:
    minutes = round(value * 60)
    return divmod(minutes, 60)


# Vague -----------------------------------------------------------------------------------------


def _vague(quantity: Quantity, korean: bool) -> str:
    low, high = quantity.low, quantity.high
    if low is None or high is None:
        raise OptionError(f"a {quantity.kind} needs a value, or low and high, to be written.")
    if quantity.kind == "age":
        return f"{_plain(low)}대" if korean else f"{_plain(low)}s"
    english, hangul = next(
        ((en, ko) for least, en, ko in reversed(_VAGUE) if least <= low), ("", "")
    )
    unit = UNITS.get(quantity.unit)
    if high <= 10 or not english:
        figure = f"{_plain(low)}~{_plain(high)}" if korean else f"{_plain(low)} or {_plain(high)}"
        words = (unit.korean if korean else unit.english) if unit else ()
        return f"{figure}{'' if korean else ' '}{words[0]}" if words else figure
    if korean:
        return f"{hangul} {unit.korean[0]}" if unit and unit.korean else hangul
    return f"{english} of {unit.english[0]}" if unit and unit.english else english
