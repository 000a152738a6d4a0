"""The names of the written pairs and what Korean calls them: makes `summarize/news/names.tsv`.

    python benchmarks/name_table.py                  # some minutes
    python benchmarks/name_table.py --check PAIRS... # how many of its names hold in other pairs

Names of the English sides that are no words of the checks' tables are looked for in the Korean
sides by their sound (`news/checks/names.py`): the beginning of a Hangul word that is nearest to the
name, particles and 강, 족, 어 and the like left off. A name is taken where most of the pairs that
hold it agree, or the only one is near. It is looked for in English texts; in Korean ones too where
its Hangul stands for it in nearly all Korean sides that hold it, and is no word of two syllables
that Korean has (기자, Giza, is a reporter).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from summarize.news.analyser import kiwi
from summarize.news.checks import chinese, lexicon, names, transliteration
from summarize.news.glossary import Glossary
from summarize.news.josa import without_particle
from summarize.news.lookup import SOUND
from summarize.terms import Terms

ROOT = Path(__file__).resolve().parent.parent
WRITTEN, TABLE = ROOT / "benchmarks" / "written", ROOT / "summarize" / "news" / "names.tsv"

NEAR, NEAR_ONCE = 0.3, 0.17
"""How unlike a name's counterpart may sound: where several pairs agree, and where one says it."""

NEAR_SHORT = 0.1
"""Likewise of a name of two consonants."""

NEARLY = 0.1
"""How much further a counterpart may be that leaves a particle off."""

PARTICLES = ("의", "이", "은", "는", "을", "를", "과", "와", "에", "에서", "에게", "으로")
"""Those that hardly a name ends in; 가, 나, 라, 로 and 도 are syllables of many."""

LEFT = 0.12
"""What it costs that a Hangul word goes on after a counterpart."""

AGREED, AGREED_ALL = 0.4, 0.6
"""Share of a name's pairs that must hold its counterpart, and it or one nearly as frequent."""

OFTEN = 0.25
"""Of the most frequent counterpart's pairs: how many others need to be known too."""

SURE, SURE_SHORT = 0.85, 0.95
"""Share of the Korean sides with the Hangul whose English side has the name; of two syllables."""

OTHER = 0.3
"""Likewise, below which it is taken for another word that happens to sound alike."""

LETTERS, SYLLABLES = 4, 2
MOST = 3
"""Counterparts of a name."""

SUFFIX = re.compile(
    r"교도|왕조|제국|사막|반도|산맥|대학|부족|자리|[강섬족어주인만호해시군구당왕역교산항댐]"
)
"""What a name may have after it in one word and is called without."""

DERIVED = (
    "n",
    "ns",
    "i",
    "is",
    "s",
    "es",
    "an",
    "ans",
    "ian",
    "ians",
    "ese",
    "ish",
    "ite",
    "ites",
    "ic",
    "'s",
)
"""Endings of what is derived from a name that is in the table itself, and goes by it."""

HEAD = """\
# Names by their sound: English, tab, Korean (|: other spellings that are known), and en>ko where
# the Korean is another word as well. Made of the package's own pairs by benchmarks/name_table.py.
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", type=Path, nargs="+", metavar="PAIRS", help="English, tab, Korean"
    )
    options = parser.parse_args()
    if options.check is None:
        make()
    for file in options.check or ():
        for source in ("en", "ko"):
            held, found = check(file, source)
            print(f"{file.stem}, {source}: {held} of {found} names found are in the other side")


def check(file: Path, source: str) -> tuple[int, int]:
    """How many of the table's names in a language's sides the other ones hold, and of how many."""
    terms = Terms(Glossary.builtin(), source, "ko" if source == "en" else "en")
    told = []
    for english, korean in _pairs([file]):
        text, other = (english, korean) if source == "en" else (korean, english)
        sounds = [match for match in terms.find(text) if match.term.kind == SOUND]
        missing = terms.missing(text, other)
        told += [match not in missing for match in sounds]
    return sum(told), len(told)


def make() -> None:
    """Write the table; print how many names are in it."""
    pairs = list(_pairs(sorted(WRITTEN.glob("*.tsv"))))
    told, heard = _heard(pairs)
    taken = {word: forms for word in heard if (forms := _forms(word, told[word], heard[word]))}
    taken = {word: forms for word, forms in taken.items() if not _is_derived(word, taken)}
    shares = _shares(pairs, taken)
    lines, both = [], 0
    for word, forms in sorted(taken.items()):
        known = [form for form in forms if shares.get(form, (0, 0.0))[1] >= OTHER]
        if not known or known[0] != forms[0]:
            continue
        ways = "" if all(_is_sure(form, *shares[form]) for form in known) else "\ten>ko"
        lines.append(f"{word}\t{'|'.join(known)}{ways}\n")
        both += not ways
    TABLE.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(pairs)} pairs, {len(told)} names, {len(lines)} taken, {both} both ways")


def _pairs(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            english, korean = line.split("\t")[:2]
            yield english, korean


def _heard(
    pairs: list[tuple[str, str]],
) -> tuple[Counter[str], dict[str, dict[str, list[float]]]]:
    """How many pairs hold each name's word, and its counterparts with their distances."""
    told: Counter[str] = Counter()
    heard: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for english, korean in pairs:
        for word in {word for name in names.names(english) for word in name.words}:
            if not _is_fit(word):
                continue
            told[word] += 1
            distance, hangul = nearest(word, korean)
            if distance <= NEAR:
                heard[word][hangul].append(distance)
    return told, heard


def _is_fit(word: str) -> bool:
    """Whether a word is a name that goes by its sound, and long enough to be told by it."""
    return (
        len(word) >= LETTERS
        and word.isalpha()
        and transliteration.consonants(word) >= names.SURE_CONSONANTS
        and not lexicon.is_english(word)
        and not lexicon.is_common(word)
    )


def nearest(word: str, korean: str) -> tuple[float, str]:
    """The distance and the Hangul of what in a Korean text sounds most like `word`."""
    best, found, rest = 9.0, "", ""
    for match in re.finditer("[가-힣]+", korean):
        run = match.group()
        for end in range(SYLLABLES, min(len(run), len(word) + 2) + 1):
            distance = transliteration.distance(word, run[:end])
            distance += LEFT if _goes_on(run[end:]) else 0.0
            if distance < best - 1e-9:
                best, found, rest = distance, run[:end], run[end:]
    for end in range(SYLLABLES, len(found)):  # a particle may sound like a last letter
        near = transliteration.distance(word, found[:end])
        if near <= best + NEARLY and found[end:] in PARTICLES and not rest:
            return near, found[:end]
    return best, found


def _goes_on(rest: str) -> bool:
    """Whether what follows a counterpart in its word is more than a suffix and particles."""
    after = SUFFIX.match(rest)
    return bool(without_particle(rest)) and not (
        after and not without_particle(rest[after.end() :])
    )


def _forms(word: str, told: int, heard: dict[str, list[float]]) -> list[str]:
    """The counterparts of a name to be written and to be known; none where it is not sure."""
    ranked = sorted(heard, key=lambda hangul: (-len(heard[hangul]), min(heard[hangul])))
    enough = OFTEN * len(heard[ranked[0]])
    often = ranked[:1] + [
        hangul
        for hangul in ranked[1:MOST]
        if len(heard[hangul]) >= enough and min(heard[hangul]) <= NEAR_ONCE
    ]
    counts = [len(heard[hangul]) for hangul in often]
    if counts[0] < AGREED * told or sum(counts) < AGREED_ALL * told:
        return []
    bound = NEAR if len(heard[often[0]]) > 1 else NEAR_ONCE
    if transliteration.consonants(word) <= names.SURE_CONSONANTS:
        bound = NEAR_SHORT
    if min(heard[often[0]]) > bound or (chinese.is_pinyin(word) and told == 1):
        return []
    return often


def _is_derived(word: str, taken: dict[str, list[str]]) -> bool:
    places = lexicon.english_places(word)
    return bool(places) or any(
        word.endswith(ending) and (word[: -len(ending)] in taken) for ending in DERIVED
    )


def _shares(
    pairs: list[tuple[str, str]], taken: dict[str, list[str]]
) -> dict[str, tuple[int, float]]:
    """How many Korean sides hold a counterpart, and for what share of them it is the name's."""
    called: dict[str, set[str]] = defaultdict(set)
    for word, forms in taken.items():
        for form in forms:
            called[form].add(word)
    seen, right = Counter[str](), Counter[str]()
    for english, korean in pairs:
        for match in re.finditer("[가-힣]+", korean):
            run = match.group()
            for end in range(SYLLABLES, len(run) + 1):
                hangul = run[:end]
                if hangul in called and not _goes_on(run[end:]):
                    seen[hangul] += 1
                    right[hangul] += any(word in english for word in called[hangul])
    return {hangul: (count, right[hangul] / count) for hangul, count in seen.items()}


def _is_sure(hangul: str, count: int, share: float) -> bool:
    """Whether a counterpart is no other word in a Korean text."""
    if len(hangul) > SYLLABLES:
        return share >= SURE
    return share >= SURE_SHORT and count > 1 and not _is_noun(hangul)


def _is_noun(hangul: str) -> bool:
    """Whether a short word is one of Korean, to kiwipiepy."""
    tokens = kiwi().tokenize(hangul)
    return len(tokens) != 1 or tokens[0].tag != "NNP"


if __name__ == "__main__":
    main()
