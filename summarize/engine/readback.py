"""Device values on their way to the host, read without making the device wait.

    back = Readback(late=2)
    back.send(tag, done)                 # copies in the background
    for tag, values in back.receive():   # what has arrived, or was sent three sends ago

Values are copied when they are sent, so the device may change its own at once.
With `late=0` on the CPU there is nothing to wait for and nothing is copied. Does
not know what the values mean.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import torch

Tag = TypeVar("Tag")


class Readback(Generic[Tag]):
    """A queue from the device to the host.

    Args:
        late: how many later sends a value may wait for before the host waits for it.
    """

    def __init__(self, late: int) -> None:
        self._late = late
        self._queue: deque[tuple[Tag, list[torch.Tensor], Any]] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def send(self, tag: Tag, *values: torch.Tensor) -> None:
        """Start copying `values`, which are not empty, to the host."""
        import torch

        if values[0].is_cuda:
            copies = [torch.empty(v.shape, dtype=v.dtype, pin_memory=True) for v in values]
            for copy, value in zip(copies, values, strict=True):
                copy.copy_(value, non_blocking=True)
            event: Any = torch.cuda.Event()  # type: ignore[no-untyped-call]
            event.record()
        else:
            copies, event = [v.clone() if self._late else v for v in values], None
        self._queue.append((tag, copies, event))

    def receive(self, *, all: bool = False) -> Iterator[tuple[Tag, list[torch.Tensor]]]:
        """What has arrived and what was sent long ago, or all of it, in the order of sending."""
        while self._queue:
            tag, values, event = self._queue[0]
            if not all and len(self._queue) <= self._late and not (event and event.query()):
                return
            if event is not None:
                event.synchronize()
            self._queue.popleft()
            yield tag, values
