"""One call of `Engine.generate`: a stream of requests worked off slot by slot.

An iterator: asked for an output, it steps until one is ready. A request's error
takes the place of its output and the others go on. When the device runs out of
memory, the slots are halved and what was in flight starts anew.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from summarize.engine import search
from summarize.engine.cache import CacheShape
from summarize.engine.memory import ENCODE_TOKENS
from summarize.engine.output import Output
from summarize.engine.scheduler import Request, Scheduler
from summarize.engine.transformer import Transformer, View
from summarize.errors import GenerationError, InputError, OptionError

if TYPE_CHECKING:
    from summarize.engine.engine import Engine
    from summarize.engine.rules import Rules

log = logging.getLogger(__name__)

AHEAD = 2
"""Requests read ahead, in multiples of the slots: chosen from by length, held as plain ids."""


class Run:
    """See the module; made by `Engine.generate`.

    Attributes:
        index: which input the output given last belongs to.
        steps: decode steps so far.
        busy: seconds spent encoding, decoding and searching.
    """

    def __init__(
        self,
        engine: Engine,
        transformer: Transformer,
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
        self._engine, self._transformer, self._rules = engine, transformer, rules
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

        with torch.inference_mode():
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
            self._fill()
            if not self._scheduler.running:
                return bool(self._results) or self._close()
            self._decode()
            self._finish()
        except torch.OutOfMemoryError as error:
            self._shrink(error)
        return True

    def _fill(self) -> None:
        """Read what the free slots ask for, and encode it."""
        if self._scheduler.free:
            self._read_ahead()
            self._encode(self._scheduler.admit())

    def _decode(self) -> None:
        """Score the next ids of every request in flight, and choose them."""
        started = time.perf_counter()
        running = self._scheduler.running
        slots = len(running)
        view = self._view(running)
        steps = self._search.steps[:slots]
        table = self._cache.table[:slots]
        ids = self._search.last(slots)
        if table.shape[1] > 1:
            table.scatter_(2, steps[:, None, None].expand(-1, table.shape[1], 1), self._own[:slots])
        logits = self._transformer.decode(ids, steps, view, self._cache)
        parents = self._search.step(logits, view.length)
        if parents is not None:
            past = table[:, :, : view.length]
            past.copy_(past.gather(1, parents[..., None].expand_as(past)))
        for request in running:
            request.written += 1
        self.steps += 1
        self.busy += time.perf_counter() - started

    def _finish(self) -> None:
        """Collect finished requests, and give their slots to waiting ones."""
        running = self._scheduler.running
        done = self._search.done[: len(running)].nonzero().flatten().tolist()
        if not done:
            return
        for slot in done:
            self._put(running[slot].index, self._output(slot))
        lengths = [(len(r.ids), r.written + 1) for r in running]
        self._read_ahead()
        placed, moves = self._scheduler.release(done)
        for source, target in moves:
            self._cache.move(source, target, *lengths[source])
            self._search.move(source, target)
        self._encode(placed)

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

    def _encode(self, placed: list[tuple[int, Request]]) -> None:
        """Encode requests and write their cross keys and values, some thousand tokens at once."""
        import torch

        started = time.perf_counter()
        most = ENCODE_TOKENS * (1 if self._engine.device == "cpu" else 8)
        for group in _groups(placed, most):
            lengths = [len(request.ids) for _, request in group]
            slots = [slot for slot, _ in group]
            ids = torch.tensor([i for _, r in group for i in r.ids], device=self._engine.device)
            encoded = self._transformer.encode(ids, lengths)
            self._transformer.store(encoded, lengths, slots, self._cache)
            at = torch.tensor(slots, device=self._engine.device)
            self._cache.source_lengths[at] = torch.tensor(lengths, device=self._engine.device)
            for slot, request in group:
                self._search.admit(slot, request)
        self.busy += time.perf_counter() - started

    def _view(self, running: list[Request]) -> View:
        sources = [len(r.ids) for r in running]
        steps = [r.written for r in running]
        return View(
            slots=len(running),
            length=max(steps) + 1,
            source=max(sources),
            even_steps=min(steps) == max(steps),
            even_sources=min(sources) == max(sources),
        )

    def _output(self, slot: int) -> Output:
        if bool(self._search.broken[slot]):
            error = GenerationError(
                "the model computed NaN for this request: its weights are damaged or its "
                "numbers overflow in this dtype; try dtype='float32'."
            )
            return Output((), error=error)
        eos = set(self._rules.eos.tolist())
        best, *others = (
            Output(ids, score, stop=ids[-1] if ids and ids[-1] in eos else None)
            for ids, score in self._search.result(slot)
        )
        return Output(best.ids, best.score, tuple(others), best.stop)

    # -- around the steps -------------------------------------------------------------

    def _open(self, slots: int) -> None:
        """Set up `slots` slots."""
        import torch

        options, device = self._rules.options, self._engine.device
        beams = max(options.num_beams, options.num_return_sequences)
        shape = CacheShape(slots, beams, self._engine.max_source, options.max_new_tokens + 1)
        with torch.inference_mode():
            self._cache: Any = self._engine.lend_cache(shape)
            start = self._transformer.architecture.start
            self._search: Any = search.make(self._rules, slots, start, device)
            self._own = torch.arange(beams, device=device)[None, :, None].repeat(slots, 1, 1)
        self._scheduler = Scheduler(slots)

    def _close(self) -> bool:
        """Give the storage back at the stream's end; raise what ended it, if that was an error."""
        if self._cache is not None:
            self._engine.take_back(self._cache)
        self._cache = self._search = None
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        return False

    def _shrink(self, cause: Exception) -> None:
        """Halve the slots after the device ran out of memory; nothing in flight is lost."""
        import torch

        old = self._scheduler
        old.evict()
        waiting = old.waiting
        self._cache = self._search = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if old.slots == 1:
            request = waiting.popleft()
            error = GenerationError(
                f"the device has too little memory for one request of {len(request.ids)} tokens; "
                "use fewer beams, a shorter text, a smaller model, or device='cpu'."
            )
            error.__cause__ = cause
            self._put(request.index, Output((), error=error))
        slots = max(1, old.slots // 2)
        log.warning("out of device memory: going on with %d instead of %d slots", slots, old.slots)
        self._open(slots)
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


def _groups(placed: list[tuple[int, Request]], most: int) -> Iterator[list[tuple[int, Request]]]:
    """Cut into groups of at most `most` tokens; a longer request is alone."""
    group: list[tuple[int, Request]] = []
    tokens = 0
    for slot, request in placed:
        if group and tokens + len(request.ids) > most:
            yield group
            group, tokens = [], 0
        group.append((slot, request))
        tokens += len(request.ids)
    if group:
        yield group
