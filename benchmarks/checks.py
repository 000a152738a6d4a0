"""How often do the checks cry wolf, what do they miss, what do they cost? One JSON line.

    python benchmarks/checks.py                    # the report halves
    python benchmarks/checks.py --half development --show 20
    python benchmarks/checks.py --data benchmarks/written economy korea  # alarms in other files

False alarms: findings on human translations, each pair in both directions, from fixed halves
of real parallel news (of `parallel/`, odd lines for development and even lines for the report;
of `eval/`, the other way round). Not all are false: people translate freely, and make mistakes.
`--show` prints a sample to read; what was read is in LOG.md. Recall: errors planted by rule
(`tests/planting.py`) in those pairs that raise no finding, and by rule and by hand in the
labelled set (`tests/data/checks.jsonl`, on which the checks were tuned). Both are counted at
two severities: a finding of any kind, and an error. Time: CPU time of `check_pair`, a
sentence pair at a time, one thread, after one pass to warm up.

Data: `--data`, by default `shared/data` beside the checkout (see its README).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import records

ROOT = records.ROOT
sys.path.insert(0, str(ROOT / "tests"))
LABELLED = ROOT / "tests" / "data" / "checks.jsonl"

from planting import FINDS, RULES, Pair, plant  # noqa: E402

TUNED = ("parallel/pud_news", "parallel/pud_wiki", "parallel/kcdc_covid")
LOOSE = ("parallel/korsts_human_headlines", "parallel/park_news")
EVAL = ("eval/ntrex_a", "eval/flores_dev")
SETS = (*TUNED, *LOOSE, *EVAL)
Recall: TypeAlias = tuple[int, int, int]
"""Found by any finding, found by an error, planted."""


def main() -> None:
    options = _arguments()
    rows, planted = [], []
    for name in options.sets or SETS:
        pairs = _pairs(options.data / f"{name}.tsv", options.half, options.limit, name in EVAL)
        row, clean = _alarms(name, pairs, options.show)
        rows.append(row)
        _print_alarms(row)
        if name in (*TUNED, *EVAL):
            planted += clean
    recall = _recall(planted)
    _print_recall("planted in those without a finding", recall)
    labelled, untouched = _labelled()
    _print_recall("labelled set", labelled)
    print(
        f"labelled set, untouched: {untouched[0]} alarms, {untouched[1]} errors of {untouched[2]}"
    )
    if not options.dry:
        versions = {name: version(name) for name in ("kiwipiepy", "py3langid")}
        records.append(
            "checks.jsonl",
            {
                "half": options.half,
                "alarms": rows,
                "recall": recall,
                "labelled": labelled,
                "untouched": untouched,
                "versions": {"python": sys.version.split()[0], **versions},
            },
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("sets", nargs="*", help="TSV files below --data; default: the news")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--half", choices=("report", "development"), default="report")
    parser.add_argument("--limit", type=int, help="at most so many pairs of each set")
    parser.add_argument("--show", type=int, default=0, help="print so many alarms of each set")
    parser.add_argument("--dry", action="store_true", help="write no line to results/")
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"no data in {options.data}; name its directory with --data.")
    return options


class _Raw(argparse.RawDescriptionHelpFormatter):
    pass


def _pairs(file: Path, half: str, limit: int | None, even: bool = False) -> list[Pair]:
    """Both directions of every second line; `even` swaps the halves."""
    lines = file.read_text(encoding="utf-8").splitlines()
    first = int((half == "report") != even)
    both = []
    for line in lines[first::2][:limit]:
        english, korean = line.split("\t")[:2]
        both += [Pair(english, korean, "en"), Pair(korean, english, "ko")]
    return both


def _findings(pair: Pair) -> Sequence[Any]:
    from summarize.news.checks import check_pair

    return check_pair(pair.source, pair.target, pair.source_language, pair.target_language)


def _alarms(name: str, pairs: list[Pair], show: int) -> tuple[dict[str, Any], list[Pair]]:
    for pair in pairs[:40]:
        _findings(pair)  # tables and analysers load
    began = time.process_time()
    found = [_findings(pair) for pair in pairs]
    seconds = time.process_time() - began
    kinds = Counter(
        f"{pair.source_language} {one.kind} {one.severity}"
        for pair, findings in zip(pairs, found, strict=True)
        for one in findings
    )
    alarmed = [(p, f) for p, f in zip(pairs, found, strict=True) if f]
    for pair, findings in random.Random(0).sample(alarmed, min(show, len(alarmed))):
        print("\n".join(f"  {one}" for one in findings))
        print(f"      {pair.source}\n      {pair.target}")
    errors = sum(any(f.severity == "error" for f in findings) for findings in found)
    row = {
        "set": name,
        "pairs": len(pairs),
        "any": len(alarmed),
        "errors": errors,
        "kinds": dict(sorted(kinds.items())),
        "ms": round(1000 * seconds / len(pairs), 3),
    }
    return row, [pair for pair, findings in zip(pairs, found, strict=True) if not findings]


def _print_alarms(row: dict[str, Any]) -> None:
    share = {key: 100 * row[key] / row["pairs"] for key in ("any", "errors")}
    print(
        f"{row['set']:36}{row['pairs']:6} checked  any {share['any']:5.2f}%"
        f"  errors {share['errors']:5.2f}%  {row['ms']:.2f} ms"
    )


def _recall(pairs: list[Pair]) -> dict[str, Recall]:
    return {
        rule: _found(
            plant([_named(pair) if rule == "name" else pair for pair in pairs], rule), rule
        )
        for rule in RULES
    }


def _labelled() -> tuple[dict[str, Recall], tuple[int, int, int]]:
    """Recall of the labelled set by what was planted, and what its untouched pairs raise."""
    planted: dict[str, list[Pair]] = {}
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pair = Pair(row["source"], row["target"], row["source_language"])
        planted.setdefault(row["planted"], []).append(pair)
    found = [_findings(pair) for pair in planted.pop("")]
    errors = sum(any(one.severity == "error" for one in findings) for findings in found)
    recall = {rule: _found(pairs, rule) for rule, pairs in planted.items()}
    return recall, (sum(map(bool, found)), errors, len(found))


def _found(pairs: Sequence[Pair], rule: str) -> Recall:
    """In how many of `pairs` the planted kind is found, by any finding and by an error."""
    found = [[one for one in _findings(p) if str(one.kind) in FINDS[rule]] for p in pairs]
    errors = sum(any(one.severity == "error" for one in findings) for findings in found)
    return sum(map(bool, found)), errors, len(pairs)


def _print_recall(title: str, recall: dict[str, Recall]) -> None:
    total = tuple(sum(column) for column in zip(*recall.values(), strict=True))
    print(f"{title:40}any    errors")
    for rule, (found, errors, of) in (*recall.items(), ("all", total)):
        print(f"  {rule:36}{found / max(of, 1):6.3f}  {errors / max(of, 1):6.3f}  of {of}")


def _named(pair: Pair) -> Pair:
    """The pair with the names of its English side that both sides hold, as the target has them."""
    from dataclasses import replace

    from summarize.news.checks import lexicon, names

    english, korean = pair.source, pair.target
    if pair.source_language == "ko":
        english, korean = korean, english
        held = [n.text for n in names.names(english) if names.has_name(n, korean, english)]
        return replace(pair, names=tuple((n, n) for n in held))
    places = [
        (english[slice(*m.span)], name)
        for m in lexicon.english_places(english)
        for name in m.place.certain
        if name in korean
    ]
    return replace(pair, names=tuple(places))


if __name__ == "__main__":
    main()
