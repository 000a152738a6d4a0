"""How fast is the engine beside its peers? Random weights of real shapes, forced lengths.

    python benchmarks/speed.py                         # all cases, all peers: about an hour
    python benchmarks/speed.py --cases bart --peers ours-int8 --repeat 1

Cases:
    bart    distilbart-cnn-12-6's shape, 512 ids in, 48 out; batches of 1 and 8, beams 1 and 4
    nllb    NLLB-600M's shape, beam 5, 64 sentences, each output as long as its input, text to text
    stream  256 articles through distilbart's shape, beam 1, 48 out (ours only): wall time against
            the time of the engine's own steps

Peers: transformers (bfloat16, float32), CTranslate2 (int8, float32; converted from the
same weights), ours (float32, bfloat16, int8). transformers and CTranslate2 have no
output length of each sentence's own: they get batches of 16 of like length, forced to
the longest of the batch, and are credited with the real lengths only.

First the ceiling is printed: bytes that a decode step must read, over this machine's
measured read bandwidth. Each peer runs in a process of its own, one after another;
figures are medians of `--repeat` runs after one to warm up, the process's peak memory
since its start and since it was warm, and what our engine had planned for (weights,
caches and work; Python with torch and transformers is beside it). One JSON line goes
to `benchmarks/results/`. Texts come from `shared/data` beside the checkout, or from the
tests' few lines where that is absent.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import records

ROOT = records.ROOT
PEERS = (
    "transformers-bfloat16",
    "transformers-float32",
    "ctranslate2-int8",
    "ctranslate2-float32",
    "ours-float32",
    "ours-bfloat16",
    "ours-int8",
)
CELLS = ((1, 1), (8, 1), (1, 4), (8, 4))  # batch, beams
SOURCE, TARGET = 512, 48
NLLB_CODES = ["eng_Latn", "kor_Hang"]
BATCH = 16


# -- models and texts -----------------------------------------------------------------


def texts(pattern: str, field: int | str) -> list[str]:
    """Lines of the shared data, or of the tests' own texts where there is none."""
    found: list[str] = []
    for path in sorted((ROOT.parent / "shared" / "data").glob(pattern)):
        lines = path.read_text(encoding="utf-8").splitlines()
        if isinstance(field, int):
            found += [line.split("\t")[field] for line in lines]
        else:
            found += [json.loads(line)[field] for line in lines]
    if found:
        return found
    sys.path.insert(0, str(ROOT / "tests"))
    import tiny_models

    lines = list(tiny_models.LINES)
    return lines * 20 if isinstance(field, int) else [" ".join(lines[i:]) for i in range(20)] * 15


def build_bart(directory: Path) -> None:
    """distilbart-cnn-12-6's shape with a byte-level BPE of the articles."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import BartConfig, BartTokenizer

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    size = 50_264
    trainee = ByteLevelBPETokenizer()
    trainee.train_from_iterator(
        texts("summaries/*.jsonl", "article"),
        vocab_size=size,
        min_frequency=1,
        special_tokens=special,
        show_progress=False,
    )
    missing = size - trainee.get_vocab_size()
    trainee.add_tokens([f"<made up {i}>" for i in range(missing)])
    directory.mkdir(parents=True)
    trainee._tokenizer.model.save(str(directory))
    tokenizer = BartTokenizer.from_pretrained(directory, model_max_length=1024)
    tokenizer.add_tokens([f"<made up {i}>" for i in range(size - len(tokenizer))])
    config = BartConfig(
        vocab_size=size,
        d_model=1024,
        encoder_layers=12,
        decoder_layers=6,
        encoder_attention_heads=16,
        decoder_attention_heads=16,
        encoder_ffn_dim=4096,
        decoder_ffn_dim=4096,
        max_position_embeddings=1024,
    )
    save(config, tokenizer, directory)


def build_nllb(directory: Path) -> None:
    """NLLB-600M's shape with a SentencePiece model of the parallel texts."""
    import io

    import sentencepiece
    from transformers import M2M100Config, NllbTokenizer

    writer = io.BytesIO()
    lines = texts("parallel/*.tsv", 0) + texts("parallel/*.tsv", 1)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=writer,
        model_type="bpe",
        vocab_size=16_000,
        hard_vocab_limit=False,
        minloglevel=2,
        num_threads=2,
    )
    directory.mkdir(parents=True)
    (directory / "sentencepiece.bpe.model").write_bytes(writer.getvalue())
    tokenizer = NllbTokenizer.from_pretrained(
        directory, model_max_length=1024, additional_special_tokens=NLLB_CODES
    )
    config = M2M100Config(
        vocab_size=256_206,
        d_model=1024,
        encoder_layers=12,
        decoder_layers=12,
        encoder_attention_heads=16,
        decoder_attention_heads=16,
        encoder_ffn_dim=4096,
        decoder_ffn_dim=4096,
        max_position_embeddings=1024,
        scale_embedding=True,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        tokenizer_class="NllbTokenizer",
    )
    save(config, tokenizer, directory)


def save(config: Any, tokenizer: Any, directory: Path) -> None:
    """Random weights and both files; CTranslate2's converter wants three more fields."""
    import torch
    from transformers import AutoModelForSeq2SeqLM, set_seed

    set_seed(0)
    model = AutoModelForSeq2SeqLM.from_config(config, dtype=torch.float32)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    path = directory / "config.json"
    fields = json.loads(path.read_text())
    post = config.model_type == "bart"
    fields |= {"normalize_before": not post, "normalize_embedding": post}
    fields |= {"add_final_layer_norm": not post}
    path.write_text(json.dumps(fields))


BUILD = {"bart": build_bart, "nllb": build_nllb}


def sentences(tokenizer: Any) -> list[str]:
    """64 sentences of 8 to 90 tokens, lengths spread evenly."""
    by_length: dict[int, str] = {}
    for line in texts("parallel/park_news.tsv", 0) + texts("parallel/kcdc_covid.tsv", 0):
        by_length.setdefault(len(tokenizer(line).input_ids), line)
    lengths = [length for length in sorted(by_length) if 8 <= length <= 90]
    step = max(1, len(lengths) / 64)
    chosen = [by_length[lengths[int(i * step) % len(lengths)]] for i in range(64)]
    return [chosen[i * 29 % 64] for i in range(64)]  # mixed, the same for everyone


def articles(tokenizer: Any) -> list[str]:
    """256 articles of at most 1,000 tokens."""
    found: list[str] = []
    for text in texts("summaries/*.jsonl", "article"):
        if len(found) == 256:
            break
        if len(tokenizer(text).input_ids) <= 1_000:
            found.append(text)
    return found


# -- peers: a function of a case gives a function of a cell --------------------------------


@dataclass(frozen=True)
class Run:
    """Runs once and returns the tokens written; what memory it was planned to take."""

    once: Callable[[], int]
    planned: float = math.nan  # MiB

    def __call__(self) -> int:
        return self.once()


def ours(directory: Path, precision: str, case: str, slots: int) -> Any:
    from summarize.engine import Engine

    limit = {"bart": SOURCE, "nllb": 128, "stream": 1_024}[case]
    return Engine.from_pretrained(directory, dtype=precision, slots=slots, max_source=limit)


def ours_bart(directory: Path, precision: str, batch: int, beams: int) -> Run:
    from summarize.engine import SearchOptions

    engine = ours(directory, precision, "bart", batch)
    options = SearchOptions(num_beams=beams, max_new_tokens=TARGET, min_new_tokens=TARGET)
    requests = random_ids(batch)

    def run() -> int:
        return sum(len(output.ids) for output in engine.generate(requests, options))

    return Run(run, engine.plan(options).total / 2**20)


def ours_nllb(directory: Path, precision: str) -> Run:
    from transformers import AutoTokenizer

    from summarize.engine import SearchOptions

    tokenizer = AutoTokenizer.from_pretrained(directory, src_lang="eng_Latn")
    lines = sentences(tokenizer)
    engine = ours(directory, precision, "nllb", len(lines))
    target = tokenizer.convert_tokens_to_ids("kor_Hang")
    options = SearchOptions(num_beams=5, max_new_tokens=96, forced_bos_token_id=target)

    def run() -> int:
        requests = tokenizer(lines).input_ids
        outputs = list(engine.generate(requests, options, lengths=lambda ids: (len(ids),) * 2))
        tokenizer.batch_decode([output.ids for output in outputs], skip_special_tokens=True)
        assert [len(output.ids) for output in outputs] == [len(ids) for ids in requests]
        return sum(len(output.ids) for output in outputs)

    return Run(run, engine.plan(options).total / 2**20)


def ours_stream(directory: Path, precision: str) -> dict[str, float]:
    from transformers import AutoTokenizer

    from summarize.engine import SearchOptions

    tokenizer = AutoTokenizer.from_pretrained(directory)
    lines = articles(tokenizer)
    engine = ours(directory, precision, "stream", 8)
    options = SearchOptions(max_new_tokens=TARGET, min_new_tokens=TARGET)
    list(engine.generate([tokenizer(lines[0]).input_ids], options))
    started = time.perf_counter()
    run = engine.generate((tokenizer(line).input_ids for line in lines), options)
    tokens = 0
    for output in run:
        tokens += len(output.ids)
        tokenizer.decode(output.ids)
    wall = time.perf_counter() - started
    return {
        "seconds": wall,
        "requests": len(lines),
        "tokens_per_second": tokens / wall,
        "seconds_in_steps": run.busy,
        "wall_over_steps": wall / run.busy,
    }


def transformers_model(directory: Path, precision: str) -> Any:
    import torch
    from transformers import AutoModelForSeq2SeqLM

    return AutoModelForSeq2SeqLM.from_pretrained(directory, dtype=getattr(torch, precision)).eval()


def transformers_bart(directory: Path, precision: str, batch: int, beams: int) -> Run:
    import torch

    model = transformers_model(directory, precision)
    ids = torch.tensor(random_ids(batch))

    def run() -> int:
        with torch.inference_mode():
            found = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                num_beams=beams,
                do_sample=False,
                min_new_tokens=TARGET,
                max_new_tokens=TARGET,
                forced_eos_token_id=None,
            )
        return int(found[:, 1:].numel())

    return Run(run)


def transformers_nllb(directory: Path, precision: str) -> Run:
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(directory, src_lang="eng_Latn")
    model = transformers_model(directory, precision)
    lines = sentences(tokenizer)
    target = tokenizer.convert_tokens_to_ids("kor_Hang")

    def run() -> int:
        lengths = [len(ids) for ids in tokenizer(lines).input_ids]
        order = sorted(range(len(lines)), key=lambda i: -lengths[i])
        for at in range(0, len(lines), BATCH):
            part = order[at : at + BATCH]
            batch = tokenizer([lines[i] for i in part], padding=True, return_tensors="pt")
            longest = lengths[part[0]]
            with torch.inference_mode():
                found = model.generate(
                    **batch,
                    num_beams=5,
                    do_sample=False,
                    min_new_tokens=longest,
                    max_new_tokens=longest,
                    forced_bos_token_id=target,
                )
            tokenizer.batch_decode(found, skip_special_tokens=True)
        return sum(lengths)

    return Run(run)


def ctranslate2_model(directory: Path, precision: str) -> Any:
    import ctranslate2

    target = directory.parent / f"{directory.name}-ctranslate2-{precision}"
    if not target.exists():
        converter = ctranslate2.converters.TransformersConverter(str(directory))
        converter.convert(str(target), quantization=precision)
    threads = int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))
    return ctranslate2.Translator(str(target), "cpu", compute_type=precision, intra_threads=threads)


def ctranslate2_bart(directory: Path, precision: str, batch: int, beams: int) -> Run:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = ctranslate2_model(directory, precision)
    tokens = [tokenizer.convert_ids_to_tokens(ids) for ids in random_ids(batch)]

    def run() -> int:
        found = model.translate_batch(
            tokens,
            beam_size=beams,
            min_decoding_length=TARGET,
            max_decoding_length=TARGET,
        )
        return sum(len(result.hypotheses[0]) for result in found)

    return Run(run)


def ctranslate2_nllb(directory: Path, precision: str) -> Run:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(directory, src_lang="eng_Latn")
    model = ctranslate2_model(directory, precision)
    lines = sentences(tokenizer)

    def run() -> int:
        tokens = [tokenizer.convert_ids_to_tokens(ids) for ids in tokenizer(lines).input_ids]
        order = sorted(range(len(lines)), key=lambda i: -len(tokens[i]))
        for at in range(0, len(lines), BATCH):
            part = [tokens[i] for i in order[at : at + BATCH]]
            found = model.translate_batch(
                part,
                target_prefix=[["kor_Hang"]] * len(part),
                beam_size=5,
                min_decoding_length=len(part[0]),
                max_decoding_length=len(part[0]),
            )
            for result in found:
                tokenizer.decode(tokenizer.convert_tokens_to_ids(result.hypotheses[0]))
        return sum(map(len, tokens))

    return Run(run)


def random_ids(batch: int) -> list[list[int]]:
    import torch

    generator = torch.Generator().manual_seed(0)
    return torch.randint(5, 20_000, (batch, SOURCE), generator=generator).tolist()


# -- one process a peer -----------------------------------------------------------------


def work(peer: str, case: str, directory: Path, repeat: int) -> None:
    """In a process of its own: print one JSON line for each cell."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    name, precision = peer.split("-")
    if case == "stream":
        report(peer, case, **ours_stream(directory, precision), peak_mib=peak_mib())
        return
    highest = 0.0
    make = globals()[f"{name}_{case}"]
    for cell in CELLS if case == "bart" else ((),):
        run = make(directory, precision, *cell)
        run()
        highest = max(highest, peak_mib())
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
        seconds, tokens = [], 0
        for _ in range(repeat):
            started = time.perf_counter()
            tokens = run()
            seconds.append(time.perf_counter() - started)
        highest = max(highest, warm := peak_mib())
        middle = statistics.median(seconds)
        requests = cell[0] if cell else 64
        report(
            peer,
            case,
            batch=requests,
            beams=cell[1] if cell else 5,
            seconds=middle,
            fastest=min(seconds),
            slowest=max(seconds),
            tokens_per_second=tokens / middle,
            requests_per_second=requests / middle,
            warm_peak_mib=warm,
            peak_mib=highest,
            planned_mib=run.planned,
        )
        del run


def report(peer: str, case: str, **figures: float) -> None:
    figures = {k: v for k, v in figures.items() if not math.isnan(v)}
    line = {"peer": peer, "case": case, **figures}
    print(json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in line.items()}))
    sys.stdout.flush()


def peak_mib() -> float:
    """The process's peak since it was last set back; getrusage's is the parent's before exec."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def ceiling() -> dict[str, float]:
    """Read bandwidth, and what it allows at batch 1 by the bytes of a decode step."""
    import torch

    block = torch.ones(256 * 2**20, dtype=torch.float32)  # 1 GiB
    block.sum()
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        block.sum()
        seconds.append(time.perf_counter() - started)
    bandwidth = block.nbytes / statistics.median(seconds)
    weights = 6 * 14 * 1024**2 + 50_264 * 1024  # decoder products and head of the bart case
    return {
        "read_gb_per_second": bandwidth / 1e9,
        "bart_batch_1_tokens_per_second_bfloat16": bandwidth / (2 * weights),
        "bart_batch_1_tokens_per_second_int8": bandwidth / weights,
    }


def environment(threads: int) -> dict[str, Any]:
    def of(package: str) -> str | None:
        try:
            return version(package)
        except PackageNotFoundError:
            return None

    return {
        **records.code(),
        "device": platform.processor() or platform.machine(),
        "threads": threads,
        "load": os.getloadavg()[0],
        "versions": {p: of(p) for p in ("torch", "transformers", "ctranslate2")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cases", default="bart,nllb,stream")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--models", type=Path, help="keep the random models in this directory")
    parser.add_argument("--no-save", action="store_true", help="print only")
    parser.add_argument("--work", nargs=2, metavar=("PEER", "CASE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        peer, case = args.work
        work(peer, case, args.models / ("nllb" if case == "nllb" else "bart"), args.repeat)
        return
    models = args.models or Path(tempfile.mkdtemp())
    for name in {"nllb" if case == "nllb" else "bart" for case in args.cases.split(",")}:
        if not (models / name / "config.json").exists():
            BUILD[name](models / name)
    results = {**environment(args.threads), "ceiling": ceiling(), "rows": []}
    print(json.dumps({k: v for k, v in results.items() if k != "rows"}))
    for case in args.cases.split(","):
        for peer in args.peers.split(","):
            if case == "stream" and not peer.startswith("ours"):
                continue
            command = [sys.executable, __file__, "--work", peer, case, "--models", str(models)]
            command += ["--repeat", str(args.repeat)]
            env = {**os.environ, "OMP_NUM_THREADS": str(args.threads), "PYTHONPATH": str(ROOT)}
            done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False)
            print(done.stdout, end="")
            results["rows"] += [json.loads(line) for line in done.stdout.splitlines()]
    if not args.no_save:
        records.append("speed-cpu.jsonl", results)


if __name__ == "__main__":
    main()
