"""A step's search by kernels of ours: the CUDA side of `search`, four launches for some sixty.

Results are those of the searches it stands for, but that ties go to the lowest id.
What is rare goes to them: sampling from more candidates than a kernel holds, and
more beams than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarize.engine.search import Beams, Samples, Search, sample

if TYPE_CHECKING:
    import torch

    from summarize.engine.kernels.logits import Bans
    from summarize.engine.rules import Rules


def make(
    rules: Rules, slots: int, start: int, device: torch.device | str, table: torch.Tensor
) -> Search:
    """The search that the options ask for; it moves the cache's `table` itself."""
    if rules.options.num_beams == 1:
        return KernelSamples(rules, slots, start, device)
    return KernelBeams(rules, slots, start, device, table)


class KernelSamples(Samples):
    """Greedy search and sampling; see `search.Samples`."""

    def __init__(self, rules: Rules, slots: int, start: int, device: torch.device | str) -> None:
        super().__init__(rules, slots, start, device)
        self._bans = _bans(rules, device)

    def step(self, logits: torch.Tensor, length: int) -> None:
        """See `Search.step`; overwrites some of `logits`."""
        from summarize.engine.kernels.logits import MOST
        from summarize.engine.kernels.search import advance_rows

        slots, _, vocabulary = logits.shape
        options = self._rules.options
        count = min(options.top_k or vocabulary, vocabulary) if options.do_sample else 1
        if count > MOST:
            super().step(logits, length)
            return
        values, tokens = _candidates(self, self._bans, logits, length, count, normalize=False)
        if options.do_sample:
            steps = self.steps[:slots, None, None].expand(-1, self._draws.shape[1], 1)
            draws = self._draws[:slots].gather(2, steps).view(-1, 1)
            tokens = sample(values, tokens, draws, options.temperature, options.top_p)
        advance_rows(
            values,
            tokens,
            self._rules.eos,
            ids=self._ids[:slots],
            steps=self.steps,
            longest=self._longest,
            done=self.done,
            broken=self.broken,
            ended=self._ended,
            lengths=self._lengths,
            most=self._most,
        )


class KernelBeams(Beams):
    """Beam search; see `search.Beams`. A step moves the table, so it names no parents.

    Args:
        table: [slots, beams, length], the cache's.
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
        self._bans = _bans(rules, device)
        self._table = table

    def step(self, logits: torch.Tensor, length: int) -> torch.Tensor | None:  # type: ignore[override]
        """See `Search.step`; overwrites some of `logits`."""
        from summarize.engine.kernels.logits import MOST
        from summarize.engine.kernels.search import advance_beams

        slots, _, vocabulary = logits.shape
        count = min(self._keep, vocabulary)
        if count > MOST:
            return super().step(logits, length)
        options = self._rules.options
        values, tokens = _candidates(self, self._bans, logits, length, count, normalize=True)
        advance_beams(
            values,
            tokens,
            self._rules.eos,
            self._penalties,
            keep=self._keep,
            early_stopping=options.early_stopping is True,
            hope_to_the_end=options.early_stopping == "never" and options.length_penalty > 0.0,
            ids=self._ids[:slots],
            scores=self._scores,
            best_ids=self._best_ids,
            best_scores=self._best_scores,
            best_lengths=self._best_lengths,
            finished=self._finished,
            hopeful=self._hopeful,
            steps=self.steps,
            longest=self._longest,
            done=self.done,
            broken=self.broken,
            most=self._most,
            table=self._table,
        )
        return None


def _bans(rules: Rules, device: torch.device | str) -> Bans:
    from summarize.engine.kernels.logits import Bans

    eos = tuple(rules.eos.tolist())
    words = [w for w in rules.options.bad_words_ids if not (len(w) == 1 and w[0] in eos)]
    return Bans.make(eos, words, device)


def _candidates(
    search: Samples | Beams,
    bans: Bans,
    logits: torch.Tensor,
    length: int,
    count: int,
    *,
    normalize: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """`Rules.candidates` of the rows of `search`."""
    from summarize.engine.kernels.logits import History, candidates

    slots, options = len(logits), search._rules.options
    history = History(search._ids[:slots], search.steps, search._least, search._longest, length)
    return candidates(
        logits.flatten(0, 1),
        history,
        bans,
        count,
        normalize=normalize,
        penalty=options.repetition_penalty,
        ngram=options.no_repeat_ngram_size,
        forced_first=options.forced_bos_token_id,
        forced_last=options.forced_eos_token_id,
    )
