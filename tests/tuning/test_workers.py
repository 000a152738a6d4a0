"""Two processes that share a run's updates, beside one that makes them alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from summarize.models.adapters import WEIGHTS
from summarize.tuning.job import tune

SCRIPT = """\
import json, sys
from summarize.errors import OptionError
from summarize.tuning.job import tune
from summarize.tuning.workers import joined

model, tsv, rivals, *outputs, options = sys.argv[1:]
with joined() as workers:
    assert workers.count == 2
    assert workers.total(1.0 + workers.number, 2.0) == [3.0, 4.0]
    for output in outputs:
        files = [tsv, rivals]
        tune(model, files, output, both=True, progress=workers.first, **json.loads(options))
    try:
        tune(model, [tsv], outputs[0] + "-idle", accumulate=1)
    except OptionError as error:
        assert "2 processes" in str(error)
    else:
        raise AssertionError("one of the workers had nothing to do")
"""


@pytest.mark.skipif(not torch.distributed.is_available(), reason="torch without distributed")
def test_two_share_what_one_does_alone_run_after_run(
    tiny_model: Callable[..., Path],
    tsv: Path,
    rivals: Path,
    tmp_path: Path,
    quick: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = {**quick, "accumulate": 3, "steps": 3}
    alone = tune(
        tiny_model("gemma3"), [tsv, rivals], tmp_path / "alone", both=True, progress=True, **options
    )
    loss = float(re.findall(r"loss=([\d.]+)", capsys.readouterr().err)[-1])
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    outputs = [tmp_path / "first", tmp_path / "second"]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    arguments = map(str, (tiny_model("gemma3"), tsv, rivals, *outputs))
    done = subprocess.run(
        [*launcher, "--nproc-per-node", "2", str(script), *arguments, json.dumps(options)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = re.findall(r"loss=([\d.]+)", done.stderr)
    assert float(shown[-1]) == pytest.approx(loss, abs=2e-3)
    wanted = load_file(alone.directory / WEIGHTS)
    for output in outputs:
        found = load_file(output / WEIGHTS)
        assert found.keys() == wanted.keys()
        for name, update in found.items():
            torch.testing.assert_close(update, wanted[name], rtol=0.02, atol=1e-4)
