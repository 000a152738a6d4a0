"""Which model is used when none is named.

The order, which the documentation repeats:

1. the model given explicitly;
2. the environment: `SUMMARIZE_SUMMARY_MODEL` or `SUMMARIZE_TRANSLATION_MODEL`
   for their task, then `SUMMARIZE_MODEL`;
3. the first recommended model, in the catalog's order, that lies whole in the
   Hub cache;
4. the embedded model, if its package is installed (or was converted before).

It looks at the disk only: no network, no download, no conversion, no torch.
Given the same files and environment it gives the same answer.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from summarize.errors import WeightsNotFoundError
from summarize.models import embedded, hub
from summarize.models.weights import find
from summarize.options import SUMMARIZATION, TRANSLATION

ANY_TASK = "SUMMARIZE_MODEL"
VARIABLES: Mapping[str, str] = {
    SUMMARIZATION: "SUMMARIZE_SUMMARY_MODEL",
    TRANSLATION: "SUMMARIZE_TRANSLATION_MODEL",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen model, and why, as a short phrase for a log line."""

    name: str
    reason: str


def choose(
    task: str,
    source: str | None = None,
    target: str | None = None,
    *,
    model: str | Path | None = None,
    offline: bool | None = None,
    cache_dir: Path | None = None,
) -> Choice:
    """The model for `task`, by the order above.

    Args:
        task: one of `options.TASKS`.
        source, target: language codes, where known; they narrow the recommended models.
        model: the user's own choice, taken as it is.
        offline: only changes the advice in the error.
        cache_dir: the Hub cache to look in instead of the client's own.

    Raises:
        WeightsNotFoundError: nothing at hand; the message gives the two ways to get a model.
    """
    from summarize.models import catalog

    if model is not None:
        return Choice(str(model), "as asked")
    for variable in (VARIABLES.get(task), ANY_TASK):
        if variable and (named := os.environ.get(variable, "").strip()):
            return Choice(named, f"from {variable}")
    for entry in catalog.recommended(task, source, target):
        if entry.name == embedded.EMBEDDED.name:
            continue
        if (place := find(entry, cache_dir)) is not None and place.source == "hub":
            return Choice(entry.name, "recommended, and in the Hub cache")
    if embedded.converted() is not None or embedded.home() is not None:
        return Choice(embedded.EMBEDDED.name, "the embedded default; no better model at hand")
    raise WeightsNotFoundError(_nothing_at_hand(task, offline))


def _nothing_at_hand(task: str, offline: bool | None) -> str:
    example = (
        "facebook/nllb-200-distilled-600M" if task == TRANSLATION else "facebook/bart-large-cnn"
    )
    network = " once, with the network on" if hub.is_offline(offline) else ""
    return (
        f"No model for {task} is at hand. Either install the small embedded one with "
        f"{embedded.EXTRA}, or name a model of the Hub{network}: --model {example} "
        f"(model={example!r} in Python)."
    )
