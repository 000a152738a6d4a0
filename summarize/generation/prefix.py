"""Computing a shared prompt once: key/value caches of the prefix that requests begin with.

Few-shot and chat prompts of one task differ only in their last part. Padding goes
left, so a row's prefix starts after its padding: the first slots of the batch's
cache hold padding, then as much of the prefix as fits, and the model computes the
rest. Positions follow the attention mask, so nothing changes but the time.
Knows causal transformers models; no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

SHORTEST = 32
"""Tokens below which sharing is not worth a second pass."""

Layers = list[tuple["torch.Tensor", "torch.Tensor"]]
"""A layer's keys and values, each [1, heads, prefix, head size]."""


class SharedPrefix:
    """The prefix that the last requests had in common, computed at most once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._ids: tuple[int, ...] = ()
        self._layers: Layers = []
        self._last: Sequence[int] = ()

    def cache(self, batch: list[Sequence[int]], length: int, copies: int = 1) -> Any:
        """A cache of the first slots of `batch` left-padded to `length`; None if too short.

        Args:
            batch: requests, as ids.
            length: of the padded batch.
            copies: rows of the model's batch that each request takes: its beams.
        """
        known = [*batch, self._last] if self._last else batch
        self._last = batch[-1]
        size = min(len(self._ids), *(len(ids) - 1 for ids in batch))
        if size < SHORTEST or any(tuple(ids[:size]) != self._ids[:size] for ids in batch):
            size = min(_shared(known), *(len(ids) - 1 for ids in batch)) if len(known) > 1 else 0
            if size < SHORTEST:
                return None
            self._compute(tuple(batch[0][:size]))
        return self._padded([length - len(ids) for ids in batch for _ in range(copies)], size)

    def _compute(self, ids: tuple[int, ...]) -> None:
        import torch
        from transformers import DynamicCache

        whole = DynamicCache()  # without the config: sliding layers keep every position
        input_ids = torch.tensor([ids], device=self._model.device)
        self._model(input_ids, past_key_values=whole, use_cache=True, logits_to_keep=1)
        self._ids = ids
        self._layers = [(layer.keys, layer.values) for layer in whole.layers]

    def _padded(self, padding: list[int], size: int) -> Any:
        from transformers import DynamicCache

        cache = DynamicCache(config=self._model.config.get_text_config(decoder=True))
        for index, (keys, values) in enumerate(self._layers):
            cache.update(_shifted(keys, padding, size), _shifted(values, padding, size), index)
        return cache


def _shifted(states: torch.Tensor, padding: list[int], size: int) -> torch.Tensor:
    """`states` [1, heads, prefix, n] moved right by each row's padding: [rows, heads, size, n]."""
    rows = states.new_zeros(len(padding), states.shape[1], size, states.shape[3])
    for row, shift in enumerate(padding):
        kept = max(0, size - shift)
        rows[row, :, size - kept :] = states[0, :, :kept]
    return rows


def _shared(requests: list[Sequence[int]]) -> int:
    """How many leading ids all requests have in common."""
    columns = zip(*requests, strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
