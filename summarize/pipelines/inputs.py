"""What a pipeline is given: one text, many, a stream of them; and the languages they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from summarize.errors import InputError, UnsupportedLanguageError


class NotTextError(InputError, TypeError):
    """Something that is neither text nor a collection of texts; a `TypeError`, as in v4."""


def languages(task: str) -> tuple[str, str] | None:
    """XX and YY of the task "translation_XX_to_YY", None for any other."""
    match task.split("_"):
        case ["translation", source, "to", target] if source and target:
            return source, target
    return None


def language_code(tokenizer: Any, language: str) -> str:
    """`language` as the tokenizer spells it: its own code, or that for an ISO 639-1 code.

    Raises:
        UnsupportedLanguageError: the tokenizer has no such language.
    """
    from summarize.models.languages import FLORES, MBART50

    known = getattr(tokenizer, "lang_code_to_id", None) or tokenizer.all_special_tokens
    for code in (language, FLORES.get(language), MBART50.get(language)):
        if code in known:
            return str(code)
    names = sorted(code for code in known if not code.startswith("<"))
    raise UnsupportedLanguageError(
        f"this model's tokenizer has no language {language!r}; it has {', '.join(names)}."
    )


class Stream:
    """The results of a stream, each computed when it is taken.

    Iterating anew starts a dataset anew, and goes on with a generator.
    """

    def __init__(self, texts: Any, run: Callable[[Iterable[Any]], Iterator[Any]]) -> None:
        self._texts, self._run = texts, run
        self._results = run(_items(texts))

    def __iter__(self) -> Iterator[Any]:
        if not isinstance(self._texts, Iterator):
            self._results = self._run(_items(self._texts))
        return self

    def __next__(self) -> Any:
        return next(self._results)

    def __len__(self) -> int:
        return len(self._texts)


def _items(texts: Any) -> Iterable[Any]:
    """What to iterate over: an iterable, or a dataset that is only indexed."""
    if isinstance(texts, Mapping | bytes | bytearray):
        raise NotTextError(f"texts are str, not {type(texts).__name__}.")
    if hasattr(texts, "__iter__"):
        return texts  # type: ignore[no-any-return]
    if hasattr(texts, "__getitem__") and hasattr(texts, "__len__"):
        return (texts[i] for i in range(len(texts)))
    raise NotTextError(
        f"a pipeline takes a str, a list of them, or an iterable, not {type(texts).__name__}."
    )


def checked_text(item: Any, position: int) -> str:
    """`item` if it is text that can be encoded; `position` is for the message."""
    if not isinstance(item, str):
        raise NotTextError(f"item {position} is {type(item).__name__}, not str.")
    try:
        item.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"item {position} holds a lone surrogate at character {error.start}, which no encoding "
            "has; decode the text anew, or use text.encode('utf-8', 'replace').decode()."
        ) from error
    return item
