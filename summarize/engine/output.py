"""What the engine gives back. Knows no torch, no model, no text."""

from __future__ import annotations

from dataclasses import dataclass

from summarize.errors import SummarizeError


@dataclass(frozen=True, slots=True)
class Output:
    """One finished search.

    Args:
        ids: the new tokens as transformers' `generate` gives them: a forced first
            token and the end of sequence are part of them; the decoder start token
            and padding are not.
        score: transformers' `sequences_scores`, the sum of log probabilities over
            length**length_penalty, where beams were searched; else None.
        alternatives: the other sequences asked for by `num_return_sequences`, best first.
        stop: the end-of-sequence id that ended the sequence (then the last of `ids`);
            None where `max_new_tokens` did.
        error: why this request has no ids; only where `generate` was asked to
            return errors instead of raising them.
    """

    ids: tuple[int, ...]
    score: float | None = None
    alternatives: tuple[Output, ...] = ()
    stop: int | None = None
    error: SummarizeError | None = None
