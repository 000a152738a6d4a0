"""What Korean news says with numbers beyond "so many of these", each claimed by its own rule.

Articles and issues (제47조, 제8호 태풍), ages, fractions, names, scores, ordinals without a
figure and days by name (사흘).
"""

from __future__ import annotations

import re
from fractions import Fraction

from summarize.news.numbers.korean_counters import AFTER
from summarize.news.numbers.korean_numerals import value_of
from summarize.news.numbers.numerals import FIGURES, roman
from summarize.news.numbers.quantity import Claims

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
    r"(?<![A-Za-z0-9$€£.-])(?:[A-Z]{1,6}-[0-9]{1,4}[A-Z]{0,2}"
    r"|[A-Z][A-Za-z]{0,7}[0-9]{1,4}[A-Za-z]{0,2}"
    r"|[0-9]{1,2}[GDK](?![A-Za-z])|[0-9]{3,4}[pi](?![A-Za-z])|H[0-9]{1,2}N[0-9]{1,2}"
    r"|[0-9]x[0-9])(?![A-Za-z0-9%])"
    r"|(?P<corona>코로나(?:바이러스)? ?-?)(?P<number>19)(?![0-9])"
)
_SCORE = re.compile(
    r"(?<![A-Za-z0-9.,:-])(?P<a>[0-9]{1,3})(?P<join>\s?대\s?|-|:|–|\s?vs\s?)(?P<b>[0-9]{1,3})"
    r"(?![0-9%]|[.,][0-9]|-[0-9]{3})"
)
_PERFECT = re.compile(
    r"(?<![0-9])(?P<won>[0-9]{1,3})승\s?(?:(?P<drawn>[0-9]{1,3})무\s?)?(?P<lost>[0-9]{1,3})패"
)
_FRACTION = re.compile(
    rf"(?P<bottom>{FIGURES}|[이삼사오육칠팔구십백천만]+)\s?분의\s?(?P<top>{FIGURES}"
    r"|[일이삼사오육칠팔구])"
    r"|(?<![0-9/.])(?P<a>[1-9][0-9]?)/(?P<b>[1-9][0-9]{0,2})(?![0-9/]|\.[0-9])(?!\s?분기)(?<!9/11)"
    r"|(?<![가-힣])(?P<half>절반|과반|(?<!시 )반(?=[ 으을이에의도]))"
)
_BATTING = re.compile(r"(?<![0-9])(?P<a>[0-9])할\s?(?:(?P<b>[0-9])푼\s?)?(?:(?P<c>[0-9])리)?")
_FIRST = re.compile(
    r"(?<![가-힣])(?:첫\s?번째|첫째|첫날|첫(?= )|처음|최초|제일)|(?<=사상 )처음|"
    r"(?<![가-힣])둘째|(?<![가-힣])셋째|(?<![가-힣])넷째|(?<![가-힣])다섯째"
)
_FIRST_VALUES = {"둘": 2, "셋": 3, "넷": 4, "다": 5}
_ARTICLE = re.compile(
    r"(?:제|(?<![가-힣])제\s)(?P<number>[0-9]{1,4})(?![0-9,.])\s?(?P<unit>조|항|호|차|회|대|기"
    r"|장|절|권|편|위|세기|부|군|공화국|사단|여단|국|구역|[가-힣])?"
)
_LAW = re.compile(
    r"(?:헌법|법|조약|규약|협정|시행령|헌장|규정)\s(?P<number>[0-9]{1,3})조|(?<![0-9])"
    r"(?P<number2>[0-9]{1,3})조(?:(?=\s?(?:[0-9]{1,2}항))|(?<=조[와과,·]\s[0-9]조)|"
    r"(?<=조[와과,·]\s[0-9][0-9]조))(?!\s?(?:원|달러|[0-9]+억))"
)
_ROMAN = re.compile(r"(?<![A-Za-z])(?P<roman>[IVX]{1,5})(?=\s?세)")
_BRACKETED_AGE = re.compile(
    r"(?<=[가-힣A-Za-z])\((?:[가-힣A-Za-z ]{1,8}[,.·]\s?)?(?P<age>[1-9][0-9])\)"
)
_DECADE_AGE = re.compile(
    r"(?<![0-9.,])(?:(?P<before>[1-9]0)(?=(?:대?\s?[,~∼·\-–]|대?와|대?에서)\s?[1-9]0대)|"
    r"(?P<age>[1-9]0|십)대(?!의? ?(?:차|자동차|트럭|버스|항공기|비행기|기|를 (?:동원|투입|생산"
    r"|판매|보유|도입|수출|구입|구매|배치|실은)|가량|기업|과제|뉴스|재벌|그룹|대|정책|원칙|사업"
    r"|도시|대회|[0-9])))"
)


def claim_first(claims: Claims) -> None:
    """Claims what would be misread as a date or an amount: 제3조, 30대, 3분의 1."""
    _articles(claims)
    _decade_ages(claims)
    _fractions(claims)


def claim_phrases(claims: Claims) -> None:
    """Claims the rest of what these rules know; dates come before them."""
    text = claims.text
    _names(claims)
    _scores(claims)
    _ordinals(claims)
    for match in _DAY_NAMES.finditer(text):
        value = _DAYS[match["day"]]
        claims.add(*match.span(), "duration", value, "day", optional=value == 1)
    for match in _SINO_DAYS.finditer(text):
        claims.add(*match.span(), "duration", value_of(match["days"]), "day")


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
        a, b = value_of(top), value_of(bottom)
        if a is None or b is None or b == 0 or (match["a"] and a >= b):
            continue
        claims.add(*match.span(), "fraction", a / b)
    for match in _BATTING.finditer(claims.text):
        value = Fraction(int(f"{match['a']}{match['b'] or 0}{match['c'] or 0}"), 1000)
        if match["b"] or match["c"]:
            claims.add(*match.span(), "number", value)


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
            and AFTER.match(text, match.end())
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
