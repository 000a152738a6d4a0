from __future__ import annotations

import json
from pathlib import Path

import pytest

from summarize.errors import EmptyInputError, UnsupportedLanguageError
from summarize.news.language import detect, name_of, require_supported

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"


@pytest.mark.parametrize(
    "text",
    [
        "정부는 12일 새 정책을 발표했다.",
        "삼성전자, Galaxy Z Fold7 Enterprise Edition 출시",
        "美 대선 앞두고 中 반발",
        "NATO 정상회의, UN·EU 대표 참석",
        "사과",
    ],
)
def test_hangul_is_korean_whatever_stands_beside_it(text: str) -> None:
    assert detect(text) == "ko"


@pytest.mark.parametrize(
    "text",
    [
        "Obama wins",
        "Hello",
        "Trump",
        "Suicide bomber kills 12 in Nigeria church",
        "MPs tout Lords replacement plan",
        "Kim Jong Un tours weapons factories, vows to boost war readiness",
        "BREAKING NEWS",
        "The word jeong (정) has no English equivalent, linguists in Seoul say.",
    ],
)
def test_short_english_is_english(text: str) -> None:
    assert detect(text) == "en"


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("中国政府今日宣布了一项新政策。", "zh", "Chinese"),
        ("今日は東京で天気がいいです。", "ja", "Japanese"),
        ("أعلن الرئيس اليوم عن سياسة جديدة", "ar", "Arabic"),
        ("Президент России сегодня заявил о новых мерах", "ru", "Russian"),
        ("Україна оголосила про нові заходи", "uk", "Ukrainian"),
        ("รัฐบาลประกาศนโยบายใหม่", "th", "Thai"),
        ("Η κυβέρνηση ανακοίνωσε νέα μέτρα", "el", "Greek"),
        ("Le président a annoncé une réforme de l'enseignement.", "fr", "French"),
        ("Die Bundesregierung hat gestern ein neues Gesetz beschlossen.", "de", "German"),
        ("El presidente dijo ayer que la reforma será aprobada.", "es", "Spanish"),
    ],
)
def test_other_languages_are_named(text: str, code: str, name: str) -> None:
    assert detect(text) == code
    assert name_of(code) == name
    with pytest.raises(
        UnsupportedLanguageError, match=rf"is in {name} \({code}\).*English.*Korean"
    ):
        require_supported(text)


@pytest.mark.parametrize("text", ["", "  \n", "123 456", "😀👍", "!?"])
def test_without_letters_the_default_or_an_error(text: str) -> None:
    assert detect(text, default="en") == "en"
    with pytest.raises(EmptyInputError, match="no letters"):
        detect(text)


def test_letters_after_the_sample_still_count() -> None:
    assert detect("1" * 30_000 + " 정부는 발표했다") == "ko"


def test_lone_surrogates_do_not_stop_detection() -> None:
    assert detect("The government said \ud800 it would act today.") == "en"


def test_require_supported_takes_codes_texts_and_other_sets() -> None:
    assert require_supported("ko") == "ko"
    assert require_supported("EN") == "en"
    assert require_supported("정부는 발표했다") == "ko"
    assert require_supported("de", supported=("de",)) == "de"
    with pytest.raises(UnsupportedLanguageError, match="Japanese"):
        require_supported("ja")


def test_an_unknown_code_names_itself() -> None:
    assert name_of("xx") == "xx"


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data here")
def test_real_headlines_and_sentences() -> None:
    headlines = (SHARED / "parallel/korsts_human_headlines.tsv").read_text("utf-8").splitlines()
    english = [line.split("\t")[0] for line in headlines]
    korean = [line.split("\t")[1] for line in headlines]
    bbc = (SHARED / "summaries/bbc_news_summary.jsonl").read_text("utf-8").splitlines()
    english += [json.loads(line)["title"] for line in bbc]
    wrong = [text for text in english if detect(text) != "en"]
    assert len(wrong) <= 1, wrong  # of 2,381
    assert all(detect(text) == "ko" for text in korean)
