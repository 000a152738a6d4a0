"""How good are the summaries and translations? Tables on stdout, one JSON line a task.

    python benchmarks/quality.py summaries            # no model, about a minute
    python benchmarks/quality.py summaries --model NAME --limit 20
    python benchmarks/quality.py summaries --model embedded --method tighten [--adapter DIR]
    python benchmarks/quality.py translation --limit 50

Summaries are compared with the article's first sentences at equal length: ROUGE
F1, with the 95% interval of the ROUGE-L difference by paired bootstrap. The lead is
taken of the raw text and of the article as the package reads it; the difference is
to the latter, and for sentences that a model tightened to the same ones as they are.
Translations get BLEU and chrF, and the rates of what readers mind most: empty,
looping, untranslated and over-long outputs. Scores are `summarize.evaluate`'s, each with
the signature of its settings. Only public calls of the package are measured.

Data: `--data`, by default `shared/data` beside the checkout (see its README).
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import records

ROOT = records.ROOT
PACKAGES = ("torch", "transformers", "kiwipiepy", "nupunkt", "rouge-score", "sacrebleu")
RESAMPLES = 2000
LENGTHS: tuple[dict[str, int], ...] = ({"sentences": 3}, {"sentences": 2}, {"max_words": 60})


@dataclass(frozen=True, slots=True)
class SummarySet:
    file: str
    language: str
    most: int


@dataclass(frozen=True, slots=True)
class ParallelSet:
    file: str
    most: int


SUMMARY_SETS = (
    SummarySet("bbc_news_summary.jsonl", "en", 300),
    SummarySet("cnndm128_bart.jsonl", "en", 86),
    SummarySet("sci_news_sum_kr_50.jsonl", "ko", 34),
    SummarySet("dacon_sample_ko.jsonl", "ko", 8),
)
PARALLEL_SETS = (
    ParallelSet("eval/flores_dev.tsv", 50),
    ParallelSet("eval/ntrex_a.tsv", 50),
)


def main() -> None:
    options = _arguments()
    tasks = {"summaries": summaries, "translation": translation}
    names = tasks if options.task == "all" else [options.task]
    for name in names:
        started = time.perf_counter()
        record = tasks[name](options)
        record["seconds"] = round(time.perf_counter() - started, 1)
        _append(name, record)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("task", choices=("summaries", "translation", "all"))
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--model", help="default: extraction for summaries, the best for the other")
    parser.add_argument("--method", choices=("generate", "tighten"), default="generate")
    parser.add_argument("--adapter", help="for summaries; default: the shipped one")
    parser.add_argument("--limit", type=int, help="at most so many items of each set")
    parser.add_argument("--show", type=int, default=0, help="print so many outputs of each set")
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"no data in {options.data}; name its directory with --data.")
    return options


class _Raw(argparse.RawDescriptionHelpFormatter):
    pass


# Summaries -------------------------------------------------------------------------------------


def summaries(options: argparse.Namespace) -> dict[str, Any]:
    from summarize import Summarizer

    method = options.method if options.model else "extract"
    rows = []
    signatures: dict[str, str] = {}
    print(f"{'set':<20}{'length':<13}{'method':<22}{'R1':>6}{'R2':>6}{'RL':>6}  RL gained [95%]")
    with Summarizer(options.model, method=method, adapter=options.adapter) as summarizer:
        for chosen in SUMMARY_SETS:
            items = _summary_items(options.data, chosen, options.limit)
            for length in LENGTHS:
                rows += _compare(summarizer, chosen, items, length, signatures, options.show)
        name = f"{method}: {summarizer.model}"
    for metric, signature in signatures.items():
        print(f"{metric}: {signature}")
    return {"task": "summaries", "model": name, "signature": signatures, "rows": rows}


def _summary_items(data: Path, chosen: SummarySet, limit: int | None) -> list[dict[str, str]]:
    with (data / "summaries" / chosen.file).open(encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    return items[: min(limit or chosen.most, chosen.most)]


def _compare(
    summarizer: Any,
    chosen: SummarySet,
    items: Sequence[dict[str, str]],
    length: dict[str, int],
    signatures: dict[str, str],
    show: int,
) -> Iterator[dict[str, Any]]:
    from summarize import Summarizer, evaluate

    articles = [item["article"] for item in items]
    ours = list(summarizer.many(articles, progress=False, **length))
    texts = {
        "lead": [_lead(article, chosen.language, **length) for article in articles],
        "lead as read": [
            _lead(_body(article, chosen.language), chosen.language, **length)
            for article in articles
        ],
        summarizer.method: [summary.text for summary in ours],
    }
    base = "lead as read"
    if summarizer.method == "tighten":
        base = "extract"
        plain = Summarizer(method=base).many(articles, progress=False, **length)
        texts[base] = [summary.text for summary in plain]
        texts[summarizer.method] = texts.pop(summarizer.method)
    references = [item["summary"] for item in items]
    scores = {
        method: evaluate(
            outputs,
            references,
            language=chosen.language,
            task="summarization",
            baseline=texts[base] if method == summarizer.method else None,
            bootstrap=RESAMPLES if method == summarizer.method else 0,
            seed=0,
        )
        for method, outputs in texts.items()
    }
    label = " ".join(f"{name} {value}" for name, value in length.items())
    for method, evaluation in scores.items():
        means = [round(score.value, 1) for score in evaluation]
        row: dict[str, Any] = {"set": chosen.file, "items": len(items), "length": label}
        row |= {"method": method, "rouge1": means[0], "rouge2": means[1], "rougeL": means[2]}
        row["words"] = round(statistics.fmean(len(t.split()) for t in texts[method]), 1)
        line = f"{Path(chosen.file).stem[:19]:<20}{label:<13}{method:<22}"
        line += "".join(f"{mean:6.1f}" for mean in means)
        signatures[f"ROUGE {chosen.language}"] = evaluation["rougeL"].item_signature
        if (gain := evaluation["rougeL"].comparison) is not None:
            row["gain"] = [round(x, 1) for x in (gain.difference, *(gain.interval or ()))]
            row["gain over"] = base
            row["failed"] = sum(not summary.ok for summary in ours)
            line += "  {:+.1f} [{:+.1f}, {:+.1f}]".format(*row["gain"])
            line += f" over {base}" + (f"  {row['failed']} failed" if row["failed"] else "")
        print(line, flush=True)
        yield row
    for item, summary in list(zip(items, ours, strict=True))[:show]:
        print(f"  {item.get('title', '')}\n    {summary.text}")


def _body(text: str, language: str) -> str:
    """The article without what the package sets aside, so that only the choice is compared."""
    from summarize.news.article import read

    return "\n".join(read(text, language=language).paragraphs)


def _lead(article: str, language: str, sentences: int = 0, max_words: int = 0) -> str:
    """The first `sentences`, or as many first ones as keep within `max_words` (at least one)."""
    from summarize.news.sentences import split

    kept: list[str] = []
    for line in article.splitlines():
        for sentence in split(line, language):
            full = len(kept) >= sentences if sentences else False
            words = sum(len(s.split()) for s in [*kept, sentence])
            if full or (max_words and kept and words > max_words):
                return " ".join(kept)
            kept.append(sentence)
    return " ".join(kept)


# Translation -----------------------------------------------------------------------------------


def translation(options: argparse.Namespace) -> dict[str, Any]:
    from summarize import Translator

    rows = []
    signatures: dict[str, str] = {}
    print(f"{'set':<16}{'to':<4}{'BLEU':>6}{'chrF':>6}{'sent/s':>8}  faults")
    with Translator(options.model) as translator:
        next(translator.many(["One."], to="ko", source="en"))  # warm up
        for chosen in PARALLEL_SETS:
            pairs = _pairs(
                options.data / chosen.file, min(options.limit or chosen.most, chosen.most)
            )
            rows += [
                _translate(translator, chosen, pairs, to, signatures, options.show)
                for to in ("ko", "en")
            ]
        name = translator.model
    for metric, signature in signatures.items():
        print(f"{metric}: {signature}")
    return {"task": "translation", "model": name, "signature": signatures, "rows": rows}


def _pairs(path: Path, most: int) -> list[tuple[str, str]]:
    from summarize.evaluation.sets import read

    return [(english, korean) for english, korean in read(path).first(most).rows]


def _translate(
    translator: Any,
    chosen: ParallelSet,
    pairs: Sequence[tuple[str, str]],
    to: str,
    signatures: dict[str, str],
    show: int,
) -> dict[str, Any]:
    from summarize import evaluate

    sources, references = zip(*(pair if to == "ko" else pair[::-1] for pair in pairs), strict=True)
    started = time.perf_counter()
    results = list(
        translator.many(sources, to=to, source="en" if to == "ko" else "ko", progress=False)
    )
    seconds = time.perf_counter() - started
    outputs = [result.text for result in results]
    scores = evaluate(outputs, references, language=to)
    row: dict[str, Any] = {
        "set": chosen.file,
        "items": len(pairs),
        "to": to,
        "bleu": round(scores["bleu"].value, 2),
        "chrf": round(scores["chrf"].value, 2),
        "sentences_per_second": round(len(pairs) / seconds, 2),
        "faults": {
            name: sum(is_faulty(s, o, to) for s, o in zip(sources, outputs, strict=True))
            for name, is_faulty in FAULTS.items()
        },
    }
    signatures |= {f"BLEU {to}": scores["bleu"].signature, "chrF": scores["chrf"].signature}
    faults = ", ".join(f"{name} {n}" for name, n in row["faults"].items())
    line = f"{Path(chosen.file).stem:<16}{to:<4}{row['bleu']:6.2f}{row['chrf']:6.2f}"
    print(f"{line}{row['sentences_per_second']:8.2f}  {faults} of {len(pairs)}", flush=True)
    for source, output in list(zip(sources, outputs, strict=True))[:show]:
        print(f"  {source}\n    {output}")
    return row


def _loops(source: str, output: str, to: str) -> bool:
    return re.search(r"(.{2,40}?)\1{3}", output, re.DOTALL) is not None


def _untranslated(source: str, output: str, to: str) -> bool:
    """Whether letters of the source's script outweigh the target's."""
    hangul = len(re.findall(r"[가-힣]", output))
    latin = len(re.findall(r"[A-Za-z]", output))
    return bool(output) and (hangul < latin if to == "ko" else latin < 2 * hangul)


def _overlong(source: str, output: str, to: str) -> bool:
    return len(output) > len(source) * (1.5 if to == "ko" else 4)


FAULTS: dict[str, Callable[[str, str, str], bool]] = {
    "empty": lambda source, output, to: not output.strip(),
    "looping": _loops,
    "untranslated": _untranslated,
    "over-long": _overlong,
}


# Records ---------------------------------------------------------------------------------------


def _append(task: str, record: dict[str, Any]) -> None:
    about = {"device": _device(), "versions": dict(_versions(PACKAGES))}
    records.append(f"quality-{task}.jsonl", {**record, **about})


def _device() -> str:
    import platform

    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"cpu {platform.machine()}, {torch.get_num_threads()} threads"


def _versions(packages: Iterable[str]) -> Iterator[tuple[str, str]]:
    for package in packages:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            yield package, "absent"


if __name__ == "__main__":
    main()
