"""Tiny random checkpoints with real tokenizers, saved the way the Hub stores them.

Every family that the catalog knows has a builder: it trains a tokenizer on the
lines of `tiny_tokenizers` (SentencePiece or byte-level BPE), makes a random model of two
layers, and saves both with the file names, configs and generation defaults that
the family's published checkpoints have. Same arguments, same bytes.

    directory = build("nllb", tmp_path)           # a checkpoint to load
    directory = build("bart", tmp_path, peaked=True)   # one with decided outputs

`peaked` makes the distribution over the next token sharp, so that greedy and
beam search do not hang on rounding. This module knows nothing of `summarize`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tiny_causal
from tiny_causal import Built
from tiny_tokenizers import (
    LINES,
    POSITIONS,
    byte_level_bpe,
    fast,
    sentencepiece_model,
    t5_tokenizer,
    write_json,
)
from tiny_tokenizers import pieces as _pieces

__all__ = ["CAUSAL", "FAMILIES", "LINES", "SEQ2SEQ", "build", "sentencepiece_model"]

PEAK = 20.0

NLLB_CODES = ["eng_Latn", "kor_Hang", "deu_Latn", "fra_Latn", "jpn_Jpan", "zho_Hans", "ron_Latn"]


def build(family: str, directory: str | Path, *, seed: int = 0, peaked: bool = False) -> Path:
    """Save a tiny checkpoint of `family` (a key of `FAMILIES`) in `directory`; returns it."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Marian recommends sacremoses
        tokenizer, config, generation = FAMILIES[family](directory)
        _save_model(config, generation, directory, seed, peaked)
    if tokenizer is not None:
        tokenizer.save_pretrained(directory)
    return directory


# -- models ---------------------------------------------------------------------------


def _save_model(
    config: Any, generation: dict[str, Any], directory: Path, seed: int, peaked: bool
) -> None:
    import torch
    from transformers import (
        AutoModelForCausalLM,
        AutoModelForSeq2SeqLM,
        GenerationConfig,
        set_seed,
    )

    auto = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    with torch.random.fork_rng(devices=[]):
        set_seed(seed)
        model = auto.from_config(config, dtype=torch.float32)
        _randomize(model, seed, peaked)
    model.generation_config = GenerationConfig(**generation)
    model.save_pretrained(directory)


def _randomize(model: Any, seed: int, peaked: bool) -> None:
    """Weights large enough that the output depends on the input.

    Embeddings stay small beside the layers: tied ones would else repeat their input.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad and parameter.dim() >= 2:
                tied = any(part in name for part in ("embed", "shared", "lm_head"))
                parameter.normal_(0.0, 0.05 if tied else 0.4, generator=generator)
        if peaked:
            scale = 5.0 if model.config.model_type in {"t5", "mt5", "umt5"} else 1.0
            _last_norm(model).weight.add_(PEAK * scale)


def _last_norm(model: Any) -> Any:
    """The norm right before the output embeddings, whose scale is that of the logits."""
    endings = (
        "model.decoder.layer_norm",
        "decoder.final_layer_norm",
        "model.norm",
        "decoder.layers.1.final_layer_norm",
    )
    modules = dict(model.named_modules())
    names = [name for ending in endings for name in modules if name.endswith(ending)]
    return modules[names[0]]


def _bart_like(config_class: Any, vocabulary: int, **changes: Any) -> Any:
    return config_class(
        **{
            "vocab_size": vocabulary,
            "d_model": 32,
            "encoder_layers": 2,
            "decoder_layers": 2,
            "encoder_attention_heads": 4,
            "decoder_attention_heads": 4,
            "encoder_ffn_dim": 48,
            "decoder_ffn_dim": 48,
            "max_position_embeddings": POSITIONS,
            **changes,
        }
    )


def _t5_like(config_class: Any, vocabulary: int, **changes: Any) -> Any:
    return config_class(
        **{
            "vocab_size": vocabulary,
            "d_model": 32,
            "d_kv": 8,
            "d_ff": 48,
            "num_layers": 2,
            "num_decoder_layers": 2,
            "num_heads": 4,
            "decoder_start_token_id": 0,
            "pad_token_id": 0,
            "eos_token_id": 1,
            **changes,
        }
    )


def _bart(directory: Path) -> Built:
    from transformers import BartConfig, BartTokenizer

    backend = byte_level_bpe(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    backend.model.save(str(directory))
    tokenizer = BartTokenizer.from_pretrained(directory, model_max_length=POSITIONS)
    generation = {
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
        "decoder_start_token_id": 2,
        "forced_bos_token_id": 0,
        "forced_eos_token_id": 2,
        "num_beams": 4,
        "length_penalty": 2.0,
        "early_stopping": True,
        "no_repeat_ngram_size": 3,
        "max_length": 142,
        "min_length": 56,
    }
    return tokenizer, _bart_like(BartConfig, len(tokenizer)), generation


def _kobart(directory: Path) -> Built:
    """KoBART: BART's shape, a PreTrainedTokenizerFast that adds no special tokens."""
    from transformers import BartConfig

    special = ["<s>", "</s>", "<usr>", "<pad>", "<sys>", "<unk>", "<mask>"]
    tokenizer = fast(
        byte_level_bpe(special),
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )
    ids = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 3, "decoder_start_token_id": 1}
    config = _bart_like(BartConfig, len(tokenizer), forced_eos_token_id=1, **ids)
    return tokenizer, config, {**ids, "forced_eos_token_id": 1}


def _mbart50(directory: Path) -> Built:
    from transformers import MBart50Tokenizer, MBartConfig

    (directory / "sentencepiece.bpe.model").write_bytes(sentencepiece_model())
    tokenizer = MBart50Tokenizer.from_pretrained(directory, model_max_length=POSITIONS)
    ids = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    config = _bart_like(
        MBartConfig, len(tokenizer), scale_embedding=True, tokenizer_class="MBart50Tokenizer", **ids
    )
    generation = {
        **ids,
        "forced_eos_token_id": 2,
        "num_beams": 5,
        "max_length": 200,
        "early_stopping": True,
    }
    return tokenizer, config, generation


def _m2m100(directory: Path) -> Built:
    from transformers import M2M100Config, M2M100Tokenizer
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    model = sentencepiece_model()
    spm = directory / "sentencepiece.bpe.model"
    spm.write_bytes(model)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *_pieces(model)[3:]]
    vocab = write_json(directory / "vocab.json", {piece: i for i, piece in enumerate(pieces)})
    languages = [f"__{code}__" for code in FAIRSEQ_LANGUAGE_CODES["m2m100"]]
    tokenizer = M2M100Tokenizer(
        str(vocab), str(spm), model_max_length=POSITIONS, additional_special_tokens=languages
    )
    ids = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    size = len(pieces) + len(tokenizer.lang_code_to_id) + tokenizer.num_madeup_words
    config = _bart_like(M2M100Config, size, scale_embedding=True, **ids)
    return tokenizer, config, {**ids, "num_beams": 5, "max_length": 200, "early_stopping": True}


def _nllb(directory: Path) -> Built:
    from transformers import M2M100Config, NllbTokenizer

    (directory / "sentencepiece.bpe.model").write_bytes(sentencepiece_model("bpe"))
    tokenizer = NllbTokenizer.from_pretrained(
        directory, model_max_length=POSITIONS, additional_special_tokens=NLLB_CODES
    )
    ids = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    config = _bart_like(
        M2M100Config, len(tokenizer), scale_embedding=True, tokenizer_class="NllbTokenizer", **ids
    )
    return tokenizer, config, {**ids, "max_length": 200}


def _marian(directory: Path, codes: tuple[str, ...] = ()) -> Built:
    from transformers import MarianConfig, MarianTokenizer

    model = sentencepiece_model()
    for side in ("source.spm", "target.spm"):
        (directory / side).write_bytes(model)
    pieces = ["</s>", "<unk>", *_pieces(model)[3:], *codes, "<pad>"]
    vocab = write_json(directory / "vocab.json", {piece: i for i, piece in enumerate(pieces)})
    tokenizer = MarianTokenizer(
        str(directory / "source.spm"),
        str(directory / "target.spm"),
        str(vocab),
        source_lang="ko",
        target_lang="en",
    )
    pad = len(pieces) - 1
    ids = {"eos_token_id": 0, "pad_token_id": pad, "decoder_start_token_id": pad}
    config = _bart_like(
        MarianConfig,
        len(pieces),
        decoder_vocab_size=len(pieces),
        scale_embedding=True,
        static_position_embeddings=True,
        activation_function="swish",
        **ids,
    )
    generation = {
        **ids,
        "bos_token_id": 0,
        "forced_eos_token_id": 0,
        "bad_words_ids": [[pad]],
        "num_beams": 6,
        "max_length": 512,
    }
    return tokenizer, config, generation


def _marian_multi(directory: Path) -> Built:
    """Marian with several target languages: a `>>code<<` token opens the source."""
    return _marian(directory, (">>deu<<", ">>fra<<"))


def _pegasus(directory: Path) -> Built:
    from transformers import PegasusConfig, PegasusTokenizer

    pieces = ["<mask_1>", "<mask_2>", *(f"<unk_{i}>" for i in range(2, 103))]
    model = sentencepiece_model(
        vocab_size=760,
        pad_id=0,
        eos_id=1,
        bos_id=-1,
        unk_id=2 + len(pieces),
        user_defined_symbols=",".join(pieces),
    )
    (directory / "spiece.model").write_bytes(model)
    tokenizer = PegasusTokenizer.from_pretrained(directory, model_max_length=POSITIONS)
    ids = {"pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0}
    config = _bart_like(
        PegasusConfig, len(tokenizer), scale_embedding=True, static_position_embeddings=True, **ids
    )
    generation = {
        **ids,
        "bos_token_id": 0,
        "forced_eos_token_id": 1,
        "num_beams": 8,
        "length_penalty": 0.6,
        "max_length": 64,
    }
    return tokenizer, config, generation


T5_GENERATION = {"pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0}


def _t5(directory: Path) -> Built:
    from transformers import T5Config

    tokenizer = t5_tokenizer(directory)
    beam = {"early_stopping": True, "num_beams": 4}
    tasks: dict[str, Any] = {
        "summarization": {
            **beam,
            "length_penalty": 2.0,
            "max_length": 200,
            "min_length": 30,
            "no_repeat_ngram_size": 3,
            "prefix": "summarize: ",
        }
    }
    for code, language in (("de", "German"), ("fr", "French"), ("ro", "Romanian")):
        prefix = f"translate English to {language}: "
        tasks[f"translation_en_to_{code}"] = {**beam, "max_length": 300, "prefix": prefix}
    config = _t5_like(T5Config, len(tokenizer), task_specific_params=tasks)
    return tokenizer, config, T5_GENERATION


def _flan_t5(directory: Path) -> Built:
    from transformers import T5Config

    tokenizer = t5_tokenizer(directory)
    config = _t5_like(
        T5Config, len(tokenizer), feed_forward_proj="gated-gelu", tie_word_embeddings=False
    )
    return tokenizer, config, T5_GENERATION


def _mt5(directory: Path) -> Built:
    """As csebuetnlp/mT5_multilingual_XLSum: a SentencePiece file and no tokenizer.json."""
    from transformers import MT5Config

    tokenizer = t5_tokenizer(directory, extra_ids=0)
    settings = {"tokenizer_class": "T5Tokenizer", "extra_ids": 0, "model_max_length": POSITIONS}
    write_json(directory / "tokenizer_config.json", settings)
    config = _t5_like(MT5Config, len(tokenizer), feed_forward_proj="gated-gelu")
    generation = {
        **T5_GENERATION,
        "length_penalty": 0.6,
        "max_length": 84,
        "num_beams": 4,
        "no_repeat_ngram_size": 2,
    }
    return None, config, generation


def _umt5(directory: Path) -> Built:
    from transformers import UMT5Config

    tokenizer = t5_tokenizer(directory)
    config = _t5_like(UMT5Config, len(tokenizer), feed_forward_proj="gated-gelu")
    return tokenizer, config, T5_GENERATION


def _madlad(directory: Path) -> Built:
    """T5 whose target language is a `<2xx>` symbol of the SentencePiece vocabulary."""
    from transformers import T5Config

    tokenizer = t5_tokenizer(directory, "<2en>,<2ko>,<2de>,<2fr>", extra_ids=0)
    config = _t5_like(
        T5Config, len(tokenizer), feed_forward_proj="gated-gelu", tie_word_embeddings=False
    )
    return tokenizer, config, {**T5_GENERATION, "max_length": 256}


def _led(directory: Path) -> Built:
    """A family the catalog does not describe."""
    from transformers import LEDConfig, LEDTokenizer

    byte_level_bpe(["<s>", "<pad>", "</s>", "<unk>", "<mask>"]).model.save(str(directory))
    tokenizer = LEDTokenizer.from_pretrained(directory, model_max_length=POSITIONS)
    ids = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    config = LEDConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=48,
        decoder_ffn_dim=48,
        max_encoder_position_embeddings=POSITIONS,
        max_decoder_position_embeddings=POSITIONS,
        attention_window=16,
    )
    return tokenizer, config, {**ids, "num_beams": 2, "max_length": 40, "min_length": 4}


FAMILIES: dict[str, Callable[[Path], Built]] = {
    "bart": _bart,
    "kobart": _kobart,
    "mbart50": _mbart50,
    "m2m100": _m2m100,
    "nllb": _nllb,
    "marian": _marian,
    "marian-multi": _marian_multi,
    "pegasus": _pegasus,
    "t5": _t5,
    "flan-t5": _flan_t5,
    "mt5": _mt5,
    "umt5": _umt5,
    "madlad": _madlad,
    "led": _led,
    **tiny_causal.FAMILIES,
}
CAUSAL = tuple(tiny_causal.FAMILIES)
SEQ2SEQ = tuple(family for family in FAMILIES if family not in CAUSAL)
