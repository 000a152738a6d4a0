"""Decode attention: Triton's kernels against PyTorch's own attention."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest
import torch
import triton_device
from hypothesis import given, settings
from hypothesis import strategies as st
from triton_device import DEVICE, DTYPES, close

from summarize.engine import attention as eager
from summarize.engine import kernels
from summarize.engine.kernels import attention

pytestmark = triton_device.MARKS

SCALE = 0.3


@dataclass
class Step:
    """One decode step's tensors, as the cache and the fused product hold them."""

    queries: torch.Tensor
    new_keys: torch.Tensor
    new_values: torch.Tensor
    keys: torch.Tensor
    values: torch.Tensor
    table: torch.Tensor
    steps: torch.Tensor

    @property
    def length(self) -> int:
        return self.table.shape[2]

    def written(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys and values once the new ones stand at `steps`."""
        keys, values = self.keys.clone(), self.values.clone()
        rows = torch.arange(len(keys), device=keys.device)
        keys[rows, :, self.steps] = self.new_keys.transpose(1, 2)
        values[rows, :, self.steps] = self.new_values.transpose(1, 2)
        return keys, values

    def expected(self, bias: torch.Tensor | None = None) -> torch.Tensor:
        """What the twin gives with the new keys written, in float32."""
        keys, values = self.written()
        slots, _, _, beams, _ = keys.shape
        mask = eager.path_mask(self.table, self.steps[:, None], torch.float32)
        if bias is not None:
            at = torch.arange(self.length, device=keys.device)
            apart = (self.steps[:, None] - at).clamp(min=0)  # later ones are hidden
            mask = (
                mask
                + bias.float()[:, apart].transpose(0, 1).repeat_interleave(beams, 2)[:, :, None]
            )
        mixed = eager.attend(
            self.queries.transpose(1, 2).float(),
            keys.flatten(2, 3).float(),
            values.flatten(2, 3).float(),
            mask,
            SCALE,
        )
        return mixed.view(slots, beams, *self.queries.shape[2:])


def make_step(
    steps: list[int],
    beams: int,
    heads: int,
    width: int,
    length: int,
    dtype: torch.dtype,
    seed: int = 0,
) -> Step:
    generator = torch.Generator().manual_seed(seed)

    def normal(*size: int) -> torch.Tensor:
        return torch.randn(*size, generator=generator).to(DEVICE, dtype)

    slots = len(steps)
    three = normal(slots, beams, 3, heads, width)
    cache = normal(2, slots + 1, heads, length + 3, beams, width)[:, :slots, :, :length]
    table = torch.randint(0, beams, (slots, beams, length + 3), generator=generator)
    at = torch.tensor(steps)
    table.scatter_(
        2,
        at[:, None, None].expand(-1, beams, 1),
        torch.arange(beams)[None, :, None].expand(slots, -1, 1),
    )
    return Step(
        three[:, :, 0], three[:, :, 1], three[:, :, 2], cache[0], cache[1],
        table[:, :, :length].to(DEVICE), at.to(DEVICE),
    )  # fmt: skip


def run(step: Step, *, fresh: bool = True, **options: object) -> torch.Tensor:
    if fresh:
        options |= {"new_keys": step.new_keys, "new_values": step.new_values}
    return attention.decode_self_attention(
        step.queries, step.keys, step.values, step.table, step.steps, step.length, SCALE, **options
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("beams", [1, 2, 5])
@pytest.mark.parametrize("fresh", [True, False])
def test_beams_attend_over_their_own_pasts(dtype: torch.dtype, beams: int, fresh: bool) -> None:
    step = make_step([0, 36, 17], beams, 2, 24, 37, dtype)
    wanted = step.expected()
    keys, values = step.written()
    if not fresh:
        step.keys.copy_(keys)
        step.values.copy_(values)
    for parts in (1, 3):
        close(run(step, fresh=fresh, parts=parts), wanted, dtype)
        assert torch.equal(step.keys, keys)
        assert torch.equal(step.values, values)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    steps=st.lists(st.integers(0, 40), min_size=1, max_size=2),
    beams=st.integers(1, 8),
    heads=st.integers(1, 2),
    width=st.sampled_from([8, 32, 64, 80, 96]),
    spare=st.integers(1, 9),
    parts=st.integers(1, 4),
    fresh=st.booleans(),
    biased=st.booleans(),
)
def test_any_shape(
    steps: list[int],
    beams: int,
    heads: int,
    width: int,
    spare: int,
    parts: int,
    fresh: bool,
    biased: bool,
) -> None:
    step = make_step(steps, beams, heads, width, max(steps) + spare, torch.float32)
    bias = torch.randn(heads, step.length + 2, device=DEVICE) if biased else None
    wanted = step.expected(bias)
    if not fresh:
        for old, new in zip((step.keys, step.values), step.written(), strict=True):
            old.copy_(new)
    close(run(step, fresh=fresh, distance_bias=bias, parts=parts), wanted, torch.float32)


@pytest.mark.parametrize("kind", [torch.uint8, torch.int32])
def test_the_table_may_be_of_any_integers(kind: torch.dtype) -> None:
    step = make_step([4, 9], 3, 2, 16, 10, torch.float32)
    wanted = step.expected()
    step.table = step.table.to(kind)
    close(run(step), wanted, torch.float32)


def test_what_is_not_of_the_past_is_not_read() -> None:
    step = make_step([3, 7], 2, 1, 16, 12, torch.float32)
    wanted = step.expected()
    for slot, last in enumerate([3, 7]):
        step.keys[slot, :, last:] = torch.nan
        step.values[slot, :, last:] = torch.nan
    close(run(step), wanted, torch.float32)


@pytest.mark.parametrize("beams", [1, 4])
def test_nan_surfaces_in_its_own_slot(beams: int) -> None:
    step = make_step([5, 5], beams, 1, 16, 6, torch.float32)
    step.queries[1] = torch.nan
    mixed = run(step)
    assert mixed[0].isfinite().all()
    assert mixed[1].isnan().all()


# -- over the source ------------------------------------------------------------------


def run_cross(
    lengths: list[int], beams: int, heads: int, width: int, dtype: torch.dtype, **options: object
) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    slots, source = len(lengths), max(lengths)
    queries = torch.randn(slots, beams, heads, width, generator=generator).to(DEVICE, dtype)
    both = torch.randn(2, slots + 1, heads, source + 5, width, generator=generator)
    keys, values = both.to(DEVICE, dtype)[:, :slots]
    real = torch.tensor(lengths, device=DEVICE)
    mask = eager.length_mask(real, source, torch.float32)
    wanted = eager.attend(
        queries.transpose(1, 2).float(), keys[:, :, :source].float(), values[:, :, :source].float(),
        mask, SCALE,
    )  # fmt: skip
    for slot, length in enumerate(lengths):
        keys[slot, :, length:] = torch.nan
        values[slot, :, length:] = torch.nan
    found = attention.decode_cross_attention(queries, keys, values, real, source, SCALE, **options)
    return found, wanted.view(found.shape)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("beams", [1, 2, 4, 5])
@pytest.mark.parametrize("parts", [1, 3])
def test_beams_share_one_ragged_source(dtype: torch.dtype, beams: int, parts: int) -> None:
    found, wanted = run_cross([70, 1, 33], beams, 2, 64, dtype, parts=parts)
    close(found, wanted, dtype)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    lengths=st.lists(st.integers(1, 90), min_size=1, max_size=2),
    beams=st.integers(1, 8),
    heads=st.integers(1, 2),
    width=st.sampled_from([8, 32, 64, 80, 96, 128]),
    parts=st.integers(1, 4),
)
def test_any_source(lengths: list[int], beams: int, heads: int, width: int, parts: int) -> None:
    found, wanted = run_cross(lengths, beams, heads, width, torch.float32, parts=parts)
    close(found, wanted, torch.float32)


@pytest.mark.parametrize("beams", [1, 4])
def test_long_sources_are_split_unasked(beams: int) -> None:
    found, wanted = run_cross([1024, 300], beams, 1, 32, torch.float32)
    close(found, wanted, torch.float32)
    assert attention._parts(2, 1024) == 8
    assert attention._parts(2048, 1024) == 1
    assert attention._parts(16, 100) == 1


def test_a_waiting_slot_gets_zeros() -> None:
    queries = torch.randn(2, 4, 1, 16, device=DEVICE)
    keys = torch.full((2, 1, 9, 16), torch.nan, device=DEVICE)
    for lengths in (torch.tensor([0, 0]), torch.tensor([0, 0], dtype=torch.int32)):
        for parts in (1, 2):
            mixed = attention.decode_cross_attention(
                queries, keys, keys, lengths.to(DEVICE), 9, SCALE, parts=parts
            )
            assert torch.equal(mixed, torch.zeros_like(queries))


def test_the_output_goes_where_it_is_asked() -> None:
    step = make_step([5], 2, 2, 16, 6, torch.float32)
    out = torch.empty(1, 2, 2, 16, device=DEVICE)
    assert run(step, out=out, parts=2) is out
    close(out, step.expected(), torch.float32)


# -- the package ----------------------------------------------------------------------


def test_the_engine_imports_no_triton() -> None:
    code = "import sys, summarize.engine, summarize.engine.kernels; print('triton' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_available_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernels.available() is None
    monkeypatch.setenv("TRITON_INTERPRET", "0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert kernels.available() == "there is no CUDA device"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "triton is not installed" in (kernels.available() or "")
