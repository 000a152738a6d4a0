"""A step of search: Triton's kernels against the eager searches, step by step."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import triton_device
from hypothesis import given, settings
from hypothesis import strategies as st
from triton_device import DEVICE

from summarize.engine.kernel_search import KernelBeams, KernelSamples
from summarize.engine.rules import Rules
from summarize.engine.scheduler import Request
from summarize.engine.search import Beams, Samples
from summarize.options import SearchOptions

pytestmark = triton_device.MARKS

MOST = 7
VOCABULARY = 40


def started(
    kind: type[Any], options: SearchOptions, eos: tuple[int, ...], bounds: list[int], *more: Any
) -> Any:
    """A search with a request in every slot, at most `bounds` long."""
    rules = Rules.make(options, eos, VOCABULARY, DEVICE)
    search = kind(rules, len(bounds), 1, DEVICE, *more)
    if isinstance(search, KernelBeams | KernelSamples):
        search.on_kernels = True
    requests = [Request(slot, (1, 2), 0, most) for slot, most in enumerate(bounds)]
    search.admit(torch.arange(len(bounds), device=DEVICE), requests)
    if isinstance(search, KernelSamples | KernelBeams):
        search.on_kernels = True
    return search


def beams_of(count: int, most: int = MOST, **options: Any) -> tuple[Any, torch.Tensor]:
    """One slot's beam search by kernels, and its table."""
    table = torch.zeros(1, count, most + 1, dtype=torch.uint8, device=DEVICE)
    options = {"num_beams": count, "max_new_tokens": most} | options
    return started(KernelBeams, SearchOptions(**options), (2,), [most], table), table


def draw(slots: int, rows: int, generator: torch.Generator, eos: tuple[int, ...]) -> torch.Tensor:
    logits = 2 * torch.randn(slots, rows, VOCABULARY, generator=generator)
    logits[..., list(eos)] += 1.5  # often enough to end some
    return logits.to(DEVICE)


# -- greedy search and sampling -------------------------------------------------------


@settings(max_examples=4, deadline=None, derandomize=True)
@given(
    bounds=st.lists(st.integers(1, MOST), min_size=1, max_size=2),
    eos=st.sampled_from([(), (2,), (2, 7)]),
    samples=st.sampled_from([0, 1, 3]),
    seed=st.integers(0, 99),
)
def test_rows(bounds: list[int], eos: tuple[int, ...], samples: int, seed: int) -> None:
    options = SearchOptions(
        max_new_tokens=MOST, no_repeat_ngram_size=2, do_sample=samples > 0, top_k=5, seed=seed,
        num_return_sequences=samples or 1,
    )  # fmt: skip
    twin, ours = (started(kind, options, eos, bounds) for kind in (Samples, KernelSamples))
    generator = torch.Generator().manual_seed(seed)
    for step in range(MOST + 2):  # two more than any: what is read late must not change
        logits = draw(len(bounds), samples or 1, generator, eos)
        length = min(step, MOST) + 1
        twin.step(logits.clone(), length)
        ours.step(logits, length)
        for mine, its in zip(ours._state(), twin._state(), strict=True):
            assert torch.equal(mine, its)


def test_a_broken_row_breaks_its_slot() -> None:
    options = SearchOptions(max_new_tokens=MOST)
    search = started(KernelSamples, options, (2,), [5, 5])
    logits = torch.randn(2, 1, VOCABULARY, device=DEVICE)
    logits[1, 0, 3] = torch.nan
    search.step(logits, 1)
    assert search.broken.tolist() == [False, True]


def test_many_candidates_are_sampled_as_ever() -> None:
    options = SearchOptions(max_new_tokens=MOST, do_sample=True, top_k=0, seed=1)
    twin, ours = (started(kind, options, (2,), [5]) for kind in (Samples, KernelSamples))
    logits = torch.randn(1, 1, VOCABULARY, device=DEVICE)
    for search in (twin, ours):
        search.step(logits.clone(), 1)
    assert torch.equal(ours._ids, twin._ids)


# -- beam search ----------------------------------------------------------------------


@settings(max_examples=5, deadline=None, derandomize=True)
@given(
    bounds=st.lists(st.integers(1, MOST), min_size=1, max_size=2),
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
        num_beams=beams, max_new_tokens=MOST, early_stopping=early, length_penalty=power,
        no_repeat_ngram_size=3,
    )  # fmt: skip
    slots = len(bounds)
    wanted, found = (
        torch.zeros(slots, beams, MOST + 1, dtype=kind, device=DEVICE)
        for kind in (torch.long, torch.uint8)
    )
    twin = started(Beams, options, eos, bounds)
    ours = started(KernelBeams, options, eos, bounds, found)
    generator = torch.Generator().manual_seed(seed)
    own = torch.arange(beams, device=DEVICE)[None, :, None].expand(slots, -1, 1)
    for step in range(MOST):
        logits = draw(slots, beams, generator, eos)
        wanted.scatter_(2, twin.steps[:, None, None].expand(-1, beams, 1), own)
        parents = twin.step(logits.clone(), step + 1)
        past = wanted[:, :, : step + 1]
        past.copy_(past.gather(1, parents[..., None].expand_as(past)))
        assert ours.step(logits, step + 1) is None

        for name in ("steps", "done", "_hopeful", "_finished"):
            assert torch.equal(getattr(ours, name), getattr(twin, name)), name
        torch.testing.assert_close(ours._best_scores, twin._best_scores)
        for slot in range(slots):
            new = int(twin.steps[slot])
            assert ended(ours, slot) == ended(twin, slot)
            if not twin.done[slot]:
                torch.testing.assert_close(ours._scores[slot], twin._scores[slot])
                assert torch.equal(ours._ids[slot, :, : new + 1], twin._ids[slot, :, : new + 1])
                assert torch.equal(found[slot, :, : step + 1].long(), wanted[slot, :, : step + 1])
        for search in (twin, ours):  # slots that are done may differ in what nobody reads
            search._scores[twin.done], search._ids[twin.done] = 0.0, 1
    assert not ours.broken.any()


def ended(search: Beams, slot: int) -> list[list[int]]:
    """The finished sequences, best first; the rest stands in any order, for its scores tie."""
    return [
        ids[: n + 1].tolist()
        for ids, n, done in zip(
            search._best_ids[slot], search._best_lengths[slot], search._finished[slot], strict=True
        )
        if done
    ]


def test_a_finished_slot_that_is_read_late_does_not_change() -> None:
    search, _ = beams_of(3)
    search._longest[:] = 4
    generator = torch.Generator().manual_seed(3)
    for step in range(4):
        search.step(draw(1, 3, generator, (2,)), step + 1)
    assert search.done.all()
    sequences, scores = ended(search, 0), search._best_scores.clone()
    assert len(sequences) == 3
    for step in range(4, MOST + 2):
        search.step(draw(1, 3, generator, (2,)), min(step, MOST) + 1)
    assert ended(search, 0) == sequences
    assert torch.equal(search._best_scores, scores)
    assert search.done.all()


def test_nan_breaks_a_slot_and_ends_it() -> None:
    options = SearchOptions(num_beams=2, max_new_tokens=MOST)
    table = torch.zeros(2, 2, MOST + 1, dtype=torch.long, device=DEVICE)
    search = started(KernelBeams, options, (2,), [5, 5], table)
    logits = torch.randn(2, 2, VOCABULARY, device=DEVICE)
    logits[1, 0, 3] = torch.nan
    search.step(logits, 1)
    assert search.broken.tolist() == [False, True]
    assert search.done.tolist() == [False, True]


@pytest.mark.parametrize("count", [64, 65])
def test_pasts_longer_than_a_block_move_whole(count: int) -> None:
    search, table = beams_of(2, 200)
    search.steps[:] = count
    search._scores[:] = torch.tensor([[-9.0, 0.0]])
    search._ids[0, 0, : count + 1] = 3
    search._ids[0, 1, : count + 1] = torch.arange(count + 1)
    table.copy_(torch.randint(0, 2, table.shape))
    before = table.clone()
    logits = torch.zeros(1, 2, VOCABULARY, device=DEVICE)
    logits[..., 5], logits[..., 6] = 21.0, 20.0
    search.step(logits, count + 1)
    assert torch.equal(search._ids[0, :, : count + 1].cpu(), torch.arange(count + 1).expand(2, -1))
    assert search._ids[0, :, count + 1].tolist() == [5, 6]
    assert torch.equal(table[0, :, :count], before[0, 1, :count].expand(2, -1))
    assert table[0, :, count].tolist() == [1, 1]
    assert torch.equal(table[0, :, count + 1 :], before[0, :, count + 1 :])
