"""A model with an adapter on it: batches of ids to a loss, in the numbers of its device.

peft puts low-rank updates on the linear layers; everything else is frozen. The
hidden states are taken before the output embedding (its place holds an identity
while they are computed), so that `loss.Head` decides how many logits there are.
Knows no text.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import torch

from summarize.errors import OptionError, UnsupportedModelError, WeightsError
from summarize.generation.adapter import DOWN, PREFIX, UP, updates
from summarize.models.adapters import Adapter
from summarize.tuning.examples import IGNORED, Batch
from summarize.tuning.loss import Head
from summarize.tuning.preference import loss_of
from summarize.tuning.settings import TuneOptions

EXTRA = 'pip install "summarize[tune]"'


class Learner:
    """The model to adapt.

    Args:
        model: a transformers model; it is changed: its linear layers get updates.
        options: rank, alpha, dropout, noise, vocabulary, seed.
        known: ids that the data has.

    Raises:
        OptionError: peft is not installed.
        UnsupportedModelError: peft does not know the model's layers.
    """

    def __init__(self, model: Any, options: TuneOptions, known: Iterable[int]) -> None:
        self.model = model
        self.causal = not model.config.is_encoder_decoder
        self._wrapped = _with_adapter(model, options)
        self.parameters: dict[str, torch.nn.Parameter] = {
            name: p for name, p in self._wrapped.named_parameters() if p.requires_grad
        }
        self._seed = options.seed
        self._beta, self._anchor = options.beta, options.anchor
        self._noise = options.noise
        self._scale = (options.alpha or options.rank) / options.rank
        self._device = model.device
        self._half = model.dtype in (torch.bfloat16, torch.float16)
        bias = getattr(model, "final_logits_bias", None)
        output = model.get_output_embeddings()
        text = model.config.get_text_config(decoder=True)
        if output is None or getattr(text, "final_logit_softcapping", None):
            raise UnsupportedModelError(
                f"models of type {model.config.model_type!r} bound their logits, which is not "
                "supported in tuning; use another model."
            )
        own = getattr(output, "bias", None)
        bias = own if own is not None else (None if bias is None else bias.squeeze(0))
        self._layers = _layers(model) if options.fuse else []
        ids = known if options.vocabulary else None
        self._head = Head(output.weight, bias, ids, options.vocabulary)

    @property
    def size(self) -> int:
        """Numbers that are learned."""
        return sum(p.numel() for p in self.parameters.values())

    def loss(self, batch: Batch, step: int) -> torch.Tensor:
        """The sum of the losses of the batch's targets, by their records' weights.

        Where something was rejected for a target, the loss is `preference.loss_of`'s.
        """
        seed = self._seed * 1_000_003 + step
        if len(batch.rivals):
            return loss_of(self.likelihood(batch, step), batch, self._beta, self._anchor)
        hidden = self._hidden(batch, seed)  # [rows, length, hidden]
        learned = batch.labels != IGNORED  # [rows, length]
        weights = batch.weights[:, None].expand_as(learned)[learned]
        return self._head.loss(hidden[learned], batch.labels[learned], weights, seed)

    def likelihood(self, batch: Batch, step: int) -> torch.Tensor:
        """[rows], the log probability of each row's target."""
        seed = self._seed * 1_000_003 + step
        learned = batch.labels != IGNORED
        rows = learned.nonzero()[:, 0]
        hidden, wanted = self._hidden(batch, seed)[learned], batch.labels[learned]
        return self._head.likelihood(hidden, wanted, rows, len(learned), seed)

    @contextlib.contextmanager
    def fused(self) -> Iterator[None]:
        """While this is entered, the layers run compiled where the options say so."""
        for layer in self._layers:
            layer.compile(dynamic=True)
        try:
            yield
        finally:
            for layer in self._layers:
                layer._compiled_call_impl = None

    def state(self) -> dict[str, torch.Tensor]:
        """What was learned, by peft's names, without the name of the adapter."""
        return {name.replace(".default", ""): p for name, p in self.parameters.items()}

    def load(self, state: dict[str, torch.Tensor]) -> None:
        """Take up a `state`."""
        with torch.no_grad():
            for name, parameter in self.state().items():
                parameter.copy_(state[name])

    def start(self, adapter: Adapter) -> None:
        """Begin with the updates of `adapter`; ranks that it leaves free begin as they were.

        Raises:
            OptionError: its rank is higher.
            WeightsError: it does not fit the model's layers.
        """
        state = self.state()
        found = {
            f"{PREFIX}{name}{part}": factor
            for name, factors in updates(adapter).items()
            for part, factor in zip((DOWN, UP), factors, strict=True)
        }
        if found.keys() != state.keys():
            name = sorted(found.keys() ^ state.keys())[0]
            raise WeightsError(
                f"the adapter in {adapter.directory} and the model do not change the same "
                f"layers: {name} is in one of them."
            )
        with torch.no_grad():
            for name, own in state.items():
                up, factor = name.endswith(UP), found[name].to(own)
                free = own.T if up else own  # [rank, in] or [rank, out]
                factor = factor.T * (adapter.scale / self._scale) if up else factor
                if factor.shape[0] > free.shape[0]:
                    raise OptionError(
                        f"rank must be at least {factor.shape[0]}, that of the adapter in "
                        f"{adapter.directory}, not {free.shape[0]}."
                    )
                if factor.shape[1] != free.shape[1]:
                    raise WeightsError(
                        f"the adapter in {adapter.directory} has an update for {name} of "
                        f"{factor.shape[1]}, which is {free.shape[1]} in the model."
                    )
                free[: len(factor)] = factor

    def config(self) -> dict[str, Any]:
        """Peft's adapter_config.json."""
        found = self._wrapped.peft_config["default"].to_dict()
        found["inference_mode"] = True
        return {k: sorted(v) if isinstance(v, set) else v for k, v in found.items()}

    def _shifted(self, labels: torch.Tensor) -> torch.Tensor:
        """What the decoder is given to predict `labels`: its start, then all but the last."""
        given = labels.new_full(labels.shape, _start(self.model.config))
        given[:, 1:] = labels[:, :-1]
        return given.masked_fill(given == IGNORED, self.model.config.pad_token_id or 0)

    def _noised(self, given: torch.Tensor, labels: torch.Tensor, seed: int) -> torch.Tensor:
        """`given` with a share of the target's ids replaced by others of the batch's targets.

        Position i + 1 of what is given is a target's if i has a label, and is read for a
        prediction if it has one itself.
        """
        if not self._noise:
            return given
        draw = torch.Generator().manual_seed(seed)
        struck = (torch.rand(given.shape, generator=draw) < self._noise).to(given.device)
        read = torch.zeros_like(struck)
        read[:, 1:] = (labels[:, :-1] != IGNORED) & (labels[:, 1:] != IGNORED)
        ids = given[read]
        if not len(ids):
            return given
        others = ids[torch.randint(len(ids), given.shape, generator=draw).to(ids.device)]
        return torch.where(struck & read, others, given)

    def _hidden(self, batch: Batch, seed: int) -> torch.Tensor:
        from peft.helpers import disable_input_dtype_casting

        given = batch.input_ids
        more: dict[str, Any] = {}
        if self.causal:
            given = self._noised(given, batch.labels, seed)
        else:
            shifted = self._shifted(batch.labels)
            more["decoder_input_ids"] = self._noised(shifted, batch.labels, seed)
            more["attention_mask"] = batch.attention_mask
        # Padding is on the right, where no causal position sees it: no mask is needed.
        with (
            torch.autocast(self._device.type, self.model.dtype, enabled=self._half),
            disable_input_dtype_casting(self._wrapped, self._half),
            _headless(self.model),
        ):
            output = self.model(input_ids=given, use_cache=False, **more)
        hidden: torch.Tensor = output.logits
        return hidden


def _start(config: Any) -> int:
    """The id that a decoder begins with."""
    for name in ("decoder_start_token_id", "bos_token_id", "pad_token_id"):
        if getattr(config, name, None) is not None:
            return int(getattr(config, name))
    return 0


def _layers(model: Any) -> list[torch.nn.Module]:
    """The blocks that a model is a stack of."""
    stacks = [m for m in model.modules() if isinstance(m, torch.nn.ModuleList)]
    return [layer for stack in stacks for layer in stack if len(list(layer.parameters())) > 3]


def _with_adapter(model: Any, options: TuneOptions) -> Any:
    try:
        import peft
    except ImportError as error:
        raise OptionError(f"tuning needs peft. Get it with {EXTRA}.") from error
    kind = "SEQ_2_SEQ_LM" if model.config.is_encoder_decoder else "CAUSAL_LM"
    config = peft.LoraConfig(
        r=options.rank,
        lora_alpha=options.alpha or options.rank,
        lora_dropout=options.dropout,
        target_modules="all-linear",
        task_type=kind,
    )
    with torch.random.fork_rng(), warnings.catch_warnings():
        torch.manual_seed(options.seed)
        warnings.filterwarnings(
            "ignore", message=".*gradient_checkpointing", category=FutureWarning
        )
        try:
            return peft.get_peft_model(model, config)
        except ValueError as error:
            raise UnsupportedModelError(
                f"peft cannot adapt models of type {model.config.model_type!r}: {error}"
            ) from error


@contextlib.contextmanager
def _headless(model: Any) -> Iterator[None]:
    """The model with an identity for its output embedding: its logits are hidden states."""
    output = model.get_output_embeddings()
    bias = getattr(model, "final_logits_bias", None)
    model.set_output_embeddings(torch.nn.Identity())
    if bias is not None:
        model.final_logits_bias = bias.new_zeros(1, 1)
    try:
        yield
    finally:
        model.set_output_embeddings(output)
        if bias is not None:
            model.final_logits_bias = bias
