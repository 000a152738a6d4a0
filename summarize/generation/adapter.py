"""Merging a LoRA adapter into a loaded model: W + scale · B A, once, in float32.

What peft would compute at every step is added to the weights, so that any backend
runs the adapted model at the speed of its base and peft is not needed. A base or
an adapter that does not fit is refused before any weight is touched.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.errors import WeightsError
from summarize.models.adapters import VOCABULARY, WEIGHTS, Adapter, check_base

if TYPE_CHECKING:
    import torch

PREFIX = "base_model.model."
DOWN, UP = ".lora_A.weight", ".lora_B.weight"


def merge(model: Any, adapter: Adapter, base: Path) -> None:
    """Add the updates of `adapter` to the weights of `model`, which was loaded from `base`.

    Raises:
        WeightsError: the base is another than the adapter's, or the updates do not fit it.
    """
    import torch

    check_base(adapter, base)
    found = updates(adapter)
    weights = {name: _weight(model, name, down, up, adapter) for name, (down, up) in found.items()}
    with torch.no_grad():
        for name, (down, up) in found.items():
            weight = weights[name]
            change = adapter.scale * (up.float() @ down.float())  # [out, in]
            if _transposed(model, name):
                change = change.T
            weight.copy_((weight.float() + change.to(weight.device)).to(weight.dtype))


def updates(adapter: Adapter) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Each changed layer's name in the model, with its A [rank, in] and B [out, rank].

    Raises:
        WeightsError: the file is broken, or holds something else.
    """
    from safetensors.torch import load_file

    file = adapter.directory / WEIGHTS
    try:
        found = load_file(file)
    except Exception as error:  # safetensors raises its own, undocumented, types
        raise WeightsError(f"{file} cannot be loaded: {error}.") from error
    names = sorted({name.removesuffix(DOWN).removesuffix(UP) for name in found})
    pairs = {}
    for name in names:
        down, up = found.pop(name + DOWN, None), found.pop(name + UP, None)
        if down is None or up is None or not name.startswith(PREFIX):
            raise WeightsError(f"{file}: {name} is no low-rank update with an A and a B.")
        pairs[name.removeprefix(PREFIX)] = down, up
    return pairs


def vocabularies(adapter: Adapter) -> dict[str, tuple[int, ...]]:
    """The ids that translations into a language are written with, where the adapter limits them.

    Raises:
        WeightsError: the file is broken.
    """
    from safetensors.torch import load_file

    file = adapter.directory / VOCABULARY
    if not file.is_file():
        return {}
    try:
        return {language: tuple(ids.tolist()) for language, ids in load_file(file).items()}
    except Exception as error:  # safetensors raises its own, undocumented, types
        raise WeightsError(f"{file} cannot be loaded: {error}.") from error


def _weight(
    model: Any, name: str, down: torch.Tensor, up: torch.Tensor, adapter: Adapter
) -> torch.Tensor:
    """The weight that an update belongs to."""
    try:
        weight: torch.Tensor = model.get_submodule(name).weight
    except AttributeError as error:
        raise WeightsError(
            f"the adapter in {adapter.directory} changes {name}, which the model does not have; "
            f"it was made for {adapter.base}."
        ) from error
    shape = (up.shape[0], down.shape[1])
    found = tuple(weight.shape[::-1]) if _transposed(model, name) else tuple(weight.shape)
    if shape != found or up.shape[1] != down.shape[0]:
        raise WeightsError(
            f"the adapter in {adapter.directory} has an update of {shape} for {name}, which is "
            f"{found}; it was made for {adapter.base}."
        )
    return weight


def _transposed(model: Any, name: str) -> bool:
    """Whether a layer keeps its weight as [in, out] (GPT-2's Conv1D)."""
    return type(model.get_submodule(name)).__name__ == "Conv1D"
