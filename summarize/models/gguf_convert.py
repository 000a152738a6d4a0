"""A GGUF file made into a directory that `from_pretrained` loads in seconds.

Gemma 3, the embedded default, is converted here, tensor by tensor, so that the
result does not hang on the installed transformers (whose GGUF loading options,
and Gemma token ids, changed between releases) and takes seconds instead of the
better part of a minute. Other architectures go through transformers' own loader.
Both write model.safetensors in bfloat16, config.json, generation_config.json and
the tokenizer. Knows nothing of where the file came from or where it is cached.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.errors import WeightsError, WeightsNotFoundError
from summarize.models.gguf_reader import DAMAGE, Header, Tensor, read_header

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

FORMAT = 1
"""Raised whenever the conversion writes something else, so that old caches are remade."""

ROWS = 8192
"""Rows dequantized at a time: bounds the float32 copy of the embedding matrix."""

CONTROL, USER_DEFINED = 3, 4
"""Values of `tokenizer.ggml.token_type` (llama.cpp's `llama_token_type`)."""

LAYOUT = "5.17.0"
"""The transformers release whose config layout is written: the oldest one supported.
(Without a version in config.json, several releases take the tokenizer for an old Mistral one.)"""

GEMMA3_KEYS = {
    "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size",
    "block_count": "num_hidden_layers",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.key_length": "head_dim",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps",
    "attention.sliding_window": "sliding_window",
}
GEMMA3_OTHER_KEYS = {"attention.value_length", "rope.freq_base"}
GEMMA3_LOCAL_THETA = 10_000.0
"""RoPE base of the sliding layers: fixed in Gemma 3 (arXiv:2503.19786, section 2)."""
GEMMA3_PATTERN = 6
"""Every sixth layer attends to everything (the same section: 5 local to 1 global)."""
GEMMA3_TENSORS = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "post_ffw_norm": "post_feedforward_layernorm",
}


def convert(file: Path, directory: Path) -> None:
    """Write `file`'s model and tokenizer into `directory`, which exists and is empty.

    Raises:
        WeightsError: a file that is damaged, or that cannot be read by transformers either.
        WeightsNotFoundError: the `gguf` package is missing.
    """
    try:
        import gguf  # noqa: F401
    except ImportError as error:
        raise WeightsNotFoundError(
            f'Reading {file.name} needs the gguf package: pip install "summarize[embedded]".'
        ) from error
    header = read_header(file)
    if not is_gemma3(header):
        convert_with_transformers(file, directory)
        return
    try:
        convert_gemma3(file, header, directory)
    except DAMAGE as error:
        raise WeightsError(
            f"{file} is damaged: it does not hold the Gemma 3 that its header states ({error!r}). "
            "Get the file again."
        ) from error


def is_gemma3(header: Header) -> bool:
    """Whether `convert_gemma3` knows everything that this header states."""
    keys = {key.removeprefix("gemma3.") for key in header.metadata if key.startswith("gemma3.")}
    return (
        header.architecture == "gemma3"
        and header.metadata.get("tokenizer.ggml.model") == "llama"
        and "tokenizer.ggml.merges" not in header.metadata
        and GEMMA3_KEYS.keys() <= keys <= GEMMA3_KEYS.keys() | GEMMA3_OTHER_KEYS
        and all(gemma3_name(tensor.name) for tensor in header.tensors)
    )


def convert_gemma3(file: Path, header: Header, directory: Path) -> None:
    """Write a Gemma 3 text model: weights, configs, tokenizer, and its chat template if any."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    state = dict(gemma3_weights(file, header))
    try:
        save_file(state, directory / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as error:  # a full disk, hidden from whoever handles OSError
        raise OSError(str(error)) from error
    _write_json(directory / "config.json", gemma3_config(header))
    _write_json(directory / "generation_config.json", special_ids(header))
    gemma3_tokenizer(header).save(str(directory / "tokenizer.json"), pretty=False)
    _write_json(directory / "tokenizer_config.json", tokenizer_config(header))
    if template := header.metadata.get("tokenizer.chat_template"):
        (directory / "chat_template.jinja").write_text(template, encoding="utf-8")


def gemma3_name(name: str) -> str | None:
    """The name that transformers has for a GGUF tensor; None for one that Gemma 3 does not have."""
    match = re.fullmatch(r"(?:blk\.(\d+)\.)?([a-z_]+)\.weight", name)
    if match is None or match[2] not in GEMMA3_TENSORS:
        return None
    layer = f"model.layers.{match[1]}." if match[1] else ""
    return f"{layer}{GEMMA3_TENSORS[match[2]]}.weight"


def gemma3_weights(file: Path, header: Header) -> Iterator[tuple[str, torch.Tensor]]:
    """Every tensor of the file under transformers' name, in bfloat16."""
    import torch

    for tensor in header.tensors:
        name = gemma3_name(tensor.name)
        if name is None:
            raise WeightsError(f"{file}: {tensor.name!r} is not a tensor of Gemma 3.")
        weight = torch.empty(tensor.shape, dtype=torch.bfloat16)
        row = 0
        for rows in dequantized(file, tensor):
            # llama.cpp stores norm weights as 1 + w; take the 1 off before rounding.
            values = rows - 1 if tensor.name.endswith("_norm.weight") else rows
            weight[row : row + len(values)] = torch.from_numpy(values)
            row += len(values)
        yield name, weight


def dequantized(file: Path, tensor: Tensor) -> Iterator[Any]:
    """`tensor`'s values as float32 arrays, `ROWS` rows at a time (a vector: all at once).

    Raises:
        WeightsError: the tensor passes the end of the file.
    """
    import numpy as np
    from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
    from gguf.quants import dequantize

    kind = GGMLQuantizationType(tensor.kind)
    block, width = GGML_QUANT_SIZES[kind]
    row_bytes = tensor.shape[-1] // block * width
    rows = math.prod(tensor.shape[:-1])
    if tensor.offset + rows * row_bytes > file.stat().st_size:
        raise WeightsError(
            f"{file} is cut short: tensor {tensor.name!r} passes its end. Get the file again."
        )
    data = np.memmap(file, np.uint8, "r", tensor.offset, (rows, row_bytes))
    if len(tensor.shape) == 1:
        yield np.array(dequantize(data[0], kind))
        return
    for start in range(0, rows, ROWS):
        yield np.array(dequantize(data[start : start + ROWS], kind))


def gemma3_config(header: Header) -> dict[str, Any]:
    """config.json for `Gemma3ForCausalLM`, all from the file but the two constants above."""
    metadata = header.metadata
    config = {ours: metadata[f"gemma3.{theirs}"] for theirs, ours in GEMMA3_KEYS.items()}
    kinds = {
        "sliding_attention": GEMMA3_LOCAL_THETA,
        "full_attention": metadata.get("gemma3.rope.freq_base", 1_000_000.0),
    }
    layers = range(1, config["num_hidden_layers"] + 1)
    return {
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "dtype": "bfloat16",
        "transformers_version": LAYOUT,
        "vocab_size": len(metadata["tokenizer.ggml.tokens"]),
        "tie_word_embeddings": all(tensor.name != "output.weight" for tensor in header.tensors),
        "query_pre_attn_scalar": config["head_dim"],
        "layer_types": [
            "sliding_attention" if layer % GEMMA3_PATTERN else "full_attention" for layer in layers
        ],
        "rope_parameters": {
            kind: {"rope_type": "default", "rope_theta": theta} for kind, theta in kinds.items()
        },
        **config,
        **special_ids(header),
    }


def special_ids(header: Header) -> dict[str, int]:
    """The ids of the special tokens that the file names, for config and generation config."""
    ids = {name: header.metadata.get(f"tokenizer.ggml.{key}") for name, key in _ID_KEYS.items()}
    return {f"{name}_token_id": value for name, value in ids.items() if value is not None}


_ID_KEYS = {"bos": "bos_token_id", "eos": "eos_token_id", "pad": "padding_token_id"}


def tokenizer_config(header: Header) -> dict[str, Any]:
    """tokenizer_config.json; the plain class loads tokenizer.json as it is, twice as fast.

    (`GemmaTokenizer` takes the file apart in Python and rebuilds it.)
    """
    tokens = header.metadata["tokenizer.ggml.tokens"]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_input_names": ["input_ids", "attention_mask"],
        "padding_side": "left",
        "clean_up_tokenization_spaces": False,
        **{key.removesuffix("_id"): tokens[index] for key, index in special_ids(header).items()},
        "unk_token": _unknown(header),
    }


def gemma3_tokenizer(header: Header) -> Tokenizer:
    """The tokenizer that the file's vocabulary implies: BPE with byte fallback.

    The file lists no merges. They follow from the vocabulary: every split of a
    token into two tokens, in the order of the vocabulary, which is the order in
    which Gemma's merges were learned; among one token's splits, the longest left
    part first. Runs of spaces are spelt "  " in the file and "▁▁" in the model.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, normalizers, pre_tokenizers
    from tokenizers.models import BPE

    tokens: list[str] = header.metadata["tokenizer.ggml.tokens"]
    kinds: list[int] = header.metadata.get("tokenizer.ggml.token_type", [])
    spelt = ["▁" * len(token) if _is_spaces(token) else token for token in tokens]
    vocabulary = {token: index for index, token in enumerate(spelt)}
    merges = [
        (token[:cut], token[cut:])
        for token in spelt
        for cut in range(len(token) - 1, 0, -1)
        if token[:cut] in vocabulary and token[cut:] in vocabulary
    ]
    tokenizer = Tokenizer(
        BPE(vocabulary, merges, fuse_unk=True, byte_fallback=True, unk_token=_unknown(header))
    )
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    marked = [(t, kind) for t, kind in zip(tokens, kinds, strict=True) if t in vocabulary]
    for kind, special in ((CONTROL, True), (USER_DEFINED, False)):
        added = [AddedToken(t, normalized=False, special=special) for t, k in marked if k == kind]
        (tokenizer.add_special_tokens if special else tokenizer.add_tokens)(added)
    if header.metadata.get("tokenizer.ggml.add_bos_token", True):
        _start_with_bos(tokenizer, header)
    return tokenizer


def _start_with_bos(tokenizer: Tokenizer, header: Header) -> None:
    from tokenizers.processors import TemplateProcessing

    index = header.metadata["tokenizer.ggml.bos_token_id"]
    bos = header.metadata["tokenizer.ggml.tokens"][index]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A", pair=f"{bos} $A {bos}:1 $B:1", special_tokens=[(bos, index)]
    )


def _is_spaces(token: str) -> bool:
    return len(token) > 0 and not token.strip(" ")


def _unknown(header: Header) -> str:
    tokens = header.metadata["tokenizer.ggml.tokens"]
    return str(tokens[header.metadata.get("tokenizer.ggml.unknown_token_id", 3)])


def convert_with_transformers(file: Path, directory: Path) -> None:
    """Any other causal architecture, through transformers' own GGUF loader.

    Raises:
        WeightsError: an architecture or quantization that transformers cannot read.
    """
    import torch
    import transformers

    options: dict[str, Any] = {"gguf_file": file.name, "local_files_only": True}
    dense = options | {"dtype": torch.float32}
    if hasattr(transformers, "GgufConfig"):  # releases without it always dequantize
        dense["quantization_config"] = transformers.GgufConfig(dequantize=True)
    try:
        model = transformers.AutoModelForCausalLM.from_pretrained(file.parent, **dense)
        tokenizer = transformers.AutoTokenizer.from_pretrained(file.parent, **options)
    except (ValueError, KeyError, NotImplementedError, RuntimeError, OSError) as error:
        raise WeightsError(
            f"transformers {transformers.__version__} cannot read {file}: {error} "
            "Use a safetensors checkpoint of the model instead."
        ) from error
    model.to(torch.bfloat16).save_pretrained(directory)
    tokenizer.save_pretrained(directory)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
