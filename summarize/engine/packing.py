"""Several sources one behind the other, without padding: [tokens, ...], and what is where.

    packing = Packing((7, 3, 12), "cpu")
    packing.places                 # [tokens], each token's position in its own source
    packing.padded(x)              # [sources, longest, ...]
    packing.packed(y)              # and back

Knows no model and no attention.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from summarize.engine.devices import sent

if TYPE_CHECKING:
    import torch


class Packing:
    """The layout of one batch of sources.

    Args:
        lengths: of each source; their sum is `tokens`.
        device: where the batch is.
    """

    def __init__(self, lengths: Sequence[int], device: torch.device | str) -> None:
        self.lengths = tuple(lengths)
        self.device = device

    @property
    def longest(self) -> int:
        """Tokens of the longest source."""
        return max(self.lengths)

    @cached_property
    def starts(self) -> torch.Tensor:
        """[sources + 1] in 32 bits: where each source begins, and where the last ends."""
        import torch

        starts = torch.tensor([0, *accumulate(self.lengths)], dtype=torch.int32)
        return sent(starts, self.device)

    @cached_property
    def sources(self) -> torch.Tensor:
        """[tokens], which source each token is of."""
        import torch

        sources = torch.repeat_interleave(torch.tensor(self.lengths))
        return sent(sources, self.device)

    @cached_property
    def places(self) -> torch.Tensor:
        """[tokens], each token's position in its own source."""
        import torch

        places = torch.cat([torch.arange(length) for length in self.lengths])
        return sent(places, self.device)

    @cached_property
    def hidden(self) -> torch.Tensor:
        """[sources, longest], whether a padded place holds nothing."""
        import torch

        lengths = self.starts[1:] - self.starts[:-1]
        return torch.arange(self.longest, device=self.device) >= lengths[:, None]

    def padded(self, x: torch.Tensor) -> torch.Tensor:
        """Spread x [tokens, ...] to [sources, longest, ...], zeros where nothing is."""
        out = x.new_zeros(len(self.lengths), self.longest, *x.shape[1:])
        out[self.sources, self.places] = x
        return out

    def packed(self, y: torch.Tensor) -> torch.Tensor:
        """Take y [sources, longest, ...] together: [tokens, ...]."""
        return y[self.sources, self.places]
