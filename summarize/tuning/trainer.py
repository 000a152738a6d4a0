"""The loop: batches to updates, with checkpoints and dev scores on the way.

Everything random is drawn from the seed and the number of the update, so that a run
that was killed and taken up ends with the same numbers as one that was not. Knows
no text and no files but the checkpoints.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from summarize.tuning import checkpoints
from summarize.tuning.checkpoints import Progress
from summarize.tuning.examples import Example, batches, collated
from summarize.tuning.learner import Learner
from summarize.tuning.settings import TuneOptions
from summarize.tuning.workers import ALONE, Workers

Report = Callable[[Progress, float, int], None]
"""Called after each update with the progress, the mean loss of its tokens and the steps in all."""


class Trainer:
    """One run.

    Args:
        learner: the model with its adapter.
        examples: to learn from.
        options: of the run.
        folder: for checkpoints and the best state.
        score: the dev score of the learner as it is, higher is better; None for no scoring.
        keep: called when a score is the best so far, to keep the learner's state.
        pad: id that batches are padded with.
        report: told of each update.
        workers: that share each update's batches.
    """

    def __init__(
        self,
        learner: Learner,
        examples: Sequence[Example],
        options: TuneOptions,
        folder: Path,
        *,
        score: Callable[[], float] | None = None,
        keep: Callable[[Progress], None] = lambda progress: None,
        pad: int = 0,
        report: Report = lambda progress, loss, steps: None,
        workers: Workers = ALONE,
    ) -> None:
        self._learner = learner
        self._examples = examples
        self._options = options
        self._folder = folder
        self._score = score
        self._keep = keep
        self._pad = pad
        self._report = report
        self._workers = workers
        self._optimizer = torch.optim.AdamW(
            learner.parameters.values(),
            lr=options.learning_rate,
            weight_decay=options.weight_decay,
            fused=True,
        )
        self._epoch = self._first = 0
        self._batches = self._planned()
        per_epoch = len(self._batches) / options.accumulate
        self.steps = options.steps or max(1, round(options.epochs * per_epoch))

    def run(self) -> Progress:
        """Train from the last checkpoint, or from the start, to the end."""
        progress = self._resumed()
        while progress.step < self.steps and not self._out_of_patience(progress):
            with self._learner.fused():
                progress = self._until_scored(progress)
            progress = self._scored(progress)
            self._save(progress)
        return progress

    def _until_scored(self, progress: Progress) -> Progress:
        """Updates up to the next dev score, or the end."""
        every = self._options.score_every
        last = self.steps
        if every:
            last = min(last, (progress.step // every + 1) * every)
        while progress.step < last:
            started = time.perf_counter()
            loss, tokens = self._update(progress.step)
            progress = replace(
                progress,
                step=progress.step + 1,
                tokens=progress.tokens + tokens,
                seconds=progress.seconds + time.perf_counter() - started,
            )
            self._report(progress, loss, self.steps)
            if progress.step % self._options.save_every == 0 and progress.step < last:
                self._save(progress)
        return progress

    def _update(self, step: int) -> tuple[float, int]:
        """One update: the mean loss of its target tokens, and how many tokens it took."""
        options = self._options
        for group in self._optimizer.param_groups:
            group["lr"] = options.rate(step, self.steps)
        parts = [self._batch(step * options.accumulate + i) for i in range(options.accumulate)]
        wanted = sum(len(e.target) * e.weight for part in parts for e in part)
        own = seen = 0.0
        self._learner.model.train()
        for index, part in enumerate(parts):
            if index % self._workers.count != self._workers.number:
                continue
            number = step * options.accumulate + index
            batch = collated(
                part,
                causal=self._learner.causal,
                pad=self._pad,
                device=self._learner.model.device,
            )
            with torch.random.fork_rng():
                torch.manual_seed(options.seed * 1_000_003 + number)  # for dropout
                loss = self._learner.loss(batch, number) / wanted
            loss.backward()  # type: ignore[no-untyped-call]
            own += float(loss.detach())
            seen += batch.tokens
        self._workers.sum(self._learner.parameters.values())
        torch.nn.utils.clip_grad_norm_(self._learner.parameters.values(), options.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        loss_of_all, tokens = self._workers.total(own, seen)
        return loss_of_all, int(tokens)

    def _batch(self, index: int) -> list[Example]:
        """The batch of that number, counted over the epochs; numbers only rise."""
        while index >= self._first + len(self._batches):
            self._first += len(self._batches)
            self._epoch += 1
            self._batches = self._planned()
        return self._batches[index - self._first]

    def _planned(self) -> list[list[Example]]:
        options = self._options
        return batches(self._examples, options.batch_tokens, options.seed, self._epoch)

    # -- scores and checkpoints -------------------------------------------------------

    def _scored(self, progress: Progress) -> Progress:
        if self._workers.first and self._score is not None:
            with torch.random.fork_rng():
                progress = progress.scored(self._score())
            if progress.best_step == progress.step:
                self._keep(progress)
        return self._workers.shared(progress)

    def _out_of_patience(self, progress: Progress) -> bool:
        return bool(self._options.patience) and progress.waited >= self._options.patience

    def _save(self, progress: Progress) -> None:
        if not self._workers.first:
            return
        names = list(self._learner.parameters)
        states = self._optimizer.state_dict()["state"]
        moments = {
            f"{names[index]}/{key}": value
            for index, state in states.items()
            for key, value in state.items()
        }
        checkpoints.save(self._folder, self._learner.parameters, moments, progress)

    def _resumed(self) -> Progress:
        found = checkpoints.load(self._folder)
        if found is None:
            return Progress()
        learned, moments, progress = found
        with torch.no_grad():
            for name, parameter in self._learner.parameters.items():
                parameter.copy_(learned[name])
        names = list(self._learner.parameters)
        state: dict[int, dict[str, Any]] = {}
        for key, value in moments.items():
            name, kind = key.rsplit("/", 1)
            state.setdefault(names.index(name), {})[kind] = value
        described = self._optimizer.state_dict()
        self._optimizer.load_state_dict({**described, "state": state})
        return progress
