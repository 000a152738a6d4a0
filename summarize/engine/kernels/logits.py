"""From logits to the best few next ids, in one read of the logits.

    edit    what the rules touch is a few ids a row, known before the logits are:
            those logits are taken out (put aside in 32 bits, -inf in their place)
    scan    one pass: each block's maximum and sum of exponentials, each chunk's maximum
    select  joins the sums with what was put aside, applies the rules to that, and finds
            the best: they lie in the chunks with the best maxima, or aside

No row is ever held in 32 bits, and what the rules change is not rounded to the
logits' dtype. Ties go to the lowest id. Knows no search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import triton
import triton.language as tl

CHUNK = tl.constexpr(128)
"""Ids whose maximum is looked at as one."""

MOST = 64
"""Candidates that `select` finds at most: it holds so many chunks in registers."""

PROGRAMS = 528
"""Programs that keep the device's memory busy: four for each of 132 multiprocessors."""

TAKEN = tl.constexpr(-(2**31))
"""Below -inf in the order of `_rank`."""

NOWHERE = tl.constexpr(2**31 - 1)


@triton.jit
def _rank(x):
    """32-bit integers in the order of the floats x; NaN has no order."""
    bits = (x + 0.0).to(tl.int32, bitcast=True)  # -0.0 is 0.0
    return tl.where(bits < 0, bits ^ 0x7FFFFFFF, bits)


@triton.jit
def _unrank(rank):
    return tl.where(rank < 0, rank ^ 0x7FFFFFFF, rank).to(tl.float32, bitcast=True)


# -- edit -----------------------------------------------------------------------------


@triton.jit
def _touched(
    entry, past, step, least, tokens, prefixes, early, count,
    NGRAM: tl.constexpr, PENALTY: tl.constexpr, PREFIX: tl.constexpr,
):  # fmt: skip
    """What the rules say of entries: the first `count` are banned ids, then the row's past.

    Returns their ids, whether a rule touches them, and whether it bans them.
    """
    fixed = entry < count
    token = tl.load(tokens + entry, mask=fixed, other=0).to(tl.int32)
    banned = fixed & ((tl.load(early + entry, mask=fixed, other=0) == 0) | (step < least))
    for back in tl.static_range(PREFIX):
        wanted = tl.load(prefixes + entry * PREFIX + (PREFIX - 1 - back), mask=fixed, other=-1)
        there = tl.load(past + step - back, mask=step >= back, other=-2)
        banned = banned & ((wanted < 0) | (wanted == there))
    touched = banned
    if NGRAM > 0 or PENALTY:
        place = entry - count
        real = (place >= 0) & (place <= step)
        token = tl.where(fixed, token, tl.load(past + place, mask=real, other=0).to(tl.int32))
        if PENALTY:
            touched = touched | real
        if NGRAM > 0:
            repeats = real & (place >= NGRAM - 1)
            for back in tl.static_range(1, NGRAM):
                here = tl.load(past + place - back, mask=repeats, other=-1)
                last = tl.load(past + step + 1 - back, mask=step + 1 >= back, other=-2)
                repeats = repeats & (here == last)
            banned = banned | repeats
            touched = touched | repeats
    return token, touched, banned


@triton.jit
def _edit(
    logits, ids, steps, least, tokens, prefixes, early, aside_ids, aside, l_row, i_slot, i_row,
    count,
    ROWS: tl.constexpr, ALIGN: tl.constexpr, ENTRIES: tl.constexpr, STEP: tl.constexpr,
    NGRAM: tl.constexpr, PENALTY: tl.constexpr, PREFIX: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    slot = row // ROWS
    past = ids + slot * i_slot + (row % ROWS) * i_row
    step = tl.load(steps + slot).to(tl.int32)
    first = tl.load(least + slot).to(tl.int32)
    entry = tl.arange(0, ENTRIES)
    token, touched, banned = _touched(
        entry, past, step, first, tokens, prefixes, early, count, NGRAM, PENALTY, PREFIX
    )
    # An id may be touched more than once: the first entry stands for all of them.
    repeated = tl.zeros([ENTRIES], tl.int32)
    forbidden = banned.to(tl.int32)
    end = count + (step + 1 if NGRAM > 0 or PENALTY else 0)
    for start in range(0, end, STEP):
        other = start + tl.arange(0, STEP)
        its, hit, out = _touched(
            other, past, step, first, tokens, prefixes, early, count, NGRAM, PENALTY, PREFIX
        )
        same = (token[:, None] == its[None, :]) & hit[None, :]
        before = same & (other[None, :] < entry[:, None])
        repeated = tl.maximum(repeated, tl.max(before.to(tl.int32), axis=1))
        forbidden = tl.maximum(forbidden, tl.max((same & out[None, :]).to(tl.int32), axis=1))
    stands = touched & (repeated == 0)
    here = logits + row * (l_row // ALIGN) * ALIGN + token
    old = tl.load(here, mask=stands, other=0.0)
    tl.debug_barrier()  # a thread that holds a copy of an entry must not read what replaces it
    tl.store(here, tl.full([ENTRIES], -float("inf"), tl.float32).to(old.dtype), mask=stands)
    to = row * ENTRIES + entry
    # A banned id's sign says so.
    code = tl.where(forbidden > 0, -1 - token, token)
    tl.store(aside_ids + to, tl.where(stands, code, TAKEN))
    tl.store(aside + to, old.to(tl.float32))


# -- scan -----------------------------------------------------------------------------


@triton.jit
def _scan(
    logits, best, peaks, totals, l_row, vocabulary, chunks,
    ALIGN: tl.constexpr, BLOCK: tl.constexpr, STATS: tl.constexpr,
):  # fmt: skip
    row, block = tl.program_id(0).to(tl.int64), tl.program_id(1)
    several: tl.constexpr = BLOCK // CHUNK
    chunk = block * several + tl.arange(0, several)
    at = chunk[:, None] * CHUNK + tl.arange(0, CHUNK)[None, :]
    here = logits + row * (l_row // ALIGN) * ALIGN + at
    if (block + 1) * BLOCK <= vocabulary:
        x = tl.load(here).to(tl.float32)  # no mask: wide loads, whatever the vocabulary
    else:
        x = tl.load(here, mask=at < vocabulary, other=-float("inf")).to(tl.float32)
    broken = x != x
    tops = tl.max(tl.where(broken, -float("inf"), x), axis=1)
    bad = tl.max(broken.to(tl.int32), axis=1) > 0
    tl.store(best + row * chunks + chunk, tl.where(bad, float("nan"), tops), mask=chunk < chunks)
    if STATS:
        top = tl.max(tops, axis=0)
        safe = tl.where(top == -float("inf"), 0.0, top)
        total = tl.sum(tl.sum(tl.exp(x - safe), axis=1), axis=0)
        to = row * tl.num_programs(1) + block
        tl.store(peaks + to, top)
        tl.store(totals + to, total)


@triton.jit
def _joined(peaks, totals, row, blocks, BLOCKS: tl.constexpr):
    """A row's maximum, and its sum of exponentials below that."""
    block = tl.arange(0, BLOCKS)
    mask = block < blocks
    peak = tl.load(peaks + row * blocks + block, mask=mask, other=-float("inf"))
    total = tl.load(totals + row * blocks + block, mask=mask, other=0.0)
    top = tl.max(peak, axis=0)
    safe = tl.where(top == -float("inf"), 0.0, top)
    return top, tl.sum(total * tl.exp(peak - safe), axis=0)


# -- select ---------------------------------------------------------------------------


@triton.jit
def _select(
    logits, best, peaks, totals, aside_ids, aside, steps, most, values, found,
    l_row, vocabulary, chunks, blocks, penalty, forced_first, forced_last,
    ROWS: tl.constexpr, ALIGN: tl.constexpr, CHUNKS: tl.constexpr, BLOCKS: tl.constexpr,
    ENTRIES: tl.constexpr, COUNT: tl.constexpr, KEPT: tl.constexpr,
    STATS: tl.constexpr, FORCE: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)

    lane = tl.arange(0, CHUNKS)
    tops = tl.load(best + row * chunks + lane, mask=lane < chunks, other=-float("inf"))
    broken = tl.max((tops != tops).to(tl.int32), axis=0)
    number = tl.arange(0, KEPT)
    kept = tl.full([KEPT], -1, tl.int32)
    chunk_ranks = tl.where(lane < chunks, _rank(tops), TAKEN)
    for i in range(COUNT):
        highest = tl.max(chunk_ranks, axis=0)
        chunk = tl.min(tl.where(chunk_ranks == highest, lane, NOWHERE), axis=0)
        kept = tl.where((number == i) & (highest != TAKEN), chunk, kept)
        chunk_ranks = tl.where(lane == chunk, TAKEN, chunk_ranks)

    token = kept[:, None] * CHUNK + tl.arange(0, CHUNK)[None, :]
    real = (kept >= 0)[:, None] & (token < vocabulary)
    here = logits + row * (l_row // ALIGN) * ALIGN + token
    score = tl.load(here, mask=real, other=-float("inf")).to(tl.float32)

    if ENTRIES > 0:
        entry = tl.arange(0, ENTRIES)
        code = tl.load(aside_ids + row * ENTRIES + entry)
        old = tl.load(aside + row * ENTRIES + entry)
        stands = code != TAKEN
        its = tl.where(code < 0, -1 - code, code)
        broken = tl.maximum(broken, tl.max((stands & (old != old)).to(tl.int32), axis=0))

    if STATS:
        top, total = _joined(peaks, totals, row, blocks, BLOCKS)
        if ENTRIES > 0:
            old_or_less = tl.where(stands & (old == old), old, -float("inf"))
            higher = tl.maximum(top, tl.max(old_or_less, axis=0))
            safe = tl.where(higher == -float("inf"), 0.0, higher)
            total = total * tl.exp(top - safe) + tl.sum(tl.exp(old_or_less - safe), axis=0)
            top = higher
        shift = tl.log(total)
        score = (score - top) - shift
        if ENTRIES > 0:
            old = (old - top) - shift
        broken = tl.maximum(broken, (shift != shift).to(tl.int32))

    ranks = tl.where(real, _rank(score), TAKEN)
    if ENTRIES > 0:
        old = tl.where(old < 0.0, old * penalty, tl.div_rn(old, penalty))
        side = tl.where(stands, _rank(tl.where(code < 0, -float("inf"), old)), TAKEN)

    forced = -1
    if FORCE:
        step = tl.load(steps + row // ROWS).to(tl.int32)
        last = tl.load(most + row // ROWS).to(tl.int32) - 1
        forced = tl.where(step == 0, forced_first, -1)
        forced = tl.where((step == last) & (forced_last >= 0), forced_last, forced)

    for i in range(COUNT):
        first = tl.max(tl.max(ranks, axis=1), axis=0)
        if ENTRIES > 0:
            first = tl.maximum(first, tl.max(side, axis=0))
        lowest = tl.min(tl.min(tl.where(ranks == first, token, NOWHERE), axis=1), axis=0)
        if ENTRIES > 0:
            lowest = tl.minimum(lowest, tl.min(tl.where(side == first, its, NOWHERE), axis=0))
            side = tl.where(its == lowest, TAKEN, side)
        ranks = tl.where(token == lowest, TAKEN, ranks)
        value = tl.where(broken > 0, float("nan"), _unrank(first))
        chosen = lowest
        if FORCE:
            value = tl.where(forced < 0, value, tl.where(i == 0, 0.0, -float("inf")))
            chosen = tl.where(forced < 0, lowest, tl.where(i == 0, forced, 0))
        tl.store(values + row * COUNT + i, value)
        tl.store(found + row * COUNT + i, chosen.to(tl.int64))


# -- launchers ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bans:
    """Ids that may not be written, always or behind certain ids.

    Args:
        tokens: [count].
        prefixes: [count, longest], the ids before, on the right; -1 for any.
        early: [count], 1 where the ban ends once the row has its least length.
        longest: length of a prefix.
    """

    tokens: torch.Tensor
    prefixes: torch.Tensor
    early: torch.Tensor
    longest: int

    @classmethod
    def make(
        cls,
        eos: Sequence[int],
        words: Sequence[Sequence[int]],
        device: torch.device | str,
    ) -> Bans:
        """`eos` may not come early, `words` (each one id or more) never."""
        longest = max((len(word) - 1 for word in words), default=0)
        rows = [
            [-1] * (longest + 1 - len(word)) + list(word) for word in (*((i,) for i in eos), *words)
        ]
        tokens = [row[-1] for row in rows]
        early = [1] * len(eos) + [0] * len(words)
        return cls(
            torch.tensor(tokens, dtype=torch.int32, device=device),
            torch.tensor([row[:-1] for row in rows], dtype=torch.int32, device=device),
            torch.tensor(early, dtype=torch.int32, device=device),
            longest,
        )


@dataclass(frozen=True, slots=True)
class History:
    """What rows hold, as the search stores it.

    Args:
        ids: [slots, rows, places], the start token first, the last stride 1.
        steps: [slots], new ids so far.
        least, most: [slots], bounds on them.
        length: places that may hold ids by now: more than any of `steps`.
    """

    ids: torch.Tensor
    steps: torch.Tensor
    least: torch.Tensor
    most: torch.Tensor
    length: int


def candidates(
    logits: torch.Tensor,
    history: History,
    bans: Bans,
    count: int,
    *,
    normalize: bool,
    penalty: float = 1.0,
    ngram: int = 0,
    forced_first: int | None = None,
    forced_last: int | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The best next ids of each row under the rules: `Rules.candidates` in three launches.

    Twin: that. Ties go to the lowest id. Bytes: rows * vocabulary * itemsize, and a
    64th more; the rules' part is rows * (length + bans) * 20.

    Args:
        logits: [slots * rows, vocabulary], the last stride 1; ids that the rules touch
            are overwritten with -inf.
        history: of the rows.
        bans: of ids and words.
        count: how many, at most `MOST` and the vocabulary.
        normalize: score by log probabilities; else by logits.
        penalty: of ids that the row holds.
        ngram: size of the n-grams that may not come again; 0 for any may.
        forced_first, forced_last: ids that must come first, or at the most length.

    Returns:
        Values [rows, count] in float32, best first, and ids [rows, count]. A row with
        NaN has only NaN.
    """
    rows = history.ids.shape[1]
    past = penalty != 1.0 or ngram > 0
    banned = len(bans.tokens)
    if not past and not banned:
        aside_ids, aside = logits, logits
        entries = 0
    else:
        entries = max(16, _power(banned + (history.length if past else 0)))
        aside_ids = torch.empty(len(logits), entries, dtype=torch.int32, device=logits.device)
        aside = _wide(logits, len(logits), entries)
        _edit[len(logits),](
            logits, history.ids, history.steps, history.least, bans.tokens, bans.prefixes,
            bans.early, aside_ids, aside, logits.stride(0), *history.ids.stride()[:2], banned,
            ROWS=rows, ALIGN=_aligned(logits), ENTRIES=entries, STEP=16, NGRAM=ngram,
            PENALTY=penalty != 1.0, PREFIX=bans.longest, num_warps=4 if entries < 128 else 8,
        )  # fmt: skip
    best, peaks, totals = _scanned(logits, stats=normalize)
    total, vocabulary = logits.shape
    assert 1 <= count <= min(MOST, vocabulary)
    values = _wide(logits, total, count)
    found = torch.empty(total, count, dtype=torch.long, device=logits.device)
    _select[total,](
        logits, best, peaks, totals, aside_ids, aside, history.steps, history.most, values, found,
        logits.stride(0), vocabulary, best.shape[1], peaks.shape[1], penalty,
        -1 if forced_first is None else forced_first, -1 if forced_last is None else forced_last,
        ROWS=rows, ALIGN=_aligned(logits),
        CHUNKS=max(16, _power(best.shape[1])), BLOCKS=max(16, _power(peaks.shape[1])),
        ENTRIES=entries, COUNT=count, KEPT=_power(count), STATS=normalize,
        FORCE=not (forced_first is None and forced_last is None),
        num_warps=4 if count <= 16 else 8,
    )  # fmt: skip
    return values, found


def _scanned(
    logits: torch.Tensor, *, stats: bool
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The chunks' maxima, the blocks' maxima and sums; the latter empty where not asked for."""
    rows, vocabulary = logits.shape
    assert logits.stride(1) == 1
    block = min(4096, max(1024, _power(rows * vocabulary // PROGRAMS)))
    chunks, blocks = triton.cdiv(vocabulary, CHUNK.value), triton.cdiv(vocabulary, block)
    maxima = _wide(logits, rows, chunks)
    peaks, totals = (_wide(logits, rows, blocks if stats else 0) for _ in range(2))
    _scan[rows, blocks](
        logits, maxima, peaks, totals, logits.stride(0), vocabulary, chunks,
        ALIGN=_aligned(logits), BLOCK=block, STATS=stats, num_warps=4,
    )  # fmt: skip
    return maxima, peaks, totals


def _aligned(logits: torch.Tensor) -> int:
    """Elements that every row's start is a multiple of, up to what one load takes."""
    return min(8, logits.stride(0) & -logits.stride(0)) or 8


def _wide(like: torch.Tensor, *size: int) -> torch.Tensor:
    return torch.empty(size, dtype=torch.float32, device=like.device)


def _power(number: int) -> int:
    return 1 << max(0, number - 1).bit_length()
