"""Articles to summaries: one model, any length of article, whole sentences at the end.

Knows no tokenizer and no model family: it asks a `Generator` how much text fits
and what the model answers. What becomes of one article is `drafts.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.batching import WINDOW, as_error, isolated, windowed, with_progress
from summarize.closing import Closing
from summarize.errors import OptionError, SummarizeError
from summarize.options import METHODS, SUMMARIZATION, SearchOptions, Task
from summarize.repair import Repair, briefly

if TYPE_CHECKING:
    from summarize.drafts import Draft, Length
    from summarize.generation.generator import Generator
    from summarize.news.article import Source
    from summarize.news.checks import Finding

EXTRACTION = "sentence extraction"
"""What `Summary.model` says when no model took part."""

MARGIN = 8
"""Tokens that a tightened sentence may take beyond the longest one's; it never needs them."""


@dataclass(frozen=True, slots=True, repr=False)
class Summary:
    """A summary of one article.

    Attributes:
        text: the summary, its sentences joined.
        sentences: the same, sentence by sentence; each one is complete.
        language: ISO 639-1 code, the article's.
        headline: the article's own headline, where it has one.
        model: what made the summary.
        method: "generated", "extracted" (article sentences), "tightened" (article sentences, of
            which words were left out) or "whole" (a short article, as it is).
        parts: in how many parts the article went through the model; 1 when it fitted.
        words, source_words: white-space separated words in the summary and the article.
        notes: what a reader should know of how the summary came about.
        findings: what the checks found in it that the article does not bear out.
        repairs: the sentences that gave way to the article's own.
        error: why there is no summary; `text` is then empty.
    """

    text: str = ""
    sentences: tuple[str, ...] = ()
    language: str = ""
    headline: str | None = None
    model: str = ""
    method: str = ""
    parts: int = 1
    words: int = 0
    source_words: int = 0
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    error: SummarizeError | None = field(default=None, compare=False)

    @property
    def ok(self) -> bool:
        """Whether there is a summary."""
        return self.error is None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        if self.error is not None:
            return f"Summary(error={self.error!r})"
        size = f"{self.words} of {self.source_words} words{briefly(self.findings, self.repairs)}"
        return f"Summary({self.text!r}, {self.language}, {size}, {self.method} by {self.model})"

    def to_dict(self) -> dict[str, Any]:
        """The summary as plain values, ready for JSON."""
        return {
            "text": self.text,
            "sentences": list(self.sentences),
            "language": self.language,
            "headline": self.headline,
            "model": self.model,
            "method": self.method,
            "parts": self.parts,
            "words": self.words,
            "source_words": self.source_words,
            "notes": list(self.notes),
            "findings": [finding.to_dict() for finding in self.findings],
            "repairs": [repair.to_dict() for repair in self.repairs],
            "error": self.error.to_dict() if self.error else None,
        }


class Summarizer(Closing):
    """Summarise news articles with one model.

    Args:
        model: a catalog name, Hub id, local directory or a loaded `Generator`;
            None takes the best model at hand (`docs/models.md` has the order).
        method: "generate" (the model writes), "extract" (the article's own sentences are
            chosen, and no model is loaded), "tighten" (these, shorter where the model leaves
            out words and nothing that changes what the others say) or "auto": what measures
            better for that model.
        sentences, max_words: the length of summaries where a call says none.
        language: the articles' language, as an ISO 639-1 code; None finds it for each.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        dtype: "auto", "float32", "bfloat16", "float16", or "int8" (encoder-decoders, on the CPU).
        offline: True never opens a socket; None follows HF_HUB_OFFLINE.
        revision: branch, tag or commit on the Hub.
        repair: put the article's closest sentence in place of one that a check finds errors in.
        adapter: a directory that `summarize tune` made for this model, or "none" for the model
            as it is; None takes the adapter that the package has for it, if any.
        **search: generation options, by their names in `SearchOptions`.

    Raises:
        OptionError: an unknown option or method.
        ModelError: the model cannot be found, loaded or used for summaries.
    """

    def __init__(
        self,
        model: str | Path | Generator | None = None,
        *,
        method: str = "auto",
        sentences: int | None = None,
        max_words: int | None = None,
        language: str | None = None,
        device: str = "auto",
        dtype: str = "auto",
        offline: bool | None = None,
        revision: str | None = None,
        repair: bool = False,
        adapter: str | Path | None = None,
        **search: Any,
    ) -> None:
        from summarize.drafts import Length
        from summarize.generation.opening import chosen, open_generator
        from summarize.models.adapters import writes_summaries
        from summarize.models.assignment import extracts

        if method not in METHODS:
            raise OptionError.unknown("method", method, METHODS)
        SearchOptions().updated(**search)
        self.length = Length(sentences, max_words)
        self.generator: Generator | None = None
        self.language = language
        self._search = search
        self._offline = offline
        self._owned = False
        if method == "auto" and (model is None or isinstance(model, str | Path)):
            model = chosen([SUMMARIZATION], offline)[SUMMARIZATION] if model is None else model
            method = "extract" if extracts(model) and not writes_summaries(adapter) else method
        if method != "extract":
            self.generator, self._owned = open_generator(
                model,
                SUMMARIZATION,
                device=device,
                dtype=dtype,
                offline=offline,
                revision=revision,
                adapter=adapter,
            )
            if method == "auto":
                method = self.generator.summary_method
        self.method = method
        self.repair = repair

    @property
    def model(self) -> str:
        """The name of what makes the summaries."""
        if self.generator is None or self.method == "extract":
            return EXTRACTION
        return self.generator.name

    @property
    def window(self) -> int:
        """How many articles `many` works on at once."""
        return WINDOW if self.generator is None else self.generator.window

    def __call__(
        self, source: Source, *, sentences: int | None = None, max_words: int | None = None
    ) -> Summary:
        """Summarise one article.

        Args:
            source: an `Article`, text, HTML, bytes, a `Path` or a URL.
            sentences: how many sentences at most.
            max_words: how many white-space separated words at most.

        Raises:
            InputError: the article cannot be read, or its language is not supported.
            GenerationError: the model failed.
        """
        [summary] = self._summarize([source], sentences, max_words)
        if summary.error is not None:
            raise summary.error
        return summary

    def many(
        self,
        sources: Iterable[Source],
        *,
        sentences: int | None = None,
        max_words: int | None = None,
        progress: bool | None = None,
    ) -> Iterator[Summary]:
        """Summarise a stream of articles: order kept, memory bounded.

        An article that fails gives a `Summary` with its `error`; the others go on.

        Args:
            sources: any iterable of what `__call__` takes.
            sentences, max_words: as in `__call__`.
            progress: show a bar on stderr; None shows it only on a terminal.
        """
        results = (
            summary
            for window in windowed(sources, self.window)
            for summary in self._summarize(window, sentences, max_words)
        )
        return with_progress(results, sources, "article", progress)

    def close(self) -> None:
        """Free the model's memory; a generator that was passed in is left to its owner."""
        if self.generator is not None and self._owned:
            self.generator.close()

    def __repr__(self) -> str:
        return f"Summarizer({self.model!r}, method={self.method!r})"

    def _summarize(
        self, sources: Sequence[Source], sentences: int | None, max_words: int | None
    ) -> list[Summary]:
        from summarize.drafts import Length

        length = Length(sentences, max_words).or_else(self.length)
        drafts = [self._read(source) for source in sources]
        pending = [draft for draft in drafts if not self._settled(draft, length)]
        work = self._generate if self.method == "generate" else self._tighten
        for language in sorted({draft.language for draft in pending}):
            work([d for d in pending if d.language == language], language, length)
        for draft in drafts:
            with draft.guarded():
                draft.check(length, repair=self.repair)
        return [self._finished(draft) for draft in drafts]

    def _settled(self, draft: Draft, length: Length) -> bool:
        """Whether the draft is done without a model: failed, short, or extracted."""
        with draft.guarded():
            if draft.error is None and not draft.settle_if_short(length):
                if self.method != "extract":
                    return False
                draft.extract(length)
        return True

    def _read(self, source: Source) -> Draft:
        from summarize.drafts import Draft
        from summarize.news.article import read

        try:
            article = read(source, language=self.language, offline=self._offline)
            if self.method != "extract":
                self._model().check(Task(SUMMARIZATION, article.language, article.language))
            return Draft.of(article)
        except Exception as failure:
            return Draft.failed(as_error(failure))

    def _generate(self, drafts: list[Draft], language: str, length: Length) -> None:
        """Map, then reduce: send the drafts' parts through the model until each is one piece."""
        generator = self._model()
        task = Task(SUMMARIZATION, language, language, length.sentences, length.max_words)
        options = self._options(task)
        budget, count_tokens = generator.budget(task), generator.count_tokens
        for draft in drafts:
            with draft.guarded():
                draft.cut_into_chunks(budget, count_tokens)
        drafts = [draft for draft in drafts if draft.error is None]
        while drafts:
            texts = [text for draft in drafts for text in draft.texts()]
            replies = iter(isolated(lambda batch: generator.generate(batch, task, options), texts))
            unfinished = []
            for draft in drafts:
                own = [next(replies) for _ in draft.chunks]
                with draft.guarded():
                    if draft.absorb(own, length, budget, count_tokens):
                        unfinished.append(draft)
            drafts = unfinished

    def _tighten(self, drafts: list[Draft], language: str, length: Length) -> None:
        """Ask for each sentence's summary; the drafts judge what they may keep of it."""
        generator, task = self._model(), Task(SUMMARIZATION, language, language)
        budget, asked = generator.budget(task), []
        for draft in drafts:
            with draft.guarded():
                asked.append((draft, draft.shortlist(length)))
        sizes = {text: generator.count_tokens(text) for _, texts in asked for text in texts}
        texts = [text for text, size in sizes.items() if size <= budget]
        longest = max((sizes[text] for text in texts), default=0)
        options = self._options(task).updated(min_new_tokens=0, max_new_tokens=longest + MARGIN)
        if generator.is_base and texts:
            options = options.updated(allowed_ids=generator.ids_of(texts))
        given = isolated(lambda batch: generator.generate(batch, task, options), texts)
        replies = dict(zip(texts, given, strict=True))
        for draft, own in asked:
            with draft.guarded():
                draft.tighten([replies.get(text) for text in own], length)

    def _options(self, task: Task) -> SearchOptions:
        options = self._model().options(task)
        if task.max_words is not None or task.sentences is not None:
            # A floor in tokens would force the model past the length that was asked for.
            options = options.updated(min_new_tokens=0)
        return options.updated(**self._search)

    def _finished(self, draft: Draft) -> Summary:
        from summarize.news.sentences import count_words, join

        if draft.error is not None or draft.article is None:
            return Summary(error=draft.error)
        language = draft.language
        return Summary(
            text=join(draft.kept, language),
            sentences=tuple(draft.kept),
            language=language,
            headline=draft.article.headline,
            model=self.model if draft.method in ("generated", "tightened") else EXTRACTION,
            method=draft.method,
            parts=draft.parts,
            words=sum(count_words(s, language) for s in draft.kept),
            source_words=sum(count_words(s, language) for s in draft.source),
            notes=tuple(draft.notes),
            findings=draft.findings,
            repairs=draft.repairs,
        )

    def _model(self) -> Generator:
        assert self.generator is not None, "every method but 'extract' opens a generator"
        return self.generator
