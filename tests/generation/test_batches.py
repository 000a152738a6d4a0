from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize.generation.batches import plan, windows


@given(
    lengths=st.lists(st.integers(1, 500), max_size=60),
    new_tokens=st.integers(1, 100),
    beams=st.integers(1, 8),
    tokens=st.integers(1, 5000),
    rows=st.integers(1, 64),
)
def test_every_request_once_within_bounds(
    lengths: list[int], new_tokens: int, beams: int, tokens: int, rows: int
) -> None:
    batches = plan(lengths, new_tokens=new_tokens, beams=beams, tokens=tokens, rows=rows)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        widest = max(lengths[i] for i in batch)
        fits = len(batch) * beams <= rows and len(batch) * beams * (widest + new_tokens) <= tokens
        assert fits or len(batch) == 1
    longest = [max(lengths[i] for i in batch) for batch in batches]
    assert longest == sorted(longest, reverse=True)


def test_requests_of_like_length_run_together() -> None:
    batches = plan([5, 90, 6, 91], new_tokens=10, beams=2, tokens=410, rows=64)
    assert batches == [[3, 1], [2, 0]]


@given(items=st.lists(st.integers()), size=st.integers(1, 7))
def test_windows_lose_nothing(items: list[int], size: int) -> None:
    cut = list(windows(items, size, lambda _: None))
    assert [item for window in cut for item in window] == items
    assert all(len(window) == size for window in cut[:-1])


def test_a_bad_item_comes_after_the_good_ones() -> None:
    def check(item: int) -> None:
        if item == 3:
            raise ValueError("bad")

    cut: Iterator[list[int]] = windows([0, 1, 2, 3, 4], 8, check)
    assert next(cut) == [0, 1, 2]
    with pytest.raises(ValueError, match="bad"):
        next(cut)
