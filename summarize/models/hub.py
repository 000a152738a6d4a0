"""A model repository of the Hugging Face Hub, or its copy in the Hub's own cache.

Everything goes through the `huggingface_hub` client: its cache layout, its
resumed downloads, its token. This module decides which files are wanted (never
pickle, never code, each weight once), looks before it downloads, and turns the
client's errors into ours. Offline, it reads the cache and opens no socket.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from summarize.errors import ModelError, UnknownModelError, WeightsError, WeightsNotFoundError

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")
PICKLES = ("pytorch_model*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "pytorch_model.bin.index.json")
BESIDE = ("*.json", "*.txt", "*.model", "*.spm", "*.jinja", "LICENSE*", "NOTICE*")
"""Configuration, tokenizer and licence files; everything else in a repository stays there."""
NOT_BESIDE = ("*.index.json", "flax_*", "tf_*", "rust_*", "openvino_*", "requirements*.txt")

PICKLE_ADVICE = (
    "Pickle can run code when it is loaded, so it is refused. Look for a revision that has "
    "safetensors (the Hub's converter offers one as a pull request: revision='refs/pr/<number>'), "
    "or convert a copy that you trust with model.save_pretrained(directory)."
)


def is_offline(offline: bool | None = None) -> bool:
    """`offline` if said, else whether `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE` is set."""
    if offline is not None:
        return offline
    values = (os.environ.get(name, "") for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    return any(value.upper() in {"1", "ON", "YES", "TRUE"} for value in values)


def cached(repo: str, revision: str | None = None, cache_dir: Path | None = None) -> Path | None:
    """The snapshot of `repo` in the cache, complete or not, without asking the Hub."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(repo, "config.json", cache_dir=cache_dir, revision=revision)
    except HFValidationError:
        return None
    return Path(config).parent if isinstance(config, str) else None


def download(
    repo: str,
    revision: str | None = None,
    cache_dir: Path | None = None,
) -> Path:
    """The snapshot of `repo` with all wanted files, downloaded where the cache lacks them.

    Args:
        repo: a Hub id, "owner/name".
        revision: a branch, tag, commit or "refs/pr/<number>"; None for the main branch.
        cache_dir: instead of the Hub's own cache.

    Bars are drawn on stderr where it is a terminal, and nowhere after
    `huggingface_hub.utils.disable_progress_bars()`.

    Returns:
        The snapshot's directory, named after its commit.

    Raises:
        UnknownModelError: no such repository or revision, or not a possible id.
        WeightsNotFoundError: gated, unreachable, cut off, or nothing to load in it.
        WeightsError: only pickle weights.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    # The client reads HF_ENDPOINT once, when it is imported; reading it here too lets a
    # program set it later.
    endpoint = os.environ.get("HF_ENDPOINT") or None
    # httpx's in hub 1, httpx2's in hub 2; one of them is installed, and this names it.
    transport: type[Exception] = next(
        k for k in HfHubHTTPError.__mro__ if k.__name__ == "HTTPError"
    )
    try:
        info = HfApi(endpoint=endpoint).model_info(repo, revision=revision)
        files = wanted([file.rfilename for file in info.siblings or ()], repo)
        return Path(
            snapshot_download(
                repo,
                revision=revision,
                cache_dir=cache_dir,
                allow_patterns=files,
                endpoint=endpoint,
                tqdm_class=_terminal_bars(),
            )
        )
    except (transport, OSError, ValueError) as error:  # ValueError: an impossible id, no JSON
        raise _translated(error, repo, revision) from error


def wanted(files: Iterable[str], where: str) -> list[str]:
    """The names among `files` that loading needs: the weights once, and what belongs to them.

    Raises:
        WeightsError: there are only pickle weights.
        WeightsNotFoundError: there is no config.json, or no weights that can be loaded.
    """
    files = [file for file in files if "/" not in file]
    weights = [SINGLE] if SINGLE in files else []
    if not weights and INDEX in files:
        weights = [INDEX, *filter(SHARD.fullmatch, files)]
    if not weights:
        raise no_weights(files, where)
    if "config.json" not in files:
        raise WeightsNotFoundError(
            f"{where} has no config.json, so it is not a transformers model. "
            "Adapters and other add-ons cannot be used alone; name the base model."
        )
    return weights + [file for file in files if _matches(file, BESIDE, NOT_BESIDE)]


def no_weights(files: Iterable[str], where: str) -> ModelError:
    """The error for a place that holds no safetensors: pickle, another format, or nothing."""
    pickles = [file for file in files if _matches(file, PICKLES)]
    if pickles:
        return WeightsError(f"{where} holds only pickle weights ({pickles[0]}). {PICKLE_ADVICE}")
    others = [
        file for file in files if _matches(file, ("*.gguf", "*.safetensors", "*.h5", "*.onnx"))
    ]
    found = f"only {', '.join(others[:3])}" if others else "no weights"
    return WeightsNotFoundError(
        f"{where} holds {found}; {SINGLE} (or its shards with {INDEX}) is needed. "
        "Name another checkpoint of the model."
    )


def _matches(file: str, patterns: Iterable[str], but: Iterable[str] = ()) -> bool:
    return any(fnmatchcase(file, p) for p in patterns) and not any(
        fnmatchcase(file, p) for p in but
    )


def _translated(error: Exception, repo: str, revision: str | None) -> ModelError:
    from huggingface_hub import errors

    at = f"{repo} at revision {revision!r}" if revision else repo
    match error:
        case errors.HFValidationError():
            return UnknownModelError(
                f"{repo!r} is neither a known model, nor a directory, nor a possible Hub id "
                "('owner/name')."
            )
        case errors.GatedRepoError():
            return WeightsNotFoundError(
                f"{repo} is gated: accept its licence at https://huggingface.co/{repo}, then set "
                "HF_TOKEN to a token of that account (or run `hf auth login`)."
            )
        case errors.RepositoryNotFoundError():
            return UnknownModelError(
                f"{repo!r} was not found on the Hub. Check the spelling; if it is private, set "
                "HF_TOKEN to a token that may read it."
            )
        case errors.RevisionNotFoundError():
            return UnknownModelError(
                f"{repo} has no revision {revision!r} on the Hub. Its branches and tags are listed "
                f"at https://huggingface.co/{repo}/tree/main."
            )
        case errors.OfflineModeIsEnabled():
            return offline_and_missing(at)
    return WeightsNotFoundError(
        f"{at} could not be downloaded: {_first_line(error)}. Run again when the Hub can be "
        "reached (what has arrived is kept), or name a directory that holds the model."
    )


def offline_and_missing(what: str) -> WeightsNotFoundError:
    """The error for a model that is not in the cache while the network is not to be used."""
    return WeightsNotFoundError(
        f"{what} is not in the Hub cache, and offline mode forbids a download. Run once without "
        "--offline (and without HF_HUB_OFFLINE), or name a directory that holds the model."
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip() or repr(error)).splitlines()[0].rstrip(".")


def _terminal_bars() -> type[Any]:
    """The client's own progress bar, undrawn where stderr is no terminal (some of them are not)."""
    from huggingface_hub.utils.tqdm import tqdm

    class TerminalBar(tqdm):
        def __init__(self, *args: Any, **options: Any) -> None:
            if not sys.stderr.isatty():
                options["disable"] = True
            super().__init__(*args, **options)  # type: ignore[no-untyped-call]

    return TerminalBar
