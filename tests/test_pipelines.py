"""The v4 pipelines, against v4's algorithm written out (`twin`) and the cases of v4's own tests.

`twin` is what transformers 4 did for one text: tokenize, `generate`, decode. The
expected options are spelled out in each test, so that it says what is promised.
"""

from __future__ import annotations

import functools
import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import summarize
from summarize.errors import (
    InputError,
    OptionError,
    TooLongError,
    UnsupportedLanguageError,
    UnsupportedModelError,
    WeightsError,
    WeightsNotFoundError,
)
from summarize.pipelines import (
    ReturnType,
    SummarizationPipeline,
    Text2TextGenerationPipeline,
    TranslationPipeline,
    pipeline,
)

TEXT = "The city council approved a new budget on Monday after a long debate."
TEXTS = [
    TEXT,
    "은행은 기준금리를 석 달째 연 2.75퍼센트로 유지했다.",
    "A small fire in the market was put out.",
    "Police are looking for a man who left a bag at the airport, officials said on Sunday.",
    "Hello.",
]
Tiny = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_advice(caplog: pytest.LogCaptureFixture) -> None:
    """v4's advice on lengths is tested on its own; nothing else may be logged."""
    caplog.set_level(logging.ERROR, "summarize.pipelines")


@pytest.fixture(scope="module")
def loaded(tiny_model: Tiny) -> Callable[[str], tuple[Any, Any]]:
    """Model and tokenizer of a family's tiny checkpoint, loaded once."""
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    from summarize.generation.quiet import quiet

    kept: dict[str, tuple[Any, Any]] = {}

    def load(family: str) -> tuple[Any, Any]:
        if family not in kept:
            directory = tiny_model(family, peaked=True)
            with quiet():
                model = AutoModelForSeq2SeqLM.from_pretrained(directory)
                kept[family] = model, AutoTokenizer.from_pretrained(directory)
        return kept[family]

    return load


def twin_ids(model: Any, tokenizer: Any, text: str, **options: Any) -> Any:
    """What transformers 4's pipelines generated for one text: [sequences, tokens]."""
    import torch

    inputs = tokenizer(text, return_tensors="pt", truncation=False)
    inputs.pop("token_type_ids", None)
    with torch.no_grad():
        return model.generate(**inputs, **options)


def twin(model: Any, tokenizer: Any, text: str, **options: Any) -> list[str]:
    """What they wrote, one string a sequence."""
    words = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
    return [tokenizer.decode(i, **words) for i in twin_ids(model, tokenizer, text, **options)]


def copy_of(directory: Path, target: Path, **config: Any) -> Path:
    """A copy of a checkpoint with `config` laid over its config.json."""
    shutil.copytree(directory, target)
    file = target / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **config}))
    return target


def limits(pipe: Any, text: str = TEXT, **options: Any) -> dict[str, Any]:
    """The options that reach `generate`, after a call with `options`."""
    seen: dict[str, Any] = {}
    generate = pipe.model.generate

    @functools.wraps(generate)
    def watch(*args: Any, **kwargs: Any) -> Any:
        seen.update(kwargs)
        return generate(*args, **kwargs)

    pipe.model.generate = watch
    try:
        pipe(text, **options)
    finally:
        pipe.model.generate = generate
    return {k: v for k, v in seen.items() if k not in ("input_ids", "attention_mask")}


# -- v4's algorithm -------------------------------------------------------------------


@pytest.mark.parametrize(
    "family", ["bart", "kobart", "marian", "pegasus", "led", "t5", "flan-t5", "mt5"]
)
def test_it_writes_what_v4_wrote(family: str, loaded: Callable[[str], tuple[Any, Any]]) -> None:
    model, tokenizer = loaded(family)
    pipe = Text2TextGenerationPipeline(model=model, tokenizer=tokenizer)
    options = {"max_length": 16, "min_length": 4, "num_beams": 3, "num_return_sequences": 2}
    expected = [
        [{"generated_text": t} for t in twin(model, tokenizer, x, **options)] for x in TEXTS
    ]
    assert pipe(TEXTS, **options) == expected
    assert pipe(TEXTS[0], **options) == expected[0]


@pytest.mark.parametrize("family", ["bart", "marian", "t5", "nllb"])
def test_batches_change_nothing(family: str, loaded: Callable[[str], tuple[Any, Any]]) -> None:
    pipe = TranslationPipeline(*loaded(family), src_lang="en", tgt_lang="ko", max_new_tokens=12)
    pipe.generation_config.min_length = 0
    one = pipe(TEXTS, batch_size=1)
    assert [list(record) for record in one] == [["translation_text"]] * len(TEXTS)
    assert one == pipe(TEXTS, batch_size=4) == pipe(TEXTS, batch_size=99)
    assert one == [pipe(text)[0] for text in TEXTS]
    assert len({record["translation_text"] for record in one}) > 1


def test_the_checkpoints_limits_hold(loaded: Callable[[str], tuple[Any, Any]]) -> None:
    model, tokenizer = loaded("bart")  # max_length 142, min_length 56, 4 beams
    pipe = SummarizationPipeline(model, tokenizer)
    (text,) = twin(model, tokenizer, TEXT)
    assert pipe(TEXT) == [{"summary_text": text}]
    ids = pipe(TEXT, return_tensors=True)[0]["summary_token_ids"]
    assert 56 <= len(ids) <= 142
    assert (
        len(pipe(TEXT, max_length=20, min_length=3, return_tensors=True)[0]["summary_token_ids"])
        <= 20
    )


# -- shapes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("summarization", "summary"),
        ("translation_en_to_de", "translation"),
        ("text2text-generation", "generated"),
    ],
)
def test_shapes(task: str, name: str, tiny_model: Tiny) -> None:
    import torch

    pipe = pipeline(task, model=str(tiny_model("t5")), max_new_tokens=5, min_length=0)
    text = {f"{name}_text"}

    def keys(value: Any) -> Any:
        return [keys(v) for v in value] if isinstance(value, list) else set(value)

    assert keys(pipe("One.")) == [text]
    assert keys(pipe(["One."])) == [text]
    assert keys(pipe(["One.", "Two."])) == [text, text]
    assert keys(pipe([["One.", "Two."], ["Three."]])) == [[text, text], [text]]
    assert pipe([["One.", "Two."]])[0] == pipe(["One.", "Two."])
    assert pipe([]) == []
    for size in (1, 2):
        several = pipe(["One.", "Two."], num_return_sequences=2, do_sample=True, batch_size=size)
        assert keys(several) == [[text, text], [text, text]]
    assert keys(pipe("One.", num_return_sequences=3, num_beams=3)) == [text] * 3
    for options in ({"return_tensors": True}, {"return_type": ReturnType.TENSORS}):
        (record,) = pipe("One.", **options)
        assert set(record) == {f"{name}_token_ids"}
        assert record[f"{name}_token_ids"].ndim == 1
        assert record[f"{name}_token_ids"].dtype == torch.int64
    assert keys(pipe("One.", return_text=True, return_tensors=False)) == [text]
    assert keys(pipe("One.", return_tensors=True, return_type=ReturnType.TEXT)) == [text]


def test_tensors_are_the_texts_ids(loaded: Callable[[str], tuple[Any, Any]]) -> None:
    model, tokenizer = loaded("t5")
    pipe = Text2TextGenerationPipeline(model, tokenizer, max_new_tokens=8)
    (ids,), (text,) = pipe(TEXT, return_tensors=True), pipe(TEXT)
    assert ids["generated_token_ids"][0] == model.config.decoder_start_token_id
    assert (
        tokenizer.decode(ids["generated_token_ids"], skip_special_tokens=True)
        == text["generated_text"]
    )
    assert not ids["generated_token_ids"].is_inference()


# -- streams --------------------------------------------------------------------------


def test_a_generator_is_read_as_results_are_taken(tiny_model: Tiny) -> None:
    pipe = pipeline("text2text-generation", tiny_model("t5"), max_new_tokens=3, batch_size=2)
    read: list[str] = []

    def texts() -> Iterator[str]:
        for text in TEXTS:
            read.append(text)
            yield text

    results = pipe(texts())
    assert read == []
    first = next(results)
    assert read == TEXTS[:2]
    assert [first, *results] == [[record] for record in pipe(TEXTS)]
    with pytest.raises(TypeError):
        len(results)


def test_datasets_stream_have_a_length_and_start_anew(tiny_model: Tiny) -> None:
    from transformers.pipelines.pt_utils import KeyDataset

    pipe = pipeline("summarization", tiny_model("t5"), max_length=4, min_length=0)
    results = pipe(KeyDataset([{"article": text} for text in TEXTS], "article"))
    expected = [[record] for record in pipe(TEXTS)]
    assert len(results) == len(TEXTS)
    assert list(results) == expected
    assert list(results) == expected


# -- options --------------------------------------------------------------------------


def test_task_specific_params_apply(
    tiny_model: Tiny, loaded: Callable[[str], tuple[Any, Any]]
) -> None:
    model, tokenizer = loaded("t5")
    params = dict(model.config.task_specific_params["summarization"])
    prefix = params.pop("prefix")
    pipe = pipeline("summarization", model=tiny_model("t5", peaked=True))
    assert pipe.prefix == prefix == "summarize: "
    (text,) = twin(model, tokenizer, prefix + TEXT, **params)
    assert pipe(TEXT) == [{"summary_text": text}]
    assert pipe.model.config.task_specific_params["summarization"]["prefix"] == prefix
    plain = SummarizationPipeline(model, tokenizer)  # without a task there are none
    assert plain.prefix is None


def test_a_prefix_may_be_given(loaded: Callable[[str], tuple[Any, Any]]) -> None:
    model, tokenizer = loaded("t5")
    pipe = Text2TextGenerationPipeline(model, tokenizer, prefix="a: ", max_new_tokens=6)
    (text,) = twin(model, tokenizer, "b: " + TEXT, max_new_tokens=6, num_beams=4)
    assert pipe(TEXT, prefix="b: ") == [{"generated_text": text}]
    assert pipe("b: " + TEXT, prefix="") == [{"generated_text": text}]


def test_the_configs_prefix_is_used(tiny_model: Tiny, tmp_path: Path) -> None:
    """facebook/bart-large-cnn has a space there."""
    directory = copy_of(tiny_model("bart", peaked=True), tmp_path / "bart", prefix=" ")
    pipe = pipeline("summarization", directory, max_length=12, min_length=0)
    assert pipe.prefix == " "
    (text,) = twin(pipe.model, pipe.tokenizer, " " + TEXT, max_length=12, min_length=0)
    assert pipe(TEXT) == [{"summary_text": text}]


@pytest.mark.parametrize(
    ("family", "task", "constructor", "call", "tokens", "beams"),
    [
        ("t5", "text2text-generation", {}, {}, 257, 4),  # nobody says: the pipeline's defaults
        ("t5", "text2text-generation", {}, {"max_length": 20, "min_length": 5}, 20, 4),
        ("t5", "text2text-generation", {"max_length": 20}, {}, 20, 4),
        ("t5", "text2text-generation", {"max_length": 20}, {"max_new_tokens": 9}, 10, 4),
        ("t5", "text2text-generation", {"max_new_tokens": 9}, {"max_length": 20}, 20, 4),
        ("t5", "text2text-generation", {"num_beams": 1}, {}, 257, 1),
        ("t5", "text2text-generation", {"num_beams": 1}, {"num_beams": 2}, 257, 2),
        ("t5", "summarization", {}, {}, 200, 4),  # task_specific_params
        ("t5", "summarization", {"max_length": 31}, {}, 31, 4),
        ("t5", "translation_en_to_de", {}, {"max_new_tokens": 7}, 8, 4),
        ("pegasus", "summarization", {}, {}, 64, 8),  # generation_config.json
        ("pegasus", "summarization", {}, {"max_length": 9}, 9, 8),
        ("pegasus", "summarization", {"max_new_tokens": 9}, {"num_beams": 1}, 10, 1),
    ],
)
def test_who_decides(
    family: str,
    task: str,
    constructor: dict[str, Any],
    call: dict[str, Any],
    tokens: int,
    beams: int,
    tiny_model: Tiny,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pipe = pipeline(task, tiny_model(family), backend="reference", **constructor)
    seen: dict[str, Any] = {}

    def generation_mode(config: Any, *args: Any) -> Any:
        """What `generate` has settled on, lengths in tokens with the start token."""
        limit = config.max_length if config.max_new_tokens is None else config.max_new_tokens + 1
        seen.update(tokens=limit, beams=config.num_beams)
        raise StopError

    monkeypatch.setattr("transformers.GenerationConfig.get_generation_mode", generation_mode)
    with pytest.raises(StopError):
        pipe(TEXT, **call)
    assert seen == {"tokens": tokens, "beams": beams}


class StopError(Exception):
    """Far enough."""


def test_options_in_an_old_config_json_count(tiny_model: Tiny, tmp_path: Path) -> None:
    directory = copy_of(
        tiny_model("bart"), tmp_path / "old", max_length=33, num_beams=2, min_length=3
    )
    (directory / "generation_config.json").unlink()
    pipe = pipeline("summarization", directory)
    assert (pipe.generation_config.max_length, pipe.generation_config.num_beams) == (33, 2)
    assert pipe.generation_config.max_new_tokens is None
    assert len(pipe(TEXT, return_tensors=True)[0]["summary_token_ids"]) <= 33


def test_a_generation_config_replaces_the_pipelines(tiny_model: Tiny) -> None:
    from transformers import GenerationConfig

    pipe = pipeline("text2text-generation", tiny_model("t5"), max_new_tokens=4)
    config = GenerationConfig(max_new_tokens=6, num_beams=2)
    assert limits(pipe, generation_config=config) == {"max_new_tokens": 6, "num_beams": 2}
    changed = limits(pipe, generation_config=config, max_length=5)
    assert (changed["max_length"], changed["num_beams"]) == (5, 2)
    assert "max_new_tokens" not in changed
    assert config.max_new_tokens == 6
    given = pipeline("text2text-generation", tiny_model("t5"), generation_config=config)
    assert limits(given) == {"max_new_tokens": 6, "num_beams": 2}


def test_the_pipelines_generation_config_is_live_and_its_own(tiny_model: Tiny) -> None:
    pipe = pipeline("text2text-generation", tiny_model("pegasus"))
    pipe.generation_config.max_length = 11
    assert limits(pipe) == {"max_length": 11}
    assert pipe.model.generation_config.max_length == 64
    limits(pipe, max_new_tokens=3)
    assert pipe.generation_config.max_length == 11


def test_stop_sequence_stops(loaded: Callable[[str], tuple[Any, Any]]) -> None:
    model, tokenizer = loaded("bart")
    pipe = Text2TextGenerationPipeline(model, tokenizer, max_new_tokens=12, min_length=0)
    ids = pipe(TEXT, return_tensors=True, num_beams=1)[0]["generated_token_ids"].tolist()
    stop = tokenizer.decode(ids[3])
    (stop_id,) = tokenizer.encode(stop, add_special_tokens=False)
    stopped = pipe(TEXT, return_tensors=True, num_beams=1, stop_sequence=stop)[0]
    assert stopped["generated_token_ids"].tolist() == ids[: ids.index(stop_id) + 1]
    with pytest.warns(UserWarning, match="only the first stops the output"):
        pipe(TEXT, stop_sequence="council approved")
    with pytest.raises(OptionError, match="no token"):
        pipe(TEXT, stop_sequence="")


@pytest.mark.parametrize("family", ["bart", "pegasus", "marian", "mbart50"])
def test_long_text(family: str, loaded: Callable[[str], tuple[Any, Any]]) -> None:
    from transformers.tokenization_utils_base import TruncationStrategy

    model, tokenizer = loaded(family)
    pipe = TranslationPipeline(model, tokenizer, src_lang="en", tgt_lang="ko", max_length=4)
    pipe.generation_config.min_length = 0
    with pytest.raises(TooLongError, match=r"takes 512: pass truncation=True"):
        pipe("This " * 1000)
    limit, tokenizer.model_max_length = tokenizer.model_max_length, int(1e30)
    for truncation in (True, "only_first", TruncationStrategy.ONLY_FIRST):
        assert pipe("This " * 1000, truncation=truncation)
        tokenizer.model_max_length = limit


def test_relative_positions_have_no_limit(tiny_model: Tiny) -> None:
    pipe = pipeline("summarization", tiny_model("t5"), max_length=3, min_length=0)
    assert pipe("This " * 600)


@pytest.mark.parametrize(
    ("task", "options", "message"),
    [
        (
            "summarization",
            {"max_length": 99},
            "Your max_length is set to 99, but your input_length",
        ),
        ("summarization", {"max_length": 5, "min_length": 9}, "Your min_length=9 must be inferior"),
        ("translation_en_to_de", {"max_length": 5}, "is bigger than 0.9 \\* max_length: 5"),
        ("translation_en_to_de", {}, None),
        ("text2text-generation", {"max_length": 5}, None),
    ],
)
@pytest.mark.filterwarnings("ignore:Unfeasible length constraints")
def test_advice_on_lengths(
    task: str,
    options: dict[str, Any],
    message: str | None,
    tiny_model: Tiny,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pipe = pipeline(task, tiny_model("t5"))
    with caplog.at_level(logging.WARNING, "summarize.pipelines"):
        limits(pipe, **{"max_length": 300, **options})
    if message is None:
        assert caplog.messages == []
    else:
        import re

        assert re.search(message, caplog.text)


def test_ordinary_use_is_quiet(
    tiny_model: Tiny, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """No bars, no log lines, no Python warnings (they are errors here)."""
    caplog.set_level(logging.WARNING, "summarize.pipelines")
    directories = [tiny_model(family) for family in ("bart", "marian", "pegasus", "nllb")]
    capfd.readouterr()
    for directory in directories:
        pipe = pipeline("translation", directory, src_lang="en", tgt_lang="ko", num_beams=1)
        pipe(TEXT, max_new_tokens=60, min_length=2)
        pipe(TEXTS, max_length=60, min_length=2, batch_size=2, num_workers=4, truncation=True)
    captured = capfd.readouterr()
    assert (captured.out, captured.err, caplog.messages) == ("", "", [])


# -- languages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "english", "korean"),
    [("mbart50", "en_XX", "ko_KR"), ("nllb", "eng_Latn", "kor_Hang"), ("m2m100", "en", "ko")],
)
def test_multilingual_models(
    family: str, english: str, korean: str, loaded: Callable[[str], tuple[Any, Any]]
) -> None:
    model, tokenizer = loaded(family)
    get_id = getattr(tokenizer, "get_lang_id", tokenizer.convert_tokens_to_ids)
    options: dict[str, Any] = {"max_length": 12, "num_beams": 2}

    def expected(source: str, target: str) -> list[int]:
        tokenizer.src_lang = source
        forced = get_id(target)
        return twin_ids(model, tokenizer, TEXT, forced_bos_token_id=forced, **options)[0].tolist()

    def ids(pipe: Any, **languages: str) -> list[int]:
        return pipe(TEXT, return_tensors=True, **languages)[0]["translation_token_ids"].tolist()

    pipe = pipeline("translation", model=model, tokenizer=tokenizer, **options)
    with pytest.raises(ValueError, match="name two, for example src_lang"):
        pipe(TEXT)
    with pytest.raises(UnsupportedLanguageError, match=f"'xx'; it has .*{korean}"):
        pipe(TEXT, src_lang="xx", tgt_lang=korean)
    to_korean, to_english = expected(english, korean), expected(korean, english)
    assert (to_korean[1], to_english[1]) == (get_id(korean), get_id(english))
    assert ids(pipe, src_lang=english, tgt_lang=korean) == to_korean
    assert ids(pipe, src_lang="ko", tgt_lang="en") == to_english

    by_task = pipeline("translation_ko_to_en", model=model, tokenizer=tokenizer, **options)
    assert ids(by_task) == to_english
    assert ids(by_task, src_lang=english, tgt_lang=korean) == to_korean
    assert ids(by_task) == to_english
    set_twice = TranslationPipeline(
        model, tokenizer, task="translation_ko_to_en", src_lang=english, tgt_lang="ko", **options
    )
    assert ids(set_twice) == to_korean


def test_a_task_names_its_languages(tiny_model: Tiny) -> None:
    pipe = pipeline("translation_cn_to_ar", tiny_model("t5"))
    assert (pipe.task, type(pipe)) == ("translation_cn_to_ar", TranslationPipeline)
    assert pipe._preprocess_params == {"src_lang": "cn", "tgt_lang": "ar"}


def test_translation_takes_the_checkpoints_first_pair(tiny_model: Tiny) -> None:
    with pytest.warns(UserWarning, match=r"translation_en_to_de"):
        pipe = pipeline("translation", tiny_model("t5"))
    assert pipe.task == "translation_en_to_de"
    assert pipe._preprocess_params == {"src_lang": "en", "tgt_lang": "de"}
    assert pipe.prefix == "translate English to German: "


# -- making one -----------------------------------------------------------------------


def test_everything_v4_took(tiny_model: Tiny, tmp_path: Path) -> None:
    import torch
    from transformers import AutoConfig

    directory = tiny_model("t5", peaked=True)
    usual = pipeline("summarization", directory, max_length=8, min_length=0)
    expected = usual(TEXT)
    assert isinstance(usual, SummarizationPipeline)
    assert isinstance(usual, Text2TextGenerationPipeline)
    assert (usual.framework, str(usual.device), usual.dtype) == ("pt", "cpu", torch.float32)
    assert repr(usual) == (
        "<SummarizationPipeline 'summarization': "
        "T5ForConditionalGeneration on cpu in torch.float32>"
    )
    assert usual.predict(TEXT) == usual.transform(TEXT) == expected
    usual.save_pretrained(tmp_path / "saved")
    with pytest.raises(OptionError, match="pickle"):
        usual.save_pretrained(tmp_path / "pickled", safe_serialization=False)
    config = AutoConfig.from_pretrained(directory)
    for arguments in (
        {"model": str(directory), "framework": "pt", "device": -1, "use_fast": False},
        {"model": directory, "tokenizer": str(directory), "device": "cpu", "num_workers": 2},
        {"model": directory, "tokenizer": (directory, {"use_fast": True}), "batch_size": 2},
        {"model": usual.model, "tokenizer": usual.tokenizer, "device": torch.device("cpu")},
        {"model": usual.model, "config": str(directory), "feature_extractor": None},
        {"model": directory, "config": config, "torch_dtype": torch.float32, "token": True},
        {"model": directory, "config": str(directory), "dtype": "float32", "binary_output": False},
        {"model": directory, "model_kwargs": {"torch_dtype": "float32", "low_cpu_mem_usage": True}},
        {"model": directory, "revision": "main"},
        {"model": tmp_path / "saved", "trust_remote_code": False, "offline": True},
    ):
        pipe = pipeline("summarization", **arguments, max_length=8, min_length=0)  # type: ignore[arg-type]
        assert pipe(TEXT) == expected, arguments


def test_an_assistant_changes_nothing(tiny_model: Tiny) -> None:
    directory = tiny_model("t5", peaked=True)
    options: dict[str, Any] = {"max_length": 8, "min_length": 0, "num_beams": 1}
    alone = pipeline("text2text-generation", directory, **options)
    for assistant in (directory, alone.model):
        assisted = pipeline("text2text-generation", directory, assistant_model=assistant, **options)
        assert assisted(TEXT) == alone(TEXT)


def test_a_spread_model_stays_where_it_is(loaded: Callable[[str], tuple[Any, Any]]) -> None:
    model, tokenizer = loaded("t5")
    model.hf_device_map = {"": "cpu"}
    try:
        assert str(SummarizationPipeline(model, tokenizer).device) == "cpu"
        with pytest.raises(ValueError, match="leave device out"):
            SummarizationPipeline(model, tokenizer, device=0)
    finally:
        del model.hf_device_map


def test_dtypes(tiny_model: Tiny, tmp_path: Path) -> None:
    import torch

    directory = tiny_model("t5")
    for named in (
        {"dtype": "bfloat16"},
        {"torch_dtype": torch.bfloat16},
        {"model_kwargs": {"dtype": "bfloat16"}},
    ):
        assert pipeline("summarization", directory, **named).dtype == torch.bfloat16  # type: ignore[arg-type]
    half = copy_of(directory, tmp_path / "half", dtype="bfloat16")
    assert pipeline("summarization", half).torch_dtype == torch.bfloat16
    with pytest.raises(OptionError, match="name it once"):
        pipeline("summarization", directory, dtype="float32", model_kwargs={"dtype": "float16"})
    with pytest.raises(OptionError, match="float23"):
        pipeline("summarization", directory, dtype="float23")


def test_subclasses_may_hook_in_as_in_v4(tiny_model: Tiny) -> None:
    class Shouting(SummarizationPipeline):
        def preprocess(self, text: str, **options: Any) -> Any:
            return super().preprocess(text.upper(), **options)

        def postprocess(self, model_outputs: Any, **options: Any) -> Any:
            records = super().postprocess(model_outputs, **options)
            return [{"summary_text": "<" + r["summary_text"] + ">"} for r in records]

    options: dict[str, Any] = {"max_length": 8, "min_length": 0}
    usual = pipeline("summarization", tiny_model("t5", peaked=True), **options)
    shouting = pipeline(
        "summarization", usual.model, tokenizer=usual.tokenizer, pipeline_class=Shouting, **options
    )
    wrapped = [
        {"summary_text": f"<{r['summary_text']}>"} for r in usual([t.upper() for t in TEXTS])
    ]
    assert shouting(TEXTS, batch_size=2) == wrapped


def test_v4s_default_models(tmp_path: Path) -> None:
    empty = {"cache_dir": str(tmp_path)}
    for task, name in (
        ("summarization", "distilbart-cnn-12-6"),
        ("translation_en_to_fr", "t5-base"),
        ("text2text-generation", "t5-base"),
    ):
        with pytest.raises(WeightsNotFoundError, match=name):
            pipeline(task, offline=True, model_kwargs=empty)
    for task in ("translation", "translation_cn_to_ar"):
        with pytest.raises(ValueError, match="no model is the default"):
            pipeline(task)


def test_the_hub_knows_the_task(tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    import huggingface_hub

    with pytest.raises(OptionError, match="name the task; known: summarization"):
        pipeline(model=str(tiny_model("t5")))
    with pytest.raises(OptionError, match="name the task"):
        pipeline(model="someone/some-model", offline=True)
    tag = SimpleNamespace(pipeline_tag="text-generation")
    monkeypatch.setattr(huggingface_hub, "model_info", lambda name, revision: tag)
    with pytest.raises(OptionError, match="gives 'text-generation'"):
        pipeline(model="someone/some-model", offline=False)
    tag.pipeline_tag = "translation"
    monkeypatch.setattr("summarize.pipelines.find", lambda *_: tiny_model("marian"))
    assert isinstance(pipeline(model="someone/some-model", offline=False), TranslationPipeline)


# -- what is refused ------------------------------------------------------------------


def test_causal_models_are_named_their_place(tiny_model: Tiny) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from summarize.generation.quiet import quiet

    directory = tiny_model("qwen3")
    with pytest.raises(UnsupportedModelError, match=r"qwen3.*summarize\.Summarizer"):
        pipeline("summarization", directory)
    with quiet():
        model = AutoModelForCausalLM.from_pretrained(directory)
        tokenizer = AutoTokenizer.from_pretrained(directory)
    with pytest.raises(UnsupportedModelError, match=r"Qwen3ForCausalLM.*summarize\.Summarizer"):
        SummarizationPipeline(model=model, tokenizer=tokenizer)


def test_pickled_weights_are_refused(tiny_model: Tiny, tmp_path: Path) -> None:
    directory = copy_of(tiny_model("t5"), tmp_path / "pickled")
    (directory / "model.safetensors").rename(directory / "pytorch_model.bin")
    for options in ({}, {"model_kwargs": {"use_safetensors": False}}):
        with pytest.raises(WeightsError, match="pickle"):
            pipeline("summarization", directory, **options)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"task": "summarisation"}, "Did you mean 'summarization'"),
        ({"task": "text-generation"}, r"are in transformers\.pipeline"),
        ({"task": "translation_en"}, "'translation_XX_to_YY', not 'translation_en'"),
        ({"trust_remote_code": True}, "never run"),
        ({"model_kwargs": {"trust_remote_code": True}}, "never run"),
        ({"model_kwargs": {"use_safetensors": False}}, "use_safetensors"),
        ({"model_kwargs": {"nonsense": 1}}, "cannot follow nonsense"),
        ({"framework": "tf"}, "framework is 'pt', not 'tf'"),
        ({"token": "hf_x"}, "HF_TOKEN"),
        ({"device": "cuba"}, "unknown device 'cuba'"),
        ({"max_lenght": 9}, "Did you mean 'max_length'"),
        ({"model": None, "tokenizer": "x"}, "without a model"),
    ],
)
def test_refused_arguments(arguments: dict[str, Any], message: str, tiny_model: Tiny) -> None:
    with pytest.raises(OptionError, match=message):
        pipeline(**{"task": "summarization", "model": tiny_model("t5"), **arguments})


def test_a_model_object_needs_its_tokenizer(loaded: Callable[[str], tuple[Any, Any]]) -> None:
    for make in (lambda m: pipeline("summarization", m), SummarizationPipeline):
        with pytest.raises(OptionError, match="tokenizer="):
            make(loaded("t5")[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_beens": 2}, "unknown pipeline option 'num_beens'. Did you mean 'num_beams'"),
        ({"num_return_sequences": 9}, "num_return_sequences"),
        ({"early_stopping": "soon"}, "early_stopping"),
        ({"num_beam_groups": 2, "diversity_penalty": 1.0}, "code on the Hub"),
        ({"return_type": 7}, "ReturnType.TENSORS"),
        ({"batch_size": 0}, "batch_size must be at least 1, not 0"),
        ({"custom_generate": "someone/code"}, "never run"),
        ({"trust_remote_code": True}, "unknown pipeline option 'trust_remote_code'"),
    ],
)
def test_refused_options(options: dict[str, Any], message: str, tiny_model: Tiny) -> None:
    pipe = pipeline("text2text-generation", tiny_model("t5"), max_new_tokens=3)
    with pytest.raises(OptionError, match=message):
        pipe(TEXT, **options)


@pytest.mark.parametrize("inputs", [4, None, b"bytes", {"text": TEXT}, [4], ["fine", None]])
def test_what_is_not_text_is_both_of_v4s_errors(inputs: Any, tiny_model: Tiny) -> None:
    pipe = pipeline("text2text-generation", tiny_model("t5"), max_new_tokens=3)
    for error in (TypeError, ValueError, InputError):
        with pytest.raises(error, match=type(inputs).__name__ if inputs == 4 else "str"):
            pipe(inputs)


def test_odd_text(tiny_model: Tiny) -> None:
    pipe = pipeline("text2text-generation", tiny_model("t5"), max_new_tokens=3)
    for text in ("", " \n", "\x00\x07", "😀" * 9, "中文 العربية"):
        assert pipe(text)[0].keys() == {"generated_text"}
    with pytest.raises(InputError, match="item 1 holds a lone surrogate at character 2"):
        pipe(["fine", "ab\ud800"], batch_size=2)


def test_a_batch_needs_a_pad_token(tiny_model: Tiny) -> None:
    pipe = pipeline("text2text-generation", tiny_model("bart"), max_length=3, min_length=0)
    pipe.tokenizer.pad_token = None
    assert len(pipe(TEXTS[:2])) == 2
    with pytest.raises(ValueError, match="pad token"):
        pipe(TEXTS[:2], batch_size=2)


def test_more_positional_arguments_are_ignored_as_in_v4(
    tiny_model: Tiny, caplog: pytest.LogCaptureFixture
) -> None:
    pipe = pipeline("text2text-generation", tiny_model("t5"), max_new_tokens=3)
    with caplog.at_level(logging.WARNING, "summarize.pipelines"):
        assert len(pipe("One.", "Two.")) == 1
    assert caplog.messages == ["Ignoring args : ('Two.',)"]


def test_the_package_exports_it() -> None:
    assert summarize.pipeline is pipeline
