"""Which shorter sentences may stand in for longer ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize.news.compression import objection

GENERAL = (
    "The general, who ruled the country from a houseboat, was sentenced to 20 years for the "
    "murder of a poet."
)
JANGGUN = (
    "한동안 선상 가옥에서 나라를 다스린 이 장군은 시인을 살해한 혐의로 징역 20년을 선고받았다."
)


@pytest.mark.parametrize(
    ("language", "sentence", "shorter"),
    [
        ("en", GENERAL, "The general was sentenced to 20 years for the murder of a poet."),
        ("ko", JANGGUN, "이 장군은 시인을 살해한 혐의로 징역 20년을 선고받았다."),
        ("en", GENERAL, GENERAL),
        ("ko", JANGGUN, JANGGUN),
        # A clause takes its own "not" with it.
        (
            "en",
            "The mayor, who could not attend the meeting herself, sent her deputy to Oslo.",
            "The mayor sent her deputy to Oslo.",
        ),
        # A new first word, and a comma that has lost its clause.
        (
            "en",
            "On Friday, after talks, rail unions called off the strike.",
            "Rail unions called off the strike.",
        ),
    ],
)
def test_words_may_be_left_out(language, sentence, shorter):
    assert objection(sentence, shorter, language) is None


@pytest.mark.parametrize(
    ("language", "sentence", "shorter", "why"),
    [
        ("en", GENERAL, "The general was sentenced to 25 years for the murder of a poet.", "order"),
        ("en", GENERAL, "The poet was sentenced to 20 years for the murder of a general.", "order"),
        ("en", GENERAL, "The general was sentenced.", None),
        ("en", GENERAL, "General was.", "too short"),
        ("en", GENERAL, "General was sentenced to 20 years for the murder of a poet", "ending"),
        ("en", GENERAL, "the general was sentenced to 20 years.", "capital"),
        ("ko", JANGGUN, "이 장군은 시인을 살해한 징역 20년을 선고받았다.", "혐의로"),
        ("ko", JANGGUN, "이 장군은 시인을 살해한 혐의로 징역 20년을.", "last word"),
        ("ko", JANGGUN, "장군은 시인을 살해한 혐의로 징역 20년을 선고받았다.", None),
        (
            "en",
            "The minister did not attend the talks in Oslo.",
            "The minister did attend the talks.",
            "not",
        ),
        ("en", "The plant will close if the talks fail.", "The plant will close.", '"if"'),
        (
            "en",
            "The fire was started on purpose, police said.",
            "The fire was started on purpose.",
            "said",
        ),
        (
            "en",
            "At least 14 people were killed in the blaze.",
            "14 people were killed in the blaze.",
            "least",
        ),
        (
            "en",
            "Nearly half of the 300 voters stayed away.",
            "Half of the 300 voters stayed away.",
            "nearly",
        ),
        (
            "en",
            'He said it was "a sad day" for the whole town.',
            'He said it was "a sad day for the town.',
            "quotation",
        ),
        ("ko", "회담이 결렬되면 공장은 문을 닫는다.", "회담이 공장은 문을 닫는다.", "결렬되면"),
        ("ko", "이 사고로 적어도 14명이 숨졌다.", "이 사고로 14명이 숨졌다.", "적어도"),
        ("ko", "공사에는 30억 원 이상이 들어갔다.", "공사에는 30억 원 들어갔다.", "이상이"),
        (
            "ko",
            "정부는 이 법안을 다시 내지 않기로 결정했다.",
            "정부는 이 법안을 다시 내지 결정했다.",
            "않기로",
        ),
        (
            "en",
            "It cost the city 2.8 billion dollars to build.",
            "It cost the city 2.8 to build.",
            "billion",
        ),
        (
            "en",
            "The gates closed at 4:30 a.m. on Tuesday.",
            "The gates closed at 4:30 on Tuesday.",
            "a.m",
        ),
        ("en", "It killed 14 in Oslo on Tuesday.", "It killed 14 on Tuesday.", None),
        ("en", "The king died in 1990 a poor man.", "The king died in 1990 a man.", None),
        ("ko", "이 버스는 밤 11시 30분까지 다닌다.", "이 버스는 11시 30분까지 다닌다.", "밤"),
        ("ko", "공사에는 30억 원이 더 들어갔다.", "공사에는 30억 더 들어갔다.", "원이"),
        ("ko", "경찰에 따르면 운전자는 졸고 있었다.", "운전자는 졸고 있었다.", "따르면"),
    ],
)
def test_what_may_not_be_left_out(language, sentence, shorter, why):
    found = objection(sentence, shorter, language)
    assert found is None if why is None else why in found


words_st = st.lists(st.text("abcdef.,'\"(가나다0123456789 않면", max_size=8), max_size=12)


@given(words_st, words_st, st.sampled_from(("en", "ko")))
def test_what_passes_has_the_source_s_words_only(words, others, language):
    sentence, shorter = " ".join(words), " ".join(others)
    if objection(sentence, shorter, language) is None:
        assert len(shorter.split()) <= len(sentence.split()) or not shorter.split()
        rest = iter(sentence.casefold())
        assert all(c in rest for word in shorter.casefold().split() for c in word if c.isalnum())


@given(st.data(), st.sampled_from((("en", GENERAL), ("ko", JANGGUN))))
def test_one_word_more_is_always_seen(data, case):
    language, sentence = case
    words = sentence.split()
    kept = [word for word in words if data.draw(st.booleans())]
    kept.insert(data.draw(st.integers(0, len(kept))), data.draw(st.sampled_from(("Oslo", "25"))))
    found = objection(sentence, " ".join([*kept, words[-1]]), language)
    assert found in ("too short", "not the source's words in the source's order")


@given(words_st, st.sampled_from(("en", "ko")))
def test_a_sentence_may_stand_for_itself(words, language):
    sentence = " ".join(["Alpha beta gamma delta", *words]) + "."
    why = objection(sentence, sentence, language)
    assert why is None or "bracket" in why
