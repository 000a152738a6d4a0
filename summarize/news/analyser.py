"""Korean morphology: one kiwipiepy analyser for the whole package."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def kiwi() -> Any:
    """The analyser: about 2 s and 500 MB, so loaded at the first Korean sentence."""
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)
