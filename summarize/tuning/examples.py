"""From records to padded batches of ids: lengths alike, a bounded number of tokens each.

Prompts are worded and encoded by the generator, so that a model is trained on what
it will be asked. Order depends on the seed and the epoch only, so that a run can be
taken up anywhere. Knows no loss and no model.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from summarize.tuning.records import Record

if TYPE_CHECKING:
    import torch

    from summarize.generation.generator import Generator

POOL = 16
"""Batches' worth of examples that are sorted by length together: random, yet little padding."""

IGNORED = -100
"""Label of a position that has no loss: the prompt and the padding."""


@dataclass(frozen=True, slots=True)
class Example:
    """One record as ids.

    Args:
        prompt: what the model reads.
        target: what it is to write, its end included.
        weight: of its loss.
        rejected: what it is to write less likely than `target`; empty where there is none.
        margin: log P(target) - log P(rejected) when the run began.
    """

    prompt: tuple[int, ...]
    target: tuple[int, ...]
    weight: float = 1.0
    rejected: tuple[int, ...] = ()
    margin: float = 0.0

    @property
    def targets(self) -> tuple[tuple[int, ...], ...]:
        """What follows the prompt, a row each."""
        return (self.target, self.rejected) if self.rejected else (self.target,)

    @property
    def longest(self) -> int:
        """Tokens of its longest row."""
        return len(self.prompt) + max(map(len, self.targets))

    @property
    def size(self) -> int:
        """Tokens in all."""
        return sum(len(self.prompt) + len(target) for target in self.targets)


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded ids, on the model's device.

    Attributes:
        input_ids, attention_mask: [rows, length]; a causal model's hold the target too.
        labels: [rows, length] of the decoder: `IGNORED` where there is no loss. A causal
            model's are shifted: position i holds the id that i is to predict.
        weights: [rows].
        tokens: that are not padding.
        rivals: [pairs, 2], the rows of a target and of what was rejected for it.
        margins: [pairs], theirs when the run began.
    """

    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    tokens: int
    rivals: torch.Tensor
    margins: torch.Tensor


def encoded(
    records: Iterable[Record], generator: Generator, longest: int
) -> tuple[list[Example], int]:
    """The records' examples, and how many were left out for being longer than `longest` tokens."""
    examples, left_out = [], 0
    for record in records:
        example = Example(
            tuple(generator.request(record.source, record.task)),
            tuple(generator.reply(record.target, record.task)),
            record.weight,
            tuple(generator.reply(record.rejected, record.task)) if record.rejected else (),
        )
        if example.longest > longest:
            left_out += 1
        else:
            examples.append(example)
    return examples, left_out


def batches(examples: Sequence[Example], budget: int, seed: int, epoch: int) -> list[list[Example]]:
    """One epoch's batches: lengths alike, at most `budget` padded tokens each, in random order."""
    order = random.Random(f"{seed} {epoch}")
    shuffled = list(examples)
    order.shuffle(shuffled)
    average = max(1, sum(e.size for e in shuffled) // max(1, len(shuffled)))
    pool = max(1, POOL * budget // average)
    cut = []
    for start in range(0, len(shuffled), pool):
        cut += list(_filled(sorted(shuffled[start : start + pool], key=_lengths), budget))
    order.shuffle(cut)
    return cut


def _lengths(example: Example) -> tuple[int, int]:
    return example.longest, len(example.prompt)


def _filled(examples: Iterable[Example], budget: int) -> Iterator[list[Example]]:
    batch: list[Example] = []
    longest = rows = 0
    for example in examples:
        longest, rows = max(longest, example.longest), rows + len(example.targets)
        if batch and longest * rows > budget:
            yield batch
            batch, longest, rows = [], example.longest, len(example.targets)
        batch.append(example)
    if batch:
        yield batch


def collated(
    batch: Sequence[Example], *, causal: bool, pad: int, device: torch.device | str = "cpu"
) -> Batch:
    """`batch` as tensors, padded on the right."""
    import torch

    lines = [(e, target) for e in batch for target in e.targets]
    inputs = [e.prompt + target[:-1] if causal else e.prompt for e, target in lines]
    wanted = [(IGNORED,) * (len(e.prompt) - 1) + t if causal else t for e, t in lines]
    ids = torch.full((len(lines), max(map(len, inputs))), pad)
    mask = torch.zeros_like(ids)
    labels = torch.full((len(lines), max(map(len, wanted))), IGNORED)
    for row, (given, target) in enumerate(zip(inputs, wanted, strict=True)):
        ids[row, : len(given)] = torch.tensor(given)
        mask[row, : len(given)] = 1
        labels[row, : len(target)] = torch.tensor(target)
    weights = torch.tensor([e.weight for e, _ in lines])
    first = accumulate((len(e.targets) for e in batch), initial=0)
    rivals = [(row, row + 1) for row, e in zip(first, batch, strict=False) if e.rejected]
    margins = torch.tensor([e.margin for e in batch if e.rejected])
    return Batch(
        ids.to(device),
        mask.to(device),
        labels.to(device),
        weights.to(device),
        sum(e.size for e in batch),
        torch.tensor(rivals, dtype=torch.long).view(-1, 2).to(device),
        margins.to(device),
    )
