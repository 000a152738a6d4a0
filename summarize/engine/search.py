"""Greedy, sampling and beam search over slots: fixed-shape tensor functions, no host reads.

    search.admit(at, requests)                   # requests start in the slots `at`
    parents = search.step(logits, length)        # [slots, beams, vocabulary] -> ids grow by one
    search.done                                  # [slots]; the caller reads it when it likes
    search.results(at)                           # ids, lengths, scores of finished slots

Beam search follows transformers' `_beam_search` operation by operation, at one
request a batch. Knows no model: logits come in, ids come out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from summarize.engine.devices import sent
from summarize.engine.rules import Rows, Rules

if TYPE_CHECKING:
    import torch

    from summarize.engine.scheduler import Request

NEVER = -1.0e9
"""transformers' score of what must not be chosen."""

ALL = 2**31
"""Candidates where any id may be drawn: no vocabulary has as many."""


class Search(Protocol):
    """What the engine asks of a search."""

    steps: torch.Tensor
    done: torch.Tensor
    broken: torch.Tensor

    def admit(self, at: torch.Tensor, requests: Sequence[Request]) -> None:
        """Start `requests` in the slots `at` [requests]."""
        ...

    def move(self, source: int, target: int) -> None:
        """Copy one slot's state onto another."""
        ...

    def written(self, slots: int) -> torch.Tensor:
        """[slots, beams, places] ids of the leading slots, the start token first."""
        ...

    def step(self, logits: torch.Tensor, length: int) -> torch.Tensor | None:
        """Choose the next ids of the leading slots.

        Args:
            logits: [slots, beams, vocabulary].
            length: ids that the longest of them holds, the start token included.

        Returns:
            [slots, beams] the beam that each beam goes on from; None if its own.
        """
        ...

    def results(self, at: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """What the finished slots `at` [count] have found.

        Returns:
            Ids [count, sequences, width] with the start token first and the best sequence
            first; how many of them are new [count, sequences]; scores [count, sequences],
            NaN where a search has none; and whether logits were NaN [count].
        """
        ...


def make(rules: Rules, slots: int, start: int, device: torch.device | str) -> Search:
    """The search that the options ask for."""
    kind = Beams if rules.options.num_beams > 1 else Samples
    return kind(rules, slots, start, device)


class _Slots:
    """What both searches keep of each slot."""

    def __init__(
        self, rules: Rules, rows: int, slots: int, start: int, device: torch.device | str
    ) -> None:
        import torch

        def flags() -> torch.Tensor:
            return torch.zeros(slots, dtype=torch.bool, device=device)

        def counts() -> torch.Tensor:
            return torch.zeros(slots, dtype=torch.long, device=device)

        self.rules = rules
        self._most = rules.options.max_new_tokens
        # The start token, new ids, and a last place that is written to but never read.
        self._ids = torch.full((slots, rows, self._most + 2), start, device=device)
        self.steps, self._least, self._longest = counts(), counts(), counts()
        self.done, self.broken = flags(), flags()

    def admit(self, at: torch.Tensor, requests: Sequence[Request]) -> None:
        """See `Search.admit`."""
        import torch

        bounds = torch.tensor([(request.least, request.most) for request in requests])
        self._least[at], self._longest[at] = sent(bounds, at.device).unbind(1)
        self.steps.index_fill_(0, at, 0)
        self.done.index_fill_(0, at, False)
        self.broken.index_fill_(0, at, False)

    def move(self, source: int, target: int) -> None:
        """See `Search.move`."""
        for tensor in self._state():
            tensor[target] = tensor[source]

    def written(self, slots: int) -> torch.Tensor:
        """See `Search.written`."""
        return self._ids[:slots]

    def _state(self) -> tuple[torch.Tensor, ...]:
        return self._ids, self.steps, self._least, self._longest, self.done, self.broken

    def history(self, slots: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Ids [slots, rows, places] of the leading slots, and [slots] new ids, least and most."""
        return self._ids[:slots], self.steps[:slots], self._least[:slots], self._longest[:slots]

    def rows(self, slots: int, length: int) -> Rows:
        """The rows of the leading slots, as the rules see them."""
        rows = self._ids.shape[1]
        return Rows(
            self._ids[:slots, :, :length].flatten(0, 1),
            self.steps[:slots].repeat_interleave(rows),
            self._least[:slots].repeat_interleave(rows),
            self._longest[:slots].repeat_interleave(rows),
        )


class Samples(_Slots):
    """Greedy search and sampling: rows that know nothing of one another."""

    def __init__(self, rules: Rules, slots: int, start: int, device: torch.device | str) -> None:
        import torch

        options = rules.options
        rows = options.num_return_sequences
        super().__init__(rules, rows, slots, start, device)
        self._ended = torch.zeros(slots, rows, dtype=torch.bool, device=device)
        self._lengths = torch.zeros(slots, rows, dtype=torch.long, device=device)
        self.keep = (options.top_k or ALL) if options.do_sample else 1
        draws = self._most + 1 if options.do_sample else 0
        self._draws = torch.zeros(slots, rows, draws, device=device)

    def admit(self, at: torch.Tensor, requests: Sequence[Request]) -> None:
        """See `Search.admit`."""
        import torch

        super().admit(at, requests)
        self._ended.index_fill_(0, at, False)
        self._lengths.index_fill_(0, at, 0)
        if self.rules.options.do_sample:
            draws = torch.stack([self._draw(request) for request in requests])
            self._draws[at] = sent(draws, at.device)

    def _draw(self, request: Request) -> torch.Tensor:
        """[rows, steps] uniform numbers of a request's own, whatever runs beside it."""
        import torch

        generator = torch.Generator()
        seed = self.rules.options.seed
        generator.seed() if seed is None else generator.manual_seed(seed + request.index)
        return torch.rand(self._draws.shape[1:], generator=generator)

    def draws(self, slots: int) -> torch.Tensor:
        """[slots * rows, 1] uniform numbers for the next ids of the leading slots."""
        return _at(self._draws[:slots], self.steps[:slots]).view(-1, 1)

    def _state(self) -> tuple[torch.Tensor, ...]:
        return *super()._state(), self._ended, self._lengths, self._draws

    def step(self, logits: torch.Tensor, length: int) -> None:
        """See `Search.step`."""
        slots, rows, _ = logits.shape
        options, written = self.rules.options, self.steps[:slots]
        values, tokens = self.rules.candidates(
            logits.flatten(0, 1), self.rows(slots, length), self.keep, normalize=False
        )
        if options.do_sample:
            draws = self.draws(slots)
            tokens = sample(values, tokens, draws, options.temperature, options.top_p)
        tokens = tokens[:, 0].view(slots, rows)
        _put(self._ids[:slots], written + 1, tokens)
        ended = self._ended[:slots]
        self._lengths[:slots] += (~ended).long()
        self.broken[:slots] |= values[:, 0].isnan().view(slots, rows).any(1)
        ended |= self.rules.ends(tokens) | (written + 1 >= self._longest[:slots])[:, None]
        self.done[:slots] = ended.all(1)
        self.steps[:slots] = (written + 1).clamp(max=self._most)

    def advance(self, logits: torch.Tensor, drafts: torch.Tensor, length: int) -> torch.Tensor:
        """Greedy search by several ids at once: as many drafts as it would have written, and one.

        Args:
            logits: [slots, 1 + drafts, vocabulary], after the last id and after each draft.
            drafts: [slots, drafts], negative where there is none.
            length: ids that the longest slot holds, drafts included.

        Returns:
            [slots], how many ids were written.
        """
        import torch

        slots, queries, _ = logits.shape
        written, longest = self.steps[:slots], self._longest[:slots]
        ahead = torch.arange(queries, device=logits.device)
        # A slot's queries see the same ids; how many of them count is each one's own.
        ids = torch.zeros(slots, length, dtype=torch.long, device=logits.device)
        known = min(length, self._most + 1)
        ids[:, :known] = self._ids[:slots, 0, :known]
        ids.scatter_(1, written[:, None] + 1 + ahead[:-1], drafts.clamp(min=0))
        rows = Rows(
            ids.repeat_interleave(queries, 0),
            (written[:, None] + ahead).flatten(),
            self._least[:slots].repeat_interleave(queries),
            longest.repeat_interleave(queries),
        )
        values, tokens = self.rules.candidates(logits.flatten(0, 1), rows, 1, normalize=False)
        tokens = tokens.view(slots, queries)
        right = (tokens[:, :-1] == drafts).long().cumprod(1).sum(1)
        ends = self.rules.ends(tokens)
        until_end = torch.where(ends.any(1), ends.long().argmax(1) + 1, queries)
        new = torch.minimum(torch.minimum(right + 1, until_end), longest - written)
        places = (written[:, None] + 1 + ahead).clamp(max=self._most + 1)
        self._ids[:slots, 0].scatter_(1, places, tokens)
        self._lengths[:slots, 0] += new
        read = ahead < new[:, None]
        self.broken[:slots] |= (values[:, 0].isnan().view(slots, queries) & read).any(1)
        self._ended[:slots, 0] |= (ends & read).any(1) | (written + new >= longest)
        self.done[:slots] = self._ended[:slots, 0]
        self.steps[:slots] = written + new
        return new

    def results(self, at: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """See `Search.results`."""
        import torch

        lengths = self._lengths[at]
        none = torch.full_like(lengths, math.nan, dtype=torch.float32)
        return self._ids[at], lengths, none, self.broken[at]


def sample(
    values: torch.Tensor,
    tokens: torch.Tensor,
    draws: torch.Tensor,
    temperature: float,
    top_p: float,
) -> torch.Tensor:
    """Draw one of each row's candidates.

    Args:
        values: [rows, count] logits, best first.
        tokens: [rows, count] their ids.
        draws: [rows, 1] uniform in [0, 1).
        temperature: divides the logits.
        top_p: keep the fewest best candidates whose probabilities reach this.

    Returns:
        [rows, 1] ids
    """
    import torch

    odds = torch.softmax(values / temperature, -1)
    before = odds.cumsum(-1) - odds  # the probability of all better ones
    odds = torch.where(before < top_p, odds, 0.0)
    reached = odds.cumsum(-1)
    at = (reached <= draws * reached[:, -1:]).sum(-1, keepdim=True)
    return tokens.gather(1, at.clamp(max=tokens.shape[1] - 1))


class Beams(_Slots):
    """Beam search."""

    def __init__(self, rules: Rules, slots: int, start: int, device: torch.device | str) -> None:
        import torch

        options = rules.options
        beams = options.num_beams
        super().__init__(rules, beams, slots, start, device)
        self.keep = max(2, 1 + len(rules.eos)) * beams
        self._first = torch.arange(self.keep, device=device) < beams
        powers = [n**options.length_penalty for n in range(1, self._most + 1)]
        self._penalties = torch.tensor([1.0, *powers], device=device)  # by new ids
        self._alike = torch.full((beams,), NEVER, device=device)  # all beams start alike:
        self._alike[0] = 0.0  # the others wait
        self._scores = torch.zeros(slots, beams, device=device)
        self._best_ids = self._ids.clone()
        self._best_scores = torch.zeros(slots, beams, device=device)
        self._best_lengths = torch.zeros(slots, beams, dtype=torch.long, device=device)
        self._finished = torch.zeros(slots, beams, dtype=torch.bool, device=device)
        self._hopeful = torch.ones(slots, 1, dtype=torch.bool, device=device)

    def admit(self, at: torch.Tensor, requests: Sequence[Request]) -> None:
        """See `Search.admit`."""
        super().admit(at, requests)
        self._scores[at] = self._alike
        self._best_scores.index_fill_(0, at, NEVER)
        self._best_lengths.index_fill_(0, at, 0)
        self._finished.index_fill_(0, at, False)
        self._hopeful.index_fill_(0, at, True)

    def _state(self) -> tuple[torch.Tensor, ...]:
        best = (self._best_ids, self._best_scores, self._best_lengths)
        return *super()._state(), *best, self._scores, self._finished, self._hopeful

    def step(self, logits: torch.Tensor, length: int) -> torch.Tensor | None:
        """See `Search.step`."""
        slots, beams, _ = logits.shape
        written = self.steps[:slots]
        scores, parents, tokens = self._continuations(logits, length)
        ids = _take(self._ids[:slots, :, : length + 1], parents)  # [slots, keep, length + 1]
        _put(ids, written + 1, tokens)
        stops = self.rules.ends(tokens)
        stops |= (written + 1 >= self._longest[:slots])[:, None]
        self.broken[:slots] |= scores[:, 0].isnan()

        new = (written + 1).clamp(max=self._most)
        running = scores + stops.float() * NEVER
        chosen = running.topk(beams).indices
        self._ids[:slots, :, : length + 1] = _take(ids, chosen)
        self._scores[:slots] = running.gather(1, chosen)
        self._finish(scores, ids, stops, new)
        self._judge(stops, new)
        self.steps[:slots] = new
        return parents.gather(1, chosen)

    @property
    def hopes_to_the_end(self) -> bool:
        """Whether a beam's score is weighed as if it grew to the most length."""
        options = self.rules.options
        return options.early_stopping == "never" and options.length_penalty > 0.0

    def _continuations(
        self, logits: torch.Tensor, length: int
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The best next ids over all beams: scores, beams and ids, each [slots, keep]."""
        slots, beams, _ = logits.shape
        values, tokens = self.rules.candidates(
            logits.flatten(0, 1),
            self.rows(slots, length),
            self.keep,
            normalize=True,
        )
        count = values.shape[1]
        total = values.view(slots, beams, count) + self._scores[:slots, :, None]
        scores, at = total.flatten(1).topk(self.keep)
        return scores, at // count, tokens.view(slots, -1).gather(1, at)

    def _finish(
        self, scores: torch.Tensor, ids: torch.Tensor, stops: torch.Tensor, new: torch.Tensor
    ) -> None:
        """Merge sequences that just ended into the best finished ones."""
        import torch

        slots, beams, width = len(ids), self._scores.shape[1], ids.shape[2]
        finished, hopeful = self._finished[:slots], self._hopeful[:slots]
        ended = stops & self._first
        scores = scores / self._penalties[new][:, None]
        if self.rules.options.early_stopping is True:
            scores = scores + finished.all(1, keepdim=True).float() * NEVER
        scores = scores + (~hopeful).float() * NEVER
        scores = scores + (~ended).float() * NEVER

        merged = torch.cat((self._best_scores[:slots], scores), 1)
        best, at = merged.topk(beams)
        every = torch.cat((self._best_ids[:slots, :, :width], ids), 1)
        lengths = torch.cat((self._best_lengths[:slots], new[:, None].expand_as(ended)), 1)
        self._best_scores[:slots] = best
        self._best_ids[:slots, :, :width] = _take(every, at)
        self._best_lengths[:slots] = lengths.gather(1, at)
        self._finished[:slots] = torch.cat((finished, ended), 1).gather(1, at)

    def _judge(self, stops: torch.Tensor, new: torch.Tensor) -> None:
        """Mark the slots in which nothing better can come."""
        import torch

        slots, options = len(stops), self.rules.options
        finished, hopeful = self._finished[:slots], self._hopeful[:slots]
        reach = self._penalties[new]
        if self.hopes_to_the_end:
            reach = self._penalties[self._longest[:slots]]
        possible = self._scores[:slots, :1] / reach[:, None]
        worst = self._best_scores[:slots].amin(1, keepdim=True)
        worst = torch.where(finished, worst, NEVER)
        hopeful &= (possible > worst).any(1, keepdim=True)
        done = ~hopeful[:, 0] | stops.all(1)
        if options.early_stopping is True:
            done |= finished.all(1)
        self.done[:slots] = done
        hopeful &= ~done[:, None]  # a slot that is read late must not change

    def results(self, at: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """See `Search.results`."""
        count = self.rules.options.num_return_sequences
        return (
            self._best_ids[at, :count],
            self._best_lengths[at, :count],
            self._best_scores[at, :count],
            self.broken[at],
        )


def _take(ids: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
    """Pick rows: ids [slots, beams, width], at [slots, count] -> [slots, count, width]."""
    return ids.gather(1, at[..., None].expand(-1, -1, ids.shape[2]))


def _at(ids: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Pick places: ids [slots, rows, width], places [slots] -> [slots, rows]."""
    return ids.gather(2, places[:, None, None].expand(-1, ids.shape[1], 1))[..., 0]


def _put(ids: torch.Tensor, places: torch.Tensor, tokens: torch.Tensor) -> None:
    """Write tokens [slots, rows] at `places` [slots] of ids [slots, rows, width]."""
    at = places.clamp(max=ids.shape[2] - 1)[:, None, None].expand(-1, ids.shape[1], 1)
    ids.scatter_(2, at, tokens[..., None])
