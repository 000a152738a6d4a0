"""The whole engine on kernels of ours (interpreted without a GPU) against PyTorch's attention."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import triton_device  # first: it says how Triton runs
from engine_twin import FAMILIES, sources

from summarize.engine import Engine, SearchOptions, decoding
from summarize.engine.transformer import Transformer

pytestmark = triton_device.MARKS

GREEDY = SearchOptions(max_new_tokens=3)
BEAM = SearchOptions(num_beams=3, max_new_tokens=4, no_repeat_ngram_size=2)
LENGTHS = (7, 1, 5)


def on_kernels(engine: Engine, **settings: Any) -> Engine:
    assert engine._transformer is not None
    engine._transformer = Transformer(
        engine.architecture, engine._transformer.weights, kernels=True
    )
    engine.drafts, engine._spare = 0, None
    for name, value in settings.items():
        setattr(engine, name, value)
    return engine


CASES = [("bart", GREEDY), ("mt5", GREEDY), ("bart", BEAM), ("nllb", BEAM), ("umt5", BEAM)]
if not triton_device.INTERPRETED:
    CASES = [(family, options) for family in FAMILIES for options in (GREEDY, BEAM)]


@pytest.mark.parametrize(("family", "options"), CASES)
def test_the_same_outputs(
    tiny_model: Callable[..., Path], family: str, options: SearchOptions
) -> None:
    requests = sources(*LENGTHS)
    engine = Engine.from_pretrained(tiny_model(family, peaked=True), slots=2)
    wanted = list(engine.generate(requests, options))
    found = list(on_kernels(engine).generate(requests, options))
    assert [output.ids for output in found] == [output.ids for output in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert one.score == (other.score and pytest.approx(other.score, rel=1e-4, abs=1e-4))


def test_late_rounded_and_on_kernels(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that a CUDA device gets at once."""
    from test_late_hosts import Rounded

    requests = sources(*LENGTHS)
    engine = Engine.from_pretrained(tiny_model("nllb"), slots=3)
    wanted = [output.ids for output in engine.generate(requests, BEAM)]
    monkeypatch.setattr(decoding, "Graphs", Rounded)
    on_kernels(engine, late=2, graphs=True)
    assert [output.ids for output in engine.generate(requests, BEAM)] == wanted


def test_nan_left_in_a_slot_is_never_read(tiny_model: Callable[..., Path]) -> None:
    engine = on_kernels(Engine.from_pretrained(tiny_model("bart"), slots=2))
    requests = sources(5, 8, 3)
    wanted = [output.ids for output in engine.generate(requests, GREEDY)]
    assert engine._spare is not None
    cache = engine._spare.cache
    with torch.inference_mode():
        for tensor in (cache.self_keys, cache.self_values, cache.cross_keys, cache.cross_values):
            tensor.fill_(float("nan"))
    assert [output.ids for output in engine.generate(requests, GREEDY)] == wanted
