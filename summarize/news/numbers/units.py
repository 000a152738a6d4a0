"""Units of news text in English and Korean, under one canonical name for both.

A row of the tables below is a unit: its name, its English and its Korean words (the first
is the one that is written; plural before singular), and, where units of one dimension
convert, the dimension and the factor to its base. Factors are exact by definition
(international yard and pound, US gallon, 42-gallon barrel, pyeong of 400/121 m²).
Currencies never convert.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

_MONEY = """
USD | dollars, dollar, bucks, USD | 달러, 달라, 불, 弗, 미국달러, 미국 달러
KRW | won, KRW | 원
EUR | euros, euro, EUR | 유로
GBP | pounds sterling, GBP, quid, sterling | 파운드
JPY | yen, JPY | 엔
CNY | yuan, renminbi, RMB, CNY | 위안
HKD | Hong Kong dollars, HKD | 홍콩달러, 홍콩 달러
TWD | Taiwan dollars, Taiwanese dollars | 대만달러, 대만 달러
AUD | Australian dollars, AUD | 호주달러, 호주 달러
CAD | Canadian dollars, CAD | 캐나다달러, 캐나다 달러
SGD | Singapore dollars, SGD | 싱가포르달러, 싱가포르 달러
INR | rupees, rupee, INR | 루피
RUB | rubles, ruble, roubles, rouble | 루블
CHF | Swiss francs, francs, franc, CHF | 스위스프랑, 스위스 프랑, 프랑
MXN | pesos, peso | 페소
THB | baht | 바트
TRY | liras, lira | 리라
BRL | reais | 헤알
IDR | rupiah | 루피아
SEK | kronor, kroner, krona, krone | 크로나, 크로네
BTC | bitcoins, bitcoin, BTC | 비트코인
cent | cents, cent | 센트
penny | pence, penny | 펜스
"""

_DURATIONS = """
second | seconds, second, secs, sec | 초, 초간 | time 1
minute | minutes, minute, mins, min | 분, 분간 | time 60
hour | hours, hour, hrs, hr | 시간 | time 3600
day | days, day | 일간, 일 | time 86400
week | weeks, week | 주, 주일, 주간 | time 604800
month | months, month | 개월, 달, 개월간 | calendar 1
year | years, year, yrs, yr | 년, 년간, 해 | calendar 12
"""

_MEASURES = """
mm | millimeters, millimeter, millimetres, millimetre, mm | mm, 밀리미터, ㎜ | length 0.001
cm | centimeters, centimeter, centimetres, centimetre, cm | cm, 센티미터, 센티, ㎝ | length 0.01
m | meters, meter, metres, metre, m | m, 미터 | length 1
km | kilometers, kilometer, kilometres, kilometre, km, kms | km, 킬로미터, ㎞ | length 1000
inch | inches, inch | 인치 | length 0.0254
foot | feet, foot, ft | 피트 | length 0.3048
yard | yards, yard | 야드 | length 0.9144
mile | miles, mile, mi | 마일 | length 1609.344
nautical mile | nautical miles, nautical mile, nautical-mile | 해리 | length 1852
light-year | light years, light-years, light year, light-year | 광년
mg | milligrams, milligram, mg | mg, 밀리그램, ㎎ | mass 0.001
g | grams, gram | g, 그램 | mass 1
kg | kilograms, kilogram, kilos, kilo, kg, kgs | kg, 킬로그램, ㎏, 킬로 | mass 1000
tonne | tons, ton, tonnes, tonne, metric tons | 톤, t | mass 1000000
lb | pounds, pound, lbs, lb | | mass 453.59237
ounce | ounces, ounce, oz | 온스 | mass 28.349523125
ml | milliliters, milliliter, millilitres, ml | ml, 밀리리터, ㎖ | volume 0.001
litre | liters, liter, litres, litre | 리터, L, ℓ | volume 1
gallon | gallons, gallon | 갤런 | volume 3.785411784
barrel | barrels, barrel | 배럴 | volume 158.987294928
m³ | cubic meters, cubic metres, cubic meter, cubic metre, m³, m3
   | 세제곱미터, 입방미터, ㎥, m³, m3 | volume 1000
km³ | cubic kilometers, cubic kilometres, cubic kilometer, km³, km3
    | 세제곱킬로미터, 입방킬로미터, ㎦, km³, km3 | volume 1000000000000
cubic foot | cubic feet, cubic foot | 세제곱피트, 입방피트, 큐빅피트 | volume 28.316846592
mm² | square millimeters, square millimetres, mm², mm2 | ㎟, mm², mm2, 제곱밀리미터 | area 1/1000000
cm² | square centimeters, square centimetres, cm², cm2 | ㎠, cm², cm2, 제곱센티미터 | area 1/10000
m² | square meters, square metres, square meter, square metre, m², m2, sq m
   | ㎡, m², m2, 제곱미터, 평방미터, 제곱m | area 1
km² | square kilometers, square kilometres, square kilometer, square kilometre, km²,
       km2, sq km
    | ㎢, km², km2, 제곱킬로미터, 평방킬로미터, 제곱㎞, 제곱km | area 1000000
square foot | square feet, square-foot, square foot, sq ft | 제곱피트, 평방피트 | area 0.09290304
square mile | square miles, square mile, square-mile, sq mi
    | 제곱마일, 평방마일 | area 2589988.110336
hectare | hectares, hectare, ha | 헥타르, ㏊, ha | area 10000
acre | acres, acre | 에이커 | area 4046.8564224
pyeong | pyeong | 평 | area 400/121
km/h | kilometers per hour, kilometres per hour, kilometers an hour, kilometres an hour,
       km/h, kph, kmh | km/h, ㎞/h | speed 5/18
mph | miles per hour, miles an hour, mph | mph | speed 0.44704
m/s | meters per second, metres per second, meters a second, m/s | m/s, ㎧ | speed 1
knot | knots, knot | 노트 | speed 463/900
W | watts, watt | W, 와트 | power 1
kW | kilowatts, kilowatt, kW | kW, 킬로와트, ㎾ | power 1000
MW | megawatts, megawatt, MW | MW, 메가와트, ㎿ | power 1000000
GW | gigawatts, gigawatt, GW | GW, 기가와트 | power 1000000000
kWh | kilowatt-hours, kilowatt hours, kWh | kWh, 킬로와트시
V | volts, volt | V, 볼트
Hz | hertz, Hz | Hz, 헤르츠
MHz | megahertz, MHz | MHz, 메가헤르츠
GHz | gigahertz, GHz | GHz, 기가헤르츠
KB | kilobytes, KB | KB, 킬로바이트
MB | megabytes, megabyte, MB | MB, 메가바이트
GB | gigabytes, gigabyte, GB | GB, 기가바이트
TB | terabytes, terabyte, TB | TB, 테라바이트
ppm | parts per million, ppm | ppm
calorie | calories, calorie, kcal | 칼로리, kcal, 킬로칼로리
°C | degrees Celsius, degree Celsius, degrees Centigrade, °C, ℃, º C, degrees C
   | ℃, °C | temperature 1
°F | degrees Fahrenheit, degree Fahrenheit, °F, ℉, degrees F | ℉, °F | temperature 1
degree | degrees, degree, -degree, ° | 도, ° | temperature 1
"""

# English names the things that it counts and Korean seldom does; a noun that is not listed
# leaves the unit empty, and all of Korean's counters for things are one unit.
_COUNTS = """
person | people, persons, person, men, women, children, civilians, soldiers, troops, passengers,
         students, officers, workers, employees, residents, victims, suspects, members, others,
         dead, injured, wounded, lives, deaths | 명, 사람, 인, 명의 사람
country | countries, country, nations, nation | 개국, 나라
state | states, state | 개주, 개 주
company | companies, company, firms | 개사
animal | | 마리
thing | | 개, 건, 곳, 가지, 척, 채, 권, 장, 편, 발, 자루, 군데, 잔, 병, 쌍, 켤레, 벌, 그루,
        송이, 통, 줄, 구, 문, 기, 석, 종, 단계, 군, 팀, 구단, 과목, 문항, 쪽, 페이지, 칸, 층,
        줄기, 조각, 박스, 상자, 모금, 방울, 끼, 판, 곡, 부, 점포, 세트, 가구, 자, 라운드, 시즌,
        학기, 학년, 경기, 홀, 이닝, 타석
vehicle | vehicles, vehicle, cars, planes, aircraft, trucks, tanks | 대
time | times | 번, 차례, 회
vote | votes, vote, ballots | 표
point | points, point, -point, pts | 포인트, 점, p
goal | goals, goal | 골
"""

# Signs that stand before the figure.
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


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times one of this is one of the base of `dimension` ("" for none)."""

    name: str
    kind: str
    english: tuple[str, ...]
    korean: tuple[str, ...]
    dimension: str = ""
    factor: Fraction = Fraction(1)


def _units(table: str, kind: str) -> Iterator[Unit]:
    for row in re.sub(r"\n +", " ", table).strip().splitlines():
        name, english, korean, conversion = (*map(str.strip, row.split("|")), "")[:4]
        dimension, _, factor = conversion.partition(" ")
        yield Unit(name, kind, _words(english), _words(korean), dimension, Fraction(factor or 1))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(", ")))


MONEY = tuple(_units(_MONEY, "money"))
DURATIONS = tuple(_units(_DURATIONS, "duration"))
MEASURES = tuple(_units(_MEASURES, "measure"))
COUNTS = tuple(_units(_COUNTS, "count"))
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


def _temperature(value: Fraction, unit: str, other: str) -> Fraction:
    if "degree" in (unit, other):
        return value
    if unit == "°F":
        return (value - 32) * Fraction(5, 9)
    return value * Fraction(9, 5) + 32
