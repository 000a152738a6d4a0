"""Using an adapter: merged as peft merges it, refused where it does not belong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tuning_files import rewrite

from summarize import OptionError, Translator, WeightsError, average_adapters
from summarize.generation.adapter import merge
from summarize.generation.checkpoint import load_model
from summarize.generation.loading import load
from summarize.models.adapters import (
    CONFIG,
    FACTS,
    GENERATE,
    TIGHTEN,
    WEIGHTS,
    adapter_of,
    fingerprint,
    read,
    writes_summaries,
)
from summarize.options import SUMMARIZATION, TRANSLATION, Task

Make = Callable[..., Path]


@pytest.mark.filterwarnings("ignore:.*gradient_checkpointing")  # peft's own
@pytest.mark.parametrize("family", ["gemma3", "nllb", "t5"])
def test_merged_weights_are_pefts(family: str, tiny_model: Make, tuned: Make) -> None:
    import peft

    adapter = tuned(family, steps=2)
    ours = load_model(tiny_model(family), "cpu", "float32")
    merge(ours, read(adapter), tiny_model(family))
    base = load_model(tiny_model(family), "cpu", "float32")
    theirs = peft.PeftModel.from_pretrained(base, str(adapter)).merge_and_unload()
    expected, found = theirs.state_dict(), ours.state_dict()
    assert expected.keys() == found.keys()
    for name, weight in found.items():
        torch.testing.assert_close(weight, expected[name], rtol=1e-6, atol=1e-6)
    before = load_model(tiny_model(family), "cpu", "float32").state_dict()
    assert any(not torch.equal(before[name], weight) for name, weight in found.items())


def test_another_base_is_refused(tiny_model: Make, tuned: Make) -> None:
    adapter = tuned(steps=1)
    with pytest.raises(WeightsError, match=r"was made for .* the weights in .* are others"):
        load(tiny_model("gemma3", seed=1), device="cpu", adapter=adapter)
    with pytest.raises(WeightsError, match="are others"):
        load(tiny_model("qwen3"), device="cpu", adapter=adapter)


def test_the_fingerprint_is_of_the_weights(tiny_model: Make, tmp_path: Path) -> None:
    base = tiny_model("gemma3")
    copy = tmp_path / "copy"
    shutil.copytree(base, copy)
    assert fingerprint(copy) == fingerprint(base) != fingerprint(tiny_model("gemma3", seed=1))
    weights = load_file(copy / "model.safetensors")
    weights["model.norm.weight"][-1] += 1
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    assert fingerprint(copy) != fingerprint(base)


def test_an_adapter_that_is_none_of_ours_is_refused(
    tiny_model: Make, tuned: Make, tmp_path: Path
) -> None:
    with pytest.raises(WeightsError, match="no adapter of `summarize tune`: it lacks"):
        load(tiny_model("gemma3"), device="cpu", adapter=tmp_path)
    for change, message in (
        ((CONFIG, {"use_dora": True}), "only plain LoRA"),
        ((CONFIG, {"peft_type": "IA3"}), "only plain LoRA"),
        ((FACTS, {"format": 99}), "has format 99"),
    ):
        adapter = tuned(name=f"adapter-{message[-3:]}-{change[0]}{len(message)}", steps=1)
        rewrite(adapter / change[0], **change[1])
        with pytest.raises(WeightsError, match=message):
            read(adapter)
        shutil.rmtree(adapter)


def test_updates_that_do_not_fit_are_refused_before_a_weight_is_touched(
    tiny_model: Make, tuned: Make
) -> None:
    adapter = tuned(steps=1)
    updates = load_file(adapter / WEIGHTS)
    name = sorted(updates)[-1]
    spoiled = {**updates, name: torch.zeros(3, 2)}
    save_file(spoiled, adapter / WEIGHTS)
    model = load_model(tiny_model("gemma3"), "cpu", "float32")
    before = {k: v.clone() for k, v in model.state_dict().items()}
    with pytest.raises(WeightsError, match="has an update of"):
        merge(model, read(adapter), tiny_model("gemma3"))
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    save_file({k: v for k, v in updates.items() if k != name}, adapter / WEIGHTS)
    with pytest.raises(WeightsError, match="is no low-rank update"):
        merge(model, read(adapter), tiny_model("gemma3"))
    (adapter / WEIGHTS).write_bytes(b"broken")
    with pytest.raises(WeightsError, match="cannot be loaded"):
        merge(model, read(adapter), tiny_model("gemma3"))


def test_a_tuned_base_model_is_asked_without_examples(tiny_model: Make, tuned: Make) -> None:
    adapter = tuned(steps=1)
    base = load(tiny_model("gemma3"), device="cpu")
    ours = load(tiny_model("gemma3"), device="cpu", adapter=adapter)
    asked = [len(g.request("Hello.", Task(TRANSLATION, "en", "ko"))) for g in (ours, base)]
    assert asked[0] < asked[1] / 5
    assert base.summary_method == ours.summary_method == "extract"
    rewrite(adapter / FACTS, tasks=[SUMMARIZATION])
    taught = load(tiny_model("gemma3"), device="cpu", adapter=adapter)
    assert taught.summary_method == "generate"


@pytest.mark.parametrize(
    ("articles", "way", "method"),
    [
        (
            ["The city, which is old, opened a bridge.", "Prices, however, rose."],
            TIGHTEN,
            "extract",
        ),
        (["The city opened a bridge. It is old.", "Prices, however, rose."], GENERATE, "generate"),
    ],
)
def test_an_adapter_taught_by_sentences_tightens(
    tiny_model: Make, tuned: Make, tmp_path: Path, articles: list[str], way: str, method: str
) -> None:
    file = tmp_path / "summaries.jsonl"
    rows = [{"article": text, "summary": "It opened.", "lang": "en"} for text in articles]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    adapter = tuned(file=file, steps=1)
    mean = average_adapters([adapter, tuned(name="pairs", steps=1)], tmp_path / "mean").directory
    for directory in (adapter, mean):
        model = load(tiny_model("gemma3"), device="cpu", adapter=directory)
        assert model.summary_method == method
        assert read(directory).summaries == way
        assert writes_summaries(directory) == (way == GENERATE)


def test_the_classes_take_an_adapter(tiny_model: Make, tuned: Make) -> None:
    adapter = tuned(steps=1)
    with Translator(tiny_model("gemma3"), device="cpu", adapter=adapter) as translator:
        assert translator("The city opened a bridge.", to="ko").ok
        with pytest.raises(OptionError, match="merged when a model is loaded"):
            Translator(translator.generator, adapter=adapter)


def test_an_adapter_goes_to_the_model_it_was_made_for(tuned: Make, tmp_path: Path) -> None:
    adapter = tuned(steps=1)
    base, other = read(adapter).base, tmp_path / "other"
    assert adapter_of(adapter, base, None) == adapter
    assert adapter_of(adapter, base, other) == adapter
    assert adapter_of(adapter, other, base) is None
    assert adapter_of(adapter, other, other) == adapter  # loading says that it does not fit
    assert adapter_of("none", other, base) == "none"
    assert adapter_of(adapter, object(), None) is None
    assert not writes_summaries(adapter)
    assert not writes_summaries(None)
    assert not writes_summaries("none")


def test_merging_costs_nothing_at_inference(tiny_model: Make, tuned: Make) -> None:
    model = load_model(tiny_model("gemma3"), "cpu", "bfloat16")
    layers = [name for name, _ in model.named_modules()]
    merge(model, read(tuned(steps=1)), tiny_model("gemma3"))
    assert [name for name, _ in model.named_modules()] == layers
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
