"""What every engine test needs: the engine beside transformers' own generate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tiny_models

from summarize.engine import Output, SearchOptions

FAMILIES = tuple(family for family in tiny_models.SEQ2SEQ if family != "led")


class Twin:
    """transformers' generate for one request at a time, in the engine's words."""

    def __init__(self, directory: Path) -> None:
        import torch
        from transformers import AutoModelForSeq2SeqLM, GenerationConfig

        model = AutoModelForSeq2SeqLM.from_pretrained(directory, dtype=torch.float32).eval()
        names = ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id")
        self.special = {name: getattr(model.generation_config, name) for name in names}
        self.eos: int = self.special["eos_token_id"]
        model.generation_config = GenerationConfig(**self.special)
        self.model: Any = model

    def generate(self, ids: Sequence[int], options: SearchOptions) -> list[Output]:
        """All returned sequences, best first; ids without start token and padding."""
        import torch
        from transformers import GenerationConfig

        words: dict[str, Any] = {
            name: getattr(options, name)
            for name in (
                "max_new_tokens",
                "num_beams",
                "num_return_sequences",
                "repetition_penalty",
                "forced_bos_token_id",
                "forced_eos_token_id",
            )
        }
        for name in ("no_repeat_ngram_size", "min_new_tokens"):
            if getattr(options, name):
                words[name] = getattr(options, name)
        if options.bad_words_ids:
            words["bad_words_ids"] = [list(word) for word in options.bad_words_ids]
        if options.num_beams > 1:
            words["length_penalty"] = options.length_penalty
            words["early_stopping"] = options.early_stopping
        with torch.inference_mode():
            result = self.model.generate(
                torch.tensor([list(ids)]),
                attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                generation_config=GenerationConfig(
                    **{**self.special, **words},
                    do_sample=False,
                    return_dict_in_generate=True,
                    output_scores=True,
                ),
            )
        scores = result.sequences_scores.tolist() if options.num_beams > 1 else [None]
        return [
            self._output(row[1:], score)
            for row, score in zip(result.sequences.tolist(), scores, strict=True)
        ]

    def _output(self, ids: list[int], score: float | None) -> Output:
        if self.eos in ids:
            return Output(tuple(ids[: ids.index(self.eos) + 1]), score, stop=self.eos)
        return Output(tuple(ids), score)


def sources(*lengths: int, seed: int = 1, highest: int = 400) -> list[list[int]]:
    """Random requests of these lengths."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(3, highest, (n,), generator=generator).tolist() for n in lengths]
