"""The tensors of one encoder-decoder, named by what they do; fused where that pays.

Built by `checkpoint`, used by `transformer`. Each tensor is held once: tied
embeddings are one tensor here as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from summarize.engine.linear import Linear


@dataclass(frozen=True, slots=True)
class Norm:
    """LayerNorm, or RMSNorm where there is no mean to take off."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    epsilon: float
    rms: bool

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Normalize x [..., width] over its last dimension; sums in 32 bits."""
        import torch

        if not self.rms:
            return torch.nn.functional.layer_norm(
                x, self.weight.shape, self.weight, self.bias, self.epsilon
            )
        variance = x.float().pow(2).mean(-1, keepdim=True)
        return self.weight * (x * torch.rsqrt(variance + self.epsilon)).to(self.weight.dtype)


@dataclass(frozen=True, slots=True)
class Cross:
    """A decoder layer's attention over the source."""

    query: Linear
    keys_values: Linear  # [width] -> [2 * inner]
    out: Linear
    norm: Norm


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: self-attention, attention over the source (decoder only), feed-forward."""

    queries_keys_values: Linear  # [width] -> [3 * inner]
    out: Linear
    norm: Norm
    relative_bias: torch.Tensor | None  # [buckets, heads]
    cross: Cross | None
    up: Linear  # [width] -> [hidden], twice that where gated
    down: Linear
    feed_forward_norm: Norm


@dataclass(frozen=True, slots=True)
class Stack:
    """Encoder or decoder."""

    embedding: torch.Tensor  # [vocabulary, width]
    positions: torch.Tensor | None  # [positions, width]
    embedding_norm: Norm | None
    layers: tuple[Layer, ...]
    final_norm: Norm | None


@dataclass(frozen=True, slots=True)
class Weights:
    """A whole model."""

    encoder: Stack
    decoder: Stack
    head: Linear  # [width] -> [vocabulary]

    def nbytes(self) -> int:
        """Bytes held, shared tensors counted once."""
        return sum(dict(self._sizes()).values())

    def _sizes(self) -> Iterator[tuple[int, int]]:
        for stack in (self.encoder, self.decoder):
            for tensor in (stack.embedding, stack.positions):
                if tensor is not None:
                    yield tensor.data_ptr(), tensor.nbytes
            for layer in stack.layers:
                products = [layer.queries_keys_values, layer.out, layer.up, layer.down]
                if layer.cross is not None:
                    products += [layer.cross.query, layer.cross.keys_values, layer.cross.out]
                yield from ((product.key, product.nbytes) for product in products)
        yield self.head.key, self.head.nbytes
