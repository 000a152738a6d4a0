"""How much memory an engine takes, counted before anything is loaded. No torch.

plan = MemoryPlan.of(architecture, itemsize=2, slots=8, beams=4, source=1024, length=128)
plan.total, str(plan)
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from summarize.engine.cache import CacheShape

if TYPE_CHECKING:
    from summarize.engine.architecture import Architecture

ENCODE_TOKENS = 1_024
"""Source tokens that are encoded together on the CPU: activations stay in its caches, and
the encoder's working memory is bounded. On CUDA, eight times as many."""


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

    @classmethod
    def of(
        cls,
        architecture: Architecture,
        *,
        itemsize: int,
        slots: int,
        beams: int,
        source: int,
        length: int,
        precision: str = "",
    ) -> MemoryPlan:
        """The plan of an engine.

        Args:
            architecture: the model's shape.
            itemsize: bytes of one number that is computed with.
            slots, beams, source, length: see `CacheShape`; `length` is of new ids.
            precision: "int8" for weights of one byte in products, "packed" for a
                head that is held beside the embedding it is tied to, else "".
        """
        a = architecture
        rows = slots * beams
        shape = CacheShape(slots, beams, source, length + 1)
        tokens = max(8 * ENCODE_TOKENS, source)
        widest = 3 * a.inner + 4 * a.width + 2 * max(a.encoder_inner, a.decoder_inner)
        encoding = tokens * widest * itemsize + 2 * a.heads * source * source * 4
        step = rows * (a.vocabulary * (itemsize + 8) + widest * itemsize)
        masks = 3 * slots * a.heads * beams * ((length + 1) * beams + source) * 4
        return cls(
            weights=_weights(a, itemsize, precision),
            cache=shape.nbytes(a, itemsize),
            search=slots * beams * (length + 2) * 8 * 12,
            work=max(encoding, step + masks),
        )


def _weights(a: Architecture, itemsize: int, precision: str) -> int:
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
    one = 1 if precision == "int8" else itemsize
    scales = 12 * (a.vocabulary + layers * (8 * a.inner + 4 * a.width + 3 * a.encoder_inner))
    return (
        (encoder + sources) * itemsize
        + (decoder + head) * one
        + (tables + small) * itemsize
        + (a.vocabulary * a.width * itemsize if a.vocabulary != a.source_vocabulary else 0)
        + (scales if precision == "int8" else 0)
    )


def _human(count: int) -> str:
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.2f} GiB"
