"""How much memory an engine takes, counted before anything is loaded.

    plan = MemoryPlan.of(architecture, options, dtype="int8", device="cpu", slots=8, source=1024)
    plan.total, str(plan)
    most_slots(lambda slots: MemoryPlan.of(…, slots=slots), room("cpu"), most=32)

Knows no weights; asks torch only how much memory a CUDA device has free.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from summarize.engine.cache import CacheShape
from summarize.options import SearchOptions

if TYPE_CHECKING:
    from summarize.engine.architecture import Architecture

ENCODE_TOKENS, CUDA_ENCODE_TOKENS = 512, 8_192
"""Source tokens that are encoded together: on the CPU activations stay in its caches (a
thousand at once took a fifth longer), on CUDA launches are few; working memory is bounded."""


def encode_tokens(device: str) -> int:
    """Of the two, that of a "cpu" or another device."""
    return ENCODE_TOKENS if device == "cpu" else CUDA_ENCODE_TOKENS


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Upper bounds, in bytes.

    Args:
        weights: the model's tensors, as the engine holds them.
        cache: keys and values of all slots.
        search: ids, scores and tables of all slots.
        work: the largest activations of a step and of an encoding: logits, hidden
            states, attention masks.
    """

    weights: int
    cache: int
    search: int
    work: int

    @property
    def total(self) -> int:
        """The sum."""
        return sum(getattr(self, f.name) for f in fields(self))

    def __str__(self) -> str:
        parts = ", ".join(f"{f.name} {_human(getattr(self, f.name))}" for f in fields(self))
        return f"{_human(self.total)} ({parts})"

    @property
    def slots(self) -> int:
        """What the slots take: everything but the weights."""
        return self.total - self.weights

    @classmethod
    def of(
        cls,
        architecture: Architecture,
        options: SearchOptions,
        *,
        dtype: str,
        device: str,
        slots: int,
        source: int,
    ) -> MemoryPlan:
        """The plan of an engine.

        Args:
            architecture: the model's shape.
            options: how it searches.
            dtype, device, slots: as for `Engine`.
            source: the longest request in tokens.
        """
        a = architecture
        itemsize = 4 if dtype == "float32" else 2
        beams, length = max(options.num_beams, options.num_return_sequences), options.max_new_tokens
        rows = slots * beams
        shape = CacheShape(slots, beams, source, length + 1)
        tokens = max(encode_tokens(device), source)
        widest = 3 * a.inner + 4 * a.width + 2 * max(a.encoder_inner, a.decoder_inner)
        scores = 2 * a.heads * source * source * 4
        if device != "cpu" and a.relative_buckets:  # padded, with a bias of every source's own
            scores = 2 * a.heads * tokens * source * itemsize
        encoding = tokens * widest * itemsize + scores
        if dtype == "int8":  # activations in 32 bits, rounded to 8, on their way into a product
            encoding += tokens * max(a.width, a.inner, a.encoder_inner) * (4 + 1)
        step = rows * (a.vocabulary * (itemsize + 8) + widest * itemsize)
        masks = 3 * slots * a.heads * beams * ((length + 1) * beams + source) * 4
        return cls(
            weights=_weights(a, itemsize, dtype == "int8"),
            cache=shape.nbytes(a, itemsize),
            search=slots * beams * (length + 2) * 8 * 12,
            work=max(encoding, step + masks),
        )


def room(device: str) -> int:
    """Bytes that an engine may take on `device`: what is free, or a quarter of the host's."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4


def most_slots(plan: Callable[[int], MemoryPlan], room: float, most: int) -> int:
    """How many slots, up to `most` and at least one, take no more than `room` bytes."""
    slots = most
    while slots > 1 and plan(slots).slots > room:
        slots = max(1, slots * 3 // 4)
    return slots


def _weights(a: Architecture, itemsize: int, int8: bool) -> int:
    """Bytes of all tensors: exact for products and tables, norms and biases counted high."""
    attention = 4 * a.width * a.inner
    ups = 2 if a.gated else 1
    encoder = a.encoder_layers * (attention + (ups + 1) * a.width * a.encoder_inner)
    sources = a.decoder_layers * 2 * a.width * a.inner  # cross keys and values: see checkpoint
    decoder = a.decoder_layers * (2 * attention + (ups + 1) * a.width * a.decoder_inner) - sources
    head = a.vocabulary * a.width
    tables = a.source_vocabulary * a.width
    if a.position_limit is not None:
        tables += 2 * (a.position_limit + a.position_offset + 1) * a.width
    layers = a.encoder_layers + a.decoder_layers
    small = layers * (12 * a.width + 4 * a.inner + max(a.encoder_inner, a.decoder_inner))
    small += a.vocabulary + layers * a.relative_buckets * a.heads + 8 * a.width
    one = 1 if int8 else itemsize
    scales = 12 * (a.vocabulary + layers * (8 * a.inner + 4 * a.width + 3 * a.encoder_inner))
    return (
        (encoder + sources) * itemsize
        + (decoder + head) * one
        + (tables + small) * itemsize
        + (a.vocabulary * a.width * itemsize if a.vocabulary != a.source_vocabulary else 0)
        + (scales if int8 else 0)
    )


def _human(count: int) -> str:
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.2f} GiB"
