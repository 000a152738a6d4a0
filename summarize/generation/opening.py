"""From what a user names (or does not name) to a loaded `Generator`.

Knows neither summaries nor translations; the order in which a model is chosen
is `models/choice.py`'s, loading is `loading.py`'s.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from summarize.errors import OptionError
from summarize.generation.generator import Generator
from summarize.generation.loading import load
from summarize.models.assignment import extracts
from summarize.options import SUMMARIZATION

log = logging.getLogger("summarize")


def open_generator(
    model: str | Path | Generator | None,
    task: str,
    *,
    device: str = "auto",
    dtype: str = "auto",
    offline: bool | None = None,
    revision: str | None = None,
    adapter: str | Path | None = None,
) -> tuple[Generator, bool]:
    """The generator for `model`, and whether it was loaded here (then its user closes it).

    Args:
        model: a loaded generator, a name or directory, or None for the best at hand.
        task: one of `options.TASKS`; decides which model is best at hand.
        device, dtype, offline, revision, adapter: as for `loading.load`.

    Raises:
        ModelError: no such model, or none at hand.
        OptionError: an adapter for a generator that is loaded already.
    """
    if model is not None and not isinstance(model, str | Path):
        if adapter is not None:
            raise OptionError("an adapter is merged when a model is loaded; this one already is.")
        return model, False
    name = chosen([task], offline)[task] if model is None else model
    generator = load(
        name, device=device, dtype=dtype, offline=offline, revision=revision, adapter=adapter
    )
    return generator, True


def chosen(tasks: Sequence[str], offline: bool | None = None) -> dict[str, str]:
    """The name of the model for each task when none is named, said with its reason on the log.

    Raises:
        WeightsNotFoundError: none at hand.
    """
    from summarize.models.choice import choose

    choices = {task: choose(task, offline=offline) for task in tasks}
    for choice in dict.fromkeys(choices.values()):
        served = [task for task in tasks if choices[task] == choice]
        if SUMMARIZATION in served and extracts(choice.name):
            served.remove(SUMMARIZATION)
            log.warning(
                "summarization: the article's own sentences (no model at hand writes better)"
            )
        if served:
            log.warning("%s: using %s (%s)", " and ".join(served), choice.name, choice.reason)
    return {task: choice.name for task, choice in choices.items()}
