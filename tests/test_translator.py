from __future__ import annotations

import json
from typing import Any

import pytest
from articles import ENGLISH, KOREAN
from scripted import ScriptedGenerator

from summarize.errors import (
    EmptyInputError,
    GenerationError,
    OptionError,
    SameLanguageError,
    UnsupportedLanguageError,
)
from summarize.generation.generator import Generated
from summarize.news.article import read
from summarize.options import Task
from summarize.translation import SentencePair
from summarize.translator import Translator


def translator(reply: object = None, **settings: object) -> Translator:
    """A translator over a scripted model, which by default marks each sentence it is given."""
    answer = reply or (lambda text, task: f"<{text}>")
    return Translator(ScriptedGenerator(answer, **settings))  # type: ignore[arg-type]


def sent(made: Translator) -> list[str]:
    return [text for text, _, _ in made.generator.calls]  # type: ignore[attr-defined]


def test_one_request_a_sentence_aligned_with_its_source() -> None:
    made = translator()
    translation = made("It rained. Nobody was hurt.", to="ko")
    assert sent(made) == ["It rained.", "Nobody was hurt."]
    assert translation.text == "<It rained.> <Nobody was hurt.>"
    assert translation.pairs == (
        SentencePair("It rained.", "<It rained.>", 0),
        SentencePair("Nobody was hurt.", "<Nobody was hurt.>", 0),
    )
    assert (translation.source_language, translation.language) == ("en", "ko")


def test_a_string_keeps_its_layout() -> None:
    text = "It rained.\n\nNobody was hurt. The road is open.\nMore follows."
    assert translator(lambda text, task: text)(text, to="ko").text == text


def test_leading_white_space_is_layout_too() -> None:
    translation = translator(lambda text, task: text)("\n\n  It rained.\n\nMore.", to="ko")
    assert translation.text == "\n\n  It rained.\n\nMore."
    assert [pair.paragraph for pair in translation.pairs] == [0, 1]


def test_a_line_broken_inside_a_sentence_is_one_request() -> None:
    made = translator()
    made("The bridge over the\nriver reopened after repairs.", to="ko")
    assert sent(made) == ["The bridge over the river reopened after repairs."]


def test_an_article_keeps_its_paragraphs_and_its_headline() -> None:
    translation = translator()(read(ENGLISH), to="ko")
    assert translation.headline == "<Bridge to reopen after two years of repairs>"
    assert len(translation.text.split("\n\n")) == len(read(ENGLISH).paragraphs)
    assert translation.pairs[-1].paragraph == len(read(ENGLISH).paragraphs) - 1


def test_a_sentence_that_comes_twice_is_translated_once() -> None:
    made = translator()
    assert len(made("It rained. It rained.", to="ko").pairs) == 2
    assert sent(made) == ["It rained."]


def test_what_holds_no_letter_is_not_sent() -> None:
    made = translator()
    assert made("It rained.\n3.5 - 2\n🙂", to="ko").text == "<It rained.>\n3.5 - 2\n🙂"
    assert sent(made) == ["It rained."]


def test_a_sentence_beyond_the_models_limit_is_cut_and_nothing_is_lost() -> None:
    text = " ".join(f"word{n}" for n in range(1_000)) + "."
    made = translator(lambda text, task: text, budget=64)
    assert made(text, to="ko").text.split() == text.split()
    assert len(sent(made)) > 15


def test_the_target_defaults_to_the_other_language() -> None:
    assert translator()("It rained.").language == "ko"
    assert translator()("비가 내렸다.").language == "en"


def test_source_and_target_reach_the_model() -> None:
    made = translator(languages=("en", "ko", "de"))
    made("Es regnete.", to="ko", source="de")
    task = made.generator.calls[0][1]  # type: ignore[attr-defined]
    assert (task.source, task.target) == ("de", "ko")


def test_the_target_cannot_be_the_source() -> None:
    with pytest.raises(SameLanguageError, match=r"already in 'en'.*to='ko'"):
        translator()("It rained.", to="en")


def test_no_default_target_outside_english_and_korean() -> None:
    with pytest.raises(OptionError, match="name the target language"):
        translator(languages=("de", "en"))("Es regnete.", source="de")


def test_a_language_that_the_model_does_not_know() -> None:
    with pytest.raises(UnsupportedLanguageError, match="xx"):
        translator()("It rained.", to="xx")


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00"])
def test_nothing_to_translate(text: str) -> None:
    with pytest.raises(EmptyInputError):
        translator()(text, to="ko")


def test_many_keeps_order_mixes_languages_and_isolates_errors() -> None:
    results = list(translator().many(["It rained.", "", "비가 내렸다.", "昨天这里下了大雨。"]))
    assert [r.text for r in results] == ["<It rained.>", "", "<비가 내렸다.>", ""]
    assert isinstance(results[1].error, EmptyInputError)
    assert isinstance(results[3].error, UnsupportedLanguageError | OptionError)


def test_what_was_done_before_a_failure_is_kept() -> None:
    def reply(text: str, task: Task) -> str:
        if "hurt" in text:
            raise RuntimeError("boom")
        return "비가 내렸다."

    [result] = translator(reply).many(["It rained. Nobody was hurt."], to="ko")
    assert isinstance(result.error, GenerationError)
    assert result.text == ""
    assert result.pairs[0].target == "비가 내렸다."


def test_cut_off_and_empty_sentences_are_told() -> None:
    def reply(text: str, task: Task) -> Generated:
        return Generated("" if "rained" in text else "다", complete="hurt" not in text)

    translation = translator(reply)("It rained. Nobody was hurt. It ended.", to="ko")
    assert translation.notes == ("2 of 3 sentences came back cut off, looping or empty",)
    assert translator()("It rained.", to="ko").notes == ()


def test_plain_values_and_repr() -> None:
    translation = translator()("It rained.", to="ko")
    plain = json.loads(json.dumps(translation.to_dict()))
    assert plain["pairs"] == [{"source": "It rained.", "target": "<It rained.>", "paragraph": 0}]
    assert "en->ko" in repr(translation)
    assert str(translation) == "<It rained.>"


def test_korean_article() -> None:
    translation = translator()(read(KOREAN))
    assert translation.language == "en"
    assert translation.headline == "<한울대교, 2년 보수 끝에 금요일 재개통>"


@pytest.mark.parametrize(
    ("base", "given", "terms"),
    [
        (True, None, True),
        (True, "none", False),
        (False, None, False),
        (False, "builtin", True),
    ],
)
def test_base_models_get_the_built_in_names(base: bool, given: str | None, terms: bool) -> None:
    generator: Any = ScriptedGenerator(lambda text, task: text)
    generator.is_base = base
    translator = Translator(generator, glossary=given)
    assert (len(translator.glossary) > 0) == terms
