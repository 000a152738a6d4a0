"""Which backend runs a checkpoint: the engine where it knows the architecture, else transformers.

Loads the model once, safely (see `checkpoint`), and hands it to its backend.
Knows no text and no tokenizer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from summarize.engine import linear, supports
from summarize.engine.architecture import Architecture
from summarize.engine.memory import MemoryPlan, room
from summarize.errors import OptionError, UnsupportedModelError
from summarize.generation import checkpoint
from summarize.generation.devices import pick_device, pick_dtype
from summarize.generation.engine_backend import EngineBackend, fitting
from summarize.generation.reference import ReferenceBackend
from summarize.options import SearchOptions

log = logging.getLogger("summarize")

Change = Callable[[Any], None]

BACKENDS = ("auto", "engine", "reference")


def unchanged(model: Any) -> None:
    """Leave `model` as it is."""


def open_backend(
    directory: Path,
    name: str,
    device: str = "auto",
    dtype: str = "auto",
    backend: str = "auto",
    *,
    vocabulary: int | None = None,
    adapted: Change = unchanged,
) -> EngineBackend | ReferenceBackend:
    """The backend for the checkpoint in `directory`, loaded.

    Args:
        directory: config.json and safetensors.
        name: how to call it in notes.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        dtype: "auto", "float32", "bfloat16", "float16", or "int8" (the engine, on the CPU).
        backend: "engine" or "reference"; "auto" is the engine where it runs the model, and
            says it where it does not.
        vocabulary: ids of the tokenizer; a model with more rows never writes those.
        adapted: done to a model once it is loaded, such as merging an adapter into it.

    Raises:
        OptionError: unknown device, dtype or backend, or int8 where the engine does not run.
        UnsupportedModelError: the engine was asked for and does not run the model, or the
            model writes no text.
        WeightsError: no safetensors, or weights that do not fit the config.
    """
    if backend not in BACKENDS:
        raise OptionError.unknown("backend", backend, BACKENDS)
    place = pick_device(device)
    reason = _unsupported(checkpoint.read_config(directory), place.type)
    if backend == "reference":
        reason = "transformers' generate was asked for"
    if reason is None:
        return _engine(directory, str(place), dtype, vocabulary, adapted)
    if backend == "engine":
        raise UnsupportedModelError(f"{name}: the engine does not run this model: {reason}.")
    if dtype == "int8":
        raise OptionError(f"{name}: int8 needs the engine, which does not run here: {reason}.")
    if backend == "auto":
        log.warning("%s: runs on transformers' generate, not on the engine (%s)", name, reason)
    return _reference(directory, device, dtype, adapted)


def planned(
    directory: Path, options: SearchOptions, device: str = "auto", dtype: str = "auto"
) -> tuple[int, MemoryPlan] | str:
    """How many requests the engine would have in flight, and the memory that takes.

    Nothing is loaded but config.json. A text says why the engine does not run the model.

    Raises:
        As `open_backend`.
    """
    place = pick_device(device)
    config = checkpoint.read_config(directory)
    reason = _unsupported(config, place.type)
    if reason is not None:
        return reason
    architecture = Architecture.from_config(config)
    if dtype == "int8" and not linear.int8_pays():
        dtype = "bfloat16"
    if dtype != "int8":
        dtype = str(pick_dtype(dtype, place, config.model_type)).removeprefix("torch.")

    def plan(slots: int) -> MemoryPlan:
        return MemoryPlan.of(
            architecture,
            options,
            dtype=dtype,
            device=place.type,
            slots=slots,
            source=architecture.longest_source,
        )

    slots = fitting(plan, options, place.type, room(str(place)) - plan(1).weights)
    return slots, plan(slots)


def _unsupported(config: Any, kind: str) -> str | None:
    return supports(config) or (None if kind in ("cpu", "cuda") else f"it does not run on {kind}")


def _reference(directory: Path, device: str, dtype: str, adapted: Change) -> ReferenceBackend:
    model = checkpoint.load_model(directory, device, dtype)
    adapted(model)
    return ReferenceBackend(model)


def _engine(
    directory: Path, device: str, dtype: str, vocabulary: int | None, adapted: Change
) -> EngineBackend:
    from summarize.engine import Engine

    int8 = dtype == "int8"
    if int8 and device != "cpu":
        raise OptionError(f"int8 is for the CPU, not for {device}; use dtype='bfloat16'.")
    if int8 and not linear.int8_pays():
        log.warning("this CPU multiplies 8 bits slowly: going on in bfloat16")
        int8, dtype = False, "bfloat16"
    wide = "bfloat16" if int8 else dtype
    model: Any = checkpoint.load_model(directory, "cpu", wide, compute=device)
    adapted(model)
    engine = Engine(
        model,
        device=device,
        dtype="int8" if int8 else str(model.dtype).removeprefix("torch."),
        vocabulary=min(vocabulary or model.config.vocab_size, model.config.vocab_size),
    )
    return EngineBackend(engine, lambda: _reference(directory, device, wide, adapted))
