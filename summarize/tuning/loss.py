"""Cross-entropy of the target tokens, without ever holding all logits.

The output embedding is frozen, so that its loss needs one gradient only, that of the
hidden states: it is computed chunk by chunk while the loss is, and kept. The softmax
may be taken over a sample of the vocabulary: the ids that the data has, exactly, and
a few of the others, drawn anew each step, which stand for all of them (importance
sampling: log((V - n) / k) is added to each of their logits).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch

CHUNK = 1 << 24
"""Logits held at a time."""


class Head:
    """A frozen output embedding: hidden states and wanted ids to a loss.

    Args:
        weight: [vocabulary, hidden].
        bias: [vocabulary], or None.
        known: the ids whose logits are always computed; None for the whole vocabulary.
        drawn: how many of the others are drawn each step.
    """

    def __init__(
        self,
        weight: torch.Tensor,
        bias: torch.Tensor | None = None,
        known: Iterable[int] | None = None,
        drawn: int = 0,
    ) -> None:
        self._weight = weight.detach()
        self._bias = None if bias is None else bias.detach()
        self._known: torch.Tensor | None = None
        if known is not None:
            ids = torch.tensor(sorted(set(known)), device=weight.device)
            self._known = ids
            self._place = torch.full((len(weight),), -1, device=weight.device)
            self._place[ids] = torch.arange(len(ids), device=weight.device)
            self._others = (self._place < 0).nonzero().squeeze(1)
            self._drawn = min(drawn, len(self._others))
            self._kept = weight.detach()[ids].contiguous()

    def loss(
        self, hidden: torch.Tensor, wanted: torch.Tensor, weights: torch.Tensor, seed: int
    ) -> torch.Tensor:
        """The weighted sum of the tokens' losses.

        Args:
            hidden: [tokens, hidden].
            wanted: [tokens], ids.
            weights: [tokens].
            seed: of what is drawn.
        """
        weight, bias, wanted = self._sampled(wanted, seed)
        total: torch.Tensor = _ChunkedLoss.apply(  # type: ignore[no-untyped-call]
            hidden, weight, bias, wanted, weights
        )
        return total

    def likelihood(
        self, hidden: torch.Tensor, wanted: torch.Tensor, rows: torch.Tensor, count: int, seed: int
    ) -> torch.Tensor:
        """The log probability of each row's tokens together: [count].

        It may be put into any loss; that costs the logits once more, when its gradient is known.

        Args:
            hidden, wanted, seed: as for `loss`.
            rows: [tokens], the row that each token belongs to.
            count: of rows.
        """
        weight, bias, wanted = self._sampled(wanted, seed)
        found: torch.Tensor = _Likelihood.apply(  # type: ignore[no-untyped-call]
            hidden, weight, bias, wanted, rows, count
        )
        return found

    def _sampled(
        self, wanted: torch.Tensor, seed: int
    ) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor]:
        if self._known is None:
            return self._weight, self._bias, wanted
        bias = None if self._bias is None else self._bias[self._known]
        weight = self._kept
        if self._drawn:
            draw = torch.Generator().manual_seed(seed)
            at = torch.randint(len(self._others), (self._drawn,), generator=draw)
            ids = self._others[at.to(weight.device)]
            weight = torch.cat([weight, self._weight[ids]])
            stands_for = torch.tensor(len(self._others) / self._drawn).log()
            more = stands_for.to(weight).expand(self._drawn)
            known = weight.new_zeros(len(self._known)) if bias is None else bias
            bias = torch.cat([known, more if self._bias is None else more + self._bias[ids]])
        return weight, bias, self._place[wanted]


class _ChunkedLoss(torch.autograd.Function):
    """The loss, its gradient computed on the way."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        wanted: torch.Tensor,
        weights: torch.Tensor,
    ) -> torch.Tensor:
        gradient = torch.empty_like(hidden)
        total = torch.zeros((), dtype=torch.float32, device=hidden.device)
        for part, logits in _logits(hidden, weight, bias):
            top = logits.logsumexp(-1, keepdim=True)
            right = logits.gather(1, wanted[part, None])
            share = weights[part, None]
            total += ((top - right) * share).sum()
            chances = logits.sub_(top).exp_()
            chances.scatter_add_(1, wanted[part, None], -torch.ones_like(right))
            gradient[part] = (chances.mul_(share).to(weight.dtype) @ weight).to(hidden.dtype)
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, grown: torch.Tensor) -> tuple[Any, ...]:
        (gradient,) = ctx.saved_tensors
        return gradient * grown, None, None, None, None


class _Likelihood(torch.autograd.Function):
    """Rows' log probabilities; the logits are computed again for the gradient."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        wanted: torch.Tensor,
        rows: torch.Tensor,
        count: int,
    ) -> torch.Tensor:
        found = torch.zeros(count, dtype=torch.float32, device=hidden.device)
        for part, logits in _logits(hidden, weight, bias):
            right = logits.gather(1, wanted[part, None])
            found.index_add_(0, rows[part], (right - logits.logsumexp(-1, keepdim=True))[:, 0])
        ctx.save_for_backward(hidden, weight, bias, wanted, rows)
        return found

    @staticmethod
    def backward(ctx: Any, grown: torch.Tensor) -> tuple[Any, ...]:
        hidden, weight, bias, wanted, rows = ctx.saved_tensors
        gradient = torch.empty_like(hidden)
        for part, logits in _logits(hidden, weight, bias):
            share = grown[rows[part], None]
            chances = logits.softmax(-1).mul_(-share)
            chances.scatter_add_(1, wanted[part, None], share)
            gradient[part] = (chances.to(weight.dtype) @ weight).to(hidden.dtype)
        return gradient, None, None, None, None, None


def _logits(
    hidden: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None
) -> Iterator[tuple[slice, torch.Tensor]]:
    """Chunk by chunk of the tokens: which these are, and their logits [some, vocabulary]."""
    rows = max(1, CHUNK // len(weight))
    for start in range(0, len(hidden), rows):
        part = slice(start, start + rows)
        logits = (hidden[part].to(weight.dtype) @ weight.T).float()
        yield part, logits if bias is None else logits.add_(bias)
