"""Where an adapter came from: each forebear once, however often it is in the family."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from summarize.tuning import lineage


def run(seed: int, begun: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"seed": seed} | (lineage.begun_with(begun) if begun else {})


def seeds(facts: dict[str, Any]) -> list[int]:
    return [one["seed"] for one in lineage.runs(facts)]


def test_a_run_that_began_with_nothing_has_only_itself() -> None:
    assert seeds(run(1)) == [1]
    assert lineage.parent(run(1)) is None


def test_means_of_what_a_run_began_with_and_the_run_name_each_forebear_once() -> None:
    """The way of the shipped adapter: its record must grow by a run, not double, with each step."""
    mean, sizes = lineage.mean_of([run(1), run(2)]), []
    for seed in range(3, 9):
        mean = lineage.mean_of([run(seed, begun=mean), mean])
        sizes.append(len(str(mean)))
    assert seeds(mean) == [1, 2, 3, 4, 5, 6, 7, 8]
    steps = [after - before for before, after in pairwise(sizes)]
    assert max(steps) - min(steps) < 10


def test_a_parent_is_found_as_it_was() -> None:
    first, second = run(1), run(2, begun=run(1))
    assert lineage.parent(second) == first
    assert lineage.parent(run(3, begun=second)) == {"seed": 2, "begun": second["begun"]}


def test_equal_parents_are_one_forebear() -> None:
    mean = lineage.mean_of([run(1), run(1)])
    assert len(mean["averaged"]) == 2
    assert seeds(mean) == [1]


def test_facts_within_facts_are_taken_apart() -> None:
    """As adapters that were made before this have them."""
    first = {"seed": 1}
    second = {"seed": 2, "begun": first}
    mean = {"averaged": [second, first]}
    assert lineage.begun_with(mean) == lineage.begun_with(
        lineage.mean_of([run(2, begun=first), first])
    )
    assert mean == {"averaged": [{"seed": 2, "begun": {"seed": 1}}, {"seed": 1}]}  # untouched
