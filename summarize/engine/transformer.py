"""One encoder-decoder for every family: they differ by `Architecture`'s fields.

    encoded = transformer.encode(ids, packing)                # [tokens, width]
    transformer.store(encoded, packing, slots, cache)         # cross keys and values
    logits = transformer.decode(written, steps, view, cache)  # [slots, beams, vocabulary]

Takes ids and tensors; knows no requests, no search, no text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from summarize.engine.attention import SdpaStep, Start, read_packed, relative_buckets
from summarize.engine.devices import sent
from summarize.engine.kernel_attention import KernelAttention
from summarize.engine.operations import Eager, Fused, embedded

if TYPE_CHECKING:
    import torch

    from summarize.engine.architecture import Architecture
    from summarize.engine.attention import Step, View
    from summarize.engine.cache import Cache
    from summarize.engine.operations import Operations
    from summarize.engine.packing import Packing
    from summarize.engine.weights import Layer, Norm, Weights

Part = Callable[["torch.Tensor"], "torch.Tensor"]


class Transformer:
    """The model's arithmetic.

    Args:
        architecture: its shape and ways.
        weights: its tensors, on one device.
    """

    def __init__(self, architecture: Architecture, weights: Weights) -> None:
        self.architecture = architecture
        self.weights = weights
        self._plain: tuple[Start, Operations] = SdpaStep, Eager(architecture)
        self._fast: tuple[Start, Operations] = KernelAttention(architecture), Fused(architecture)

    # -- encoder ----------------------------------------------------------------------

    def encode(self, ids: torch.Tensor, packing: Packing) -> torch.Tensor:
        """Encode several sources, one behind the other without padding.

        Args:
            ids: [tokens], all sources' ids.
            packing: where each source is.

        Returns:
            [tokens, width]
        """
        stack, operations = self.weights.encoder, self._plain[1]
        positions = self._source_positions(ids, packing)
        x = embedded(self.architecture, stack, ids, positions)
        parts: list[tuple[Part, Norm]] = []
        bias = None
        for layer in stack.layers:
            if layer.relative_bias is not None:
                bias = self._encoder_bias(layer.relative_bias, packing.longest, x)
            parts.append((self._encoder_attention(layer, packing, bias), layer.norm))
            parts.append((self._feed_forward(layer, operations), layer.feed_forward_norm))
        return self._through(x, parts, stack.final_norm, operations)

    def store(
        self, encoded: torch.Tensor, packing: Packing, slots: Sequence[int], cache: Cache
    ) -> None:
        """Write the cross keys and values of `encoded` [tokens, width] into `slots`."""
        import torch

        heads, width = self.architecture.heads, self.architecture.head_width
        at = None
        if encoded.is_cuda:
            at = sent(torch.tensor(slots), encoded.device)[packing.sources]
        for i, layer in enumerate(self.weights.decoder.layers):
            assert layer.cross is not None, "a decoder layer attends to the source"
            both = layer.cross.keys_values(encoded).view(-1, 2, heads, width)
            cache.store_sources(i, slots, packing, both[:, 0], both[:, 1], at)

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
        self,
        written: torch.Tensor,
        steps: torch.Tensor,
        view: View,
        cache: Cache,
        drafts: torch.Tensor | None = None,
        *,
        kernels: bool = False,
    ) -> torch.Tensor:
        """One step of every slot in `view`: write its keys and values, score the next ids.

        Args:
            written: [slots, beams, places], each beam's ids so far.
            steps: [slots], the place and position of the last.
            view: how much of the cache to read.
            cache: read and written; its table must name each beam itself at `steps`.
            drafts: [slots, count], ids that may follow the last of a single beam.
            kernels: by kernels of ours, not by PyTorch's own.

        Returns:
            [slots, beams + count, vocabulary], in the dtype of the weights.
        """
        a, stack = self.architecture, self.weights.decoder
        start, operations = self._fast if kernels else self._plain
        slots = len(written)
        x = operations.embed(stack, written, steps, drafts)
        step = start(a, cache, steps, view)
        parts: list[tuple[Part, Norm]] = []
        for i, layer in enumerate(stack.layers):
            assert layer.cross is not None, "a decoder layer attends to the source"
            parts.append((self._self_attention(i, layer, step, slots), layer.norm))
            parts.append((self._cross_attention(i, layer, step, slots), layer.cross.norm))
            parts.append((self._feed_forward(layer, operations), layer.feed_forward_norm))
        x = self._through(x, parts, stack.final_norm, operations)
        if a.head_scale != 1.0:
            x = x * a.head_scale
        logits = self.weights.head(x)
        return logits.view(slots, -1, logits.shape[-1])

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

    def _through(
        self,
        x: torch.Tensor,
        parts: Sequence[tuple[Part, Norm]],
        final: Norm | None,
        operations: Operations,
    ) -> torch.Tensor:
        """Each part with its residual, its norm before or after it as the family has it."""
        add_norm = operations.add_norm
        if not self.architecture.norm_before:
            for part, norm in parts:
                _, x = add_norm(part(x), x, norm)
            return x
        assert final is not None, "norms before parts end in one"
        norms = [*(norm for _, norm in parts), final]
        y = norms[0](x)
        for (part, _), norm in zip(parts, norms[1:], strict=True):
            x, y = add_norm(part(y), x, norm)
        return y

    def _feed_forward(self, layer: Layer, operations: Operations) -> Part:
        return lambda x: layer.down(operations.activate(layer.up(x)))
