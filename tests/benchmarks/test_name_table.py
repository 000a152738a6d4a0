"""The names of written pairs, and what is taken for their Korean."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

import name_table

from summarize.news.glossary import Glossary
from summarize.news.lookup import SOUND


@pytest.mark.parametrize(
    ("word", "korean", "hangul"),
    [
        ("Vidal", "비달이 서울에 왔다.", "비달"),
        ("Cazorla", "그는 카소를라산맥을 넘었다.", "카소를라"),
        ("Sanskrit", "이 말은 산스크리트어에서 왔다.", "산스크리트"),
        ("Celine", "셀린의 집은 크다.", "셀린"),
        ("Celina", "셀리나는 집에 있다.", "셀리나"),
        ("Manarola", "그들은 마나롤라에 갔다.", "마나롤라"),
    ],
)
def test_the_counterpart_is_left_without_what_follows_it(word, korean, hangul) -> None:
    distance, found = name_table.nearest(word, korean)
    assert found == hangul
    assert distance <= name_table.NEAR_ONCE


def test_a_name_is_taken_where_its_pairs_agree() -> None:
    assert name_table._forms("Thomas", 10, {"토머스": [0.1] * 6, "토마스": [0.1] * 3}) == [
        "토머스",
        "토마스",
    ]
    assert name_table._forms("Thomas", 10, {"토머스": [0.1] * 3, "심었다": [0.1] * 3}) == []
    assert name_table._forms("Thomas", 1, {"심었다": [0.25]}) == []


def test_what_is_another_word_as_well_is_for_english_alone(tmp_path, monkeypatch) -> None:
    pairs = [
        ("Talks with Kamal began in Albuquerque.", "카말 회담은 앨버커키에서 시작됐다."),
        ("Soldiers are called so, too.", "군인도 카말이라고 불린다."),
        ("She met Albuquerque's mayor, Hector Parker.", "그는 앨버커키의 헥터 파커 시장을 만났다."),
        ("Parker left.", "파커가 떠났다."),
    ]
    (tmp_path / "one.tsv").write_text("".join(f"{e}\t{k}\n" for e, k in pairs), encoding="utf-8")
    monkeypatch.setattr(name_table, "WRITTEN", tmp_path)
    monkeypatch.setattr(name_table, "TABLE", tmp_path / "names.tsv")
    name_table.make()
    rows = (tmp_path / "names.tsv").read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if row[0] != "#"] == [
        "Albuquerque\t앨버커키",
        "Hector\t헥터\ten>ko",
        "Kamal\t카말\ten>ko",
        "Parker\t파커",
    ]


def test_names_are_checked_in_other_pairs(tmp_path) -> None:
    file = tmp_path / "other.tsv"
    file.write_text("Vidal left Albuquerque.\t비달은 그곳을 떠났다.\n", encoding="utf-8")
    assert name_table.check(file, "en") == (1, 2)


def test_the_table_is_what_the_package_reads() -> None:
    names = [term for term in Glossary.builtin().terms if term.kind == SOUND]
    lines = name_table.TABLE.read_text(encoding="utf-8").splitlines()
    assert len(names) == sum(line[0] != "#" for line in lines) > 10_000
