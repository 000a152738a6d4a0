"""A text to be translated: its sentences, and the layout they are put back into.

A string is kept whole, line breaks and all; from a file, page or `Article` the
headline and the paragraphs are taken. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from summarize.errors import EmptyInputError, TooLongError
from summarize.news.article import MAX_CHARACTERS, Article, Source, is_article_source, read
from summarize.news.language import require_supported
from summarize.news.layout import unwrap
from summarize.news.sentences import join, split
from summarize.news.text import clean


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Sentences by paragraph, and the white space around the paragraphs.

    Attributes:
        language: ISO 639-1 code, or the code the caller gave.
        headline: where the source has one.
        paragraphs: each a tuple of sentences.
        gaps: white space before each paragraph, and after the last: one more than paragraphs.
    """

    language: str
    headline: str | None
    paragraphs: tuple[tuple[str, ...], ...]
    gaps: tuple[str, ...]

    @classmethod
    def read(
        cls,
        source: Source | Manuscript,
        *,
        language: str | None = None,
        offline: bool | None = None,
    ) -> Manuscript:
        """Read what is to be translated.

        Args:
            source: a string (kept whole), or an `Article`, `Path`, bytes, HTML or URL.
            language: the source's language; None finds it.
            offline: True never opens a socket.

        Raises:
            InputError: nothing to read, unreadable, too long, or in an unsupported language.
        """
        if isinstance(source, Manuscript):
            return source
        if isinstance(source, str) and not is_article_source(source):
            return cls._of_text(source, language)
        article = source if isinstance(source, Article) else read(source, offline=offline)
        code = language or article.language
        paragraphs = tuple(tuple(split(text, code)) for text in article.paragraphs)
        gaps = ("", *["\n\n"] * (len(paragraphs) - 1), "")
        return cls(code, article.headline, paragraphs, gaps)

    @classmethod
    def of_sentences(
        cls, sentences: Sequence[str], language: str, headline: str | None = None
    ) -> Manuscript:
        """One paragraph of sentences that are already split, such as a summary's."""
        return cls(language, headline, (tuple(sentences),), ("", ""))

    @classmethod
    def _of_text(cls, text: str, language: str | None) -> Manuscript:
        if len(text) > MAX_CHARACTERS:
            raise TooLongError(
                f"this text has {len(text):,} characters; at most {MAX_CHARACTERS:,} go at once. "
                "Split it and pass the pieces to `Translator.many`."
            )
        text = clean(text)
        body = text.strip()
        if not body:
            raise EmptyInputError("there is nothing to translate: the text is empty or blank.")
        pieces = re.split(r"(\s*\n\s*)", body)
        lines, breaks = pieces[0::2], pieces[1::2]
        whole = unwrap(body)
        if len(whole) < len(lines):  # hard-wrapped: its breaks are no layout
            lines, breaks = whole, ["\n"] * (len(whole) - 1)
        code = language or require_supported(text)
        paragraphs = tuple(tuple(split(line, code)) for line in lines)
        around = text.split(body)
        return cls(code, None, paragraphs, (around[0], *breaks, around[-1]))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every sentence, in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph)

    def fill(self, translations: Sequence[str], language: str) -> str:
        """Lay `translations`, one for each of `sentences`, out as the source is."""
        assert len(translations) == len(self.sentences), "one translation a sentence"
        remaining = iter(translations)
        text = self.gaps[0]
        for paragraph, gap in zip(self.paragraphs, self.gaps[1:], strict=True):
            text += join([next(remaining) for _ in paragraph], language) + gap
        return text
