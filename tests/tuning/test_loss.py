"""The loss: what transformers would compute, of the target only, without its logits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from summarize.generation.checkpoint import load_model
from summarize.tuning import loss as module
from summarize.tuning.examples import IGNORED, Example, batches, collated
from summarize.tuning.learner import Learner
from summarize.tuning.loss import Head
from summarize.tuning.settings import TuneOptions

EXAMPLES = [Example((2, 5, 6, 7), (8, 9, 1)), Example((2, 5), (10, 11, 12, 1), weight=0.5)]


def reference(weight: torch.Tensor, hidden: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(hidden @ weight.T, wanted, reduction="sum")


@pytest.mark.parametrize("chunk", [1 << 24, 100])
def test_loss_and_gradient_are_those_of_cross_entropy(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", chunk)
    weight = torch.randn(40, 8)
    ours, theirs = (torch.ones(7, 8).cumsum(0).div(7).requires_grad_() for _ in range(2))
    wanted = torch.arange(7)
    expected = reference(weight, theirs, wanted)
    found = Head(weight).loss(ours, wanted, torch.ones(7), seed=0)
    torch.testing.assert_close(found, expected)
    (3 * found).backward()
    (3 * expected).backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_a_bias_counts() -> None:
    weight, bias, hidden = torch.randn(40, 8), torch.randn(40), torch.randn(7, 8)
    expected = torch.nn.functional.cross_entropy(
        hidden @ weight.T + bias, torch.arange(7), reduction="sum"
    )
    for known in (None, range(40)):
        found = Head(weight, bias, known).loss(hidden, torch.arange(7), torch.ones(7), seed=0)
        torch.testing.assert_close(found, expected)


def test_a_sampled_softmax_estimates_the_whole_one() -> None:
    torch.manual_seed(0)
    weight, hidden, wanted = torch.randn(2000, 8) / 3, torch.randn(5, 8), torch.arange(5)
    whole = reference(weight, hidden, wanted)
    head = Head(weight, known=range(20), drawn=200)
    ones = torch.ones(5)
    found = torch.stack([head.loss(hidden, wanted, ones, seed) for seed in range(40)])
    assert abs(found.mean() - whole) < 0.02 * whole
    assert head.loss(hidden, wanted, ones, 3) == head.loss(hidden, wanted, ones, 3)


@pytest.mark.parametrize("family", ["gemma3", "qwen3", "bart", "nllb", "t5", "marian"])
def test_the_models_own_loss_of_the_target_alone(
    family: str, tiny_model: Callable[..., Path]
) -> None:
    model = load_model(tiny_model(family), "cpu", "float32")
    causal = not model.config.is_encoder_decoder
    plain = [Example(e.prompt, e.target) for e in EXAMPLES]
    expected = torch.zeros(())
    with torch.no_grad():
        for example in plain:
            batch = collated([example], causal=causal, pad=0)
            if causal:
                logits = model(input_ids=batch.input_ids).logits[0]
                logits = logits[len(example.prompt) - 1 :]
            else:
                labels = torch.tensor([example.target])
                logits = model(input_ids=batch.input_ids, labels=labels).logits[0]
            wanted = torch.tensor(example.target)
            expected += torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
    learner = Learner(model, TuneOptions(rank=2), ())
    found = learner.loss(collated(plain, causal=causal, pad=0), 0)
    torch.testing.assert_close(found.detach(), expected, rtol=1e-4, atol=1e-3)


def test_the_prompt_has_no_loss_and_the_weight_of_a_record_counts() -> None:
    batch = collated(EXAMPLES, causal=True, pad=0)
    assert batch.input_ids.tolist() == [[2, 5, 6, 7, 8, 9], [2, 5, 10, 11, 12, 0]]
    no = IGNORED
    assert batch.labels.tolist() == [[no, no, no, 8, 9, 1], [no, 10, 11, 12, 1, no]]
    assert batch.weights.tolist() == [1.0, 0.5]
    assert batch.tokens == 13
    seq2seq = collated(EXAMPLES, causal=False, pad=0)
    assert seq2seq.input_ids.tolist() == [[2, 5, 6, 7], [2, 5, 0, 0]]
    assert seq2seq.attention_mask.tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
    assert seq2seq.labels.tolist() == [[8, 9, 1, no], [10, 11, 12, 1]]


def test_batches_hold_everything_once_within_their_budget() -> None:
    examples = [Example(tuple(range(n % 17 + 1)), (1,) * (n % 5 + 1)) for n in range(300)]
    planned = batches(examples, 64, seed=1, epoch=0)
    assert sorted(map(id, (e for b in planned for e in b))) == sorted(map(id, examples))
    assert all(max(e.size for e in b) * len(b) <= 64 for b in planned)
    padded = sum(max(e.size for e in b) * len(b) for b in planned)
    assert sum(e.size for e in examples) / padded > 0.85
    assert planned == batches(examples, 64, seed=1, epoch=0)
    assert planned != batches(examples, 64, seed=1, epoch=1)
