"""Negation that one language says and the other does not, where that can be told.

Told only where one side negates plainly more often than the other could negate at all.
Korean says "only" with 밖에 없다 and "must" with 않으면 안 되다, and English has "deny",
"fail", "without", "un-", so each side is searched for far more than "not"; words that
answer each other ("refuse", 거부) are set aside first, so that they excuse nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarize.news.checks.findings import Finding, Kind, Span, error, quoted
from summarize.news.checks.quotations import quotations

# Plain negations: the sentence says that something is not.
_ENGLISH_PLAIN = re.compile(
    r"\b(?:not|never|nobody|neither|cannot|\w+n['’]t|no one|none|nothing|no(?!-))\b", re.I
)
_KOREAN_PLAIN = re.compile(
    r"지(?:는|도|를)?\s?(?:않|못)|수(?:는|도|가)?\s?없|[이가은는]\s아니|(?<![가-힣])(?:못|안)\s?[했하됐되된돼한할]"
    r"|(?<![가-힣])없(?:다|었|는|어|습|을|이|고|으)|아니(?:다|었|라)|아닌|(?:서는|선)\s?안\s?[되된될돼됩]|[은는이가도]\s없"
    r"|아니(?:요|오|,)"
)
# Those of the sentence's own verb; within a clause they may stand for "un-" or "-less".
_KOREAN_FINITE = re.compile(
    r"지(?:는|도|를)?\s?(?:않|못)(?:았|했|는다|한다|겠|습|을\s[것계예]|할\s[것계예]|다|음|함|해|은\s상태|은\s것)"
    r"|수(?:는|도|가)?\s?없(?:다|었|습|을|음|고|으)|없(?:다|었다|었습|습니다|음)|아니(?:다|었)|아닙니다"
    r"|(?:서는|선)\s?안\s?[되된될돼됩]|(?<![가-힣])(?:못|안)\s?[했됐]"
)
# What may say it otherwise.
_ENGLISH_OTHER = re.compile(
    r"\b(?:nor|devoid|without|fail\w*|den(?:y|ies|ied|ial)|refus\w+|reject\w+|lack\w*|ignor\w+"
    r"|avoid\w*"
    r"|prevent\w*|prohibit\w*|ban(?:s|ned|ning)?|unless|few|little|hard(?:ly)?|barely"
    r"|scarce\w*|rarely"
    r"|seldom|rather than|miss\w*|far from|too|absen\w+|impossib\w+|forb\w+|exempt\w*|unable"
    r"|instead"
    r"|doubt\w*|abstain\w*|out of|except|regardless|disput\w+|only|no-\w+|\w+-free|yet to"
    r"|free of|last"
    r"|un(?!der|it|ion|iq|ivers|iform|less|ifi|til|cle)\w{3,}|\w{3,}less(?:ly|ness)?|withh\w+"
    r"|ceas\w+"
    r"|in(?:ab|acc|act|ad|app|com|con|corr|cred|def|eff|elig|eq|exp|sec|suff|val|vis|volunt)\w{3,}"
    r"|im(?:poss|perf|prob|prop|mob|mat)\w{2,}|ir(?:rel|reg|res)\w{3,}|il(?:leg|log|lic)\w{2,}"
    r"|dis(?:ag|app|conn|cont|hon|lik|ob|reg|sat|rup)\w{2,}|mis\w{4,}"
    r"|neglect\w*|keeps? (?:\w+ )?(?:away )?from|poor(?:ly)?|less than|bad(?:ly)?|rul\w+ out"
    r"|yet|but|despite|clear\w*|stop\w*|lost|within|incredibl\w+|remain\w*|quiet\w*|be out"
    r"|otherwise|non-\w+|un-\w+)\b",
    re.I,
)
_KOREAN_OTHER = re.compile(
    r"아닐|아님|아닙|아니오|지\s?[마말]|말(?:라|아야|고|도록|자|것|아|았|길|기)|못|않|없|안\s|모르|모릅|모른|몰랐|몰라|어렵|어려|힘들|밖에|드물"
    r"|전무|커녕|아직"
    r"|불(?:가|법|만|확실|충분|참|발|투명|안|편|필요|완전|구하|허|합리|공정|명|응|통|문)"
    r"|무(?:죄|관|산|효|응답|소속|단|의미|책임|시|능|모|용|한|제한|인|료|작위|방비|색|지|명|반응)"
    r"|비(?:공개|핵|정상|협조|현실|상식|민주|효율|공식|회원)|미(?:달|흡|정|완|확인|등록|지수|승인|해결|납|성년|숙|진|만)"
    r"|부(?:적|정|족|재|결|당|인|실|작용|도덕)|금지|거부|거절|실패|제외|막[아았는지을]|피하|피할|취소|그만|대신|라기보다|차단|방지|예방"
    r"|철회|배제|결여|상실|잃|놓치|놓친|놓쳤|누락|빠진|빠져|포기|외면|의문|의심|이외|외에|자제|삼가|면제|멈추|멈춘|멈췄|까지는|중단|뿐"
    r"|일축|폐지|만에|다르|다른|달리|벗어"
)
# Words of the two languages that answer each other.
_ANSWERS = tuple(
    (re.compile(rf"\b(?:{english})\b", re.I), re.compile(korean))
    for english, korean in (
        (r"den(?:y|ies|ied|ial)", "부인|거부|부정"),
        (r"refus\w+|reject\w+", "거부|거절|부결|기각|일축"),
        (r"fail\w*", "실패|부실"),
        (r"ban(?:s|ned|ning)?|prohibit\w*|forb\w+", "금지|막"),
        (r"ignor\w+", "무시|외면"),
        (r"prevent\w*|avoid\w*|block\w*", "막|방지|예방|피하|피할|피해|차단"),
        (r"lack\w*|shortage\w*|insufficien\w+", "부족|결여"),
        (r"miss(?:ing|ed)?|los[est]\w*|lost", "실종|놓|잃|사라"),
        (r"only|just", "만|뿐|밖에|불과"),
        (r"yet(?! to)|still", "아직"),
        (r"without", "없이"),
        (r"quiet\w*|calm\w*", "조용|잠잠|고요"),
        (r"less than|fewer than|under", "미만"),
        (r"stop\w*|halt\w*|suspend\w*|cancel\w*", "중단|멈|취소"),
        (r"unemploy\w+", "실업"),
        (r"instead|rather than", "대신|보다"),
        (r"despite|although|but|though", "불구|지만|에도"),
        (r"rul\w+ (?:\w+ )?out|exclud\w+", "배제|제외"),
    )
)
# Forms that look plain and often deny nothing, or what the other side says without a negation.
_ENGLISH_IDLE = re.compile(
    r"\b(?:not only|why not|if not|or not|not to mention|none other|no doubt|not just|not merely"
    r"|not until|nothing but|can(?:not|['’]t) help|not simply|not so much|not least"
    r"|never before|as not"
    r"|no (?:longer|later|more|less|fewer|smaller|larger|bigger) than|no matter|no surprise"
    r"|(?:not|\w+n['’]t) \w+ (?:\w+ )?until"
    r"|(?:not|\w+n['’]t) (?:have |be )?(?:\w+ )?(?:at )?(?:a )?(?:better|worse)"
    r"|\w+n['’]t (?:it|he|she|they|you|we|I|there)(?=\?)|not long (?:ago|before|after)"
    r"|mak\w+ no difference"
    r"|(?<!\w )not since|nothing (?:more|less) than|no man['’]s land"
    r"|never been (?:more|less|better|worse|(?!under|over|after|ever|never)\w+er)"
    r"|no (?:\w+ )?\w+(?:,| and|,? or)\s(?=no\b)"
    r"|no wonder|(?:do not|don['’]t|not to) forget|not disrupt\w*|no\. ?\d+"
    r"|nevertheless)\b",
    re.I,
)
_KOREAN_IDLE = re.compile(
    r"지\s?않을까|지\s?않겠[느는]|뿐(?:만)?\s?(?:이)?\s?아니|수밖에\s?없|밖에\s?없|지\s?않으면\s?안|지\s?않느냐|지\s?않는가"
    r"|지\s?않나|얼마\s?(?:되|지나|안)|다름\s?아|머지\s?않|못지\s?않|끊임\s?없|틀림\s?없|어김\s?없|다름\s?없|상관\s?없|관계\s?없"
    r"|적지\s?않|이\s?없이|\s없이|손색|변함\s?없|예외\s?없|의심할\s?[수여]|아낌\s?없|거침\s?없|쉴\s?새\s?없|수\s?없이|지\s?못하면"
    r"|지\s?않으면"
    r"|지\s?않도록|지\s?못하도록|지\s?않기\s?위|지\s?않게|[이가]\s?아니냐|아닌가|지\s?않고|지\s?않은\s?채|믿을\s수\s없|형편\s?없"
    r"|(?<=[가-힣0-9%])밖에\s(?:[가-힣]+\s)?[가-힣]{1,3}지\s?(?:않|못)"
    r"|도\s(?:되|미치|차)지\s?(?:않|못)|[0-9]\s?[가-힣%]{0,3}도\s남지\s?않"
    r"|에(?:는|도)?\s미치지\s?못|(?:없|않|았|못했|아니)[다라]고\s부인"
    r"|수\s?없을\s?(?:만큼|정도)|(?:뇌리|머리|머릿속)[를을]\s?떠나지\s?않|숨길\s수\s없|전례\s?없|말할\s것도\s없|안됐|좋지\s?않|없애"
)
# Characters in Korean for one in English of two quotations that say the same.
_LEAST_ALIKE, _MOST_ALIKE = 0.3, 0.75
_MOST_WORDS = 45  # in a longer sentence too many words could answer


def negation(source: str, target: str, source_language: str, target_language: str) -> list[Finding]:
    """A plain negation of one side that nothing on the other answers.

    Where both sides quote the same, the quotation and what stands around it are also weighed
    apart, so that a negation in the one does not excuse a negation in the other.
    """
    if {source_language, target_language} != {"en", "ko"}:
        return []
    forward = source_language == "en"
    english, korean = (source, target) if forward else (target, source)
    if len(english.split()) > _MOST_WORDS:
        return []
    for here, there in ((english, korean), *_parts(english, korean)):
        place, in_english = _unmatched(here, there)
        if place is not None:
            return [_finding(source, place, in_english == forward, target)]
    return []


def _unmatched(english: str, korean: str) -> tuple[Span | None, bool]:
    """The span of a negation that only one side has, and whether that is the English one."""
    idle_english, idle_korean = (
        len(_ENGLISH_IDLE.findall(english)),
        len(_KOREAN_IDLE.findall(korean)),
    )
    english = _ENGLISH_IDLE.sub(_blank, english)
    korean = _KOREAN_IDLE.sub(_blank, korean)
    plain_english = [m.span() for m in _ENGLISH_PLAIN.finditer(english)]
    plain_korean = [m.span() for m in _KOREAN_PLAIN.finditer(korean)]
    finite_korean = [m.span() for m in _KOREAN_FINITE.finditer(korean)]
    if len(plain_english) == len(plain_korean):
        return None, False
    rest_english, rest_korean = _unanswered(english, korean)
    may_english = idle_english + _count(_ENGLISH_OTHER, rest_english, plain_english)
    may_korean = idle_korean + _count(_KOREAN_OTHER, rest_korean, plain_korean)
    if len(plain_english) > len(plain_korean) + may_korean:
        return plain_english[-1], True
    if len(finite_korean) > len(plain_english) + may_english:
        return finite_korean[-1], False
    return None, False


def _parts(english: str, korean: str) -> Iterator[tuple[str, str]]:
    """The one quotation of each text and the rest, the other part blanked; none if unlike."""
    here, there = list(quotations(english)), list(quotations(korean))
    if len(here) != 1 or len(there) != 1:
        return
    [((a, b), said)], [((c, d), also)] = here, there
    if not _LEAST_ALIKE * len(said) < len(also) < _MOST_ALIKE * len(said):
        return
    yield (
        " " * a + english[a:b] + " " * (len(english) - b),
        " " * c + korean[c:d] + " " * (len(korean) - d),
    )
    yield english[:a] + " " * (b - a) + english[b:], korean[:c] + " " * (d - c) + korean[d:]


def _finding(source: str, place: Span, in_source: bool, target: str) -> Finding:
    if in_source:
        message = f"the negation {quoted(source[slice(*place)])} is not in the translation"
        return error(Kind.NEGATION, message, place, None)
    message = f"the translation denies what the source says: {quoted(target[slice(*place)])}"
    return error(Kind.NEGATION, message, None, place)


def _unanswered(english: str, korean: str) -> tuple[str, str]:
    """Both texts without the words that answer each other."""
    for here, there in _ANSWERS:
        found = here.search(english)
        answer = there.search(korean) if found else None
        if found and answer:
            english = english[: found.start()] + _blank(found) + english[found.end() :]
            korean = korean[: answer.start()] + _blank(answer) + korean[answer.end() :]
    return english, korean


def _count(pattern: re.Pattern[str], text: str, plain: list[Span]) -> int:
    """How often `pattern` is in `text` outside the plain negations."""
    return sum(
        not any(start < m.end() and m.start() < end for start, end in plain)
        for m in pattern.finditer(text)
    )


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match.group())
