"""Samples on sheets, what a reader says of them, and the examples that gives."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

import judging

from summarize.tuning.records import read

SAMPLES = (
    "비가 왔다.",
    "눈이 왔다.",
    "밤에 왔다.",
    "눈이 온 것으로 알려지고 있다고 한다.",
    "비가 오다.",
)


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """Two items: of five samples, the last of which did not end, and of the last two of these."""
    samples = [
        {"text": text, "tokens": len(text), "ended": n < 4, "back": -1.0, "chrf": 90.0 - n}
        for n, text in enumerate(SAMPLES)
    ]
    row = {"to": "ko", "source": "Rain fell.", "reference": "비가 내렸다.", "samples": samples}
    rows = [row, {**row, "samples": samples[3:]}]
    file = tmp_path / "drawn.ko.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def said(drawn: Path, line: str) -> list[dict[str, str]]:
    directory = drawn.parent / "sheets"
    directory.mkdir(exist_ok=True)
    (directory / "drawn.ko.0.tsv").write_text(line + "\n", encoding="utf-8")
    return judging.judged(drawn, directory)


def test_a_sheet_shows_the_samples_that_ended(drawn: Path) -> None:
    judging.sheets(drawn, drawn.parent / "sheets")
    [sheet] = (drawn.parent / "sheets").iterdir()
    numbered = "".join(f"{n}: {text}\n" for n, text in enumerate(SAMPLES[:4], 1))
    text = sheet.read_text(encoding="utf-8")
    assert text == f"### 0\nS: Rain fell.\nR: 비가 내렸다.\n{numbered}"


def test_sheets_share_all_items(drawn: Path) -> None:
    row = drawn.read_text(encoding="utf-8").splitlines()[0]
    drawn.write_text(f"{row}\n" * 5, encoding="utf-8")
    judging.sheets(drawn, drawn.parent / "sheets", each=2)
    texts = [file.read_text(encoding="utf-8") for file in (drawn.parent / "sheets").iterdir()]
    heads = sorted(n for text in texts for n in judging.HEAD.findall(text))
    assert heads == ["0", "1", "2", "3", "4"]
    assert len(texts) == 3


def test_the_worst_is_about_as_long_as_the_best_and_less_like_the_reference(drawn: Path) -> None:
    [one] = said(drawn, "0\t1234\t비가 내렸다.")
    assert (one["mended"], one["best"], one["worse"]) == ("비가 내렸다.", SAMPLES[0], SAMPLES[2])
    [one] = said(drawn, "0\t2341\t비가 내렸다.")  # 1 is liked less than 2, and more alike
    assert (one["best"], one["worse"]) == (SAMPLES[1], None)


def test_what_a_reader_writes_wrongly_is_told_and_left_out(drawn: Path, capsys) -> None:
    for line, why in {
        "0\t1234": "not an item's number, an order and a text",
        "1\t12\t비가 내렸다.": "not an item's number",
        "0\t1223\t비가 내렸다.": "1223 is not an order of 1234",
        "0\t1234\t비가 온종일 쉬지 않고 내렸다.": "as long as the best sample",
        "0\t1234\tRain.": "in the wrong language",
    }.items():
        assert said(drawn, line) == []
        assert why in capsys.readouterr().out


def test_shorter_targets_are_preferred_to_longer_texts() -> None:
    row = {"to": "ko", "source": "Rain fell.", "mended": "가" * 20, "best": "나" * 22}
    kept = list(judging.shorter([{**row, "worse": "다" * 30}], len))
    assert [(one["target"], one["rejected"]) for one in kept] == [("가" * 20, "나" * 22)]
    assert list(judging.shorter([{**row, "best": "나" * 19, "worse": None}], len)) == []


def test_examples_are_what_the_tuning_reads(drawn: Path, tmp_path: Path) -> None:
    rows = [*said(drawn, "0\t1234\t비가 내렸다."), *said(drawn, f"0\t1234\t{SAMPLES[0]}")]
    examples = list(judging.examples(rows))
    worse = [(one["target"], one.get("rejected"), one.get("weight")) for one in examples]
    assert worse == [
        ("비가 내렸다.", SAMPLES[0], None),
        (SAMPLES[0], SAMPLES[2], None),
        ("비가 내렸다.", None, judging.ANCHOR),
        (SAMPLES[0], SAMPLES[2], None),
        (SAMPLES[0], None, judging.ANCHOR),
    ]
    file = tmp_path / "examples.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in examples), encoding="utf-8")
    reading = read([file])
    assert (len(reading.records), reading.malformed) == (5, ())
