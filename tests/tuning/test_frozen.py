"""Frozen weights in 8 bits: like the products of float32, there and back, and runs on them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from summarize import OptionError
from summarize.generation.checkpoint import load_model
from summarize.models.adapters import FACTS
from summarize.tuning.examples import Example, collated
from summarize.tuning.frozen import FrozenLinear, freeze
from summarize.tuning.job import tune
from summarize.tuning.learner import Learner
from summarize.tuning.settings import TuneOptions

Make = Callable[..., Path]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(64, 32), (33, 17), (1, 5)])
@pytest.mark.parametrize("rows", [(1,), (3, 7), (2, 1, 5)])
def test_both_products_are_nearly_those_of_float32(
    rows: tuple[int, ...], shape: tuple[int, int], bias: bool
) -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(*shape, bias=bias)
    x = torch.randn(*rows, shape[0], requires_grad=True)
    wanted, found = layer(x), FrozenLinear(layer)(x)
    assert found.shape == wanted.shape
    torch.testing.assert_close(found, wanted, atol=0.05, rtol=0.05)
    given = torch.randn_like(wanted)
    (theirs,) = torch.autograd.grad(wanted, x, given)
    (ours,) = torch.autograd.grad(found, x, given)
    torch.testing.assert_close(ours, theirs, atol=0.05, rtol=0.05)


def test_a_row_of_zeros_stays_one_and_rows_do_not_depend_on_one_another() -> None:
    torch.manual_seed(0)
    frozen = FrozenLinear(torch.nn.Linear(16, 8, bias=False))
    x = torch.randn(4, 16)
    x[1] = 0
    y = frozen(x)
    assert torch.equal(y[1], torch.zeros(8))
    assert torch.equal(frozen(x[2:3])[0], y[2])
    x[0] *= 1e6
    assert torch.equal(frozen(x)[1:], y[1:])


@pytest.mark.skipif(shutil.which("g++") is None, reason="compiling takes a C++ compiler")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's compiler's own
def test_compiled_layers_give_what_eager_ones_do() -> None:
    torch.manual_seed(0)
    frozen = FrozenLinear(torch.nn.Linear(32, 24))
    compiled = torch.compile(frozen, dynamic=True)
    for rows in (3, 9):
        x = torch.randn(rows, 32, requires_grad=True)
        given = torch.randn(rows, 24)
        (ours,) = torch.autograd.grad(compiled(x), x, given)
        (theirs,) = torch.autograd.grad(frozen(x), x, given)
        torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("family", ["gemma3", "nllb", "qwen3"])
def test_gradients_point_where_those_of_float32_do(family: str, tiny_model: Make) -> None:
    examples = [Example((5, 6, 7, 8), (20, 21, 22, 2)), Example((9, 10), (24, 25, 2))]
    found = []
    for int8 in (False, True):
        model = load_model(tiny_model(family), "cpu", "float32")
        learner = Learner(model, TuneOptions(rank=2, seed=1), known=(), int8=int8)
        with torch.no_grad():
            for name, parameter in learner.parameters.items():
                if "lora_B" in name:  # zero at first, which would leave A without a gradient
                    parameter.normal_(std=0.1, generator=torch.Generator().manual_seed(3))
        learner.model.eval()  # no dropout of the model's own
        loss = learner.loss(collated(examples, causal=learner.causal, pad=0), 0)
        loss.backward()
        gradients = [p.grad.flatten() for p in learner.parameters.values()]
        found.append((loss.item(), torch.cat(gradients)))
    (exact, theirs), (rounded, ours) = found
    assert rounded == pytest.approx(exact, rel=0.02)
    assert not torch.equal(ours, theirs)
    assert torch.nn.functional.cosine_similarity(ours, theirs, dim=0) > 0.98


def test_a_run_in_int8_learns_and_says_so(
    tiny_model: Make, tsv: Path, tmp_path: Path, quick: dict[str, Any]
) -> None:
    chosen = {**quick, "steps": 30, "learning_rate": 3e-2, "rank": 8}
    scores = {}
    for dtype in ("float32", "int8"):
        done = tune(
            tiny_model("gemma3"), [tsv], tmp_path / dtype, dev=[tsv], dtype=dtype,
            progress=False, **chosen,
        )  # fmt: skip
        scores[dtype] = done.score
        facts = json.loads((done.directory / FACTS).read_text())
        assert facts["options"]["dtype"] == dtype
    assert scores["int8"] == pytest.approx(scores["float32"], abs=0.3)


def test_other_formats_than_float32_are_refused() -> None:
    layer = torch.nn.Module()
    layer.base_layer = torch.nn.Linear(4, 4).bfloat16()
    with pytest.raises(OptionError, match="int8 is for the CPU"):
        freeze(layer)
