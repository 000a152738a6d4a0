"""Where a model's weights are: a directory, an installed package, or the Hub.

`locate` ends with a directory that `from_pretrained` can load without asking
anybody anything: config, tokenizer, and whole safetensors files. It imports no
torch (save for the one-time conversion of a GGUF file) and loads no model; what
a model can do is the catalog's.
"""

from __future__ import annotations

import hashlib
import json
import logging
import struct
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from summarize.errors import (
    ModelError,
    OptionError,
    RefusedModelError,
    UnknownModelError,
    WeightsError,
    WeightsNotFoundError,
)
from summarize.models import cache, embedded, hub

if TYPE_CHECKING:
    from summarize.models.catalog import Entry

log = logging.getLogger("summarize")

Source = Literal["hub", "directory", "package"]

TOKENIZER_FILES = ("tokenizer*.json", "vocab*", "*.model", "*.spm")
HEADER_LIMIT = 100_000_000
"""Bytes; the largest header that the safetensors library itself accepts."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model ready to be loaded from `directory`.

    `name` is the catalog's or the Hub's name of it, or the directory as given;
    `revision` the commit of a Hub snapshot, the version of a package.
    """

    name: str
    directory: Path
    source: Source
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a catalog entry's weights are now; `ready` is False where they need conversion."""

    source: Source
    path: Path
    ready: bool = True


def locate(
    name: str | Path,
    *,
    revision: str | None = None,
    offline: bool | None = None,
    cache_dir: Path | None = None,
) -> Weights:
    """The weights of `name`, downloaded or converted now if they are not at hand yet.

    Args:
        name: in this order: an existing directory (or .gguf file), a catalog name
            or alias (one of them is the installed package's), a Hub id.
        revision: for the Hub: a branch, tag, commit, or "refs/pr/<number>"; None for
            the one that the catalog names, else the main branch.
        offline: never open a socket; None follows `HF_HUB_OFFLINE`.
        cache_dir: the Hub cache to use instead of the client's own.

    Raises:
        UnknownModelError: nothing of that name.
        RefusedModelError: a checkpoint known not to work.
        WeightsNotFoundError: known, but neither at hand nor to be had.
        WeightsError: pickle, incomplete, truncated, or with the wrong hash.
        OptionError: a revision of something that has none.
    """
    path = _existing(name)
    if path is not None:
        _no_revision(revision, str(name))
        return _in_directory(path, str(name))
    entry = _entry(name)
    if entry is not None and entry.refused:
        raise RefusedModelError(f"{entry.name} is not used: {entry.refused}")
    if entry is None:
        return _on_hub(str(name), revision, offline, cache_dir, in_catalog=False)
    if entry.name == embedded.EMBEDDED.name:
        _no_revision(revision, entry.name)
        return Weights(entry.name, embedded.directory(), "package", embedded.EMBEDDED.version)
    return _on_hub(entry.name, revision or entry.revision, offline, cache_dir, in_catalog=True)


def find(entry: Entry, cache_dir: Path | None = None) -> Location | None:
    """Where `entry`'s weights are now; asks no network and converts nothing.

    None where they are neither in the Hub cache, whole, nor in an installed package.
    """
    if entry.refused:
        return None
    if entry.name == embedded.EMBEDDED.name:
        converted = embedded.converted()
        if converted is not None:
            return Location("package", converted)
        home = embedded.home()
        return None if home is None else Location("package", home, ready=False)
    snapshot = hub.cached(entry.name, entry.revision, cache_dir)
    if snapshot is None or not _is_whole(snapshot):
        return None
    return Location("hub", snapshot)


def check(directory: Path) -> None:
    """See that `directory` can be loaded: config, tokenizer, and whole safetensors files.

    Only headers are read, so it takes milliseconds for any size.

    Raises:
        WeightsError: no or a broken config, no tokenizer, pickle only, a missing or cut shard.
        WeightsNotFoundError: no weights at all.
    """
    if not (directory / "config.json").is_file():
        raise WeightsError(
            f"{directory} holds no config.json, so it is not a model directory. Name the directory "
            "that save_pretrained wrote."
        )
    _json(directory / "config.json")
    for file in _weight_files(directory):
        check_safetensors(file)
    if not any(any(directory.glob(pattern)) for pattern in TOKENIZER_FILES):
        raise WeightsError(
            f"{directory} holds no tokenizer (tokenizer.json, or a vocabulary). Save it there with "
            "tokenizer.save_pretrained(directory)."
        )


def check_safetensors(file: Path) -> None:
    """See that `file` is as long as its header says.

    Raises:
        WeightsError: missing, truncated, or not a safetensors file.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > min(size, HEADER_LIMIT):
                raise ValueError(f"a header of {length:,} bytes in a file of {size:,}")
            header = json.loads(stream.read(length))
        end = max(
            (tensor["data_offsets"][1] for key, tensor in header.items() if key != "__metadata__"),
            default=0,
        )
    except OSError as error:
        raise WeightsError(f"{file} cannot be read: {error.strerror}.") from error
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise WeightsError(
            f"{file} is not a whole safetensors file ({error}). Get it again; in a git clone, "
            "fetch it with `git lfs pull`."
        ) from error
    expected = 8 + length + end
    if size != expected:
        raise WeightsError(
            f"{file} is truncated or damaged: it has {size:,} bytes, its header says "
            f"{expected:,}. Delete it and get it again."
        )


def _weight_files(directory: Path) -> list[Path]:
    if (directory / hub.SINGLE).is_file():
        return [directory / hub.SINGLE]
    index = directory / hub.INDEX
    if not index.is_file():
        raise hub.no_weights([file.name for file in directory.iterdir()], str(directory))
    shards = _json(index).get("weight_map")
    if not isinstance(shards, dict) or not shards:
        raise WeightsError(f"{index} names no shards. Get it again.")
    files = [directory / Path(str(shard)).name for shard in sorted(set(shards.values()))]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise WeightsError(
            f"{directory} lacks {len(missing)} of {len(files)} shards, such as {missing[0]}. "
            "Get them again (a download takes up where it stopped)."
        )
    return files


def _json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{file} is not readable JSON ({error}). Get it again.") from error
    if not isinstance(value, dict):
        raise WeightsError(f"{file} is not a JSON object. Get it again.")
    return value


def _existing(name: str | Path) -> Path | None:
    """The directory or .gguf file that `name` means, None where it means something else.

    A catalog name means a directory of that name only if the directory holds a model.
    """
    if not str(name).strip():
        raise UnknownModelError(
            "The model's name is empty. `summarize models` lists the known ones."
        )
    try:
        path = Path(name).expanduser()
        is_file, is_directory = path.is_file(), path.is_dir()
    except (RuntimeError, OSError) as error:  # "~nobody/model", or longer than any file name
        raise UnknownModelError(f"There is no directory {str(name)[:200]!r}: {error}") from error
    is_path = _looks_like_path(name)
    if is_file and path.suffix == ".gguf":
        return path
    if is_directory and ((path / "config.json").is_file() or any(path.glob("*.gguf"))):
        return path
    if not is_path and _entry(name) is not None:
        return None
    if is_file:
        raise WeightsError(f"{path} is a file, not a model directory (or .gguf file).")
    if is_path and not is_directory:
        raise UnknownModelError(f"There is no directory {str(name)!r}. Check the path.")
    return path if is_directory else None


def _looks_like_path(name: str | Path) -> bool:
    return isinstance(name, Path) or name.startswith((".", "/", "~", "\\")) or name.count("/") > 1


def _in_directory(path: Path, name: str) -> Weights:
    if path.is_dir() and not (path / "config.json").is_file():
        files = sorted(path.glob("*.gguf"))
        if len(files) > 1:
            raise WeightsError(
                f"{path} holds {len(files)} .gguf files; name one of them: "
                f"{', '.join(file.name for file in files)}."
            )
        path = files[0] if files else path
    if path.is_file():
        return Weights(name, _converted(path), "directory")
    check(path)
    return Weights(name, path, "directory")


def _converted(file: Path) -> Path:
    """A user's own GGUF file as a directory in the cache, made anew when the file changes."""
    from summarize.models.gguf_convert import FORMAT, convert

    file = file.resolve()
    stat = file.stat()
    source = {
        "format": FORMAT,
        "path": str(file),
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
    }
    key = hashlib.sha256(str(file).encode()).hexdigest()[:12]
    target = cache.cache_root() / f"{file.stem}-{key}"
    with cache.building(target, source) as scratch:
        if scratch is not None:
            convert(file, scratch)
    return target


def _on_hub(
    name: str,
    revision: str | None,
    offline: bool | None,
    cache_dir: Path | None,
    *,
    in_catalog: bool,
) -> Weights:
    try:
        snapshot = _snapshot(name, revision, offline, cache_dir)
    except UnknownModelError as error:
        raise UnknownModelError(f"{error} {_suggestion(name)}") from error
    except WeightsNotFoundError as error:
        if in_catalog or "/" in name:
            raise
        raise UnknownModelError(f"{error} {_suggestion(name)}") from error
    check(snapshot)
    return Weights(name, snapshot, "hub", snapshot.name)


def _snapshot(
    name: str,
    revision: str | None,
    offline: bool | None,
    cache_dir: Path | None,
) -> Path:
    """The snapshot's directory: from the Hub, or from the cache where that must or will do."""
    at_hand = hub.cached(name, revision, cache_dir)
    if hub.is_offline(offline):
        if at_hand is None:
            raise hub.offline_and_missing(f"{name} at {revision}" if revision else name)
        return at_hand
    if at_hand is not None and at_hand.name == revision and _is_whole(at_hand):
        return at_hand  # a commit never changes: nothing to ask
    try:
        return hub.download(name, revision, cache_dir)
    except WeightsNotFoundError as error:
        if at_hand is None or not _is_whole(at_hand):
            raise
        log.info("%s Using the copy in the cache.", error)
        return at_hand


def _is_whole(directory: Path) -> bool:
    try:
        check(directory)
    except ModelError:
        return False
    return True


def _entry(name: str | Path) -> Entry | None:
    from summarize.models import catalog

    return catalog.lookup(name) if isinstance(name, str) else None


def _suggestion(name: str) -> str:
    from summarize.models import catalog

    known = [known for entry in catalog.entries() for known in (entry.name, *entry.aliases)]
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    likely = f"Close names in the catalog: {', '.join(close)}. " if close else ""
    return f"{likely}`summarize models` lists the known ones."


def _no_revision(revision: str | None, name: str) -> None:
    if revision is not None:
        raise OptionError(
            f"{name} is not on the Hub, so it has no revision {revision!r}; leave revision out."
        )
