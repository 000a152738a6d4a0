"""Keys and values of the requests in flight: allocated once, written in place, never gathered.

A slot is one request. Its cross keys and values are stored once, whatever its
number of beams; its self keys and values stand by position and beam, and the
indirection table says which beam's entry each beam's past goes through.
Knows no model and no search.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from summarize.engine.architecture import Architecture
    from summarize.engine.packing import Packing


@dataclass(frozen=True, slots=True)
class CacheShape:
    """What a cache holds: `slots` requests of `beams` beams, with at most these lengths."""

    slots: int
    beams: int
    source: int
    length: int

    def holds(self, other: CacheShape) -> bool:
        """Whether a cache of this shape serves one of `other`'s: beams fix the layout."""
        return self.beams == other.beams and all(
            getattr(self, f.name) >= getattr(other, f.name) for f in fields(self)
        )

    def nbytes(self, architecture: Architecture, itemsize: int) -> int:
        """Bytes of keys and values; what `Cache` allocates beside its small tables."""
        positions = self.source + self.length * self.beams
        return 2 * architecture.decoder_layers * self.slots * positions * (
            architecture.inner * itemsize
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cache:
    """Storage of `shape`.

    Args:
        self_keys, self_values: [layers, slots, heads, length, beams, head_width].
        cross_keys, cross_values: [layers, slots, heads, source, head_width].
        source_lengths: [slots], how much of `source` is real.
        table: [slots, beams, length] in 8 bits, the beam that wrote each beam's past.
    """

    shape: CacheShape
    self_keys: torch.Tensor
    self_values: torch.Tensor
    cross_keys: torch.Tensor
    cross_values: torch.Tensor
    source_lengths: torch.Tensor
    table: torch.Tensor

    @property
    def nbytes(self) -> int:
        """Bytes of keys and values."""
        tensors = (self.self_keys, self.self_values, self.cross_keys, self.cross_values)
        return sum(tensor.nbytes for tensor in tensors)

    @classmethod
    def allocate(
        cls,
        shape: CacheShape,
        architecture: Architecture,
        dtype: torch.dtype,
        device: torch.device | str,
    ) -> Cache:
        """New storage. On the CPU, pages that are never written take no memory."""
        import torch

        layers, heads, width = (
            architecture.decoder_layers,
            architecture.heads,
            architecture.head_width,
        )
        own = (layers, shape.slots, heads, shape.length, shape.beams, width)
        cross = (layers, shape.slots, heads, shape.source, width)

        def zeros(*size: int, of: torch.dtype = dtype) -> torch.Tensor:
            # Zeros, not garbage: a masked key weighs 0, and 0 * NaN would still be NaN.
            if torch.device(device).type == "cpu":
                return _untouched(size, of)
            return torch.zeros(size, dtype=of, device=device)

        return cls(
            shape,
            zeros(*own),
            zeros(*own),
            zeros(*cross),
            zeros(*cross),
            # One, not none: a row of a slot that was never used stays a number.
            torch.ones(shape.slots, dtype=torch.long, device=device),
            zeros(shape.slots, shape.beams, shape.length, of=torch.uint8),
        )

    def store_sources(
        self,
        layer: int,
        slots: Sequence[int],
        packing: Packing,
        keys: torch.Tensor,
        values: torch.Tensor,
        at: torch.Tensor | None = None,
    ) -> None:
        """Write a layer's cross keys and values into `slots`.

        Args:
            layer: which.
            slots: of each source.
            packing: where each source is.
            keys, values: [tokens, heads, head_width].
            at: [tokens], each token's slot: then it is one launch, whatever the number of sources.
        """
        import torch

        for stored, new in ((self.cross_keys[layer], keys), (self.cross_values[layer], values)):
            if at is not None:
                stored[at, :, packing.places] = new
                continue
            for slot, part in zip(slots, torch.split(new, list(packing.lengths)), strict=True):
                stored[slot, :, : len(part)] = part.transpose(0, 1)

    def wipe(self, at: torch.Tensor) -> None:
        """Zero the slots `at`: NaN that was left there would show through any mask."""
        for tensor in (self.self_keys, self.self_values, self.cross_keys, self.cross_values):
            tensor.index_fill_(1, at, 0.0)

    def move(self, source: int, target: int, tokens: int, length: int) -> None:
        """Copy one slot onto another, of it what is real: closes a hole at a stream's end."""
        for tensor, count in (
            (self.self_keys, length),
            (self.self_values, length),
            (self.cross_keys, tokens),
            (self.cross_values, tokens),
        ):
            tensor[:, target, :, :count] = tensor[:, source, :, :count]
        for small in (self.source_lengths, self.table):
            small[target] = small[source]


def _untouched(size: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
    """Zeros that the system makes when they are first touched; torch's own are written at once."""
    import numpy
    import torch

    count = math.prod(size) * dtype.itemsize
    return torch.from_numpy(numpy.zeros(count, numpy.uint8)).view(dtype).view(size)
