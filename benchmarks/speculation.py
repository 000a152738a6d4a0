"""What drafts from the source bring: BART's own summaries, replayed through the engine.

    python benchmarks/speculation.py
    python benchmarks/speculation.py --articles 16 --slots 1,8 --drafts 0,4

`shared/data/summaries/cnndm128_bart.jsonl` holds CNN articles with what bart-large-cnn wrote of
them. Those weights are not at hand, so the model is distilbart-cnn-12-6's shape with random ones,
and after each real decode step the logits are bent to the recorded summary: the cost of every
step and the drafts that are right are real, the text is BART's. Tokens are a byte-level BPE of
the articles.

Tokens a second over the decode steps (encoding is the same with and without), tokens a step, and
how many drafts were right. One JSON line goes to `benchmarks/results/speculation.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import records
from speed import ROOT, build_bart, environment

DATA = ROOT.parent / "shared" / "data" / "summaries" / "cnndm128_bart.jsonl"


class Replay:
    """A transformer that computes every step, and then says what was recorded."""

    def __init__(self, inner: Any, recorded: dict[tuple[int, ...], list[int]]) -> None:
        self._inner, self._recorded = inner, recorded
        self._slots: dict[int, list[int]] = {}
        self.seconds = 0.0

    def admit(self, placed: Any) -> None:
        for slot, request in placed:
            self._slots[slot] = self._recorded[request.ids]

    def move(self, source: int, target: int) -> None:
        self._slots[target] = self._slots[source]

    def decode(
        self, written: Any, steps: Any, view: Any, cache: Any, *drafts: Any, **how: Any
    ) -> Any:
        logits = self._inner.decode(written, steps, view, cache, *drafts, **how)
        for slot, step in enumerate(steps.tolist()):
            summary = self._slots[slot]
            for query in range(logits.shape[1]):
                logits[slot, query, summary[min(step + query, len(summary) - 1)]] = 1e4
        return logits

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def replaying(engine: Any, recorded: dict[tuple[int, ...], list[int]]) -> None:
    """Bend `engine` to the recorded summaries, slot by slot."""
    from summarize.engine.decoding import Decoding

    replay = engine._transformer = Replay(engine._transformer, recorded)
    admit, move = Decoding.admit, Decoding.move

    def admitted(self: Any, placed: Any) -> None:
        replay.admit(placed)
        admit(self, placed)

    def moved(self: Any, source: int, target: int, request: Any) -> None:
        replay.move(source, target)
        move(self, source, target, request)

    Decoding.admit, Decoding.move = admitted, moved  # type: ignore[method-assign]


def measure(engine: Any, requests: list[list[int]], slots: int, drafts: int) -> dict[str, float]:
    from summarize.engine import SearchOptions
    from summarize.engine.decoding import Decoding

    engine.slots, engine.drafts, engine._spare = slots, drafts, None
    seconds, step = 0.0, Decoding.step

    def timed(self: Any, view: Any) -> Any:
        nonlocal seconds
        started = time.perf_counter()
        new = step(self, view)
        seconds += time.perf_counter() - started
        return new

    Decoding.step = timed  # type: ignore[method-assign]
    try:
        run = engine.generate(requests, SearchOptions(max_new_tokens=142))
        tokens = sum(len(output.ids) for output in run)
    finally:
        Decoding.step = step  # type: ignore[method-assign]
    kept = engine._spare.drafts
    return {
        "slots": slots,
        "drafts": drafts,
        "tokens": tokens,
        "tokens_per_second_of_steps": tokens / seconds,
        "tokens_per_step_and_slot": tokens / run.steps / slots,
        "drafts_right": kept.right / kept.made if kept and kept.made else 0.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=32)
    parser.add_argument("--slots", default="1,8,32")
    parser.add_argument("--drafts", default="0,2,4,7")
    parser.add_argument("--dtype", default="int8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--models", type=Path, help="keep the random model in this directory")
    parser.add_argument("--no-save", action="store_true")
    args = parser.parse_args()
    import torch
    from transformers import AutoTokenizer

    from summarize.engine import Engine

    torch.set_num_threads(args.threads)
    directory = (args.models or Path(tempfile.mkdtemp())) / "bart"
    if not (directory / "config.json").exists():
        build_bart(directory)
    tokenizer = AutoTokenizer.from_pretrained(directory)
    items = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    recorded: dict[tuple[int, ...], list[int]] = {}
    for item in items[: args.articles]:
        source = tokenizer(" " + item["article"], truncation=True, max_length=1024).input_ids
        summary = tokenizer(" " + item["summary"], add_special_tokens=False).input_ids
        recorded[tuple(source)] = [*summary, tokenizer.eos_token_id]
    engine = Engine.from_pretrained(directory, dtype=args.dtype, slots=1)
    replaying(engine, recorded)
    requests = [list(ids) for ids in recorded]
    rows = []
    measure(engine, requests[:2], 1, 4)
    for slots in map(int, args.slots.split(",")):
        plain = None
        for drafts in map(int, args.drafts.split(",")):
            row = measure(engine, requests, slots, drafts)
            plain = plain or row["tokens_per_second_of_steps"]
            row["ratio"] = row["tokens_per_second_of_steps"] / plain
            print(json.dumps({k: round(v, 3) for k, v in row.items()}), flush=True)
            rows.append(row)
    if not args.no_save:
        line = {**environment(args.threads), "dtype": args.dtype, "rows": rows}
        records.append("speculation.jsonl", line)


if __name__ == "__main__":
    main()
