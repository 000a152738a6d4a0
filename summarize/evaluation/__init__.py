"""Outputs against references: BLEU, chrF and ROUGE, for Korean as well as for English.

    evaluation = summarize.evaluate(outputs, references, language="ko", bootstrap=1000)
    print(evaluation["chrf"].value, evaluation["chrf"].interval, evaluation["chrf"].signature)

Scores anyone's outputs and runs no model. The scores are those of sacrebleu and rouge-score,
each with the signature of its settings; what is ours is the choice of settings for the two
languages. With sources, the outputs are checked against them as well. `metrics` counts,
`bootstrap` resamples, `findings` asks the checks, `results` holds, `sets` reads files, `table`
writes lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Protocol

from summarize.errors import EmptyInputError, InputError, OptionError
from summarize.evaluation.bootstrap import LEAST, interval, resampled
from summarize.evaluation.findings import count_findings
from summarize.evaluation.metrics import DEFAULTS, LABELS, LANGUAGES, Measured, chosen, measure
from summarize.evaluation.results import Comparison, Evaluation, FindingCount, Score
from summarize.options import TRANSLATION

__all__ = ["Comparison", "Evaluation", "FindingCount", "Score", "Written", "evaluate"]

SEED = 12345
"""sacrebleu's default, so that its resamples and ours are the same."""


class Written(Protocol):
    """A `Summary`, a `Translation`, or anything else that holds a text."""

    @property
    def text(self) -> str:
        """What is scored; empty where the task failed."""


def evaluate(
    outputs: Iterable[str | Written],
    references: Iterable[str],
    *,
    language: str,
    task: str = TRANSLATION,
    metrics: Iterable[str] | None = None,
    sources: Iterable[str] | None = None,
    baseline: Iterable[str | Written] | None = None,
    bootstrap: int = 0,
    seed: int = SEED,
) -> Evaluation:
    """Score `outputs` against `references`, item by item and as a whole.

    Texts are scored as they are; only what the analysers cannot hold (lone surrogates, NUL) is
    replaced. Blank outputs count, with 0.

    Args:
        outputs: texts, or results of this package; one for each reference, in the same order.
        references: what a person wrote.
        language: of outputs and references, "ko" or "en"; decides how they are tokenized.
        task: "translation" or "summarization"; decides the metrics where none are named.
        metrics: of "bleu", "chrf", "chrf++", "rouge1", "rouge2", "rougeL" and "rouge" (the
            three); by default BLEU and chrF for a translation and ROUGE for a summary.
        sources: what was translated (from the other language) or summarised, one for each output;
            the checks of `news.checks` are then run and their findings counted.
        baseline: another system's outputs for the same items, to compare with.
        bootstrap: resamples for the 95% intervals; 0 for no intervals, else at least 100.
        seed: of the resamples.

    Raises:
        OptionError: an unknown language, task or metric, a bad number of resamples, a bad seed, or
            a library that is not installed.
        InputError: unlike numbers of texts, a blank reference, or something that is no text.
        EmptyInputError: no texts at all.
    """
    if language not in LANGUAGES:
        raise OptionError.unknown("language", language, LANGUAGES)
    if task not in DEFAULTS:
        raise OptionError.unknown("task to evaluate", task, DEFAULTS)
    if bootstrap and bootstrap < LEAST:
        raise OptionError(f"bootstrap is 0 or at least {LEAST} resamples, not {bootstrap}.")
    if seed < 0:
        raise OptionError(f"seed is 0 or more, not {seed}.")
    names = chosen(metrics, task)
    right = _texts(references, "references")
    _refuse_blank(right)
    ours = _aligned(outputs, "outputs", right)
    theirs = None if baseline is None else _aligned(baseline, "baseline outputs", right)
    origin = None if sources is None else _aligned(sources, "sources", right)
    measured = measure(names, ours, right, language)
    compared = [] if theirs is None else measure(names, theirs, right, language)
    return Evaluation(
        task=task,
        language=language,
        items=len(right),
        empty=sum(not text.strip() for text in ours),
        scores=_scores(measured, compared, bootstrap, seed),
        findings=None
        if origin is None
        else count_findings(
            origin,
            ours,
            task=task,
            language=language,
            source_language=source_language(language, task),
        ),
        bootstrap=bootstrap,
        seed=seed,
        notes=tuple(_notes(ours, right)),
    )


def source_language(language: str, task: str) -> str:
    """The language of what was translated into `language`, or summarised in it."""
    if task != TRANSLATION:
        return language
    return next(other for other in LANGUAGES if other != language)


def _scores(
    measured: Sequence[Measured], compared: Sequence[Measured], bootstrap: int, seed: int
) -> tuple[Score, ...]:
    draws = resampled([*measured, *compared], bootstrap, seed) if bootstrap else None
    scores = []
    for i, each in enumerate(measured):
        value = _corpus(each)
        comparison = None
        if compared:
            base = _corpus(compared[i])
            gains = None if draws is None else draws[:, i] - draws[:, len(measured) + i]
            comparison = Comparison(base, value - base, None if gains is None else interval(gains))
        scores.append(
            Score(
                metric=each.metric,
                label=LABELS[each.metric],
                value=value,
                items=tuple(each.item(row) for row in each.counts),
                signature=each.signature(bootstrap, seed),
                item_signature=each.item_signature,
                interval=None if draws is None else interval(draws[:, i]),
                comparison=comparison,
            )
        )
    return tuple(scores)


def _corpus(measured: Measured) -> float:
    return measured.corpus(measured.counts.sum(axis=0), len(measured.counts))


def _aligned(texts: Iterable[str | Written], what: str, references: Sequence[str]) -> list[str]:
    found = _texts(texts, what)
    if len(found) != len(references):
        raise InputError(
            f"{len(found)} {what} for {len(references)} references; "
            "each needs its own, in the same order."
        )
    return found


def _texts(texts: Iterable[str | Written], what: str) -> list[str]:
    if isinstance(texts, str):
        raise InputError(f"{what} is one text; pass a list of texts, one for each item.")
    found = []
    for number, each in enumerate(texts, start=1):
        text = each if isinstance(each, str) else getattr(each, "text", None)
        if not isinstance(text, str):
            raise InputError(
                f"item {number} of the {what} is {type(each).__name__}, not a text; "
                "pass strings, or results that have a text."
            )
        found.append(_holdable(text))
    if not found:
        raise EmptyInputError(f"there are no {what}; pass at least one text.")
    return found


def _holdable(text: str) -> str:
    """`text` as the analysers can take it: they fail at lone surrogates and stop at NUL."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", " ")


def _refuse_blank(references: Sequence[str]) -> None:
    blank = [number for number, text in enumerate(references, start=1) if not text.strip()]
    if blank:
        raise InputError(
            f"{len(blank)} of {len(references)} references are blank, the first is item "
            f"{blank[0]}; fill them in, or leave these items out on both sides."
        )


def _notes(outputs: Sequence[str], references: Sequence[str]) -> Iterable[str]:
    empty = sum(not text.strip() for text in outputs)
    if empty:
        yield f"{empty} of {len(outputs)} outputs are blank and count with 0"
    for what, texts in (("outputs", outputs), ("references", references)):
        apart = sum(not unicodedata.is_normalized("NFC", text) for text in texts)
        if apart:
            yield (
                f"{apart} of {len(texts)} {what} are not in NFC (their Hangul or accents are "
                "spelled letter by letter) and match nothing that is; normalize both sides"
            )
