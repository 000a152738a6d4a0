"""The engine: requests in, finished searches out, as many in flight as there are slots.

    engine = Engine.from_pretrained(directory, device="cpu", dtype="float32", slots=8)
    for output in engine.generate(inputs, SearchOptions(num_beams=4)):
        output.ids, output.score

A step is: admit, decode, search, finish. Ids in, ids out: this module knows no
text, no tokenizer, no language, no news.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from summarize.engine.architecture import Architecture
from summarize.engine.cache import Cache, CacheShape
from summarize.engine.memory import MemoryPlan, room
from summarize.engine.rules import Rules, refused
from summarize.engine.run import Run
from summarize.engine.transformer import Transformer
from summarize.errors import GenerationError, OptionError, WeightsError
from summarize.options import SearchOptions

if TYPE_CHECKING:
    import torch

    from summarize.engine.decoding import Decoding

DTYPES = ("float32", "bfloat16", "float16", "int8")
LATE = 2
"""Steps that the host runs ahead of a CUDA device before it looks at their outcome."""


class Engine:
    """A loaded model and its slots.

    Args:
        model: a transformers model of a supported family, on the CPU; it is taken
            apart and must not be used again.
        device: "cpu", "cuda", "cuda:1".
        dtype: "float32", "bfloat16", "float16" (CUDA; not for T5, whose numbers
            overflow it), or "int8" (CPU: a decode step's products in 8 bits, the rest in bfloat16).
        slots: requests in flight at once.
        max_source: the longest request in tokens; None for the model's own limit
            (2,048 where it has none).
        vocabulary: how many ids may be written, for embeddings that were padded
            beyond the tokenizer; None for all.

    Raises:
        OptionError: an unknown device or dtype, no slots, or a vocabulary larger
            than the model's.
        UnsupportedModelError: see `supports`.
        WeightsError: NaN or infinite weights.

    Attributes:
        late: steps that the host runs ahead of the device.
        graphs: whether decode steps are captured and replayed (CUDA).
    """

    def __init__(
        self,
        model: Any,
        *,
        device: str = "cpu",
        dtype: str = "float32",
        slots: int = 8,
        max_source: int | None = None,
        vocabulary: int | None = None,
    ) -> None:
        from summarize.engine import checkpoint

        self.defaults: dict[str, Any] = model.generation_config.to_dict()
        architecture = Architecture.from_config(model.config)
        start = self.defaults.get("decoder_start_token_id")
        self.architecture = architecture = architecture.starting_with(start)
        _check_settings(architecture, device, dtype, slots, max_source, vocabulary)
        self.slots = slots
        self.max_source = max_source or architecture.longest_source
        self.vocabulary = vocabulary or architecture.vocabulary
        self.dtype = _compute_dtype(dtype)
        self._device = device
        self._precision = dtype
        model = model.to(self.dtype)
        weights = checkpoint.convert(model, dtype, device, vocabulary)
        self._transformer: Transformer | None = Transformer(architecture, weights)
        self._spare: Decoding | None = None
        cuda = device.startswith("cuda")
        self.late = LATE if cuda else 0
        self.graphs = cuda

    @classmethod
    def from_pretrained(
        cls, directory: str | Path, device: str = "cpu", dtype: str = "float32", **settings: Any
    ) -> Engine:
        """Load the checkpoint in `directory`: safetensors or GGUF, no remote code, no network.

        Args:
            directory: config.json with model.safetensors (or shards), or one .gguf file.
            device, dtype, settings: see the class.

        Raises:
            WeightsError: not a checkpoint, pickle only, or weights that do not fit the config.
        """
        from summarize.engine import checkpoint

        if dtype not in DTYPES:
            raise OptionError.unknown("dtype", dtype, DTYPES)
        path = Path(directory)
        if not path.is_dir():
            raise WeightsError(f"{path} is not a directory; give the one that holds config.json.")
        model = checkpoint.load(path, _compute_dtype(dtype))
        return cls(model, device=device, dtype=dtype, **settings)

    def generate(
        self,
        inputs: Iterable[Sequence[int]],
        options: SearchOptions | None = None,
        *,
        lengths: Callable[[Sequence[int]], tuple[int, int]] | None = None,
        ordered: bool = True,
        errors: Literal["raise", "return"] = "raise",
    ) -> Run:
        """Search the output of each of `inputs`, a stream of token ids.

        Args:
            inputs: read as slots come free; a handful is held at a time.
            options: how to search; greedy by default.
            lengths: the fewest and the most new tokens of a request, by its ids; within
                the options' `max_new_tokens`, and in place of its `min_new_tokens`.
            ordered: give outputs in the order of the inputs; else as they finish,
                where `Run.index` says which input the last one was of.
            errors: "raise" raises a request's error in its place, and the iterator
                can be asked for the next one; "return" gives an `Output` that carries it.

        Returns:
            An iterator of `Output`.

        Raises:
            OptionError: an option that the engine does not take, or more new tokens
                than the model can write.
            InputError: (from the iterator) a request without ids, with ids that the
                model does not have, or longer than a slot.
            GenerationError: (from the iterator) the model computed NaN, or one
                request alone does not fit in the device's memory.
        """
        if self._transformer is None:
            raise GenerationError("this engine is closed; load the model again.")
        if errors not in ("raise", "return"):
            raise OptionError.unknown("errors mode", errors, ("raise", "return"))
        options = options or SearchOptions()
        limit = self.architecture.position_limit
        if limit is not None and options.max_new_tokens > limit:
            raise OptionError(
                f"max_new_tokens ({options.max_new_tokens}) is more than the model can "
                f"write; the most is {limit}."
            )
        eos = options.eos_token_id or self._eos()
        rules = Rules.make(options, eos, self.vocabulary, self._device)
        return Run(self, rules, inputs, lengths, ordered=ordered, errors=errors)

    def refuses(self, options: SearchOptions) -> str | None:
        """Why these options are not for the engine, whatever the ids; None if they are."""
        return refused(options)

    def plan(self, options: SearchOptions | None = None, *, slots: int | None = None) -> MemoryPlan:
        """The memory that `generate` with these options (and so many slots) stays within."""
        return MemoryPlan.of(
            self.architecture,
            options or SearchOptions(),
            dtype=self._precision,
            device=self._device,
            slots=slots or self.slots,
            source=self.max_source,
        )

    def room(self) -> int:
        """Bytes that slots could take: what the device has free, and what they hold now."""
        held = self._spare.cache.nbytes if self._spare is not None else 0
        return room(self._device) + (held if self._device.startswith("cuda") else 0)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._transformer is None

    def weight_bytes(self) -> int:
        """Bytes of the model's tensors as they are held now."""
        return self._transformer.weights.nbytes() if self._transformer is not None else 0

    def close(self) -> None:
        """Free the model's memory; the engine cannot be used afterwards."""
        import torch

        self._transformer = self._spare = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    # -- for Run ----------------------------------------------------------------------

    @property
    def device(self) -> str:
        """Where the model is."""
        return self._device

    def lend(self, rules: Rules, slots: int) -> Decoding:
        """Slots for one run: the last run's where they serve, else new ones."""
        from summarize.engine.decoding import Decoding

        options = rules.options
        beams = max(options.num_beams, options.num_return_sequences)
        shape = CacheShape(slots, beams, self.max_source, options.max_new_tokens + 1)
        spare, self._spare = self._spare, None
        if spare is not None and spare.shape.holds(shape):
            if spare.rules.same(rules):
                return spare
            cache = spare.cache
        else:
            del spare
            cache = Cache.allocate(shape, self.architecture, self.dtype, self._device)
        assert self._transformer is not None, "generate refuses a closed engine"
        return Decoding(self._transformer, rules, cache, graphs=self.graphs)

    def take_back(self, decoding: Decoding) -> None:
        """Keep a finished run's slots for the next."""
        if self._transformer is not None:
            self._spare = decoding

    def _eos(self) -> tuple[int, ...]:
        eos = self.defaults.get("eos_token_id")
        if eos is None:
            return self.architecture.eos
        return (eos,) if isinstance(eos, int) else tuple(eos)


def _compute_dtype(name: str) -> torch.dtype:
    import torch

    dtype = torch.bfloat16 if name == "int8" else getattr(torch, name)
    assert isinstance(dtype, torch.dtype), name
    return dtype


def _check_settings(
    architecture: Architecture,
    device: str,
    dtype: str,
    slots: int,
    max_source: int | None,
    vocabulary: int | None,
) -> None:
    import torch

    if dtype not in DTYPES:
        raise OptionError.unknown("dtype", dtype, DTYPES)
    kind = device.split(":", maxsplit=1)[0]
    if kind not in ("cpu", "cuda"):
        raise OptionError.unknown("engine device", device, ("cpu", "cuda"))
    if kind == "cuda" and not torch.cuda.is_available():
        raise OptionError(f"device {device!r}: torch sees no CUDA device here; use 'cpu'.")
    if dtype == "float16" and (kind == "cpu" or architecture.rms_norm):
        raise OptionError("float16 is for CUDA and families other than T5; use bfloat16.")
    if dtype == "int8" and kind != "cpu":
        raise OptionError("int8 products are for the CPU; use bfloat16 on CUDA.")
    if slots < 1:
        raise OptionError(f"slots must be at least 1, not {slots}.")
    limit = architecture.position_limit
    if max_source is not None and not 1 <= max_source <= (limit or max_source):
        raise OptionError(f"max_source must be 1 to the model's {limit}, not {max_source}.")
    if vocabulary is not None and not 1 <= vocabulary <= architecture.vocabulary:
        raise OptionError(
            f"vocabulary must be 1 to the model's {architecture.vocabulary} ids, not {vocabulary}; "
            "a tokenizer with more ids than the model belongs to another checkpoint."
        )
