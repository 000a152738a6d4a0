"""Names of the English side that the Korean side does not hold.

Names are found on the English side, where capitals show them, and looked for on the
Korean side: as they are, by the table of places, in a glossary, or by their sound.
What a translator renders by its sense ("Supreme Court", 대법원) is left alone, so
only names of words that are in no table count. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from summarize.news.analyser import kiwi
from summarize.news.checks import chinese, lexicon, transliteration
from summarize.news.checks.common import COMMON, TITLES, words
from summarize.news.checks.findings import Span
from summarize.news.glossary import Glossary

# The largest distance at which a Hangul word is a name's counterpart, by the consonants of the
# name: short names sound like too many words. On names of PUD, 92 to 97 in a hundred are found at
# these and 2 to 8 in a hundred in a sentence that does not hold them.
_ALIKE = {2: 0.17, 3: 0.25, 4: 0.25}
_ALIKE_LONG = 0.3
ALIKE_LOAN = 0.12
ALIKE_SPELLING = 0.15
_SHORT_SURNAME = 0.1
# What may precede a name within a Hangul word: East, ..., New, Old; Saint in some languages; Arabic
# articles, of some places with the word before them.
_BEFORE = re.compile(
    "[동서남북신구알]|세인트|상트|장크트|산타?|생트?|상투?|바브[알엘]|샤트알|다르에스|데이르에"
)

SURE_CONSONANTS = 2  # names of fewer sound like too many words
WORD = re.compile(r"[^\W\d_][\w'’.\-]*")
_CONTRACTION = re.compile(r"(?:n't|'re|'ve|'ll|'d|'m)$")
_COMPOUND = re.compile(r"-[a-z]\w*$")  # "Riina-driven" names Riina
_NAME = re.compile(r"(?<![\w&])[A-ZÀ-ÖØ-ÞŠŽİ][\w'’\-]*[a-zß-öø-ÿışğ][\w'’\-]*")
_POSSESSIVE = re.compile(r"['’]s?$")
_BETWEEN = re.compile(
    r"(?: |-| [A-Z]\. | (?:al|bin|bint|da|de|del|den|der|di|do|dos|du|el|la|le|van"
    r"|von) )$"
)
_STARTS = re.compile(r"(?:^|[.!?:;…–—-]\s|[\"“‘'(\[]\s?)[\"“‘'(\[]?$")
_ENDING = re.compile(r"(?:ing|ed|ly|ions?|ments?|ness|ists?|isms?|ity|ities|able|ible|ous|ful)$")
# What follows a person's or a place's name that opens a sentence.
_AS_A_PERSON = re.compile(
    r"['’]s?\s|,? (?:said|says|told|added|wrote|was|is|has|had|who|whose|will|would|did|also|and"
    r"|announced|claimed|asked|agreed|signed|closed|opened|exported|declared|called|argued|denied|won|scored|called|plans|warned|insisted|declined|refused)\b"
)
_GIVEN = re.compile(r"[A-Z][a-z]+-[a-z]+")  # a Korean given name: "Geun-hye" of "Park Geun-hye"
_SYLLABLE = 5  # letters of a Korean syllable: in "Riina-driven" the second part is a word
_NO_NAME = re.compile(r"\d|^[A-Z]{2,}[’']?s$")
# Terms, which are translated by their sense: Anthropology, Cretaceous, Sikhism.
_TERM = re.compile(
    r"(?:olog(?:y|ist)|ograph(?:y|er)|onomy|aceous|isms?|istics?|tions?|ments?|ness|ships?|icals?"
    r"|arean|-speaking|-based|-led|-backed|-born|ing-\w+|-\w+ing)$"
)
_KOREAN_TITLES = "위원장|대통령|총리|장관|총재|의장|대표|의원|회장|사장|감독|교수|씨"
_SURNAMES = words(
    """
    kim lee yi rhee park pak choi choe jung jeong chung chong kang gang cho jo yoon yun jang chang
    lim im han oh seo suh shin sin kwon hwang ahn an song yoo yu ryu hong jeon jun ko koh moon mun
    yang son sohn bae baek paik heo hur nam shim roh noh ha kwak sung cha joo ju woo min ban
    """
)
_DERIVED = re.compile(r"(?:ians?|e?ans?|ites?|ish|ese|s)$")
_CLOSERS = " \"'”’»)"
_HANGUL = re.compile(r"[가-힣]+")
_HEADLINE_SHARE = 0.6
# A person's trade, which has a capital only where it opens a sentence.
_TRADE = re.compile(r"^[A-Z][a-z]+(?:er|or|ist|ian|man|woman|naut|ant|ent|ress|yst|eon)$")
_NOT_NAMES = frozenset(
    ("와이파이", "지구", "하느님", "하나님", "인터넷", "민주당", "공화당", "여당", "야당", "국회")
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name of one or more words of an English text."""

    span: Span
    text: str
    words: tuple[str, ...]


@lru_cache(64)
def names(text: str) -> tuple[Name, ...]:
    """The names of an English text that are no words of the tables, in order."""
    if _is_headline(text):
        return ()
    places = [mention.span for mention in lexicon.english_places(text)]
    found = []
    for group in _groups(text):
        words: list[str] = []
        kept: list[re.Match[str]] = []
        ordinary = False
        doubts = 0  # words that may be a name's: Theresa May
        korean = any(_is_given(match.group()) for match in group)
        for match in _without_title(group):
            word = _POSSESSIVE.sub("", match.group())
            if not _is_given(word):
                word = _COMPOUND.sub("", word)
            if any(a <= match.start() < b for a, b in places) or (
                not korean and _is_ordinary(word)
            ):
                ordinary = True
            else:
                doubts += not korean and lexicon.is_english(word)
                words.append(word)
                kept.append(match)
        if ordinary or len(words) == doubts:
            continue
        span = (kept[0].start(), kept[-1].start() + len(words[-1]))
        if len(words) == 1 and _is_doubtful(text, span):
            continue
        found.append(Name(span, text[slice(*span)], tuple(words)))
    return tuple(found)


def is_called(name: Name, korean: str, glossary: Glossary) -> bool | None:
    """Whether a Korean text calls `name` what a glossary does; None for a name not in it."""
    called = glossary.korean
    forms = [form for word in (name.text, *name.words) for form in called.get(word, ())]
    return any(_is_called(form, korean) for form in forms) if forms else None


def has_name(name: Name, korean: str, english: str) -> bool | None:
    """Whether a Korean text holds a `name` of `english`; None where its sound does not tell."""
    lower = korean.lower()
    joined = "".join(name.words)
    spaced = len(name.words) > 1 and not is_long(name.words[0])
    if any(word.lower() in lower for word in name.words):
        return True
    if any(
        sounds_in(form, korean, ALIKE_SPELLING if is_long(form) else _SHORT_SURNAME)
        for word in name.words
        for form in variants(word)
        if _sure(form)
    ):
        return True
    korean = _without_places(korean, english)
    if sounds_in(joined, korean, spaced=spaced):
        return True
    given = [word for word in name.words if _is_given(word)]
    if given:
        back = "".join(reversed(name.words))
        if sounds_in(back, korean, spaced=spaced):
            return True
        if any(_sure(word) and sounds_in(word, korean) for word in given):
            return True
        return False if transliteration.consonants(joined) >= SURE_CONSONANTS else None
    if name.text.lower() in _SURNAMES:
        return None  # beside a full name in Korean it is not a word of its own
    heard = told = 0
    for word in name.words:
        weight = transliteration.consonants(word)
        if weight < SURE_CONSONANTS:
            continue
        told += weight
        if any(sounds_in(form, korean, _alike(word)) for form in _respelt(word)) or any(
            sounds_in(form, korean) for form in variants(word)
        ):
            heard += weight
            # A surname alone is enough, but a short one has to be heard well.
            if word == name.words[-1] and (weight > 2 or sounds_in(word, korean, _SHORT_SURNAME)):
                return True
    if 2 * heard <= told and is_chinese(name) and chinese.may_be_read(name.words, korean):
        return None
    return 2 * heard > told if told else None


def _without_places(korean: str, english: str) -> str:
    """A Korean text in which the places that the English one names too are blanked.

    What is a place's counterpart is no other name's: 이탈리아 sounds a little like Bertelli.
    """
    there = {mention.place for mention in lexicon.english_places(english)}
    for mention in lexicon.korean_places(korean) if there else ():
        if mention.place in there:
            start, end = mention.span
            korean = korean[:start] + "_" * (end - start) + korean[end:]
    return korean


def is_written(forms: Iterable[str], text: str, language: str) -> bool:
    """Whether a text has one of a term's `forms`; of a person's, the surname will do.

    White space in Korean may vary (유럽의회, 유럽 의회).
    """
    if language == "ko":
        joined = "".join(text.split())
        return any(_is_called(form, text) or "".join(form.split()) in joined for form in forms)
    lower = text.casefold()
    for form in forms:
        last = form.split()[-1]
        surname = last[0].isupper() and not lexicon.is_english(last)
        if form.casefold() in lower or (surname and last.casefold() in lower):
            return True
    return False


def _is_called(form: str, korean: str) -> bool:
    """Whether a text has a Korean name: whole, by one of its words, or by surname and title."""
    if form in korean:
        return True
    parts = form.split()
    if len(parts) > 1:
        return any(len(part) > 1 and part in korean for part in parts)
    return bool(
        re.search(rf"(?<![가-힣]){re.escape(form[0])} [가-힣]*(?:{_KOREAN_TITLES})", korean)
    )


def variants(word: str) -> set[str]:
    """A name's word, its parts, and what it is derived from ("Canaanite", Canaan)."""
    stem = _DERIVED.sub("", word)
    return {
        word,
        *word.split("-"),
        stem if len(stem) > 3 else word,
        *_respelt(word),
    }


def _respelt(word: str) -> tuple[str, ...]:
    """A name's word as other languages say its letters: Johan, 요한; Bjorn, 비요른; Menga, 멘가."""
    lower = word.lower()
    return lower.replace("j", "y"), lower.replace("ng", "nk")


def sounds_in(word: str, korean: str, most: float | None = None, *, spaced: bool = False) -> bool:
    """Whether some word of a Korean text sounds like a Latin `word`, at a distance of `most`.

    What a space parts is one word only if two syllables come first ("고 말" is no Kamal), or if
    `word` is of several of which the first may be one syllable (Van Gogh, 반 고흐).
    """
    alike = _alike(word) if most is None else most
    for match in _HANGUL.finditer(korean):
        start, end = match.span()
        end = start + 40 if spaced or end - start > 1 else end
        before = _BEFORE.match(korean, start)
        starts = (start, before.end()) if before else (start,)
        if any(transliteration.distance(word, korean[at:end]) <= alike for at in starts):
            return True
    return False


def strays(korean: str, english: str) -> list[Span]:
    """Proper nouns of a Korean text, as kiwipiepy tells them, that the English one lacks.

    Those that the tables know are not among them; for places there is `swapped_places`.
    """
    known = [mention.span for mention in lexicon.korean_places(korean, certain=False)]
    places = [mention.span for mention in lexicon.english_places(english)]
    words = [
        m.group() for m in WORD.finditer(english) if not any(a <= m.start() < b for a, b in places)
    ]
    words += [first + second for first, second in pairwise(words) if first[0].isupper()]
    found = []
    for start, end in proper_nouns(korean):
        noun = korean[start:end]
        if end - start < 2 or any(start < b and a < end for a, b in known):
            continue
        if lexicon.is_known_korean(noun) or noun in _NOT_NAMES:
            continue
        if not any(_sounds_like(word, korean[start : start + 40]) for word in words):
            found.append((start, end))
    return found


def is_chinese(name: Name) -> bool:
    """Whether a name may be Chinese, whose Korean sound does not tell."""
    return len(name.words) < 4 and all(map(chinese.is_pinyin, name.words))


def is_short(name: Name) -> bool:
    """Whether a name sounds so briefly that its being found tells little."""
    return max(transliteration.consonants(word) for word in name.words) <= SURE_CONSONANTS


def _sounds_like(word: str, hangul: str) -> bool:
    """Whether a noun may be an English word; a loan word is sure of its sounds, or is none."""
    alike = _ALIKE_LONG if word[0].isupper() else ALIKE_LOAN
    return any(
        transliteration.consonants(part) and transliteration.distance(part, hangul) <= alike
        for part in {word, *word.split("-")}
    )


def _sure(word: str) -> bool:
    return transliteration.consonants(word) >= SURE_CONSONANTS


def is_long(word: str) -> bool:
    """Whether a name sounds so long that its being found tells much."""
    return transliteration.consonants(word) > SURE_CONSONANTS


def _alike(word: str) -> float:
    return _ALIKE.get(max(transliteration.consonants(word), 2), _ALIKE_LONG)


@lru_cache(64)
def proper_nouns(korean: str) -> tuple[Span, ...]:
    """The proper nouns of a Korean text as kiwipiepy tags them, those that touch as one."""
    found: list[Span] = []
    for token in kiwi().tokenize(korean):
        span = (token.start, token.start + token.len)
        if token.tag == "NNP":
            if found and found[-1][1] == span[0]:
                span = (found.pop()[0], span[1])
            found.append(span)
    return tuple(found)


def _is_given(word: str) -> bool:
    """Whether a word is made like a Korean given name; "Multi-purpose" is not."""
    first, _, second = word.partition("-")
    if not _GIVEN.fullmatch(word) or (len(second) > _SYLLABLE and lexicon.is_english(second)):
        return False
    return not (_is_ordinary(first) and _is_ordinary(second))


def _without_title(group: list[re.Match[str]]) -> list[re.Match[str]]:
    """The group after its last title: "Finance Minister Han Dong-woo" is Han Dong-woo.

    A trade that opens the sentence goes, too: "Astronaut Leonie Hartwig" is Leonie Hartwig.
    """
    last = max((n for n, match in enumerate(group) if match.group().lower() in TITLES), default=-1)
    group = group[last + 1 :]
    if len(group) > 2 and group[0].start() == 0 and _TRADE.search(group[0].group()):
        return group[1:]
    return group


def _groups(text: str) -> Iterator[list[re.Match[str]]]:
    """Capitalised words that stand together."""
    group: list[re.Match[str]] = []
    for match in _NAME.finditer(text):
        if group and not _BETWEEN.match(text[group[-1].end() : match.start()]):
            yield group
            group = []
        group.append(match)
    if group:
        yield group


def _is_ordinary(word: str) -> bool:
    lower = word.lower().replace("’", "'")
    if _CONTRACTION.search(lower) or _NO_NAME.search(word) or _TERM.search(lower):
        return True
    return any(
        part in COMMON or part.rstrip("s") in COMMON or lexicon.is_common(part)
        for part in (*lower.split("-"), lower)
    )


def _is_doubtful(text: str, span: Span) -> bool:
    """Whether a word's capital may come from the beginning of a sentence alone."""
    if not _STARTS.search(text[: span[0]]):
        return False
    word = text[slice(*span)]
    return (
        word.endswith("s") or bool(_ENDING.search(word)) or not _AS_A_PERSON.match(text[span[1] :])
    )


def _is_headline(text: str) -> bool:
    if text.rstrip(_CLOSERS).endswith((".", "!", "?", "…")):
        return False
    words = [m.group() for m in WORD.finditer(text) if len(m.group()) > 3]
    return len(words) > 3 and sum(w[0].isupper() for w in words) > _HEADLINE_SHARE * len(words)
