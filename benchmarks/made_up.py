"""News sentences made up in pairs, so that a model learns to carry figures across.

Each template is written by hand in both languages; what fills it is drawn at random and
worded by rule: 만, 억 and 조 against thousand, million, billion and trillion, dates,
money, percentages, and names with their Korean spelling. Knows no files.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = (
    ("Monday", "월요일"),
    ("Tuesday", "화요일"),
    ("Wednesday", "수요일"),
    ("Thursday", "목요일"),
    ("Friday", "금요일"),
    ("Saturday", "토요일"),
    ("Sunday", "일요일"),
)
PLACES = (
    ("France", "프랑스"),
    ("Germany", "독일"),
    ("Japan", "일본"),
    ("China", "중국"),
    ("India", "인도"),
    ("Brazil", "브라질"),
    ("Mexico", "멕시코"),
    ("Canada", "캐나다"),
    ("Russia", "러시아"),
    ("Turkey", "터키"),
    ("Egypt", "이집트"),
    ("Kenya", "케냐"),
    ("Australia", "호주"),
    ("Indonesia", "인도네시아"),
    ("Vietnam", "베트남"),
    ("Italy", "이탈리아"),
    ("Spain", "스페인"),
    ("Poland", "폴란드"),
    ("Ukraine", "우크라이나"),
    ("Thailand", "태국"),
    ("South Korea", "한국"),
    ("North Korea", "북한"),
    ("the United States", "미국"),
    ("the United Kingdom", "영국"),
    ("London", "런던"),
    ("Paris", "파리"),
    ("New York", "뉴욕"),
    ("Tokyo", "도쿄"),
    ("Beijing", "베이징"),
    ("Seoul", "서울"),
    ("Busan", "부산"),
    ("Washington", "워싱턴"),
    ("California", "캘리포니아"),
    ("Texas", "텍사스"),
    ("Berlin", "베를린"),
    ("Moscow", "모스크바"),
    ("Sydney", "시드니"),
    ("Toronto", "토론토"),
    ("Incheon", "인천"),
    ("Daegu", "대구"),
    ("Gwangju", "광주"),
    ("Jeju", "제주"),
    ("Chicago", "시카고"),
    ("Hong Kong", "홍콩"),
    ("Singapore", "싱가포르"),
    ("Iran", "이란"),
    ("Iraq", "이라크"),
    ("Israel", "이스라엘"),
    ("Syria", "시리아"),
    ("Argentina", "아르헨티나"),
)
PEOPLE = (
    ("John Miller", "존 밀러"),
    ("Sarah Johnson", "세라 존슨"),
    ("David Brown", "데이비드 브라운"),
    ("Emma Wilson", "에마 윌슨"),
    ("Michael Davis", "마이클 데이비스"),
    ("Anna Schmidt", "아나 슈미트"),
    ("Peter Clark", "피터 클라크"),
    ("Maria Garcia", "마리아 가르시아"),
    ("James Taylor", "제임스 테일러"),
    ("Linda Moore", "린다 무어"),
    ("Robert King", "로버트 킹"),
    ("Laura Martin", "로라 마틴"),
    ("Kim Min-su", "김민수"),
    ("Lee Ji-eun", "이지은"),
    ("Park Sung-ho", "박성호"),
    ("Choi Yu-jin", "최유진"),
    ("Jung Hae-won", "정해원"),
    ("Kang Dong-min", "강동민"),
    ("Yoon Seo-yeon", "윤서연"),
    ("Hiroshi Tanaka", "다나카 히로시"),
    ("Li Wei", "리웨이"),
    ("Thomas Becker", "토마스 베커"),
    ("Paul Adams", "폴 애덤스"),
    ("Olga Ivanova", "올가 이바노바"),
    ("Carlos Lopez", "카를로스 로페스"),
    ("Ahmed Hassan", "아흐메드 하산"),
    ("George Baker", "조지 베이커"),
    ("Helen Scott", "헬렌 스콧"),
    ("Daniel Lewis", "대니얼 루이스"),
    ("Julia Evans", "줄리아 에번스"),
)
TITLES = (
    ("President", "대통령"),
    ("Prime Minister", "총리"),
    ("Mayor", "시장"),
    ("Foreign Minister", "외무장관"),
    ("Finance Minister", "재무장관"),
    ("Senator", "상원의원"),
    ("Professor", "교수"),
    ("Governor", "주지사"),
    ("Judge", "판사"),
    ("coach", "감독"),
)
THINGS = (
    ("cars", "자동차"),
    ("smartphones", "스마트폰"),
    ("batteries", "배터리"),
    ("ships", "선박"),
    ("vaccines", "백신"),
    ("computers", "컴퓨터"),
    ("semiconductors", "반도체"),
)

TEMPLATES = (  # what differs by its fill: {n} number, {m} money, {p} percent, {y} year, {d} date
    (
        "The project will cost {m}, {who} said on {day}.",
        "{who}은(는) {day} 이 사업에 {m}이(가) 들 것이라고 말했다.",
    ),
    (
        "About {n} people were forced to leave their homes in {place}.",
        "{place}에서 약 {n}명이 집을 떠나야 했다.",
    ),
    (
        "The company reported a profit of {m} in {y}, up {p} percent from a year earlier.",
        "이 회사는 {y}년에 전년보다 {p}% 늘어난 {m}의 이익을 냈다고 발표했다.",
    ),
    (
        "{place} exported {n} {thing} last year, down {p} percent.",
        "{place}은(는) 지난해 {thing} {n}개를 수출해 {p}% 감소했다.",
    ),
    ("The population of the city fell to {n} in {y}.", "이 도시의 인구는 {y}년 {n}명으로 줄었다."),
    ("The law will take effect on {d}, {y}.", "이 법은 {y}년 {d}에 시행된다."),
    (
        "{title} {person} will visit {place} on {d}.",
        "{person} {title}은(는) {d} {place}을(를) 방문한다.",
    ),
    (
        "{title} {person} told reporters on {day} that the talks had failed.",
        "{person} {title}은(는) {day} 기자들에게 회담이 실패했다고 말했다.",
    ),
    (
        "The government plans to spend {m} on schools by {y}.",
        "정부는 {y}년까지 학교에 {m}을(를) 지출할 계획이다.",
    ),
    (
        "Prices rose {p} percent in {place} in {month}, the highest since {y}.",
        "{month} {place}의 물가는 {p}% 올라 {y}년 이후 가장 높았다.",
    ),
    (
        "At least {s} people were killed and {s2} injured in the fire, police said.",
        "이 화재로 최소 {s}명이 숨지고 {s2}명이 다쳤다고 경찰이 밝혔다.",
    ),
    (
        "{person}, {age}, was arrested in {place} on {day}.",
        "{person}({age})은(는) {day} {place}에서 체포됐다.",
    ),
    (
        "The earthquake of magnitude {q} struck {place} at {h} a.m.",
        "오전 {h}시에 {place}에서 규모 {q}의 지진이 발생했다.",
    ),
    (
        "The bridge is {s} meters long and was built in {y}.",
        "이 다리는 길이가 {s}m이며 {y}년에 지어졌다.",
    ),
    (
        "{place} won {g}-{g2} against {place2} on {day}.",
        "{place}은(는) {day} {place2}을(를) {g} 대 {g2}의 점수로 이겼다.",
    ),
    (
        "Shares of the company fell {p} percent to {usd}.",
        "이 회사의 주가는 {p}% 내린 {usd}를 기록했다.",
    ),
    ("{person} was born in {place} in {y}.", "{person}은(는) {y}년 {place}에서 태어났다."),
    ("The plant in {place} will employ {n} people.", "{place}의 이 공장은 {n}명을 고용할 것이다."),
    ("{who} donated {m} to the hospital.", "{who}은(는) 병원에 {m}을(를) 기부했다."),
    (
        "The number of tourists from {place} reached {n} in {month}.",
        "{month} {place}에서 온 관광객은 {n}명에 달했다.",
    ),
    (
        "The film earned {m} in its first {g2} weeks.",
        "이 영화는 개봉 첫 {g2}주 동안 {m}을(를) 벌어들였다.",
    ),
    (
        "Scientists from {place} studied {n} patients over {g2} years.",
        "{place}의 과학자들은 {g2}년 동안 환자 {n}명을 연구했다.",
    ),
    (
        "The train runs at up to {s} kilometers per hour between {place} and {place2}.",
        "이 열차는 {place}와(과) {place2} 사이를 최고 시속 {s}km로 달린다.",
    ),
    ("Unemployment in {place} stood at {p} percent in {y}.", "{y}년 {place}의 실업률은 {p}%였다."),
    ("The two countries signed a {m} deal on {d}.", "두 나라는 {d} {m} 규모의 계약을 체결했다."),
    (
        "Nearly {n} voters took part in the election held on {d}, {y}.",
        "{y}년 {d}에 치러진 선거에는 유권자 약 {n}명이 참여했다.",
    ),
    (
        "The temperature in {place} rose to {age} degrees Celsius on {day}.",
        "{day} {place}의 기온은 섭씨 {age}도까지 올랐다.",
    ),
    (
        "{title} {person} resigned after {g2} years in office.",
        "{person} {title}은(는) 취임 {g2}년 만에 사임했다.",
    ),
)

PARTICLES = {
    "은(는)": ("은", "는"),
    "을(를)": ("을", "를"),
    "와(과)": ("과", "와"),
    "이(가)": ("이", "가"),
}
"""After a final consonant, and after none."""


def pairs(count: int, seed: int = 0) -> Iterator[tuple[str, str]]:
    """`count` made-up sentences, English and Korean, every template as often as the others."""
    draw = random.Random(seed)
    for index in range(count):
        yield _filled(TEMPLATES[index % len(TEMPLATES)], draw)


def number(value: int) -> tuple[str, str]:
    """`value` as English and as Korean news write it: 1.2 million, 120만.

    Values have at most three digits that are not zero, as `rounded` gives them.
    """
    if value < 10_000:
        return f"{value:,}", f"{value:,}" if value % 1000 else _korean(value)
    return _english(value), _korean(value)


def rounded(draw: random.Random, low: int, high: int) -> int:
    """A number of one to three digits and zeros, any size as likely as the others."""
    digits = draw.randint(low, high)
    leading = draw.choice((1, 2, 2, 3))
    first = draw.randint(10 ** (leading - 1), 10**leading - 1)
    return int(first * 10 ** max(0, digits - leading))


def _english(value: int) -> str:
    for size, word in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if value >= size:
            return f"{_short(value / size)} {word}"
    return f"{value:,}"


def _korean(value: int) -> str:
    parts = []
    for size, word in ((10**12, "조"), (10**8, "억"), (10**4, "만")):
        if value >= size:
            parts.append(f"{value // size}{word}")
            value %= size
    if value:
        parts.append(str(value))
    return " ".join(parts)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _filled(template: tuple[str, str], draw: random.Random) -> tuple[str, str]:
    english, korean = template
    for name, fill in _fills(draw).items():
        if f"{{{name}}}" in english:
            ours, theirs = fill()
            english = english.replace(f"{{{name}}}", ours)
            korean = korean.replace(f"{{{name}}}", theirs)
    return english[0].upper() + english[1:], with_particles(korean)


def _fills(draw: random.Random) -> dict[str, Callable[[], tuple[str, str]]]:
    def of(known: tuple[tuple[str, str], ...]) -> Callable[[], tuple[str, str]]:
        return lambda: draw.choice(known)

    def same(low: int, high: int) -> Callable[[], tuple[str, str]]:
        return lambda: (str(value := draw.randint(low, high)), str(value))

    def money() -> tuple[str, str]:
        value = rounded(draw, 6, 12)
        english, korean = number(value)
        sign, word = draw.choice((("$", " 달러"), ("", " 원"), ("$", " 달러"), ("€", " 유로")))
        return (
            (f"{english} won", f"{korean}{word}") if not sign else (sign + english, korean + word)
        )

    def share() -> tuple[str, str]:
        value = f"{draw.randint(1, 600) / 10:g}"
        return value, value

    def month() -> tuple[str, str]:
        index = draw.randrange(12)
        return MONTHS[index], f"{index + 1}월"

    def date() -> tuple[str, str]:
        english, korean = month()
        day = draw.randint(1, 28)
        return f"{english} {day}", f"{korean} {day}일"

    def price() -> tuple[str, str]:
        value = f"{draw.randint(100, 40000) / 100:.2f}"
        return f"${value}", f"{value}달러"

    def decimal() -> tuple[str, str]:
        value = f"{draw.randint(40, 89) / 10:.1f}"
        return value, value

    return {
        "n": lambda: number(rounded(draw, 4, 9)),
        "m": money,
        "p": share,
        "y": same(1950, 2030),
        "d": date,
        "day": of(DAYS),
        "month": month,
        "place": of(PLACES),
        "place2": of(PLACES),
        "who": of(PEOPLE),
        "person": of(PEOPLE),
        "title": of(TITLES),
        "thing": of(THINGS),
        "s2": same(2, 400),
        "s": same(2, 400),
        "age": same(18, 48),
        "q": decimal,
        "h": same(1, 11),
        "g2": same(2, 9),
        "g": same(2, 9),
        "usd": price,
    }


def with_particles(korean: str) -> str:
    """은(는) and the like as the syllable before them asks for."""
    for mark, (closed, opened) in PARTICLES.items():
        while mark in korean:
            at = korean.index(mark)
            before = korean[:at].rstrip(")(0123456789") or " "
            code = ord(before[-1]) - 0xAC00
            ends = 0 <= code < 11172 and code % 28 != 0
            korean = korean[:at] + (closed if ends else opened) + korean[at + len(mark) :]
    return korean
