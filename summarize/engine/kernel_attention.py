"""Attention of a decode step by kernels of ours: the CUDA side of the seam in `attention`.

Each slot's keys and values are read once, as far as they are real, and nothing is
masked or gathered; this step's own are written on the way. `attention.SdpaStep` is
the twin. Does not draft: one token a beam and step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarize.engine.attention import relative_buckets

if TYPE_CHECKING:
    import torch

    from summarize.engine.architecture import Architecture
    from summarize.engine.attention import Step, View
    from summarize.engine.cache import Cache


class KernelAttention:
    """Begins steps; keeps what all steps of one model share.

    Args:
        architecture: heads, scale, and relative positions.
    """

    def __init__(self, architecture: Architecture) -> None:
        self._a = architecture
        self._biases: dict[tuple[int, int], torch.Tensor] = {}

    def __call__(
        self, architecture: Architecture, cache: Cache, steps: torch.Tensor, view: View
    ) -> Step:
        """See `attention.Start`."""
        assert architecture is self._a, "made for one model"
        assert not view.drafts, "drafts are the CPU's"
        return KernelStep(self, architecture, cache, steps, view)

    def bias(self, table: torch.Tensor, length: int) -> torch.Tensor:
        """Spread [buckets, heads] over distances: [heads, length]; computed once a table."""
        import torch

        key = table.data_ptr(), length
        if key not in self._biases:
            a = self._a
            back = -torch.arange(length, device=table.device)
            buckets = relative_buckets(back, False, a.relative_buckets, a.relative_distance)
            self._biases[key] = table[buckets].T.contiguous()
        return self._biases[key]


class KernelStep:
    """See `attention.Step`."""

    def __init__(
        self,
        kernels: KernelAttention,
        architecture: Architecture,
        cache: Cache,
        steps: torch.Tensor,
        view: View,
    ) -> None:
        self._kernels, self._a, self._cache = kernels, architecture, cache
        self._steps, self._view = steps, view
        self._bias: torch.Tensor | None = None

    def own(self, layer: int, three: torch.Tensor, distances: torch.Tensor | None) -> torch.Tensor:
        """See `attention.Step.own`."""
        from summarize.engine.kernels.attention import decode_self_attention

        slots = self._view.slots
        if distances is not None:
            self._bias = self._kernels.bias(distances, self._cache.shape.length)
        queries, keys, values = three.unbind(2)
        mixed = decode_self_attention(
            queries,
            self._cache.self_keys[layer, :slots],
            self._cache.self_values[layer, :slots],
            self._cache.table[:slots],
            self._steps,
            self._view.length,
            self._a.attention_scale,
            distance_bias=self._bias,
            new_keys=keys,
            new_values=values,
        )
        return mixed.view(-1, self._a.inner)

    def source(self, layer: int, queries: torch.Tensor) -> torch.Tensor:
        """See `attention.Step.source`."""
        from summarize.engine.kernels.attention import decode_cross_attention

        slots = self._view.slots
        mixed = decode_cross_attention(
            queries,
            self._cache.cross_keys[layer, :slots],
            self._cache.cross_values[layer, :slots],
            self._cache.source_lengths[:slots],
            self._view.source,
            self._a.attention_scale,
        )
        return mixed.view(-1, self._a.inner)
