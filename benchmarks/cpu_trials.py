"""What is this CPU fast at? The choices that the engine tries once at run time, in a table.

    python benchmarks/cpu_trials.py [--threads 2]

Products of bfloat16 rows with a 4096 x 1024 weight, eight weights in turn so that each is
read from memory: in float32, bfloat16 and int8, by oneDNN with the activations' bytes signed
and unsigned, and by our kernel. Attention in bfloat16 over 512 keys of 16 heads: PyTorch's
fused kernel, two products, and our kernel, for a decode step's few queries and for a source's
own. Microseconds, the fastest
of some runs; one JSON line to benchmarks/results/cpu-trials.jsonl (`--dry` for none).
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import records
import torch

from summarize.engine import attend, linear, native
from summarize.engine.trials import fastest

ROWS = (1, 4, 32, 256)
OUT, IN, WEIGHTS = 4096, 1024, 8
SLOW = 20_000  # microseconds: one weight is enough


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dry", action="store_true", help="write no line to results/")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with torch.inference_mode():
        figures = {"products": products(), "attention": attention()}
    if not options.dry:
        about = {"cpu": cpu(), "threads": options.threads, "torch": torch.__version__}
        records.append("cpu-trials.jsonl", {**about, **figures})


def products() -> dict[str, dict[int, float]]:
    """Microseconds of a product by format and rows."""
    weights = [torch.randn(OUT, IN).bfloat16() for _ in range(WEIGHTS)]
    formats: dict[str, Callable[[torch.Tensor], linear.Linear]] = {
        "float32": lambda w: linear.make(w.float(), None, "float32"),
        "bfloat16": lambda w: linear.make(w, None, "bfloat16"),
        "int8, signed": lambda w: linear.quantized(w, None, 0),
        "int8, unsigned": lambda w: linear.quantized(w, None, 128),
    }
    if native.load() is not None:
        formats["int8, our kernel"] = lambda w: linear.by_kernel(w, None)
    figures = {}
    print(f"{f'{OUT} x {IN}, rows':24}" + "".join(f"{rows:>10}" for rows in ROWS))
    for name, make in formats.items():
        made = [make(weight) for weight in weights]
        figures[name] = {rows: one_product(made, rows, name == "float32") for rows in ROWS}
        print(f"{name:24}" + "".join(f"{figures[name][rows]:10.0f}" for rows in ROWS), flush=True)
    return figures


def one_product(made: list[linear.Linear], rows: int, wide: bool) -> float:
    x = torch.randn(rows, IN).to(torch.float32 if wide else torch.bfloat16)
    alone = 1e6 * fastest(lambda: made[0](x), times=1)
    if alone > SLOW:
        return alone
    turn = cycle(made)
    return 1e6 * fastest(lambda: [next(turn)(x) for _ in made]) / len(made)


def attention() -> dict[str, dict[str, float]]:
    """Microseconds of attention: fused, in two products, by our kernel."""
    keys = torch.randn(8, 16, 512, 64).bfloat16()
    source = torch.randn(1, 16, 512, 64).bfloat16()
    cases = {
        "8 rows, one query": (keys[:, :, :1], keys, attend.in_two),
        "8 rows, four queries": (keys[:, :, :4], keys, attend.in_two),
        "a source of 512": (source, source, attend.in_two_by_heads),
    }
    fused = torch.nn.functional.scaled_dot_product_attention
    kernels = native.load()
    figures = {}
    print(f"{'attention':24}{'fused':>10}{'in two':>10}{'ours':>10}")
    for name, (q, k, apart) in cases.items():
        times = {
            "fused": 1e6 * fastest(lambda q=q, k=k: fused(q, k, k, scale=0.125)),
            "in two": 1e6 * fastest(lambda q=q, k=k, f=apart: f(q, k, k, None, 0.125)),
        }
        if kernels is not None:
            times["ours"] = 1e6 * fastest(lambda q=q, k=k: kernels.attend(q, k, k, None, 0.125))
        figures[name] = times
        print(f"{name:24}" + "".join(f"{time:10.0f}" for time in times.values()), flush=True)
    return figures


def cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


if __name__ == "__main__":
    main()
