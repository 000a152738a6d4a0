from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize.news.josa import PAIRS, attach, final, mended, particle, without_particle


@pytest.mark.parametrize(
    "right",
    [
        ("김정은", "은"),
        ("트럼프", "는"),
        ("서울", "로"),
        ("부산", "으로"),
        ("제주", "로"),
        ("3", "을"),
        ("2", "를"),
        ("10", "이"),
        ("10,000", "이"),
        ("2024", "가"),
        ("1", "로"),
        ("6", "으로"),
        ("3.5%", "는"),
        ("0.25%p", "를"),
        ("5kg", "을"),
        ("30km", "를"),
        ("200t", "은"),
        ("40GW", "가"),
        ("25℃", "를"),
        ("$10", "로"),
        ("€1,000", "를"),
        ("₩500", "을"),
        ("FBI", "가"),
        ("LG", "가"),
        ("IBM", "은"),
        ("NATO", "는"),
        ("OPEC", "은"),
        ("ASEAN", "이"),
        ("UAE", "와"),
        ("Google", "은"),
        ("Washington", "은"),
        ("Samsung", "과"),
        ("Facebook", "은"),
        ("Seoul", "로"),
        ("Bob", "은"),
        ("Trump", "는"),
        ("Microsoft", "는"),
        ("Netflix", "와"),
        ("New York", "은"),
        ("조국(59)", "은"),
        ("윤석열(尹錫悅)", "이"),
        ("이재용(57) 삼성전자 회장", "이"),
        ("도널드 트럼프(Donald Trump)", "는"),
        ("세계무역기구[WTO]", "는"),
        ("‘기생충’", "이"),
        ("“오징어 게임”", "은"),
        ("「악의 꽃」", "을"),
        ("(주)", "가"),
    ],
    ids=" ".join,
)
def test_the_form_that_a_reader_expects(right: tuple[str, str]) -> None:
    word, form = right
    for pair in PAIRS:
        if form in pair:
            assert {attach(word, one) for one in pair} == {word + form}


def test_copulas_and_longer_forms() -> None:
    assert attach("학생", "예요") == "학생이에요"
    assert attach("바다", "이에요") == "바다예요"
    assert attach("김정은", "라") == "김정은이라"
    assert attach("서울", "나") == "서울이나"
    assert attach("지수", "아") == "지수야"


def test_a_particle_with_one_form_stays() -> None:
    assert attach("서울", "에서") == "서울에서"


def test_what_cannot_be_read_leaves_the_particle() -> None:
    assert final("北") is None
    assert final("") is None
    assert particle("北", "을") == "을"
    assert mended("北", "는 말했다") == "는 말했다"


@pytest.mark.parametrize(
    ("word", "rest", "right"),
    [
        ("트럼프", "은 말했다", "는 말했다"),
        ("김정은", "가 말했다", "이 말했다"),
        ("트럼프", "과의 회담", "와의 회담"),
        ("서울", "으로 갔다", "로 갔다"),
        ("부산", "로부터의", "으로부터의"),
        ("김정은", "라고 한다", "이라고 한다"),
        ("트럼프", "이라는 사람", "라는 사람"),
        ("김정은", "였다", "이었다"),
        ("트럼프", "이었다", "였다"),
        ("트럼프", "은(는) 말했다", "는 말했다"),
        ("서울", "(으)로", "로"),
        ("미국", "을(를)", "을"),
        ("트럼프", "을, 그리고", "를, 그리고"),
        # no particles of ours, or none at all
        ("미국", "인들은", "인들은"),
        ("영국", "와이파이", "와이파이"),
        ("트럼프", "이다", "이다"),
        ("미국", "에서", "에서"),
        ("미국", " 은행", " 은행"),
        ("영국", "과학자", "과학자"),
        ("트럼프", "", ""),
    ],
)
def test_a_particle_chosen_for_another_word_is_mended(word: str, rest: str, right: str) -> None:
    assert mended(word, rest) == right


def test_particles_are_taken_off() -> None:
    assert without_particle("에서는 말") == " 말"
    assert without_particle("은") == ""
    assert without_particle("인들은") == "인들은"


@given(st.text(max_size=30), st.sampled_from([form for pair in PAIRS for form in pair]))
def test_any_text_takes_a_particle(word: str, form: str) -> None:
    pair = next(pair for pair in PAIRS if form in pair)
    assert attach(word, form) in {word + one for one in pair}
    assert attach(word, pair[0]) == attach(word, pair[1]) or final(word) is None


@given(st.text(max_size=20), st.text("은는이가을를과와으로라며 (말)했다", max_size=12))
def test_mending_twice_changes_nothing(word: str, rest: str) -> None:
    once = mended(word, rest)
    assert mended(word, once) == once
