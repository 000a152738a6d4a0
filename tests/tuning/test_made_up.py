"""Korean in news style, and made-up sentences with figures."""

from __future__ import annotations

import re

import pytest

from summarize.tuning.figures import number, pairs, with_particles
from summarize.tuning.style import plain


@pytest.mark.parametrize(
    ("formal", "news"),
    [
        ("그는 학교에 갑니다.", "그는 학교에 간다."),
        ("정부가 발표했습니다.", "정부가 발표했다."),
        ("매우 큽니다.", "매우 크다."),
        ("강이 깁니다.", "강이 길다."),
        ("빵을 만듭니다.", "빵을 만든다."),
        ("빵을 먹습니다.", "빵을 먹는다."),
        ("그것은 사실이 아닙니다.", "그것은 사실이 아니다."),
        ("돈이 없습니다.", "돈이 없다."),
        ("비용이 필요합니다.", "비용이 필요하다."),
        ("열심히 공부합니다.", "열심히 공부한다."),
        ("오지 않습니다.", "오지 않는다."),
        ("좋지 않습니다.", "좋지 않다."),
        ("조사하고 있습니다. 곧 끝납니다.", "조사하고 있다. 곧 끝난다."),
        ('"저는 갑니다"라고 그가 말했습니다.', '"저는 갑니다"라고 그가 말했다.'),
        ("어디로 갑니까?", "어디로 갑니까?"),
        ("손을 씻으십시오.", "손을 씻으십시오."),
        ("이미 끝났다.", "이미 끝났다."),
        ("", ""),
    ],
)
def test_formal_sentences_become_plain(formal: str, news: str) -> None:
    assert plain(formal) == news


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        (4_000, "4,000", "4000"),
        (1_234, "1,234", "1,234"),
        (52_400, "52,400", "5만 2400"),
        (1_200_000, "1.2 million", "120만"),
        (760_000_000, "760 million", "7억 6000만"),
        (2_050_000_000_000, "2.05 trillion", "2조 500억"),
    ],
)
def test_numbers_in_both_languages(value: int, english: str, korean: str) -> None:
    assert number(value) == (english, korean)


def test_particles_follow_the_syllable_before_them() -> None:
    assert with_particles("서울은(는) 밀러(45)을(를) 원이(가)") == "서울은 밀러(45)를 원이"


def test_made_up_pairs_are_filled_and_agree_on_years() -> None:
    made = list(pairs(200, seed=3))
    assert made == list(pairs(200, seed=3))
    assert len(set(made)) > 190
    for english, korean in made:
        assert not re.search(r"[{}]|\(는\)|\(를\)|\(과\)|\(가\)", english + korean)
        years = set(re.findall(r"\b(?:19|20)\d\d\b(?! people)", english))
        assert all(year in korean for year in years if f"{year}년" in korean), (english, korean)
