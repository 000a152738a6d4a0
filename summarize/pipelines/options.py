"""Generation options laid over one another, as `GenerationConfig` objects of transformers.

A config stands for what one party asked for; the later party wins. Of the two
ways to name a length limit, the later one drops the earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from typing import Any

from summarize.errors import OptionError

UNLIMITED_DEFAULT = 20
"""Tokens; transformers' `max_length` where nobody named a limit."""

TAKEN = {"args", "arguments", "attention_mask", "input_ids", "inputs", "kwargs", "options", "self"}
"""Parameter names that are no options: the text is behind them, or Python."""


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """`options` without those that are None."""
    return {name: value for name, value in options.items() if value is not None}


def settings(config: Any) -> dict[str, Any]:
    """The options in a `GenerationConfig`, None for those not set; no bookkeeping."""
    return {
        name: value
        for name, value in vars(config).items()
        if not name.startswith("_") and name != "transformers_version"
    }


def overlay(config: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Set `options` in `config`; returns those that are no generation options.

    Values are left for `generate` to judge: `GenerationConfig.update` would log what it
    thinks of each step.
    """
    if options.get("max_length") is not None:
        config.max_new_tokens = None
    if options.get("max_new_tokens") is not None:
        config.max_length = None
    known = settings(config).keys()
    for name in known & options.keys():
        setattr(config, name, options[name])
    return {name: value for name, value in options.items() if name not in known}


def most_tokens(config: Any) -> int:
    """The most tokens of output that `config` allows, the decoder's start token included."""
    if config.max_new_tokens is not None:
        return int(config.max_new_tokens) + 1
    return int(config.max_length or UNLIMITED_DEFAULT)


def check_known(
    options: Mapping[str, Any], model: Any, hooks: Iterable[Callable[..., Any]]
) -> None:
    """Raise `OptionError` for an option that neither `hooks` nor `model.generate` takes."""
    if not options:
        return
    if isinstance(options.get("custom_generate"), str):
        raise OptionError("custom_generate: code from the Hub is never run; pass a function.")
    known = {"assistant_tokenizer", "batch_size", "tokenizer"} | settings(
        model.generation_config
    ).keys()
    for function in (*hooks, model.generate, model.forward):
        known |= signature(function).parameters.keys()
    for name in options:
        if name not in known - TAKEN:
            raise OptionError.unknown("pipeline option", name, known - TAKEN)
