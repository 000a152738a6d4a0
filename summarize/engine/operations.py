"""The small work between products: one seam, PyTorch's own here, fused kernels behind it too.

Each function is a few launches in PyTorch and one as a kernel; `Eager` is the twin
that `Fused` is checked against. Knows no attention and no order of layers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch

    from summarize.engine.architecture import Architecture
    from summarize.engine.weights import Norm, Stack


class Operations(Protocol):
    """What a transformer does beside products and attention."""

    def embed(
        self, stack: Stack, written: torch.Tensor, steps: torch.Tensor, drafts: torch.Tensor | None
    ) -> torch.Tensor:
        """Embed the last ids at their positions.

        Args:
            stack: the decoder.
            written: [slots, beams, places], ids so far.
            steps: [slots], the place and position of the last.
            drafts: [slots, count], ids that may follow the last of a single beam; None for none.

        Returns:
            [slots * (beams + count), width]
        """
        ...

    def add_norm(
        self, x: torch.Tensor, residual: torch.Tensor, norm: Norm
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The sum of x and residual, each [rows, width], and its norm."""
        ...

    def activate(self, x: torch.Tensor) -> torch.Tensor:
        """The activation of x [rows, hidden], or of the first half times the second."""
        ...


class Eager:
    """PyTorch's own, on any device.

    Args:
        architecture: the activation, and how ids are embedded.
    """

    def __init__(self, architecture: Architecture) -> None:
        self._a = architecture

    def embed(
        self, stack: Stack, written: torch.Tensor, steps: torch.Tensor, drafts: torch.Tensor | None
    ) -> torch.Tensor:
        """See `Operations.embed`."""
        import torch

        at = steps[:, None, None].expand(-1, written.shape[1], 1)
        ids = written.gather(2, at)[..., 0]  # [slots, beams]
        a = self._a
        positions = (steps[:, None] + a.position_offset).expand(ids.shape)
        if drafts is not None:
            ids = torch.cat((ids, drafts), 1)
            positions = positions + torch.arange(ids.shape[1], device=ids.device)
        if a.position_limit is not None:  # a finished slot may stand one place behind the last
            positions = positions.clamp(max=a.position_limit + a.position_offset - 1)
        if a.padding_has_no_position:
            positions = positions.masked_fill(ids == a.pad, a.pad)
        return embedded(a, stack, ids.reshape(-1), positions.reshape(-1))

    def add_norm(
        self, x: torch.Tensor, residual: torch.Tensor, norm: Norm
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Operations.add_norm`."""
        total = residual + x
        return total, norm(total)

    def activate(self, x: torch.Tensor) -> torch.Tensor:
        """See `Operations.activate`."""
        if not self._a.gated:
            return activation(x, self._a.activation)
        gate, x = x.chunk(2, dim=-1)
        return activation(gate, self._a.activation) * x


class Fused(Eager):
    """Kernels of ours: a launch each. Takes no drafts, which are the CPU's."""

    def embed(
        self, stack: Stack, written: torch.Tensor, steps: torch.Tensor, drafts: torch.Tensor | None
    ) -> torch.Tensor:
        """See `Operations.embed`."""
        from summarize.engine.kernels import layers

        assert drafts is None, "drafts are the CPU's"
        a, norm = self._a, stack.embedding_norm
        return layers.embed(
            written,
            steps,
            stack.embedding,
            scale=a.embedding_scale,
            positions=stack.positions,
            offset=a.position_offset,
            pad=a.pad if a.padding_has_no_position else None,
            weight=norm.weight if norm is not None else None,
            norm_bias=norm.bias if norm is not None else None,
            epsilon=a.norm_epsilon,
            rms=a.rms_norm,
        )

    def add_norm(
        self, x: torch.Tensor, residual: torch.Tensor, norm: Norm
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Operations.add_norm`."""
        from summarize.engine.kernels import layers

        return layers.add_norm(
            x,
            residual,
            None,
            norm.weight,
            norm.bias,
            norm.epsilon,
            norm.rms,
            keep=self._a.norm_before,
        )

    def activate(self, x: torch.Tensor) -> torch.Tensor:
        """See `Operations.activate`."""
        from summarize.engine.kernels import layers

        return layers.activate(x, self._a.activation, gated=self._a.gated)


def embedded(
    architecture: Architecture, stack: Stack, ids: torch.Tensor, positions: torch.Tensor
) -> torch.Tensor:
    """Embed [tokens] ids at rows `positions` of the position table: [tokens, width]."""
    from torch.nn.functional import embedding

    x = embedding(ids, stack.embedding)
    if architecture.embedding_scale != 1.0:
        x = x * architecture.embedding_scale
    if stack.positions is not None:
        x = x + embedding(positions, stack.positions)
    return x if stack.embedding_norm is None else stack.embedding_norm(x)


def activation(x: torch.Tensor, name: str) -> torch.Tensor:
    """The activation that transformers calls `name`."""
    from torch.nn import functional

    if name == "relu":
        return functional.relu(x)
    if name in ("swish", "silu"):
        return functional.silu(x)
    return functional.gelu(x, approximate="none" if name == "gelu" else "tanh")
