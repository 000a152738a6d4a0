from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import tiny_gguf
from hub_server import HubServer, hub_fixture  # noqa: F401
from hypothesis import given, settings
from hypothesis import strategies as st

from summarize.errors import (
    OptionError,
    RefusedModelError,
    UnknownModelError,
    WeightsError,
    WeightsNotFoundError,
)
from summarize.models import catalog, embedded, weights
from summarize.models import hub as hub_room
from summarize.models.weights import check, check_safetensors, find, locate

BART = "facebook/bart-large-cnn"
REPOSITORY = "me/tiny-bart"


@pytest.fixture
def model(tiny_model: Callable[..., Path], tmp_path: Path) -> Path:
    """A tiny BART in a directory of the test's own."""
    return Path(shutil.copytree(tiny_model("bart"), tmp_path / "model"))


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def shard(directory: Path) -> list[str]:
    """Cut the model's weights into shards with an index; returns the shards' names."""
    from transformers import AutoModelForSeq2SeqLM

    model = AutoModelForSeq2SeqLM.from_pretrained(directory)
    (directory / "model.safetensors").unlink()
    model.save_pretrained(directory, max_shard_size="60KB")
    names = sorted(path.name for path in directory.glob("model-*.safetensors"))
    assert len(names) > 1
    return names


# -- directories ----------------------------------------------------------------------


@pytest.mark.usefixtures("socket_disabled")
def test_a_directory_is_taken_as_it_is(model: Path) -> None:
    for name in (model, str(model)):
        found = locate(name)
        assert (found.directory, found.source, found.revision) == (model, "directory", None)
        assert found.name == str(model)


def test_a_relative_directory_and_the_home_directory(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(model.parent)
    monkeypatch.setenv("HOME", str(model.parent))
    monkeypatch.setenv("USERPROFILE", str(model.parent))
    assert locate("model").directory == Path("model")
    assert locate("~/model").directory == model


def test_a_directory_wins_over_the_catalog_only_if_it_holds_a_model(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(model.parent)
    monkeypatch.setattr(embedded, "directory", lambda: Path("converted"))
    Path("embedded").mkdir()
    assert locate("embedded").source == "package"
    Path("embedded").rmdir()
    Path("embedded").write_text("notes, not a model")
    assert locate("embedded").source == "package"
    Path("embedded").unlink()
    shutil.copytree("model", "embedded")
    assert locate("embedded").source == "directory"


@pytest.mark.parametrize(
    "name",
    ["./no-such", "/no/such", "~/no-such", "~no-such-user/x", "a/b/c", Path("no-such-directory")],
)
def test_a_path_to_nothing(name: str | Path) -> None:
    with pytest.raises(UnknownModelError, match="There is no directory"):
        locate(name)


def test_a_file_that_is_no_model(model: Path) -> None:
    with pytest.raises(WeightsError, match="is a file, not a model directory"):
        locate(model / "config.json")


def test_a_directory_has_no_revision(model: Path) -> None:
    with pytest.raises(OptionError, match="no revision 'main'"):
        locate(model, revision="main")


def test_a_directory_without_a_config(model: Path) -> None:
    (model / "config.json").unlink()
    with pytest.raises(WeightsError, match=r"holds no config\.json.*save_pretrained"):
        locate(model)


@pytest.mark.parametrize("text", ["{", "[]", "\udcff"])
def test_a_config_that_is_no_json_object(model: Path, text: str) -> None:
    (model / "config.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(WeightsError, match=r"config\.json is not"):
        locate(model)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "best.ckpt", "model.pth"])
def test_pickle_is_refused(model: Path, name: str) -> None:
    (model / "model.safetensors").rename(model / name)
    with pytest.raises(WeightsError, match=rf"only pickle weights \({name}\).*refs/pr"):
        locate(model)


def test_no_weights_at_all(model: Path) -> None:
    (model / "model.safetensors").unlink()
    with pytest.raises(WeightsNotFoundError, match=r"holds no weights; model\.safetensors"):
        locate(model)
    (model / "tf_model.h5").write_bytes(b"")
    with pytest.raises(WeightsNotFoundError, match=r"holds only tf_model\.h5"):
        locate(model)


def test_no_tokenizer(model: Path) -> None:
    for path in model.iterdir():
        if path.name not in {"config.json", "model.safetensors", "generation_config.json"}:
            path.unlink()
    with pytest.raises(WeightsError, match="no tokenizer"):
        locate(model)


def test_shards(model: Path) -> None:
    names = shard(model)
    assert locate(model).directory == model
    whole = (model / names[0]).read_bytes()
    (model / names[0]).write_bytes(whole[:-1])
    with pytest.raises(WeightsError, match=rf"{names[0]} is truncated"):
        locate(model)
    (model / names[0]).unlink()
    with pytest.raises(WeightsError, match=rf"lacks 1 of {len(names)} shards, such as {names[0]}"):
        locate(model)
    (model / hub_room.INDEX).write_text("{}")
    with pytest.raises(WeightsError, match="names no shards"):
        locate(model)


def test_a_truncated_file_says_both_sizes(model: Path) -> None:
    file = model / "model.safetensors"
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(
        WeightsError, match=rf"model\.safetensors.*has {size - 100:,} bytes.*says {size:,}"
    ):
        locate(model)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1234567",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 13) + b'{"a": "wrong"}',
        struct.pack("<Q", 1 << 60) + b"{}",
    ],
)
def test_what_is_not_safetensors(model: Path, content: bytes) -> None:
    (model / "model.safetensors").write_bytes(content)
    with pytest.raises(WeightsError, match=r"model\.safetensors is not a whole.*git lfs pull"):
        locate(model)


@settings(deadline=None, max_examples=150)
@given(
    content=st.binary(max_size=200) | st.binary(max_size=60).map(lambda b: b"\x20" + bytes(7) + b)
)
def test_any_bytes_raise_only_our_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.safetensors"
    file.write_bytes(content)
    with suppress(WeightsError):
        check_safetensors(file)


def test_every_tiny_family_passes(tiny_model: Callable[..., Path]) -> None:
    for family in ("bart", "marian", "nllb", "t5"):
        check(tiny_model(family))


def test_a_gguf_file_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gguf")
    monkeypatch.setenv("SUMMARIZE_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "mine" / "tiny.gguf"
    file.parent.mkdir()
    tiny_gguf.write(file)
    found = locate(file)
    assert found.source == "directory"
    assert found.directory.parent == tmp_path / "cache"
    check(found.directory)
    assert locate(file.parent).directory == found.directory
    written = (found.directory / "manifest.json").stat().st_mtime_ns
    assert locate(str(file)).directory == found.directory
    assert (found.directory / "manifest.json").stat().st_mtime_ns == written

    tiny_gguf.write(file, seed=1)
    before = (found.directory / "model.safetensors").read_bytes()
    assert (locate(file).directory / "model.safetensors").read_bytes() != before

    shutil.copy(file, file.with_name("other.gguf"))
    with pytest.raises(WeightsError, match=r"2 \.gguf files.*other\.gguf, tiny\.gguf"):
        locate(file.parent)


# -- names ----------------------------------------------------------------------------


@pytest.mark.usefixtures("socket_disabled")
def test_a_refused_checkpoint_says_why() -> None:
    with pytest.raises(RefusedModelError, match="opus-mt-tc-big-en-ko"):
        locate("Helsinki-NLP/opus-mt-tc-big-en-ko")


@pytest.mark.parametrize("name", ["embedded", embedded.EMBEDDED.name])
def test_the_embedded_model(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "directory", lambda: tmp_path)
    found = locate(name)
    assert found == weights.Weights(embedded.EMBEDDED.name, tmp_path, "package", "1.0.0")
    with pytest.raises(OptionError, match="no revision"):
        locate(name, revision="main")


@pytest.mark.usefixtures("socket_disabled")
def test_offline_and_not_cached(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError, match=r"not in the Hub cache.*--offline.*directory"):
        locate(BART, offline=True, cache_dir=tmp_path)


@pytest.mark.usefixtures("socket_disabled")
@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_the_environment_says_offline(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(WeightsNotFoundError, match="offline mode forbids"):
        locate(BART, cache_dir=tmp_path)


@pytest.mark.usefixtures("socket_disabled")
@pytest.mark.parametrize("name", ["bart-large-cn", "embeded"])
def test_an_unknown_word_lists_close_names(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match=r"Close names in the catalog: .*summarize models"):
        locate(name, offline=True, cache_dir=tmp_path)


@pytest.mark.parametrize("name", ["two words", "-dash", "a..b", "x" * 300, "", "웹 뉴스", "a\0b"])
def test_an_impossible_name(hub: HubServer, name: str) -> None:
    with pytest.raises(UnknownModelError):
        locate(name)
    assert hub.requests == []


# -- the Hub --------------------------------------------------------------------------


def test_download_then_offline_without_a_socket(
    hub: HubServer,
    model: Path,
    request: pytest.FixtureRequest,
    capfd: pytest.CaptureFixture[str],
) -> None:
    commit = hub.add(REPOSITORY, model)
    found = locate(REPOSITORY)
    assert capfd.readouterr() == ("", "")  # no bars where there is no terminal
    assert (found.name, found.source, found.revision) == (REPOSITORY, "hub", commit)
    assert contents(found.directory) == contents(model)

    hub.requests.clear()
    request.getfixturevalue("socket_disabled")
    assert locate(REPOSITORY, offline=True) == found
    assert hub.requests == []


def test_a_second_time_online_fetches_no_file(hub: HubServer, model: Path) -> None:
    hub.add(REPOSITORY, model)
    first = locate(REPOSITORY)
    hub.requests.clear()
    assert locate(REPOSITORY) == first
    assert hub.requests
    assert hub.downloads() == []


def test_only_what_is_needed_is_fetched(hub: HubServer, model: Path) -> None:
    extra = {
        "pytorch_model.bin": b"\x80\x04pickle",
        "modeling_evil.py": b"raise SystemExit",
        "model.fp16.safetensors": b"a variant",
        "flax_model.msgpack": b"",
        "flax_config.json": b"{}",
        "onnx/model.onnx": b"",
        "onnx/config.json": b"{}",
        "README.md": b"# words",
        "logo.png": b"",
        "pytorch_model.bin.index.json": b"{}",
        "requirements.txt": b"torch",
    }
    kept = {"LICENSE": b"MIT", "chat_template.jinja": b"{{ messages }}", "source.spm": b"spm"}
    hub.add(REPOSITORY, {**contents(model), **extra, **kept})
    found = locate(REPOSITORY)
    assert contents(found.directory) == {**contents(model), **kept}
    assert not set(hub.downloads()) & extra.keys()


def test_shards_are_fetched(hub: HubServer, model: Path) -> None:
    names = shard(model)
    hub.add(REPOSITORY, {**contents(model), "consolidated.safetensors": b"the same again"})
    found = locate(REPOSITORY)
    assert {path.name for path in found.directory.glob("*.safetensors")} == set(names)


def test_revisions(hub: HubServer, model: Path) -> None:
    main = hub.add(REPOSITORY, {**contents(model), "NOTICE.txt": b"main"})
    other = hub.add(REPOSITORY, {**contents(model), "NOTICE.txt": b"pr"}, revision="refs/pr/1")
    assert locate(REPOSITORY).revision == main
    found = locate(REPOSITORY, revision="refs/pr/1")
    assert found.revision == other
    assert (found.directory / "NOTICE.txt").read_bytes() == b"pr"
    for revision, commit in (("refs/pr/1", other), (None, main), (other, other)):
        assert locate(REPOSITORY, revision=revision, offline=True).revision == commit

    hub.requests.clear()
    assert locate(REPOSITORY, revision=other).revision == other
    assert hub.requests == []  # a commit never changes
    with pytest.raises(UnknownModelError, match=r"no revision 'v9'.*tree/main"):
        locate(REPOSITORY, revision="v9")


def test_the_catalog_names_the_revision_that_holds_safetensors(
    hub: HubServer,
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pickled = contents(model)
    pickled["pytorch_model.bin"] = pickled.pop("model.safetensors")
    hub.add(REPOSITORY, pickled)
    commit = hub.add(REPOSITORY, model, revision="refs/pr/7")
    entry = SimpleNamespace(name=REPOSITORY, aliases=(), refused="", revision="refs/pr/7")
    monkeypatch.setattr(catalog, "lookup", lambda _: entry)
    found = locate(REPOSITORY)
    assert found.revision == commit
    assert locate(REPOSITORY, offline=True) == found
    assert find(entry) == weights.Location("hub", found.directory)
    with pytest.raises(WeightsError, match="only pickle weights"):
        locate(REPOSITORY, revision="main")


def test_a_missing_repository(hub: HubServer) -> None:
    with pytest.raises(UnknownModelError, match="'facebook/xyz' was not found on the Hub"):
        locate("facebook/xyz")
    with pytest.raises(UnknownModelError, match="facebook/bart-large-cnn"):
        locate("facebook/bart-large-cmm")


def test_a_gated_repository(hub: HubServer, model: Path) -> None:
    hub.add(REPOSITORY, model, gated=True)
    with pytest.raises(WeightsNotFoundError, match=r"is gated: accept its licence.*HF_TOKEN"):
        locate(REPOSITORY)


def test_a_gated_repository_with_a_token(
    hub: HubServer,
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub.add(REPOSITORY, model, gated=True)
    monkeypatch.setenv("HF_TOKEN", "hf_of_a_test")
    assert contents(locate(REPOSITORY).directory) == contents(model)


def test_a_repository_of_pickles_is_refused_before_a_download(
    hub: HubServer,
    model: Path,
) -> None:
    files = contents(model)
    files["pytorch_model.bin"] = files.pop("model.safetensors")
    hub.add(REPOSITORY, files)
    with pytest.raises(WeightsError, match="me/tiny-bart holds only pickle weights"):
        locate(REPOSITORY)
    assert hub.downloads() == []


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"README.md": b""}, "holds no weights"),
        ({"model.gguf": b"", "config.json": b"{}"}, r"holds only model\.gguf"),
        ({"adapter_model.safetensors": b""}, r"holds only adapter_model\.safetensors"),
        ({"model.safetensors": b""}, r"no config\.json"),
    ],
)
def test_repositories_with_nothing_to_load(
    hub: HubServer,
    files: dict[str, bytes],
    says: str,
) -> None:
    hub.add(REPOSITORY, files)
    with pytest.raises(WeightsNotFoundError, match=says):
        locate(REPOSITORY)
    assert hub.downloads() == []


def test_a_cut_download_then_a_retry(
    hub: HubServer,
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)
    hub.add(REPOSITORY, model)
    hub.cut_after = 5000
    with pytest.raises(WeightsNotFoundError, match=r"could not be downloaded: .*Run again"):
        locate(REPOSITORY)
    assert find(SimpleNamespace(name=REPOSITORY, refused="", revision=None)) is None
    with pytest.raises((WeightsError, WeightsNotFoundError)):
        locate(REPOSITORY, offline=True)
    hub.cut_after = None
    assert contents(locate(REPOSITORY).directory) == contents(model)


@pytest.mark.parametrize("how", ["status 503", "no server"])
def test_an_unreachable_hub(
    hub: HubServer,
    model: Path,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    hub.add(REPOSITORY, model)
    found = locate(REPOSITORY)
    if how == "no server":
        monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    else:
        hub.status = 503
    assert locate(REPOSITORY) == found  # the cached copy will do
    with pytest.raises(WeightsNotFoundError, match="me/other could not be downloaded"):
        locate("me/other")
    with pytest.raises(UnknownModelError, match="Close names in the catalog"):
        locate("bart-large-cn")


def test_find(hub: HubServer, model: Path, tmp_path: Path) -> None:
    hub.add(BART, model)
    entry = catalog.lookup(BART)
    assert entry is not None
    assert find(entry) is None
    found = locate("bart-large-cnn" if catalog.lookup("bart-large-cnn") else BART)
    assert found.name == BART
    hub.requests.clear()
    assert find(entry) == weights.Location("hub", found.directory)
    assert find(entry, cache_dir=tmp_path) is None
    (found.directory / "model.safetensors").unlink()
    assert find(entry) is None
    assert hub.requests == []


def test_find_the_embedded_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = catalog.lookup("embedded")
    assert entry is not None
    for converted, home, expected in (
        (tmp_path / "made", tmp_path, weights.Location("package", tmp_path / "made")),
        (None, tmp_path, weights.Location("package", tmp_path, ready=False)),
        (None, None, None),
    ):
        monkeypatch.setattr(embedded, "converted", lambda made=converted: made)
        monkeypatch.setattr(embedded, "home", lambda place=home: place)
        assert find(entry) == expected


def test_find_passes_by_what_is_refused() -> None:
    entry = catalog.lookup("Helsinki-NLP/opus-mt-tc-big-en-ko")
    assert entry is not None
    assert find(entry) is None


@given(
    st.lists(
        st.sampled_from(
            [
                "config.json",
                "model.safetensors",
                "model.safetensors.index.json",
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
                "pytorch_model.bin",
                "weights.pkl",
                "tokenizer.json",
                "spiece.model",
                "modeling_x.py",
                "onnx/model.safetensors",
                "model.fp16.safetensors",
            ]
        ),
        unique=True,
    )
)
def test_what_is_wanted_is_never_code_or_pickle(files: list[str]) -> None:
    try:
        wanted = hub_room.wanted(files, "me/any")
    except (WeightsError, WeightsNotFoundError):
        assert "config.json" not in files or not {hub_room.SINGLE, hub_room.INDEX} & {*files}
        return
    assert len(wanted) == len(set(wanted))
    assert set(wanted) <= set(files)
    assert not any(name.endswith((".py", ".bin", ".pkl")) or "/" in name for name in wanted)
    assert (hub_room.SINGLE in wanted) == (hub_room.SINGLE in files)
    assert not {hub_room.SINGLE, hub_room.INDEX} <= set(wanted)


def test_the_modules_import_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from summarize.models import weights, choice, embedded, hub\n"
        "heavy = {'torch', 'transformers', 'huggingface_hub', 'gguf', 'numpy', 'safetensors'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []
