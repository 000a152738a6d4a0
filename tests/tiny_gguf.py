"""Tiny random Gemma 3 files in GGUF, as llama.cpp's converter writes them.

    file = write(tmp_path / "tiny.gguf")

Every block type of the embedded model is there (Q4_K, Q5_0, Q6_K, Q8_0, F32), on
random bytes with small scales; the vocabulary is a SentencePiece BPE model of the
lines in `tiny_models`, with Gemma's special, user-defined and byte tokens.
Same arguments, same bytes. Knows nothing of `summarize`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tiny_models

HIDDEN, INNER, HEADS, HEAD, LAYERS = 256, 512, 2, 256, 7
SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>")
CONTROL = ("<unused0>", "<start_of_turn>", "<end_of_turn>")
USER_DEFINED = ("[multimodal]", "\n", "\n\n", "\n\n\n", "  ", "   ", "    ", "<table>", "\t\t")
NORMAL_TYPE, CONTROL_TYPE, USER_DEFINED_TYPE, BYTE_TYPE = 1, 3, 4, 6
LAYER_TENSORS = {  # block types as in the Q4_K_M mix
    "attn_q": ("Q5_0", (HEADS * HEAD, HIDDEN)),
    "attn_k": ("Q5_0", (HEAD, HIDDEN)),
    "attn_v": ("Q8_0", (HEAD, HIDDEN)),
    "attn_output": ("Q4_K", (HIDDEN, HEADS * HEAD)),
    "ffn_gate": ("Q5_0", (INNER, HIDDEN)),
    "ffn_up": ("Q5_0", (INNER, HIDDEN)),
    "ffn_down": ("Q6_K", (HIDDEN, INNER)),
    "attn_norm": ("F32", (HIDDEN,)),
    "attn_q_norm": ("F32", (HEAD,)),
    "attn_k_norm": ("F32", (HEAD,)),
    "post_attention_norm": ("F32", (HIDDEN,)),
    "ffn_norm": ("F32", (HIDDEN,)),
    "post_ffw_norm": ("F32", (HIDDEN,)),
}
SCALES = {"Q4_K": (0, 4), "Q5_0": (0, 2), "Q6_K": (208, 210), "Q8_0": (0, 2)}
"""Where a block's float16 scales lie (ggml-common.h)."""


def vocabulary() -> tuple[list[str], list[int]]:
    """Tokens in Gemma's order, merges before characters, and the type of each."""
    learned = tiny_models._pieces(tiny_models.sentencepiece_model("bpe"))[3:]
    fixed = [*SPECIAL, *CONTROL, *USER_DEFINED]
    octets = [f"<0x{octet:02X}>" for octet in range(256)]
    tokens = [*fixed, *octets, *(piece for piece in learned if piece not in fixed)]
    types = (
        [CONTROL_TYPE] * (len(SPECIAL) + len(CONTROL))
        + [USER_DEFINED_TYPE] * len(USER_DEFINED)
        + [BYTE_TYPE] * len(octets)
    )
    return tokens, types + [NORMAL_TYPE] * (len(tokens) - len(types))


def write(file: Path, *, seed: int = 0, **extra: str) -> Path:
    """Write the file; `extra` are further string metadata, "." spelt "__"."""
    import gguf
    import numpy as np

    random = np.random.default_rng(seed)
    tokens, types = vocabulary()
    writer = gguf.GGUFWriter(file, "gemma3")
    writer.add_context_length(8192)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_sliding_window(64)
    writer.add_name("tiny")
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(index) for index in range(len(tokens))])
    writer.add_token_types(types)
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(3)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    for key, value in extra.items():
        writer.add_string(key.replace("__", "."), value)
    _add(writer, random, "token_embd.weight", "Q8_0", (len(tokens), HIDDEN))
    for layer in range(LAYERS):
        for name, (kind, shape) in LAYER_TENSORS.items():
            _add(writer, random, f"blk.{layer}.{name}.weight", kind, shape)
    _add(writer, random, "output_norm.weight", "F32", (HIDDEN,))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _add(writer: Any, random: Any, name: str, kind: str, shape: tuple[int, ...]) -> None:
    import gguf
    import numpy as np

    if kind == "F32":
        writer.add_tensor(name, (1 + random.normal(0, 0.3, shape)).astype(np.float32))
        return
    number = gguf.GGMLQuantizationType[kind]
    block, width = gguf.GGML_QUANT_SIZES[number]
    start, end = SCALES[kind]
    blocks = random.integers(0, 256, (shape[0] * shape[1] // block, width), dtype=np.uint8)
    scales = random.uniform(1e-4, 3e-3, (len(blocks), (end - start) // 2)).astype(np.float16)
    blocks[:, start:end] = scales.view(np.uint8)
    rows = blocks.reshape(shape[0], shape[1] // block * width)
    writer.add_tensor(name, rows, raw_dtype=number)
