"""Files that tests of tuning change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def rewrite(file: Path, **changes: Any) -> None:
    """Change values of a JSON file."""
    value = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**value, **changes}), encoding="utf-8")
