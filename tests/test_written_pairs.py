"""The pairs written for tuning: whole, in two scripts, and none of the evaluation's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from summarize.news.compression import objection

WRITTEN = Path(__file__).parents[1] / "benchmarks" / "written"
EVAL = Path(__file__).parents[2] / "shared" / "data" / "eval"
LONG = {"en": 7, "ko": 5}
"""Words in a row that two texts do not share by chance."""


def pairs(file: Path) -> list[list[str]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


def stretches(text: str, words: int) -> set[tuple[str, ...]]:
    found = re.findall(r"\w+", text.lower())
    return {tuple(found[i : i + words]) for i in range(len(found) - words + 1)}


def written() -> list[list[str]]:
    return [pair for file in sorted(WRITTEN.glob("*.tsv")) for pair in pairs(file)]


def test_each_line_is_an_english_and_a_korean_text_that_no_other_line_has() -> None:
    found = written()
    assert len(found) > 10_000
    assert {len(pair) for pair in found} == {2}
    for english, korean in found:
        assert english == english.strip() != ""
        assert re.search("[A-Za-z]", english)
        assert not re.search("[가-힣]", english)
        assert re.search("[가-힣]", korean)
    assert len({english.lower() for english, _ in found}) == len(found)


def test_a_shortened_sentence_is_a_written_one_with_words_left_out() -> None:
    lines = (WRITTEN / "shortened.jsonl").read_text(encoding="utf-8").splitlines()
    whole = {text for pair in written() for text in pair}
    assert len(lines) > 4_000
    for line in map(json.loads, lines):
        assert line["article"] in whole
        assert objection(line["article"], line["summary"], line["lang"]) is None


def judged() -> list[dict[str, str]]:
    lines = (WRITTEN / "judged.jsonl").read_text(encoding="utf-8").splitlines()
    return list(map(json.loads, lines))


def test_what_was_judged_are_translations_of_written_sentences() -> None:
    own = {"ko": {english for english, _ in written()}, "en": {korean for _, korean in written()}}
    rows = judged()
    assert len(rows) > 2_000
    for row in rows:
        assert row["source"] in own[row["to"]]
        texts = [row["mended"], row["best"], *filter(None, [row["worse"]])]
        assert all(texts)
        assert bool(re.search("[가-힣]", row["mended"])) == (row["to"] == "ko")
        assert row["worse"] not in (row["mended"], row["best"])


@pytest.mark.skipif(not EVAL.is_dir(), reason="needs ../shared/data")
@pytest.mark.parametrize("name", ["flores_dev", "ntrex_a"])
def test_nothing_of_the_evaluation_is_learned(name: str) -> None:
    for side, words in enumerate(LONG.values()):
        held_out = set().union(*(stretches(p[side], words) for p in pairs(EVAL / f"{name}.tsv")))
        language = list(LONG)[side]
        texts = [pair[side] for pair in written()]
        texts += [row["mended"] for row in judged() if row["to"] == language]
        assert not [text for text in texts if stretches(text, words) & held_out]
