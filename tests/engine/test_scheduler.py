"""Slots: no request lost, none twice, no holes, moves only from the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from summarize.engine.scheduler import Request, Scheduler


@given(st.integers(1, 6), st.lists(st.integers(0, 2**6 - 1), max_size=30), st.integers(0, 12))
def test_slots_hold_what_the_moves_say(slots: int, rounds: list[int], requests: int) -> None:
    scheduler = Scheduler(slots)
    scheduler.waiting.extend(Request(i, (1,)) for i in range(requests))
    held: dict[int, int] = {slot: r.index for slot, r in scheduler.admit()}
    finished: list[int] = []
    for bits in rounds:
        done = [slot for slot in held if bits >> slot & 1]
        finished += [held.pop(slot) for slot in done]
        placed, moves = scheduler.release(done)
        for slot, request in placed:
            assert slot not in held
            held[slot] = request.index
        for source, target in moves:
            assert target not in held
            assert source > target
            assert source not in {slot for slot, _ in placed}
            held[target] = held.pop(source)
        assert sorted(held) == list(range(len(held))), "no holes"
        assert [held[slot] for slot in range(len(held))] == [r.index for r in scheduler.running]
        assert len(held) <= slots
    waiting = [r.index for r in scheduler.waiting]
    assert sorted(finished + list(held.values()) + waiting) == list(range(requests))


def test_evicted_requests_start_anew_in_order() -> None:
    scheduler = Scheduler(3)
    scheduler.waiting.extend(Request(i, (1,)) for i in range(5))
    scheduler.admit()
    scheduler.running[1].written = 4
    scheduler.evict()
    assert [r.index for r in scheduler.waiting] == [0, 1, 2, 3, 4]
    assert all(r.written == 0 for r in scheduler.waiting)
