"""Drafts from the source: what stood there after the words that were just written.

Summaries copy from their articles, so several tokens are often right at once; a
step that scores them together costs little more than a step that scores one.
Prompt lookup (github.com/apoorvumang/prompt-lookup-decoding) over the source's ids:
the place with the longest common past wins. Lossless, for what is not what greedy
search would have written is thrown away. Knows no model and no search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

LONGEST = 8
"""Tokens of common past that are told apart; more say nothing further."""

NOTHING = -1
"""Stands where there is no draft."""

TRIAL, WORTH = 256, 0.2
"""After so many drafts, fewer right than this share of them cost more than they bring."""


class SourceDrafts:
    """The sources of the requests in flight, and what they suggest.

    Args:
        slots, width: requests, and tokens of the longest source.
        most: drafts a slot and step.
        device: where.

    Attributes:
        made, right: drafts so far, and how many greedy search would have written.
    """

    def __init__(self, slots: int, width: int, most: int, device: torch.device | str) -> None:
        import torch

        self.most = most
        self.made = self.right = 0
        self._sources = torch.full((slots, width), NOTHING, device=device)

    @property
    def pays(self) -> bool:
        """Whether drafts are right often enough, as far as is known."""
        return self.made < TRIAL or self.right >= WORTH * self.made

    def admit(self, slots: Sequence[int], sources: Sequence[Sequence[int]]) -> None:
        """Keep the sources of requests that start in `slots`."""
        import torch

        for slot, ids in zip(slots, sources, strict=True):
            self._sources[slot] = NOTHING
            self._sources[slot, : len(ids)] = torch.tensor(ids)

    def move(self, source: int, target: int) -> None:
        """Copy one slot onto another."""
        self._sources[target] = self._sources[source]

    def propose(self, ids: torch.Tensor, steps: torch.Tensor, longest: int) -> torch.Tensor:
        """What may come next.

        Args:
            ids: [slots, width] of the leading slots, the start token first.
            steps: [slots], the place of the last id.
            longest: of the slots' sources.

        Returns:
            [slots, drafts], `NOTHING` where there is none; as many columns as are needed.
        """
        import torch

        sources = self._sources[: len(ids), :longest]
        slots, width = sources.shape
        same = torch.ones(slots, width, dtype=torch.bool, device=ids.device)
        common = torch.zeros(slots, width, dtype=torch.long, device=ids.device)
        for back in range(min(LONGEST, width)):
            last = ids.gather(1, (steps - back).clamp(min=0)[:, None])  # [slots, 1]
            earlier = sources if back == 0 else torch.roll(sources, back, 1)
            same &= (earlier == last) & (steps > back)[:, None]
            same[:, :back] = False
            common += same
        at = torch.arange(width, device=ids.device)
        best = (common * width + (width - 1 - at)).argmax(1)  # the first of the longest
        places = best[:, None] + 1 + torch.arange(self.most, device=ids.device)
        drafts = sources.gather(1, places.clamp(max=width - 1))
        known = (common.gather(1, best[:, None]) > 0) & (places < width)
        drafts = drafts.where(known, NOTHING)
        return drafts[:, : int((drafts != NOTHING).sum(1).max())]

    def count(self, made: int, right: int) -> None:
        """Remember how a step's drafts did."""
        self.made += made
        self.right += right
