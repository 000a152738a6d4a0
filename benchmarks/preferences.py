"""What the embedded model should rather write: pairs of its own samples, to tune on.

    python benchmarks/preferences.py sample CANDIDATES --adapter DIR --to ko [--first N] [--items N]
    python benchmarks/preferences.py choose EXAMPLES CANDIDATES [CANDIDATES ...]

`sample` draws translations of written pairs (`benchmarks/written/`, in an order of their own) from
the model with an adapter, and scores each: chrF with the pair's other side, and log P(source |
sample) a token, read back by the same model. It goes on where it stopped. A process and a thread
for each direction are fastest: 128 sources take a thread a minute and a half.

`choose` makes `summarize tune` examples of them. Of a source's samples the better one of two is
the target and the other is rejected: the two whose rewards lie furthest apart among
those about as long as each other (a likelihood is a sum, so that what is rejected for being short
teaches the model to go on and on). A reward is chrF (beta 1) and
what is read back, each in deviations from the source's samples, less what its length is off. The
written translation is an example too, with a low weight, so that the model keeps it likely.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import adapter
import tune_embedded
from sacrebleu.metrics import CHRF

from summarize.options import TRANSLATION, Task

FILES = "words19 hangul9 hangul10 agency8 agency9 encyclopaedia6 guide4 names6 society3"
"""Pairs that no run on pairs was made on: what the model writes of them is its own."""

SEED = 12
SAMPLES, TEMPERATURE = 8, 0.6
CHUNK = 128
"""Sources that are sampled, scored and written together."""

FEWEST = 4
"""Samples that a source must have: of fewer, deviations say little."""

READ_BACK, LENGTH, FREE = 0.5, 4.0, 0.1
"""Weights of what is read back and of |log(length / reference's)| beyond `FREE`."""

SHORTER, LONGER = 0.1, 0.1
"""How much shorter or longer a rejected sample may be, in tokens."""

CLOSEST = 1.0
"""Rewards that lie less apart say nothing."""

ANCHOR = 0.3
"""Weight of a written translation."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("sample")
    step.add_argument("output", type=Path)
    step.add_argument("--adapter", help='a directory, "none", or the shipped one')
    step.add_argument("--to", choices=("ko", "en"), required=True)
    step.add_argument("--first", type=int, default=0, help="pairs to pass over")
    step.add_argument("--items", type=int, default=512)
    step = steps.add_parser("choose")
    step.add_argument("output", type=Path)
    step.add_argument("candidates", type=Path, nargs="+")
    options = parser.parse_args()
    if options.step == "sample":
        sample(options.adapter, options.to, options.output, options.first, options.items)
    else:
        choose(options.candidates, options.output)


# -- sampling -------------------------------------------------------------------------


def sample(made: Path | str | None, to: str, output: Path, first: int, items: int) -> None:
    """Write a line a source: its reference, and its samples with their scores.

    Args:
        made: the adapter of the model that is sampled; see `loading.load`.
        to: the language to translate into.
        output: the file; one that holds fewer lines than `items` is gone on with.
        first, items: which of the pairs.
    """
    from sampling import Sampler

    from summarize.generation.loading import load

    everything = list(written("*"))
    pairs = [pair for name in FILES.split() for pair in written(name)]
    random.Random(SEED).shuffle(pairs)
    pairs = pairs[first : first + items]
    done = sum(1 for _ in output.open()) if output.is_file() else 0
    source, target = ("en", "ko") if to == "ko" else ("ko", "en")
    there, back = Task(TRANSLATION, source, target), Task(TRANSLATION, target, source)
    chrf = CHRF()
    with load(adapter.EMBEDDED, adapter=made, backend="reference") as generator:
        texts = {"en": [e for e, _ in everything], "ko": [k for _, k in everything]}
        sampler = Sampler(generator, texts)
        for start in range(done, len(pairs), CHUNK):
            began = time.perf_counter()
            part = pairs[start : start + CHUNK]
            ways = [pair if to == "ko" else pair[::-1] for pair in part]
            drawn = sampler.draw(
                [text for text, _ in ways],
                there,
                samples=SAMPLES,
                temperature=TEMPERATURE,
                seed=SEED + first + start,
            )
            pools = [{one.text: one for one in few if one.text} for few in drawn]
            asked = [
                (one, text) for (text, _), pool in zip(ways, pools, strict=True) for one in pool
            ]
            read = iter(sampler.likelihood(asked, back))
            with output.open("a", encoding="utf-8") as file:
                for (text, reference), pool in zip(ways, pools, strict=True):
                    row = {"to": to, "source": text, "reference": reference}
                    row["samples"] = [
                        {
                            "text": one.text,
                            "tokens": one.tokens,
                            "ended": one.ended,
                            "back": round(next(read), 4),
                            "chrf": round(chrf.sentence_score(one.text, [reference]).score, 2),
                        }
                        for one in pool.values()
                    ]
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(f"{start + len(part)} of {len(pairs)}, {time.perf_counter() - began:.0f} s")


def written(name: str) -> Iterator[tuple[str, str]]:
    """The pairs of the written files of that name."""
    for file in sorted(tune_embedded.WRITTEN.glob(f"{name}.tsv")):
        yield from tune_embedded.read(file, False)


# -- choosing -------------------------------------------------------------------------


def choose(
    candidates: Sequence[Path], output: Path, shorter: float = SHORTER, longer: float = LONGER
) -> None:
    """Write the examples that the candidates give; print how many, and how good samples are."""
    rows: list[dict[str, Any]] = []
    for file in candidates:
        lengths, scores = [], []
        for line in file.read_text(encoding="utf-8").splitlines():
            drawn = json.loads(line)
            if drawn["samples"]:
                scores.append([one["chrf"] for one in drawn["samples"]])
            chosen = preferred(drawn["samples"], drawn["reference"], shorter, longer)
            if chosen is None:
                continue
            better, worse = chosen
            lengths.append((better["tokens"], worse["tokens"]))
            about = {"from": "en" if drawn["to"] == "ko" else "ko", "to": drawn["to"]}
            about |= {"source": drawn["source"]}
            rows.append(about | {"target": better["text"], "rejected": worse["text"]})
            rows.append(about | {"target": drawn["reference"], "weight": ANCHOR})
        means = [statistics.mean(one) for one in zip(*lengths, strict=True)]
        print(f"{file.name}: {len(lengths)} pairs, tokens {means[0]:.1f}, rejected {means[1]:.1f}")
        mean, best = (statistics.mean(map(of, scores)) for of in (statistics.mean, max))
        print(f"  samples: chrF {mean:.2f}, the best of each source {best:.2f}")
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    output.write_text("".join(lines), encoding="utf-8")


def preferred(
    samples: Sequence[dict[str, Any]],
    reference: str,
    shorter: float = SHORTER,
    longer: float = LONGER,
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The better and the worse sample that lie furthest apart; None where none are apart."""
    ended = [one for one in samples if one["ended"] and "\ufffd" not in one["text"]]
    if len(ended) < FEWEST:
        return None
    worth = rewards(ended, reference)
    pairs = [
        (worth[i] - worth[j], better, worse)
        for i, better in enumerate(ended)
        for j, worse in enumerate(ended)
        if worth[i] - worth[j] >= CLOSEST
        and (1 - shorter) * better["tokens"] - 1 <= worse["tokens"]
        and worse["tokens"] <= (1 + longer) * better["tokens"] + 1
    ]
    if not pairs:
        return None
    _, better, worse = max(pairs, key=lambda pair: pair[0])
    return better, worse


def rewards(samples: Sequence[dict[str, Any]], reference: str) -> list[float]:
    """What each sample is worth beside the others."""
    chrf = CHRF(beta=1)
    alike = deviations([chrf.sentence_score(one["text"], [reference]).score for one in samples])
    read = deviations([one["back"] for one in samples])
    found = []
    for one, like, back in zip(samples, alike, read, strict=True):
        off = abs(math.log(len(one["text"]) / len(reference)))
        found.append(like + READ_BACK * back - LENGTH * max(0.0, off - FREE))
    return found


def deviations(values: Sequence[float]) -> list[float]:
    """How many standard deviations each value is from their mean."""
    mean, spread = statistics.mean(values), statistics.pstdev(values)
    return [(value - mean) / (spread + 1e-6) for value in values]


if __name__ == "__main__":
    main()
