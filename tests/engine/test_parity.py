"""Token for token what transformers' generate gives, scores to 1e-5, in float32 on the CPU.

A part of the matrix runs by default; `SUMMARIZE_FULL_PARITY=1` runs all of it:
every family, greedy and beams of 2, 4 and 5, processors on and off, random and
peaked logits, all of it alone, ragged, with more requests than slots, and shuffled.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine_twin import FAMILIES, Twin, sources

from summarize.engine import Engine, Output, SearchOptions

FULL = bool(os.environ.get("SUMMARIZE_FULL_PARITY"))
BEAMS = (1, 2, 4, 5)
LENGTHS = (7, 12, 1, 5, 9, 30, 4)
WAYS: dict[int, list[dict[str, Any]]] = {
    1: [{}],
    2: [{"length_penalty": 2.0, "early_stopping": True}, {"length_penalty": -0.5}],
    4: [{"length_penalty": 0.6, "early_stopping": "never", "num_return_sequences": 3}, {}],
    5: [{"num_return_sequences": 2}, {"early_stopping": True}],
}


def processors(eos: int) -> dict[str, Any]:
    return {
        "no_repeat_ngram_size": 2,
        "repetition_penalty": 1.3,
        "min_new_tokens": 5,
        "forced_bos_token_id": 7,
        "forced_eos_token_id": eos,
        "bad_words_ids": ((9,), (11, 12), (5, 6, 7)),
    }


PEAKED_T5 = 2e-4
"""Their logits reach 110, where float32 steps by 8e-6 and a score sums 14 of them: alone or
in a padded batch, transformers' own scores differ by 4e-5 on peaked T5."""


def assert_equal(ours: Output, theirs: list[Output], near_same: float = 1e-5) -> None:
    """The best sequence is the same; of the others, ones that tie to 1e-6 may change places."""
    assert ours.ids == theirs[0].ids
    for output, other in zip([ours, *ours.alternatives], theirs, strict=True):
        if output.score is None or other.score is None:
            assert output == other
        else:
            near = near_same if output.ids == other.ids else 1e-6
            assert output.score == pytest.approx(other.score, rel=near, abs=near)


def cases() -> list[Any]:
    every = [
        pytest.param(family, beams, on, peaked, id=f"{family}-{beams}-{on}-{peaked}")
        for family in FAMILIES
        for beams in BEAMS
        for on in ("plain", "processors")
        for peaked in ("random", "peaked")
    ]
    # Every family meets every width and every setting somewhere, at a fifth of the time.
    return every if FULL else [case for i, case in enumerate(every) if i % 5 == 0]


@pytest.mark.parametrize(("family", "beams", "rules", "logits"), cases())
def test_the_same_as_transformers(
    tiny_model: Callable[..., Path],
    twin: Callable[..., Twin],
    family: str,
    beams: int,
    rules: str,
    logits: str,
) -> None:
    peaked = logits == "peaked"
    reference = twin(family, peaked=peaked)
    near = PEAKED_T5 if peaked and ("t5" in family or family == "madlad") else 1e-5
    settings = processors(reference.eos) if rules == "processors" else {}
    engine = Engine.from_pretrained(tiny_model(family, peaked=peaked), slots=3)
    requests = sources(*LENGTHS)
    for way in WAYS[beams] if FULL else WAYS[beams][:1]:
        options = SearchOptions(num_beams=beams, max_new_tokens=14, **way, **settings)
        wanted = [reference.generate(ids, options) for ids in requests]
        for ours, theirs in zip(engine.generate(requests, options), wanted, strict=True):
            assert_equal(ours, theirs, near)
        (alone,) = engine.generate(requests[5:6], options)
        assert_equal(alone, wanted[5], near)
        order = list(range(len(requests)))
        random.Random(0).shuffle(order)
        shuffled = engine.generate([requests[i] for i in order], options)
        for i, ours in zip(order, shuffled, strict=True):
            assert_equal(ours, wanted[i], near)


@pytest.mark.parametrize("family", ["m2m100", "bart"])
def test_padding_ids_inside_a_request(
    tiny_model: Callable[..., Path], twin: Callable[..., Twin], family: str
) -> None:
    """M2M100 gives a pad token no position, in the source and in what it writes."""
    reference = twin(family)
    pad = reference.special["pad_token_id"]
    request = [*sources(6)[0], pad, *sources(5, seed=2)[0]]
    for beams in (1, 3):
        options = SearchOptions(num_beams=beams, max_new_tokens=8, forced_bos_token_id=pad)
        (ours,) = Engine.from_pretrained(tiny_model(family)).generate([request], options)
        assert ours.ids[0] == pad
        assert_equal(ours, reference.generate(request, options))


def test_several_ends_of_sequence(
    tiny_model: Callable[..., Path], twin: Callable[..., Twin]
) -> None:
    reference = twin("bart")
    request = sources(9)[0]
    free = reference.generate(request, SearchOptions(max_new_tokens=8))[0].ids
    ends = (reference.eos, free[3])
    reference.special["eos_token_id"] = list(ends)
    try:
        for beams in (1, 4):
            options = SearchOptions(num_beams=beams, max_new_tokens=8, eos_token_id=ends)
            (ours,) = Engine.from_pretrained(tiny_model("bart")).generate([request], options)
            wanted = reference.generate(request, options)[0].ids
            cut = next((i for i, token in enumerate(wanted) if token in ends), len(wanted) - 1)
            assert ours.ids == wanted[: cut + 1]
            assert ours.stop == (ours.ids[-1] if ours.ids[-1] in ends else None)
    finally:
        reference.special["eos_token_id"] = reference.eos
