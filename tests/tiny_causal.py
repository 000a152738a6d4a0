"""The causal half of `tiny_models`: base and instruction-tuned language models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tiny_tokenizers import (
    EXAONE_CHAT,
    GEMMA_CHAT,
    HUNYUAN_CHAT,
    TRANSLATEGEMMA_CHAT,
    byte_level_bpe,
    chatml_tokenizer,
    fast,
    gemma_tokenizer,
)

Built = tuple[Any, Any, dict[str, Any]]
"""Tokenizer (None where its files are complete), model config, generation defaults."""


def _causal(config_class: Any, tokenizer: Any, **changes: Any) -> Any:
    return config_class(
        **{
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "max_position_embeddings": 8192,
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            "tie_word_embeddings": True,
            **changes,
        }
    )


def _gemma3(directory: Path, chat_template: str | None = None) -> Built:
    from transformers import Gemma3TextConfig

    tokenizer = gemma_tokenizer(chat_template)
    config = _causal(
        Gemma3TextConfig,
        tokenizer,
        query_pre_attn_scalar=8,
        sliding_window=16,
        layer_types=["sliding_attention", "full_attention"],
    )
    generation = {"bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0}
    if chat_template:
        generation |= {"eos_token_id": [1, 6], "do_sample": True, "top_k": 64, "top_p": 0.95}
    return tokenizer, config, generation


def _gemma3_chat(directory: Path) -> Built:
    return _gemma3(directory, GEMMA_CHAT)


def _translategemma(directory: Path) -> Built:
    return _gemma3(directory, TRANSLATEGEMMA_CHAT)


def _qwen3(directory: Path) -> Built:
    from transformers import Qwen3Config

    tokenizer = chatml_tokenizer()
    generation = {
        "eos_token_id": [2, 0],
        "pad_token_id": 0,
        "bos_token_id": 0,
        "do_sample": True,
        "temperature": 0.6,
        "top_k": 20,
        "top_p": 0.95,
    }
    return tokenizer, _causal(Qwen3Config, tokenizer), generation


def _llama(directory: Path) -> Built:
    """SmolLM2, Kanana and HyperCLOVA X SEED are of this kind."""
    from transformers import LlamaConfig

    tokenizer = chatml_tokenizer()
    config = _causal(LlamaConfig, tokenizer, bos_token_id=1)
    return tokenizer, config, {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}


def _exaone4(directory: Path) -> Built:
    from transformers import Exaone4Config

    special = ["[PAD]", "[BOS]", "[EOS]", "[UNK]", "[|system|]", "[|user|]", "[|assistant|]"]
    tokenizer = fast(
        byte_level_bpe([*special, "[|endofturn|]"]),
        bos_token="[BOS]",
        eos_token="[|endofturn|]",
        pad_token="[PAD]",
        unk_token="[UNK]",
        extra_special_tokens=special[4:],
    )
    tokenizer.chat_template = EXAONE_CHAT
    config = _causal(
        Exaone4Config,
        tokenizer,
        sliding_window=16,
        layer_types=["sliding_attention", "full_attention"],
    )
    ids = {"bos_token_id": 1, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": 0}
    return tokenizer, config, ids


def _hunyuan(directory: Path) -> Built:
    from transformers import HunYuanDenseV1Config

    special = ["<|startoftext|>", "<|extra_0|>", "<|eos|>", "<|pad|>"]
    tokenizer = fast(
        byte_level_bpe(special),
        bos_token="<|startoftext|>",
        eos_token="<|eos|>",
        pad_token="<|pad|>",
        extra_special_tokens=["<|extra_0|>"],
    )
    tokenizer.chat_template = HUNYUAN_CHAT
    config = _causal(HunYuanDenseV1Config, tokenizer)
    ids = {"bos_token_id": 0, "eos_token_id": [2], "pad_token_id": 3}
    return tokenizer, config, {**ids, "do_sample": True, "repetition_penalty": 1.05}


FAMILIES: dict[str, Callable[[Path], Built]] = {
    "gemma3": _gemma3,
    "gemma3-chat": _gemma3_chat,
    "translategemma": _translategemma,
    "qwen3": _qwen3,
    "llama": _llama,
    "exaone4": _exaone4,
    "hunyuan": _hunyuan,
}
