"""Processes that share the batches of an update, started by torchrun.

    torchrun --nproc-per-node 2 -m summarize tune ...

Each computes some of an update's batches, the gradients are summed, and all make the
same update; the first alone scores, saves and reports. Alone, it costs nothing.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch

T = TypeVar("T")

PATIENCE = timedelta(hours=12)
"""How long one waits for the others: they may be scoring, or stopped."""


@dataclass(frozen=True, slots=True)
class Workers:
    """This process among `count`, numbered from 0."""

    number: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that scores, saves and reports."""
        return self.number == 0

    def sum(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Make each gradient the sum of all workers' gradients."""
        if self.count == 1:
            return
        held = list(parameters)
        for parameter in held:
            if parameter.grad is None:  # this worker had no batch
                parameter.grad = torch.zeros_like(parameter)
        flat = torch.cat([p.grad.reshape(-1) for p in held if p.grad is not None])
        torch.distributed.all_reduce(flat)
        start = 0
        for parameter in held:
            assert parameter.grad is not None, "set above"
            parameter.grad.copy_(flat[start : start + parameter.numel()].view_as(parameter))
            start += parameter.numel()

    def total(self, *numbers: float) -> list[float]:
        """Each number's sum over all workers."""
        if self.count == 1:
            return list(numbers)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        summed = torch.tensor(numbers, dtype=torch.float64, device=device)
        torch.distributed.all_reduce(summed)
        return list(summed.tolist())

    def shared(self, value: T) -> T:
        """The first worker's `value`, once all have come here."""
        if self.count == 1:
            return value
        box = [value]
        torch.distributed.broadcast_object_list(box, src=0)
        return box[0]


ALONE = Workers()


@contextlib.contextmanager
def joined() -> Iterator[Workers]:
    """This process among those that torchrun started; by itself without it.

    Entered within itself it gives the same workers, so that several runs may share them: a group
    that was left cannot be joined again, for its members would meet what it left in the store.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1 or not torch.distributed.is_available():
        yield ALONE
        return
    if torch.distributed.is_initialized():
        yield Workers(torch.distributed.get_rank(), count)
        return
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    torch.distributed.init_process_group(backend, timeout=PATIENCE)
    try:
        yield Workers(torch.distributed.get_rank(), count)
    finally:
        torch.distributed.destroy_process_group()
