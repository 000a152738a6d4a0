"""Texts and references to the counts that scores are made of, by sacrebleu and rouge-score.

A metric is measured once for each item; corpus scores, item scores and resampled scores are
all sums of those counts. Both libraries come with the extra `evaluate` and are imported when a
metric of theirs is asked for. Knows no files and no news.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from summarize.errors import OptionError
from summarize.options import SUMMARIZATION, TRANSLATION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LABELS = {
    "bleu": "BLEU",
    "chrf": "chrF2",
    "chrf++": "chrF2++",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
}
ROUGE = ("rouge1", "rouge2", "rougeL")
DEFAULTS = {TRANSLATION: ("bleu", "chrf"), SUMMARIZATION: ROUGE}
LANGUAGES = ("en", "ko")
EXTRA = 'pip install "summarize[evaluate]"'

_BLEU_TOKENIZERS = {"en": "13a", "ko": "ko-mecab"}
_CHRF_WORDS = {"chrf": 0, "chrf++": 2}  # word order; 2 is chrF++ (Popović 2017)


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric's counts.

    Attributes:
        counts: what each item adds to the sums.  # [items, counts]
        corpus: summed counts and how many items they are of, to a score from 0 to 100.
        item: one item's counts to its score.
        signature: resamples and their seed (0, 0: none) to the settings, in sacrebleu's form.
        item_signature: the settings of `item`.
    """

    metric: str
    counts: NDArray[np.float64]
    corpus: Callable[[NDArray[np.float64], float], float]
    item: Callable[[NDArray[np.float64]], float]
    signature: Callable[[int, int], str]
    item_signature: str


def chosen(names: Iterable[str] | None, task: str) -> tuple[str, ...]:
    """The metrics named, each once, with "rouge" for its three; by default those of `task`.

    Raises:
        OptionError: an unknown metric, or none.
    """
    if names is None:
        return DEFAULTS[task]
    if isinstance(names, str):
        names = (names,)
    picked: dict[str, None] = {}
    for name in names:
        if name != "rouge" and name not in LABELS:
            raise OptionError.unknown("metric", name, (*LABELS, "rouge"))
        picked |= dict.fromkeys(ROUGE if name == "rouge" else (name,))
    if not picked:
        raise OptionError(f"name at least one metric: {', '.join(LABELS)}.")
    return tuple(picked)


def measure(
    metrics: Sequence[str], outputs: Sequence[str], references: Sequence[str], language: str
) -> list[Measured]:
    """Count what each of `metrics` counts; as many outputs as references, in the same order.

    Raises:
        OptionError: a library that the metric needs is not installed.
    """
    rouge = [metric for metric in metrics if metric in ROUGE]
    measured = _rouge(rouge, outputs, references, language) if rouge else {}
    for metric in metrics:
        if metric not in rouge:
            measured[metric] = _sacrebleu(metric, outputs, references, language)
    return [measured[metric] for metric in metrics]


def _sacrebleu(
    metric: str, outputs: Sequence[str], references: Sequence[str], language: str
) -> Measured:
    import numpy as np

    scorer = _sacrebleu_scorer(metric, language)
    for_items = _sacrebleu_scorer(metric, language, effective_order=True)
    # These methods are what sacrebleu's own significance tests add up; the public ones give
    # either a corpus score or an item's, and analyse every text again for each resample.
    rows = scorer._extract_corpus_statistics(outputs, [references])
    for_items.num_refs = scorer.num_refs

    def signature(bootstrap: int, seed: int) -> str:
        scorer.n_bootstrap, scorer.seed = (bootstrap, seed) if bootstrap else (None, None)
        return str(scorer.get_signature())

    return Measured(
        metric,
        np.array(rows, dtype=np.float64),
        lambda counts, items: float(scorer._compute_score_from_stats(counts).score),
        lambda counts: float(for_items._compute_score_from_stats(counts).score),
        signature,
        str(for_items.get_signature()),
    )


def _sacrebleu_scorer(metric: str, language: str, effective_order: bool = False) -> Any:
    try:
        from sacrebleu.metrics import BLEU, CHRF
    except ImportError as error:
        raise OptionError(f"{LABELS[metric]} needs sacrebleu: {EXTRA}.") from error
    if metric in _CHRF_WORDS:
        return CHRF(word_order=_CHRF_WORDS[metric])
    try:
        return BLEU(tokenize=_BLEU_TOKENIZERS[language], effective_order=effective_order)
    except RuntimeError as error:  # how sacrebleu says that mecab-ko or its dictionary is missing
        raise OptionError(
            f"BLEU of Korean needs mecab-ko and its dictionary: {EXTRA}; chrF does without."
        ) from error


def _rouge(
    metrics: Sequence[str], outputs: Sequence[str], references: Sequence[str], language: str
) -> dict[str, Measured]:
    import numpy as np

    scorer, settings = _rouge_scorer(language)
    rows = [
        scorer.score(reference, output)
        for reference, output in zip(references, outputs, strict=True)
    ]

    def signature(bootstrap: int, seed: int) -> str:
        resampling = f"|bs:{bootstrap}|seed:{seed}" if bootstrap else ""
        return (
            f"nrefs:1{resampling}|{settings}|stat:f1|agg:mean|split:none"
            f"|version:rouge-score-{version('rouge-score')}"
        )

    return {
        metric: Measured(
            metric,
            np.array([[100 * row[metric].fmeasure] for row in rows]),
            lambda counts, items: float(counts[0] / items),
            lambda counts: float(counts[0]),
            signature,
            signature(0, 0),
        )
        for metric in metrics
    }


@cache
def _rouge_scorer(language: str) -> tuple[Any, str]:
    """rouge-score's scorer for `language`, and its settings in the form of a signature.

    Its own tokenizer keeps only a-z and 0-9, which leaves nothing of Korean; there the tokens
    are morphemes, particles, endings and punctuation among them, in the forms that kiwipiepy
    gives (았 and 었 are one).
    """
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise OptionError(f"ROUGE needs rouge-score: {EXTRA}.") from error
    if language == "ko":
        settings = f"case:mixed|tok:kiwi-morphemes-{version('kiwipiepy')}|stem:no"
        return RougeScorer(list(ROUGE), tokenizer=_Morphemes()), settings
    return RougeScorer(list(ROUGE), use_stemmer=True), "case:lc|tok:rouge-score|stem:porter"


class _Morphemes:
    """kiwipiepy's morphemes, as the tokenizer that rouge-score asks for."""

    def __init__(self) -> None:
        from summarize.news.analyser import kiwi

        self._kiwi = kiwi()

    def tokenize(self, text: str) -> list[str]:
        """The forms of the morphemes of `text`, in order."""
        return [token.form for token in self._kiwi.tokenize(text)]
