"""Write `checks.jsonl`, the labelled set of the checks: python tests/data/make_checks.py.

Good translations, the same with errors planted by rule (`tests/planting.py`), and errors
written by hand. Each line: id, planted ("" where nothing is wrong), how ("rule", "hand" or
""), source_language, source, target.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from planting import RULES, Pair, plant  # noqa: E402

MOST = {"script": 60, "repetition": 60, "untranslated": 60, "sentence": 30, "language": 30}
"""Kinds that are found so surely that more of them would only flatter the total."""
MOST_OTHERS = 130
SET = HERE / "checks.jsonl"


def untouched() -> list[Pair]:
    """Every good translation, in both directions."""
    pairs = []
    for english, korean, names in _rows("checks_untouched.tsv"):
        both = [tuple(name.split("=")) for name in names.split(";") if name]
        pairs.append(Pair(english, korean, "en", tuple((a, b) for a, b in both)))
        pairs.append(Pair(korean, english, "ko", tuple((b, a) for a, b in both)))
    return pairs


def records() -> Iterator[dict[str, str]]:
    """The labelled set, line by line."""
    good = untouched()
    for pair in good:
        yield _record(pair, "", "")
    for rule in RULES:
        planted = plant(good, rule)
        most = MOST.get(rule, MOST_OTHERS)
        if len(planted) > most:
            planted = random.Random(rule).sample(planted, most)
        for pair in planted:
            yield _record(pair, rule, "rule")
    for language, rule, source, target in _rows("checks_by_hand.tsv"):
        yield _record(Pair(source, target, language), rule, "hand")


def _record(pair: Pair, planted: str, how: str) -> dict[str, str]:
    return {
        "planted": planted,
        "how": how,
        "source_language": pair.source_language,
        "source": pair.source,
        "target": pair.target,
    }


def _rows(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def lines() -> str:
    """The whole file."""
    return "".join(
        json.dumps({"id": number, **record}, ensure_ascii=False) + "\n"
        for number, record in enumerate(records(), 1)
    )


if __name__ == "__main__":
    SET.write_text(lines(), encoding="utf-8")
