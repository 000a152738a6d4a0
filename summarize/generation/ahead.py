"""An iterator run ahead of its reader, on a thread of its own.

Order is kept, at most so many items wait, what the iterator raises is raised in its
place, and a reader that goes away ends the thread. Knows nothing of what passes.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 0.1
"""Seconds after which a thread looks whether its reader is still there."""


def ahead(items: Iterable[T], most: int) -> Iterator[T]:
    """The items of `items`, of which up to `most` are made before they are asked for."""
    made: queue.Queue[tuple[bool, T | Exception | None]] = queue.Queue(most)
    gone = threading.Event()

    def put(more: bool, item: T | Exception | None) -> bool:
        while not gone.is_set():
            with suppress(queue.Full):
                made.put((more, item), timeout=PATIENCE)
                return True
        return False

    def work() -> None:
        try:
            for item in items:
                if not put(True, item):
                    return
        except Exception as error:
            put(False, error)
        else:
            put(False, None)

    thread = threading.Thread(target=work, name="ahead", daemon=True)
    thread.start()
    try:
        while True:
            more, item = made.get()
            if not more:
                if isinstance(item, Exception):
                    raise item
                return
            yield item  # type: ignore[misc]
    finally:
        gone.set()
        thread.join()
