from __future__ import annotations

import pytest
from scripted import ScriptedGenerator

from summarize.generation.generator import Generated
from summarize.news.checks import Kind, check_pair, check_summary
from summarize.options import SUMMARIZATION, SearchOptions, Task
from summarize.repair import (
    ARTICLE,
    BEAM,
    CLAUSES,
    SEARCH,
    Repair,
    agreeing,
    attempts_at,
    clauses,
    faithful,
    other_search,
    with_alternatives,
)
from summarize.summarizer import Summarizer
from summarize.translator import Translator

SOURCE = "The work cost 85 million dollars. It rained."
RIGHT = {
    "The work cost 85 million dollars.": "공사비로 8천500만 달러가 들었다.",
    "It rained.": "비가 내렸다.",
}
WRONG = "공사비로 8천500억 달러가 들었다."


class Improving(ScriptedGenerator):
    """Gets a sentence wrong the first time it is asked, and right from the second time on."""

    def __init__(self, second: dict[str, str]) -> None:
        super().__init__(self._reply)
        self.asked: dict[str, int] = {}
        self.second = second

    def _reply(self, text: str, task: Task) -> str:
        self.asked[text] = self.asked.get(text, 0) + 1
        return (
            WRONG if "85" in text and self.asked[text] == 1 else self.second.get(text, RIGHT[text])
        )


def translated(second: dict[str, str], **settings: bool) -> tuple[Improving, object]:
    generator = Improving(second)
    translator = Translator(generator, numbers=False, **settings)  # type: ignore[arg-type]
    return generator, translator(SOURCE, to="ko")


def test_findings_are_told_without_repair() -> None:
    generator, translation = translated(RIGHT)
    assert [(f.sentence, f.kind) for f in translation.findings] == [(0, Kind.SCALE)]
    assert translation.repairs == ()
    assert len(generator.calls) == 2
    assert "1 error" in repr(translation)
    assert translation.to_dict()["findings"][0]["kind"] == "scale"


def test_a_wrong_sentence_is_tried_once_more_and_told() -> None:
    generator, translation = translated(RIGHT, repair=True)
    [repair] = translation.repairs
    assert repair == Repair(
        0, (Kind.SCALE,), SEARCH, WRONG, RIGHT["The work cost 85 million dollars."]
    )
    assert translation.findings == ()
    assert translation.text == "공사비로 8천500만 달러가 들었다. 비가 내렸다."
    assert translation.notes == ("1 of 2 sentences failed a check and were tried again; 1 mended",)
    assert [text for text, _, _ in generator.calls].count("It rained.") == 1
    first, again = generator.calls[0][2], generator.calls[-1][2]
    assert first.num_beams != again.num_beams
    assert "1 repair" in repr(translation)


def test_the_first_is_kept_where_the_second_is_no_better() -> None:
    worse = {"The work cost 85 million dollars.": "8천500억 달러 8천500억 달러 8천500억 달러"}
    _, translation = translated(worse, repair=True)
    assert translation.repairs == ()
    assert translation.pairs[0].target == WRONG
    assert [f.kind for f in translation.findings] == [Kind.SCALE]
    assert translation.notes == ("1 of 2 sentences failed a check and were tried again; 0 mended",)


def test_a_headline_is_mended_too() -> None:
    from summarize.news.manuscript import Manuscript

    generator = Improving(RIGHT)
    manuscript = Manuscript.of_sentences(["It rained."], "en", "The work cost 85 million dollars.")
    translator = Translator(generator, numbers=False, repair=True)  # type: ignore[arg-type]
    translation = translator(manuscript, to="ko")
    assert [repair.sentence for repair in translation.repairs] == [-1]
    assert translation.headline == RIGHT["The work cost 85 million dollars."]


def test_numbers_are_put_right_and_told() -> None:
    generator = Improving({})
    translation = Translator(generator)(SOURCE, to="ko")  # type: ignore[arg-type]
    right = "공사비로 8,500만 달러가 들었다."
    how = "numbers put right: 8천500억 달러 → 8,500만 달러"
    assert translation.repairs == (Repair(0, (Kind.SCALE,), how, WRONG, right),)
    assert translation.pairs[0].target == right
    assert translation.text == f"{right} 비가 내렸다."
    assert translation.findings == ()
    assert len(generator.calls) == 2


def test_what_numbers_mend_is_not_tried_again_but_what_they_do_not_is() -> None:
    generator = Improving({})
    translation = Translator(generator, repair=True)(SOURCE, to="ko")  # type: ignore[arg-type]
    assert len(generator.calls) == 2
    assert [repair.sentence for repair in translation.repairs] == [0]
    assert translation.notes == ()


def test_a_headline_s_numbers_are_put_right_too() -> None:
    from summarize.news.manuscript import Manuscript

    manuscript = Manuscript.of_sentences(["It rained."], "en", "The work cost 85 million dollars.")
    translation = Translator(Improving({}))(manuscript, to="ko")  # type: ignore[arg-type]
    assert [repair.sentence for repair in translation.repairs] == [-1]
    assert translation.headline == "공사비로 8,500만 달러가 들었다."


LOST = "Of 1,250 ships, 17 sank in 1904."
BEAMS = (
    "배 1250척 가운데 여러 척이 1904년에 침몰했다.",
    "배 여러 척이 1904년에 침몰했다.",
    "1904년에는 배 1250척 가운데 17척이 침몰했다.",
    "배 1250척 중 17척이 1904년 침몰했다.",
)


def beamed(
    beams: tuple[str, ...] = BEAMS, *second: str, **settings: object
) -> tuple[ScriptedGenerator, object]:
    """A translation of LOST by a model whose beams end in `beams`, and once more in `second`."""
    again = Generated(second[0], alternatives=second[1:]) if second else Generated("")
    replies = iter([Generated(beams[0], alternatives=beams[1:]), again])
    generator = ScriptedGenerator(lambda text, task: next(replies))
    settings = {"num_beams": 4, **settings}
    return generator, Translator(generator, **settings)(LOST, to="ko")  # type: ignore[arg-type]


def test_the_best_of_the_beams_with_the_sources_numbers_is_kept_and_told() -> None:
    generator, translation = beamed()
    assert translation.text == BEAMS[2]
    assert translation.repairs == (Repair(0, (Kind.NUMBER,), BEAM, BEAMS[0], BEAMS[2]),)
    assert translation.findings == translation.notes == ()
    assert [options.num_return_sequences for _, _, options in generator.calls] == [4]


def test_the_first_of_the_beams_is_kept_where_none_is_better() -> None:
    for beams in (BEAMS[:2], (BEAMS[2], BEAMS[3]), (BEAMS[3], *BEAMS[:2])):
        _, translation = beamed(beams)
        assert translation.text == beams[0]
        assert translation.repairs == ()


def test_numbers_are_put_right_before_beams_are_compared() -> None:
    """A number changed in one place is mended there; another beam is not better for having it."""
    wrong = "배 1250척 가운데 71척이 1904년에 침몰했다."
    _, translation = beamed((wrong, BEAMS[3]))
    [repair] = translation.repairs
    assert repair.how == "numbers put right: 71척 → 17척"


@pytest.mark.parametrize("other", ["", "다리."])
def test_a_beam_that_is_otherwise_worse_is_not_taken(other: str) -> None:
    """An invented number is no reason for a beam that is empty or loses the rest."""
    invented = "다리가 금요일에 88년 만에 다시 열렸다."
    reply = Generated(invented, alternatives=(other,))
    translator = Translator(ScriptedGenerator(lambda text, task: reply), num_beams=2)  # type: ignore[arg-type]
    translation = translator("The bridge over the river was reopened on Friday.", to="ko")
    assert translation.text == invented
    assert translation.repairs == ()


def test_beams_are_not_looked_through_where_numbers_are_to_stay() -> None:
    generator, translation = beamed(numbers=False)
    assert translation.text == BEAMS[0]
    assert generator.calls[0][2].num_return_sequences == 1


def test_the_register_holds_for_every_beam() -> None:
    _, translation = beamed(register="polite")
    assert translation.text == "1904년에는 배 1250척 가운데 17척이 침몰했습니다."


NO_YEAR = (BEAMS[0].replace("1904년에 ", ""), BEAMS[0])
"""The first lacks the ships that sank and the year, the second only the ships."""


@pytest.mark.parametrize(("second", "how"), [(BEAMS[3], SEARCH), ("배.", BEAM)])
def test_what_the_beams_leave_wrong_is_tried_again(second: str, how: str) -> None:
    _, translation = beamed(NO_YEAR, second, repair=True)
    kept = second if how == SEARCH else NO_YEAR[1]
    assert translation.text == kept
    [repair] = translation.repairs
    assert (repair.how, repair.before, repair.after) == (how, NO_YEAR[0], kept)
    mended = int(how == SEARCH)
    [note] = translation.notes
    assert note == f"1 of 1 sentences failed a check and were tried again; {mended} mended"


def test_the_best_beam_of_the_second_try_is_kept() -> None:
    generator, translation = beamed(NO_YEAR, NO_YEAR[0], BEAMS[3], BEAMS[1], repair=True)
    assert translation.text == BEAMS[3]
    assert [repair.how for repair in translation.repairs] == [SEARCH]
    assert [options.num_return_sequences for _, _, options in generator.calls] == [4, 8]


def test_sampled_sequences_are_as_many_as_were_asked_for() -> None:
    sampled = SearchOptions(do_sample=True, num_return_sequences=2)
    assert with_alternatives(sampled) == sampled
    assert with_alternatives(SearchOptions(num_beams=3)).num_return_sequences == 3


def test_other_languages_keep_the_best_of_the_beams() -> None:
    assert agreeing(LOST, BEAMS, "en", "de") == 0


def test_a_lost_sentence_is_translated_clause_by_clause() -> None:
    source = "The river rose quickly at night; more than 200 people had to leave their homes."
    [attempt] = attempts_at({source: "강."}, lambda s, t: check_pair(s, t, "en", "ko"))
    assert attempt.pieces == (
        "The river rose quickly at night;",
        "more than 200 people had to leave their homes.",
    )
    assert attempt.how == CLAUSES


def test_clauses_lose_nothing_and_have_some_words() -> None:
    text = "He came, saw the broken old bridge over the river, and left the town by bus at noon."
    assert " ".join(clauses(text)) == text
    assert len(clauses(text)) > 1
    assert clauses("Yes, he said.") == ("Yes, he said.",)


@pytest.mark.parametrize("beams", [1, 3, 4, 6, 8, 12])
def test_the_other_search_differs(beams: int) -> None:
    options = SearchOptions(num_beams=beams, max_new_tokens=50)
    assert other_search(options).num_beams != beams
    assert other_search(options).max_new_tokens == 50


ARTICLE_SENTENCES = [
    "The bridge reopened on Friday after two years.",
    "The work cost 85 million dollars, the city said.",
    "Buses will use a new lane.",
]


def test_an_unfaithful_sentence_gives_way_to_the_articles() -> None:
    summary = ["The bridge reopened.", "The work cost 58 million dollars."]
    findings = check_summary(" ".join(ARTICLE_SENTENCES), summary, "en")
    kept, repairs = faithful(summary, ARTICLE_SENTENCES, findings)
    assert kept == ["The bridge reopened.", ARTICLE_SENTENCES[1]]
    assert repairs == (Repair(1, (Kind.NUMBER,), ARTICLE, summary[1], ARTICLE_SENTENCES[1]),)


def test_no_room_for_the_articles_sentence() -> None:
    summary = ["The bridge reopened.", "The work cost 58 million dollars."]
    findings = check_summary(" ".join(ARTICLE_SENTENCES), summary, "en")
    kept, [repair] = faithful(summary, ARTICLE_SENTENCES, findings, lambda sentences: False)
    assert kept == ["The bridge reopened."]
    assert repair.after == ""


def test_the_last_sentence_never_goes() -> None:
    findings = check_summary("Nothing of it.", ["It cost 58 million."], "en")
    kept, repairs = faithful(["It cost 58 million."], [], findings)
    assert (kept, repairs) == (["It cost 58 million."], ())


def summarised(reply: str, **settings: bool) -> object:
    text = "\n\n".join([" ".join(ARTICLE_SENTENCES), "It has rained for days in the valley."] * 2)

    def answer(text: str, task: Task) -> Generated:
        assert task.name == SUMMARIZATION
        return Generated(reply, complete=True)

    return Summarizer(ScriptedGenerator(answer), **settings)(text, sentences=2)  # type: ignore[arg-type]


def test_summaries_are_checked_and_mended_when_asked() -> None:
    reply = "The bridge reopened. The work cost 58 million dollars, the city said."
    plain = summarised(reply)
    assert [(f.sentence, f.kind) for f in plain.findings] == [(1, Kind.NUMBER)]
    mended = summarised(reply, repair=True)
    assert mended.findings == ()
    assert mended.sentences[1] == ARTICLE_SENTENCES[1]
    assert mended.text.endswith(ARTICLE_SENTENCES[1])
    assert mended.to_dict()["repairs"][0]["how"] == ARTICLE
    assert summarised("The bridge reopened.").findings == ()
