"""Three sentences in both languages, and another wording of each, written for tests."""

from __future__ import annotations

ENGLISH = [
    "The bridge reopened on Friday after two years of repairs.",
    "The work cost $85 million.",
    "Trucks over 30 tons stay banned until May.",
]
ENGLISH_OUTPUTS = [
    "The bridge was reopened Friday after two years of repair.",
    "The works cost 85 million dollars.",
    "Heavy trucks are banned until May.",
]
KOREAN = [
    "한울대교가 2년간의 보수를 마치고 금요일 다시 열린다고 시가 밝혔다.",
    "공사비는 1천100억원이 들었다.",
    "30t이 넘는 트럭은 5월까지 다닐 수 없다.",
]
KOREAN_OUTPUTS = [
    "한울대교가 2년 동안의 보수 끝에 금요일에 다시 개통된다고 시가 밝혔다.",
    "공사에는 1천100억 원이 들었다.",
    "30t 이상의 트럭은 5월까지 다닐 수 없다.",
]
TEXTS = {"en": (ENGLISH_OUTPUTS, ENGLISH), "ko": (KOREAN_OUTPUTS, KOREAN)}
