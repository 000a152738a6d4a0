"""Frozen linear layers in 8 bits: integer products for what is not learned.

An adapter's run spends most of its time on two products of every frozen weight: x Wᵀ on
the way there and g W on the way back. CPUs multiply bytes several times as fast as
float32, so both sides are rounded, the weight once (by row, for either product), x and g by
row as they come. The updates' own products stay in float32. Knows no model but its layers.
"""

from __future__ import annotations

from typing import Any

import torch

from summarize.engine import linear
from summarize.errors import OptionError

_KEPT: list[linear.Int8] = []
"""Weights by number: an operator that is to be compiled takes nothing but tensors."""


def freeze(model: torch.nn.Module) -> int:
    """Put the linear layers under `model`'s low-rank updates into 8 bits; how many there were.

    Raises:
        OptionError: the model is not in float32 on the CPU.
    """
    found = [
        module
        for module in model.modules()
        if isinstance(getattr(module, "base_layer", None), torch.nn.Linear)
    ]
    for module in found:
        weight: Any = module.base_layer.weight  # type: ignore[union-attr]
        if weight.device.type != "cpu" or weight.dtype != torch.float32:
            raise OptionError(f"int8 is for the CPU, not for {weight.device}; leave dtype out.")
        module.base_layer = FrozenLinear(module.base_layer)  # type: ignore[arg-type]
    return len(found)


class FrozenLinear(torch.nn.Module):
    """A linear layer of which nothing is learned, its weight in 8 bits."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        weight = layer.weight.detach()
        self.in_features, self.out_features = layer.in_features, layer.out_features
        self.weight = layer.weight  # models ask for its dtype
        self.bias = None if layer.bias is None else layer.bias.detach()
        self._there = _keep(weight)
        self._back = _keep(weight.T.contiguous())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """X [..., in]: [..., out]."""
        rows = x.reshape(-1, self.in_features)
        y: torch.Tensor = _Product.apply(  # type: ignore[no-untyped-call]
            rows, self._there, self._back, self.in_features, self.out_features
        )
        y = y.reshape(*x.shape[:-1], self.out_features)
        return y if self.bias is None else y + self.bias


class _Product(torch.autograd.Function):
    """x [rows, in] times the weight, [rows, out]; its gradient times the weight's transpose."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        there: torch.Tensor,
        back: torch.Tensor,
        inputs: int,
        outputs: int,
    ) -> torch.Tensor:
        ctx.save_for_backward(back)
        ctx.inputs = inputs
        return _times(x, there, outputs)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[Any, ...]:
        (back,) = ctx.saved_tensors
        return _times(gradients[0], back, ctx.inputs), None, None, None, None


def _times(x: torch.Tensor, number: torch.Tensor, width: int) -> torch.Tensor:
    """X [rows, in] rounded by row, times the weight of that number: [rows, width]."""
    scale = x.abs().amax(-1, keepdim=True).clamp(min=1e-12) / 127  # [rows, 1]
    whole = (x / scale).round().to(torch.int8)  # at most 127 by the scale
    y: torch.Tensor = torch.ops.summarize.product_of_bytes(whole, number, width)
    return y * scale


def _keep(weight: torch.Tensor) -> torch.Tensor:
    """The number that `weight` [out, in] can be had by from now on, as a tensor."""
    _KEPT.append(linear.quantized(weight, None, linear.offset()))
    return torch.tensor(len(_KEPT) - 1)


@torch.library.custom_op("summarize::product_of_bytes", mutates_args=())
def _product_of_bytes(x: torch.Tensor, number: torch.Tensor, width: int) -> torch.Tensor:
    return _KEPT[int(number)].of_bytes(x, torch.float32)


@_product_of_bytes.register_fake
def _(x: torch.Tensor, number: torch.Tensor, width: int) -> torch.Tensor:
    return x.new_empty(x.shape[0], width, dtype=torch.float32)
