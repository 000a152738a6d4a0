"""One call of `Engine.generate`: a stream of requests worked off slot by slot.

An iterator: asked for an output, it steps until one is ready. A request's error
takes the place of its output and the others go on. When the device runs out of
memory, the slots are halved and what was in flight starts anew.

The host never waits for the device's last step: finished flags and results are
read back some steps late, and a slot whose request is done keeps its state until
another request takes it.
"""

from __future__ import annotations

import itertools
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from summarize.engine.attention import View
from summarize.engine.devices import current
from summarize.engine.output import Output
from summarize.engine.readback import Readback
from summarize.engine.scheduler import Request, Scheduler
from summarize.errors import GenerationError, InputError, OptionError

if TYPE_CHECKING:
    from summarize.engine.decoding import Decoding
    from summarize.engine.engine import Engine
    from summarize.engine.rules import Rules

log = logging.getLogger(__name__)

AHEAD = 2
"""Requests read ahead, in multiples of the slots: held as plain ids."""

RESULTS_LATE = 16
"""Results on their way to the host before it waits for the first of them."""


class Run:
    """See the module; made by `Engine.generate`.

    Attributes:
        index: which input the output given last belongs to.
        steps: decode steps so far.
        busy: seconds spent encoding, decoding and searching; on CUDA, in launching that.
    """

    def __init__(
        self,
        engine: Engine,
        rules: Rules,
        inputs: Iterable[Sequence[int]],
        lengths: Callable[[Sequence[int]], tuple[int, int]] | None,
        *,
        ordered: bool,
        errors: str,
    ) -> None:
        self.index = -1
        self.steps = 0
        self.busy = 0.0
        self._engine, self._rules = engine, rules
        self._eos = frozenset(rules.eos.tolist())
        self._ordered, self._raises = ordered, errors == "raise"
        self._inputs = iter(inputs)
        self._lengths = lengths
        self._read = 0
        self._exhausted = False
        self._failure: Exception | None = None
        self._given = 0
        self._results: dict[int, Output] = {}
        self._arrivals: deque[int] = deque()
        self._open(engine.slots)

    def __iter__(self) -> Iterator[Output]:
        return self

    def __next__(self) -> Output:
        import torch

        with torch.inference_mode(), current(self._engine.device):
            while not self._ready():
                if not self._advance():
                    raise StopIteration
        output = self._results.pop(self.index)
        self._given += 1
        if output.error is not None and self._raises:
            raise output.error
        return output

    # -- one step ---------------------------------------------------------------------

    def _advance(self) -> bool:
        """Take one step; whether there is more to come."""
        import torch

        try:
            self._admit()
            if self._scheduler.running:
                self._decode()
                self._release()
            self._collect(all=not self._scheduler.running)
        except torch.OutOfMemoryError as error:
            self._shrink(error)
        if self._scheduler.running or self._scheduler.waiting or not self._exhausted:
            return True
        return bool(self._results) or self._close()

    def _admit(self) -> None:
        """Fill free slots from the stream, once enough are free to be worth an encoding."""
        scheduler = self._scheduler
        if scheduler.free < self._patience and scheduler.running:
            return
        self._read_ahead()
        if placed := scheduler.admit():
            for _, request in placed:
                request.since = self.steps
            started = time.perf_counter()
            self._decoding.admit(placed)
            self.busy += time.perf_counter() - started
        if not scheduler.waiting:  # fewer rows from here on
            for source, target, request in scheduler.close_up():
                self._decoding.move(source, target, request)
                request.since = self.steps

    def _decode(self) -> None:
        """Score the next ids of every request in flight, and choose them."""
        started = time.perf_counter()
        if not self._decoding.on_kernels and self._engine.ready(self._rules):
            self._decoding.on_kernels = True
        new = self._decoding.step(self._view())
        self.steps += 1
        counts = itertools.repeat(1) if new is None else new.tolist()
        for request, count in zip(self._scheduler.running, counts, strict=False):
            if request is not None:
                request.written = min(request.written + count, request.most)
        self._flags.send(self.steps, self._decoding.search.done[: len(self._scheduler.running)])
        self.busy += time.perf_counter() - started

    def _release(self) -> None:
        """Let go of requests that are done, as far as the host knows."""
        running = self._scheduler.running
        for step, (done,) in self._flags.receive():
            slots = [
                slot
                for slot in done.nonzero().flatten().tolist()
                if slot < len(running)
                and (request := running[slot]) is not None
                and request.since < step
            ]
            if slots:
                results = self._decoding.results(slots)
                self._found.send(self._scheduler.vacate(slots), *results)

    def _collect(self, *, all: bool) -> None:
        """Make outputs of the results that have arrived, or of all."""
        for requests, (ids, lengths, scores, broken) in self._found.receive(all=all):
            rows = zip(ids.tolist(), lengths.tolist(), scores.tolist(), strict=True)
            for request, bad, found in zip(requests, broken.tolist(), rows, strict=True):
                self._put(request.index, self._output(bad, *found))

    # -- parts of a step --------------------------------------------------------------

    def _read_ahead(self) -> None:
        """Read until as many requests wait as may; bad ones become results at once."""
        waiting = self._scheduler.waiting
        while not self._exhausted and len(waiting) < AHEAD * self._scheduler.slots:
            try:
                ids = tuple(next(self._inputs))
            except StopIteration:
                self._exhausted = True
                return
            except Exception as error:  # whatever the stream raises waits for what runs
                self._exhausted, self._failure = True, error
                return
            index, self._read = self._read, self._read + 1
            try:
                self._check(ids)
                waiting.append(Request(index, ids, *self._bounds(ids)))
            except (InputError, OptionError) as error:
                self._put(index, Output((), error=error))

    def _check(self, ids: Sequence[int]) -> None:
        if not ids:
            raise InputError("a request without tokens; give at least one.")
        if len(ids) > self._engine.max_source:
            raise InputError(
                f"a request of {len(ids)} tokens is more than the {self._engine.max_source} "
                "that the model takes here; split the text or shorten it."
            )
        known = self._engine.architecture.source_vocabulary
        if min(ids) < 0 or max(ids) >= known:
            wrong = min(ids) if min(ids) < 0 else max(ids)
            raise InputError(
                f"a request holds the token id {wrong}, but the model's ids are 0 to {known - 1}; "
                "its tokenizer belongs to another checkpoint."
            )

    def _bounds(self, ids: Sequence[int]) -> tuple[int, int]:
        options = self._rules.options
        if self._lengths is None:
            return options.min_new_tokens, options.max_new_tokens
        least, most = self._lengths(ids)
        if not 0 <= least <= most or not 1 <= most <= options.max_new_tokens:
            raise OptionError(
                f"lengths gave {least} to {most} new tokens for a request of {len(ids)}; the "
                f"most must be 1 to max_new_tokens ({options.max_new_tokens}), the least not more."
            )
        return least, most

    def _view(self) -> View:
        flying = self._scheduler.flying
        sources = [len(request.ids) for request in flying]
        # One that has all it may have is done, though the host may not know of it yet.
        steps = [min(request.written, request.most - 1) for request in flying]
        holes = len(flying) < len(self._scheduler.running)
        return View(
            slots=len(self._scheduler.running),
            length=max(steps) + 1,
            source=max(sources),
            even_steps=min(steps) == max(steps) and not holes,
            even_sources=min(sources) == max(sources) and not holes,
        )

    def _output(
        self, broken: bool, rows: list[list[int]], lengths: list[int], scores: list[float]
    ) -> Output:
        if broken:
            error = GenerationError(
                "the model computed NaN for this request: its weights are damaged or its "
                "numbers overflow in this dtype; try dtype='float32'."
            )
            return Output((), error=error)
        best, *others = (
            self._sequence(tuple(ids[1 : n + 1]), score)
            for ids, n, score in zip(rows, lengths, scores, strict=True)
        )
        return Output(best.ids, best.score, tuple(others), best.stop)

    def _sequence(self, ids: tuple[int, ...], score: float) -> Output:
        stop = ids[-1] if ids and ids[-1] in self._eos else None
        return Output(ids, None if math.isnan(score) else score, stop=stop)

    # -- around the steps -------------------------------------------------------------

    def _open(self, slots: int) -> None:
        """Set up `slots` slots, or as many as the device has memory for."""
        import torch

        while True:
            try:
                with torch.inference_mode():
                    self._decoding: Decoding = self._engine.lend(self._rules, slots)
                break
            except torch.OutOfMemoryError as error:
                if slots == 1:
                    raise GenerationError(
                        "the device has too little memory for one request of this length; use "
                        "fewer beams or new tokens, a smaller max_source, or device='cpu'."
                    ) from error
                slots = self._halved(slots)
        self._open_still = True
        self._scheduler = Scheduler(slots)
        late = self._engine.late
        self._flags: Readback[int] = Readback(late)
        self._found: Readback[list[Request]] = Readback(RESULTS_LATE if late else 0)
        # A late host is a fast device's: there an encoding pays for several requests only.
        self._patience = 1 + slots // 16 if late else 1

    def _halved(self, slots: int) -> int:
        """Half of `slots`, for this run and the engine's next."""
        import torch

        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        half = self._engine.slots = max(1, slots // 2)
        log.warning("out of device memory: going on with %d instead of %d slots", half, slots)
        return half

    def _close(self) -> bool:
        """Give the storage back at the stream's end; raise what ended it, if that was an error."""
        if self._open_still:
            self._engine.take_back(self._decoding)
            del self._decoding
            self._open_still = False
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        return False

    def _shrink(self, cause: Exception) -> None:
        """Halve the slots after the device ran out of memory; nothing in flight is lost."""
        self._collect(all=True)
        old = self._scheduler
        old.evict()
        waiting = old.waiting
        del self._decoding
        if old.slots == 1:
            request = waiting.popleft()
            error = GenerationError(
                f"the device has too little memory for one request of {len(request.ids)} tokens; "
                "use fewer beams, a shorter text, a smaller model, or device='cpu'."
            )
            error.__cause__ = cause
            self._put(request.index, Output((), error=error))
        self._open(self._halved(old.slots))
        self._scheduler.waiting = waiting

    def _put(self, index: int, output: Output) -> None:
        self._results[index] = output
        self._arrivals.append(index)

    def _ready(self) -> bool:
        """Point `index` at the next output to give, if there is one."""
        if self._ordered:
            if self._given not in self._results:
                return False
            self.index = self._given
            return True
        if not self._arrivals:
            return False
        self.index = self._arrivals.popleft()
        return True
