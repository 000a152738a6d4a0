"""A generator whose answers a test writes: what the tasks make of them can then be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from summarize.errors import UnsupportedLanguageError
from summarize.generation.generator import Generated
from summarize.models.families import SEQ2SEQ
from summarize.options import SearchOptions, Task


class ScriptedGenerator:
    """Answers every text with `reply(text, task)`; counts words as tokens; remembers its calls."""

    window = 16
    is_base = False

    def __init__(
        self,
        reply: Callable[[str, Task], str | Generated],
        *,
        name: str = "scripted",
        budget: int = 1_000_000,
        languages: tuple[str, ...] = ("en", "ko"),
        summary_method: str = "generate",
    ) -> None:
        self.reply = reply
        self.name = name
        self.family = SEQ2SEQ
        self.languages = languages
        self.summary_method = summary_method
        self.calls: list[tuple[str, Task, SearchOptions]] = []
        self.closed = False
        self._budget = budget

    def check(self, task: Task) -> None:
        for code in (task.source, task.target):
            if code is not None and code not in self.languages:
                raise UnsupportedLanguageError(f"{self.name} does not take {code!r}.")

    def options(self, task: Task) -> SearchOptions:
        return SearchOptions(max_new_tokens=100, min_new_tokens=10)

    def budget(self, task: Task) -> int:
        return self._budget

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def generate(
        self, texts: Iterable[str], task: Task, options: SearchOptions | None = None
    ) -> Iterator[Generated]:
        for text in texts:
            assert self.count_tokens(text) <= self._budget, "a request past the budget"
            self.calls.append((text, task, options or self.options(task)))
            reply = self.reply(text, task)
            yield reply if isinstance(reply, Generated) else Generated(reply, complete=True)

    def close(self) -> None:
        self.closed = True
