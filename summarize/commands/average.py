"""`summarize average`: several runs' adapters as one.

Reads options and prints; the work is `tuning/averaging.py`'s. Imports nothing heavy until
it runs.
"""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("adapters", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="Directory.")
@click.option("--weight", "weights", type=float, multiple=True, help="One for each.  [default: 1]")
@click.option("--scale", type=float, default=1.0, show_default=True, help="Of the mean.")
@click.option("--rank", type=click.IntRange(1), help="Of the result.  [default: the highest]")
def average(
    adapters: tuple[Path, ...],
    output: Path,
    weights: tuple[float, ...],
    scale: float,
    rank: int | None,
) -> None:
    """Take the mean of ADAPTERS, which `summarize tune` made for one model.

    Runs that differ in seed or data have a mean that is often better than each of them. A lower
    rank than all theirs together makes it smaller, which --scale can make up for: score a few.

    \b
      summarize tune pairs.tsv --model embedded --both --seed 1 -o one
      summarize tune pairs.tsv --model embedded --both --seed 2 -o two
      summarize average one two -o mean
    """  # noqa: D301 (click reads the escape, so the string cannot be raw)
    from summarize.tuning.averaging import average_adapters as run

    done = run(adapters, output, weights=weights or None, scale=scale, rank=rank)
    click.echo(f"{done.directory}: rank {done.rank}, {done.kept:.1%} of the mean kept")
