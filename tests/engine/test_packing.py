"""Packed sources: where tokens are, and attention to oneself in each of the ways to compute it."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from summarize.engine import attention
from summarize.engine.packing import Packing

SCALE = 8**-0.5


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_padded_and_back(lengths: list[int]) -> None:
    packing = Packing(lengths, "cpu")
    x = torch.randn(sum(lengths), 3)
    padded = packing.padded(x)
    assert padded.shape == (len(lengths), max(lengths), 3)
    assert torch.equal(packing.packed(padded), x)
    for source, part in enumerate(torch.split(x, lengths)):
        assert torch.equal(padded[source, : len(part)], part)
        assert not padded[source, len(part) :].any()
    assert packing.places.tolist() == [i for n in lengths for i in range(n)]
    assert packing.sources.tolist() == [s for s, n in enumerate(lengths) for _ in range(n)]
    assert (~packing.hidden).sum(1).tolist() == lengths
    assert packing.starts.tolist() == [sum(lengths[:i]) for i in range(len(lengths) + 1)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.booleans())
def test_padded_attention_is_that_of_each_source_alone(lengths: list[int], biased: bool) -> None:
    packing = Packing(lengths, "cpu")
    three = torch.randn(sum(lengths), 3, 2, 8)
    bias = torch.randn(1, 2, max(lengths), max(lengths)) if biased else None
    alone = attention.read_packed(three, packing, bias, SCALE)
    torch.testing.assert_close(attention._read_padded(three, packing, bias, SCALE), alone)


def test_flash_attention_is_not_taken_on_trust() -> None:
    """Torch has none for the CPU, so the probe refuses it, whatever it raises."""
    assert not attention._flash_runs(torch.device("cpu"), torch.float32, 2, 8)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("width", [32, 64, 128])
def test_flash_attention_on_the_device(width: int) -> None:
    lengths = (400, 1, 77, 1000)
    packing = Packing(lengths, "cuda")
    three = torch.randn(sum(lengths), 3, 4, width, device="cuda").bfloat16()
    assert attention._flash_runs(three.device, three.dtype, 4, width)
    found = attention.read_packed(three, packing, None, width**-0.5)
    wanted = attention._read_padded(three.float(), packing, None, width**-0.5)
    torch.testing.assert_close(found.float(), wanted, atol=0.02, rtol=0.02)
