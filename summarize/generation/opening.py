"""From what a user names (or does not name) to a loaded `Generator`.

Knows neither summaries nor translations; the order in which a model is chosen
is `models/choice.py`'s, loading is `generator.py`'s.
"""

from __future__ import annotations

import logging
from pathlib import Path

from summarize.generation.generator import Generator, load

log = logging.getLogger("summarize")


def open_generator(
    model: str | Path | Generator | None,
    task: str,
    *,
    device: str = "auto",
    dtype: str = "auto",
    offline: bool | None = None,
    revision: str | None = None,
) -> tuple[Generator, bool]:
    """The generator for `model`, and whether it was loaded here (then its user closes it).

    Args:
        model: a loaded generator, a name or directory, or None for the best at hand.
        task: one of `options.TASKS`; decides which model is best at hand.
        device, dtype, offline, revision: as for `generator.load`.

    Raises:
        ModelError: no such model, or none at hand.
    """
    if model is not None and not isinstance(model, str | Path):
        return model, False
    name = chosen(task, offline) if model is None else model
    return load(name, device=device, dtype=dtype, offline=offline, revision=revision), True


def chosen(task: str, offline: bool | None = None) -> str:
    """The name of the model to use when none is named, said with its reason on the log."""
    from summarize.models.choice import choose

    choice = choose(task, offline=offline)
    log.warning("%s: using %s (%s)", task, choice.name, choice.reason)
    return choice.name
