"""Errors planted by rule in good translations, for counting what the checks find.

Each rule takes a pair and says what it did, or None where the pair offers no place for
it. The rules know nothing of the checks: they work on digits, words and marks. `names` are
the names of a pair in both languages.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its translation; `source_language` is "en" or "ko", `target` the other."""

    source: str
    target: str
    source_language: str
    names: tuple[tuple[str, str], ...] = ()  # (in the source, in the target)

    @property
    def target_language(self) -> str:
        return "ko" if self.source_language == "en" else "en"


Rule = Callable[[Pair, random.Random], Pair | None]

_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d(?![\w.]|\d)")
_SCALES = {
    "ko": (("조", "억"), ("억", "조"), ("억", "만"), ("천만", "억"), ("만", "천"), ("만", "억")),
    "en": (
        ("trillion", "billion"),
        ("billion", "million"),
        ("billion", "trillion"),
        ("million", "billion"),
        ("million", "thousand"),
    ),
}
_BOUNDARY = {
    "ko": re.compile(r"(?:며|고|지만|면서|는데|해|해서|자|어|뒤|으로|에서|라고|다고|,)\s"),
    "en": re.compile(
        r",\s|\s(?=(?:and|but|while|which|who|because|after|before|as|that|when|to)\s)"
    ),
}
_DENY_KOREAN = (
    ("했다고", "하지 않았다고"),
    ("됐다고", "되지 않았다고"),
    ("했다.", "하지 않았다."),
    ("됐다.", "되지 않았다."),
    ("한다.", "하지 않는다."),
    ("된다.", "되지 않는다."),
    ("할 것", "하지 않을 것"),
    ("할 계획이다", "하지 않을 계획이다"),
    ("했지만", "하지 않았지만"),
    ("졌다.", "지지 않았다."),
    ("렸다.", "리지 않았다."),
    ("났다.", "나지 않았다."),
)
_AFFIRM_KOREAN = (
    ("하지 않았다", "했다"),
    ("되지 않았다", "됐다"),
    ("하지 않는다", "한다"),
    ("되지 않는다", "된다"),
    ("하지 못했다", "했다"),
    ("하지 않겠다", "하겠다"),
    ("지 않겠다", "겠다"),
    ("하지 않을", "할"),
    ("지 않을", "을"),
    ("수 없다", "수 있다"),
    ("수 없어", "수 있어"),
    ("계획이 없다", "계획이 있다"),
    ("은 없다", "은 있다"),
    ("는 없다", "는 있다"),
    ("은 없었다", "은 있었다"),
    ("적이 없다", "적이 있다"),
    ("효력이 없다", "효력이 있다"),
    ("지 않다", "다"),
)
_AFFIRM_ENGLISH = (
    (
        r"\b(will|would|can|could|should|must|may|do|does|did|is|was|were|are|has|have|had) not\b",
        r"\1",
    ),
    (r"\bcannot\b", "can"),
    (r"\b(wo|ca|do|does|did|is|was|were|are|has|have|had|would|could|should)n['’]t\b", r"\1"),
    (r"\bnever\b ?", ""),
    (r"\bno evidence\b", "evidence"),
    (r"\bNobody\b", "Somebody"),
)
_DENY_ENGLISH = (
    (r"\b(will|can|could|should|would|must) (?!not\b)", r"\1 not "),
    (r"\b(is|was|were|are|has been|have been) (?!not\b)", r"\1 not "),
)
_LEFTOVER_KOREAN = ("政府", "经济", "発表", "について", "しました", "記者会見", "問題", "新闻")
_LEFTOVER_ENGLISH = ("정부", "경제", "발표했다", "관계자", "지역", "政府", "経済")
# Who and where a name is swapped for; people are the names of two parts.
_PEOPLE = {
    "ko": ("보리스 테르친", "카말 자이디", "프랑코 메넨데스", "표도영", "알리스 베리만", "석가람"),
    "en": ("Boris Terchin", "Kamal Zaidi", "Franco Menendez", "Pyo Do-yeong", "Alice Bergman"),
}
_PLACES = {
    "ko": ("모잠비크", "루체른", "핀란드", "칠레", "오만", "나이지리아", "볼리비아"),
    "en": ("Mozambique", "Lucerne", "Finland", "Chile", "Oman", "Nigeria", "Bolivia"),
}


def digit(pair: Pair, chance: random.Random) -> Pair | None:
    """One digit of a number in the target becomes another."""
    found = [m for m in _NUMBER.finditer(pair.target) if m.group() not in ("0", "1")]
    if not found:
        return None
    match = chance.choice(found)
    places = [n for n, c in enumerate(match.group()) if c.isdigit()]
    place = match.start() + chance.choice(places[:2])
    old = pair.target[place]
    new = chance.choice([d for d in "23456789" if d != old])
    return _with(pair, pair.target[:place] + new + pair.target[place + 1 :])


def scale(pair: Pair, chance: random.Random) -> Pair | None:
    """억 becomes 조, million becomes billion."""
    fitting = []
    for old, new in _SCALES[pair.target_language]:
        pattern = rf"(?<=\d){old}" if pair.target_language == "ko" else rf"(?<=\d ){old}"
        if re.search(pattern, pair.target):
            fitting.append((pattern, new))
    if not fitting:
        return None
    pattern, new = chance.choice(fitting)
    return _with(pair, re.sub(pattern, new, pair.target, count=1))


def clause(pair: Pair, chance: random.Random) -> Pair | None:
    """A part of the target between a third and two thirds is dropped at a clause's boundary."""
    text = pair.target
    cuts = [
        m.end()
        for m in _BOUNDARY[pair.target_language].finditer(text)
        if 0.35 * len(text) <= m.end() <= 0.65 * len(text)
    ]
    if not cuts:
        return None
    cut = chance.choice(cuts)
    kept = text[cut:] if chance.random() < 0.5 else text[:cut].rstrip(", ") + "."
    return _with(pair, kept[:1].upper() + kept[1:])


def name(pair: Pair, chance: random.Random) -> Pair | None:
    """A name of the target becomes another name."""
    fitting = [n for n in pair.names if n[1] in pair.target]
    if not fitting:
        return None
    both = chance.choice(fitting)
    person = any(mark in name for name in both for mark in " -") and "United" not in " ".join(both)
    pool = (_PEOPLE if person else _PLACES)[pair.target_language]
    return _with(pair, pair.target.replace(both[1], chance.choice(pool)))


def negation(pair: Pair, chance: random.Random) -> Pair | None:
    """A negation of the target goes, or one comes that the source does not have."""
    text = pair.target
    if pair.target_language == "ko":
        for old, new in _AFFIRM_KOREAN:
            if old in text:
                return _with(pair, text.replace(old, new))
        for old, new in _DENY_KOREAN:
            if old in text:
                return _with(pair, text.replace(old, new, 1))
        return None
    for old, new in (*_AFFIRM_ENGLISH, *_DENY_ENGLISH):
        if re.search(old, text):
            return _with(pair, re.sub(old, new, text, count=1))
    return None


def untranslated(pair: Pair, chance: random.Random) -> Pair | None:
    """Words of an English source stand in its Korean translation."""
    if pair.target_language != "ko":
        return None
    words = re.findall(r"(?<![\w-])[a-z]{5,}(?![\w-])", pair.source)
    eojeols = list(re.finditer(r"(?<!\S)[가-힣]{3,}(?=\s)", pair.target))
    if not words or not eojeols:
        return None
    place = chance.choice(eojeols)
    return _replaced(pair, place, chance.choice(words) + place.group()[-1])


def script(pair: Pair, chance: random.Random) -> Pair | None:
    """Hanja or kana in Korean, Hangul or Hanja in English."""
    korean = pair.target_language == "ko"
    pattern = r"(?<!\S)[가-힣]{2,}(?=\s)" if korean else r"(?<![\w-])[a-z]{4,}(?![\w-])"
    places = list(re.finditer(pattern, pair.target))
    if not places:
        return None
    pool = _LEFTOVER_KOREAN if korean else _LEFTOVER_ENGLISH
    return _replaced(pair, chance.choice(places), chance.choice(pool))


def repetition(pair: Pair, chance: random.Random) -> Pair | None:
    """Some words of the target are said over and over, or once more."""
    words = pair.target.split()
    if len(words) < 6:
        return None
    length = chance.randint(3, 5)
    at = chance.randrange(len(words) - length + 1)
    phrase = words[at : at + length]
    times = chance.choice((1, 1, 3))
    return _with(pair, " ".join(words[: at + length] + phrase * times + words[at + length :]))


def quotes(pair: Pair, chance: random.Random) -> Pair | None:
    """The target's quotation marks are gone."""
    if len(re.findall(r"[\"“”]", pair.source)) < 2 or not re.search(r"[\"“”]", pair.target):
        return None
    return _with(pair, re.sub(r"[\"“”‘’']", "", pair.target))


def sentence(pair: Pair, chance: random.Random) -> Pair | None:
    """Nothing came back, or only its beginning."""
    return _with(pair, chance.choice(("", " ".join(pair.target.split()[:2]))))


def language(pair: Pair, chance: random.Random) -> Pair | None:
    """The source came back as it was."""
    return _with(pair, pair.source)


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        digit,
        scale,
        clause,
        name,
        negation,
        untranslated,
        script,
        repetition,
        quotes,
        sentence,
        language,
    )
}

FINDS = {
    "digit": {"number", "date", "scale"},
    "scale": {"scale", "number"},
    "clause": {"missing", "length", "number", "date", "name", "negation", "quotation", "cut off"},
    "name": {"name"},
    "negation": {"negation"},
    "untranslated": {"untranslated"},
    "script": {"script", "language"},
    "repetition": {"repetition"},
    "quotes": {"quotation"},
    "sentence": {"missing", "length"},
    "language": {"language"},
}
"""The kinds of finding that count as having found what a rule planted."""


def plant(pairs: Sequence[Pair], rule: str, seed: int = 0) -> list[Pair]:
    """Every pair in which `rule` found a place, with its error."""
    planted = []
    for number, pair in enumerate(pairs):
        done = RULES[rule](pair, random.Random(f"{rule} {number} {seed}"))
        if done is not None and done.target != pair.target:
            planted.append(done)
    return planted


def _with(pair: Pair, target: str) -> Pair:
    return replace(pair, target=target)


def _replaced(pair: Pair, place: re.Match[str], new: str) -> Pair:
    return _with(pair, pair.target[: place.start()] + new + pair.target[place.end() :])
