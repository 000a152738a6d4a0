"""A step's bookkeeping once its candidates are known: one launch, one program a slot.

The twins are `search.Samples.step` and `search.Beams.step` behind
`Rules.candidates`, operation by operation; ties go to the first. Ids are moved
in place up to the step's own; what lies behind is not touched.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl

NEVER = tl.constexpr(-1.0e9)
"""`search.NEVER`."""

TAKEN = tl.constexpr(-(2**31))
"""Below -inf in the order of `_rank`."""

NOWHERE = tl.constexpr(2**31 - 1)


@triton.jit
def _rank(x):
    """32-bit integers in the order of the floats x, NaN above all."""
    bits = (x + 0.0).to(tl.int32, bitcast=True)  # -0.0 is 0.0
    return tl.where(x != x, 0x7FFFFFF0, tl.where(bits < 0, bits ^ 0x7FFFFFFF, bits))


@triton.jit
def _unrank(rank):
    return tl.where(rank < 0, rank ^ 0x7FFFFFFF, rank).to(tl.float32, bitcast=True)


@triton.jit
def _ends(token, eos, ENDS: tl.constexpr):
    """Whether ids are among the first `ENDS` of `eos`."""
    found = token != token
    for i in tl.static_range(ENDS):
        found = found | (token == tl.load(eos + i))
    return found


# -- greedy search and sampling -------------------------------------------------------


@triton.jit
def _advance_rows(
    values, tokens, eos, ids, steps, longest, done, broken, ended, lengths, i_slot, i_row, v_row,
    most, places,
    ROWS: tl.constexpr, LANES: tl.constexpr, ENDS: tl.constexpr,
):  # fmt: skip
    slot = tl.program_id(0).to(tl.int64)
    row = tl.arange(0, LANES)
    real = row < ROWS
    at = slot * ROWS + row
    written = tl.load(steps + slot)
    token = tl.load(tokens + at, mask=real, other=0)
    value = tl.load(values + at * v_row, mask=real, other=0.0)
    was = tl.load(ended + at, mask=real, other=1) != 0
    length = tl.load(lengths + at, mask=real, other=0)

    place = tl.minimum(written + 1, places - 1)
    tl.store(ids + slot * i_slot + row * i_row + place, token, mask=real)
    tl.store(lengths + at, tl.where(was, length, length + 1), mask=real)
    ill = tl.max((real & (value != value)).to(tl.int32), axis=0)
    tl.store(broken + slot, (ill > 0) | (tl.load(broken + slot) != 0))
    now = was | _ends(token, eos, ENDS) | (written + 1 >= tl.load(longest + slot))
    tl.store(ended + at, now, mask=real)
    tl.store(done + slot, tl.min((now | (row >= ROWS)).to(tl.int32), axis=0) > 0)
    tl.store(steps + slot, tl.minimum(written + 1, most))


def advance_rows(
    values: torch.Tensor,
    tokens: torch.Tensor,
    eos: torch.Tensor,
    *,
    ids: torch.Tensor,
    steps: torch.Tensor,
    longest: torch.Tensor,
    done: torch.Tensor,
    broken: torch.Tensor,
    ended: torch.Tensor,
    lengths: torch.Tensor,
    most: int,
) -> None:
    """Write the chosen ids and end what has ended. Twin: `search.Samples.step`.

    Args:
        values: [slots * rows, any], candidates' values: NaN in the first breaks the slot.
        tokens: [slots * rows], the chosen ids.
        eos: ids that end a row.
        ids: [slots, rows, places], written at steps + 1.
        steps, longest: [slots], new ids so far (grows by one, up to `most`), and at most.
        done, broken: [slots], booleans.
        ended, lengths: [slots, rows], booleans, and ids that count.
        most: the most new ids of any slot.
    """
    slots, rows, places = ids.shape
    assert tokens.is_contiguous()
    assert ended.is_contiguous()
    assert lengths.is_contiguous()
    _advance_rows[slots,](
        values, tokens, eos, ids, steps, longest, done, broken, ended, lengths,
        *ids.stride()[:2], values.stride(0), most, places,
        ROWS=rows, LANES=_power(rows), ENDS=len(eos), num_warps=1,
    )  # fmt: skip


# -- beam search ----------------------------------------------------------------------


@triton.jit
def _advance_beams(
    values, tokens, eos, penalties, ids, scores, best_ids, best_scores, best_lengths,
    finished, hopeful, steps, longest, done, broken, table, parents,
    i_slot, i_row, b_slot, b_row, t_slot, t_beam, most, places, table_places,
    BEAMS: tl.constexpr, LANES: tl.constexpr, COUNT: tl.constexpr, FLAT: tl.constexpr,
    KEEP: tl.constexpr, KEPT: tl.constexpr, ENDS: tl.constexpr, EARLY: tl.constexpr,
    NEVER_ENDS: tl.constexpr, TABLE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    slot = tl.program_id(0).to(tl.int64)
    beam, kept, flat = tl.arange(0, LANES), tl.arange(0, KEPT), tl.arange(0, FLAT)
    a_beam, a_kept = beam < BEAMS, kept < KEEP
    written = tl.load(steps + slot).to(tl.int32)
    limit = tl.load(longest + slot).to(tl.int32)
    new = tl.minimum(written + 1, most)

    # The best continuations over all beams.
    real = flat < BEAMS * COUNT
    mine = tl.load(scores + slot * BEAMS + flat // COUNT, mask=real, other=0.0)
    total = tl.load(values + slot * BEAMS * COUNT + flat, mask=real, other=0.0) + mine
    ranks = tl.where(real, _rank(total), TAKEN)
    score, where = tl.zeros([KEPT], tl.float32), tl.zeros([KEPT], tl.int32)
    for i in range(KEEP):
        top = tl.max(ranks, axis=0)
        first = tl.min(tl.where(ranks == top, flat, NOWHERE), axis=0)
        score = tl.where(kept == i, _unrank(top), score)
        where = tl.where(kept == i, first, where)
        ranks = tl.where(flat == first, TAKEN, ranks)
    parent = where // COUNT
    token = tl.load(tokens + slot * BEAMS * COUNT + where, mask=a_kept, other=0)
    stops = a_kept & (_ends(token, eos, ENDS) | (written + 1 >= limit))
    ill = tl.max((a_kept & (score != score)).to(tl.int32), axis=0)
    tl.store(broken + slot, (ill > 0) | (tl.load(broken + slot) != 0))

    # The beams that go on.
    running = score + tl.where(stops, NEVER, 0.0)
    running_ranks = tl.where(a_kept, _rank(running), TAKEN)
    on_score, on_parent = tl.zeros([LANES], tl.float32), tl.zeros([LANES], tl.int32)
    on_token = tl.zeros([LANES], tl.int64)
    for i in range(BEAMS):
        top_on = tl.max(running_ranks, axis=0)
        it = tl.min(tl.where(running_ranks == top_on, kept, NOWHERE), axis=0)
        on_score = tl.where(beam == i, _unrank(top_on), on_score)
        on_parent = tl.where(beam == i, tl.sum(tl.where(kept == it, parent, 0), axis=0), on_parent)
        on_token = tl.where(beam == i, tl.sum(tl.where(kept == it, token, 0), axis=0), on_token)
        running_ranks = tl.where(kept == it, TAKEN, running_ranks)
    tl.store(scores + slot * BEAMS + beam, on_score, mask=a_beam)
    tl.store(parents + slot * BEAMS + beam, on_parent.to(tl.int64), mask=a_beam)

    # Those that ended, among the best finished ones.
    old_score = tl.load(best_scores + slot * BEAMS + beam, mask=a_beam, other=0.0)
    old_length = tl.load(best_lengths + slot * BEAMS + beam, mask=a_beam, other=0)
    old_finished = tl.load(finished + slot * BEAMS + beam, mask=a_beam, other=1) != 0
    hope = tl.load(hopeful + slot) != 0
    ended = stops & (kept < BEAMS)
    final = tl.div_rn(score, tl.load(penalties + new) + tl.zeros([KEPT], tl.float32))
    if EARLY:
        final += tl.where(tl.min(old_finished.to(tl.int32), axis=0) > 0, NEVER, 0.0)
    final += tl.where(hope, 0.0, NEVER)
    final += tl.where(ended, 0.0, NEVER)
    old_ranks = tl.where(a_beam, _rank(old_score), TAKEN)
    end_ranks = tl.where(a_kept, _rank(final), TAKEN)
    top_score, origin = tl.zeros([LANES], tl.float32), tl.zeros([LANES], tl.int32)
    top_parent, top_token = tl.zeros([LANES], tl.int32), tl.zeros([LANES], tl.int64)
    top_length, top_finished = tl.zeros([LANES], tl.int64), tl.zeros([LANES], tl.int32)
    for i in range(BEAMS):
        highest = tl.maximum(tl.max(old_ranks, axis=0), tl.max(end_ranks, axis=0))
        old = tl.min(tl.where(old_ranks == highest, beam, NOWHERE), axis=0)
        young = tl.min(tl.where(end_ranks == highest, kept, NOWHERE), axis=0)
        is_old = old != NOWHERE  # old ones come first
        here, there = (beam == old) & is_old, (kept == young) & (old == NOWHERE)
        length = tl.sum(tl.where(here, old_length, 0), axis=0)
        flag = tl.sum((here & old_finished).to(tl.int32), axis=0)
        flag += tl.sum((there & ended).to(tl.int32), axis=0)
        at_i = beam == i
        top_score = tl.where(at_i, _unrank(highest), top_score)
        origin = tl.where(at_i, tl.where(is_old, old, -1), origin)
        top_parent = tl.where(at_i, tl.sum(tl.where(there, parent, 0), axis=0), top_parent)
        top_token = tl.where(at_i, tl.sum(tl.where(there, token, 0), axis=0), top_token)
        top_length = tl.where(at_i, tl.where(is_old, length, new), top_length)
        top_finished = tl.where(at_i, flag, top_finished)
        old_ranks = tl.where(here, TAKEN, old_ranks)
        end_ranks = tl.where(there, TAKEN, end_ranks)
    tl.store(best_scores + slot * BEAMS + beam, top_score, mask=a_beam)
    tl.store(best_lengths + slot * BEAMS + beam, top_length, mask=a_beam)
    tl.store(finished + slot * BEAMS + beam, top_finished > 0, mask=a_beam)

    # Whether something better can come.
    reach = tl.load(penalties + (limit if NEVER_ENDS else new))
    possible = tl.div_rn(tl.where(beam == 0, on_score, 0.0), reach + tl.zeros([LANES], tl.float32))
    possible = tl.sum(tl.where(beam == 0, possible, 0.0), axis=0)
    worst = tl.min(tl.where(a_beam, top_score, float("inf")), axis=0)
    least = tl.where(top_finished > 0, worst, NEVER)
    hope = hope & (tl.max((a_beam & (possible > least)).to(tl.int32), axis=0) > 0)
    over = (hope == 0) | (tl.min((stops | (kept >= KEEP)).to(tl.int32), axis=0) > 0)
    if EARLY:
        over = over | (tl.min(((top_finished > 0) | (beam >= BEAMS)).to(tl.int32), axis=0) > 0)
    tl.store(done + slot, over)
    tl.store(hopeful + slot, hope & (over == 0))  # a slot that is read late must not change
    tl.store(steps + slot, new.to(tl.int64))

    # Move ids, and the table with them: all of a place is read before any of it is written.
    last = tl.minimum(written + 1, places - 1)
    from_best = (origin >= 0) & a_beam
    for start in range(0, last + 1, BLOCK):
        place = start + tl.arange(0, BLOCK)
        inside = a_beam[:, None] & (place <= last)[None, :]
        newest = (place == last)[None, :]
        line = ids + slot * i_slot + place[None, :]
        best = best_ids + slot * b_slot + place[None, :]
        on = tl.load(
            line + on_parent[:, None] * i_row, mask=inside & (place != last)[None, :], other=0
        )
        on = tl.where(newest, on_token[:, None], on)
        keep = tl.load(best + origin[:, None] * b_row, mask=inside & from_best[:, None], other=0)
        come = tl.load(
            line + top_parent[:, None] * i_row,
            mask=inside & (from_best == 0)[:, None] & (place != last)[None, :], other=0,
        )  # fmt: skip
        come = tl.where(newest, top_token[:, None], come)
        keep = tl.where(from_best[:, None], keep, come)
        if TABLE:
            # The place just decoded was written by the parent itself.
            links = table + slot * t_slot + place[None, :]
            bound = a_beam[:, None] & (place <= written)[None, :] & (place < table_places)[None, :]
            past = bound & (place < written)[None, :]
            link = tl.load(links + on_parent[:, None] * t_beam, mask=past, other=0)
            link = tl.where((place == written)[None, :], on_parent[:, None].to(link.dtype), link)
        tl.debug_barrier()
        tl.store(line + beam[:, None] * i_row, on, mask=inside)
        tl.store(best + beam[:, None] * b_row, keep, mask=inside)
        if TABLE:
            tl.store(links + beam[:, None] * t_beam, link, mask=bound)


def advance_beams(
    values: torch.Tensor,
    tokens: torch.Tensor,
    eos: torch.Tensor,
    penalties: torch.Tensor,
    *,
    keep: int,
    early_stopping: bool,
    hope_to_the_end: bool,
    ids: torch.Tensor,
    scores: torch.Tensor,
    best_ids: torch.Tensor,
    best_scores: torch.Tensor,
    best_lengths: torch.Tensor,
    finished: torch.Tensor,
    hopeful: torch.Tensor,
    steps: torch.Tensor,
    longest: torch.Tensor,
    done: torch.Tensor,
    broken: torch.Tensor,
    most: int,
    table: torch.Tensor | None = None,
) -> torch.Tensor:
    """Choose the beams that go on, merge those that end. Twin: `search.Beams.step`.

    Args:
        values, tokens: [slots * beams, count], each beam's candidates by log probability.
        eos: ids that end a sequence.
        penalties: [most + 1], what a score is divided by, by new ids.
        keep: continuations looked at over all beams.
        early_stopping: whether it is True (neither False nor "never").
        hope_to_the_end: whether it is "never" and the length penalty above 0.
        ids, best_ids: [slots, beams, places].
        scores, best_scores, best_lengths, finished: [slots, beams].
        hopeful: [slots, 1].
        steps, longest, done, broken, most: as in `advance_rows`.
        table: [slots, beams, length], the cache's: moved with the beams, and the place
            just decoded marked as the parent's own; None to leave that to the caller.

    Returns:
        [slots, beams] the beam that each beam goes on from.
    """
    slots, beams, places = ids.shape
    count = values.shape[1]
    for small in (values, tokens, scores, best_scores, best_lengths, finished, hopeful):
        assert small.is_contiguous()
    assert keep <= beams * count
    parents = torch.empty(slots, beams, dtype=torch.long, device=ids.device)
    links = parents if table is None else table
    _advance_beams[slots,](
        values, tokens, eos, penalties, ids, scores, best_ids, best_scores, best_lengths,
        finished, hopeful, steps, longest, done, broken, links, parents,
        *ids.stride()[:2], *best_ids.stride()[:2], *links.stride()[:2], most, places,
        links.shape[-1],
        BEAMS=beams, LANES=_power(beams), COUNT=count, FLAT=_power(beams * count), KEEP=keep,
        KEPT=_power(keep), ENDS=len(eos), EARLY=early_stopping, NEVER_ENDS=hope_to_the_end,
        TABLE=table is not None, BLOCK=64, num_warps=1,
    )  # fmt: skip
    return parents


def _power(number: int) -> int:
    return 1 << max(0, number - 1).bit_length()
