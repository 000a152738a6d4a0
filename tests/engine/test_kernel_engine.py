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

pytestmark = triton_device.MARKS

GREEDY = SearchOptions(max_new_tokens=3)
BEAM = SearchOptions(num_beams=3, max_new_tokens=4, no_repeat_ngram_size=2)
LENGTHS = (7, 1, 5)


def on_kernels(engine: Engine, options: SearchOptions, **settings: Any) -> Engine:
    engine.kernels, engine._spare = True, None
    for name, value in settings.items():
        setattr(engine, name, value)
    assert engine.warm(options), "the rehearsal went well"
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
    found = list(on_kernels(engine, options).generate(requests, options))
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
    on_kernels(engine, BEAM, late=2, graphs=True)
    assert [output.ids for output in engine.generate(requests, BEAM)] == wanted


def test_nan_left_in_a_slot_is_never_read(tiny_model: Callable[..., Path]) -> None:
    engine = on_kernels(Engine.from_pretrained(tiny_model("bart"), slots=2), GREEDY)
    requests = sources(5, 8, 3)
    wanted = [output.ids for output in engine.generate(requests, GREEDY)]
    assert engine._spare is not None
    cache = engine._spare.cache
    with torch.inference_mode():
        for tensor in (cache.self_keys, cache.self_values, cache.cross_keys, cache.cross_values):
            tensor.fill_(float("nan"))
    assert [output.ids for output in engine.generate(requests, GREEDY)] == wanted


def test_the_first_requests_do_not_wait_for_the_kernels(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps run on PyTorch's until the kernels are ready, then on those: the outputs are one."""
    import threading

    from summarize.engine import warming
    from summarize.engine.decoding import Decoding

    requests = sources(*LENGTHS, 4)
    engine = Engine.from_pretrained(tiny_model("nllb"), slots=2)
    wanted = [output.ids for output in engine.generate(requests, BEAM)]
    ready = threading.Event()
    rehearse, step = warming.rehearse, Decoding.step
    seen: list[bool] = []

    def slow(*arguments: Any) -> str | None:
        ready.wait(60)
        return rehearse(*arguments)

    def watched(self: Decoding, view: Any) -> Any:
        if self.shape.slots == 2 and threading.current_thread() is threading.main_thread():
            seen.append(self.on_kernels)
            if len(seen) == 3:
                ready.set()
                assert engine.warm(BEAM)
        return step(self, view)

    monkeypatch.setattr(warming, "rehearse", slow)
    monkeypatch.setattr(Decoding, "step", watched)
    engine.kernels, engine._spare = True, None
    assert [output.ids for output in engine.generate(requests, BEAM)] == wanted
    assert seen[:3] == [False] * 3
    assert all(seen[3:])
    assert len(seen) > 5


@pytest.mark.parametrize("fault", ["wrong", "raises"])
def test_kernels_that_fail_their_rehearsal_are_not_used(
    tiny_model: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    from summarize.engine.kernels import attention

    engine = Engine.from_pretrained(tiny_model("bart"), slots=2)
    wanted = [output.ids for output in engine.generate(sources(5, 6), GREEDY)]
    right = attention.decode_cross_attention

    def wrong(*arguments: Any, **more: Any) -> torch.Tensor:
        if fault == "raises":
            raise RuntimeError("no ptxas here")
        return right(*arguments, **more) * 3

    monkeypatch.setattr(attention, "decode_cross_attention", wrong)
    engine.kernels, engine._spare = True, None
    assert not engine.warm(GREEDY)
    assert [output.ids for output in engine.generate(sources(5, 6), GREEDY)] == wanted
    told = "no ptxas here" if fault == "raises" else "stray by"
    assert caplog.text.count("decoding stays on PyTorch's kernels") == 1
    assert told in caplog.text


def test_the_rehearsal_makes_its_device_current(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs on a thread of its own, where CUDA's first device would be."""
    import contextlib

    from summarize.engine import warming

    made_current: list[str] = []

    @contextlib.contextmanager
    def current(device: str) -> Any:
        made_current.append(str(device))
        yield

    monkeypatch.setattr(warming, "current", current)
    on_kernels(Engine.from_pretrained(tiny_model("bart"), slots=2), GREEDY)
    assert made_current == ["cpu"]
