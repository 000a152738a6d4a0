"""The work that is measured: model shapes, requests and goals of the table; and building models.

Knows no peer. `Case.dry` is the same work at a size for the CPU.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from gpu_parts.limits import Shape, spread

SHAPES = {
    "bart": Shape(1024, 16, 12, 4096, 50_264),
    "nllb600": Shape(1024, 16, 12, 4096, 256_206),
    "nllb3b": Shape(2048, 16, 24, 8192, 256_206),
}
DRY_SHAPE = Shape(64, 4, 2, 128, 1_000)

EOS, PAD, FIRST = 2, 1, 5
"""Ids; random ones begin after the special ones."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table.

    Args:
        name, model: the row's, and a key of `SHAPES`.
        count: requests.
        sources, new: bounds on their source tokens and new tokens, drawn evenly; `new` None
            for as many as the source has.
        beams, length_penalty, trigrams: of the search; `trigrams` forbids repeated ones.
        slots: requests in flight in the engine; the batch of a peer is `batch`.
        samples: peers that are measured on so many of the requests only.
        goal: (peer, least ratio to it) pairs, and "tokens_per_second" or "most_seconds" figures.
        repeat: timed runs after one to warm up.
    """

    name: str
    model: str
    count: int
    sources: tuple[int, int]
    new: tuple[int, int] | None
    slots: int
    beams: int = 1
    length_penalty: float = 1.0
    trigrams: bool = False
    batch: int = 64
    samples: dict[str, int] = field(default_factory=dict)
    goal: dict[str, float] = field(default_factory=dict)
    repeat: int = 3

    def requests(self, peer: str = "ours") -> tuple[list[list[int]], list[int]]:
        """Random ids and the new tokens that each is forced to; the peer's share of them."""
        shape = DRY_SHAPE if self.name.startswith("dry ") else SHAPES[self.model]
        lengths = spread(self.count, *self.sources, seed=1)
        new = spread(self.count, *self.new, seed=2) if self.new else list(lengths)
        draw = random.Random(3)
        highest = shape.vocabulary - 1
        ids = [[draw.randint(FIRST, highest) for _ in range(n - 1)] + [EOS] for n in lengths]
        taken = self.samples.get(peer, self.count)
        return ids[:taken], new[:taken]

    def dry(self) -> Case:
        """The same at a size for the CPU."""
        most = min(self.count, 5)
        return replace(
            self,
            name=f"dry {self.name}",
            count=most,
            sources=(6, 14),
            new=(4, 9) if self.new else None,
            slots=min(self.slots, 2),
            batch=2,
            samples=dict.fromkeys(self.samples, 2),
            goal={},
            repeat=1,
        )


def _batch(count: int, published: float) -> Case:
    return Case(
        f"bart batch {count}", "bart", count, (260, 440), (46, 128), count, batch=count,
        goal={"most_seconds": published / 2 / 1000}, repeat=5,
    )  # fmt: skip


CASES = (
    Case(
        "bart stream", "bart", 2_048, (260, 440), (46, 128), 128, batch=128,
        samples={"transformers": 256, "ctranslate2": 1_024},
        goal={"tokens_per_second": 63_000}, repeat=2,
    ),
    _batch(32, 229.9),
    _batch(64, 252.2),
    _batch(128, 352.3),
    Case(
        "bart beam 4", "bart", 512, (512, 1_024), (56, 142), 128, beams=4, length_penalty=2.0,
        trigrams=True, batch=32, samples={"transformers": 32, "ctranslate2": 128},
        goal={"ctranslate2": 3, "transformers": 10}, repeat=2,
    ),
    Case(
        "bart latency", "bart", 1, (400, 400), (128, 128), 1, beams=4, batch=1,
        goal={"transformers": 5, "share": 0.5}, repeat=5,
    ),
    Case(
        "nllb600 beam 5", "nllb600", 4_096, (8, 90), None, 128, beams=5, batch=64,
        samples={"transformers": 256, "ctranslate2": 1_024},
        goal={"ctranslate2": 3, "transformers": 10}, repeat=2,
    ),
    Case(
        "nllb3b beam 5", "nllb3b", 1_024, (8, 90), None, 128, beams=5, batch=64,
        samples={"transformers": 64, "ctranslate2": 512}, goal={"ctranslate2": 2}, repeat=2,
    ),
)  # fmt: skip
"""Mean lengths of the published setting: 350 in, 87 out."""


def build(model: str, device: str, dtype: str, *, dry: bool) -> Any:
    """A transformers model of the shape, random weights, made where it is used: the same on one
    device each time."""
    import torch
    from transformers import AutoModelForSeq2SeqLM, BartConfig, M2M100Config
    from transformers.utils import logging

    logging.set_verbosity_error()
    shape = DRY_SHAPE if dry else SHAPES[model]
    sizes = {
        "vocab_size": shape.vocabulary,
        "d_model": shape.width,
        "encoder_layers": shape.layers,
        "decoder_layers": shape.layers,
        "encoder_attention_heads": shape.heads,
        "decoder_attention_heads": shape.heads,
        "encoder_ffn_dim": shape.inner,
        "decoder_ffn_dim": shape.inner,
        "max_position_embeddings": 1024,
        "bos_token_id": 0,
        "pad_token_id": PAD,
        "eos_token_id": EOS,
        "decoder_start_token_id": EOS,
        "forced_eos_token_id": None,
    }
    if model == "bart":
        config: Any = BartConfig(**sizes)
    else:
        config = M2M100Config(**sizes, scale_embedding=True)
    torch.manual_seed(0)
    with torch.device(device):
        made = AutoModelForSeq2SeqLM.from_config(config, dtype=getattr(torch, dtype))
    return made.to(device).eval()
