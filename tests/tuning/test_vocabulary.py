"""The ids that a language is written with, beside an adapter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from summarize.generation.adapter import vocabularies
from summarize.generation.loading import load
from summarize.generation.tokens import Tokens
from summarize.models.adapters import read
from summarize.options import TRANSLATION, Task
from summarize.tuning.vocabulary import limit

TEXTS = {"en": ["It rained in Seoul."], "ko": ["서울에 비가 내렸다."], "de": ["Es regnete."]}


@pytest.mark.parametrize("family", ["gemma3", "qwen3"])
def test_any_text_of_the_language_can_be_written(
    family: str, tiny_model: Callable[..., Path], tuned: Callable[..., Path]
) -> None:
    tokens = Tokens.from_pretrained(tiny_model(family))
    adapter = tuned(family, steps=1)
    counts = limit(adapter, TEXTS, tokens)
    found = vocabularies(read(adapter))
    assert {language: len(ids) for language, ids in found.items()} == counts
    for language, texts in TEXTS.items():
        assert set(tokens.encode(texts[0])) <= set(found[language])
        assert not set(found[language]) & set(tokens.controls)
    single = {"ko": "가나다 한국어 A-1, (B)", "en": "A man, 1 (b)"}
    for language, text in single.items():
        pieces = {i for letter in text for i in tokens.encode(letter)}
        assert pieces <= set(found[language])


def test_translations_are_written_with_them(
    tiny_model: Callable[..., Path], tuned: Callable[..., Path]
) -> None:
    adapter = tuned(steps=1)
    limit(adapter, TEXTS, Tokens.from_pretrained(tiny_model("gemma3")))
    with load(tiny_model("gemma3"), adapter=adapter, device="cpu") as generator:
        task = Task(TRANSLATION, "en", "ko")
        options = generator.options(task).updated(max_new_tokens=8)
        assert options.allowed_ids == vocabularies(read(adapter))["ko"]
        ids = [generator.request("It rained.", task)]
        [output] = generator.backend.generate(ids, options)
        assert output.ids
        assert set(output.ids) <= set(options.allowed_ids)
