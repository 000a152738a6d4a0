"""Dev scores: what the model writes now, against what is wanted.

chrF and BLEU by sacrebleu, ROUGE-L by rouge-score, each with its signature; or the
loss, which needs neither. Knows the generator and the records; changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from summarize.errors import OptionError
from summarize.options import Task
from summarize.tuning.records import Record
from summarize.tuning.settings import TuneOptions

if TYPE_CHECKING:
    from summarize.generation.generator import Generator
    from summarize.tuning.learner import Learner

EXTRA = 'pip install "summarize[tune]"'


class Scorer:
    """Scores the learner on `records`: the mean over their tasks, so that none hides another.

    Raises:
        OptionError: the metric's package is not installed.
    """

    def __init__(
        self,
        generator: Generator,
        learner: Learner,
        records: Sequence[Record],
        settings: TuneOptions,
    ) -> None:
        self._generator = generator
        self._learner = learner
        self._settings = settings
        self._by_task: dict[Task, list[Record]] = {}
        for record in records:
            self._by_task.setdefault(record.task, []).append(record)
        self.signature = _signature(settings.metric)
        self.last: dict[Task, float] = {}

    def __call__(self) -> float:
        """The score of the model as it is; higher is better."""
        self.last = {task: self._score(task, these) for task, these in self._by_task.items()}
        return sum(self.last.values()) / len(self.last)

    def _score(self, task: Task, records: Sequence[Record]) -> float:
        if self._settings.metric == "loss":
            return -self._loss(records)
        options = self._generator.options(task).updated(num_beams=1)
        self._learner.model.eval()
        written = self._generator.generate([r.source for r in records], task, options)
        texts = [answer.text for answer in written]
        return measured(self._settings.metric, texts, [r.target for r in records], task.target)

    def _loss(self, records: Sequence[Record]) -> float:
        import torch

        from summarize.tuning.examples import batches, collated, encoded

        wanted = [replace(record, rejected="") for record in records]
        examples, _ = encoded(wanted, self._generator, self._settings.longest)
        total = 0.0
        with torch.no_grad():
            for part in batches(examples, self._settings.batch_tokens, 0, 0):
                batch = collated(
                    part, causal=self._learner.causal, pad=0, device=self._learner.model.device
                )
                total += float(self._learner.loss(batch, 0))
        return total / max(1, sum(len(e.target) for e in examples))


def measured(
    metric: str, texts: Sequence[str], wanted: Sequence[str], language: str | None
) -> float:
    """The corpus score of `texts`, from 0 to 100."""
    if metric == "rouge-l":
        return 100 * sum(map(_rouge_l, wanted, texts)) / len(texts)
    import sacrebleu

    if metric == "bleu":
        tokenize = "char" if language in ("zh", "ja", "ko") else "13a"
        return float(sacrebleu.corpus_bleu(list(texts), [list(wanted)], tokenize=tokenize).score)
    return float(sacrebleu.corpus_chrf(list(texts), [list(wanted)]).score)


def _rouge_l(wanted: str, text: str) -> float:
    """F1 of the longest common subsequence of words."""
    ours, theirs = text.split(), wanted.split()
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = 0
        for index, other in enumerate(theirs, start=1):
            before, row[index] = (
                row[index],
                before + 1 if word == other else max(row[index], row[index - 1]),
            )
    common = row[-1]
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def _signature(metric: str) -> str:
    if metric == "loss":
        return "minus the loss of a token, in nats"
    if metric == "rouge-l":
        return "ROUGE-L F1 of words split at white space"
    try:
        import sacrebleu
    except ImportError as error:
        raise OptionError(f"the metric {metric!r} needs sacrebleu. Get it with {EXTRA}.") from error
    scorer: Any = sacrebleu.CHRF() if metric == "chrf" else sacrebleu.BLEU()
    scorer.corpus_score(["a"], [["a"]])
    note = ", characters for Chinese, Japanese and Korean" if metric == "bleu" else ""
    return f"{metric} {scorer.get_signature()}{note}"
