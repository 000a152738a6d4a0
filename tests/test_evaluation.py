"""Scores against sacrebleu and rouge-score called directly, and against counts made by hand."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF

import summarize
from summarize import EmptyInputError, InputError, OptionError, ReadError, Translation
from summarize.cli import main
from summarize.evaluation import metrics, sets

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

ENGLISH = [
    "The bridge reopened on Friday after two years of repairs.",
    "The work cost $85 million.",
    "Trucks over 30 tons stay banned until May.",
]
ENGLISH_OUTPUTS = [
    "The bridge was reopened Friday after two years of repair.",
    "The works cost 85 million dollars.",
    "Heavy trucks are banned until May.",
]
KOREAN = [
    "한울대교가 2년간의 보수를 마치고 금요일 다시 열린다고 시가 밝혔다.",
    "공사비는 1천100억원이 들었다.",
    "30t이 넘는 트럭은 5월까지 다닐 수 없다.",
]
KOREAN_OUTPUTS = [
    "한울대교가 2년 동안의 보수 끝에 금요일에 다시 개통된다고 시가 밝혔다.",
    "공사에는 1천100억 원이 들었다.",
    "30t 이상의 트럭은 5월까지 다닐 수 없다.",
]
TEXTS = {"en": (ENGLISH_OUTPUTS, ENGLISH), "ko": (KOREAN_OUTPUTS, KOREAN)}
TOKENIZERS = {"en": "13a", "ko": "ko-mecab"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_bleu_and_chrf_are_sacrebleus(language: str) -> None:
    outputs, references = TEXTS[language]
    evaluation = summarize.evaluate(
        outputs, references, language=language, metrics=["bleu", "chrf", "chrf++"]
    )
    theirs: dict[str, tuple[Any, Any]] = {
        "bleu": (
            BLEU(tokenize=TOKENIZERS[language]),
            BLEU(tokenize=TOKENIZERS[language], effective_order=True),
        ),
        "chrf": (CHRF(), CHRF()),
        "chrf++": (CHRF(word_order=2), CHRF(word_order=2)),
    }
    for score in evaluation:
        corpus, item = theirs[score.metric]
        assert score.value == pytest.approx(corpus.corpus_score(outputs, [references]).score)
        assert score.signature == str(corpus.get_signature())
        assert score.items == pytest.approx(
            [
                item.sentence_score(output, [reference]).score
                for output, reference in zip(outputs, references, strict=True)
            ]
        )
        assert score.item_signature == str(item.get_signature())


def test_english_rouge_is_rouge_scores() -> None:
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    evaluation = summarize.evaluate(ENGLISH_OUTPUTS, ENGLISH, language="en", task="summarization")
    assert [score.metric for score in evaluation] == ["rouge1", "rouge2", "rougeL"]
    for score in evaluation:
        expected = [
            100 * scorer.score(reference, output)[score.metric].fmeasure
            for output, reference in zip(ENGLISH_OUTPUTS, ENGLISH, strict=True)
        ]
        assert score.items == pytest.approx(expected)
        assert score.value == pytest.approx(sum(expected) / 3)
        assert "case:lc|tok:rouge-score|stem:porter|stat:f1|agg:mean" in score.signature


def test_korean_rouge_by_hand() -> None:
    # 시장 이 다리 를 열 었 다 .  against  다리 를 시장 이 다시 닫 었 다 .  (kiwipiepy writes 았
    # as 었). Unigrams: 7 of 8 and of 9. Bigrams 시장+이, 다리+를, 었+다, 다+. : 4 of 7 and of 8.
    # Longest common subsequence 시장 이 었 다 . : 5 of 8 and of 9. F1 = 2 hits / both lengths.
    evaluation = summarize.evaluate(
        ["다리를 시장이 다시 닫았다."], ["시장이 다리를 열었다."], language="ko", metrics="rouge"
    )
    values = [score.value for score in evaluation]
    assert values == pytest.approx([100 * 14 / 17, 100 * 8 / 15, 100 * 10 / 17])
    assert "tok:kiwi-morphemes-" in evaluation["rougeL"].signature


def test_identical_is_100_and_unlike_is_0() -> None:
    every = [*metrics.LABELS]
    same = summarize.evaluate(KOREAN, KOREAN, language="ko", metrics=every)
    assert [score.value for score in same] == pytest.approx([100] * 6)
    unlike = summarize.evaluate(["xyz"] * 3, KOREAN, language="ko", metrics=every)
    assert [score.value for score in unlike] == [0] * 6


def test_intervals_are_of_sacrebleus_own_resamples() -> None:
    outputs, references = (4 * side for side in TEXTS["ko"])
    evaluation = summarize.evaluate(outputs, references, language="ko", bootstrap=1000)
    theirs: dict[str, Any] = {"bleu": BLEU(tokenize="ko-mecab"), "chrf": CHRF()}
    for score in evaluation:
        metric = theirs[score.metric]
        expected = metric.corpus_score(outputs, [references], n_bootstrap=1000)
        assert score.interval is not None
        low, high = score.interval
        assert low < score.value < high
        assert (high - low) / 2 == pytest.approx(expected._ci, rel=0.02)
        assert score.signature == str(metric.get_signature())
        assert "bs:1000|seed:12345" in score.signature


def test_a_baseline_is_compared_on_the_same_resamples() -> None:
    outputs, references = (10 * side for side in TEXTS["en"])
    worse = [text.rsplit(" ", 1)[0] for text in outputs]
    every = [*metrics.LABELS]
    options: dict[str, Any] = {"language": "en", "metrics": every, "bootstrap": 200}
    evaluation = summarize.evaluate(outputs, references, baseline=worse, **options)
    alone = summarize.evaluate(worse, references, **options)
    for score in evaluation:
        assert score.comparison is not None
        assert score.comparison.baseline == alone[score.metric].value
        assert score.comparison.difference == score.value - alone[score.metric].value
        assert score.comparison.interval is not None
        low, high = score.comparison.interval
        assert low <= score.comparison.difference <= high
    against_itself = summarize.evaluate(outputs, references, baseline=outputs, **options)
    assert all(s.comparison and s.comparison.interval == (0, 0) for s in against_itself)


def test_a_seed_decides_the_resamples() -> None:
    def interval(seed: int) -> object:
        return summarize.evaluate(
            ENGLISH_OUTPUTS, ENGLISH, language="en", metrics=["chrf"], bootstrap=100, seed=seed
        )["chrf"].interval

    assert interval(1) == interval(1)
    assert interval(1) != interval(2)


def test_results_of_this_package_can_be_scored() -> None:
    results = [*map(Translation, ENGLISH_OUTPUTS)]
    from_results = summarize.evaluate(results, iter(ENGLISH), language="en")
    assert from_results == summarize.evaluate(ENGLISH_OUTPUTS, ENGLISH, language="en")


def test_repr_and_json() -> None:
    evaluation = summarize.evaluate(ENGLISH_OUTPUTS, ENGLISH, language="en", bootstrap=100)
    bleu = evaluation["bleu"]
    assert repr(evaluation) == (
        f"Evaluation(translation, en, 3 items: BLEU {bleu.value:.2f}, "
        f"chrF2 {evaluation['chrf'].value:.2f})"
    )
    assert repr(bleu).startswith(f"Score(BLEU {bleu.value:.2f} [")
    plain = json.loads(json.dumps(evaluation.to_dict()))
    assert plain["scores"][0]["items"] == [round(value, 4) for value in bleu.items]
    assert plain["scores"][0]["signature"] == bleu.signature
    with pytest.raises(OptionError, match=r"unknown metric 'chrF'\. Did you mean 'chrf'"):
        evaluation["chrF"]


def test_blank_outputs_count_with_0_and_are_told() -> None:
    every = [*metrics.LABELS]
    evaluation = summarize.evaluate(["", *KOREAN[1:]], KOREAN, language="ko", metrics=every)
    assert evaluation.empty == 1
    assert evaluation.notes == ("1 of 3 outputs are blank and count with 0",)
    assert all(score.items[0] == 0 < score.value < 100 for score in evaluation)


def test_decomposed_hangul_is_told() -> None:
    import unicodedata

    apart = [unicodedata.normalize("NFD", text) for text in KOREAN]
    evaluation = summarize.evaluate(apart, KOREAN, language="ko", metrics=["chrf"])
    assert evaluation["chrf"].value < 30
    assert "3 of 3 outputs are not in NFC" in evaluation.notes[0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"language": "kr"}, r"unknown language 'kr'\. Known: en, ko"),
        ({"task": "translate"}, r"unknown task to evaluate 'translate'\. Did you mean"),
        ({"metrics": ["rouge3"]}, r"unknown metric 'rouge3'\..* Known: bleu, chrf, chrf\+\+, rou"),
        ({"metrics": []}, "name at least one metric"),
        ({"bootstrap": 10}, "0 or at least 100 resamples, not 10"),
        ({"bootstrap": -1}, "0 or at least 100 resamples, not -1"),
        ({"seed": -1}, "seed is 0 or more, not -1"),
    ],
)
def test_bad_options(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        summarize.evaluate(**{"outputs": ["a"], "references": ["b"], "language": "en"} | changes)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"outputs": ["a"]}, InputError, "1 outputs for 2 references; each needs its own"),
        ({"baseline": ["a"]}, InputError, "1 baseline outputs for 2 references"),
        ({"outputs": [], "references": []}, EmptyInputError, "there are no references"),
        ({"references": ["a", " "]}, InputError, "1 of 2 references are blank, the first is item"),
        ({"outputs": "ab"}, InputError, "outputs is one text; pass a list"),
        ({"outputs": ["a", None]}, InputError, "item 2 of the outputs is NoneType, not a text"),
        ({"outputs": ["a", SimpleNamespace(text=1)]}, InputError, "item 2 of the outputs is"),
    ],
)
def test_bad_texts(changes: dict[str, Any], error: type[InputError], message: str) -> None:
    given: dict[str, Any] = {"outputs": ["a", "b"], "references": ["a", "b"], "language": "en"}
    with pytest.raises(error, match=message):
        summarize.evaluate(**given | changes)


@pytest.mark.parametrize(
    ("package", "language", "names", "message"),
    [
        ("sacrebleu", "en", "chrf", r'chrF2 needs sacrebleu: pip install "summarize\[evaluate\]"'),
        ("rouge_score", "en", "rouge1", r"ROUGE needs rouge-score: pip install"),
    ],
)
def test_a_missing_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, package: str, language: str, names: str, message: str
) -> None:
    real: Callable[..., Any] = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == package:
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    metrics._rouge_scorer.cache_clear()
    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(OptionError, match=message):
        summarize.evaluate(["a"], ["a"], language=language, metrics=names)


def test_a_missing_korean_dictionary_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sacrebleu.tokenizers.tokenizer_ko_mecab.MeCab", None)
    with pytest.raises(OptionError, match=r"mecab-ko and its dictionary: pip install"):
        summarize.evaluate(KOREAN, KOREAN, language="ko")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=40), min_size=1, max_size=4))
def test_any_text_can_be_scored(outputs: list[str]) -> None:
    references = KOREAN[:1] * len(outputs)
    evaluation = summarize.evaluate(outputs, references, language="ko", metrics=[*metrics.LABELS])
    assert all(0 <= value <= 100 for score in evaluation for value in score.items)


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
    result = run("ours.txt", "set.tsv")
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
    result = run("ours.jsonl", "set.tsv", "--json", "--metric", "chrf++", "--metric", "rouge")
    expected = summarize.evaluate(
        KOREAN_OUTPUTS, KOREAN, language="ko", metrics=["chrf++", "rouge"]
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout) == expected.to_dict()


def test_standard_input_and_limit(files: Path) -> None:
    result = run("-", "set.tsv", "--limit", "2", "--json", stdin="\n".join(KOREAN_OUTPUTS[:2]))
    assert result.exit_code == 0
    assert json.loads(result.stdout)["items"] == 2


def test_a_set_against_itself_by_column(files: Path) -> None:
    result = run("set.tsv", "set.tsv", "--output-field", "1", "--reference-field", "1")
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
    arguments = ["--language", "ko", "--metric", "chrf", "--json"]
    result = run(path, path, *arguments)
    assert result.exit_code == 0
    plain = json.loads(result.stdout)
    assert (plain["task"], plain["items"], plain["scores"][0]["value"]) == (task, items, 100)
