"""What holds before anything is timed: the device's two ceilings, and that outputs are right."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gpu_parts.cases import DRY_SHAPE, EOS, SHAPES, Case, build
from gpu_parts.limits import spread
from gpu_parts.peers import captured, forced, generate

ROOT = Path(__file__).resolve().parents[2]

TESTS_SECONDS = 95
"""Less than the part may take, so that what was said by then is kept."""


# -- ceilings -------------------------------------------------------------------------


def environment(setting: Any) -> Iterator[dict[str, Any]]:
    """The machine, and the two rates that every limit is counted with."""
    import torch
    from speed import environment as versions

    cuda = setting.device == "cuda"
    line = versions(torch.get_num_threads())
    line["commit"] = os.environ.get("SUMMARIZE_COMMIT") or line["commit"]
    line |= {"kind": "environment", "python": sys.version.split()[0], "dry": setting.dry}
    if cuda:
        properties = torch.cuda.get_device_properties(0)
        line |= {
            "device": torch.cuda.get_device_name(),
            "cuda": torch.version.cuda,
            "memory_gib": properties.total_memory / 2**30,
            "multiprocessors": properties.multi_processor_count,
            "triton": __import__("triton").__version__,
        }
    yield line | {"copy_bytes_per_second": _copy(setting), "flops": _product(setting)}


def _copy(setting: Any) -> float:
    """Bytes read and written a second by a copy far larger than any cache; random content."""
    import torch

    count = 2**20 if setting.dry else 2**30  # of four bytes
    source = torch.randint(-(2**31), 2**31 - 1, (count,), dtype=torch.int32, device=setting.device)
    target = torch.empty_like(source)
    return 2 * source.nbytes / _median_seconds(lambda: target.copy_(source), setting)


def _product(setting: Any) -> float:
    import torch

    size = 256 if setting.dry else 8192
    a, b = torch.randn(2, size, size, device=setting.device).to(torch.bfloat16)
    return 2 * size**3 / _median_seconds(lambda: a @ b, setting)


def _median_seconds(run: Any, setting: Any) -> float:
    import time

    import torch

    for _ in range(3):
        run()
    seconds = []
    for _ in range(15):
        if setting.device == "cuda":
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            run()
            end.record()
            end.synchronize()
            seconds.append(start.elapsed_time(end) / 1e3)
        else:
            started = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


# -- tests ----------------------------------------------------------------------------


def tests(setting: Any) -> Iterator[dict[str, Any]]:
    """The repository's tests that need a CUDA device; on the CPU they are only collected."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/engine"]
    if setting.dry:
        command += ["--collect-only", "-k", "kernel"]
    else:
        command += ["-m", "gpu", "--tb=short", "--maxfail=8", "-n", "6"]
    code, said = _said(command)
    if code == 4 and "-n" in command:  # no xdist here
        code, said = _said(command[: command.index("-n")])
    print(said[-8_000:], file=sys.stderr, flush=True)
    lines = [line for line in said.splitlines() if line.strip()]
    failed = [line[:160] for line in lines if line.startswith(("FAILED", "ERROR"))]
    last = lines[-1][:200] if lines else "nothing was said"
    yield {"kind": "tests", "returned": code, "last": last, "failed": failed[:12]}


def _said(command: list[str]) -> tuple[int | None, str]:
    """Exit code and output; None where the time was up."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TESTS_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return None, (late.output or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")


# -- correctness ----------------------------------------------------------------------


def correctness(setting: Any) -> Iterator[dict[str, Any]]:
    """The engine as it runs (kernels, graphs) against itself eager and on SDPA, and against
    transformers; weights of a real shape, and of the dry one in float32.

    Random weights make flat distributions, where rounding decides what comes next: read the
    match with transformers beside `reference_match`, transformers against its own float32.
    """
    yield from _compare("bart", "float32", setting, dry=True)
    if not setting.dry:
        yield from _compare("bart", setting.dtype, setting, dry=False)
        yield from _compare("nllb600", setting.dtype, setting, dry=False)


def _compare(model: str, dtype: str, setting: Any, *, dry: bool) -> Iterator[dict[str, Any]]:
    from summarize.engine import Engine, SearchOptions

    count, new = (4, 6) if setting.dry else (8, 24)
    lengths = spread(count, 6, 30 if dry else 200, seed=4)
    ids = _requests(lengths, (DRY_SHAPE if dry else SHAPES[model]).vocabulary)

    def made() -> Any:
        source = build(model, setting.device, dtype, dry=dry)
        engine = Engine(source, device=setting.device, dtype=dtype, slots=8, max_source=256)
        engine.drafts = 0
        return engine

    for beams in (1, 4):
        case = Case("check", model, count, (1, 1), None, 8, beams=beams, trigrams=beams > 1)
        search = SearchOptions(
            num_beams=beams, max_new_tokens=new, no_repeat_ngram_size=3 if beams > 1 else 0
        )

        def run(engine: Any, search: Any = search) -> list[list[int]]:
            outputs = engine.generate(ids, search, lengths=forced([new] * count))
            return [list(output.ids) for output in outputs]

        engine = made()
        if setting.dry:
            engine.late = 2
        kernels = engine.warm(search)
        found = run(engine)
        again = run(engine)  # by now every step is replayed
        graphs = captured(engine)
        engine._spare, engine.graphs, engine.late = None, False, 0
        eager = run(engine)
        first = None if beams > 1 else _first_logits(engine, ids, kernels)
        engine = _on_sdpa(engine)
        sdpa = run(engine)
        del engine
        line = {
            "kind": "correctness", "model": f"{model} {'tiny' if dry else 'shape'}",
            "dtype": dtype, "beams": beams, "requests": count, "new": new,
            "graphs": f"{graphs}, kernels {kernels}",
            "graphs_against_eager": match(found, eager),
            "second_run_against_first": match(again, found),
            "kernels_against_sdpa": match(eager, sdpa),
        }  # fmt: skip
        reference = build(model, setting.device, dtype, dry=dry)
        theirs = [generate(reference, [row], new, case, setting.device)[0] for row in ids]
        line["transformers_match"] = match(found, theirs)
        if first is not None:
            low = _their_logits(reference, ids, setting)
            wide = reference.float()
            true = _their_logits(wide, ids, setting)
            line["logits_error"] = _distance(first, true)
            line["transformers_logits_error"] = _distance(low, true)
            if dtype != "float32":
                right = [generate(wide, [row], new, case, setting.device)[0] for row in ids]
                line["reference_match"] = match(theirs, right)
        del reference
        yield line


def match(found: Sequence[list[int]], wanted: Sequence[list[int]]) -> dict[str, float]:
    """The share of outputs that are the same, and of ids up to the first that differs."""
    pairs = list(zip(found, wanted, strict=True))
    ahead = [
        next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(b))
        for a, b in pairs
    ]
    return {
        "outputs": sum(a == b for a, b in pairs) / len(pairs),
        "ids": sum(ahead) / sum(len(b) for _, b in pairs),
    }


def _requests(lengths: Sequence[int], vocabulary: int) -> list[list[int]]:
    import random

    draw = random.Random(5)
    return [[draw.randint(5, vocabulary - 1) for _ in range(n - 1)] + [EOS] for n in lengths]


def _on_sdpa(engine: Any) -> Any:
    engine.kernels, engine._spare = False, None
    return engine


def _first_logits(engine: Any, ids: Sequence[Sequence[int]], kernels: bool) -> Any:
    """[requests, vocabulary] of the first step, from the engine's own parts."""
    import torch

    from summarize.engine.attention import View
    from summarize.engine.cache import Cache, CacheShape
    from summarize.engine.packing import Packing

    model, device, longest = engine._transformer, engine.device, max(map(len, ids))
    with torch.inference_mode():
        shape = CacheShape(len(ids), 1, longest, 2)
        cache = Cache.allocate(shape, engine.architecture, engine.dtype, device)
        packing = Packing([len(row) for row in ids], device)
        encoded = model.encode(torch.tensor([i for row in ids for i in row]).to(device), packing)
        model.store(encoded, packing, list(range(len(ids))), cache)
        cache.source_lengths.copy_(torch.tensor([len(row) for row in ids]))
        start = torch.full((len(ids), 1, 3), engine.architecture.start, device=device)
        steps = torch.zeros(len(ids), dtype=torch.long, device=device)
        return model.decode(start, steps, View(len(ids), 1, longest), cache, kernels=kernels)[:, 0]


def _their_logits(model: Any, ids: Sequence[Sequence[int]], setting: Any) -> Any:
    import torch

    rows = []
    with torch.inference_mode():
        for row in ids:
            source = torch.tensor([list(row)], device=setting.device)
            start = torch.tensor([[model.config.decoder_start_token_id]], device=setting.device)
            rows.append(model(input_ids=source, decoder_input_ids=start).logits[0, 0])
    return torch.stack(rows)


def _distance(found: Any, wanted: Any) -> float:
    """‖found - wanted‖ / ‖wanted‖ in 64 bits; NaN where either is."""
    found, wanted = found.double(), wanted.double()
    return float((found - wanted).norm() / wanted.norm())
