"""Products with weights, in the format that the device multiplies fastest.

    linear = make(weight, bias, precision)      # "float32", "bfloat16", "float16", "int8"
    y = linear(x)                               # [..., in] -> [..., out]

Formats: dense (any device), packed for oneDNN (bfloat16 on the CPU), and int8
(CPU: weights by row, activations by row at run time, sums in 32 bits), by a kernel of ours
or by oneDNN. Which of them this CPU is fast at is found out by trying, once. Knows nothing
of what is being multiplied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from summarize.engine import native
from summarize.engine.trials import fastest

if TYPE_CHECKING:
    import torch

PACK_ROWS = 32
"""The row count that oneDNN lays packed weights out for; other counts run as well."""


SLOWER = 1.5
"""An 8-bit product of few rows that takes this many times as long as another is no gain."""

FEW_ROWS, MANY_ROWS = 4, 256
"""Rows of the products that are tried: a decode step's, and a source's."""


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
        return by_kernel(weight, bias) if kernel_pays() else quantized(weight, bias, _offset())
    if weight.dtype == torch.bfloat16 and torch._C._has_mkldnn:
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, PACK_ROWS)
        return Packed(packed, bias, weight.shape[0], weight.nbytes)
    return Dense(weight, bias)


@cache
def int8_pays(*, many: bool = False) -> bool:
    """Whether this CPU multiplies in 8 bits as fast as in bfloat16 (tried once).

    Of few rows that is a decode step's product, which 8 bits help by being read sooner; of
    `many` a whole source's, which they help only where the arithmetic is faster.
    """
    rows = MANY_ROWS if many else FEW_ROWS
    return _tried("int8", rows) <= (1.0 if many else SLOWER) * _tried("bfloat16", rows)


@cache
def kernel_pays() -> bool:
    """Whether our kernel is the faster in 8 bits, of few rows and of many (tried once).

    oneDNN is where the CPU has tiles for it (AMX): a weight is held in one layout only.
    """
    if native.load() is None:
        return False
    offset = _offset()
    return all(
        _timed(by_kernel, rows) < _timed(lambda w, b: quantized(w, b, offset), rows)
        for rows in (FEW_ROWS, MANY_ROWS)
    )


@cache
def _offset() -> int:
    """What is added to rounded activations: 0, or 128 for CPUs that multiply unsigned ones only.

    The products are the same. AVX512-VNNI takes unsigned by signed; asked for signed ones,
    oneDNN falls back to a reference that takes a hundred times as long (an AMD EPYC was seen).
    """
    signed, unsigned = (_signed_or_not(offset) for offset in (0, 128))
    return 0 if signed <= SLOWER * unsigned else 128


def _tried(precision: str, rows: int) -> float:
    """Seconds of a product of `rows` in its best format."""
    return _timed(lambda weight, bias: make(weight, bias, precision), rows)


def _timed(made: Callable[[torch.Tensor, torch.Tensor | None], Linear], rows: int) -> float:
    """Seconds of a product of `rows` with a weight of the usual size."""
    import torch

    product = made(torch.randn(4096, 1024).bfloat16(), None)
    x = torch.randn(rows, 1024).bfloat16()
    return fastest(lambda: product(x))


def _signed_or_not(offset: int) -> float:
    """Seconds of an 8-bit product with a small weight: the reference takes 20 ms for it."""
    import torch

    product = quantized(torch.randn(256, 1024).bfloat16(), None, offset)
    x = torch.randn(FEW_ROWS, 1024).bfloat16()
    return fastest(lambda: product(x), times=3)


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
    offset: int
    nbytes: int

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """See `Linear`."""
        import torch

        scale = x.abs().amax(-1, keepdim=True).float().clamp_(min=1e-6).mul_(1 / 127)  # [rows, 1]
        rounded = (x / scale).round_().to(torch.int8)  # at most 127 by the scale
        if self.offset:  # flips the sign bit, which adds 128: a conversion to uint8 is slow
            rounded = rounded.bitwise_xor_(-128).view(torch.uint8)
        y = torch.ops.onednn.qlinear_pointwise(
            rounded, 1.0, self.offset, self.weight, self.scales, self.zeros, None,
            1.0, 0, x.dtype, "none", [], "",
        )  # fmt: skip
        scale = scale.to(x.dtype)
        return y.mul_(scale) if self.bias is None else torch.addcmul(self.bias, y, scale)

    @property
    def key(self) -> int:
        """See `Linear`."""
        return id(self)


@dataclass(frozen=True, slots=True)
class Native:
    """`Int8` in one call of a kernel of ours: bytes, scales and bias are put to it on the way."""

    weight: native.Weight
    kernels: native.Kernels

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """See `Linear`."""
        return self.kernels.product(x, self.weight)

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.weight.nbytes

    @property
    def key(self) -> int:
        """See `Linear`."""
        return id(self)


def quantized(weight: torch.Tensor, bias: torch.Tensor | None, offset: int) -> Int8:
    """`weight` [out, in] rounded by row; `offset` is added to the activations' bytes (0 or 128)."""
    import torch

    whole, scales = rounded(weight)
    packed = torch.ops.onednn.qlinear_prepack(whole, None)
    zeros = torch.zeros(len(scales), dtype=torch.int64)
    return Int8(packed, scales, zeros, bias, offset, whole.nbytes + scales.nbytes)


def by_kernel(weight: torch.Tensor, bias: torch.Tensor | None) -> Native:
    """`weight` [out, in] rounded by row, for our kernel, which must be there."""
    kernels = native.load()
    assert kernels is not None, "asked for only where it is"
    return Native(kernels.weight(*rounded(weight), bias), kernels)


def rounded(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """`weight` [out, in] in bytes of at most 127, and what one of them is worth by row [out]."""
    import torch

    scales = weight.abs().amax(1).float().clamp_(min=1e-12) / 127
    return (weight.float() / scales[:, None]).round_().clamp_(-127, 127).to(torch.int8), scales
