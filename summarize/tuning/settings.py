"""How a model is adapted: frozen, validated once, without torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from summarize.errors import OptionError

METRICS = ("chrf", "bleu", "rouge-l", "loss")
SCHEDULES = ("linear", "trapezoid", "constant")


@dataclass(frozen=True, slots=True)
class TuneOptions:
    """The choices of one run.

    Args:
        rank: of the low-rank updates; the adapter's size grows with it.
        alpha: the update is scaled by alpha / rank; None for the rank itself.
        beta: how much a nat of likelihood counts where an example rejects a text for its target:
            the lower, the further the two are pushed apart (see `preference`).
        anchor: how much such a target counts by itself besides.
        dropout: of the updates' input.
        noise: the share of a target's tokens in whose place the model is shown another one of
            the batch's while it predicts the next (unigram noising, Xie et al. 2017,
            arXiv:1703.02573): what it has written tells it less, so that it reads the source.
        learning_rate: at its highest.
        schedule: after the warm-up, "linear" falls to 0 at the end, "trapezoid" stays and
            falls over the last `decay` of the steps, "constant" stays.
        warmup, decay: as shares of the steps.
        weight_decay: AdamW's.
        clip: the largest gradient norm.
        epochs: passes over the records; a fraction stops within one.
        steps: updates in all, instead of `epochs`.
        batch_tokens: padded tokens of one batch; sets the memory needed.
        accumulate: batches of one update.
        longest: tokens of the longest record that is learned from, prompt included.
        vocabulary: how many ids outside the data the softmax is estimated with; 0 takes the
            whole vocabulary. Encoder-decoders and models with few ids need none.
        held_out: records set apart for the dev score where no dev file is given.
        score_every: updates between two dev scores; 0 scores at the end only.
        metric: what the dev score is: "chrf", "bleu", "rouge-l", or "loss" (its negative).
        patience: scores without a gain after which the run stops; 0 never does.
        save_every: updates between two checkpoints.
        fuse: compile the layers, which takes a minute and a C++ compiler, and saves a quarter
            of the time after that on a CPU.
        seed: of everything that is random.

    Raises:
        OptionError: a value out of range; an unknown name.
    """

    rank: int = 16
    alpha: float | None = None
    beta: float = 0.1
    anchor: float = 0.0
    dropout: float = 0.0
    noise: float = 0.0
    learning_rate: float = 5e-4
    schedule: str = "linear"
    warmup: float = 0.05
    decay: float = 0.3
    weight_decay: float = 0.0
    clip: float = 1.0
    epochs: float = 3.0
    steps: int | None = None
    batch_tokens: int = 2048
    accumulate: int = 1
    longest: int = 512
    vocabulary: int = 0
    held_out: int = 200
    score_every: int = 200
    metric: str = "chrf"
    patience: int = 0
    save_every: int = 100
    fuse: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("rank", "batch_tokens", "accumulate", "longest", "save_every"):
            if getattr(self, name) < 1:
                raise OptionError(f"{name} must be at least 1, not {getattr(self, name)}.")
        for name in ("vocabulary", "held_out", "score_every", "patience", "weight_decay", "anchor"):
            if getattr(self, name) < 0:
                raise OptionError(f"{name} must not be negative, not {getattr(self, name)}.")
        for name in ("learning_rate", "epochs", "clip", "beta"):
            if not getattr(self, name) > 0:
                raise OptionError(f"{name} must be above 0, not {getattr(self, name)}.")
        for name in ("dropout", "noise", "warmup", "decay"):
            if not 0 <= getattr(self, name) < 1:
                raise OptionError(f"{name} must be from 0 to below 1, not {getattr(self, name)}.")
        if self.alpha is not None and not self.alpha > 0:
            raise OptionError(f"alpha must be above 0, not {self.alpha}.")
        if self.steps is not None and self.steps < 1:
            raise OptionError(f"steps must be at least 1, not {self.steps}.")
        if self.metric not in METRICS:
            raise OptionError.unknown("metric", self.metric, METRICS)
        if self.schedule not in SCHEDULES:
            raise OptionError.unknown("schedule", self.schedule, SCHEDULES)

    @classmethod
    def of(cls, **options: Any) -> TuneOptions:
        """From keyword arguments.

        Raises:
            OptionError: an unknown name (the message lists the known ones) or a bad value.
        """
        known = [field.name for field in fields(cls)]
        for name in options:
            if name not in known:
                raise OptionError.unknown("tuning option", name, known)
        return cls(**options)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of update `step` (from 0) of `steps`."""
        rising = max(1, round(self.warmup * steps))
        if step < rising:
            return self.learning_rate * (step + 1) / rising
        if self.schedule == "constant":
            return self.learning_rate
        falling = steps - rising if self.schedule == "linear" else round(self.decay * steps)
        return self.learning_rate * min(1.0, (steps - step) / max(1, falling))
