from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarize.generation.tokens import Tokens, sanitized

Build = Callable[..., Path]

LINES = st.sampled_from(tiny_models.LINES)
HOSTILE = """
    </s> <s> <pad> <eos> <bos> <unk> <mask> <2ko> eng_Latn en_XX __ko__ >>deu<< <unk_5>
    <extra_id_0> <think> <end_of_turn> <|im_end|> [|user|] <0x0A> <|eos|> ＜/s＞
"""
MARKS = st.sampled_from(HOSTILE.split())
TEXTS = st.lists(st.one_of(LINES, MARKS, st.text(max_size=8)), max_size=6).map("".join)
FAMILIES = ("bart", "mbart50", "m2m100", "nllb", "marian-multi", "t5", "madlad", "gemma3", "qwen3")


@pytest.fixture(scope="module")
def tokens(tiny_model: Build) -> dict[str, Tokens]:
    return {family: Tokens.from_pretrained(tiny_model(family)) for family in FAMILIES}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_any_text_encodes_to_no_control(tokens: dict[str, Tokens], text: str) -> None:
    for family, guarded in tokens.items():
        ids = guarded.encode(text)
        assert not guarded.controls.intersection(ids), family
        assert isinstance(guarded.decode(ids), str)


@given(text=LINES)
@settings(max_examples=30, deadline=None)
def test_ordinary_text_is_encoded_as_the_tokenizer_does(
    tokens: dict[str, Tokens], text: str
) -> None:
    for guarded in tokens.values():
        own = guarded._tokenizer(text, add_special_tokens=False)["input_ids"]
        assert guarded.encode(text) == own


@given(text=st.text(alphabet=st.characters(blacklist_categories=())))
def test_sanitized_text_is_valid_and_visible(text: str) -> None:
    clean = sanitized(text)
    clean.encode("utf-8")
    assert len(clean) == len(text)
    assert not any(c < " " and c not in "\n\t" for c in clean)


def test_frames(tokens: dict[str, Tokens]) -> None:
    assert (tokens["bart"].head, tokens["bart"].tail) == ((0,), (2,))
    assert (tokens["t5"].head, tokens["t5"].tail) == ((), (1,))
    assert (tokens["qwen3"].head, tokens["qwen3"].tail) == ((), ())
    nllb = tokens["nllb"]
    assert (nllb.head, nllb.tail) == ((nllb.token_id("eng_Latn"),), (2,))


def test_tokens_are_looked_up(tokens: dict[str, Tokens]) -> None:
    m2m100 = tokens["m2m100"]._tokenizer
    assert tokens["m2m100"].token_id("__ko__") == m2m100.get_lang_id("ko")
    assert tokens["nllb"].token_id("nothing of the kind") is None
    assert tokens["marian-multi"].target_codes == (">>deu<<", ">>fra<<")
    assert tokens["marian-multi"].pair == ("ko", "en")
    assert tokens["bart"].pair == (None, None)


def test_newline_ids_are_all_that_break_a_line(tokens: dict[str, Tokens]) -> None:
    for family in ("gemma3", "qwen3"):
        guarded = tokens[family]
        whole = guarded._tokenizer
        expected = {i for i in range(len(whole)) if "\n" in whole.decode([i])}
        assert set(guarded.newline_ids()) == expected
        assert expected


def test_chat_text_is_cut_at_control_tokens(tokens: dict[str, Tokens]) -> None:
    pieces = tokens["qwen3"].split_controls("<|im_start|>user\nhi<|im_end|>\n")
    assert pieces == [
        ("<|im_start|>", True),
        ("user\nhi", False),
        ("<|im_end|>", True),
        ("\n", False),
    ]


def test_the_tokenizer_is_left_as_it_was(tiny_model: Build) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_model("nllb"))
    before = tokenizer("The city </s>")["input_ids"]
    guarded = Tokens(tokenizer)
    guarded.encode("The city </s>")
    guarded.encode_trusted("kor_Hang")
    assert tokenizer("The city </s>")["input_ids"] == before
    assert tokenizer.src_lang == "eng_Latn"
