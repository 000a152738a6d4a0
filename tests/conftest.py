"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_models
import torch

if not torch.cuda.is_available():
    # Triton reads this when it is first imported, which any test may cause.
    os.environ["TRITON_INTERPRET"] = "1"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`tiny_model("nllb")`: the directory of a tiny checkpoint, built once a session.

    Takes the arguments of `tiny_models.build`; the directory is shared, so tests
    that change files copy it first.
    """
    import torch

    torch.set_num_threads(1)  # faster for models this small, and fair to other workers
    built: dict[tuple[str, int, bool], Path] = {}

    def model(family: str, *, seed: int = 0, peaked: bool = False) -> Path:
        key = (family, seed, peaked)
        if key not in built:
            directory = tmp_path_factory.mktemp(family)
            built[key] = tiny_models.build(family, directory, seed=seed, peaked=peaked)
        return built[key]

    return model


@pytest.fixture(scope="session")
def embedded_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded model, converted once a session, or taken from `SUMMARIZE_CACHE`."""
    from summarize.models import cache, embedded

    if embedded.home() is None:
        pytest.skip(embedded.EXTRA)
    with pytest.MonkeyPatch.context() as patch:
        if cache.VARIABLE not in os.environ:
            patch.setenv(cache.VARIABLE, str(tmp_path_factory.mktemp("cache")))
        return embedded.directory()
