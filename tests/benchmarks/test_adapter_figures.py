"""Figures kept in translations: by their digits, and as the package reads numbers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from scripted import ScriptedGenerator

from summarize.options import TRANSLATION, SearchOptions, Task

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


def test_what_was_generated_is_not_generated_again():
    generator = ScriptedGenerator(lambda text, task: f"{task.target}: {text}")
    remembering = adapter.Remembering(generator)
    task, search = Task(TRANSLATION, "en", "ko"), SearchOptions(num_beams=2)
    first = list(remembering.generate(["A", "B"], task, search))
    again = list(remembering.generate(["B", "C", "A", "B"], task, search))
    assert [answer.text for answer in again] == ["ko: B", "ko: C", "ko: A", "ko: B"]
    assert [again[2], again[0]] == first
    assert [text for text, _, _ in generator.calls] == ["A", "B", "C"]
    list(remembering.generate(["A"], task, SearchOptions(num_beams=4)))
    assert len(generator.calls) == 4


def test_translations_are_what_the_translator_makes():
    replies = {2: "The bridge cost a lot.", 4: "The bridge cost 85 million dollars."}

    def reply(text, task):
        return replies[generator.calls[-1][2].num_beams]

    generator = ScriptedGenerator(reply)
    remembering = adapter.Remembering(generator)
    task, search = Task(TRANSLATION, "ko", "en"), SearchOptions(num_beams=2)
    source = "다리를 놓는 데 8500만 달러가 들었다."
    texts, asked, _ = adapter.translated(remembering, task, search, [source, source])
    assert (texts, asked) == ([replies[2]] * 2, 1)
    texts, asked, _ = adapter.translated(remembering, task, search, [source, source], repair=True)
    assert (texts, asked) == ([replies[4]] * 2, 1)


def test_names_are_lost_into_korean_and_made_up_into_english():
    english = "He told the reporter that Vidal and Lodin had left."
    korean = "그는 비달과 도린이 떠났다고 기자에게 말했다."
    assert adapter.wrong_names([english], [korean], "ko") == (1, 2)
    assert adapter.wrong_names([korean], [english], "en") == (1, 2)
    assert adapter.wrong_names(["비가 왔다."], ["It rained."], "en") == (0, 0)
