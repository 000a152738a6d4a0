"""Products with weights, in the format that the device multiplies fastest.

    linear = make(weight, bias, precision)      # "float32", "bfloat16", "float16", "int8"
    y = linear(x)                               # [..., in] -> [..., out]

Formats: dense (any device), packed for oneDNN (bfloat16 on the CPU), and int8
(CPU: weights by row, activations by row at run time, sums in 32 bits). Knows
nothing of what is being multiplied.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch

PACK_ROWS = 32
"""The row count that oneDNN lays packed weights out for; other counts run as well."""


SLOWER = 1.5
"""An 8-bit product that takes this many times as long as bfloat16's is no gain."""


class Linear(Protocol):
    """A weight and a bias."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Multiply x [rows, in]: [rows, out], in x's dtype."""
        ...

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        ...

    @property
    def key(self) -> int:
        """Address of the weight: the same for products that share one tensor."""
        ...


def make(
    weight: torch.Tensor, bias: torch.Tensor | None, precision: str, width: int | None = None
) -> Linear:
    """The product with `weight` [out, in] and `bias` [out], in the best format for it.

    Of `width` only the first rows are wanted: those behind are there for their alignment.
    """
    import torch

    if weight.device.type != "cpu":
        return Dense(weight, bias, width)
    weight = weight[:width]
    if precision == "int8":
        return _quantized(weight, bias)
    if weight.dtype == torch.bfloat16 and torch._C._has_mkldnn:
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, PACK_ROWS)
        return Packed(packed, bias, weight.shape[0], weight.nbytes)
    return Dense(weight, bias)


@cache
def int8_pays() -> bool:
    """Whether this CPU multiplies 8 bits as fast as bfloat16 (tried once).

    oneDNN has fast kernels for some CPUs only; on others (an AMD EPYC with AVX512-VNNI was
    seen) its reference takes a hundred times as long.
    """
    import torch

    weight, x = torch.randn(1024, 1024).bfloat16(), torch.randn(4, 1024).bfloat16()
    coarse, fine = (_seconds(make(weight, None, p), x) for p in ("int8", "bfloat16"))
    return coarse <= SLOWER * fine


def _seconds(product: Linear, x: torch.Tensor) -> float:
    """The best of a few runs."""
    product(x)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        product(x)
        times.append(time.perf_counter() - started)
    return min(times)


@dataclass(frozen=True, slots=True)
class Dense:
    """torch's own product, of which the first `width` columns are wanted; None for all."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    width: int | None = None

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """See `Linear`."""
        import torch

        y = torch.nn.functional.linear(x, self.weight, self.bias)
        return y if self.width is None else y[:, : self.width]

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.weight.nbytes + (self.bias.nbytes if self.bias is not None else 0)

    @property
    def key(self) -> int:
        """See `Linear`."""
        return self.weight.data_ptr()


@dataclass(frozen=True, slots=True)
class Packed:
    """oneDNN's product with a weight that was laid out for it once."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    width: int
    nbytes: int

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """See `Linear`."""
        import torch

        y: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
            x, self.weight, self.bias, "none", [], ""
        )
        return y

    @property
    def key(self) -> int:
        """See `Linear`."""
        return id(self)


@dataclass(frozen=True, slots=True)
class Int8:
    """x and the weight rounded to 8 bits by row, multiplied in integers, scaled back.

    Each row of x has a scale of its own, so a request's numbers do not depend on
    the requests beside it.
    """

    weight: torch.Tensor
    scales: torch.Tensor  # [out]
    zeros: torch.Tensor  # [out]
    bias: torch.Tensor | None
    nbytes: int

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """See `Linear`."""
        import torch

        largest = x.abs().amax(-1, keepdim=True)
        scale = largest.float().clamp_(min=1e-6).mul_(1 / 127)  # [rows, 1]
        rounded = (x * scale.reciprocal()).round_().to(torch.int8)  # at most 127 by the scale
        y = torch.ops.onednn.qlinear_pointwise(
            rounded, 1.0, 0, self.weight, self.scales, self.zeros, None,
            1.0, 0, x.dtype, "none", [], "",
        )  # fmt: skip
        scale = scale.to(x.dtype)
        return y.mul_(scale) if self.bias is None else torch.addcmul(self.bias, y, scale)

    @property
    def key(self) -> int:
        """See `Linear`."""
        return id(self)


def _quantized(weight: torch.Tensor, bias: torch.Tensor | None) -> Int8:
    import torch

    scales = weight.abs().amax(1).float().clamp_(min=1e-12) / 127
    rounded = (weight.float() / scales[:, None]).round_().clamp_(-127, 127).to(torch.int8)
    packed = torch.ops.onednn.qlinear_prepack(rounded, None)
    zeros = torch.zeros(len(scales), dtype=torch.int64)
    return Int8(packed, scales, zeros, bias, rounded.nbytes + scales.nbytes)
