"""How many of a glossary's names are in the translations, and what does keeping them cost?

    python benchmarks/names.py --source en --limit 50

Sentences of `parallel/pud_news.tsv` that hold names of the built-in glossary, where the human
translation has them too, are translated in these ways:

    plain      without the glossary
    mended     the same outputs, with names left over or misspelt made right
    names      every sentence with its names replaced by their translations
    marks      every sentence with X1, X2 ... for its names, put back after
    glossary   what `Translator(glossary="builtin")` does

Printed: names found, sentences with all of theirs, outputs with a mark left over, chrF with its
signature, seconds. Data: `--data`, by default `shared/data` beside the checkout.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Sequence
from pathlib import Path

from sacrebleu.metrics import CHRF

from summarize import Translator
from summarize.news.glossary import Glossary, Match
from summarize.news.manuscript import Manuscript
from summarize.terms import Terms

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LONGEST = {"en": 220, "ko": 110}
"""Characters of a sentence, so that a run on a CPU ends."""


def pairs(file: Path, terms: Terms, limit: int) -> list[tuple[str, str]]:
    """Sentences with names, and references that have them too; shuffled by a fixed seed."""
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    sides = [(en, ko) if terms.source == "en" else (ko, en) for en, ko in rows]
    kept = [
        (text, reference)
        for text, reference in sides
        if len(text) < LONGEST[terms.source]
        and terms.find(text)
        and not terms.missing(text, reference)
    ]
    random.Random(1).shuffle(kept)
    return kept[:limit]


def put(text: str, matches: Sequence[Match], names: Sequence[str]) -> str:
    """`text` with `names` for its matches."""
    for match, name in reversed(list(zip(matches, names, strict=True))):
        text = text[: match.start] + name + text[match.end :]
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", choices=("en", "ko"), default="en")
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--model")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    source, target = options.source, "ko" if options.source == "en" else "en"
    glossary = Glossary.builtin()
    terms = Terms(glossary, source, target)
    chosen = pairs(options.data / "parallel" / "pud_news.tsv", terms, options.limit)
    texts, references = [text for text, _ in chosen], [reference for _, reference in chosen]
    found = [terms.find(text) for text in texts]
    chrf = CHRF()

    def report(way: str, outputs: Sequence[str], since: float) -> None:
        lacking = [len(terms.missing(t, o)) for t, o in zip(texts, outputs, strict=True)]
        names = sum(map(len, found))
        marks = sum(bool(re.search(r"\bX\d", output)) for output in outputs)
        score = chrf.corpus_score(list(outputs), [references]).score
        print(
            f"{source}->{target} {way:9} names {names - sum(lacking)}/{names} "
            f"sentences {lacking.count(0)}/{len(texts)} marks left {marks} "
            f"chrF {score:.2f} {time.monotonic() - since:.0f} s",
            flush=True,
        )

    with Translator(options.model) as plain:
        print(plain.model, flush=True)
        keeping = Translator(plain.generator, glossary=glossary)

        def translated(translator: Translator, sentences: Sequence[str]) -> list[str]:
            manuscripts = [Manuscript.of_sentences([s], source) for s in sentences]
            return [t.text for t in translator.many(manuscripts, target, progress=False)]

        start = time.monotonic()
        outputs = translated(plain, texts)
        report("plain", outputs, start)
        mended = [terms.mended(o, ms) for o, ms in zip(outputs, found, strict=True)]
        report("mended", mended, start)
        start = time.monotonic()
        names = [put(t, ms, [m.target for m in ms]) for t, ms in zip(texts, found, strict=True)]
        report("names", translated(plain, names), start)
        start = time.monotonic()
        marks = [[f"X{n}" for n, _ in enumerate(ms, 1)] for ms in found]
        marked = [put(t, ms, xs) for t, ms, xs in zip(texts, found, marks, strict=True)]
        outputs = translated(plain, marked)
        for n, (ms, xs) in enumerate(zip(found, marks, strict=True)):
            for match, mark in zip(ms, xs, strict=True):
                outputs[n] = re.sub(rf"\b{mark}(?!\d)", match.target, outputs[n], flags=re.ASCII)
        report("marks", outputs, start)
        start = time.monotonic()
        report("glossary", translated(keeping, texts), start)
    print(chrf.get_signature())


if __name__ == "__main__":
    main()
