"""Model families: what all checkpoints of one architecture and training recipe share.

How a family codes languages, what its prompts look like, how much it reads, and
how it is searched by default. Knows no torch, no tokenizer, no single checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from summarize.errors import UnsupportedLanguageError
from summarize.models import languages
from summarize.options import SUMMARIZATION, TEXT2TEXT, TRANSLATION

Architecture = Literal["seq2seq", "causal"]

Prompt = Literal["seq2seq", "chat", "fewshot", "tuned"]
"""How a model is asked. "tuned" is a base model that an adapter has taught to answer unshown."""

Coding = Literal["none", "tokens", "target_token", "words"]
"""How a family is told the languages: not at all; by one token before the source and
one forced as the first of the output; by a target token before the source; in words."""

GREEDY: Mapping[str, Any] = {"num_beams": 1}


@dataclass(frozen=True, slots=True)
class Family:
    """One family of models.

    Args:
        name: how the catalog calls it.
        model_types: `model_type` values of config.json that are of this family.
        architecture: "seq2seq" or "causal".
        tasks: what its models can be asked for; a catalog entry may do less.
        coding: how it is told the languages.
        codes: ISO 639-1 code to the family's own.
        token: the language token, with {} for the family's code.
        own_code: pattern of further codes that are taken as they are.
        input_limit: tokens that it was trained to read: of the whole input for
            encoder-decoders, of the text in it for causal models; None for as many
            as the model has positions.
        prefixes: by task, what opens the input; {source} and {target} are language names.
        generation: by task, defaults under the names of `SearchOptions`.
        own_lengths: whether a checkpoint's max_length and min_length are heeded.
    """

    name: str
    model_types: tuple[str, ...]
    architecture: Architecture = "seq2seq"
    tasks: tuple[str, ...] = (SUMMARIZATION, TRANSLATION, TEXT2TEXT)
    coding: Coding = "none"
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    token: str = "{}"
    own_code: str = ""
    input_limit: int | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict, hash=False)
    generation: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    own_lengths: bool = True


SUMMARY = {"num_beams": 4, "max_new_tokens": 142, "no_repeat_ngram_size": 3}
TRANSLATE = {"num_beams": 5, "max_new_tokens": 256}
CHAT = {
    SUMMARIZATION: {**GREEDY, "max_new_tokens": 320},
    TRANSLATION: {**GREEDY, "max_new_tokens": 512},
    TEXT2TEXT: {**GREEDY, "max_new_tokens": 512},
}

SEQ2SEQ = Family("seq2seq", ())
"""An encoder-decoder that the catalog does not describe: its own generation config decides."""

CAUSAL = Family(
    "causal",
    (),
    architecture="causal",
    coding="words",
    codes=languages.SAME,
    input_limit=4096,
    generation=CHAT,
)
"""A decoder-only model: by its chat template, else by a few-shot prompt."""

FAMILIES: tuple[Family, ...] = (
    Family(
        "bart",
        ("bart",),
        input_limit=1024,
        generation={SUMMARIZATION: SUMMARY},
    ),
    Family(
        "pegasus",
        ("pegasus", "pegasus_x", "bigbird_pegasus"),
        generation={SUMMARIZATION: {**SUMMARY, "length_penalty": 0.8}},
    ),
    Family(
        "mbart50",
        ("mbart",),
        coding="tokens",
        codes=languages.MBART50,
        own_code=r"[a-z]{2}_[A-Z]{2}",
        input_limit=512,
        generation={TRANSLATION: TRANSLATE, SUMMARIZATION: SUMMARY},
        own_lengths=False,
    ),
    Family(
        "m2m100",
        ("m2m_100",),
        tasks=(TRANSLATION, TEXT2TEXT),
        coding="tokens",
        codes=languages.M2M100,
        token="__{}__",
        input_limit=512,
        generation={TRANSLATION: TRANSLATE},
        own_lengths=False,
    ),
    Family(
        "nllb",
        ("nllb", "nllb-moe"),
        tasks=(TRANSLATION, TEXT2TEXT),
        coding="tokens",
        codes=languages.FLORES,
        own_code=r"[a-z]{3}_[A-Z][a-z]{3}",
        input_limit=512,
        generation={TRANSLATION: TRANSLATE},
        own_lengths=False,
    ),
    Family(
        "marian",
        ("marian",),
        tasks=(TRANSLATION, TEXT2TEXT),
        coding="target_token",
        codes=languages.MARIAN,
        token=">>{}<<",
        own_code=r"[a-z]{2,3}(_[A-Za-z]+)?",
        input_limit=512,
        generation={TRANSLATION: {**TRANSLATE, "num_beams": 4}},
        own_lengths=False,
    ),
    Family(
        "madlad",
        (),
        tasks=(TRANSLATION, TEXT2TEXT),
        coding="target_token",
        codes={**languages.SAME, "zh-hant": "zh_Hant"},
        token="<2{}>",
        own_code=r"[a-z]{2,3}(_[A-Z][a-z]{3})?",
        input_limit=256,
        generation={TRANSLATION: {**TRANSLATE, "num_beams": 4}},
        own_lengths=False,
    ),
    Family(
        "t5",
        ("t5", "longt5", "switch_transformers"),
        coding="words",
        codes=languages.SAME,
        input_limit=512,
        prefixes={
            SUMMARIZATION: "summarize: ",
            TRANSLATION: "translate {source} to {target}: ",
        },
        generation={SUMMARIZATION: SUMMARY, TRANSLATION: {**TRANSLATE, "num_beams": 4}},
    ),
    Family(
        "mt5",
        ("mt5", "umt5"),
        input_limit=512,
        generation={SUMMARIZATION: {**SUMMARY, "max_new_tokens": 84}},
    ),
    Family(
        "gemma3",
        ("gemma3_text", "gemma3"),
        architecture="causal",
        coding="words",
        codes=languages.SAME,
        input_limit=8192,
        generation=CHAT,
    ),
    Family(
        "qwen3",
        ("qwen3", "qwen2"),
        architecture="causal",
        coding="words",
        codes=languages.SAME,
        input_limit=8192,
        generation=CHAT,
    ),
    Family(
        "hunyuan",
        ("hunyuan_v1_dense",),
        architecture="causal",
        coding="words",
        codes=languages.SAME,
        input_limit=4096,
        generation=CHAT,
    ),
    Family(
        "exaone",
        ("exaone4",),
        architecture="causal",
        coding="words",
        codes=languages.SAME,
        input_limit=8192,
        generation=CHAT,
    ),
    Family(
        "llama",
        ("llama", "hyperclovax", "smollm3"),
        architecture="causal",
        coding="words",
        codes=languages.SAME,
        input_limit=4096,
        generation=CHAT,
    ),
)

BY_NAME = {family.name: family for family in (*FAMILIES, SEQ2SEQ, CAUSAL)}


def family_of(
    model_type: str, *, is_encoder_decoder: bool = True, vocabulary: Container[str] = ()
) -> Family:
    """The family of a checkpoint that the catalog has no entry for.

    Args:
        model_type: as in config.json.
        is_encoder_decoder: as in config.json; decides for unknown types.
        vocabulary: the tokenizer's tokens; language tokens tell NLLB from M2M100
            and MADLAD from T5, which share their architecture.
    """
    if model_type == "m2m_100" and "eng_Latn" in vocabulary:
        return BY_NAME["nllb"]
    if model_type == "t5" and "<2en>" in vocabulary:
        return BY_NAME["madlad"]
    for family in FAMILIES:
        if model_type in family.model_types:
            return family
    return SEQ2SEQ if is_encoder_decoder else CAUSAL


def language_code(family: Family, language: str) -> str:
    """The code that `family` uses for `language`: an ISO 639-1 code, or the family's own.

    Raises:
        UnsupportedLanguageError: the family does not document it; the message lists its codes.
    """
    iso = language.strip().lower().replace("_", "-")
    for candidate in (iso, iso.split("-")[0] if len(iso) == 5 else iso):
        if candidate in family.codes:
            return family.codes[candidate]
    if language in family.codes.values():
        return language
    if family.own_code and re.fullmatch(family.own_code, language):
        return language
    known = ", ".join(family.codes) or "none: its models are of one language"
    raise UnsupportedLanguageError(
        f"{family.name} models do not take the language {language!r}. Known: {known}."
    )


def iso_code(family: Family, language: str) -> str:
    """The reverse of `language_code`; what has no ISO code comes back as it is."""
    if language in family.codes:
        return language
    code = language_code(family, language) if family.codes else language
    return next((iso for iso, known in family.codes.items() if known == code), language)


def language_name(language: str) -> str:
    """The English name of a language; the code itself where no name is known."""
    return languages.NAMES.get(language.lower().split("-")[0].split("_")[0], language)
