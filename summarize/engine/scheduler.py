"""Which request is in which slot. Plain bookkeeping: no torch, no model.

Requests in flight stand in the leading slots, so a step works on little more rows
than there are requests. A freed slot waits for the next request; only when no
more will come are the last requests moved into the holes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Request:
    """One input on its way.

    Args:
        index: its place in the stream.
        ids: the source's ids.
        least, most: bounds on the new ids.
        written: new ids so far, or more where the device is read late.
        since: the step before which it was admitted, or moved to where it is.
    """

    index: int
    ids: tuple[int, ...]
    least: int = 0
    most: int = 0
    written: int = 0
    since: int = 0


@dataclass(slots=True)
class Scheduler:
    """Slots and who has them.

    Args:
        slots: how many requests may be in flight.
        running: the requests in slots 0, 1, 2, …; None where one has left. The last is one.
        waiting: requests read but not yet in a slot.
    """

    slots: int
    running: list[Request | None] = field(default_factory=list)
    waiting: deque[Request] = field(default_factory=deque)

    @property
    def flying(self) -> list[Request]:
        """The requests in slots."""
        return [request for request in self.running if request is not None]

    @property
    def free(self) -> int:
        """Slots without a request."""
        return self.slots - len(self.flying)

    def admit(self) -> list[tuple[int, Request]]:
        """Put waiting requests into free slots, the first ones first; returns which went where."""
        placed = []
        for slot in range(self.slots):
            if not self.waiting:
                break
            if slot == len(self.running):
                self.running.append(None)
            if self.running[slot] is None:
                request = self.running[slot] = self.waiting.popleft()
                placed.append((slot, request))
        return placed

    def vacate(self, slots: Iterable[int]) -> list[Request]:
        """Take the requests out of `slots`, which keep their places."""
        left = []
        for slot in slots:
            request, self.running[slot] = self.running[slot], None
            assert request is not None, "a slot is vacated once"
            left.append(request)
        self._trim()
        return left

    def close_up(self) -> Iterator[tuple[int, int, Request]]:
        """Move the last requests into the holes: (from, to, request), each to be done at once."""
        for hole in range(self.slots):
            if hole >= len(self.running):
                return
            if self.running[hole] is None:
                request = self.running.pop()
                assert request is not None, "the last is a request"
                self.running[hole] = request
                last = len(self.running)
                self._trim()
                yield last, hole, request

    def evict(self) -> None:
        """Send every running request back to wait, to start anew, order kept."""
        running = sorted(self.flying, key=lambda request: -request.index)
        for request in running:
            request.written = 0
        self.waiting.extendleft(running)
        self.running.clear()

    def _trim(self) -> None:
        while self.running and self.running[-1] is None:
            self.running.pop()
