"""Where a model runs and in which number format.

Probes hardware through torch. Knows no model beyond its family's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarize.errors import OptionError

if TYPE_CHECKING:
    import torch

DTYPES = {
    "float32": "float32",
    "fp32": "float32",
    "bfloat16": "bfloat16",
    "bf16": "bfloat16",
    "float16": "float16",
    "fp16": "float16",
}

HALF_UNSAFE = frozenset(
    {"t5", "mt5", "umt5", "longt5", "switch_transformers", "pegasus", "gemma3", "gemma3_text"}
)
"""Model types whose activations overflow float16."""


def available_devices() -> tuple[str, ...]:
    """The devices that torch can use here, best first; always ends with "cpu"."""
    import torch

    names = [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names.append("mps")
    return (*names, "cpu")


def pick_device(name: str = "auto") -> torch.device:
    """The device called `name`; "auto" is the best available.

    Raises:
        OptionError: no such device here; the message lists those there are.
    """
    import torch

    known = available_devices()
    if name == "auto":
        return torch.device(known[0])
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in known:
        raise OptionError.unknown("device", name, ("auto", *known))
    return torch.device(wanted)


def pick_dtype(name: str, device: torch.device, model_type: str = "") -> torch.dtype:
    """The dtype called `name`; "auto" is bfloat16 where the hardware computes in it.

    Where it does not: float16 on CUDA for families that bear it, else float32.

    Raises:
        OptionError: unknown dtype; the message lists the known ones.
    """
    import torch

    if name != "auto":
        if name not in DTYPES:
            raise OptionError.unknown("dtype", name, ("auto", *DTYPES))
        return getattr(torch, DTYPES[name])  # type: ignore[no-any-return]
    if device.type == "cpu":
        return torch.bfloat16 if _cpu_computes_bfloat16() else torch.float32
    if device.type == "cuda":
        if torch.cuda.get_device_capability(device) >= (8, 0):
            return torch.bfloat16
        return torch.float32 if model_type in HALF_UNSAFE else torch.float16
    return torch.float32


def _cpu_computes_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 itself (AVX512-BF16 or AMX), not by emulation."""
    import torch

    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")  # not public in torch 2.11
    return any(getattr(torch.cpu, probe, bool)() for probe in probes)
