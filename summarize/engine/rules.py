"""What may be written next: transformers' logits processors as fixed-shape tensor functions.

`Rules` is made once from the options; `candidates` turns a step's logits into
the best few next ids of each row. Rows are beams or samples; each has its own
length, so every rule is masked, never branched on, and nothing waits for the
device. Order and meaning are those of transformers' `_get_logits_processor`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarize.errors import OptionError

if TYPE_CHECKING:
    import torch

    from summarize.options import SearchOptions

CHUNK = 128
"""Ids whose maximum is looked at as one when the best of a large vocabulary are sought."""

BLOCK = 2**20
"""Scores that the CPU works on at once: few enough to stay in its caches."""

SMALL_VOCABULARY = 8_192
"""Up to this, sorting out all ids at once is as fast."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What beams or samples hold, one a row.

    Args:
        ids: [rows, length], the start token first; only the first `written + 1` count.
        written: [rows], new ids so far.
        least, most: [rows], bounds on the new ids.
    """

    ids: torch.Tensor
    written: torch.Tensor
    least: torch.Tensor
    most: torch.Tensor

    def part(self, start: int, end: int) -> Rows:
        """The rows from `start` to `end`."""
        return Rows(
            self.ids[start:end],
            self.written[start:end],
            self.least[start:end],
            self.most[start:end],
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """The options as tensors.

    Args:
        options: as given.
        eos: ids that end a sequence, [count].
        banned: ids that may never be written, [count].
        phrases: for each length, the beginnings [count, length] whose next id
            `endings` [count] must not follow.
        words: the same as ids, with those that are banned alone.
    """

    options: SearchOptions
    eos: torch.Tensor
    banned: torch.Tensor
    phrases: tuple[tuple[torch.Tensor, torch.Tensor], ...]
    words: tuple[tuple[int, ...], ...]

    @classmethod
    def make(
        cls,
        options: SearchOptions,
        eos: tuple[int, ...],
        vocabulary: int,
        device: torch.device | str,
    ) -> Rules:
        """The rules of `options` for a model that writes ids below `vocabulary`.

        Raises:
            OptionError: an option that the engine does not take, or an id that the
                model cannot write.
        """
        import torch

        _check(options, eos, vocabulary)
        words = [word for word in options.bad_words_ids if word not in {(i,) for i in eos}]

        def tensor(values: object) -> torch.Tensor:
            return torch.tensor(values, dtype=torch.long, device=device)

        phrases = []
        for size in sorted({len(word) for word in words if len(word) > 1}):
            same = [word for word in words if len(word) == size]
            phrases.append((tensor([w[:-1] for w in same]), tensor([w[-1] for w in same])))
        return cls(
            options,
            tensor(list(eos)),
            tensor([word[0] for word in words if len(word) == 1]),
            tuple(phrases),
            tuple(words),
        )

    def same(self, other: Rules) -> bool:
        """Whether `other` searches alike: then their tensors hold the same."""
        return self.options == other.options and self.eos.tolist() == other.eos.tolist()

    def candidates(
        self,
        logits: torch.Tensor,
        rows: Rows,
        count: int,
        *,
        normalize: bool,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The best next ids of each row.

        Args:
            logits: [rows, vocabulary].
            rows: what each row holds and how long it may be.
            count: how many candidates.
            normalize: score by log probabilities, as transformers' beam search does;
                else by logits, as its greedy search. The rules apply to those.

        Returns:
            Scores [rows, count] in float32, best first, and ids [rows, count].
        """
        import torch

        count = min(count, logits.shape[-1])
        size = len(logits) if logits.is_cuda else max(2, BLOCK // logits.shape[-1])
        found = [
            self._block(logits[at : at + size], rows.part(at, at + size), count, normalize)
            for at in range(0, len(logits), size)
        ]
        values = torch.cat([value for value, _ in found])
        tokens = torch.cat([token for _, token in found]).to(torch.long)
        options = self.options
        if options.forced_bos_token_id is not None:
            first = rows.written == 0
            values, tokens = _force(values, tokens, first, options.forced_bos_token_id)
        if options.forced_eos_token_id is not None:
            last = rows.written == rows.most - 1
            values, tokens = _force(values, tokens, last, options.forced_eos_token_id)
        return values, tokens

    def _block(
        self, logits: torch.Tensor, rows: Rows, count: int, normalize: bool
    ) -> tuple[torch.Tensor, torch.Tensor]:
        import torch

        if normalize:
            scores = torch.log_softmax(logits, -1, dtype=torch.float32)
        else:
            scores = logits.to(torch.float32, copy=True)
        self._penalize(scores, rows.ids, rows.written)
        self._ban(scores, rows)
        return top(scores, count)

    def ends(self, tokens: torch.Tensor) -> torch.Tensor:
        """Whether each of `tokens`, any shape, ends its sequence."""
        return (tokens[..., None] == self.eos).any(-1)

    def _penalize(self, scores: torch.Tensor, ids: torch.Tensor, written: torch.Tensor) -> None:
        import torch

        penalty = self.options.repetition_penalty
        if penalty == 1.0:
            return
        seen = torch.where(_real(ids, written), ids, ids[:, :1])
        old = scores.gather(1, seen)
        scores.scatter_(1, seen, torch.where(old < 0, old * penalty, old / penalty))

    def _ban(self, scores: torch.Tensor, rows: Rows) -> None:
        import torch

        ids, written = rows.ids, rows.written
        if self.options.no_repeat_ngram_size:
            _ban_repeats(scores, ids, written, self.options.no_repeat_ngram_size)
        if len(self.banned):
            scores.index_fill_(1, self.banned, -math.inf)  # a plain `=` copies from the host
        for beginnings, endings in self.phrases:
            size = beginnings.shape[1]
            if size <= ids.shape[1]:
                last = _last(ids, written, size)  # [rows, size]
                fits = (last[:, None] == beginnings).all(-1) & (written[:, None] + 1 >= size)
                _ban_where(scores, endings.expand(len(ids), -1), fits)
        if len(self.eos):
            early = written < rows.least
            eos = scores[:, self.eos]
            scores[:, self.eos] = torch.where(early[:, None], -math.inf, eos)


def top(scores: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """`torch.topk` over the last dimension of [rows, vocabulary], fast where that is large.

    The best `count` ids lie in the `count` chunks with the largest maxima, so one
    pass over the row finds the chunks and the rest is small.
    """
    import torch

    rows, vocabulary = scores.shape
    if count == 1:
        highest = scores.max(-1, keepdim=True)
        return highest.values, highest.indices
    if vocabulary <= max(SMALL_VOCABULARY, CHUNK * count):
        values, ids = scores.topk(count)
        return values, ids
    whole = vocabulary // CHUNK * CHUNK
    chunks = scores[:, :whole].view(rows, -1, CHUNK)
    best = chunks.amax(-1).topk(count).indices  # [rows, count]
    inside = torch.arange(CHUNK, device=scores.device)
    ids = (best[..., None] * CHUNK + inside).flatten(1)
    if whole < vocabulary:
        tail = torch.arange(whole, vocabulary, device=scores.device).expand(rows, -1)
        ids = torch.cat([ids, tail], 1)
    values, at = scores.gather(1, ids).topk(count)
    return values, ids.gather(1, at)


def _ban_repeats(scores: torch.Tensor, ids: torch.Tensor, written: torch.Tensor, size: int) -> None:
    """Ban every id that would complete an n-gram of `size` that the row already holds."""
    length = ids.shape[1]
    if length < size:
        return
    last = _last(ids, written, size - 1)  # [rows, size - 1]
    windows = ids.unfold(1, size, 1)  # [rows, starts, size]
    whole = _real(ids, written)[:, size - 1 :]
    repeats = (windows[..., :-1] == last[:, None]).all(-1) & whole
    _ban_where(scores, windows[..., -1], repeats)


def _ban_where(scores: torch.Tensor, tokens: torch.Tensor, banned: torch.Tensor) -> None:
    """Set scores[row, tokens[row, i]] to -inf where banned[row, i]; a token may recur."""
    import torch

    limits = torch.where(banned, -math.inf, math.inf).to(scores.dtype)
    scores.scatter_reduce_(1, tokens, limits, "amin")


def _real(ids: torch.Tensor, written: torch.Tensor) -> torch.Tensor:
    """[rows, length] whether a place holds an id; the start token does."""
    import torch

    return torch.arange(ids.shape[1], device=ids.device) <= written[:, None]


def _last(ids: torch.Tensor, written: torch.Tensor, size: int) -> torch.Tensor:
    """[rows, size] the last `size` ids of each row; nonsense where a row has fewer."""
    import torch

    at = written[:, None] + 1 - size + torch.arange(size, device=ids.device)
    # A slot that is done, or free, goes on writing: further than the requests in flight.
    return ids.gather(1, at.clamp(min=0, max=ids.shape[1] - 1))


def _force(
    values: torch.Tensor, tokens: torch.Tensor, rows: torch.Tensor, token: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Leave `token`, with score 0, as the only candidate of the `rows` marked."""
    import torch

    only = torch.full_like(values[:1], -math.inf)
    only[:, 0] = 0.0
    forced = torch.zeros_like(tokens[:1])
    forced[:, 0] = token
    here = rows[:, None]
    return torch.where(here, only, values), torch.where(here, forced, tokens)


def refused(options: SearchOptions) -> str | None:
    """Why the engine does not search as `options` say, whatever the ids; None if it does."""
    if options.other:
        return f"the engine does not take {', '.join(sorted(options.other))}"
    if options.allowed_ids:
        return "the engine writes any id of the vocabulary, and does not take allowed_ids"
    if options.do_sample and options.num_beams > 1:
        return "the engine does not sample inside beams"
    return None


def _check(options: SearchOptions, eos: tuple[int, ...], vocabulary: int) -> None:
    reason = refused(options)
    if reason is not None:
        raise OptionError(f"{reason}; leave that out, or use the reference backend.")
    forced = (options.forced_bos_token_id, options.forced_eos_token_id)
    named = [i for i in (*forced, *eos) if i is not None]
    named += [i for word in options.bad_words_ids for i in word]
    for token in named:
        if not 0 <= token < vocabulary:
            raise OptionError(
                f"the options name the token id {token}, but the model writes ids from 0 to "
                f"{vocabulary - 1}."
            )
    if any(not word for word in options.bad_words_ids):
        raise OptionError("bad_words_ids holds an empty word; leave it out.")
