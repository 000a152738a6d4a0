from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarize.errors import OptionError, UnsupportedLanguageError
from summarize.news.numbers import KINDS, Quantity, compare, read, same, write

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"

Expected = tuple[str, object, str]

# What is read: kind, value (or the pair of bounds of a vague one), unit.
KOREAN: list[tuple[str, list[Expected]]] = [
    ("1억1천만 달러짜리", [("money", 110_000_000, "USD")]),
    ("3조 2천억 원", [("money", 3_200_000_000_000, "KRW")]),
    ("초당 12조3천억 번", [("count", 12_300_000_000_000, "time")]),
    ("9,860원", [("money", 9860, "KRW")]),
    ("3억 5천 6백만 달러", [("money", 356_000_000, "USD")]),
    ("7만5000달러", [("money", 75_000, "USD")]),
    ("5백만달러", [("money", 5_000_000, "USD")]),
    ("백만 달러", [("money", 1_000_000, "USD")]),
    ("3.5% 올랐다", [("percent", "7/2", "%")]),
    ("0.25%p 인상", [("percentage point", "1/4", "%p")]),
    ("9%포인트 앞섰다", [("percentage point", 9, "%p")]),
    ("3분의 1", [("fraction", "1/3", "")]),
    ("수십 명", [("count", (20, 99), "person")]),
    ("수백만 달러", [("money", (2_000_000, 9_999_999), "USD")]),
    ("두세 명", [("count", (2, 3), "person")]),
    ("100여 명", [("count", 100, "person")]),
    ("두 번째", [("ordinal", 2, "")]),
    ("제47조", [("ordinal", 47, "")]),
    ("헌법 9조를", [("ordinal", 9, "")]),
    ("9조를 들였다", [("number", 9_000_000_000_000, "")]),
    ("21세기", [("ordinal", 21, "century")]),
    ("지난 3일", [("date", None, "XXXX-XX-03")]),
    ("지난 3일간", [("duration", 3, "day")]),
    ("사흘 만에", [("duration", 3, "day")]),
    ("오전 9시 30분", [("time", "19/2", "24h")]),
    ("아홉 시 반", [("time", "19/2", "12h")]),
    ("오후 9시 반에", [("time", "43/2", "24h")]),
    ("14½-13½로 이겼다", [("number", "29/2", ""), ("number", "27/2", "")]),
    ("천 건이 넘는", [("count", 1000, "thing")]),
    ("3136 mm2 대 864", [("measure", 3136, "mm²"), ("number", 864, "")]),
    ("만원 관객 앞에서", []),
    ("호텔까지 만원이었다", []),
    ("인명 구조원이 말했다", []),
    ("마흔이 넘은 장인", [("number", 40, "")]),
    ("스물다섯의 나이로", [("number", 25, "")]),
    ("3만 2000년 동안 얼어 있었다", [("duration", 32_000, "year")]),
    ("1%만 10유로를 내도", [("percent", 1, "%"), ("money", 10, "EUR")]),
    ("개미는 2경 마리로", [("count", 2 * 10**16, "animal")]),
    ("2023년 8월 6일", [("date", None, "2023-08-06")]),
    ("2023-08-06", [("date", None, "2023-08-06")]),
    ("24~26일", [("date", None, "XXXX-XX-24"), ("date", None, "XXXX-XX-26")]),
    ("화요일", [("date", None, "XXXX-WXX-2")]),
    ("3분기", [("date", None, "XXXX-Q3")]),
    ("1990년대", [("date", None, "199X")]),
    ("9·11 테러", [("date", None, "XXXX-09-11")]),
    ("2-1로 이겼다", [("score", None, "2-1")]),
    ("경쟁률 100대 1", [("score", None, "100-1")]),
    ("23세", [("age", 23, "year")]),
    ("스물다섯 살", [("age", 25, "year")]),
    ("30대 남성", [("age", (30, 39), "year")]),
    ("30대를 겨냥한", [("age", (30, 39), "year")]),
    ("전투기 20대를 도입", [("count", 20, "vehicle")]),
    ("세 명", [("count", 3, "person")]),
    ("두 남자가", [("number", 2, "")]),
    ("열 명", [("count", 10, "person")]),
    ("1년 반", [("duration", "3/2", "year")]),
    ("12초89", [("duration", "1289/100", "second")]),
    ("4할 6리", [("number", "406/1000", "")]),
    ("시속 120km", [("measure", 120, "km/h")]),
    ("섭씨 영하 5도", [("measure", -5, "°C")]),
    ("10~15%", [("percent", 10, "%"), ("percent", 15, "%")]),
    ("G20 정상회의", [("name", 20, "G20")]),
    ("코로나19", [("name", 19, "COVID-19")]),
    ("F-35A와 5G", [("name", 35, "F-35A"), ("name", 5, "5G")]),
    ("３.５％", [("percent", "7/2", "%")]),
]
ENGLISH: list[tuple[str, list[Expected]]] = [
    ("nine centuries", [("duration", 900, "year")]),
    ("a century-old pipe", [("duration", 100, "year")]),
    ("the last half hour", [("duration", "1/2", "hour")]),
    ("by the thousand", [("number", (2000, 99_999), "")]),
    ("guarded round the clock", [("duration", 24, "hour")]),
    ("it reads minus ten", [("number", -10, "")]),
    (
        "between 350 and 400 million Singapore dollars",
        [("money", 350_000_000, "SGD"), ("money", 400_000_000, "SGD")],
    ),
    ("at 33 minutes past midnight", [("time", "11/20", "24h")]),
    ("twenty minutes after noon", [("time", "37/3", "24h")]),
    ("estimated at 20 quadrillion", [("number", 2 * 10**16, "")]),
    ("12,000 years ago", [("duration", 12_000, "year")]),
    ("the $110 million wonder", [("money", 110_000_000, "USD")]),
    ("$356M", [("money", 356_000_000, "USD")]),
    ("100 bil. euros", [("money", 100_000_000_000, "EUR")]),
    ("12.3 trillion", [("number", 12_300_000_000_000, "")]),
    ("tens of billions of euros", [("money", (20 * 10**9, 10**11 - 1), "EUR")]),
    ("9,860 won", [("money", 9860, "KRW")]),
    ("rose 3.5 percent", [("percent", "7/2", "%")]),
    ("25 basis points", [("percentage point", "1/4", "%p")]),
    ("0.25 percentage points", [("percentage point", "1/4", "%p")]),
    ("one-third of", [("fraction", "1/3", "")]),
    ("dozens of people", [("count", (20, 99), "person")]),
    ("a few hundred yards", [("measure", (200, 999), "yard")]),
    ("half an hour", [("duration", "1/2", "hour")]),
    ("August 3, 2023", [("date", None, "2023-08-03")]),
    ("3 August", [("date", None, "XXXX-08-03")]),
    ("July 24-26", [("date", None, "XXXX-07-24"), ("date", None, "XXXX-07-26")]),
    ("in May", [("date", None, "XXXX-05")]),
    ("He may march", []),
    ("the third quarter of 2023", [("date", None, "2023-Q3")]),
    ("the 1990s", [("date", None, "199X")]),
    ("on Tuesday", [("date", None, "XXXX-WXX-2")]),
    ("at 8:40 p.m.", [("time", "62/3", "24h")]),
    ("from 8AM to noon", [("time", 8, "24h"), ("time", 12, "24h")]),
    ("a 2-1 win over Kim", [("score", None, "2-1")]),
    ("10-15 people", [("count", 10, "person"), ("count", 15, "person")]),
    ("10 to 15 million dollars", [("money", 10**7, "USD"), ("money", 15 * 10**6, "USD")]),
    ("23-year-old", [("age", 23, "year")]),
    ("aged 23", [("age", 23, "year")]),
    ("Kim, 23, said", [("age", 23, "year")]),
    ("in her 30s", [("age", (30, 39), "year")]),
    ("a three-day trip", [("duration", 3, "day")]),
    ("five decades", [("duration", 50, "year")]),
    ("twenty-five people", [("count", 25, "person")]),
    ("a hundred and five", [("number", 105, "")]),
    ("three million and five million", [("number", 3 * 10**6, ""), ("number", 5 * 10**6, "")]),
    ("two and a half years", [("duration", "5/2", "year")]),
    ("the 21st century", [("ordinal", 21, "century")]),
    ("Benedict XVI said", [("ordinal", 16, "")]),
    ("batting .406", [("number", "406/1000", "")]),
    ("35 degrees Celsius", [("measure", 35, "°C")]),
    ("75 mph", [("measure", 75, "mph")]),
    ("1:42.58", [("duration", "10258/100", "second")]),
    ("G20, F-35 and 5G", [("name", 20, "G20"), ("name", 35, "F-35"), ("name", 5, "5G")]),
    ("scores of fans", [("number", (20, 99), "")]),
    ("2.2 million km2 of land", [("measure", 2_200_000, "km²")]),
    ("an M2 chip", [("name", 2, "M2")]),
    ("1,600 kilometres (1,000 mi)", [("measure", 1600, "km"), ("measure", 1000, "mile")]),
    ("1.7 million four years ago", [("number", 1_700_000, ""), ("duration", 4, "year")]),
    ("ten long years", [("duration", 10, "year")]),
    ("open Nov-Feb only", [("date", None, "XXXX-11"), ("date", None, "XXXX-02")]),
    ("at half past three", [("time", "7/2", "12h")]),
    ("at a quarter to one", [("time", "51/4", "12h")]),
    ("World War I", [("ordinal", 1, "")]),
    ("for a second", []),
    ("Messi scores again &#8212; late", []),
]
NO_NUMBERS = [
    "에너지省은 三星과 一帶一路를 검토했다.",
    "이번 만약 세계 열차 세대 세척 구조대 두통 네 생각",
    "한국은 오늘 사회와 구조를 만들었다.",
    "넷플릭스와 세종의 석호, 만일 사람이라면",
]


@pytest.mark.parametrize(
    ("text", "expected", "language"),
    [(t, e, "ko") for t, e in KOREAN] + [(t, e, "en") for t, e in ENGLISH],
)
def test_read(text: str, expected: list[Expected], language: str) -> None:
    found = read(text, language)
    assert [(q.kind, _said(q), q.unit) for q in found] == [
        (kind, _exact(value), unit) for kind, value, unit in expected
    ]
    assert all(q.kind in KINDS for q in found)


def _said(q: Quantity) -> object:
    if q.kind in ("score", "date"):
        return None
    return (q.low, q.high) if q.low is not None else q.value


def _exact(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(Fraction, value))
    return None if value is None else Fraction(str(value))


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_words_that_begin_like_numerals_are_none(text: str) -> None:
    assert read(text, "ko") == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [("about 300", "en"), ("more than 300", "en"), ("약 300명", "ko"), ("300명 이상", "ko")],
)
def test_approximate(text: str, language: str) -> None:
    assert [q.approximate for q in read(text, language)] == [True]


AGREE = [
    ("one chance in four hundred", "400분의 1의 확률"),
    ("shoots forward in a hundredth of a second", "100분의 1초 만에 내쏜다"),
    ("craftsmen over forty", "마흔이 넘은 장인들"),
    ("they huddle by the thousand", "수천 마리씩 몸을 맞댄다"),
    ("a century-old pipe", "백 년 된 관"),
    ("the last half hour", "마지막 30분"),
    ("between eight and ten million people", "800만 명에서 1000만 명"),
    ("It cost $110 million.", "1억1천만 달러가 들었다."),
    ("Police said Tuesday that 17 people died.", "경찰은 15일(현지시간) 17명이 숨졌다고 밝혔다."),
    ("The G8 met in August 2008.", "G8 정상은 2008년 8월 만났다."),
    ("winds of 75 mph", "시속 120km의 강풍"),
    ("below 72 degrees", "22도 밑으로"),
    ("Robles ran a 12.87", "12초87로 우승했다"),
    ("hundreds were hurt", "수백 명이 다쳤다"),
    ("a man and both women", "한 남자와 두 여자"),
    ("20,000 yuan", "2만위안(약 300만원)"),
    ("He, 23, won 6-3 6-2.", "그(23)는 6-3 6-2로 이겼다."),
    ("about 2,300", "2,326명"),
    ("42 million euros, of which 15.5 million", "4,200만 유로 중 1,550만 유로"),
    ("5 killed and 5 hurt", "5명 사상"),
    ("at 6 tomorrow", "내일 오전 6시"),
    ("Pope Benedict XVI", "교황 베네딕토 16세"),
    ("on a second-degree murder charge", "2급 살인 혐의로"),
    ("a hip hop trio", "힙합 3인조"),
    ("on the quarter-hour mark", "15분에"),
    ("two days above freezing", "0도를 넘은 이틀"),
    ("11,900 firms and 16,000 farms", "기업 1만 1900곳과 농장 1만 6000곳"),
    ("after 18,000 years", "1만 8000년 만에"),
    ("more than 58,000 hectares", "5만 8000여 ha"),
    ("34,000 cubic metres of water", "물 3만 4,000㎥"),
    ("It fell by a quarter in May, by a third since.", "5월에 4분의 1, 이후 3분의 1 줄었다."),
    ("A quarter of them, an eighth of the rest", "그중 4분의 1, 나머지의 8분의 1"),
    ("220 nautical miles off the coast", "해안에서 220해리 떨어진"),
    ("140 nautical miles (260 km)", "140해리(260km)"),
    ("minus 13 degrees Celsius", "섭씨 영하 13도"),
    ("minus 15 in Cheorwon, minus 2 in Busan", "철원 영하 15도, 부산 영하 2도"),
    ("20 degrees below zero", "영하 20도"),
    ("six and a half hours", "6시간 30분"),
    ("an hour and a half", "1시간 30분"),
    ("a year and a half", "18개월"),
    ("30 months", "2년 6개월"),
    ("two and a half years", "2년 반"),
    ("240,000 cubic metres of earth", "흙 24만 m³"),
    ("300 square kilometres and 20 m²", "300km²와 20㎡"),
    ("12 cubic kilometres of ice", "얼음 12km³"),
    ("the bicentenary of the town", "마을의 200주년"),
    ("a time of 1 minute 28.4 seconds", "1분 28초 4의 기록"),
]
DISAGREE = [
    ("one chance in four hundred", "500분의 1의 확률"),
    ("It cost $110 million.", "11억 달러가 들었다."),
    ("$50 million", "50만 달러"),
    ("$5 million", "5백만 유로"),
    ("3.5 percent", "3.5%포인트"),
    ("17 people", "18명"),
    ("on June 10", "6월 30일"),
    ("on Tuesday", "수요일"),
    ("the 1990s", "1980년대"),
    ("dozens of people", "36명"),
    ("hundreds of jobs", "수백만 개의 일자리"),
    ("about 2,300", "약 2,326명"),
    ("5 gigawatts", "5와트"),
    ("two years", "2개월"),
    ("at 9 a.m.", "오후 9시"),
    ("a 2-1 win", "3-1 승리"),
    ("Saturday, 10 June", "6월 30일 토요일"),
    ("minus 13 degrees", "영상 13도"),
    ("13 degrees below zero", "13도"),
    ("down by a quarter in May", "5월에 3분의 1 줄었다"),
    ("16,000 farms", "농장 1만 7000곳"),
    ("20,000 in 2010", "2만 2010곳"),
    ("two and a half years", "2년 5개월"),
    ("300 square kilometres", "300km"),
    ("the centenary of the town", "마을의 200주년"),
]


@pytest.mark.parametrize(("english", "korean"), AGREE)
def test_numbers_that_agree(english: str, korean: str) -> None:
    found = compare(read(english, "en"), read(korean, "ko"))
    assert found.agrees, (found.missing, found.extra)
    assert found.matched


@pytest.mark.parametrize(("english", "korean"), DISAGREE)
def test_numbers_that_do_not(english: str, korean: str) -> None:
    found = compare(read(english, "en"), read(korean, "ko"))
    assert found.missing
    assert found.extra


def test_a_full_date_is_checked_against_its_weekday() -> None:
    (sunday,), (day,) = read("on Sunday", "en"), read("2023년 8월 6일", "ko")
    (monday,) = read("on Monday", "en")
    assert same(sunday, day)
    assert not same(monday, day)


WRITTEN = [
    ("$110 million", "en", "1억 1천만 달러"),
    ("1.2 trillion won", "en", "1조 2천억 원"),
    ("9,860 won", "en", "9,860원"),
    ("1억1천만 달러", "ko", "$110 million"),
    ("3조 2천억 원", "ko", "3.2 trillion won"),
    ("0.25%p", "ko", "0.25 percentage points"),
    ("8월 3일", "ko", "August 3"),
    ("August 3, 2023", "en", "2023년 8월 3일"),
    ("8:40 p.m.", "en", "오후 8시 40분"),
    ("3분의 1", "ko", "one-third"),
    ("dozens of people", "en", "수십 명"),
    ("두세 명", "ko", "2 or 3 people"),
    ("two people", "en", "2명"),
    ("23세", "ko", "23 years old"),
    ("코로나19", "ko", "COVID-19"),
    ("a 2-1 win", "en", "2대 1"),
    ("the third quarter", "en", "3분기"),
    ("35 degrees Celsius", "en", "섭씨 35도"),
    ("two-day", "en", "2일간"),
    ("약 300명", "ko", "about 300 people"),
]


@pytest.mark.parametrize(("text", "language", "expected"), WRITTEN)
def test_written_in_the_other_language(text: str, language: str, expected: str) -> None:
    (quantity,) = read(text, language)
    assert write(quantity, "ko" if language == "en" else "en") == expected


def test_what_cannot_be_read_or_written_is_told() -> None:
    with pytest.raises(UnsupportedLanguageError, match="English and Korean"):
        read("3", "fr")
    quantity = Quantity(Fraction(3), "money", "XYZ", (0, 1), "3")
    with pytest.raises(OptionError, match="XYZ"):
        write(quantity, "en")
    with pytest.raises(UnsupportedLanguageError):
        write(quantity, "fr")


decimals = st.integers(1, 10**15).flatmap(
    lambda n: st.sampled_from([Fraction(n), Fraction(n, 10), Fraction(n, 100)])
)
dates = st.one_of(
    st.dates().filter(lambda d: 1500 <= d.year <= 2099).map(str),
    st.integers(1, 12).map(lambda m: f"XXXX-{m:02d}"),
    st.integers(1, 28).map(lambda d: f"XXXX-XX-{d:02d}"),
    st.integers(1500, 2099).map(str),
    st.integers(1, 4).map(lambda q: f"2023-Q{q}"),
    st.integers(1, 7).map(lambda d: f"XXXX-WXX-{d}"),
    st.integers(150, 199).map(lambda d: f"{d}X"),
)
quantities = st.one_of(
    st.tuples(st.just("money"), decimals, st.sampled_from(["USD", "KRW", "EUR", "JPY", "CNY"])),
    st.tuples(st.just("percent"), decimals.map(lambda v: v % 1000 + 1), st.just("%")),
    st.tuples(st.just("percentage point"), decimals.map(lambda v: v % 99 + 1), st.just("%p")),
    st.tuples(st.just("count"), st.integers(1, 10**12).map(Fraction), st.just("person")),
    st.tuples(st.just("ordinal"), st.integers(1, 500).map(Fraction), st.just("")),
    st.tuples(st.just("age"), st.integers(1, 110).map(Fraction), st.just("year")),
    st.tuples(
        st.just("duration"), st.integers(1, 500).map(Fraction), st.sampled_from(["day", "year"])
    ),
    st.tuples(st.just("measure"), decimals, st.sampled_from(["km", "kg", "tonne", "mile"])),
    st.tuples(
        st.just("time"), st.integers(0, 24 * 60 - 1).map(lambda m: Fraction(m, 60)), st.just("24h")
    ),
    st.tuples(st.just("date"), st.none(), dates),
)


@settings(max_examples=500, deadline=None)
@given(quantities, st.sampled_from(["en", "ko"]))
def test_what_is_written_reads_back(told: tuple[str, Fraction | None, str], language: str) -> None:
    kind, value, unit = told
    original = Quantity(value, kind, unit, (0, 0), "")
    written = write(original, language)
    # "May" is a month only where something says so.
    (found,) = read(f"in {written}" if language == "en" else written, language)
    assert found.text == written.removeprefix("the ")
    assert same(found, original), written
    if language == "en" and unit.startswith("XXXX-XX-"):
        return  # "the 15th" reads as an ordinal, which agrees with the day
    assert (found.kind, found.value, found.unit) == (kind, value, unit), written


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=80)
    | st.text("0123456789.,-~:/%$₩만억조천백십년월일시분세대첫두한명원IVX ½²３—도", max_size=40),
    st.sampled_from(["en", "ko"]),
)
def test_any_text_is_read(text: str, language: str) -> None:
    _check(text, language)


def _check(text: str, language: str) -> None:
    end = 0
    found = read(text, language)
    for q in found:
        assert end <= q.span[0] < q.span[1] <= len(text)
        assert text[q.span[0] : q.span[1]] == q.text
        end = q.span[1]
        assert write(q, "en")
        assert write(q, "ko")
    assert compare(found, found).agrees


def test_twenty_thousand_mutated_texts() -> None:
    chance = random.Random(6)
    seeds = [text for text, _ in KOREAN + ENGLISH] + [text for pair in AGREE for text in pair]
    for turn in range(20_000):
        text = " ".join(chance.choices(seeds, k=2))
        for _ in range(chance.randrange(6)):
            i, j = chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)
            middle = chance.choice(
                ["", *"0123456789.,-~:/%$만억조천십년월일시분세대 ", text[j : j + 8]]
            )
            text = text[:i] + middle + text[i + chance.randrange(3) :]
        _check(text, "ko" if turn % 2 else "en")


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data beside the checkout")
@pytest.mark.parametrize(
    ("name", "least"),
    [("pud_news", 0.93), ("pud_wiki", 0.93), ("korsts_human_headlines", 0.97)],
)
def test_human_translations_agree(name: str, least: float) -> None:
    lines = (SHARED / "parallel" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    numbered = agreeing = 0
    for line in lines:
        english, korean = line.split("\t")
        source, target = read(english, "en"), read(korean, "ko")
        if any(not q.optional for q in (*source, *target)):
            numbered += 1
            agreeing += compare(source, target).agrees
    assert numbered > 100
    assert agreeing / numbered >= least
