"""Triton kernels of a decode step, and their launchers: plain functions on tensors.

    if (reason := kernels.available()) is None:
        from summarize.engine.kernels import attention, layers, logits, search

Each launcher has an eager twin in PyTorch (named in its docstring) and takes
what the twin takes. None waits for the device: lengths and steps are read
there, grids follow from shapes alone, so a CUDA graph can hold all of them.
With TRITON_INTERPRET=1 set before Triton is loaded, they run on CPU tensors,
slowly, for tests.

The modules here import triton; this one does not. Knows no model and no cache.
"""

from __future__ import annotations

import importlib.util
import os
import shutil


def available() -> str | None:
    """Why the kernels cannot run in this process, or None where they can."""
    if importlib.util.find_spec("triton") is None:
        return "triton is not installed; on Linux it comes with torch's CUDA builds"
    if os.environ.get("TRITON_INTERPRET", "0").lower() in ("1", "true", "yes", "on"):
        return None
    import torch

    if not torch.cuda.is_available():
        return "there is no CUDA device"
    if torch.cuda.get_device_capability() < (8, 0):
        return "the CUDA device is older than compute capability 8.0"
    if not (os.environ.get("CC") or shutil.which("gcc") or shutil.which("clang")):
        return "triton needs a C compiler (gcc or clang) to build its launcher; install one"
    return None
