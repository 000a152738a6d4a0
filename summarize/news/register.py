"""Korean sentence endings: which register they are in, and the other one.

News is written in the plain style (해라체: 밝혔다, 이다, 는가), speech to readers in the formal
polite one (합니다체: 밝혔습니다, 입니다, 습니까). `turned` changes the ending of each sentence and
nothing before it: kiwipiepy finds the final ending and its stem, rules pick the ending that
answers it, and kiwipiepy joins the two again, irregular stems and all.

What stays as it is: what is in quotation marks or brackets, headlines that end in a noun
(발표할 예정, 밝혀), endings that say more than the register (-는데요, -거든요, -대요), and every
sentence whose turned form does not read as the register asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from summarize.errors import OptionError
from summarize.news.analyser import kiwi
from summarize.news.josa import final

Register: TypeAlias = Literal["news", "polite"]
REGISTERS: tuple[Register, ...] = ("news", "polite")

Mood: TypeAlias = Literal["statement", "question", "command", "proposal", "promise", "wondering"]

LONGEST = 5_000
"""Characters of one text; nobody's sentence is longer, and the analyser would take seconds."""

_PLAIN: dict[str, Mood] = {
    **dict.fromkeys(("다", "ᆫ다", "는다"), "statement"),
    **dict.fromkeys(("는가", "ᆫ가", "은가", "나", "느냐", "으냐", "냐"), "question"),
    **dict.fromkeys(("으라", "라", "어라", "거라"), "command"),
    "자": "proposal",
    **dict.fromkeys(("ᆯ까", "을까"), "wondering"),
}
_FORMAL: dict[str, Mood] = {
    **dict.fromkeys(("ᆸ니다", "습니다"), "statement"),
    **dict.fromkeys(("ᆸ니까", "습니까"), "question"),
    **dict.fromkeys(("ᆸ시오", "십시오"), "command"),
    **dict.fromkeys(("ᆸ시다", "읍시다"), "proposal"),
    **dict.fromkeys(("ᆯ까요", "을까요"), "wondering"),
}
_FAMILIAR: dict[str, Mood] = {  # 해요체: taken for polite speech, and turned into either register
    **dict.fromkeys(("어요", "에요", "예요", "죠", "지요", "네요", "군요", "는군요"), "statement"),
    **dict.fromkeys(("나요", "는가요", "ᆫ가요", "은가요"), "question"),
    **dict.fromkeys(("ᆯ게요", "을게요"), "promise"),
    **dict.fromkeys(("세요", "으세요"), "command"),
}

_NEWS_ENDINGS: dict[Mood, str] = {"command": "으라", "proposal": "자", "wondering": "ᆯ까"}
_POLITE_ENDINGS: dict[Mood, str] = {
    "statement": "습니다",
    "question": "습니까",
    "command": "십시오",
    "proposal": "ᆸ시다",
    "wondering": "ᆯ까요",
}

_STEMS = ("VV", "VA", "VX", "VCP", "VCN", "XSV", "XSA")
_DESCRIBING = ("VA", "XSA", "VCN", "VCP")
_DESCRIBING_AUXILIARIES = {"싶", "듯하", "법하", "성싶", "만하", "듯싶"}
_AS_BEFORE = {"않", "못하", "하", "아니하"}  # 않다 is a verb after a verb, an adjective after one
_EXISTING = ("있", "없")  # 있다, 재미있다: the statement of an adjective, the question of a verb
_HONORIFIC = ("시", "으시")

_CLOSED_BY = {
    **dict.fromkeys('“"', '”"'),
    **dict.fromkeys("‘'", "’'"),
    **dict(zip("「『《〈([", "」』》〉)]", strict=True)),
}
_STOPS = {".", "!", "?", "…"}
_CLOSING = "".join(_CLOSED_BY.values())


@dataclass(frozen=True, slots=True)
class _Ending:
    """A final ending: its tokens' places, and what it says.

    Attributes:
        tokens: of the whole text.
        stem: index of the predicate's stem.
        first: index of the ending itself; what is between is tense and honour.
        end: where the ending ends in the text.
        register: what it is in; None for 해요체.
    """

    tokens: Sequence[Any]
    stem: int
    first: int
    end: int
    register: Register | None
    mood: Mood


def require_register(name: str | None) -> Register | None:
    """`name`, once it is clear that it is a register or None.

    Raises:
        OptionError: it is neither "news" nor "polite".
    """
    for register in REGISTERS:
        if name == register:
            return register
    if name is not None:
        raise OptionError.unknown("register", name, REGISTERS)
    return None


def register_of(text: str) -> Register | None:
    """The register of the last sentence in `text` that has one.

    None where no sentence ends in either: a headline, a quotation alone, 해요체.
    """
    return next((ending.register for ending in _endings(text) if ending.register), None)


def turned(text: str, register: Register) -> str:
    """`text` with every sentence's ending in `register`; turning it again changes nothing.

    Args:
        text: Korean, any number of sentences.
        register: "news" or "polite".

    Raises:
        OptionError: another register.
    """
    require_register(register)
    for ending in _endings(text):  # the last first, so that places before it stay right
        if ending.register != register:
            start, new = _rewritten(text, ending, register)
            changed = text[:start] + new + text[ending.end :]
            if _reads_as(changed, start + len(new), register):
                text = changed
    return text


# -- finding endings ----------------------------------------------------------------------


def _endings(text: str) -> Iterator[_Ending]:
    """The final endings of `text` outside quotations and brackets, the last first."""
    if len(text) > LONGEST or not any("가" <= c <= "힣" for c in text):
        return
    tokens = kiwi().tokenize(text)
    inside = _quoted(text)
    for index in range(len(tokens) - 1, -1, -1):
        if _is_final(tokens, index) and not inside[tokens[index].start]:
            ending = _ending(text, tokens, index)
            if ending:
                yield ending


def _is_final(tokens: Sequence[Any], index: int) -> bool:
    """Whether a token ends a sentence; 다 without a full stop kiwipiepy takes for a link."""
    token = tokens[index]
    if token.tag == "EC":
        return index == len(tokens) - 1 and token.form in {"다", "ᆫ다", "는다"}
    return bool(token.tag == "EF")


def _ending(text: str, tokens: Sequence[Any], index: int) -> _Ending | None:
    after = index + 1
    form = tokens[index].form
    if after < len(tokens) and (tokens[after].form, tokens[after].tag) == ("요", "JX"):
        form, after = form + "요", after + 1
    if after < len(tokens) and tokens[after].tag not in {"SF", "SE"}:
        return None
    stem = index - 1
    while stem >= 0 and tokens[stem].tag == "EP":
        stem -= 1
    if stem < 0 or not tokens[stem].tag.startswith(_STEMS):
        return None
    asked = after < len(tokens) and text[tokens[after].start] in "?？"
    known = _classified(form, asked)
    if known is None:
        return None
    register, mood = known
    if tokens[stem].form == "말" and register is None:
        mood = "command"  # 하지 마요
    last = tokens[after - 1]
    return _Ending(tokens, stem, index, last.start + last.len, register, mood)


def _classified(form: str, asked: bool) -> tuple[Register | None, Mood] | None:
    if form in _PLAIN:
        return ("news", _PLAIN[form])
    if form in _FORMAL:
        return ("polite", _FORMAL[form])
    mood = _FAMILIAR.get(form)
    if mood is None or (asked and form in {"죠", "지요", "네요"}):
        return None
    return (None, "question" if asked and mood in {"statement", "command"} else mood)


def _quoted(text: str) -> list[bool]:
    """For each character, whether it stands in quotation marks or brackets.

    A curly mark may be closed by a straight one and the reverse. A double mark that is never
    closed quotes everything after it, one that was never opened everything before; a single
    one is an apostrophe then.
    """
    inside: list[bool] = []
    stack = ""
    odd = text.count('"') % 2 == 1
    for place, character in enumerate(text):
        if character == "'" and _in_word(text, place):
            pass
        elif stack and character in _CLOSED_BY[stack[-1]]:
            stack = stack[:-1]
        elif character == "”" or (odd and character == '"' and text[place - 1 : place] in _STOPS):
            inside = [True] * place
        elif character in _CLOSED_BY:
            closers = _CLOSED_BY[character]
            if "'" not in closers or any(c in closers for c in text[place + 1 :]):
                stack += character
        inside.append(bool(stack))
    return inside


def _in_word(text: str, place: int) -> bool:
    """Whether an apostrophe is one: letters or digits on both sides ("90's")."""
    around = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    return all(c.isascii() and c.isalnum() for c in around)


# -- writing the other one ----------------------------------------------------------------


def _rewritten(text: str, ending: _Ending, register: Register) -> tuple[int, str]:
    """From where `text` changes, and what stands there up to the ending's end."""
    tokens, first = ending.tokens, ending.first
    stem, tense = tokens[ending.stem], list(tokens[ending.stem + 1 : first])
    new = _POLITE_ENDINGS if register == "polite" else _NEWS_ENDINGS
    mood = ending.mood
    if mood == "command" and tense and tense[-1].form in _HONORIFIC:
        tense = tense[:-1]
    tense_forms = [(token.form, "EP") for token in tense]
    if mood == "promise":
        tense_forms.append(("겠", "EP"))
        mood = "statement"
    form = new.get(mood) or _plain_ending(ending, mood, [f for f, _ in tense_forms])
    if tense and len(tense_forms) == len(tense) and tense[-1].form not in _HONORIFIC:
        return tokens[first].start, form.replace("ᆯ", "을")  # after 었, 겠 nothing melts together
    if _is_copula(stem) and not tense_forms:
        return _copula(text, ending, form)
    start = ending.stem
    while start and tokens[start - 1].start + tokens[start - 1].len > tokens[start].start:
        start -= 1  # melted into the word before
    parts = [(token.form, token.tag) for token in tokens[start : ending.stem + 1]]
    return tokens[start].start, kiwi().join([*parts, *tense_forms, (form, "EF")])


def _copula(text: str, ending: _Ending, form: str) -> tuple[int, str]:
    """이다 and what becomes of it: news drops 이 after a vowel (문제다)."""
    tokens, stem = ending.tokens, ending.stem
    before, start = tokens[stem - 1] if stem else None, tokens[stem].start
    if before and (before.form == "거" or before.start + before.len > start):
        noun = "것" if before.form == "거" else before.form  # 거예요, 겁니다: 것이다
        return before.start, kiwi().join([(noun, before.tag), ("이", "VCP"), (form, "EF")])
    if form == "다":
        bare = text[start - 1 : start] not in _CLOSING and final(text[:start]) == "vowel"
        return start, "다" if bare else "이다"
    return start, kiwi().join([("이", "VCP"), (form, "EF")])


def _plain_ending(ending: _Ending, mood: Mood, tense: Sequence[str]) -> str:
    """The plain statement's or question's ending, by whether the predicate acts or describes."""
    describes = _describes(ending.tokens, ending.stem)
    past = bool(tense) and tense[-1] not in _HONORIFIC
    if mood == "question":
        exists = ending.tokens[ending.stem].form.endswith(_EXISTING)
        return "ᆫ가" if describes and not past and not exists else "는가"
    return "다" if describes or past else "ᆫ다"


def _describes(tokens: Sequence[Any], stem: int) -> bool:
    """Whether a predicate is an adjective or the copula; auxiliaries can go with what they help."""
    token = tokens[stem]
    if not token.tag.startswith("VX"):
        describing = token.tag.startswith(_DESCRIBING) or _is_copula(token)
        return describing or bool(token.form.endswith(_EXISTING))
    if token.form in _DESCRIBING_AUXILIARIES or token.form.endswith(_EXISTING):
        return True
    before = [t for t in tokens[max(0, stem - 4) : stem] if t.tag.startswith(_STEMS)]
    if token.form in _AS_BEFORE and before:
        helped = tokens[stem - 1]
        if helped.form in {"어야", "려고", "으려고", "고자", "도록", "게"}:
            return False
        return _describes(tokens, tokens.index(before[-1]))
    # 인가 보다, 하나 보다: "it seems"; 해 보다, "try", is a verb.
    return token.form == "보" and bool(tokens[stem - 1].form.endswith(("가", "나", "까")))


def _is_copula(token: Any) -> bool:
    """Whether a stem is 이다; after "%" kiwipiepy takes it for a verb."""
    return bool(token.tag.startswith("VCP") or (token.form == "이" and token.tag == "VV"))


def _reads_as(text: str, end: int, register: Register) -> bool:
    """Whether the ending at `end` is in `register`, read afresh."""
    return any(e.end == end and e.register == register for e in _endings(text))
