"""The seam under the generator: ids in, ids out.

A backend knows a model and nothing of text, tokenizers, languages or news.
`engine_backend.py` is the fast one, for the encoder-decoders that the engine has;
`reference.py` is the one on transformers' own `generate`, for everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from summarize.options import SearchOptions

Most = Callable[[Sequence[int]], int]
"""The most new tokens of one request, by its ids; at most the options' `max_new_tokens`."""


@dataclass(frozen=True, slots=True)
class Output:
    """One finished search.

    Args:
        ids: the new tokens: no decoder start token, no prompt, no padding, no end
            of sequence. A forced first token (a language code) is part of them.
        score: sum of log probabilities over length**length_penalty where beams were
            searched and the backend was asked to keep scores; else None.
        alternatives: the other sequences asked for by `num_return_sequences`, best first.
        stop: the end-of-sequence id that ended the sequence; None where
            `max_new_tokens` did.
    """

    ids: tuple[int, ...]
    score: float | None = None
    alternatives: tuple[Output, ...] = ()
    stop: int | None = None


@runtime_checkable
class Backend(Protocol):
    """What the generator asks of a model.

    Attributes:
        window: how many requests are worth giving at once: fewer leave it idle at the end.
    """

    window: int

    def generate(
        self, inputs: Iterable[Sequence[int]], options: SearchOptions, most: Most | None = None
    ) -> Iterator[Output]:
        """Search the output of each of `inputs`: order kept, memory bounded.

        Args:
            inputs: a stream of token ids.
            options: how to search.
            most: bounds each request's new tokens, below the options' `max_new_tokens`.

        Raises:
            InputError: an input with no ids, or more than the model has positions.
            OptionError: an option that this backend does not take.
            GenerationError: the model ran and failed.
        """
        ...

    def close(self) -> None:
        """Free the model's memory; the backend cannot be used afterwards."""
        ...
