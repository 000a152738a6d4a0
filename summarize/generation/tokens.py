"""A tokenizer under guard: text never turns into control tokens.

transformers' `split_special_tokens` leaves three holes: SentencePiece vocabularies
hold "</s>" or "<2ko>" as ordinary pieces, language codes may be pieces too, and
added tokens that are not marked special ("<think>") are matched all the same. So
every text is checked after it is encoded. Knows no model, task or prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from summarize.errors import WeightsError
from summarize.generation.quiet import quiet

MARKUP = re.compile(r"▁?(<[^\s<>]+>|>>[^\s<>]+<<|__[a-z]{2,3}__)")
"""Vocabulary entries that are controls in some family, whether marked special or not."""

BYTE = re.compile(r"<(0x[0-9A-Fa-f]{2})>")
"""Byte-fallback pieces: text gives them rightly, except where it spells one out."""

ADDED_MARKUP = re.compile(r"[<>\[\]|{}]|^__.+__$")

PROBE = "a"


class Tokens:
    """Text to ids and back for one tokenizer, which is left as it was.

    Args:
        tokenizer: a transformers tokenizer, slow or fast.

    Attributes:
        controls: ids that no text may turn into.
        head, tail: the ids that the tokenizer puts around one text.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        languages = getattr(tokenizer, "lang_token_to_id", {})  # M2M100 keeps them apart
        self.vocabulary: dict[str, int] = {**tokenizer.get_vocab(), **languages}
        self.controls = self._controls()
        self.head, self.tail = self._frame()
        self._spells_bytes = "<0x0A>" in self.vocabulary
        self._marks = self._added_marks()
        self._newlines: tuple[int, ...] | None = None

    @classmethod
    def from_pretrained(cls, directory: str | Path) -> Tokens:
        """The tokenizer saved in `directory`: no remote code, no network, no advice on stderr.

        Raises:
            WeightsError: no tokenizer files there, or broken ones.
        """
        from transformers import AutoTokenizer

        try:
            with quiet():
                tokenizer = AutoTokenizer.from_pretrained(
                    directory, local_files_only=True, trust_remote_code=False
                )
        except Exception as error:  # transformers raises whatever the files led it into
            raise WeightsError(
                f"{directory}: the tokenizer cannot be loaded: {error}. Fetch the checkpoint "
                "again; it needs tokenizer.json or a SentencePiece model."
            ) from error
        return cls(tokenizer)

    # -- text to ids ------------------------------------------------------------------

    def encode(self, text: str) -> list[int]:
        """`text` as plain text: the tokenizer's own ids, and none of `controls`."""
        text = sanitized(text)
        if self._spells_bytes:
            text = BYTE.sub(r"< \1>", text)
        ids = self._plain(text)
        for _ in range(3):  # taking one mark apart may uncover another
            found = self.controls.intersection(ids)
            if not found:
                return ids
            text = self._taken_apart(text, found)
            ids = self._plain(text)
        return [token for token in ids if token not in self.controls]

    def encode_trusted(self, text: str) -> list[int]:
        """`text` of our own making, control tokens recognised; nothing is put around it."""
        ids = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return list(ids)

    def split_controls(self, text: str) -> list[tuple[str, bool]]:
        """`text` of our own making, cut where the tokenizer cuts: (piece, is a control)."""
        if self._marks is None:
            return [(text, False)]
        return [(piece, i % 2 == 1) for i, piece in enumerate(self._marks.split(text)) if piece]

    def token_id(self, token: str) -> int | None:
        """The id of one token, None where the vocabulary has none."""
        return self.vocabulary.get(token)

    # -- ids to text ------------------------------------------------------------------

    def decode(self, ids: Sequence[int]) -> str:
        """Text of `ids`, controls left out."""
        kept = [token for token in ids if token not in self.controls]
        return str(self._tokenizer.decode(kept, skip_special_tokens=True))

    def newline_ids(self) -> tuple[int, ...]:
        """Every id whose text holds a line break."""
        if self._newlines is not None:
            return self._newlines
        likely = [
            index
            for token, index in self.vocabulary.items()
            if "\n" in token or "Ċ" in token or token == "<0x0A>"
        ]
        self._newlines = tuple(i for i in sorted(likely) if "\n" in self._tokenizer.decode([i]))
        return self._newlines

    # -- what the tokenizer declares --------------------------------------------------

    @property
    def eos_id(self) -> int | None:
        """The id that ends a text."""
        value = self._tokenizer.eos_token_id
        return None if value is None else int(value)

    @property
    def bos_id(self) -> int | None:
        """The id that begins a text."""
        value = self._tokenizer.bos_token_id
        return None if value is None else int(value)

    @property
    def has_chat_template(self) -> bool:
        """Whether `chat` can be used."""
        return bool(getattr(self._tokenizer, "chat_template", None))

    @property
    def source_language(self) -> str | None:
        """The language that `head` and `tail` stand for, in the tokenizer's own code."""
        value = getattr(self._tokenizer, "src_lang", None)
        return None if value is None else str(value)

    @property
    def target_codes(self) -> tuple[str, ...]:
        """Marian's target language tokens (">>deu<<"); () for a one-pair model."""
        return tuple(getattr(self._tokenizer, "supported_language_codes", ()))

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """Source and target language of a one-pair tokenizer (Marian's), as it names them."""
        tokenizer = self._tokenizer
        return getattr(tokenizer, "source_lang", None), getattr(tokenizer, "target_lang", None)

    def chat(self, content: Any, **options: Any) -> str:
        """One user message with `content`, in the chat template's text."""
        messages = [{"role": "user", "content": content}]
        with quiet():
            return str(self._tokenizer.apply_chat_template(messages, tokenize=False, **options))

    # -- inside -----------------------------------------------------------------------

    def _plain(self, text: str) -> list[int]:
        encoded = self._tokenizer(
            text, add_special_tokens=False, split_special_tokens=True, verbose=False
        )
        return list(encoded["input_ids"])

    def _controls(self) -> frozenset[int]:
        tokenizer = self._tokenizer
        controls = set(tokenizer.all_special_ids)
        for index, token in tokenizer.added_tokens_decoder.items():
            text = str(token)
            if token.special or ADDED_MARKUP.search(text):
                controls.add(index)
        controls.update(i for token, i in self.vocabulary.items() if MARKUP.fullmatch(token))
        controls -= {i for token, i in self.vocabulary.items() if BYTE.fullmatch(token)}
        return frozenset(controls - {tokenizer.unk_token_id})

    def _added_marks(self) -> re.Pattern[str] | None:
        """What the tokenizer cuts texts at: its added tokens, line breaks left aside."""
        added = (str(token) for token in self._tokenizer.added_tokens_decoder.values())
        marks = sorted((m for m in added if m and not m.isspace()), key=len, reverse=True)
        return re.compile(f"({'|'.join(map(re.escape, marks))})") if marks else None

    def _frame(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        plain = self.encode_trusted(PROBE)
        framed = list(self._tokenizer(PROBE, verbose=False)["input_ids"])
        size = len(plain)
        for start in range(len(framed) - size + 1):
            if framed[start : start + size] == plain:
                return tuple(framed[:start]), tuple(framed[start + size :])
        return (), ()

    def _taken_apart(self, text: str, found: Iterable[int]) -> str:
        marks = [token.lstrip("▁") for token in self._tokenizer.convert_ids_to_tokens(list(found))]
        for mark in sorted((m for m in marks if len(m) > 1), key=len, reverse=True):
            text = text.replace(mark, f"{mark[0]} {mark[1:]}")
        return text


def sanitized(text: str) -> str:
    """`text` as every tokenizer takes it: no lone surrogates, no control characters."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c >= " " or c in "\n\t" else " " for c in text)
