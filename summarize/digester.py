"""The main job: one article to a short summary and its translation.

Knows neither models nor text: it reads an article once, hands it to a
`Summarizer`, and hands the summary to a `Translator`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.batching import as_error, windowed, with_progress
from summarize.closing import Closing
from summarize.errors import OptionError, SummarizeError
from summarize.options import SUMMARIZATION, TRANSLATION
from summarize.summarizer import Summarizer, Summary
from summarize.translation import Translation
from summarize.translator import Translator

if TYPE_CHECKING:
    from summarize.generation.generator import Generator
    from summarize.news.article import Article, SetAside, Source
    from summarize.news.checks import Finding
    from summarize.news.glossary import Given
    from summarize.repair import Repair


@dataclass(frozen=True, slots=True)
class Models:
    """What made a digest: the names of the summary's and the translation's model."""

    summary: str = ""
    translation: str = ""

    def to_dict(self) -> dict[str, str]:
        """The names as plain values, ready for JSON."""
        return {"summary": self.summary, "translation": self.translation}


@dataclass(frozen=True, slots=True, repr=False)
class Digest:
    """A summary of one article and its translation.

    Attributes:
        language: ISO 639-1 code of the article.
        headline: the article's own, where it has one.
        summary, translation: the two results; the translation is of the summary.
        set_aside: what was taken out of the article before it was summarised, and by which rule.
        models: what made the two.
        seconds: wall time; for an article out of `Digester.many`, its share of its window's.
        source: the file or URL, where the article came from one.
        error: why something is missing; what was done before is there.
    """

    language: str = ""
    headline: str | None = None
    summary: Summary = field(default_factory=Summary)
    translation: Translation = field(default_factory=Translation)
    set_aside: tuple[SetAside, ...] = ()
    models: Models = field(default_factory=Models)
    seconds: float = 0.0
    source: str | None = None
    error: SummarizeError | None = field(default=None, compare=False)

    @property
    def ok(self) -> bool:
        """Whether both the summary and the translation are there."""
        return self.error is None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks found in the summary, then in the translation."""
        return (*self.summary.findings, *self.translation.findings)

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """What was mended in the summary, then in the translation."""
        return (*self.summary.repairs, *self.translation.repairs)

    def __str__(self) -> str:
        parts = [
            self.headline,
            self.summary.text,
            self.translation.headline,
            self.translation.text,
        ]
        return "\n\n".join(part for part in parts if part)

    def __repr__(self) -> str:
        if self.error is not None:
            return f"Digest(error={self.error!r})"
        return (
            f"Digest({self.headline!r},\n  {self.summary!r},\n  {self.translation!r},\n"
            f"  {len(self.set_aside)} set aside, {self.seconds:.1f} s)"
        )

    def to_dict(self) -> dict[str, Any]:
        """The digest as plain values, ready for JSON."""
        return {
            "language": self.language,
            "headline": self.headline,
            "summary": self.summary.to_dict(),
            "translation": self.translation.to_dict(),
            "set_aside": [item.to_dict() for item in self.set_aside],
            "models": self.models.to_dict(),
            "seconds": round(self.seconds, 3),
            "source": self.source,
            "error": self.error.to_dict() if self.error else None,
        }


class Digester(Closing):
    """Summarise articles and translate the summaries.

    Args:
        summarizer: a `Summarizer`, or the name or directory of its model; None takes the best
            model at hand.
        translator: likewise a `Translator`, or its model. Where both come down to one model, it
            is loaded once.
        to: target language where a call names none; by default the other of English and Korean.
        language: the articles' language, as an ISO 639-1 code; None finds it for each.
        method: of the summarizer, as for `Summarizer`, where it is made here.
        device, dtype, offline, repair: for the summarizer and the translator that are made here.
        adapter: merged into the models that are opened here; see `Translator`. Where they are
            two, into the one that it was made for.
        glossary, register, numbers: of the translator, as for `Translator`, where it is opened
            here.

    Raises:
        OptionError: a glossary with a wrong entry, an unknown register or method, or one of
            these beside a `Translator` or `Summarizer` that has its own.
        InputError: a glossary's file that cannot be read, or a wrong line in it.
        ModelError: a model cannot be found, loaded or used.
    """

    def __init__(
        self,
        summarizer: Summarizer | str | Path | None = None,
        translator: Translator | str | Path | None = None,
        *,
        to: str | None = None,
        language: str | None = None,
        method: str = "auto",
        device: str = "auto",
        dtype: str = "auto",
        offline: bool | None = None,
        repair: bool = False,
        adapter: str | Path | None = None,
        glossary: Given | Iterable[Given] | None = None,
        register: str | None = None,
        numbers: bool = True,
    ) -> None:
        from summarize.generation.opening import chosen
        from summarize.models.adapters import adapter_of

        wording: dict[str, Any] = {"glossary": glossary, "register": register, "numbers": numbers}
        usual = {"glossary": None, "register": None, "numbers": True}
        if isinstance(translator, Translator) and wording != usual:
            raise OptionError(f"give {', '.join(wording)} to the Translator that is passed in.")
        if isinstance(summarizer, Summarizer) and method != "auto":
            raise OptionError("give method to the Summarizer that is passed in.")

        self.to = to
        self.language = language
        self._offline = offline
        settings: dict[str, Any] = {
            "device": device,
            "dtype": dtype,
            "offline": offline,
            "repair": repair,
        }
        given = {SUMMARIZATION: summarizer, TRANSLATION: translator}
        names = chosen([task for task, one in given.items() if one is None], offline)
        translating = translator if translator is not None else names[TRANSLATION]
        if not isinstance(translating, Translator):
            model = _loaded_already(translating, summarizer)
            merged = adapter_of(adapter, model, summarizer)
            translating = Translator(model, to=to, adapter=merged, **wording, **settings)
        summarizing = summarizer if summarizer is not None else names[SUMMARIZATION]
        if not isinstance(summarizing, Summarizer):
            model = _loaded_already(summarizing, translating)
            merged = adapter_of(adapter, model, translator)
            summarizing = Summarizer(
                model, method=method, language=language, adapter=merged, **settings
            )
        self.translator = translating
        self.summarizer = summarizing

    @classmethod
    def open(cls, models: Sequence[str | Path] = (), **settings: Any) -> Digester:
        """A digester from names alone: each model is used for the task that it does.

        Args:
            models: none, one, or one for each task, in any order.
            **settings: the keyword arguments of the constructor.

        Raises:
            OptionError: more models than tasks, or two that do only the same one.
        """
        from summarize.models.assignment import assign

        named = assign(models)
        return cls(named.get(SUMMARIZATION), named.get(TRANSLATION), **settings)

    def __call__(
        self,
        source: Source,
        to: str | None = None,
        *,
        sentences: int | None = None,
        max_words: int | None = None,
    ) -> Digest:
        """Digest one article.

        Args:
            source: an `Article`, text, HTML, bytes, a `Path` or a URL.
            to: language of the translation.
            sentences, max_words: length of the summary, as for `Summarizer`.

        Raises:
            InputError: the article cannot be read, or its language is not supported.
            SameLanguageError: the article already is in the language asked for.
            GenerationError: a model failed.
        """
        [digest] = self._digest([source], to, sentences, max_words)
        if digest.error is not None:
            raise digest.error
        return digest

    def many(
        self,
        sources: Iterable[Source],
        to: str | None = None,
        *,
        sentences: int | None = None,
        max_words: int | None = None,
        progress: bool | None = None,
    ) -> Iterator[Digest]:
        """Digest a stream of articles: order kept, memory bounded.

        An article that fails gives a `Digest` with its `error`, and with whatever was done
        before; the others go on.

        Args:
            sources: any iterable of what `__call__` takes.
            to, sentences, max_words: as in `__call__`.
            progress: show a bar on stderr; None shows it only on a terminal.
        """
        results = (
            digest
            for window in windowed(sources, max(self.summarizer.window, self.translator.window))
            for digest in self._digest(window, to, sentences, max_words)
        )
        return with_progress(results, sources, "article", progress)

    def close(self) -> None:
        """Free the memory of both models, those that were passed in as well."""
        self.summarizer.close()
        self.translator.close()

    def __repr__(self) -> str:
        return f"Digester({self.summarizer!r}, {self.translator!r})"

    def _digest(
        self,
        sources: Sequence[Source],
        to: str | None,
        sentences: int | None,
        max_words: int | None,
    ) -> list[Digest]:
        from summarize.news.manuscript import Manuscript

        start = time.perf_counter()
        to = to or self.to
        read = [self._read(source, to) for source in sources]
        articles = [article for article in read if not isinstance(article, SummarizeError)]
        length = {"sentences": sentences, "max_words": max_words}
        summaries = list(self.summarizer.many(articles, progress=False, **length))
        manuscripts = [
            Manuscript.of_sentences(s.sentences, s.language, s.headline) for s in summaries if s.ok
        ]
        translations = self.translator.many(manuscripts, to, progress=False)
        done = iter(
            self._assembled(article, summary, next(translations) if summary.ok else Translation())
            for article, summary in zip(articles, summaries, strict=True)
        )
        digests = [Digest(error=a) if isinstance(a, SummarizeError) else next(done) for a in read]
        share = (time.perf_counter() - start) / len(digests)
        return [replace(digest, seconds=share) for digest in digests]

    def _read(self, source: Source, to: str | None) -> Article | SummarizeError:
        """The article, once it is clear that its summary can be translated."""
        from summarize.news.article import read

        try:
            article = read(source, language=self.language, offline=self._offline)
            self.translator.check(article.language, to)
            return article
        except Exception as failure:
            return as_error(failure)

    def _assembled(self, article: Article, summary: Summary, translation: Translation) -> Digest:
        return Digest(
            language=article.language,
            headline=article.headline,
            summary=summary,
            translation=translation,
            set_aside=article.set_aside,
            models=Models(summary.model, translation.model),
            source=article.source,
            error=summary.error or translation.error,
        )


def _loaded_already(name: str | Path, holder: object) -> str | Path | Generator:
    """The model that `holder` holds, where that is the one called `name`; else the name."""
    from summarize.models.assignment import same_model

    generator: Generator | None = getattr(holder, "generator", None)
    return generator if generator is not None and same_model(generator.name, name) else name
