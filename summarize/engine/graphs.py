"""Decode steps captured in CUDA graphs: one launch for a step's hundreds of kernels.

A graph is of one shape, so views are rounded up to few: rows to a dozen counts,
lengths to multiples that cost kernels nothing, because they read real lengths on
the device. The first step of a shape runs eagerly, which warms up what it calls;
the second is captured. A shape that fits into a captured one uses that until it has
been asked for often. Where capture fails, steps stay eager and the log says why; where
it fails for want of memory, that is the caller's to mend. Knows not what a step does.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from summarize.engine.attention import View

if TYPE_CHECKING:
    from summarize.engine.cache import CacheShape

log = logging.getLogger(__name__)

LENGTHS, SOURCES = 64, 256
"""Self and cross positions are rounded up to multiples of these."""

FINE, COARSE = 8, 32
"""Slots are rounded up to powers of two up to the first, then to multiples of it up to the
second, then to multiples of the second."""


OFTEN = 16
"""Steps of a shape that are worth a graph of its own, which costs a few steps' time: the
last requests of a stream leave one by one, and each row count is then asked for briefly."""

_CAPTURING = threading.Lock()
"""One capture at a time in the process: the allocator keeps one pool apart."""


class Capture(Protocol):
    """How a function's launches become something to replay; raises RuntimeError if they cannot."""

    def __call__(self, function: Callable[[], None]) -> Callable[[], None]:
        """Record what `function` launches, without running it; returns the replay."""
        ...


class Graphs:
    """A step, by shape captured or eager.

    Args:
        step: launches one step of a view; what it touches keeps its address.
        shape: of the storage: views are not rounded beyond it.
        capture: how to capture; CUDA graphs by default.
    """

    def __init__(
        self, step: Callable[[View], None], shape: CacheShape, capture: Capture | None = None
    ) -> None:
        self._step, self._shape = step, shape
        self._capture: Capture = capture or _CudaCapture()
        self._captured: dict[View, Callable[[], None]] = {}
        self._asked: Counter[View] = Counter()
        self.broken: str | None = None

    @property
    def count(self) -> int:
        """Shapes captured so far."""
        return len(self._captured)

    def run(self, view: View) -> None:
        """Run one step.

        Raises:
            torch.OutOfMemoryError: eagerly or while capturing.
        """
        view = rounded(view, self._shape)
        replay = self._ready(view) if self.broken is None else None
        if replay is None:
            self._step(view)
        else:
            replay()

    def _ready(self, view: View) -> Callable[[], None] | None:
        """What to replay for `view`; None for an eager step."""
        if view in self._captured:
            return self._captured[view]
        self._asked[view] += 1
        larger = self._larger(view)
        eager = 1 if larger is None else OFTEN
        if self._asked[view] < eager:
            return larger
        return None if self._asked[view] == eager else self._capture_now(view)

    def _larger(self, view: View) -> Callable[[], None] | None:
        """The least captured graph whose view holds `view`."""
        holding = [
            known
            for known in self._captured
            if known.slots >= view.slots
            and known.length >= view.length
            and known.source >= view.source
            and known.drafts == view.drafts
        ]
        if not holding:
            return None
        return self._captured[min(holding, key=lambda v: (v.slots, v.source, v.length))]

    def _capture_now(self, view: View) -> Callable[[], None] | None:
        import torch

        try:
            replay = self._captured[view] = self._capture(lambda: self._step(view))
        except RuntimeError as error:
            if _out_of_memory(error):
                raise torch.OutOfMemoryError(str(error)) from error
            self.broken = str(error)
            log.warning("decode steps are not captured in CUDA graphs but run eagerly: %s", error)
            return None
        return replay


def _out_of_memory(error: BaseException | None) -> bool:
    """Whether want of memory is behind `error`: the end of a failed capture hides its cause."""
    import torch

    while error is not None:
        if isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error).lower():
            return True
        error = error.__cause__ or error.__context__
    return False


def rounded(view: View, shape: CacheShape) -> View:
    """The view whose graph serves `view`: nothing smaller, nothing beyond `shape`."""
    return View(
        slots=min(_slots(view.slots), shape.slots),
        length=min(_up(view.length, LENGTHS), shape.length),
        source=min(_up(view.source, SOURCES), shape.source),
        drafts=view.drafts,
    )


def _slots(slots: int) -> int:
    if slots <= FINE:
        return 1 << (slots - 1).bit_length()
    return _up(slots, FINE if slots <= COARSE else COARSE)


def _up(number: int, step: int) -> int:
    return -(-number // step) * step


class _CudaCapture:
    """CUDA graphs that share one pool of memory, so many shapes cost little more than one."""

    def __init__(self) -> None:
        self._pool: Any = None

    def __call__(self, function: Callable[[], None]) -> Callable[[], None]:
        import torch

        graph = torch.cuda.CUDAGraph()
        torch.cuda.synchronize()
        # Other threads (a tokenizer's, a prefetcher's) may call CUDA while this one captures.
        mode = "thread_local"
        with _CAPTURING, torch.cuda.graph(graph, pool=self._pool, capture_error_mode=mode):
            function()
        self._pool = self._pool or graph.pool()
        replay: Callable[[], None] = graph.replay
        return replay
