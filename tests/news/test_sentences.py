from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarize.errors import OptionError
from summarize.news.sentences import (
    chunk,
    count_words,
    cut,
    ends_complete,
    join,
    split,
    split_paragraphs,
)

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"

ENGLISH_SENTENCES = [
    ["The U.S. said on Tuesday it would act.", "The U.S. President left.", "She does not."],
    ["Lt. Gen. John Smith met Sen. Jane Doe at 9 a.m. on Tuesday.", "He left at 5 p.m."],
    ["Maj. Lee Min and Vice Adm. John Roe spoke.", "Brig. Gen. Park did not."],
    ["Shares rose 3.5% to $1.2 billion.", "No. 1 seed Kim beat No. 2 Lee."],
    ['"We will win," he said.', '"They won\'t."', "She agreed."],
    ["“It’s over.”", "He left.", "(He did not return.)", "The end."],
    ["He works for Tesla Corp.", "It makes cars.", "Samsung Electronics Co. Ltd. fell."],
    ["They met at the U.N. General Assembly.", "U.S. Secretary of State Mike Pompeo left."],
    ['"Is it over?" he asked.', '"Yes!" she cried.', "Then silence."],
    ["It happened in Washington, D.C.", "The president left with J.K. Rowling."],
]

KOREAN_SENTENCES = [
    ["회의는 오전 9시 30분.", "장소는 서울이다."],
    ["코스피가 3.5% 올랐다.", "환율은 1,380.5원이었다."],
    ["그는 “간다.”라고 말했다.", "“끝났다. 모두 집에 가자.”라고 했다."],
    ["문의는 press.team@news.co.kr로 하면 된다.", "마감은 5월 3일이다."],
    ["시민들은 환영했습니다.", '"최근의 사건들"은 큰 영향을 미쳤다.', "누가 책임지나?"],
    ["정부는 예산을 늘리기로 했다", "국회는 반대했다", "시민들은 환영했습니다"],
    ["U.S. 스틸 주가가 뛰었다.", "제18호 태풍 ‘사우델’(SAUDEL)이 북상 중이다."],
]


@pytest.mark.parametrize("sentences", ENGLISH_SENTENCES)
def test_english_sentences(sentences: list[str]) -> None:
    assert split(" ".join(sentences), "en") == sentences


@pytest.mark.parametrize("sentences", KOREAN_SENTENCES)
def test_korean_sentences(sentences: list[str]) -> None:
    assert split(" ".join(sentences), "ko") == sentences


def test_lines_and_paragraphs_are_never_merged() -> None:
    assert split("one line\nanother line", "en") == ["one line", "another line"]
    paragraphs = ["A fell. B rose.", "", "C left."]
    assert split_paragraphs(paragraphs, "en") == (("A fell.", "B rose."), (), ("C left.",))


def bare(text: str) -> str:
    return "".join(text.split())


TEXTS = st.text(
    st.one_of(
        st.sampled_from(list(".?!\"“”‘’'()…, \n") + list("가나다라마했다요는 을AaBbUS1234.")),
        st.characters(codec="utf-8", exclude_categories=["Cc"]),
    ),
    max_size=120,
)


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["en", "ko"]))
def test_splitting_loses_nothing(text: str, language: str) -> None:
    sentences = split(text, language)
    assert bare("".join(sentences)) == bare(text)
    assert all(s == s.strip() and s for s in sentences)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("unit", ["word ", "정부는 오늘 발표하고 ", "가", "“", '다. "', "a."])
def test_no_sentence_end_in_100_000_characters(unit: str, language: str) -> None:
    text = (unit * 100_000)[:100_000]
    assert bare("".join(split(text, language))) == bare(text)


def characters(text: str) -> int:
    return len(text)


def with_overhead(text: str) -> int:
    """A count that, like a tokenizer's, is not the sum over the parts."""
    return len(text) // 3 + text.count(" ") + 1


@given(
    st.lists(st.text("ab ,.다", min_size=1, max_size=40).filter(str.strip), max_size=12),
    st.integers(3, 60),
    st.sampled_from([characters, with_overhead]),
)
def test_chunks_keep_everything_in_order_under_the_budget(
    sentences: list[str], budget: int, count: object
) -> None:
    assert callable(count)
    chunks = chunk(sentences, budget, count)
    assert all(chunks)
    assert bare("".join(s for c in chunks for s in c)) == bare("".join(sentences))
    for one in chunks:
        assert count(join(one, "en")) <= budget
    whole = [s.strip() for s in sentences if count(s.strip()) <= budget]
    kept = [s for c in chunks for s in c]
    assert all(s in kept for s in whole)


def test_chunks_are_few_and_even() -> None:
    sentences = ["x" * 10] * 11
    sizes = [len(c) for c in chunk(sentences, 110, lambda t: t.count("x"))]
    assert sizes == [11]
    sizes = [len(c) for c in chunk(sentences, 100, lambda t: t.count("x"))]
    assert sizes == [6, 5]
    assert chunk([], 10, len) == []


def test_only_a_sentence_over_the_budget_is_cut() -> None:
    short, long = "It rained.", "First it rained, then it snowed; at last the sun came out."
    pieces = [s for c in chunk([short, long], 30, len) for s in c]
    assert pieces[0] == short
    assert pieces[1:] == cut(long, 30, len)


def test_cuts_fall_at_clauses_then_spaces_then_characters() -> None:
    assert cut("It rained, then snowed; it stopped.", 25, len) == [
        "It rained, then snowed;",
        "it stopped.",
    ]
    assert cut("정부는 예산을 늘리고, 국회는 이를 반대했다.", 15, len) == [
        "정부는 예산을 늘리고,",
        "국회는 이를 반대했다.",
    ]
    assert cut("one two three four", 9, len) == ["one two", "three", "four"]
    assert cut("abcdefgh", 3, len) == ["abc", "def", "gh"]
    assert cut("whole", 5, len) == ["whole"]


def test_a_character_over_the_budget_stands_alone() -> None:
    assert cut("ab", 1, lambda text: 5 * len(text)) == ["a", "b"]


@given(st.text(max_size=200), st.integers(1, 40), st.sampled_from([characters, with_overhead]))
def test_cutting_loses_nothing(text: str, budget: int, count: object) -> None:
    assert callable(count)
    parts = cut(text, budget, count)
    assert bare("".join(parts)) == bare(text)
    assert all(count(part) <= budget or len(part) == 1 for part in parts)


@pytest.mark.parametrize("call", [lambda: cut("a", 0, len), lambda: chunk(["a"], -1, len)])
def test_a_budget_below_one_is_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(OptionError, match="at least 1"):
        call()


def test_words() -> None:
    assert count_words("The U.S. said so.", "en") == 4
    assert count_words("정부는 새 정책을 발표했다.", "ko") == 4


@pytest.mark.parametrize(
    "sentence",
    ["It ended.", "Did it?", "He said “no.”", "(It did.)", "And so…", "In the U.S."],
)
def test_complete_in_english(sentence: str) -> None:
    assert ends_complete(sentence, "en")


@pytest.mark.parametrize("sentence", ["It ended", "the cat,", "He said “no”", "", "by 3"])
def test_incomplete_in_english(sentence: str) -> None:
    assert not ends_complete(sentence, "en")


@pytest.mark.parametrize(
    "sentence",
    ["발표했다.", "발표했다", "그는 “발표했다”", "할까?", "환영합니다", "계획을 발표함", "그렇죠"],
)
def test_complete_in_korean(sentence: str) -> None:
    assert ends_complete(f"정부는 {sentence}", "ko")


@pytest.mark.parametrize(
    "sentence", ["발표하고", "발표한", "정책이 필요", "바다", "갔다가", "3", ""]
)
def test_incomplete_in_korean(sentence: str) -> None:
    assert not ends_complete(f"정부는 {sentence}", "ko")


def boundary_scores(lines: list[str], language: str, group: int = 10) -> tuple[float, float]:
    """Precision and recall of the boundaries between `lines`, run together by tens."""

    def ends(sentences: list[str]) -> set[int]:
        position, found = 0, set()
        for sentence in sentences:
            position += len(bare(sentence))
            found.add(position)
        return found

    right = found = there = 0
    for start in range(0, len(lines), group):
        gold = lines[start : start + group]
        got = split(" ".join(gold), language)
        right += len(ends(gold) & ends(got))
        found += len(got)
        there += len(gold)
    return right / found, right / there


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data here")
@pytest.mark.parametrize(("language", "column"), [("en", 0), ("ko", 1)])
def test_sentence_ends_of_real_news(language: str, column: int) -> None:
    rows = (SHARED / "parallel/pud_news.tsv").read_text("utf-8").splitlines()
    lines = [row.split("\t")[column].strip() for row in rows]
    lines = [line for line in lines if re.search(r"[.?!][\"”’)]*$", line)]
    precision, recall = boundary_scores(lines, language)
    assert precision >= 0.99
    assert recall >= 0.995
