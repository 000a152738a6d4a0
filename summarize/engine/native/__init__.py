"""Kernels in C for a decode step on CPUs with AVX-512 and VNNI; PyTorch's own is the twin.

    kernels = load()          # None where they cannot be had; the log says why
    kernels.product(x, weight), kernels.attend(queries, keys, values, mask, scale)

`kernels.c` is built by the machine's own C compiler when first wanted (a second), and kept in
the cache beside converted models. Nothing needs it: without a compiler, on another CPU or with
`SUMMARIZE_NATIVE=0` PyTorch does the same work in more and smaller pieces. Takes bfloat16
tensors on the CPU. Knows no model.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.errors import WeightsError
from summarize.models import cache as kept

if TYPE_CHECKING:
    import torch

log = logging.getLogger("summarize")

VARIABLE = "SUMMARIZE_NATIVE"
SOURCE = Path(__file__).with_name("kernels.c")
LIBRARY = "kernels.so"
COMPILERS = ("gcc", "cc")
FLAGS = (
    *("-O3", "-shared", "-fPIC", "-fopenmp"),
    *("-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512dq", "-mavx512vnni", "-mfma"),
)

PANEL, FEW = 64, 4
"""Outputs whose weights lie together, and queries that read a key together, as in `kernels.c`."""

WIDEST, PAIRS = 256, 32
"""Heads that `attend` takes: a multiple of 32 numbers, at most 256."""

_P, _L, _F, _I = ctypes.c_void_p, ctypes.c_long, ctypes.c_float, ctypes.c_int
_SIGNATURES = {
    "pack": (_P, _L, _L, _P, _P),
    "product": (_P, _L, _L, _P, _P, _P, _P, _L, _P, _P, _P, _I),
    "attend": (_P, _P, _P, _P, _P, _L, _L, _L, _L, _L, _F, _P, _P, _I),
}


def load() -> Kernels | None:
    """The kernels, built if need be; None where they cannot be had."""
    found = _found()
    return None if isinstance(found, str) else found


def missing() -> str | None:
    """Why there are no kernels here; None where there are."""
    found = _found()
    return found if isinstance(found, str) else None


@cache
def _found() -> Kernels | str:
    """The kernels, or why there are none."""
    try:
        return Kernels(_library())
    except _UnavailableError as reason:
        log.info("going on without native kernels: %s", reason)
        return str(reason)


class _UnavailableError(Exception):
    """Why there are no kernels here."""


def _library() -> ctypes.CDLL:
    """The library, of which every function has its signature."""
    if os.environ.get(VARIABLE) == "0":
        raise _UnavailableError(f"{VARIABLE} is 0")
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise _UnavailableError("they are for Linux on x86-64")
    try:
        library = ctypes.CDLL(str(_safe(_built() / LIBRARY)))
    except (OSError, WeightsError, subprocess.SubprocessError) as error:
        raise _UnavailableError(f"they cannot be built: {_why(error)}") from error
    if not library.supported():
        raise _UnavailableError("this CPU has no AVX-512 with VNNI")
    for name, arguments in _SIGNATURES.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, None
    return library


def _built() -> Path:
    """The directory of the library, compiled now if it is not in the cache yet."""
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        raise _UnavailableError("there is no C compiler (gcc)")
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()
    source: dict[str, Any] = {"sha256": digest, "flags": list(FLAGS)}
    target = kept.cache_root() / f"native-{digest[:12]}"
    with kept.building(target, source) as scratch:
        if scratch is not None:
            command = (compiler, *FLAGS, str(SOURCE), "-o", str(scratch / LIBRARY), "-lm")
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return target


def _safe(library: Path) -> Path:
    """`library`, if nobody else can have put it there: it is code, unlike the rest of a cache."""
    for path in (library, library.parent):
        about = path.stat()
        if about.st_uid not in (0, os.getuid()) or about.st_mode & stat.S_IWOTH:
            raise _UnavailableError(f"{path} may have been written by somebody else")
    return library


def _why(error: Exception) -> str:
    said = getattr(error, "stderr", None)
    return said.strip().splitlines()[0] if isinstance(said, str) and said.strip() else str(error)


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight in 8 bits, laid out by panels, with what goes with its outputs.

    Args:
        packed: [panels * 64 * inputs], bytes.
        scales: [panels * 64], what a step of one is worth in each output.
        sums: [panels * 64], 128 times the sum of each output's bytes.
        bias: [panels * 64], zeros where there is none.
        outputs, inputs: as before packing.
    """

    packed: torch.Tensor
    scales: torch.Tensor
    sums: torch.Tensor
    bias: torch.Tensor
    outputs: int
    inputs: int

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(t.nbytes for t in (self.packed, self.scales, self.sums, self.bias))


class Kernels:
    """The functions of `kernels.c`, by tensors.

    Args:
        library: has them, each with its signature.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    def weight(
        self, rounded: torch.Tensor, scales: torch.Tensor, bias: torch.Tensor | None
    ) -> Weight:
        """Pack `rounded` [out, in] int8 with its `scales` [out] and `bias` [out]."""
        import torch

        outputs, inputs = rounded.shape
        whole = -(-outputs // PANEL) * PANEL
        packed = torch.empty(whole * -(-inputs // 4) * 4, dtype=torch.int8)
        sums = torch.empty(whole, dtype=torch.int32)
        rounded = rounded.contiguous()
        self._library.pack(rounded.data_ptr(), outputs, inputs, packed.data_ptr(), sums.data_ptr())
        wide = torch.zeros(2, whole)
        wide[0, :outputs] = scales
        if bias is not None:
            wide[1, :outputs] = bias
        return Weight(packed, wide[0], sums, wide[1], outputs, inputs)

    def product(self, x: torch.Tensor, weight: Weight) -> torch.Tensor:
        """X [rows, in] rounded to 8 bits by row, times the weight: [rows, out]."""
        import torch

        x = x.contiguous()
        rows, padded = len(x), -(-weight.inputs // 4) * 4
        y = torch.empty(rows, weight.outputs, dtype=torch.bfloat16)
        room = torch.empty(rows * (padded + 4), dtype=torch.uint8)  # the bytes, then their scales
        at = room.data_ptr()
        self._library.product(
            x.data_ptr(),
            rows,
            weight.inputs,
            weight.packed.data_ptr(),
            weight.scales.data_ptr(),
            weight.sums.data_ptr(),
            weight.bias.data_ptr(),
            weight.outputs,
            y.data_ptr(),
            at,
            at + rows * padded,
            torch.get_num_threads(),
        )
        return y

    @staticmethod
    def takes(queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> bool:
        """Whether `attend` takes these tensors."""
        import torch

        width = queries.shape[-1]
        return (
            queries.dtype == torch.bfloat16
            and queries.device.type == "cpu"
            and width % PAIRS == 0
            and width <= WIDEST
            and queries.stride(3) == keys.stride(3) == values.stride(3) == 1
        )

    def attend(
        self,
        queries: torch.Tensor,
        keys: torch.Tensor,
        values: torch.Tensor,
        mask: torch.Tensor | None,
        scale: float,
    ) -> torch.Tensor:
        """See `attend.attend`; where `takes` says so."""
        import torch

        batch, heads, count, width = queries.shape
        length = keys.shape[2]
        steps = [s for t in (queries, keys, values) for s in t.stride()[:3]]
        if mask is not None:
            mask = mask.to(torch.bfloat16)
            if mask.stride(3) != 1:
                mask = mask.contiguous()
            steps += mask.expand(batch, heads, count, length).stride()[:3]
        y = torch.empty(batch, count, heads * width, dtype=torch.bfloat16)
        threads = torch.get_num_threads()
        room = torch.empty(threads * FEW * length)
        self._library.attend(
            queries.data_ptr(),
            keys.data_ptr(),
            values.data_ptr(),
            None if mask is None else mask.data_ptr(),
            (ctypes.c_int64 * len(steps))(*steps),
            batch,
            heads,
            count,
            length,
            width,
            scale,
            y.data_ptr(),
            room.data_ptr(),
            threads,
        )
        return y
