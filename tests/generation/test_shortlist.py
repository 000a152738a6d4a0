"""Only some ids are written: cut embeddings against masked logits, and against no limit at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from summarize.engine.engine import Engine
from summarize.errors import GenerationError, OptionError, WeightsError
from summarize.generation import reference
from summarize.generation.backend import Output
from summarize.generation.loading import load
from summarize.generation.reference import ReferenceBackend
from summarize.generation.shortlist import Shortlist, can_be_cut, cut, masked
from summarize.models.adapters import VOCABULARY
from summarize.options import SUMMARIZATION, TRANSLATION, SearchOptions, Task

Build = Callable[..., Path]

ALLOWED = tuple(range(150, 400, 3))
SEARCHES = {
    "greedy": SearchOptions(max_new_tokens=12),
    "no repeats": SearchOptions(max_new_tokens=12, no_repeat_ngram_size=2),
    "penalty": SearchOptions(max_new_tokens=12, repetition_penalty=1.2),
    "beams": SearchOptions(max_new_tokens=12, num_beams=3, num_return_sequences=3),
    "forced": SearchOptions(max_new_tokens=6, num_beams=2, forced_eos_token_id=151),
    "bad words": SearchOptions(max_new_tokens=8, bad_words_ids=((153,), (156, 159))),
    "own ends": SearchOptions(max_new_tokens=12, eos_token_id=(162, 165, 168)),
}


def requests(count: int = 7, seed: int = 0) -> list[list[int]]:
    drawn = random.Random(seed)
    return [[drawn.randint(140, 400) for _ in range(drawn.randint(3, 40))] for _ in range(count)]


def run(backend: ReferenceBackend, options: SearchOptions) -> list[Output]:
    return list(backend.generate(requests(), options))


def written(output: Output) -> set[int]:
    return {i for one in (output, *output.alternatives) for i in one.ids}


def special(backend: ReferenceBackend) -> set[int]:
    named = backend._special.values()
    return {i for ids in named for i in ([ids] if isinstance(ids, int) else ids)}


@pytest.mark.parametrize("family", ["gemma3", "qwen3"])
@pytest.mark.parametrize("search", SEARCHES)
def test_cut_embeddings_write_what_masked_logits_let_through(
    search: str, family: str, tiny_model: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = ReferenceBackend.from_pretrained(tiny_model(family), "cpu", "float32")
    options = SEARCHES[search].updated(allowed_ids=ALLOWED)
    fast = run(backend, options)
    monkeypatch.setattr(reference, "can_be_cut", lambda model: False)
    assert fast == run(backend, options)
    for output in fast:
        assert written(output) <= {*ALLOWED, *special(backend), *(options.eos_token_id or ()), 151}


@pytest.mark.parametrize("search", ["greedy", "beams"])
def test_a_limit_that_allows_everything_changes_nothing(search: str, tiny_model: Build) -> None:
    backend = ReferenceBackend.from_pretrained(tiny_model("gemma3"), "cpu", "float32")
    size = backend._model.get_input_embeddings().weight.shape[0]
    free = run(backend, SEARCHES[search])
    assert free == run(backend, SEARCHES[search].updated(allowed_ids=tuple(range(size))))
    assert free != run(backend, SEARCHES[search].updated(allowed_ids=ALLOWED))


def test_batches_and_shared_prefixes_change_nothing(tiny_model: Build) -> None:
    prefix = list(range(200, 240))
    asked = [[*prefix, *ids] for ids in requests()]
    options = SEARCHES["greedy"].updated(allowed_ids=ALLOWED)
    together, alone, plain = (
        ReferenceBackend.from_pretrained(tiny_model("gemma3"), "cpu", "float32", **settings)
        for settings in ({}, {"batch_tokens": 1}, {"share_prefix": False})
    )
    found = [output.ids for output in together.generate(asked, options)]
    assert found == [output.ids for output in alone.generate(asked, options)]
    assert found == [output.ids for output in plain.generate(asked, options)]


def test_samples_are_of_the_allowed_ids_and_follow_their_seed(tiny_model: Build) -> None:
    backend = ReferenceBackend.from_pretrained(tiny_model("qwen3"), "cpu", "float32")
    options = SearchOptions(
        max_new_tokens=12, do_sample=True, top_k=0, seed=3, num_return_sequences=4,
        allowed_ids=ALLOWED,
    )  # fmt: skip
    found = run(backend, options)
    assert found == run(backend, options)
    assert all(written(output) <= {*ALLOWED, *special(backend)} for output in found)
    assert len({output.ids for output in found}) > 1


@pytest.mark.parametrize("family", ["bart", "nllb"])
def test_encoder_decoders_are_masked(family: str, tiny_model: Build) -> None:
    backend = ReferenceBackend.from_pretrained(tiny_model(family), "cpu", "float32")
    assert not can_be_cut(backend._model)
    options = SEARCHES["beams"].updated(allowed_ids=ALLOWED)
    found = run(backend, options)
    assert all(written(output) <= {*ALLOWED, *special(backend)} for output in found)
    assert any(output.ids for output in found)


@pytest.mark.parametrize("way", [cut, masked])
def test_the_model_is_as_it_was_afterwards_even_when_it_fails(way: Any, tiny_model: Build) -> None:
    backend = ReferenceBackend.from_pretrained(tiny_model("gemma3"), "cpu", "float32")
    model = backend._model
    before, weight = run(backend, SEARCHES["beams"]), model.get_input_embeddings().weight
    with pytest.raises(KeyError), way(model, Shortlist(ALLOWED)):
        raise KeyError
    assert model.get_input_embeddings().weight is weight
    assert model.get_output_embeddings().weight is weight
    assert run(backend, SEARCHES["beams"]) == before


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_embeddings_that_are_not_tied_are_cut_each(dtype: str, tiny_model: Build) -> None:
    model = ReferenceBackend.from_pretrained(tiny_model("qwen3"), "cpu", dtype)._model
    output = model.get_output_embeddings()
    output.weight = torch.nn.Parameter(torch.randn_like(output.weight), requires_grad=False)
    ids = torch.tensor([requests()[0]])
    shortlist = Shortlist(ALLOWED, requests()[0])
    with torch.no_grad():
        whole = model(input_ids=ids).logits[..., list(ALLOWED)]
        with cut(model, shortlist):
            short = model(input_ids=shortlist.cut(ids)).logits
    torch.testing.assert_close(short, whole)


def test_ids_that_the_model_does_not_have_are_refused(tiny_model: Build) -> None:
    backend = ReferenceBackend.from_pretrained(tiny_model("gemma3"), "cpu", "float32")
    for ids in ((-1, 5), (5, 10**6)):
        with pytest.raises(OptionError, match="allowed_ids must lie between 0 and"):
            run(backend, SEARCHES["greedy"].updated(allowed_ids=ids))


def test_nan_is_still_seen(tiny_model: Build) -> None:
    backend = ReferenceBackend.from_pretrained(tiny_model("gemma3"), "cpu", "float32")
    with torch.no_grad():
        backend._model.get_input_embeddings().weight[ALLOWED[0]] = torch.nan
    with pytest.raises(GenerationError, match="NaN"):
        run(backend, SEARCHES["beams"].updated(allowed_ids=ALLOWED))


def test_the_engine_leaves_it_to_the_reference(tiny_model: Build) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"))
    limited = SearchOptions(allowed_ids=ALLOWED)
    assert engine.refuses(SearchOptions()) is None
    assert "allowed_ids" in str(engine.refuses(limited))


def test_an_adapters_vocabulary_is_what_translations_are_written_with(
    tiny_model: Build, tmp_path: Path
) -> None:
    from summarize.tuning.job import tune

    file = tmp_path / "pairs.tsv"
    file.write_text("It rained.\t비가 내렸다.\n", encoding="utf-8")
    adapter = tmp_path / "adapter"
    base = tiny_model("gemma3")
    tune(base, [file], adapter, progress=False, rank=2, steps=1, held_out=0, score_every=0)
    to_korean, to_english = Task(TRANSLATION, "en", "ko"), Task(TRANSLATION, "ko", "en")
    with load(base, adapter=adapter, device="cpu") as generator:
        assert generator.options(to_korean).allowed_ids == ()
    save_file({"ko": torch.tensor(ALLOWED)}, adapter / VOCABULARY)
    with load(base, adapter=adapter, device="cpu") as generator:
        assert generator.options(to_korean).allowed_ids == ALLOWED
        assert generator.options(to_english).allowed_ids == ()
        assert generator.options(Task(SUMMARIZATION, "ko", "ko")).allowed_ids == ()
    (adapter / VOCABULARY).write_bytes(b"broken")
    with pytest.raises(WeightsError, match="cannot be loaded"):
        load(base, adapter=adapter, device="cpu")
