"""Samples of the embedded model's, judged and mended by a reader: what it should rather write.

    python benchmarks/judging.py sheets DIR CANDIDATES [CANDIDATES ...] [--each N]
    python benchmarks/judging.py read OUTPUT DIR CANDIDATES [CANDIDATES ...]

`sheets` writes what `preferences.py sample` drew as pages to be read: a source, its written
translation, its samples by number. A reader puts beside NAME.txt a NAME.tsv: an item's number,
its samples' numbers from the best to the worst, and the best one mended, as few words changed as
it takes. `read` tells what is missing or malformed in these, and writes a line for each item
judged: the best sample, the worst about as long as it, and the mended one.

`examples` of such lines are for `summarize tune`: the mended text rather than the best sample, the
best rather than the worst, and the mended one alone with a low weight. Of the first the model
learns at the very words that were wrong, for all before them is the same in both. `shorter` are
those pairs whose rejected text is the longer one: what a model learns of pairs of like lengths
makes it write too much.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from preferences import FEWEST, LONGER, SHORTER

EACH = 120
"""Items of a sheet."""

LENGTHS = 0.6, 1.6
"""How long a mended text may be, of the best sample's characters."""

ANCHOR = 0.3
"""Weight of a mended text alone."""

LONGER_BY = 1.02, 1.25
"""How long a rejected text of `shorter` is, of its target's tokens."""

HEAD, ROW = re.compile(r"### (\d+)"), re.compile(r"(\d): (.*)")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("sheets")
    step.add_argument("directory", type=Path)
    step.add_argument("candidates", type=Path, nargs="+")
    step.add_argument("--each", type=int, default=EACH, help="items of a sheet")
    step = steps.add_parser("read")
    step.add_argument("output", type=Path)
    step.add_argument("directory", type=Path)
    step.add_argument("candidates", type=Path, nargs="+")
    options = parser.parse_args()
    if options.step == "sheets":
        for file in options.candidates:
            sheets(file, options.directory, options.each)
        return
    rows = []
    for file in options.candidates:
        rows += judged(file, options.directory)
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    options.output.write_text("".join(lines), encoding="utf-8")


def sheets(candidates: Path, directory: Path, each: int = EACH) -> None:
    """Write the candidates' items, so many to a sheet."""
    directory.mkdir(parents=True, exist_ok=True)
    items = list(_items(candidates))
    count = -(-len(items) // each)
    for number in range(count):
        text = ""
        for index, row, samples in items[number::count]:
            text += f"### {index}\nS: {row['source']}\nR: {row['reference']}\n"
            text += "".join(f"{name}: {one['text']}\n" for name, one in samples.items())
        (directory / f"{candidates.stem}.{number}.txt").write_text(text, encoding="utf-8")


def judged(candidates: Path, directory: Path) -> list[dict[str, Any]]:
    """What the sheets' readers said of the candidates; prints what of it is of no use, and why."""
    items = {index: (row, samples) for index, row, samples in _items(candidates)}
    found: dict[int, dict[str, Any]] = {}
    lengths = []
    for sheet in sorted(directory.glob(f"{candidates.stem}.*.tsv")):
        for number, line in enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1):
            fields = line.split("\t")
            if len(fields) != 3 or not fields[0].isdigit() or int(fields[0]) not in items:
                print(f"{sheet.name}:{number}: not an item's number, an order and a text")
                continue
            row, samples = items[int(fields[0])]
            order, mended = fields[1], fields[2].strip()
            objection = _objection(order, mended, samples, row["to"])
            if objection:
                print(f"{sheet.name}:{number}: {objection}")
                continue
            best, worse = _apart([samples[name] for name in order])
            one = {"to": row["to"], "source": row["source"], "mended": mended}
            found[int(fields[0])] = {**one, "best": best, "worse": worse}
            lengths.append((len(mended), len(best), len(worse or best)))
    means = [statistics.mean(one) for one in zip(*lengths, strict=True)] or [0.0] * 3
    print(
        f"{candidates.name}: {len(found)} of {len(items)} items; characters of the mended "
        f"{means[0]:.1f}, best {means[1]:.1f}, worst {means[2]:.1f}"
    )
    return [found[index] for index in sorted(found)]


def examples(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What `summarize tune` reads, of judged items."""
    for row in rows:
        about = {"from": "en" if row["to"] == "ko" else "ko", "to": row["to"]}
        about |= {"source": row["source"]}
        if row["mended"] != row["best"]:
            yield about | {"target": row["mended"], "rejected": row["best"]}
        if row["worse"]:
            yield about | {"target": row["best"], "rejected": row["worse"]}
        yield about | {"target": row["mended"], "weight": ANCHOR}


def shorter(
    rows: Iterable[dict[str, Any]], count: Callable[[str], int]
) -> Iterator[dict[str, Any]]:
    """The preferences among the `examples` of judged items whose rejected text is longer.

    Args:
        rows: the items.
        count: how many tokens a text takes.
    """
    for example in examples(rows):
        if "rejected" in example:
            longer = count(example["rejected"]) / count(example["target"])
            if LONGER_BY[0] <= longer <= LONGER_BY[1]:
                yield example


def _items(candidates: Path) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Number, row and samples by name of the items that have enough samples that ended."""
    for index, line in enumerate(candidates.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        samples = {
            str(name): one
            for name, one in enumerate(row["samples"], 1)
            if one["ended"] and "\ufffd" not in one["text"]
        }
        if len(samples) >= FEWEST:
            yield index, row, samples


def _objection(order: str, mended: str, samples: dict[str, Any], to: str) -> str:
    if sorted(order) != sorted(samples):
        return f"{order} is not an order of {''.join(samples)}"
    ratio = len(mended) / len(samples[order[0]]["text"])
    if not LENGTHS[0] <= ratio <= LENGTHS[1]:
        return f"the mended text is {ratio:.2f} as long as the best sample"
    if bool(re.search("[가-힣]", mended)) != (to == "ko"):
        return "the mended text is in the wrong language"
    return ""


def _apart(ordered: Sequence[dict[str, Any]]) -> tuple[str, str | None]:
    """The best sample, and the worst of those about as long as it that are less like the reference.

    Both judges must agree: one reader is not sure of the middle, and chrF sees letters only.
    """
    best = ordered[0]
    for worse in reversed(ordered[len(ordered) // 2 :]):
        near = (1 - SHORTER) * best["tokens"] - 1 <= worse["tokens"]
        near = near and worse["tokens"] <= (1 + LONGER) * best["tokens"] + 1
        if near and worse["chrf"] < best["chrf"] and worse["text"] != best["text"]:
            return best["text"], worse["text"]
    return best["text"], None


if __name__ == "__main__":
    main()
