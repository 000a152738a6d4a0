from __future__ import annotations

import re
from typing import Any

import pytest

from summarize.errors import UnsupportedModelError
from summarize.generation import fewshot
from summarize.generation.prompts import Prompt, Segment, builder, one_line
from summarize.models.catalog import lookup
from summarize.models.families import BY_NAME
from summarize.options import SUMMARIZATION, TRANSLATION, Task

HANGUL = re.compile(r"[가-힣]")


def no_chat(content: Any, **options: Any) -> str:
    raise AssertionError("not a chat model")


def build(task: Task, family: str, style: Any, text: str, **more: Any) -> Prompt:
    more = {"entry": None, "chat": no_chat, **more}
    return builder(task, BY_NAME[family], style=style, **more)(text)


def test_few_shot_examples_are_in_their_languages() -> None:
    assert len(fewshot.TRANSLATIONS) == 5
    for english, korean in fewshot.TRANSLATIONS:
        assert not HANGUL.search(english)
        assert HANGUL.search(korean)
        assert korean.endswith("다.")
    for article, summary in fewshot.KOREAN_SUMMARIES:
        assert summary.endswith("다.")
        assert len(summary) < len(article)
    items = [*fewshot.TRANSLATIONS, *fewshot.ENGLISH_SUMMARIES, *fewshot.KOREAN_SUMMARIES]
    assert not any("\n" in text for pair in items for text in pair)


@pytest.mark.parametrize(("source", "target"), [("en", "ko"), ("ko", "en"), ("en-US", "ko")])
def test_few_shot_translation_asks_for_one_more_line(source: str, target: str) -> None:
    prompt = build(Task(TRANSLATION, source, target), "gemma3", "fewshot", "one\n\ntwo\tthree")
    text = "".join(segment.text for segment in prompt.segments)
    labels = fewshot.LABELS[target[:2]]  # in the target's language
    ask, answer = labels[source[:2]], labels[target[:2]]
    assert text.endswith(f"\n\n{ask}: one two three\n{answer}:")
    assert text.count(f"{ask}: ") == 6
    assert [s.trusted for s in prompt.segments] == [True, False, True]


def test_few_shot_summaries_are_in_the_articles_language() -> None:
    english = build(Task(SUMMARIZATION, "en", "en"), "gemma3", "fewshot", "Prices rose.")
    korean = build(Task(SUMMARIZATION, "ko", "ko"), "gemma3", "fewshot", "가격이 올랐다.")
    assert english.segments[-1].text == "\nSummary:"
    assert korean.segments[-1].text == "\n요약:"


def test_prefixes() -> None:
    task = Task(TRANSLATION, "en", "ro")
    prompt = build(task, "t5", "seq2seq", "Prices rose.")
    assert prompt.segments[0] == Segment("translate English to Romanian: ", trusted=True)
    own = build(task, "t5", "seq2seq", "Prices rose.", prefix="en-ro: ")
    assert own.segments[0].text == "en-ro: "
    plain = build(Task(SUMMARIZATION, "en"), "bart", "seq2seq", "Prices rose.")
    assert plain == Prompt((Segment("Prices rose."),))


def test_language_tokens_open_or_frame() -> None:
    task = Task(TRANSLATION, "en", "ko")
    assert build(task, "madlad", "seq2seq", "x").opening == "<2ko>"
    assert build(task, "m2m100", "seq2seq", "x").source_token == "__en__"
    assert build(task, "nllb", "seq2seq", "x").source_token == "eng_Latn"
    assert build(task, "marian", "seq2seq", "x").opening == ">>kor<<"
    assert build(task, "marian", "seq2seq", "x", names_target=False).opening == ""


def test_makers_chat_wordings() -> None:
    asked: list[Any] = []

    def chat(content: Any, **options: Any) -> str:
        asked.append((content, options))
        text = content if isinstance(content, str) else content[0]["text"]
        return f"<u>{text}</u>"

    task = Task(TRANSLATION, "en", "ko")
    for name in ("translategemma-4b", "hy-mt1.5-1.8b", "hy-mt2-1.8b"):
        entry = lookup(name)
        assert entry is not None
        prompt = build(task, entry.family, "chat", "Prices rose.", entry=entry, chat=chat)
        assert [s.text for s in prompt.segments][1:] == ["Prices rose.", "</u>"]
    gemma, hy, hy2 = asked
    assert gemma[0][0]["source_lang_code"] == "en"
    assert gemma[0][0]["target_lang_code"] == "ko"
    assert hy[0].startswith("Translate the following segment into Korean, without additional")
    assert hy2[0].startswith("Translate the following text into Korean. Only output")
    assert (gemma[1]["add_generation_prompt"], hy[1]["add_generation_prompt"]) == (True, False)
    assert gemma[1]["enable_thinking"] is False


def test_a_template_that_hides_the_message_is_refused() -> None:
    with pytest.raises(UnsupportedModelError, match="chat template"):
        build(
            Task(TRANSLATION, "en", "ko"), "llama", "chat", "x", chat=lambda content, **_: "nothing"
        )


def test_one_line() -> None:
    assert one_line(" a\n\n b\t c\u3000d ") == "a b c d"
