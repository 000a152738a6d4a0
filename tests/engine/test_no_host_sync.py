"""A decode step never asks the device anything: it could not be captured, and the host would wait.

Run on PyTorch's meta device, whose tensors have shapes and no values: what needs a value
fails here, and every operation is looked at for the copies between host and device that
PyTorch makes unasked on CUDA.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_twin import FAMILIES
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from summarize.engine import Engine, SearchOptions
from summarize.engine.attention import View
from summarize.engine.cache import Cache, CacheShape
from summarize.engine.decoding import Decoding
from summarize.engine.rules import Rules
from summarize.engine.scheduler import Request

SLOTS, NEW, SOURCE = 4, 12, 30
WAITS = ("_local_scalar_dense", "nonzero", "unique", "masked_select", "is_nonzero", "equal")
"""Parts of the names of operations whose outcome the host must know."""

OPTIONS = {
    "greedy": SearchOptions(max_new_tokens=NEW),
    "greedy, all rules": SearchOptions(
        max_new_tokens=NEW,
        min_new_tokens=3,
        no_repeat_ngram_size=2,
        repetition_penalty=1.2,
        forced_bos_token_id=5,
        forced_eos_token_id=2,
        bad_words_ids=((7, 8), (9, 10, 11), (12,)),
    ),
    "sample": SearchOptions(do_sample=True, seed=1, max_new_tokens=NEW, num_return_sequences=2),
    "beams": SearchOptions(
        num_beams=3, max_new_tokens=NEW, no_repeat_ngram_size=3, length_penalty=2.0
    ),
    "beams, early": SearchOptions(num_beams=3, max_new_tokens=NEW, early_stopping=True),
    "beams, never": SearchOptions(
        num_beams=3, max_new_tokens=NEW, early_stopping="never", num_return_sequences=2
    ),
}


class Watch(TorchDispatchMode):
    """Collects the operations that wait for the device, or copy from the host."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.found: list[str] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        self.seen += 1
        reason = self._reason(str(func), tree_leaves((args, kwargs)))
        if reason is not None:
            self.found.append(f"{func}: {reason}")
        return func(*args, **kwargs)

    def _reason(self, name: str, leaves: list[Any]) -> str | None:
        tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
        if any(part in name for part in WAITS):
            return "the host needs its outcome"
        if "index" in name and any(t.dtype in (torch.bool, torch.uint8) for t in tensors[1:]):
            return "a mask as an index counts its places on the host"
        if "index_put" in name and any(t.dim() == 0 for t in tensors):
            return "a number put at an index is a tensor of the host's first; use index_fill_"
        if "fill_.Tensor" not in name and any(t.device.type == "cpu" for t in tensors):
            return "takes a tensor of the host's"
        if "_to_copy" in name and any(leaf == torch.device("cpu") for leaf in leaves):
            return "copies to the host"
        return None


@contextmanager
def pretended(engine: Engine, options: SearchOptions) -> Iterator[Decoding]:
    """The engine's decoding on a device that has no values."""
    with torch.inference_mode():
        beams = max(options.num_beams, options.num_return_sequences)
        rules = Rules.make(options, (2,), engine.vocabulary, "cpu")
        shape = CacheShape(SLOTS, beams, SOURCE, NEW + 1)
        cache = Cache.allocate(shape, engine.architecture, torch.float32, "cpu")
        assert engine._transformer is not None
        decoding = Decoding(engine._transformer, rules, cache)
        yield moved(decoding)


def moved(value: Any) -> Any:
    """A copy with meta tensors in the places of real ones, as deep as the engine goes."""
    if isinstance(value, torch.Tensor):
        return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
    if isinstance(value, torch.device):
        return torch.device("meta")
    if isinstance(value, tuple):
        return tuple(moved(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(value, **{n: moved(getattr(value, n)) for n in names})
    if type(value).__module__.startswith("summarize.engine") and hasattr(value, "__dict__"):
        copied = copy.copy(value)
        vars(copied).update({name: moved(held) for name, held in vars(value).items()})
        return copied
    return value


VIEW = View(slots=SLOTS, length=NEW, source=SOURCE)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_step_waits_for_nothing(
    tiny_model: Callable[..., Path], family: str, options: SearchOptions
) -> None:
    engine = Engine.from_pretrained(tiny_model(family), slots=SLOTS)
    with pretended(engine, options) as decoding:
        assert decoding.search.done.device.type == "meta"
        with Watch() as watch:
            decoding._step(VIEW)
    assert watch.seen > 50
    assert watch.found == []


def test_results_wait_for_nothing_but_the_slots_numbers(
    tiny_model: Callable[..., Path],
) -> None:
    engine = Engine.from_pretrained(tiny_model("bart"), slots=SLOTS)
    for options in OPTIONS.values():
        with pretended(engine, options) as decoding, Watch() as watch:
            decoding.search.results(torch.zeros(2, dtype=torch.long, device="meta"))
        assert watch.found == []


@pytest.mark.parametrize("family", ["bart", "nllb", "mt5"])
@pytest.mark.parametrize("beams", [1, 3])
def test_the_host_reads_nothing_when_it_admits(
    tiny_model: Callable[..., Path], family: str, beams: int
) -> None:
    """Admission sends lists to the device, and may; it must not ask for anything back."""
    engine = Engine.from_pretrained(tiny_model(family), slots=SLOTS)
    requests = [Request(i, (5, 6, 7, 2)[: i + 1], 1, NEW) for i in range(3)]
    options = SearchOptions(num_beams=beams, max_new_tokens=NEW)
    with pretended(engine, options) as decoding, Watch() as watch:
        decoding.admit([(i, request) for i, request in enumerate(requests)])
    asked = [line for line in watch.found if "host needs" in line or "copies to" in line]
    assert asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: x.sum().item(),
        lambda x: x[x > 0],
        lambda x: x.__setitem__(torch.zeros(1, dtype=torch.long, device="meta"), 1.0),
        lambda x: x[torch.zeros(1, dtype=torch.long)],
        lambda x: x.add_(torch.ones(3)),
        lambda x: bool(x.any()),
        lambda x: x.cpu(),
    ],
)
def test_the_watch_sees(wrong: Callable[[torch.Tensor], Any]) -> None:
    x = torch.zeros(3, device="meta")
    with Watch() as watch:
        try:
            wrong(x)
        except (RuntimeError, NotImplementedError):
            return  # meta tensors refuse what needs a value
    assert watch.found, "nothing was noticed"
