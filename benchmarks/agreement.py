"""Do the numbers of the two sides of a translation agree? A table, one JSON line a run.

    python benchmarks/agreement.py                                  # every parallel file
    python benchmarks/agreement.py parallel/pud_news.tsv --show 40  # and what disagrees
    python benchmarks/agreement.py --planted                        # detection of changed figures
    python benchmarks/agreement.py --mended --show 40               # what putting right changes

Each pair of the parallel data is read on both sides with `summarize.news.numbers` and
compared. "agree" is the share of pairs with numbers on either side in which nothing is
missing and nothing is extra. Translators change numbers too, and some files pair
sentences that are no translations of each other, so that the disagreements are for
reading (`--show`, `--kind`), not for driving to zero.

`--planted` changes one figure of the Korean side of each agreeing pair (a digit, or the
scale by ten thousand to one) and counts how often the comparison notices.

`--mended` puts the numbers of each side right by those of the other, which human translations
hardly ever need: what it changes is for reading.

Data: `--data`, by default `shared/data` beside the checkout (see its README).
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import records

from summarize.news.numbers import Comparison, compare, read
from summarize.news.numbers.mending import mended

ROOT = records.ROOT
SETS = (
    "parallel/pud_news.tsv",
    "parallel/pud_wiki.tsv",
    "parallel/korsts_human_headlines.tsv",
    "parallel/park_news.tsv",
    "parallel/kcdc_covid.tsv",
    "parallel/jhe.tsv",
    "parallel/korsts_human_other.tsv",
    "parallel/tatoeba_all.tsv",
    "parallel/cocoa_formal.tsv",
)


def main() -> None:
    options = _arguments()
    rows = []
    heads = f"{'set':<36}{'pairs':>6}{'numbered':>9}{'agree':>7}{'missing':>8}{'extra':>6}"
    print("" if options.planted or options.mended else f"{heads}{'µs a side':>10}")
    for name in options.sets or SETS:
        row = _measure(options.data / name, name, options)
        rows.append(row)
    if not options.dry:
        task = "planted" if options.planted else "mended" if options.mended else "agreement"
        versions = {"python": sys.version.split()[0]}
        records.append("numbers.jsonl", {"task": task, "rows": rows, "versions": versions})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", help="files below --data; default: all parallel ones")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--limit", type=int, help="at most so many pairs of each set")
    parser.add_argument("--show", type=int, default=0, help="print so many disagreements of each")
    parser.add_argument("--skip", type=int, default=0, help="after so many disagreements")
    parser.add_argument("--kind", help="show only those of this kind of quantity")
    parser.add_argument("--planted", action="store_true", help="change figures, count what is seen")
    parser.add_argument("--mended", action="store_true", help="put right, count what changes")
    parser.add_argument("--dry", action="store_true", help="append nothing")
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"no data in {options.data}; name its directory with --data.")
    return options


def _measure(path: Path, name: str, options: argparse.Namespace) -> dict[str, Any]:
    if options.planted:
        return _planted(path, name, options)
    if options.mended:
        return _mended(path, name, options)
    pairs = list(_pairs(path, options.limit))
    numbered = agreeing = missing = extra = shown = passed = 0
    kinds: Counter[str] = Counter()
    seconds = 0.0
    disagreements = []
    for english, korean in pairs:
        started = time.perf_counter()
        source, target = read(english, "en"), read(korean, "ko")
        seconds += time.perf_counter() - started
        compared = compare(source, target)
        needed = [q for q in (*source, *target) if not q.optional]
        if not needed:
            continue
        numbered += 1
        agreeing += compared.agrees
        missing += len(compared.missing)
        extra += len(compared.extra)
        kinds.update(q.kind for q in (*compared.missing, *compared.extra))
        if not compared.agrees:
            disagreements.append((english, korean, compared))
    row = {
        "set": name,
        "pairs": len(pairs),
        "numbered": numbered,
        "agree": round(100 * agreeing / max(1, numbered), 1),
        "missing": missing,
        "extra": extra,
        "by_kind": dict(kinds.most_common()),
        "microseconds_a_side": round(1e6 * seconds / max(1, 2 * len(pairs)), 1),
    }
    print(
        f"{name:<36}{row['pairs']:>6}{numbered:>9}{row['agree']:>6}%{missing:>8}{extra:>6}"
        f"{row['microseconds_a_side']:>10}",
        flush=True,
    )
    for english, korean, compared in disagreements:
        if options.kind and not any(
            q.kind == options.kind for q in (*compared.missing, *compared.extra)
        ):
            continue
        passed += 1
        if passed > options.skip and shown < options.show:
            shown += 1
            _show(english, korean, compared)
    return row


def _show(english: str, korean: str, compared: Comparison) -> None:
    print(f"\n  {english}\n  {korean}")
    for title, found in (("missing", compared.missing), ("extra", compared.extra)):
        if found:
            print(f"    {title}: {', '.join(map(repr, found))}")


def _pairs(path: Path, limit: int | None) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in islice(lines, limit):
            english, korean = line.rstrip("\n").split("\t")
            yield english, korean


def _mended(path: Path, name: str, options: argparse.Namespace) -> dict[str, Any]:
    sides = [
        (*way, mended(*way, *languages)[1])
        for english, korean in _pairs(path, options.limit)
        for way, languages in (
            ((english, korean), ("en", "ko")),
            ((korean, english), ("ko", "en")),
        )
    ]
    changed = [side for side in sides if side[2]]
    print(f"{name:<36}{len(sides):>6} translations, {len(changed)} changed", flush=True)
    for source, target, changes in changed[options.skip : options.skip + options.show]:
        print(f"\n  {source}\n  {target}\n    {changes}")
    return {"set": name, "translations": len(sides), "changed": len(changed)}


# Planted errors --------------------------------------------------------------------------------

_SCALE = {"만": "억", "억": "만", "조": "억", "천": "백"}


def _planted(path: Path, name: str, options: argparse.Namespace) -> dict[str, Any]:
    chance = random.Random(0)
    counts: Counter[str] = Counter()
    unseen: list[tuple[str, str, str]] = []
    for english, korean in _pairs(path, options.limit):
        source = read(english, "en")
        if not compare(source, read(korean, "ko")).agrees:
            continue
        for kind, changed in (
            ("digit", _digit_changed(korean, chance)),
            ("scale", _scale_changed(korean)),
        ):
            if changed is not None:
                seen = not compare(source, read(changed, "ko")).agrees
                counts[kind] += 1
                counts[f"{kind} seen"] += seen
                if not seen:
                    unseen.append((english, korean, changed))
    row = {"set": name, **counts}
    print(f"{name:<36}" + "  ".join(f"{key} {value}" for key, value in counts.items()), flush=True)
    for english, korean, changed in unseen[options.skip : options.skip + options.show]:
        print(f"\n  {english}\n  {korean}\n  {changed}")
    return row


def _digit_changed(text: str, chance: random.Random) -> str | None:
    places = [m.start() for m in re.finditer(r"[0-9]", text)]
    if not places:
        return None
    place = chance.choice(places)
    digit = chance.choice([d for d in "123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


def _scale_changed(text: str) -> str | None:
    match = re.search(r"(?<=[0-9])[만억조천]", text)
    if match is None:
        return None
    return text[: match.start()] + _SCALE[match[0]] + text[match.end() :]


if __name__ == "__main__":
    main()
