"""Decode steps captured in CUDA graphs: one launch for a step's hundreds of kernels.

A graph is of one shape, so views are rounded up to few: rows to a dozen counts,
lengths to multiples that cost kernels nothing, because they read real lengths on
the device. The first step of a shape runs eagerly, which warms up what it calls;
the second is captured. Where capture fails, steps stay eager and the log says why.
Knows not what a step does.
"""

from __future__ import annotations

import logging
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
        self._known: dict[View, Callable[[], None] | None] = {}
        self.broken: str | None = None

    def run(self, view: View) -> None:
        """Run one step."""
        view = rounded(view, self._shape)
        if self.broken is None and view in self._known:
            replay = self._known[view] or self._captured(view)
            if replay is not None:
                replay()
                return
        self._known.setdefault(view, None)
        self._step(view)

    def _captured(self, view: View) -> Callable[[], None] | None:
        try:
            replay = self._known[view] = self._capture(lambda: self._step(view))
        except RuntimeError as error:
            self.broken = str(error)
            log.warning("decode steps are not captured in CUDA graphs but run eagerly: %s", error)
            return None
        return replay


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
        with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
            function()
        self._pool = self._pool or graph.pool()
        replay: Callable[[], None] = graph.replay
        return replay
