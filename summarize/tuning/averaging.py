"""Several runs' adapters as one: the mean of their updates, made low-rank again.

Runs from one base that differ in seed, data or rate end in places whose mean is often
better than any of them (model soups, Wortsman et al. 2022, arXiv:2203.05482). The mean of
updates of ranks r1, r2, ... has a rank of up to their sum; the nearest one of the rank asked
for is its truncated singular value decomposition (Eckart and Young 1936). Knows no model
and no text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.errors import OptionError, WeightsError
from summarize.generation.adapter import DOWN, PREFIX, UP, updates
from summarize.models.adapters import (
    CONFIG,
    FACTS,
    FORMAT,
    GENERATE,
    TIGHTEN,
    Adapter,
    contents,
    read,
)
from summarize.tuning import lineage
from summarize.tuning.card import stamp

if TYPE_CHECKING:
    import torch

    Factors = tuple[torch.Tensor, torch.Tensor]
    """A [rank, in] and B [out, rank]."""


@dataclass(frozen=True, slots=True)
class Averaged:
    """What an average is.

    Attributes:
        directory: of the adapter; give it as `adapter=`.
        rank: of its updates.
        kept: the share of the mean that is left at that rank: 1 less the squared error over
            all layers, relative to the squared size of the updates.
    """

    directory: Path
    rank: int
    kept: float


def average_adapters(
    adapters: Sequence[str | Path],
    output: str | Path,
    *,
    weights: Sequence[float] | None = None,
    scale: float = 1.0,
    rank: int | None = None,
) -> Averaged:
    """Write the mean of several adapters' updates as an adapter.

    Args:
        adapters: directories that `tune` made, for one base; one alone may be scaled.
        output: the new adapter's directory, which must not exist yet.
        weights: of each adapter; they are divided by their sum. None weighs all alike.
        scale: what the mean is multiplied by.
        rank: of the result; None for the highest of the adapters'.

    Raises:
        OptionError: a bad option, or an output that exists.
        WeightsError: something that is no adapter, or adapters that do not belong together.
    """
    output = Path(output)
    if output.exists():
        raise OptionError(f"{output} exists; name another directory, or remove it.")
    shares = _shares(len(adapters), weights, scale)
    parts = [read(directory) for directory in adapters]
    _belong_together(parts)
    found = [updates(part) for part in parts]
    highest = max(max(down.shape[0] for down, _ in one.values()) for one in found)
    rank = highest if rank is None else rank
    if rank < 1:
        raise OptionError(f"rank must be at least 1, not {rank}.")
    state: dict[str, torch.Tensor] = {}
    lost = whole = 0.0
    for name in _layers(parts, found):
        stacked = [
            (part.scale * share, *one[name])
            for part, share, one in zip(parts, shares, found, strict=True)
        ]
        (down, up), missed, size = _low_rank(stacked, rank)
        state[PREFIX + name + DOWN], state[PREFIX + name + UP] = down, up
        lost, whole = lost + missed, whole + size
    kept = 1.0 - lost / whole if whole else 1.0
    config = {**contents(parts[0].directory / CONFIG), "r": rank, "lora_alpha": rank}
    config |= {"use_rslora": False, "lora_dropout": 0.0}
    options = {"weights": list(shares), "rank": rank, "kept": round(kept, 4)}

    from summarize.tuning.saving import write

    write(output, state, config, _facts(parts, options))
    return Averaged(output, rank, kept)


def _shares(count: int, weights: Sequence[float] | None, scale: float) -> tuple[float, ...]:
    if count == 0:
        raise OptionError("there is nothing to average: name at least one adapter.")
    if not (scale > 0 and isfinite(scale)):
        raise OptionError(f"scale must be finite and above 0, not {scale}.")
    chosen = [1.0] * count if weights is None else list(weights)
    if len(chosen) != count:
        raise OptionError(f"{len(chosen)} weights for {count} adapters: give one for each.")
    if any(not (weight >= 0 and isfinite(weight)) for weight in chosen) or not sum(chosen) > 0:
        raise OptionError(f"weights must be finite, not negative, and not all 0: {chosen}.")
    return tuple(scale * weight / sum(chosen) for weight in chosen)


def _belong_together(parts: Sequence[Adapter]) -> None:
    for part in parts[1:]:
        if part.fingerprint != parts[0].fingerprint:
            raise WeightsError(
                f"{part.directory} was made for {part.base} and {parts[0].directory} for "
                f"{parts[0].base}, which have other weights; only adapters of one base have a mean."
            )


def _layers(parts: Sequence[Adapter], found: Sequence[Mapping[str, Factors]]) -> list[str]:
    """The layers that all of them change, which must be the same, and of one shape."""
    for part, one in zip(parts[1:], found[1:], strict=True):
        for name in sorted(found[0].keys() | one.keys()):
            shapes = [_shape(updates.get(name)) for updates in (found[0], one)]
            if shapes[0] != shapes[1]:
                raise WeightsError(
                    f"{part.directory} has an update of {shapes[1]} for {name}, and "
                    f"{parts[0].directory} one of {shapes[0]}."
                )
    return sorted(found[0])


def _shape(factors: Factors | None) -> tuple[int, int] | None:
    return None if factors is None else (factors[1].shape[0], factors[0].shape[1])


def _low_rank(
    parts: Sequence[tuple[float, torch.Tensor, torch.Tensor]], rank: int
) -> tuple[Factors, float, float]:
    """The nearest update of `rank` to the sum of weight · B A, the squared error, the squared size.

    Computed in the factors' own small spaces: with B = Qb Rb and A' = Qa Ra, the singular
    values of B A are those of Rb Ra'.
    """
    import torch

    down = torch.cat([down.float() for _, down, _ in parts])  # [ranks, in]
    up = torch.cat([weight * up.float() for weight, _, up in parts], dim=1)  # [out, ranks]
    basis_up, small_up = torch.linalg.qr(up)
    basis_down, small_down = torch.linalg.qr(down.T)
    left, values, right = torch.linalg.svd(small_up @ small_down.T)
    roots = values[:rank].sqrt()
    low_up = torch.zeros(up.shape[0], rank)
    low_down = torch.zeros(rank, down.shape[1])
    low_up[:, : len(roots)] = basis_up @ left[:, : len(roots)] * roots
    low_down[: len(roots)] = roots[:, None] * (right[: len(roots)] @ basis_down.T)
    squares = values.double().square()
    return (low_down, low_up), float(squares[rank:].sum()), float(squares.sum())


def _facts(parts: Sequence[Adapter], options: Mapping[str, Any]) -> dict[str, Any]:
    """As `card.facts`, of all the runs together that led to the mean."""
    origin = lineage.mean_of([contents(part.directory / FACTS) for part in parts])
    runs = list(lineage.runs(origin))
    ways = {part.summaries for part in parts}
    licences = dict.fromkeys(run["licence"] for run in runs)
    return {
        "format": FORMAT,
        "base": parts[0].base,
        "fingerprint": parts[0].fingerprint,
        "tasks": sorted({task for part in parts for task in part.tasks}),
        "summaries": next((way for way in (GENERATE, TIGHTEN) if way in ways), ""),
        "asked": _sum(run["asked"] for run in runs),
        "files": _sum(run["files"] for run in runs),
        "rejected": sum(run.get("rejected", 0) for run in runs),
        "licence": "; ".join(filter(None, licences)),
        "options": dict(options),
        "steps": sum(run["steps"] for run in runs),
        "tokens": sum(run["tokens"] for run in runs),
        "seconds": sum(run["seconds"] for run in runs),
        "metric": "",
        "scores": {},
        **stamp(),
        **origin,
    }


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)
