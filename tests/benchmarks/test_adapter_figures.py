"""Figures kept in translations: by their digits, and as the package reads numbers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

import adapter


@pytest.mark.parametrize(
    ("source", "output", "digits", "told"),
    [
        ("1990년에 3명이 왔다.", "Three people came in 1990.", 1, 1),
        ("16세기의 일이다.", "It was in the sixteenth century.", 0, 1),
        ("그들은 1년 전에 결혼했다.", "They married a year ago.", 0, 1),
        ("429개의 엽서를 숨겼다.", "He hid postcards.", 0, 0),
        ("429개의 엽서를 숨겼다.", "He hid 249 postcards.", 0, 0),
    ],
)
def test_a_figure_is_kept_in_digits_or_in_words(source, output, digits, told):
    assert adapter.digits([source], [output]) == (digits, 1)
    assert adapter.told([source], [output], "ko", "en") == (told, 1)


def test_sentences_without_figures_do_not_count():
    assert adapter.told(["비가 내렸다."], ["It rained."], "ko", "en") == (0, 0)
