"""Korean counters: what follows a numeral, and whether a word is a numeral before it.

세 명 has a numeral and 세계 has none; 네 곳 has one and 네 생각 has none. A spelled numeral
is believed only where a counter follows that is not the beginning of another word. No
morphological analysis is made: counters tell nearly all cases apart in a tenth of its time.
"""

from __future__ import annotations

import re
from fractions import Fraction

from summarize.news.numbers.numerals import Numeral
from summarize.news.numbers.units import COUNTS, DURATIONS, MEASURES, MONEY, alternation, by_word

_TENS = {"스물", "서른", "마흔", "예순", "일흔", "여든", "아흔"}
_NATIVE_FREE = {"두", "세", "다섯", "여섯", "일곱", "여덟", "아홉"}
_AN_AGE = re.compile(r"이 (?:넘|되|지나)|을 (?:훌쩍 )?(?:넘|맞|바라)|에 |의 나이|까지 |부터 ")
_ALONE = re.compile(r"[ ,.은이을도]|의 |과 |와 |만 |로 |$")
_FOUR_OF = re.compile(
    r" (?:남|여|아이|소[년녀]|어린|사람|나라|도시|국가|가족|형제|자매|친구|젊은|노인|선수|팀"
    r"|부분|방향)"
)
# Counters that news writes without a space after a native numeral; with others the two
# syllables are a word of their own (세대, 세부, 열차, 두통).
_ATTACHED = frozenset(
    [
        "명",
        "개",
        "살",
        "번째",
        "번",
        "시간",
        "달",
        "차례",
        "가지",
        "마리",
        "사람",
        "군데",
        "곳",
        "배",
        "개월",
    ]
)
_UNIT_WORDS = by_word((*MONEY, *DURATIONS, *MEASURES, *COUNTS), "ko")
_UNIT = alternation(_UNIT_WORDS)
_MONEY_WORDS = frozenset(by_word(MONEY, "ko"))
AFTER = re.compile(
    r"(?P<points>\s?(?:%|％|퍼센트|프로)\s?(?:p(?![a-z])|P(?![a-z])|포인트|point))"
    r"|(?P<basis>\s?(?:bp|베이시스포인트|베이시스 포인트))"
    r"|(?P<percent>\s?(?:%|％|퍼센트|프로(?![가-힣]{2})|[Pp][Cc][Tt]))"
    r"|(?P<age>\s?(?:세(?!기|트|대|계|션)|살(?!해|인|상|충)))"
    r"|(?P<century>\s?세기)"
    r"|(?P<ordinal>\s?(?:번째|위(?!안|원|성|치|협|기|험|장)|등(?=[ 급을으이에]|$)|차(?!례|량|이"
    r"|별|지|관)|호(?!주|텔|수)|순위|학년|주년|강(?!원|남|북|제|력|화|도|한|경|조)|류(?= ))"
    r"(?!로써))"
    r"|(?P<multiple>\s?배(?!럴|우|치|경|달|포|출|상|터))"
    r"|(?P<half>년\s?반|시간\s?반|개월\s?반|달\s?반|배\s?반)"
    r"|(?P<seconds>초(?: (?=[0-9]{1,2}(?:의|로|만에|을|를)))?(?P<hundredths>[0-9]{1,2}))"
    rf"|(?P<unit>(?:여\s)?\s?(?:{_UNIT}))"
)
# What a short counter must not go on with to be one: 세 개 but not 세 개혁.
_GOES_ON_TABLE = """
개 혁 선 발 최 인 별 막 봉 국$
대 통령 회 륙 학 형 표 부분 다수 체 규모 책 중 응 신 비 상 선 사관 한 변인 양 위
분 기 의 야 석 쟁 단 리 노 포 배
장 관 교 기 군 애 소 비 면 치 악 벽 시간 례
건 물 강 설 조 축 국
주 요 민 장 도 로 말 변 택 식 가 지 목 한 제 석 미
달 러 라 리 성 려 라이 하
원 문 인 래 칙 자 하 유 료 정 조 장 숭
편 지 집 안 성 견 리
점 검 령 심 유 차 진 거 포
표 현 준 시 적 면 명 결
회 사 의 담 장 원 복 견 동
도 시 로 쿄 움 전 착 입 발 망 중 시 구 서관 난 피 박 심
번 호 영 역 화
기 자 업 관 술 간 존 록 대 준 소 금 온 계 독
석 유 방 탄 사 조
종 교 료 합 업 목
구 조 성 역 속 체 매 호 축 름 간 직 글
문 제 화 서 의 학 자 명
통 신 계 과 화 일 합 행 치 제
줄 어 이 였 리 곧 기
초 기 반 등 대 청 과 점 안 음 강 래 췌
인 터 구 간 류 기 물 력 상 근 하 도 권 천 질 종 사 민 정 수 용 접 프
군 사 인 대 함 부 중 병
부 터 상 분 대 장 모 인 문 동 품 족 시 자 정 통 산 담 채 과
발 표 생 전 사 견 언 행 달 효 병 급 목
채 권 용 택 무 널 소 팅
해 외 결 당 군 안 고 상 킹 수 제 석 체 명 양 를 야 서 왔 졌 주 온 로
살 해 인 상 충
자 신 금 동 유 본 연 체 녀 국 살 원 료 택 전 리 격 선 주 기 세 가 는 들 가
불 법 과 안 만 교 가 능 구 이 신 확 공 황 타 을 길
판 사 결 매 단 정
곡 물 선 괭
팀 장
권 리 력 고 한 투 위
벌 금 어 써 이 인 여
평 균 가 화 양 소 범 생 일 창 등 방
t [a-z]
p [a-z]
m [A-Za-z]
g [A-Za-z]
W [A-Za-z0-9]
V [A-Za-z0-9]
L [A-Za-z0-9]
엔 진 지 터
유로 존 화 파 스 [0-9]
일 본 반 부(?!터) 정 어 하 단 자리 상 제 찍 요 행 곱 으 으킨 시 대 류 관 체 련 치 환 할
년 대 도
명 령 예 백 칭 분 확 성 단 절 시 문 소 물 왕 품
끼 리 어 친
병 원 사 력 역 실 세
잔 디 해 인 혹 치 류 여
쌍 방 둥
칸 영 막
골 프 문 키 드 목 절 대 반
척 추 결 도 하
가지 고 만 치 런 기 면
"""
_GOES_ON = {
    counter: re.compile("|".join(more))
    for counter, *more in (row.split() for row in _GOES_ON_TABLE.strip().splitlines())
}


def is_counter(text: str, after: re.Match[str]) -> bool:
    """Whether the counter is one, not the beginning of a word ("3대회", "세 장관")."""
    word = after["unit"].lstrip("여").strip()
    goes_on = _GOES_ON.get(word)
    return goes_on is None or not goes_on.match(text, after.end())


def may_stand(text: str, numeral: Numeral, after: re.Match[str] | None) -> bool:
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
        if (written[:2] in _TENS or written == "쉰") and _AN_AGE.match(text, numeral.end):
            return True
        return (written in _NATIVE_FREE and spaced) or (
            written in ("둘", "셋", "넷", "하나") and bool(_ALONE.match(text, numeral.end))
        )
    if written in ("만일", "구조"):  # by chance; rescue, structure
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
                    "건",
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
        ) or (bool(after["percent"]) and written == "백")
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
            r"[^가-힣]|[이가은는을를의에도로와과만씩쯤당들째간여으]|까지|부터|마다|이나|정도"
            r"|가량|이상|이하|미만|전|후|뒤|동안|내|만에|밖에|보다|처럼|라도|짜리|안팎|연속|넘",
            text[end : end + 2],
        )
    )


def counted(after: re.Match[str], numeral: Numeral) -> tuple[str, str, Fraction | None]:
    """Kind, unit and value of `numeral` with the counter that was matched after it."""
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
