"""The catalog: checkpoints known by name, what each can do, and under which licence.

A name that is not here still works, by its family (`families.py`). Knows no
torch and opens no file.
"""

from __future__ import annotations

from summarize.models.entries import EMBEDDED, ENTRIES
from summarize.models.entry import Entry
from summarize.models.families import (
    Family,
    family_of,
    iso_code,
    language_code,
    language_name,
)

__all__ = [
    "EMBEDDED",
    "Entry",
    "Family",
    "entries",
    "family_of",
    "iso_code",
    "language_code",
    "language_name",
    "lookup",
    "recommended",
]

_BY_NAME = {known.lower(): entry for entry in ENTRIES for known in (entry.name, *entry.aliases)}


def entries() -> tuple[Entry, ...]:
    """Every entry, the refused ones too, in the catalog's order."""
    return ENTRIES


def lookup(name: str) -> Entry | None:
    """The entry of that Hub id or alias, whatever its case; None where there is none."""
    return _BY_NAME.get(name.strip().lower())


def recommended(
    task: str, source: str | None = None, target: str | None = None
) -> tuple[Entry, ...]:
    """The models to pick from for `task`, best first; see `Entry.supports`."""
    ranked = [(e.recommended, e) for e in ENTRIES if e.recommended is not None]
    ranked.sort(key=lambda pair: pair[0])
    return tuple(entry for _, entry in ranked if entry.supports(task, source, target))
