"""Noise: other tokens in the place of some of the target's, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from summarize.generation.checkpoint import load_model
from summarize.tuning.examples import Example, collated
from summarize.tuning.learner import Learner
from summarize.tuning.settings import TuneOptions

EXAMPLES = [
    Example((5, 6, 7), (20, 21, 22, 23, 2)),
    Example((8, 9, 10, 11, 12), (24, 25, 2)),
    Example((13,), (26, 2)),
    Example((14, 15), (2,)),
]


def learner(directory: Path, noise: float) -> Learner:
    model = load_model(directory, "cpu", "float32")
    return Learner(model, TuneOptions(rank=2, noise=noise), known=())


def test_only_what_a_decoder_only_model_has_written_is_replaced(
    tiny_model: Callable[..., Path],
) -> None:
    batch = collated(EXAMPLES, causal=True, pad=0)
    noisy = learner(tiny_model("gemma3"), 0.9)
    changed = torch.zeros_like(batch.input_ids, dtype=torch.bool)
    for seed in range(50):
        given = noisy._noised(batch.input_ids, batch.labels, seed)
        assert torch.equal(given, noisy._noised(batch.input_ids, batch.labels, seed))
        changed |= given != batch.input_ids
        assert set(given[changed].tolist()) <= {20, 21, 22, 23, 24, 25, 26}
    written = torch.tensor(
        [
            [0, 0, 0, 1, 1, 1, 1],
            [0, 0, 0, 0, 0, 1, 1],
            [0, 1, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0],
        ]
    )
    assert torch.equal(changed, written.bool())


def test_an_encoder_decoder_keeps_its_source_and_its_decoders_start(
    tiny_model: Callable[..., Path],
) -> None:
    batch = collated(EXAMPLES, causal=False, pad=0)
    noisy = learner(tiny_model("nllb"), 0.9)
    shifted = noisy._shifted(batch.labels)
    changed = torch.zeros_like(shifted, dtype=torch.bool)
    for seed in range(50):
        changed |= noisy._noised(shifted, batch.labels, seed) != shifted
    written = torch.tensor([[0, 1, 1, 1, 1], [0, 1, 1, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]])
    assert torch.equal(changed, written.bool())


@pytest.mark.parametrize("noise", [0.1, 0.5])
def test_as_large_a_share_is_replaced_as_was_asked_for(
    noise: float, tiny_model: Callable[..., Path]
) -> None:
    rows = [Example((5,), tuple(range(10 * i, 10 * i + 101))) for i in range(20)]
    batch = collated(rows, causal=True, pad=0)
    given = learner(tiny_model("gemma3"), noise)._noised(batch.input_ids, batch.labels, 1)
    assert (given != batch.input_ids).float().mean() == pytest.approx(noise, abs=0.05)


@pytest.mark.parametrize("family", ["gemma3", "nllb"])
def test_the_loss_is_of_what_is_shown(family: str, tiny_model: Callable[..., Path]) -> None:
    quiet, noisy = (learner(tiny_model(family), noise) for noise in (0.0, 0.9))
    batch = collated(EXAMPLES, causal=quiet.causal, pad=0)
    for one in (quiet, noisy):
        one.model.eval()
    assert quiet.loss(batch, 3).item() == quiet.loss(batch, 4).item()
    losses = {noisy.loss(batch, step).item() for step in range(5)}
    assert len(losses) > 1
    assert quiet.loss(batch, 3).item() not in losses


def test_without_noise_the_batch_is_as_it_was_and_a_target_of_one_token_has_none(
    tiny_model: Callable[..., Path],
) -> None:
    batch = collated(EXAMPLES, causal=True, pad=0)
    assert learner(tiny_model("gemma3"), 0.0)._noised(batch.input_ids, batch.labels, 1) is (
        batch.input_ids
    )
    single = collated(EXAMPLES[3:], causal=True, pad=0)
    noisy = learner(tiny_model("gemma3"), 0.9)
    assert torch.equal(noisy._noised(single.input_ids, single.labels, 1), single.input_ids)
