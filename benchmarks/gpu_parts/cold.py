"""Cold start: from a loaded model to the first result, without and with Triton's cache on disk."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from gpu_parts.cases import EOS, Case, build
from gpu_parts.peers import forced, options, synchronize


def cold(setting: Any) -> Iterator[dict[str, Any]]:
    """Two processes, one after the other, that share an at first empty cache of kernels."""
    with tempfile.TemporaryDirectory() as folder:
        for state in ("empty", "warm"):
            started = time.perf_counter()
            done = subprocess.run(
                [*setting.command, "--work", "first"],
                env={**os.environ, "TRITON_CACHE_DIR": folder},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            line = json.loads(done.stdout.splitlines()[-1])
            yield line | {"cache": state, "process_seconds": time.perf_counter() - started}


def first(setting: Any) -> Iterator[dict[str, Any]]:
    """In a process of its own. Building the random model stands for reading the checkpoint."""
    started = time.perf_counter()
    import torch

    imported = time.perf_counter()
    model = build("bart", setting.device, setting.dtype, dry=setting.dry)
    torch.zeros(1, device=setting.device).item()
    built = time.perf_counter()
    from summarize.engine import Engine

    longest = 30 if setting.dry else 1_024
    made = Engine(model, device=setting.device, dtype=setting.dtype, slots=8, max_source=longest)
    if setting.dry:
        made.late, made.drafts = 2, 0
    ready = time.perf_counter()
    case = Case("cold", "bart", 1, (1, 1), None, 8, beams=4, length_penalty=2.0, trigrams=True)
    new = 6 if setting.dry else 100
    ids = [[5 + 17 * i % 900 for i in range(longest // 2)] + [EOS]]
    seconds, warming, kernels = [], 0.0, False
    for run in range(4):
        begun = time.perf_counter()
        if run == 1:  # by then it has been under way since the first began
            kernels = made.warm(options(case, new))
            warming = time.perf_counter() - begun
            begun = time.perf_counter()
        list(made.generate(ids, options(case, new), lengths=forced([new])))
        synchronize(setting.device)
        seconds.append(time.perf_counter() - begun)
    yield {
        "kind": "cold",
        "import_torch": imported - started,
        "build": built - imported,
        "engine": ready - built,
        "results": seconds,
        "warming": warming,
        "kernels": kernels,
        "load_to_first": ready - built + seconds[0],
    }
