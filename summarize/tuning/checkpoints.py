"""What is written to disk during a run, whole or not at all.

A checkpoint holds what was learned, the optimiser's moments and the run's counts: a
run that is killed goes on from it as if nothing had happened. Safetensors and JSON
only. Directories appear under their names by a rename, when they are complete.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.errors import WeightsError

if TYPE_CHECKING:
    import torch

WEIGHTS, MOMENTS, PROGRESS = "learned.safetensors", "moments.safetensors", "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        step: updates made.
        tokens: seen so far, padding aside.
        seconds: spent on them.
        best: the highest dev score, None before the first.
        best_step: the update after which it was reached.
        waited: dev scores since then.
        scores: all of them: (step, score).
    """

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    best: float | None = None
    best_step: int = 0
    waited: int = 0
    scores: tuple[tuple[int, float], ...] = field(default=())

    def scored(self, score: float) -> Progress:
        """With one more dev score."""
        scores = (*self.scores, (self.step, score))
        if self.best is None or score > self.best:
            return replace(self, best=score, best_step=self.step, waited=0, scores=scores)
        return replace(self, waited=self.waited + 1, scores=scores)


@contextlib.contextmanager
def appearing(directory: Path) -> Iterator[Path]:
    """A scratch directory that takes the place of `directory` if the block succeeds."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        yield scratch
        for file in scratch.iterdir():
            with file.open("rb") as stream:
                os.fsync(stream.fileno())
        scratch.chmod(0o755)
        if directory.exists():
            shutil.rmtree(directory)
        scratch.rename(directory)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def save(
    directory: Path,
    learned: Mapping[str, torch.Tensor],
    moments: Mapping[str, torch.Tensor],
    progress: Progress,
) -> None:
    """Write a checkpoint in place of the one before it.

    The step stands in the name: the old one goes when the new one is there.
    """
    from safetensors.torch import save_file

    with appearing(directory / f"step-{progress.step:08}") as scratch:
        save_file({k: v.detach().contiguous() for k, v in learned.items()}, scratch / WEIGHTS)
        save_file({k: v.contiguous() for k, v in moments.items()}, scratch / MOMENTS)
        (scratch / PROGRESS).write_text(json.dumps(asdict(progress)), encoding="utf-8")
    for older in _steps(directory)[:-1]:
        shutil.rmtree(older, ignore_errors=True)


def load(directory: Path) -> tuple[dict[str, Any], dict[str, Any], Progress] | None:
    """The last checkpoint under `directory`: learned, moments, progress; None where there is none.

    Raises:
        WeightsError: it cannot be read.
    """
    from safetensors.torch import load_file

    steps = _steps(directory)
    if not steps:
        return None
    try:
        found = json.loads((steps[-1] / PROGRESS).read_text(encoding="utf-8"))
        found["scores"] = tuple((step, score) for step, score in found["scores"])
        return (
            load_file(steps[-1] / WEIGHTS),
            load_file(steps[-1] / MOMENTS),
            Progress(**found),
        )
    except Exception as error:  # safetensors raises its own, undocumented, types
        raise WeightsError(
            f"{steps[-1]} cannot be read: {error}. Delete it to start afresh."
        ) from error


def _steps(directory: Path) -> list[Path]:
    return sorted(directory.glob("step-*")) if directory.is_dir() else []
