"""Options shared by every layer: frozen, validated once, without torch.

`Task` says what is asked of a model; `SearchOptions` says how the answer is
searched for, under the names of transformers' `GenerationConfig`. This module
knows no model and no tokenizer: ids in it are just integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from summarize.errors import OptionError

SUMMARIZATION = "summarization"
TRANSLATION = "translation"
TEXT2TEXT = "text2text-generation"
TASKS = (SUMMARIZATION, TRANSLATION, TEXT2TEXT)

METHODS = ("auto", "generate", "extract", "tighten")
"""How a summary is made; see `Summarizer`."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a model is asked to do with one text.

    Args:
        name: one of `TASKS`.
        source: language of the text, as an ISO 639-1 code ("en", "ko") or the
            model family's own code ("kor_Hang"); None where the model needs none.
        target: language of the output; for a summary, the same as `source`.
        sentences: how many sentences to ask for (prompted models only).
        max_words: how many words to ask for (prompted models only).

    Raises:
        OptionError: unknown task name.
    """

    name: str
    source: str | None = None
    target: str | None = None
    sentences: int | None = None
    max_words: int | None = None

    def __post_init__(self) -> None:
        if self.name not in TASKS:
            raise OptionError.unknown("task", self.name, TASKS)


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How output ids are searched for; names and meanings of transformers' `GenerationConfig`.

    Lengths are in tokens and count neither the decoder start token nor the prompt.
    `eos_token_id` None means the model's own. `allowed_ids` are the only ids that may be
    written, beside those that other options name; none for all. `other` holds any
    further `generate` option. Only the reference backend takes these two.

    Raises:
        OptionError: a value out of range, or values that contradict each other.
    """

    num_beams: int = 1
    max_new_tokens: int = 128
    min_new_tokens: int = 0
    length_penalty: float = 1.0
    early_stopping: bool | Literal["never"] = False
    no_repeat_ngram_size: int = 0
    repetition_penalty: float = 1.0
    do_sample: bool = False
    temperature: float = 1.0
    top_k: int = 50
    top_p: float = 1.0
    seed: int | None = None
    num_return_sequences: int = 1
    forced_bos_token_id: int | None = None
    forced_eos_token_id: int | None = None
    eos_token_id: tuple[int, ...] | None = None
    bad_words_ids: tuple[tuple[int, ...], ...] = ()
    allowed_ids: tuple[int, ...] = field(default=(), repr=False)
    other: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("num_beams", "max_new_tokens", "num_return_sequences"):
            if getattr(self, name) < 1:
                raise OptionError(f"{name} must be at least 1, not {getattr(self, name)}.")
        for name in ("min_new_tokens", "no_repeat_ngram_size", "top_k"):
            if getattr(self, name) < 0:
                raise OptionError(f"{name} must not be negative, not {getattr(self, name)}.")
        if self.min_new_tokens > self.max_new_tokens:
            raise OptionError(
                f"min_new_tokens ({self.min_new_tokens}) is larger than "
                f"max_new_tokens ({self.max_new_tokens}); lower the first or raise the second."
            )
        if self.repetition_penalty <= 0 or self.temperature <= 0:
            raise OptionError("repetition_penalty and temperature must be above 0.")
        if not 0 < self.top_p <= 1:
            raise OptionError(f"top_p must be above 0 and at most 1, not {self.top_p}.")
        if self.early_stopping not in (True, False, "never"):
            raise OptionError(
                f"early_stopping is True, False or 'never', not {self.early_stopping!r}."
            )
        if not self.do_sample and self.num_return_sequences > self.num_beams:
            raise OptionError(
                f"num_return_sequences ({self.num_return_sequences}) needs as many beams "
                f"(num_beams is {self.num_beams}) or do_sample=True."
            )

    @property
    def is_greedy(self) -> bool:
        """Whether the likeliest token is taken at each step."""
        return self.num_beams == 1 and not self.do_sample

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The option names that `updated` accepts, `other` excepted."""
        return tuple(f.name for f in fields(cls) if f.name != "other")

    def updated(self, **changes: Any) -> SearchOptions:
        """A copy with `changes`.

        A `max_new_tokens` below the present `min_new_tokens` lowers that too, unless it is
        given as well.

        Raises:
            OptionError: an unknown name (the message lists the known ones) or a bad value.
        """
        for name in changes:
            if name not in self.names() and name != "other":
                raise OptionError.unknown("generation option", name, self.names())
        most = changes.get("max_new_tokens", self.max_new_tokens)
        if "min_new_tokens" not in changes and self.min_new_tokens > most:
            changes["min_new_tokens"] = most
        return replace(self, **changes)
