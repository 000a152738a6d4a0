"""Made-up sentences with figures, `benchmarks/made_up.py`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from made_up import number, pairs, with_particles


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
