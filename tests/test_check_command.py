from __future__ import annotations

import json
from pathlib import Path

import pytest
from articles import ENGLISH, KOREAN
from click.testing import CliRunner, Result

from summarize.cli import main


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {
        "english": ENGLISH,
        "korean": KOREAN,
        "wrong": KOREAN.replace("48개", "84개"),
        "summary": "The bridge will reopen on Friday. The work cost $95 million.",
        "good": "The Hanul Bridge will reopen to traffic on Friday.",
    }
    paths = {}
    for name, text in texts.items():
        paths[name] = tmp_path / f"{name}.txt"
        paths[name].write_text(text, encoding="utf-8")
    return paths


def run(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)], input=stdin)


def test_a_translation_is_told_by_its_language(files: dict[str, Path]) -> None:
    result = run(files["english"], files["wrong"])
    assert result.exit_code == 0
    assert "error: line 5: number: “48” became “84개”" in result.stdout
    assert "checked as a translation" in result.stderr


def test_a_summary_is_told_by_its_language(files: dict[str, Path]) -> None:
    result = run(files["english"], files["summary"])
    assert "error: sentence 2: number: the article does not have the number “$95 million”" in (
        result.stdout
    )
    assert "checked as a summary: 1 error, 0 warnings" in result.stderr


def test_strict_exits_with_one_where_there_are_errors(files: dict[str, Path]) -> None:
    assert run(files["english"], files["summary"], "--strict").exit_code == 1
    good = run(files["english"], files["good"], "--strict")
    assert good.exit_code == 0
    assert good.stdout == ""
    assert "nothing found" in good.stderr


def test_json(files: dict[str, Path]) -> None:
    result = run(files["english"], files["wrong"], "--json", "--quiet")
    plain = json.loads(result.stdout)
    assert plain["task"] == "translation"
    assert (plain["source_language"], plain["language"]) == ("en", "ko")
    assert plain["errors"] == sum(f["severity"] == "error" for f in plain["findings"])
    assert result.stderr == ""


def test_one_of_the_two_from_standard_input(files: dict[str, Path]) -> None:
    result = run(files["english"], "-", stdin="The work cost $95 million.")
    assert "$95 million" in result.stdout
    both = run("-", "-", stdin="x")
    assert both.exit_code == 2
    assert "can be read once" in both.stderr


def test_what_cannot_be_checked_is_said(files: dict[str, Path], tmp_path: Path) -> None:
    missing = run(files["english"], tmp_path / "none.txt")
    assert missing.exit_code == 1
    same = run(files["english"], files["summary"], "--task", "translation")
    assert same.exit_code == 1
    assert "--task summarization" in same.stderr
    empty = tmp_path / "empty.txt"
    empty.write_text("", encoding="utf-8")
    assert run(files["english"], empty).exit_code == 1


def test_a_glossary_says_what_a_name_is_called(tmp_path: Path) -> None:
    texts = {
        "source": "North Korean leader Kim Jong Un toured the country's key weapons factories.",
        "output": "북한 지도자 김정일이 주요 무기 공장을 둘러봤다.",
        "names.tsv": "Kim Jong Un\t김정은\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    plain = run(tmp_path / "source", tmp_path / "output")
    assert "nothing found" in plain.stderr
    named = run(tmp_path / "source", tmp_path / "output", "--glossary", tmp_path / "names.tsv")
    assert "error: source paragraph 1: name: the name “Kim Jong Un” is lost" in named.stdout
    missing = run(tmp_path / "source", tmp_path / "output", "--glossary", tmp_path / "none.tsv")
    assert missing.exit_code == 2
    assert "Invalid value for '--glossary'" in missing.stderr
