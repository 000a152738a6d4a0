from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from articles import ENGLISH, KOREAN
from click.testing import CliRunner, Result
from scripted import ScriptedGenerator

from summarize.cli import main, shortened
from summarize.generation import opening
from summarize.options import SUMMARIZATION, Task

SUMMARIES = {"en": "It reopened. It cost $85 million.", "ko": "다시 열렸다. 1천100억원이 들었다."}


def reply(text: str, task: Task) -> str:
    return SUMMARIES[task.source or "en"] if task.name == SUMMARIZATION else f"<{text}>"


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[ScriptedGenerator]:
    """Commands load a scripted model; the list holds what they loaded, with how."""
    opened: list[ScriptedGenerator] = []

    def load(name: str, **settings: object) -> ScriptedGenerator:
        generator = ScriptedGenerator(reply, name=name)
        generator.settings = settings  # type: ignore[attr-defined]
        opened.append(generator)
        return generator

    monkeypatch.setattr(opening, "load", load)
    monkeypatch.setenv("SUMMARIZE_MODEL", "scripted")
    return opened


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    english, korean = tmp_path / "bridge.txt", tmp_path / "다리.txt"
    english.write_text(ENGLISH, encoding="utf-8")
    korean.write_bytes(KOREAN.encode("cp949"))
    return str(english), str(korean)


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin)


def test_digest_prints_both_languages(
    loaded: list[ScriptedGenerator], files: tuple[str, str]
) -> None:
    result = run("digest", files[0])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "[English]",
        "Bridge to reopen after two years of repairs",
        "It reopened. It cost $85 million.",
        "",
        "[한국어]",
        "<Bridge to reopen after two years of repairs>",
        "<It reopened.> <It cost $85 million.>",
    ]
    told = "summarization and translation: using scripted (from SUMMARIZE_MODEL)"
    assert told in result.stderr
    assert len(loaded) == 1, "one model for both tasks is loaded once"
    assert loaded[0].closed


def test_quiet_leaves_stderr_empty(loaded: list[ScriptedGenerator], files: tuple[str, str]) -> None:
    result = run("digest", "--quiet", files[0])
    assert result.exit_code == 0
    assert result.stderr == ""


def test_json_is_one_object_a_line(loaded: list[ScriptedGenerator], files: tuple[str, str]) -> None:
    result = run("digest", "--json", *files)
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["language"], second["language"]) == ("en", "ko")
    assert first["source"] == files[0]
    assert second["translation"]["pairs"][0]["source"] == "다시 열렸다."
    assert "한울대교" in result.stdout, "Korean is printed as Korean, not as escapes"


def test_one_bad_input_fails_and_the_others_are_printed(
    loaded: list[ScriptedGenerator], files: tuple[str, str]
) -> None:
    result = run("digest", files[0], "no/such/file.txt", files[1])
    assert result.exit_code == 1
    assert "no/such/file.txt does not exist" in result.stderr
    assert "<It reopened.>" in result.stdout
    assert "<다시 열렸다.>" in result.stdout
    assert f"== {files[0]}" in result.stdout


def test_a_failed_input_is_an_object_too(loaded: list[ScriptedGenerator], tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    result = run("summary", "--json", str(empty))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["type"] == "EmptyInputError"


@pytest.mark.parametrize("arguments", [["summary"], ["summary", "-"]])
def test_standard_input(loaded: list[ScriptedGenerator], arguments: list[str]) -> None:
    result = run(*arguments, stdin=ENGLISH)
    assert result.exit_code == 0
    assert "It reopened. It cost $85 million." in result.stdout


def test_summary_length(loaded: list[ScriptedGenerator], files: tuple[str, str]) -> None:
    assert "It cost" not in run("summary", "--sentences", "1", files[0]).stdout
    assert "It cost" not in run("summary", "--max-words", "4", files[0]).stdout


@pytest.mark.parametrize("command", ["summary", "digest"])
def test_method(loaded: list[ScriptedGenerator], files: tuple[str, str], command: str) -> None:
    result = run(command, "--json", "--method", "extract", files[0])
    summary = json.loads(result.stdout)
    assert summary.get("summary", summary)["method"] == "extracted"
    assert run(command, "--method", "invent", files[0]).exit_code == 2


def test_translate(loaded: list[ScriptedGenerator], files: tuple[str, str]) -> None:
    result = run("translate", "--to", "en", "--from", "ko", files[1])
    assert result.exit_code == 0
    assert (
        "<한울대교가 2년간의 보수를 마치고 금요일 다시 열린다고 시가 12일 밝혔다.>" in result.stdout
    )
    assert loaded[0].calls[0][1].source == "ko"


def test_two_models_one_for_each_task(
    loaded: list[ScriptedGenerator], files: tuple[str, str]
) -> None:
    names = ["facebook/nllb-200-distilled-600M", "facebook/bart-large-cnn"]
    result = run("digest", "--json", "--model", names[0], "--model", names[1], files[0])
    assert json.loads(result.stdout)["models"] == {"summary": names[1], "translation": names[0]}


def test_device_and_offline_reach_the_loader(
    loaded: list[ScriptedGenerator], files: tuple[str, str]
) -> None:
    run("summary", "--device", "cpu", "--offline", files[0])
    assert loaded[0].settings["device"] == "cpu"  # type: ignore[attr-defined]
    assert loaded[0].settings["offline"] is True  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "arguments",
    [
        ["digest", "--to", "fr", "x"],
        ["summary", "--sentences", "0", "x"],
        ["summary", "-", "-"],
        ["summarise"],
        ["digest", "--model", "a", "--model", "b", "--model", "c", "x"],
    ],
)
def test_usage_errors_exit_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_nothing_named_and_nothing_piped(monkeypatch: pytest.MonkeyPatch) -> None:
    from summarize import cli

    terminal = io.TextIOWrapper(io.BytesIO())
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    with pytest.raises(Exception, match="name a file or a URL, or pipe an article in"):
        cli.sources_of(())


def test_a_target_equal_to_the_source_is_said_for_that_input(
    loaded: list[ScriptedGenerator], files: tuple[str, str]
) -> None:
    result = run("digest", "--to", "en", *files)
    assert result.exit_code == 1
    assert "already in 'en'" in result.stderr
    assert "<다시 열렸다.>" in result.stdout, "the Korean article goes on"


def test_a_refused_model_is_a_usage_error_that_says_why(files: tuple[str, str]) -> None:
    result = run("summary", "--offline", "--model", "opus-mt-tc-big-en-ko", files[0])
    assert result.exit_code == 2
    assert "OPUS-MT-train#81" in result.stderr


def test_offline_never_fetches_a_page(
    loaded: list[ScriptedGenerator], monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def forbidden(*arguments: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    result = run("summary", "--offline", "http://127.0.0.1:9/story.html")
    assert result.exit_code == 1
    assert "offline is on" in result.stderr


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_other_schemes_are_refused_as_urls(loaded: list[ScriptedGenerator], url: str) -> None:
    result = run("summary", url)
    assert result.exit_code == 1
    assert "only http and https are fetched" in result.stderr


def test_models_lists_the_catalog_with_licences_and_refusals() -> None:
    result = run("models")
    assert result.exit_code == 0
    for word in ("bart-large-cnn", "embedded", "cc-by-nc-4.0", "Non-commercial", "refused"):
        assert word in result.stdout


def test_doctor_reports_a_self_test(loaded: list[ScriptedGenerator]) -> None:
    result = run("doctor", "--device", "cpu")
    assert "ok   torch" in result.stdout
    assert "ok   kernels" in result.stdout
    assert "ok   self-test" in result.stdout
    assert result.stdout.count("BAD") == (1 if result.exit_code else 0)


def test_doctor_fails_on_a_device_that_is_not_there(loaded: list[ScriptedGenerator]) -> None:
    result = run("doctor", "--device", "cuda:9")
    assert result.exit_code == 1
    assert "BAD  device" in result.stdout


@pytest.mark.parametrize(("text", "short"), [("a\nb", "a b"), ("x" * 80, "x" * 69 + "…"), ("", "")])
def test_shortened(text: str, short: str) -> None:
    assert shortened(text) == short


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_shows_no_escapes(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0
    assert "\\b" not in shown.output
