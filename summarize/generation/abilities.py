"""Which tasks and languages a loaded model takes, and why not the others.

Reads the family, the catalog entry and the vocabulary; runs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from summarize.errors import SameLanguageError, UnsupportedLanguageError, UnsupportedModelError
from summarize.generation.tokens import Tokens
from summarize.models.catalog import Entry, Family, iso_code, language_code
from summarize.models.families import Prompt as Style
from summarize.options import SUMMARIZATION, TRANSLATION, Task

OTHERS = "`summarize models` lists models for every task and language."


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one loaded model can be asked for."""

    name: str
    family: Family
    entry: Entry | None
    style: Style
    tokens: Tokens

    def check(self, task: Task) -> None:
        """See that the model can do `task`.

        Raises:
            UnsupportedModelError: it does not do tasks of that kind.
            UnsupportedLanguageError: it does not take one of the languages, or needs it named.
            SameLanguageError: a translation into its own language.
        """
        tasks = self.entry.tasks if self.entry else self.family.tasks
        if task.name not in tasks:
            raise UnsupportedModelError(
                f"{self.name} does not do {task.name}; it does {', '.join(tasks)}. {OTHERS}"
            )
        if task.name == TRANSLATION:
            self._check_named(task)
            if task.source is not None and task.source == task.target:
                raise SameLanguageError(
                    f"the text is in {task.source!r} already; translate into another language."
                )
            self._check_language(task.source, "reads", self._readable())
            self._check_language(task.target, "writes", self._writable())
            self._check_tokens(task)
        elif task.name == SUMMARIZATION:
            self._check_language(task.source, "reads", self._readable())

    def language_token(self, language: str) -> int:
        """The id of a language's token.

        Raises:
            UnsupportedLanguageError: the vocabulary has none.
        """
        token = self.family.token.format(language_code(self.family, language))
        index = self.tokens.token_id(token)
        if index is None:
            raise UnsupportedLanguageError(
                f"{self.name} has no token {token!r}: it was not trained for {language!r}. {OTHERS}"
            )
        return index

    @property
    def names_target(self) -> bool:
        """Whether the target language opens the source, as one of several."""
        if self.family.coding != "target_token":
            return False
        return self.family.name != "marian" or bool(self.tokens.target_codes)

    def _check_named(self, task: Task) -> None:
        by_name = self.family.coding in ("tokens", "words")
        missing = [
            direction
            for direction, language, needed in (
                ("from", task.source, by_name),
                ("into", task.target, by_name or self.names_target),
            )
            if needed and language is None
        ]
        if missing:
            raise UnsupportedLanguageError(
                f"{self.name} needs to know the language to translate {missing[0]}; name it."
            )

    def _check_language(self, language: str | None, verb: str, known: tuple[str, ...]) -> None:
        if language is None:
            return
        if known and iso_code(self.family, language) not in known:
            raise UnsupportedLanguageError(
                f"{self.name} {verb} {', '.join(known)}, not {language!r}. {OTHERS}"
            )
        if self.family.coding != "none":
            language_code(self.family, language)

    def _check_tokens(self, task: Task) -> None:
        if self.family.coding == "tokens":
            for language in (task.source, task.target):
                self.language_token(str(language))
        elif self.names_target:
            self.language_token(str(task.target))

    def _readable(self) -> tuple[str, ...]:
        if self.entry is not None:
            return self.entry.sources or self.entry.languages
        return self._undescribed(0)

    def _writable(self) -> tuple[str, ...]:
        if self.entry is not None:
            return self.entry.targets or self.entry.languages
        return self._undescribed(1)

    def _undescribed(self, side: int) -> tuple[str, ...]:
        """What can be told of a checkpoint without an entry; () for nothing."""
        if self.style == "fewshot":
            return ("en", "ko")  # the examples' languages
        language = self.tokens.pair[side]
        known = language is not None and language in self.family.codes
        return (str(language),) if known and not self.names_target else ()
