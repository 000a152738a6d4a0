"""Letters and words that do not belong in a text of its language.

Hangul in English, kana and bare Hanja in Korean, other scripts that the source does not
have, and words of the source that were left as they were. Knows English and Korean.
"""

from __future__ import annotations

import re

from summarize.news.checks import lexicon
from summarize.news.checks.common import COMMON
from summarize.news.checks.findings import Finding, Kind, error, quoted
from summarize.news.language import detect, name_of

_HANGUL = r"\u1100-\u11FF\u3130-\u318F\uA960-\uA97F\uAC00-\uD7FF"
_KANA = r"\u3040-\u30FA\u30FC-\u30FF\u31F0-\u31FF\uFF66-\uFF9F"
_HAN = r"\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF"
_OTHERS = (
    r"\u0400-\u052F\u0590-\u05FF\u0600-\u06FF\u0900-\u0DFF\u0E00-\u0EFF\u0F00-\u0FFF"
    r"\u1000-\u10FF\u1780-\u17FF"
)
_FOREIGN = {
    "en": re.compile(rf"[{_HANGUL}{_KANA}{_HAN}{_OTHERS}\uFFFD]+"),
    "ko": re.compile(rf"[{_KANA}{_OTHERS}\uFFFD]+|[{_HAN}]+"),
}
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_LETTER = re.compile(r"[^\W\d_]")
_ONE_HANGUL = re.compile(rf"[{_HANGUL}]")
# Single Hanja that Korean papers print without a gloss: countries, parties, offices, prefixes.
_NEWSPAPER = frozenset(
    "美中日英佛獨露北南韓與野前現故新對反親非全軍檢警靑伊印泰臺濠加西東女男老少株詩"
)
_BRACKETED = re.compile(r"[(（\[〔《〈「『<][^()（）\[\]〔〕《》〈〉「」『』<>]*[)）\]〕》〉」』>]")
_QUOTATION = re.compile(r"[\"“‘'][^\"“”‘’'가-힣]{1,60}[\"”’']")
_LATIN_WORD = re.compile(r"(?<![\w.@/&:#])[A-Za-z][A-Za-z'’\-]*(?![\w@/]|\.[a-z])")
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z'’.\-]*(?:\s+[A-Za-z][A-Za-z'’.\-]*)*")
_UNITS = frozenset(
    [
        "km",
        "cm",
        "mm",
        "kg",
        "mg",
        "ml",
        "kcal",
        "ppm",
        "mph",
        "kph",
        "psi",
        "rpm",
        "dpi",
        "bps",
        "mbps",
        "gbps",
        "kbps",
        "ton",
        "tons",
        "kwh",
        "mwh",
        "gwh",
        "pct",
        "http",
        "https",
        "www",
        "com",
        "org",
        "net",
        "vs",
        "feat",
        "de",
        "la",
        "al",
        "bin",
        "von",
        "van",
        "el",
        "da",
        "del",
        "di",
        "du",
        "le",
        "les",
        "der",
        "und",
        "et",
    ]
)
_SHORTEST = 3
_FEW_LETTERS = 12
_ENOUGH_LATIN = 40  # letters; below, a language other than English is not told reliably


def foreign_letters(text: str, source: str, language: str) -> list[Finding]:
    """Runs of letters that a text in `language` does not have, unless a gloss in brackets.

    Args:
        text: the output.
        source: what it was made from; what stands there as well, outside Hangul, may stay.
        language: the output's; only English and Korean are known, others give nothing.
    """
    pattern = _FOREIGN.get(language)
    if pattern is None:
        return []
    glosses = [m.span() for m in _BRACKETED.finditer(text)] if language == "ko" else []
    findings = []
    for match in pattern.finditer(text):
        run = match.group()
        if any(start <= match.start() < end for start, end in glosses):
            continue
        if language == "ko" and run in source:
            continue
        if language == "ko" and len(run) == 1 and run in _NEWSPAPER:
            continue
        findings.append(
            error(Kind.SCRIPT, f"{_named(run)} left over: {quoted(run)}", None, match.span())
        )
    return findings


def untranslated(text: str, source: str, language: str) -> list[Finding]:
    """English words left in a Korean text: those of small letters, outside brackets and quotes."""
    if language != "ko":
        return []
    apart = [m.span() for m in (*_BRACKETED.finditer(text), *_QUOTATION.finditer(text))]
    there = {word.lower() for word in _LATIN_WORD.findall(source)}
    findings = []
    for run in _LATIN_RUN.finditer(text):
        if any(start <= run.start() < end for start, end in apart):
            continue
        words = [m.group() for m in _LATIN_WORD.finditer(text, run.start(), run.end())]
        left = [word for word in words if _is_left(word, there)]
        capitals = [word for word in words if word[0].isupper()]
        if left and len(left) >= len(capitals):
            message = f"left untranslated: {quoted(run.group().strip())}"
            findings.append(error(Kind.UNTRANSLATED, message, None, run.span()))
    return findings


def wrong_language(text: str, language: str) -> Finding | None:
    """The finding that a text is not in `language`, where that can be told."""
    letters = len(_LETTER.findall(text))
    if letters < _FEW_LETTERS:
        return None
    hangul = len(_ONE_HANGUL.findall(text))
    if language == "ko":
        if hangul >= 0.15 * letters:
            return None
        small = sum(word[0].islower() for word in text.split())
        if letters < 2 * _FEW_LETTERS and text.isascii() and small < 2:
            return None  # a name or two
    elif language == "en":
        latin = sum(character < "\u0250" for character in _LETTER.findall(text))
        if latin > 0.6 * letters and letters < _ENOUGH_LATIN:
            return None
    elif letters < _ENOUGH_LATIN:
        return None
    found = detect(text, language)
    if found == language:
        return None
    message = f"in {name_of(found)}, not in {name_of(language)}: {quoted(text)}"
    return error(Kind.LANGUAGE, message, None, (0, len(text)))


def _is_left(word: str, source: set[str]) -> bool:
    if len(word) < _SHORTEST or not word.isascii() or word != word.lower() or word in _UNITS:
        return False
    return word in source or word in COMMON or lexicon.is_common(word)


def _named(run: str) -> str:
    if _ONE_HANGUL.match(run):
        return "Hangul"
    if _HAN_RUN.match(run):
        return "Hanja"
    if "\ufffd" in run:
        return "a broken character"
    return "Kana" if re.match(rf"[{_KANA}]", run) else "foreign letters"
