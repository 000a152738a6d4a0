"""A run from files to an adapter: it learns, resumes exactly, stops early, saves whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from summarize import EmptyInputError, OptionError, WeightsError
from summarize.generation.adapter import UP, updates
from summarize.models.adapters import FACTS, WEIGHTS, read
from summarize.tuning import job
from summarize.tuning.checkpoints import Progress, appearing, load, save
from summarize.tuning.job import tune
from summarize.tuning.trainer import Trainer

Make = Callable[..., Path]


class KilledError(Exception):
    """Stands for a process that ends."""


def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    update = Trainer._update

    def until(self: Trainer, number: int) -> tuple[float, int]:
        if number == step:
            raise KilledError
        return update(self, number)

    monkeypatch.setattr(Trainer, "_update", until)


def weights(adapter: Path) -> dict[str, torch.Tensor]:
    return load_file(adapter / WEIGHTS)


def same(first: Path, second: Path) -> bool:
    ours, theirs = weights(first), weights(second)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


@pytest.mark.parametrize(
    ("family", "options"),
    [
        ("gemma3", {"vocabulary": 50, "dropout": 0.1}),
        ("nllb", {"accumulate": 2}),
        ("nllb", {"noise": 0.3}),
        ("gemma3", {"prefers": True, "accumulate": 2, "vocabulary": 50}),
        ("nllb", {"prefers": True, "dropout": 0.1}),
    ],
)
def test_a_run_that_was_killed_ends_as_one_that_was_not(
    family: str, options: dict[str, Any], tuned: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tuned(family, name="whole", **options)
    with monkeypatch.context() as patch:
        killed_at(5, patch)  # a checkpoint was written after the fourth
        with pytest.raises(KilledError):
            tuned(family, name="killed", **options)
    assert not (whole.parent / "killed").exists()
    resumed = tuned(family, name="killed", **options)
    assert same(whole, resumed)
    assert not same(whole, tuned(family, name="other", seed=1, **options))


def test_the_model_learns_its_examples(
    tiny_model: Make, tsv: Path, tmp_path: Path, quick: dict[str, Any]
) -> None:
    chosen = {**quick, "steps": 40, "score_every": 20, "learning_rate": 3e-2, "rank": 8}
    done = tune(tiny_model("gemma3"), [tsv], tmp_path / "a", dev=[tsv], progress=False, **chosen)
    facts = json.loads((done.directory / FACTS).read_text())
    untrained = tune(
        tiny_model("gemma3"), [tsv], tmp_path / "b", dev=[tsv], progress=False,
        **{**chosen, "steps": 1, "learning_rate": 1e-9},
    )  # fmt: skip
    assert done.score is not None
    assert untrained.score is not None
    assert done.score > untrained.score + 0.5
    assert facts["scores"] == {"English to Korean": round(done.score, 2)}
    assert facts["files"] == {"pairs.tsv": 6}
    assert facts["tasks"] == ["translation"]
    card = (done.directory / "README.md").read_text(encoding="utf-8")
    assert facts["fingerprint"] in card
    assert "| English to Korean | 6 |" in card
    assert "40 updates" in card


def test_it_stops_when_the_score_no_longer_rises_and_keeps_the_best(
    tiny_model: Make,
    tsv: Path,
    tmp_path: Path,
    quick: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scores = iter([1.0, 3.0, 2.0, 2.5, 9.0])
    monkeypatch.setattr("summarize.tuning.scoring.Scorer.__call__", lambda self: next(scores))
    done = tune(
        tiny_model("gemma3"), [tsv], tmp_path / "stopped", dev=[tsv], progress=False,
        **{**quick, "steps": 10, "score_every": 2, "patience": 2},
    )  # fmt: skip
    assert (done.steps, done.best_step, done.score) == (8, 4, 3.0)
    monkeypatch.undo()
    four = tune(
        tiny_model("gemma3"), [tsv], tmp_path / "four", progress=False,
        **{**quick, "steps": 10, "schedule": "linear", "save_every": 100, "patience": 0},
    )  # fmt: skip
    assert not same(done.directory, four.directory)
    assert json.loads((done.directory / FACTS).read_text())["steps"] == 4


@pytest.mark.parametrize("metric", ["chrf", "bleu", "rouge-l"])
def test_dev_scores_of_what_is_written(metric: str, tuned: Make) -> None:
    pytest.importorskip("sacrebleu")
    adapter = tuned(metric=metric, held_out=1, score_every=0, steps=1)
    facts = json.loads((adapter / FACTS).read_text())
    assert facts["metric"].lower().startswith(metric)
    assert set(facts["scores"]) == {"English to Korean", "Korean to English"}


def test_summaries_are_learned_too(tiny_model: Make, tmp_path: Path, quick: dict[str, Any]) -> None:
    file = tmp_path / "a.jsonl"
    rows = [{"article": "긴 글이다. 더 길다.", "summary": "긴 글이다.", "lang": "ko"}] * 2
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = tune(tiny_model("gemma3"), [file], tmp_path / "out", progress=False, **quick)
    facts = json.loads((done.directory / FACTS).read_text())
    assert facts["tasks"] == ["summarization"]
    assert facts["asked"] == {"summarization, Korean": 2}


def test_what_stands_in_the_way_is_said(
    tiny_model: Make, tsv: Path, tmp_path: Path, quick: dict[str, Any]
) -> None:
    base, out = tiny_model("gemma3"), tmp_path / "out"
    with pytest.raises(OptionError, match="exists"):
        tune(base, [tsv], tmp_path, **quick)
    with pytest.raises(OptionError, match="Did you mean 'rank'"):
        tune(base, [tsv], out, ran=3)
    with pytest.raises(OptionError, match="longer than 3 tokens"):
        tune(base, [tsv], out, progress=False, **{**quick, "longest": 3})
    empty = tmp_path / "empty.tsv"
    empty.write_text("\n")
    with pytest.raises(EmptyInputError):
        tune(base, [empty], out, **quick)
    assert not out.exists()


def test_malformed_lines_are_counted_and_shown(
    tiny_model: Make,
    tsv: Path,
    tmp_path: Path,
    quick: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    tsv.write_text(tsv.read_text(encoding="utf-8") + "broken\n" * 5, encoding="utf-8")
    done = tune(tiny_model("gemma3"), [tsv], tmp_path / "out", progress=False, **quick)
    assert (done.examples, len(done.malformed)) == (6, 5)
    assert "passed over 5 malformed lines: pairs.tsv:7: 1 columns" in caplog.text
    assert "and 2 more" in caplog.text


def test_an_unfinished_run_of_something_else_is_not_taken_up(
    tuned: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        killed_at(3, patch)
        with pytest.raises(KilledError):
            tuned()
    with pytest.raises(OptionError, match="other examples or options"):
        tuned(learning_rate=1e-4)
    assert tuned(steps=7).is_dir()  # more steps are the same run


def test_an_interrupted_save_leaves_nothing_behind(
    tuned: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("summarize.tuning.saving.card", lambda about: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tuned()
    assert not (tmp_path / "adapter").exists()
    left = tmp_path / "adapter.training"
    assert sorted(p.name for p in left.iterdir()) == ["run.json", "step-00000006"]
    assert (tuned() / WEIGHTS).is_file()
    assert not left.exists()


def test_a_checkpoint_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    learned, moments = {"a": torch.ones(2)}, {"a/step": torch.tensor(3.0)}
    save(tmp_path, learned, moments, Progress(step=3, scores=((3, 1.5),)))
    with pytest.raises(OSError, match="no space"), appearing(tmp_path / "step-00000009"):
        raise OSError("no space")
    found = load(tmp_path)
    assert found is not None
    assert found[2] == Progress(step=3, scores=((3, 1.5),))
    save(tmp_path, learned, moments, Progress(step=4))
    assert [p.name for p in tmp_path.iterdir()] == ["step-00000004"]


def test_without_peft_the_extra_is_named(
    tiny_model: Make,
    tsv: Path,
    tmp_path: Path,
    quick: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "peft", None)
    with pytest.raises(OptionError, match=r'pip install "summarize\[tune\]"'):
        tune(tiny_model("gemma3"), [tsv], tmp_path / "out", progress=False, **quick)


def test_may_change_names_options_that_exist() -> None:
    from summarize.tuning.settings import TuneOptions

    assert set(job.MAY_CHANGE) <= set(TuneOptions().to_dict())


def test_a_run_that_begins_with_an_adapter_starts_from_what_it_does(
    tuned: Make, tiny_model: Make, tsv: Path, tmp_path: Path, quick: dict[str, Any]
) -> None:
    """With a rate of nearly nothing the run's updates are the adapter's, at any rank and alpha."""
    first = tuned(name="first", rank=2, alpha=6.0, seed=3)
    begun = tuned(name="begun", adapter=first, rank=3, alpha=1.5, steps=1, learning_rate=1e-9)
    ours, theirs = (updates(read(adapter)) for adapter in (begun, first))
    assert ours.keys() == theirs.keys()
    for name, (down, up) in ours.items():
        assert down.shape[0] == 3
        wanted = 3.0 * theirs[name][1] @ theirs[name][0]
        torch.testing.assert_close(0.5 * up @ down, wanted, atol=3e-5, rtol=1e-2)  # float16 on disk
    facts = json.loads((begun / FACTS).read_text())
    assert facts["ancestors"][facts["begun"]]["options"]["seed"] == 3
    assert "Begun with an adapter of" in (begun / "README.md").read_text(encoding="utf-8")


def test_an_adapter_to_begin_with_that_does_not_fit_is_refused(
    tuned: Make, tiny_model: Make, tsv: Path, tmp_path: Path, quick: dict[str, Any]
) -> None:
    first = tuned(name="first", steps=1)
    with pytest.raises(OptionError, match="rank must be at least 2"):
        tuned(name="other", adapter=first, rank=1)
    with pytest.raises(WeightsError, match="was made for"):
        tuned("qwen3", name="other", adapter=first)
    with pytest.raises(WeightsError, match="is no adapter"):
        tuned(name="other", adapter=tmp_path)
    assert not (tmp_path / "other").exists()
    file = first / WEIGHTS
    kept = weights(first)
    save_file({k: v for k, v in kept.items() if "layers.0." not in k}, file)
    with pytest.raises(WeightsError, match="do not change the same layers"):
        tuned(name="third", adapter=first)
    wider = {k: torch.cat([v, v]) if k.endswith(UP) else v for k, v in kept.items()}
    save_file(wider, file)
    with pytest.raises(WeightsError, match="in the model"):
        tuned(name="fourth", adapter=first)


def test_a_run_is_not_taken_up_with_another_adapter_to_begin_with(
    tuned: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tuned(name="first"), tuned(name="second", seed=1)
    whole = tuned(name="whole", adapter=first)
    with monkeypatch.context() as patch:
        killed_at(5, patch)
        with pytest.raises(KilledError):
            tuned(name="killed", adapter=first)
    with pytest.raises(OptionError, match="unfinished run"):
        tuned(name="killed", adapter=second)
    assert same(whole, tuned(name="killed", adapter=first))
