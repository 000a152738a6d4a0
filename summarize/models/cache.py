"""Directories that are made once and then only read: complete or absent, never half.

`building` holds a lock between processes, hands out a scratch directory beside
the target, and moves it into place when the block ends well. A manifest records
what a directory was made from and the size of every file, so that a later start
checks it without reading it. Knows nothing of models or of what is in the files.
"""

from __future__ import annotations

import glob
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from summarize.errors import WeightsError

log = logging.getLogger("summarize")

VARIABLE = "SUMMARIZE_CACHE"
MANIFEST = "manifest.json"
WRITERS = ("summarize", "gguf", "safetensors", "tokenizers", "torch", "transformers")


def cache_root() -> Path:
    """Where converted models are kept: `SUMMARIZE_CACHE`, or the user's cache directory."""
    import platformdirs

    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else Path(platformdirs.user_cache_dir("summarize"))


def is_complete(directory: Path, source: Mapping[str, Any]) -> bool:
    """Whether `directory` was made from `source` and every file still has its size."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        files = manifest["files"].items()
        return manifest["source"] == dict(source) and all(
            (directory / name).stat().st_size == size for name, size in files
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


@contextmanager
def building(target: Path, source: Mapping[str, Any]) -> Iterator[Path | None]:
    """An empty directory to fill, moved to `target` on leaving; None if `target` is complete.

    Only one process builds `target` at a time; the others wait, then get None.
    An exception, or a kill, leaves `target` as it was; what a killed build left
    behind is removed by the next one.

    Args:
        target: the directory to make.
        source: what it is made from, as JSON values; a different one means a new build.

    Raises:
        WeightsError: the cache cannot be written to, or its disk is full.
    """
    import filelock

    if is_complete(target, source):
        yield None
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(target.parent / f"{target.name}.lock"):
            _remove_leftovers(target)
            if is_complete(target, source):
                yield None
                return
            scratch = target.parent / f"{_prefix(target)}{os.getpid()}"
            scratch.mkdir()
            try:
                yield scratch
                _finish(scratch, target, source)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise WeightsError(
            f"Cannot write {target}: {error.strerror or error}. Free some space there, or set "
            f"{VARIABLE} to a directory that can be written to."
        ) from error


def _finish(scratch: Path, target: Path, source: Mapping[str, Any]) -> None:
    files = sorted(path for path in scratch.rglob("*") if path.is_file())
    sizes = {path.relative_to(scratch).as_posix(): path.stat().st_size for path in files}
    content = {"source": dict(source), "versions": _versions(), "files": sizes}
    manifest = scratch / MANIFEST
    manifest.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    mode = manifest.stat().st_mode  # as the umask has it; safetensors writes 0600
    for path in (*files, manifest):
        path.chmod(mode)
        _sync(path)
    _sync(scratch)
    if target.exists():
        shutil.rmtree(target)
    scratch.rename(target)
    _sync(target.parent)


def _versions() -> dict[str, str]:
    """What wrote the files, for whoever has to find out why two caches differ."""
    installed = {}
    for name in WRITERS:
        with suppress(metadata.PackageNotFoundError):
            installed[name] = metadata.version(name)
    return installed


def _sync(path: Path) -> None:
    """Flush a file or directory to the disk (directories cannot be opened on Windows)."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prefix(target: Path) -> str:
    return f".{target.name}.building-"


def _remove_leftovers(target: Path) -> None:
    """Scratch directories of killed builds: ours is the lock, so nobody is at work in them."""
    for leftover in target.parent.glob(f"{glob.escape(_prefix(target))}*"):
        log.info("removing %s, left by an interrupted conversion", leftover)
        shutil.rmtree(leftover, ignore_errors=True)
