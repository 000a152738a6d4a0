"""A model's name to its `Generator`: weights, tokenizer, backend, family and adapter put together.

Knows neither tasks nor texts; where weights lie, what a name stands for and which backend runs
them are other modules' business.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from summarize.generation.checkpoint import read_json
from summarize.generation.generator import Generator, Taught
from summarize.generation.tokens import Tokens
from summarize.models import catalog
from summarize.models.weights import Weights

log = logging.getLogger("summarize")


def load(
    name: str | Path,
    *,
    device: str = "auto",
    dtype: str = "auto",
    offline: bool | None = None,
    revision: str | None = None,
    backend: str = "auto",
    adapter: str | Path | None = None,
) -> Generator:
    """The generator for a catalog name, Hub id or local directory.

    Args:
        name: which model.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        dtype: "auto", "float32", "bfloat16", "float16", "int8" (the engine, on the CPU).
        offline: open no socket; None follows HF_HUB_OFFLINE.
        revision: of a Hub repository.
        backend: see `backends.open_backend`.
        adapter: a directory that `summarize tune` made, merged into the weights; None takes
            the one that the package has for this model, "none" takes none.

    Raises:
        ModelError: no such model, refused, without weights, or unable to write text; no such
            adapter, or one that was made for another model.
        OptionError: unknown device, dtype or backend.
    """
    from summarize.generation.adapter import merge, vocabularies
    from summarize.generation.backends import open_backend
    from summarize.models import adapters, weights

    found = weights.locate(name, revision=revision, offline=offline)
    chosen = adapters.chosen(adapter, found)

    def adapted(model: Any) -> None:
        if chosen is not None:
            merge(model, chosen, found.directory)

    tokens = Tokens.from_pretrained(found.directory)
    running = open_backend(
        Path(found.directory),
        found.name,
        device,
        dtype,
        backend,
        vocabulary=1 + max(tokens.vocabulary.values()),
        adapted=adapted,
    )
    taught = None
    if chosen is not None:
        taught = Taught(chosen.tasks, chosen.summaries, vocabularies(chosen))
    return assembled(found, running, tokens, taught)


def assembled(
    found: Weights,
    backend: Any,
    tokens: Tokens | None = None,
    taught: Taught | None = None,
) -> Generator:
    """The generator around `backend`, with the tokenizer, family and entry of `found`.

    Args:
        found: the checkpoint that the backend runs.
        backend: with `defaults` and `is_encoder_decoder`, as `ReferenceBackend` has.
        tokens: the checkpoint's tokenizer; None loads it.
        taught: see `Generator`.
    """
    # A directory is what it holds, not what the catalog says of its name.
    entry = None if found.source == "directory" else catalog.lookup(found.name)
    if entry is not None and entry.warning:
        log.info("%s: %s", entry.name, entry.warning)
    tokens = tokens or Tokens.from_pretrained(found.directory)
    config = read_json(Path(found.directory) / "config.json")
    family = (
        entry.family_data()
        if entry is not None
        else catalog.family_of(
            str(config.get("model_type", "")),
            is_encoder_decoder=backend.is_encoder_decoder,
            vocabulary=tokens.vocabulary,
        )
    )
    return Generator(
        backend,
        tokens,
        family,
        entry,
        entry.name if entry is not None else str(found.name),
        config=config,
        generation=backend.defaults,
        taught=taught,
    )
