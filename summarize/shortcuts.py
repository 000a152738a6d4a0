"""The one-line functions: `summarize.summarize`, `summarize.translate`, `summarize.digest`.

They keep the last models they used loaded, one for each task, so that a loop over
articles loads them once; `release()` frees them. For anything beyond one article at a
time, use the classes: they are explicit about what is loaded and when it is freed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from summarize.digester import Digest, Digester
from summarize.generation.generator import Generator
from summarize.generation.loading import load
from summarize.generation.opening import chosen
from summarize.models.assignment import assign, extracts
from summarize.options import SUMMARIZATION, TRANSLATION
from summarize.summarizer import Summarizer, Summary
from summarize.translation import Translation
from summarize.translator import Translator

if TYPE_CHECKING:
    from summarize.news.article import Source
    from summarize.news.glossary import Given


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
    glossary: Given | Iterable[Given] | None = None,
    register: str | None = None,
) -> Translation:
    """Translate one text; see `Translator` for the arguments and the errors raised."""
    translator = _translator(model, device, offline)
    return _speaking(translator, glossary, register, offline)(text, to, source=source)


def digest(
    article: Source,
    to: str | None = None,
    model: str | Path | None = None,
    *,
    sentences: int | None = None,
    max_words: int | None = None,
    device: str = "auto",
    offline: bool | None = None,
    glossary: Given | Iterable[Given] | None = None,
    register: str | None = None,
) -> Digest:
    """Summarise one article and translate the summary; see `Digester`.

    Args:
        article: an `Article`, text, HTML, bytes, a `Path` or a URL.
        to: "ko" or "en"; by default the other of the article's language.
        model: one for both tasks; a model that does only one is used for that one.
        sentences, max_words: length of the summary.
        device, offline: as for `Digester`.
        glossary, register: of the translation, as for `Translator`.
    """
    named = assign([] if model is None else [model])
    translator = _translator(named.get(TRANSLATION), device, offline)
    digester = Digester(
        _summarizer(named.get(SUMMARIZATION), device, offline),
        _speaking(translator, glossary, register, offline),
        offline=offline,
    )
    return digester(article, to, sentences=sentences, max_words=max_words)


def release() -> None:
    """Let go of what the functions above keep loaded; their next call loads it again."""
    for opened in (_summarizer, _translator, _generator):
        opened.cache_clear()


def _speaking(
    translator: Translator,
    glossary: Given | Iterable[Given] | None,
    register: str | None,
    offline: bool | None,
) -> Translator:
    """`translator`, or one with the same model that keeps a glossary and a register."""
    if glossary is None and register is None:
        return translator
    return Translator(translator.generator, glossary=glossary, register=register, offline=offline)


@lru_cache(maxsize=1)
def _summarizer(model: str | Path | None, device: str, offline: bool | None) -> Summarizer:
    name = chosen([SUMMARIZATION], offline)[SUMMARIZATION] if model is None else model
    if extracts(name):
        return Summarizer(method="extract", offline=offline)
    return Summarizer(_generator(name, device, offline), offline=offline)


@lru_cache(maxsize=1)
def _translator(model: str | Path | None, device: str, offline: bool | None) -> Translator:
    name = chosen([TRANSLATION], offline)[TRANSLATION] if model is None else model
    return Translator(_generator(name, device, offline), offline=offline)


@lru_cache(maxsize=2)  # one for each task
def _generator(name: str | Path, device: str, offline: bool | None) -> Generator:
    return load(name, device=device, offline=offline)
