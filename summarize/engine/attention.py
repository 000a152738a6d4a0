"""One seam for attention: PyTorch's own here; a kernel of ours may stand behind it.

Shapes are [batch, heads, queries, width] and [batch, heads, keys, width]. A
request's beams are the queries of one batch row: they read its keys and values
together, once. Which beam's past a query may read is a mask made from the
indirection table; nothing is gathered. Knows no model and no cache layout.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def attend(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    mask: torch.Tensor | None,
    scale: float,
) -> torch.Tensor:
    """softmax(queries @ keys.T * scale + mask) @ values.

    Args:
        queries: [batch, heads, queries, width].
        keys, values: [batch, heads, keys, width].
        mask: added to the scores, broadcast to [batch, heads, queries, keys]; None for none.
        scale: factor on the scores.

    Returns:
        [batch, queries, heads * width]
    """
    from torch.nn.functional import scaled_dot_product_attention

    mixed = scaled_dot_product_attention(queries, keys, values, attn_mask=mask, scale=scale)
    return mixed.transpose(1, 2).flatten(2)


def path_mask(table: torch.Tensor, steps: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The mask that lets each beam read its own past among all beams' keys.

    Args:
        table: [slots, beams, length], the beam that wrote each beam's past at each position.
        steps: [slots], the position written last; later ones are hidden.
        dtype: of the mask.

    Returns:
        [slots, 1, beams, length * beams], 0 where a key is on the path, else -inf.
    """
    import torch

    slots, beams, length = table.shape
    number = torch.arange(beams, device=table.device)
    at = torch.arange(length, device=table.device)
    path = (table[..., None] == number) & (at <= steps[:, None])[:, None, :, None]
    mask = torch.full(path.shape, -math.inf, dtype=dtype, device=table.device)
    return mask.masked_fill_(path, 0.0).view(slots, 1, beams, length * beams)


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
