"""Learning from two texts of which one is wanted more: direct preference optimisation.

The loss of Rafailov et al. (2023, arXiv:2305.18290), over beta, so that its gradient is in nats as
that of a target's is: -log sigmoid(beta (margin - margin at the start)) / beta, where a margin is
log P(target) - log P(rejected). A margin grows as well where both texts become unlikely, one more
than the other: `anchor` lets the target's own likelihood count beside it (as in Pang et al. 2024,
arXiv:2404.19733), at no cost. References can be given once more without a rejected text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import logsigmoid

from summarize.tuning.examples import Batch, Example, batches, collated
from summarize.tuning.workers import Workers

if TYPE_CHECKING:
    from summarize.tuning.learner import Learner


def loss_of(
    likelihood: torch.Tensor, batch: Batch, beta: float, anchor: float = 0.0
) -> torch.Tensor:
    """The batch's loss, a sum over its rows and pairs of rows by their weights.

    Args:
        likelihood: [rows], the log probability of each row's target.
        batch: whose rows these are.
        beta: how much a nat of the margin counts.
        anchor: the weight of what a target that something was rejected for is likely by itself.
    """
    alone = torch.ones_like(likelihood, dtype=torch.bool)
    alone[batch.rivals.flatten()] = False
    plain = -(likelihood * batch.weights)[alone].sum()
    chosen, rejected = batch.rivals.unbind(1)
    gain = likelihood[chosen] - likelihood[rejected] - batch.margins
    preferred = logsigmoid(beta * gain) / beta + anchor * likelihood[chosen]
    return plain - (preferred * batch.weights[chosen]).sum()


def with_margins(
    examples: Sequence[Example],
    learner: Learner,
    file: Path,
    *,
    budget: int,
    pad: int,
    workers: Workers,
) -> list[Example]:
    """The examples, with the margins that `learner` has now, or that `file` kept of them.

    Args:
        examples: whether or not something is rejected in them.
        learner: as the run begins.
        file: where a run that is taken up finds what it began with.
        budget: padded tokens of one batch.
        pad: id that batches are padded with.
        workers: that share the work.
    """
    paired = [index for index, example in enumerate(examples) if example.rejected]
    if not paired:
        return list(examples)
    found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    workers.shared(None)  # nobody writes it before all have looked
    if found is None:
        found = _margins([examples[i] for i in paired], learner, budget, pad, workers)
        if workers.first:
            scratch = file.with_suffix(".part")
            scratch.write_text(json.dumps(found), encoding="utf-8")
            scratch.rename(file)
    done = list(examples)
    for index, margin in zip(paired, found, strict=True):
        done[index] = replace(examples[index], margin=margin)
    return done


def _margins(
    examples: Sequence[Example], learner: Learner, budget: int, pad: int, workers: Workers
) -> list[float]:
    """Of each example, the workers taking turns at batches."""
    places = {id(example): index for index, example in enumerate(examples)}
    margins = [0.0] * len(examples)
    learner.model.eval()
    with torch.no_grad(), learner.fused():
        for number, part in enumerate(batches(examples, budget, 0, 0)):
            if number % workers.count != workers.number:
                continue
            device = learner.model.device
            batch = collated(part, causal=learner.causal, pad=pad, device=device)
            chosen, rejected = learner.likelihood(batch, 0)[batch.rivals].unbind(1)
            for example, margin in zip(part, (chosen - rejected).tolist(), strict=True):
                margins[places[id(example)]] = margin
    return workers.total(*margins)
