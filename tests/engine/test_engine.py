"""The engine's loop and its edges: order, errors, memory, slots that are halved."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_twin import FAMILIES, Twin, sources

from summarize.engine import Engine, Output, SearchOptions, attend, supports
from summarize.errors import (
    GenerationError,
    InputError,
    OptionError,
    UnsupportedModelError,
    WeightsError,
)

SHORT = SearchOptions(max_new_tokens=6)
BEAM = SearchOptions(num_beams=3, max_new_tokens=6)


@pytest.fixture
def engine(tiny_model: Callable[..., Path]) -> Engine:
    return Engine.from_pretrained(tiny_model("bart"), slots=2)


def ids(outputs: Iterator[Output]) -> list[tuple[int, ...]]:
    return [output.ids for output in outputs]


# -- streams --------------------------------------------------------------------------


def test_no_requests_no_outputs(engine: Engine) -> None:
    assert list(engine.generate([], BEAM)) == []


def test_a_stream_is_read_as_slots_come_free(engine: Engine) -> None:
    read = 0

    def stream() -> Iterator[list[int]]:
        nonlocal read
        for request in sources(*[5] * 40):
            read += 1
            yield request

    outputs = engine.generate(stream(), SHORT)
    next(outputs)
    assert read < 12
    assert len(list(outputs)) == 39
    assert read == 40


def test_a_stream_that_breaks_loses_nothing_read_before(engine: Engine) -> None:
    good = sources(4, 5, 6)
    wanted = ids(engine.generate(good, BEAM))

    def stream() -> Iterator[list[int]]:
        yield from good
        raise OSError("the disk is gone")

    run = engine.generate(stream(), BEAM)
    assert [next(run).ids for _ in good] == wanted
    with pytest.raises(OSError, match="disk is gone"):
        next(run)
    assert list(run) == []


def test_as_completed_names_each_input_once(engine: Engine) -> None:
    requests = sources(3, 9, 4, 7, 5)
    wanted = ids(engine.generate(requests, BEAM))
    run = engine.generate(requests, BEAM, ordered=False)
    found = {}
    for output in run:
        found[run.index] = output.ids
    assert [found[i] for i in range(5)] == wanted


def test_finished_rows_leave_at_once(engine: Engine, twin: Callable[..., Twin]) -> None:
    """With in-flight slots, steps are counted by work, not by the longest of each batch."""
    requests = sources(*[6] * 6)
    lengths = [len(o) for o in ids(engine.generate(requests, SearchOptions(max_new_tokens=40)))]
    run = engine.generate(requests, SearchOptions(max_new_tokens=40))
    list(run)
    assert run.steps <= -(-sum(lengths) // 2) + max(lengths)


@pytest.mark.parametrize("beams", [1, 3])
def test_each_request_may_have_its_own_lengths(engine: Engine, beams: int) -> None:
    requests = sources(5, 2, 9, 3)
    wanted = [
        next(engine.generate([r], SearchOptions(num_beams=beams, max_new_tokens=len(r))))
        for r in requests
    ]
    options = SearchOptions(num_beams=beams, max_new_tokens=12)
    found = list(engine.generate(requests, options, lengths=lambda ids: (0, len(ids))))
    assert [(o.ids, o.stop) for o in found] == [(o.ids, o.stop) for o in wanted]
    exact = engine.generate(requests, options, lengths=lambda ids: (len(ids), len(ids)))
    assert [len(output.ids) for output in exact] == [5, 2, 9, 3]
    with pytest.raises(OptionError, match="lengths gave 0 to 13"):
        next(engine.generate(requests, options, lengths=lambda ids: (0, 13)))


def test_two_runs_at_once_do_not_mix(engine: Engine) -> None:
    left, right = sources(5, 6, 7), sources(8, 3, 4, seed=2)
    wanted = ids(engine.generate(left, BEAM)), ids(engine.generate(right, BEAM))
    one, two = engine.generate(left, BEAM), engine.generate(right, BEAM)
    pairs = list(zip(one, two, strict=True))
    assert ([a.ids for a, _ in pairs], [b.ids for _, b in pairs]) == wanted


def test_a_cache_is_kept_between_runs(engine: Engine) -> None:
    list(engine.generate(sources(5), BEAM))
    kept = engine._spare
    assert kept is not None
    list(engine.generate(sources(5), BEAM))
    assert engine._spare is kept


# -- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([], "without tokens"),
        ([5] * 513, "513 tokens is more than the 512"),
        ([5, 999_999], "token id 999999"),
        ([5, -1], "token id -1"),
    ],
)
def test_a_bad_request_is_refused_and_the_others_go_on(
    engine: Engine, bad: list[int], message: str
) -> None:
    good = sources(5, 6, 7)
    wanted = ids(engine.generate(good, BEAM))
    requests = [good[0], bad, good[1], good[2]]

    outputs = list(engine.generate(requests, BEAM, errors="return"))
    assert [o.ids for o in outputs if o.error is None] == wanted
    assert isinstance(outputs[1].error, InputError)
    assert message in str(outputs[1].error)

    run = engine.generate(requests, BEAM)
    assert next(run).ids == wanted[0]
    with pytest.raises(InputError, match=message):
        next(run)
    assert ids(run) == wanted[1:]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"other": {"num_beam_groups": 2}}, "does not take num_beam_groups"),
        ({"do_sample": True, "num_beams": 2}, "does not sample inside beams"),
        ({"forced_bos_token_id": 10**6}, "token id 1000000"),
        ({"bad_words_ids": ((3, 10**6),)}, "token id 1000000"),
        ({"bad_words_ids": ((),)}, "empty word"),
        ({"eos_token_id": (10**6,)}, "token id 1000000"),
        ({"max_new_tokens": 513}, "the most is 512"),
    ],
)
def test_options_that_cannot_be_met(engine: Engine, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        engine.generate([[5]], SearchOptions(**changes))


def test_settings_that_cannot_be_met(tiny_model: Callable[..., Path]) -> None:
    bart, t5 = tiny_model("bart"), tiny_model("t5")
    for settings, message in (
        ({"slots": 0}, "slots must be at least 1"),
        ({"max_source": 513}, "max_source must be"),
        ({"vocabulary": 10**6}, "belongs to another checkpoint"),
        ({"device": "tpu"}, "unknown engine device 'tpu'"),
        ({"dtype": "float8"}, "unknown dtype 'float8'"),
        ({"dtype": "float16"}, "float16 is for CUDA"),
    ):
        with pytest.raises(OptionError, match=message):
            Engine.from_pretrained(bart, **settings)
    with pytest.raises(OptionError, match="float16 is for CUDA"):
        Engine.from_pretrained(t5, dtype="float16")


def test_a_vocabulary_larger_than_the_tokenizers_is_never_written(
    tiny_model: Callable[..., Path],
) -> None:
    small = Engine.from_pretrained(tiny_model("bart"), vocabulary=50)
    for options in (SHORT, BEAM):
        for output in small.generate(sources(5, 9), options):
            assert max(output.ids) < 50


def test_a_closed_engine_says_so(engine: Engine) -> None:
    engine.close()
    with pytest.raises(GenerationError, match="closed"):
        engine.generate([[5]])


# -- checkpoints ----------------------------------------------------------------------


@pytest.fixture
def copy(tiny_model: Callable[..., Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model("bart"), tmp_path / "copy"))


def test_not_a_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not a directory"):
        Engine.from_pretrained(tmp_path / "nowhere")
    with pytest.raises(WeightsError, match=r"has no config\.json"):
        Engine.from_pretrained(tmp_path)


def test_pickled_weights_are_not_loaded(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(WeightsError, match="can run any code"):
        Engine.from_pretrained(copy)


def rewrite(path: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(path / "model.safetensors")
    change(tensors)
    save_file(tensors, path / "model.safetensors", metadata={"format": "pt"})


def test_nan_weights(copy: Path) -> None:
    name = "model.decoder.layers.1.fc1.weight"
    rewrite(copy, lambda tensors: tensors[name].view(-1)[3:4].fill_(float("nan")))
    with pytest.raises(WeightsError, match=name):
        Engine.from_pretrained(copy)


def test_missing_and_misshapen_tensors(copy: Path) -> None:
    name = "model.decoder.layers.1.fc1.weight"
    rewrite(copy, lambda tensors: tensors.pop(name))
    with pytest.raises(WeightsError, match=name):
        Engine.from_pretrained(copy)
    rewrite(copy, lambda tensors: tensors.update({name: torch.zeros(3, 32)}))
    with pytest.raises(WeightsError, match="fc1"):
        Engine.from_pretrained(copy)


def test_other_architectures_are_named_with_the_reason(tiny_model: Callable[..., Path]) -> None:
    from transformers import AutoConfig

    for family in FAMILIES:
        assert supports(AutoConfig.from_pretrained(tiny_model(family))) is None
    for family in ("led", "gemma3"):
        config = AutoConfig.from_pretrained(tiny_model(family))
        assert "has no models of type" in str(supports(config))
    with pytest.raises(UnsupportedModelError, match=r"'led'.*Known types: bart, mbart"):
        Engine.from_pretrained(tiny_model("led"))


def test_sharded_checkpoints_load(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    from transformers import AutoModelForSeq2SeqLM

    model = AutoModelForSeq2SeqLM.from_pretrained(tiny_model("nllb"), dtype=torch.float32)
    model.save_pretrained(tmp_path, max_shard_size="50KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    whole = Engine.from_pretrained(tiny_model("nllb"))
    assert ids(Engine.from_pretrained(tmp_path).generate(sources(7), BEAM)) == ids(
        whole.generate(sources(7), BEAM)
    )


# -- memory ---------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int8"])
def test_the_plan_holds_what_is_allocated(
    tiny_model: Callable[..., Path], family: str, dtype: str
) -> None:
    engine = Engine.from_pretrained(tiny_model(family), dtype=dtype, slots=3)
    plan = engine.plan(BEAM)
    assert engine.weight_bytes() <= plan.weights
    list(engine.generate(sources(5, 6), BEAM))
    assert engine._spare is not None
    cache = engine._spare.cache
    storage = (cache.self_keys, cache.self_values, cache.cross_keys, cache.cross_values)
    assert sum(tensor.nbytes for tensor in storage) == plan.cache
    assert plan.total >= plan.weights + plan.cache
    assert "weights" in str(plan)


class Cramped:
    """A transformer that runs out of memory above so many slots."""

    def __init__(self, inner: Any, most: int) -> None:
        self._inner, self._most = inner, most

    def decode(
        self, written: Any, steps: Any, view: Any, cache: Any, *drafts: Any, **how: Any
    ) -> Any:
        if view.slots > self._most:
            raise torch.OutOfMemoryError("no memory")
        return self._inner.decode(written, steps, view, cache, *drafts, **how)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_out_of_memory_halves_the_slots_and_loses_nothing(
    tiny_model: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=8)
    requests = sources(*range(3, 15))
    wanted = ids(engine.generate(requests, BEAM))
    engine._transformer = Cramped(engine._transformer, 3)  # type: ignore[assignment]
    engine._spare = None
    with caplog.at_level(logging.WARNING):
        assert ids(engine.generate(requests, BEAM)) == wanted
    assert "going on with 2 instead of 4 slots" in caplog.text
    assert engine.slots == 2


def test_storage_that_does_not_fit_is_halved_before_the_first_step(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from summarize.engine.cache import Cache

    engine = Engine.from_pretrained(tiny_model("bart"), slots=8)
    requests = sources(*range(3, 9))
    wanted = ids(engine.generate(requests, BEAM))
    allocate, most = Cache.allocate, 2

    def cramped(shape: Any, *rest: Any) -> Cache:
        if shape.slots > most:
            raise torch.OutOfMemoryError("no memory")
        return allocate(shape, *rest)

    monkeypatch.setattr(Cache, "allocate", cramped)
    engine._spare = None
    assert ids(engine.generate(requests, BEAM)) == wanted
    assert engine.slots == 2
    most, engine._spare = 0, None
    with pytest.raises(GenerationError, match="too little memory for one request"):
        engine.generate(requests, BEAM)


def test_a_request_that_never_fits_fails_alone(tiny_model: Callable[..., Path]) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=2)
    engine._transformer = Cramped(engine._transformer, 0)  # type: ignore[assignment]
    outputs = list(engine.generate(sources(3, 4), BEAM, errors="return"))
    assert [type(output.error) for output in outputs] == [GenerationError] * 2
    assert "too little memory" in str(outputs[0].error)


class Overflowing(Cramped):
    """A transformer whose second slot computes NaN."""

    def decode(
        self, written: Any, steps: Any, view: Any, cache: Any, *drafts: Any, **how: Any
    ) -> Any:
        logits = self._inner.decode(written, steps, view, cache, *drafts, **how)
        logits[1:2] = float("nan")
        return logits


@pytest.mark.parametrize("options", [SHORT, BEAM], ids=["greedy", "beams"])
def test_nan_fails_its_request_alone(
    tiny_model: Callable[..., Path], options: SearchOptions
) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=2)
    (wanted,) = engine.generate(sources(5)[:1], options)
    engine._transformer = Overflowing(engine._transformer, 0)  # type: ignore[assignment]
    engine._spare = None
    first, second = engine.generate(sources(5, 6), options, errors="return")
    assert first.ids == wanted.ids
    assert "computed NaN" in str(second.error)


# -- the rest -------------------------------------------------------------------------


@pytest.mark.parametrize("two", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_reduced_precision_stays_near(
    tiny_model: Callable[..., Path],
    twin: Callable[..., Twin],
    family: str,
    two: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first steps' logits, against the float32 twin's, in parts of their spread.

    bfloat16 strays hardly further than transformers' own does (these tiny models with large
    weights amplify rounding), int8 no further than six times that. Attention in two products
    rounds its scores, which costs a little; whether it is taken is not left to the clock here.
    """
    monkeypatch.setattr(attend, "_two_pay", lambda many: two)
    requests = sources(*range(24, 36))
    reference = twin(family).model
    half = deepcopy(reference).to(torch.bfloat16)
    exact = torch.stack([their_logits(reference, request) for request in requests])
    theirs = torch.stack([their_logits(half, request) for request in requests])
    allowed = float((theirs - exact).abs().mean() / exact.std())
    for dtype, times in (("float32", 0.01), ("bfloat16", 1.5 if two else 1.3), ("int8", 6.0)):
        engine = Engine.from_pretrained(tiny_model(family), dtype=dtype)
        ours = torch.stack([first_logits(engine, request) for request in requests])
        assert (ours - exact).abs().mean() / exact.std() < times * allowed, dtype


def their_logits(model: Any, request: list[int]) -> torch.Tensor:
    start = torch.full((1, 1), model.config.decoder_start_token_id)
    with torch.inference_mode():
        found = model(input_ids=torch.tensor([request]), decoder_input_ids=start)
    return found.logits[0, 0].float()


def first_logits(engine: Engine, request: list[int]) -> torch.Tensor:
    from summarize.engine.attention import View
    from summarize.engine.cache import Cache, CacheShape
    from summarize.engine.packing import Packing

    model, length = engine._transformer, len(request)
    assert model is not None
    with torch.inference_mode():
        shape = CacheShape(slots=1, beams=1, source=length, length=2)
        cache = Cache.allocate(shape, engine.architecture, engine.dtype, "cpu")
        packing = Packing([length], "cpu")
        model.store(model.encode(torch.tensor(request), packing), packing, [0], cache)
        start = torch.full((1, 1, 1), engine.architecture.start)
        view = View(1, 1, length, even_steps=True, even_sources=True)
        return model.decode(start, torch.zeros(1).long(), view, cache)[0, 0].float()


def test_importing_the_engine_needs_no_torch() -> None:
    code = "import sys, summarize.engine; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
