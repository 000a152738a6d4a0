"""Files of examples: what is read, what is passed over and why, and what is set apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summarize import EmptyInputError, ReadError
from summarize.options import SUMMARIZATION, TRANSLATION, Task
from summarize.tuning.records import Record, both_ways, read, split

EN_KO = Task(TRANSLATION, "en", "ko")


def written(file: Path, *lines: str | dict[str, object]) -> Path:
    texts = [x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file


def test_tsv_holds_pairs_of_the_languages_named(tmp_path: Path) -> None:
    file = written(tmp_path / "a.tsv", "\ufeffHallo.\tHello.", "", " Gut. \t Good. ")
    [first, second] = read([file], ("de", "en")).records
    assert first == Record(Task(TRANSLATION, "de", "en"), "Hallo.", "Hello.", 1.0, "a.tsv:1")
    assert (second.source, second.target, second.origin) == ("Gut.", "Good.", "a.tsv:3")


def test_jsonl_holds_pairs_and_summaries(tmp_path: Path) -> None:
    file = written(
        tmp_path / "a.jsonl",
        {"en": "Yes.", "ko": "네."},
        {"source": "네.", "target": "Yes.", "from": "ko", "to": "en", "weight": 2},
        {"article": "긴 글.", "summary": "글.", "lang": "ko"},
    )
    [pair, reverse, summary] = read([file]).records
    assert (pair.task, pair.source) == (EN_KO, "Yes.")
    assert (reverse.task, reverse.weight) == (Task(TRANSLATION, "ko", "en"), 2.0)
    assert summary.task == Task(SUMMARIZATION, "ko", "ko")


def test_malformed_lines_are_reported_with_place_and_reason(tmp_path: Path) -> None:
    tsv = written(tmp_path / "a.tsv", "one column", "a\tb\tc", "Good.\t좋다.", "\t좋다.")
    jsonl = written(
        tmp_path / "b.jsonl",
        "{broken",
        "[1]",
        {"text": "no pair"},
        {"en": 5, "ko": "오"},
        {"en": "a", "ko": "b", "weight": -1},
        {"source": "a", "target": "b", "from": 3},
    )
    found = read([tsv, jsonl])
    assert [r.source for r in found.records] == ["Good."]
    reasons = {m.origin: m.reason for m in found.malformed}
    assert reasons["a.tsv:1"] == "1 columns where there should be 2"
    assert reasons["a.tsv:4"] == "its source is empty"
    assert reasons["b.jsonl:1"].startswith("not JSON")
    assert reasons["b.jsonl:4"] == "its source is not text"
    assert reasons["b.jsonl:5"] == "weight is not a number above 0"
    assert len(found.malformed) == 9


def test_bytes_that_are_not_utf_8_are_a_malformed_line(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_bytes("Good.\t좋다.\n".encode() + "Bad.\t나쁘다.\n".encode("cp949"))
    assert [str(m) for m in read([file]).malformed] == ["a.tsv:2: not UTF-8"]


def test_files_that_hold_nothing_usable_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(EmptyInputError, match=r"The first problem: a.tsv:1"):
        read([written(tmp_path / "a.tsv", "one column")])
    with pytest.raises(ReadError, match="cannot be read"):
        read([tmp_path / "missing.tsv"])
    with pytest.raises(ReadError, match=r"\.tsv, \.jsonl"):
        read([written(tmp_path / "a.csv", "a,b")])


def test_both_ways_turns_translations_and_leaves_summaries() -> None:
    summary = Record(Task(SUMMARIZATION, "en", "en"), "long", "short")
    turned = both_ways([Record(EN_KO, "a", "가", 2.0), summary])
    assert [(r.task.source, r.source, r.target, r.weight) for r in turned] == [
        ("en", "a", "가", 2.0),
        ("ko", "가", "a", 2.0),
        ("en", "long", "short", 1.0),
    ]


def test_what_is_held_out_shares_no_text_with_what_is_learned() -> None:
    records = [Record(EN_KO, f"Sentence {i}.", f"문장 {i // 2}.") for i in range(200)]
    learned, held_out = split(records, 40)
    assert len(held_out) == 40
    assert len(learned) == 160
    assert not {r.target for r in learned} & {r.target for r in held_out}
    assert split(records, 40)[1] == held_out
    assert split(records, 40, seed=1)[1] != held_out
