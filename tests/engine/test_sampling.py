"""Sampling: by seed, the same whatever runs beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine_twin import sources

from summarize.engine import Engine, SearchOptions

OPTIONS = SearchOptions(do_sample=True, max_new_tokens=9, seed=3, num_return_sequences=3, top_k=20)


def test_the_seed_decides_and_the_company_does_not(tiny_model: Callable[..., Path]) -> None:
    requests = sources(4, 9, 5, 3, 7)
    engine = Engine.from_pretrained(tiny_model("bart"), slots=2)
    wide = Engine.from_pretrained(tiny_model("bart"), slots=5)
    first = list(engine.generate(requests, OPTIONS))
    assert first == list(wide.generate(requests, OPTIONS))
    assert first == list(engine.generate(requests, OPTIONS))
    assert first != list(engine.generate(requests, OPTIONS.updated(seed=4)))
    assert all(len({o.ids, *(a.ids for a in o.alternatives)}) > 1 for o in first)


def test_one_candidate_is_greedy(tiny_model: Callable[..., Path]) -> None:
    engine = Engine.from_pretrained(tiny_model("t5"), slots=2)
    requests = sources(4, 9, 5)
    greedy = list(engine.generate(requests, SearchOptions(max_new_tokens=9)))
    sampled = SearchOptions(max_new_tokens=9, do_sample=True, top_k=1)
    assert list(engine.generate(requests, sampled)) == greedy
    narrow = SearchOptions(max_new_tokens=9, do_sample=True, top_k=0, top_p=1e-9)
    assert list(engine.generate(requests, narrow)) == greedy
