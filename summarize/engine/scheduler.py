"""Which request is in which slot. Plain bookkeeping: no torch, no model.

Requests in flight fill the leading slots, without holes, so a step works on as
many rows as there are requests. A freed slot goes to the next waiting request;
only when none waits is the last request moved into the hole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Request:
    """One input on its way.

    Args:
        index: its place in the stream.
        ids: the source's ids.
        least, most: bounds on the new ids.
        written: new ids so far.
    """

    index: int
    ids: tuple[int, ...]
    least: int = 0
    most: int = 0
    written: int = 0


@dataclass(slots=True)
class Scheduler:
    """Slots and who has them.

    Args:
        slots: how many requests may be in flight.
        running: the requests in slots 0, 1, 2, …
        waiting: requests read but not yet in a slot.
    """

    slots: int
    running: list[Request] = field(default_factory=list)
    waiting: deque[Request] = field(default_factory=deque)

    @property
    def free(self) -> int:
        """Slots without a request."""
        return self.slots - len(self.running)

    def admit(self) -> list[tuple[int, Request]]:
        """Put waiting requests into free slots; returns which went where."""
        placed = []
        while self.free and self.waiting:
            request = self.waiting.popleft()
            placed.append((len(self.running), request))
            self.running.append(request)
        return placed

    def release(self, slots: list[int]) -> tuple[list[tuple[int, Request]], list[tuple[int, int]]]:
        """Free `slots`: waiting requests take them, the rest is closed up from the end.

        Returns:
            The (slot, request) admitted, and the (from, to) moves to make, in this
            order: no move leaves from a slot that was just admitted to.
        """
        placed, holes = [], []
        for slot in sorted(slots):
            if self.waiting:
                request = self.waiting.popleft()
                self.running[slot] = request
                placed.append((slot, request))
            else:
                holes.append(slot)
        return placed, list(self._close(holes))

    def evict(self) -> None:
        """Send every running request back to wait, to start anew, order kept."""
        for request in self.running:
            request.written = 0
        self.waiting.extendleft(sorted(self.running, key=lambda r: -r.index))
        self.running.clear()

    def _close(self, holes: list[int]) -> Iterator[tuple[int, int]]:
        gone = set(holes)
        for hole in holes:
            while self.running and len(self.running) - 1 in gone:
                gone.discard(len(self.running) - 1)
                self.running.pop()
            if hole >= len(self.running):
                return
            last = len(self.running) - 1
            self.running[hole] = self.running.pop()
            gone.discard(hole)
            yield last, hole
