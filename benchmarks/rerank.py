"""Does reading a translation back pick better ones? Beams, samples, and a choice among them.

    python benchmarks/rerank.py [--adapter DIR|none] [--set flores_dev] [--limit N] [--samples N]

Candidates of a sentence: greedy search's, the four of beam search, and some drawn at
temperature 0.7. Each is scored by log P(candidate | source), by log P(source | candidate)
of the same model asked the other way round, each a token, by sums of the two, and by how
like it is to the other candidates (mean chrF: minimum Bayes risk, Kumar and Byrne 2004); and
by what `summarize check` finds in it, the other scores deciding between equals. One JSON line a
direction goes to benchmarks/results/quality-rerank.jsonl.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import adapter
import quality

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Of the score read back; the rest weighs the other one."""

BATCH = 16


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--adapter")
    parser.add_argument("--set", dest="name", choices=adapter.SETS, default="flores_dev")
    parser.add_argument("--to", choices=("ko", "en"), action="append")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--data", type=Path, default=quality.ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    from summarize.generation.generator import load

    with load(adapter.EMBEDDED, adapter=options.adapter) as generator:
        pairs = quality._pairs(options.data / adapter.SETS[options.name], options.limit)
        for to in options.to or ("ko", "en"):
            measure(generator, pairs, to, options)


def measure(generator: Any, pairs: list[Any], to: str, options: Any) -> None:
    from sacrebleu.metrics import CHRF

    from summarize import evaluate
    from summarize.news.checks import badness, check_pair
    from summarize.options import TRANSLATION, Task

    source, target = ("en", "ko") if to == "ko" else ("ko", "en")
    there, back = Task(TRANSLATION, source, target), Task(TRANSLATION, target, source)
    texts, references = zip(*(pair if to == "ko" else pair[::-1] for pair in pairs), strict=True)
    base = generator.options(there).updated(num_beams=1, no_repeat_ngram_size=4)
    ways = {
        "greedy": base,
        "beams": base.updated(num_beams=4, num_return_sequences=4),
        "samples": base.updated(
            do_sample=True, temperature=0.7, seed=0, num_return_sequences=options.samples
        ),
    }
    found: dict[str, list[list[str]]] = {}
    seconds: dict[str, float] = {}
    for name, search in ways.items():
        started = time.perf_counter()
        found[name] = candidates(generator, texts, there, search)
        seconds[name] = time.perf_counter() - started

    def scores(chosen: Sequence[str]) -> dict[str, Any]:
        made = evaluate(chosen, references, language=to)
        figures = {name: round(made[name].value, 2) for name in ("bleu", "chrf")}
        return {**figures, "digits_kept": adapter.digits(texts, chosen)}

    rows = {name: scores([few[0] for few in found[name]]) for name in ways}
    drawn = [list(chain.from_iterable(lists)) for lists in zip(*found.values(), strict=True)]
    pools = [list(dict.fromkeys(few)) for few in drawn]
    started = time.perf_counter()
    judged = [
        judge(generator, text, few, there, back) for text, few in zip(texts, pools, strict=True)
    ]
    seconds["judging"] = time.perf_counter() - started
    for weight in WEIGHTS:
        chosen = [max(few, key=lambda c: (1 - weight) * c[1] + weight * c[2])[0] for few in judged]
        rows[f"all, {weight:g} read back"] = scores(chosen)
    chrf = CHRF()

    def agreement(text: str, others: Sequence[str]) -> float:
        return sum(chrf.sentence_score(text, [other]).score for other in others)

    common = [max(few, key=lambda text: agreement(text, few)) for few in drawn]
    rows["all, the most like the others"] = scores(common)
    found_in = [
        {text: badness(check_pair(sentence, text, source, target)) for text in few}
        for sentence, few in zip(texts, pools, strict=True)
    ]
    for weight in (0.0, 0.5):
        rows[f"all, the fewest findings, {weight:g} read back"] = scores(
            [
                max(few, key=lambda c: (-bad[c[0]], (1 - weight) * c[1] + weight * c[2]))[0]
                for few, bad in zip(judged, found_in, strict=True)
            ]
        )
    rows["all, the fewest findings, the most like the others"] = scores(
        [
            max(few, key=lambda text: (-bad[text], agreement(text, few)))
            for few, bad in zip(drawn, found_in, strict=True)
        ]
    )
    best = [
        max(few, key=lambda text: chrf.sentence_score(text, [reference]).score)
        for few, reference in zip(pools, references, strict=True)
    ]
    rows["all, the best by chrF (an oracle)"] = scores(best)
    for name, row in rows.items():
        kept, held = row["digits_kept"]
        print(
            f"{to}  {name:52}  BLEU {row['bleu']:5.2f}  chrF {row['chrf']:5.2f}  {kept} of {held}"
        )
    record = {
        "task": "rerank",
        "adapter": str(options.adapter or "shipped"),
        "set": options.name,
        "items": len(texts),
        "to": to,
        "candidates": round(sum(map(len, pools)) / len(pools), 1),
        "rows": rows,
        "seconds": {name: round(value) for name, value in seconds.items()},
    }
    quality._append("rerank", record)


def candidates(generator: Any, texts: Sequence[str], task: Any, search: Any) -> list[list[str]]:
    """What the search gives for each text, best first, as the generator would clean it."""
    most = generator._most(task, search, generator._prompt_builder(task))
    requests = [generator.request(text, task) for text in texts]
    return [
        [generator._answer(one, search, most(ids)).text for one in (output, *output.alternatives)]
        for ids, output in zip(
            requests, generator.backend.generate(requests, search, most), strict=True
        )
    ]


def judge(
    generator: Any, text: str, few: list[str], there: Any, back: Any
) -> list[tuple[str, float, float]]:
    """Each candidate with log P(candidate | text) and log P(text | candidate), a token."""
    forth = [(generator.request(text, there), generator.reply(one, there)) for one in few]
    read = [(generator.request(one, back), generator.reply(text, back)) for one in few]
    return list(zip(few, likelihood(generator, forth), likelihood(generator, read), strict=True))


def likelihood(generator: Any, pairs: Sequence[tuple[list[int], list[int]]]) -> list[float]:
    """Mean log probability of each reply's tokens after its request."""
    import torch

    model = generator.backend._model
    found: list[float] = []
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        longest = max(len(ask) + len(reply) for ask, reply in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        for row, (ask, reply) in enumerate(batch):
            ids[row, : len(ask) + len(reply)] = torch.tensor([*ask, *reply])
        with torch.inference_mode():
            logits = model(input_ids=ids, use_cache=False).logits  # padding is behind
            for row, (ask, reply) in enumerate(batch):
                span = slice(len(ask) - 1, len(ask) + len(reply) - 1)
                chances = logits[row, span].float().log_softmax(-1)
                found.append(float(chances.gather(1, torch.tensor(reply)[:, None]).mean()))
    return found


if __name__ == "__main__":
    main()
