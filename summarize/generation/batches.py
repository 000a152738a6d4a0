"""Which requests run together: windows of a stream, batches of like length.

Pure arithmetic on lengths. Knows no model, no tensors, no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def windows(items: Iterable[T], size: int, check: Callable[[T], None]) -> Iterator[list[T]]:
    """Cut `items` into lists of at most `size`, each item having passed `check`.

    When the iterable or a check raises, the items read so far are yielded first:
    work on good requests is not lost to a bad one behind them.
    """
    window: list[T] = []
    try:
        for item in items:
            check(item)
            window.append(item)
            if len(window) == size:
                full, window = window, []
                yield full
    except Exception:
        if window:
            yield window
        raise
    if window:
        yield window


def plan(
    lengths: Sequence[int], *, new_tokens: int, beams: int, tokens: int, rows: int
) -> list[list[int]]:
    """Group indices of `lengths` into batches of like length, longest first.

    Args:
        lengths: input lengths, in tokens.
        new_tokens: tokens that each output may take.
        beams: rows of the model's batch that each request takes.
        tokens: upper bound of rows * (padded input + output) in a batch.
        rows: upper bound of rows in a batch.

    Returns:
        Lists of indices into `lengths`, every index once. A request larger than
        the bounds gets a batch of its own. The longest come first, so a batch
        that does not fit in memory shows itself at once.
    """
    batches: list[list[int]] = []
    widest = 0
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        size = (len(batches[-1]) + 1) * beams if batches else 0
        if batches and size <= rows and size * (widest + new_tokens) <= tokens:
            batches[-1].append(index)
        else:
            widest = lengths[index]
            batches.append([index])
    return batches
