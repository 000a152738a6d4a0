"""What sets one encoder-decoder family apart from another, as plain fields.

Read from a Hugging Face config; the transformer is written once against these
fields. Knows no weights and no torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

from summarize.errors import UnsupportedModelError

FAIRSEQ = ("bart", "mbart", "m2m_100", "marian", "pegasus")
T5 = ("t5", "mt5", "umt5")
ACTIVATIONS = ("relu", "gelu", "gelu_new", "gelu_pytorch_tanh", "swish", "silu")

UNBOUNDED_SOURCE = 2_048
"""Source tokens that a slot holds where the model has relative positions and no limit."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """One encoder-decoder model's shape and ways.

    Args:
        model_type: transformers' name of the family; the naming of its weights follows it.
        width, heads, head_width: of the hidden states and of attention;
            heads * head_width need not be width (T5).
        encoder_layers, decoder_layers, encoder_inner, decoder_inner: depth, and the
            width between the two products of a feed-forward layer.
        source_vocabulary, vocabulary: rows of the two embeddings.
        positions: "learned" and "sinusoidal" are tables added to the embeddings,
            "relative" is a bias on the attention scores.
        position_offset: the row of the table that the first token takes.
        position_limit: the most tokens a sequence may have; None without a table.
        padding_has_no_position: a pad token takes row `pad` of the table and does
            not advance the count (M2M100).
        rms_norm: norms scale only, and subtract no mean.
        norm_before: norms stand before each part (and once at the end), not after.
        embedding_norm, final_norm: a norm after the embeddings; one after the last layer.
        embedding_scale, head_scale: factors on the embeddings, and on what enters the head.
        activation, gated: of the feed-forward layer; gated layers multiply two products.
        attention_scale: factor on the attention scores.
        relative_buckets, relative_distance: of the relative position bias.
        relative_in_every_layer: each layer has its own bias (UMT5), not all the first's.
        start, pad, eos: ids; `eos` may be several.
    """

    model_type: str
    width: int
    heads: int
    head_width: int
    encoder_layers: int
    decoder_layers: int
    encoder_inner: int
    decoder_inner: int
    source_vocabulary: int
    vocabulary: int
    positions: Literal["learned", "sinusoidal", "relative"]
    position_offset: int
    position_limit: int | None
    padding_has_no_position: bool
    rms_norm: bool
    norm_epsilon: float
    norm_before: bool
    embedding_norm: bool
    final_norm: bool
    embedding_scale: float
    head_scale: float
    activation: str
    gated: bool
    attention_scale: float
    relative_buckets: int
    relative_distance: int
    relative_in_every_layer: bool
    start: int
    pad: int
    eos: tuple[int, ...]

    @property
    def inner(self) -> int:
        """Width of queries, keys and values of all heads together."""
        return self.heads * self.head_width

    @property
    def longest_source(self) -> int:
        """Source tokens that a slot holds."""
        return self.position_limit or UNBOUNDED_SOURCE

    def starting_with(self, start: int | None) -> Architecture:
        """This architecture with another decoder start token; None for its own."""
        return self if start is None else replace(self, start=start)

    @classmethod
    def from_config(cls, config: Any) -> Architecture:
        """The architecture that a transformers config describes.

        Raises:
            UnsupportedModelError: not one of the families above, or a variant of one
                that the engine does not compute.
        """
        reason = supports(config)
        if reason is not None:
            known = ", ".join(FAIRSEQ + T5)
            raise UnsupportedModelError(
                f"the engine does not run this model: {reason}. Known types: {known}."
            )
        return _t5(config) if config.model_type in T5 else _fairseq(config)


def supports(config: Any) -> str | None:
    """Why the engine cannot run the model of this transformers config; None if it can."""
    kind = getattr(config, "model_type", None)
    if kind not in FAIRSEQ + T5:
        return f"it has no models of type {kind!r}"
    if not getattr(config, "is_encoder_decoder", False):
        return f"this {kind!r} config is of a decoder or encoder alone"
    if getattr(config, "quantization_config", None) is not None:
        return "its weights are quantized"
    activation = config.dense_act_fn if kind in T5 else config.activation_function
    if activation not in ACTIVATIONS:
        return f"the activation {activation!r} is not among {', '.join(ACTIVATIONS)}"
    if kind in FAIRSEQ:
        if config.encoder_attention_heads != config.decoder_attention_heads:
            return "its encoder and decoder have different numbers of heads"
        if config.d_model % config.decoder_attention_heads:
            return "its width is not a multiple of its heads"
    if config.decoder_start_token_id is None and config.pad_token_id is None:
        return "its config names no decoder start token"
    return None


def _fairseq(config: Any) -> Architecture:
    kind = config.model_type
    sinusoidal = kind in ("m2m_100", "marian", "pegasus")
    before = kind in ("mbart", "m2m_100", "pegasus")
    offset = {"bart": 2, "mbart": 2, "m2m_100": config.pad_token_id + 1}.get(kind, 0)
    return Architecture(
        model_type=kind,
        width=config.d_model,
        heads=config.decoder_attention_heads,
        head_width=config.d_model // config.decoder_attention_heads,
        encoder_layers=config.encoder_layers,
        decoder_layers=config.decoder_layers,
        encoder_inner=config.encoder_ffn_dim,
        decoder_inner=config.decoder_ffn_dim,
        source_vocabulary=config.vocab_size,
        vocabulary=getattr(config, "decoder_vocab_size", None) or config.vocab_size,
        positions="sinusoidal" if sinusoidal else "learned",
        position_offset=offset,
        position_limit=config.max_position_embeddings,
        padding_has_no_position=kind == "m2m_100",
        rms_norm=False,
        norm_epsilon=1e-5,  # torch.nn.LayerNorm's own; these configs name none
        norm_before=before,
        embedding_norm=kind in ("bart", "mbart"),
        final_norm=before,
        embedding_scale=math.sqrt(config.d_model) if config.scale_embedding else 1.0,
        head_scale=1.0,
        activation=config.activation_function,
        gated=False,
        attention_scale=(config.d_model // config.decoder_attention_heads) ** -0.5,
        relative_buckets=0,
        relative_distance=0,
        relative_in_every_layer=False,
        **_ids(config),
    )


def _t5(config: Any) -> Architecture:
    kind = config.model_type
    scaled = {
        "t5": getattr(config, "scale_decoder_outputs", config.tie_word_embeddings),
        "mt5": False,
        "umt5": config.tie_word_embeddings,
    }[kind]
    return Architecture(
        model_type=kind,
        width=config.d_model,
        heads=config.num_heads,
        head_width=config.d_kv,
        encoder_layers=config.num_layers,
        decoder_layers=config.num_decoder_layers,
        encoder_inner=config.d_ff,
        decoder_inner=config.d_ff,
        source_vocabulary=config.vocab_size,
        vocabulary=config.vocab_size,
        positions="relative",
        position_offset=0,
        position_limit=None,
        padding_has_no_position=False,
        rms_norm=True,
        norm_epsilon=config.layer_norm_epsilon,
        norm_before=True,
        embedding_norm=False,
        final_norm=True,
        embedding_scale=1.0,
        head_scale=config.d_model**-0.5 if scaled else 1.0,
        activation=config.dense_act_fn,
        gated=config.is_gated_act,
        attention_scale=1.0,
        relative_buckets=config.relative_attention_num_buckets,
        relative_distance=config.relative_attention_max_distance,
        relative_in_every_layer=kind == "umt5",
        **_ids(config),
    )


def _ids(config: Any) -> dict[str, Any]:
    start = config.decoder_start_token_id
    pad = config.pad_token_id
    eos = config.eos_token_id
    return {
        "start": start if start is not None else pad,
        "pad": pad if pad is not None else 0,
        "eos": () if eos is None else (eos,) if isinstance(eos, int) else tuple(eos),
    }
