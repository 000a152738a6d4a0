"""What the catalog records of one checkpoint. Knows no torch, no files, no list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from summarize.models.families import BY_NAME, Family, Prompt
from summarize.options import SUMMARIZATION, TRANSLATION

HOME = ("en", "ko")
"""The languages meant where none is named."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One checkpoint.

    Args:
        name: its Hub id (the package name for the embedded one).
        family: the name of its family.
        tasks: of `options.TASKS`; text2text-generation is every model's.
        aliases: short names.
        languages: ISO 639-1 codes it was trained for; () for all of its family's.
        sources, targets: narrower than `languages` where translation goes one way; () for all.
        parameters: in millions.
        download: size of the weights, in megabytes.
        licence: as its card names it; None where the card names none.
        warning: what a user must know before using it.
        refused: why it cannot be used; "" where it can.
        recommended: rank among the models to pick from (1 is best); None for not picked.
        prompt: how it is asked.
        template: which chat wording its makers prescribe; "" for ours.
        revision: the Hub revision that holds safetensors where the main branch has none.
        input_limit: tokens of input; None for the family's.
        generation: by task, defaults that its card prescribes; "translation_ko_to_en" for one way.
        adapter: the directory of this package, beside `entries.py`, that holds an adapter
            which makes it better; "" for none.
    """

    name: str
    family: str
    tasks: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    parameters: int | None = None
    download: int | None = None
    licence: str | None = None
    warning: str = ""
    refused: str = ""
    recommended: int | None = None
    prompt: Prompt = "seq2seq"
    template: str = ""
    revision: str | None = None
    input_limit: int | None = None
    generation: Mapping[str, Mapping[str, Any]] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )
    adapter: str = ""

    def family_data(self) -> Family:
        """What its family shares."""
        return BY_NAME[self.family]

    def reads(self, language: str) -> bool:
        """Whether it takes text in `language` (ISO 639-1)."""
        return language in (self.sources or self.languages or self._all())

    def writes(self, language: str) -> bool:
        """Whether it gives text in `language` (ISO 639-1)."""
        return language in (self.targets or self.languages or self._all())

    def supports(self, task: str, source: str | None = None, target: str | None = None) -> bool:
        """Whether it does `task` between these languages.

        A language left None stands for Korean and English alike: both must work.
        """
        if self.refused or task not in self.tasks:
            return False
        if task == SUMMARIZATION:
            languages = HOME if source is None else (source,)
            return all(self.reads(one) and self.writes(one) for one in languages)
        if task == TRANSLATION:
            sources = HOME if source is None else (source,)
            targets = HOME if target is None else (target,)
            pairs = [(s, t) for s in sources for t in targets if s != t]
            return all(self.reads(s) and self.writes(t) for s, t in pairs)
        return True

    def _all(self) -> tuple[str, ...]:
        return tuple(self.family_data().codes)
