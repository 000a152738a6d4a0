"""Adapter directories: what is in them, and which base they belong to.

A base is known by a fingerprint of its weights: every tensor's name, type and shape,
and the bytes at its two ends. That takes milliseconds where a hash of the file takes
a second, and no other checkpoint has it. Knows no torch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarize.errors import WeightsError
from summarize.models import catalog
from summarize.models.assignment import same_model
from summarize.models.weights import Weights
from summarize.options import SUMMARIZATION

WEIGHTS, CONFIG, FACTS = "adapter_model.safetensors", "adapter_config.json", "adapter.json"

VOCABULARY = "vocabulary.safetensors"
"""By target language: the only ids that translations into it are written with. Optional."""

FORMAT = 1

GENERATE, TIGHTEN = "generate", "tighten"
"""How an adapter makes summaries: of whole articles, or sentence by sentence."""

NONE = "none"
"""Given as an adapter: the model as it is."""

ENDS = 4096
"""Bytes of each tensor that are hashed, at its beginning and at its end."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter directory.

    Attributes:
        directory: of its files.
        scale: of the updates: alpha / rank.
        base: the name of the model it was made for.
        fingerprint: of that model's weights.
        tasks: what it was taught, of `options.TASKS`.
        summaries: how it was taught to make summaries: `GENERATE`, `TIGHTEN`, or "" for not.
    """

    directory: Path
    scale: float
    base: str
    fingerprint: str
    tasks: tuple[str, ...]
    summaries: str = ""


def read(directory: str | Path) -> Adapter:
    """The adapter in `directory`.

    Raises:
        WeightsError: no adapter, not one of ours, or of a kind that cannot be merged.
    """
    directory = Path(directory)
    missing = [name for name in (WEIGHTS, CONFIG, FACTS) if not (directory / name).is_file()]
    if missing:
        raise WeightsError(
            f"{directory} is no adapter of `summarize tune`: it lacks {', '.join(missing)}."
        )
    config, facts = contents(directory / CONFIG), contents(directory / FACTS)
    if config.get("peft_type") != "LORA" or config.get("use_dora") or config.get("bias") != "none":
        raise WeightsError(f"{directory}: only plain LoRA adapters can be merged.")
    if facts.get("format") != FORMAT:
        raise WeightsError(
            f"{directory}: {FACTS} has format {facts.get('format')}, not {FORMAT}; it was made "
            "by another version of summarize."
        )
    rank = config["r"] ** (0.5 if config.get("use_rslora") else 1)
    return Adapter(
        directory,
        config["lora_alpha"] / rank,
        str(facts["base"]),
        str(facts["fingerprint"]),
        tuple(facts["tasks"]),
        str(facts.get("summaries") or (GENERATE if SUMMARIZATION in facts["tasks"] else "")),
    )


def chosen(adapter: str | Path | None, found: Weights) -> Adapter | None:
    """The adapter to merge into the weights `found`.

    Args:
        adapter: a directory; None for the one that the package has for that model, if it has
            one; `NONE` for none.
        found: where the model is.

    Raises:
        WeightsError: as for `read`.
    """
    if adapter is not None:
        return None if str(adapter) == NONE else read(adapter)
    entry = None if found.source == "directory" else catalog.lookup(found.name)
    if entry is None or not entry.adapter:
        return None
    shipped = Path(__file__).parent / entry.adapter
    return read(shipped) if (shipped / FACTS).is_file() else None


def adapter_of(adapter: str | Path | None, model: object, other: object) -> str | Path | None:
    """`adapter` if it is for `model`, which is used beside `other`; None if it is not.

    One that fits neither by name is given to both, so that loading them says what is wrong.
    """
    if adapter is None or not isinstance(model, str | Path):
        return None
    if other is None or str(adapter) == NONE:
        return adapter
    base = read(adapter).base
    fits = [isinstance(one, str | Path) and same_model(one, base) for one in (model, other)]
    return None if fits == [False, True] else adapter


def writes_summaries(adapter: str | Path | None) -> bool:
    """Whether an adapter that is named was taught to write summaries of articles.

    Raises:
        WeightsError: as for `read`.
    """
    return adapter is not None and str(adapter) != NONE and read(adapter).summaries == GENERATE


def check_base(adapter: Adapter, directory: Path) -> None:
    """See that the checkpoint in `directory` is what the adapter was made for.

    Raises:
        WeightsError: it is not.
    """
    if fingerprint(directory) != adapter.fingerprint:
        raise WeightsError(
            f"the adapter in {adapter.directory} was made for {adapter.base}, and the weights in "
            f"{directory} are others; name that model, or tune this one."
        )


def fingerprint(directory: Path) -> str:
    """SHA-256 of what identifies the weights in `directory`, in hexadecimal.

    Raises:
        WeightsError: no safetensors, or broken ones.
    """
    files = sorted(directory.glob("*.safetensors"))
    if not files:
        raise WeightsError(f"{directory} holds no *.safetensors weights.")
    found: dict[str, bytes] = {}
    for file in files:
        try:
            found |= _tensors(file)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"{file} cannot be read: {error}.") from error
    whole = hashlib.sha256()
    for name in sorted(found):
        whole.update(found[name])
    return whole.hexdigest()


def _tensors(file: Path) -> dict[str, bytes]:
    """Each tensor's digest. A file opens on its header's length, in 8 bytes, and the header."""
    digests = {}
    with file.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(size))
        for name, about in header.items():
            if name == "__metadata__":
                continue
            start, end = about["data_offsets"]
            digest = hashlib.sha256(f"{name} {about['dtype']} {about['shape']}\n".encode())
            for at in (start, max(start, end - ENDS)):
                stream.seek(8 + size + at)
                digest.update(stream.read(min(ENDS, end - start)))
            digests[name] = digest.digest()
    return digests


def contents(file: Path) -> Mapping[str, Any]:
    """The object in a JSON file.

    Raises:
        WeightsError: the file holds something else.
    """
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WeightsError(f"{file} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise WeightsError(f"{file} does not hold a JSON object.")
    return value
