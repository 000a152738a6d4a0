"""Examples for base models, which continue a pattern instead of following instructions.

Written for this project, in news style (Korean in -다). Only data, and how it is
laid out: one item a line, so that a line break ends an answer.
"""

from __future__ import annotations

TRANSLATIONS: tuple[tuple[str, str], ...] = (  # English, Korean
    (
        "The central bank left its key interest rate unchanged at 3.5 percent on Thursday, saying "
        "inflation was slowing more than it had expected.",
        "중앙은행은 물가 상승세가 예상보다 빠르게 둔화하고 있다며 목요일 기준금리를 "
        "3.5%로 동결했다.",
    ),
    (
        '"We have no plan to raise taxes next year," Finance Minister Laura Berg told reporters.',
        '라우라 베르크 재무장관은 기자들에게 "내년에 세금을 올릴 계획은 없다"고 말했다.',
    ),
    (
        "At least 12 people were killed and more than 40 injured when a bus overturned on a "
        "mountain road in northern Peru, police said.",
        "페루 북부의 산길에서 버스가 뒤집혀 최소 12명이 숨지고 40명 이상이 다쳤다고 경찰이 밝혔다.",
    ),
    (
        "The company, which employs about 8,000 people, plans to build a $2 billion battery plant "
        "in Ohio by 2027.",
        "직원이 약 8000명인 이 회사는 2027년까지 오하이오주에 20억 달러 규모의 배터리 공장을 "
        "지을 계획이다.",
    ),
    (
        "Scientists found that the lake had lost nearly a third of its water since 1990.",
        "과학자들은 이 호수의 물이 1990년 이후 거의 3분의 1이나 줄었다는 사실을 알아냈다.",
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

LABELS = {
    "en": {"en": "English", "ko": "Korean"},
    "ko": {"en": "영어", "ko": "한국어"},
}
"""What the lines are called, in the target's language: measured better than English for both."""

SUMMARIES = {
    "en": ("Article", "Summary", ENGLISH_SUMMARIES),
    "ko": ("기사", "요약", KOREAN_SUMMARIES),
}


def translation_prompt(source: str, target: str, *, shown: bool = True) -> tuple[str, str]:
    """What stands before and after the text: examples, then the labels of one more line.

    Args:
        source, target: "en" and "ko", or the reverse.
        shown: with the examples; a tuned model needs none.
    """
    pairs = TRANSLATIONS if source == "en" else tuple((b, a) for a, b in TRANSLATIONS)
    pairs = pairs if shown else ()
    return _laid_out(pairs, LABELS[target][source], LABELS[target][target])


def summary_prompt(language: str, *, shown: bool = True) -> tuple[str, str]:
    """Likewise for a summary in "en" or "ko"."""
    text, summary, examples = SUMMARIES[language]
    return _laid_out(examples if shown else (), text, summary)


def _laid_out(examples: tuple[tuple[str, str], ...], ask: str, answer: str) -> tuple[str, str]:
    shots = "".join(f"{ask}: {a}\n{answer}: {b}\n\n" for a, b in examples)
    return f"{shots}{ask}: ", f"\n{answer}:"
