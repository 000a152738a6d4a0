"""Greedy, sampling and beam search by kernels of ours: the CUDA side of `search`.

The state is the twin's; only a step differs: rules and candidates in three
launches, the bookkeeping in one, the cache's indirection table moved with the beams.
Until `on_kernels` is set, a step is the twin's too: both go on from the same state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarize.engine.search import Beams, Samples, sample

if TYPE_CHECKING:
    import torch

    from summarize.engine.kernels.logits import Bans
    from summarize.engine.rules import Rules

MOST = 64
"""Candidates that the kernels find (`kernels.logits.MOST`)."""


def make(
    rules: Rules, slots: int, start: int, device: torch.device | str, table: torch.Tensor
) -> KernelSearch:
    """The search that the options ask for.

    Args:
        rules, slots, start, device: as for `search.make`.
        table: the cache's, [slots, beams, length]; beam search moves it.
    """
    if rules.options.num_beams > 1:
        return KernelBeams(rules, slots, start, device, table)
    return KernelSamples(rules, slots, start, device)


class _Candidates:
    """The best next ids of the rows, under the rules."""

    def __init__(self, rules: Rules, device: torch.device | str) -> None:
        from summarize.engine.kernels.logits import Bans

        self._rules = rules
        self._bans: Bans = Bans.make(rules.eos.tolist(), rules.words, device)

    def __call__(
        self, search: Samples | Beams, logits: torch.Tensor, length: int, count: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As `Rules.candidates` of logits [slots, rows, vocabulary]."""
        from summarize.engine.kernels import logits as kernels

        slots, options = len(logits), self._rules.options
        normalize = options.num_beams > 1
        count = min(count, logits.shape[-1])
        if count > MOST:
            rows = search.rows(slots, length)
            return self._rules.candidates(logits.flatten(0, 1), rows, count, normalize=normalize)
        return kernels.candidates(
            logits.flatten(0, 1),
            kernels.History(*search.history(slots), length),
            self._bans,
            count,
            normalize=normalize,
            penalty=options.repetition_penalty,
            ngram=options.no_repeat_ngram_size,
            forced_first=options.forced_bos_token_id,
            forced_last=options.forced_eos_token_id,
        )


class KernelSamples(Samples):
    """See `search.Samples`."""

    def __init__(self, rules: Rules, slots: int, start: int, device: torch.device | str) -> None:
        super().__init__(rules, slots, start, device)
        self.on_kernels = False
        self.candidates = _Candidates(rules, device)

    def step(self, logits: torch.Tensor, length: int) -> None:
        """See `Search.step`."""
        from summarize.engine.kernels.search import advance_rows

        if not self.on_kernels:
            return super().step(logits, length)
        slots, options = len(logits), self.rules.options
        values, tokens = self.candidates(self, logits, length, self.keep)
        if options.do_sample:
            draws = self.draws(slots)
            tokens = sample(values, tokens, draws, options.temperature, options.top_p)
        advance_rows(
            values,
            tokens.flatten(),
            self.rules.eos,
            ids=self._ids[:slots],
            steps=self.steps[:slots],
            longest=self._longest[:slots],
            done=self.done[:slots],
            broken=self.broken[:slots],
            ended=self._ended[:slots],
            lengths=self._lengths[:slots],
            most=self._most,
        )
        return None


class KernelBeams(Beams):
    """See `search.Beams`.

    Args:
        rules, slots, start, device, table: see `make`.
    """

    def __init__(
        self,
        rules: Rules,
        slots: int,
        start: int,
        device: torch.device | str,
        table: torch.Tensor,
    ) -> None:
        super().__init__(rules, slots, start, device)
        self.on_kernels = False
        self.candidates = _Candidates(rules, device)
        self._table = table

    def step(self, logits: torch.Tensor, length: int) -> torch.Tensor | None:
        """See `Search.step`; on kernels, the table is moved here."""
        from summarize.engine.kernels.search import advance_beams

        if not self.on_kernels:
            return super().step(logits, length)
        slots, options = len(logits), self.rules.options
        values, tokens = self.candidates(self, logits, length, self.keep)
        advance_beams(
            values,
            tokens,
            self.rules.eos,
            self._penalties,
            keep=self.keep,
            early_stopping=options.early_stopping is True,
            hope_to_the_end=self.hopes_to_the_end,
            ids=self._ids[:slots],
            scores=self._scores[:slots],
            best_ids=self._best_ids[:slots],
            best_scores=self._best_scores[:slots],
            best_lengths=self._best_lengths[:slots],
            finished=self._finished[:slots],
            hopeful=self._hopeful[:slots],
            steps=self.steps[:slots],
            longest=self._longest[:slots],
            done=self.done[:slots],
            broken=self.broken[:slots],
            most=self._most,
            table=self._table[:slots],
        )
        return None


KernelSearch = KernelSamples | KernelBeams


def candidates_of(
    search: KernelSearch, logits: torch.Tensor, length: int, *, kernels: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """The candidates of the next step, which is not taken: values and ids [rows, count].

    Args:
        search: of the slots in `logits`.
        logits: [slots, rows, vocabulary]; kernels overwrite what the rules touch.
        length: ids that the longest slot holds.
        kernels: by kernels, or as the twin finds them.
    """
    count = min(search.keep, logits.shape[-1])
    if kernels:
        return search.candidates(search, logits, length, count)
    rows = search.rows(len(logits), length)
    normalize = isinstance(search, KernelBeams)
    return search.rules.candidates(logits.flatten(0, 1), rows, count, normalize=normalize)
