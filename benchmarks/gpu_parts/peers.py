"""The three peers on the table's cases: each measured from submit to last token.

transformers and CTranslate2 have no length of each request's own: they get batches of like
output length, forced to the longest of the batch, and are credited with the real lengths only.
Where a peer had only a part of the requests, the lines say how many, and only rates compare.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gpu_parts.cases import EOS, PAD, Case, build

Job = Callable[[], None]


# -- ours -----------------------------------------------------------------------------


def engine(model: str, setting: Any, *, slots: int, max_source: int) -> Any:
    """An engine on random weights; on the CPU it reads late, as a CUDA host does."""
    from summarize.engine import Engine

    made = Engine(
        build(model, setting.device, setting.dtype, dry=setting.dry),
        device=setting.device,
        dtype=setting.dtype,
        slots=slots,
        max_source=max_source,
    )
    if setting.dry:
        made.late, made.drafts = 2, 0
    return made


def options(case: Case, most: int) -> Any:
    from summarize.engine import SearchOptions

    return SearchOptions(
        num_beams=case.beams,
        max_new_tokens=most,
        length_penalty=case.length_penalty,
        no_repeat_ngram_size=3 if case.trigrams else 0,
    )


def forced(new: Sequence[int]) -> Callable[[Sequence[int]], tuple[int, int]]:
    """`lengths` for `Engine.generate`: asked once a request, in their order."""
    following = iter(new)

    def lengths(_ids: Sequence[int]) -> tuple[int, int]:
        count = next(following)
        return count, count

    return lengths


def ours(cases: Sequence[Case], setting: Any) -> Iterator[dict[str, Any]]:
    source = max(case.sources[1] for case in cases)
    most_slots = max(case.slots for case in cases)
    made = engine(cases[0].model, setting, slots=most_slots, max_source=source)
    for case in cases:
        made.slots, made.max_source = case.slots, case.sources[1]
        ids, new = case.requests()
        search = options(case, max(new))
        started = time.perf_counter()
        warm = made.warm(search)  # else the first run would be on PyTorch's kernels
        warming = time.perf_counter() - started

        def job(ids: Any = ids, new: Any = new, search: Any = search) -> None:
            outputs = list(made.generate(ids, search, lengths=forced(new)))
            assert [len(output.ids) for output in outputs] == new, "lengths are forced"

        yield timed(case, "ours", job, new, setting) | {
            "slots_at_the_end": made.slots,
            "graphs": captured(made),
            "warming_seconds": warming,
            "kernels": warm and made._spare is not None and made._spare.on_kernels,
        }


def captured(made: Any) -> str:
    """How many graphs the last run's steps were replayed from."""
    graphs = made._spare._graphs if made._spare is not None else None
    if graphs is None:
        return "none"
    if graphs.broken is not None:
        return f"broken: {graphs.broken}"
    return f"{graphs.count} captured"


# -- transformers ---------------------------------------------------------------------


def transformers(cases: Sequence[Case], setting: Any) -> Iterator[dict[str, Any]]:
    model = build(cases[0].model, setting.device, setting.dtype, dry=setting.dry)
    for case in cases:
        ids, new = case.requests("transformers")
        batches = alike(ids, new, case.batch)

        def job(batches: Any = batches, case: Case = case) -> None:
            for rows, longest in batches:
                generate(model, rows, longest, case, setting.device)

        yield timed(case, "transformers", job, new, setting)


def generate(
    model: Any, rows: Sequence[Sequence[int]], length: int, case: Case, device: str
) -> list[list[int]]:
    """transformers' `generate`, forced to `length` new ids a row; returns them."""
    import torch

    width = max(map(len, rows))
    ids = torch.full((len(rows), width), PAD)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    words: dict[str, Any] = {"length_penalty": case.length_penalty} if case.beams > 1 else {}
    if case.trigrams:
        words["no_repeat_ngram_size"] = 3
    with torch.inference_mode():
        found = model.generate(
            ids.to(device),
            attention_mask=(ids != PAD).long().to(device),
            num_beams=case.beams,
            do_sample=False,
            min_new_tokens=length,
            max_new_tokens=length,
            forced_eos_token_id=None,
            **words,
        )
    assert found.shape[1] == length + 1, "lengths are forced"
    new: list[list[int]] = found[:, 1:].tolist()
    return new


def alike(
    ids: Sequence[list[int]], new: Sequence[int], batch: int
) -> list[tuple[list[list[int]], int]]:
    """Batches of like output length, longest first: rows, and the longest's new tokens."""
    order = sorted(range(len(ids)), key=lambda i: -new[i])
    parts = [order[at : at + batch] for at in range(0, len(order), batch)]
    return [([ids[i] for i in part], new[part[0]]) for part in parts]


# -- CTranslate2 ----------------------------------------------------------------------


class Vocabulary:
    """What CTranslate2's converter asks of a tokenizer: id 7 is called "t7"."""

    bos_token, eos_token, unk_token, pad_token = "t0", f"t{EOS}", "t3", f"t{PAD}"
    unk_token_id = 3
    special_tokens_map: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, size: int) -> None:
        self._size = size

    def get_vocab(self) -> dict[str, int]:
        return {f"t{i}": i for i in range(self._size)}

    def convert_ids_to_tokens(self, token: int) -> str:
        return f"t{token}"


def convert(model: str, setting: Any) -> None:
    """Give the weights to CTranslate2's own converter and write its model directory."""
    import torch
    from ctranslate2.converters import transformers as converters

    made = build(model, setting.device, setting.dtype, dry=setting.dry).cpu()
    made = made.to(torch.float32 if setting.dry else torch.float16)
    post = model == "bart"
    made.config.normalize_before, made.config.normalize_embedding = not post, post
    with torch.no_grad():
        loader = converters._MODEL_LOADERS[type(made.config).__name__]
        spec = loader(made, Vocabulary(made.config.vocab_size))
    spec.validate()
    spec.optimize(quantization=None if setting.dry else "float16")
    partial = setting.models / f"{model}.partial"
    partial.mkdir(parents=True)
    spec.save(str(partial))
    partial.rename(setting.models / model)  # whole, or not there


def ctranslate2(cases: Sequence[Case], setting: Any) -> Iterator[dict[str, Any]]:
    import ctranslate2 as library

    directory = converted(cases[0].model, setting)
    memory = Peak(setting)
    model = library.Translator(
        str(directory),
        setting.device,
        compute_type="float32" if setting.dry else "float16",
        intra_threads=1 if setting.dry else 0,
    )
    for case in cases:
        ids, new = case.requests("ctranslate2")
        batches = [
            ([[f"t{i}" for i in row] for row in rows], longest)
            for rows, longest in alike(ids, new, case.batch)
        ]

        def job(batches: Any = batches, case: Case = case) -> None:
            for rows, longest in batches:
                found = model.translate_batch(
                    rows,
                    beam_size=case.beams,
                    length_penalty=case.length_penalty,
                    no_repeat_ngram_size=3 if case.trigrams else 0,
                    min_decoding_length=longest,
                    max_decoding_length=longest,
                )
                assert all(len(result.hypotheses[0]) == longest for result in found)

        with memory:
            job()
        line = timed(case, "ctranslate2", job, new, setting)
        yield line | {"peak_gib": memory.gib, "note": setting.links}


def converted(model: str, setting: Any) -> Path:
    """The directory that `convert`, which runs beside, has written by now or will soon."""
    directory: Path = setting.models / model
    while not directory.exists():
        if (setting.models / "failed").exists():
            raise SystemExit("the conversion failed; see the part 'convert'")
        time.sleep(0.2)
    return directory


class Peak:
    """The most device memory in use while open, by the device's own count, over that at first."""

    def __init__(self, setting: Any) -> None:
        self._cuda = setting.device == "cuda"
        self._first = self._used()
        self._most = 0
        self._stop = threading.Event()

    def _used(self) -> int:
        if not self._cuda:
            return 0
        import torch

        free, total = torch.cuda.mem_get_info()
        return int(total - free)

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self._most = max(self._most, self._used())

    def __enter__(self) -> None:
        self._most = 0
        self._stop.clear()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def gib(self) -> float:
        return max(0, self._most - self._first) / 2**30


# -- timing ---------------------------------------------------------------------------


def synchronize(device: str) -> None:
    if device == "cuda":
        import torch

        torch.cuda.synchronize()


def timed(case: Case, peer: str, job: Job, new: Sequence[int], setting: Any) -> dict[str, Any]:
    """Run once to warm up and then `repeat` times, once where that takes long."""
    import torch

    cuda = setting.device == "cuda"
    if cuda:
        torch.cuda.reset_peak_memory_stats()
    seconds = []
    for _ in range(1 + case.repeat):
        synchronize(setting.device)
        started = time.perf_counter()
        job()
        synchronize(setting.device)
        seconds.append(time.perf_counter() - started)
        if len(seconds) > 1 and sum(seconds) > (16 if peer == "ours" else 4):
            break
        print(f"{peer} {case.name}: {seconds[-1]:.2f} s", file=sys.stderr, flush=True)
    first, *rest = seconds
    middle = statistics.median(rest)
    peak = torch.cuda.max_memory_allocated() / 2**30 if cuda else 0.0
    reserved = torch.cuda.max_memory_reserved() / 2**30 if cuda else 0.0
    if cuda:
        torch.cuda.empty_cache()
    return {
        "kind": "case",
        "case": case.name,
        "peer": peer,
        "requests": len(new),
        "of": case.count,
        "batch": case.slots if peer == "ours" else case.batch,
        "tokens": sum(new),
        "first_seconds": first,
        "seconds": middle,
        "all_seconds": rest,
        "tokens_per_second": sum(new) / middle,
        "requests_per_second": len(new) / middle,
        "peak_gib": peak,
        "reserved_gib": reserved,
    }
