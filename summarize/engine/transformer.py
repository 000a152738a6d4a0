"""One encoder-decoder for every family: they differ by `Architecture`'s fields.

    encoded = transformer.encode(ids, packing)                # [tokens, width]
    transformer.store(encoded, packing, slots, cache)         # cross keys and values
    logits = transformer.decode(ids, steps, view, cache)      # [slots, beams, vocabulary]

Takes ids and tensors; knows no requests, no search, no text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from summarize.engine.attention import SdpaStep, Start, read_packed, relative_buckets

if TYPE_CHECKING:
    import torch

    from summarize.engine.architecture import Architecture
    from summarize.engine.attention import Step, View
    from summarize.engine.cache import Cache
    from summarize.engine.packing import Packing
    from summarize.engine.weights import Layer, Norm, Stack, Weights

Part = Callable[["torch.Tensor"], "torch.Tensor"]


class Transformer:
    """The model's arithmetic.

    Args:
        architecture: its shape and ways.
        weights: its tensors, on one device.
        start: how the attention of a decode step begins; see `attention`.

    Attributes:
        reads_hidden: whether masked keys and values are read, so that they must be numbers.
    """

    def __init__(
        self, architecture: Architecture, weights: Weights, start: Start = SdpaStep
    ) -> None:
        self.architecture = architecture
        self.weights = weights
        self._start = start
        self.reads_hidden = start is SdpaStep
        self._activate = _activation(architecture.activation)

    # -- encoder ----------------------------------------------------------------------

    def encode(self, ids: torch.Tensor, packing: Packing) -> torch.Tensor:
        """Encode several sources, one behind the other without padding.

        Args:
            ids: [tokens], all sources' ids.
            packing: where each source is.

        Returns:
            [tokens, width]
        """
        stack = self.weights.encoder
        x = self._embed(stack, ids, self._source_positions(ids, packing))
        bias = None
        for layer in stack.layers:
            if layer.relative_bias is not None:
                bias = self._encoder_bias(layer.relative_bias, packing.longest, x)
            x = self._around(x, layer.norm, self._encoder_attention(layer, packing, bias))
            x = self._around(x, layer.feed_forward_norm, self._feed_forward(layer))
        return x if stack.final_norm is None else stack.final_norm(x)

    def store(
        self, encoded: torch.Tensor, packing: Packing, slots: Sequence[int], cache: Cache
    ) -> None:
        """Write the cross keys and values of `encoded` [tokens, width] into `slots`."""
        heads, width = self.architecture.heads, self.architecture.head_width
        for i, layer in enumerate(self.weights.decoder.layers):
            assert layer.cross is not None, "a decoder layer attends to the source"
            both = layer.cross.keys_values(encoded).view(-1, 2, heads, width)
            cache.store_sources(i, slots, packing, both[:, 0], both[:, 1])

    def _encoder_attention(self, layer: Layer, packing: Packing, bias: torch.Tensor | None) -> Part:
        a = self.architecture

        def part(x: torch.Tensor) -> torch.Tensor:
            three = layer.queries_keys_values(x).view(-1, 3, a.heads, a.head_width)
            return layer.out(read_packed(three, packing, bias, a.attention_scale))

        return part

    def _encoder_bias(self, table: torch.Tensor, length: int, like: torch.Tensor) -> torch.Tensor:
        """Spread [buckets, heads] over distances: [1, heads, length, length]."""
        import torch

        at = torch.arange(length, device=like.device)
        distances = at[None, :] - at[:, None]
        a = self.architecture
        buckets = relative_buckets(distances, True, a.relative_buckets, a.relative_distance)
        return table[buckets].permute(2, 0, 1)[None].to(like.dtype)

    def _source_positions(self, ids: torch.Tensor, packing: Packing) -> torch.Tensor:
        a = self.architecture
        if not a.padding_has_no_position:
            return packing.places + a.position_offset
        real = (ids != a.pad).long()
        counted = real.cumsum(0)
        before = (counted - real)[packing.starts[:-1].long()]  # what earlier sources counted
        return (counted - before[packing.sources]) * real + a.pad

    # -- decoder ----------------------------------------------------------------------

    def decode(
        self, ids: torch.Tensor, steps: torch.Tensor, view: View, cache: Cache
    ) -> torch.Tensor:
        """One step of every slot in `view`: write its keys and values, score the next ids.

        Args:
            ids: [slots, queries], the last id of each beam, or of one beam the last id and
                the drafts that may follow it.
            steps: [slots], the position of the (first) id.
            view: how much of the cache to read.
            cache: read and written; its table must name each beam itself at `steps`.

        Returns:
            [slots, queries, vocabulary], in the dtype of the weights.
        """
        a, stack = self.architecture, self.weights.decoder
        slots, queries = ids.shape
        x = self._embed(stack, ids.reshape(-1), self._positions(ids, steps, view).reshape(-1))
        step = self._start(a, cache, steps, view)
        for i, layer in enumerate(stack.layers):
            x = self._around(x, layer.norm, self._self_attention(i, layer, step, slots))
            assert layer.cross is not None, "a decoder layer attends to the source"
            x = self._around(x, layer.cross.norm, self._cross_attention(i, layer, step, slots))
            x = self._around(x, layer.feed_forward_norm, self._feed_forward(layer))
        if stack.final_norm is not None:
            x = stack.final_norm(x)
        if a.head_scale != 1.0:
            x = x * a.head_scale
        return self.weights.head(x).view(slots, queries, -1)

    def _positions(self, ids: torch.Tensor, steps: torch.Tensor, view: View) -> torch.Tensor:
        """[slots, queries] rows of the position table."""
        import torch

        a = self.architecture
        positions = (steps[:, None] + a.position_offset).expand(ids.shape)
        if view.drafts:
            positions = positions + torch.arange(ids.shape[1], device=ids.device)
        if a.position_limit is not None:  # a finished slot may stand one place behind the last
            positions = positions.clamp(max=a.position_limit + a.position_offset - 1)
        if a.padding_has_no_position:
            positions = positions.masked_fill(ids == a.pad, a.pad)
        return positions

    def _self_attention(self, i: int, layer: Layer, step: Step, slots: int) -> Part:
        a = self.architecture

        def part(x: torch.Tensor) -> torch.Tensor:
            three = layer.queries_keys_values(x).view(slots, -1, 3, a.heads, a.head_width)
            return layer.out(step.own(i, three, layer.relative_bias))

        return part

    def _cross_attention(self, i: int, layer: Layer, step: Step, slots: int) -> Part:
        a, cross = self.architecture, layer.cross
        assert cross is not None, "a decoder layer attends to the source"

        def part(x: torch.Tensor) -> torch.Tensor:
            q = cross.query(x).view(slots, -1, a.heads, a.head_width)
            return cross.out(step.source(i, q))

        return part

    # -- both -------------------------------------------------------------------------

    def _embed(self, stack: Stack, ids: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """Embed [tokens] ids at their positions: [tokens, width]."""
        import torch

        x = torch.nn.functional.embedding(ids, stack.embedding)
        if self.architecture.embedding_scale != 1.0:
            x = x * self.architecture.embedding_scale
        if stack.positions is not None:
            x = x + torch.nn.functional.embedding(positions, stack.positions)
        return x if stack.embedding_norm is None else stack.embedding_norm(x)

    def _around(self, x: torch.Tensor, norm: Norm, part: Part) -> torch.Tensor:
        """`part` with its residual and its norm, before or after as the family has it."""
        if self.architecture.norm_before:
            return x + part(norm(x))
        return norm(x + part(x))

    def _feed_forward(self, layer: Layer) -> Part:
        def part(x: torch.Tensor) -> torch.Tensor:
            x = layer.up(x)
            if self.architecture.gated:
                gate, x = x.chunk(2, dim=-1)
                return layer.down(self._activate(gate) * x)
            return layer.down(self._activate(x))

        return part


def _activation(name: str) -> Part:
    from torch.nn import functional

    if name == "relu":
        return functional.relu
    if name in ("swish", "silu"):
        return functional.silu
    tanh = name != "gelu"
    return lambda x: functional.gelu(x, approximate="tanh" if tanh else "none")
