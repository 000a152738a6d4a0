"""`--strict`, `--repair` and what the commands say of findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from scripted import ScriptedGenerator

from summarize.cli import main
from summarize.digester import Digester
from summarize.generation import opening
from summarize.news.checks import Kind
from summarize.options import SUMMARIZATION, Task
from summarize.summarizer import Summarizer
from summarize.translator import Translator

TEXT = """\
The bridge over the Hanul river reopened on Friday after two years of repairs, the city said.

The work cost 85 million dollars, and 48 cables were replaced. It rained all day on Friday.

Buses will use a new lane from May. More than 60,000 people cross the bridge every day.
"""
WRONG = (
    "공사비로 8천500억 달러, 7천억 달러가 들었다."  # two sums for one: no telling which became it
)
SUMMARY = "The work cost 85 million dollars."


def reply(text: str, task: Task) -> str:
    return SUMMARY if task.name == SUMMARIZATION else WRONG


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(opening, "load", lambda name, **_: ScriptedGenerator(reply, name=name))
    monkeypatch.setenv("SUMMARIZE_MODEL", "scripted")
    path = tmp_path / "bridge.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize("command", ["digest", "translate"])
def test_findings_are_told_and_strict_fails(file: str, command: str) -> None:
    result = run(command, file)
    assert result.exit_code == 0
    assert "error: scale: “85 million dollars” became “8천500억 달러”" in result.stderr
    strict = run(command, "--strict", "--quiet", file)
    assert strict.exit_code == 1
    assert strict.stderr == ""


def test_a_summary_without_errors_passes_strictly(file: str) -> None:
    assert run("summary", "--strict", "--sentences", "1", file).exit_code == 0


def test_repairs_are_told(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def improving(text: str, task: Task) -> str:
        asked.append(text)
        return WRONG if asked.count(text) == 1 else "공사비로 8천500만 달러가 들었다."

    monkeypatch.setattr(opening, "load", lambda name, **_: ScriptedGenerator(improving, name=name))
    Path(file).write_text(SUMMARY, encoding="utf-8")
    result = run("translate", "--repair", "--strict", file)
    assert result.exit_code == 0
    assert f"repaired (another search; scale, number): {WRONG}" in result.stderr
    assert "8천500만" in result.stdout


@pytest.mark.parametrize("command", ["digest", "translate"])
def test_numbers_are_left_as_written_where_that_is_asked_for(
    file: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_sum(text: str, task: Task) -> str:
        return SUMMARY if task.name == SUMMARIZATION else "공사비로 8천500억 달러가 들었다."

    monkeypatch.setattr(opening, "load", lambda name, **_: ScriptedGenerator(one_sum, name=name))
    Path(file).write_text(SUMMARY, encoding="utf-8")
    right, written = run(command, file), run(command, "--no-numbers", file)
    assert "8,500만" in right.stdout
    assert "numbers put right" in right.stderr
    assert "8천500억" in written.stdout
    assert "numbers put right" not in written.stderr


def test_json_holds_findings_and_repairs(file: str) -> None:
    plain = json.loads(run("digest", "--json", file).stdout)
    assert plain["translation"]["findings"][0]["kind"] == "scale"
    assert plain["translation"]["repairs"] == []
    assert plain["summary"]["findings"] == []


def test_a_digest_holds_the_findings_of_both() -> None:
    generator = ScriptedGenerator(reply)
    digester = Digester(Summarizer(generator), Translator(generator))  # type: ignore[arg-type]
    digest = digester(TEXT, sentences=1)
    assert {finding.kind for finding in digest.findings} >= {Kind.SCALE}
    assert digest.repairs == ()
