from __future__ import annotations

import json
from pathlib import Path

import pytest
from articles import ENGLISH, KOREAN
from scripted import ScriptedGenerator

from summarize.digester import Digester
from summarize.errors import GenerationError, OptionError, ReadError, SameLanguageError
from summarize.options import SUMMARIZATION, Task
from summarize.summarizer import Summarizer
from summarize.translator import Translator


def reply(text: str, task: Task) -> str:
    return "It reopened. It cost $85 million." if task.name == SUMMARIZATION else f"<{text}>"


def digester(answer: object = reply) -> Digester:
    generator = ScriptedGenerator(answer)  # type: ignore[arg-type]
    return Digester(Summarizer(generator, method="generate"), Translator(generator))  # type: ignore[arg-type]


def test_a_summary_and_its_translation() -> None:
    digest = digester()(ENGLISH, to="ko")
    assert digest.summary.text == "It reopened. It cost $85 million."
    assert digest.translation.text == "<It reopened.> <It cost $85 million.>"
    assert digest.translation.headline == "<Bridge to reopen after two years of repairs>"
    assert [pair.source for pair in digest.translation.pairs] == list(digest.summary.sentences)
    assert (digest.language, digest.translation.language) == ("en", "ko")
    assert digest.models.summary == digest.models.translation == "scripted"
    assert digest.seconds > 0


def test_the_json_that_the_documentation_promises() -> None:
    plain = json.loads(json.dumps(digester()(ENGLISH).to_dict()))
    assert list(plain)[:7] == [
        "language",
        "headline",
        "summary",
        "translation",
        "set_aside",
        "models",
        "seconds",
    ]
    assert {"text", "language", "headline", "pairs"} <= set(plain["translation"])
    assert plain["error"] is None


def test_what_was_set_aside_is_told() -> None:
    digest = digester()(
        ENGLISH + "\nRead more: All about bridges\n© 2026 Daily. All rights reserved.\n"
    )
    assert len(digest.set_aside) == 2
    assert all(item.rule for item in digest.set_aside)
    assert digest.to_dict()["set_aside"][0]["text"]


def test_a_file_is_named_as_the_source(tmp_path: Path) -> None:
    file = tmp_path / "bridge.txt"
    file.write_text(KOREAN, encoding="utf-8")
    digest = digester()(file)
    assert digest.source == str(file)
    assert digest.translation.language == "en"


def test_the_target_is_checked_before_any_work() -> None:
    made = digester()
    with pytest.raises(SameLanguageError):
        made(ENGLISH, to="en")
    assert made.summarizer.generator.calls == []  # type: ignore[union-attr]


def test_many_goes_on_past_a_missing_file(tmp_path: Path) -> None:
    results = list(digester().many([ENGLISH, tmp_path / "none.txt", KOREAN]))
    assert [r.ok for r in results] == [True, False, True]
    assert isinstance(results[1].error, ReadError)
    assert [r.translation.language for r in results] == ["ko", "", "en"]


def test_a_failed_translation_leaves_the_summary() -> None:
    def failing(text: str, task: Task) -> str:
        if task.name != SUMMARIZATION:
            raise RuntimeError("boom")
        return "It reopened."

    [digest] = digester(failing).many([ENGLISH])
    assert digest.summary.text == "It reopened."
    assert isinstance(digest.error, GenerationError)


def test_str_and_repr_are_for_reading() -> None:
    digest = digester()(ENGLISH)
    headline, summary, *_ = str(digest).split("\n\n")
    assert headline == "Bridge to reopen after two years of repairs"
    assert summary == digest.summary.text
    assert "0 set aside" in repr(digest)


def test_a_method_is_for_the_summarizer_that_is_made_here() -> None:
    generator = ScriptedGenerator(reply)
    shared = Digester(generator, Translator(generator), method="extract")  # type: ignore[arg-type]
    assert shared(ENGLISH, to="ko").summary.method == "extracted"
    with pytest.raises(OptionError, match="give method to the Summarizer"):
        Digester(Summarizer(generator), Translator(generator), method="extract")  # type: ignore[arg-type]


def test_close_frees_what_the_digester_opened() -> None:
    generator = ScriptedGenerator(reply)
    with Digester(Summarizer(generator), Translator(generator)):  # type: ignore[arg-type]
        pass
    assert not generator.closed, "it belongs to whoever made it"
