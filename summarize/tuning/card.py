"""The model card of an adapter: what it was made of, and how it scored."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from summarize.models.adapters import FACTS, FORMAT, GENERATE, TIGHTEN, Adapter, contents
from summarize.models.families import language_name
from summarize.options import SUMMARIZATION, TRANSLATION, Task
from summarize.tuning import lineage
from summarize.tuning.records import Record
from summarize.tuning.settings import TuneOptions

if TYPE_CHECKING:
    from summarize.tuning.checkpoints import Progress
    from summarize.tuning.scoring import Scorer
    from summarize.tuning.session import Base

LOOKED_AT, MOSTLY = 200, 0.9
"""So many articles tell whether they are single sentences: so large a share of them must be."""

PACKAGES = ("summarize", "torch", "transformers", "peft")


def facts(
    base: Base,
    settings: TuneOptions,
    reached: Progress,
    records: Sequence[Record],
    licence: str,
    scorer: Scorer | None,
    fingerprint: str,
    start: Adapter | None = None,
) -> dict[str, Any]:
    """What is known of an adapter, as plain values."""
    files = Counter(record.origin.rsplit(":", 1)[0] for record in records)
    tasks = Counter(_said(record.task) for record in records)
    scores = {_said(task): round(score, 2) for task, score in scorer.last.items()} if scorer else {}
    begun = {} if start is None else lineage.begun_with(contents(start.directory / FACTS))
    return {
        "format": FORMAT,
        "base": base.name,
        "fingerprint": fingerprint,
        "tasks": sorted({record.task.name for record in records}),
        "summaries": _summaries(records),
        "asked": dict(tasks),
        "files": dict(files),
        "rejected": sum(bool(record.rejected) for record in records),
        "licence": licence,
        "options": settings.to_dict() | {"dtype": base.dtype},
        "steps": reached.step,
        "tokens": reached.tokens,
        "seconds": round(reached.seconds),
        "metric": scorer.signature if scorer else "",
        "scores": scores,
        **stamp(),
        **begun,
    }


def _summaries(records: Sequence[Record]) -> str:
    """How summaries are asked for: of articles, or sentence by sentence where it saw only these."""
    from summarize.news import compression, sentences

    articles = [record for record in records if record.task.name == SUMMARIZATION][:LOOKED_AT]
    if not articles:
        return ""
    single = [
        record.task.source in compression.LANGUAGES
        and len(sentences.split(record.source, str(record.task.source))) == 1
        for record in articles
    ]
    return TIGHTEN if sum(single) >= MOSTLY * len(single) else GENERATE


def stamp() -> dict[str, Any]:
    """The day, and the versions of what makes adapters, where it is installed."""
    found = {}
    for name in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return {"made": datetime.now(UTC).strftime("%Y-%m-%d"), "versions": found}


def card(about: Mapping[str, Any]) -> str:
    """README.md: the facts for people, after the lines that the Hub reads."""
    lines = [
        "---",
        f"base_model: {about['base']}",
        "library_name: peft",
        "tags: [summarize, lora]",
        "---",
        "",
        f"# An adapter for {about['base']}",
        "",
        f'Made by {_makers(about)}. Use it with `--adapter DIRECTORY` or `adapter="DIRECTORY"`;',
        "it is merged into the weights when the model is loaded.",
        "",
        f"- Base: {about['base']}, fingerprint `{about['fingerprint']}`; no other is taken.",
        f"- Made: {about['made']}, {about['steps']} updates, {about['tokens']:,} tokens, "
        f"{about['seconds'] / 60:.0f} minutes.",
        f"- Licence of the examples: {about['licence'] or 'not stated'}. The base's terms apply "
        "to the adapter too.",
        "",
        *(["All its runs together had:", ""] if lineage.AVERAGED in about else []),
        "| asked | examples |",
        "|---|---|",
        *(f"| {asked} | {count:,} |" for asked, count in about["asked"].items()),
        "",
        "| file | examples |",
        "|---|---|",
        *(f"| {file} | {count:,} |" for file, count in about["files"].items()),
        "",
        *_rejected(about),
    ]
    lines += _begun(about)
    lines += _runs(about)
    if about["scores"]:
        lines += [
            f"Scores on examples that were held out ({about['metric']}, greedy):",
            "",
            "| asked | score |",
            "|---|---|",
            *(f"| {asked} | {score:.2f} |" for asked, score in about["scores"].items()),
            "",
        ]
    options = ", ".join(f"{name} {value}" for name, value in about["options"].items())
    versions = ", ".join(f"{name} {value}" for name, value in about["versions"].items())
    return "\n".join([*lines, f"Options: {options}.", "", f"Versions: {versions}.", ""])


def _makers(about: Mapping[str, Any]) -> str:
    averaged = lineage.AVERAGED in about
    return "`summarize tune` and `summarize average`" if averaged else "`summarize tune`"


def _rejected(about: Mapping[str, Any]) -> list[str]:
    count = about.get("rejected", 0)
    if not count:
        return []
    beta, anchor = (about["options"].get(name) for name in ("beta", "anchor"))
    also = f", anchor {anchor:g}" if anchor else ""
    by = "" if beta is None else f" (direct preference optimisation, beta {beta:g}{also})"
    return [f"{count:,} examples name a text that is wanted less{by}.", ""]


def _begun(about: Mapping[str, Any]) -> list[str]:
    """Of a run that began with another adapter: what that one was."""
    first = lineage.parent(about)
    if first is None:
        return []
    return [
        f"Begun with an adapter of {first['made']}, {first['steps']} updates, "
        f"{first['tokens']:,} tokens, on examples under {first['licence'] or 'no stated licence'}.",
        "",
    ]


def _runs(about: Mapping[str, Any]) -> list[str]:
    """Of an average: a table of the runs that led to it."""
    if lineage.AVERAGED not in about:
        return []
    options = about["options"]
    rows = [
        f"| {run['steps']:,} | {run['tokens']:,} | {run['seconds'] / 60:.0f} | "
        f"{run['options'].get('learning_rate', '')} | {run['options'].get('seed', '')} | "
        f"{sum(run['asked'].values()):,} | {', '.join(map(str, run['scores'].values()))} |"
        for run in lineage.runs(about)
    ]
    weights = ", ".join(f"{weight:g}" for weight in options["weights"])
    return [
        f"The sum of {len(options['weights'])} adapters' updates by the weights {weights}, of "
        f"which {options['kept']:.1%} is left at rank {options['rank']}. The runs that led to it:",
        "",
        "| updates | tokens | minutes | rate | seed | examples | dev scores |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
    ]


def _said(task: Task) -> str:
    if task.name == TRANSLATION:
        return f"{_name(task.source)} to {_name(task.target)}"
    return f"{task.name}, {_name(task.source)}"


def _name(language: str | None) -> str:
    return language_name(language) if language else "any language"
