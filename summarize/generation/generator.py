"""Texts in, texts out: the only place where text meets token ids.

A `Generator` holds a backend and a tokenizer. It checks a task, words the prompt,
encodes it with the user's text as plain text, searches, and cleans what comes
back. Knows no news, no sentences and no files but the checkpoint's own.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from summarize.closing import Closing
from summarize.errors import UnsupportedModelError
from summarize.generation import prompts
from summarize.generation.abilities import Abilities
from summarize.generation.backend import Backend, Most, Output
from summarize.generation.defaults import search_options, task_params
from summarize.generation.encoding import encode
from summarize.generation.tokens import Tokens
from summarize.models.adapters import GENERATE, TIGHTEN
from summarize.models.catalog import Entry, Family
from summarize.models.families import Prompt as Style
from summarize.options import SUMMARIZATION, TRANSLATION, SearchOptions, Task

log = logging.getLogger("summarize")

UNBOUNDED = 1024
"""Tokens of text where neither the family nor the model says how many it takes."""

SLACK = 8
"""Tokens kept free: a text may take a few more beside its prompt than by itself."""

GROWTH, MARGIN = 3, 16
"""A translation may be this many times its source, and this many tokens more."""

TOKENS_PER_SENTENCE, TOKENS_PER_WORD = 80, 5
"""Bounds on what prompted models write; a Korean word takes up to five tokens."""

LINES = ("fewshot", "tuned")
"""Prompts that are answered with one line."""

LOOP_REPEATS, LOOP_TOKENS = 3, 8
"""An output that ends in as many repeats, of as many tokens in all, has looped."""


@dataclass(frozen=True, slots=True)
class Generated:
    """One answer.

    Args:
        text: cleaned: no special tokens, white space collapsed.
        complete: whether the model ended it, not the limit on its length or a loop.
        alternatives: the other complete ones that `num_return_sequences` asked for, best first.
    """

    text: str
    complete: bool = True
    alternatives: tuple[str, ...] = ()

    def altered(self, change: Callable[[str], str]) -> Generated:
        """The answer with its text and each alternative put through `change`."""
        others = tuple(map(change, self.alternatives))
        return replace(self, text=change(self.text), alternatives=others)


@dataclass(frozen=True, slots=True)
class Taught:
    """What an adapter taught a base model, which is then asked without examples.

    Args:
        tasks: by their names.
        summaries: how they are asked for: `adapters.GENERATE` or `TIGHTEN`.
        vocabularies: by target language, the only ids that translations are written with.
    """

    tasks: tuple[str, ...]
    summaries: str = GENERATE
    vocabularies: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class Generator(Closing):
    """A loaded model, ready for its tasks.

    Args:
        backend: ids in, ids out.
        tokenizer: a transformers tokenizer, or `Tokens` around one.
        family: of the model.
        entry: its catalog entry, None where it has none.
        name: how the user called it.
        config: the checkpoint's config.json.
        generation: the checkpoint's generation config.
        taught: what an adapter in the backend's weights taught it; None where there is none.
    """

    def __init__(
        self,
        backend: Backend,
        tokenizer: Any,
        family: Family,
        entry: Entry | None = None,
        name: str = "",
        *,
        config: Mapping[str, Any] | None = None,
        generation: Mapping[str, Any] | None = None,
        taught: Taught | None = None,
    ) -> None:
        self.backend = backend
        self.family = family
        self.entry = entry
        self.name = name or (entry.name if entry else family.name)
        self._tokens = tokenizer if isinstance(tokenizer, Tokens) else Tokens(tokenizer)
        self._config = dict(config or {})
        self._generation = dict(generation or {})
        self._taught = taught or Taught(())
        self._style = self._pick_style(taught is not None)
        self._abilities = Abilities(self.name, family, entry, self._style, self._tokens)

    def __repr__(self) -> str:
        return f"Generator({self.name!r}, family={self.family.name!r})"

    def close(self) -> None:
        """Free the model's memory."""
        self.backend.close()

    @property
    def window(self) -> int:
        """How many texts are worth giving at once: fewer leave the model idle at the end."""
        return self.backend.window

    @property
    def is_base(self) -> bool:
        """Whether it is a base model, asked by examples or taught by an adapter."""
        return self._style in LINES

    @property
    def summary_method(self) -> str:
        """How summaries are best made: "generate", or "extract" with a base model.

        Base models pick an article's sentences better than they write their own, unless an
        adapter has taught them. One that has taught them to shorten sentences is asked to by
        name: at equal length whole sentences measure as well (benchmarks/LOG.md).
        """
        if self._style == "tuned":
            written = SUMMARIZATION in self._taught.tasks and self._taught.summaries != TIGHTEN
            return GENERATE if written else "extract"
        return "extract" if self._style == "fewshot" else GENERATE

    # -- what it can do ---------------------------------------------------------------

    def check(self, task: Task) -> None:
        """See that the model can do `task`.

        Raises:
            UnsupportedModelError: it does not do tasks of that kind.
            UnsupportedLanguageError: it does not take one of the languages, or needs it named.
            SameLanguageError: a translation into its own language.
        """
        self._abilities.check(task)

    def options(self, task: Task) -> SearchOptions:
        """The defaults for `task`: what `generate` uses when none are given.

        Ids that the languages call for are part of them; for translations,
        `max_new_tokens` is an upper bound that short texts do not reach.
        """
        options = search_options(task, self.family, self.entry, self._generation, self._config)
        if self.family.architecture == "causal":
            options = self._causal_options(options, task)
        elif self.family.coding == "tokens" and task.target is not None:
            token = self._abilities.language_token(task.target)
            options = options.updated(forced_bos_token_id=token)
        if self.family.name == "marian" and not options.bad_words_ids:
            pad = self._generation.get("pad_token_id", self._config.get("pad_token_id"))
            options = options.updated(bad_words_ids=((pad,),)) if pad is not None else options
        return options

    def budget(self, task: Task) -> int:
        """How many tokens of text fit beside the prompt, and the output of a causal model.

        Raises:
            UnsupportedModelError: none do.
        """
        used = len(self._encode(self._prompt_builder(task)(""))) + SLACK
        positions = getattr(self.backend, "positions", None)
        limit = (self.entry and self.entry.input_limit) or self.family.input_limit
        if self.family.architecture == "seq2seq":
            rooms = [known - used for known in (limit, positions) if known is not None]
        else:
            new = self.options(task).max_new_tokens
            rooms = [limit] if limit is not None else []
            rooms += [positions - used - new] if positions is not None else []
        room = min(rooms, default=UNBOUNDED)
        if room < 1:
            raise UnsupportedModelError(
                f"{self.name} has too few positions ({positions}) for the prompt of {task.name}."
            )
        return room

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` takes by itself."""
        return len(self._tokens.encode(text))

    def request(self, text: str, task: Task) -> list[int]:
        """The ids that a model is given for `text`: its prompt, encoded."""
        return self._encode(self._prompt_builder(task)(text))

    def reply(self, text: str, task: Task) -> list[int]:
        """The ids of `text` as an answer to `request`, with what begins and ends one."""
        ids = self._tokens.encode(text)
        end = [] if self._tokens.eos_id is None else [self._tokens.eos_id]
        if self.family.architecture == "causal":
            return [*ids, *self._reply_end(end)]
        if self.family.coding == "tokens" and task.target is not None:
            return [self._abilities.language_token(task.target), *ids, *end]
        return [*self._tokens.head, *ids, *(self._tokens.tail or end)]

    def ids_of(self, texts: Iterable[str]) -> tuple[int, ...]:
        """The ids of these texts, and of what is left of them when words are left out.

        Whichever word comes first then, with its capital; whichever loses its comma, or comes last.
        """
        found: set[int] = set()
        for text in texts:
            words = text.split()
            bare = [word.rstrip(",;:") for word in words]
            first = [word[:1].upper() + word[1:] for word in (*words, *bare)]
            last = [word + text[-1:] for word in bare]
            for said in (text, " ".join(bare), " ".join(last), *words, *first):
                found.update(self._tokens.encode(said))
        return tuple(sorted(found))

    # -- doing it ---------------------------------------------------------------------

    def generate(
        self, texts: Iterable[str], task: Task, options: SearchOptions | None = None
    ) -> Iterator[Generated]:
        """One answer a text: order kept, memory bounded.

        Raises:
            InputError: a text whose request is longer than the model has positions; texts
                within `budget` never are.
            GenerationError: the model ran and failed.
            Also what `check` raises.
        """
        self.check(task)
        options = options or self.options(task)
        build = self._prompt_builder(task)
        most = self._most(task, options, build)
        bounds: deque[int] = deque()

        def requests() -> Iterator[list[int]]:
            for text in texts:
                ids = self._encode(build(text))
                bounds.append(most(ids))
                yield ids

        for output in self.backend.generate(requests(), options, most):
            bound = bounds.popleft()
            best = self._answer(output, options, bound)
            others = [self._answer(other, options, bound) for other in output.alternatives]
            texts = dict.fromkeys(other.text for other in others if other.complete and other.text)
            yield replace(best, alternatives=tuple(text for text in texts if text != best.text))

    def _most(self, task: Task, options: SearchOptions, build: prompts.Builder) -> Most:
        """The most new tokens of a request: a translation's by its source, in a few steps."""
        limit = options.max_new_tokens
        if task.name != TRANSLATION:
            return lambda ids: limit
        causal = self.family.architecture == "causal"
        prompt = len(self._encode(build(""))) if causal else 0

        def most(ids: Sequence[int]) -> int:
            bits = max(4, len(ids) - prompt).bit_length()
            return min(limit, max(1, options.min_new_tokens, (GROWTH << bits) + MARGIN))

        return most

    def _answer(self, output: Output, options: SearchOptions, bound: int) -> Generated:
        ids = list(output.ids)
        kept = without_loop(ids)
        forced = options.forced_eos_token_id is not None
        cut = output.stop is None or (forced and len(ids) + 1 >= bound)
        complete = not cut and len(kept) == len(ids)
        if self._style in LINES:
            if output.stop is not None and output.stop != self._tokens.eos_id:
                kept.append(output.stop)  # a token like ".\n" ends the line and is part of it
            text = self._tokens.decode(kept).strip().split("\n")[0]
        else:
            thought = self._tokens.token_id("</think>")
            if thought in kept:
                kept = kept[kept.index(thought) + 1 :]
            text = self._tokens.decode(kept)
        return Generated(prompts.one_line(text), complete)

    # -- prompts to ids ---------------------------------------------------------------

    def _prompt_builder(self, task: Task) -> prompts.Builder:
        prefix = task_params(task, self._config).get("prefix", self._config.get("prefix"))
        names_target = self._abilities.names_target
        return prompts.builder(
            task, self.family, self.entry, self._style, self._tokens.chat, prefix, names_target
        )

    def _reply_end(self, end: list[int]) -> list[int]:
        """What ends an answer: a chat model's own end of turn, else the end of text."""
        eos = self._generation.get("eos_token_id")
        known = [eos] if isinstance(eos, int) else list(eos or end)
        turn = [token for token in known if token not in end]
        return turn[:1] if self._style == "chat" and turn else end or known[:1]

    def _encode(self, prompt: prompts.Prompt) -> list[int]:
        return encode(prompt, self._tokens, self.family)

    # -- inside -----------------------------------------------------------------------

    def _pick_style(self, tuned: bool) -> Style:
        if self.family.architecture == "seq2seq":
            return "seq2seq"
        base: Style = "tuned" if tuned else "fewshot"
        if self.entry is not None and self.entry.prompt == "fewshot":
            return base
        return "chat" if self._tokens.has_chat_template else base

    def _causal_options(self, options: SearchOptions, task: Task) -> SearchOptions:
        eos = self._generation.get("eos_token_id")
        ids = {eos} if isinstance(eos, int) else set(eos or ())
        if self._tokens.eos_id is not None:
            ids.add(self._tokens.eos_id)
        if self._style in LINES:
            ids.update(self._tokens.newline_ids())
        options = options.updated(eos_token_id=tuple(sorted(ids)) or None)
        if self._style in LINES:
            options = options.updated(min_new_tokens=1)
        allowed = self._taught.vocabularies.get(task.target or "")
        if task.name == TRANSLATION and allowed is not None:
            options = options.updated(allowed_ids=allowed)
        if task.name == SUMMARIZATION and (task.max_words or task.sentences):
            asked = (
                task.max_words * TOKENS_PER_WORD
                if task.max_words
                else (task.sentences or 1) * TOKENS_PER_SENTENCE
            )
            options = options.updated(max_new_tokens=asked + MARGIN)
        return options


def without_loop(ids: list[int]) -> list[int]:
    """`ids` without the repeats at their end, the first of them kept.

    An end that repeats at least `LOOP_REPEATS` times and takes `LOOP_TOKENS` tokens
    or more is a loop; "no, no, no" is not.
    """
    for period in range(1, len(ids) // LOOP_REPEATS + 1):
        repeats = 1
        while ids[len(ids) - (repeats + 1) * period : len(ids) - repeats * period] == ids[-period:]:
            repeats += 1
        if repeats >= LOOP_REPEATS and repeats * period >= LOOP_TOKENS:
            return ids[: len(ids) - (repeats - 1) * period]
    return list(ids)
