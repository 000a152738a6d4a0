"""Quotation marks that were lost on the way, and quotations that a summary made up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from summarize.news.checks.findings import Finding, Kind, Span, error, quoted, warning

_DOUBLE = re.compile(r"[\"“”„«»＂]|(?<!\w)''|''(?!\w)|``|¡°|¡±")
_ANY = re.compile(r"[\"“”„«»＂‘’『』「」《》〈〉<>¡˝′″`]|(?<!\w)'|'(?!\w)|''")
_QUOTED = re.compile(r"[\"“„«「『]([^\"“”„«»「」『』]{2,400})[\"”»」』]")
_WORDS_TO_TELL = 3
_UNWORD = re.compile(r"[\W_]+")


def lost_quotes(source: str, target: str) -> list[Finding]:
    """Whether the source quotes somebody at length and the target has no quotation mark."""
    marks = list(_DOUBLE.finditer(source))
    if len(marks) < 2 or _ANY.search(target):
        return []
    span = marks[0].start(), marks[-1].end()
    if len(source[slice(*span)].split()) < _WORDS_TO_TELL:
        return []
    message = f"the quotation marks of {quoted(source[slice(*span)])} are lost"
    return [warning(Kind.QUOTATION, message, span, None)]


def quotations(text: str) -> Iterator[tuple[Span, str]]:
    """What stands in double or corner quotation marks in a text, with its place."""
    for match in _QUOTED.finditer(text):
        yield match.span(), match.group(1)


def invented_quotes(text: str, article: str) -> list[Finding]:
    """Quotations of a summary's sentence that the article does not hold, marks and case aside.

    Args:
        text: one sentence of the summary.
        article: the article's text as `normal` gives it.
    """
    findings = []
    for span, said in quotations(text):
        if len(said.split()) >= 2 and normal(said) not in article:
            message = f"the article does not say {quoted(said)}"
            findings.append(error(Kind.QUOTATION, message, None, span))
    return findings


def normal(text: str) -> str:
    """`text` as letters and digits alone, for finding one text in another."""
    return _UNWORD.sub("", unicodedata.normalize("NFKC", text)).casefold()
