"""What a v4 pipeline does with texts: options, tokens, `generate`, records.

It loads nothing (see `loading`) and knows no task (see `tasks`).
"""

from __future__ import annotations

import copy
import enum
import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from summarize.errors import OptionError, TooLongError
from summarize.options import SearchOptions
from summarize.pipelines.beside import BACKENDS, Beside
from summarize.pipelines.inputs import Stream, checked_text
from summarize.pipelines.loading import placed, positions, require_encoder_decoder
from summarize.pipelines.options import check_known, given, most_tokens, overlay, settings

logger = logging.getLogger("summarize.pipelines")

DEFAULT_MAX_NEW_TOKENS, DEFAULT_NUM_BEAMS = 256, 4
"""For what neither the caller nor the checkpoint sets: transformers 4.57.6's values."""

TOGETHER = 32
"""Texts of a list that the engine gets at once; few enough for `generate`, should it have to."""

UNUSED = frozenset(
    {
        "args_parser",
        "binary_output",
        "dtype",
        "feature_extractor",
        "image_processor",
        "modelcard",
        "processor",
        "torch_dtype",
    }
)
"""Parameters of v4's constructors that had no effect on these tasks; taken and dropped."""

Params = dict[str, Any]
Records = list[dict[str, Any]]


class ReturnType(enum.Enum):
    """What a record holds: token ids or text."""

    TENSORS = 0
    TEXT = 1


class Text2TextGenerationPipeline:
    """Text in, `generated_text` (or `generated_token_ids`) out, by an encoder-decoder.

    Args:
        model: a transformers encoder-decoder; it is moved to the device.
        tokenizer: its tokenizer.
        task: the name whose `task_specific_params` in the model's config apply.
        device: `torch.device`, its name, or an ordinal. None is the first accelerator,
            or the CPU where there is none; -1 leaves the model where it is.
        framework: None or "pt".
        batch_size: texts that go through the model together.
        num_workers: without effect: texts are tokenized between batches, which takes no
            time beside generation, so there are no worker processes.
        backend: "reference" is the model's own `generate`; with "auto", the engine searches
            where it can follow the model and the options, with its own copy of the weights.
        **options: any option of a call, as its default.

    Attributes:
        prefix: put before every text ("summarize: "); None for nothing.
        generation_config: the options that calls start from; may be changed.

    Raises:
        OptionError: an option, device or framework that does not exist.
        UnsupportedModelError: the model is not an encoder-decoder.
    """

    return_name: ClassVar[str] = "generated"
    framework: ClassVar[str] = "pt"

    def __init__(
        self,
        model: Any,
        tokenizer: Any = None,
        *,
        task: str = "",
        device: Any = None,
        framework: str | None = None,
        batch_size: int | None = None,
        num_workers: int | None = None,
        backend: str = "reference",
        **options: Any,
    ) -> None:
        if backend not in BACKENDS:
            raise OptionError.unknown("backend", backend, BACKENDS)
        if framework not in (None, "pt"):
            raise OptionError(
                f"framework is 'pt', not {framework!r}: transformers 5 has PyTorch only."
            )
        if tokenizer is None:
            raise OptionError("a pipeline needs the model's tokenizer; pass tokenizer=...")
        require_encoder_decoder(model.config, type(model).__name__)
        self.task, self.tokenizer = task, tokenizer
        self.model, self.device = placed(model, device)
        self._batch_size, self._num_workers = batch_size, num_workers
        self._beside = Beside(self.model) if backend == "auto" else None
        self.prefix: str | None = getattr(model.config, "prefix", None)
        options = {name: value for name, value in options.items() if name not in UNUSED}
        self.generation_config, options = self._generation_defaults(options)
        self._preprocess_params, self._forward_params, self._postprocess_params = (
            self._sanitize_parameters(**options)
        )

    def __repr__(self) -> str:
        model = f"{type(self.model).__name__} on {self.device} in {self.dtype}"
        return f"<{type(self).__name__} {self.task!r}: {model}>"

    @property
    def dtype(self) -> Any:
        """The `torch.dtype` of the model's weights."""
        return self.model.dtype

    torch_dtype = dtype

    def __call__(
        self,
        inputs: Any,
        *args: Any,
        num_workers: int | None = None,
        batch_size: int | None = None,
        **options: Any,
    ) -> Any:
        """Generate from a text, a list of texts, or a stream of them.

        Args:
            inputs: a `str`; a list of them; a list of lists; or a generator, a
                `torch.utils.data.Dataset` or other iterable, read no faster than the
                results are.
            *args: ignored, with a log message, as in v4.
            num_workers: without effect; see the class.
            batch_size: texts that go through the model together; the constructor's, else 1, or
                as many of a list as pay where the engine runs them.
            **options: `truncation` (the tokenizer's; none if not given), `return_tensors`,
                `return_type`, `clean_up_tokenization_spaces`, `stop_sequence`, `prefix`,
                `return_text` (without effect, as in v4), `src_lang` and `tgt_lang` (for
                translation), and whatever the model's `generate` takes.

        Returns:
            For a `str`, a list of records, one a returned sequence. For a list, a list of
            records, or of such lists if more than one sequence is returned. For a stream,
            an iterator over lists of records. A record is `{"generated_text": str}`, or
            `{"generated_token_ids": tensor}`: of one dimension, on the CPU, with the
            decoder's start token, padded to the longest of its batch.

        Raises:
            NotTextError: an input that is not text.
            TooLongError: a text of more tokens than the model has positions.
            OptionError: an option that is unknown, or that `generate` refuses.
        """
        if args:
            logger.warning("Ignoring args : %s", args)
        if isinstance(inputs, list | tuple) and any(isinstance(i, list | tuple) for i in inputs):
            return [self(item, batch_size=batch_size, **options) for item in inputs]
        asked = next((s for s in (batch_size, self._batch_size) if s is not None), None)
        if asked is not None and asked < 1:
            raise OptionError(f"batch_size must be at least 1, not {asked}.")
        named = self._sanitize_parameters(**options)
        usual = (self._preprocess_params, self._forward_params, self._postprocess_params)
        params = [{**default, **own} for default, own in zip(usual, named, strict=True)]
        if isinstance(inputs, str):
            return next(self._run([inputs], 1, *params))
        size = asked or 1
        if isinstance(inputs, list | tuple):
            size = asked or self._list_size(params)
            results = list(self._run(inputs, size, *params))
            return [r[0] for r in results] if all(len(r) == 1 for r in results) else results
        return Stream(inputs, lambda texts: self._run(texts, size, *params))

    predict = transform = __call__

    def save_pretrained(
        self, save_directory: str | Path, safe_serialization: bool = True, **kwargs: Any
    ) -> None:
        """Save the model (as safetensors) and the tokenizer in `save_directory`."""
        if not safe_serialization:
            raise OptionError("safe_serialization=False would write pickle; leave it True.")
        self.model.save_pretrained(save_directory, **kwargs)
        self.tokenizer.save_pretrained(save_directory, **kwargs)

    # -- v4's hooks, for subclasses ---------------------------------------------------

    def _sanitize_parameters(
        self,
        return_tensors: bool | None = None,
        return_text: bool | None = None,
        return_type: ReturnType | int | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        truncation: Any = None,
        stop_sequence: str | None = None,
        prefix: str | None = None,
        **options: Any,
    ) -> tuple[Params, Params, Params]:
        """The arguments of `preprocess`, `_forward` and `postprocess`: only those given."""
        hooks = (Text2TextGenerationPipeline._sanitize_parameters, self._sanitize_parameters)
        check_known(options, self.model, hooks)
        if return_type is None and return_tensors is not None:
            return_type = ReturnType.TENSORS if return_tensors else ReturnType.TEXT
        if stop_sequence is not None:
            options["eos_token_id"] = self._stop_token(stop_sequence)
        if "assistant_tokenizer" in options or "stop_strings" in options:
            options.setdefault("tokenizer", self.tokenizer)
        preprocess = {"truncation": truncation, "prefix": prefix}
        postprocess = {
            "return_type": None if return_type is None else _return_type(return_type),
            "clean_up_tokenization_spaces": clean_up_tokenization_spaces,
        }
        return given(preprocess), options, given(postprocess)

    def preprocess(self, text: str, truncation: Any = False, prefix: str | None = None) -> Any:
        """One text to tensors on the CPU: `input_ids` and `attention_mask` of [1, tokens]."""
        prefix = prefix if prefix is not None else self.prefix or ""
        return self.tokenizer(prefix + text, return_tensors="pt", **self._truncation(truncation))

    def _truncation(self, truncation: Any) -> Params:
        """The tokenizer's arguments; one that states no limit is given the model's."""
        limit = positions(self.model)
        if truncation in (False, "do_not_truncate") or limit is None:
            return {"truncation": truncation}
        return {"truncation": truncation, "max_length": min(limit, self.tokenizer.model_max_length)}

    def check_inputs(self, input_length: int, min_length: int, max_length: int) -> bool:
        """Log lengths (in tokens) that look wrong for the task; here none do."""
        return True

    def _forward(self, model_inputs: Mapping[str, Any], **options: Any) -> Params:
        """Tensors on the model's device to `{"output_ids": [texts, sequences, tokens]}`."""
        tensors = {name: value for name, value in model_inputs.items() if _is_tensor(value)}
        # What is no tensor is an option: a multilingual tokenizer's `forced_bos_token_id`.
        plain = {name: value for name, value in model_inputs.items() if name not in tensors}
        config, options = self._generate_options({**plain, **options})
        rows, length = tensors["input_ids"].shape
        self.check_inputs(length, config.min_length or 0, most_tokens(config))
        ids = self._searched(tensors, config, options)
        if ids is None:
            try:
                output = self.model.generate(**tensors, **options)
            except ValueError as error:
                raise OptionError(self._refusal(error)) from error
            ids = getattr(output, "sequences", output)
        return {"output_ids": ids.reshape(rows, ids.shape[0] // rows, ids.shape[-1])}

    def _searched(self, tensors: Params, config: Any, options: Params) -> Any | None:
        """The engine's output ids; None where `generate` has to find them."""
        search = self._followed(config, options)
        if self._beside is None or search is None:
            return None
        return self._beside.generate(tensors, search, config.pad_token_id)

    def _followed(self, config: Any, options: Params) -> SearchOptions | None:
        """What the engine is to search for; None where it cannot follow."""
        if self._beside is None:
            return None
        return self._beside.followed(config, options.keys() - settings(config).keys())

    def _list_size(self, params: Sequence[Params]) -> int:
        """How many texts of a list go together where nobody said."""
        tensors = params[2].get("return_type") is ReturnType.TENSORS  # padded by batches
        if tensors or self.tokenizer.pad_token_id is None:
            return 1
        return 1 if self._followed(*self._generate_options(dict(params[1]))) is None else TOGETHER

    def postprocess(
        self,
        model_outputs: Mapping[str, Any],
        return_type: ReturnType = ReturnType.TEXT,
        clean_up_tokenization_spaces: bool = False,
    ) -> Records:
        """The records of the first text in `output_ids`, one a sequence."""
        sequences = model_outputs["output_ids"][0]
        if return_type is ReturnType.TENSORS:
            return [{f"{self.return_name}_token_ids": ids} for ids in sequences]
        words = {
            "skip_special_tokens": True,
            "clean_up_tokenization_spaces": clean_up_tokenization_spaces,
        }
        return [{f"{self.return_name}_text": self.tokenizer.decode(i, **words)} for i in sequences]

    # -- the run ----------------------------------------------------------------------

    def _run(
        self, texts: Iterable[Any], size: int, preprocess: Params, forward: Params, post: Params
    ) -> Iterator[Records]:
        """One list of records a text, in order; no more than `size` texts are held."""
        import torch

        numbered = enumerate(texts)
        while batch := [checked_text(item, position) for position, item in islice(numbered, size)]:
            encoded = [self._checked(self.preprocess(text, **preprocess)) for text in batch]
            inputs = encoded[0] if len(batch) == 1 else self._collate(encoded)
            for name in filter(lambda name: _is_tensor(inputs[name]), inputs):
                inputs[name] = inputs[name].to(self.device)
            with torch.no_grad():
                ids = self._forward(inputs, **forward)["output_ids"].cpu()
            for row in range(len(batch)):
                yield self.postprocess({"output_ids": ids[row : row + 1]}, **post)

    def _checked(self, encoded: Mapping[str, Any]) -> Params:
        """`encoded` without what `generate` refuses; raises if it has too many tokens.

        Past its positions a model raises IndexError on the CPU and breaks a CUDA context.
        """
        inputs = {name: value for name, value in encoded.items() if name != "token_type_ids"}
        tokens, limit = inputs["input_ids"].shape[-1], positions(self.model)
        if limit is not None and tokens > limit:
            raise TooLongError(
                f"the text has {tokens} tokens and this {type(self.model).__name__} takes {limit}: "
                "pass truncation=True to cut it off there, or use summarize.Summarizer or "
                "summarize.Translator, which read long text in parts."
            )
        return inputs

    def _collate(self, encoded: Sequence[Params]) -> Params:
        """The inputs of several texts as one, padded to tensors of [texts, longest]."""
        from torch.nn.utils.rnn import pad_sequence

        pad = self.tokenizer.pad_token_id
        if pad is None:
            raise OptionError(
                "a batch of several texts needs a tokenizer with a pad token: set pipe.tokenizer."
                "pad_token_id = pipe.model.config.eos_token_id, or use batch_size=1."
            )
        inputs = dict(encoded[0])
        for name in (name for name, value in encoded[0].items() if _is_tensor(value)):
            inputs[name] = pad_sequence(
                [each[name][0] for each in encoded],
                batch_first=True,
                padding_value=pad if name == "input_ids" else 0,
                padding_side=self.tokenizer.padding_side,
            )
        return inputs

    # -- options ----------------------------------------------------------------------

    def _generation_defaults(self, options: Params) -> tuple[Any, Params]:
        """What calls start from, as a `GenerationConfig`; and the options that it does not hold."""
        config = copy.deepcopy(self.model.generation_config)
        tasks = getattr(self.model.config, "task_specific_params", None) or {}
        params = dict(tasks.get(self.task) or {})
        self.prefix = params.pop("prefix", self.prefix)
        overlay(config, params)
        if (theirs := options.pop("generation_config", None)) is not None:
            overlay(config, given(settings(theirs)))
        rest = overlay(config, options)
        if config.max_length is None and config.max_new_tokens is None:
            config.max_new_tokens = DEFAULT_MAX_NEW_TOKENS
        if config.num_beams is None:
            config.num_beams = DEFAULT_NUM_BEAMS
        if config.pad_token_id is None:
            config.pad_token_id = self.tokenizer.pad_token_id
        return config, rest

    def _generate_options(self, options: Params) -> tuple[Any, Params]:
        """The `GenerationConfig` in force, and the arguments that make `generate` follow it.

        Only what differs from the checkpoint's is an argument: `generate` warns of arguments
        that clash with each other, not of values that do in the checkpoint itself.
        """
        base = self.model.generation_config
        theirs = options.pop("generation_config", None)
        config = copy.deepcopy(self.generation_config if theirs is None else base)
        if theirs is not None:
            overlay(config, given(settings(theirs)))
        rest = overlay(config, options)
        known = settings(base)
        changed = {k: v for k, v in settings(config).items() if v != known.get(k)}
        return config, {**rest, **changed}

    def _refusal(self, error: ValueError) -> str:
        if "trust_remote_code" in str(error):
            return (
                "transformers 5 has moved this kind of search into code on the Hub, which is "
                "never run here; leave out group beams, contrastive search and constraints."
            )
        return f"{type(self.model).__name__}.generate: {error}"

    def _stop_token(self, sequence: str) -> int:
        """The id at which the output ends: as in v4, the first of `sequence`'s."""
        ids: list[int] = self.tokenizer.encode(sequence, add_special_tokens=False)
        if not ids:
            raise OptionError(f"stop_sequence {sequence!r} has no token in this vocabulary.")
        if len(ids) > 1:
            warnings.warn(
                f"stop_sequence {sequence!r} has {len(ids)} tokens, and only the first stops the "
                "output; stop_strings=... stops at all of it.",
                stacklevel=4,
            )
        return ids[0]


def _return_type(value: ReturnType | int) -> ReturnType:
    try:
        return ReturnType(value)
    except ValueError:
        known = [f"ReturnType.{each.name}" for each in ReturnType]
        raise OptionError.unknown("return_type", value, known) from None


def _is_tensor(value: Any) -> bool:
    return hasattr(value, "to")
