"""softmax(q k) v: a kernel of ours for few queries, or PyTorch's, fused or as two products.

Which of PyTorch's two this CPU is faster with is tried once. Knows no cache, no beams and no
sources.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from summarize.engine import native
from summarize.engine.trials import fastest

if TYPE_CHECKING:
    import torch

FEW_QUERIES, MANY_KEYS = 16, 32
"""Up to as many queries are a decode step's; from as many keys on, two products are tried."""

SCORES = 1 << 20
"""Scores held at a time where they are computed by heads."""


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
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    many = queries.shape[2] > FEW_QUERIES
    kernels = native.load()
    if not many and kernels is not None and kernels.takes(queries, keys, values):
        return kernels.attend(queries, keys, values, mask, scale)
    tried = queries.device.type == "cpu" and queries.dtype == torch.bfloat16
    if tried and keys.shape[2] >= MANY_KEYS and _two_pay(many):
        mixed = (in_two_by_heads if many else in_two)(queries, keys, values, mask, scale)
    else:
        mixed = scaled_dot_product_attention(queries, keys, values, attn_mask=mask, scale=scale)
    return mixed.transpose(1, 2).flatten(2)


def in_two(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    mask: torch.Tensor | None,
    scale: float,
) -> torch.Tensor:
    """Scores and mixture as two products, keys on the left as they are stored.

    PyTorch's fused kernel of bfloat16 reads keys for a single query at a tenth of the memory's
    rate on CPUs without AMX.
    """
    import torch

    batch, heads, count, width = queries.shape
    length = keys.shape[2]
    left = (queries * scale).flatten(0, 1).transpose(1, 2)  # [batch * heads, width, queries]
    scores = torch.bmm(keys.flatten(0, 1), left).transpose(1, 2).contiguous()
    scores = scores.view(batch, heads, count, length)
    if mask is not None:
        scores += mask
    weights = scores.softmax(-1).view(batch * heads, count, length)
    return torch.bmm(weights, values.flatten(0, 1)).view(batch, heads, count, width)


def in_two_by_heads(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    mask: torch.Tensor | None,
    scale: float,
) -> torch.Tensor:
    """`in_two` of many queries: as many heads at a time as have scores for the cache."""
    import torch

    _, heads, count, _ = queries.shape
    q, k, v = (queries * scale).contiguous(), keys.contiguous(), values.contiguous()
    at_once = max(1, SCORES // (count * keys.shape[2]))
    mixed = []
    for start in range(0, heads, at_once):
        some = slice(start, start + at_once)
        scores = torch.matmul(q[:, some], k[:, some].transpose(2, 3))
        if mask is not None:
            scores += mask if mask.shape[1] == 1 else mask[:, some]
        mixed.append(torch.matmul(scores.softmax(-1), v[:, some]))
    return torch.cat(mixed, 1)


@cache
def _two_pay(many: bool) -> bool:
    """Whether this CPU is faster in two products than in PyTorch's fused kernel (tried once)."""
    import torch
    from torch.nn.functional import scaled_dot_product_attention as fused

    keys = torch.randn(4, 16, 256, 64).bfloat16()
    queries, apart = (keys, in_two_by_heads) if many else (keys[:, :, :1], in_two)
    with torch.inference_mode():
        ours = fastest(lambda: apart(queries, keys, keys, None, 0.125))
        return ours < fastest(lambda: fused(queries, keys, keys, scale=0.125))
