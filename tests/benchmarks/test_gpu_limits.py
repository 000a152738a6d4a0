"""The counting of `benchmarks/gpu.py`, against the design's anchors."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from gpu_parts.cases import CASES, SHAPES
from gpu_parts.limits import job_limit, spread, step_bytes, union

BART = SHAPES["bart"]


def test_a_step_of_the_published_setting() -> None:
    """The design: cross 0.66 ms, weights 0.14, self 0.12 at 128 rows and 3.35 TB/s."""
    read = step_bytes(BART, requests=128, beams=1, source=350, length=64)
    milliseconds = [1e3 * n / 3.35e12 for n in (read.cross, read.weights, read.own)]
    assert [round(ms, 2) for ms in milliseconds] == [0.66, 0.14, 0.12]


def test_the_encoder_of_the_published_setting() -> None:
    """The design: about 0.2 ms a request, at the rate of a large product (650 to 800 TFLOP/s)."""
    assert BART.encoder_flops(350) / 7e14 == pytest.approx(0.2e-3, rel=0.1)


def test_a_job_is_the_sum_of_its_steps() -> None:
    requests, new = 4, 10
    limit = job_limit(
        BART, [(100, new)] * requests, slots=requests, beams=2, bandwidth=1e12, flops=1e30
    )
    steps = [
        step_bytes(BART, requests=requests, beams=2, source=100, length=written + 1)
        for written in range(new)
    ]
    assert (limit.steps, limit.tokens) == (new, requests * new)
    assert limit.seconds == pytest.approx(sum(step.total for step in steps) / 1e12)


def test_products_of_many_rows_are_bound_by_operations() -> None:
    few = job_limit(BART, [(1, 1)], slots=1, beams=1, bandwidth=3e12, flops=7e14)
    many = job_limit(BART, [(1, 1)] * 4096, slots=4096, beams=1, bandwidth=3e12, flops=7e14)
    assert few.weights == pytest.approx(2 * BART.step_weights / 3e12)
    assert many.weights == pytest.approx(2 * BART.step_weights * 4096 / 7e14)


@pytest.mark.parametrize(("low", "high", "mean"), [(46, 128, 87), (260, 440, 350), (8, 90, 49)])
@pytest.mark.parametrize("count", [32, 128, 2048])
def test_drawn_lengths_have_the_mean(low: int, high: int, mean: float, count: int) -> None:
    numbers = spread(count, low, high)
    assert (min(numbers), max(numbers), len(numbers)) == (low, high, count)
    assert sum(numbers) / count == pytest.approx(mean, abs=0.5)
    assert numbers != sorted(numbers)


def test_requests_are_as_the_case_says() -> None:
    case = next(case for case in CASES if case.name == "bart batch 128")
    ids, new = case.requests()
    assert len(ids) == len(new) == 128
    assert sum(new) / 128 == pytest.approx(87, abs=0.5)
    assert {row[-1] for row in ids} == {2}
    assert all(260 <= len(row) <= 440 for row in ids)
    assert max(map(max, ids)) < BART.vocabulary


def test_overlaps_count_once() -> None:
    assert union([(5, 6), (0, 2), (1, 3), (1.5, 1.6)]) == 4
