"""A step's bookkeeping: Triton's kernels against the eager searches, step by step."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import triton_device
from hypothesis import given, settings
from hypothesis import strategies as st
from triton_device import DEVICE

from summarize.engine.kernels import search as fused
from summarize.engine.rules import Rules
from summarize.engine.scheduler import Request
from summarize.engine.search import Beams, Samples
from summarize.options import SearchOptions

pytestmark = triton_device.MARKS

MOST = 7
VOCABULARY = 40


def started(
    kind: type[Any], options: SearchOptions, eos: tuple[int, ...], bounds: list[int]
) -> Any:
    """A search with a request in every slot, at most `bounds` long."""
    rules = Rules.make(options, eos, VOCABULARY, DEVICE)
    search = kind(rules, len(bounds), 1, DEVICE)
    for slot, most in enumerate(bounds):
        search.admit(slot, Request(slot, (1, 2), 0, most))
    return search


def advance_rows(search: Samples, logits: torch.Tensor, length: int) -> None:
    """`Samples.step` of a greedy search, by the kernel."""
    slots = len(logits)
    values, tokens = search._rules.candidates(
        logits.flatten(0, 1), search._rows(slots, length), 1, normalize=False
    )
    fused.advance_rows(
        values, tokens, search._rules.eos, ids=search._ids, steps=search.steps,
        longest=search._longest, done=search.done, broken=search.broken, ended=search._ended,
        lengths=search._lengths, most=search._most,
    )  # fmt: skip


def advance_beams(
    search: Beams, logits: torch.Tensor, length: int, table: torch.Tensor | None
) -> torch.Tensor:
    """`Beams.step`, by the kernel."""
    slots, options = len(logits), search._rules.options
    values, tokens = search._rules.candidates(
        logits.flatten(0, 1), search._rows(slots, length), search._keep, normalize=True
    )
    never = options.early_stopping == "never" and options.length_penalty > 0.0
    return fused.advance_beams(
        values, tokens, search._rules.eos, search._penalties, keep=search._keep,
        early_stopping=options.early_stopping is True, hope_to_the_end=never,
        ids=search._ids, scores=search._scores, best_ids=search._best_ids,
        best_scores=search._best_scores, best_lengths=search._best_lengths,
        finished=search._finished, hopeful=search._hopeful, steps=search.steps,
        longest=search._longest, done=search.done, broken=search.broken, most=search._most,
        table=table,
    )  # fmt: skip


def draw(slots: int, rows: int, generator: torch.Generator, eos: tuple[int, ...]) -> torch.Tensor:
    logits = 2 * torch.randn(slots, rows, VOCABULARY, generator=generator)
    logits[..., list(eos)] += 1.5  # often enough to end some
    return logits.to(DEVICE)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    bounds=st.lists(st.integers(1, MOST), min_size=1, max_size=4),
    eos=st.sampled_from([(), (2,), (2, 7)]),
    seed=st.integers(0, 99),
)
def test_greedy(bounds: list[int], eos: tuple[int, ...], seed: int) -> None:
    options = SearchOptions(max_new_tokens=MOST)
    twin, ours = (started(Samples, options, eos, bounds) for _ in range(2))
    generator = torch.Generator().manual_seed(seed)
    for step in range(MOST + 2):  # two more than any: what is read late must not change
        logits = draw(len(bounds), 1, generator, eos)
        twin.step(logits, min(step, MOST) + 1)
        advance_rows(ours, logits, min(step, MOST) + 1)
        for mine, its in zip(ours._state(), twin._state(), strict=True):
            assert torch.equal(mine, its)


def test_several_rows_a_slot_end_together() -> None:
    options = SearchOptions(max_new_tokens=MOST, do_sample=True, num_return_sequences=3)
    search = started(Samples, options, (2,), [5, 7])
    tokens = torch.tensor([2, 4, 5, 2, 2, 2], device=DEVICE)
    values = torch.zeros(6, 4, device=DEVICE)
    values[1, 0] = torch.nan
    fused.advance_rows(
        values, tokens, search._rules.eos, ids=search._ids, steps=search.steps,
        longest=search._longest, done=search.done, broken=search.broken, ended=search._ended,
        lengths=search._lengths, most=MOST,
    )  # fmt: skip
    assert search._ids[:, :, 1].tolist() == [[2, 4, 5], [2, 2, 2]]
    assert search._ended.tolist() == [[True, False, False], [True, True, True]]
    assert search.done.tolist() == [False, True]
    assert search.broken.tolist() == [True, False]
    assert search._lengths.tolist() == [[1, 1, 1], [1, 1, 1]]
    assert search.steps.tolist() == [1, 1]


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    bounds=st.lists(st.integers(1, MOST), min_size=1, max_size=3),
    beams=st.integers(2, 6),
    eos=st.sampled_from([(2,), (2, 7)]),
    early=st.sampled_from([True, False, "never"]),
    power=st.sampled_from([-1.0, 0.0, 1.0, 2.0]),
    seed=st.integers(0, 99),
)
def test_beams(
    bounds: list[int], beams: int, eos: tuple[int, ...], early: Any, power: float, seed: int
) -> None:
    options = SearchOptions(
        num_beams=beams, max_new_tokens=MOST, early_stopping=early, length_penalty=power
    )
    twin, ours = (started(Beams, options, eos, bounds) for _ in range(2))
    slots = len(bounds)
    generator = torch.Generator().manual_seed(seed)
    tables = [
        torch.zeros(slots, beams, MOST + 1, dtype=k, device=DEVICE)
        for k in (torch.long, torch.uint8)
    ]
    own = torch.arange(beams, device=DEVICE)[None, :, None].expand(slots, -1, 1)
    for step in range(MOST):
        logits = draw(slots, beams, generator, eos)
        tables[0].scatter_(2, twin.steps[:, None, None].expand(-1, beams, 1), own)
        parents = twin.step(logits, step + 1)
        past = tables[0][:, :, : step + 1]
        past.copy_(past.gather(1, parents[..., None].expand_as(past)))
        found = advance_beams(ours, logits, step + 1, tables[1])

        assert torch.equal(ours.steps, twin.steps)
        assert torch.equal(ours.done, twin.done)
        assert torch.equal(ours._hopeful, twin._hopeful)
        assert torch.equal(ours._finished, twin._finished)
        assert torch.equal(ours._best_scores, twin._best_scores)
        for slot in range(slots):
            new = int(twin.steps[slot])
            kept = twin._finished[slot]  # what has not finished stands in any order: ties
            assert torch.equal(ours._best_lengths[slot, kept], twin._best_lengths[slot, kept])
            for mine, its, n in zip(
                ours._best_ids[slot, kept], twin._best_ids[slot, kept],
                twin._best_lengths[slot, kept], strict=True,
            ):  # fmt: skip
                assert torch.equal(mine[: n + 1], its[: n + 1])
            if not twin.done[slot]:
                assert torch.equal(found[slot], parents[slot])
                assert torch.equal(ours._scores[slot], twin._scores[slot])
                assert torch.equal(ours._ids[slot, :, : new + 1], twin._ids[slot, :, : new + 1])
                assert torch.equal(
                    tables[1][slot, :, : step + 1].long(), tables[0][slot, :, : step + 1]
                )
        for search in (twin, ours):  # slots that are done may differ in what nobody reads
            search._scores[twin.done], search._ids[twin.done] = 0.0, 1
    assert not ours.broken.any()


def test_a_finished_slot_that_is_read_late_does_not_change() -> None:
    options = SearchOptions(num_beams=3, max_new_tokens=MOST)
    search = started(Beams, options, (2,), [4])
    generator = torch.Generator().manual_seed(3)
    for step in range(4):
        advance_beams(search, draw(1, 3, generator, (2,)), step + 1, None)
    assert search.done.all()
    results = search.result(0)
    for step in range(4, MOST + 2):
        advance_beams(search, draw(1, 3, generator, (2,)), min(step, MOST) + 1, None)
    assert search.result(0) == results
    assert search.done.all()


def test_nan_breaks_a_slot_and_ends_it() -> None:
    options = SearchOptions(num_beams=2, max_new_tokens=MOST)
    search = started(Beams, options, (2,), [5, 5])
    logits = torch.randn(2, 2, VOCABULARY, device=DEVICE)
    logits[1, 0, 3] = torch.nan
    advance_beams(search, logits, 1, None)
    assert search.broken.tolist() == [False, True]
    assert search.done.tolist() == [False, True]


@pytest.mark.parametrize("count", [64, 65])
def test_tables_longer_than_a_block_move_whole(count: int) -> None:
    options = SearchOptions(num_beams=2, max_new_tokens=200)
    search = started(Beams, options, (2,), [200])
    search.steps[:] = count
    search._scores[:] = torch.tensor([[-9.0, 0.0]])
    search._ids[0, 0, : count + 1] = 3
    search._ids[0, 1, : count + 1] = torch.arange(count + 1)
    table = torch.randint(0, 2, (1, 2, 201), device=DEVICE)
    before = table.clone()
    logits = torch.zeros(1, 2, VOCABULARY, device=DEVICE)
    logits[..., 5], logits[..., 6] = 21.0, 20.0
    assert advance_beams(search, logits, count + 1, table).tolist() == [[1, 1]]
    assert torch.equal(search._ids[0, :, : count + 1].cpu(), torch.arange(count + 1).expand(2, -1))
    assert search._ids[0, :, count + 1].tolist() == [5, 6]
    assert torch.equal(table[0, :, :count], before[0, 1, :count].expand(2, -1))
    assert table[0, :, count].tolist() == [1, 1]
    assert torch.equal(table[0, :, count + 1 :], before[0, :, count + 1 :])
