"""What a translation or a summary lost, added or garbled.

`check_pair` and `check_pairs` compare a translation with its source, `check_translation`
whole texts that it aligns first, and `check_summary` a summary with its article. Each
gives `Finding`s: typed, placed, with a message that a person understands. No model is
asked and nothing is looked up: the rules and the small tables are in the modules here.
"""

from __future__ import annotations

from summarize.news.checks.findings import Finding, Kind, count_errors
from summarize.news.checks.summary import check_summary, closest
from summarize.news.checks.translation import badness, check_pair, check_pairs, check_translation

__all__ = [
    "Finding",
    "Kind",
    "badness",
    "check_pair",
    "check_pairs",
    "check_summary",
    "check_translation",
    "closest",
    "count_errors",
]
