"""Examples for base models, which continue a pattern instead of following instructions.

Written for this project, in news style (Korean in -다). Only data, and how it is
laid out: one item a line, so that a line break ends an answer.
"""

from __future__ import annotations

TRANSLATIONS: tuple[tuple[str, str], ...] = (  # English, Korean
    (
        "The government said on Tuesday that it would spend 3 trillion won on new railways.",
        "정부는 새 철도에 3조 원을 투입하겠다고 화요일 밝혔다.",
    ),
    (
        "Police arrested two men in connection with the fire that killed four people.",
        "경찰은 4명의 목숨을 앗아간 화재와 관련해 남성 2명을 체포했다.",
    ),
    (
        '"We had no time to prepare," said Kim Min-su, who has run the shop for 20 years.',
        '20년째 가게를 운영해 온 김민수 씨는 "준비할 시간이 없었다"고 말했다.',
    ),
    (
        "Shares of the company fell 5.2 percent after it reported weaker sales.",
        "이 회사 주가는 매출 부진이 발표된 뒤 5.2% 떨어졌다.",
    ),
    (
        "The national team will face Brazil in the final on Sunday.",
        "대표팀은 일요일 결승에서 브라질과 맞붙는다.",
    ),
)

ENGLISH_SUMMARIES: tuple[tuple[str, str], ...] = (  # article, summary
    (
        "The city of Daejeon will close its oldest bridge for eight months from March. "
        "Engineers found cracks in two of its pillars last autumn. About 30,000 cars cross the "
        "bridge each day, and the city plans to run extra buses on a nearby route. The repairs "
        "are expected to cost 12 billion won.",
        "Daejeon will close its oldest bridge for eight months from March to repair cracked "
        "pillars at a cost of 12 billion won.",
    ),
    (
        "Rice prices rose 18 percent in September from a year earlier, the statistics office "
        "said on Friday. Heavy rain in July damaged fields in the south, where most of the "
        "country's rice is grown. The agriculture ministry said it would release 50,000 tons "
        "from its reserves before the Chuseok holiday.",
        "Rice prices rose 18 percent in September after rain damaged southern fields, and the "
        "government will release 50,000 tons from its reserves.",
    ),
)

KOREAN_SUMMARIES: tuple[tuple[str, str], ...] = (
    (
        "대전시는 3월부터 8개월 동안 시에서 가장 오래된 다리를 폐쇄한다. 지난가을 점검에서 교각 "
        "두 곳에 금이 간 사실이 드러났다. 이 다리는 하루 약 3만 대의 차량이 이용하며, 시는 인근 "
        "노선에 버스를 늘릴 계획이다. 공사비는 120억 원으로 예상된다.",
        "대전시는 교각에 금이 간 가장 오래된 다리를 3월부터 8개월간 폐쇄하고 120억 원을 들여 "
        "보수한다.",
    ),
    (
        "통계청은 9월 쌀값이 1년 전보다 18% 올랐다고 금요일 밝혔다. 7월의 폭우로 쌀 주산지인 "
        "남부 지방의 논이 피해를 입었기 때문이다. 농림축산식품부는 추석 연휴 전에 비축미 5만 톤을 "
        "시장에 풀기로 했다.",
        "폭우 피해로 9월 쌀값이 1년 전보다 18% 오르자 정부가 비축미 5만 톤을 풀기로 했다.",
    ),
)

LABELS = {"en": "English", "ko": "Korean"}

SUMMARIES = {
    "en": ("Article", "Summary", ENGLISH_SUMMARIES),
    "ko": ("기사", "요약", KOREAN_SUMMARIES),
}


def translation_prompt(source: str, target: str) -> tuple[str, str]:
    """What stands before and after the text: examples, then the labels of one more line.

    Args:
        source, target: "en" and "ko", or the reverse.
    """
    pairs = TRANSLATIONS if source == "en" else tuple((b, a) for a, b in TRANSLATIONS)
    return _laid_out(pairs, LABELS[source], LABELS[target])


def summary_prompt(language: str) -> tuple[str, str]:
    """Likewise for a summary in "en" or "ko"."""
    text, summary, examples = SUMMARIES[language]
    return _laid_out(examples, text, summary)


def _laid_out(examples: tuple[tuple[str, str], ...], ask: str, answer: str) -> tuple[str, str]:
    shots = "".join(f"{ask}: {a}\n{answer}: {b}\n\n" for a, b in examples)
    return f"{shots}{ask}: ", f"\n{answer}:"
