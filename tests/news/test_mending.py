"""A translation's numbers made the source's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarize.news.numbers import compare, read
from summarize.news.numbers.mending import mended


@pytest.mark.parametrize(
    ("source", "target", "right"),
    [
        ("It cost $1.2 billion.", "1.2억 달러가 들었다.", "12억 달러가 들었다."),
        ("It cost 10 billion euros.", "1000만 유로를 썼다.", "100억 유로를 썼다."),
        ("1.2 million signed it.", "12만명이 서명했다.", "120만명이 서명했다."),
        ("About 300 people came.", "약 3,000명이 왔다.", "약 300명이 왔다."),
        ("He died in 1399.", "그는 1339년 사망했다.", "그는 1399년 사망했다."),
        ("It opened on August 3.", "8월 13일 문을 열었다.", "8월 3일 문을 열었다."),
        ("It rose 2.5%.", "25% 올랐다.", "2.5% 올랐다."),
        ("Kim, 23, won.", "김(32)이 이겼다.", "김(23)이 이겼다."),
        ("A Boeing 737 crashed.", "보잉 747이 추락했다.", "보잉 737이 추락했다."),
        ("The 12th plane cost $50m.", "1억 달러(약 500억 원)다.", "5천만 달러(약 500억 원)다."),
        ("It opened on Tuesday.", "금요일에 문을 열었다.", "화요일에 문을 열었다."),
        ("The gates opened at noon.", "문은 오전 11시에 열렸다.", "문은 정오에 열렸다."),
        ("월요일 밤에 떠났다.", "They left on Sunday night.", "They left on Monday night."),
        ("He left in March.", "그는 5월에 떠났다.", "그는 3월에 떠났다."),
        ("They won 3-1.", "3대 2로 이겼다.", "3대 1로 이겼다."),
        ("방벽에 1조6000억 원이 들었다.", "It cost 1.6 billion won.", "It cost 1.6 trillion won."),
        ("시속 120km로 달렸다.", "It ran at 12 km/h.", "It ran at 120 km/h."),
        ("오전 9시 30분에 열렸다.", "It opened at 9:50 a.m.", "It opened at 9:30 a.m."),
    ],
)
def test_what_is_put_right(source: str, target: str, right: str) -> None:
    languages = ("ko", "en") if "가" <= source[-2] <= "힣" else ("en", "ko")
    text, changes = mended(source, target, *languages)
    assert text == right
    assert len(changes) == 1


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("It cost $1.2 billion.", "12억 달러가 들었다."),
        ("It cost $1.2 billion.", "공사비가 들었다."),
        ("It cost little.", "12억 달러가 들었다."),
        ("It cost $1.2 billion and $3 million.", "13억 달러와 4억 달러가 들었다."),
        ("It cost $1.2 billion.", "12억 유로가 들었다."),
        ("75 mph winds blew.", "시속 120km의 바람이 불었다."),
        ("dozens came", "300명이 왔다"),
        ("It rose by 3.8 percent to 49.7 million.", "3.8% 증가한 4970만 박이다."),
        ("The final took 9.58 seconds.", "결승은 9초 58이 걸렸다."),
        ("He cleared 4.71 meters.", "그는 4m71을 넘었다."),
        ("He got 18 months.", "그는 징역 1년 6개월을 받았다."),
        ("She won in 2:17:52.", "그는 2시간 17분 52초로 이겼다."),
        ("Sirens sounded for two minutes at 10 a.m.", "오전 10시 2분간 사이렌이 울렸다."),
        ("They came on Monday and left on Friday.", "화요일에 와서 목요일에 떠났다."),
        ("Call 0800 555 111.", "080으로 전화하라."),
        ("", ""),
    ],
)
def test_what_is_left_as_it_is(source: str, target: str) -> None:
    assert mended(source, target, "en", "ko") == (target, ())
    assert mended(target, source, "ko", "en") == (source, ())


def test_other_languages_are_left_alone() -> None:
    assert mended("It cost $2.", "Es kostete 3 Dollar.", "en", "de") == ("Es kostete 3 Dollar.", ())


@settings(max_examples=150, deadline=None)
@given(st.integers(13, 10**13), st.integers(13, 10**13))
def test_any_sum_becomes_the_source_s_and_reads_so(right: int, wrong: int) -> None:
    from fractions import Fraction

    from summarize.news.numbers.style import english_figure, korean_figure

    source = f"The work cost {english_figure(Fraction(right))} dollars, he said."
    target = f"공사비로 {korean_figure(Fraction(wrong))} 달러가 들었다고 그가 말했다."
    text, changes = mended(source, target, "en", "ko")
    assert compare(read(source, "en"), read(text, "ko")).agrees
    assert mended(source, text, "en", "ko") == (text, ())
    assert bool(changes) == (not compare(read(source, "en"), read(target, "ko")).agrees)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120), st.text(max_size=120), st.sampled_from([("en", "ko"), ("ko", "en")]))
def test_any_text(source: str, target: str, languages: tuple[str, str]) -> None:
    text, changes = mended(source, target, *languages)
    assert changes or text == target
    assert all(new in text for _, new in changes)
