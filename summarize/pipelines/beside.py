"""The engine beside a pipeline's model: the ids that `generate` gives, sooner.

Scripts look into a pipeline's model, change its weights and hang hooks on it, so it stays
whole; beside it the engine holds the weights once more, in its own layout, from the first call
that it can follow. Whenever it cannot follow (an option, a model that was changed, too little
memory), it says why, and transformers' `generate` runs. Knows no text.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from summarize.errors import OptionError, SummarizeError
from summarize.options import SearchOptions
from summarize.pipelines.options import most_tokens, settings

if TYPE_CHECKING:
    import torch

    from summarize.engine import Engine, Output

logger = logging.getLogger("summarize.pipelines")

BACKENDS = ("auto", "reference")

SEARCHED = (
    "bad_words_ids",
    "early_stopping",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "length_penalty",
    "no_repeat_ngram_size",
    "num_beams",
    "num_return_sequences",
    "repetition_penalty",
)
"""Options that the engine knows by the same name."""

LENGTHS = frozenset({"max_length", "max_new_tokens", "min_length", "min_new_tokens"})
TOKENS = frozenset({"bos_token_id", "decoder_start_token_id", "eos_token_id", "pad_token_id"})

NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "do_sample": (False,),
    "use_cache": (True,),
    "num_beam_groups": (1,),
    "diversity_penalty": (0.0,),
    "encoder_no_repeat_ngram_size": (0,),
    "encoder_repetition_penalty": (1.0,),
    "guidance_scale": (1.0,),
    "remove_invalid_values": (False,),
    "renormalize_logits": (False,),
    "return_dict_in_generate": (False,),
    "output_attentions": (False,),
    "output_hidden_states": (False,),
    "output_logits": (False,),
    "output_scores": (False,),
}
"""Options with the values that change nothing."""

SAMPLING = frozenset({"temperature", "top_k", "top_p", "typical_p", "epsilon_cutoff", "eta_cutoff"})
"""Options that mean nothing without `do_sample`."""


class Beside:
    """The engine for one model.

    Args:
        model: a transformers encoder-decoder, which is not changed.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._engine: Engine | None = None
        self._state: object = None
        self._told: set[str] = set()
        self._failure: str | None = None

    def followed(self, config: Any, further: Collection[str]) -> SearchOptions | None:
        """What a `GenerationConfig` says in the engine's words; None where it cannot follow.

        Args:
            config: of what is asked.
            further: names of arguments that the config does not hold.
        """
        try:
            return self._options(config, further)
        except OptionError as reason:
            if str(reason) not in self._told:
                logger.info("generating with transformers, not the engine: %s", reason)
                self._told.add(str(reason))
            return None

    def generate(self, tensors: Mapping[str, Any], options: SearchOptions, pad: int) -> Any | None:
        """What `model.generate` gives, [texts * sequences, tokens]; None where it has to.

        Args:
            tensors: `input_ids` and `attention_mask`, [texts, tokens].
            options: as `followed` gives them.
            pad: the id of padding.
        """
        rows = _rows(tensors)
        engine = self._ready(options) if rows is not None else None
        if engine is None or rows is None or max(map(len, rows)) > engine.max_source:
            return None
        outputs = list(engine.generate(rows, options))
        return _padded(outputs, engine.architecture.start, pad).to(self._model.device)

    def _options(self, config: Any, further: Collection[str]) -> SearchOptions:
        """The options in the engine's words.

        Raises:
            OptionError: one that the engine does not take, or values that contradict each other.
        """
        from summarize.engine import supports

        reason = self._failure or supports(self._model.config) or _changed(self._model)
        if reason is not None:
            raise OptionError(reason)
        if further:
            raise OptionError(f"it does not take {', '.join(sorted(further))}")
        told = {name: value for name, value in settings(config).items() if value is not None}
        for name, value in told.items():
            known = name in SEARCHED or name in LENGTHS or name in TOKENS or name in SAMPLING
            if not known and value not in NEUTRAL.get(name, ()):
                raise OptionError(f"it does not take {name}={value!r}")
        if config.pad_token_id is None:
            raise OptionError("no padding token is named")
        start = self._model.generation_config.decoder_start_token_id
        if told.get("decoder_start_token_id", start) != start:
            raise OptionError("it starts with the checkpoint's own decoder_start_token_id")
        words = {name: told[name] for name in SEARCHED if name in told}
        if "bad_words_ids" in words:
            words["bad_words_ids"] = tuple(tuple(ids) for ids in words["bad_words_ids"])
        eos = told.get("eos_token_id")
        if eos is not None:
            words["eos_token_id"] = (eos,) if isinstance(eos, int) else tuple(eos)
        least = told.get("min_new_tokens", max(0, told.get("min_length", 0) - 1))
        most = most_tokens(config) - 1
        return SearchOptions(max_new_tokens=most, min_new_tokens=least, **words)

    def _ready(self, options: SearchOptions) -> Engine | None:
        """The engine with the model's weights as they are now, and slots that fit."""
        from summarize.generation.engine_backend import fitting

        state = _state(self._model)
        try:
            if self._engine is None or self._state != state:
                self._engine = None  # the old weights are freed first
                self._engine, self._state = self._made(options), state
            engine = self._engine
            limit = engine.architecture.position_limit
            if limit is not None and options.max_new_tokens > limit:
                return None
            kind = engine.device.split(":")[0]
            engine.slots = fitting(
                lambda slots: engine.plan(options, slots=slots), options, kind, engine.room()
            )
        except SummarizeError as error:
            self._failure = str(error)
            logger.info("generating with transformers, not the engine: %s", error)
            return None
        return engine

    def _made(self, options: SearchOptions) -> Engine:
        import copy

        from summarize.engine import Engine
        from summarize.engine.architecture import Architecture
        from summarize.engine.memory import MemoryPlan, room

        model, device = self._model, str(self._model.device)
        dtype = str(model.dtype).removeprefix("torch.")
        architecture = Architecture.from_config(model.config)
        plan = MemoryPlan.of(
            architecture,
            options,
            dtype=dtype,
            device=device.split(":", maxsplit=1)[0],
            slots=1,
            source=architecture.longest_source,
        )
        if plan.weights + plan.slots > room(device):
            raise OptionError("its copy of the weights does not fit in memory beside the model")
        tensors = (*model.parameters(), *model.buffers())
        shell = copy.deepcopy(model, {id(tensor): tensor for tensor in tensors})
        return Engine(shell, device=device, dtype=dtype)


def _padded(outputs: Sequence[Output], start: int, pad: int) -> torch.Tensor:
    """Outputs as `generate` gives them: the start token, the ids, padding."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    found = [one for output in outputs for one in (output, *output.alternatives)]
    rows = [torch.tensor([start, *one.ids]) for one in found]
    return pad_sequence(rows, batch_first=True, padding_value=pad)


def _rows(tensors: Mapping[str, Any]) -> list[list[int]] | None:
    """The ids of each text without padding; None for inputs of another kind."""
    if set(tensors) - {"input_ids", "attention_mask"}:
        return None
    ids = tensors["input_ids"].tolist()
    if "attention_mask" not in tensors:
        return ids  # type: ignore[no-any-return]
    masks = tensors["attention_mask"].tolist()
    lengths = [sum(mask) for mask in masks]
    if any(n == 0 or mask[:n] != [1] * n for n, mask in zip(lengths, masks, strict=True)):
        return None  # padded on the left, or with holes
    return [row[:n] for row, n in zip(ids, lengths, strict=True)]


def _changed(model: Any) -> str | None:
    """Why a model's `generate` may do what the engine does not know of; None if nothing shows."""
    from transformers import GenerationMixin

    if "generate" in vars(model) or type(model).generate is not GenerationMixin.generate:
        return "the model has a generate of its own"
    if model.training:
        return "the model is in training mode"
    if getattr(model, "hf_device_map", None) is not None:
        return "the model is spread over several devices"
    if model.device.type not in ("cpu", "cuda"):
        return f"it does not run on {model.device.type}"
    for module in model.modules():
        if module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module):
            return "the model has hooks"
    return None


def _state(model: Any) -> object:
    """What changes when the weights do: a tensor put in another's place, or written to."""
    tensors = (*model.parameters(), *model.buffers())
    return model.dtype, model.device, tuple((t.data_ptr(), t._version) for t in tensors)
