"""The small work between products: Triton's kernels against what the eager layers do."""

from __future__ import annotations

import pytest
import torch
import triton_device
from hypothesis import given, settings
from hypothesis import strategies as st
from triton_device import DEVICE, DTYPES, close

from summarize.engine.kernels import layers
from summarize.engine.operations import activation
from summarize.engine.weights import Norm

pytestmark = triton_device.MARKS


def normal(*size: int, dtype: torch.dtype = torch.float32, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed + sum(size))
    return torch.randn(size, generator=generator).to(DEVICE, dtype)


def norm_of(width: int, dtype: torch.dtype, rms: bool, shifted: bool = True) -> Norm:
    weight = 1 + 0.1 * normal(width, seed=1)
    shift = normal(width, seed=2).to(dtype) if shifted and not rms else None
    return Norm(weight.to(dtype), shift, 1e-5, rms)


# -- residual and norm ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rms", [False, True])
@pytest.mark.parametrize("width", [16, 1000])
def test_the_sum_and_its_norm(dtype: torch.dtype, rms: bool, width: int) -> None:
    x, residual = normal(3, width, dtype=dtype), normal(3, width, dtype=dtype, seed=9)
    norm = norm_of(width, dtype, rms)
    total, normed = layers.add_norm(x, residual, None, norm.weight, norm.bias, norm.epsilon, rms)
    close(total, x + residual, dtype)
    close(normed, norm(total), dtype)
    assert total.dtype == normed.dtype == dtype


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    rows=st.integers(1, 3),
    width=st.integers(1, 70),
    rms=st.booleans(),
    shifted=st.booleans(),
    added=st.booleans(),
    biased=st.booleans(),
    keep=st.booleans(),
)
def test_any_sum(
    rows: int, width: int, rms: bool, shifted: bool, added: bool, biased: bool, keep: bool
) -> None:
    x = normal(rows, 2 * width)[:, :width]  # a slice of a wider product
    residual = normal(rows, width, seed=9) if added else None
    bias = normal(width, seed=3) if biased else None
    norm = norm_of(width, torch.float32, rms, shifted)
    total, normed = layers.add_norm(
        x, residual, bias, norm.weight, norm.bias, norm.epsilon, rms, keep=keep
    )
    wanted = x + (0 if bias is None else bias) + (0 if residual is None else residual)
    close(normed, norm(wanted), torch.float32)
    if keep:
        close(total, wanted, torch.float32)


def test_a_far_mean_and_nan_are_seen() -> None:
    x = normal(2, 64) + 1000
    x[1, 5] = torch.nan
    norm = norm_of(64, torch.float32, rms=False)
    _, normed = layers.add_norm(x, None, None, norm.weight, norm.bias, norm.epsilon, rms=False)
    torch.testing.assert_close(normed[0], norm(x)[0], rtol=1e-3, atol=1e-3)
    assert normed[1].isnan().all()


# -- activation -----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["relu", "gelu", "gelu_new", "silu", "swish"])
@pytest.mark.parametrize("gated", [False, True])
def test_activations(dtype: torch.dtype, name: str, gated: bool) -> None:
    x, bias = 3 * normal(2, 90, dtype=dtype), normal(90, dtype=dtype, seed=4)
    for added in (None, bias):
        y = x if added is None else (x.float() + added.float()).to(dtype)
        if gated:
            gate, y = y.chunk(2, dim=-1)
            wanted = activation(gate, name) * y
        else:
            wanted = activation(y, name)
        close(layers.activate(x, name, gated=gated, bias=added), wanted, dtype)


def test_activations_keep_nan_and_bear_large_numbers() -> None:
    x = torch.tensor([[torch.nan, -1e4, 1e4, 0.0]], device=DEVICE)
    for name in layers.ACTIVATIONS:
        found = layers.activate(x, name)
        assert found[0, 0].isnan()
        assert torch.equal(found[0, 1:], torch.tensor([0.0, 1e4, 0.0], device=DEVICE))


# -- embedding ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("normed", [False, True])
@pytest.mark.parametrize("pad", [None, 1])
def test_embeddings(dtype: torch.dtype, normed: bool, pad: int | None) -> None:
    table, positions = normal(11, 20, dtype=dtype), normal(12, 20, dtype=dtype, seed=5)
    ids = torch.randint(0, 11, (3, 2, 9), generator=torch.Generator().manual_seed(0)).to(DEVICE)
    steps = torch.tensor([0, 7, 3], device=DEVICE)
    ids[1, 0, 7] = 1  # a beam that has ended goes on with padding
    norm = norm_of(20, dtype, rms=False)
    last = ids[torch.arange(3, device=DEVICE), :, steps]  # [slots, beams]
    places = (steps[:, None] + 2).expand(3, 2)
    if pad is not None:
        places = places.masked_fill(last == pad, pad)
    wanted = (table[last] * 4.5 + positions[places]).flatten(0, 1)
    found = layers.embed(
        ids, steps, table, scale=4.5, positions=positions, offset=2, pad=pad,
        weight=norm.weight if normed else None, norm_bias=norm.bias if normed else None,
    )  # fmt: skip
    # The norm stretches what the interpreter cuts off, and the position with it.
    torch.testing.assert_close(
        found.float(), (norm(wanted) if normed else wanted).float(),
        rtol=3 * triton_device.TOLERANCE[dtype], atol=3 * triton_device.TOLERANCE[dtype],
    )  # fmt: skip


def test_embeddings_without_positions() -> None:
    table = normal(5, 8)
    ids = torch.tensor([[[2, 4]]], device=DEVICE)
    found = layers.embed(ids, torch.tensor([1], device=DEVICE), table)
    assert torch.equal(found, table[4:5])


def test_a_step_behind_the_last_position_takes_the_last() -> None:
    table, positions = normal(5, 8), normal(3, 8, seed=5)
    ids = torch.tensor([[[2, 4, 1]]], device=DEVICE)
    found = layers.embed(
        ids, torch.tensor([2], device=DEVICE), table, positions=positions, offset=2
    )
    assert torch.equal(found, table[1:2] + positions[2:])
