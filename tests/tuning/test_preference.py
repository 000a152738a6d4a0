"""Texts that are wanted less: read, batched beside what is wanted more, and made less likely."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from summarize.generation.checkpoint import load_model
from summarize.models.adapters import FACTS
from summarize.tuning import loss as loss_module
from summarize.tuning import preference
from summarize.tuning.examples import IGNORED, Example, batches, collated
from summarize.tuning.job import tune
from summarize.tuning.learner import Learner
from summarize.tuning.loss import Head
from summarize.tuning.preference import loss_of, with_margins
from summarize.tuning.records import both_ways, read
from summarize.tuning.settings import TuneOptions
from summarize.tuning.workers import ALONE

PAIRED = Example((2, 5, 6, 7), (8, 9, 1), weight=2.0, rejected=(8, 11, 12, 1), margin=0.5)
PLAIN = Example((2, 5), (10, 11, 1), weight=0.5)


def test_a_rejected_text_is_read_and_is_of_one_direction(rivals: Path) -> None:
    records = read([rivals]).records
    assert [r.rejected for r in records] == ["눈이 내렸다.", "그들이 졌다.", ""]
    assert [bool(r.rejected) for r in both_ways(records)] == [
        True,
        False,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"source": "a", "target": "b", "rejected": 3}, "its rejected is not text"),
        ({"source": "a", "target": "b", "rejected": None}, "its rejected is not text"),
        ({"source": "a", "target": "b", "rejected": " b "}, "it rejects its own target"),
        ({"article": "a", "summary": "b", "rejected": "b"}, "it rejects its own target"),
        ({"en": "a", "ko": "b", "rejected": "c"}, "name source and target"),
    ],
)
def test_what_cannot_be_rejected_is_a_malformed_line(
    row: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"en": "x", "ko": "y"}) + "\n" + json.dumps(row), encoding="utf-8")
    [malformed] = read([file]).malformed
    assert reason in malformed.reason
    assert malformed.origin == "a.jsonl:2"


def test_both_texts_are_rows_of_one_batch() -> None:
    batch = collated([PLAIN, PAIRED], causal=True, pad=0)
    no = IGNORED
    assert batch.input_ids.tolist() == [
        [2, 5, 10, 11, 0, 0, 0],
        [2, 5, 6, 7, 8, 9, 0],
        [2, 5, 6, 7, 8, 11, 12],
    ]
    assert batch.labels.tolist()[2] == [no, no, no, 8, 11, 12, 1]
    assert batch.rivals.tolist() == [[1, 2]]
    assert batch.margins.tolist() == [0.5]
    assert batch.weights.tolist() == [0.5, 2.0, 2.0]
    assert batch.tokens == 5 + 7 + 8


def test_a_batch_without_rivals_has_none() -> None:
    batch = collated([PLAIN, PLAIN], causal=False, pad=0)
    assert batch.rivals.shape == (0, 2)
    assert batch.margins.shape == (0,)


def test_batches_count_both_rows() -> None:
    examples = [
        Example((3,) * (n % 7 + 1), (4,) * (n % 5 + 1), rejected=(5,) * (n % 9) if n % 2 else ())
        for n in range(200)
    ]
    planned = batches(examples, 64, seed=1, epoch=0)
    assert sorted(map(id, (e for b in planned for e in b))) == sorted(map(id, examples))
    for part in planned:
        assert collated(part, causal=True, pad=0).input_ids.numel() <= 64


@pytest.mark.parametrize("chunk", [1 << 24, 100])
@pytest.mark.parametrize("biased", [False, True])
def test_the_likelihood_of_rows_and_its_gradient(
    chunk: int, biased: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loss_module, "CHUNK", chunk)
    torch.manual_seed(1)
    weight, bias = torch.randn(40, 8), torch.randn(40) if biased else None
    ours = torch.randn(7, 8, requires_grad=True)
    theirs = ours.detach().clone().requires_grad_()
    wanted, rows = torch.arange(7), torch.tensor([0, 0, 0, 2, 2, 1, 2])
    logits = theirs @ weight.T + (0 if bias is None else bias)
    own = logits.log_softmax(-1).gather(1, wanted[:, None])[:, 0]
    expected = torch.zeros(3).index_add(0, rows, own)
    found = Head(weight, bias).likelihood(ours, wanted, rows, 3, seed=0)
    torch.testing.assert_close(found, expected)
    weights = torch.tensor([1.0, -2.0, 0.5])
    (found * weights).sum().backward()
    (expected * weights).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize("family", ["gemma3", "nllb", "t5"])
def test_the_loss_is_that_of_the_paper_by_the_models_own_logits(
    family: str, tiny_model: Callable[..., Path]
) -> None:
    model = load_model(tiny_model(family), "cpu", "float32")
    causal = not model.config.is_encoder_decoder

    def likelihood(prompt: tuple[int, ...], target: tuple[int, ...]) -> torch.Tensor:
        batch = collated([Example(prompt, target)], causal=causal, pad=0)
        labels = {} if causal else {"labels": torch.tensor([target])}
        logits = model(input_ids=batch.input_ids, **labels).logits[0]
        own = logits[len(prompt) - 1 :] if causal else logits
        return own.log_softmax(-1).gather(1, torch.tensor(target)[:, None]).sum()

    with torch.no_grad():
        assert PAIRED.rejected
        chosen = likelihood(PAIRED.prompt, PAIRED.target)
        gain = chosen - likelihood(PAIRED.prompt, PAIRED.rejected) - PAIRED.margin
        expected = -2.0 * torch.log(torch.sigmoid(0.3 * gain)) / 0.3
        expected -= 0.5 * likelihood(PLAIN.prompt, PLAIN.target)
    learner = Learner(model, TuneOptions(rank=2, beta=0.3), ())
    found = learner.loss(collated([PAIRED, PLAIN], causal=causal, pad=0), 0)
    torch.testing.assert_close(found.detach(), expected, rtol=1e-4, atol=1e-3)


def test_rows_without_a_rival_weigh_as_ever(tiny_model: Callable[..., Path]) -> None:
    learner = Learner(load_model(tiny_model("gemma3"), "cpu", "float32"), TuneOptions(rank=2), ())
    batch = collated([PLAIN, PAIRED], causal=True, pad=0)
    both = loss_of(learner.likelihood(batch, 0), batch, 0.1)
    pair = learner.loss(collated([PAIRED], causal=True, pad=0), 0)
    alone = learner.loss(collated([PLAIN], causal=True, pad=0), 0)
    torch.testing.assert_close(both, pair + alone, rtol=1e-4, atol=1e-4)


def test_an_anchor_is_what_the_target_weighs_by_itself(tiny_model: Callable[..., Path]) -> None:
    learner = Learner(load_model(tiny_model("gemma3"), "cpu", "float32"), TuneOptions(rank=2), ())
    pair = collated([PAIRED], causal=True, pad=0)
    likely = learner.likelihood(pair, 0)[0] * PAIRED.weight
    free, anchored = (loss_of(learner.likelihood(pair, 0), pair, 0.1, by) for by in (0.0, 0.3))
    torch.testing.assert_close(anchored, free - 0.3 * likely, rtol=1e-4, atol=1e-4)
    model = load_model(tiny_model("gemma3"), "cpu", "float32")
    learner = Learner(model, TuneOptions(rank=2, anchor=0.3), ())
    torch.testing.assert_close(learner.loss(pair, 0), anchored, rtol=1e-4, atol=1e-4)


def test_margins_are_those_of_the_start_and_are_kept(
    tiny_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = Learner(load_model(tiny_model("gemma3"), "cpu", "float32"), TuneOptions(rank=2), ())
    examples = [PLAIN, PAIRED, Example((3, 4), (5, 1), rejected=(6, 7, 1))]
    file = tmp_path / "margins.json"
    found = with_margins(examples, learner, file, budget=8, pad=0, workers=ALONE)
    assert found[0] == PLAIN
    for example in found[1:]:
        batch = collated([example], causal=True, pad=0)
        chosen, rejected = learner.likelihood(batch, 0).tolist()
        assert example.margin == pytest.approx(chosen - rejected, abs=1e-3)
        loss = learner.loss(batch, 0).item() / example.weight
        assert loss == pytest.approx(0.6931 / 0.1, abs=1e-2)  # nothing is gained yet
    monkeypatch.setattr(preference, "_margins", lambda *_: pytest.fail("they were kept"))
    again = with_margins(examples, learner, file, budget=8, pad=0, workers=ALONE)
    assert again == found


def test_what_is_rejected_becomes_less_likely_than_what_is_wanted(
    tiny_model: Callable[..., Path], rivals: Path, tmp_path: Path, quick: dict[str, Any]
) -> None:
    options = {**quick, "steps": 25, "learning_rate": 2e-2, "rank": 8, "batch_tokens": 1024}
    out = tmp_path / "out"
    done = tune(tiny_model("gemma3"), [rivals], out, progress=False, **options)
    facts = json.loads((done.directory / FACTS).read_text())
    assert facts["rejected"] == 2
    assert "2 examples name a text that is wanted less" in (out / "README.md").read_text()
    first, last = (_margins(tiny_model("gemma3"), rivals, a) for a in ("none", done.directory))
    assert all(after > before + 2 for before, after in zip(first, last, strict=True))


def _margins(model: Path, file: Path, adapter: str | Path) -> list[float]:
    from summarize.generation.loading import load

    with load(model, adapter=adapter, backend="reference", device="cpu") as generator:
        found = []
        for record in read([file]).records[:2]:
            prompt = generator.request(record.source, record.task)
            scores = []
            for text in (record.target, record.rejected):
                reply = generator.reply(text, record.task)
                ids = torch.tensor([[*prompt, *reply]])
                with torch.no_grad():
                    logits = generator.backend._model(input_ids=ids).logits[0]  # type: ignore[attr-defined]
                own = logits[len(prompt) - 1 : -1].float().log_softmax(-1)
                scores.append(float(own.gather(1, torch.tensor(reply)[:, None]).sum()))
            found.append(scores[0] - scores[1])
    return found
