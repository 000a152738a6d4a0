"""Several adapters as one: the mean of their updates, exactly or as near as a rank allows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file, save_file
from tuning_files import rewrite

import summarize
from summarize import OptionError, Translator, WeightsError, average_adapters
from summarize.cli import main
from summarize.generation.adapter import merge, updates
from summarize.generation.checkpoint import load_model
from summarize.models.adapters import CONFIG, FACTS, WEIGHTS, read

Make = Callable[..., Path]


def changes(directory: Path) -> dict[str, torch.Tensor]:
    """Each layer's update in full: scale · B A."""
    adapter = read(directory)
    return {
        name: adapter.scale * (up.float() @ down.float())
        for name, (down, up) in updates(adapter).items()
    }


@pytest.fixture
def two(tuned: Make) -> tuple[Path, Path]:
    """Adapters of one tiny model, of unlike rank, alpha and seed."""
    return tuned(name="one", seed=1), tuned(name="other", seed=2, rank=3, alpha=12.0)


@pytest.mark.parametrize("rank", [5, 9])
def test_with_room_for_all_ranks_it_is_the_mean(
    two: tuple[Path, Path], tmp_path: Path, rank: int
) -> None:
    made = average_adapters(two, tmp_path / "mean", weights=(1, 3), scale=0.8, rank=rank)
    assert made.rank == rank
    assert made.kept == pytest.approx(1.0)
    one, other, mean = map(changes, (*two, made.directory))
    assert mean.keys() == one.keys()
    for name, change in mean.items():
        expected = 0.8 * (0.25 * one[name] + 0.75 * other[name])
        torch.testing.assert_close(
            change, expected, rtol=0, atol=0.02 * float(expected.abs().max())
        )


def test_at_a_lower_rank_it_is_the_nearest(two: tuple[Path, Path], tmp_path: Path) -> None:
    made = average_adapters(two, tmp_path / "mean")
    one, other, mean = map(changes, (*two, made.directory))
    assert made.rank == 3
    missed = size = 0.0
    for name, change in mean.items():
        whole = (one[name] + other[name]) / 2
        left = torch.linalg.svdvals(whole.double())
        assert float((change - whole).norm()) == pytest.approx(
            float(left[3:].norm()), rel=0.05, abs=0.01 * float(whole.norm())
        )
        missed, size = missed + float(left[3:].square().sum()), size + float(left.square().sum())
    assert made.kept == pytest.approx(1 - missed / size, abs=1e-5)
    assert made.kept < 1


def test_one_adapter_alone_is_scaled(two: tuple[Path, Path], tmp_path: Path) -> None:
    made = average_adapters(two[:1], tmp_path / "smaller", scale=0.5)
    whole = changes(two[0])
    for name, change in changes(made.directory).items():
        torch.testing.assert_close(
            change, whole[name] / 2, rtol=0, atol=0.02 * float(whole[name].abs().max())
        )


def test_the_average_is_an_adapter_with_a_card(
    two: tuple[Path, Path], tiny_model: Make, tmp_path: Path
) -> None:
    rewrite(two[1] / FACTS, licence="CC0", asked={"English to Korean": 99})
    made = average_adapters(two, tmp_path / "mean")
    facts = json.loads((made.directory / FACTS).read_text(encoding="utf-8"))
    parts = [json.loads((part / FACTS).read_text("utf-8")) for part in two]
    assert [facts["ancestors"][digest] for digest in facts["averaged"]] == parts
    assert facts["steps"] == 12
    assert facts["licence"] == "CC0"
    assert facts["asked"] == {"English to Korean": 105, "Korean to English": 6}
    card = (made.directory / "README.md").read_text(encoding="utf-8")
    assert "`summarize average`" in card
    assert card.count("\n| 6 |") == 2
    assert "by the weights 0.5, 0.5" in card
    assert "CC0" in card
    assert "All its runs together had:\n\n| asked | examples |" in card
    with Translator(tiny_model("gemma3"), device="cpu", adapter=made.directory) as translator:
        assert translator("The city opened a bridge.", to="ko").ok


@pytest.mark.filterwarnings("ignore:.*gradient_checkpointing")  # peft's own
def test_peft_takes_it(two: tuple[Path, Path], tiny_model: Make, tmp_path: Path) -> None:
    import peft

    rewrite(two[0] / CONFIG, use_rslora=True)  # alpha / sqrt(rank): the average has its own scale
    made = average_adapters(two, tmp_path / "mean")
    ours = load_model(tiny_model("gemma3"), "cpu", "float32")
    merge(ours, read(made.directory), tiny_model("gemma3"))
    base = load_model(tiny_model("gemma3"), "cpu", "float32")
    theirs = peft.PeftModel.from_pretrained(base, str(made.directory)).merge_and_unload()
    expected = theirs.state_dict()
    for name, weight in ours.state_dict().items():
        torch.testing.assert_close(weight, expected[name], rtol=1e-6, atol=1e-6)


def test_what_does_not_belong_together_is_refused(
    two: tuple[Path, Path], tuned: Make, tmp_path: Path
) -> None:
    output = tmp_path / "mean"
    with pytest.raises(WeightsError, match="which have other weights"):
        average_adapters([two[0], tuned("qwen3", name="third", steps=1)], output)
    found = load_file(two[1] / WEIGHTS)
    name = sorted(found)[0].removesuffix(".lora_A.weight")
    fewer = {key: value for key, value in found.items() if not key.startswith(name)}
    save_file(fewer, two[1] / WEIGHTS)
    with pytest.raises(WeightsError, match=r"has an update of None for .*, and .* one of \("):
        average_adapters(two, output)
    with pytest.raises(WeightsError, match="is no adapter"):
        average_adapters([two[0], tmp_path], output)
    assert not output.exists()


def test_bad_options_are_refused(two: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "mean"
    for given, message in (
        ({"weights": (1,)}, "1 weights for 2 adapters"),
        ({"weights": (1, -1)}, "not negative"),
        ({"weights": (0, 0)}, "not all 0"),
        ({"weights": (1, float("nan"))}, "must be finite"),
        ({"weights": (1, float("inf"))}, "must be finite"),
        ({"scale": 0.0}, "scale must be finite and above 0"),
        ({"scale": float("inf")}, "scale must be finite"),
        ({"rank": 0}, "rank must be at least 1"),
    ):
        with pytest.raises(OptionError, match=message):
            average_adapters(two, output, **given)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="nothing to average"):
        average_adapters([], output)
    output.mkdir()
    with pytest.raises(OptionError, match="exists"):
        average_adapters(two, output)


def test_the_command_says_what_is_kept(two: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "mean"
    arguments = ["average", *map(str, two), "-o", str(output), "--scale", "0.8"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{output}: rank 3, ")
    assert done.output.endswith("% of the mean kept\n")
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 2
    assert "exists" in again.output
    assert summarize.average_adapters is average_adapters
