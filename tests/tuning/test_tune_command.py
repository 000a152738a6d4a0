"""`summarize tune` and `--adapter` on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

import summarize
from summarize.cli import main
from summarize.models.adapters import FACTS

QUICK = [
    "--steps",
    "2",
    "--metric",
    "loss",
    "--rank",
    "2",
    "--longest",
    "4096",
    "--score-every",
    "0",
]


def test_an_adapter_is_made_and_used(
    tiny_model: Callable[..., Path], tsv: Path, tmp_path: Path
) -> None:
    base, adapter = str(tiny_model("nllb")), tmp_path / "adapter"
    arguments = ["tune", str(tsv), "--model", base, "-o", str(adapter), "--both", "-q", *QUICK]
    made = CliRunner().invoke(main, arguments)
    assert made.exit_code == 0, made.output
    assert made.output.startswith(f"{adapter}: 2 updates")
    text = tmp_path / "text.txt"
    text.write_text("The city opened a bridge.\n", encoding="utf-8")
    used = CliRunner().invoke(
        main,
        ["translate", str(text), "--to", "ko", "--model", base, "--adapter", str(adapter), "-q"],
    )
    assert used.exit_code == 0, used.output
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 2
    assert "exists" in again.output


def test_a_run_goes_on_from_an_adapter_with_the_options_given(
    tiny_model: Callable[..., Path], tuned: Callable[..., Path], tsv: Path, tmp_path: Path
) -> None:
    first, second = tuned("nllb", name="first", rank=2), tmp_path / "second"
    more = ["--adapter", str(first), "--noise", "0.2", "--dtype", "float32"]
    base = str(tiny_model("nllb"))
    made = CliRunner().invoke(
        main, ["tune", str(tsv), "--model", base, "-o", str(second), "--both", "-q", *QUICK, *more]
    )
    assert made.exit_code == 0, made.output
    facts = json.loads((second / FACTS).read_text(encoding="utf-8"))
    assert facts["ancestors"][facts["begun"]]["steps"] == 6
    assert facts["options"]["noise"] == 0.2
    assert facts["options"]["dtype"] == "float32"


def test_an_adapter_for_another_base_ends_the_command(
    tiny_model: Callable[..., Path], tuned: Callable[..., Path], tmp_path: Path
) -> None:
    adapter = tuned("gemma3", steps=1)
    text = tmp_path / "text.txt"
    text.write_text("The city opened a bridge.\n", encoding="utf-8")
    used = CliRunner().invoke(
        main,
        ["translate", str(text), "--model", str(tiny_model("qwen3")), "--adapter", str(adapter)],
    )
    assert used.exit_code == 1
    assert "was made for" in used.output


def test_bad_options_are_usage_errors(tsv: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    for arguments, message in (
        ([str(tsv), "-o", out], "--model"),
        ([str(tsv), "--model", "no/such-model", "-o", out, "--learning-rate", "-1"], "above 0"),
        ([str(tsv), "--model", "embedded", "-o", out, "--metric", "meteor"], "chrf"),
    ):
        result = CliRunner().invoke(main, ["tune", *arguments])
        assert result.exit_code == 2
        assert message in result.output


def test_tune_is_a_public_name() -> None:
    from summarize.tuning.job import tune

    assert summarize.tune is tune
