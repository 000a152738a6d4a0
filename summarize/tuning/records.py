"""Files of examples to records: TSV pairs, JSONL pairs, JSONL articles with summaries.

Every line is looked at: what cannot be used is reported with its place and the
reason, never dropped in silence and never fatal by itself. Knows no model.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarize.errors import EmptyInputError, InputError, ReadError
from summarize.options import SUMMARIZATION, TRANSLATION, Task

SUFFIXES = {".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}

PAIR = "a pair has text under its two languages' codes, or under source and target"
SHAPES = f"{PAIR}; a summary has article and summary"


@dataclass(frozen=True, slots=True)
class Record:
    """One thing to learn.

    Args:
        task: what is asked, languages included.
        source: the text that is given.
        target: the text that is wanted.
        weight: of its loss beside other records'.
        origin: file and line, for messages.
        rejected: a text that is wanted less than `target`; empty where there is none.
    """

    task: Task
    source: str
    target: str
    weight: float = 1.0
    origin: str = ""
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that was passed over."""

    origin: str
    reason: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What files hold: records, and the lines that are none."""

    records: tuple[Record, ...]
    malformed: tuple[Malformed, ...] = ()


def read(files: Iterable[str | Path], languages: tuple[str, str] = ("en", "ko")) -> Reading:
    """The records of `files`, in order.

    Args:
        files: TSV with a source and a target a line, or JSONL with one object a line. In an
            object, {"en": ..., "ko": ...} and {"source": ..., "target": ..., "from": "en",
            "to": "ko"} are pairs, {"article": ..., "summary": ..., "lang": "en"} is a summary;
            "weight" is optional, and so is "rejected", a text that is wanted less (of a pair
            whose source and target are named so, or of a summary).
        languages: of the two columns of TSV files, and of pairs that name none.

    Raises:
        ReadError: a file that is missing, unreadable, or neither TSV nor JSONL.
        EmptyInputError: no usable line in any of them.
    """
    records: list[Record] = []
    malformed: list[Malformed] = []
    for file in map(Path, files):
        for origin, line in _lines(file):
            try:
                records.append(_record(line, SUFFIXES[file.suffix.lower()], languages, origin))
            except InputError as error:
                malformed.append(Malformed(origin, str(error)))
    if not records:
        first = f" The first problem: {malformed[0]}" if malformed else ""
        raise EmptyInputError(f"no example to learn from in the files given.{first}")
    return Reading(tuple(records), tuple(malformed))


def both_ways(records: Iterable[Record]) -> list[Record]:
    """The records, each translation followed by its reverse, which rejects nothing."""
    turned = []
    for record in records:
        turned.append(record)
        if record.task.name == TRANSLATION:
            task = Task(TRANSLATION, record.task.target, record.task.source)
            source, target = record.target, record.source
            turned.append(Record(task, source, target, record.weight, record.origin))
    return turned


def split(
    records: Sequence[Record], held_out: int, seed: int = 0
) -> tuple[list[Record], list[Record]]:
    """Records to learn from, and some `held_out` ones to score on.

    Records that share a source or a target fall on one side, so that what is scored was not seen.
    """
    groups = _alike(records)
    order = list(range(len(groups)))
    random.Random(seed).shuffle(order)
    kept: set[int] = set()
    for group in order:
        if len(kept) >= held_out:
            break
        if len(groups[group]) <= 4:  # a phrase that recurs everywhere ties hundreds together
            kept.update(groups[group])
    learned = [record for index, record in enumerate(records) if index not in kept]
    return learned, [records[index] for index in sorted(kept)]


def _alike(records: Sequence[Record]) -> list[list[int]]:
    """Indices, grouped by the texts they share."""
    parent = list(range(len(records)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[str, int] = {}
    for index, record in enumerate(records):
        for text in (record.source, record.target):
            key = "".join(c for c in text.lower() if c.isalnum())
            parent[root(index)] = root(first.setdefault(key, index))
    groups: dict[int, list[int]] = {}
    for index in range(len(records)):
        groups.setdefault(root(index), []).append(index)
    return list(groups.values())


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    if file.suffix.lower() not in SUFFIXES:
        raise ReadError(f"{file}: a file of examples is called {', '.join(SUFFIXES)}.")
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace")
                    yield f"{file.name}:{number}", text.rstrip("\r\n")
    except OSError as error:
        raise ReadError(f"{file} cannot be read: {error.strerror}.") from error


def _record(line: str, form: str, languages: tuple[str, str], origin: str) -> Record:
    if "\ufffd" in line:
        raise InputError("not UTF-8")
    if form == "tsv":
        columns = line.split("\t")
        if len(columns) != 2:
            raise InputError(f"{len(columns)} columns where there should be 2")
        source, target = columns
        return _checked(Task(TRANSLATION, *languages), source, target, 1.0, "", origin)
    try:
        value = json.loads(line)
    except ValueError as error:
        raise InputError(f"not JSON ({error})") from error
    if not isinstance(value, Mapping):
        raise InputError("not a JSON object")
    return _from_object(value, languages, origin)


def _from_object(value: Mapping[str, Any], languages: tuple[str, str], origin: str) -> Record:
    source, target = languages
    weight = value.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight > 0:
        raise InputError("weight is not a number above 0")
    rejected = value.get("rejected", "")
    if "article" in value and "summary" in value:
        language = value.get("lang", source)
        task = Task(SUMMARIZATION, language, language)
        return _checked(task, value["article"], value["summary"], weight, rejected, origin)
    if "source" in value and "target" in value:
        task = Task(TRANSLATION, value.get("from", source), value.get("to", target))
        return _checked(task, value["source"], value["target"], weight, rejected, origin)
    if source in value and target in value:
        if rejected:
            raise InputError("which side was rejected is not said: name source and target")
        task = Task(TRANSLATION, source, target)
        return _checked(task, value[source], value[target], weight, "", origin)
    raise InputError(SHAPES)


def _checked(
    task: Task, source: Any, target: Any, weight: float, rejected: Any, origin: str
) -> Record:
    if not isinstance(task.source, str) or not isinstance(task.target, str):
        raise InputError("a language that is not a code in letters")
    for name, text in (("source", source), ("target", target)):
        if not isinstance(text, str):
            raise InputError(f"its {name} is not text")
        if not text.strip():
            raise InputError(f"its {name} is empty")
    if not isinstance(rejected, str):
        raise InputError("its rejected is not text")
    if rejected.strip() == target.strip():
        raise InputError("it rejects its own target")
    return Record(task, source.strip(), target.strip(), float(weight), origin, rejected.strip())
