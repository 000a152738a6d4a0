"""Units of news text in English and Korean, under one canonical name for both.

Each unit has a kind (see `summarize.news.quantity`), the words of both languages, and,
where units of one dimension convert, the dimension and the factor to its base. Factors
are exact by definition (international yard and pound; US gallon; 42-gallon barrel).
Currencies never convert.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times one of this is the base of `dimension`; the first word is the written one."""

    name: str
    kind: str
    english: tuple[str, ...]
    korean: tuple[str, ...]
    dimension: str = ""
    factor: Fraction = Fraction(1)


def _unit(
    name: str, kind: str, english: str, korean: str, dimension: str = "", factor: str = "1"
) -> Unit:
    return Unit(
        name,
        kind,
        tuple(filter(None, english.split("|"))),
        tuple(filter(None, korean.split("|"))),
        dimension,
        Fraction(factor),
    )


MONEY = (
    _unit("USD", "money", "dollars|dollar|bucks|USD", "달러|달라|불|弗|미국달러|미국 달러"),
    _unit("KRW", "money", "won|KRW", "원"),
    _unit("EUR", "money", "euros|euro|EUR", "유로"),
    _unit("GBP", "money", "pounds sterling|GBP|quid|sterling", "파운드"),
    _unit("JPY", "money", "yen|JPY", "엔"),
    _unit("CNY", "money", "yuan|renminbi|RMB|CNY", "위안"),
    _unit("HKD", "money", "Hong Kong dollars|HKD", "홍콩달러|홍콩 달러"),
    _unit("TWD", "money", "Taiwan dollars|Taiwanese dollars", "대만달러|대만 달러"),
    _unit("AUD", "money", "Australian dollars|AUD", "호주달러|호주 달러"),
    _unit("CAD", "money", "Canadian dollars|CAD", "캐나다달러|캐나다 달러"),
    _unit("SGD", "money", "Singapore dollars|SGD", "싱가포르달러|싱가포르 달러"),
    _unit("INR", "money", "rupees|rupee|INR", "루피"),
    _unit("RUB", "money", "rubles|ruble|roubles|rouble", "루블"),
    _unit("CHF", "money", "Swiss francs|francs|franc|CHF", "스위스프랑|스위스 프랑|프랑"),
    _unit("MXN", "money", "pesos|peso", "페소"),
    _unit("THB", "money", "baht", "바트"),
    _unit("TRY", "money", "liras|lira", "리라"),
    _unit("BRL", "money", "reais", "헤알"),
    _unit("IDR", "money", "rupiah", "루피아"),
    _unit("SEK", "money", "kronor|kroner|krona|krone", "크로나|크로네"),
    _unit("BTC", "money", "bitcoins|bitcoin|BTC", "비트코인"),
    _unit("cent", "money", "cents|cent", "센트"),
    _unit("penny", "money", "pence|penny", "펜스"),
)

# Signs that stand before the figure, longest first where one begins another.
CURRENCY_SIGNS = {
    "US$": "USD",
    "HK$": "HKD",
    "NT$": "TWD",
    "AU$": "AUD",
    "CA$": "CAD",
    "A$": "AUD",
    "C$": "CAD",
    "S$": "SGD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "￡": "GBP",
    "¥": "JPY",
    "￥": "JPY",
    "₩": "KRW",
    "￦": "KRW",
    "₹": "INR",
    "₽": "RUB",
    "euro": "EUR",
    "USD": "USD",
    "EUR": "EUR",
    "GBP": "GBP",
    "JPY": "JPY",
    "KRW": "KRW",
    "CNY": "CNY",
    "RMB": "CNY",
}

DURATIONS = (
    _unit("second", "duration", "seconds|second|secs|sec", "초|초간", "time", "1"),
    _unit("minute", "duration", "minutes|minute|mins|min", "분|분간", "time", "60"),
    _unit("hour", "duration", "hours|hour|hrs|hr", "시간", "time", "3600"),
    _unit("day", "duration", "days|day", "일간|일", "time", "86400"),
    _unit("week", "duration", "weeks|week", "주|주일|주간", "time", "604800"),
    _unit("month", "duration", "months|month", "개월|달|개월간", "calendar", "1"),
    _unit("year", "duration", "years|year|yrs|yr", "년|년간|해", "calendar", "12"),
)

MEASURES = (
    _unit(
        "mm",
        "measure",
        "millimeters|millimeter|millimetres|millimetre|mm",
        "mm|밀리미터|㎜",
        "length",
        "1/1000",
    ),
    _unit(
        "cm",
        "measure",
        "centimeters|centimeter|centimetres|centimetre|cm",
        "cm|센티미터|센티|㎝",
        "length",
        "1/100",
    ),
    _unit("m", "measure", "meters|meter|metres|metre|m", "m|미터", "length", "1"),
    _unit(
        "km",
        "measure",
        "kilometers|kilometer|kilometres|kilometre|km|kms",
        "km|킬로미터|㎞",
        "length",
        "1000",
    ),
    _unit("inch", "measure", "inches|inch", "인치", "length", "0.0254"),
    _unit("foot", "measure", "feet|foot|ft", "피트", "length", "0.3048"),
    _unit("yard", "measure", "yards|yard", "야드", "length", "0.9144"),
    _unit("mile", "measure", "miles|mile", "마일", "length", "1609.344"),
    _unit("light-year", "measure", "light years|light-years|light year|light-year", "광년"),
    _unit("mg", "measure", "milligrams|milligram|mg", "mg|밀리그램|㎎", "mass", "1/1000"),
    _unit("g", "measure", "grams|gram", "g|그램", "mass", "1"),
    _unit(
        "kg",
        "measure",
        "kilograms|kilogram|kilos|kilo|kg|kgs",
        "kg|킬로그램|㎏|킬로",
        "mass",
        "1000",
    ),
    _unit("tonne", "measure", "tons|ton|tonnes|tonne|metric tons", "톤|t", "mass", "1000000"),
    _unit("lb", "measure", "pounds|pound|lbs|lb", "", "mass", "453.59237"),
    _unit("ounce", "measure", "ounces|ounce|oz", "온스", "mass", "28.349523125"),
    _unit(
        "ml",
        "measure",
        "milliliters|milliliter|millilitres|ml",
        "ml|밀리리터|㎖",
        "volume",
        "1/1000",
    ),
    _unit("litre", "measure", "liters|liter|litres|litre", "리터|L|ℓ", "volume", "1"),
    _unit("gallon", "measure", "gallons|gallon", "갤런", "volume", "3.785411784"),
    _unit("barrel", "measure", "barrels|barrel", "배럴", "volume", "158.987294928"),
    _unit("m³", "measure", "cubic meters|cubic metres", "세제곱미터|입방미터|㎥", "volume", "1000"),
    _unit(
        "cubic foot",
        "measure",
        "cubic feet|cubic foot",
        "세제곱피트|입방피트|큐빅피트",
        "volume",
        "28.316846592",
    ),
    _unit(
        "m²",
        "measure",
        "square meters|square metres|square meter|square metre",
        "㎡|제곱미터|평방미터|제곱m",
        "area",
        "1",
    ),
    _unit(
        "km²",
        "measure",
        "square kilometers|square kilometres|square kilometer",
        "㎢|제곱킬로미터|평방킬로미터|제곱㎞|제곱km",
        "area",
        "1000000",
    ),
    _unit(
        "square foot",
        "measure",
        "square feet|square-foot|square foot|sq ft",
        "제곱피트|평방피트",
        "area",
        "0.09290304",
    ),
    _unit(
        "square mile",
        "measure",
        "square miles|square mile|square-mile",
        "제곱마일|평방마일",
        "area",
        "2589988.110336",
    ),
    _unit("hectare", "measure", "hectares|hectare|ha", "헥타르|㏊|ha", "area", "10000"),
    _unit("acre", "measure", "acres|acre", "에이커", "area", "4046.8564224"),
    _unit("pyeong", "measure", "pyeong", "평", "area", "400/121"),
    _unit(
        "km/h",
        "measure",
        "kilometers per hour|kilometres per hour|kilometers an hour|kilometres an hour|km/h|kph|kmh",
        "km/h|㎞/h",
        "speed",
        "1000/3600",
    ),
    _unit("mph", "measure", "miles per hour|miles an hour|mph", "mph", "speed", "0.44704"),
    _unit(
        "m/s",
        "measure",
        "meters per second|metres per second|meters a second|m/s",
        "m/s|㎧",
        "speed",
        "1",
    ),
    _unit("knot", "measure", "knots|knot", "노트", "speed", "1852/3600"),
    _unit("W", "measure", "watts|watt", "W|와트", "power", "1"),
    _unit("kW", "measure", "kilowatts|kilowatt|kW", "kW|킬로와트|㎾", "power", "1000"),
    _unit("MW", "measure", "megawatts|megawatt|MW", "MW|메가와트|㎿", "power", "1000000"),
    _unit("GW", "measure", "gigawatts|gigawatt|GW", "GW|기가와트", "power", "1000000000"),
    _unit("kWh", "measure", "kilowatt-hours|kilowatt hours|kWh", "kWh|킬로와트시", "energy", "1"),
    _unit("V", "measure", "volts|volt", "V|볼트"),
    _unit("Hz", "measure", "hertz|Hz", "Hz|헤르츠"),
    _unit("MHz", "measure", "megahertz|MHz", "MHz|메가헤르츠"),
    _unit("GHz", "measure", "gigahertz|GHz", "GHz|기가헤르츠"),
    _unit("KB", "measure", "kilobytes|KB", "KB|킬로바이트"),
    _unit("MB", "measure", "megabytes|megabyte|MB", "MB|메가바이트"),
    _unit("GB", "measure", "gigabytes|gigabyte|GB", "GB|기가바이트"),
    _unit("TB", "measure", "terabytes|terabyte|TB", "TB|테라바이트"),
    _unit("ppm", "measure", "parts per million|ppm", "ppm"),
    _unit("calorie", "measure", "calories|calorie|kcal", "칼로리|kcal|킬로칼로리"),
    _unit(
        "°C",
        "measure",
        "degrees Celsius|degree Celsius|degrees Centigrade|°C|℃|º C|degrees C",
        "℃|°C",
        "temperature",
    ),
    _unit(
        "°F",
        "measure",
        "degrees Fahrenheit|degree Fahrenheit|°F|℉|degrees F",
        "℉|°F",
        "temperature",
    ),
    _unit("degree", "measure", "degrees|degree|-degree|°", "도|°", "temperature"),
)

# English names few things; a noun that is not listed leaves the unit empty.
COUNTS = (
    _unit(
        "person",
        "count",
        "people|persons|person|men|women|children|civilians|soldiers|troops|passengers|students|officers|workers|employees|residents|victims|suspects|members|others|dead|injured|wounded|lives|deaths",
        "명|사람|인|명의 사람",
    ),
    _unit("country", "count", "countries|country|nations|nation", "개국|나라"),
    _unit("state", "count", "states|state", "개주|개 주"),
    _unit("company", "count", "companies|company|firms", "개사"),
    _unit("animal", "count", "", "마리"),
    _unit(
        "thing",
        "count",
        "",
        "개|건|곳|가지|척|채|권|장|편|발|자루|군데|잔|병|쌍|켤레|벌|그루|송이|통|줄|구|문|기|석|종|단계|군|팀|구단|과목|문항|쪽|페이지|칸|층|줄기|조각|박스|상자|모금|방울|끼|판|곡|부|점포|세트|가구|자|라운드|시즌|학기|학년|경기|홀|이닝|타석",
    ),
    _unit("vehicle", "count", "vehicles|vehicle|cars|planes|aircraft|trucks|tanks", "대"),
    _unit("time", "count", "times", "번|차례|회"),
    _unit("vote", "count", "votes|vote|ballots", "표"),
    _unit("point", "count", "points|point|-point|pts", "포인트|점|p"),
    _unit("goal", "count", "goals|goal", "골"),
)

UNITS = {unit.name: unit for unit in (*MONEY, *DURATIONS, *MEASURES, *COUNTS)}


def alternation(words: Iterable[str]) -> str:
    """A regular expression of any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def by_word(units: Iterable[Unit], language: str) -> dict[str, Unit]:
    """Every word of `units` in `language` to its unit; the first unit that has it wins."""
    found: dict[str, Unit] = {}
    for unit in units:
        for word in unit.korean if language == "ko" else unit.english:
            found.setdefault(word, unit)
    return found


def converted(value: Fraction, unit: str, other: str) -> Fraction | None:
    """`value` of `unit` in `other`, or None where they do not convert into each other."""
    if unit == other:
        return value
    here, there = UNITS.get(unit), UNITS.get(other)
    if here is None or there is None or not here.dimension or here.dimension != there.dimension:
        return None
    if here.dimension == "temperature":
        return _temperature(value, unit, other)
    return value * here.factor / there.factor


def _temperature(value: Fraction, unit: str, other: str) -> Fraction | None:
    if "degree" in (unit, other):
        return value
    if unit == "°F":
        return (value - 32) * Fraction(5, 9)
    return value * Fraction(9, 5) + 32
