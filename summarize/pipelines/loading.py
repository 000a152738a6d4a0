"""Models and tokenizers for the v4 pipelines: what v4's `pipeline` did before it ran.

Where the files are is `models.weights`'s business, and how a checkpoint is loaded
safely `generation.checkpoint`'s; here v4's parameters are put into their words.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from summarize.errors import OptionError, UnsupportedModelError


def find(name: str | Path, revision: str | None, offline: bool | None, cache_dir: Any) -> Path:
    """The directory with the files of `name`; raises `ModelError` as `weights.locate` does.

    As in v4, `revision` is passed over where `name` is a directory.
    """
    from summarize.models.weights import locate

    cache = None if cache_dir is None else Path(cache_dir)
    revision = None if Path(name).is_dir() else revision
    return locate(name, revision=revision, offline=offline, cache_dir=cache).directory


def load_config(directory: Path) -> Any:
    """The config in `directory`.

    Raises:
        UnsupportedModelError: not of an encoder-decoder, or unknown to transformers.
    """
    from transformers import AutoConfig

    from summarize.generation.quiet import quiet

    try:
        with quiet():
            config = AutoConfig.from_pretrained(
                directory, local_files_only=True, trust_remote_code=False
            )
    except (KeyError, ValueError) as error:
        message = f"{directory}: transformers does not know this config.json: {error}"
        raise UnsupportedModelError(message) from error
    require_encoder_decoder(config, str(directory))
    return config


def require_encoder_decoder(config: Any, name: str) -> None:
    """Raise `UnsupportedModelError` unless `config` is that of an encoder-decoder."""
    if not getattr(config, "is_encoder_decoder", False):
        raise UnsupportedModelError(
            f"{name} ({config.model_type}) is no encoder-decoder, which v4's pipelines for "
            "summarization, translation and text2text-generation need. summarize.Summarizer and "
            "summarize.Translator take causal language models too."
        )


def load_model(directory: Path, config: Any, dtype: Any, arguments: Mapping[str, Any]) -> Any:
    """The model in `directory`, on the CPU unless `arguments` place it elsewhere.

    Args:
        directory: of a checkpoint.
        config: in place of the checkpoint's own; None for that.
        dtype: a `torch.dtype`, its name, or "auto" for the one that config.json names,
            float32 where it names none.
        arguments: more arguments of `from_pretrained`. With them, or with another
            config, transformers itself logs which weights do not fit.

    Raises:
        OptionError: a dtype or argument that does not exist.
        UnsupportedModelError: not an encoder-decoder.
        WeightsError: pickle only, or weights that do not fit the checkpoint's own config.
    """
    own = load_config(directory)
    dtype = _dtype_name(dtype, own if config is None else config)
    if config is None and not arguments:
        from summarize.generation import checkpoint

        return checkpoint.load_model(directory, "cpu", dtype)
    return _load_as_told(directory, own if config is None else config, dtype, arguments)


def _load_as_told(directory: Path, config: Any, dtype: str, arguments: Mapping[str, Any]) -> Any:
    import torch
    from transformers import AutoModelForSeq2SeqLM

    from summarize.generation.devices import pick_dtype

    try:
        return AutoModelForSeq2SeqLM.from_pretrained(
            directory,
            config=config,
            dtype=pick_dtype(dtype, torch.device("cpu")),
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            **arguments,
        )
    except (ImportError, TypeError, ValueError) as error:
        names = ", ".join(sorted(arguments)) or "config"
        raise OptionError(f"from_pretrained cannot follow {names}: {error}") from error


def _dtype_name(dtype: Any, config: Any) -> str:
    if dtype in (None, "auto"):
        dtype = getattr(config, "dtype", None) or "float32"
    return str(dtype).removeprefix("torch.")


def load_tokenizer(directory: Path, arguments: Mapping[str, Any]) -> Any:
    """The tokenizer in `directory`; `arguments` are more of `from_pretrained`'s."""
    from transformers import AutoTokenizer

    from summarize.generation.quiet import quiet

    with quiet():
        return AutoTokenizer.from_pretrained(
            directory, local_files_only=True, trust_remote_code=False, **arguments
        )


def placed(model: Any, device: Any) -> tuple[Any, Any]:
    """`model` on `device`, and that as a `torch.device`.

    Args:
        model: moved if it is elsewhere; one loaded with `device_map` stays.
        device: a `torch.device`, its name, or an ordinal; None is ordinal 0, the first
            accelerator, or the CPU where there is none; -1 is where the model is now.

    Raises:
        OptionError: a device that is not here, or any for a model with a `device_map`.
    """
    import torch

    from summarize.generation.devices import available_devices, pick_device

    spread = getattr(model, "hf_device_map", None)
    if spread is not None:
        if device is not None:
            raise OptionError("device_map has placed the model already; leave device out.")
        return model, torch.device(next(iter(spread.values())))
    if device is None or isinstance(device, int):
        ordinal = device or 0
        best = available_devices()[0]
        device = f"cuda:{ordinal}" if best.startswith("cuda") else best
        place = model.device if ordinal < 0 else pick_device(device)
    else:
        place = pick_device(str(device))
    return (model if model.device == place else model.to(place)), place


def positions(model: Any) -> int | None:
    """How many tokens the encoder has positions for; None where it makes them as needed."""
    from torch import nn

    table = getattr(model.get_encoder(), "embed_positions", None)
    if not isinstance(table, nn.Embedding) or model.config.model_type == "fsmt":
        return None
    return table.num_embeddings - int(getattr(table, "offset", 0))
