"""One article on its way to a summary: what is pending, what came back, what is kept.

Knows sentences and lengths, no model: the `Summarizer` carries chunks to the
model and replies back. A draft that does not fit the model goes in parts (map)
and its joined replies once more (reduce); the number of parts falls with every
round, so this ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summarize.batching import as_error
from summarize.errors import OptionError, SummarizeError
from summarize.news import compression, salience
from summarize.news import sentences as sent

if TYPE_CHECKING:
    from summarize.generation.generator import Generated
    from summarize.news.article import Article
    from summarize.news.checks import Finding
    from summarize.repair import Repair

DEFAULT_SENTENCES = 3

WIDER = 1.6
"""How many times the words asked for are looked at when sentences are to be tightened."""

LONGEST_SENTENCE = 800
"""Characters; what is longer is no sentence (news has 600 at most) and is cut at its clauses."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a summary is to be; None where the model or the default decides.

    Raises:
        OptionError: a length below 1.
    """

    sentences: int | None = None
    max_words: int | None = None

    def __post_init__(self) -> None:
        for name in ("sentences", "max_words"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < 1):
                raise OptionError(f"{name} must be a whole number of at least 1, not {value!r}.")

    def or_else(self, default: Length) -> Length:
        """This length, and `default` for what it leaves open."""
        return Length(self.sentences or default.sentences, self.max_words or default.max_words)

    def covers(self, sentences: int, words: int) -> bool:
        """Whether a text of this size is no longer than what was asked for."""
        if self.max_words is not None:
            return words <= self.max_words and sentences <= (self.sentences or sentences)
        return sentences <= (self.sentences or DEFAULT_SENTENCES)


@dataclass(slots=True)
class Draft:
    """One article's sentences, and what has become of them so far.

    Attributes:
        source: the article's sentences.
        kept: the summary's sentences, once settled.
        chunks: lists of sentences, each to be summarised by itself.
        candidates: indices of the sentences that may be kept once they are tightened.
    """

    article: Article | None
    source: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    chunks: list[list[str]] = field(default_factory=list)
    candidates: tuple[int, ...] = ()
    method: str = ""
    parts: int = 1
    notes: list[str] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    error: SummarizeError | None = None

    @classmethod
    def of(cls, article: Article) -> Draft:
        """A draft of an article, split into sentences."""
        paragraphs = sent.split_paragraphs(article.paragraphs, article.language)
        whole = [s for paragraph in paragraphs for s in paragraph]
        pieces = [piece for s in whole for piece in sent.cut(s, LONGEST_SENTENCE, len)]
        notes = ["some of the text has no sentence ends; it was cut at its clauses"]
        return cls(article, pieces, notes=notes if len(pieces) > len(whole) else [])

    @classmethod
    def failed(cls, error: SummarizeError) -> Draft:
        """A draft of something that could not be read."""
        return cls(None, error=error)

    @property
    def language(self) -> str:
        """The article's language."""
        return self.article.language if self.article else ""

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Make what fails inside this draft's error, so that the others go on."""
        try:
            yield
        except Exception as failure:
            self.error = as_error(failure)

    def settle_if_short(self, length: Length) -> bool:
        """Keep the whole article when it is no longer than what was asked for."""
        if not length.covers(len(self.source), self._words(self.source)):
            return False
        self.kept, self.method = self.source, "whole"
        self.notes.append("the article is no longer than the summary asked for")
        return True

    def extract(self, length: Length) -> None:
        """Keep the article's most telling sentences."""
        self.kept, self.method = [self.source[i] for i in self._picked(length)], "extracted"
        self._fit(length)

    def shortlist(self, length: Length) -> list[str]:
        """The sentences to tighten: more than there is room for while they are as they are."""
        words = length.max_words and math.ceil(WIDER * length.max_words)
        self.candidates = self._picked(Length(length.sentences, words))
        return [self.source[i] for i in self.candidates]

    def tighten(self, replies: Sequence[Generated | SummarizeError | None], length: Length) -> None:
        """Keep the most telling sentences, shorter where a reply only leaves words out.

        Args:
            replies: the model's, one for each sentence of `shortlist`; None where it was not asked.
            length: of the summary.
        """
        texts = list(self.source)
        for index, reply in zip(self.candidates, replies, strict=True):
            if isinstance(reply, SummarizeError):
                self.error = reply
                return
            if reply is not None:
                texts[index] = self._tightened(self.source[index], reply)
        picked = self._picked(length, [self._words([text]) for text in texts])
        self.kept, self.method = [texts[i] for i in picked], "extracted"
        shortened = sum(texts[i] != self.source[i] for i in picked)
        if shortened:
            self.method = "tightened"
            self.notes.append(f"{shortened} of {len(picked)} article sentences have words left out")
        self._fit(length)

    def cut_into_chunks(self, budget: int, count_tokens: Callable[[str], int]) -> list[str]:
        """The first round's texts, each at most `budget` tokens."""
        self.chunks = sent.chunk(self.source, budget, count_tokens)
        self.parts = len(self.chunks)
        return self.texts()

    def texts(self) -> list[str]:
        """The chunks as texts for the model."""
        return [sent.join(chunk, self.language) for chunk in self.chunks]

    def absorb(
        self,
        replies: Sequence[Generated | SummarizeError],
        length: Length,
        budget: int,
        count_tokens: Callable[[str], int],
    ) -> bool:
        """Take a round's replies, one a chunk; True when another round is needed."""
        whole: list[str] = []
        for reply in replies:
            if isinstance(reply, SummarizeError):
                self.error = reply
                return False
            whole += self._complete(reply)
        if not whole:
            self._give_up("the model gave no complete sentence", length)
        elif len(replies) == 1 or length.covers(len(whole), self._words(whole)):
            self.kept, self.method = whole, "generated"
            self._fit(length)
        else:
            self.chunks = sent.chunk(whole, budget, count_tokens)
            if len(self.chunks) < len(replies):
                return True
            self._give_up("the model's partial summaries did not get shorter", length)
        return False

    def check(self, length: Length, *, repair: bool) -> None:
        """Find what the model made up or broke off; with `repair`, put the article's words there.

        Summaries of the article's own words are not checked.
        """
        from summarize.news.checks import check_summary
        from summarize.repair import faithful

        if self.error is not None or self.method != "generated" or self.article is None:
            return
        self.findings = check_summary(self.article, self.kept, self.language)
        if not repair:
            return

        def fits(sentences: Sequence[str]) -> bool:
            return length.max_words is None or self._words(sentences) <= length.max_words

        self.kept, self.repairs = faithful(self.kept, self.source, self.findings, fits)
        if self.repairs:
            self.findings = check_summary(self.article, self.kept, self.language)

    def _give_up(self, reason: str, length: Length) -> None:
        self.notes.append(f"{reason}; article sentences instead")
        self.extract(length)

    def _complete(self, reply: Generated) -> list[str]:
        """A reply's sentences without one that was cut off at the end."""
        language = self.language
        found = sent.split(reply.text, language)
        if found and not reply.complete and not sent.ends_complete(found[-1], language):
            return found[:-1]
        return found

    def _fit(self, length: Length) -> None:
        """Drop sentences from the end until the length asked for holds."""
        kept = self.kept[: length.sentences] if length.sentences else self.kept
        if length.max_words is not None:
            while len(kept) > 1 and self._words(kept) > length.max_words:
                kept = kept[:-1]
            if self._words(kept) > length.max_words:
                self.notes.append(
                    f"no complete sentence has {length.max_words} words or fewer; "
                    f"this one has {self._words(kept)}"
                )
        self.kept = kept

    def _picked(self, length: Length, words: Sequence[int] | None = None) -> tuple[int, ...]:
        return salience.pick(
            self.source,
            self.language,
            count=length.sentences or (None if length.max_words else DEFAULT_SENTENCES),
            max_words=length.max_words,
            headline=self.article.headline if self.article else None,
            lengths=words,
        )

    def _tightened(self, sentence: str, reply: Generated) -> str:
        """The reply, or the next best that may stand for `sentence`; else the sentence."""
        for text in (reply.text, *reply.alternatives):
            if text != sentence and self._may_stand(text, sentence):
                return text
        return sentence

    def _may_stand(self, text: str, sentence: str) -> bool:
        """Whether `text` says nothing that `sentence` does not, and stands alone as well as it."""
        if compression.objection(sentence, text, self.language) is not None:
            return False
        return salience.leans(sentence, self.language) or not salience.leans(text, self.language)

    def _words(self, sentences: Sequence[str]) -> int:
        return sum(sent.count_words(s, self.language) for s in sentences)
