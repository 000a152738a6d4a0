from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize.errors import InputError, OptionError, ReadError
from summarize.news.glossary import Glossary

NAMES = {"Kim Jong Un|Kim Jong-un": "김정은", "KCNA": "조선중앙통신", "prime minister": "총리"}


def found(glossary: Glossary, text: str, source: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.target) for m in glossary.find(text, source)]


# -- where a text holds them -----------------------------------------------------------


def test_both_directions() -> None:
    glossary = Glossary.of(NAMES)
    assert found(glossary, "KCNA said Kim Jong-un left.", "en") == [
        ("KCNA", "조선중앙통신"),
        ("Kim Jong-un", "김정은"),
    ]
    assert found(glossary, "김정은이 떠났다고 조선중앙통신은 전했다.", "ko") == [
        ("김정은", "Kim Jong Un"),
        ("조선중앙통신", "KCNA"),
    ]
    assert found(glossary, "Kim Jong Un", "de") == []


def test_a_dict_may_go_from_korean_to_english() -> None:
    assert found(Glossary.of({"김정은": "Kim Jong Un"}), "Kim Jong Un", "en") == [
        ("Kim Jong Un", "김정은")
    ]


def test_the_longest_name_wins() -> None:
    glossary = Glossary.of({"Guinea": "기니", "Papua New Guinea": "파푸아뉴기니"})
    text = "Papua New Guinea and Guinea"
    assert [target for _, target in found(glossary, text, "en")] == ["파푸아뉴기니", "기니"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Iran's plan", 1),
        ("Iran’s plan", 1),
        ("Iran-backed", 1),
        ("(Iran)", 1),
        ("Iranian", 0),
        ("Irans", 0),
        ("iran", 0),
        ("IRAN DEAL NEAR", 1),
        ("@Iran #Iran www.Iran.com", 0),
        ("Tehran", 0),
    ],
)
def test_english_names_are_whole_words_with_their_capitals(text: str, count: int) -> None:
    assert len(Glossary.of({"Iran": "이란"}).find(text, "en")) == count


def test_common_nouns_take_a_plural_and_any_case() -> None:
    glossary = Glossary.of(NAMES)
    for text in ("prime minister", "Prime Minister", "PRIME MINISTERS", "prime  ministers"):
        assert found(glossary, text, "en") == [(text, "총리")]


def test_acronyms_only_as_written_and_not_among_capitals() -> None:
    glossary = Glossary.of({"US": "미국"})
    assert len(glossary.find("The US said", "en")) == 1
    for text in ("told us", "LET US GO NOW", "US$10"):
        assert glossary.find(text, "en") == ()


def test_the_full_stop_of_an_abbreviation_that_ends_the_sentence_stays() -> None:
    glossary = Glossary.of({"U.S.": "미국"})
    assert found(glossary, "It is in the U.S.", "en") == [("U.S", "미국")]
    assert found(glossary, "The U.S. said so.", "en") == [("U.S.", "미국")]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("미국은 말했다", 1),
        ("미국에서도 말했다", 1),
        ("미국과의 협상", 1),
        ("미국, 중국", 1),
        ("(미국)", 1),
        ("미국 정부", 1),
        ("미국인은", 0),
        ("대미국", 0),
        ("미국산 쇠고기", 0),
    ],
)
def test_korean_names_take_particles_and_nothing_else(text: str, count: int) -> None:
    assert len(Glossary.of({"United States": "미국"}).find(text, "ko")) == count


def test_before_a_noun_a_country_is_an_adjective() -> None:
    glossary = Glossary.parse("Britain\t영국\t\tcountry\nHamas\t하마스", "tsv")
    assert found(glossary, "영국 국방부는 영국이 하마스 지도부를", "ko") == [
        ("영국", "Britain"),
        ("하마스", "Hamas"),
    ]
    assert glossary.find("영국 국방부는 영국이", "ko")[0].start == 8


def test_a_direction_is_kept() -> None:
    glossary = Glossary.parse("India\t인도\ten>ko\nJordan\t요르단\tko>en", "tsv")
    assert found(glossary, "India and Jordan", "en") == [("India", "인도")]
    assert found(glossary, "인도를 요르단은", "ko") == [("요르단", "Jordan")]


def test_spaces_hyphens_and_apostrophes_may_vary() -> None:
    glossary = Glossary.of({"Workers' Party": "조선 노동당", "Ban Ki-moon": "반기문"})
    text = "Workers’ Party, Ban Ki‑moon"
    assert [t for _, t in found(glossary, text, "en")] == ["조선 노동당", "반기문"]
    assert found(glossary, "조선노동당은", "ko") == [("조선노동당", "Workers' Party")]


# -- reading them ----------------------------------------------------------------------


def test_files_of_each_kind_say_the_same(tmp_path: Path) -> None:
    rows = [("KCNA", "조선중앙통신"), ("Smith, John", "존 스미스")]
    tsv = "# ours\nenglish\tkorean\n" + "".join(f"{a}\t{b}\n" for a, b in rows)
    swapped = "korean,english\n" + "".join(f'{b},"{a}"\r\n' for a, b in rows)
    files = {"a.tsv": tsv, "b.csv": swapped, "c.json": json.dumps(dict(rows))}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig", newline="")
        glossary = Glossary.read(tmp_path / name)
        assert [(t.english[0], t.korean[0]) for t in glossary.terms] == rows
        assert glossary == Glossary.of(str(tmp_path / name)).with_(Glossary())


def test_later_glossaries_are_followed_where_they_differ() -> None:
    glossary = Glossary.of("builtin", {"Turkey": "터키"})
    assert found(glossary, "Turkey and Iran", "en") == [("Turkey", "터키"), ("Iran", "이란")]
    assert Glossary.of(["builtin", {"Turkey": "터키"}]) == glossary
    assert Glossary.of(glossary) == glossary


def test_the_first_of_several_english_names_is_the_one_written() -> None:
    glossary = Glossary.of({"Kim Jong Un": "김정은", "Kim Jong-un": "김정은"})
    assert found(glossary, "김정은은", "ko") == [("김정은", "Kim Jong Un")]
    assert len(glossary.find("Kim Jong-un", "en")) == 1


@pytest.mark.parametrize(
    ("text", "format", "message"),
    [
        ("KCNA\t조선중앙통신\nKCNA\t조중통", "tsv", r"line 2: 'KCNA' is '조중통' here.*line 1"),
        ("KCNA", "tsv", r"line 1: 1 columns"),
        ("\n# a\nKCNA\t", "tsv", r"line 3: .*empty"),
        ("a\tb\tc\td\te", "tsv", r"line 1: 5 columns"),
        ("Iran\t이란\tboth", "tsv", r"line 1: unknown direction 'both'"),
        ("서울\t부산", "tsv", r"line 1: .*both Korean"),
        ("A|\t가", "tsv", r"line 1: .*empty"),
        ("-\t가", "tsv", r"line 1: .*without a letter"),
        ("a,b\nx" * 1 + "y" * 300 + ",나", "csv", r"line 2: a name of more than 200"),
        ('a,"b', "csv", r"line 1: not CSV"),
        ("[1]", "json", r"is an object like"),
        ('{"a": {"b": "c"}}', "json", r"is an object like"),
        ('{"a": 3}', "json", r"entry 1: a name is a string"),
        ('{"a": "가", "a": "나"}', "json", r"entry 2: 'a' is '나' here and '가' in .*entry 1"),
        ("{", "json", r"not JSON"),
        ("[" * 100_000, "json", r"not JSON"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, format: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Glossary.parse(text, format)


def test_a_wrong_dict_is_a_wrong_option() -> None:
    with pytest.raises(OptionError, match=r"entry 2: .*empty"):
        Glossary.of({"a": "가", "b": " "})
    with pytest.raises(OptionError, match="not int"):
        Glossary.of(3)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="unknown glossary format 'xml'"):
        Glossary.parse("", "xml")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"cannot read the glossary .*none\.tsv"):
        Glossary.read(tmp_path / "none.tsv")
    (tmp_path / "cp949.tsv").write_bytes("KCNA\t통신".encode("cp949"))
    with pytest.raises(ReadError, match="not UTF-8"):
        Glossary.read(tmp_path / "cp949.tsv")
    with pytest.raises(InputError, match=r"is a \.tsv, \.csv, \.json file"):
        Glossary.of("names.txt")


def test_repr() -> None:
    assert repr(Glossary.of(NAMES)) == "Glossary('glossary', 3 terms)"


# -- the built-in one ------------------------------------------------------------------


def test_the_builtin_glossary() -> None:
    glossary = Glossary.builtin()
    assert len(glossary) > 400
    assert Glossary.of("builtin") is glossary
    assert found(glossary, "Donald Trump's aide met the U.N. chief in Seoul.", "en") == [
        ("Donald Trump", "도널드 트럼프"),
        ("U.N.", "유엔"),
        ("Seoul", "서울"),
    ]
    # Words that mean something else too.
    assert glossary.find("Jordan said the won rose and Chad won.", "en") == ()
    assert glossary.find("인도를 걷는 파리는 수단이 없다", "ko") == ()


def test_builtin_forms_are_in_the_script_of_their_side() -> None:
    for term in Glossary.builtin().terms:
        assert not any("가" <= c <= "힣" for form in term.english for c in form), term
        assert any("가" <= c <= "힣" for c in term.korean[0]) or term.korean[0][0] in "%", term


# -- any text --------------------------------------------------------------------------


@given(st.text(max_size=80), st.sampled_from(["tsv", "csv", "json"]))
def test_any_text_is_a_glossary_or_a_clear_error(text: str, format: str) -> None:
    try:
        glossary = Glossary.parse(text, format)
    except InputError as failure:
        message = str(failure)
    else:
        message = "glossary"
        assert all(term.english[0] and term.korean[0] for term in glossary.terms)
    assert message.startswith("glossary")


@given(st.text("KCNA김정은 U.S'’-\t|,가나", max_size=40), st.sampled_from(["en", "ko"]))
def test_matches_are_in_order_and_do_not_overlap(text: str, source: str) -> None:
    glossary = Glossary.of({"KCNA": "김정은", "U.S.": "가", "A": "나가"})
    end = 0
    for match in glossary.find(text, source):
        assert end <= match.start < match.end <= len(text)
        end = match.end


def test_none_is_an_empty_glossary_and_korean_forms_are_looked_up_by_english_ones() -> None:
    assert len(Glossary.of("none")) == 0
    glossary = Glossary.of({"Kim Jong Un": "김정은"})
    assert glossary.korean == {"Kim Jong Un": ("김정은",)}
    assert Glossary.builtin().korean["Seoul"] == ("서울",)
    assert "Albuquerque" not in Glossary.builtin().korean  # by its sound


def test_the_glossary_that_is_followed_is_the_one_whose_korean_checks_take() -> None:
    glossary = Glossary.of("builtin", {"Seoul": "서울시"})
    [match] = glossary.find("Seoul", "en")
    assert match.target == "서울시"
    assert glossary.korean["Seoul"] == ("서울시",)
