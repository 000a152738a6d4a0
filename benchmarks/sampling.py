"""Many samples of a causal model at once, on a CPU: a shortlist of its vocabulary, full batches.

Gemma 3 270M spends more on the logits of its 262,144 ids than on its layers. `Sampler` computes
those of the ids that a language's texts hold, and the rows that have ended leave the batch. It is
for making data to tune on, not for answers: what the shortlist lacks cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache

from summarize.options import Task

UNKNOWN = -15.0
"""Log probability of an id that the shortlist lacks."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One draw.

    Attributes:
        text: as the generator cleans it.
        tokens: how many it took, its end included.
        ended: whether the model ended it.
    """

    text: str
    tokens: int
    ended: bool


class Sampler:
    """Draws from a loaded model.

    Args:
        generator: of a causal model, on the reference backend.
        texts: by language: what its shortlist is taken from. Ids of single bytes are always in it.
    """

    def __init__(self, generator: Any, texts: Mapping[str, Iterable[str]]) -> None:
        self._generator = generator
        self._model = generator.backend._model
        self._output = self._model.lm_head.weight.detach()  # [vocabulary, hidden]
        always = {i for t, i in generator._tokens.vocabulary.items() if t.startswith("<0x")}
        always |= {generator._tokens.eos_id, *generator._tokens.newline_ids()}
        self._short: dict[str, torch.Tensor] = {}
        for language, lines in texts.items():
            ids = always.union(*map(generator._tokens.encode, lines))
            self._short[language] = torch.tensor(sorted(ids))
        self._heads = {k: self._output[ids].contiguous() for k, ids in self._short.items()}

    @torch.inference_mode()
    def draw(
        self,
        texts: Sequence[str],
        task: Task,
        *,
        samples: int,
        temperature: float,
        seed: int,
        rows: int = 128,
        longest: int = 160,
    ) -> list[list[Sample]]:
        """`samples` answers to each text, of at most `longest` tokens, `rows` at a time."""
        requests = [self._generator.request(text, task) for text in texts]
        order = sorted(range(len(texts)), key=lambda index: len(requests[index]))
        draws = torch.Generator().manual_seed(seed)
        found: list[list[Sample]] = [[] for _ in texts]
        each = max(1, rows // samples)
        for start in range(0, len(order), each):
            batch = order[start : start + each]
            asked = [requests[index] for index in batch]
            bound = min(longest, 3 * max(map(len, asked)))
            written, ended = self._batch(asked, task, samples, temperature, draws, bound)
            for row, (ids, end) in enumerate(zip(written, ended, strict=True)):
                found[batch[row // samples]].append(Sample(self._text(ids), len(ids), end))
        return found

    def _batch(
        self,
        asked: Sequence[Sequence[int]],
        task: Task,
        samples: int,
        temperature: float,
        draws: torch.Generator,
        bound: int,
    ) -> tuple[list[list[int]], list[bool]]:
        short, head = self._short[str(task.target)], self._heads[str(task.target)]
        eos = self._generator.options(task).eos_token_id
        ends = torch.isin(short, torch.tensor(eos))
        cache = DynamicCache(config=self._model.config)
        ids, mask = _left_padded(asked)
        places = (mask.cumsum(1) - 1).clamp(min=0)
        hidden = self._hidden(ids, mask, places, cache)
        cache.batch_repeat_interleave(samples)
        hidden, mask = (x.repeat_interleave(samples, 0) for x in (hidden, mask))
        place = (places[:, -1] + 1).repeat_interleave(samples)
        written: list[list[int]] = [[] for _ in range(len(hidden))]
        ended = [False] * len(written)
        running = torch.arange(len(written))
        for step in range(bound):
            logits = (hidden @ head.T).float() / temperature  # [rows, shortlist]
            if step == 0:
                logits[:, ends] = -torch.inf
            reached = logits.softmax(-1).cumsum(-1)
            drawn = torch.rand(len(reached), 1, generator=draws) * reached[:, -1:]
            at = torch.searchsorted(reached, drawn, right=True)[:, 0].clamp_(max=len(short) - 1)
            for row, token, end in zip(
                running.tolist(), short[at].tolist(), ends[at].tolist(), strict=True
            ):
                written[row].append(token)
                ended[row] = end
            left = (~ends[at]).nonzero()[:, 0]
            if not len(left):
                break
            if len(left) < len(running):
                cache.batch_select_indices(left)
            running, place, mask = running[left], place[left], mask[left]
            mask = torch.cat([mask, mask.new_ones(len(mask), 1)], 1)
            hidden = self._hidden(short[at[left], None], mask, place[:, None], cache)
            place = place + 1
        return written, ended

    def _hidden(
        self, ids: torch.Tensor, mask: torch.Tensor, places: torch.Tensor, cache: Any
    ) -> torch.Tensor:
        """Hidden states of the last place: [rows, hidden]."""
        output = self._model.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=places,
            past_key_values=cache,
            use_cache=True,
        )
        last: torch.Tensor = output[0][:, -1]
        return last

    def _text(self, ids: Sequence[int]) -> str:
        tokens = self._generator._tokens
        kept = ids[:-1] if ids and ids[-1] == tokens.eos_id else ids
        return str(tokens.decode(kept)).strip().split("\n")[0]

    @torch.inference_mode()
    def likelihood(
        self, pairs: Sequence[tuple[str, str]], task: Task, budget: int = 4096
    ) -> list[float]:
        """log P(answer | text) a token, of each (text, answer); batches of `budget` tokens."""
        short, head = self._short[str(task.target)], self._heads[str(task.target)]
        place = torch.full((len(self._output),), -1)
        place[short] = torch.arange(len(short))
        asked = [
            (self._generator.request(text, task), self._generator.reply(answer, task))
            for text, answer in pairs
        ]
        found = [0.0] * len(pairs)
        for batch in _filled([len(request) + len(reply) for request, reply in asked], budget):
            rows = [asked[index] for index in batch]
            ids = torch.zeros(len(rows), max(len(a) + len(b) for a, b in rows), dtype=torch.long)
            for row, (request, reply) in enumerate(rows):
                ids[row, : len(request) + len(reply)] = torch.tensor([*request, *reply])
            hidden = self._model.model(input_ids=ids, use_cache=False)[0]  # padding is behind
            read = [hidden[n, len(a) - 1 : len(a) + len(b) - 1] for n, (a, b) in enumerate(rows)]
            chances = (torch.cat(read) @ head.T).float().log_softmax(-1)
            at = place[torch.tensor([token for _, reply in rows for token in reply])]
            own = chances.gather(1, at.clamp(min=0)[:, None])[:, 0].where(at >= 0, UNKNOWN)
            parts = own.split([len(reply) for _, reply in rows])
            for index, part in zip(batch, parts, strict=True):
                found[index] = float(part.mean())
        return found


def _left_padded(asked: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, asked))
    ids = torch.zeros(len(asked), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, request in enumerate(asked):
        ids[row, longest - len(request) :] = torch.tensor(list(request))
        mask[row, longest - len(request) :] = 1
    return ids, mask


def _filled(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices by length, in batches of at most `budget` padded tokens."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[index] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
