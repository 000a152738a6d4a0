"""Attention of few queries as two products: PyTorch's fused kernel is its twin."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from summarize.engine import attend, native


def by_kernel(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *rest: Any) -> torch.Tensor:
    """Our kernel, its result laid out as the others'."""
    kernels = native.load()
    if kernels is None or not kernels.takes(q, k, v):
        pytest.skip("not for our kernel, or there is none on this machine")
    return kernels.attend(q, k, v, *rest).view(len(q), q.shape[2], q.shape[1], -1).transpose(1, 2)


@pytest.mark.parametrize("apart", [attend.in_two, attend.in_two_by_heads, by_kernel])
@pytest.mark.parametrize("mask", ["none", "keys", "queries", "heads"])
@pytest.mark.parametrize("width", [64, 24, 96])
@pytest.mark.parametrize(
    ("slots", "queries", "keys"), [(1, 1, 33), (3, 1, 50), (2, 4, 48), (2, 7, 41)]
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_two_products_are_attention(
    dtype: torch.dtype,
    slots: int,
    queries: int,
    keys: int,
    width: int,
    mask: str,
    apart: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attend, "SCORES", 3 * queries * keys)  # not all of the heads at once
    draw = torch.Generator().manual_seed(0)
    three = torch.randn(slots, queries, 3, 5, width, generator=draw).to(dtype)
    q = three[:, :, 0].transpose(1, 2)
    stored = torch.randn(2, slots + 1, 5, keys + 7, width, generator=draw).to(dtype)
    k, v = stored[:, :slots, :, :keys]  # parts of longer storage
    hidden = None
    if mask != "none":
        rows = 1 if mask == "keys" else queries
        hidden = torch.zeros(slots, 5 if mask == "heads" else 1, rows, keys, dtype=dtype)
        if mask == "heads":
            hidden += torch.arange(5)[:, None, None]
        hidden[:, :, -1, keys // 2 :] = -math.inf
    scale = width**-0.5
    found = apart(q, k, v, hidden, scale)
    wanted = torch.nn.functional.scaled_dot_product_attention(
        q.float(), k.float(), v.float(), None if hidden is None else hidden.float(), scale=scale
    )
    assert found.shape == wanted.shape
    assert found.dtype == dtype
    close = 1e-5 if dtype == torch.float32 else 0.02
    torch.testing.assert_close(found.float(), wanted, atol=close, rtol=close)


@pytest.mark.parametrize("pays", [True, False])
def test_attention_takes_what_is_faster_here(pays: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[str, torch.dtype]] = []
    monkeypatch.setattr(attend, "_two_pay", lambda many: pays)
    for name in ("in_two", "in_two_by_heads"):

        def apart(q: torch.Tensor, *_: object, name: str = name) -> torch.Tensor:
            taken.append((name, q.dtype))
            return q

        monkeypatch.setattr(attend, name, apart)
    for dtype in (torch.float32, torch.bfloat16):
        for queries, keys in ((1, 100), (100, 100), (1, 4)):
            q, k = torch.zeros(1, 2, queries, 8).to(dtype), torch.zeros(1, 2, keys, 8).to(dtype)
            assert attend.attend(q, k, k, None, 1.0).shape == (1, queries, 16)
    wanted = [("in_two", torch.bfloat16), ("in_two_by_heads", torch.bfloat16)]
    assert taken == (wanted if pays else [])


@pytest.mark.parametrize("many", [True, False])
@pytest.mark.parametrize("seconds", [(1.0, 2.0), (2.0, 1.0)])
def test_the_clock_decides(
    seconds: tuple[float, float], many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart, fused = seconds
    times = iter(seconds)
    monkeypatch.setattr(attend, "fastest", lambda work: (work(), next(times))[1])
    assert attend._two_pay.__wrapped__(many) is (apart < fused)
