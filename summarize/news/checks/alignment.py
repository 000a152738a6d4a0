"""Which sentences of a translation stand for which of its source.

Dynamic programming over both texts (Gale and Church 1993, Computational Linguistics 19:1),
with lengths and with the words that answer each other. Knows English and Korean;
for other languages lengths alone decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import inf, log

from summarize.news.checks import coverage

# How often translators take sentences together or apart, as negative logarithms of shares
# near those of Gale and Church's table; a dropped sentence is rarer than a merged one.
_PRIORS = {
    (1, 1): -log(0.89),
    (1, 0): -log(0.005),
    (0, 1): -log(0.005),
    (2, 1): -log(0.045),
    (1, 2): -log(0.045),
    (2, 2): -log(0.005),
    (3, 1): -log(0.005),
    (1, 3): -log(0.005),
}
_ALONE = 4.0  # what a sentence without counterpart costs besides, as a poor pair would
_REACH = 12  # sentences off the diagonal that are tried
_MOST_LENGTH = 8.0
_MOST_WORDS = 12.0


@dataclass(frozen=True, slots=True)
class Bead:
    """Sentences of the source, from `source[0]` to before `source[1]`, and of the target."""

    source: tuple[int, int]
    target: tuple[int, int]


def align(source: Sequence[str], target: Sequence[str], language: str) -> list[Bead]:
    """The beads of two texts in order; every sentence of both is in exactly one.

    Args:
        source, target: sentences of a text and of its translation.
        language: the target's.
    """
    rows, columns = len(source), len(target)
    slope = columns / max(rows, 1)
    reach = _REACH + abs(rows - columns)

    @cache
    def cost(i: int, j: int, taken: int, given: int) -> float:
        if not taken or not given:
            return _ALONE
        here, there = " ".join(source[i - taken : i]), " ".join(target[j - given : j])
        length = coverage.length_score(here, there, language)
        words = coverage.agreement(here, there, language)
        return min(length**2 / 2, _MOST_LENGTH) + max(min(words, _MOST_WORDS), -_MOST_WORDS)

    best = [[inf] * (columns + 1) for _ in range(rows + 1)]
    came: dict[tuple[int, int], tuple[int, int]] = {}
    best[0][0] = 0.0
    for i in range(rows + 1):
        for j in range(columns + 1):
            if abs(j - i * slope) > reach:
                continue
            for (taken, given), prior in _PRIORS.items():
                if taken > i or given > j or best[i - taken][j - given] == inf:
                    continue
                total = best[i - taken][j - given] + prior + cost(i, j, taken, given)
                if total < best[i][j]:
                    best[i][j] = total
                    came[i, j] = (taken, given)
    beads = []
    i, j = rows, columns
    while (i, j) != (0, 0):
        taken, given = came[i, j]
        beads.append(Bead((i - taken, i), (j - given, j)))
        i, j = i - taken, j - given
    return beads[::-1]
