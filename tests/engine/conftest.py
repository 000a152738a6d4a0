"""Fixtures of the engine's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_twin import Twin


@pytest.fixture(scope="session")
def twin(tiny_model: Callable[..., Path]) -> Callable[..., Twin]:
    """`twin("nllb")`: transformers' model of that tiny checkpoint, loaded once a session."""
    loaded: dict[Any, Twin] = {}

    def get(family: str, *, peaked: bool = False) -> Twin:
        key = (family, peaked)
        if key not in loaded:
            loaded[key] = Twin(tiny_model(family, peaked=peaked))
        return loaded[key]

    return get


@pytest.fixture(autouse=True)
def _few_threads() -> Iterator[None]:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # tiny models: threads cost more than they bring
    yield
    torch.set_num_threads(threads)
