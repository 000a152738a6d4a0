"""The engine in a v4 pipeline, against the same pipeline on transformers' `generate`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from summarize.errors import OptionError
from summarize.pipelines import pipeline

TEXTS = [
    "The city council approved a new budget on Monday after a long debate.",
    "은행은 기준금리를 석 달째 연 2.75퍼센트로 유지했다.",
    "Hello.",
    "Police are looking for a man who left a bag at the airport, officials said on Sunday.",
    "A small fire in the market was put out.",
]
SHORT = {"min_length": 0, "max_length": 12}
Tiny = Callable[..., Path]


def both(tiny_model: Tiny, family: str = "bart", task: str = "summarization") -> tuple[Any, Any]:
    directory = tiny_model(family, peaked=True)
    return pipeline(task, directory), pipeline(task, directory, backend="reference")


def ran_on_the_engine(pipe: Any) -> bool:
    return pipe._beside is not None and pipe._beside._engine is not None


@pytest.mark.parametrize(
    ("family", "task"),
    [
        ("bart", "summarization"),
        ("pegasus", "summarization"),
        ("t5", "summarization"),
        ("mt5", "text2text-generation"),
        ("marian", "translation_en_to_ko"),
        ("mbart50", "translation_en_to_ko"),
        ("m2m100", "translation_ko_to_en"),
        ("nllb", "translation_en_to_ko"),
    ],
)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_beams": 1, "max_new_tokens": 7},
        {"num_beams": 3, "min_length": 6, "max_length": 14, "no_repeat_ngram_size": 2},
        {"num_beams": 4, "num_return_sequences": 2, "length_penalty": 2.0, "early_stopping": True},
        {"num_beams": 2, "repetition_penalty": 1.3, "bad_words_ids": [[5], [6, 7]]},
        {"num_beams": 1, "temperature": 0.5, "do_sample": False},
    ],
)
def test_the_outputs_are_those_of_generate(
    family: str, task: str, options: dict[str, Any], tiny_model: Tiny
) -> None:
    fast, slow = both(tiny_model, family, task)
    lengths = {} if "max_length" in options else {"max_new_tokens": 12}
    options = {"min_length": 0, **lengths, **options}
    assert fast(TEXTS, **options) == slow(TEXTS, **options)
    assert ran_on_the_engine(fast)
    assert not ran_on_the_engine(slow)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_tensors_are_padded_as_generate_pads_them(size: int, tiny_model: Tiny) -> None:
    fast, slow = both(tiny_model)
    words = {"return_tensors": True, "batch_size": size, **SHORT}
    found, wanted = (
        [record["summary_token_ids"].tolist() for record in pipe(TEXTS, **words)]
        for pipe in (fast, slow)
    )
    assert found == wanted
    assert ran_on_the_engine(fast)


def test_a_stream_is_read_no_faster_than_its_results(tiny_model: Tiny) -> None:
    fast, slow = both(tiny_model)
    read: list[str] = []

    def texts() -> Any:
        for text in TEXTS:
            read.append(text)
            yield text

    results = iter(fast(texts(), **SHORT))
    first = next(results)
    assert len(read) == 1
    assert [first, *results] == list(slow(iter(TEXTS), **SHORT))


def told(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(
        record.message for record in caplog.records if "not the engine" in record.message
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"do_sample": True, "num_beams": 1}, "do_sample=True"),
        ({"suppress_tokens": [9]}, "suppress_tokens=[9]"),
        ({"encoder_no_repeat_ngram_size": 3}, "encoder_no_repeat_ngram_size=3"),
        ({"min_length": 30, "max_length": 12}, "larger than"),
        ({"num_beams": 1, "prefix_allowed_tokens_fn": lambda batch, ids: [4, 5]}, "prefix_allowed"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*min_length.*:UserWarning")
def test_what_the_engine_does_not_take_is_generated(
    options: dict[str, Any], said: str, tiny_model: Tiny, caplog: pytest.LogCaptureFixture
) -> None:
    import torch

    caplog.set_level(logging.INFO, "summarize.pipelines")
    fast, slow = both(tiny_model)
    options = {**SHORT, **options}
    results = []
    for pipe in (fast, slow):
        torch.manual_seed(7)
        results.append(pipe(TEXTS[0], **options))
    assert results[0] == results[1]
    assert not ran_on_the_engine(fast)
    assert said in told(caplog)
    fast(TEXTS[0], **options)
    assert told(caplog).count(said) == 1


def test_without_padding_several_sequences_are_generate_pads(tiny_model: Tiny) -> None:
    fast, slow = both(tiny_model)
    options = {**SHORT, "num_beams": 3, "num_return_sequences": 3}
    wanted = slow(TEXTS[0], **options)
    fast.generation_config.pad_token_id = fast.model.generation_config.pad_token_id = None
    assert fast(TEXTS[0], **options) == wanted
    assert not ran_on_the_engine(fast)


def test_a_change_of_the_weights_counts(tiny_model: Tiny) -> None:
    import torch

    fast, slow = both(tiny_model)
    before = fast(TEXTS, **SHORT)
    for pipe in (fast, slow):
        with torch.no_grad():
            pipe.model.get_input_embeddings().weight.mul_(-1.0)
    after = fast(TEXTS, **SHORT)
    assert after == slow(TEXTS, **SHORT)
    assert after != before
    assert ran_on_the_engine(fast)


def test_a_model_that_does_more_than_the_engine_knows_generates(
    tiny_model: Tiny, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "summarize.pipelines")
    fast, slow = both(tiny_model)
    seen: list[object] = []
    layer = fast.model.get_encoder().layers[0]
    hook = layer.register_forward_hook(lambda module, args, output: seen.append(module))
    assert fast(TEXTS[0], **SHORT) == slow(TEXTS[0], **SHORT)
    assert seen
    assert "hooks" in told(caplog)
    hook.remove()
    fast(TEXTS[0], **SHORT)
    assert ran_on_the_engine(fast)
    generate = fast.model.generate
    fast.model.generate = lambda *args, **options: seen.append("own") or generate(*args, **options)
    fast(TEXTS[0], **SHORT)
    assert seen[-1] == "own"


def test_the_model_stays_whole(tiny_model: Tiny) -> None:
    fast, slow = both(tiny_model)
    fast(TEXTS, **SHORT)
    assert ran_on_the_engine(fast)
    kept, wanted = fast.model.state_dict(), slow.model.state_dict()
    assert kept.keys() == wanted.keys()
    assert all((kept[name] == wanted[name]).all() for name in wanted)


def test_want_of_memory_is_no_error(
    tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "summarize.pipelines")
    monkeypatch.setattr("summarize.engine.memory.room", lambda device: 1000)
    fast, slow = both(tiny_model)
    assert fast(TEXTS, **SHORT) == slow(TEXTS, **SHORT)
    assert not ran_on_the_engine(fast)
    assert "memory" in told(caplog)


def test_a_loaded_model_is_left_alone_unless_asked(tiny_model: Tiny) -> None:
    fast, slow = both(tiny_model)
    model, tokenizer = slow.model, slow.tokenizer
    plain = pipeline("summarization", model, tokenizer=tokenizer)
    assert plain._beside is None
    asked = pipeline("summarization", model, tokenizer=tokenizer, backend="auto")
    assert asked(TEXTS, **SHORT) == fast(TEXTS, **SHORT)
    assert ran_on_the_engine(asked)
    with pytest.raises(OptionError, match="auto, reference"):
        pipeline("summarization", model, tokenizer=tokenizer, backend="quick")


def test_an_architecture_that_the_engine_lacks_generates(tiny_model: Tiny) -> None:
    fast, slow = both(tiny_model, "led")
    assert fast(TEXTS[:2], **SHORT) == slow(TEXTS[:2], **SHORT)
    assert not ran_on_the_engine(fast)
