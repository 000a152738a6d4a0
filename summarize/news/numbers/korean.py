"""Numbers of Korean news text with what they count.

The order of the rules is that of `english`. Spelled numerals are read only where a counter
follows (`korean_counters`).
"""

from __future__ import annotations

import re

from summarize.news.numbers import korean_dates
from summarize.news.numbers.korean_counters import AFTER, counted, is_counter, may_stand
from summarize.news.numbers.korean_numerals import korean_numerals
from summarize.news.numbers.korean_phrases import claim_first, claim_phrases
from summarize.news.numbers.numerals import Numeral, Reading
from summarize.news.numbers.quantity import Claims
from summarize.news.numbers.units import CURRENCY_SIGNS, alternation

_NUMBERED = re.compile(
    r"[0-9]|[한두세네석넉둘셋넷십백천만억조첫열쉰반절양쌍낮밤]|하나|다섯|여섯|일곱|여덟|아홉"
    r"|스물|스무|서른|마흔|예순"
    r"|일흔|여든|아흔|하루|이틀|사흘|나흘|닷새|엿새|열흘|보름|서너|[일삼사오육칠팔구] ?(?:년"
    r"|개월|층|주|일(?:간|동|에|째|만|전|후| 전| 후))|예닐곱|요일|정오|자정|처음|최초"
)
_ENTITY = re.compile(r"&#?[A-Za-z0-9]{2,8};")
_FULL_HOUSE = re.compile(
    r"(?<![가-힣])만원(?= ?(?:관객|관중|사례|버스|열차|지하철|법정)|을 이|이었|이 되어)"
)
_ENGLISH_SCALE = re.compile(r"\s?(?P<scale>bn|billion|mn|million|trillion|tn)\b")
_SPEED = re.compile(r"(?:시속|초속|풍속)\s?$")
_PER = {"시속": "h", "초속": "s"}
_DEGREES = re.compile(
    r"(?P<scale>섭씨|화씨)\s?(?P<below>영하\s?|마이너스\s?)?$|(?P<below2>영하|마이너스)\s?$"
)
_APPROXIMATE_BEFORE = re.compile(
    r"(?:약|대략|거의|최소|최대|최고|무려|근|줄잡아|적어도|많게는|적게는|어림잡아|불과"
    r"|또 다른)\s?(?:US|미화)?\s?[$€£¥₩]?\s?$|[~∼≈]\s?$"
)
_APPROXIMATE_AFTER = re.compile(
    r"\s?(?:가량|정도|쯤|안팎|내외|남짓|이상|이하|미만|넘|초과|여|에 달|에 육박|에 가까|대"
    r"(?=[로에의를 ]))"
)
_ENGLISH_SCALES = {"m": 10**6, "b": 10**9, "t": 10**12}
_GLOSS = re.compile(
    r"\s?\(\s?(?:약|미화|한화|우리 ?돈(?:으로)?|우리돈|한국 ?돈|원화)?\s?(?:약)?\s?(?:US)?$"
)
_LINK = re.compile(r"\s?[~∼\-–·ㆍ,]\s?|에서 |부터 |내지 |또는 |과 |와 |, ")


def read(text: str) -> Claims:
    """Every quantity of Korean `text`, claimed."""
    claims = Claims(text)
    if not _NUMBERED.search(text):
        return claims
    for pattern in (_ENTITY, _FULL_HOUSE):
        for match in pattern.finditer(text):
            claims.block(*match.span())
    claim_first(claims)
    korean_dates.claim(claims)
    claim_phrases(claims)
    _cardinals(claims)
    return claims


def _cardinals(claims: Claims) -> None:
    text = claims.text
    readings = []
    for numeral in korean_numerals(text):
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
        reading.claim(claims, optional)


def _reading(text: str, numeral: Numeral) -> Reading | None:
    start, end, value = numeral.start, numeral.end, numeral.value
    kind, unit = "number", ""
    before = text[max(0, start - 8) : start]
    sign = re.search(rf"(?P<sign>{alternation(CURRENCY_SIGNS)})\s?$", before)
    if numeral.style == "digits" and (scale := _ENGLISH_SCALE.match(text, end)):
        numeral = numeral.times(_ENGLISH_SCALES[scale["scale"][0]], scale.end())
        end, value = numeral.end, numeral.value
    after = AFTER.match(text, end)
    if after and after["unit"] and not is_counter(text, after):
        after = None
    if numeral.style != "digits" and not may_stand(text, numeral, after):
        return None
    if sign and numeral.style == "digits":
        kind, unit = "money", CURRENCY_SIGNS[sign["sign"]]
        start -= len(before) - sign.start()
    elif after:
        kind, unit, value = counted(after, numeral)
        end = after.end()
    elif _is_year(text, numeral):
        return Reading(numeral, start, end, "date", text[start:end], None, False)
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
        and kind in ("measure", "percent", "number")
    ):
        value, start = -value, start - 1
    approximate = (
        numeral.approximate
        or bool(_APPROXIMATE_BEFORE.search(before))
        or bool(_APPROXIMATE_AFTER.match(text, end))
    )
    return Reading(numeral, start, end, kind, unit, value, approximate)


def _is_year(text: str, numeral: Numeral) -> bool:
    written = text[numeral.start : numeral.end]
    return len(written) == 4 and written.isdigit() and "1900" <= written <= "2100"


def _share(text: str, readings: list[Reading]) -> None:
    """In "10~15%" and "3, 4위" the first figure has the unit of the last."""
    for first, second in zip(reversed(readings[:-1]), reversed(readings[1:]), strict=True):
        if first.kind != "number" or second.kind in ("number", "date"):
            continue
        link = _LINK.fullmatch(text[first.end : second.start])
        if link is None or first.value is None or second.value is None:
            continue
        first.kind, first.unit = second.kind, second.unit
        tight = link[0].strip() in ("~", "∼", "-", "–")
        if tight:
            first.take_scale(second)
