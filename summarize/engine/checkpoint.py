"""Hugging Face weights and config to ours: every tensor checked, fused, and held once.

Loading is transformers' own (safetensors, shards, GGUF); this module renames
what came. Two naming schemes cover the families: fairseq's (BART and its
descendants) and T5's.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.engine.architecture import FAIRSEQ, Architecture
from summarize.engine.linear import Linear, int8_pays, make
from summarize.engine.weights import Cross, Layer, Norm, Stack, Weights
from summarize.errors import UnsupportedModelError, WeightsError

if TYPE_CHECKING:
    import torch


ALIGNED_ROWS = 64
"""Embeddings on CUDA have a multiple of so many rows."""


def load(directory: Path, dtype: torch.dtype) -> Any:
    """The transformers model saved in `directory`, on the CPU, in `dtype`.

    A directory of one .gguf file is read as GGUF.

    Raises:
        UnsupportedModelError: an architecture that the engine does not run.
        WeightsError: not a checkpoint, pickle only, or weights that do not fit the config.
    """
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    ggufs = sorted(directory.glob("*.gguf"))
    safe = any(directory.glob("*.safetensors"))
    source: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    if not safe and len(ggufs) == 1:
        source["gguf_file"] = ggufs[0].name
    elif not (directory / "config.json").is_file():
        raise WeightsError(f"{directory} has no config.json; it is not a checkpoint directory.")
    elif not safe:
        raise WeightsError(
            f"{directory} holds no *.safetensors weights; pickled ones (.bin, .pt) can run any "
            "code and are not loaded. Convert them with transformers' save_pretrained."
        )
    try:
        config = AutoConfig.from_pretrained(directory, **source)
    except Exception as error:  # strict configs raise several types
        raise UnsupportedModelError(
            f"{directory}: transformers does not know this config.json: {error}"
        ) from error
    Architecture.from_config(config)
    try:
        with _quiet():
            model, report = AutoModelForSeq2SeqLM.from_pretrained(
                directory,
                config=config,
                dtype=dtype,
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # the report names them; transformers' error does not
                **source,
            )
    except Exception as error:  # safetensors raises its own, undocumented, types
        raise WeightsError(f"{directory}: the weights cannot be loaded: {error}") from error
    for what in ("missing_keys", "mismatched_keys"):
        if report.get(what):
            raise WeightsError(
                f"{directory}: {what.replace('_', ' ')}: {_some(report[what])}. The download is "
                "incomplete or config.json belongs to another model; fetch the checkpoint again."
            )
    return model.eval()


def convert(
    model: Any, precision: str, device: torch.device | str = "cpu", vocabulary: int | None = None
) -> Weights:
    """The weights of a transformers `model`, which is taken apart and must not be used again.

    Args:
        model: a PreTrainedModel of a supported family, in the dtype to compute in.
        precision: see `linear.make`.
        device: where the tensors go.
        vocabulary: how many ids the head may write; None for all.

    Raises:
        UnsupportedModelError: see `Architecture.from_config`.
        WeightsError: a tensor with NaN or infinite numbers.
    """
    import torch

    architecture = Architecture.from_config(model.config)
    source_table = _positions(model, architecture, "encoder", device)
    table = _positions(model, architecture, "decoder", device)
    if source_table is not None and table is not None and torch.equal(source_table, table):
        table = source_table  # sinusoids are the same on both sides
    tensors = _Tensors(model, device, precision, architecture)
    _empty(model)
    stack = _fairseq_stack if architecture.model_type in FAIRSEQ else _t5_stack
    encoder = stack(tensors, architecture, "encoder", source_table)
    decoder = stack(tensors, architecture, "decoder", table)
    return Weights(encoder, decoder, tensors.head("lm_head.weight", vocabulary))


class _Tensors:
    """A state dict whose tensors are checked, moved and handed out once."""

    def __init__(
        self, model: Any, device: torch.device | str, precision: str, architecture: Architecture
    ) -> None:
        self._state: dict[str, torch.Tensor] = model.state_dict()
        self._device = device
        self._precision = precision
        self._architecture = architecture
        self._shared: dict[int, torch.Tensor] = {}

    def take(self, name: str) -> torch.Tensor:
        """The tensor called `name`; tied ones come as the same tensor."""
        if name not in self._state:
            raise WeightsError(f"the checkpoint has no tensor {name!r}; fetch it again.")
        tensor = self._state.pop(name).detach()
        known = self._shared.get(tensor.data_ptr())
        if known is not None:
            return known
        if not bool(tensor.isfinite().all()):
            raise WeightsError(
                f"the tensor {name!r} holds NaN or infinite numbers: the checkpoint is damaged "
                "or does not fit this dtype; fetch it again or load it as float32."
            )
        moved = tensor.to(self._device)
        if "embed" in name or "shared" in name or "lm_head" in name:
            if moved.is_cuda:
                moved = aligned(moved)
            self._shared[tensor.data_ptr()] = moved
        return moved

    def linear(self, *names: str, bias: bool, step: bool = True) -> Linear:
        """The product with the weights called `names`, one above the other.

        `step` says that a decode step makes it, of few rows. Over a whole source's tokens 8 bits
        cost more than they save where the CPU has bfloat16 as fast (AMX).
        """
        import torch

        weight = torch.cat([self.take(f"{name}.weight") for name in names])
        offsets = torch.cat([self.take(f"{name}.bias") for name in names]) if bias else None
        precision = self._precision
        if precision == "int8" and not step and not int8_pays(many=True):
            precision = "bfloat16"
        return make(weight, offsets, precision)

    def norm(self, name: str) -> Norm:
        rms = self._architecture.rms_norm
        bias = None if rms else self.take(f"{name}.bias")
        return Norm(self.take(f"{name}.weight"), bias, self._architecture.norm_epsilon, rms)

    def head(self, name: str, vocabulary: int | None) -> Linear:
        import torch

        weight, bias = self.take(name), None
        width = vocabulary or self._architecture.vocabulary
        if "final_logits_bias" in self._state:
            offsets = self.take("final_logits_bias").flatten()[:width]
            bias = offsets.to(weight.dtype) if bool(offsets.any()) else None
        if bias is not None and len(weight) > len(bias):
            bias = torch.nn.functional.pad(bias, (0, len(weight) - len(bias)))
        return make(weight, bias, self._precision, width)


def aligned(table: torch.Tensor) -> torch.Tensor:
    """`table` with rows of zeros behind, so that logits lie aligned and are read in 16 bytes."""
    import torch

    spare = -len(table) % ALIGNED_ROWS
    return torch.nn.functional.pad(table, (0, 0, 0, spare)) if spare else table


def _fairseq_stack(
    tensors: _Tensors, architecture: Architecture, side: str, positions: torch.Tensor | None
) -> Stack:
    root, step = f"model.{side}", side == "decoder"

    def layer(i: int) -> Layer:
        at = f"{root}.layers.{i}"
        cross = None
        if side == "decoder":
            of = f"{at}.encoder_attn"
            cross = Cross(
                query=tensors.linear(f"{of}.q_proj", bias=True),
                keys_values=tensors.linear(f"{of}.k_proj", f"{of}.v_proj", bias=True, step=False),
                out=tensors.linear(f"{of}.out_proj", bias=True),
                norm=tensors.norm(f"{at}.encoder_attn_layer_norm"),
            )
        return Layer(
            queries_keys_values=tensors.linear(
                *(f"{at}.self_attn.{p}_proj" for p in "qkv"), bias=True, step=step
            ),
            out=tensors.linear(f"{at}.self_attn.out_proj", bias=True, step=step),
            norm=tensors.norm(f"{at}.self_attn_layer_norm"),
            relative_bias=None,
            cross=cross,
            up=tensors.linear(f"{at}.fc1", bias=True, step=step),
            down=tensors.linear(f"{at}.fc2", bias=True, step=step),
            feed_forward_norm=tensors.norm(f"{at}.final_layer_norm"),
        )

    depth = architecture.encoder_layers if side == "encoder" else architecture.decoder_layers
    return Stack(
        embedding=tensors.take(f"{root}.embed_tokens.weight"),
        positions=positions,
        embedding_norm=tensors.norm(f"{root}.layernorm_embedding")
        if architecture.embedding_norm
        else None,
        layers=tuple(layer(i) for i in range(depth)),
        final_norm=tensors.norm(f"{root}.layer_norm") if architecture.final_norm else None,
    )


def _t5_stack(
    tensors: _Tensors, architecture: Architecture, side: str, positions: torch.Tensor | None
) -> Stack:
    step = side == "decoder"

    def layer(i: int) -> Layer:
        at = f"{side}.block.{i}.layer"
        own, last = f"{at}.0.SelfAttention", 2 if side == "decoder" else 1
        cross = None
        if side == "decoder":
            of = f"{at}.1.EncDecAttention"
            cross = Cross(
                query=tensors.linear(f"{of}.q", bias=False),
                keys_values=tensors.linear(f"{of}.k", f"{of}.v", bias=False, step=False),
                out=tensors.linear(f"{of}.o", bias=False),
                norm=tensors.norm(f"{at}.1.layer_norm"),
            )
        inner = f"{at}.{last}.DenseReluDense"
        up = ("wi_0", "wi_1") if architecture.gated else ("wi",)
        biased = i == 0 or architecture.relative_in_every_layer
        return Layer(
            queries_keys_values=tensors.linear(
                *(f"{own}.{p}" for p in "qkv"), bias=False, step=step
            ),
            out=tensors.linear(f"{own}.o", bias=False, step=step),
            norm=tensors.norm(f"{at}.0.layer_norm"),
            relative_bias=tensors.take(f"{own}.relative_attention_bias.weight") if biased else None,
            cross=cross,
            up=tensors.linear(*(f"{inner}.{name}" for name in up), bias=False, step=step),
            down=tensors.linear(f"{inner}.wo", bias=False, step=step),
            feed_forward_norm=tensors.norm(f"{at}.{last}.layer_norm"),
        )

    depth = architecture.encoder_layers if side == "encoder" else architecture.decoder_layers
    return Stack(
        embedding=tensors.take(f"{side}.embed_tokens.weight"),
        positions=positions,
        embedding_norm=None,
        layers=tuple(layer(i) for i in range(depth)),
        final_norm=tensors.norm(f"{side}.final_layer_norm"),
    )


def _positions(
    model: Any, architecture: Architecture, side: str, device: torch.device | str
) -> torch.Tensor | None:
    if architecture.positions == "relative":
        return None
    module = model.get_submodule(f"model.{side}.embed_positions")
    table = module.weights if hasattr(module, "weights") else module.weight
    return table.detach().to(device=device, dtype=model.dtype)  # type: ignore[no-any-return]


def _empty(model: Any) -> None:
    """Let go of the model's tensors, so that each is freed once it is converted."""
    for module in model.modules():
        module._parameters.clear()
        module._buffers.clear()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers' progress bars and loading reports off stderr; we raise instead."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Cannot (disable|enable) progress bars")
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        try:
            yield
        finally:
            logging.set_verbosity(verbosity)
            if bars:
                logging.enable_progress_bar()


def _some(keys: Iterable[Any]) -> str:
    names = sorted(map(str, keys))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
