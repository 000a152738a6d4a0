"""The numbers of English and Korean news text: read, compared, written.

    >>> read("예산은 3조 2천억 원이다.", "ko")
    (<money 3,200,000,000,000 KRW: '3조 2천억 원'>,)

`read` finds every number with what it counts and where it stands (`Quantity`), `same` and
`compare` tell whether two texts say the same numbers, in one language or two, and `write`
puts a quantity in the news style of either language. Nothing is looked up and nothing is
learned: the rules are those of the modules beside this one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from summarize.errors import UnsupportedLanguageError
from summarize.news.numbers import english, korean
from summarize.news.numbers.agreement import Comparison, compare, same
from summarize.news.numbers.quantity import KINDS, Quantity
from summarize.news.numbers.style import write

__all__ = ["KINDS", "Comparison", "Quantity", "compare", "read", "same", "write"]

_READERS = {"en": english.read, "ko": korean.read}

_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), 0xFF0C, 0xFF0E, 0xFF05)}
_SPACES = dict.fromkeys((0x00A0, 0x2009, 0x202F, 0x3000), " ")
_MARKS = {"\u2011": "-", "\u301c": "~", "\uff5e": "~", "\u2053": "~"}
# One character for one, so that spans stay those of the text given.
_PLAIN = str.maketrans({**_FULL_WIDTH, **_SPACES, **_MARKS})


@lru_cache(256)  # a translation is mended and then checked, an article's sentences at a time
def read(text: str, language: str) -> tuple[Quantity, ...]:
    """The quantities of `text` in order; spans never overlap.

    Args:
        text: a sentence or any stretch of text; any characters.
        language: "en" or "ko"; a Korean text is read by the Korean rules wherever it has
            English in it.

    Raises:
        UnsupportedLanguageError: another language.
    """
    reader = _READERS.get(language)
    if reader is None:
        raise UnsupportedLanguageError(
            f"numbers are read in English and Korean (en, ko), not in {language!r}."
        )
    plain = text.translate(_PLAIN)
    found = reader(plain).in_order()
    if plain == text:
        return found
    return tuple(replace(q, text=text[q.span[0] : q.span[1]]) for q in found)
