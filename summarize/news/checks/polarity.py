"""Negation that one language says and the other does not, where that can be told.

Told only where one side negates plainly and the other has no word that could carry a
negation: Korean says "only" with 밖에 없다 and "must" with 않으면 안 되다, and English has
"deny", "fail", "without", "un-", so each side is searched for far more than "not".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from summarize.news.checks.findings import Finding, Kind, Span, error, quoted

# Plain negations: the sentence says that something is not.
_ENGLISH_PLAIN = re.compile(
    r"\b(?:not|never|nobody|neither|cannot|\w+n['’]t|no one|none|nothing)\b", re.I
)
_KOREAN_PLAIN = re.compile(
    r"지(?:는|도|를)?\s?(?:않|못)|수(?:는|도|가)?\s?없|[이가]\s아니(?!라)|(?<![가-힣])(?:못|안)\s?[했하됐되]"
    r"|(?<![가-힣])없(?:다|었|는|어|습|을|이|고|으)|[은는이가도]\s없"
)
# Whatever may say it otherwise.
_ENGLISH_ANY = re.compile(
    r"\b(?:not?|never|nobody|nothing|none|nor|neither|cannot|\w+n['’]?t|without|fail\w*|den(?:y|ies|ied"
    r"|ial)|refus\w+|reject\w+|lack\w*|declin\w+|ignor\w+|avoid\w*|prevent\w*|prohibit\w*|ban(?:s|ned"
    r"|ning)?|stop\w*|unless|few|fewer|little|hard(?:ly)?|barely|scarce\w*|rarely|seldom|instead"
    r"|rather than|miss\w*|lost|los[es]\w*|far from|too|absen\w+|impossib\w+|forb\w+|exempt\w*|unable"
    r"|doubt\w*|abstain\w*|missing|out of|except|regardless|disput\w+|only|no-\w+|\w+-free|yet to|free of"
    r"|un(?!der|it|ion|iq|ivers|iform|less|ifi|til|cle)\w{3,}"
    r"|(?:in|im|ir|il|dis|mis)(?:a|co|cr|de|fo|ex|kn|li|pr|re|su|ce|ca|se|po|mo|va|cl|ch|ha|le|ab|ac|ag|ap)\w{3,}"
    r"|\w{3,}less(?:ly|ness)?|oppos\w+|withh\w+|ceas\w+|halt\w*|neglect\w*|keep\w* from|rul\w+ out)\b",
    re.I,
)
_KOREAN_ANY = re.compile(
    r"않|못|없|아니|아닌|아닐|아님|아닙|(?<![가-힣])안(?![가-힣])|(?<![가-힣])안\s?(?:되|된|돼|됐|하|한|했|가|간|갔|들|든|보|나)"
    r"|말(?:라|아야|고|도록|자|것|아|았|길|기)|불(?:가|법|만|확실|충분|참|발|투명|안|편|필요|완전|구하|신|허|합리|공정|명|응|통|순|리|문|행)"
    r"|무(?:죄|관|산|효|응답|소속|단|의미|책임|시|능|모|용|한|제한|인|료|작위|방비|색|지|명|반응)"
    r"|비(?:공개|핵|정상|협조|현실|상식|민주|효율|공식|회원|협상|밀)|미(?:달|흡|정|완|확인|등록|지수|승인|해결|납|성년|숙|진|만)"
    r"|부(?:적|정|족|재|결|당|인|실|작용|도덕)|반(?:대|발|려)|금지|거부|거절|실패|제외|모르|모른|몰랐|몰라|어렵|어려|막[아았는지을]|힘들|만에|밖에"
    r"|드물|덜\s|전무|전혀|결코|피하|피할|피해|중단|취소|그만|대신|커녕|아직|이전까지|라기보다|차단|방지|예방|철회|배제|결여|상실"
    r"|잃|놓치|놓친|놓쳤|누락|빠진|빠져|포기|외면|의문|의심|이외|외에|자제|삼가|다르|다른|달리|기각|면제|면할|벗어|멈추|멈춘|멈췄|그칠"
    r"|그쳐|그쳤|이탈|떨어지|낮|까지는|\?"
)
# Forms that look plain and deny nothing.
_ENGLISH_IDLE = re.compile(
    r"\bnot only\b|\bwhy not\b|\bif not\b|\bor not\b|\bnot to mention\b|\bnone other\b|\bno doubt\b"
    r"|\bnot just\b|\bnot merely\b|\bnot until\b|\bnothing but\b|\bcan(?:not|['’]t) help\b"
    r"|\bnot simply\b|\bnot so much\b|\bnot least\b|\bnever(?:theless| before)\b|\bas not\b",
    re.I,
)
_KOREAN_IDLE = re.compile(
    r"지\s?않을까|지\s?않겠[느는]|뿐(?:만)?\s?(?:이)?\s?아니|수밖에\s?없|밖에\s?없|지\s?않으면\s?안|지\s?않느냐|지\s?않는가"
    r"|지\s?않나|얼마\s?(?:되|지나|안)|다름\s?아|머지\s?않|못지\s?않|끊임\s?없|틀림\s?없|어김\s?없|다름\s?없|상관\s?없|관계\s?없"
    r"|적지\s?않|이\s?없이|[ ]없이|손색|변함\s?없|예외\s?없|의심할\s?[수여]|아낌\s?없|거침\s?없|쉴\s?새\s?없|수\s?없이|지\s?못하면|지\s?않으면"
    r"|지\s?않도록|지\s?못하도록|지\s?않기\s?위|지\s?않게|가\s?아니냐|이\s?아니냐"
)


@dataclass(frozen=True, slots=True)
class _Side:
    plain: Span | None
    possible: bool


def negation(source: str, target: str, source_language: str, target_language: str) -> list[Finding]:
    """A plain negation of one side that nothing on the other answers."""
    if {source_language, target_language} != {"en", "ko"}:
        return []
    here, there = _side(source, source_language), _side(target, target_language)
    if here.plain and not there.possible:
        message = f"the negation {quoted(source[slice(*here.plain)])} is not in the translation"
        return [error(Kind.NEGATION, message, here.plain, None)]
    if there.plain and not here.possible:
        message = (
            f"the translation denies what the source says: {quoted(target[slice(*there.plain)])}"
        )
        return [error(Kind.NEGATION, message, None, there.plain)]
    return []


def _side(text: str, language: str) -> _Side:
    if language == "en":
        plain, idle, possible = _ENGLISH_PLAIN, _ENGLISH_IDLE, _ENGLISH_ANY
    else:
        plain, idle, possible = _KOREAN_PLAIN, _KOREAN_IDLE, _KOREAN_ANY
    found = plain.search(idle.sub(lambda match: "_" * len(match.group()), text))
    return _Side(found.span() if found else None, bool(possible.search(text)))
