"""Whatever the texts are, checks give findings whose spans are in them, and never fail."""

from __future__ import annotations

import json
import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from summarize.news.checks import Finding, check_pair, check_summary, check_translation

DATA = Path(__file__).parent.parent / "data"
LANGUAGES = ("en", "ko")
ODD = (
    *(
        "\u0000",
        "\u200b",
        "\ufffd",
        "\ud83d",
        "🙂",
        "\u202e",
        "ﬁ",
        "İ",
        "ß",
        "ㄱ",
        "ᄒ",
        "\u1100\u1161",
    ),
    *(
        "漢",
        "かな",
        "Ж",
        "ش",
        "ไ",
        "①",
        "½",
        "Ⅳ",
        "₩",
        "€",
        "1e999",
        "0",
        "-0",
        "9" * 400,
        "0.",
        ".5",
    ),
    *(
        "1,2,3",
        "12:61",
        "99월",
        "2월 30일",
        "조억만",
        "억",
        "%",
        "%p",
        "'",
        '"',
        "“",
        "((((",
        "\n",
        "\t",
        " ",
    ),
)


def in_place(findings: tuple[Finding, ...], source: str, target: str) -> None:
    for finding in findings:
        assert finding.message
        for span, text in ((finding.source_span, source), (finding.target_span, target)):
            assert span is None or 0 <= span[0] <= span[1] <= len(text)


def mutated(text: str, chance: random.Random) -> str:
    """`text` with some of its stretches gone, doubled, swapped, or with odd characters in it."""
    for _ in range(chance.randint(1, 6)):
        a = chance.randrange(len(text) + 1)
        b = min(len(text), a + chance.choice((0, 1, 2, 5, 20)))
        middle = chance.choice(
            ("", text[a:b] * 2, text[a:b][::-1], text[a:b].upper(), chance.choice(ODD))
        )
        text = text[:a] + middle + text[b:]
    return text


def test_twenty_thousand_mutated_pairs() -> None:
    chance = random.Random(2026)
    lines = (DATA / "checks.jsonl").read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    english = [item for item in items if item["source_language"] == "en"]
    for number in range(20_000):
        # A Korean source goes through the morphological analyser, which takes most of the time.
        some = items if number % 4 == 0 else english
        item, other = chance.choice(some), chance.choice(items)
        source = item["source"]
        target = mutated(chance.choice((item["target"], item["target"], other["target"])), chance)
        if chance.random() < 0.2:
            source = mutated(source, chance)
        here = item["source_language"]
        there = "ko" if here == "en" else "en"
        in_place(check_pair(source, target, here, there), source, target)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_characters(source: str, target: str, language: str) -> None:
    other = "ko" if language == "en" else "en"
    in_place(check_pair(source, target, other, language), source, target)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from((*ODD, "The city said so. ", "시가 밝혔다. ", "3.5% ")), max_size=30),
    st.lists(st.sampled_from((*ODD, "It rained. ", "비가 내렸다. ", "$4 million ")), max_size=30),
    st.sampled_from(LANGUAGES),
)
def test_any_texts(left: list[str], right: list[str], language: str) -> None:
    source, target = "".join(left), "".join(right)
    other = "ko" if language == "en" else "en"
    in_place(check_translation(source, target, other, language), source, target)
    check_summary(source, target, language)


def test_other_languages_are_checked_for_what_needs_none() -> None:
    assert check_pair("Es regnete.", "", "de", "en")
    assert check_pair("Es regnete heute.", "Il pleuvait aujourd'hui.", "de", "fr") == ()
    looping = check_pair("Es regnete.", "pluie pluie pluie pluie", "de", "fr")
    assert [str(finding.kind) for finding in looping] == ["repetition"]
