"""`summarize evaluate`: what its files hold, what it prints, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from paired_texts import ENGLISH, KOREAN, KOREAN_OUTPUTS

import summarize
from summarize import EmptyInputError, InputError, OptionError, ReadError
from summarize.cli import main
from summarize.evaluation import findings, sets

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


# Files -----------------------------------------------------------------------------------------


def table_of(text: str, suffix: str = "") -> sets.Table:
    return sets.parse(text.encode(), f"file{suffix}", suffix)


def test_lines_end_at_newlines_only() -> None:
    table = table_of("one\u2028still one\x85\r\n\ntwo\n")
    assert table.column().texts == ("one\u2028still one\x85", "", "two")
    assert repr(table) == "Table(file, 3 items: one text each)"


def test_tsv_columns_are_told_by_language() -> None:
    table = table_of("".join(f"{e}\t{k}\n" for e, k in zip(ENGLISH, KOREAN, strict=True)), ".tsv")
    korean = sets.pick(table, sets.REFERENCE, "translation", "ko")
    assert (korean.texts, korean.where) == (tuple(KOREAN), "file.tsv, column 2")
    source = sets.beside(table, korean, "translation")
    assert source is not None
    assert source.texts == tuple(ENGLISH)
    assert sets.pick(table, sets.REFERENCE, "translation", "ko", "1").texts == tuple(ENGLISH)


@pytest.mark.parametrize(
    ("field", "plain"),
    [
        ('"He said ""no"", twice"', 'He said "no", twice'),
        ('"No," he said, "never"', '"No," he said, "never"'),
        ('"quoted"', '"quoted"'),
        ('"', '"'),
    ],
)
def test_a_csv_writers_quotes_are_undone(field: str, plain: str) -> None:
    assert sets.unescaped(field) == plain


def test_jsonl_of_this_programs_commands() -> None:
    digests = [{"summary": {"text": "S"}, "translation": {"text": "T"}}, {"summary": {}}]
    table = table_of(json.dumps(digests[0]), ".jsonl")
    assert sets.pick(table, sets.OUTPUT, "summarization", None).texts == ("S",)
    assert sets.pick(table, sets.OUTPUT, "translation", None).texts == ("T",)
    strings = table_of('"a\\nb"\n"c"\n\n', ".jsonl")
    assert strings.column().texts == ("a\nb", "c")


def test_a_summary_sets_source_is_its_article_not_its_publisher() -> None:
    row = {"lang": "en", "article": "A", "summary": "S", "source": "The Daily"}
    table = table_of(json.dumps(row), ".jsonl")
    assert sets.likely_task(table) == "summarization"
    reference = sets.pick(table, sets.REFERENCE, "summarization", "en")
    source = sets.beside(table, reference, "summarization")
    assert (reference.texts, source and source.texts) == (("S",), ("A",))


@pytest.mark.parametrize(
    ("data", "suffix", "error", "message"),
    [
        (b"\n\n", "", EmptyInputError, "file is empty; it should hold one item a line"),
        (b"\x89PNG\r\n\x1a\n\0\0", "", ReadError, "file is a binary file"),
        (b"[]", ".json", ReadError, "write JSONL"),
        (b'{"a": "b"}\n{', ".jsonl", InputError, "line 2 is not JSON"),
        (b'{"a": "b"}\n"c"', ".jsonl", InputError, "line 2 is not like line 1"),
        (b"a\tb\nc", ".tsv", InputError, "line 2 has 1 columns and line 1 has 2"),
    ],
)
def test_bad_files(data: bytes, suffix: str, error: type[InputError], message: str) -> None:
    with pytest.raises(error, match=message):
        sets.parse(data, "file", suffix)


@pytest.mark.parametrize(
    ("text", "suffix", "field", "message"),
    [
        ('{"output": 3}', ".jsonl", None, "line 1 holds int where a text belongs"),
        ('{"output": "a"}\n{"b": "c"}', ".jsonl", None, "line 2 has no field 'output'"),
        ('{"x": "a", "y": "b"}', ".jsonl", None, "no known one among x, y. Name it with --output"),
        ('{"x": "a"}', ".jsonl", "y", r"unknown field of file.jsonl 'y'\. Known: x"),
        ("a b\tc d", ".tsv", None, "no known one alone in Korean among 1, 2"),
        ("a", "", "x", "file has one text a line and no field 'x'"),
    ],
)
def test_fields_that_cannot_be_told(
    text: str, suffix: str, field: str | None, message: str
) -> None:
    table = table_of(text, suffix)
    with pytest.raises((OptionError, InputError), match=message):
        table.column(field) if field else sets.pick(table, sets.OUTPUT, "translation", "ko")


# Command line ----------------------------------------------------------------------------------


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Checks that find every output too long; the list holds their calls."""
    calls: list[dict[str, str]] = []

    def check(source: str, output: str, **languages: str) -> Iterable[SimpleNamespace]:
        calls.append({"source": source, "output": output, **languages})
        yield SimpleNamespace(kind="length", severity="warning")

    monkeypatch.setattr(findings, "_check", check)
    return calls


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with outputs and references in every format; it is the current one."""
    monkeypatch.chdir(tmp_path)
    write = {
        "ours.txt": "\n".join(KOREAN_OUTPUTS) + "\n",
        "base.txt": "\n".join(text[:12] for text in KOREAN_OUTPUTS) + "\n",
        "set.tsv": "".join(f"{e}\t{k}\n" for e, k in zip(ENGLISH, KOREAN, strict=True)),
        "set.jsonl": "".join(
            json.dumps({"article": f"{k} {k}", "summary": k}) + "\n" for k in KOREAN
        ),
        "ours.jsonl": "".join(json.dumps({"text": k}) + "\n" for k in KOREAN_OUTPUTS),
    }
    for name, text in write.items():
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["evaluate", *arguments], input=stdin)


def test_the_table(files: Path) -> None:
    result = run("ours.txt", "set.tsv", "--no-findings")
    evaluation = summarize.evaluate(KOREAN_OUTPUTS, KOREAN, language="ko")
    bleu, chrf = evaluation
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "translation into Korean, 3 items",
        "",
        "metric  score",
        f"BLEU    {bleu.value:.2f}",
        f"chrF2   {chrf.value:.2f}",
        "",
        f"BLEU: {bleu.signature}",
        f"chrF2: {chrf.signature}",
    ]
    assert result.stderr.splitlines() == ["outputs: ours.txt; references: set.tsv, column 2"]


@pytest.mark.parametrize("options", [[], ["--sources", "set.tsv"], ["--sources", "english.txt"]])
def test_the_table_of_findings(
    files: Path, checked: list[dict[str, str]], options: list[str]
) -> None:
    Path("english.txt").write_text("\n".join(ENGLISH), encoding="utf-8")
    result = run("ours.txt", "set.tsv", "--metric", "chrf", *options)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[4:7] == [
        "",
        "finding  severity  count  items",
        "length    warning      3      3",
    ]
    assert [call["source"] for call in checked] == ENGLISH
    assert f"sources: {options[-1] if options else 'set.tsv'}" in result.stderr


def test_the_table_with_a_baseline_and_the_worst(files: Path) -> None:
    result = run(
        "ours.txt",
        "set.jsonl",
        "--baseline",
        "base.txt",
        "--bootstrap",
        "100",
        "--worst",
        "1",
        "--no-findings",
        "-q",
    )
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert result.stderr == ""
    assert lines[0] == "summarization in Korean, 3 items"
    heading = ["metric", "score", "95%", "interval", "baseline", "difference", "95%", "interval"]
    assert lines[2].split() == heading
    assert [line.split()[0] for line in lines[3:6]] == ["ROUGE-1", "ROUGE-2", "ROUGE-L"]
    assert lines[7].startswith("ROUGE-1, ROUGE-2, ROUGE-L: nrefs:1|bs:100|seed:12345|")
    worst = summarize.evaluate(KOREAN_OUTPUTS, KOREAN, language="ko", metrics="rougeL")["rougeL"]
    number = worst.items.index(min(worst.items))
    assert lines[9:] == [
        f"item {number + 1}, ROUGE-L {worst.items[number]:.2f}",
        f"  reference: {KOREAN[number]}",
        f"  output:    {KOREAN_OUTPUTS[number]}",
    ]


def test_json(files: Path) -> None:
    result = run(
        "ours.jsonl",
        "set.tsv",
        "--json",
        "--metric",
        "chrf++",
        "--metric",
        "rouge",
        "--no-findings",
    )
    expected = summarize.evaluate(
        KOREAN_OUTPUTS, KOREAN, language="ko", metrics=["chrf++", "rouge"]
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout) == expected.to_dict()


def test_standard_input_and_limit(files: Path) -> None:
    result = run(
        "-",
        "set.tsv",
        "--limit",
        "2",
        "--json",
        "--no-findings",
        stdin="\n".join(KOREAN_OUTPUTS[:2]),
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout)["items"] == 2


def test_a_set_against_itself_by_column(files: Path) -> None:
    result = run(
        "set.tsv", "set.tsv", "--output-field", "1", "--reference-field", "1", "--no-findings"
    )
    assert "translation into English, 3 items" in result.stdout
    assert "BLEU    100.00" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["ours.txt", "no.txt"], 1, "no.txt does not exist; check the path"),
        (["short.txt", "set.tsv"], 1, "score only the first 2, pass --limit 2"),
        (["long.txt", "set.tsv"], 1, "long.txt has 4 items and set.tsv, column 2 has 3"),
        (["ours.txt", "empty.txt"], 1, "empty.txt is empty"),
        (["set.tsv", "set.tsv"], 2, "both hold several columns; name the language"),
        (["ours.txt", "french.txt"], 2, "french.txt is neither Korean nor English"),
        (["-", "-"], 2, "standard input (-) can be read once"),
        (["ours.txt", "set.tsv", "--bootstrap", "5"], 2, "0 or at least 100 resamples"),
        (["ours.txt", "set.tsv", "--language", "ja"], 2, "'ja' is not one of 'en', 'ko'"),
    ],
)
def test_usage_errors(files: Path, arguments: list[str], status: int, message: str) -> None:
    Path("short.txt").write_text("하나다.\n둘이다.\n", encoding="utf-8")
    Path("long.txt").write_text("하나다.\n" * 4, encoding="utf-8")
    Path("empty.txt").write_text("")
    french = "Le pont a rouvert vendredi après deux ans de travaux de réparation.\n"
    Path("french.txt").write_text(3 * french, encoding="utf-8")
    result = run(*arguments)
    assert result.exit_code == status
    assert message in " ".join(result.stderr.split())
    assert result.stdout == ""


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data")
@pytest.mark.parametrize(
    ("name", "task", "items"),
    [
        ("eval/flores_dev.tsv", "translation", 997),
        ("eval/ntrex_a.tsv", "translation", 1007),
        ("summaries/sci_news_sum_kr_50.jsonl", "summarization", 34),
        ("summaries/dacon_sample_ko.jsonl", "summarization", 8),
    ],
)
def test_the_sets_at_hand_are_read_as_they_are(name: str, task: str, items: int) -> None:
    path = str(SHARED / name)
    arguments = ["--language", "ko", "--metric", "chrf", "--json", "--no-findings"]
    result = run(path, path, *arguments)
    assert result.exit_code == 0
    plain = json.loads(result.stdout)
    assert (plain["task"], plain["items"], plain["scores"][0]["value"]) == (task, items, 100)
