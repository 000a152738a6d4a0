"""The exception tree. Knows nothing of the rest of the package.

    SummarizeError
    ├── OptionError               an option or name that does not exist or cannot be used
    │   └── SameLanguageError     the target language is the source language
    ├── InputError                a text, file or URL that cannot be worked on
    │   ├── EmptyInputError       nothing to read
    │   ├── ReadError             missing or binary file, unreachable URL, no article in a page
    │   ├── TooLongError          larger than any news article
    │   └── UnsupportedLanguageError
    ├── ModelError
    │   ├── UnknownModelError     no such catalog name, directory or Hub id
    │   ├── RefusedModelError     known, and known not to work
    │   ├── WeightsNotFoundError  known, but its weights are not at hand
    │   ├── WeightsError          found, but unsafe, truncated or with the wrong hash
    │   └── UnsupportedModelError loads, but cannot do the task asked of it
    └── GenerationError           the model ran and failed

Every message says what was wrong, where, and the next step. `OptionError` and
`InputError` are also `ValueError`s, so code written for plain Python validation
keeps working.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SummarizeError(Exception):
    """Base of everything this package raises on purpose."""

    def to_dict(self) -> dict[str, str]:
        """The error as plain values: its type's name and its message."""
        return {"type": type(self).__name__, "message": str(self)}


class OptionError(SummarizeError, ValueError):
    """An option or name that does not exist, or a value it cannot take."""

    @classmethod
    def unknown(cls, kind: str, name: object, known: Iterable[str]) -> OptionError:
        """The error for an unknown `name`: the likeliest known one, then all of them."""
        names = sorted(known)
        close = get_close_matches(str(name), names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        return cls(f"unknown {kind} {name!r}.{hint} Known: {', '.join(names)}.")


class SameLanguageError(OptionError):
    """The target language is the language of the source."""


class InputError(SummarizeError, ValueError):
    """A text, file or URL that cannot be worked on."""


class EmptyInputError(InputError):
    """Nothing to read: empty, blank, or nothing left after cleaning."""


class ReadError(InputError):
    """A missing or binary file, an unreachable URL, a page without an article."""


class TooLongError(InputError):
    """A text larger than any news article."""


class UnsupportedLanguageError(InputError):
    """A language that this task or model does not take."""


class ModelError(SummarizeError):
    """A model that cannot be found, loaded or used."""


class UnknownModelError(ModelError):
    """No catalog name, directory or Hub id of that name."""


class RefusedModelError(ModelError):
    """A checkpoint that is known not to work; the message says why."""


class WeightsNotFoundError(ModelError):
    """A known model whose weights are not at hand."""


class WeightsError(ModelError):
    """Weights that are unsafe, incomplete, or not what their hash says."""


class UnsupportedModelError(ModelError):
    """A model that loads, but cannot do the task asked of it."""


class GenerationError(SummarizeError):
    """The model ran and failed; the message carries the cause."""
