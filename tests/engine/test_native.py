"""Kernels in C against PyTorch's own, and what happens where they cannot be had."""

from __future__ import annotations

import logging
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from summarize.engine import Engine, SearchOptions, linear, native
from summarize.models import cache


@pytest.fixture(name="kernels")
def _kernels() -> native.Kernels:
    kernels = native.load()
    if kernels is None:
        pytest.skip("no native kernels on this machine; the log says why")
    return kernels


def draw(*shape: int, scale: float = 1.0) -> torch.Tensor:
    return (torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape))) * scale).to(
        torch.bfloat16
    )


# -- products -----------------------------------------------------------------------------


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(64, 32), (100, 48), (33, 17), (1, 1), (130, 70)])
@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 6, 7, 13])
def test_a_product_is_that_of_the_rounded_numbers(
    kernels: native.Kernels, rows: int, shape: tuple[int, int], bias: bool
) -> None:
    weight, x = draw(*shape), draw(rows, shape[1], scale=3.0)
    offsets = draw(shape[0]) if bias else None
    whole, scales = linear.rounded(weight)
    step = x.abs().amax(1, keepdim=True).float() / 127
    wanted = ((x.float() / step).round() @ whole.float().T) * step * scales
    if offsets is not None:
        wanted += offsets.float()
    found = kernels.product(x, kernels.weight(whole, scales, offsets))
    assert found.dtype == torch.bfloat16
    # one number of a row may be rounded to the other side of a half, the result to 8 bits
    slack = float((step * scales * 127).max())
    torch.testing.assert_close(found.float(), wanted, atol=slack, rtol=2**-8)


def test_a_row_does_not_depend_on_the_others(kernels: native.Kernels) -> None:
    product = linear.by_kernel(draw(96, 64), draw(96))
    x = draw(15, 64)
    x[3] *= 1000
    assert torch.equal(product(x), torch.cat([product(row[None]) for row in x]))
    assert torch.equal(product(x[::2]), product(x)[::2])  # not contiguous


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_spoils_its_row_alone(kernels: native.Kernels, bad: float) -> None:
    product = linear.by_kernel(draw(70, 40), None)
    x = draw(5, 40)
    wanted = product(x)
    x[2, 39] = bad
    found = product(x)
    assert bool(found[2].isnan().all())
    assert torch.equal(found[[0, 1, 3, 4]], wanted[[0, 1, 3, 4]])


def test_rows_of_zeros(kernels: native.Kernels) -> None:
    offsets = draw(70)
    product = linear.by_kernel(draw(70, 40), offsets)
    assert torch.equal(product(torch.zeros(3, 40).bfloat16()), offsets.expand(3, -1))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(kernels: native.Kernels, threads: int) -> None:
    product, x = linear.by_kernel(draw(200, 64), None), draw(9, 64)
    wanted = product(x)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        assert torch.equal(product(x), wanted)
    finally:
        torch.set_num_threads(before)


# -- where they cannot be had ---------------------------------------------------------------


@pytest.fixture(name="afresh")
def _afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What was found is forgotten, before and after."""
    monkeypatch.delenv(native.VARIABLE, raising=False)
    native._found.cache_clear()
    yield
    native._found.cache_clear()


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize("why", ["variable", "compiler", "source", "cache", "cpu", "system"])
def test_where_they_cannot_be_had_it_is_said_once(
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if why not in ("variable", "compiler", "system") and shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    source = native.SOURCE
    if why == "variable":
        monkeypatch.setenv(native.VARIABLE, "0")
    elif why == "compiler":
        monkeypatch.setattr(native, "COMPILERS", ("no-such-compiler",))
    elif why == "system":
        monkeypatch.setattr(native.sys, "platform", "darwin")
    elif why == "cache":
        (tmp_path / "cache").write_text("a file in its place")
    else:
        text = source.read_text(encoding="utf-8")
        if why == "source":
            text = "this is no C\n" + text
        else:
            text = text.replace("int supported(void)\n{", "int supported(void)\n{\n    return 0;")
        monkeypatch.setattr(native, "SOURCE", tmp_path / "kernels.c")
        native.SOURCE.write_text(text, encoding="utf-8")
    with caplog.at_level(logging.INFO, "summarize"):
        assert native.load() is None
        assert native.load() is None
    said = [r.getMessage() for r in caplog.records if "without native kernels" in r.getMessage()]
    wanted = {
        "variable": "SUMMARIZE_NATIVE is 0",
        "compiler": "no C compiler",
        "source": "cannot be built",
        "cache": "cannot be built",
        "cpu": "no AVX-512 with VNNI",
        "system": "Linux on x86-64",
    }
    assert len(said) == 1
    assert wanted[why] in said[0]
    assert wanted[why] in str(native.missing())


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize("whose", ["everybody's", "another's"])
def test_a_library_that_others_could_write_is_not_loaded(
    whose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if native.load() is None:
        pytest.skip("no native kernels on this machine; the log says why")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    native._found.cache_clear()
    assert native.load() is not None
    (library,) = tmp_path.glob("native-*/kernels.so")
    if whose == "everybody's":
        library.parent.chmod(0o777)
    elif native.os.getuid() == 0:
        native.os.chown(library, 12345, -1)
    else:
        monkeypatch.setattr(native.os, "getuid", lambda: 12345)
    native._found.cache_clear()
    assert native.load() is None
    assert "somebody else" in str(native.missing())


@pytest.mark.usefixtures("afresh")
def test_they_are_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    built: list[object] = []
    run = native.subprocess.run
    monkeypatch.setattr(
        native.subprocess, "run", lambda *a, **k: (built.append(a), run(*a, **k))[1]
    )
    first = native.load()
    native._found.cache_clear()
    assert (native.load() is None) == (first is None)
    assert len(built) <= 1
    assert len(list(tmp_path.glob("native-*/kernels.so"))) == len(built)


@pytest.mark.parametrize("dtype", ["bfloat16", "int8"])
def test_engines_with_and_without_say_nearly_the_same(
    dtype: str, tmp_path: Path, kernels: native.Kernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model of heads as wide as `attend` takes; scores of forced lengths, by beams."""
    from transformers import BartConfig, BartForConditionalGeneration, set_seed

    set_seed(0)
    config = BartConfig(
        vocab_size=300,
        d_model=128,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=200,
        decoder_ffn_dim=200,
        max_position_embeddings=128,
        init_std=0.05,
    )
    BartForConditionalGeneration(config).save_pretrained(tmp_path)
    options = SearchOptions(num_beams=3, max_new_tokens=8, min_new_tokens=8)
    requests = [[0, *range(7, 7 + n), 2] for n in (5, 40, 90, 17)]

    def scores() -> torch.Tensor:
        engine = Engine.from_pretrained(tmp_path, dtype=dtype, slots=3)
        return torch.tensor([output.score for output in engine.generate(requests, options)])

    taken: list[bool] = []
    attend = native.Kernels.attend
    monkeypatch.setattr(native.Kernels, "attend", lambda *a: (taken.append(True), attend(*a))[1])
    fast = scores()
    assert taken
    monkeypatch.setattr(native, "load", lambda: None)
    linear.kernel_pays.cache_clear()
    try:
        plain = scores()
    finally:
        linear.kernel_pays.cache_clear()
    torch.testing.assert_close(fast, plain, atol=0.02, rtol=0.01)
