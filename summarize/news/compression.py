"""Whether a shorter sentence is a longer one with words left out, and no less true for it.

Sentence compression by deletion (Knight & Marcu 2000; Filippova et al. 2015): a text
that has only the source's words, in the source's order, can invent no name and no
number. What it can still do is leave out a "not", an "if", a "he claimed" or an "at
least"; those are looked for here. Knows no model, and shortens nothing itself: it is
given two sentences and says what is wrong with the shorter one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

LANGUAGES = ("en", "ko")

FEWEST = {"en": 4, "ko": 3}
"""Words that a sentence has at least."""

CLAUSE = 5
"""So many words left out in a row are taken for a clause, whose "not" may go with it."""

UNIT = 2
"""Words from a number to what bounds it, where its unit stands between them."""

_EDGES = "\"'“”‘’()[]{}<>《》「」«»,.;:!?…·—–-"
_PAIRED = (("(", ")"), ("[", "]"), ("“", "”"), ("‘", "’"), ("「", "」"), ("《", "》"))

# Conditions, and whose word it is: what they hold for may stand anywhere in the sentence.
_HOLDING = {
    "en": r"if|unless|provided|whether|said|says|according|claim(s|ed|ing)?|alleg(ed|edly|es|ing)|"
    r"reportedly|suspected|accused|apparently|probably|likely|unlikely|possibly|perhaps|maybe|"
    r"den(y|ies|ied|ying)|believed|would|seem(s|ed)?",
    "ko": r"따르면|의하면|만약|만일|\w+(이라|라|다|하|되|으)면|경우|경우에|조건으로|조건으로만|"
    r"\w*혐의\w*|\w*의혹\w*|\w*추정\w*|\w*추산\w*|\w*가능성\w*|\w*주장\w*|아마|아마도|이른바|소위",
}
# Negation and modality: what they hold for stands beside them.
_TURNING = {
    "en": r"not|no|never|none|nobody|nothing|neither|nor|without|hardly|barely|scarcely|rarely|"
    r"only|fail(s|ed|ing)?|refus(e|es|ed|ing)|may|might|could|can|should|must|cannot|\w+n['’]t",
    "ko": r"안|못|\w*(않|못하|못했|못한|없|아니|거부|반대|금지|중단|취소|철회|실패)\w*",
}
# What a number beside them is not exactly.
_BOUNDS = {
    "en": r"about|around|roughly|approximately|nearly|almost|over|under|above|below|than|least|"
    r"most|to|some|half|only|just|minus",
    "ko": r"오전|오후|새벽|아침|낮|저녁|밤|약|최소|최대|최고|최저|적어도|대략|거의|겨우|"
    r"영하|지하|이상\w*|이하\w*|미만\w*|초과\w*|"
    r"넘는|넘게|가까이|가까운|가량\w*|정도\w*|안팎\w*",
}
# What may follow a number and not be its unit; other words right after one stay with it.
_AFTER = re.compile(
    r"in|on|at|by|from|for|to|after|before|when|while|as|and|or|but|who|which|that|with|during|"
    r"since|last|this|next|over|through|near|under",
    re.IGNORECASE,
)
_BARE = {
    "en": re.compile(r"(?!(1[0-9]|20)\d\d$).*\d$|two|three|four|five|six|seven|eight|nine|ten"),
    "ko": re.compile(r".*\d[만억조천]?$|.*\d[만억조천]여?$"),
}
_NUMBER = re.compile(
    r"\d|^(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|"
    r"fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|dozens?)\b",
    re.IGNORECASE,
)


def objection(sentence: str, shorter: str, language: str) -> str | None:
    """Why `shorter` may not stand in for `sentence`; None where it may.

    Args:
        sentence, shorter: one sentence each, as it would be printed.
        language: one of `LANGUAGES`.
    """
    words, kept = _words(sentence), _words(shorter)
    if len(kept) < FEWEST[language]:
        return "too short"
    places = _places(words, kept)
    if places is None:
        return "not the source's words in the source's order"
    if places[-1] != len(words) - 1 and language == "ko":
        return "the last word is left out"
    if sentence.rstrip()[-1] != shorter.rstrip()[-1]:
        return "another ending"
    if shorter.lstrip()[0].islower() and not sentence.lstrip()[0].islower():
        return "no capital at its beginning"
    if any(shorter.count(a) != shorter.count(b) for a, b in _PAIRED) or shorter.count('"') % 2:
        return "a bracket or quotation mark that has no other"
    for run in _runs(places, len(words)):
        lost = _lost(words, run, language)
        if lost:
            return f'"{lost}" is left out'
    return None


def _words(text: str) -> list[str]:
    stripped = (word.strip(_EDGES).casefold() for word in text.split())
    return [word for word in stripped if word]


def _places(words: Sequence[str], kept: Sequence[str]) -> list[int] | None:
    """Where in `words` the `kept` ones stand, as late as they can; None where they do not.

    As late as they can, for what is left out stands before the word that it belongs to.
    """
    places: list[int] = []
    at = len(words)
    for word in reversed(kept):
        at -= 1
        while at >= 0 and words[at] != word:
            at -= 1
        if at < 0:
            return None
        places.append(at)
    return places[::-1]


def _runs(places: Sequence[int], count: int) -> Iterator[range]:
    """The stretches between `places` that are left out."""
    for before, after in pairwise((-1, *places, count)):
        if after > before + 1:
            yield range(before + 1, after)


def _lost(words: Sequence[str], run: range, language: str) -> str | None:
    """A word of the run that may not be left out."""
    for i in run:
        if re.fullmatch(_HOLDING[language], words[i]):
            return words[i]
        if len(run) < CLAUSE and re.fullmatch(_TURNING[language], words[i]):
            return words[i]
    after, before = run[-1] + 1, words[max(0, run[0] - UNIT) : run[0]]
    if _numeral(words[after : after + 1]) and re.fullmatch(_BOUNDS[language], words[run[-1]]):
        return words[run[-1]]
    first = words[run[0]]
    if before and _BARE[language].fullmatch(before[-1]) and not _AFTER.fullmatch(first):
        return first
    # Korean says "at least" after the number and its unit too.
    if language == "ko" and _numeral(before) and re.fullmatch(_BOUNDS["ko"], words[run[0]]):
        return words[run[0]]
    return None


def _numeral(words: Sequence[str]) -> bool:
    return any(_NUMBER.search(word) for word in words)
