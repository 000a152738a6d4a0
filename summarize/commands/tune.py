"""`summarize tune`: adapt a model to one's own examples.

Reads options and prints; the work is `tuning/job.py`'s. Imports nothing heavy until
it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from summarize.tuning.settings import METRICS, SCHEDULES, TuneOptions

DEFAULTS = TuneOptions()
DTYPES = ("auto", "float32", "bfloat16", "float16")
AT_LEAST_ONE = click.IntRange(1)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", required=True, help="Catalog name, Hub id or directory.")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="Directory.")
@click.option("--dev", multiple=True, type=click.Path(path_type=Path), help="Files to score on.")
@click.option("--from", "source", default="en", show_default=True, help="First TSV column.")
@click.option("--to", "target", default="ko", show_default=True, help="Second TSV column.")
@click.option("--both", is_flag=True, help="Learn translations in both directions.")
@click.option("--adapter", type=click.Path(path_type=Path), help="To begin with.")
@click.option("--rank", type=AT_LEAST_ONE, help=f"Of the updates.  [default: {DEFAULTS.rank}]")
@click.option("--learning-rate", type=float, help=f"[default: {DEFAULTS.learning_rate}]")
@click.option("--schedule", type=click.Choice(SCHEDULES), help=f"[default: {DEFAULTS.schedule}]")
@click.option("--epochs", type=float, help=f"Passes over FILES.  [default: {DEFAULTS.epochs:g}]")
@click.option("--steps", type=AT_LEAST_ONE, help="Updates, instead of --epochs.")
@click.option("--batch-tokens", type=AT_LEAST_ONE, help=f"[default: {DEFAULTS.batch_tokens}]")
@click.option("--accumulate", type=AT_LEAST_ONE, help="Batches of one update.  [default: 1]")
@click.option("--longest", type=AT_LEAST_ONE, help=f"Tokens.  [default: {DEFAULTS.longest}]")
@click.option("--vocabulary", type=click.IntRange(0), help="Sample the softmax; see the docs.")
@click.option("--beta", type=float, help="Of rejected texts; lower pushes more.  [default: 0.1]")
@click.option("--anchor", type=float, help="Weight of what texts are rejected for.  [default: 0]")
@click.option("--noise", type=float, help="Share of other tokens in targets.  [default: 0]")
@click.option("--metric", type=click.Choice(METRICS), help=f"[default: {DEFAULTS.metric}]")
@click.option("--held-out", type=click.IntRange(0), help="Examples to score on without --dev.")
@click.option("--score-every", type=click.IntRange(0), help=f"[default: {DEFAULTS.score_every}]")
@click.option("--patience", type=click.IntRange(0), help="Scores without a gain before it stops.")
@click.option("--save-every", type=AT_LEAST_ONE, help=f"[default: {DEFAULTS.save_every}]")
@click.option("--fuse", is_flag=True, default=None, help="Compile the layers (faster on a CPU).")
@click.option("--seed", type=int, help="[default: 0]")
@click.option("--licence", default="", help="Of the examples, for the model card.")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda, cuda:1, mps.")
@click.option("--dtype", type=click.Choice(DTYPES), default="auto", show_default=True)
@click.option("--offline", is_flag=True, help="Never open a connection.")
@click.option("--quiet", "-q", is_flag=True, help="No notes and no progress on stderr.")
def tune(
    files: tuple[Path, ...],
    model: str,
    output: Path,
    dev: tuple[Path, ...],
    source: str,
    target: str,
    both: bool,
    adapter: Path | None,
    licence: str,
    device: str,
    dtype: str,
    offline: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Adapt a model to your own examples: FILES of pairs or of articles with summaries.

    TSV has a source and a target a line. JSONL has {"en": ..., "ko": ...},
    {"source": ..., "target": ..., "from": "en", "to": "ko"} or {"article": ..., "summary": ...,
    "lang": "en"}; the last two may name a text that is wanted less, {..., "rejected": ...}. A run
    that is killed goes on when the same command is given again.

    \b
      summarize tune pairs.tsv --model embedded --both -o my-adapter
      summarize translate article.txt --model embedded --adapter my-adapter
    """  # noqa: D301 (click reads the escape, so the string cannot be raw)
    from summarize.cli import notes_on_stderr
    from summarize.tuning.job import tune as run

    with notes_on_stderr(quiet):
        given = {name: value for name, value in options.items() if value is not None}
        done = run(
            model,
            files,
            output,
            dev=dev,
            languages=(source, target),
            both=both,
            adapter=adapter,
            device=device,
            dtype=dtype,
            offline=offline or None,
            licence=licence,
            progress=False if quiet else None,
            **given,
        )
    scored = "" if done.score is None else f", {done.metric.split('|')[0]}: {done.score:.2f}"
    click.echo(f"{done.directory}: {done.best_step} updates{scored}")
