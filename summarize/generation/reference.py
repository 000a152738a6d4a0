"""The reference backend: transformers' own `generate`, for every architecture it has.

Encoder-decoder and causal models alike: ids in, ids out. It batches requests of
like length, pads them, and takes off what is not output. Knows no text, no
tokenizer, no language, no news. The engine is checked against it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.errors import GenerationError, InputError, OptionError, SummarizeError
from summarize.generation import batches
from summarize.generation.backend import Most, Output
from summarize.generation.prefix import SharedPrefix
from summarize.generation.quiet import quiet
from summarize.generation.shortlist import Shortlist, can_be_cut, cut, masked
from summarize.options import SearchOptions

if TYPE_CHECKING:
    import torch

WINDOW = 128
"""Requests read ahead and sorted by length: the most that are held in memory."""

BATCH_TOKENS = {"cpu": 8_192, "mps": 16_384, "cuda": 98_304}
"""Rows * (input + output) tokens of one batch, by device."""

BATCH_ROWS = {"cpu": 32, "mps": 64, "cuda": 256}
"""Rows of one batch: bounds the logits, rows * vocabulary numbers a step."""

SHORT_ROWS = 96
"""Rows of one batch where few ids are allowed (benchmarks/LOG.md)."""

SHARING = frozenset(
    {"gemma3_text", "qwen2", "qwen3", "llama", "mistral", "exaone4", "hunyuan_v1_dense"}
)
"""Model types whose whole state is a key/value cache."""

Ids = Sequence[int]


class ReferenceBackend:
    """A transformers model behind the seam of `backend.Backend`.

    Args:
        model: a `PreTrainedModel` that can `generate`; it is put in evaluation mode
            and its own generation defaults are set aside (kept in `defaults`), so
            that `SearchOptions` alone decides.
        batch_tokens, batch_rows: bounds of one batch; None takes the device's.
        scores: report beam scores. They cost the memory of every step's logits.
        share_prefix: compute what prompts begin with in common once; greedy search with
            causal models of `SHARING` only.

    Attributes:
        defaults: the checkpoint's generation defaults, as a dict.
        positions: the most tokens that the model can take in, None if unbounded.
        window: see `backend.Backend`.
    """

    window = 16

    def __init__(
        self,
        model: Any,
        *,
        batch_tokens: int | None = None,
        batch_rows: int | None = None,
        scores: bool = False,
        share_prefix: bool = True,
    ) -> None:
        from transformers import GenerationConfig

        self._model = model.eval()
        self.defaults: dict[str, Any] = model.generation_config.to_dict()
        self.positions = _positions(model.config)
        self.is_encoder_decoder = bool(model.config.is_encoder_decoder)
        self._special = _special_ids(model)
        model.generation_config = GenerationConfig(**self._special)
        kind = model.device.type
        self._tokens = batch_tokens or BATCH_TOKENS.get(kind, BATCH_TOKENS["cpu"])
        self._rows = batch_rows or BATCH_ROWS.get(kind, BATCH_ROWS["cpu"])
        self._scores = scores
        shares = share_prefix and model.config.model_type in SHARING
        self._prefix = SharedPrefix(model) if shares else None

    @classmethod
    def from_pretrained(
        cls, directory: str | Path, device: str = "auto", dtype: str = "auto", **settings: Any
    ) -> ReferenceBackend:
        """Load the checkpoint in `directory`: safetensors only, no remote code, no network.

        Args:
            directory: config.json, model.safetensors (or shards with their index).
            device: "auto", "cpu", "cuda", "cuda:1", "mps".
            dtype: "auto", "float32", "bfloat16", "float16".
            settings: the keyword arguments of the constructor.

        Raises:
            OptionError: unknown device or dtype.
            WeightsError: not a checkpoint, pickle only, or weights that do not fit the config.
        """
        from summarize.generation.checkpoint import load_model

        return cls(load_model(Path(directory), device, dtype), **settings)

    def generate(
        self, inputs: Iterable[Ids], options: SearchOptions, most: Most | None = None
    ) -> Iterator[Output]:
        """See `backend.Backend.generate`; reads at most `WINDOW` inputs ahead."""
        if self._model is None:
            raise GenerationError("this backend is closed; load the model again.")
        self._check_output_length(options)
        self._check_allowed(options)
        first = 0
        for window in batches.windows(inputs, WINDOW, lambda ids: self._check(ids, options)):
            yield from self._run_bounded(window, options, first, most)
            first += len(window)

    def close(self) -> None:
        """Free the model's memory."""
        import torch

        self._model = self._prefix = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    # -- checks -----------------------------------------------------------------------

    def _check(self, ids: Ids, options: SearchOptions) -> None:
        if not ids:
            raise InputError("a request without tokens; give at least one.")
        if self.positions is None:
            return
        new = 0 if self.is_encoder_decoder else options.max_new_tokens
        if len(ids) + new > self.positions:
            output = f" and up to {new} of output" if new else ""
            raise InputError(
                f"a request of {len(ids)} tokens{output} is more than the model's "
                f"{self.positions} positions; split the text or shorten it."
            )

    def _check_output_length(self, options: SearchOptions) -> None:
        limit = _decoder_positions(self._model.config) if self.is_encoder_decoder else None
        if limit is not None and options.max_new_tokens >= limit:
            raise OptionError(
                f"max_new_tokens ({options.max_new_tokens}) is more than the model's decoder "
                f"can write; the most is {limit - 1}."
            )

    def _check_allowed(self, options: SearchOptions) -> None:
        size = self._model.get_input_embeddings().weight.shape[0]
        if (
            options.allowed_ids
            and not 0 <= min(options.allowed_ids) <= max(options.allowed_ids) < size
        ):
            raise OptionError(
                f"allowed_ids must lie between 0 and {size - 1}, the model's last id."
            )

    # -- running ----------------------------------------------------------------------

    def _run_bounded(
        self, window: list[Ids], options: SearchOptions, first: int, most: Most | None
    ) -> Iterator[Output]:
        """Batch requests only with those of the same bound: a loop then costs little."""
        if most is None:
            yield from self._run_window(window, options, first)
            return
        groups: dict[int, list[int]] = {}
        for index, ids in enumerate(window):
            groups.setdefault(most(ids), []).append(index)
        results: dict[int, Output] = {}
        for bound, indices in sorted(groups.items()):
            own = options.updated(max_new_tokens=bound)
            outputs = self._run_window([window[i] for i in indices], own, first + indices[0])
            results.update(zip(indices, outputs, strict=True))
        yield from (results[index] for index in range(len(window)))

    def _run_window(
        self, window: list[Ids], options: SearchOptions, first: int
    ) -> Iterator[Output]:
        lengths = [len(ids) for ids in window]
        results: list[Output | None] = [None] * len(window)
        pending = batches.plan(
            lengths,
            new_tokens=options.max_new_tokens,
            beams=max(options.num_beams, options.num_return_sequences),
            tokens=self._tokens,
            rows=max(self._rows, SHORT_ROWS) if options.allowed_ids else self._rows,
        )
        while pending:
            batch = pending.pop(0)
            outputs = self._run_or_split([window[i] for i in batch], options, first + batch[0])
            if outputs is None:
                half = (len(batch) + 1) // 2
                pending[:0] = [batch[:half], batch[half:]]
                continue
            for index, output in zip(batch, outputs, strict=True):
                results[index] = output
        for result in results:
            assert result is not None, "every index is planned once"
            yield result

    def _run_or_split(
        self, batch: list[Ids], options: SearchOptions, first: int
    ) -> list[Output] | None:
        """The batch's outputs, or None when it must be halved to fit in memory."""
        import torch

        try:
            return self._run(batch, options, first)
        except torch.OutOfMemoryError as error:
            cause = error
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if len(batch) > 1:
            self._tokens = max(1, self._tokens // 2)
            return None
        raise GenerationError(
            f"the device has too little memory for one request of {len(batch[0])} tokens; "
            "use fewer beams, a shorter text, a smaller model, or device='cpu'."
        ) from cause

    def _run(self, batch: list[Ids], options: SearchOptions, first: int) -> list[Output]:
        import torch
        from transformers import LogitsProcessorList

        input_ids, mask = self._pad(batch)  # [batch, length]
        shared = self._shared(batch, input_ids.shape[1], options)
        limits, shortlist = self._limited(batch, options)
        watch = _Watch()
        try:
            with (
                limits,
                torch.inference_mode(),
                quiet(),
                _seeded(options, first, self._model.device),
            ):
                result = self._model.generate(
                    input_ids if shortlist is None else shortlist.cut(input_ids),
                    attention_mask=mask,
                    past_key_values=shared,
                    generation_config=self._generation_config(options, shortlist),
                    logits_processor=LogitsProcessorList(
                        [*self._output_ngrams(options, input_ids.shape[1]), watch]
                    ),
                )
            if shortlist is not None:
                result.sequences = shortlist.whole(result.sequences)
        except (torch.OutOfMemoryError, SummarizeError):
            raise
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            raise GenerationError(
                f"generation failed for {len(batch)} requests of up to "
                f"{input_ids.shape[1]} tokens: {error}"
            ) from error
        watch.raise_if_broken()
        return self._unpack(result, len(batch), input_ids.shape[1], options)

    def _pad(self, batch: list[Ids]) -> tuple[torch.Tensor, torch.Tensor]:
        """Right-padded for an encoder, left-padded for a causal model: ids and mask."""
        import torch

        length = max(len(ids) for ids in batch)
        input_ids = torch.full((len(batch), length), self._special["pad_token_id"])
        mask = torch.zeros_like(input_ids)
        for row, ids in enumerate(batch):
            span = slice(len(ids)) if self.is_encoder_decoder else slice(length - len(ids), length)
            input_ids[row, span] = torch.tensor(tuple(ids))
            mask[row, span] = 1
        return input_ids.to(self._model.device), mask.to(self._model.device)

    def _shared(self, batch: list[Ids], length: int, options: SearchOptions) -> Any:
        """A cache of the batch's common prefix; None where it is not used."""
        if self._prefix is None:
            return None
        copies = max(options.num_beams, options.num_return_sequences)
        return self._prefix.cache(batch, length, copies)

    def _limited(
        self, batch: list[Ids], options: SearchOptions
    ) -> tuple[contextlib.AbstractContextManager[None], Shortlist | None]:
        """A context in which only allowed ids are written, and how it numbers them if anew."""
        if not options.allowed_ids:
            return contextlib.nullcontext(), None
        named = [*self._special.values(), options.eos_token_id, *options.bad_words_ids]
        named += [options.forced_bos_token_id, options.forced_eos_token_id]
        named = [token for ids in named if ids is not None for token in _as_tuple(ids)]
        read = {token for ids in batch for token in ids}
        shortlist = Shortlist((*options.allowed_ids, *named), read)
        # Some rules of transformers look up the scores of ids that were read.
        looked_up = options.repetition_penalty != 1.0 or options.other
        if can_be_cut(self._model) and not looked_up:
            return cut(self._model, shortlist), shortlist
        return masked(self._model, shortlist), None

    def _output_ngrams(self, options: SearchOptions, prompt: int) -> list[Any]:
        """Repeats banned in the output of a causal model, whose prompt must stay free to copy."""
        if self.is_encoder_decoder or not options.no_repeat_ngram_size:
            return []
        return [_OutputNGrams(options.no_repeat_ngram_size, prompt)]

    def _generation_config(self, options: SearchOptions, shortlist: Shortlist | None) -> Any:
        """`options` in transformers' words, ids numbered anew: nothing else is left to decide."""
        from transformers import GenerationConfig

        def numbered(ids: Any) -> Any:
            if shortlist is None or ids is None:
                return ids
            return shortlist.number(ids) if isinstance(ids, int) else list(map(numbered, ids))

        words: dict[str, Any] = {
            **{name: numbered(ids) for name, ids in self._special.items()},
            "max_new_tokens": options.max_new_tokens,
            "num_beams": options.num_beams,
            "num_return_sequences": options.num_return_sequences,
            "do_sample": options.do_sample,
            "forced_bos_token_id": numbered(options.forced_bos_token_id),
            "forced_eos_token_id": numbered(options.forced_eos_token_id),
            "return_dict_in_generate": True,
        }
        if options.eos_token_id is not None:
            words["eos_token_id"] = numbered(list(options.eos_token_id))
        if options.min_new_tokens:
            words["min_new_tokens"] = options.min_new_tokens
        if options.no_repeat_ngram_size and self.is_encoder_decoder:
            words["no_repeat_ngram_size"] = options.no_repeat_ngram_size
        if options.repetition_penalty != 1.0:
            words["repetition_penalty"] = options.repetition_penalty
        if options.bad_words_ids:
            words["bad_words_ids"] = numbered([list(ids) for ids in options.bad_words_ids])
        if options.num_beams > 1:
            words["length_penalty"] = options.length_penalty
            words["early_stopping"] = options.early_stopping
            words["output_scores"] = self._scores
        if options.do_sample:
            for name in ("temperature", "top_k", "top_p"):
                words[name] = getattr(options, name)
        words.update(_known_only(options.other))
        return GenerationConfig(**words)

    def _unpack(
        self, result: Any, requests: int, prompt: int, options: SearchOptions
    ) -> list[Output]:
        start = 1 if self.is_encoder_decoder else prompt
        eos = options.eos_token_id or _as_tuple(self._special["eos_token_id"])
        scores = getattr(result, "sequences_scores", None)
        values = scores.tolist() if scores is not None else [None] * len(result.sequences)
        rows = [
            _output(ids[start:], eos, score)
            for ids, score in zip(result.sequences.tolist(), values, strict=True)
        ]
        per = len(rows) // requests
        groups = (rows[i : i + per] for i in range(0, len(rows), per))
        return [Output(best.ids, best.score, tuple(others), best.stop) for best, *others in groups]


class _Watch:
    """A logits processor that changes nothing and remembers whether a number went bad."""

    def __init__(self) -> None:
        self._broken: torch.Tensor | None = None

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """`scores` [rows, vocabulary], unchanged; no device synchronization."""
        broken = (scores.isnan() | scores.isposinf()).any()
        self._broken = broken if self._broken is None else self._broken | broken
        return scores

    def raise_if_broken(self) -> None:
        if self._broken is not None and bool(self._broken):
            raise GenerationError(
                "the model computed NaN or infinite logits: its weights are damaged or its "
                "numbers overflow in this dtype; try dtype='float32'."
            )


class _OutputNGrams:
    """transformers' ban on repeated n-grams, without those of the prompt.

    A causal model's prompt holds the source, and the numbers and names in it are what
    the output has to repeat: the tokens of "1990" are a 4-gram.
    """

    def __init__(self, size: int, prompt: int) -> None:
        from transformers import NoRepeatNGramLogitsProcessor

        self._prompt = prompt
        self._ban = NoRepeatNGramLogitsProcessor(size)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """`scores` [rows, vocabulary] with the ends of repeated n-grams at -inf."""
        banned: torch.Tensor = self._ban(input_ids[:, self._prompt :], scores)
        return banned


def _seeded(options: SearchOptions, first: int, device: torch.device) -> Any:
    """A context in which sampling draws from `options.seed`, the global state untouched."""
    import torch

    @contextlib.contextmanager
    def seeded(seed: int) -> Iterator[None]:
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            torch.manual_seed(seed)
            yield

    if options.do_sample and options.seed is not None:
        return seeded(options.seed + first)
    return contextlib.nullcontext()


def _known_only(other: Any) -> dict[str, Any]:
    """`other`, refusing names that `generate` does not have."""
    from transformers import GenerationConfig

    known = GenerationConfig().to_dict()
    for name in other:
        if name not in known:
            raise OptionError.unknown("generation option", name, known)
    return dict(other)


def _output(ids: list[int], eos: tuple[int, ...], score: float | None) -> Output:
    for position, token in enumerate(ids):
        if token in eos:
            return Output(tuple(ids[:position]), score, stop=token)
    return Output(tuple(ids), score)


def _as_tuple(value: int | Sequence[int] | None) -> tuple[int, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, int) else tuple(value)


def _special_ids(model: Any) -> dict[str, Any]:
    """The ids that frame every sequence, from the generation config, else the config."""
    text_config = model.config.get_text_config(decoder=True)

    def first(name: str) -> Any:
        for source in (model.generation_config, model.config, text_config):
            value = getattr(source, name, None)
            if value is not None:
                return value
        return None

    ids = {name: first(f"{name}_token_id") for name in ("bos", "eos", "pad", "decoder_start")}
    if ids["pad"] is None:  # causal models often have none; the mask hides it
        ids["pad"] = _as_tuple(ids["eos"])[0] if ids["eos"] is not None else 0
    return {f"{name}_token_id": value for name, value in ids.items() if value is not None}


def _positions(config: Any) -> int | None:
    """Input positions that the model has; relative positions (T5) are unbounded."""
    for name in ("max_encoder_position_embeddings", "max_position_embeddings"):
        value = getattr(config.get_text_config(), name, None)
        if value is not None:
            return int(value)
    return None


def _decoder_positions(config: Any) -> int | None:
    """Output positions, the decoder start token's included."""
    for name in ("max_decoder_position_embeddings", "max_position_embeddings"):
        value = getattr(config, name, None)
        if value is not None:
            return int(value)
    return None
