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
from dataclasses import replace
from typing import TYPE_CHECKING

from summarize.engine import kernel_search, search
from summarize.engine.attention import View
from summarize.engine.cache import Cache, CacheShape
from summarize.engine.devices import sent
from summarize.engine.graphs import Graphs
from summarize.engine.kernel_search import KernelBeams, KernelSamples, KernelSearch
from summarize.engine.memory import encode_tokens
from summarize.engine.packing import Packing
from summarize.engine.search import Samples
from summarize.engine.speculation import SourceDrafts

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
        kernels: kernels of ours may be used, once `on_kernels` is set.
        graphs: capture steps on kernels and replay them.
        drafts: tokens to guess ahead from the source where search is greedy; not with graphs,
            for the host looks at each step's outcome.

    Attributes:
        on_kernels: whether steps run on kernels of ours; may be set between any two.
    """

    def __init__(
        self,
        transformer: Transformer,
        rules: Rules,
        cache: Cache,
        *,
        kernels: bool = False,
        graphs: bool = False,
        drafts: int = 0,
    ) -> None:
        import torch

        self.cache = cache
        self.rules = rules
        self._transformer = transformer
        self._kernels = kernels
        self._device = cache.table.device
        slots, beams = cache.shape.slots, cache.shape.beams
        start = transformer.architecture.start
        self.search: Search | KernelSearch
        if kernels:
            self.search = kernel_search.make(rules, slots, start, self._device, cache.table)
        else:
            self.search = search.make(rules, slots, start, self._device)
        beam = torch.arange(beams, dtype=cache.table.dtype, device=self._device)
        self._beam = beam[None, :, None].repeat(slots, 1, 1)
        self._graphs = Graphs(self._step, cache.shape) if graphs else None
        self.drafts: SourceDrafts | None = None
        if drafts and rules.options.is_greedy:
            assert not graphs, "drafts need a host that looks"
            self.drafts = SourceDrafts(slots, cache.shape.source, drafts, self._device)

    @property
    def shape(self) -> CacheShape:
        """What the storage holds."""
        return self.cache.shape

    @property
    def on_kernels(self) -> bool:
        """See the class."""
        return isinstance(self.search, KernelSamples | KernelBeams) and self.search.on_kernels

    @on_kernels.setter
    def on_kernels(self, on: bool) -> None:
        assert isinstance(self.search, KernelSamples | KernelBeams), "made without kernels"
        self.search.on_kernels = on

    def admit(self, placed: Placed) -> None:
        """Start requests in free slots, encoded in groups."""
        import torch

        for group in _groups(placed, encode_tokens(self._device.type)):
            requests = [request for _, request in group]
            slots = [slot for slot, _ in group]
            packing = Packing([len(request.ids) for request in requests], self._device)
            ids = torch.tensor([i for request in requests for i in request.ids])
            encoded = self._transformer.encode(sent(ids, self._device), packing)
            at = sent(torch.tensor(slots), self._device)
            self._wipe(at)
            self._transformer.store(encoded, packing, slots, self.cache)
            lengths = packing.starts[1:] - packing.starts[:-1]
            self.cache.source_lengths[at] = lengths.to(self.cache.source_lengths.dtype)
            self.search.admit(at, requests)
            if self.drafts is not None:
                self.drafts.admit(slots, [request.ids for request in requests])

    def step(self, view: View) -> torch.Tensor | None:
        """Score the next ids of every slot in `view`, and choose them.

        Returns:
            [slots], how many ids were written; None for one each.
        """
        if self.drafts is not None and self.drafts.pays:
            return self._draft(view, self.drafts)
        if self._graphs is not None and (self.on_kernels or not self._kernels):
            self._graphs.run(view)
        else:
            self._step(view)
        return None

    def logits(self, view: View, *, kernels: bool) -> torch.Tensor:
        """Score the next ids of every slot in `view`: [slots, beams, vocabulary].

        The keys and values of the last ids are written, which may be done again.
        """
        slots = view.slots
        steps = self.search.steps[:slots]
        if self.shape.beams > 1 and not kernels:  # kernels know that a beam's last id is its own
            own, at = self._beam[:slots], steps[:, None, None].expand_as(self._beam[:slots])
            self.cache.table[:slots].scatter_(2, at, own)
        written = self.search.written(slots)
        return self._transformer.decode(written, steps, view, self.cache, kernels=kernels)

    def results(self, slots: Sequence[int]) -> tuple[torch.Tensor, ...]:
        """What finished `slots` have found; see `Search.results`."""
        import torch

        return self.search.results(sent(torch.tensor(slots), self._device))

    def move(self, source: int, target: int, request: Request) -> None:
        """Copy the slot that `request` is in onto a free one."""
        self.cache.move(source, target, len(request.ids), request.written + 1)
        self.search.move(source, target)
        if self.drafts is not None:
            self.drafts.move(source, target)

    def _wipe(self, at: torch.Tensor) -> None:
        """Clear slots whose last request computed NaN; all of them where asking would wait."""
        if self._device.type == "cpu":
            at = at[self.search.broken[at]]
        if len(at) and not self.on_kernels:  # which never read what is hidden
            self.cache.wipe(at)

    def _step(self, view: View) -> None:
        logits = self.logits(view, kernels=self.on_kernels)
        parents = self.search.step(logits, view.length)
        if parents is not None:
            past = self.cache.table[: view.slots, :, : view.length]
            past.copy_(past.gather(1, parents[..., None].expand_as(past)))

    def _draft(self, view: View, source: SourceDrafts) -> torch.Tensor | None:
        """A step that scores what the source suggests as well."""
        search = self.search
        assert isinstance(search, Samples), "beams are not drafted"
        steps = search.steps[: view.slots]
        written = search.written(view.slots)
        drafts = source.propose(written[:, 0], steps, view.source)
        count = drafts.shape[1]
        if not count:
            self._step(view)
            return None
        length = view.length + count
        seen = min(length, self.shape.length)
        view = replace(view, length=seen, even_steps=False, drafts=count)
        logits = self._transformer.decode(written, steps, view, self.cache, drafts.clamp(min=0))
        new = search.advance(logits, drafts, length)
        source.count(int((drafts >= 0).sum()), int(new.sum()) - view.slots)
        return new


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
