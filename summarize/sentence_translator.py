"""The sentences of one task to their best translations: pieces, names, register, second tries.

Each distinct sentence is one request, or several where it is longer than the model takes. Of what
the beams found, one with the source's numbers may be kept (`numbers`), and what fails its checks
may be tried once more (`repair`); `repair.py` says when, this module makes the requests. Knows no
text that sentences are part of, and no layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from summarize.batching import isolated
from summarize.errors import SummarizeError
from summarize.options import SearchOptions, Task
from summarize.repair import (
    BEAM,
    Attempt,
    Repair,
    agreeing,
    attempts_at,
    other_search,
    with_alternatives,
    with_numbers,
)
from summarize.terms import Terms

if TYPE_CHECKING:
    from summarize.generation.generator import Generated, Generator
    from summarize.news.checks import Finding
    from summarize.news.glossary import Glossary
    from summarize.news.register import Register

    Reply: TypeAlias = Generated | SummarizeError


@dataclass(frozen=True, slots=True)
class Translated:
    """What became of the sentences.

    Attributes:
        replies: by sentence; one that holds no letter is its own translation and is not among
            them.
        tried: where something else was tried than the first translation, and why.
    """

    replies: dict[str, Reply]
    tried: dict[str, Attempt]

    def text(self, sentence: str) -> str:
        """The translation of `sentence`; nothing where it failed."""
        return text_of(self.replies.get(sentence), sentence)


class SentenceTranslator:
    """Translates sentences between two languages.

    Args:
        generator: the model.
        task: the translation, its languages by the family's own codes or ISO 639-1.
        search: how to look for a translation.
        iso: from a language's code to its ISO 639-1 code.
        glossary: of names to be kept.
        register: of Korean sentences; None leaves them.
        numbers, repair: see `Translator`.
    """

    def __init__(
        self,
        generator: Generator,
        task: Task,
        search: SearchOptions,
        *,
        iso: Callable[[str], str],
        glossary: Glossary,
        register: Register | None = None,
        numbers: bool = True,
        repair: bool = False,
    ) -> None:
        self.task = task
        self.source, self.target = iso(str(task.source)), iso(str(task.target))
        self.terms = Terms(glossary, self.source, self.target)
        self._generator, self._search = generator, search
        self._glossary, self._register = glossary, register
        self._numbers, self._repair = numbers, repair
        self._budget = generator.budget(task)

    def __call__(self, sentences: Iterable[str]) -> Translated:
        """Translate every distinct sentence once."""
        from summarize.news.sentences import cut

        pieces = {
            sentence: cut(sentence, self._budget, self._generator.count_tokens)
            for sentence in dict.fromkeys(sentences)
            if any(character.isalpha() for character in sentence)
        }
        requests = list(dict.fromkeys(piece for cuts in pieces.values() for piece in cuts))
        answers = self._answers(requests, self._search)
        replies = {s: self._whole([answers[p] for p in cuts]) for s, cuts in pieces.items()}
        return Translated(replies, self._tried(replies))

    def with_numbers(
        self, pairs: Sequence[tuple[str, str]], first: int = 0
    ) -> tuple[list[str], tuple[Repair, ...]]:
        """The translations with the source's numbers, where that is asked for."""
        if not self._numbers:
            return [text for _, text in pairs], ()
        return with_numbers(pairs, self.source, self.target, first)

    def findings(self, pairs: Sequence[tuple[str, str]], first: int = 0) -> tuple[Finding, ...]:
        """What is wrong with sentences and their translations, numbered from `first`."""
        from summarize.news.checks import check_pairs

        glossary = self._glossary
        return check_pairs(pairs, self.source, self.target, glossary=glossary, first=first)

    # -- requests ---------------------------------------------------------------------

    def _answers(self, requests: Sequence[str], search: SearchOptions) -> dict[str, Reply]:
        """Translate each request, the glossary's names kept."""
        if self._numbers:
            search = with_alternatives(search)
        answers = self.terms.translated(
            requests,
            lambda texts: isolated(
                lambda some: self._generator.generate(some, self.task, search), texts
            ),
            self._fits,
        )
        return dict(zip(requests, answers, strict=True))

    def _fits(self, text: str) -> bool:
        return self._generator.count_tokens(text) <= self._budget

    def _whole(self, replies: Sequence[Reply]) -> Reply:
        """The replies to a sentence's pieces as one, in the register asked for."""
        from summarize.news.register import turned

        reply, register = _joined(replies), self._register
        if register is None or self.target != "ko" or isinstance(reply, SummarizeError):
            return reply
        return reply.altered(lambda text: turned(text, register))

    # -- what may be better than the first translation ----------------------------------

    def _tried(self, replies: dict[str, Reply]) -> dict[str, Attempt]:
        """What was found better than a first translation, which `replies` then no longer hold."""
        chosen = self._chosen(replies) if self._numbers else {}
        again = self._tried_again(replies) if self._repair else {}
        for sentence in chosen.keys() & again.keys():
            mended = text_of(replies[sentence], sentence) != again[sentence].first
            how = again[sentence].how if mended else BEAM
            again[sentence] = replace(chosen[sentence], how=how, pieces=again[sentence].pieces)
        return chosen | again

    def _chosen(self, replies: dict[str, Reply]) -> dict[str, Attempt]:
        """Where a number is wrong: the best of the beams with the fewest, wrong in nothing else."""
        attempts = {}
        for sentence, reply in replies.items():
            if isinstance(reply, SummarizeError) or not reply.alternatives:
                continue
            candidates = (reply.text, *filter(None, reply.alternatives))
            best = agreeing(sentence, candidates, self.source, self.target)
            if best == 0:
                continue
            first, other = (self._faults(sentence, text) for text in (reply.text, candidates[best]))
            if len(other) < len(first) and {f.kind for f in other} <= {f.kind for f in first}:
                attempts[sentence] = Attempt(sentence, reply.text, first, BEAM)
                replies[sentence] = replace(reply, text=candidates[best], complete=True)
        return attempts

    def _tried_again(self, replies: dict[str, Reply]) -> dict[str, Attempt]:
        """Translate what fails its checks once more; `replies` then hold the better ones."""
        done = {s: r.text for s, r in replies.items() if not isinstance(r, SummarizeError)}
        attempts = attempts_at(done, self._faults)
        pieces = dict.fromkeys(piece for attempt in attempts for piece in attempt.pieces)
        second = self._answers(list(filter(self._fits, pieces)), other_search(self._search))
        for attempt in attempts:
            if all(piece in second for piece in attempt.pieces):
                again = self._whole([second[piece] for piece in attempt.pieces])
                if isinstance(again, SummarizeError):
                    continue
                kept = attempt.settled((again.text, *again.alternatives), self._faults)
                if kept != attempt.first:
                    complete = again.complete or kept != again.text
                    replies[attempt.source] = replace(again, text=kept, complete=complete)
        return {attempt.source: attempt for attempt in attempts}

    def _faults(self, source: str, target: str) -> tuple[Finding, ...]:
        """What is wrong with a translation once its numbers are put right."""
        [text], _ = self.with_numbers([(source, target)])
        return self.findings([(source, text)])


def _joined(replies: Sequence[Reply]) -> Reply:
    """The replies to one sentence's pieces as one; the first error, where there is one."""
    from summarize.generation.generator import Generated

    texts: list[Generated] = []
    for reply in replies:
        if isinstance(reply, SummarizeError):
            return reply
        texts.append(reply)
    if len(texts) == 1:
        return texts[0]
    text = " ".join(reply.text for reply in texts)
    return Generated(text, complete=all(reply.complete for reply in texts))


def text_of(reply: Reply | None, source: str) -> str:
    """The reply's text: the source where nothing was asked, nothing where it failed."""
    if reply is None:
        return source
    return "" if isinstance(reply, SummarizeError) else reply.text
