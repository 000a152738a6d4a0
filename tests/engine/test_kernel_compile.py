"""Triton's kernels compile for an H100, and within its registers; no GPU is needed for that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("triton", reason="triton comes with torch's CUDA builds, or the dev extra")

SCRIPT = Path(__file__).with_name("compile_kernels.py")

KERNELS = {
    "_row_attention", "_beam_attention", "_group_attention", "_join",
    "_add_norm", "_activated", "_embedded",
    "_edit", "_scan", "_select", "_advance_rows", "_advance_beams",
}  # fmt: skip


def test_kernels_compile_for_an_h100(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    environment |= {"TRITON_CACHE_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, str(SCRIPT)], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert {one["kernel"] for one in found} == KERNELS
    for one in found:
        assert one["stack"] <= 16, f"{one['label']}, {one['kernel']}: registers spill"
        assert one["shared"] <= 227 * 1024, f"{one['label']}, {one['kernel']}: shared memory"
        if one["kernel"] in ("_row_attention", "_beam_attention", "_group_attention", "_scan"):
            assert one["wide_loads"] > 0, f"{one['label']}, {one['kernel']}: narrow loads"
