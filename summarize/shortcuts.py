"""The one-line functions: `summarize.summarize`, `summarize.translate`, `summarize.digest`.

They keep the last model they used loaded, so that a loop over articles loads it
once; `release()` frees it. For anything beyond one article at a time, use the
classes: they are explicit about what is loaded and when it is freed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from summarize.digester import Digest, Digester
from summarize.summarizer import Summarizer, Summary
from summarize.translator import Translation, Translator

if TYPE_CHECKING:
    from summarize.news.article import Source


def summarize(
    article: Source,
    model: str | Path | None = None,
    *,
    sentences: int | None = None,
    max_words: int | None = None,
    device: str = "auto",
    offline: bool | None = None,
) -> Summary:
    """Summarise one article; see `Summarizer` for the arguments and the errors raised."""
    return _summarizer(model, device, offline)(article, sentences=sentences, max_words=max_words)


def translate(
    text: Source,
    to: str | None = None,
    model: str | Path | None = None,
    *,
    source: str | None = None,
    device: str = "auto",
    offline: bool | None = None,
) -> Translation:
    """Translate one text; see `Translator` for the arguments and the errors raised."""
    return _translator(model, device, offline)(text, to, source=source)


def digest(
    article: Source,
    to: str | None = None,
    model: str | Path | None = None,
    *,
    sentences: int | None = None,
    max_words: int | None = None,
    device: str = "auto",
    offline: bool | None = None,
) -> Digest:
    """Summarise one article and translate the summary; see `Digester`.

    Args:
        article: an `Article`, text, HTML, bytes, a `Path` or a URL.
        to: "ko" or "en"; by default the other of the article's language.
        model: one for both tasks; a model that does only one is used for that one.
        sentences, max_words: length of the summary.
        device, offline: as for `Digester`.
    """
    digester = _digester(model, device, offline)
    return digester(article, to, sentences=sentences, max_words=max_words)


def release() -> None:
    """Free what the functions above keep loaded."""
    for opened in (_summarizer, _translator, _digester):
        opened.cache_clear()


@lru_cache(maxsize=1)
def _summarizer(model: str | Path | None, device: str, offline: bool | None) -> Summarizer:
    return Summarizer(model, device=device, offline=offline)


@lru_cache(maxsize=1)
def _translator(model: str | Path | None, device: str, offline: bool | None) -> Translator:
    return Translator(model, device=device, offline=offline)


@lru_cache(maxsize=1)
def _digester(model: str | Path | None, device: str, offline: bool | None) -> Digester:
    return Digester.open([model] if model is not None else [], device=device, offline=offline)
