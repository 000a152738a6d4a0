from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from articles import ENGLISH

import summarize
from summarize import shortcuts


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    yield
    summarize.release()


def test_the_three_functions_share_one_loaded_model(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []
    load = shortcuts.load

    def counted(name: str, **settings: object) -> object:
        loads.append(str(name))
        return load(name, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(shortcuts, "load", counted)
    model = tiny_model("qwen3")
    first = summarize.digest(ENGLISH, "ko", model, sentences=2)
    assert first.summary == summarize.summarize(ENGLISH, model, sentences=2)
    assert summarize.translate("It rained.", "ko", model).language == "ko"
    assert loads == [str(model)]
    summarize.release()
    summarize.translate("It rained.", "ko", model)
    assert len(loads) == 2


def test_a_base_model_is_not_loaded_for_summaries(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*arguments: object, **settings: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr("summarize.generation.opening.load", forbidden)
    monkeypatch.setattr(shortcuts, "load", forbidden)
    monkeypatch.setenv("SUMMARIZE_MODEL", "embedded")
    assert summarize.summarize(ENGLISH, sentences=2).method == "extracted"
    assert summarize.Summarizer("embedded").method == "extract"


def test_offline_holds_for_the_article_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from scripted import ScriptedGenerator

    translated = ScriptedGenerator(lambda text, task: f"<{text}>")
    monkeypatch.setattr(shortcuts, "load", lambda name, **settings: translated)
    monkeypatch.setenv("SUMMARIZE_MODEL", "embedded")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    for ask in (summarize.digest, summarize.summarize, summarize.translate):
        with pytest.raises(summarize.ReadError, match="offline is on"):
            ask("http://127.0.0.1:9/story.html", offline=True)
