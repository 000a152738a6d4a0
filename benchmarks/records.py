"""Where a benchmark's figures are kept: one JSON line a run, with when it was and on which code."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"


def append(name: str, record: dict[str, Any]) -> None:
    """Add `record` to the file `name` of the results."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / name
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**code(), **record}, ensure_ascii=False) + "\n")
    print(f"appended to {path.relative_to(ROOT)}")


def code() -> dict[str, Any]:
    """The time, the commit, and whether the package was changed since."""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short", "HEAD"),
        "dirty": bool(_git("status", "--porcelain", "--untracked-files=no", "--", "summarize")),
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ("git", "-C", str(ROOT), *arguments), capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
