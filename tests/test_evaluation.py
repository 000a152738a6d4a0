"""Scores against sacrebleu and rouge-score called directly, and against counts made by hand."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paired_texts import ENGLISH, ENGLISH_OUTPUTS, KOREAN, TEXTS
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF

import summarize
from summarize import EmptyInputError, InputError, OptionError, Translation
from summarize.evaluation import findings, metrics
from summarize.evaluation.results import FindingCount

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


# Findings --------------------------------------------------------------------------------------


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Checks that find a wrong number wherever an output holds "85"; the list holds their calls."""
    calls: list[dict[str, str]] = []

    def check(source: str, output: str, **languages: str) -> Iterable[SimpleNamespace]:
        calls.append({"source": source, "output": output, **languages})
        yield SimpleNamespace(kind="length", severity="warning")
        for _ in range(output.count("85")):
            yield SimpleNamespace(kind="number", severity="error")

    monkeypatch.setattr(findings, "_check", check)
    return calls


def test_findings_are_counted_by_kind_errors_first(checked: list[dict[str, str]]) -> None:
    outputs = ["85 and 85", "", "85", "none"]
    evaluation = summarize.evaluate(
        outputs, ENGLISH + ENGLISH[:1], language="en", sources=KOREAN + KOREAN[:1]
    )
    assert evaluation.findings == (
        FindingCount("number", "error", 3, (0, 2)),
        FindingCount("length", "warning", 3, (0, 2, 3)),
    )
    assert [call["output"] for call in checked] == ["85 and 85", "85", "none"]
    assert checked[0]["source"] == KOREAN[0]
    assert (checked[0]["source_language"], checked[0]["language"]) == ("ko", "en")
    assert evaluation.to_dict()["findings"][0]["items"] == [0, 2]
    with pytest.raises(InputError, match="1 sources for 3 references"):
        summarize.evaluate(ENGLISH, ENGLISH, language="en", sources=["one"])


def test_a_summary_is_checked_in_its_own_language(checked: list[dict[str, str]]) -> None:
    summarize.evaluate(KOREAN, KOREAN, language="ko", task="summarization", sources=KOREAN)
    assert (checked[0]["source_language"], checked[0]["language"]) == ("ko", "ko")


def test_the_packages_own_checks_are_asked() -> None:
    english, wrong = "The work cost $85 million.", "공사비는 8천500억 달러가 들었다."
    translated = summarize.evaluate([wrong], KOREAN[1:2], language="ko", sources=[english])
    assert translated.findings is not None
    assert [(count.kind, count.severity) for count in translated.findings] == [("scale", "error")]
    article = "The bridge reopened on Friday. The work cost $85 million, the city said."
    summarised = summarize.evaluate(
        ["The work cost $95 million."],
        [english],
        language="en",
        task="summarization",
        sources=[article],
    )
    assert summarised.findings is not None
    assert [(count.kind, count.severity) for count in summarised.findings] == [("number", "error")]


def test_without_sources_nothing_is_checked() -> None:
    assert summarize.evaluate(ENGLISH, ENGLISH, language="en").findings is None
