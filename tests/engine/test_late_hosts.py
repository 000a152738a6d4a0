"""What a CUDA device needs, shown on the CPU: a host that reads late, and steps of fixed shapes.

The same requests through the plain engine, through one that learns of finished
requests some steps late, and through one whose steps are rounded up, captured and
replayed, must give the same outputs.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_twin import sources
from hypothesis import given
from hypothesis import strategies as st

from summarize.engine import Engine, Output, SearchOptions, decoding, devices, graphs, run
from summarize.engine.attention import View
from summarize.engine.cache import CacheShape
from summarize.engine.readback import Readback

GREEDY = SearchOptions(max_new_tokens=11)
BEAM = SearchOptions(num_beams=3, max_new_tokens=11, no_repeat_ngram_size=2, min_new_tokens=2)
SAMPLE = SearchOptions(do_sample=True, seed=1, max_new_tokens=11, num_return_sequences=2)
WAYS = pytest.mark.parametrize("options", [GREEDY, BEAM, SAMPLE], ids=["greedy", "beams", "sample"])
LENGTHS = (7, 12, 1, 5, 9, 30, 4, 2, 17, 3, 3)


def replayed(function: Callable[[], None]) -> Callable[[], None]:
    """Stands for a CUDA graph: records without running, replays by running."""
    return function


class Rounded(graphs.Graphs):
    """Graphs on the CPU."""

    def __init__(self, step: Any, shape: Any) -> None:
        super().__init__(step, shape, replayed)
        self.views: list[View] = []

    def run(self, view: View) -> None:
        self.views.append(graphs.rounded(view, self._shape))
        super().run(view)


@WAYS
@pytest.mark.parametrize("family", ["bart", "m2m100", "t5"])
@pytest.mark.parametrize("late", [0, 1, 3])
@pytest.mark.parametrize("captured", [False, True])
def test_the_same_outputs(
    tiny_model: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    family: str,
    options: SearchOptions,
    late: int,
    captured: bool,
) -> None:
    requests = sources(*LENGTHS)
    engine = Engine.from_pretrained(tiny_model(family), slots=4)
    wanted = list(engine.generate(requests, options))
    engine._spare = None
    engine.late, engine.graphs = late, captured
    monkeypatch.setattr(decoding, "Graphs", Rounded)
    for _ in range(2):  # the second run has the slots that the first one left
        found = engine.generate(requests, options)
        assert_same(list(found), wanted)
    as_completed = engine.generate(requests, options, ordered=False)
    numbered = [(as_completed.index, output) for output in as_completed]
    assert_same([output for _, output in sorted(numbered, key=lambda pair: pair[0])], wanted)
    if captured:
        assert engine._spare is not None
        known = engine._spare._graphs
        assert isinstance(known, Rounded)
        assert len(set(known.views)) < len(known.views) / 4, "few shapes serve many steps"


def assert_same(found: list[Output], wanted: list[Output]) -> None:
    assert [o.ids for o in found] == [o.ids for o in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert one.score == (other.score and pytest.approx(other.score, rel=1e-5))
        assert [a.ids for a in one.alternatives] == [a.ids for a in other.alternatives]


def test_a_late_host_takes_few_steps_more(tiny_model: Callable[..., Path]) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=4)
    prompt = engine.generate(sources(*LENGTHS), GREEDY)
    list(prompt)
    engine.late = 2
    late = engine.generate(sources(*LENGTHS), GREEDY)
    list(late)
    assert prompt.steps < late.steps <= prompt.steps + 2 * 2 * len(LENGTHS)


@pytest.mark.parametrize("captured", [False, True])
@pytest.mark.parametrize("beams", [1, 3])
def test_done_slots_run_on_further_than_those_in_flight(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, beams: int, captured: bool
) -> None:
    """Rules look back from where a slot is, which may be past what the host provides for."""
    rules = {"no_repeat_ngram_size": 3, "bad_words_ids": ((7, 8), (9,)), "repetition_penalty": 1.3}
    options = SearchOptions(num_beams=beams, max_new_tokens=12, **rules)
    requests = sources(7, 3, 9, 4, 6)

    def found(engine: Engine) -> list[tuple[int, ...]]:
        most = iter((3, 12, 4, 11, 5))
        outputs = engine.generate(requests, options, lengths=lambda _: (n := next(most), n))
        return [output.ids for output in outputs]

    engine = Engine.from_pretrained(tiny_model("bart"), slots=2)
    engine.drafts = 0
    wanted = found(engine)
    engine._spare = None
    monkeypatch.setattr(decoding, "Graphs", Rounded)
    monkeypatch.setattr(graphs, "LENGTHS", 4)
    engine.late, engine.graphs = 2, captured
    assert found(engine) == wanted


def test_nan_does_not_show_in_the_slots_next_request(tiny_model: Callable[..., Path]) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=2)
    requests = sources(5, 8, 3)
    wanted = [output.ids for output in engine.generate(requests, GREEDY)]
    assert engine._spare is not None
    cache, search = engine._spare.cache, engine._spare.search
    with torch.inference_mode():
        for tensor in (cache.self_keys, cache.self_values, cache.cross_keys, cache.cross_values):
            tensor[:, 1] = float("nan")
        search.broken[1] = True
    assert [output.ids for output in engine.generate(requests, GREEDY)] == wanted


@given(st.integers(1, 300), st.integers(1, 150), st.integers(1, 1100), st.integers(0, 5))
def test_rounded_views_hold_the_view_and_stay_inside(
    slots: int, length: int, source: int, drafts: int
) -> None:
    shape = CacheShape(300, 1, 1100, 150)
    found = graphs.rounded(View(slots, length, source, True, True, drafts), shape)
    assert slots <= found.slots <= 300
    assert length <= found.length <= 150
    assert source <= found.source <= 1100
    assert (found.even_steps, found.even_sources, found.drafts) == (False, False, drafts)
    assert graphs.rounded(found, shape) == found


def test_there_are_few_shapes() -> None:
    shape = CacheShape(512, 1, 1024, 143)
    views = [View(s, n, m) for s in range(1, 513) for n in (1, 64, 143) for m in (1, 1024)]
    assert len({graphs.rounded(view, shape).slots for view in views}) <= 24
    assert len({graphs.rounded(view, shape) for view in views}) <= 24 * 3 * 2


def test_a_step_that_cannot_be_captured_stays_eager(caplog: pytest.LogCaptureFixture) -> None:
    steps: list[View] = []

    def refused(function: Callable[[], None]) -> Callable[[], None]:
        raise RuntimeError("operation not permitted when stream is capturing")

    runner = graphs.Graphs(steps.append, CacheShape(8, 1, 64, 64), refused)
    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            runner.run(View(3, 5, 7))
    assert len(steps) == 4
    assert caplog.text.count("not permitted") == 1


def out_of_memory(function: Callable[[], None]) -> Callable[[], None]:
    """As PyTorch ends a capture in which an allocation failed."""
    try:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
    except torch.OutOfMemoryError:
        raise RuntimeError("operation failed due to a previous error during capture")  # noqa: B904


def test_want_of_memory_while_capturing_is_no_reason_to_stay_eager() -> None:
    runner = graphs.Graphs(lambda view: None, CacheShape(8, 1, 64, 64), out_of_memory)
    runner.run(View(3, 5, 7))
    with pytest.raises(torch.OutOfMemoryError):
        runner.run(View(3, 5, 7))
    assert runner.broken is None


def test_slots_are_halved_when_a_capture_finds_no_memory(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cramped(Rounded):
        def __init__(self, step: Any, shape: Any) -> None:
            super().__init__(step, shape)
            if shape.slots > 2:
                self._capture = out_of_memory

    requests = sources(*LENGTHS)
    engine = Engine.from_pretrained(tiny_model("bart"), slots=4)
    wanted = list(engine.generate(requests, BEAM))
    engine._spare, engine.graphs, engine.late = None, True, 2
    monkeypatch.setattr(decoding, "Graphs", Cramped)
    assert_same(list(engine.generate(requests, BEAM)), wanted)
    assert engine.slots == 2


def test_a_stream_that_runs_dry_needs_few_graphs() -> None:
    eager: list[View] = []
    captured: list[View] = []
    replays: list[View] = []

    def step(view: View) -> None:
        eager.append(view)

    def capture(function: Callable[[], None]) -> Callable[[], None]:
        function()
        view = eager.pop()  # recorded, not run
        captured.append(view)
        return lambda: replays.append(view)

    runner = graphs.Graphs(step, CacheShape(64, 1, 512, 128), capture)
    for slots in (64, *range(64, 0, -1)):
        runner.run(View(slots, 20, 300))
    assert [view.slots for view in captured] == [64]
    assert len(eager) == 1
    runner.run(View(2, 100, 10))  # longer than what is captured
    assert len(eager) == 2
    for _ in range(graphs.OFTEN + 1):
        runner.run(View(2, 20, 300))
    assert [view.slots for view in captured] == [64, 2]
    assert len(eager) == 3
    assert replays[-1].slots == 2
    assert sum(view.slots == 2 for view in replays) == 2


def test_one_capture_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: list[int] = []
    most: list[int] = []

    class Graph:
        def pool(self) -> int:
            return 1

        def replay(self) -> None: ...

    @contextlib.contextmanager
    def graph(*_: Any, **how: Any) -> Any:
        assert how["capture_error_mode"] == "thread_local"
        at_work.append(1)
        most.append(len(at_work))
        time.sleep(0.01)
        yield
        at_work.pop()

    monkeypatch.setattr(torch.cuda, "CUDAGraph", Graph)
    monkeypatch.setattr(torch.cuda, "graph", graph)
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
    threads = [
        threading.Thread(target=graphs._CudaCapture(), args=(lambda: None,)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_steps_run_with_their_device_current(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream may be read on any thread, and on each the first device is the current one."""
    inside: list[str] = []

    @contextlib.contextmanager
    def current(device: str) -> Any:
        inside.append(device)
        yield
        inside.pop()

    def step(self: Any, view: View) -> None:
        assert inside == ["cpu"]
        plain(self, view)

    plain = decoding.Decoding._step
    monkeypatch.setattr(run, "current", current)
    monkeypatch.setattr(decoding.Decoding, "_step", step)
    engine = Engine.from_pretrained(tiny_model("bart"), slots=2)
    engine.drafts = 0
    for _ in engine.generate(sources(5, 8, 3), GREEDY):
        assert inside == [], "the reader's own device is left as it was"


def test_devices() -> None:
    class Host:
        def __init__(self) -> None:
            self.calls: list[Any] = []

        def pin_memory(self) -> Host:
            self.calls.append("pinned")
            return self

        def to(self, device: str, *, non_blocking: bool = False) -> Host:
            self.calls.append((device, non_blocking))
            return self

    host: Any = Host()
    devices.sent(host, "cuda:1")
    assert host.calls == ["pinned", ("cuda:1", True)]
    value = torch.ones(3)
    assert devices.sent(value, "cpu") is value
    assert isinstance(devices.current("cuda:1"), torch.cuda.device)
    with devices.current("cpu"):
        pass


def test_a_request_at_its_most_length_needs_no_shape_of_its_own(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=2)
    engine.late, engine.graphs = 3, True
    monkeypatch.setattr(decoding, "Graphs", Rounded)
    monkeypatch.setattr(graphs, "LENGTHS", 4)
    options = SearchOptions(max_new_tokens=8, min_new_tokens=8)
    assert [len(o.ids) for o in engine.generate(sources(5, 8, 3), options)] == [8, 8, 8]
    assert engine._spare is not None
    known = engine._spare._graphs
    assert isinstance(known, Rounded)
    assert {view.length for view in known.views} == {4, 8}


def test_values_are_read_as_they_were_sent() -> None:
    back: Readback[int] = Readback(late=2)
    value = torch.zeros(2)
    received = []
    for i in range(5):
        value.fill_(i)
        back.send(i, value)
        received += [(tag, found.tolist()) for tag, (found,) in back.receive()]
    assert received == [(i, [i, i]) for i in range(3)]
    assert [tag for tag, _ in back.receive(all=True)] == [3, 4]
    assert len(back) == 0
