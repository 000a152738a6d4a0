"""The engine behind the generator's seam: in-flight slots in place of batches.

It decides how many requests fly at once, takes the end of sequence off what comes
back, and leaves options that the engine does not take to the reference backend,
which is loaded then and said once. Knows no text, no tokenizer, no language.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from summarize.engine.memory import MemoryPlan, most_slots
from summarize.errors import GenerationError
from summarize.generation.ahead import ahead
from summarize.generation.backend import Most, Output
from summarize.options import SearchOptions

if TYPE_CHECKING:
    from summarize.engine import Engine
    from summarize.engine import Output as Found
    from summarize.generation.backend import Backend

log = logging.getLogger("summarize")

ROWS = {"cpu": 128, "cuda": 512}
"""Beams in flight: more bring little, since each reads its own keys and values."""

SLOTS = {"cpu": 32, "cuda": 512}
"""Requests in flight: as many are encoded before the first is done."""

WINDOW = {"cpu": 32, "cuda": 1024}
"""Texts worth giving at once: a user waits for the first of them, slots run empty at the last."""

SHARE = 0.8
"""Of the memory that is free on the device, what slots may take."""

AHEAD = 256
"""Requests tokenized, and outputs waiting to become text, while a CUDA device works."""


class EngineBackend:
    """An `Engine` behind the seam of `backend.Backend`.

    Args:
        engine: loaded.
        reference: loads the same checkpoint behind transformers' `generate`.

    Attributes:
        defaults: the checkpoint's generation defaults, as a dict.
        positions: the most tokens that the model can take in, None if unbounded.
        window: how many requests are worth giving at once.
    """

    is_encoder_decoder = True

    def __init__(self, engine: Engine, reference: Callable[[], Backend]) -> None:
        self._engine = engine
        self._kind = engine.device.split(":", maxsplit=1)[0]
        self._load_reference = reference
        self._reference: Backend | None = None
        self._slots: dict[tuple[int, int], int] = {}
        self.defaults: dict[str, Any] = engine.defaults
        self.positions = engine.architecture.position_limit
        self.window = WINDOW[self._kind]

    def generate(
        self, inputs: Iterable[Sequence[int]], options: SearchOptions, most: Most | None = None
    ) -> Iterator[Output]:
        """See `backend.Backend.generate`."""
        reason = self._engine.refuses(options)
        if reason is not None:
            yield from self._reference_for(reason).generate(inputs, options, most)
            return
        self._engine.slots = self._slots_for(options)
        lengths = None
        if most is not None:
            bounds = most

            def lengths(ids: Sequence[int]) -> tuple[int, int]:
                new = bounds(ids)
                return min(options.min_new_tokens, new), new

        if self._kind == "cpu":
            outputs: Iterator[Found] = self._engine.generate(inputs, options, lengths=lengths)
        else:  # text on other threads, so that the device never waits for it
            requests = ahead(inputs, AHEAD)
            outputs = ahead(self._engine.generate(requests, options, lengths=lengths), AHEAD)
        for output in outputs:
            yield _without_end(output)

    def close(self) -> None:
        """Free the model's memory."""
        self._engine.close()
        if self._reference is not None:
            self._reference.close()

    def _slots_for(self, options: SearchOptions) -> int:
        """How many requests fly: as many as pay, and as memory holds."""
        beams = max(options.num_beams, options.num_return_sequences)
        key = beams, options.max_new_tokens
        if key not in self._slots:
            self._slots[key] = fitting(
                lambda slots: self._engine.plan(options, slots=slots),
                options,
                self._kind,
                self._engine.room(),
            )
        return self._slots[key]

    def _reference_for(self, reason: str) -> Backend:
        if self._engine.closed:
            raise GenerationError("this backend is closed; load the model again.")
        if self._reference is None:
            log.warning("running on transformers' generate, not on the engine: %s", reason)
            self._reference = self._load_reference()
        return self._reference


def fitting(plan: Callable[[int], MemoryPlan], options: SearchOptions, kind: str, room: int) -> int:
    """How many requests fly on a device of `kind` with `room` bytes for them."""
    beams = max(options.num_beams, options.num_return_sequences)
    return most_slots(plan, SHARE * room, min(SLOTS[kind], max(1, ROWS[kind] // beams)))


def _without_end(found: Found) -> Output:
    """The seam's words: the end of sequence is no part of the ids."""
    ids = found.ids if found.stop is None else found.ids[:-1]
    others = tuple(_without_end(other) for other in found.alternatives)
    return Output(ids, found.score, others, found.stop)
