"""An adapter directory on disk: updates, peft's configuration, facts and a card.

It appears whole or not at all. `models/adapters.py` reads what this writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarize.models.adapters import CONFIG, FACTS, WEIGHTS
from summarize.tuning.card import card
from summarize.tuning.checkpoints import appearing

if TYPE_CHECKING:
    import torch


def write(
    directory: Path,
    state: Mapping[str, torch.Tensor],
    config: Mapping[str, Any],
    about: Mapping[str, Any],
) -> None:
    """Write an adapter to `directory`, in place of what was there.

    Args:
        state: A [rank, in] and B [out, rank] of each layer by peft's names; kept in bfloat16.
        config: peft's adapter_config.json.
        about: see `card.facts`.
    """
    import torch
    from safetensors.torch import save_file

    with appearing(directory) as scratch:
        kept = {k: v.detach().to(torch.bfloat16).cpu().contiguous() for k, v in state.items()}
        save_file(kept, scratch / WEIGHTS, metadata={"format": "pt"})
        (scratch / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        written = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
        (scratch / FACTS).write_text(written, encoding="utf-8")
        (scratch / "README.md").write_text(card(about), encoding="utf-8")
