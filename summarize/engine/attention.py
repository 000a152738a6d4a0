"""One seam for attention: PyTorch's own here, kernels of ours behind the same names.

A decode step asks for a `Step` once and each layer uses it: `own` writes this
step's keys and values and reads the past along the beams' indirection table;
`source` reads the cross keys and values, a request's beams together, once.
Encoders read packed sources with `read_packed`.

`SdpaStep` runs anywhere and is the twin that `kernel_attention.KernelStep` is
checked against: which beam's past a query may read is a mask made from the
table; nothing is gathered. Knows no weights.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from summarize.engine.attend import attend

if TYPE_CHECKING:
    import torch

    from summarize.engine.architecture import Architecture
    from summarize.engine.cache import Cache
    from summarize.engine.packing import Packing


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """How much of the cache a decode step reads.

    Args:
        slots: the leading slots that are decoded.
        length: self positions, the ones being written included.
        source: cross positions: the longest source of those slots.
        even_steps, even_sources: whether all these slots are at the same position,
            or have sources of the same length: then nothing needs hiding.
        drafts: tokens guessed ahead, scored in the same step; only where a slot has one beam.
    """

    slots: int
    length: int
    source: int
    even_steps: bool = False
    even_sources: bool = False
    drafts: int = 0


class Step(Protocol):
    """The attention of one decode step."""

    def own(self, layer: int, three: torch.Tensor, distances: torch.Tensor | None) -> torch.Tensor:
        """Write a layer's keys and values, and attend to the past.

        Args:
            layer: its number.
            three: [slots, queries, 3, heads, width], this step's queries, keys and values.
            distances: [buckets, heads], a bias by relative position; None for the last one given.

        Returns:
            [slots * queries, heads * width]
        """
        ...

    def source(self, layer: int, queries: torch.Tensor) -> torch.Tensor:
        """Attend to the source: queries [slots, queries, heads, width] -> as `own`."""
        ...


Start = Callable[["Architecture", "Cache", "torch.Tensor", View], Step]
"""How a step begins: architecture, cache, steps [slots], view."""


class SdpaStep:
    """PyTorch's scaled dot product attention.

    Args:
        architecture: heads, scale, and relative positions.
        cache: read and written; its table names each beam itself at `steps`.
        steps: [slots], the position of the first token of this step.
        view: how much of the cache to read.
    """

    def __init__(
        self, architecture: Architecture, cache: Cache, steps: torch.Tensor, view: View
    ) -> None:
        import torch

        self._a, self._cache, self._steps, self._view = architecture, cache, steps, view
        dtype = cache.self_keys.dtype
        ahead = torch.arange(1 + view.drafts, device=steps.device)
        # Drafts past the storage's end are never kept; they share its last place.
        self._places = (steps[:, None] + ahead).clamp(max=cache.shape.length - 1)
        self._path = self._ends = None
        if not view.even_steps or view.drafts or cache.shape.beams > 1:
            table = cache.table[: view.slots, :, : view.length]
            self._path = path_mask(table, self._places, dtype)
        if not view.even_sources:
            self._ends = length_mask(cache.source_lengths[: view.slots], view.source, dtype)
        self._mask = self._path

    def own(self, layer: int, three: torch.Tensor, distances: torch.Tensor | None) -> torch.Tensor:
        """See `Step.own`."""
        slots, length = self._view.slots, self._view.length
        q, k, v = three.permute(2, 0, 3, 1, 4)  # each [slots, heads, queries, width]
        keys, values = self._cache.self_keys[layer, :slots], self._cache.self_values[layer, :slots]
        self._write(keys, k)
        self._write(values, v)
        if distances is not None:
            bias = self._relative_bias(distances)
            self._mask = bias if self._path is None else bias + self._path
        past = (keys[:, :, :length].flatten(2, 3), values[:, :, :length].flatten(2, 3))
        return attend(q, *past, self._mask, self._a.attention_scale).flatten(0, 1)

    def source(self, layer: int, queries: torch.Tensor) -> torch.Tensor:
        """See `Step.source`."""
        slots, length = self._view.slots, self._view.source
        keys = self._cache.cross_keys[layer, :slots, :, :length]
        values = self._cache.cross_values[layer, :slots, :, :length]
        scale = self._a.attention_scale
        return attend(queries.transpose(1, 2), keys, values, self._ends, scale).flatten(0, 1)

    def _write(self, past: torch.Tensor, new: torch.Tensor) -> None:
        """Put new [slots, heads, queries, width] into past [slots, heads, length, beams, width]."""
        import torch

        if self._view.drafts:
            rows = torch.arange(len(new), device=new.device)[:, None]
            past[rows, :, self._places, 0] = new.transpose(1, 2)
        elif self._view.even_steps:
            past[:, :, self._view.length - 1] = new
        else:
            past[torch.arange(len(new), device=new.device), :, self._steps] = new

    def _relative_bias(self, table: torch.Tensor) -> torch.Tensor:
        """Spread [buckets, heads]: [slots, heads, queries or 1, length * beams]."""
        import torch

        a = self._a
        at = torch.arange(self._view.length, device=table.device)
        distances = at - self._places[..., None]  # [slots, 1 + drafts, length]
        buckets = relative_buckets(distances, False, a.relative_buckets, a.relative_distance)
        bias = table[buckets].permute(0, 3, 1, 2)
        return bias.repeat_interleave(self._cache.shape.beams, dim=-1)


def read_packed(
    three: torch.Tensor, packing: Packing, bias: torch.Tensor | None, scale: float
) -> torch.Tensor:
    """Every source attends to itself, both ways.

    On the CPU each source is a product of its own, without padding. On CUDA launches
    count: FlashAttention takes the sources packed as they are; with a bias, in float32,
    or on a device that it does not know, all are padded into one product.

    Args:
        three: [tokens, 3, heads, width], queries, keys and values.
        packing: where each source is.
        bias: [1, heads, longest, longest], added to the scores; None for none.
        scale: factor on the scores.

    Returns:
        [tokens, heads * width]
    """
    import torch

    if three.device.type != "cpu":
        if (
            bias is None
            and three.is_cuda
            and _flash_runs(three.device, three.dtype, *three.shape[2:])
        ):
            return _read_flash(three, packing)
        return _read_padded(three, packing, bias, scale)
    mixed = []
    for one in torch.split(three, list(packing.lengths)):  # [length, 3, heads, width]
        q, k, v = one.permute(1, 2, 0, 3).unsqueeze(1)  # each [1, heads, length, width]
        own = None if bias is None else bias[:, :, : len(one), : len(one)]
        mixed.append(attend(q, k, v, own, scale))
    return torch.cat(mixed, 1)[0]


def _read_flash(three: torch.Tensor, packing: Packing) -> torch.Tensor:
    """`read_packed` at the usual scale, width**-0.5, which all models without a bias have."""
    import torch
    from torch.nn.attention.varlen import varlen_attn

    q, k, v = three.unbind(1)
    starts, longest = packing.starts, packing.longest
    mixed = varlen_attn(q, k, v, starts, starts, longest, longest)
    assert isinstance(mixed, torch.Tensor), "nothing else was asked for"
    return mixed.flatten(1)


@cache
def _flash_runs(device: torch.device, dtype: torch.dtype, heads: int, width: int) -> bool:
    """Whether FlashAttention over packed sources gives here what padded ones give."""
    import torch

    from summarize.engine.packing import Packing

    packing = Packing((5, 2), device)
    three = torch.randn(7, 3, heads, width, device=device).to(dtype)
    try:
        found = _read_flash(three, packing)
    except Exception as error:  # of an old device, an old torch, or a width it does not know
        log.info("encoding padded: %s", error)
        return False
    wanted = _read_padded(three, packing, None, width**-0.5)
    return bool(torch.allclose(found.float(), wanted.float(), atol=0.05, rtol=0.05))


def _read_padded(
    three: torch.Tensor, packing: Packing, bias: torch.Tensor | None, scale: float
) -> torch.Tensor:
    """`read_packed` as one product."""
    import torch

    q, k, v = packing.padded(three).permute(2, 0, 3, 1, 4)  # each [sources, heads, longest, width]
    mask = None
    if len(set(packing.lengths)) > 1:
        mask = torch.zeros(packing.hidden.shape, dtype=three.dtype, device=three.device)
        mask = mask.masked_fill_(packing.hidden, -math.inf)[:, None, None, :]
    if bias is not None:
        mask = bias if mask is None else bias + mask
    return packing.packed(attend(q, k, v, mask, scale))


def path_mask(table: torch.Tensor, places: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The mask that lets each query read its own past among all beams' keys.

    Args:
        table: [slots, beams, length], the beam that wrote each beam's past at each position.
        places: [slots, 1 + drafts], each query's position; later ones are hidden. Beams are
            all at the first.
        dtype: of the mask.

    Returns:
        [slots, 1, queries, length * beams], 0 where a key is on the path, else -inf.
    """
    import torch

    slots, beams, length = table.shape
    number = torch.arange(beams, dtype=table.dtype, device=table.device)
    at = torch.arange(length, device=table.device)
    past = at <= places[:, :, None]  # [slots, 1 + drafts, length]
    path = (table[..., None] == number) & past[..., None]  # [slots, queries, length, beams]
    mask = torch.full(path.shape, -math.inf, dtype=dtype, device=table.device)
    return mask.masked_fill_(path, 0.0).view(slots, 1, -1, length * beams)


def length_mask(lengths: torch.Tensor, longest: int, dtype: torch.dtype) -> torch.Tensor:
    """[slots] real lengths -> [slots, 1, 1, longest], 0 on real positions, else -inf."""
    import torch

    hidden = torch.arange(longest, device=lengths.device) >= lengths[:, None]
    mask = torch.zeros(hidden.shape, dtype=dtype, device=lengths.device)
    return mask.masked_fill_(hidden, -math.inf)[:, None, None, :]


def relative_buckets(
    distances: torch.Tensor, both_ways: bool, buckets: int, farthest: int
) -> torch.Tensor:
    """T5's buckets of `distances` (key position - query position), any shape.

    Half of the buckets are exact, half grow by logarithm up to `farthest`; the
    encoder (`both_ways`) spends half of all on keys behind the query.
    """
    import torch

    side = torch.zeros_like(distances)
    if both_ways:
        buckets //= 2
        side = (distances > 0).to(torch.long) * buckets
        distances = distances.abs()
    else:
        distances = -distances.clamp(max=0)
    exact = buckets // 2
    grown = torch.log(distances.float() / exact) / math.log(farthest / exact) * (buckets - exact)
    far = (exact + grown.to(torch.long)).clamp(max=buckets - 1)
    return side + torch.where(distances < exact, distances, far)
