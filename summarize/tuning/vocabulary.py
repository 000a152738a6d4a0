"""The ids that translations into a language are written with, kept beside an adapter.

A model that was tuned for two languages still computes the likelihood of every script's pieces;
with this file it is asked for those of its languages only (`generation/shortlist.py`). Knows a
tokenizer and texts; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from summarize.models.adapters import VOCABULARY

if TYPE_CHECKING:
    from summarize.generation.tokens import Tokens

SHORT = 3
"""Letters of a Latin piece that may be part of any name or abbreviation."""

_HANGUL = re.compile(r"[가-힣]+")
_LATIN = re.compile(r"[A-Za-z]+")


def limit(
    adapter: str | Path, texts: Mapping[str, Iterable[str]], tokens: Tokens
) -> dict[str, int]:
    """Write the file of the adapter in the directory `adapter`; how many ids each language has.

    Args:
        adapter: its directory.
        texts: by ISO 639-1 code, what is written in that language: tens of thousands of
            sentences, for what they lack is spelled in smaller pieces. Added to their ids are
            those of single bytes, of short punctuation and numbers, of Latin abbreviations and
            up to `SHORT` letters; of all Hangul in Korean, and of names in other languages.
        tokens: the base's tokenizer.
    """
    import torch
    from safetensors.torch import save_file

    plain = sorted(set(tokens.vocabulary.values()) - set(tokens.controls))
    pieces = [(id_, tokens.decode([id_]).strip()) for id_ in plain]
    found = {
        language: torch.tensor(sorted({*_held(lines, tokens), *_always(pieces, language)}))
        for language, lines in texts.items()
    }
    save_file(
        {language: ids.to(torch.int32) for language, ids in found.items()},
        Path(adapter) / VOCABULARY,
    )
    return {language: len(ids) for language, ids in found.items()}


def _held(lines: Iterable[str], tokens: Tokens) -> Iterator[int]:
    for line in lines:
        yield from tokens.encode(line)


def _always(pieces: Iterable[tuple[int, str]], language: str) -> Iterator[int]:
    for id_, piece in pieces:
        if not piece or piece == "\ufffd":  # white space, or a byte that is no text by itself
            yield id_
        elif _LATIN.fullmatch(piece):
            name = language != "ko" and piece[0].isupper()
            if name or len(piece) <= SHORT or (piece.isupper() and len(piece) <= 2 * SHORT):
                yield id_
        elif (language == "ko" and _HANGUL.fullmatch(piece)) or (
            piece.isascii() and len(piece) < SHORT
        ):
            yield id_
