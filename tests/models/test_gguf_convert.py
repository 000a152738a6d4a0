from __future__ import annotations

import json
import struct
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import tiny_gguf
import tiny_models
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from summarize.errors import WeightsError
from summarize.models import gguf_convert
from summarize.models.gguf_reader import read_header

pytest.importorskip("gguf")

# Older releases read Gemma's vocabulary from a GGUF without <bos>, or with other merges:
# one more reason for our own route, and no reference for it.
same_ids = pytest.mark.skipif(
    Version(version("transformers")) < Version("5.23"), reason="transformers reads it wrongly"
)

TEXTS = (
    *tiny_models.LINES[:4],
    *tiny_models.LINES[-4:],
    "",
    " ",
    "  two   and    four spaces\tand\t\ttabs ",
    "one\n\ntwo\n\n\nthree\n\n\n\n\nfive",
    "<bos>special<end_of_turn> in <table> the text [multimodal]<unused0>",
    "emoji 🙂, 漢字, é and \x00",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.write(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="module")
def ours(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("ours")
    gguf_convert.convert(file, directory)
    return directory


@pytest.fixture(scope="module")
def theirs(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same file through transformers' own GGUF loader."""
    directory = tmp_path_factory.mktemp("theirs")
    gguf_convert.convert_with_transformers(file, directory)
    return directory


def test_header_holds_what_the_gguf_package_reads(file: Path) -> None:
    from gguf import GGUFReader

    reader = GGUFReader(file)
    header = read_header(file)
    fields = {k: f.contents() for k, f in reader.fields.items() if not k.startswith("GGUF.")}
    assert dict(header.metadata) == fields
    assert header.architecture == "gemma3"
    places = [(t.name, tuple(reversed(t.shape.tolist())), t.data_offset) for t in reader.tensors]
    assert [(t.name, t.shape, t.offset) for t in header.tensors] == places


def test_takes_its_own_route_for_gemma3(file: Path, ours: Path) -> None:
    assert gguf_convert.is_gemma3(read_header(file))
    assert sorted(path.name for path in ours.iterdir()) == [
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ]


def test_weights_equal_those_of_transformers(ours: Path, theirs: Path) -> None:
    import torch
    from safetensors.torch import load_file

    mine = load_file(ours / "model.safetensors")
    reference = load_file(theirs / "model.safetensors")
    assert mine.keys() == reference.keys()
    assert {tensor.dtype for tensor in mine.values()} == {torch.bfloat16}
    assert [name for name in mine if not torch.equal(mine[name], reference[name])] == []


def test_config_equals_that_of_transformers(ours: Path, theirs: Path) -> None:
    from transformers import AutoConfig, GenerationConfig

    def load(directory: Path) -> dict[str, Any]:
        config = AutoConfig.from_pretrained(directory).to_dict()
        for key in ("_name_or_path", "_model_name_or_path", "transformers_version"):
            config.pop(key, None)
        return {key: value for key, value in config.items() if key != "unk_token_id"}

    assert load(ours) == load(theirs)
    generation = GenerationConfig.from_pretrained(ours)
    assert (generation.bos_token_id, generation.eos_token_id, generation.pad_token_id) == (2, 1, 0)


@pytest.fixture(scope="module")
def tokenizers(ours: Path, theirs: Path) -> tuple[Any, Any]:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(ours), AutoTokenizer.from_pretrained(theirs)


@same_ids
@pytest.mark.parametrize("text", TEXTS)
def test_ids_equal_those_of_transformers(tokenizers: tuple[Any, Any], text: str) -> None:
    mine, reference = tokenizers
    for options in ({}, {"add_special_tokens": False}, {"split_special_tokens": True}):
        ids = mine(text, **options).input_ids
        assert ids == reference(text, **options).input_ids, options
        for skip in (False, True):
            assert mine.decode(ids, skip_special_tokens=skip) == reference.decode(
                ids, skip_special_tokens=skip
            )


@same_ids
@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_has_the_same_ids_and_comes_back(tokenizers: tuple[Any, Any], text: str) -> None:
    mine, reference = tokenizers
    ids = mine(text, add_special_tokens=False).input_ids
    assert ids == reference(text, add_special_tokens=False).input_ids
    if "▁" not in text:  # stands for a space in the vocabulary
        assert mine.decode(ids, clean_up_tokenization_spaces=False) == text


def test_special_tokens_and_padding_side(tokenizers: tuple[Any, Any]) -> None:
    mine, reference = tokenizers
    for name in ("bos_token", "eos_token", "pad_token", "unk_token"):
        assert getattr(mine, name) == getattr(reference, name)
    assert mine.padding_side == "left"
    batch = mine(["a longer line of text", "short"], padding=True)
    assert batch.keys() == {"input_ids", "attention_mask"}
    assert batch.input_ids[1][0] == mine.pad_token_id


def test_logits_of_the_converted_model_are_those_of_transformers(ours: Path, theirs: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    ids = torch.tensor([[2, 300, 301, 302, 9, 310]])
    logits = [
        AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)(ids).logits
        for path in (ours, theirs)
    ]
    assert torch.equal(*logits)
    assert logits[0].isfinite().all()


def test_a_chat_template_is_kept(tmp_path: Path) -> None:
    template = "{{ bos_token }}{% for m in messages %}{{ m['content'] }}{% endfor %}"
    file = tiny_gguf.write(tmp_path / "chat.gguf", tokenizer__chat_template=template)
    directory = tmp_path / "out"
    directory.mkdir()
    gguf_convert.convert(file, directory)
    assert (directory / "chat_template.jinja").read_text() == template


def test_unknown_metadata_goes_to_transformers(tmp_path: Path) -> None:
    file = tiny_gguf.write(tmp_path / "scaled.gguf", gemma3__rope__scaling__type="linear")
    assert not gguf_convert.is_gemma3(read_header(file))


def test_an_architecture_that_nobody_knows(tmp_path: Path) -> None:
    import gguf

    writer = gguf.GGUFWriter(tmp_path / "odd.gguf", "nosucharch")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(WeightsError, match=r"odd\.gguf.*safetensors checkpoint"):
        gguf_convert.convert(tmp_path / "odd.gguf", tmp_path)


@pytest.mark.parametrize("keep", [3, 20, 60, 5_000, 20_000])
def test_a_cut_header(file: Path, tmp_path: Path, keep: int) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(WeightsError, match=r"cut\.gguf"):
        read_header(cut)


def test_cut_tensors(file: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(file.read_bytes()[:-2000])
    with pytest.raises(WeightsError, match="cut short"):
        gguf_convert.convert(cut, tmp_path)


def test_metadata_that_does_not_fit_the_tensors(file: Path, tmp_path: Path) -> None:
    content = file.read_bytes()
    key = b"tokenizer.ggml.bos_token_id"
    at = content.index(key) + len(key) + 4
    (tmp_path / "odd.gguf").write_bytes(content[:at] + b"\xff\xff\xff\x00" + content[at + 4 :])
    with pytest.raises(WeightsError, match=r"odd\.gguf is damaged"):
        gguf_convert.convert(tmp_path / "odd.gguf", tmp_path)


def test_other_files_and_versions(tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(WeightsError, match="not a GGUF file"):
        read_header(other)
    other.write_bytes(b"GGUF" + struct.pack("<IQQ", 1, 0, 0))
    with pytest.raises(WeightsError, match="version 1"):
        read_header(other)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_damaged_headers_raise_only_our_error(file: Path, data: st.DataObject) -> None:
    whole = bytearray(file.read_bytes()[:4096])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    damaged = file.with_name("damaged.gguf")
    damaged.write_bytes(whole)
    with suppress(WeightsError):
        read_header(damaged)


def test_json_is_readable_by_people(ours: Path) -> None:
    config = (ours / "config.json").read_text()
    assert json.loads(config)["model_type"] == "gemma3_text"
    assert len(config.splitlines()) > 10
