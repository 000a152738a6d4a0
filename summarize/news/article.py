"""An article from a string, bytes, a file, an HTML page or a URL.

`read` is the only way in. What is no part of the article (captions, credits, datelines,
bylines, menus, copyright notices) is set aside by name, never silently; a sentence of the
body is never dropped. This module knows no model and no tokenizer: whether a model takes
the article's language or length is for the caller to see.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from summarize.errors import EmptyInputError, OptionError, ReadError, TooLongError
from summarize.news import sources
from summarize.news.language import require_supported
from summarize.news.layout import SetAside, arrange, is_sentence
from summarize.news.text import clean

__all__ = ["MAX_CHARACTERS", "Article", "SetAside", "Source", "is_article_source", "read"]

MAX_CHARACTERS = 1_000_000
"""Most characters of one article: some two hundred times a long one."""

# A page's markup outweighs its text; ten to one is generous.
_BYTES_PER_CHARACTER = 10


@dataclass(frozen=True, slots=True)
class Article:
    """A news article.

    Attributes:
        headline: None where the text has none that reads like one.
        date: the day of publication, "YYYY-MM-DD", where the text or page names it.
        section: such as "World", where named beside the date or by the page.
        byline: the reporters' names, without address or outlet where they can be told apart.
        paragraphs: the body, at least one paragraph, verbatim but for white space.
        language: ISO 639-1 code.
        set_aside: every line or part taken out, in order, with the rule that took it.
        source: the path or URL it was read from; None for a string or bytes.
    """

    headline: str | None
    date: str | None
    section: str | None
    byline: str | None
    paragraphs: tuple[str, ...]
    language: str
    set_aside: tuple[SetAside, ...] = ()
    source: str | None = None

    @property
    def text(self) -> str:
        """The paragraphs, parted by blank lines."""
        return "\n\n".join(self.paragraphs)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, `text` included."""
        plain = asdict(self)
        plain["paragraphs"] = list(self.paragraphs)
        plain["set_aside"] = [part.to_dict() for part in self.set_aside]
        return {**plain, "text": self.text}

    def __repr__(self) -> str:
        about = [f"{self.language!r}"]
        about += [
            f"{name}={value!r}"
            for name in ("headline", "date", "section", "byline", "source")
            if (value := getattr(self, name)) is not None
        ]
        opening = self.text if len(self.text) <= 60 else f"{self.text[:57]}..."
        return (
            f"Article({', '.join(about)}, {len(self.paragraphs)} paragraphs, "
            f"{len(self.text):,} characters, {len(self.set_aside)} set aside: {opening!r})"
        )


Source: TypeAlias = str | bytes | Path | Article
"""What an article is read from: text, HTML or a URL; bytes; a file; or an article itself."""


def is_article_source(text: str) -> bool:
    """Whether a string is a URL or HTML, so that an article is in it rather than it.

    Raises:
        ReadError: a URL of a scheme that is never opened, such as "file:".
    """
    return sources.is_url(text) or sources.looks_like_html(text)


def read(
    source: Source,
    *,
    offline: bool | None = None,
    language: str | None = None,
    max_characters: int = MAX_CHARACTERS,
) -> Article:
    """The article in `source`.

    Args:
        source: the text or HTML itself, as str or bytes; a `pathlib.Path` to either; one
            http(s) URL; or an `Article`, which comes back as it is. A str that is no URL is
            always text, never a path.
        offline: True forbids URLs; None follows `HF_HUB_OFFLINE`.
        language: ISO 639-1 code, taken on trust; None tells it from the text.
        max_characters: most characters of the article's text.

    Raises:
        EmptyInputError: blank text, no letters, or nothing but notices and bylines.
        ReadError: missing or binary file, directory, unreachable URL, page without article.
        TooLongError: more than `max_characters`.
        UnsupportedLanguageError: neither English nor Korean, and no `language` given.
        OptionError: a `source` of another type.
    """
    if isinstance(source, Article):
        return replace(source, language=language) if language else source
    most_bytes = _BYTES_PER_CHARACTER * max_characters
    name = None
    if isinstance(source, Path):
        name = str(source)
        text = _decoded(sources.read_file(source, most_bytes), name)
    elif isinstance(source, bytes | bytearray):
        _check_length(len(source), most_bytes, "bytes")
        text = _decoded(bytes(source), "the input")
    elif not isinstance(source, str):
        raise OptionError(
            f"an article is read from a str, bytes or pathlib.Path, not {type(source).__name__}; "
            "pass its text, its path or its URL."
        )
    elif sources.is_url(source):
        name = source.strip()
        data, declared = sources.fetch(name, most_bytes, offline)
        text = _decoded(data, name, declared)
    elif sources.names_a_file(source):
        raise ReadError(
            f"{source!r} is the name of a file, and a str is taken as the text itself; "
            "pass pathlib.Path(...) to read the file."
        )
    else:
        is_html = sources.looks_like_html(source)
        _check_length(len(source), most_bytes if is_html else max_characters, "characters")
        text = source
    return _article(clean(text), name, language, max_characters)


def _article(text: str, name: str | None, language: str | None, most: int) -> Article:
    where = name or "the text"
    if not text.strip():
        raise EmptyInputError(f"{where} is empty; pass an article with words in it.")
    page = sources.extract(text) if sources.looks_like_html(text) else None
    body = page.text if page else text
    _check_length(len(body), most, "characters")
    language = language or require_supported(body)
    if page and not any(is_sentence(line, language) for line in body.split("\n")):
        raise ReadError(
            f"{name or 'the HTML page'} holds no article, only {body[:40]!r}; "
            "open it in a browser and pass the article's text."
        )
    layout = arrange(body, language, page.headline if page else None)
    if not layout.paragraphs:
        rules = ", ".join(sorted({part.rule for part in layout.set_aside}))
        raise EmptyInputError(
            f"{where} holds nothing but what newspapers print around an article ({rules}); "
            "pass the article itself."
        )
    return Article(
        headline=layout.headline,
        date=(page.date if page else None) or layout.date,
        section=(page.section if page else None) or layout.section,
        byline=(page.byline if page else None) or layout.byline,
        paragraphs=layout.paragraphs,
        language=language,
        set_aside=layout.set_aside,
        source=name,
    )


def _decoded(data: bytes, name: str, declared: str | None = None) -> str:
    try:
        return sources.text_of(data, declared)
    except ReadError as error:
        raise ReadError(f"{name}: {error}") from None


def _check_length(length: int, most: int, unit: str) -> None:
    if length > most:
        raise TooLongError(
            f"the text has {length:,} {unit} and at most {most:,} are read, far above any news "
            "article; pass one article at a time, or raise max_characters."
        )
