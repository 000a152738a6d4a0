"""One encoder-decoder for every family: they differ by `Architecture`'s fields.

    encoded = transformer.encode(ids, lengths)                # [tokens, width], packed
    transformer.store(encoded, lengths, slots, cache)         # cross keys and values
    logits = transformer.decode(ids, steps, view, cache)      # [slots, beams, vocabulary]

Takes ids and tensors; knows no requests, no search, no text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarize.engine.attention import attend, length_mask, path_mask, relative_buckets

if TYPE_CHECKING:
    import torch

    from summarize.engine.architecture import Architecture
    from summarize.engine.cache import Cache
    from summarize.engine.weights import Layer, Norm, Stack, Weights

Part = Callable[["torch.Tensor"], "torch.Tensor"]


@dataclass(frozen=True, slots=True)
class View:
    """How much of the cache a decode step reads.

    Args:
        slots: the leading slots that are decoded.
        length: self positions, the one being written included.
        source: cross positions: the longest source of those slots.
        even_steps, even_sources: whether all these slots are at the same position,
            or have sources of the same length: then nothing needs hiding.
    """

    slots: int
    length: int
    source: int
    even_steps: bool = False
    even_sources: bool = False


class Transformer:
    """The model's arithmetic.

    Args:
        architecture: its shape and ways.
        weights: its tensors, on one device.
    """

    def __init__(self, architecture: Architecture, weights: Weights) -> None:
        self.architecture = architecture
        self.weights = weights
        self._activate = _activation(architecture.activation)

    # -- encoder ----------------------------------------------------------------------

    def encode(self, ids: torch.Tensor, lengths: Sequence[int]) -> torch.Tensor:
        """Encode several sources, one behind the other without padding.

        Args:
            ids: [tokens], all sources' ids.
            lengths: of each source; their sum is `tokens`.

        Returns:
            [tokens, width]
        """
        import torch

        stack = self.weights.encoder
        positions = torch.cat(
            [self._source_positions(part) for part in torch.split(ids, list(lengths))]
        )
        x = self._embed(stack, ids, positions)
        bias: dict[int, torch.Tensor] = {}
        for layer in stack.layers:
            if layer.relative_bias is not None:
                bias = {n: self._encoder_bias(layer.relative_bias, n, x) for n in set(lengths)}
            x = self._around(x, layer.norm, self._encoder_attention(layer, lengths, bias))
            x = self._around(x, layer.feed_forward_norm, self._feed_forward(layer))
        return x if stack.final_norm is None else stack.final_norm(x)

    def store(
        self, encoded: torch.Tensor, lengths: Sequence[int], slots: Sequence[int], cache: Cache
    ) -> None:
        """Write the cross keys and values of `encoded` [tokens, width] into `slots`."""
        import torch

        heads, width = self.architecture.heads, self.architecture.head_width
        for i, layer in enumerate(self.weights.decoder.layers):
            assert layer.cross is not None, "a decoder layer attends to the source"
            both = layer.cross.keys_values(encoded).view(-1, 2, heads, width)
            for slot, part in zip(slots, torch.split(both, list(lengths)), strict=True):
                cache.store_source(i, slot, part[:, 0], part[:, 1])

    def _encoder_attention(
        self, layer: Layer, lengths: Sequence[int], bias: dict[int, torch.Tensor]
    ) -> Part:
        import torch

        heads, width = self.architecture.heads, self.architecture.head_width

        def part(x: torch.Tensor) -> torch.Tensor:
            three = layer.queries_keys_values(x).view(-1, 3, heads, width)
            mixed = []
            for one in torch.split(three, list(lengths)):  # [length, 3, heads, width]
                q, k, v = one.permute(1, 2, 0, 3).unsqueeze(1)  # each [1, heads, length, width]
                mixed.append(attend(q, k, v, bias.get(len(one)), self.architecture.attention_scale))
            return layer.out(torch.cat(mixed, 1)[0])

        return part

    def _encoder_bias(self, table: torch.Tensor, length: int, like: torch.Tensor) -> torch.Tensor:
        """Spread [buckets, heads] over distances: [1, heads, length, length]."""
        import torch

        at = torch.arange(length, device=like.device)
        distances = at[None, :] - at[:, None]
        a = self.architecture
        buckets = relative_buckets(distances, True, a.relative_buckets, a.relative_distance)
        return table[buckets].permute(2, 0, 1)[None].to(like.dtype)

    def _source_positions(self, ids: torch.Tensor) -> torch.Tensor:
        import torch

        a = self.architecture
        if a.padding_has_no_position:
            real = (ids != a.pad).long()
            return real.cumsum(0) * real + a.pad
        return torch.arange(len(ids), device=ids.device) + a.position_offset

    # -- decoder ----------------------------------------------------------------------

    def decode(
        self, ids: torch.Tensor, steps: torch.Tensor, view: View, cache: Cache
    ) -> torch.Tensor:
        """One step of every slot in `view`: write its keys and values, score the next ids.

        Args:
            ids: [slots, beams], the last id of each beam.
            steps: [slots], the position of that id.
            view: how much of the cache to read.
            cache: read and written; its table must name each beam itself at `steps`.

        Returns:
            [slots, beams, vocabulary], in the dtype of the weights.
        """
        a, stack = self.architecture, self.weights.decoder
        slots, beams = ids.shape
        positions = (steps[:, None] + a.position_offset).expand(slots, beams)
        if a.padding_has_no_position:
            positions = positions.masked_fill(ids == a.pad, a.pad)
        x = self._embed(stack, ids.reshape(-1), positions.reshape(-1))
        own_mask, cross_mask = self._masks(steps, view, cache, x.dtype)
        path = own_mask
        for i, layer in enumerate(stack.layers):
            if layer.relative_bias is not None:
                own_mask = self._decoder_bias(layer.relative_bias, steps, view, beams, path)
            part = self._self_attention(i, layer, steps, view, cache, own_mask)
            x = self._around(x, layer.norm, part)
            assert layer.cross is not None, "a decoder layer attends to the source"
            part = self._cross_attention(i, layer, view, cache, cross_mask)
            x = self._around(x, layer.cross.norm, part)
            x = self._around(x, layer.feed_forward_norm, self._feed_forward(layer))
        if stack.final_norm is not None:
            x = stack.final_norm(x)
        if a.head_scale != 1.0:
            x = x * a.head_scale
        return self.weights.head(x).view(slots, beams, -1)

    def _masks(
        self, steps: torch.Tensor, view: View, cache: Cache, dtype: torch.dtype
    ) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        own = cross = None
        if not view.even_steps or cache.shape.beams > 1:
            own = path_mask(cache.table[: view.slots, :, : view.length], steps, dtype)
        if not view.even_sources:
            cross = length_mask(cache.source_lengths[: view.slots], view.source, dtype)
        return own, cross

    def _self_attention(
        self,
        i: int,
        layer: Layer,
        steps: torch.Tensor,
        view: View,
        cache: Cache,
        mask: torch.Tensor | None,
    ) -> Part:
        import torch

        a = self.architecture
        slots, beams, length = view.slots, cache.shape.beams, view.length

        def part(x: torch.Tensor) -> torch.Tensor:
            three = layer.queries_keys_values(x).view(slots, beams, 3, a.heads, a.head_width)
            q, k, v = three.permute(2, 0, 3, 1, 4)  # each [slots, heads, beams, width]
            keys, values = cache.self_keys[i, :slots], cache.self_values[i, :slots]
            if view.even_steps:
                keys[:, :, length - 1], values[:, :, length - 1] = k, v
            else:
                rows = torch.arange(slots, device=steps.device)
                keys[rows, :, steps], values[rows, :, steps] = k, v
            past = (keys[:, :, :length].flatten(2, 3), values[:, :, :length].flatten(2, 3))
            mixed = attend(q, *past, mask, a.attention_scale)
            return layer.out(mixed.view(slots * beams, -1))

        return part

    def _cross_attention(
        self, i: int, layer: Layer, view: View, cache: Cache, mask: torch.Tensor | None
    ) -> Part:
        a, cross = self.architecture, layer.cross
        assert cross is not None, "a decoder layer attends to the source"
        slots, beams = view.slots, cache.shape.beams
        keys = cache.cross_keys[i, :slots, :, : view.source]
        values = cache.cross_values[i, :slots, :, : view.source]

        def part(x: torch.Tensor) -> torch.Tensor:
            q = cross.query(x).view(slots, beams, a.heads, a.head_width).transpose(1, 2)
            mixed = attend(q, keys, values, mask, a.attention_scale)
            return cross.out(mixed.view(slots * beams, -1))

        return part

    def _decoder_bias(
        self,
        table: torch.Tensor,
        steps: torch.Tensor,
        view: View,
        beams: int,
        path: torch.Tensor | None,
    ) -> torch.Tensor:
        """Spread [buckets, heads]: [slots, heads, beams, length * beams], the path's mask added."""
        import torch

        a = self.architecture
        distances = torch.arange(view.length, device=steps.device) - steps[:, None]
        buckets = relative_buckets(distances, False, a.relative_buckets, a.relative_distance)
        bias = table[buckets].permute(0, 2, 1)  # [slots, heads, length]
        bias = bias.repeat_interleave(beams, dim=-1)[:, :, None, :]
        return bias if path is None else bias + path

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
