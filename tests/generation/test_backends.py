"""Which backend runs a checkpoint, and that both give the same."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny_models

from summarize.engine import Engine, linear
from summarize.errors import GenerationError, InputError, OptionError, UnsupportedModelError
from summarize.generation.ahead import ahead
from summarize.generation.backends import open_backend, planned
from summarize.generation.engine_backend import EngineBackend
from summarize.generation.reference import ReferenceBackend
from summarize.options import SearchOptions

Build = Callable[..., Path]
ENGINE = tuple(family for family in tiny_models.SEQ2SEQ if family != "led")
REQUESTS = [[5, 9, 12, 7, 3], [8, 4], [30, 31, 32, 33, 34, 35, 36, 37, 38]]
BEAM = SearchOptions(num_beams=3, max_new_tokens=9, no_repeat_ngram_size=2, min_new_tokens=2)


def opened(build: Build, family: str, **settings: Any) -> EngineBackend | ReferenceBackend:
    settings = {"device": "cpu", "dtype": "float32", **settings}
    return open_backend(build(family, peaked=True), family, **settings)


@pytest.mark.parametrize("family", tiny_models.FAMILIES)
def test_the_engine_runs_what_it_knows(
    family: str, tiny_model: Build, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "summarize"):
        backend = opened(tiny_model, family)
    assert isinstance(backend, EngineBackend if family in ENGINE else ReferenceBackend)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == (family not in ENGINE)
    assert all("runs on transformers' generate" in message for message in told)


@pytest.mark.parametrize("family", ENGINE)
def test_both_give_the_same(family: str, tiny_model: Build) -> None:
    fast, plain = opened(tiny_model, family), opened(tiny_model, family, backend="reference")
    assert isinstance(plain, ReferenceBackend)
    assert fast.positions is None or fast.positions == plain.positions
    assert fast.defaults == plain.defaults
    for options in (SearchOptions(max_new_tokens=9), BEAM):
        found = [(o.ids, o.stop) for o in fast.generate(REQUESTS, options)]
        assert found == [(o.ids, o.stop) for o in plain.generate(REQUESTS, options)]
        bounded = [o.ids for o in fast.generate(REQUESTS, options, len)]
        assert bounded == [o.ids for o in plain.generate(REQUESTS, options, len)]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (SearchOptions(max_new_tokens=5, other={"suppress_tokens": [7]}), "suppress_tokens"),
        (SearchOptions(max_new_tokens=5, do_sample=True, num_beams=2, seed=0), "inside beams"),
    ],
)
def test_other_options_run_on_the_reference_and_say_so_once(
    options: SearchOptions, reason: str, tiny_model: Build, caplog: pytest.LogCaptureFixture
) -> None:
    backend = opened(tiny_model, "bart")
    with caplog.at_level(logging.WARNING, "summarize"):
        for _ in range(2):
            found = [o.ids for o in backend.generate(REQUESTS, options)]
    plain = opened(tiny_model, "bart", backend="reference")
    assert found == [o.ids for o in plain.generate(REQUESTS, options)]
    assert caplog.text.count("running on transformers' generate") == 1
    assert reason in caplog.text
    backend.close()
    with pytest.raises(GenerationError, match="closed"):
        next(backend.generate(REQUESTS, options))
    with pytest.raises(GenerationError, match="closed"):
        next(backend.generate(REQUESTS, BEAM))


def test_what_cannot_be_opened(tiny_model: Build) -> None:
    with pytest.raises(OptionError, match=r"unknown backend 'fast'\..*auto, engine, reference"):
        opened(tiny_model, "bart", backend="fast")
    with pytest.raises(UnsupportedModelError, match="no models of type 'led'"):
        opened(tiny_model, "led", backend="engine")
    with pytest.raises(OptionError, match="int8 needs the engine"):
        opened(tiny_model, "gemma3", dtype="int8")
    with pytest.raises(OptionError, match="unknown dtype 'int4'"):
        opened(tiny_model, "bart", dtype="int4")


def test_eight_bits_write_something_like_it(tiny_model: Build) -> None:
    backend = opened(tiny_model, "bart", dtype="int8")
    assert isinstance(backend, EngineBackend)
    assert len(list(backend.generate(REQUESTS, BEAM))) == 3


@pytest.mark.parametrize("pays", [True, False])
def test_eight_bits_are_taken_where_they_are_fast(
    pays: bool,
    tiny_model: Build,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(linear, "int8_pays", lambda: pays)
    plan = planned(tiny_model("bart", peaked=True), BEAM, "cpu", "int8")
    backend = opened(tiny_model, "bart", dtype="int8")
    assert isinstance(backend, EngineBackend)
    assert backend._engine._precision == ("int8" if pays else "bfloat16")
    assert plan == (32, backend._engine.plan(BEAM, slots=32))
    assert ("8 bits slowly" in caplog.text) is not pays


def test_a_tokenizer_with_fewer_ids_bounds_what_is_written(tiny_model: Build) -> None:
    backend = opened(tiny_model, "bart", vocabulary=60)
    assert all(max(output.ids) < 60 for output in backend.generate(REQUESTS, BEAM))


def test_slots_are_as_many_as_memory_holds(
    tiny_model: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = opened(tiny_model, "bart")
    assert isinstance(backend, EngineBackend)
    wide, narrow = SearchOptions(num_beams=64), SearchOptions(num_beams=3)
    assert backend._slots_for(wide) == 2
    assert backend._slots_for(narrow) == 32
    backend._slots.clear()
    needed = backend._engine.plan(narrow, slots=5).slots
    monkeypatch.setattr(Engine, "room", lambda self: needed / 0.8)
    assert 1 <= backend._slots_for(narrow) <= 5
    monkeypatch.setattr(Engine, "room", lambda self: 0)
    assert backend._slots_for(wide) == 1


def test_with_text_on_other_threads_it_is_the_same(tiny_model: Build) -> None:
    backend = opened(tiny_model, "nllb")
    assert isinstance(backend, EngineBackend)
    wanted = list(backend.generate(REQUESTS * 5, BEAM))
    backend._kind = "cuda"  # the engine itself stays on the CPU
    assert list(backend.generate(REQUESTS * 5, BEAM)) == wanted
    with pytest.raises(InputError, match="without tokens"):
        list(backend.generate([[5], []], BEAM))


def test_the_plan_before_loading_is_the_plan_after(tiny_model: Build) -> None:
    for dtype in ("float32", "bfloat16", "int8"):
        plan = planned(tiny_model("nllb", peaked=True), BEAM, "cpu", dtype)
        assert not isinstance(plan, str)
        backend = opened(tiny_model, "nllb", dtype=dtype)
        assert isinstance(backend, EngineBackend)
        assert plan == (32, backend._engine.plan(BEAM, slots=32))
    assert "no models of type 'led'" in str(planned(tiny_model("led"), BEAM, "cpu"))


# -- ahead ----------------------------------------------------------------------------


def test_ahead_keeps_order_and_errors() -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise OSError("gone")

    found = ahead(items(), 2)
    assert [next(found) for _ in range(5)] == list(range(5))
    with pytest.raises(OSError, match="gone"):
        next(found)
    assert list(ahead([], 3)) == []


def test_ahead_is_bounded_and_ends_with_its_reader() -> None:
    import threading
    import time

    made = 0

    def items() -> Iterator[int]:
        nonlocal made
        while True:
            made += 1
            yield made

    before = threading.active_count()
    found = ahead(items(), 3)
    assert next(found) == 1
    time.sleep(0.05)
    assert made <= 6
    found.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
