"""Options: checked once, unknown names listed; the schedule."""

from __future__ import annotations

from typing import Any

import pytest

from summarize import OptionError
from summarize.tuning.settings import TuneOptions


@pytest.mark.parametrize(
    "bad",
    [
        {"rank": 0},
        {"learning_rate": 0.0},
        {"warmup": 1.0},
        {"noise": 1.0},
        {"steps": 0},
        {"alpha": -1.0},
        {"vocabulary": -1},
        {"metric": "meteor"},
        {"schedule": "cosine"},
    ],
)
def test_values_out_of_range_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=next(iter(bad))):
        TuneOptions(**bad)


def test_unknown_names_are_refused_with_the_likeliest_known_one() -> None:
    with pytest.raises(OptionError, match="Did you mean 'learning_rate'"):
        TuneOptions.of(learning_rat=1)


def test_the_rate_rises_stays_and_falls() -> None:
    trapezoid = TuneOptions(learning_rate=1.0, schedule="trapezoid", warmup=0.1, decay=0.5)
    rates = [trapezoid.rate(step, 20) for step in range(20)]
    assert rates[:3] == [0.5, 1.0, 1.0]
    assert rates[9:] == pytest.approx([1.0, *(1 - i / 10 for i in range(10))])
    linear = TuneOptions(learning_rate=1.0, warmup=0.1)
    assert [linear.rate(step, 20) for step in (1, 2, 11, 19)] == pytest.approx([1, 1, 0.5, 1 / 18])
    assert TuneOptions(learning_rate=1.0, schedule="constant").rate(19, 20) == 1.0
