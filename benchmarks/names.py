"""How many of a glossary's names are in the translations, and what does keeping them cost?

    python benchmarks/names.py --source en --limit 50

Sentences of `parallel/pud_news.tsv` that hold names of the built-in glossary, where the human
translation has them too, are translated in these ways:

    plain      without the glossary
    mended     the same outputs, with names left over or misspelt made right
    names      every sentence with its names replaced by their translations
    marks      every sentence with X1, X2 for its names, put back after
    glossary   what `Translator(glossary="builtin")` does

Printed: names found, sentences with all of theirs, chrF with its signature, seconds. Data:
`--data`, by default `shared/data` beside the checkout.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

from sacrebleu.metrics import CHRF

from summarize import Translator
from summarize.generation.generator import Generated
from summarize.news.glossary import Glossary
from summarize.news.manuscript import Manuscript
from summarize.terms import Terms, with_marks, with_names, without_marks

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LONGEST = {"en": 220, "ko": 110}
"""Characters of a sentence, so that a run on a CPU ends."""

WAYS = ("plain", "mended", "names", "marks", "glossary")


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


def translated(translator: Translator, texts: Sequence[str], terms: Terms) -> list[str]:
    """One output a text, each sent as the one sentence that it is."""
    manuscripts = [Manuscript.of_sentences([text], terms.source) for text in texts]
    return [t.text for t in translator.many(manuscripts, terms.target, progress=False)]


def outputs(way: str, plain: Translator, texts: Sequence[str], terms: Terms) -> list[str]:
    """The outputs for `texts`, made in that way."""
    found = [terms.find(text) for text in texts]
    if way == "glossary":
        keeping = Translator(plain.generator, glossary=terms.glossary)
        return translated(keeping, texts, terms)
    if way == "names":
        texts = [with_names(t, ms) or t for t, ms in zip(texts, found, strict=True)]
    if way == "marks":
        texts = [with_marks(t, ms) or t for t, ms in zip(texts, found, strict=True)]
    made = translated(plain, texts, terms)
    if way == "mended":
        return [terms.mended(o, ms) for o, ms in zip(made, found, strict=True)]
    if way == "marks":
        replies = [without_marks(Generated(o), ms) for o, ms in zip(made, found, strict=True)]
        return [getattr(reply, "text", "") for reply in replies]
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", choices=("en", "ko"), default="en")
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--model")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    target = "ko" if options.source == "en" else "en"
    terms = Terms(Glossary.builtin(), options.source, target)
    chosen = pairs(options.data / "parallel" / "pud_news.tsv", terms, options.limit)
    texts, references = [text for text, _ in chosen], [reference for _, reference in chosen]
    names = sum(len(terms.find(text)) for text in texts)
    chrf = CHRF()
    with Translator(options.model) as plain:
        for way in options.ways:
            start = time.monotonic()
            made = outputs(way, plain, texts, terms)
            seconds = time.monotonic() - start
            lacking = [len(terms.missing(t, o)) for t, o in zip(texts, made, strict=True)]
            score = chrf.corpus_score(made, [references]).score
            print(
                f"{options.source}->{target} {way:8} names {names - sum(lacking)}/{names} "
                f"sentences {lacking.count(0)}/{len(texts)} chrF {score:.2f} {seconds:.0f} s",
                flush=True,
            )
        print(plain.model, chrf.get_signature())


if __name__ == "__main__":
    main()
