from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from planting import FINDS

from summarize.news.article import read
from summarize.news.checks import (
    Finding,
    check_pair,
    check_pairs,
    check_summary,
    check_translation,
    closest,
)
from summarize.news.glossary import Glossary

DATA = Path(__file__).parent.parent / "data"
OTHER = {"en": "ko", "ko": "en"}


def labelled() -> list[dict[str, str]]:
    lines = (DATA / "checks.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def kinds(findings: Iterable[Finding]) -> set[str]:
    return {str(finding.kind) for finding in findings}


def pair(source: str, target: str) -> tuple[Finding, ...]:
    here = "ko" if any("가" <= c <= "힣" for c in source) else "en"
    return check_pair(source, target, here, OTHER[here])


def test_planted_errors_are_found_and_good_translations_pass() -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    for item in labelled():
        language = item["source_language"]
        checked = check_pair(item["source"], item["target"], language, OTHER[language])
        planted = item["planted"]
        if planted:
            found[planted].append(bool(kinds(checked) & FINDS[planted]))
        else:
            found["alarm"].append(bool(checked))
    alarms = found.pop("alarm")
    assert len(alarms) >= 300
    assert sum(alarms) <= 0.02 * len(alarms)
    every = [one for some in found.values() for one in some]
    assert len(every) >= 300
    assert sum(every) >= 0.95 * len(every)
    for planted, results in found.items():
        floor = FLOORS.get(planted, 0.98)
        assert sum(results) >= floor * len(results), f"{planted}: {sum(results)} of {len(results)}"


FLOORS = {"clause": 0.86, "name": 0.94, "negation": 0.94}
"""Measured 0.87, 0.96, 0.96; the log says what these miss."""


def test_the_labelled_set_is_what_its_parts_make() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_checks", DATA / "make_checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.lines() == (DATA / "checks.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("It cost $85 million.", "8천500억 달러가 들었다.", "scale"),
        ("It cost $85 million.", "8천600만 달러가 들었다.", "number"),
        ("It opened on August 3.", "8월 13일 문을 열었다.", "date"),
        ("Germany won the final.", "프랑스가 결승에서 이겼다.", "name"),
        ("Ban Ki-moon left Seoul.", "반기문이 부산을 떠났다.", "name"),
        ("Angela Merkel met the workers.", "에마뉘엘 마크롱이 노동자들을 만났다.", "name"),
        ("메르켈 총리가 노동자들을 만났다.", "Chancellor Scholz met the workers.", "name"),
        ("They did not pay the money.", "그들은 그 돈을 냈다.", "negation"),
        ("그는 오지 않았다.", "He came.", "negation"),
        ("The bridge was closed.", "다리는 closed 상태였다.", "untranslated"),
        ("The bridge was closed.", "다리는 閉鎖 상태였다.", "script"),
        ("다리가 폐쇄됐다.", "The bridge was 폐쇄.", "script"),
        ("It rained all day.", "It rained all day long there.", "language"),
        ("It rained all day.", "", "missing"),
        ("He said it was late.", "그는 늦었다고 늦었다고 늦었다고 말했다.", "repetition"),
        ('"We are ready to leave," he said.', "그는 떠날 준비가 됐다고 말했다.", "quotation"),
        ("The mayor opened the new library in June.", "시장은 6월 새 도서관을 열며", "cut off"),
    ],
)
def test_what_is_wrong_with_a_sentence(source: str, target: str, kind: str) -> None:
    assert kind in kinds(pair(source, target))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("It cost 110 million dollars.", "1억1천만 달러가 들었다."),
        ("The three-day talks ended.", "사흘간의 회담이 끝났다."),
        ("Lee Jae-myung met Xi Jinping.", "이재명은 시진핑을 만났다."),
        ("President Yoon visited the U.S.", "윤 대통령이 미국을 방문했다."),
        ("Everyone must leave.", "모두 떠나지 않으면 안 된다."),
        ("He failed to answer.", "그는 대답하지 못했다."),
        ("LG and NATO signed it.", "LG와 NATO가 서명했다."),
        ("미·중 정상이 만났다.", "The leaders of the U.S. and China met."),
        ("Apple showed the iPhone.", "애플이 iPhone을 선보였다."),
        ("The word 'kimchi' is Korean.", "'김치(kimchi)'라는 말은 한국어다."),
        ("3.5", "3.5"),
    ],
)
def test_what_translators_do_is_let_pass(source: str, target: str) -> None:
    assert pair(source, target) == ()


def test_a_dropped_clause_is_named_by_its_words() -> None:
    source = (
        "Police arrested the driver on Monday, and three children were taken to a hospital "
        "in Busan with broken legs."
    )
    [finding] = [f for f in pair(source, "경찰은 월요일 운전자를 체포했다.") if f.kind == "missing"]
    assert finding.source_span is not None
    assert "hospital" in source[slice(*finding.source_span)]


def test_spans_point_at_the_words() -> None:
    source, target = "About 40,000 people came.", "약 5만명이 왔다."
    [finding] = pair(source, target)
    assert source[slice(*finding.source_span or ())] == "About 40,000 people"[6:]
    assert target[slice(*finding.target_span or ())] == "5만명"
    assert "40,000" in finding.message
    assert "5만명" in finding.message
    assert str(finding).startswith("error: number: ")


def test_a_finding_is_plain_values() -> None:
    [finding] = pair("It cost $85 million.", "8천500억 달러가 들었다.")
    plain = json.loads(json.dumps(finding.to_dict(), ensure_ascii=False))
    assert plain["kind"] == "scale"
    assert plain["severity"] == "error"
    assert plain["sentence"] is None


def test_a_glossary_says_what_a_name_is_called() -> None:
    source, target = "Mr. Feldberg said no.", "산골 씨는 아니라고 했다."
    assert "name" in kinds(check_pair(source, target, "en", "ko"))
    known = check_pair(source, target, "en", "ko", glossary={"Feldberg": "산골"})
    assert "name" not in kinds(known)


def test_a_glossary_may_know_several_forms() -> None:
    source = "North Korean leader Kim Jong Un toured factories."
    names = {"Kim Jong Un": "김정은|김 위원장"}
    for target in ("북한 지도자 김정은이 공장을 둘러봤다.", "북한의 김 위원장이 공장을 둘러봤다."):
        assert "name" not in kinds(check_pair(source, target, "en", "ko", glossary=names))
    other = "북한 지도자 김정일이 공장을 둘러봤다."  # sounds like it
    assert "name" not in kinds(check_pair(source, other, "en", "ko"))
    assert "name" in kinds(check_pair(source, other, "en", "ko", glossary=names))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Winds reached 105 miles per hour (165 km/h).", "바람은 시속 165km에 달했다."),
        ("It flew at 3,000 miles per hour.", "시간당 3000마일로 날았다."),
        ("You should not enter the zone.", "그 구역에 들어가선 안 된다."),
        ("The Riina-driven war ended in 1992.", "리나가 주도한 전쟁은 1992년에 끝났다."),
        ("Floods hit Rio Grande do Sul.", "홍수가 리우그란데두술을 덮쳤다."),
        ("The minister did not rule it out.", "장관은 이를 배제하지 않았다."),
        ("It won't improve until next week.", "다음 주는 돼야 나아진다."),
        ("The survey says 5.30pm is best.", "조사에 따르면 오후 5.30이 가장 좋다."),
        ("Shen Kuo served under Wang Anshi.", "심괄은 왕안석 밑에서 일했다."),
        ("Bjorn saw Toyota alone at Cambridge.", "비요른은 케임브릿지에서 토요타뿐만 봤다."),
        (
            "Greek cities sent Athenians to Thrace.",
            "그리스 도시들은 아테네인을 동트라키아로 보냈다.",
        ),
        ("Liverpool met Napoli in Naples, Italy.", "리버풀은 이탈리아 나폴리에서 나폴리를 만났다."),
        ("It flew from Chile to Tahiti.", "칠레에서 타이티로 날아갔다."),
        (
            "The Ainu of Hokkaido met Danes in Antwerp.",
            "홋카이도의 아이누가 안트베르펜에서 덴마크인을 만났다.",
        ),
        ("Water boils at 100 degrees Celsius.", "물은 섭씨 100도에서 끓는다."),
        ("The Central American country agreed.", "이 중미 국가는 동의했다."),
        ("Do not forget your passport.", "여권을 꼭 챙겨야 한다."),
        ("It was lucky, wasn't it?", "운이 좋았죠, 그렇죠?"),
        ("A pound of butter will do.", "버터 1파운드면 된다."),
        ("Trains run to St Ives and St Gallen.", "기차는 세인트아이브스와 장크트갈렌으로 간다."),
        ("Ships from Dar es Salaam call there.", "다르에스살람의 배가 그곳에 들른다."),
        ("The Hron and the Cauca are rivers.", "흐론강과 카우카강은 강이다."),
        ("Etruscan tombs stand in Inner Mongolia.", "에트루리아 무덤이 네이멍구에 있다."),
        (
            "He sold his boat, and she sold all of his.",
            "그는 배를 팔았고 그녀는 그의 모든 것을 팔았다.",
        ),
    ],
)
def test_what_translators_do_is_no_finding(source: str, target: str) -> None:
    assert check_pair(source, target, "en", "ko") == ()


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        # A name is no other because it sounds a little like a country or like "고 말".
        ("Giacomo Bertelli left Italy.", "카말 자이디는 이탈리아를 떠났다.", "name"),
        ('"I will appeal," Kamal Zaidi said.', '서민재는 "항소하겠다"고 말했다.', "name"),
        ("Astronaut Leonie Hartwig returned.", "우주비행사 석가람이 돌아왔다.", "name"),
        (
            "The port city of Wonmun stayed dry.",
            "포트워밍의 항구 도시는 물에 잠기지 않았다.",
            "name",
        ),
        # A capital does not excuse its country, a quotation's "not" not what stands around it.
        ("The fair in Antwerp drew thousands.", "헨트의 박람회는 수천 명을 모았다.", "name"),
        ("Spain won 2-0 in Madrid.", "핀란드가 마드리드에서 2-0으로 이겼다.", "name"),
        (
            '"I am not guilty and I will appeal," the chairman said.',
            '회장은 "나는 무죄이며 항소하겠다"고 말하지 않았다.',
            "negation",
        ),
        ("The volcano had been quiet for years.", "화산은 오랫동안 잠잠하지 않았다.", "negation"),
    ],
)
def test_what_sounds_or_looks_alike_excuses_nothing(source: str, target: str, kind: str) -> None:
    assert kind in kinds(check_pair(source, target, "en", "ko"))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("He dropped only 17 points.", "그는 17점밖에 내주지 않았다."),
        ("Fewer than 40 states paid.", "분담금을 낸 나라는 40개국도 되지 않았다."),
        ("It fell short of the majority.", "과반에는 미치지 못했다."),
        ("She denied having met him.", "그는 그 남자를 만난 적이 없다고 부인했다."),
        ("The boat had no lights, no radio.", "배에는 조명도 무전기도 없었다."),
        ("Not since 1974 had it been so close.", "이렇게 박빙인 것은 1974년 이후 처음이다."),
        ("Salaries have never been higher.", "급여가 그 어느 때보다 높다."),
    ],
)
def test_what_only_looks_like_a_negation_is_none(source: str, target: str) -> None:
    assert "negation" not in kinds(check_pair(source, target, "en", "ko"))
    assert "negation" not in kinds(check_pair(target, source, "ko", "en"))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("He has never been convicted.", "그는 유죄 판결을 받았다."),
        ("She has not since returned.", "그는 그 후 돌아왔다."),
        ("He went outdoors in the rain.", "그는 비가 오는데 집 밖에 나가지 않았다."),
        ("One of the houses was left.", "집은 한 채도 남지 않았다."),
        ("The two reached an agreement.", "두 사람은 합의에 이르지 못했다."),
    ],
)
def test_what_only_looks_like_no_negation_is_one(source: str, target: str) -> None:
    assert "negation" in kinds(check_pair(source, target, "en", "ko"))


def test_only_what_is_quoted_alike_is_weighed_apart() -> None:
    source = '"I do not think so, and it is bad," he said.'
    target = '그는 그렇게 생각하지 않는다며 "나쁘다"고 말했다.'
    assert "negation" not in kinds(check_pair(source, target, "en", "ko"))


def test_a_small_number_without_a_counterpart_is_doubtful_and_a_changed_one_wrong() -> None:
    assert [f.severity for f in pair("She won gold medals.", "그는 금메달 2개를 땄다.")] == [
        "warning"
    ]
    changed = pair("She won 5 gold medals.", "그는 금메달 2개를 땄다.")
    assert [f.severity for f in changed] == ["error"]
    missing = pair("The army sent 4,200 troops.", "군은 병력을 보냈다.")
    assert [f.severity for f in missing] == ["error"]


def test_a_surname_is_enough_for_a_glossary_too() -> None:
    names = {"Pedro Sanchez": "페드로 산체스", "Kim Jong Un": "김정은"}
    for source, target in (
        ("Pedro Sanchez said no.", "산체스 총리는 아니라고 말했다."),
        ("Kim Jong Un said no.", "김 국무위원장은 아니라고 말했다."),
    ):
        assert "name" not in kinds(check_pair(source, target, "en", "ko", glossary=names))
    other = "브라운 총리는 아니라고 말했다."
    assert "name" in kinds(check_pair("Pedro Sanchez said no.", other, "en", "ko", glossary=names))


def test_what_a_glossary_asks_for_has_to_be_there_in_both_directions() -> None:
    names = {"KCNA": "조선중앙통신", "People Power Party": "국민의힘"}
    for english, korean, lost in (
        ("KCNA said so.", "중앙통신이 그렇게 보도했다.", "KCNA"),
        ("The People Power Party agreed.", "인민의힘당은 동의했다.", "People Power Party"),
    ):
        [finding] = check_pair(english, korean, "en", "ko", glossary=names)
        assert finding.kind == "name"
        assert finding.source_span is not None
        assert english[slice(*finding.source_span)] == lost
    [finding] = check_pair(
        "국민의힘은 동의했다.", "The party of power agreed.", "ko", "en", glossary=names
    )
    assert "People Power Party" in finding.message
    for english, korean in (
        ("KCNA said so.", "조선중앙통신이 그렇게 보도했다."),
        ("The People Power Party agreed.", "국민의 힘은 동의했다."),
    ):
        assert "name" not in kinds(check_pair(english, korean, "en", "ko", glossary=names))
        assert "name" not in kinds(check_pair(korean, english, "ko", "en", glossary=names))


def test_a_term_of_one_direction_and_one_that_comes_with_the_package_are_not_asked_for() -> None:
    rows = Glossary.parse("won\t원화\ten>ko\n", "tsv")
    assert check_pair("원화가 올랐다.", "It rose.", "ko", "en", glossary=rows) == ()
    assert check_pair("The won rose.", "올랐다.", "en", "ko", glossary=rows) != ()
    british = ("영국은 떠났다.", "The British left.", "ko", "en")
    assert check_pair(*british, glossary=Glossary.builtin()) == ()


def test_people_and_sums_of_money_do_not_come_from_nowhere() -> None:
    for source, target in (
        ("The fire killed 3 people.", "이 불로 사람들이 숨졌다."),
        ("The fire killed people.", "이 불로 3명이 숨졌다."),
        ("He paid 40 people.", "그는 40명(5200)에게 지불했다."),
    ):
        findings = pair(source, target)
        assert any(f.kind == "number" and f.severity == "error" for f in findings), (source, target)


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("방벽에는 12억 달러(약 3000억 원)가 들었다.", "3000억 원"),
        ("방벽에는 12억 달러(약 16조 원)가 들었다.", "16조 원"),
        ("방벽에는 12억 달러(약 1조6000억 원)가 들었다.", ""),
        ("방벽에는 12억 달러(약 10억 유로)가 들었다.", ""),
    ],
)
def test_a_sum_in_another_currency_has_to_be_possible(target: str, wrong: str) -> None:
    found = pair("The barrier cost $1.2 billion.", target)
    assert [target[slice(*f.target_span or ())] for f in found] == ([wrong] if wrong else [])


def test_what_the_source_itself_converts_is_the_source_s() -> None:
    source = "The barrier cost $1.2 billion (300 billion won)."
    assert pair(source, "방벽에는 12억 달러(3000억 원)가 들었다.") == ()


def test_a_year_becomes_another_year_and_no_weekday() -> None:
    source = "On Friday he spoke of the mayor, who took office in 2019."
    messages = [f.message for f in pair(source, "그는 2020년 취임한 시장에 대해 말했다.")]
    assert any("“2019” became “2020년”" in message for message in messages), messages


def test_a_dropped_not_is_found_where_the_verb_denies_too() -> None:
    findings = pair("The minister did not rule it out.", "장관은 이를 배제했다.")
    assert kinds(findings) == {"negation"}


def test_pairs_are_numbered_and_repeated_sentences_told() -> None:
    findings = check_pairs(
        [
            ("It rained.", "비가 내렸다."),
            ("The school in the valley was closed.", "골짜기의 학교가 문을 닫았다."),
            ("The hospital on the hill was opened.", "골짜기의 학교가 문을 닫았다."),
            ("It cost $5.", "6달러가 들었다."),
        ],
        "en",
        "ko",
    )
    assert [(f.sentence, str(f.kind)) for f in findings if f.kind in ("number", "repetition")] == [
        (3, "number"),
        (2, "repetition"),
    ]


ENGLISH = """\
The city closed the bridge on Friday. Engineers found cracks in two of its 48 cables.

Mayor Hana Kolar said the work would cost 85 million euros. It will take until May 2027.

Buses will use the northern tunnel. Cyclists have to take the ferry from Lindau.
"""
KOREAN = """\
시는 금요일 다리를 폐쇄했다. 기술진은 케이블 48개 가운데 2개에서 균열을 발견했다.

하나 콜라르 시장은 공사비가 8천500만 유로라고 말했다. 공사는 2027년 5월까지 걸린다.

버스는 북쪽 터널을 이용한다. 자전거를 타는 사람은 린다우에서 배를 타야 한다.
"""


def test_whole_texts_are_aligned_first() -> None:
    assert check_translation(ENGLISH, KOREAN, "en", "ko") == ()
    assert check_translation(KOREAN, ENGLISH, "ko", "en") == ()


def test_a_missing_sentence_and_a_changed_number_are_placed_in_the_texts() -> None:
    output = KOREAN.replace("버스는 북쪽 터널을 이용한다. ", "").replace("48개", "84개")
    findings = check_translation(ENGLISH, output, "en", "ko")
    changed = next(f for f in findings if f.kind == "number")
    assert "48" in ENGLISH[slice(*changed.source_span or ())]
    assert "84" in output[slice(*changed.target_span or ())]
    missing = next(f for f in findings if f.kind == "missing")
    assert "tunnel" in ENGLISH[slice(*missing.source_span or ())]


def test_a_merged_sentence_is_no_error_and_an_added_one_is() -> None:
    merged = KOREAN.replace("폐쇄했다. 기술진은", "폐쇄했으며 기술진은")
    assert check_translation(ENGLISH, merged, "en", "ko") == ()
    added = KOREAN + "\n시장은 내년 선거에 다시 출마하겠다고 기자들에게 밝혔다.\n"
    assert "added" in kinds(check_translation(ENGLISH, added, "en", "ko"))


def test_a_text_in_another_language_is_one_finding() -> None:
    [finding] = check_translation(ENGLISH, ENGLISH, "en", "ko")
    assert finding.kind == "language"


ARTICLE = read(
    """\
Bridge to reopen after two years of repairs

Lindau (Reuters) - The Hanul Bridge will reopen to traffic on Friday, the city said.

Photo: Workers paint the eastern pier of the Hanul Bridge on Tuesday. (Jane Doe/Reuters)

Engineers replaced 48 steel cables, and the work cost 85 million dollars, said Park Mina.

"We waited a long time for this," she said. Iranian engineers helped.
"""
)


@pytest.mark.parametrize(
    "summary",
    [
        "The Hanul Bridge will reopen on Friday.",
        "The work cost $85 million.",
        "Forty-eight cables were replaced with help from Iran.",
        'Park said: "We waited a long time for this."',
    ],
)
def test_a_summary_may_say_it_otherwise(summary: str) -> None:
    assert check_summary(ARTICLE, summary, "en") == ()


@pytest.mark.parametrize(
    ("summary", "kind"),
    [
        ("The work cost $58 million.", "number"),
        ("The bridge was closed in 1998.", "date"),
        ("Kim Mina praised the work, said Robert Hallow.", "name"),
        ("Engineers from Iraq helped.", "name"),
        ('Park said: "We will never build again."', "quotation"),
        ("The bridge will reopen, the city said, and the", "cut off"),
        ("It reopened. The work was done well. The work was done well.", "repetition"),
        ("다리가 금요일 다시 열린다고 시가 밝혔다.", "language"),
    ],
)
def test_what_a_summary_made_up(summary: str, kind: str) -> None:
    assert kind in kinds(check_summary(ARTICLE, summary, "en"))


def test_a_caption_is_not_the_article() -> None:
    caption = next(item.text for item in ARTICLE.set_aside if item.rule == "caption")
    sentence = caption.split("Photo: ")[-1].split(" (")[0]
    assert "caption" in kinds(check_summary(ARTICLE, sentence, "en"))


def test_a_korean_summary() -> None:
    article = "박미나 시장은 12일 한울대교 공사비가 1천100억원이라고 밝혔다. 이란 기술진이 도왔다."
    assert check_summary(article, "공사비는 1100억 원이다.", "ko") == ()
    assert "number" in kinds(check_summary(article, "공사비는 1천200억원이다.", "ko"))
    assert "name" in kinds(check_summary(article, "프랑스 기술진이 도왔다.", "ko"))


def test_the_closest_sentence() -> None:
    sentences = ["It rained all day.", "The bridge was closed on Monday.", "Buses were late."]
    assert closest("The bridge has been closed since Monday.", sentences) == 1
    assert closest("", sentences) is None
    assert closest("The bridge", []) is None
