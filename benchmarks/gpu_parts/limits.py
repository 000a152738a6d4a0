"""What a decode step and a whole job must move and compute, by count; and lengths with a set mean.

    bytes = step_bytes(BART, requests=128, beams=1, source=350, length=64)
    limit = job_limit(BART, [(350, 87), …], slots=128, beams=1, bandwidth=3.0e12, flops=7e14)

A step reads the decoder's products and the head once, each request's cross keys and values
once (its beams together), and each beam's own past. Products count by bytes or by operations,
whichever takes longer; what is written, norms, biases and the search count as nothing, so no
implementation is faster, unless beams share their pasts (see `step_bytes`). Knows no torch.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

ITEM = 2
"""Bytes of a bfloat16 or float16."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An encoder-decoder's size; heads * head_width is `width`, feed-forward layers not gated."""

    width: int
    heads: int
    layers: int  # of the encoder, and of the decoder
    inner: int
    vocabulary: int

    @property
    def step_weights(self) -> int:
        """Numbers that a decode step multiplies with: cross keys and values were made before."""
        layer = 6 * self.width**2 + 2 * self.width * self.inner
        return self.layers * layer + self.vocabulary * self.width

    @property
    def place(self) -> int:
        """Bytes of keys and values of one position in all decoder layers."""
        return 2 * self.layers * self.width * ITEM

    def encoder_flops(self, tokens: int) -> int:
        """Operations to encode one source and to make its cross keys and values."""
        weights = self.layers * (4 * self.width**2 + 2 * self.width * self.inner)
        sources = self.layers * 2 * self.width**2
        attention = self.layers * 4 * tokens * self.width
        return tokens * (2 * (weights + sources) + attention)


@dataclass(frozen=True, slots=True)
class StepBytes:
    """Bytes that one decode step reads."""

    weights: int
    cross: int
    own: int

    @property
    def total(self) -> int:
        return self.weights + self.cross + self.own


def step_bytes(
    shape: Shape, *, requests: int, beams: int, source: float, length: float
) -> StepBytes:
    """One step of `requests` whose sources and pasts are so long on average.

    Pasts are counted once a beam. Beams that grew from one another share entries, which a
    kernel may read once, so beam search can come in under this; at most by `own`.
    """
    return StepBytes(
        shape.step_weights * ITEM,
        round(requests * source * shape.place),
        round(requests * beams * length * shape.place),
    )


@dataclass(frozen=True, slots=True)
class Limit:
    """Seconds that a job takes at the device's measured rates, by what takes them."""

    weights: float
    cross: float
    own: float
    encoder: float
    steps: int
    tokens: int

    @property
    def seconds(self) -> float:
        return self.weights + self.cross + self.own + self.encoder

    @property
    def rate(self) -> float:
        """New tokens a second."""
        return self.tokens / self.seconds


def job_limit(
    shape: Shape,
    requests: Sequence[tuple[int, int]],
    *,
    slots: int,
    beams: int,
    bandwidth: float,
    flops: float,
) -> Limit:
    """The fastest that `requests`, each (source tokens, new tokens), can be served.

    Args:
        slots: requests in flight; all slots are taken to be full at every step but the last.
        bandwidth: bytes a second that the device was measured to copy, read and written.
        flops: operations a second of a large bfloat16 product, as measured.
    """
    tokens = sum(new for _, new in requests)
    steps = max(-(-tokens // slots), *(new for _, new in requests))
    read = shape.step_weights * ITEM / bandwidth
    computed = 2 * shape.step_weights * min(slots, len(requests)) * beams / flops
    cross = sum(source * new for source, new in requests) * shape.place
    own = beams * sum(new * (new + 1) // 2 for _, new in requests) * shape.place
    encoder = sum(shape.encoder_flops(source) for source, _ in requests)
    return Limit(
        steps * max(read, computed),
        cross / bandwidth,
        own / bandwidth,
        encoder / flops,
        steps,
        tokens,
    )


def spread(count: int, low: int, high: int, seed: int = 0) -> list[int]:
    """`count` whole numbers evenly spread over low to high, shuffled: their mean is the middle."""
    if count == 1:
        return [(low + high) // 2]
    numbers = [low + round(i * (high - low) / (count - 1)) for i in range(count)]
    random.Random(seed).shuffle(numbers)
    return numbers


def union(intervals: Sequence[tuple[float, float]]) -> float:
    """The length that (start, end) intervals cover, overlaps counted once."""
    covered, reached = 0.0, float("-inf")
    for start, end in sorted(intervals):
        covered += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return covered
