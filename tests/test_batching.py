from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize.batching import WINDOW, as_error, isolated, windowed, with_progress
from summarize.errors import EmptyInputError, GenerationError


@given(st.lists(st.integers(), max_size=3 * WINDOW + 1))
def test_windows_lose_nothing_and_keep_order(items: list[int]) -> None:
    windows = list(windowed(items))
    assert [item for window in windows for item in window] == items
    assert all(0 < len(window) <= WINDOW for window in windows)


def test_windows_read_no_further_than_needed() -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for n in range(10 * WINDOW):
            read.append(n)
            yield n

    next(windowed(items()))
    assert len(read) == WINDOW


def test_a_failing_iterable_first_gives_what_was_read() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError("disk")

    windows = windowed(items())
    assert next(windows) == [1, 2]
    with pytest.raises(OSError, match="disk"):
        next(windows)


def test_one_bad_text_costs_only_itself() -> None:
    def run(texts: Sequence[str]) -> list[str]:
        if "bad" in texts:
            raise RuntimeError("boom")
        return [text.upper() for text in texts]

    first, second, third = isolated(run, ["a", "bad", "c"])
    assert (first, third) == ("A", "C")
    assert isinstance(second, GenerationError)
    assert "RuntimeError: boom" in str(second)


def test_no_texts_no_call() -> None:
    assert isolated(lambda texts: pytest.fail("called"), []) == []


def test_our_errors_pass_and_others_are_wrapped_with_their_cause() -> None:
    ours = EmptyInputError("nothing")
    assert as_error(ours) is ours
    theirs = ValueError("odd")
    assert as_error(theirs).__cause__ is theirs


def test_progress_is_silent_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(with_progress([1, 2], [1, 2], "article", None)) == [1, 2]
    assert capsys.readouterr().err == ""


def test_progress_counts_to_the_end_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(with_progress(iter([1, 2]), [1, 2], "article", True)) == [1, 2]
    assert "2/2" in capsys.readouterr().err
