"""Samples of the embedded model's kind, and which of them it should rather write."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

import preferences
from sampling import Sampler

from summarize.generation.loading import load
from summarize.options import TRANSLATION, Task
from summarize.tuning.records import read

TO_KOREAN = Task(TRANSLATION, "en", "ko")
TEXTS = ["Rain fell.", "The city opened a new bridge over the river on Monday.", "No."]


def sample(text: str, tokens: int, back: float, ended: bool = True) -> dict[str, object]:
    return {"text": text, "tokens": tokens, "ended": ended, "back": back, "chrf": 50.0}


def test_cold_draws_are_greedy_search_whatever_they_are_batched_with(
    tiny_model: Callable[..., Path],
) -> None:
    with load(tiny_model("gemma3"), backend="reference", device="cpu", dtype="float32") as model:
        vocabulary = model._tokens._tokenizer.get_vocab()
        every = {"ko": [model._tokens.decode([i]) for i in vocabulary.values()]}
        sampler = Sampler(model, every)
        short = sampler._short["ko"] = torch.arange(len(vocabulary))  # nothing is left out
        sampler._heads["ko"] = sampler._output[short]
        options = model.options(TO_KOREAN).updated(num_beams=1, no_repeat_ngram_size=0)
        options = options.updated(max_new_tokens=12)
        for rows in (1, 2, 64):
            drawn = sampler.draw(
                TEXTS, TO_KOREAN, samples=2, temperature=1e-4, seed=0, rows=rows, longest=12
            )
            for text, few in zip(TEXTS, drawn, strict=True):
                ids = model.request(text, TO_KOREAN)
                [wanted] = model.backend.generate([ids], options, lambda _: 12)
                assert {one.text for one in few} == {model._answer(wanted, options, 12).text}
                assert {one.ended for one in few} == {wanted.stop is not None}


def test_draws_follow_the_seed_and_differ(tiny_model: Callable[..., Path]) -> None:
    with load(tiny_model("gemma3"), backend="reference", device="cpu", dtype="float32") as model:
        sampler = Sampler(model, {"ko": ["비가 내렸다. 새 다리가 열렸다."], "en": TEXTS})
        [first, again, other] = [
            sampler.draw(TEXTS, TO_KOREAN, samples=4, temperature=1.0, seed=seed, longest=8)
            for seed in (1, 1, 2)
        ]
        assert first == again != other
        assert all(len(set(few)) > 1 for few in first)
        assert all(one.tokens <= 8 for few in first for one in few)


def test_likelihood_is_the_models_own(tiny_model: Callable[..., Path]) -> None:
    with load(tiny_model("gemma3"), backend="reference", device="cpu", dtype="float32") as model:
        sampler = Sampler(model, {"ko": ["비"]})
        short = sampler._short["ko"] = torch.arange(sampler._output.shape[0])
        sampler._heads["ko"] = sampler._output[short]
        pairs = [(text, answer) for text in TEXTS for answer in ("비가 내렸다.", "다리")]
        wanted = []
        for text, answer in pairs:
            ask, reply = model.request(text, TO_KOREAN), model.reply(answer, TO_KOREAN)
            with torch.no_grad():
                logits = model.backend._model(input_ids=torch.tensor([[*ask, *reply]])).logits[0]
            own = logits[len(ask) - 1 : -1].log_softmax(-1)
            wanted.append(float(own.gather(1, torch.tensor(reply)[:, None]).mean()))
        for budget in (1, 200, 5000):
            assert sampler.likelihood(pairs, TO_KOREAN, budget) == pytest.approx(wanted, abs=1e-3)


def test_the_two_samples_that_lie_furthest_apart_are_chosen() -> None:
    samples = [
        sample("어제 남부에 큰비가 내렸다.", 10, -1.0),
        sample("어제 북부에 큰눈이 내렸다.", 10, -2.0),
        sample("오늘은 아무 일도 없었다고 한다.", 11, -4.0),
        sample("어제 남부에 비가 내렸다.", 9, -1.2),
        sample("남부의 어제 날씨", 5, -9.0),  # shorter than what it would be rejected for
        sample("어제 남부에 큰비가 내렸다. 어제 남부에 큰비가 내렸다.", 20, -0.5),  # too long
        sample("어제 남부에 큰비가", 9, -0.1, ended=False),
    ]
    chosen = preferences.preferred(samples, "어제 남부에 큰비가 내렸다.")
    assert chosen == (samples[0], samples[2])


def test_nothing_is_chosen_where_samples_are_few_or_alike() -> None:
    same = [sample("비가 내렸다.", 5, -1.0)] * 6
    assert preferences.preferred(same, "비가 내렸다.") is None
    assert preferences.preferred(same[:1], "비가 내렸다.") is None
    broken = [*same[:3], sample("비\ufffd", 5, -9.0)]
    assert preferences.preferred(broken, "비가 내렸다.") is None


def test_what_is_chosen_can_be_tuned_on(tmp_path: Path) -> None:
    few = [sample(f"{word} 비가 내렸다.", 6, -n) for n, word in enumerate(["", "큰", "긴", "찬"])]
    row = {"to": "ko", "source": "It rained.", "reference": "비가 내렸다.", "samples": few}
    file, output = tmp_path / "candidates.jsonl", tmp_path / "examples.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    preferences.choose([file], output)
    paired, plain = read([output]).records
    assert (paired.task, paired.source, paired.target) == (TO_KOREAN, "It rained.", "비가 내렸다.")
    assert paired.rejected
    assert (plain.target, plain.weight, plain.rejected) == ("비가 내렸다.", preferences.ANCHOR, "")
