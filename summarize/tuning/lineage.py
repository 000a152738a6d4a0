"""Which runs and means an adapter came from: the facts of each of them once, by their digest.

An adapter's facts name what it was begun with ("begun") or is the mean of ("averaged") by
digests, and hold the facts that these stand for under "ancestors". Knows plain values only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Facts = Mapping[str, Any]

BEGUN, AVERAGED, ANCESTORS = "begun", "averaged", "ancestors"


def begun_with(parent: Facts) -> dict[str, Any]:
    """What the facts of a run say that went on from the adapter of `parent`."""
    ancestors: dict[str, Facts] = {}
    return {BEGUN: _entered(parent, ancestors), ANCESTORS: ancestors}


def mean_of(parents: Sequence[Facts]) -> dict[str, Any]:
    """What the facts of the mean of the `parents`' adapters say."""
    ancestors: dict[str, Facts] = {}
    return {AVERAGED: [_entered(parent, ancestors) for parent in parents], ANCESTORS: ancestors}


def parent(facts: Facts) -> Facts | None:
    """The facts of the adapter that a run was begun with, if there was one."""
    return facts[ANCESTORS][facts[BEGUN]] if BEGUN in facts else None


def runs(facts: Facts) -> Iterator[Facts]:
    """Every run that led to an adapter, itself too if it is one; the earliest first."""
    for one in (*facts.get(ANCESTORS, {}).values(), facts):
        if AVERAGED not in one:
            yield one


def _entered(facts: Facts, ancestors: dict[str, Facts]) -> str:
    """Put `facts` and what they came from into `ancestors`; the digest they are found by."""
    ancestors |= facts.get(ANCESTORS, {})
    own = {name: value for name, value in facts.items() if name != ANCESTORS}
    if isinstance(own.get(BEGUN), Mapping):  # facts within facts, as they once were written
        own[BEGUN] = _entered(own[BEGUN], ancestors)
    if AVERAGED in own:
        parts = own[AVERAGED]
        own[AVERAGED] = [p if isinstance(p, str) else _entered(p, ancestors) for p in parts]
    digest = hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]
    ancestors[digest] = own
    return digest
