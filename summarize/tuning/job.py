"""`tune`: from files of examples to an adapter directory.

Reads, encodes, trains, scores, saves; each by its own module. A run keeps its
checkpoints beside the directory it will write, under NAME.training, and takes them
up when it is started again with the same examples and options.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.errors import OptionError
from summarize.models.adapters import WEIGHTS, Adapter, check_base
from summarize.models.adapters import read as read_adapter
from summarize.tuning.records import Malformed, Reading, Record, both_ways, read, split
from summarize.tuning.settings import TuneOptions

if TYPE_CHECKING:
    from summarize.generation.generator import Generator
    from summarize.tuning.checkpoints import Progress
    from summarize.tuning.workers import Workers

log = logging.getLogger("summarize")

MAY_CHANGE = ("steps", "epochs", "patience", "save_every", "score_every", "fuse")
"""Options that a run may be taken up with other values of."""

MARGINS = "margins.json"
"""How likely targets were beside what was rejected for them when the run began."""

OUTLIERS = 3
"""Malformed lines that are shown; the rest are counted."""


@dataclass(frozen=True, slots=True, repr=False)
class Tuned:
    """What a run made.

    Attributes:
        directory: of the adapter; give it as `adapter=`.
        score: the dev score of what was kept, None where nothing was scored.
        metric: what the score is, with its signature.
        steps: updates made, of which the one kept is `best_step`.
        examples: learned from.
        malformed: lines passed over.
        left_out: examples longer than the options allow.
        seconds: spent training.
    """

    directory: Path
    score: float | None
    metric: str
    steps: int
    best_step: int
    examples: int
    malformed: tuple[Malformed, ...]
    left_out: int
    seconds: float

    def __repr__(self) -> str:
        score = "not scored" if self.score is None else f"{self.metric} {self.score:.2f}"
        return (
            f"Tuned({str(self.directory)!r}, {score}, {self.best_step} of {self.steps} updates, "
            f"{self.examples} examples)"
        )


def tune(
    model: str | Path,
    files: Iterable[str | Path],
    output: str | Path,
    *,
    dev: Iterable[str | Path] = (),
    languages: tuple[str, str] = ("en", "ko"),
    both: bool = False,
    adapter: str | Path | None = None,
    device: str = "auto",
    dtype: str = "auto",
    offline: bool | None = None,
    licence: str = "",
    progress: bool | None = None,
    **options: Any,
) -> Tuned:
    """Adapt a model to examples.

    Args:
        model: a catalog name, Hub id or directory.
        files: TSV or JSONL of examples; see `records.read`.
        output: the adapter's directory, which must not exist yet.
        dev: files to score on; by default some of the examples are held out.
        languages: of a TSV file's two columns.
        both: learn each translation in both directions.
        adapter: a directory that `tune` or `average_adapters` made, to begin with.
        device, offline: as for `Translator`.
        dtype: of the frozen weights: "auto", "float32", "bfloat16", "float16".
        licence: of the examples, for the model card.
        progress: show a bar; None shows one on a terminal.
        **options: see `TuneOptions`.

    Raises:
        InputError: no usable example, or a file that cannot be read.
        OptionError: a bad option, an output that exists, or peft is not installed.
        ModelError: no such model, or one that cannot be adapted.
        WeightsError: `adapter` is none, or another model's.
    """
    from summarize.tuning.workers import joined

    settings = TuneOptions.of(**options)
    start = None if adapter is None else read_adapter(adapter)
    output = Path(output)
    if output.exists():
        raise OptionError(f"{output} exists; name another directory, or remove it.")
    with joined() as workers:
        if settings.accumulate < workers.count:
            raise OptionError(
                f"accumulate={settings.accumulate} leaves some of the {workers.count} processes "
                "without a batch; make it a multiple of their number."
            )
        reading = read(files, languages)
        if workers.first:
            told(reading)
        records, dev_records = _sides(reading, dev, languages, settings, both)
        run = _Run(model, output, records, dev_records, settings, licence, workers, start)
        reached, examples, left_out, metric = run(device, dtype, offline, progress)
    return Tuned(
        output,
        reached.best,
        metric,
        reached.step,
        reached.best_step if reached.best is not None else reached.step,
        examples,
        reading.malformed,
        left_out,
        reached.seconds,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """From records to the adapter in `output`."""

    model: str | Path
    output: Path
    records: Sequence[Record]
    dev: Sequence[Record]
    settings: TuneOptions
    licence: str
    workers: Workers
    start: Adapter | None

    def __call__(
        self, device: str, dtype: str, offline: bool | None, progress: bool | None
    ) -> tuple[Progress, int, int, str]:
        """Train; how far it came, the examples, those left out, and what the score is."""
        from summarize.tuning.learner import Learner
        from summarize.tuning.preference import with_margins
        from summarize.tuning.scoring import Scorer
        from summarize.tuning.session import open_base, report_to, saved
        from summarize.tuning.trainer import Trainer

        base = open_base(self.model, device, dtype, offline)
        if self.start is not None:
            check_base(self.start, base.directory)
        for task in dict.fromkeys(record.task for record in (*self.records, *self.dev)):
            base.generator.check(task)
        examples, known, left_out = _encoded(self.records, base.generator, self.settings)
        learner = Learner(base.model, self.settings, known)
        if self.start is not None:
            learner.start(self.start)
        folder = self.output.with_name(f"{self.output.name}.training")
        if self.workers.first:
            _same_run(
                folder, self.model, self.records, self.dev, self.settings, self.start, base.dtype
            )
        self.workers.shared(None)
        examples = with_margins(
            examples,
            learner,
            folder / MARGINS,
            budget=self.settings.batch_tokens,
            pad=base.pad,
            workers=self.workers,
        )
        scorer = Scorer(base.generator, learner, self.dev, self.settings) if self.dev else None

        def keep(reached: Progress) -> None:
            about = (base, learner, self.settings, reached, self.records, self.licence)
            saved(folder / "best", *about, scorer, self.start)

        with report_to(progress if self.workers.first else False, self.settings) as report:
            trainer = Trainer(
                learner,
                examples,
                self.settings,
                folder,
                score=scorer,
                keep=keep,
                pad=base.pad,
                report=report,
                workers=self.workers,
            )
            reached = trainer.run()
        if self.workers.first:
            if scorer is None:
                keep(reached)
            (folder / "best").rename(self.output)
            shutil.rmtree(folder, ignore_errors=True)
        self.workers.shared(None)
        return reached, len(examples), left_out, scorer.signature if scorer else ""


def told(reading: Reading) -> None:
    """Say on the log what was passed over."""
    shown = reading.malformed[:OUTLIERS]
    if shown:
        more = len(reading.malformed) - len(shown)
        rest = f"; and {more} more" if more else ""
        places = "; ".join(map(str, shown))
        log.warning("passed over %d malformed lines: %s%s", len(reading.malformed), places, rest)


def _sides(
    reading: Reading,
    dev: Iterable[str | Path],
    languages: tuple[str, str],
    settings: TuneOptions,
    both: bool,
) -> tuple[list[Record], list[Record]]:
    """What is learned from and what is scored on."""
    given = tuple(dev)
    if given:
        scored = read(given, languages)
        told(scored)
        learned, held_out = list(reading.records), list(scored.records)
    else:
        share = min(settings.held_out, len(reading.records) // 5)
        learned, held_out = split(reading.records, share, settings.seed)
    return (both_ways(learned), both_ways(held_out)) if both else (learned, held_out)


def _encoded(
    records: Sequence[Record], generator: Generator, settings: TuneOptions
) -> tuple[list[Any], set[int], int]:
    from summarize.tuning.examples import encoded

    examples, left_out = encoded(records, generator, settings.longest)
    if left_out:
        log.warning("left out %d examples of more than %d tokens", left_out, settings.longest)
    if not examples:
        raise OptionError(
            f"every example is longer than {settings.longest} tokens; raise `longest`."
        )
    known = {token for e in examples for row in (e.prompt, *e.targets) for token in row}
    return examples, known, left_out


def _same_run(
    folder: Path,
    model: str | Path,
    records: Sequence[Record],
    dev: Sequence[Record],
    settings: TuneOptions,
    start: Adapter | None,
    dtype: str,
) -> None:
    """See that what lies in `folder` is of this run, and sign it.

    Raises:
        OptionError: it is another's.
    """
    digest = hashlib.sha256()
    for record in (*records, *dev):
        digest.update(
            f"{record.task}\0{record.source}\0{record.target}\0{record.weight}"
            f"\0{record.rejected}\n".encode()
        )
    ours = {
        "model": str(model),
        "examples": digest.hexdigest(),
        "dtype": dtype,
        "options": {k: v for k, v in settings.to_dict().items() if k not in MAY_CHANGE},
    }
    if start is not None:
        ours["adapter"] = hashlib.sha256((start.directory / WEIGHTS).read_bytes()).hexdigest()
    file = folder / "run.json"
    if file.is_file():
        if json.loads(file.read_text(encoding="utf-8")) != ours:
            raise OptionError(
                f"{folder} holds an unfinished run with other examples or options; "
                "remove it, or name another output."
            )
        log.warning("taking up the run in %s", folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(ours), encoding="utf-8")
