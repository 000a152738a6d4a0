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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import adapter
import quality
from sacrebleu.metrics import CHRF

from summarize import evaluate
from summarize.news.checks import badness, check_pair
from summarize.options import TRANSLATION, Task

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
    from summarize.generation.loading import load

    with load(adapter.EMBEDDED, adapter=options.adapter) as generator:
        pairs = quality._pairs(options.data / adapter.SETS[options.name], options.limit)
        for to in options.to or ("ko", "en"):
            measure(generator, pairs, to, options)


@dataclass(frozen=True)
class Candidate:
    """One translation of a sentence.

    Attributes:
        forth: log P(text | source), a token.
        back: log P(source | text), a token.
        like: mean chrF with all that was written for the sentence.
        bad: what the checks find; see `checks.badness`.
        best: chrF with the reference.
    """

    text: str
    forth: float
    back: float
    like: float
    bad: float
    best: float

    def score(self, weight: float) -> float:
        return (1 - weight) * self.forth + weight * self.back


def measure(generator: Any, pairs: list[Any], to: str, options: Any) -> None:
    source, target = ("en", "ko") if to == "ko" else ("ko", "en")
    there, back = Task(TRANSLATION, source, target), Task(TRANSLATION, target, source)
    texts, references = zip(*(pair if to == "ko" else pair[::-1] for pair in pairs), strict=True)
    found, seconds = written(generator, texts, there, options.samples)
    started = time.perf_counter()
    pools = [
        judged(generator, text, reference, list(chain.from_iterable(drawn)), there, back)
        for text, reference, drawn in zip(
            texts, references, zip(*found.values(), strict=True), strict=True
        )
    ]
    seconds["judging"] = time.perf_counter() - started
    rows = {}
    for name, chosen in choices(found, pools).items():
        made = evaluate(chosen, references, language=to)
        rows[name] = {score: round(made[score].value, 2) for score in ("bleu", "chrf")}
        rows[name]["digits_kept"] = kept, held = adapter.digits(texts, chosen)
        bleu, chrf = rows[name]["bleu"], rows[name]["chrf"]
        print(f"{to}  {name:52}  BLEU {bleu:5.2f}  chrF {chrf:5.2f}  {kept} of {held}")
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


def written(
    generator: Any, texts: Sequence[str], task: Task, samples: int
) -> tuple[dict[str, list[list[str]]], dict[str, float]]:
    """Each way's candidates for each text, best first, and the seconds that the way took."""
    base = generator.options(task).updated(num_beams=1, no_repeat_ngram_size=4)
    drawn = {"do_sample": True, "temperature": 0.7, "seed": 0, "num_return_sequences": samples}
    ways = {"greedy": base, "beams": base.updated(num_beams=4, num_return_sequences=4)}
    if samples:
        ways["samples"] = base.updated(**drawn)
    found, seconds = {}, {}
    for name, search in ways.items():
        started = time.perf_counter()
        found[name] = candidates(generator, texts, task, search)
        seconds[name] = time.perf_counter() - started
    return found, seconds


def judged(
    generator: Any, text: str, reference: str, drawn: list[str], there: Task, back: Task
) -> list[Candidate]:
    """The distinct candidates of one text."""
    few = list(dict.fromkeys(drawn))
    chrf = CHRF()

    def likeness(one: str) -> float:
        return sum(chrf.sentence_score(one, [other]).score for other in drawn) / len(drawn)

    return [
        Candidate(
            one,
            forth,
            read,
            likeness(one),
            badness(check_pair(text, one, str(there.source), str(there.target))),
            chrf.sentence_score(one, [reference]).score,
        )
        for one, forth, read in judge(generator, text, few, there, back)
    ]


def choices(
    found: dict[str, list[list[str]]], pools: Sequence[list[Candidate]]
) -> dict[str, list[str]]:
    """What each way of choosing takes for each text."""

    def taken(
        key: Callable[[Candidate], Any], of: Sequence[Sequence[Candidate]] = pools
    ) -> list[str]:
        return [max(few, key=key).text for few in of]

    rows = {name: [few[0] for few in lists] for name, lists in found.items()}
    beams = [
        [one for one in few if one.text in set(texts)]
        for few, texts in zip(pools, found["beams"], strict=True)
    ]
    for weight in WEIGHTS:
        rows[f"beams, {weight:g} read back"] = taken(partial(Candidate.score, weight=weight), beams)
    for weight in WEIGHTS:
        rows[f"all, {weight:g} read back"] = taken(partial(Candidate.score, weight=weight))
    rows["all, the most like the others"] = taken(lambda one: one.like)
    for weight in (0.0, 0.5):
        rows[f"all, the fewest findings, {weight:g} read back"] = taken(
            lambda one, weight=weight: (-one.bad, one.score(weight))
        )
    rows["all, the fewest findings, the most like the others"] = taken(
        lambda one: (-one.bad, one.like)
    )
    rows["all, the best by chrF (an oracle)"] = taken(lambda one: one.best)
    return rows


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
