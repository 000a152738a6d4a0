"""Sentences that stop before their end, told by their last word.

A model that runs out of tokens stops anywhere; a translation may also end in a comma or
in an ending that joins clauses. Headlines and captions end without a full stop, so a
missing one alone says nothing.
"""

from __future__ import annotations

import re

_CLOSERS = "\"'“”‘’」』)）]"
_END = re.compile(rf"[.!?…。][{re.escape(_CLOSERS)}]*$")
# Endings and particles that Korean sentences and headlines do not end in.
_KOREAN = re.compile(
    r"(?:[가-힣](?:며|지만|면서|는데|했고|됐고|하고|이고|았고|었고|하여|해서|에게|에서|으로|까지|부터|을|를|의"
    r"|와|과|보다)|[,，·])$"
)
_ENGLISH = re.compile(
    r"(?:\b(?:the|a|an|of|to|and|or|but|with|by|from|in|at|for|that|which|who|because|as|into|than|is"
    r"|are|was|were|has|have|had|will|would|their|his|its|on)|[,(–—-])$",
    re.I,
)
_ENGLISH_WITH_STOP = re.compile(
    r"\b(?:the|a|an|and|or|but|than|because|their|(?<!of )his|which)$", re.I
)
_OPEN_SOURCE = re.compile(r"[,:;–—-]\s*$")
_SHORTEST = 2  # words


def is_cut_off(text: str, source: str, language: str) -> bool:
    """Whether `text` ends in its middle while `source` does not.

    Args:
        text: one sentence of the output.
        source: what it was made from.
        language: the output's; only English and Korean are known.
    """
    if len(text.split()) < _SHORTEST or not _END.search(source.rstrip()):
        return False
    if _OPEN_SOURCE.search(source):
        return False
    bare = text.rstrip().rstrip(_CLOSERS)
    word = bare.rstrip(".").rstrip()
    if language == "ko":
        return bool(_KOREAN.search(word))
    if language == "en":
        return bool((_ENGLISH_WITH_STOP if bare.endswith(".") else _ENGLISH).search(word))
    return False
