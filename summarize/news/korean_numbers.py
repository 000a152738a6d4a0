"""Numbers of Korean news text with what they count.

The order of the rules is that of `summarize.news.english_numbers`. Spelled numerals are
read only where a counter follows (세 명, but not 세계; 네 곳, but not 네 생각), since 세, 이
or 만 alone are more often something else. No morphological analysis is made: counters tell
nearly all cases apart, in a tenth of its time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from summarize.news import dates, numerals
from summarize.news.numerals import FIGURES, Numeral, roman
from summarize.news.quantity import Claims
from summarize.news.units import (
    COUNTS,
    CURRENCY_SIGNS,
    DURATIONS,
    MEASURES,
    MONEY,
    alternation,
    by_word,
)

_NUMBERED = re.compile(
    r"[0-9]|[한두세네석넉둘셋넷십백천만억조첫열쉰반절양쌍낮밤]|하나|다섯|여섯|일곱|여덟|아홉|스물|스무|서른|마흔|예순"
    r"|일흔|여든|아흔|하루|이틀|사흘|나흘|닷새|엿새|열흘|보름|서너|[일삼사오육칠팔구] ?(?:년|개월|층|주|일(?:간|동|에|째|만|전|후| 전| 후))|예닐곱|요일|정오|자정|처음|최초"
)
_DAYS = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "여드레": 8,
    "아흐레": 9,
    "열흘": 10,
    "보름": 15,
}
_DAY_NAMES = re.compile(rf"(?<![가-힣])(?P<day>{'|'.join(_DAYS)})(?!빨리|살이|하루|아침|종일|달)")
_SINO_DAYS = re.compile(
    r"(?<![가-힣])(?P<days>[삼사오육칠팔구])일(?=간|동안|에 걸|째|만에| 만에|전에|후에| 전| 후| 뒤)"
)
_NAME = re.compile(
    r"(?<![A-Za-z0-9$€£.-])(?:[A-Z]{1,6}-[0-9]{1,4}[A-Z]{0,2}|[A-Z][A-Za-z]{0,7}[0-9]{1,4}[A-Za-z]{0,2}"
    r"|[0-9]{1,2}[GDK](?![A-Za-z])|[0-9]{3,4}[pi](?![A-Za-z])|H[0-9]{1,2}N[0-9]{1,2}|[0-9]x[0-9])(?![A-Za-z0-9%])"
    r"|(?P<corona>코로나(?:바이러스)? ?-?)(?P<number>19)(?![0-9])"
)
_SCORE = re.compile(
    rf"(?<![0-9.,:-])(?P<a>[0-9]{{1,3}})(?P<join>\s?대\s?|-|:|–|\s?vs\s?)(?P<b>[0-9]{{1,3}})(?![0-9%]|[.,][0-9]|-[0-9]{{3}})"
)
_PERFECT = re.compile(
    r"(?<![0-9])(?P<won>[0-9]{1,3})승\s?(?:(?P<drawn>[0-9]{1,3})무\s?)?(?P<lost>[0-9]{1,3})패"
)
_FRACTION = re.compile(
    rf"(?P<bottom>{FIGURES}|[이삼사오육칠팔구십백천만]+)\s?분의\s?(?P<top>{FIGURES}|[일이삼사오육칠팔구])"
    r"|(?<![0-9/.])(?P<a>[1-9][0-9]?)/(?P<b>[1-9][0-9]{0,2})(?![0-9/]|\.[0-9])(?!\s?분기)(?<!9/11)"
    r"|(?<![가-힣])(?P<half>절반|과반|반(?=[ 으을이에의도]))"
)
_BATTING = re.compile(r"(?<![0-9])(?P<a>[0-9])할\s?(?:(?P<b>[0-9])푼\s?)?(?:(?P<c>[0-9])리)?")
_FIRST = re.compile(
    r"(?<![가-힣])(?:첫\s?번째|첫째|첫날|첫(?= )|처음|최초|제일)|(?<=사상 )처음|(?<![가-힣])둘째|(?<![가-힣])셋째|(?<![가-힣])넷째|(?<![가-힣])다섯째"
)
_FIRST_VALUES = {"둘": 2, "셋": 3, "넷": 4, "다": 5}
_ARTICLE = re.compile(
    r"(?:제|(?<![가-힣])제\s)(?P<number>[0-9]{1,4})(?![0-9,.])\s?(?P<unit>조|항|호|차|회|대|기|장|절|권|편|위|세기|부|군|공화국|사단|여단|국|구역|[가-힣])?"
)
_LAW = re.compile(
    r"(?:헌법|법|조약|규약|협정|시행령|헌장|규정)\s(?P<number>[0-9]{1,3})조|(?<![0-9])(?P<number2>[0-9]{1,3})조(?:(?=\s?(?:[0-9]{1,2}항))|(?<=조[와과,·]\s[0-9]조)|(?<=조[와과,·]\s[0-9][0-9]조))(?!\s?(?:원|달러|[0-9]+억))"
)
_ENTITY = re.compile(r"&#?[A-Za-z0-9]{2,8};")
_ROMAN = re.compile(r"(?<![A-Za-z])(?P<roman>[IVX]{1,5})(?=\s?세)")
_BRACKETED_AGE = re.compile(
    r"(?<=[가-힣A-Za-z])\((?:[가-힣A-Za-z ]{1,8}[,.·]\s?)?(?P<age>[1-9][0-9])\)"
)
_ENGLISH_SCALE = re.compile(r"\s?(?P<scale>bn|billion|mn|million|trillion|tn)\b")
_SPEED = re.compile(r"(?:시속|초속|풍속)\s?$")
_PER = {"시속": "h", "초속": "s"}
_DEGREES = re.compile(
    r"(?P<scale>섭씨|화씨)\s?(?P<below>영하\s?|마이너스\s?)?$|(?P<below2>영하|마이너스)\s?$"
)
_APPROXIMATE_BEFORE = re.compile(
    r"(?:약|대략|거의|최소|최대|최고|무려|근|줄잡아|적어도|많게는|적게는|어림잡아|불과|또 다른)\s?(?:US|미화)?\s?[$€£¥₩]?\s?$|[~∼≈]\s?$"
)
_APPROXIMATE_AFTER = re.compile(
    r"\s?(?:가량|정도|쯤|안팎|내외|남짓|이상|이하|미만|넘|초과|여|에 달|에 육박|에 가까|대(?=[로에의를 ]))"
)
_DECADE_AGE = re.compile(
    r"(?<![0-9.,])(?:(?P<before>[1-9]0)(?=(?:대?\s?[,~∼·\-–]|대?와|대?에서)\s?[1-9]0대)|(?P<age>[1-9]0|십)대(?!의? ?(?:차|자동차|트럭|버스|항공기|비행기|기|를 (?:동원|투입|생산|판매|보유|도입|수출|구입|구매|배치|실은)|가량|기업|과제|뉴스|재벌|그룹|대|정책|원칙|사업|도시|대회|[0-9])))"
)

# Ordinal marks, longest first; each stands right after the numeral.
_ORDINAL_MARKS = r"번째|째번|째|위|등급?|차례?|호선?|순위|학년|주년|강|회|세기|류|급|단계|번(?=[ 으]|$)|조(?![ ]?[0-9원]|\s?달)|대(?= ?(?:대통령|총리|국왕|의회|회장|국회))"
_NATIVE_FREE = {"두", "세", "다섯", "여섯", "일곱", "여덟", "아홉"}
_ALONE = re.compile(r"[ ,.은이을도]|의 |과 |와 |만 |로 |$")
_FOUR_OF = re.compile(
    r" (?:남|여|아이|소[년녀]|어린|사람|나라|도시|국가|가족|형제|자매|친구|젊은|노인|선수|팀|부분|방향)"
)
# Counters that news writes without a space after a native numeral; with others the two
# syllables are a word of their own (세대, 세부, 열차, 두통).
_ATTACHED = frozenset("명 개 살 번째 번 시간 달 차례 가지 마리 사람 군데 곳 배 개월".split())
_UNIT_WORDS = by_word((*MONEY, *DURATIONS, *MEASURES, *COUNTS), "ko")
_UNIT = alternation(_UNIT_WORDS)
_MONEY_WORDS = frozenset(by_word(MONEY, "ko"))
_AFTER = re.compile(
    r"(?P<points>\s?(?:%|％|퍼센트|프로)\s?(?:p(?![a-z])|P(?![a-z])|포인트|point))"
    r"|(?P<basis>\s?(?:bp|베이시스포인트|베이시스 포인트))"
    r"|(?P<percent>\s?(?:%|％|퍼센트|프로(?![가-힣]{2})|[Pp][Cc][Tt]))"
    r"|(?P<age>\s?(?:세(?!기|트|대|계|션)|살(?!해|인|상|충)))"
    r"|(?P<century>\s?세기)"
    r"|(?P<ordinal>\s?(?:번째|위(?!안|원|성|치|협|기|험|장)|등(?=[ 급을으이에]|$)|차(?!례|량|이|별|지|관)|호(?!주|텔|수)|순위|학년|주년|강(?!원|남|북|제|력|화|도|한|경|조)|류(?= ))(?!로써))"
    r"|(?P<multiple>\s?배(?!럴|우|치|경|달|포|출|상|터))"
    r"|(?P<half>년\s?반|시간\s?반|개월\s?반|달\s?반|배\s?반)"
    r"|(?P<seconds>초(?P<hundredths>[0-9]{1,2}))"
    rf"|(?P<unit>(?:여\s)?\s?(?:{_UNIT}))"
)
# What a one-syllable counter must not go on with to be one.
_GOES_ON = {
    "개": re.compile(r"혁|선|발|최|인|별|막|봉|국$"),
    "대": re.compile(
        r"통령|회|륙|학|형|표|부분|다수|체|규모|책|중|응|신|비|상|선|사관|한|변인|양|위"
    ),
    "분": re.compile(r"기|의|야|석|쟁|단|리|노|포|배"),
    "장": re.compile(r"관|교|기|군|애|소|비|면|치|악|벽|시간|례"),
    "건": re.compile(r"물|강|설|조|축|국"),
    "주": re.compile(r"요|민|장|도|로|말|변|택|식|가|지|목|한|제|석|미"),
    "달": re.compile(r"러|라|리|성|려|라이|하"),
    "원": re.compile(r"문|인|래|칙|자|하|유|료|정|조|장|숭"),
    "편": re.compile(r"지|집|안|성|견|리"),
    "점": re.compile(r"검|령|심|유|차|진|거|포"),
    "표": re.compile(r"현|준|시|적|면|명|결"),
    "회": re.compile(r"사|의|담|장|원|복|견|동"),
    "곳": None,
    "도": re.compile(r"시|로|쿄|움|전|착|입|발|망|중|시|구|서관|난|피|박|심"),
    "번": re.compile(r"호|영|역|화"),
    "기": re.compile(r"자|업|관|술|간|존|록|대|준|소|금|온|계|독"),
    "석": re.compile(r"유|방|탄|사|조"),
    "종": re.compile(r"교|료|합|업|목"),
    "구": re.compile(r"조|성|역|속|체|매|호|축|름|간|직|글"),
    "문": re.compile(r"제|화|서|의|학|자|명"),
    "통": re.compile(r"신|계|과|화|일|합|행|치|제"),
    "줄": re.compile(r"어|이|였|리|곧|기"),
    "초": re.compile(r"기|반|등|대|청|과|점|안|음|강|래|췌"),
    "인": re.compile(r"터|구|간|류|기|물|력|상|근|하|도|권|천|질|종|사|민|정|수|용|접|프"),
    "군": re.compile(r"사|인|대|함|부|중|병"),
    "부": re.compile(r"터|상|분|대|장|모|인|문|동|품|족|시|자|정|통|산|담|채|과"),
    "발": re.compile(r"표|생|전|사|견|언|행|달|효|병|급|목"),
    "층": None,
    "채": re.compile(r"권|용|택|무|널|소|팅"),
    "해": re.compile(r"외|결|당|군|안|고|상|킹|수|제|석|체|명|양|를|야|서|왔|졌|주|온|로"),
    "살": re.compile(r"해|인|상|충"),
    "자": re.compile(r"신|금|동|유|본|연|체|녀|국|살|원|료|택|전|리|격|선|주|기|세|가|는|들|가"),
    "불": re.compile(r"법|과|안|만|교|가|능|구|이|신|확|공|황|타|을|길"),
    "판": re.compile(r"사|결|매|단|정"),
    "곡": re.compile(r"물|선|괭"),
    "팀": re.compile(r"장"),
    "권": re.compile(r"리|력|고|한|투|위"),
    "벌": re.compile(r"금|어|써|이|인|여"),
    "조각": None,
    "점포": None,
    "평": re.compile(r"균|가|화|양|소|범|생|일|창|등|방"),
    "t": re.compile(r"[a-z]"),
    "p": re.compile(r"[a-z]"),
    "m": re.compile(r"[A-Za-z]"),
    "g": re.compile(r"[A-Za-z]"),
    "W": re.compile(r"[A-Za-z0-9]"),
    "V": re.compile(r"[A-Za-z0-9]"),
    "L": re.compile(r"[A-Za-z0-9]"),
    "엔": re.compile(r"진|지|터"),
    "유로": re.compile(r"존|화|파|스|[0-9]"),
    "사람": None,
    "반": None,
    "달러": None,
    "일": re.compile(
        r"본|반|부(?!터)|정|어|하|단|자리|상|제|찍|요|행|곱|으|으킨|시|대|류|관|체|련|치|환|할"
    ),
    "년": re.compile(r"대|도"),
    "명": re.compile(r"령|예|백|칭|분|확|성|단|절|시|문|소|물|왕|품"),
    "조": None,
    "쪽": None,
    "끼": re.compile(r"리|어|친"),
    "단계": None,
    "팩": None,
    "병": re.compile(r"원|사|력|역|실|세"),
    "잔": re.compile(r"디|해|인|혹|치|류|여"),
    "쌍": re.compile(r"방|둥"),
    "칸": re.compile(r"영|막"),
    "골": re.compile(r"프|문|키|드|목|절|대|반"),
    "척": re.compile(r"추|결|도|하"),
    "가지": re.compile(r"고|만|치|런|기|면"),
    "라운드": None,
    "그루": None,
}
_ENGLISH_SCALES = {"m": 10**6, "b": 10**9, "t": 10**12}
_GLOSS = re.compile(
    r"\s?\(\s?(?:약|미화|한화|우리 ?돈(?:으로)?|우리돈|한국 ?돈|원화)?\s?(?:약)?\s?(?:US)?$"
)
_LINK = re.compile(r"\s?[~∼\-–·ㆍ,]\s?|에서 |부터 |내지 |또는 |과 |와 |, ")


@dataclass(slots=True)
class _Reading:
    numeral: Numeral
    start: int
    end: int
    kind: str
    unit: str
    value: Fraction | None
    approximate: bool


def read(text: str) -> Claims:
    """Every quantity of Korean `text`, claimed."""
    claims = Claims(text)
    if not _NUMBERED.search(text):
        return claims
    for match in _ENTITY.finditer(text):
        claims.block(*match.span())
    _articles(claims)
    _decade_ages(claims)
    _fractions(claims)
    dates.korean(claims)
    _names(claims)
    _scores(claims)
    _ordinals(claims)
    for match in _DAY_NAMES.finditer(text):
        value = _DAYS[match["day"]]
        claims.add(*match.span(), "duration", value, "day", optional=value == 1)
    for match in _SINO_DAYS.finditer(text):
        claims.add(*match.span(), "duration", _value(match["days"]), "day")
    _cardinals(claims)
    return claims


def _articles(claims: Claims) -> None:
    """제47조, 제8호 태풍: a number in a row, whatever the counter means elsewhere."""
    for match in _ARTICLE.finditer(claims.text):
        unit = "century" if match["unit"] == "세기" else ""
        end = (
            match.end()
            if match["unit"] in ("조", "항", "호", "차", "회", "대", "위", "세기")
            else match.end("number")
        )
        claims.add(match.start(), end, "ordinal", int(match["number"]), unit)

    for match in _LAW.finditer(claims.text):
        group = "number" if match["number"] else "number2"
        claims.add(match.start(group), match.end(group) + 1, "ordinal", int(match[group]))
    for match in _ROMAN.finditer(claims.text):
        claims.add(*match.span(), "ordinal", roman(match["roman"]), optional=match["roman"] == "I")
    for match in _BRACKETED_AGE.finditer(claims.text):
        claims.add(*match.span("age"), "age", int(match["age"]), "year")


def _decade_ages(claims: Claims) -> None:
    for match in _DECADE_AGE.finditer(claims.text):
        written = match["before"] or match["age"]
        low = 10 if written == "십" else int(written)
        if claims.text[max(0, match.start() - 1) : match.start()] in ("년",):
            continue
        claims.add(*match.span(), "age", unit="year", low=low, high=low + 9, optional=low == 10)


def _fractions(claims: Claims) -> None:
    for match in _FRACTION.finditer(claims.text):
        if match["half"]:
            claims.add(*match.span(), "fraction", Fraction(1, 2), optional=True)
            continue
        top, bottom = match["top"] or match["a"], match["bottom"] or match["b"]
        a, b = _value(top), _value(bottom)
        if a is None or b is None or b == 0 or (match["a"] and a >= b):
            continue
        claims.add(*match.span(), "fraction", a / b)
    for match in _BATTING.finditer(claims.text):
        value = Fraction(int(f"{match['a']}{match['b'] or 0}{match['c'] or 0}"), 1000)
        if match["b"] or match["c"]:
            claims.add(*match.span(), "number", value)


def _value(text: str) -> Fraction | None:
    found = numerals.korean(text)
    return found[0].value if found else None


def _names(claims: Claims) -> None:
    for match in _NAME.finditer(claims.text):
        if match["corona"]:
            claims.add(*match.span(), "name", 19, "COVID-19")
            continue
        name = match[0]
        value = Fraction(re.findall(r"[0-9]+", name)[0])
        if name.startswith(("US", "Q")) or name in ("UTC", "GMT"):
            continue
        claims.add(*match.span(), "name", value, name)


def _scores(claims: Claims) -> None:
    text = claims.text
    for match in _PERFECT.finditer(text):
        for group in ("won", "drawn", "lost"):
            if match[group]:
                claims.add(match.start(group), match.end(group) + 1, "count", int(match[group]))
    for match in _SCORE.finditer(text):
        a, b = int(match["a"]), int(match["b"])
        after = text[match.end() : match.end() + 3].lstrip()
        join = match["join"].strip()
        if (
            join == "-"
            and a < b
            and _AFTER.match(text, match.end())
            and not after.startswith(("위", "로"))
        ):
            continue
        if join == ":" and len(match["b"]) == 2 and a < 25 and b < 60:
            continue
        claims.add(*match.span(), "score", unit=f"{a}-{b}")


def _ordinals(claims: Claims) -> None:
    for match in _FIRST.finditer(claims.text):
        value = _FIRST_VALUES.get(match[0][0], 1)
        claims.add(*match.span(), "ordinal", value, optional=value <= 2)


def _cardinals(claims: Claims) -> None:
    text = claims.text
    readings = []
    for numeral in numerals.korean(text):
        if claims.free(numeral.start, numeral.end):
            reading = _reading(text, numeral)
            if reading is not None:
                readings.append(reading)
    _share(text, readings)
    last_money_end = -1
    for reading in readings:
        optional = reading.value == 1 and reading.kind in (
            "number",
            "count",
            "duration",
            "multiple",
            "ordinal",
            "age",
            "measure",
        )
        optional |= (
            reading.value == 2 and reading.numeral.style == "native" and reading.kind == "number"
        )
        if reading.kind == "money":
            if last_money_end >= 0 and _GLOSS.fullmatch(text[last_money_end : reading.start]):
                optional = True
            last_money_end = reading.end
        claims.add(
            reading.start,
            reading.end,
            reading.kind,
            reading.value,
            reading.unit,
            approximate=reading.approximate,
            low=reading.numeral.low,
            high=reading.numeral.high,
            optional=optional,
        )


def _reading(text: str, numeral: Numeral) -> _Reading | None:
    start, end, value = numeral.start, numeral.end, numeral.value
    kind, unit = "number", ""
    before = text[max(0, start - 8) : start]
    sign = re.search(rf"(?P<sign>{alternation(CURRENCY_SIGNS)})\s?$", before)
    if numeral.style == "digits" and (scale := _ENGLISH_SCALE.match(text, end)):
        numeral = numeral.times(_ENGLISH_SCALES[scale["scale"][0]], scale.end())
        end, value = numeral.end, numeral.value
    after = _AFTER.match(text, end)
    if after and after["unit"] and not _counts(text, after):
        after = None
    if numeral.style != "digits" and not _may_stand(text, numeral, after):
        return None
    if sign and numeral.style == "digits":
        kind, unit = "money", CURRENCY_SIGNS[sign["sign"]]
        start -= len(before) - sign.start()
    elif after:
        kind, unit, value = _counted(after, numeral)
        end = after.end()
        if unit == "cent" or kind == "money":
            pass
    elif _is_year(text, numeral):
        return _Reading(numeral, start, end, "date", text[start:end], None, False)
    speed = _SPEED.search(before)
    if speed and unit in ("km", "m", "mile"):
        per = (
            "s"
            if before.rstrip().endswith("초속")
            or (before.rstrip().endswith("풍속") and unit == "m")
            else "h"
        )
        unit = {"kmh": "km/h", "ms": "m/s", "mileh": "mph"}.get(unit + per, unit)
    degrees = _DEGREES.search(before) if unit in ("degree", "°C", "°F") else None
    if degrees:
        if degrees["scale"]:
            unit = "°C" if degrees["scale"] == "섭씨" else "°F"
        if value is not None and (degrees["below"] or degrees["below2"]):
            value = -value
        start -= len(before) - degrees.start()
    elif (
        before[-1:] in ("-", "−")
        and before[-2:-1].strip() == ""
        and numeral.style == "digits"
        and value is not None
        and kind in ("measure", "percent")
    ):
        value, start = -value, start - 1
    approximate = (
        numeral.approximate
        or bool(_APPROXIMATE_BEFORE.search(before))
        or bool(_APPROXIMATE_AFTER.match(text, end))
    )
    return _Reading(numeral, start, end, kind, unit, value, approximate)


def _counts(text: str, after: re.Match[str]) -> bool:
    """Whether the counter is one, not the beginning of a word ("3대회", "세 장관")."""
    word = after["unit"].lstrip("여").strip()
    goes_on = _GOES_ON.get(word)
    return goes_on is None or not goes_on.match(text, after.end())


def _may_stand(text: str, numeral: Numeral, after: re.Match[str] | None) -> bool:
    """Whether a spelled numeral is one where it stands."""
    written = text[numeral.start : numeral.end].rstrip("여")
    follows = text[numeral.end : numeral.end + 1]
    spaced = follows == " "
    if numeral.value is None:
        return after is not None or spaced
    if numeral.style == "native":
        if (
            after is not None
            and not after[0][0].isspace()
            and not _may_attach(text, numeral, after)
        ):
            return False
        if written in ("석", "넉") and (
            after is None or after[0].strip() not in ("달", "장", "대", "잔")
        ):
            return False
        if after is not None:
            if written in ("네", "한", "열") and after["unit"] and len(after["unit"].strip()) == 1:
                return _ends_word(text, after.end())
            return True
        if written == "네" and _FOUR_OF.match(text, numeral.end):
            return True
        return (written in _NATIVE_FREE and spaced) or (
            written in ("둘", "셋", "넷", "하나") and bool(_ALONE.match(text, numeral.end))
        )
    if written == "만일":
        return False
    if after is None:
        return spaced and len(written) >= 3 and written[-1] in "만억" and numeral.scale > 1
    if len(written) == 1:
        return _lone_sino(text, written, spaced, after)
    if written[-1] in "조경":
        return after[0].strip() in _MONEY_WORDS
    return bool(re.search(r"[십백천만억조]", written)) and (
        _ends_word(text, after.end()) or len(after[0].strip()) > 1
    )


def _may_attach(text: str, numeral: Numeral, after: re.Match[str]) -> bool:
    if after[0] in ("명", "살", "시간", "개월", "마리", "사람", "가지"):
        return True
    if numeral.value is not None and 4 < numeral.value != 10:
        return _ends_word(text, after.end())
    return after[0] in _ATTACHED and _ends_word(text, after.end())


def _lone_sino(text: str, written: str, spaced: bool, after: re.Match[str]) -> bool:
    unit = after[0].strip()
    if written == "만" and unit == "년":
        return False
    if written in "십백천만":
        return (
            bool(after["unit"])
            and (
                unit
                in (
                    "명",
                    "원",
                    "달러",
                    "년",
                    "개",
                    "마리",
                    "배럴",
                    "톤",
                    "유로",
                    "엔",
                    "위안",
                    "번",
                    "가지",
                    "권",
                    "km",
                )
                and _ends_word(text, after.end())
            )
            or (bool(after["percent"]) and written == "백")
        )
    if written == "일":
        return unit in ("년", "주일") and _ends_word(text, after.end())
    if written in "이억조":
        return False
    return (
        unit in ("년", "개월", "분", "층", "주", "주일", "주간")
        and spaced
        and _ends_word(text, after.end())
        and not (written == "사" and unit == "분")
    )


def _ends_word(text: str, end: int) -> bool:
    return not text[end : end + 1] or bool(
        re.match(
            r"[^가-힣]|[이가은는을를의에도로와과만씩쯤당들째간여으]|까지|부터|마다|이나|정도|가량|이상|이하|미만|전|후|뒤|동안|내|만에|밖에|보다|처럼|라도|짜리|안팎|연속|넘",
            text[end : end + 2],
        )
    )


def _counted(after: re.Match[str], numeral: Numeral) -> tuple[str, str, Fraction | None]:
    value = numeral.value
    if after["points"]:
        return "percentage point", "%p", value
    if after["basis"]:
        return "percentage point", "%p", None if value is None else value / 100
    if after["percent"]:
        return "percent", "%", value
    if after["age"]:
        return "age", "year", value
    if after["century"]:
        return "ordinal", "century", value
    if after["ordinal"]:
        return "ordinal", "", value
    if after["multiple"]:
        return "multiple", "", value
    if after["half"]:
        word = after["half"].rstrip("반").strip()
        more = None if value is None else value + Fraction(1, 2)
        return (
            ("multiple", "", more) if word == "배" else ("duration", _UNIT_WORDS[word].name, more)
        )
    if after["seconds"]:
        digits = after["hundredths"]
        return (
            "duration",
            "second",
            None if value is None else value + Fraction(int(digits), 10 ** len(digits)),
        )
    word = after["unit"].strip().removeprefix("여 ").strip()
    unit = _UNIT_WORDS[word]
    if unit.name == "minute" and numeral.style == "native":
        return "count", "person", value
    return unit.kind, unit.name, value


def _is_year(text: str, numeral: Numeral) -> bool:
    written = text[numeral.start : numeral.end]
    return len(written) == 4 and written.isdigit() and "1900" <= written <= "2100"


def _share(text: str, readings: list[_Reading]) -> None:
    """In "10~15%" and "3, 4위" the first figure has the unit of the last."""
    for first, second in zip(reversed(readings[:-1]), reversed(readings[1:]), strict=True):
        if first.kind != "number" or second.kind in ("number", "date"):
            continue
        link = _LINK.fullmatch(text[first.end : second.start])
        if link is None or first.value is None or second.value is None:
            continue
        first.kind, first.unit = second.kind, second.unit
        tight = link[0].strip() in ("~", "∼", "-", "–")
        if tight and second.numeral.scale > 1 and first.numeral.scale == 1:
            if first.value < second.value / second.numeral.scale:
                first.value *= second.numeral.scale
