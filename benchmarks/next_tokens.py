"""How well an adapter guesses the reference translation, one token at a time.

    python benchmarks/next_tokens.py [--adapter DIR|none] [--set ntrex_a] [--limit 150]

Prints, for each direction, nats a token as the model is, nats at the temperature of TEMPERATURES
that suits it best (how much of the loss is overconfidence), and the share of tokens that are
its likeliest. A minute and a half on one thread, where scores of written text take an hour. One
JSON line goes to benchmarks/results/quality-next-tokens.jsonl.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import adapter
import quality
import torch
from torch.nn.functional import cross_entropy

from summarize.generation.loading import load
from summarize.options import TRANSLATION, Task

TEMPERATURES = (1.0, 1.15, 1.3, 1.5, 1.7)
BATCH = 16


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--adapter", help='a directory, "none", or the shipped one')
    parser.add_argument("--set", dest="name", choices=adapter.SETS, default="ntrex_a")
    parser.add_argument("--limit", type=int, default=150)
    parser.add_argument("--data", type=Path, default=quality.ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    pairs = quality._pairs(options.data / adapter.SETS[options.name], options.limit)
    record: dict[str, Any] = {
        "task": "next tokens",
        "adapter": str(options.adapter or "shipped"),
        "set": options.name,
        "items": len(pairs),
    }
    with load(adapter.EMBEDDED, adapter=options.adapter) as generator:
        for source, target in (("en", "ko"), ("ko", "en")):
            task = Task(TRANSLATION, source, target)
            ways = [pair if target == "ko" else pair[::-1] for pair in pairs]
            record[target] = found = guessed(generator, ways, task)
            print(f"{source}>{target}  {found}")
    quality._append("next-tokens", record)


def guessed(generator: Any, pairs: list[Any], task: Task) -> dict[str, float]:
    """Over all tokens of the replies: see the module."""
    model = generator.backend._model
    asked = [(generator.request(text, task), generator.reply(said, task)) for text, said in pairs]
    asked.sort(key=lambda one: len(one[0]) + len(one[1]))
    nats = torch.zeros(len(TEMPERATURES))
    right = tokens = 0
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        ids = torch.zeros(len(batch), max(len(a) + len(r) for a, r in batch), dtype=torch.long)
        for row, (request, reply) in enumerate(batch):
            ids[row, : len(request) + len(reply)] = torch.tensor([*request, *reply])
        with torch.inference_mode():
            hidden = model.model(input_ids=ids, use_cache=False)[0]  # padding is behind
            for row, (request, reply) in enumerate(batch):
                span = slice(len(request) - 1, len(request) + len(reply) - 1)
                logits, wanted = model.lm_head(hidden[row, span]).float(), torch.tensor(reply)
                nats += torch.stack(
                    [cross_entropy(logits / t, wanted, reduction="sum") for t in TEMPERATURES]
                )
                right += int((logits.argmax(-1) == wanted).sum())
                tokens += len(reply)
    mean = nats / tokens
    best = int(mean.argmin())
    return {
        "nats": round(float(mean[0]), 4),
        "best_nats": round(float(mean[best]), 4),
        "at_temperature": TEMPERATURES[best],
        "likeliest": round(100 * right / tokens, 2),
    }


if __name__ == "__main__":
    main()
