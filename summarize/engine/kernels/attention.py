"""Attention of one decode step over stored keys and values.

Memory-bound: each kernel reads every key and value once, sums in 32 bits, and
splits over length where a step has too few rows to fill the device; a second
kernel then joins the parts. Three kernels do it: one query a slot (greedy
search: products summed by lanes), a slot's beams over their own pasts
(likewise, each beam's entries looked up in the table), and a slot's beams over
one source (tensor cores, rows padded to 16).
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl

INTERPRETED = triton.knobs.runtime.interpret

PROGRAMS = 264
"""Programs that fill the device: two for each of an H100's 132 multiprocessors."""

LEAST_SPAN = 128
"""Positions below which another part costs more (a launch) than it saves."""

TILE = 4096
"""Elements of a key tile where rows are few: 32 registers a thread at four warps."""


# -- one query a slot -----------------------------------------------------------------


@triton.jit(do_not_specialize=["span"])
def _row_attention(
    queries, keys, values, lengths, bias, new_keys, new_values, out, peaks, totals,
    q_slot, q_head, k_slot, k_head, k_place, b_head, n_slot, n_head,
    heads, span, scale,
    WIDTH: tl.constexpr, COLUMNS: tl.constexpr, BLOCK: tl.constexpr,
    LAST: tl.constexpr, BIAS: tl.constexpr, NEW: tl.constexpr, SPLIT: tl.constexpr,
):  # fmt: skip
    """A query over the first `lengths` places; over those up to place `lengths` if LAST."""
    row, part = tl.program_id(0), tl.program_id(1)
    slot, head = (row // heads).to(tl.int64), row % heads
    lane, at = tl.arange(0, BLOCK), tl.arange(0, COLUMNS)
    inside = at < WIDTH
    length = tl.load(lengths + slot).to(tl.int32)
    base = slot * k_slot + head * k_head
    q = tl.load(queries + slot * q_slot + head * q_head + at, mask=inside, other=0.0)
    q = q.to(tl.float32) * scale

    # Each lane keeps a softmax of its own over the places that fall to it; they are
    # joined after the loop, in which only the products' sum crosses lanes.
    peak = tl.full([BLOCK], -float("inf"), tl.float32)
    total = tl.zeros([BLOCK], tl.float32)
    mixed = tl.zeros([BLOCK, COLUMNS], tl.float32)
    begin = part * span
    end = tl.minimum(begin + span, length + 1 if LAST and not NEW else length)
    for start in range(begin, end, BLOCK):
        place = start + lane
        real = place < end
        entries = base + place[:, None] * k_place + at[None, :]
        mask = real[:, None] & inside[None, :]
        k = tl.load(keys + entries, mask=mask, other=0.0).to(tl.float32)
        v = tl.load(values + entries, mask=mask, other=0.0).to(tl.float32)
        score = tl.sum(q[None, :] * k, axis=1)
        if BIAS:
            apart = tl.load(bias + head * b_head + (length - place), mask=real, other=0.0)
            score += apart.to(tl.float32)
        score = tl.where(real, score, -float("inf"))
        higher = tl.maximum(peak, score)
        safe = tl.where(higher == -float("inf"), 0.0, higher)
        fade, weight = tl.exp(peak - safe), tl.exp(score - safe)
        total = total * fade + weight
        mixed = mixed * fade[:, None] + weight[:, None] * v
        peak = higher

    top = tl.max(peak, axis=0)
    share = tl.exp(peak - tl.where(top == -float("inf"), 0.0, top))
    sums = tl.sum(total * share, axis=0)
    sides = tl.sum(mixed * share[:, None], axis=0)

    if NEW:
        if part == 0:
            fresh = slot * n_slot + head * n_head + at
            new_k = tl.load(new_keys + fresh, mask=inside, other=0.0)
            new_v = tl.load(new_values + fresh, mask=inside, other=0.0)
            entry = base + length.to(tl.int64) * k_place + at
            tl.store(keys + entry, new_k, mask=inside)
            tl.store(values + entry, new_v, mask=inside)
            own = tl.sum(q * new_k.to(tl.float32), axis=0)
            if BIAS:
                own += tl.load(bias + head * b_head).to(tl.float32)
            most = tl.maximum(top, own)
            old, young = tl.exp(top - most), tl.exp(own - most)
            sums = sums * old + young
            sides = sides * old + young * new_v.to(tl.float32)
            top = most

    to = row.to(tl.int64)
    if SPLIT:
        to += part.to(tl.int64) * tl.num_programs(0)
        tl.store(peaks + to, top)
        tl.store(totals + to, sums)
    else:
        # A slot without keys gets zeros, not NaN: it waits for a request.
        sides = sides / tl.where(sums == 0.0, 1.0, sums)
    tl.store(out + to * WIDTH + at, sides.to(out.dtype.element_ty), mask=inside)


# -- a slot's beams over their own pasts ----------------------------------------------


@triton.jit(do_not_specialize=["span"])
def _beam_attention(
    queries, keys, values, table, steps, bias, new_keys, new_values, out, peaks, totals,
    q_slot, q_beam, q_head,
    k_slot, k_head, k_place, k_beam,
    t_slot, t_beam, b_head,
    n_slot, n_beam, n_head,
    heads, span, scale,
    BEAMS: tl.constexpr, ROWS: tl.constexpr, WIDTH: tl.constexpr, COLUMNS: tl.constexpr,
    BLOCK: tl.constexpr, BIAS: tl.constexpr, NEW: tl.constexpr, SPLIT: tl.constexpr,
):  # fmt: skip
    row, part = tl.program_id(0), tl.program_id(1)
    slot, head = (row // heads).to(tl.int64), row % heads
    beam, lane, at = tl.arange(0, ROWS), tl.arange(0, BLOCK), tl.arange(0, COLUMNS)
    inside = (beam < BEAMS)[:, None] & (at < WIDTH)[None, :]
    step = tl.load(steps + slot).to(tl.int32)
    base = slot * k_slot + head * k_head

    where = slot * q_slot + beam[:, None] * q_beam + head * q_head + at[None, :]
    q = tl.load(queries + where, mask=inside, other=0.0).to(tl.float32) * scale

    peak = tl.full([ROWS, BLOCK], -float("inf"), tl.float32)
    total = tl.zeros([ROWS, BLOCK], tl.float32)
    mixed = tl.zeros([ROWS, BLOCK, COLUMNS], tl.float32)
    begin = part * span
    end = tl.minimum(begin + span, step if NEW else step + 1)
    for start in range(begin, end, BLOCK):
        place = start + lane
        real = place < end
        links = slot * t_slot + beam[:, None] * t_beam + place[None, :]
        writer = tl.load(table + links, mask=(beam < BEAMS)[:, None] & real[None, :], other=0)
        offset = place[None, :] * k_place + writer.to(tl.int32) * k_beam
        mask = inside[:, None, :] & real[None, :, None]
        entries = base + offset[:, :, None] + at[None, None, :]
        k = tl.load(keys + entries, mask=mask, other=0.0).to(tl.float32)
        v = tl.load(values + entries, mask=mask, other=0.0).to(tl.float32)
        score = tl.sum(q[:, None, :] * k, axis=2)
        if BIAS:
            apart = tl.load(bias + head * b_head + (step - place), mask=real, other=0.0)
            score += apart.to(tl.float32)[None, :]
        score = tl.where(real[None, :], score, -float("inf"))
        higher = tl.maximum(peak, score)
        safe = tl.where(higher == -float("inf"), 0.0, higher)
        fade, weight = tl.exp(peak - safe), tl.exp(score - safe)
        total = total * fade + weight
        mixed = mixed * fade[:, :, None] + weight[:, :, None] * v
        peak = higher

    top = tl.max(peak, axis=1)
    fade = tl.exp(peak - tl.where(top == -float("inf"), 0.0, top)[:, None])
    sums = tl.sum(total * fade, axis=1)
    sides = tl.sum(mixed * fade[:, :, None], axis=1)

    if NEW:
        if part == 0:
            fresh = slot * n_slot + beam[:, None] * n_beam + head * n_head + at[None, :]
            new_k = tl.load(new_keys + fresh, mask=inside, other=0.0)
            new_v = tl.load(new_values + fresh, mask=inside, other=0.0)
            entry = base + step.to(tl.int64) * k_place + beam[:, None] * k_beam + at[None, :]
            tl.store(keys + entry, new_k, mask=inside)
            tl.store(values + entry, new_v, mask=inside)
            own = tl.sum(q * new_k.to(tl.float32), axis=1)
            if BIAS:
                own += tl.load(bias + head * b_head).to(tl.float32)
            higher_own = tl.maximum(top, own)
            kept, share = tl.exp(top - higher_own), tl.exp(own - higher_own)
            sums = sums * kept + share
            sides = sides * kept[:, None] + share[:, None] * new_v.to(tl.float32)
            top = higher_own

    _give(out, peaks, totals, slot, head, heads, part, sides, sums, top, beam, at, inside,
          BEAMS, WIDTH, SPLIT)  # fmt: skip


# -- a slot's beams over one source ---------------------------------------------------


@triton.jit(do_not_specialize=["span"])
def _group_attention(
    queries, keys, values, lengths, out, peaks, totals,
    q_slot, q_beam, q_head, k_slot, k_head, k_place,
    heads, span, scale,
    BEAMS: tl.constexpr, ROWS: tl.constexpr, WIDTH: tl.constexpr, COLUMNS: tl.constexpr,
    BLOCK: tl.constexpr, WIDE: tl.constexpr, SPLIT: tl.constexpr,
):  # fmt: skip
    row, part = tl.program_id(0), tl.program_id(1)
    slot, head = (row // heads).to(tl.int64), row % heads
    beam, lane, at = tl.arange(0, ROWS), tl.arange(0, BLOCK), tl.arange(0, COLUMNS)
    inside = (beam < BEAMS)[:, None] & (at < WIDTH)[None, :]
    base = slot * k_slot + head * k_head
    where = slot * q_slot + beam[:, None] * q_beam + head * q_head + at[None, :]
    q = tl.load(queries + where, mask=inside, other=0.0)
    if WIDE:
        q = q.to(tl.float32)
    begin = part * span
    end = tl.minimum(begin + span, tl.load(lengths + slot).to(tl.int32))

    top = tl.full([ROWS], -float("inf"), tl.float32)
    sums = tl.zeros([ROWS], tl.float32)
    sides = tl.zeros([ROWS, COLUMNS], tl.float32)
    for start in range(begin, end, BLOCK):
        place = start + lane
        real = place < end
        entries = base + place[:, None] * k_place + at[None, :]
        mask = real[:, None] & (at < WIDTH)[None, :]
        k = tl.load(keys + entries, mask=mask, other=0.0)
        v = tl.load(values + entries, mask=mask, other=0.0)
        if WIDE:
            k = k.to(tl.float32)
        score = tl.dot(q, tl.trans(k), input_precision="ieee") * scale
        score = tl.where(real[None, :], score, -float("inf"))
        higher = tl.maximum(top, tl.max(score, axis=1))  # finite: a tile has a real place
        fade, weight = tl.exp(top - higher), tl.exp(score - higher[:, None])
        sums = sums * fade + tl.sum(weight, axis=1)
        narrow = weight.to(v.dtype)
        if WIDE:
            narrow, v = narrow.to(tl.float32), v.to(tl.float32)
        sides = tl.dot(narrow, v, sides * fade[:, None], input_precision="ieee")
        top = higher

    _give(out, peaks, totals, slot, head, heads, part, sides, sums, top, beam, at, inside,
          BEAMS, WIDTH, SPLIT)  # fmt: skip


# -- parts ----------------------------------------------------------------------------


@triton.jit
def _give(
    out, peaks, totals, slot, head, heads, part, sides, sums, top, beam, at, inside,
    BEAMS: tl.constexpr, WIDTH: tl.constexpr, SPLIT: tl.constexpr,
):  # fmt: skip
    """Write a row's mix; unfinished, with its peak and sum, where others have parts of it."""
    row = (slot * BEAMS + beam) * heads + head
    if SPLIT:
        row += part.to(tl.int64) * tl.num_programs(0) * BEAMS
        tl.store(peaks + row, top, mask=beam < BEAMS)
        tl.store(totals + row, sums, mask=beam < BEAMS)
    else:
        # A slot without keys gets zeros, not NaN: it waits for a request.
        sides = sides / tl.where(sums == 0.0, 1.0, sums)[:, None]
    tl.store(out + row[:, None] * WIDTH + at[None, :], sides.to(out.dtype.element_ty), mask=inside)


@triton.jit(do_not_specialize=["count"])
def _join(
    parts, peaks, totals, out, count,
    COUNT: tl.constexpr, WIDTH: tl.constexpr, COLUMNS: tl.constexpr,
):  # fmt: skip
    row, rows = tl.program_id(0).to(tl.int64), tl.num_programs(0)
    part, at = tl.arange(0, COUNT), tl.arange(0, COLUMNS)
    where = part.to(tl.int64) * rows + row
    real = part < count
    peak = tl.load(peaks + where, mask=real, other=-float("inf"))
    total = tl.load(totals + where, mask=real, other=0.0)
    top = tl.max(peak, axis=0)
    fade = tl.exp(peak - tl.where(top == -float("inf"), 0.0, top))
    inside = real[:, None] & (at < WIDTH)[None, :]
    sides = tl.load(parts + where[:, None] * WIDTH + at[None, :], mask=inside, other=0.0)
    sums = tl.sum(total * fade, axis=0)
    mixed = tl.sum(sides * fade[:, None], axis=0) / tl.where(sums == 0.0, 1.0, sums)
    tl.store(out + row * WIDTH + at, mixed.to(out.dtype.element_ty), mask=at < WIDTH)


# -- launchers ------------------------------------------------------------------------


def decode_self_attention(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    table: torch.Tensor,
    steps: torch.Tensor,
    length: int,
    scale: float,
    *,
    distance_bias: torch.Tensor | None = None,
    new_keys: torch.Tensor | None = None,
    new_values: torch.Tensor | None = None,
    out: torch.Tensor | None = None,
    parts: int | None = None,
) -> torch.Tensor:
    """Attend from each beam over its own past, followed through the indirection table.

    Twin: `attend.attend` over `attention.path_mask`. A past that beams share is read
    from device memory once; bytes, at least: slots * heads * 2 * width * itemsize *
    (distinct entries on the slot's paths, positions * 1 to positions * beams), beside the
    table's slots * heads * beams * positions entries, which the heads share in L2.

    Args:
        queries: [slots, beams, heads, width]; any strides, the last 1. A view of the
            fused product will do.
        keys, values: [slots, heads, max_length, beams, width], strides alike, the last 1.
        table: [slots, beams, max_length], any integer dtype.
        steps: [slots], the position written last (or being written, with `new_keys`).
        length: positions to provide for: more than any of `steps`.
        scale: factor on the products.
        distance_bias: [heads, max_length], added at step - position.
        new_keys, new_values: [slots, beams, heads, width], this step's own, strides
            alike: attended to and written at `steps`; the table need not name them yet.
            Without them, the position `steps` is read from the storage and the table.
        out: [slots, beams, heads, width], contiguous.
        parts: into how many parts the length is split; None for what fills the device.

    Returns:
        `out`, in the dtype of the queries.
    """
    slots, beams, heads, width = queries.shape
    assert keys.stride() == values.stride()
    assert keys.stride(-1) == 1 == queries.stride(-1)
    bias = queries if distance_bias is None else distance_bias
    fresh_keys = queries if new_keys is None else new_keys
    fresh_values = queries if new_values is None else new_values
    assert fresh_keys.stride() == fresh_values.stride()
    assert fresh_keys.stride(-1) == 1
    parts = parts or _parts(slots * heads, length)
    out, sides, peaks, totals = _outputs(queries, out, parts)
    switches = {
        "BIAS": distance_bias is not None, "NEW": new_keys is not None, "SPLIT": parts > 1,
    }  # fmt: skip
    if beams == 1:
        _launch_rows(
            queries, keys[:, :, :, 0], values[:, :, :, 0], steps, bias, fresh_keys, fresh_values,
            sides, peaks, totals, triton.cdiv(length, parts), scale, LAST=True, **switches,
        )  # fmt: skip
    else:
        rows, columns = _power(beams), max(16, _power(width))
        _beam_attention[slots * heads, parts](
            queries, keys, values, table, steps, bias, fresh_keys, fresh_values,
            sides, peaks, totals,
            *queries.stride()[:3], *keys.stride()[:4], *table.stride()[:2], bias.stride(0),
            *fresh_keys.stride()[:3],
            heads, triton.cdiv(length, parts), scale,
            BEAMS=beams, ROWS=rows, WIDTH=width, COLUMNS=columns,
            BLOCK=max(8, TILE // (rows * columns)), num_warps=4, **switches,
        )  # fmt: skip
    if parts > 1:
        _join_parts(sides, peaks, totals, out)
    return out


def decode_cross_attention(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    lengths: torch.Tensor,
    source: int,
    scale: float,
    *,
    out: torch.Tensor | None = None,
    parts: int | None = None,
) -> torch.Tensor:
    """Attend from all beams of each slot over the slot's source.

    Twin: `attend.attend` under `attention.length_mask`. A slot's beams read its keys
    and values together, once: sum(lengths) * heads * 2 * width * itemsize bytes.

    Args:
        queries: [slots, beams, heads, width]; any strides, the last 1.
        keys, values: [slots, heads, max_source, width], strides alike, the last 1.
        lengths: [slots], how much of each source is real; a slot with 0 gets zeros.
        source: positions to provide for: at least the longest of `lengths`.
        scale: factor on the products.
        out: [slots, beams, heads, width], contiguous.
        parts: into how many parts the length is split; None for what fills the device.

    Returns:
        `out`, in the dtype of the queries.
    """
    slots, beams, heads, width = queries.shape
    assert keys.stride() == values.stride()
    assert keys.stride(-1) == 1 == queries.stride(-1)
    parts = parts or _parts(slots * heads, source)
    out, sides, peaks, totals = _outputs(queries, out, parts)
    span = triton.cdiv(source, parts)
    if beams == 1:
        _launch_rows(
            queries, keys, values, lengths, queries, queries, queries, sides, peaks, totals,
            span, scale, LAST=False, BIAS=False, NEW=False, SPLIT=parts > 1,
        )  # fmt: skip
    else:
        _group_attention[slots * heads, parts](
            queries, keys, values, lengths, sides, peaks, totals,
            *queries.stride()[:3], *keys.stride()[:3], heads, span, scale,
            BEAMS=beams, ROWS=max(16, _power(beams)), WIDTH=width, COLUMNS=max(16, _power(width)),
            BLOCK=64, WIDE=INTERPRETED, SPLIT=parts > 1,  # interpreted dots know no bfloat16
            num_warps=4, num_stages=3,
        )  # fmt: skip
    if parts > 1:
        _join_parts(sides, peaks, totals, out)
    return out


def _launch_rows(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    lengths: torch.Tensor,
    bias: torch.Tensor,
    new_keys: torch.Tensor,
    new_values: torch.Tensor,
    sides: torch.Tensor,
    peaks: torch.Tensor,
    totals: torch.Tensor,
    span: int,
    scale: float,
    **switches: bool,
) -> None:
    slots, _, heads, width = queries.shape
    columns = _power(width)
    parts = len(sides) if switches["SPLIT"] else 1
    _row_attention[slots * heads, parts](
        queries, keys, values, lengths, bias, new_keys, new_values, sides, peaks, totals,
        queries.stride(0), queries.stride(2), *keys.stride()[:3], bias.stride(0),
        new_keys.stride(0), new_keys.stride(2), heads, span, scale,
        WIDTH=width, COLUMNS=columns, BLOCK=min(64, max(16, TILE // columns)),
        num_warps=4, **switches,
    )  # fmt: skip


def _power(number: int) -> int:
    return 1 << (number - 1).bit_length()


def _parts(rows: int, length: int) -> int:
    """How many parts of the length let `rows` fill the device."""
    return max(1, min(length // LEAST_SPAN, -(-PROGRAMS // rows)))


def _outputs(
    queries: torch.Tensor, out: torch.Tensor | None, parts: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The output, and where the parts go with their peaks and sums (the output if whole)."""
    if out is None:
        out = torch.empty(queries.shape, dtype=queries.dtype, device=queries.device)
    assert out.is_contiguous()
    assert out.shape == queries.shape
    if parts == 1:
        return out, out, out, out
    rows = queries[..., 0].numel()

    def wide(*size: int) -> torch.Tensor:
        return torch.empty(size, dtype=torch.float32, device=queries.device)

    return out, wide(parts, rows, queries.shape[3]), wide(parts, rows), wide(parts, rows)


def _join_parts(
    sides: torch.Tensor, peaks: torch.Tensor, totals: torch.Tensor, out: torch.Tensor
) -> None:
    count, width = len(sides), out.shape[-1]
    _join[peaks.shape[1],](
        sides, peaks, totals, out, count,
        COUNT=_power(count), WIDTH=width, COLUMNS=_power(width), num_warps=1,
    )  # fmt: skip
