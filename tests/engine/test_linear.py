"""Each format of a product against plain float32."""

from __future__ import annotations

import pytest
import torch

from summarize.engine import checkpoint, linear


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(64, 32), (100, 48), (33, 17)])
@pytest.mark.parametrize("rows", [1, 4, 33])
@pytest.mark.parametrize(
    ("precision", "tolerance"), [("float32", 1e-5), ("bfloat16", 0.02), ("int8", 0.03)]
)
def test_a_product(
    precision: str, tolerance: float, rows: int, shape: tuple[int, int], bias: bool
) -> None:
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(shape, generator=generator)
    offsets = torch.randn(shape[0], generator=generator) if bias else None
    x = torch.randn(rows, shape[1], generator=generator)
    wanted = torch.nn.functional.linear(x, weight, offsets)
    dtype = torch.float32 if precision == "float32" else torch.bfloat16
    cast = offsets.to(dtype) if offsets is not None else None
    product = linear.make(weight.to(dtype), cast, precision)
    found = product(x.to(dtype))
    assert found.dtype == dtype
    assert found.shape == wanted.shape
    assert (found.float() - wanted).abs().mean() < tolerance * wanted.std()
    assert product.nbytes > 0


def test_int8_rows_do_not_depend_on_one_another() -> None:
    generator = torch.Generator().manual_seed(0)
    product = linear.make(torch.randn(48, 32, generator=generator).bfloat16(), None, "int8")
    x = torch.randn(5, 32, generator=generator).bfloat16()
    x[3] *= 100
    alone = torch.cat([product(row[None]) for row in x])
    assert torch.equal(product(x), alone)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("rows", [50, 64, 65])
def test_rows_behind_are_computed_and_cut_off(rows: int, bias: bool) -> None:
    generator = torch.Generator().manual_seed(0)
    weight, x = torch.randn(rows, 8, generator=generator), torch.randn(3, 8, generator=generator)
    offsets = torch.randn(rows, generator=generator) if bias else None
    padded = checkpoint.aligned(weight)
    assert len(padded) % 64 == 0
    assert len(padded) - rows < 64
    behind = None if offsets is None else torch.nn.functional.pad(offsets, (0, len(padded) - rows))
    found = linear.Dense(padded, behind, rows)(x)
    torch.testing.assert_close(found, torch.nn.functional.linear(x, weight, offsets))
    assert found.stride(0) == len(padded)


def test_fewer_rows_are_wanted_than_there_are() -> None:
    weight, x = torch.randn(70, 8), torch.randn(3, 8)
    found = linear.make(weight, None, "float32", 50)(x)
    torch.testing.assert_close(found, torch.nn.functional.linear(x, weight[:50]))


@pytest.mark.parametrize("shape", [(64, 32), (33, 17)])
@pytest.mark.parametrize("rows", [1, 5])
def test_unsigned_products_are_the_signed_ones(rows: int, shape: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(shape, generator=generator).bfloat16()
    x = torch.randn(rows, shape[1], generator=generator).bfloat16()
    x[0, 0] = -9.0  # the lowest byte
    signed, unsigned = (linear.quantized(weight, None, offset)(x) for offset in (0, 128))
    assert torch.equal(signed, unsigned)


@pytest.mark.parametrize(("signed", "offset"), [(1.0, 0), (1.6, 128)])
def test_unsigned_bytes_where_signed_ones_are_slow(
    signed: float, offset: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linear, "_signed_or_not", lambda offset: 1.0 if offset else signed)
    assert linear._offset.__wrapped__() == offset


@pytest.mark.parametrize(
    ("coarse", "few", "many"), [(1.6, False, False), (1.2, True, False), (0.9, True, True)]
)
def test_eight_bits_pay_by_the_clock(
    coarse: float, few: bool, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linear, "_tried", lambda kind, rows: coarse if kind == "int8" else 1.0)
    assert linear.int8_pays.__wrapped__() is few
    assert linear.int8_pays.__wrapped__(many=True) is many


@pytest.mark.parametrize(
    ("seconds", "pays"),
    [({4: 0.5, 256: 0.9}, True), ({4: 0.5, 256: 1.1}, False), ({4: 1.1, 256: 0.9}, False)],
)
def test_our_kernel_has_to_be_faster_of_few_rows_and_of_many(
    seconds: dict[int, float], pays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linear.native, "load", object)
    monkeypatch.setattr(linear, "_offset", lambda: 0)
    monkeypatch.setattr(
        linear, "_timed", lambda made, rows: seconds[rows] if made is linear.by_kernel else 1.0
    )
    assert linear.kernel_pays.__wrapped__() is pays
    monkeypatch.setattr(linear.native, "load", lambda: None)
    assert linear.kernel_pays.__wrapped__() is False
