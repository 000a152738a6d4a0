from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize.errors import OptionError
from summarize.news import salience

QUAKE = [
    "A strong earthquake struck the northern coast of Chile on Monday and killed nine people.",
    "It was the third this year.",
    "A bakery on the corner sold bread as on any other morning.",
    "“We ran into the street,” said a shopkeeper.",
    "The earthquake on the coast of Chile damaged 300 houses and killed nine people in two towns.",
    "He lost his house.",
    "Rescue teams searched houses in the two towns on the northern coast of Chile on Tuesday.",
]
PLANT = [
    "현대전자가 내년 상반기 울산에 새 배터리 공장을 짓는다고 5일 밝혔다.",
    "3조원 규모 투자.",
    "이어 그는 고용도 늘리겠다고 덧붙였다.",
    "울산 배터리 공장에는 3조원이 들어가며 직원 2000명이 일하게 된다.",
    "인근 식당 주인은 비가 자주 온다고 걱정했다.",
    "울산시는 배터리 공장 건설에 필요한 부지를 상반기에 제공하기로 했다.",
]

sentences_st = st.lists(st.text(max_size=60), max_size=30)
language_st = st.sampled_from(salience.LANGUAGES)


@given(sentences_st, language_st, st.integers(1, 8), st.none() | st.text(max_size=30))
def test_indices_are_distinct_ordered_and_no_more_than_asked(sentences, language, count, headline):
    picked = salience.pick(sentences, language, count=count, headline=headline)
    assert list(picked) == sorted(set(picked))
    assert len(picked) <= count
    assert all(0 <= i < len(sentences) for i in picked)
    assert bool(picked) == bool(sentences)


@given(sentences_st, language_st, st.integers(1, 40))
def test_words_stay_within_the_limit_where_any_sentence_does(sentences, language, max_words):
    picked = salience.pick(sentences, language, max_words=max_words)
    lengths = [len(s.split()) for s in sentences]
    total = sum(lengths[i] for i in picked)
    assert total <= max_words or [lengths[i] for i in picked] == [min(lengths)]


@given(sentences_st, language_st)
def test_rank_gives_one_finite_score_a_sentence(sentences, language):
    scores = salience.rank(sentences, language)
    assert len(scores) == len(sentences)
    assert all(-3 < s < 3 for s in scores)


def test_picks_the_sentences_that_share_the_story():
    assert salience.pick(QUAKE, "en", count=3) == (0, 4, 6)
    assert salience.pick(PLANT, "ko", count=3) == (0, 3, 5)


def test_default_count():
    assert len(salience.pick(QUAKE, "en")) == salience.DEFAULT_COUNT


def test_word_limit_alone_takes_as_many_as_fit():
    words = sum(len(QUAKE[i].split()) for i in (0, 4))
    assert salience.pick(QUAKE, "en", max_words=words) == (0, 4)
    assert salience.pick(QUAKE, "en", max_words=1) == (5,)


def test_the_first_sentence_stands_alone():
    for language, sentences in (("en", QUAKE), ("ko", PLANT)):
        for count in range(1, len(sentences)):
            picked = salience.pick(sentences, language, count=count)
            for i in picked:
                alone = i == 0 or not salience.leans(sentences[i], language)
                assert alone or i - 1 in picked


@pytest.mark.parametrize(
    "sentence",
    [
        "He said so.",
        "It's the third this year.",
        "“They ran,” she said.",
        "But prices fell.",
        "The latter won.",
        "So prices fell.",
        "The plan will “change everything.",
    ],
)
def test_leaning_english(sentence):
    assert salience.leans(sentence, "en")


@pytest.mark.parametrize(
    "sentence",
    [
        "Henry said so.",
        "Italy voted on Sunday.",
        "U.S. stocks fell.",
        "IT spending rose.",
        "Theresa May resigned.",
        "Soyuz landed.",
        "So-called smart meters failed.",
        "The minister said “prices fell” in May.",
    ],
)
def test_standing_english(sentence):
    assert not salience.leans(sentence, "en")


@pytest.mark.parametrize(
    "sentence",
    [
        "그는 혐의를 부인했다.",
        "이어 대책을 내놓았다.",
        "이 제품은 비싸다.",
        "또한 값이 올랐다.",
        "하지만 비가 왔다.",
        "이에 따라 값이 올랐다.",
        "장관은 2일 서울에서 이같이 말했다.",
    ],
)
def test_leaning_korean(sentence):
    assert salience.leans(sentence, "ko")


@pytest.mark.parametrize(
    "sentence",
    [
        "이재명 대통령이 회의를 열었다.",
        "그리스가 결승에 올랐다.",
        "이어도 해역에서 배가 뒤집혔다.",
        "특허청은 5일 규정을 고쳤다.",
        "또래 상담이 늘었다.",
        "장관은 “값이 올랐다”고 말했다.",
    ],
)
def test_standing_korean(sentence):
    assert not salience.leans(sentence, "ko")


def test_a_repeated_sentence_is_taken_once():
    repeated = [QUAKE[0], QUAKE[0], QUAKE[0], QUAKE[2]]
    assert salience.pick(repeated, "en", count=3) == (0, 3)


def test_one_sentence_and_none():
    assert salience.pick(["Yes."], "en") == (0,)
    assert salience.pick([], "en") == ()
    assert salience.rank([], "ko") == ()


def test_a_headline_raises_the_sentence_that_says_it():
    plain = salience.rank(QUAKE, "en")
    titled = salience.rank(QUAKE, "en", headline="Bakery sold bread on the corner")
    gains = [b - a for a, b in zip(plain, titled, strict=True)]
    assert max(range(len(gains)), key=gains.__getitem__) == 2


def test_korean_subheadings_lose_to_sentences():
    scores = salience.rank(PLANT, "ko")
    assert min(scores) == scores[1]


def test_ten_thousand_sentences():
    many = [f"Report {i} names town {i % 97} and river {i % 89} in words." for i in range(10_000)]
    assert len(salience.pick(many, "en", count=5)) == 5


def test_unknown_language_lists_the_known_ones():
    with pytest.raises(OptionError, match="en, ko"):
        salience.rank(QUAKE, "fr")


@pytest.mark.parametrize("option", ["count", "max_words"])
def test_lengths_below_one(option):
    with pytest.raises(OptionError, match=option):
        salience.pick(QUAKE, "en", **{option: 0})
