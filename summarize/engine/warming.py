"""Kernels made ready beside the work: the first requests never wait for a compiler.

    warming = Warming(lambda: rehearse(transformer, rules, shape, dtype, device))
    warming.done          # False while it runs, and where it failed: then steps stay PyTorch's

A rehearsal decodes two requests of its own on both sides, which compiles the
kernels (they are cached on disk by Triton) and shows that they compute what
PyTorch computes on this device. Knows no stream of requests.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from summarize.engine.attention import View
from summarize.engine.cache import Cache, CacheShape
from summarize.engine.decoding import Decoding
from summarize.engine.devices import current
from summarize.engine.kernel_search import KernelBeams, KernelSamples, candidates_of
from summarize.engine.scheduler import Request

if TYPE_CHECKING:
    import torch

    from summarize.engine.rules import Rules
    from summarize.engine.transformer import Transformer

log = logging.getLogger(__name__)

NEAR = 0.05
"""Mean distance of logits in parts of their spread: rounding stays below, wrong numbers do not."""

SMALL = 64
"""Positions for which no kernel splits its work: the other variant is compiled at full length."""


class Warming:
    """One run of `work` on a thread of its own.

    Args:
        work: returns why its outcome is not to be used; None where it is.
    """

    def __init__(self, work: Callable[[], str | None]) -> None:
        self.done = False
        self._work = work
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)
        self._thread.start()

    def wait(self) -> bool:
        """Wait for the end; whether it went well."""
        self._thread.join()
        return self.done

    def _run(self) -> None:
        try:
            reason = self._work()
        except Exception as error:  # a compiler's, a driver's: the work goes on without kernels
            reason = f"{type(error).__name__}: {error}"
        if reason is None:
            self.done = True
        else:
            log.warning("decoding stays on PyTorch's kernels: %s", reason)


def rehearse(
    transformer: Transformer,
    rules: Rules,
    shape: CacheShape,
    dtype: torch.dtype,
    device: torch.device | str,
) -> str | None:
    """Decode with kernels and without; why the kernels are not to be used, None where they are.

    Args:
        transformer, rules: as they will be used.
        shape: of the storage that will be used; two slots of it are allocated here.
        dtype, device: of the numbers.
    """
    import torch

    small = CacheShape(2, shape.beams, shape.source, shape.length)
    with torch.inference_mode(), current(device), _side_stream(device):
        cache = Cache.allocate(small, transformer.architecture, dtype, device)
        stage = Decoding(transformer, rules, cache, kernels=True)
        start = transformer.architecture.start
        most = rules.options.max_new_tokens
        requests = [
            Request(i, (start,) * min(n, small.source), 0, most) for i, n in enumerate((3, 5))
        ]
        stage.admit(list(enumerate(requests)))
        for length, source in ((SMALL, SMALL), (shape.length, shape.source)):
            view = View(2, min(length, shape.length), min(source, shape.source))
            reason = _strays(stage, view)
            if reason is not None:
                return reason
            stage.on_kernels = True
            stage.step(view)
        if torch.device(device).type == "cuda":
            torch.cuda.current_stream().synchronize()
    return None


def _strays(stage: Decoding, view: View) -> str | None:
    """Whether kernels and PyTorch disagree about the next step."""
    plain, ours = (stage.logits(view, kernels=kernels) for kernels in (False, True))
    apart = float((ours - plain).float().abs().mean() / plain.float().std().clamp(min=1e-6))
    if not apart < NEAR:  # NaN is not
        return f"the kernels' logits stray by {apart:.3g} of their spread from PyTorch's"
    search = stage.search
    assert isinstance(search, KernelSamples | KernelBeams), "made with kernels"
    values, _ = candidates_of(search, plain.clone(), view.length, kernels=True)
    wanted, _ = candidates_of(search, plain, view.length, kernels=False)
    both = values.isfinite() & wanted.isfinite()
    if bool((values.isfinite() != wanted.isfinite()).any()) or not bool(
        ((values - wanted)[both].abs() <= NEAR * (1 + wanted[both].abs())).all()
    ):
        return "the kernels find other candidates than PyTorch"
    return None


def _side_stream(device: torch.device | str) -> Any:
    """A CUDA stream of its own; nothing elsewhere."""
    import torch

    if torch.device(device).type != "cuda":
        return contextlib.nullcontext()
    stream: Any = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    return torch.cuda.stream(stream)
