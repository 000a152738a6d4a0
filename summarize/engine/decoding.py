"""The decode step over static storage: the state of the slots, and one function that moves it on.

    decoding.admit([(slot, request), …])         # encode, store, start the search
    decoding.step(view)                          # every slot in view: one more id (or more)
    decoding.search.done                         # [slots]

Everything a step touches was allocated before and keeps its address, and nothing
in it waits for the device: on CUDA it is captured and replayed (see `graphs`).
Knows no stream of requests and no results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from summarize.engine import search
from summarize.engine.attention import View
from summarize.engine.cache import Cache, CacheShape
from summarize.engine.graphs import Graphs
from summarize.engine.memory import ENCODE_TOKENS
from summarize.engine.packing import Packing

if TYPE_CHECKING:
    import torch

    from summarize.engine.rules import Rules
    from summarize.engine.scheduler import Request
    from summarize.engine.search import Search
    from summarize.engine.transformer import Transformer

Placed = Sequence[tuple[int, "Request"]]


class Decoding:
    """Slots for searches by one set of rules.

    Args:
        transformer: the model.
        rules: how to search.
        cache: storage, which decides the number of slots; used by no one else.
        graphs: capture steps and replay them.
    """

    def __init__(
        self, transformer: Transformer, rules: Rules, cache: Cache, *, graphs: bool = False
    ) -> None:
        import torch

        self.cache = cache
        self.rules = rules
        self._transformer = transformer
        self._device = cache.table.device
        slots, beams = cache.shape.slots, cache.shape.beams
        start = transformer.architecture.start
        self.search: Search = search.make(rules, slots, start, self._device)
        self._beam = torch.arange(beams, device=self._device)[None, :, None].repeat(slots, 1, 1)
        self._graphs = Graphs(self._step, cache.shape) if graphs else None

    @property
    def shape(self) -> CacheShape:
        """What the storage holds."""
        return self.cache.shape

    def admit(self, placed: Placed) -> None:
        """Start requests in free slots: some thousand tokens are encoded at once."""
        import torch

        most = ENCODE_TOKENS * (8 if self._device.type == "cuda" else 1)
        for group in _groups(placed, most):
            requests = [request for _, request in group]
            slots = [slot for slot, _ in group]
            packing = Packing([len(request.ids) for request in requests], self._device)
            ids = torch.tensor([i for request in requests for i in request.ids])
            encoded = self._transformer.encode(ids.to(self._device, non_blocking=True), packing)
            at = torch.tensor(slots).to(self._device, non_blocking=True)
            self._wipe(at)
            self._transformer.store(encoded, packing, slots, self.cache)
            lengths = packing.starts[1:] - packing.starts[:-1]
            self.cache.source_lengths[at] = lengths.to(self.cache.source_lengths.dtype)
            self.search.admit(at, requests)

    def step(self, view: View) -> None:
        """Score the next ids of every slot in `view`, and choose them."""
        if self._graphs is None:
            self._step(view)
        else:
            self._graphs.run(view)

    def results(self, slots: Sequence[int]) -> tuple[torch.Tensor, ...]:
        """What finished `slots` have found; see `Search.results`."""
        import torch

        return self.search.results(torch.tensor(slots).to(self._device, non_blocking=True))

    def move(self, source: int, target: int, request: Request) -> None:
        """Copy the slot that `request` is in onto a free one."""
        self.cache.move(source, target, len(request.ids), request.written + 1)
        self.search.move(source, target)

    def _wipe(self, at: torch.Tensor) -> None:
        """Clear slots whose last request computed NaN; all of them where asking would wait."""
        if self._device.type == "cpu":
            at = at[self.search.broken[at]]
        if len(at) and self._transformer.reads_hidden:
            self.cache.wipe(at)

    def _step(self, view: View) -> None:
        slots = view.slots
        steps = self.search.steps[:slots]
        table = self.cache.table[:slots]
        ids = self.search.last(slots)
        if self.shape.beams > 1:
            table.scatter_(
                2, steps[:, None, None].expand_as(self._beam[:slots]), self._beam[:slots]
            )
        logits = self._transformer.decode(ids, steps, view, self.cache)
        parents = self.search.step(logits, view.length)
        if parents is not None:
            past = table[:, :, : view.length]
            past.copy_(past.gather(1, parents[..., None].expand_as(past)))


def _groups(placed: Placed, most: int) -> Iterator[Placed]:
    """Cut into groups of at most `most` tokens; a longer request is alone."""
    group: list[tuple[int, Request]] = []
    tokens = 0
    for slot, request in placed:
        if group and tokens + len(request.ids) > most:
            yield group
            group, tokens = [], 0
        group.append((slot, request))
        tokens += len(request.ids)
    if group:
        yield group
