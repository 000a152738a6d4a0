"""Compile every kernel for an H100 as its launcher would, without a GPU, and say what it takes.

    python tests/engine/compile_kernels.py      # one line of JSON a kernel

Triton and its ptxas need no device to compile; only what it asks of the driver
is stood in for, and nothing is launched.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.runtime import driver
from triton.runtime.jit import JITFunction

from summarize.engine.kernels import attention, layers, logits, search

SLOTS, HEADS, LENGTH = 128, 16, 144


class H100:
    """What Triton asks of a driver when it compiles."""

    def get_current_target(self) -> GPUTarget:
        return GPUTarget("cuda", 90, 32)

    def get_current_device(self) -> int:
        return 0

    def get_current_stream(self, device: int | None = None) -> int:
        return 0


def resources(cubin: bytes) -> dict[str, int]:
    """Registers and bytes of stack a thread, and loads of 16 bytes or more at once."""
    tool = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "cuobjdump"
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(cubin)
        file.flush()
        said = [
            subprocess.run([tool, what, file.name], capture_output=True, text=True, check=True)
            for what in ("-res-usage", "-sass")
        ]
    usage = re.search(r"REG:(\d+) STACK:(\d+)", said[0].stdout + said[0].stderr)
    assert usage is not None
    wide = len(re.findall(r"LDG\.E\.128|LDGSTS\.E\.BYPASS\.128", said[1].stdout))
    return {"registers": int(usage[1]), "stack": int(usage[2]), "wide_loads": wide}


def report(label: str) -> Any:
    """From now on launches compile, and print their kernel under `label`."""
    run = JITFunction.run if not hasattr(report, "run") else report.run  # type: ignore[attr-defined]
    report.run = run  # type: ignore[attr-defined]

    def compile_only(self: Any, *args: Any, grid: Any, warmup: bool, **options: Any) -> Any:
        kernel = run(self, *args, grid=grid, warmup=True, **options)
        found = {"label": label, "kernel": self.fn.__name__, "shared": kernel.metadata.shared}
        print(json.dumps(found | resources(kernel.asm["cubin"])), flush=True)
        return kernel

    JITFunction.run = compile_only


def attend(label: str, dtype: torch.dtype, slots: int, beams: int, width: int, **more: Any) -> None:
    report(label)
    three = torch.empty(slots, beams, 3, HEADS, width, dtype=dtype)
    q, k, v = three.unbind(2)
    stored = torch.empty(slots, HEADS, LENGTH, beams, width, dtype=dtype)
    table = torch.zeros(slots, beams, LENGTH, dtype=torch.uint8)
    steps = torch.zeros(slots, dtype=torch.long)
    attention.decode_self_attention(
        q, stored, stored, table, steps, LENGTH, 0.1, new_keys=k, new_values=v, **more
    )
    source = torch.empty(slots, HEADS, 1024, width, dtype=dtype)
    attention.decode_cross_attention(q, source, source, steps, 1024, 0.1)


def small_work(dtype: torch.dtype) -> None:
    x, w, h = (torch.empty(size, dtype=dtype) for size in ((512, 1024), (1024,), (512, 4096)))
    report("layer norm")
    layers.add_norm(x, x, None, w, w, 1e-5, False)
    report("rms norm")
    layers.add_norm(x, x, None, w, None, 1e-5, True)
    report("gelu")
    layers.activate(h, "gelu")
    report("gated tanh")
    layers.activate(h, "gelu_new", gated=True)
    report("embedding")
    ids, steps = torch.zeros(128, 4, LENGTH, dtype=torch.long), torch.zeros(128, dtype=torch.long)
    layers.embed(ids, steps, h.view(-1, 1024), positions=x, offset=2, weight=w, norm_bias=w)


def choose(label: str, dtype: torch.dtype, beams: int, vocabulary: int, **rules: Any) -> None:
    """Logits to candidates to the next step, a head padded to whole 64 rows."""
    report(label)
    slots, most, keep = 16, 128, 2 * beams if beams > 1 else 1
    scores = torch.empty(slots * beams, -(-vocabulary // 64) * 64, dtype=dtype)[:, :vocabulary]
    ids = torch.zeros(slots, beams, most + 2, dtype=torch.long)
    counts = [torch.zeros(slots, dtype=torch.long) for _ in range(3)]
    flags = [torch.zeros(slots, dtype=torch.bool) for _ in range(2)]
    of_beams = [torch.zeros(slots, beams) for _ in range(2)]
    eos, ended = torch.zeros(1, dtype=torch.long), torch.zeros(slots, beams, dtype=torch.bool)
    lengths = torch.zeros(slots, beams, dtype=torch.long)
    values, tokens = logits.candidates(
        scores, logits.History(ids, *counts, LENGTH), logits.Bans.make((2,), [(3, 4)], "cpu"), keep,
        normalize=beams > 1, **rules,
    )  # fmt: skip
    done, broken = flags
    if beams == 1:
        search.advance_rows(
            values, tokens, eos, ids=ids, steps=counts[0], longest=counts[2], done=done,
            broken=broken, ended=ended, lengths=lengths, most=most,
        )  # fmt: skip
        return
    search.advance_beams(
        values, tokens, eos, torch.ones(most + 1), keep=keep, early_stopping=True,
        hope_to_the_end=False, ids=ids, scores=of_beams[0], best_ids=ids, best_scores=of_beams[1],
        best_lengths=lengths, finished=ended, hopeful=done[:, None], steps=counts[0],
        longest=counts[2], done=done, broken=broken, most=most,
        table=torch.zeros(slots, beams, LENGTH, dtype=torch.uint8),
    )  # fmt: skip


def main() -> None:
    os.environ.pop("TRITON_INTERPRET", None)
    driver.set_active(H100())
    attend("greedy", torch.bfloat16, SLOTS, 1, 64)
    attend("beam 4", torch.bfloat16, SLOTS, 4, 64)
    attend("beam 5, one slot", torch.bfloat16, 1, 5, 64)
    attend(
        "beam 4, width 128", torch.float16, SLOTS, 4, 128, distance_bias=torch.empty(HEADS, LENGTH)
    )
    attend("beam 3, float32", torch.float32, SLOTS, 3, 64)
    small_work(torch.bfloat16)
    choose("greedy", torch.bfloat16, 1, 50_264, forced_last=2)
    choose("beam 4", torch.bfloat16, 4, 50_264, ngram=3, penalty=1.3)
    choose("beam 5", torch.float32, 5, 256_206, forced_first=7)


if __name__ == "__main__":
    main()
