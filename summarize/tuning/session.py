"""What a run works with: the base model behind a generator, a bar, an adapter on disk."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.options import TASKS
from summarize.tuning.records import Record
from summarize.tuning.settings import TuneOptions

if TYPE_CHECKING:
    from summarize.generation.generator import Generator
    from summarize.models.adapters import Adapter
    from summarize.tuning.checkpoints import Progress
    from summarize.tuning.learner import Learner
    from summarize.tuning.scoring import Scorer
    from summarize.tuning.trainer import Report


@dataclass(frozen=True, slots=True)
class Base:
    """The model to adapt.

    Attributes:
        model: of transformers.
        generator: around it: what it writes is what the model, adapter and all, writes now.
        directory: its checkpoint.
        name: by which others find it.
        pad: id that batches are padded with.
        dtype: of the frozen weights.
    """

    model: Any
    generator: Generator
    directory: Path
    name: str
    pad: int
    dtype: str


def open_base(model: str | Path, device: str, dtype: str, offline: bool | None) -> Base:
    """Load the model that is called `model`; see `loading.load` for the errors raised."""
    from summarize.generation.checkpoint import load_model
    from summarize.generation.generator import Taught
    from summarize.generation.loading import assembled
    from summarize.generation.reference import ReferenceBackend
    from summarize.models import weights

    found = weights.locate(model, offline=offline)
    loaded = load_model(Path(found.directory), device, dtype)
    name = str(loaded.dtype).removeprefix("torch.")
    pad = loaded.generation_config.pad_token_id or 0
    generator = assembled(found, ReferenceBackend(loaded), taught=Taught(TASKS))
    return Base(loaded, generator, Path(found.directory), generator.name, int(pad), name)


@contextlib.contextmanager
def report_to(progress: bool | None, settings: TuneOptions) -> Iterator[Report]:
    """A bar with the loss and the time left, on stderr; None shows it on a terminal."""
    from tqdm import tqdm

    disable = None if progress is None else not progress
    with tqdm(desc="tune", unit="step", disable=disable, dynamic_ncols=True) as bar:
        mean = 0.0

        def report(reached: Progress, loss: float, steps: int) -> None:
            nonlocal mean
            mean = loss if not mean else 0.95 * mean + 0.05 * loss
            bar.total = steps
            bar.n = reached.step
            best = "" if reached.best is None else f" {settings.metric}={reached.best:.2f}"
            rate = reached.tokens / max(reached.seconds, 1e-9)
            bar.set_postfix_str(f"loss={mean:.3f}{best} {rate:.0f} tokens/s", refresh=False)
            bar.refresh()

        yield report


def saved(
    directory: Path,
    base: Base,
    learner: Learner,
    settings: TuneOptions,
    reached: Progress,
    records: Sequence[Record],
    licence: str,
    scorer: Scorer | None,
    start: Adapter | None = None,
) -> None:
    """Write the adapter as it is now to `directory`, whole or not at all."""
    from summarize.models.adapters import fingerprint
    from summarize.tuning.card import facts
    from summarize.tuning.saving import write

    known = fingerprint(base.directory)
    about = facts(base, settings, reached, records, licence, scorer, known, start)
    config = {**learner.config(), "base_model_name_or_path": base.name}
    write(directory, learner.state(), config, about)
