"""Drafts from the source change how fast greedy search is, never what it writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_twin import FAMILIES, sources
from hypothesis import given
from hypothesis import strategies as st

from summarize.engine import Engine, SearchOptions
from summarize.engine.speculation import NOTHING, TRIAL, SourceDrafts

LENGTHS = (7, 12, 1, 5, 9, 30, 4, 2)


def echoing(engine: Engine, options: SearchOptions) -> list[list[int]]:
    """Requests that hold what the model writes of them, or nearly: then drafts are right."""
    engine.drafts = 0
    requests = sources(*LENGTHS)
    for _ in range(2):
        outputs = engine.generate(requests, options)
        requests = [[*ids[:20], *output.ids] for ids, output in zip(requests, outputs, strict=True)]
    return requests


def run(engine: Engine, requests: list[list[int]], drafts: int, **how: Any) -> tuple[Any, ...]:
    engine.drafts, engine._spare = drafts, None
    outputs = engine.generate(requests, **how)
    found = list(outputs)
    assert engine._spare is not None
    kept = engine._spare.drafts
    return found, outputs.steps, (kept.made, kept.right) if kept is not None else (0, 0)


@pytest.mark.parametrize("drafts", [1, 4])
def test_the_same_outputs_in_fewer_steps(tiny_model: Callable[..., Path], drafts: int) -> None:
    options = SearchOptions(max_new_tokens=14)
    saved = all_right = 0
    for family in FAMILIES:
        engine = Engine.from_pretrained(tiny_model(family, peaked=True), slots=3)
        requests = echoing(engine, options)
        wanted, plain_steps, _ = run(engine, requests, 0, options=options)
        found, steps, (made, right) = run(engine, requests, drafts, options=options)
        assert found == wanted, family
        assert right <= made
        saved, all_right = saved + plain_steps - steps, all_right + right
    assert all_right >= 50, "the requests were made to be copied from"
    assert saved > 10


@pytest.mark.parametrize(
    "settings",
    [
        {"no_repeat_ngram_size": 2, "min_new_tokens": 6},
        {"repetition_penalty": 1.4, "bad_words_ids": ((9,), (11, 12))},
        {"forced_bos_token_id": 7, "forced_eos_token_id": 2},
        {"eos_token_id": (2, 155, 234, 427)},
        {"max_new_tokens": 1},
    ],
    ids="+".join,
)
@pytest.mark.parametrize("peaked", [False, True])
def test_rules_hold_for_every_draft(
    tiny_model: Callable[..., Path], settings: dict[str, Any], peaked: bool
) -> None:
    engine = Engine.from_pretrained(tiny_model("bart", peaked=peaked), slots=3)
    options = SearchOptions(**{"max_new_tokens": 14, **settings})
    requests = echoing(engine, options)
    wanted, *_ = run(engine, requests, 0, options=options)
    found, _, (made, _) = run(engine, requests, 4, options=options)
    assert found == wanted
    assert made > 0 or options.max_new_tokens == 1


def test_each_request_keeps_its_own_length(tiny_model: Callable[..., Path]) -> None:
    engine = Engine.from_pretrained(tiny_model("nllb", peaked=True), slots=3)
    options = SearchOptions(max_new_tokens=14)
    requests = echoing(engine, options)

    def lengths(ids: Any) -> tuple[int, int]:
        return 0, 1 + len(ids) % 9

    wanted, *_ = run(engine, requests, 0, options=options, lengths=lengths)
    found, *_ = run(engine, requests, 6, options=options, lengths=lengths)
    assert found == wanted


def test_only_greedy_search_is_drafted(tiny_model: Callable[..., Path]) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=3)
    for options in (
        SearchOptions(num_beams=2, max_new_tokens=5),
        SearchOptions(do_sample=True, seed=0, max_new_tokens=5),
    ):
        *_, counts = run(engine, sources(5, 6), 4, options=options)
        assert counts == (0, 0)


def test_drafts_end_where_they_do_not_pay(tiny_model: Callable[..., Path]) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=3)
    options = SearchOptions(max_new_tokens=14)
    loop = [218, 219] * 100  # the same pair everywhere, and never what comes next
    first = next(engine.generate([loop], options))
    requests = [[*loop, first.ids[0], 7] * 2 for _ in range(40)]
    wanted, *_ = run(engine, requests, 0, options=options)
    found, _, (made, right) = run(engine, requests, 4, options=options)
    assert found == wanted
    assert made < TRIAL + 3 * 4 or right >= 0.2 * made


def test_several_steps_at_once_are_the_steps_one_by_one() -> None:
    """`advance` on given logits, against `step` on the same, with ends and bounds in the way."""
    from summarize.engine.rules import Rules
    from summarize.engine.scheduler import Request
    from summarize.engine.search import Samples

    generator = torch.Generator().manual_seed(0)
    for trial in range(60):
        options = SearchOptions(max_new_tokens=9, no_repeat_ngram_size=trial % 3)
        rules = Rules.make(options, (3,), 12, "cpu")
        requests = [Request(i, (1,), 0, int(n)) for i, n in enumerate((9, 2, 5))]
        at = torch.arange(3)
        one, many = (Samples(rules, 3, 2, "cpu") for _ in range(2))
        one.admit(at, requests)
        many.admit(at, requests)
        while not bool(many.done.all()):
            written = many.steps.clone()
            logits = torch.randn(3, 5, 12, generator=generator)
            drafts = torch.randint(-1, 12, (3, 4), generator=generator)
            best = logits.argmax(-1)[:, :4]
            drafts = torch.where(torch.rand(3, 4, generator=generator) < 0.7, best, drafts)
            alive = ~many.done
            new = many.advance(logits, drafts, int(written.max()) + 5)
            for slot in alive.nonzero().flatten().tolist():
                count = int(new[slot])
                assert 1 <= count <= 5
                for j in range(count):
                    before = one.steps[slot].item()
                    one.step(logits[:, j : j + 1], int(one.steps.max()) + 1)
                    others = torch.arange(3) != slot
                    one.steps[others] = one.steps[others] - 1  # only this slot moves
                    one.done[others], one._ended[others] = False, False
                    one._lengths[others] -= 1
                    assert one.steps[slot] == before + 1
                    stopped = bool(one.done[slot])
                    assert stopped == (j == count - 1 and bool(many.done[slot]))
                    token = int(one._ids[slot, 0, before + 1])
                    assert token == int(many._ids[slot, 0, before + 1])
                    if j < count - 1:
                        assert token == int(drafts[slot, j])
                    elif not stopped and j < 4:
                        assert token != int(drafts[slot, j])
            many.done |= ~alive
            break  # one round each: `one` is not kept in step for slots that ended


@given(st.data())
def test_proposals_follow_the_longest_common_past(data: st.DataObject) -> None:
    source = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=30))
    written = data.draw(st.lists(st.integers(0, 4), min_size=0, max_size=10))
    most = data.draw(st.integers(1, 5))
    drafts = SourceDrafts(2, 40, most, "cpu")
    drafts.admit([1], [source])
    ids = torch.full((2, 12), 99)
    ids[1, 1 : len(written) + 1] = torch.tensor(written, dtype=torch.long)
    steps = torch.tensor([0, len(written)])
    found = drafts.propose(ids, steps, 30)
    assert (found[0] == NOTHING).all()

    def common(place: int) -> int:
        size = 0
        while size < min(8, place + 1, len(written)) and (
            source[place - size] == written[-1 - size]
        ):
            size += 1
        return size

    sizes = [common(place) for place in range(len(source))]
    place = max(range(len(source)), key=lambda p: (sizes[p], -p))
    wanted = source[place + 1 : place + 1 + most] if sizes[place] else []
    assert [i for i in found[1].tolist() if i != NOTHING] == wanted


def test_drafts_move_with_their_request() -> None:
    drafts = SourceDrafts(3, 10, 2, "cpu")
    drafts.admit([2], [[5, 6, 7]])
    drafts.move(2, 0)
    ids = torch.tensor([[1, 5, 0]])
    assert drafts.propose(ids, torch.tensor([1]), 10).tolist() == [[6, 7]]
