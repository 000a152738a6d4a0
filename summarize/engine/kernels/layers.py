"""The small work between a layer's products: residual and norm, activation, embedding.

One program a row. A step's rows are few, so what counts here is launches, not
bytes: each kernel stands for three to eight of PyTorch's.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl

ACTIVATIONS = {"relu": 0, "gelu": 1, "tanh": 2, "silu": 3}


# -- residual and norm ----------------------------------------------------------------


@triton.jit
def _normalize(x, weight, shift, at, inside, epsilon, WIDTH: tl.constexpr, RMS: tl.constexpr,
               SHIFT: tl.constexpr):  # fmt: skip
    """Normalize a row [COLUMNS] of 32 bits that is 0 where not `inside`."""
    w = tl.load(weight + at, mask=inside, other=0.0)
    if RMS:
        x = x * tl.rsqrt(tl.sum(x * x, axis=0) / WIDTH + epsilon)
        # T5 rounds before it multiplies with the weight.
        return x.to(w.dtype).to(tl.float32) * w.to(tl.float32)
    x = tl.where(inside, x - tl.sum(x, axis=0) / WIDTH, 0.0)
    x = x * tl.rsqrt(tl.sum(x * x, axis=0) / WIDTH + epsilon) * w.to(tl.float32)
    if SHIFT:
        x += tl.load(shift + at, mask=inside, other=0.0).to(tl.float32)
    return x


@triton.jit
def _add_norm(
    x, residual, bias, weight, shift, total, out, x_row, r_row, epsilon,
    WIDTH: tl.constexpr, COLUMNS: tl.constexpr, RESIDUAL: tl.constexpr, BIAS: tl.constexpr,
    RMS: tl.constexpr, SHIFT: tl.constexpr, KEEP: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    at = tl.arange(0, COLUMNS)
    inside = at < WIDTH
    y = tl.load(x + row * x_row + at, mask=inside, other=0.0).to(tl.float32)
    if BIAS:
        y += tl.load(bias + at, mask=inside, other=0.0).to(tl.float32)
    if RESIDUAL:
        y += tl.load(residual + row * r_row + at, mask=inside, other=0.0).to(tl.float32)
    # What goes on is the rounded sum, so that is what is normalized.
    kept = y.to(total.dtype.element_ty)
    if KEEP:
        tl.store(total + row * WIDTH + at, kept, mask=inside)
    y = _normalize(kept.to(tl.float32), weight, shift, at, inside, epsilon, WIDTH, RMS, SHIFT)
    tl.store(out + row * WIDTH + at, y.to(out.dtype.element_ty), mask=inside)


def add_norm(
    x: torch.Tensor,
    residual: torch.Tensor | None,
    bias: torch.Tensor | None,
    weight: torch.Tensor,
    norm_bias: torch.Tensor | None,
    epsilon: float,
    rms: bool,
    *,
    keep: bool = True,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The sum x + bias + residual, and its norm; sums in 32 bits.

    Twin: `weights.Norm` over the sum. Bytes: rows * width * itemsize * (2 to 4: x,
    residual, sum, norm), beside the weights.

    Args:
        x: [rows, width], the last stride 1.
        residual: likewise; None for the norm of x alone.
        bias: [width], of the product that gave x, where that left it out.
        weight, norm_bias: [width].
        epsilon: under the root.
        rms: RMSNorm, as T5 rounds it; else LayerNorm.
        keep: whether the sum is wanted (norm before the part) or not (after it).

    Returns:
        The sum in x's dtype (`x` itself where nothing was added; unwritten unless
        `keep`), and the norm in the weight's, each [rows, width].
    """
    rows, width = x.shape
    assert x.stride(1) == 1
    out = torch.empty(rows, width, dtype=weight.dtype, device=x.device)
    added = residual is not None or bias is not None
    keep = keep and added
    total = torch.empty(rows, width, dtype=x.dtype, device=x.device) if keep else x
    other = x if residual is None else residual
    assert other.shape == x.shape
    assert other.stride(1) == 1
    columns = triton.next_power_of_2(width)
    _add_norm[rows,](
        x, other, x if bias is None else bias, weight, weight if norm_bias is None else norm_bias,
        total, out, x.stride(0), other.stride(0), epsilon,
        WIDTH=width, COLUMNS=columns, RESIDUAL=residual is not None, BIAS=bias is not None,
        RMS=rms, SHIFT=norm_bias is not None, KEEP=keep, num_warps=_warps(columns),
    )  # fmt: skip
    return total, out


# -- activation -----------------------------------------------------------------------


@triton.jit
def _activated(
    x, bias, out, x_row,
    WIDTH: tl.constexpr, BLOCK: tl.constexpr, KIND: tl.constexpr, GATED: tl.constexpr,
    BIAS: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    at = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = at < WIDTH
    raw = tl.load(x + row * x_row + at, mask=inside, other=0.0)
    y = raw.to(tl.float32)
    if BIAS:
        y += tl.load(bias + at, mask=inside, other=0.0).to(tl.float32)
    if KIND == 0:
        y = tl.where(y < 0.0, 0.0, y)  # NaN stays
    elif KIND == 1:
        y = 0.5 * y * (1.0 + tl.erf(y * 0.7071067811865476))
    elif KIND == 2:
        # 1 + tanh(u) is 2 / (1 + exp(-2u)).
        y = y / (1.0 + tl.exp(-1.5957691216057308 * (y + 0.044715 * y * y * y)))
    else:
        y = y / (1.0 + tl.exp(-y))
    if GATED:
        other = tl.load(x + row * x_row + WIDTH + at, mask=inside, other=0.0).to(tl.float32)
        if BIAS:
            other += tl.load(bias + WIDTH + at, mask=inside, other=0.0).to(tl.float32)
        y = y.to(raw.dtype).to(tl.float32) * other
    tl.store(out + row * WIDTH + at, y.to(raw.dtype), mask=inside)


def activate(
    x: torch.Tensor, name: str, *, gated: bool = False, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """The activation of x + bias, times its other half where gated.

    Twin: `Transformer._feed_forward` between its products. Bytes: rows * itemsize *
    (hidden * (1 or, gated, 2) read, hidden written).

    Args:
        x: [rows, hidden], or [rows, 2 * hidden] with the gate first; the last stride 1.
        name: "relu", "gelu", "silu" or "swish"; any other name is gelu by tanh.
        gated: whether there are two halves.
        bias: of the length of a row.

    Returns:
        [rows, hidden]
    """
    rows, width = x.shape
    assert x.stride(1) == 1
    hidden = width // 2 if gated else width
    kind = ACTIVATIONS.get({"swish": "silu"}.get(name, name), ACTIVATIONS["tanh"])
    out = torch.empty(rows, hidden, dtype=x.dtype, device=x.device)
    _activated[rows, triton.cdiv(hidden, 1024)](
        x, x if bias is None else bias, out, x.stride(0),
        WIDTH=hidden, BLOCK=1024, KIND=kind, GATED=gated, BIAS=bias is not None, num_warps=4,
    )  # fmt: skip
    return out


# -- embedding ------------------------------------------------------------------------


@triton.jit
def _embedded(
    ids, steps, table, positions, weight, shift, out, i_slot, i_beam, scale, offset, last,
    pad, epsilon,
    BEAMS: tl.constexpr, WIDTH: tl.constexpr, COLUMNS: tl.constexpr, POSITIONS: tl.constexpr,
    PAD: tl.constexpr, NORM: tl.constexpr, RMS: tl.constexpr, SHIFT: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    slot, beam = row // BEAMS, row % BEAMS
    at = tl.arange(0, COLUMNS)
    inside = at < WIDTH
    step = tl.load(steps + slot).to(tl.int64)
    token = tl.load(ids + slot * i_slot + beam * i_beam + step).to(tl.int64)
    raw = tl.load(table + token * WIDTH + at, mask=inside, other=0.0)
    y = (raw.to(tl.float32) * scale).to(raw.dtype)
    if POSITIONS:
        # A finished slot that is still decoded may stand behind the last position.
        place = tl.minimum(step + offset, last)
        if PAD:
            place = tl.where(token == pad, pad, place)
        there = tl.load(positions + place * WIDTH + at, mask=inside, other=0.0)
        y = (y.to(tl.float32) + there.to(tl.float32)).to(raw.dtype)
    z = y.to(tl.float32)
    if NORM:
        z = _normalize(z, weight, shift, at, inside, epsilon, WIDTH, RMS, SHIFT)
    tl.store(out + row * WIDTH + at, z.to(out.dtype.element_ty), mask=inside)


def embed(
    ids: torch.Tensor,
    steps: torch.Tensor,
    table: torch.Tensor,
    *,
    scale: float = 1.0,
    positions: torch.Tensor | None = None,
    offset: int = 0,
    pad: int | None = None,
    weight: torch.Tensor | None = None,
    norm_bias: torch.Tensor | None = None,
    epsilon: float = 1e-5,
    rms: bool = False,
) -> torch.Tensor:
    """The embedding of each beam's last id, its position added, normalized where asked.

    Twin: `search.last`, then the beginning of `Transformer.decode`.

    Args:
        ids: [slots, beams, length], each beam's ids so far, the last stride 1.
        steps: [slots], where the last one is, and its position.
        table: [vocabulary, width].
        scale: factor on the embedding.
        positions: [positions, width], read at step + offset, or its last where that is behind.
        offset: see there.
        pad: an id whose position is `pad`, whatever its step; None for none.
        weight, norm_bias, epsilon, rms: the norm, as in `add_norm`; no weight for none.

    Returns:
        [slots * beams, width]
    """
    slots, beams, _ = ids.shape
    width = table.shape[1]
    assert ids.stride(2) == 1
    assert table.is_contiguous()
    assert positions is None or positions.is_contiguous()
    kind = table.dtype if weight is None else weight.dtype
    out = torch.empty(slots * beams, width, dtype=kind, device=ids.device)
    columns = triton.next_power_of_2(width)
    _embedded[slots * beams,](
        ids, steps, table, table if positions is None else positions,
        table if weight is None else weight, table if norm_bias is None else norm_bias, out,
        ids.stride(0), ids.stride(1), scale, offset,
        0 if positions is None else len(positions) - 1, 0 if pad is None else pad, epsilon,
        BEAMS=beams, WIDTH=width, COLUMNS=columns, POSITIONS=positions is not None,
        PAD=pad is not None, NORM=weight is not None, RMS=rms, SHIFT=norm_bias is not None,
        num_warps=_warps(columns),
    )  # fmt: skip
    return out


def _warps(columns: int) -> int:
    """Enough for a row in registers at eight elements a thread."""
    return max(1, min(8, columns // 256))
