"""Bootstrap over items: how far a score, or the difference of two, could have been another.

The same resamples serve every metric and both systems, so that a difference is between
scores of the same items (paired bootstrap, Koehn 2004). Knows counts, no texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from summarize.evaluation.metrics import Measured

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from summarize.evaluation.results import Interval

LEAST = 100
"""Fewest resamples: with fewer, the ends of a 95% interval are one or two of them."""


def resampled(measured: Sequence[Measured], resamples: int, seed: int) -> NDArray[np.float64]:
    """Corpus scores of items drawn with replacement; the draws are sacrebleu's for the same seed.

    Args:
        measured: over the same items, at least one.
        resamples: how many draws, of as many items as there are.
        seed: of the draws.

    Returns:
        Scores from 0 to 100.  # [resamples, measured]
    """
    import numpy as np

    items = len(measured[0].counts)
    generator = np.random.default_rng(seed)
    scores = np.empty((resamples, len(measured)))
    for row in scores:  # one at a time: all draws at once would be gigabytes for a large set
        times = np.bincount(generator.choice(items, items), minlength=items)
        row[:] = [each.corpus(times @ each.counts, items) for each in measured]
    return scores


def interval(scores: NDArray[np.float64]) -> Interval:
    """The middle 95% of `scores`."""
    import numpy as np

    low, high = np.percentile(scores, (2.5, 97.5))
    return float(low), float(high)
