"""Inside the engine: the kernels of one steady step, how busy the device is, how steps grow.

The steady step is taken from a run that is advanced by hand, once all its requests are in
flight; the busy share from the profiler's intervals over a whole job. The profiler slows the
host, so a busy share is a lower bound where the host is what the device waits for.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gpu_parts.cases import CASES, DRY_SHAPE, EOS, SHAPES, Case
from gpu_parts.limits import spread, step_bytes, union
from gpu_parts.peers import engine, forced, options, synchronize

GROUPS = (
    ("attention over the source, beams", ("_group_attention",)),
    ("attention over beams' pasts", ("_beam_attention",)),
    ("joining split attention", ("_join",)),
    ("products", ("gemm", "nvjet", "cutlass", "xmma", "splitk", "cublas", "gemv")),
    ("norms", ("layer_norm", "_add_norm", "_norm")),
    ("softmax, top k, largest", ("softmax", "topk", "sort", "reduce", "max")),
    ("gathers and scatters", ("index", "gather", "scatter", "embedding")),
    ("element by element", ("elementwise", "vectorized", "_activate", "_embed")),
    ("copies", ("memcpy", "memset", "copy", "fill")),
)
"""By the first word that a kernel's name holds, in lower case."""

ROWS, SOURCES = (1, 8, 32, 128, 512), (128, 512, 1_024)


# -- one step -------------------------------------------------------------------------


def profile(setting: Any) -> Iterator[dict[str, Any]]:
    """Steady steps of the greedy stream and of both beam searches; busy over a whole job."""
    for name in ("bart stream", "bart beam 4", "nllb600 beam 5"):
        case = next(case for case in CASES if case.name == name)
        case = case.dry() if setting.dry else case
        made = engine(case.model, setting, slots=case.slots, max_source=case.sources[1])
        yield _steady(made, case, setting)
        if name != "bart beam 4":
            yield _busy(made, case, setting)
        made.close()


def _steady(made: Any, case: Case, setting: Any) -> dict[str, Any]:
    import torch

    ids, _ = case.requests()
    ids = ids[: case.slots]
    before, count = (2, 2) if setting.dry else (24, 16)
    new = before + 2 * count + 6
    search = options(case, new)
    kernels_ready = made.warm(search)
    list(made.generate(ids, search, lengths=forced([new] * len(ids))))  # captures
    run = made.generate(ids, search, lengths=forced([new] * len(ids)))

    def advance(until: int) -> None:
        while run.steps < until:
            run._advance()
        synchronize(setting.device)

    with torch.inference_mode():
        advance(before)
        started = time.perf_counter()
        advance(before + count)
        step = (time.perf_counter() - started) / count
        events = traced(lambda: advance(before + 2 * count), setting)
    list(run)
    shape = DRY_SHAPE if setting.dry else SHAPES[case.model]
    read = step_bytes(
        shape,
        requests=len(ids),
        beams=case.beams,
        source=sum(map(len, ids)) / len(ids),
        length=before + 1.5 * count,
    )
    kernels, groups = _sums(events, count)
    return {
        "kind": "step",
        "case": case.name,
        "rows": len(ids) * case.beams,
        "step_us": step * 1e6,
        "kernels_us": sum(groups.values()),
        "on_kernels": kernels_ready,
        "launches": len(events) / count,
        "bytes": {"weights": read.weights, "cross": read.cross, "own": read.own},
        "groups_us": groups,
        "kernels": kernels[:25],
    }


def _sums(
    events: Sequence[dict[str, Any]], steps: int
) -> tuple[list[tuple[str, float, float]], dict[str, float]]:
    """Kernels by name (name, microseconds a step, launches a step), and by group."""
    times: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    groups: dict[str, float] = defaultdict(float)
    rows = 0
    for event in sorted(events, key=lambda event: event["ts"]):
        name, duration = str(event["name"]), event["dur"] / steps
        group = group_of(name)
        if name.startswith("_row_attention"):  # a layer's own past, then its source
            group = ("attention over the past", "attention over the source")[rows % 2]
            name = f"{name} ({group})"
            rows += 1
        times[name] += duration
        counts[name] += 1
        groups[group] += duration
    ordered = sorted(times, key=lambda name: -times[name])
    kernels = [(name[:90], round(times[name], 2), counts[name] / steps) for name in ordered]
    return kernels, dict(sorted(groups.items(), key=lambda item: -item[1]))


def group_of(kernel: str) -> str:
    lower = kernel.lower()
    for group, words in GROUPS:
        if any(word in lower for word in words):
            return group
    return "other"


def traced(work: Callable[[], None], setting: Any) -> list[dict[str, Any]]:
    """What ran on the device while `work` did: name, ts and dur in microseconds."""
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as profiler

    cuda = setting.device == "cuda"
    activity = ProfilerActivity.CUDA if cuda else ProfilerActivity.CPU
    kinds = ("kernel", "gpu_memcpy", "gpu_memset") if cuda else ("cpu_op",)
    with profiler(activities=[activity]) as trace:
        work()
        synchronize(setting.device)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        trace.export_chrome_trace(str(path))
        events = json.loads(path.read_text())["traceEvents"]
    return [e for e in events if e.get("cat") in kinds and "dur" in e]


def _busy(made: Any, case: Case, setting: Any) -> dict[str, Any]:
    """The union of all intervals on the device over the time from the first to the last."""
    ids, new = case.requests()
    ids, new = ids[: 4 * case.slots], new[: 4 * case.slots]
    search = options(case, max(new))
    made.warm(search)

    def job() -> None:
        list(made.generate(ids, search, lengths=forced(new)))

    job()
    synchronize(setting.device)
    started = time.perf_counter()
    job()
    synchronize(setting.device)
    seconds = time.perf_counter() - started
    events = traced(job, setting)
    intervals = [(e["ts"], e["ts"] + e["dur"]) for e in events]
    span = max(end for _, end in intervals) - min(start for start, _ in intervals)
    busy = union(intervals)
    return {
        "kind": "busy",
        "case": case.name,
        "requests": len(ids),
        "busy_share_profiled": busy / span,
        "busy_share_of_unprofiled_time": min(1.0, busy / 1e6 / seconds),
        "seconds": seconds,
        "seconds_profiled": span / 1e6,
    }


# -- growth ---------------------------------------------------------------------------


def growth(setting: Any) -> Iterator[dict[str, Any]]:
    """Greedy steps of BART's shape by rows and source: the difference of a long and a short run."""
    rows_, sources = ((1, 2), (8, 12)) if setting.dry else (ROWS, SOURCES)
    short, long = (2, 6) if setting.dry else (16, 80)
    shape = DRY_SHAPE if setting.dry else SHAPES["bart"]
    made = engine("bart", setting, slots=max(rows_), max_source=max(sources))
    case = Case("growth", "bart", 1, (1, 1), None, 1)
    search = options(case, long)
    made.warm(search)
    for rows in reversed(rows_):  # the largest first: the others share its storage
        for source in reversed(sources):
            made.slots = rows
            ids = [[5 + (7 * i + 13 * j) % 900 for j in range(source - 1)] + [EOS]
                   for i in range(rows)]  # fmt: skip

            def seconds(new: int, ids: Any = ids) -> float:
                synchronize(setting.device)
                started = time.perf_counter()
                list(made.generate(ids, search, lengths=forced([new] * len(ids))))
                synchronize(setting.device)
                return time.perf_counter() - started

            seconds(long)
            seconds(short)
            step = statistics.median(seconds(long) - seconds(short) for _ in range(3))
            step /= long - short
            read = step_bytes(
                shape, requests=rows, beams=1, source=source, length=(long + short) / 2
            )
            yield {
                "kind": "growth", "rows": rows, "source": source, "step_us": step * 1e6,
                "bytes": read.total,
            }  # fmt: skip


# -- text to text ---------------------------------------------------------------------


def text(setting: Any) -> Iterator[dict[str, Any]]:
    """Articles to text and the same ids alone: the tokenizer of a quickly trained vocabulary."""
    from tokenizers import ByteLevelBPETokenizer

    from summarize.generation.ahead import ahead

    articles = _articles()
    articles = articles[:5] if setting.dry else articles * -(-512 // len(articles))
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(
        articles[:200],
        vocab_size=500 if setting.dry else 8_000,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        show_progress=False,
    )
    longest, slots = (64, 2) if setting.dry else (1_024, 128)
    trained.enable_truncation(longest - 2)
    case = Case("bart text to text", "bart", len(articles), (1, longest), None, slots)
    made = engine("bart", setting, slots=slots, max_source=longest)
    most = 8 if setting.dry else 128
    low = 4 if setting.dry else 46
    new = spread(len(articles), low, most, seed=2)
    search = options(case, most)
    made.warm(search)

    def encode(article: str) -> list[int]:
        return [0, *trained.encode(article).ids, EOS]

    ids = [encode(article) for article in articles]

    def alone() -> None:
        list(made.generate(ids, search, lengths=forced(new)))

    def whole() -> None:
        requests = ahead((encode(article) for article in articles), 256)
        outputs = ahead(made.generate(requests, search, lengths=forced(new)), 256)
        size = trained.get_vocab_size()
        texts = [trained.decode([i % size for i in output.ids]) for output in outputs]
        assert len(texts) == len(articles)

    found = {}
    for name, job in (("engine", alone), ("text", whole)):
        job()
        seconds = []
        for _ in range(1 if setting.dry else 3):
            synchronize(setting.device)
            started = time.perf_counter()
            job()
            synchronize(setting.device)
            seconds.append(time.perf_counter() - started)
        found[name] = sum(new) / statistics.median(seconds)
    yield {
        "kind": "text", "case": case.name, "articles": len(articles),
        "source_tokens": sum(map(len, ids)) / len(ids),
        "engine_tokens_per_second": found["engine"], "text_tokens_per_second": found["text"],
        "share": found["text"] / found["engine"],
    }  # fmt: skip


def _articles() -> list[str]:
    """Of the data carried in `.gpu/data`, else of shared/data, else the tests' own lines."""
    from speed import ROOT, texts

    found = []
    for path in sorted((ROOT / ".gpu" / "data").glob("*.jsonl")):
        found += [json.loads(line)["article"] for line in path.read_text("utf-8").splitlines()]
    return found[:512] or texts("summaries/*.jsonl", "article")[:512]
