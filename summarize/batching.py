"""Streams of items, worked on in windows: order kept, memory bounded, one bad item one error.

Knows no model and no news: it cuts iterables into windows, shows a progress bar
on a terminal, and isolates failures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from summarize.errors import GenerationError, OptionError, SummarizeError
from summarize.generation.batches import windows

T = TypeVar("T")

WINDOW = 16
"""Items read ahead: enough to fill batches with like lengths, few enough to hold in memory."""


def windowed(items: Iterable[T], size: int = WINDOW) -> Iterator[list[T]]:
    """Cut `items` into lists of `size`; when the iterable fails, what was read goes first.

    Raises:
        OptionError: one text instead of an iterable of texts.
    """
    if isinstance(items, str | bytes | Path):
        raise OptionError(
            f"many() takes an iterable of texts, not one {type(items).__name__}; "
            "put it in a list, or call the object itself."
        )
    return windows(items, size, lambda item: None)


def with_progress(
    results: Iterable[T], items: object, unit: str, progress: bool | None
) -> Iterator[T]:
    """Yield `results` under a progress bar on stderr.

    Args:
        results: what to yield.
        items: the input; its length is the bar's total where it has one.
        unit: what is counted.
        progress: True or False to force; None shows the bar only on a terminal.
    """
    if progress is False:
        yield from results
        return
    from tqdm import tqdm

    total = len(items) if hasattr(items, "__len__") else None
    # tqdm's own `disable=None` means "only on a terminal".
    with tqdm(total=total, unit=unit, disable=None if progress is None else False) as bar:
        for result in results:
            yield result
            bar.update()


def isolated(
    run: Callable[[Sequence[str]], Iterable[T]], texts: Sequence[str]
) -> list[T | SummarizeError]:
    """Run a batch; when it fails, run it text by text so that only the bad ones carry an error."""
    if not texts:
        return []
    try:
        return list(run(texts))
    except Exception as failure:
        if len(texts) == 1:
            return [as_error(failure)]
    return [result for text in texts for result in isolated(run, [text])]


def as_error(failure: Exception) -> SummarizeError:
    """The failure itself when it is ours, else a `GenerationError` that carries its cause."""
    if isinstance(failure, SummarizeError):
        return failure
    error = GenerationError(
        f"the model failed on this text ({type(failure).__name__}: {failure}). "
        "Try a shorter text, or device='cpu'."
    )
    error.__cause__ = failure
    return error
