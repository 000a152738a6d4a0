"""Texts to translations: sentence by sentence, put back under the source's paragraphs.

Knows no tokenizer and no language codes: it asks a `Generator`, through a `SentenceTranslator` for
each pair of languages. Several sentences are never sent as one request, because M2M100 and NLLB
drop some.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.batching import as_error, windowed, with_progress
from summarize.closing import Closing
from summarize.errors import OptionError, SameLanguageError, SummarizeError
from summarize.options import TRANSLATION, SearchOptions, Task
from summarize.repair import notes_on, repairs_of
from summarize.sentence_translator import SentenceTranslator, Translated
from summarize.translation import SentencePair, Translation

if TYPE_CHECKING:
    from summarize.generation.generator import Generator
    from summarize.news.article import Source
    from summarize.news.glossary import Given
    from summarize.news.manuscript import Manuscript
    from summarize.sentence_translator import Reply

OTHER = {"en": "ko", "ko": "en"}
"""The target when none is named."""


class Translator(Closing):
    """Translate text with one model.

    Args:
        model: a catalog name, Hub id, local directory or a loaded `Generator`;
            None takes the best model at hand (`docs/models.md` has the order).
        to: target language where a call names none; by default the other of English and Korean.
        source: source language; None finds it for each text.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        dtype: "auto", "float32", "bfloat16", "float16", or "int8" (encoder-decoders, on the CPU).
        offline: True never opens a socket; None follows HF_HUB_OFFLINE.
        revision: branch, tag or commit on the Hub.
        numbers: of what the beams found, take the best with the source's numbers, and make a
            number the source's where it is plain which became which (English and Korean); each
            change is among the `repairs`.
        repair: translate a sentence once more, in another way, when a check finds errors in its
            translation, and keep the better of the two.
        adapter: a directory that `summarize tune` made for this model, or "none" for the model
            as it is; None takes the adapter that the package has for it, if any.
        glossary: names and terms to be kept, in both directions: a dict, the path of a TSV, CSV
            or JSON file, "builtin", "none", a `Glossary`, or a list of those (later ones are
            followed where they differ). None is "builtin" for base models, which get names
            wrong, and "none" for others.
        register: "news" or "polite" turns the endings of Korean sentences into 한다 or 합니다;
            None leaves them as the model writes them.
        **search: generation options, by their names in `SearchOptions`.

    Languages are ISO 639-1 codes ("en", "ko") or the model family's own ("kor_Hang").

    Raises:
        OptionError: an unknown option, or a glossary with a wrong entry.
        InputError: a glossary's file that cannot be read, or a wrong line in it.
        ModelError: the model cannot be found, loaded or used for translation.
    """

    def __init__(
        self,
        model: str | Path | Generator | None = None,
        *,
        to: str | None = None,
        source: str | None = None,
        device: str = "auto",
        dtype: str = "auto",
        offline: bool | None = None,
        revision: str | None = None,
        numbers: bool = True,
        repair: bool = False,
        adapter: str | Path | None = None,
        glossary: Given | Iterable[Given] | None = None,
        register: str | None = None,
        **search: Any,
    ) -> None:
        from summarize.generation.opening import open_generator
        from summarize.news.glossary import Glossary
        from summarize.news.register import require_register

        self.repair, self.numbers = repair, numbers
        SearchOptions().updated(**search)
        asked = None if glossary is None else Glossary.of(glossary)
        self.register = require_register(register)
        self.to = to
        self.source = source
        self._search = search
        self._offline = offline
        self.generator, self._owned = open_generator(
            model,
            TRANSLATION,
            device=device,
            dtype=dtype,
            offline=offline,
            revision=revision,
            adapter=adapter,
        )
        usual = Glossary.builtin() if self.generator.is_base else Glossary()
        self.glossary = usual if asked is None else asked

    @property
    def model(self) -> str:
        """The name of the model."""
        return self.generator.name

    @property
    def window(self) -> int:
        """How many texts `many` works on at once."""
        return self.generator.window

    def __call__(
        self, text: Source | Manuscript, to: str | None = None, *, source: str | None = None
    ) -> Translation:
        """Translate one text.

        Args:
            text: a string, translated whole and in its own layout; or an `Article`, a `Path`,
                bytes, HTML or a URL, of which headline and body are translated.
            to: target language.
            source: source language; None finds it.

        Raises:
            InputError: the text cannot be read.
            SameLanguageError: the text already is in the target language.
            UnsupportedLanguageError: the model does not translate between the two.
            GenerationError: the model failed.
        """
        [translation] = self._translate([text], to, source)
        if translation.error is not None:
            raise translation.error
        return translation

    def many(
        self,
        texts: Iterable[Source | Manuscript],
        to: str | None = None,
        *,
        source: str | None = None,
        progress: bool | None = None,
    ) -> Iterator[Translation]:
        """Translate a stream of texts: order kept, memory bounded.

        A text that fails gives a `Translation` with its `error`; the others go on.

        Args:
            texts: any iterable of what `__call__` takes.
            to, source: as in `__call__`.
            progress: show a bar on stderr; None shows it only on a terminal.
        """
        results = (
            translation
            for window in windowed(texts, self.window)
            for translation in self._translate(window, to, source)
        )
        return with_progress(results, texts, "text", progress)

    def check(self, source: str, to: str | None = None) -> Task:
        """The task of translating from `source`, once it is clear that it can be done.

        Raises:
            SameLanguageError: the target is the source language.
            OptionError: no target named, and the source is neither English nor Korean.
            UnsupportedLanguageError: the model does not translate between the two.
        """
        target = target_of(self._iso(source), to or self.to)
        if self._iso(target) == self._iso(source):
            raise same_language(self._iso(source))
        task = Task(TRANSLATION, source, target)
        self.generator.check(task)
        return task

    def _iso(self, code: str) -> str:
        """The ISO 639-1 code of a language, which may be given by the model family's own."""
        from summarize.models.catalog import iso_code

        return iso_code(self.generator.family, code)

    def close(self) -> None:
        """Free the model's memory; a generator that was passed in is left to its owner."""
        if self._owned:
            self.generator.close()

    def __repr__(self) -> str:
        return f"Translator({self.model!r})"

    def _translate(
        self, texts: Sequence[Source | Manuscript], to: str | None, source: str | None
    ) -> list[Translation]:
        jobs = [self._read(text, to, source or self.source) for text in texts]
        wanted: dict[Task, list[str]] = {}
        for job in jobs:
            if isinstance(job, _Job):
                wanted.setdefault(job.task, []).extend(job.sentences)
        translators = {task: self._between(task) for task in wanted}
        done = {task: translators[task](sentences) for task, sentences in wanted.items()}
        return [
            self._finished(job, translators[job.task], done[job.task])
            if isinstance(job, _Job)
            else Translation(error=job)
            for job in jobs
        ]

    def _read(
        self, text: Source | Manuscript, to: str | None, source: str | None
    ) -> _Job | SummarizeError:
        from summarize.news.manuscript import Manuscript

        try:
            manuscript = Manuscript.read(text, language=source, offline=self._offline)
            return _Job(manuscript, self.check(manuscript.language, to))
        except Exception as failure:
            return as_error(failure)

    def _between(self, task: Task) -> SentenceTranslator:
        return SentenceTranslator(
            self.generator,
            task,
            self.generator.options(task).updated(**self._search),
            iso=self._iso,
            glossary=self.glossary,
            register=self.register,
            numbers=self.numbers,
            repair=self.repair,
        )

    def _finished(self, job: _Job, translator: SentenceTranslator, done: Translated) -> Translation:
        manuscript, target = job.manuscript, translator.target
        sent = [s for s in job.sentences if s in done.replies]
        own = [done.replies[s] for s in sent]
        failure = next((reply for reply in own if isinstance(reply, SummarizeError)), None)
        numbers = [n for n, paragraph in enumerate(manuscript.paragraphs) for _ in paragraph]
        first = -1 if manuscript.headline else 0
        said = [(s, done.text(s)) for s in job.sentences]
        settled = repairs_of(said, done.tried, first)
        again = sum(bool(s in done.tried and done.tried[s].pieces) for s in job.sentences)
        texts, mended = translator.with_numbers(said, first)
        pairs = list(zip(job.sentences, texts, strict=True))
        heading, body = (pairs[:1], pairs[1:]) if manuscript.headline else ([], pairs)
        targets = [text for _, text in body]
        return Translation(
            text="" if failure else manuscript.fill(targets, target),
            language=target,
            source_language=self._iso(manuscript.language),
            headline=heading[0][1] if heading else None,
            pairs=tuple(map(SentencePair, manuscript.sentences, targets, numbers)),
            model=self.model,
            notes=(
                *_notes(own),
                *translator.terms.notes(zip(sent, own, strict=True)),
                *notes_on(settled, again, len(own)),
            ),
            findings=()
            if failure
            else (*translator.findings(heading, first=-1), *translator.findings(body)),
            repairs=(*settled, *mended),
            error=failure,
        )


def _notes(replies: Sequence[Reply]) -> tuple[str, ...]:
    """What to say of replies that the model did not end, or that are empty."""
    texts = [reply for reply in replies if not isinstance(reply, SummarizeError)]
    bad = sum(not reply.complete or not reply.text for reply in texts)
    if not bad:
        return ()
    return (f"{bad} of {len(replies)} sentences came back cut off, looping or empty",)


@dataclass(frozen=True, slots=True)
class _Job:
    """One text to translate, and between which languages."""

    manuscript: Manuscript
    task: Task

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every sentence to translate, the headline first."""
        headline = self.manuscript.headline
        return (*([headline] if headline else []), *self.manuscript.sentences)


def target_of(source: str, to: str | None) -> str:
    """The language to translate into: `to`, or the other one of English and Korean.

    Raises:
        OptionError: no target named, and the source is neither English nor Korean.
    """
    if to is not None:
        return to
    if source not in OTHER:
        raise OptionError(f"name the target language (to='en'): the source is {source!r}.")
    return OTHER[source]


def same_language(code: str) -> SameLanguageError:
    """The error for a text that already is in the language asked for."""
    other = f", such as to={OTHER[code]!r}." if code in OTHER else "."
    return SameLanguageError(f"the text is already in {code!r}; name another target{other}")
