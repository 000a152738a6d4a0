"""Where kernels are tested: compiled on a CUDA device, interpreted on the CPU without one.

Import this before anything that imports triton: it reads TRITON_INTERPRET then.
"""

from __future__ import annotations

import os

import pytest
import torch

INTERPRETED = not torch.cuda.is_available()
if INTERPRETED:
    os.environ["TRITON_INTERPRET"] = "1"

pytest.importorskip("triton", reason="triton comes with torch's CUDA builds, or the dev extra")

DEVICE = "cpu" if INTERPRETED else "cuda"

# The interpreter computes in numpy, which warns of inf and NaN; it cuts bfloat16
# off where the device rounds. NaN and inf are among what is tested.
MARKS = [] if not INTERPRETED else [pytest.mark.filterwarnings("ignore::RuntimeWarning")]
if not INTERPRETED:
    MARKS.append(pytest.mark.gpu)

DTYPES = (torch.float32, torch.bfloat16, torch.float16)

TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 2.0**-6, torch.float16: 2.0**-9}
"""For sums of numbers about 1: two steps of a short dtype (one is lost by cutting off)."""


def close(found: torch.Tensor, wanted: torch.Tensor, dtype: torch.dtype) -> None:
    """Assert equality up to `TOLERANCE` of `dtype`."""
    most = TOLERANCE[dtype]
    torch.testing.assert_close(
        found.double(), wanted.double(), rtol=most, atol=most, equal_nan=True
    )
