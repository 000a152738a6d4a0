"""Slots: no request lost, none twice, no holes, moves only from the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from summarize.engine.scheduler import Request, Scheduler


@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(0, 2**6 - 1), st.booleans()), max_size=30),
    st.integers(0, 12),
)
def test_slots_hold_what_the_moves_say(
    slots: int, rounds: list[tuple[int, bool]], requests: int
) -> None:
    scheduler = Scheduler(slots)
    scheduler.waiting.extend(Request(i, (1,)) for i in range(requests))
    held: dict[int, int] = {slot: r.index for slot, r in scheduler.admit()}
    finished: list[int] = []
    for bits, admits in rounds:
        done = [slot for slot in held if bits >> slot & 1]
        left = scheduler.vacate(done)
        assert [r.index for r in left] == [held.pop(slot) for slot in done]
        finished += [r.index for r in left]
        placed = scheduler.admit() if admits else []
        for slot, request in placed:
            assert slot not in held
            held[slot] = request.index
        if not placed and admits:
            for source, target, request in scheduler.close_up():
                assert request.index == held[source]
                assert target not in held
                assert source > target
                held[target] = held.pop(source)
            assert sorted(held) == list(range(len(held))), "no holes"
        assert held == {s: r.index for s, r in enumerate(scheduler.running) if r is not None}
        assert len(scheduler.running) == max(held, default=-1) + 1, "the last is a request"
        assert scheduler.free == slots - len(held) >= 0
    waiting = [r.index for r in scheduler.waiting]
    assert sorted(finished + list(held.values()) + waiting) == list(range(requests))


def test_evicted_requests_start_anew_in_order() -> None:
    scheduler = Scheduler(3)
    scheduler.waiting.extend(Request(i, (1,)) for i in range(5))
    scheduler.admit()
    scheduler.vacate([0])
    scheduler.flying[0].written = 4
    scheduler.evict()
    assert [r.index for r in scheduler.waiting] == [1, 2, 3, 4]
    assert all(r.written == 0 for r in scheduler.waiting)
