"""A second try where a check failed, and what became of it.

A translated sentence with errors is translated once more, searched for otherwise or clause
by clause, and the better of the two is kept. Of a search's sequences the best with the source's
numbers is kept; a number of it that is not the source's is made so where it is plain which
became which. A summary's sentence that its article does not bear out
gives way to the article's closest one. Which requests are made is the translator's business;
this module chooses and judges. Nothing is mended in silence: each change is a `Repair`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from summarize.news.checks import Finding, Kind, badness, closest, count_errors
from summarize.news.checks.figures import compare_numbers
from summarize.news.numbers.mending import mended
from summarize.options import SearchOptions

Check = Callable[[str, str], Sequence[Finding]]
"""From a sentence and its translation to what is wrong with it."""

CLAUSES, SEARCH, ARTICLE = "clause by clause", "another search", "article sentence"
BEAM = "another of the beams"
NUMBERS = "numbers put right"
_FEWEST_BEAMS, _MOST_BEAMS = 4, 8
_LONGEST_LOOP = 4  # tokens that may not come twice
# What shorter requests are likely to mend: the model lost its way, or its room.
_LOST = {Kind.MISSING, Kind.LENGTH, Kind.CUT_OFF, Kind.REPETITION}
_CLAUSE = re.compile(r"(?:[;:]|,(?=\s+\S+\s+\S+\s+\S+)|[며고만서데]\s*,)[\"'”’]?\s+")
_SHORTEST_CLAUSE = 4  # words
# What a summary's sentences are replaced for.
_REPLACED = {
    Kind.NUMBER,
    Kind.DATE,
    Kind.SCALE,
    Kind.NAME,
    Kind.QUOTATION,
    Kind.CAPTION,
    Kind.CUT_OFF,
    Kind.REPETITION,
    Kind.SCRIPT,
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One sentence that was changed because a check failed.

    Attributes:
        sentence: its number among the pairs or the summary's sentences; -1 for a headline.
        kinds: the errors that the first version had.
        how: "clause by clause", "another search", "another of the beams", "article sentence",
            or "numbers put right: " and what became what.
        before, after: the first version, and the one that was kept; empty when it was dropped.
    """

    sentence: int
    kinds: tuple[Kind, ...]
    how: str
    before: str
    after: str

    def to_dict(self) -> dict[str, Any]:
        """The repair as plain values, ready for JSON."""
        return {
            "sentence": self.sentence,
            "kinds": [str(kind) for kind in self.kinds],
            "how": self.how,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sentence translated otherwise: its first translation, what was wrong with it, and how.

    Attributes:
        how: `CLAUSES`, `SEARCH` or `BEAM`.
        pieces: what is translated again; none where it was not.
    """

    source: str
    first: str
    findings: tuple[Finding, ...]
    how: str
    pieces: tuple[str, ...] = ()

    def settled(self, others: Iterable[str], check: Check) -> str:
        """The best translation: with the fewest and lightest findings, the earliest where they tie.

        Args:
            others: what was found since; empty ones do not count.
            check: for what is wrong with a translation.
        """
        best, least = self.first, badness(self.findings)
        for other in filter(str.strip, others):
            bad = badness(check(self.source, other))
            if bad < least:
                best, least = other, bad
        return best

    def repair(self, sentence: int, kept: str) -> Repair:
        """What is to be told when `kept` is not the first translation."""
        return Repair(sentence, errors_of(self.findings), self.how, self.first, kept)


def attempts_at(translations: Mapping[str, str], check: Check) -> list[Attempt]:
    """The sentences whose translations have errors, and how to try again."""
    found = []
    for source, first in translations.items():
        findings = tuple(check(source, first))
        if count_errors(findings):
            lost = any(f.kind in _LOST for f in findings)
            pieces = clauses(source) if lost else (source,)
            how = CLAUSES if len(pieces) > 1 else SEARCH
            found.append(Attempt(source, first, findings, how, pieces))
    return found


def with_alternatives(options: SearchOptions) -> SearchOptions:
    """`options` that give all of the beams' sequences, which costs no more than the best alone."""
    if options.do_sample or options.num_return_sequences > 1:
        return options
    return options.updated(num_return_sequences=options.num_beams)


def agreeing(sentence: str, candidates: Sequence[str], source: str, target: str) -> int:
    """Which translation has the fewest and lightest findings on its numbers, once put right.

    Args:
        sentence: what was translated.
        candidates: its translations, best first; of equals the first is taken.
        source, target: ISO 639-1 codes; 0 for other languages than English and Korean.
    """
    if {source, target} != {"en", "ko"}:
        return 0
    found: list[float] = []
    for candidate in candidates:
        text, _ = mended(sentence, candidate, source, target)
        found.append(badness(compare_numbers(sentence, text, source, target)))
        if found[-1] == 0:
            break
    return found.index(min(found))


def other_search(options: SearchOptions) -> SearchOptions:
    """A search twice as wide as `options`, or greedy where it is wide already; no loops."""
    beams = 1
    if options.num_beams < _MOST_BEAMS:
        beams = min(max(_FEWEST_BEAMS, 2 * options.num_beams), _MOST_BEAMS)
    longest = options.no_repeat_ngram_size or _LONGEST_LOOP
    return options.updated(
        num_beams=beams,
        num_return_sequences=1,
        do_sample=False,
        no_repeat_ngram_size=min(longest, _LONGEST_LOOP),
    )


def clauses(sentence: str) -> tuple[str, ...]:
    """`sentence` in clauses of some words each; whole where it has only one."""
    pieces: list[str] = []
    start = 0
    for match in _CLAUSE.finditer(sentence):
        piece = sentence[start : match.end()]
        if min(len(piece.split()), len(sentence[match.end() :].split())) >= _SHORTEST_CLAUSE:
            pieces.append(piece.strip())
            start = match.end()
    return (*pieces, sentence[start:].strip())


def errors_of(findings: Iterable[Finding]) -> tuple[Kind, ...]:
    """The kinds of the errors among `findings`, each once."""
    return tuple(dict.fromkeys(f.kind for f in findings if f.severity == "error"))


def faithful(
    sentences: Sequence[str],
    article: Sequence[str],
    findings: Iterable[Finding],
    room: Callable[[Sequence[str]], bool] = lambda sentences: True,
) -> tuple[list[str], tuple[Repair, ...]]:
    """A summary whose sentences with errors gave way to the article's own.

    A sentence goes without replacement where the article has none that is like it, is not in
    the summary yet and leaves the summary within its length; the last one never goes.

    Args:
        sentences: the summary's.
        article: the article's sentences.
        findings: what `check_summary` found.
        room: whether a summary is within the length that was asked for.

    Returns:
        The sentences, and what was done.
    """
    wrong: dict[int, list[Finding]] = {}
    for finding in findings:
        place = finding.sentence
        if place is not None and finding.severity == "error" and finding.kind in _REPLACED:
            wrong.setdefault(place, []).append(finding)
    kept: list[str | None] = list(sentences)
    repairs = []
    for number, faults in wrong.items():
        others = [s for n, s in enumerate(kept) if s is not None and n != number]
        candidates = [s for s in article if s not in others and room([*others, s])]
        best = closest(sentences[number], candidates)
        after = candidates[best] if best is not None else ""
        if not after and not others:
            continue
        kept[number] = after or None
        repairs.append(Repair(number, errors_of(faults), ARTICLE, sentences[number], after))
    return [s for s in kept if s is not None], tuple(repairs)


def with_numbers(
    pairs: Sequence[tuple[str, str]], source: str, target: str, first: int = 0
) -> tuple[list[str], tuple[Repair, ...]]:
    """The translations of `pairs` with the source's numbers, and what was changed.

    Args:
        pairs: sentences with their translations, numbered from `first`.
        source, target: ISO 639-1 codes of their languages.
    """
    texts, repairs = [], []
    for number, (sentence, before) in enumerate(pairs, first):
        after, changes = mended(sentence, before, source, target)
        texts.append(after)
        if changes:
            kinds = errors_of(compare_numbers(sentence, before, source, target))
            what = ", ".join(f"{old} → {new}" for old, new in changes)
            kinds = kinds or (Kind.NUMBER,)
            repairs.append(Repair(number, kinds, f"{NUMBERS}: {what}", before, after))
    return texts, tuple(repairs)


def repairs_of(
    pairs: Iterable[tuple[str, str]], tried: Mapping[str, Attempt], first: int = 0
) -> tuple[Repair, ...]:
    """The repairs among translated `pairs`, which are numbered from `first`."""
    return tuple(
        tried[source].repair(number, target)
        for number, (source, target) in enumerate(pairs, first)
        if source in tried and target != tried[source].first
    )


def notes_on(repairs: Sequence[Repair], tried: int, of: int) -> tuple[str, ...]:
    """What to say of sentences that were tried again; nothing where none was."""
    if not tried:
        return ()
    mended = sum(repair.how in (CLAUSES, SEARCH) for repair in repairs)
    return (f"{tried} of {of} sentences failed a check and were tried again; {mended} mended",)


def briefly(findings: Sequence[Finding], repairs: Sequence[Repair]) -> str:
    """Findings and repairs in a few words for a repr, after a comma; empty where there are none."""
    errors = count_errors(findings)
    counts = {"error": errors, "warning": len(findings) - errors, "repair": len(repairs)}
    said = [f"{n} {noun}" if n == 1 else f"{n} {noun}s" for noun, n in counts.items() if n]
    return "".join(f", {each}" for each in said)
