"""Which device is at work, and how host tensors get there without a wait.

Knows no model: a device is named, a tensor is sent.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def current(device: torch.device | str) -> Any:
    """A context in which `device` is CUDA's current one; nothing elsewhere.

    Kernels, graphs and streams go to the current device of their thread, which on a thread of
    its own or with "cuda:1" is not the one that the tensors are on.
    """
    import torch

    if torch.device(device).type != "cuda":
        return contextlib.nullcontext()
    return torch.cuda.device(device)


def sent(tensor: torch.Tensor, device: torch.device | str) -> torch.Tensor:
    """A host tensor on `device`; to CUDA from pinned memory, without which the host would wait."""
    import torch

    if torch.device(device).type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)
