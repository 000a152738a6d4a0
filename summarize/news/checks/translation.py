"""A translation beside its source: every check of a sentence pair, and of a whole text.

    >>> check_pair("It cost $85 million.", "8천500억 달러가 들었다.", "en", "ko")
    (Finding(kind=<Kind.SCALE: 'scale'>, severity='error', ...),)

Numbers, names, negation and coverage are compared between English and Korean; repetition,
emptiness and foreign letters are told in any language. Knows no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from summarize.news.checks import (
    coverage,
    cutoff,
    figures,
    names,
    places,
    polarity,
    quotations,
    repetition,
    scripts,
)
from summarize.news.checks.alignment import align
from summarize.news.checks.findings import (
    Finding,
    Kind,
    Span,
    count_errors,
    error,
    quoted,
    warning,
)
from summarize.news.glossary import Given, Glossary
from summarize.news.lookup import Term
from summarize.news.sentences import split

_BOTH = {"en", "ko"}
_LONG_NAME_LIST = 12  # names; beyond, the sentence is a list and its names are not looked up
# Strengths of a gap, by the target: fewer than one good pair in a hundred reaches the lower one.
_GAP_WARNING = {"ko": 5.8, "en": 7.0}
_GAP_ERROR = 9.0
# Standard deviations of the length.
_SHORT, _LONG, _VERY_FAR_OFF = -2.7, 3.5, 4.5
_FEW_CHARACTERS = 12
_PRONOUN = (
    "그는",
    "그가",
    "그의",
    "그녀",
    "그들",
    "이들",
    "씨는",
    "씨가",
    "그를",
    "그에게",
    "본인",
    "이날",
)


def check_pair(
    source: str,
    target: str,
    source_language: str,
    target_language: str,
    *,
    glossary: Given | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with the translation of one sentence, errors first.

    Args:
        source, target: a sentence, or a few that belong together, and its translation.
        source_language, target_language: ISO 639-1 codes.
        glossary: names and what they are called: a `Glossary`, or what `Glossary.of` takes.
    """
    if not target.strip():
        if not source.strip():
            return ()
        message = f"nothing came of {quoted(source)}"
        return (error(Kind.MISSING, message, (0, len(source)), None),)
    found = repetition.loops(target, source)
    alien = scripts.wrong_language(target, target_language)
    if alien is not None:
        return (alien, *found)
    found += scripts.foreign_letters(target, source, target_language)
    found += scripts.untranslated(target, source, target_language)
    if {source_language, target_language} == _BOTH:
        found += _compared(
            source, target, source_language, target_language, Glossary.of(glossary or {})
        )
    return tuple(sorted(found, key=lambda finding: finding.severity))


def check_pairs(
    pairs: Sequence[tuple[str, str]],
    source_language: str,
    target_language: str,
    *,
    glossary: Given | None = None,
    first: int = 0,
) -> tuple[Finding, ...]:
    """What is wrong with a translation that is aligned with its source.

    Args:
        pairs: every sentence of the source with its translation, in order.
        source_language, target_language, glossary: as for `check_pair`.
        first: the number of the first pair, which findings count their `sentence` from.
    """
    glossary = Glossary.of(glossary or {})
    found: list[Finding] = []
    for number, (source, target) in enumerate(pairs, first):
        checked = check_pair(source, target, source_language, target_language, glossary=glossary)
        found += [replace(finding, sentence=number) for finding in checked]
    sources, targets = [s for s, _ in pairs], [t for _, t in pairs]
    found += repetition.repeated_sentences(targets, sources)
    return tuple(found)


def check_translation(
    source: str,
    target: str,
    source_language: str,
    target_language: str,
    *,
    glossary: Given | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with the translation of a text; its spans count in the two whole texts.

    The sentences of both are found and aligned first, so that anyone's output can be checked.

    Args:
        source, target: the text and its translation, any length.
        source_language, target_language, glossary: as for `check_pair`.
    """
    alien = scripts.wrong_language(target, target_language)
    if alien is not None:
        return (alien,)
    glossary = Glossary.of(glossary or {})
    here, there = _placed(source, source_language), _placed(target, target_language)
    found: list[Finding] = []
    for bead in align([s for _, s in here], [t for _, t in there], target_language):
        left, start = _slice(source, here, bead.source)
        right, begin = _slice(target, there, bead.target)
        if not left:
            message = f"the source says nothing of {quoted(right)}"
            found.append(error(Kind.ADDED, message, None, (begin, begin + len(right))))
        else:
            checked = check_pair(left, right, source_language, target_language, glossary=glossary)
            found += [_moved(finding, start, begin) for finding in checked]
    return tuple(found)


def badness(findings: Sequence[Finding]) -> float:
    """One number for how bad findings are: errors count one, warnings a quarter."""
    errors = count_errors(findings)
    return errors + 0.25 * (len(findings) - errors)


def _compared(
    source: str,
    target: str,
    source_language: str,
    target_language: str,
    glossary: Glossary,
) -> list[Finding]:
    found = figures.compare_numbers(source, target, source_language, target_language)
    found += polarity.negation(source, target, source_language, target_language)
    found += quotations.lost_quotes(source, target)
    found += _names(source, target, target_language, glossary)
    found += _terms(source, target, source_language, target_language, glossary, found)
    if cutoff.is_cut_off(target, source, target_language):
        message = f"breaks off at {quoted(target[-20:])}"
        found.append(error(Kind.CUT_OFF, message, None, (len(target) - 1, len(target))))
    numbers = figures.number_spans(source, target, source_language, target_language)
    lengths = _length(source, target, target_language)
    gap = coverage.gap(source, target, target_language, numbers)
    if gap is not None and gap.strength >= _GAP_WARNING[target_language]:
        report = error if gap.strength >= _GAP_ERROR else warning
        message = f"no counterpart of {quoted(source[slice(*gap.span)])}"
        found.append(report(Kind.MISSING, message, gap.span, None))
    elif lengths is not None:
        found.append(lengths)
    return found


def _length(source: str, target: str, language: str) -> Finding | None:
    score = coverage.length_score(source, target, language)
    if _SHORT < score < _LONG or len(source) < _FEW_CHARACTERS:
        return None
    report = error if abs(score) >= _VERY_FAR_OFF else warning
    much = "shorter" if score < 0 else "longer"
    message = f"far {much} than such a sentence's translation is: {quoted(target)}"
    return report(Kind.LENGTH, message, (0, len(source)), (0, len(target)))


def _names(source: str, target: str, language: str, glossary: Glossary) -> list[Finding]:
    forward = language == "ko"
    english, korean = (source, target) if forward else (target, source)
    found = []
    swap = places.swapped(english, korean)
    if swap is not None:
        message = (
            f"{quoted(swap.english)} became {quoted(swap.korean)}"
            if forward
            else f"{quoted(swap.korean)} became {quoted(swap.english)}"
        )
        spans = (swap.english_span, swap.korean_span)
        found.append(error(Kind.NAME, message, *(spans if forward else spans[::-1])))
    elif forward:
        found += _replaced_place(english, korean)
    else:
        found += _replaced_name(korean, english)
    named = names.names(english)
    if len(named) > _LONG_NAME_LIST:
        return found
    for name in named:
        held = names.is_called(name, korean, glossary)
        if held is None:
            held = names.has_name(name, korean, english)
        if held is False:
            if forward:
                doubtful = names.is_chinese(name) or any(word in korean for word in _PRONOUN)
                report = warning if doubtful else error
                found.append(report(Kind.NAME, f"the name {quoted(name.text)} is lost", name.span))
            else:
                message = f"the source does not name {quoted(name.text)}"
                report = warning if names.is_chinese(name) else error
                found.append(report(Kind.NAME, message, None, name.span))
    return found


def _terms(
    source: str,
    target: str,
    source_language: str,
    target_language: str,
    glossary: Glossary,
    told: Sequence[Finding],
) -> list[Finding]:
    """The glossary's names in the source that the target calls otherwise, but for those told.

    What comes with the package is a help, no rule: translators write "the British" and 중국 정부.
    """
    found = []
    for match in glossary.find(source, source_language) if glossary.terms else ():
        span = (match.start, match.end)
        if match.term in _builtin_terms() or any(
            _overlap(span, one.source_span) for one in told if one.kind == Kind.NAME
        ):
            continue
        if not names.is_written(match.term.forms(target_language), target, target_language):
            message = f"{quoted(source[slice(*span)])} is not called {quoted(match.target)}"
            found.append(error(Kind.NAME, message, span, None))
    return found


@cache
def _builtin_terms() -> frozenset[Term]:
    return frozenset(Glossary.builtin().terms)


def _overlap(a: Span, b: Span | None) -> bool:
    return b is not None and a[0] < b[1] and b[0] < a[1]


def _replaced_place(english: str, korean: str) -> list[Finding]:
    """A place of the source that is gone while the target names something unheard of."""
    lost = places.lost(english, korean)
    if not lost:
        return []
    new = names.strays(korean, english)
    if not new:
        return []
    place, stray = lost[0].span, new[0]
    message = f"{quoted(english[slice(*place)])} became {quoted(korean[slice(*stray)])}"
    return [error(Kind.NAME, message, place, stray)]


def _replaced_name(korean: str, english: str) -> list[Finding]:
    """A name of the source that is gone while the target has another in its place.

    The other is a place that the source does not name, or a name too short to be told by sound.
    """
    unsaid = [mention.span for mention in places.lost(english, korean)]
    new = unsaid + [
        name.span
        for name in names.names(english)
        if len(name.words) > 1
        and names.is_short(name)
        and name.words[-1] not in korean
        and names.has_name(name, korean, english)
    ]
    lost = names.strays(korean, english) if new else []
    if not lost:
        return []
    message = f"{quoted(korean[slice(*lost[0])])} became {quoted(english[slice(*new[0])])}"
    report = error if unsaid else warning  # a short name that is heard may well be the source's
    return [report(Kind.NAME, message, lost[0], new[0])]


def _placed(text: str, language: str) -> list[tuple[int, str]]:
    """The sentences of a text, each with where it begins."""
    placed, at = [], 0
    for sentence in split(text, language):
        at = max(text.find(sentence, at), at)
        placed.append((at, sentence))
        at += len(sentence)
    return placed


def _slice(text: str, placed: Sequence[tuple[int, str]], which: Span) -> tuple[str, int]:
    """The stretch of `text` of some neighbouring sentences, and where it begins."""
    first, last = which
    if first == last:
        return "", placed[first][0] if first < len(placed) else len(text)
    start = placed[first][0]
    return text[start : placed[last - 1][0] + len(placed[last - 1][1])], start


def _moved(finding: Finding, source: int, target: int) -> Finding:
    return replace(
        finding,
        source_span=_shifted(finding.source_span, source),
        target_span=_shifted(finding.target_span, target),
    )


def _shifted(span: Span | None, by: int) -> Span | None:
    return None if span is None else (span[0] + by, span[1] + by)
