"""From a directory of files to a transformers model: safely, wholly, and quietly.

Safetensors only, no remote code, no network; a checkpoint whose weights do not
fit its config is refused, for transformers would fill the gaps with noise.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from summarize.errors import UnsupportedModelError, WeightsError
from summarize.generation.devices import pick_device, pick_dtype
from summarize.generation.quiet import quiet

log = logging.getLogger("summarize")

HARMLESS = re.compile(
    r"(embed_positions\.weights?|\.version|position_ids|inv_freq|masked_bias|final_logits_bias"
    r"|EncDecAttention\.relative_attention_bias\.weight)$"
)
"""Weights that old checkpoints carry and newer code computes itself or never used."""

LAYER = re.compile(r"\.(layers|layer|block|h)\.\d+\.")
"""A layer's weight: one without a place means that the config is another model's."""


def load_model(
    directory: Path, device: str = "auto", dtype: str = "auto", *, compute: str | None = None
) -> Any:
    """The model in `directory`, on `device`, in `dtype`.

    Args:
        directory: config.json, model.safetensors (or shards with their index).
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        dtype: "auto", "float32", "bfloat16", "float16".
        compute: the device that "auto" picks the dtype for, where the model will move there.

    Raises:
        OptionError: unknown device or dtype.
        UnsupportedModelError: an architecture that writes no text, or unknown to transformers.
        WeightsError: no safetensors, or weights that do not fit the config.
    """
    import transformers

    place = pick_device(device)
    config = read_config(directory)
    number_format = pick_dtype(dtype, pick_device(compute or device), config.model_type)
    if not any(directory.glob("*.safetensors")):
        raise WeightsError(
            f"{directory} holds no *.safetensors weights; pickled ones (.bin, .pt) can run any "
            "code and are not loaded. Convert them with transformers' save_pretrained, or pick "
            "a revision that has safetensors."
        )
    auto = (
        transformers.AutoModelForSeq2SeqLM
        if config.is_encoder_decoder
        else transformers.AutoModelForCausalLM
    )
    try:
        with quiet():
            model, report = auto.from_pretrained(
                directory,
                config=config,
                dtype=number_format,
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
    except ValueError as error:
        if "Unrecognized configuration class" in str(error):
            raise UnsupportedModelError(
                f"{directory}: models of type {config.model_type!r} write no text; "
                "summarize needs a sequence-to-sequence or causal language model."
            ) from error
        raise WeightsError(f"{directory}: the weights cannot be loaded: {error}") from error
    except Exception as error:  # safetensors raises its own, undocumented, types
        raise WeightsError(f"{directory}: the weights cannot be loaded: {error}") from error
    _refuse_misfits(directory, report)
    return model.to(place)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; {} where there is none."""
    if not path.is_file():
        return {}
    value = json.loads(path.read_text(encoding="utf-8"))
    return value if isinstance(value, dict) else {}


def read_config(directory: Path) -> Any:
    """The transformers config in `directory`.

    Raises:
        UnsupportedModelError: transformers does not know it.
        WeightsError: no config.json.
    """
    from transformers import AutoConfig

    if not (directory / "config.json").is_file():
        raise WeightsError(f"{directory} has no config.json; it is not a checkpoint directory.")
    try:
        with quiet():
            return AutoConfig.from_pretrained(
                directory, local_files_only=True, trust_remote_code=False
            )
    except Exception as error:  # strict configs raise several types
        raise UnsupportedModelError(
            f"{directory}: transformers does not know this config.json: {error}"
        ) from error


def _refuse_misfits(directory: Path, report: dict[str, Any]) -> None:
    missing = sorted(report.get("missing_keys", ()))
    spare = sorted(k for k in report.get("unexpected_keys", ()) if not HARMLESS.search(k))
    unexpected = [key for key in spare if LAYER.search(key)]
    mismatched = sorted(str(key) for key in report.get("mismatched_keys", ()))
    for what, keys in (
        ("lacks weights that its config asks for", missing),
        ("holds weights that its config has no place for", unexpected),
        ("holds weights of another shape than its config's", mismatched),
    ):
        if keys:
            raise WeightsError(
                f"{directory} {what}: {_some(keys)}. The download is incomplete or config.json "
                "belongs to another model; fetch the checkpoint again."
            )
    if spare:
        log.warning(
            "%s: passed over weights that this task does not use: %s", directory, _some(spare)
        )


def _some(keys: Iterable[str]) -> str:
    keys = list(keys)
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return ", ".join(keys[:3]) + more
