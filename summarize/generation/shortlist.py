"""A model that computes the logits of a few ids only: those that may be written.

Small multilingual models spend more on their vocabulary than on their layers (168 of Gemma 3
270M's 268 million weights are embeddings). While a batch runs, a causal model's output embedding is
cut to the ids that are allowed, its input embedding to these and the batch's own, and ids are
numbered anew; the softmax is over the allowed ones (Jean et al. 2015, arXiv:1412.2007). Where
embeddings cannot be cut, the other ids' logits are -inf: the same at full cost. Knows no text and
no language.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class Shortlist:
    """Ids of a vocabulary, and their numbers in a cut one.

    Args:
        allowed: what may be written: numbered from 0.
        read: what is read besides: numbered from there on.

    Attributes:
        ids: by number.
        allowed: how many of them may be written.
    """

    def __init__(self, allowed: Iterable[int], read: Iterable[int] = ()) -> None:
        import torch

        first = sorted(set(allowed))
        self.allowed = len(first)
        self.ids = torch.tensor([*first, *sorted(set(read).difference(first))])
        self._numbers = torch.full((int(self.ids.max()) + 1,), -1)
        self._numbers[self.ids] = torch.arange(len(self.ids))

    def cut(self, ids: torch.Tensor) -> torch.Tensor:
        """The numbers of `ids`, all of which it has."""
        return self._numbers.to(ids.device)[ids]

    def number(self, token: int) -> int:
        """The number of one id that it has."""
        return int(self._numbers[token])

    def whole(self, numbers: torch.Tensor) -> torch.Tensor:
        """The ids of `numbers`."""
        return self.ids.to(numbers.device)[numbers]


def can_be_cut(model: Any) -> bool:
    """Whether a model's embeddings can be cut: a causal one's whose output has no bias."""
    output = model.get_output_embeddings()
    bias = getattr(output, "bias", None)
    return not model.config.is_encoder_decoder and output is not None and bias is None


@contextlib.contextmanager
def cut(model: Any, shortlist: Shortlist) -> Iterator[None]:
    """The model with the embeddings of the shortlist only: it takes and gives its numbers."""
    import torch

    given, output = model.get_input_embeddings(), model.get_output_embeddings()
    first, last = given.weight, output.weight
    ids = shortlist.ids.to(first.device)
    try:
        read = first.detach()[ids]  # [numbers, hidden]
        written = read if first is last else last.detach()[ids]
        # Weights that need a gradient are not copied for every row of a batch (torch.matmul).
        given.weight = torch.nn.Parameter(read)
        output.weight = torch.nn.Parameter(written[: shortlist.allowed])
        yield
    finally:
        given.weight, output.weight = first, last


@contextlib.contextmanager
def masked(model: Any, shortlist: Shortlist) -> Iterator[None]:
    """The model with logits of -inf for all ids but those that are allowed."""
    import torch

    def only(module: Any, given: Any, logits: torch.Tensor) -> torch.Tensor:
        kept = torch.full_like(logits, -torch.inf)
        ids = shortlist.ids[: shortlist.allowed].to(logits.device)
        kept[..., ids] = logits[..., ids]
        return kept

    hook = model.get_output_embeddings().register_forward_hook(only)
    try:
        yield
    finally:
        hook.remove()
