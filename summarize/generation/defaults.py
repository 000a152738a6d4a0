"""Search options for a task: the family's, the checkpoint's, the catalog's, in that order.

Reads a checkpoint's generation config with care: lengths that count the decoder
start token are converted, sampling that chat models default to is left out, and
families that publish a careless max_length (NLLB: 200) are not heeded. Knows no
tensors and no text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from summarize.models.catalog import Entry, Family
from summarize.options import SUMMARIZATION, SearchOptions, Task

SEARCH = (
    "num_beams",
    "length_penalty",
    "early_stopping",
    "no_repeat_ngram_size",
    "repetition_penalty",
    "forced_bos_token_id",
    "forced_eos_token_id",
)
"""Options taken from a checkpoint as they are."""

FURTHER = (
    "suppress_tokens",
    "begin_suppress_tokens",
    "encoder_no_repeat_ngram_size",
    "exponential_decay_length_penalty",
)
"""Options that `SearchOptions` carries in `other`."""

Config = Mapping[str, Any]


def search_options(
    task: Task, family: Family, entry: Entry | None, generation: Config, config: Config
) -> SearchOptions:
    """The defaults for `task`.

    Args:
        task: what is asked.
        family, entry: of the model.
        generation: the checkpoint's generation config ({} if unknown).
        config: its config.json; `task_specific_params` in it are heeded.
    """
    words: dict[str, Any] = dict(family.generation.get(task.name, {}))
    if family.architecture == "seq2seq":
        own = {**generation, **task_params(task, config)}
        words |= _own(own, lengths=family.own_lengths)
    if entry is not None:
        words |= entry.generation.get(task.name, {})
        words |= entry.generation.get(_way(task), {})
    if words.get("num_beams", 1) == 1:
        for name in ("length_penalty", "early_stopping"):
            words.pop(name, None)
    words["min_new_tokens"] = min(words.get("min_new_tokens", 0), words.get("max_new_tokens", 128))
    return SearchOptions(**words)


def task_params(task: Task, config: Config) -> dict[str, Any]:
    """What config.json says of `task`: "summarization", "translation_en_to_de", and so on."""
    params = config.get("task_specific_params") or {}
    found = params.get(_way(task))
    return dict(found) if isinstance(found, Mapping) else {}


def _way(task: Task) -> str:
    if task.name == SUMMARIZATION or not (task.source and task.target):
        return task.name
    return f"{task.name}_{task.source}_to_{task.target}"


def _own(own: Config, *, lengths: bool) -> dict[str, Any]:
    words = {name: own[name] for name in SEARCH if own.get(name) is not None}
    if own.get("bad_words_ids"):
        words["bad_words_ids"] = tuple(tuple(ids) for ids in own["bad_words_ids"])
    other = {name: own[name] for name in FURTHER if own.get(name)}
    if other:
        words["other"] = other
    if lengths:
        words |= _lengths(own)
    return words


def _lengths(own: Config) -> dict[str, int]:
    """`max_length` and `min_length` count the decoder start token; new tokens do not."""
    words: dict[str, int] = {}
    if own.get("max_new_tokens"):
        words["max_new_tokens"] = own["max_new_tokens"]
    elif own.get("max_length"):
        words["max_new_tokens"] = max(1, own["max_length"] - 1)
    if own.get("min_new_tokens"):
        words["min_new_tokens"] = own["min_new_tokens"]
    elif own.get("min_length"):
        words["min_new_tokens"] = max(0, own["min_length"] - 1)
    return words
