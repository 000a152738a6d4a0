"""Small files of examples, and models that learn them in seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAIRS = [
    ("The city opened a bridge.", "시가 다리를 열었다."),
    ("Prices rose 3 percent.", "물가가 3% 올랐다."),
    ("The mayor met reporters.", "시장이 기자들을 만났다."),
    ("Rain fell in the south.", "남부에 비가 내렸다."),
    ("The team won the match.", "팀이 경기를 이겼다."),
    ("Voters went to the polls.", "유권자들이 투표했다."),
]


RIVALS = [
    {"source": "It rained.", "target": "비가 내렸다.", "rejected": "눈이 내렸다."},
    {"source": "They won.", "target": "그들이 이겼다.", "rejected": "그들이 졌다."},
    {"en": "He left.", "ko": "그는 떠났다."},
]


@pytest.fixture
def rivals(tmp_path: Path) -> Path:
    """Two pairs with a rejected text, and one without."""
    file = tmp_path / "rivals.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in RIVALS]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture
def tsv(tmp_path: Path) -> Path:
    """Six pairs, English and Korean."""
    file = tmp_path / "pairs.tsv"
    file.write_text("".join(f"{a}\t{b}\n" for a, b in PAIRS), encoding="utf-8")
    return file


@pytest.fixture
def quick() -> dict[str, Any]:
    """Options for a run of a second or two."""
    return {
        "rank": 2,
        "learning_rate": 1e-2,
        "batch_tokens": 128,
        "held_out": 0,
        "score_every": 0,
        "metric": "loss",
        "steps": 6,
        "save_every": 2,
        "longest": 4096,  # tiny tokenizers spell most words letter by letter
    }


@pytest.fixture
def tuned(
    tiny_model: Callable[..., Path], tsv: Path, rivals: Path, tmp_path: Path, quick: dict[str, Any]
) -> Callable[..., Path]:
    """`tuned("gemma3")`: an adapter for a tiny model, in a new directory."""
    from summarize.tuning.job import tune

    def make(
        family: str = "gemma3",
        name: str = "adapter",
        prefers: bool = False,
        file: Path = tsv,
        **options: Any,
    ) -> Path:
        files, chosen = [file, rivals] if prefers else [file], {**quick, **options}
        return tune(
            tiny_model(family), files, tmp_path / name, both=True, progress=False, **chosen
        ).directory

    return make
