"""The engine on a GPU beside its peers: limits by count first, then measurements, one command.

    sh benchmarks/gpu.sh wheels      # once, on a machine with a network: into .gpu/, ignored by git
    sh benchmarks/gpu.sh             # on the machine with the GPU: everything, under 10 minutes
    sh benchmarks/gpu.sh --dry-run   # anywhere: every path that needs no CUDA, tiny, on the CPU

Through this workplace's device tool, from the checkout the session was started in:

    run(command="SUMMARIZE_COMMIT=<git rev-parse --short HEAD> sh benchmarks/gpu.sh --budget 560",
        carry=[".gpu"], timeout_s=600)

and its files ($OUT: gpu-<device>.jsonl, gpu-growth.png, gpu-log.txt) go to benchmarks/results/.

Random weights of the real shapes, bfloat16 (CTranslate2: float16), forced lengths. Each part
runs in a process of its own under a limit of its own, ours before the peers, and its lines are
written as they come, so what fails or is slow costs only itself. Limits are bytes over the
copy bandwidth, and operations over the rate of a product, both measured at the start.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from gpu_parts.cases import CASES, Case  # noqa: E402
from gpu_parts.table import PEERS, picture, tables  # noqa: E402

MODELS = tuple(dict.fromkeys(case.model for case in CASES))
PARTS: dict[str, int] = {
    "environment": 60,
    "tests": 110,
    "correctness": 90,
    **{f"ours:{model}": limit for model, limit in zip(MODELS, (150, 90, 100), strict=True)},
    "profile": 90,
    "text": 60,
    **{f"ctranslate2:{model}": 90 for model in MODELS},
    **{f"transformers:{model}": 90 for model in MODELS[:2]},
    "growth": 80,
    "cold": 70,
    f"transformers:{MODELS[2]}": 60,
}
"""In this order; seconds that each may take. `convert`, for CTranslate2, runs beside the tests
and the correctness, which time nothing, and is awaited before anything is timed."""

PATIENCE = 60
"""Seconds that timings wait for the conversion."""

LEAST = 12
"""Seconds that must be left for a part to be started."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a part is told."""

    device: str
    dtype: str
    dry: bool
    models: Path
    cases: tuple[Case, ...]
    command: list[str]
    links: str | None

    def of(self, model: str) -> list[Case]:
        return [case for case in self.cases if case.model == model]


# -- in a part's process -----------------------------------------------------------------


def work(part: str, setting: Setting) -> None:
    """Print the part's lines."""
    from gpu_parts import checks, cold, peers, steps

    name, _, model = part.partition(":")
    if name == "convert":
        convert(setting)
        return
    simple: dict[str, Callable[[Setting], Iterator[dict[str, Any]]]] = {
        "environment": checks.environment,
        "tests": checks.tests,
        "correctness": checks.correctness,
        "profile": steps.profile,
        "growth": steps.growth,
        "text": steps.text,
        "cold": cold.cold,
        "first": cold.first,
    }
    found = getattr(peers, name)(setting.of(model), setting) if model else simple[name](setting)
    for line in found:
        print(json.dumps(line, default=str), flush=True)


def convert(setting: Setting) -> None:
    from gpu_parts.peers import convert as one

    try:
        for model in dict.fromkeys(case.model for case in setting.cases):
            one(model, setting)
    except BaseException:
        (setting.models / "failed").touch()
        raise


# -- around the parts ----------------------------------------------------------------


class Runner:
    """Runs parts, keeps their lines.

    Args:
        command: of a part, but for its name.
        environment: of their processes.
        libraries: more of it, for CTranslate2's alone.
        results: appended to as lines come; None for nowhere.
        log: what parts write to stderr.
        deadline: on the monotonic clock.
    """

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str],
        libraries: dict[str, str],
        results: Path | None,
        log: Path,
        deadline: float,
    ) -> None:
        self.lines: list[dict[str, Any]] = []
        self._command, self._environment, self._libraries = command, environment, libraries
        self._results, self._deadline = results, deadline
        self._log: IO[str] = log.open("a", encoding="utf-8")

    def left(self) -> float:
        return self._deadline - time.monotonic()

    def start(self, part: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self._command, "--work", part],
            env=self._environment | (self._libraries if "ctranslate2" in part else {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )

    def run(self, part: str, limit: float) -> None:
        """Run one part for as long as it may."""
        limit = min(limit, self.left())
        if limit < LEAST:
            self.note(part, "skipped: no time left", 0.0)
            return
        started = time.monotonic()
        process = self.start(part)
        reader = threading.Thread(target=self._read, args=(process,))
        reader.start()
        try:
            code = process.wait(limit)
            outcome = "done" if code == 0 else f"failed with exit {code}, see the log"
        except subprocess.TimeoutExpired:
            outcome = f"stopped at its limit of {limit:.0f} s"
        stop(process)
        reader.join(10)
        self.note(part, outcome, time.monotonic() - started)

    def note(self, part: str, outcome: str, seconds: float) -> None:
        self.keep({"kind": "part", "part": part, "outcome": outcome, "seconds": seconds})
        print(f"[{part}] {outcome}, {seconds:.1f} s", flush=True)

    def keep(self, line: dict[str, Any]) -> None:
        self.lines.append(line)
        if self._results is not None:
            with self._results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for text in process.stdout:
            try:
                line = json.loads(text)
            except ValueError:
                line = None
            if isinstance(line, dict) and "kind" in line:
                self.keep(line)
            else:
                self._log.write(text)


def stop(process: subprocess.Popen[str]) -> None:
    """End a part and what it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def libraries(folder: Path) -> tuple[dict[str, str], str | None]:
    """A search path on which CTranslate2 finds libcublas.so.12 and libnccl.so.2.

    It opens them by name. Where the machine has only newer ones, links with the old names lead
    to those; the second value says so.
    """
    found: dict[str, Path] = {}
    roots = [Path(p) for p in sys.path if p.endswith("-packages")] + [Path("/usr/local")]
    for root in roots:
        for name in ("libcublas.so", "libcublasLt.so", "libnccl.so"):
            for pattern in (f"nvidia/*/lib/{name}.*", f"cuda*/lib64/{name}.*"):
                for path in sorted(root.glob(pattern)):
                    found.setdefault(f"{name}.{path.name.split('.so.')[1].split('.')[0]}", path)
    told = []
    for name, wanted in (("libcublas.so", "12"), ("libcublasLt.so", "12"), ("libnccl.so", "2")):
        if f"{name}.{wanted}" in found:
            continue
        newer = [path for key, path in found.items() if key.startswith(f"{name}.")]
        if newer:
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.{wanted}").symlink_to(newer[-1])
            told.append(f"{name}.{wanted} is a link to {newer[-1].name}")
    paths = [str(folder), *dict.fromkeys(str(path.parent) for path in found.values())]
    before = os.environ.get("LD_LIBRARY_PATH")
    searched = ":".join([*paths, before] if before else paths)
    return {"LD_LIBRARY_PATH": searched}, "CTranslate2: " + ", ".join(told) if told else None


def chosen(names: str | None, known: Iterable[str], what: str) -> tuple[str, ...]:
    """The names in a comma-separated list; all where there is none."""
    known = tuple(known)
    if not names:
        return known
    asked = tuple(name.strip() for name in names.split(","))
    for name in asked:
        if name not in known:
            raise SystemExit(f"unknown {what} {name!r}; known: {', '.join(known)}")
    return asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    extras = ("tests", "correctness", "profile", "text", "growth", "cold")
    parser.add_argument("--cases", help="rows of the table, with commas: bart stream,…")
    parser.add_argument("--peers", help=f"of {', '.join(PEERS)}")
    parser.add_argument("--parts", help=f"beside the table's rows, of {', '.join(extras)} or none")
    parser.add_argument("--budget", type=float, default=560, help="seconds in all")
    parser.add_argument("--dry-run", action="store_true", help="tiny, on the CPU, not written")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--models", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    began = time.monotonic()
    names = chosen(args.cases, (case.name for case in CASES), "case")
    dry = args.dry_run
    if dry and not args.cases:  # at toy sizes one NLLB is as another
        names = tuple(name for name in names if not name.startswith("nllb3b"))
    cases = tuple(case for case in CASES if case.name in names)
    models = args.models or Path(tempfile.mkdtemp(prefix="summarize-gpu-"))
    command = [sys.executable, str(Path(__file__).resolve()), "--models", str(models)]
    command += ["--cases", ",".join(names), *(["--dry-run"] if dry else [])]
    setting = Setting(
        "cpu" if dry else "cuda",
        "float32" if dry else "bfloat16",
        dry,
        models,
        tuple(case.dry() for case in cases) if dry else cases,
        command,
        os.environ.get("SUMMARIZE_GPU_LINKS"),
    )
    if args.work:
        work(args.work, setting)
        return
    peers = chosen(args.peers, PEERS, "peer")
    parts = () if args.parts == "none" else chosen(args.parts, extras, "part")
    try:
        orchestrate(setting, peers, parts, began + args.budget)
    finally:
        shutil.rmtree(models, ignore_errors=True)


def orchestrate(
    setting: Setting, peers: tuple[str, ...], parts: tuple[str, ...], deadline: float
) -> None:
    extra, links = libraries(setting.models / "links")
    environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false"}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    if links:
        environment["SUMMARIZE_GPU_LINKS"] = links
    if setting.dry:
        environment["OMP_NUM_THREADS"] = "1"
        print("DRY RUN on the CPU at toy sizes: every figure below is meaningless.")
    out, results = outputs(setting)
    runner = Runner(setting.command, environment, extra, results, out / "gpu-log.txt", deadline)
    wanted = {case.model for case in setting.cases}
    converting: subprocess.Popen[str] | None = None
    try:
        for part, limit in PARTS.items():
            name, _, model = part.partition(":")
            if (model and (model not in wanted or name not in peers)) or (
                not model and part != "environment" and part not in parts
            ):
                continue
            if converting is not None and model:
                with suppress(subprocess.TimeoutExpired):
                    converting.wait(min(PATIENCE, max(1.0, runner.left() / 4)))
            runner.run(part, limit)
            if part == "environment" and "ctranslate2" in peers:
                converting = runner.start("convert")
    finally:
        if converting is not None:
            stop(converting)
    if picture(runner.lines, out / "gpu-growth.png"):
        print(f"growth: {out / 'gpu-growth.png'}")
    failed = [x for x in runner.lines if x["kind"] == "part" and x["outcome"] != "done"]
    if failed:
        print((out / "gpu-log.txt").read_text("utf-8")[-2_500:])
    for text in tables(runner.lines, dry=setting.dry):
        print(text)
    if setting.dry:
        print("DRY RUN: nothing above was measured on a GPU, and nothing was written to results.")
        shutil.rmtree(out)
    summary = {
        f"{line['peer']} {line['case']}": round(line["tokens_per_second"], 1)
        for line in runner.lines
        if line["kind"] == "case"
    }
    print(json.dumps({"dry": setting.dry, "failed": len(failed), "tokens_per_second": summary}))


def outputs(setting: Setting) -> tuple[Path, Path | None]:
    """Where files go, and the results file; a dry run's go away with it."""
    if setting.dry:
        return Path(tempfile.mkdtemp(prefix="summarize-gpu-dry-")), None
    import torch

    if not torch.cuda.is_available():
        raise SystemExit("torch sees no CUDA device here; --dry-run runs on the CPU.")
    device = re.sub(r"[^a-z0-9]+", "-", torch.cuda.get_device_name().lower()).strip("-")
    out = Path(os.environ.get("OUT") or ROOT / "benchmarks" / "results")
    out.mkdir(parents=True, exist_ok=True)
    return out, out / f"gpu-{device}.jsonl"


if __name__ == "__main__":
    main()
