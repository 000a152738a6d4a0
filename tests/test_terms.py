"""Names through a translation, by a scripted model that garbles, drops and repeats them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scripted import ScriptedGenerator

from summarize.digester import Digester
from summarize.errors import GenerationError, OptionError
from summarize.generation.generator import Generated
from summarize.news.glossary import Glossary
from summarize.options import Task
from summarize.summarizer import Summarizer
from summarize.terms import Terms
from summarize.translator import Translator

NAMES = {
    "Kim Jong Un": "김정은",
    "Donald Trump": "도널드 트럼프",
    "Pyongyang": "평양",
    "KCNA": "조선중앙통신",
    "Turkey": "튀르키예|터키",
}
SOURCE = "Kim Jong Un met Donald Trump."


def translated(
    reply: object, text: str = SOURCE, **settings: object
) -> tuple[str, tuple[str, ...], list[str]]:
    """The translation, its notes and what was sent, with a reply or a list of replies in turn."""
    replies = iter(reply) if isinstance(reply, list) else None
    answer = reply if callable(reply) else lambda text, task: next(replies) if replies else reply
    generator = ScriptedGenerator(answer)  # type: ignore[arg-type]
    made = Translator(generator, glossary=NAMES, **settings)  # type: ignore[arg-type]
    translation = made(text)
    return translation.text, translation.notes, [sent for sent, _, _ in generator.calls]


def test_a_translation_with_its_names_is_kept_as_it_is() -> None:
    text, notes, sent = translated("김정은은 도널드 트럼프를 만났다.")
    assert sent == [SOURCE]
    assert (text, notes) == ("김정은은 도널드 트럼프를 만났다.", ())


def test_a_dropped_name_goes_in_as_its_translation() -> None:
    text, notes, sent = translated(["그는 그를 만났다.", "김정운이 도널드 트럼프을 만났다."])
    assert sent == [SOURCE, "김정은 met 도널드 트럼프."]
    assert (text, notes) == ("김정은이 도널드 트럼프를 만났다.", ())


def test_the_other_way_round() -> None:
    text, notes, sent = translated(
        ["He went there.", "Kim Jong Un visited Pyongyang."], "김정은이 평양을 찾았다."
    )
    assert sent == ["김정은이 평양을 찾았다.", "Kim Jong Un이 Pyongyang을 찾았다."]
    assert (text, notes) == ("Kim Jong Un visited Pyongyang.", ())


def test_only_sentences_that_lack_a_name_are_asked_for_again() -> None:
    _, _, sent = translated(
        lambda text, task: "비가 왔다." if text.startswith("KCNA") else text.replace("KCNA", ""),
        "It rained. KCNA left. Pyongyang slept.",
    )
    assert sent[3:] == ["조선중앙통신 left."]


def marked(reply: str, source: str = SOURCE) -> tuple[str, tuple[str, ...], list[str]]:
    """The translation with a model that drops every name, and answers marks with `reply`."""
    return translated(lambda text, task: reply if "X1" in text else "비가 왔다.", source)


def test_a_model_that_cannot_read_the_other_script_gets_marks() -> None:
    text, notes, sent = marked("X1은 X2을 만났다.")
    assert sent == [SOURCE, "김정은 met 도널드 트럼프.", "X1 met X2."]
    assert (text, notes) == ("김정은은 도널드 트럼프를 만났다.", ())


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("x1이 X 2를 만났다.", "김정은이 도널드 트럼프를 만났다."),  # garbled
        ("X1이 X1과 X-2를 만났다.", "김정은이 김정은과 도널드 트럼프를 만났다."),  # repeated
        ("X1이 그를 만났다.", "김정은이 그를 만났다."),  # dropped
        ("X1이 X3을 만났다.", "비가 왔다."),  # a mark that stands for nothing
        ("X12이 X2을 만났다.", "비가 왔다."),
        ("그가 갔다.", "비가 왔다."),
    ],
)
def test_no_mark_is_ever_left(reply: str, right: str) -> None:
    text, _, _ = marked(reply)
    assert text == right


def test_one_mark_a_name() -> None:
    text, _, sent = marked("X1은 X2와 X1을 봤다.", "KCNA saw Pyongyang, and KCNA wept.")
    assert sent[2] == "X1 saw X2, and X1 wept."
    assert text == "조선중앙통신은 평양과 조선중앙통신을 봤다."


def test_a_sentence_with_such_a_mark_of_its_own_gets_none() -> None:
    _, _, sent = marked("X1", "KCNA drove a BMW X1 home.")
    assert sent == ["KCNA drove a BMW X1 home.", "조선중앙통신 drove a BMW X1 home."]


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("김정은는 도널드 트럼프을 만났다.", "김정은은 도널드 트럼프를 만났다."),  # particles
        ("김정운은 도날드 트럼프를 만났다.", "김정은은 도널드 트럼프를 만났다."),  # garbled
        ("김정은은 도널드트럼프와 만났다.", "김정은은 도널드 트럼프와 만났다."),
        ("Kim Jong Un이 Donald Trump을 만났다.", "김정은이 도널드 트럼프를 만났다."),  # left over
        ("김정은 김정은은 도널드 트럼프를 만났다.", "김정은은 도널드 트럼프를 만났다."),  # doubled
    ],
)
def test_names_are_mended_without_another_translation(reply: str, right: str) -> None:
    text, notes, sent = translated(reply)
    assert text == right
    assert (notes, len(sent)) == ((), 1)


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("Kim Jong-un met Donald Trump.", "Kim Jong Un met Donald Trump."),
        ("김정은이 met 도널드 트럼프.", "Kim Jong Un met Donald Trump."),
        ("Kim Jung Un met Donald Tramp.", "Kim Jong Un met Donald Trump."),
    ],
)
def test_names_are_mended_in_english(reply: str, right: str) -> None:
    text, _, _ = translated(reply, "김정은은 도널드 트럼프를 만났다.")
    assert text == right


def test_another_form_becomes_the_one_that_is_written() -> None:
    text, _, _ = translated("터키가 거부했다.", "Turkey refused.")
    assert text == "튀르키예가 거부했다."


def test_the_output_with_more_of_the_names_is_kept() -> None:
    text, notes, _ = translated(["그는 그를 만났다.", "김정은은 그를 만났다.", "X1이 그를 만났다."])
    assert text == "김정은은 그를 만났다."
    assert notes == ("glossary names missing: Donald Trump (도널드 트럼프)",)


def test_an_output_that_was_cut_off_is_not_taken_for_its_names() -> None:
    def reply(text: str, task: Task) -> Generated:
        return Generated("그가 갔다.") if text == SOURCE else Generated("김정은 도널드", False)

    assert translated(reply)[0] == "그가 갔다."


def test_names_that_are_nowhere_are_told_once() -> None:
    text, notes, sent = translated("비가 왔다.", "KCNA left. KCNA came.")
    assert text == "비가 왔다. 비가 왔다."
    assert notes == ("glossary names missing: KCNA (조선중앙통신)",)
    assert len(sent) == 6


def test_another_known_person_is_no_misspelling() -> None:
    text, notes, _ = translated("김정일은 평양에 있다.", "Kim Jong Un is in Pyongyang.")
    assert text == "김정일은 평양에 있다."
    assert notes == ("glossary names missing: Kim Jong Un (김정은)",)


def test_short_common_words_are_no_misspelling() -> None:
    terms = Terms(Glossary.of({"US": "미국"}), "en", "ko")
    assert terms.mended("미군이 왔다.", terms.find("The US came.")) == "미군이 왔다."


def test_a_name_inside_a_longer_word_is_left_alone() -> None:
    terms = Terms(Glossary.of({"US": "미국"}), "en", "ko")
    assert (
        terms.mended("US스틸은 US에 있다.", terms.find("The US came.")) == "US스틸은 미국에 있다."
    )


def test_sentences_without_names_go_as_they_are() -> None:
    _, _, sent = translated("비가 왔다.", "It rained.")
    assert sent == ["It rained."]


def test_no_glossary_changes_nothing() -> None:
    generator = ScriptedGenerator(lambda text, task: "김정은는 갔다.")
    assert Translator(generator)(SOURCE).text == "김정은는 갔다."
    assert generator.calls[0][0] == SOURCE


def test_names_that_make_a_sentence_too_long_stay_out() -> None:
    names = {"Ab": "가 나 다 라 마 바 사 아 자 차"}
    generator = ScriptedGenerator(lambda text, task: "말이 많다.", budget=5)
    made = Translator(generator, glossary=names)  # type: ignore[arg-type]
    assert made("Ab left us today.", to="ko").text == "말이 많다."
    assert [text for text, _, _ in generator.calls] == ["Ab left us today.", "X1 left us today."]


def test_a_failure_of_the_second_try_leaves_the_first() -> None:
    def reply(text: str, task: Task) -> str:
        if text != SOURCE:
            raise RuntimeError("boom")
        return "김정은은 그를 만났다."

    text, notes, _ = translated(reply)
    assert text == "김정은은 그를 만났다."
    assert notes == ("glossary names missing: Donald Trump (도널드 트럼프)",)


def test_a_failure_is_an_error_as_ever() -> None:
    def reply(text: str, task: Task) -> str:
        raise RuntimeError("boom")

    [result] = Translator(ScriptedGenerator(reply), glossary=NAMES).many([SOURCE])
    assert isinstance(result.error, GenerationError)


def test_other_languages_pass_untouched() -> None:
    generator = ScriptedGenerator(lambda text, task: "x", languages=("en", "de"))
    Translator(generator, glossary=NAMES)(SOURCE, to="de")
    assert generator.calls[0][0] == SOURCE


@given(st.text("김정은KimJongUn 도널드트럼프.는가을 \"'(", max_size=60))
def test_whatever_a_model_writes_can_be_mended(reply: str) -> None:
    terms = Terms(Glossary.of(NAMES), "en", "ko")
    matches = terms.find(SOURCE)
    once = terms.mended(reply, matches)
    assert terms.mended(once, matches) == once
    assert len(terms.missing(SOURCE, once)) <= len(terms.missing(SOURCE, reply))


# -- register ---------------------------------------------------------------------------


def test_the_register_asked_for() -> None:
    news, _, _ = translated("김정은이 갔습니다.", "Kim Jong Un left.", register="news")
    polite, _, _ = translated("김정은이 갔다.", "Kim Jong Un left.", register="polite")
    assert (news, polite) == ("김정은이 갔다.", "김정은이 갔습니다.")


def test_the_register_leaves_english_alone() -> None:
    text, _, _ = translated("He said 갑니다.", "그는 갔다.", register="news")
    assert text == "He said 갑니다."


def test_completeness_is_kept() -> None:
    text, notes, _ = translated(
        lambda text, task: Generated("갔습니다.", complete=False), "He left.", register="news"
    )
    assert text == "갔다."
    assert "cut off" in notes[0]


def test_unknown_register_and_bad_glossary_are_told_at_once() -> None:
    generator = ScriptedGenerator(lambda text, task: text)
    with pytest.raises(OptionError, match=r"unknown register 'haeche'\. Known: news, polite"):
        Translator(generator, register="haeche")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="entry 1"):
        Translator(generator, glossary={"": "가"})  # type: ignore[arg-type]


# -- the other faces --------------------------------------------------------------------


def test_the_digester_hands_both_on() -> None:
    generator = ScriptedGenerator(lambda text, task: "김정은는 갔습니다.")
    summarizer = Summarizer(generator)  # type: ignore[arg-type]
    article = "Kim Jong Un left the city on Friday. Nobody knows why he went away."
    translator = Translator(generator, glossary=NAMES, register="news")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="Translator that is passed in"):
        Digester(summarizer, translator, register="news")
    with pytest.raises(OptionError, match="to the Translator"):
        Digester(summarizer, translator, numbers=False)
    made = ScriptedGenerator(
        lambda text, task: text if task.name != "translation" else "김정은는 갔습니다."
    )
    digester = Digester(Summarizer(made), Translator(made, glossary=NAMES, register="news"))  # type: ignore[arg-type]
    assert "김정은은 갔다." in digester(article).translation.text


def test_the_command_line_takes_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from summarize import cli

    names = tmp_path / "names.tsv"
    names.write_text("Kim Jong Un\t김정은\n", encoding="utf-8")
    source = tmp_path / "text.txt"
    source.write_text("Kim Jong Un left the city on Friday.\n", encoding="utf-8")
    generator = ScriptedGenerator(lambda text, task: "김정은는 금요일 도시를 떠났습니다.")
    monkeypatch.setattr(
        "summarize.generation.opening.open_generator", lambda *a, **k: (generator, True)
    )
    arguments = ["translate", "--to", "ko", "--json", "--glossary", str(names)]
    arguments += ["--glossary", "builtin", "--register", "news", str(source)]
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["text"] == "김정은은 금요일 도시를 떠났다."

    names.write_text("Kim Jong Un\n", encoding="utf-8")
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 2
    assert "line 1: 1 columns" in result.output


# -- names by their sound ---------------------------------------------------------------

HEARD = Glossary.parse("Vidal\t비달\t\tsound\nJaromir\t야로미르\t\tsound\n서울\tSeoul", "tsv")


def heard(source: str, reply: str | list[str], to: str = "ko") -> tuple[str, int]:
    """The translation of one sentence with the names of HEARD, and how often it was asked for."""
    replies = iter([reply] if isinstance(reply, str) else reply)
    generator = ScriptedGenerator(lambda text, task: next(replies))
    made = Translator(generator, glossary=HEARD)  # type: ignore[arg-type]
    return made(source, to=to).text, len(generator.calls)


@pytest.mark.parametrize("reply", ["비달이 서울에 왔다.", "비다르가 서울에 왔다."])
def test_a_name_may_be_spelt_otherwise(reply: str) -> None:
    assert heard("Vidal came to Seoul.", reply) == (reply, 1)


def test_one_name_from_nowhere_is_the_one_that_is_lost() -> None:
    assert heard("Vidal came to Seoul.", "몰리나가 서울에 왔다.") == ("비달이 서울에 왔다.", 1)
    right = "To Seoul came Vidal on foot."
    assert heard("비달이 서울에 왔다.", right.replace("Vidal", "Molina"), "en") == (right, 1)


def test_it_goes_in_wherever_that_one_stands() -> None:
    reply = "몰리나는 서울에 왔고, 몰리나가 떠났다."
    right = "비달은 서울에 왔고, 비달이 떠났다."
    assert heard("Vidal came to Seoul, and Vidal left.", reply) == (right, 1)


def test_a_place_does_not_go_in_for_a_person() -> None:
    source, right = "The man came to Seoul.", "그 남자가 서울에 왔다."
    assert heard(source, ["몰리나가 그곳에 왔다.", right]) == (right, 2)


def test_which_of_two_names_is_lost_is_not_guessed() -> None:
    source, reply = "Vidal and Jaromir came to Seoul.", "몰리나가 서울에 왔다."
    right = "비달과 야로미르가 서울에 왔다."
    assert heard(source, [reply, right]) == (right, 2)


def test_a_sentence_without_another_name_is_asked_for_again() -> None:
    assert heard("Vidal left.", ["그는 떠났다.", "비달은 떠났다."]) == ("비달은 떠났다.", 2)


def test_the_builtin_names_go_both_ways_only_where_they_are_no_other_word() -> None:
    terms = Terms(Glossary.builtin(), "en", "ko")
    assert [m.target for m in terms.find("The Palawan ferry left Albuquerque.")] == [
        "팔라완",
        "앨버커키",
    ]
    back = Terms(Glossary.builtin(), "ko", "en")
    assert [m.target for m in back.find("앨버커키에서 기자가 물었다.")] == ["Albuquerque"]
