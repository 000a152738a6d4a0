"""The lines of a run as tables: limits by count beside what was measured, and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gpu_parts.cases import CASES, DRY_SHAPE, SHAPES, Case
from gpu_parts.limits import Limit, job_limit

Line = dict[str, Any]
PEERS = ("transformers", "ctranslate2", "ours")


def tables(lines: Sequence[Line], *, dry: bool) -> Iterator[str]:
    """All tables, a line at a time."""
    of: dict[str, list[Line]] = {}
    for line in lines:
        of.setdefault(line["kind"], []).append(line)
    ceiling = (of.get("environment") or [{}])[0]
    if not ceiling:
        yield "The ceilings were not measured: no limits, no shares."
        ceiling = {"copy_bytes_per_second": float("nan"), "flops": float("nan")}
    yield from _head(ceiling)
    yield from _checks(of)
    yield from _cases(of.get("case", []), ceiling, dry)
    yield from _text(of.get("text", []))
    yield from _growth(of.get("growth", []), ceiling)
    yield from _steps(of.get("step", []), ceiling)
    yield from _rest(of)


def _head(ceiling: Line) -> Iterator[str]:
    names = ("device", "commit", "python", "cuda", "triton", "versions")
    yield "; ".join(f"{name} {ceiling[name]}" for name in names if name in ceiling)
    yield (
        f"copy {ceiling['copy_bytes_per_second'] / 1e12:.3f} TB/s read and written, "
        f"bf16 product {ceiling['flops'] / 1e12:.0f} TFLOP/s, both measured"
    )


def _checks(of: dict[str, list[Line]]) -> Iterator[str]:
    for line in of.get("tests", []):
        yield f"\ntests on the card: exit {line['returned']}: {line['last']}"
        yield from line["failed"]
    if of.get("correctness"):
        yield "\n" + _row(
            "correctness", "dtype", "beams", "graphs = eager", "kernels = SDPA",
            "= transformers", "transformers = its float32", "logits error, theirs", "graphs",
        )  # fmt: skip
        yield "|---|---|---|---|---|---|---|---|---|"
    for line in of.get("correctness", []):
        logits = f"{line['logits_error']:.1e}, {line['transformers_logits_error']:.1e}" \
            if "logits_error" in line else ""  # fmt: skip
        yield _row(
            line["model"], line["dtype"], line["beams"], _share(line["graphs_against_eager"]),
            _share(line["kernels_against_sdpa"]), _share(line["transformers_match"]),
            _share(line.get("reference_match")), logits, line["graphs"],
        )  # fmt: skip


def _cases(lines: Sequence[Line], ceiling: Line, dry: bool) -> Iterator[str]:
    yield "\n| work | limit tok/s | transformers | CTranslate2 | ours | over tr. | over CT2 | "\
          "share of limit | peak GiB tr./CT2/ours | goal |"  # fmt: skip
    yield "|---|---|---|---|---|---|---|---|---|---|"
    notes = set()
    for case in CASES:
        case = case.dry() if dry else case  # noqa: PLW2901
        found = {line["peer"]: line for line in lines if line["case"] == case.name}
        if not found:
            continue
        limit = limit_of(case, ceiling)
        rates = {peer: line["tokens_per_second"] for peer, line in found.items()}
        mine = rates.get("ours")
        ratios = {peer: mine / rate for peer, rate in rates.items() if mine and peer != "ours"}
        share = mine / limit.rate if mine else None
        cells = [
            f"{rates[peer]:,.0f}{_sample(found[peer])}" if peer in rates else "" for peer in PEERS
        ]
        if "most_seconds" in case.goal or case.count == 1:
            cells = [
                f"{cell} ({1e3 * found[peer]['seconds']:.1f} ms)" if cell else ""
                for peer, cell in zip(PEERS, cells, strict=True)
            ]
        peaks = "/".join(f"{found[p]['peak_gib']:.1f}" if p in found else "-" for p in PEERS)
        yield _row(
            case.name, f"{limit.rate:,.0f}", *cells, _times(ratios.get("transformers")),
            _times(ratios.get("ctranslate2")), f"{share:.0%}" if share else "", peaks,
            verdict(case, found.get("ours"), ratios, share),
        )  # fmt: skip
        notes |= {line["note"] for line in found.values() if line.get("note")}
    yield from notes
    yield "(n of N: the peer was measured on so many of the requests; rates compare, sums do not.)"
    for line in lines:
        if line["peer"] == "ours":
            yield (
                f"ours, {line['case']}: graphs {line['graphs']}, kernels "
                f"{'on' if line['kernels'] else 'off'} ({line['warming_seconds']:.1f} s to warm), "
                f"first run {line['first_seconds']:.2f} s, then {line['seconds']:.3f} s, "
                f"slots {line['slots_at_the_end']}"
            )


def limit_of(case: Case, ceiling: Line) -> Limit:
    ids, new = case.requests()
    return job_limit(
        DRY_SHAPE if case.name.startswith("dry ") else SHAPES[case.model],
        [(len(row), count) for row, count in zip(ids, new, strict=True)],
        slots=case.slots,
        beams=case.beams,
        bandwidth=ceiling["copy_bytes_per_second"],
        flops=ceiling["flops"],
    )


def verdict(case: Case, mine: Line | None, ratios: dict[str, float], share: float | None) -> str:
    """Each goal and whether it was reached."""
    told = []
    for what, least in case.goal.items():
        value: float | None
        if what == "most_seconds":
            value = mine["seconds"] if mine else None
            reached = value is not None and value <= least
            told.append(f"at most {1e3 * least:.1f} ms: {_met(value, reached)}")
            continue
        if what == "tokens_per_second":
            value = mine[what] if mine else None
        else:
            value = share if what == "share" else ratios.get(what)
        name = {"tokens_per_second": "tok/s", "share": "of the limit"}.get(what, f"x {what}")
        told.append(f"{least:,g} {name}: {_met(value, value is not None and value >= least)}")
    return "; ".join(told)


def _met(value: float | None, reached: bool) -> str:
    return "unmeasured" if value is None else "yes" if reached else "no"


def _text(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield (
            f"\n{line['case']}: {line['text_tokens_per_second']:,.0f} tok/s over "
            f"{line['articles']} articles of {line['source_tokens']:.0f} tokens, ids alone "
            f"{line['engine_tokens_per_second']:,.0f}: {line['share']:.0%} (goal 90%)"
        )


def _growth(lines: Sequence[Line], ceiling: Line) -> Iterator[str]:
    if not lines:
        return
    sources = sorted({line["source"] for line in lines})
    yield (
        "\n| rows | "
        + " | ".join(f"source {n}: µs a step (share of limit)" for n in sources)
        + " |"
    )
    yield "|---" * (1 + len(sources)) + "|"
    for rows in sorted({line["rows"] for line in lines}):
        cells = []
        for source in sources:
            for line in lines:
                if (line["rows"], line["source"]) == (rows, source):
                    least = 1e6 * line["bytes"] / ceiling["copy_bytes_per_second"]
                    cells.append(f"{line['step_us']:,.0f} ({least / line['step_us']:.0%})")
        yield _row(rows, *cells)


def _steps(lines: Sequence[Line], ceiling: Line) -> Iterator[str]:
    for line in lines:
        limits = {k: 1e6 * n / ceiling["copy_bytes_per_second"] for k, n in line["bytes"].items()}
        least = sum(limits.values())
        yield (
            f"\nA steady step, {line['case']}, {line['rows']} rows: {line['step_us']:,.0f} µs, "
            f"kernels {line['kernels_us']:,.0f} µs in {line['launches']:.0f} launches; limit "
            f"{least:,.0f} ({least / line['step_us']:.0%}): "
            + ", ".join(f"{k} {v:.0f}" for k, v in limits.items())
        )
        yield "| kernels | µs | limit µs | share of limit |"
        yield "|---|---|---|---|"
        for group, us in line["groups_us"].items():
            own = "past" in group
            part = limits["weights"] if group == "products" else (
                limits["own"] if own else limits["cross"] if "source" in group else None
            )  # fmt: skip
            yield _row(group, f"{us:.1f}", f"{part:.1f}" if part else "",
                       f"{part / us:.0%}" if part else "")  # fmt: skip
        for name, us, count in line["kernels"][:8]:
            yield f"  {us:8.1f} µs x{count:<5g} {name}"


def _rest(of: dict[str, list[Line]]) -> Iterator[str]:
    for line in of.get("busy", []):
        yield (
            f"\nbusy, {line['case']}, {line['requests']} requests: "
            f"{line['busy_share_profiled']:.1%} of the time under the profiler, "
            f"{line['busy_share_of_unprofiled_time']:.1%} of the time without it (goal 95%)"
        )
    for line in of.get("cold", []):
        later = ", ".join(f"{s:.2f}" for s in line["results"][1:])
        yield (
            f"cold start, Triton cache {line['cache']}: model to first result "
            f"{line['load_to_first']:.2f} s (goal 5), kernels ready {line['warming']:.2f} s later "
            f"({'used' if line['kernels'] else 'not used'}), later ones {later} s; "
            f"import torch {line['import_torch']:.1f}, process {line['process_seconds']:.1f}"
        )
    for line in of.get("part", []):
        if line["outcome"] != "done":
            yield f"PART {line['part']}: {line['outcome']} after {line['seconds']:.0f} s"


def picture(lines: Sequence[Line], path: Path) -> bool:
    """Plot growth against the limit, where matplotlib is; whether it did."""
    try:
        import matplotlib as mpl

        mpl.use("Agg")
        from matplotlib import pyplot
    except ImportError:
        return False
    grown = [line for line in lines if line["kind"] == "growth"]
    ceiling = next((line for line in lines if line["kind"] == "environment"), None)
    if not grown or ceiling is None:
        return False
    figure, axes = pyplot.subplots(figsize=(7, 5))
    for source in sorted({line["source"] for line in grown}):
        points = sorted(
            (x["rows"], x["step_us"], x["bytes"]) for x in grown if x["source"] == source
        )
        rows, steps, read = zip(*points, strict=True)
        (drawn,) = axes.loglog(rows, steps, "o-", label=f"source {source}")
        limit = [1e6 * n / ceiling["copy_bytes_per_second"] for n in read]
        axes.loglog(rows, limit, "--", color=drawn.get_color())
    axes.set(xlabel="rows", ylabel="µs a step", title=f"{ceiling['device']}: dashed is the limit")
    axes.legend()
    figure.savefig(path, dpi=120)
    return True


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _share(found: dict[str, float] | None) -> str:
    return f"{found['outputs']:.0%} ({found['ids']:.0%} of ids)" if found else ""


def _times(ratio: float | None) -> str:
    return f"{ratio:.2f}x" if ratio else ""


def _sample(line: Line) -> str:
    return "" if line["requests"] == line["of"] else f" [{line['requests']} of {line['of']}]"
