"""News text to short summaries and Korean/English translations, with pretrained models.

    import summarize

    digest = summarize.digest(article, to="ko")
    print(digest.summary.text, digest.translation.text)

Importing this does no work: each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summarize.digester import Digest, Digester
    from summarize.errors import (
        EmptyInputError,
        GenerationError,
        InputError,
        ModelError,
        OptionError,
        ReadError,
        RefusedModelError,
        SameLanguageError,
        SummarizeError,
        TooLongError,
        UnknownModelError,
        UnsupportedLanguageError,
        UnsupportedModelError,
        WeightsError,
        WeightsNotFoundError,
    )
    from summarize.evaluation import evaluate
    from summarize.evaluation.results import Evaluation
    from summarize.news.article import Article, read
    from summarize.news.glossary import Glossary
    from summarize.options import SearchOptions
    from summarize.pipelines import pipeline
    from summarize.shortcuts import digest, release, summarize, translate
    from summarize.summarizer import Summarizer, Summary
    from summarize.translation import SentencePair, Translation
    from summarize.translator import Translator
    from summarize.tuning.averaging import average_adapters
    from summarize.tuning.job import tune

__version__ = "0.1.0"

_ERRORS = (
    "EmptyInputError",
    "GenerationError",
    "InputError",
    "ModelError",
    "OptionError",
    "ReadError",
    "RefusedModelError",
    "SameLanguageError",
    "SummarizeError",
    "TooLongError",
    "UnknownModelError",
    "UnsupportedLanguageError",
    "UnsupportedModelError",
    "WeightsError",
    "WeightsNotFoundError",
)
_HOMES = {
    "Article": "summarize.news.article",
    "Digest": "summarize.digester",
    "Digester": "summarize.digester",
    "Evaluation": "summarize.evaluation.results",
    "Glossary": "summarize.news.glossary",
    "SearchOptions": "summarize.options",
    "SentencePair": "summarize.translation",
    "Summarizer": "summarize.summarizer",
    "Summary": "summarize.summarizer",
    "Translation": "summarize.translation",
    "Translator": "summarize.translator",
    "average_adapters": "summarize.tuning.averaging",
    "digest": "summarize.shortcuts",
    "evaluate": "summarize.evaluation",
    "pipeline": "summarize.pipelines",
    "read": "summarize.news.article",
    "release": "summarize.shortcuts",
    "summarize": "summarize.shortcuts",
    "translate": "summarize.shortcuts",
    "tune": "summarize.tuning.job",
    **dict.fromkeys(_ERRORS, "summarize.errors"),
}

__all__ = [
    "Article",
    "Digest",
    "Digester",
    "EmptyInputError",
    "Evaluation",
    "GenerationError",
    "Glossary",
    "InputError",
    "ModelError",
    "OptionError",
    "ReadError",
    "RefusedModelError",
    "SameLanguageError",
    "SearchOptions",
    "SentencePair",
    "SummarizeError",
    "Summarizer",
    "Summary",
    "TooLongError",
    "Translation",
    "Translator",
    "UnknownModelError",
    "UnsupportedLanguageError",
    "UnsupportedModelError",
    "WeightsError",
    "WeightsNotFoundError",
    "average_adapters",
    "digest",
    "evaluate",
    "pipeline",
    "read",
    "release",
    "summarize",
    "translate",
    "tune",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(
        f"module 'summarize' has no attribute {name!r}; it has {', '.join(__all__)}"
    )


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
