"""Which sentences of an article say what it says: extractive scoring without a model.

A sentence scores by how much it shares with the others (degree centrality over
TF-IDF cosines, as in LexRank: Erkan & Radev 2004), by how early it stands, and by
how much of it the headline already says. Sentences are then taken one at a time,
each discounted by its likeness to those taken before (maximal marginal relevance:
Carbonell & Goldstein 1998). A sentence that leans on the one before it ("He said …",
"이어 …", the middle of a quotation) is taken only together with that one, so that
what is picked reads on its own.

Every weight was compared with the article's first sentences at equal length, in
English and Korean; the tables are in `benchmarks/LOG.md`. Knows no model, no
`Article`, and does not split text: it is given sentences and gives back numbers.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from summarize.errors import OptionError

LANGUAGES = ("en", "ko")
DEFAULT_COUNT = 3

# Compared in benchmarks/LOG.md, which says on what; results hold on a plateau around them.
_POSITION_WEIGHT = 1.0
_POSITION_DECAY = 10.0  # sentences until the bonus for standing early has fallen to 1/e
_HEADLINE_WEIGHT = 0.25
_REDUNDANCY_WEIGHT = 0.3
_QUOTED_PENALTY = 0.2
_FRAGMENT_PENALTY = 1.0
_FRAGMENT_WORDS = {"en": 5, "ko": 4}  # fewer words than this is a caption, a cry or a subheading
_SAME = 0.9  # cosine from which a sentence says nothing new

Vector = dict[str, float]


def rank(sentences: Sequence[str], language: str, headline: str | None = None) -> tuple[float, ...]:
    """How much each sentence says of the whole article, higher is more; same order and length.

    Scores compare sentences of one article only.

    Raises:
        OptionError: `language` is not one of `LANGUAGES`.
    """
    return _scores(sentences, _vectors(sentences, language), language, headline)


def pick(
    sentences: Sequence[str],
    language: str,
    *,
    count: int | None = None,
    max_words: int | None = None,
    headline: str | None = None,
    lengths: Sequence[int] | None = None,
) -> tuple[int, ...]:
    """Indices of the sentences that make the best summary, in article order.

    Args:
        sentences: the article's sentences, in order.
        language: one of `LANGUAGES`.
        count: at most so many sentences; `DEFAULT_COUNT` where `max_words` is None too.
        max_words: at most so many blank-separated words in all. Where no sentence is
            that short, the shortest one is returned, so the result is never empty
            for a non-empty article.
        headline: the article's, where it has one.
        lengths: how many words each sentence will take, where that is not what it has.

    Fewer than `count` come back only where the rest repeats what was picked, or would
    exceed `max_words`.

    Raises:
        OptionError: an unknown language; `count` or `max_words` below 1.
    """
    for name, value in (("count", count), ("max_words", max_words)):
        if value is not None and value < 1:
            raise OptionError(f"{name} must be at least 1, not {value}.")
    vectors = _vectors(sentences, language)
    if count is None:
        count = len(sentences) if max_words else DEFAULT_COUNT
    lengths = [len(s.split()) for s in sentences] if lengths is None else lengths
    room = max_words or sum(lengths)
    scores = _scores(sentences, vectors, language, headline)
    leaning = [i > 0 and leans(s, language) for i, s in enumerate(sentences)]
    likeness = [0.0] * len(sentences)
    find_alike = _searcher(vectors)
    picked: set[int] = set()
    while len(picked) < count:
        free = [
            i
            for i in range(len(sentences))
            if i not in picked
            and lengths[i] <= room
            and likeness[i] < _SAME
            and (not leaning[i] or i - 1 in picked)
        ]
        if not free:
            break
        best = max(free, key=lambda i: scores[i] - _REDUNDANCY_WEIGHT * likeness[i])
        picked.add(best)
        room -= lengths[best]
        for i, cosine in find_alike(best).items():
            likeness[i] = max(likeness[i], cosine)
    if not picked and sentences:
        picked.add(min(range(len(sentences)), key=lengths.__getitem__))
    return tuple(sorted(picked))


def leans(sentence: str, language: str) -> bool:
    """Whether a sentence needs the one before it: it opens with a pronoun or a connective
    that points back, or it holds only one end of a quotation.
    """
    opening = _OPENING[language].match(sentence)
    word = opening[1] if opening else ""
    if len(word) > 1 and word.isupper():  # "IT spending rose."
        return _is_torn(sentence)
    points_back = word.lower() in _POINTING[language]
    said_so = language == "ko" and _SAID_SO_KO.search(sentence) is not None
    return points_back or said_so or _is_torn(sentence)


def _scores(
    sentences: Sequence[str], vectors: Sequence[Vector], language: str, headline: str | None
) -> tuple[float, ...]:
    degrees = _degrees(vectors)
    top = max(degrees, default=0.0) or 1.0
    titled = set(_words(headline, language)) if headline else set()
    scores = []
    for i, (sentence, vector) in enumerate(zip(sentences, vectors, strict=True)):
        score = degrees[i] / top + _POSITION_WEIGHT * math.exp(-i / _POSITION_DECAY)
        if titled and vector:
            score += _HEADLINE_WEIGHT * len(titled & vector.keys()) / len(vector)
        if _is_quoted(sentence):
            score -= _QUOTED_PENALTY
        if _is_fragment(sentence, language):
            score -= _FRAGMENT_PENALTY
        scores.append(score)
    return tuple(scores)


def _vectors(sentences: Sequence[str], language: str) -> list[Vector]:
    """Each sentence as a unit vector of log-tf × idf, idf counted over the sentences."""
    if language not in LANGUAGES:
        raise OptionError.unknown("language", language, LANGUAGES)
    counts = [Counter(_words(s, language)) for s in sentences]
    spread = Counter(word for c in counts for word in c)
    idf = {word: math.log(1 + len(sentences) / n) for word, n in spread.items()}
    return [_unit({w: (1 + math.log(n)) * idf[w] for w, n in c.items()}) for c in counts]


def _unit(vector: Mapping[str, float]) -> Vector:
    norm = math.sqrt(sum(x * x for x in vector.values()))
    return {word: x / norm for word, x in vector.items()}


def _degrees(vectors: Sequence[Vector]) -> list[float]:
    """Each vector's summed cosine to all the others: one dot product with their sum,
    so the cost is that of the words, not of the pairs.
    """
    total: dict[str, float] = defaultdict(float)
    for vector in vectors:
        for word, x in vector.items():
            total[word] += x
    return [
        max(sum(x * (total[word] - x) for word, x in vector.items()), 0.0) for vector in vectors
    ]


def _searcher(vectors: Sequence[Vector]) -> Callable[[int], dict[int, float]]:
    """A function from an index to the cosines of all vectors that share a word with it."""
    postings: dict[str, list[int]] = defaultdict(list)
    for i, vector in enumerate(vectors):
        for word in vector:
            postings[word].append(i)

    def find_alike(index: int) -> dict[int, float]:
        cosines: dict[int, float] = defaultdict(float)
        for word, x in vectors[index].items():
            for i in postings[word]:
                cosines[i] += x * vectors[i][word]
        return cosines

    return find_alike


# Words ---------------------------------------------------------------------------------------

_WORD = {"en": re.compile(r"[^\W_]+"), "ko": re.compile(r"[가-힣]+|[^\W_가-힣]+")}
_FUNCTION_WORDS_EN = """
    a about above after again against all also am an and any are as at be because been before
    being below between both but by can could did do does doing down during each few for from
    further had has have having he her here hers him his how i if in into is it its itself just me
    more most my new no nor not now of off on once one only or other our out over own said same say
    says she should so some such than that the their them then there these they this those through
    to too two under until up very was we were what when where which while who whom why will with
    would you your mr mrs ms
"""
_STOP_EN = frozenset(_FUNCTION_WORDS_EN.split())


def _words(text: str, language: str) -> list[str]:
    """Words that carry content. Korean ones are cut to two syllables, which drops particles
    and endings; on the Korean sets this did as well as kiwipiepy's morphemes, at once.
    """
    words = _WORD[language].findall(text.lower())
    if language == "ko":
        return [w[:2] for w in words if len(w) > 1]
    return [w for w in words if w not in _STOP_EN]


# Sentences that do not stand alone -------------------------------------------------------------

_POINTING_EN = """
    he she it they this that these those his her hers its their theirs him them i we you my our
    but and or so yet however therefore thus instead moreover furthermore besides also then there
    here such meanwhile nevertheless nonetheless another both latter
"""
_POINTING_KO = """
    이 이어 이어서 이에 이는 이를 이로 이와 이들 이들은 이들이 이들의 이들을 이들에게 이같은
    이밖에 이외에 이외에도 이러한 이런 이처럼 이곳 이곳은 이곳에 이곳에서 이것 이것은 이것이
    이것을 이것도 이후 그 그는 그의 그가 그도 그를 그에게 그녀 그녀는 그녀의 그녀가 그들 그들은
    그들이 그들의 그러나 그런데 그래서 그러면서 그러자 그리고 그럼에도 그렇지만 그런 그러므로
    하지만 반면 반면에 다만 또 또한 아울러 따라서 때문에 여기 여기에 여기서 특히 즉 결국 게다가
    더불어
"""
_POINTING = {"en": frozenset(_POINTING_EN.split()), "ko": frozenset(_POINTING_KO.split())}
_OPENING = {
    "en": re.compile(r"\W*(?:[Tt]he (?=latter))?([^\W_]+(?:-[^\W_]+)*)"),
    "ko": re.compile(r"\W*([^\W_]+)"),
}
_SAID_SO_KO = re.compile(r"이(?:같이| 같이|렇게|와 ?같이) (?:말|밝|강조|설명|전|덧붙|주장|지적)")
_VERB_END_KO = re.compile(r"(?:다|요|죠|까|라|자|네|음|함|임|됨)[\s.!?…\"”'’)\]]*$")
_OPENING_QUOTES = "\"“'‘「『"


def _is_fragment(sentence: str, language: str) -> bool:
    """Whether it is too short for a report or, in Korean, ends without a verb (a subheading)."""
    if len(sentence.split()) < _FRAGMENT_WORDS[language]:
        return True
    return language == "ko" and not _VERB_END_KO.search(sentence)


def _is_torn(sentence: str) -> bool:
    """Whether a double quotation opens or closes outside the sentence."""
    return sentence.count("“") != sentence.count("”") or sentence.count('"') % 2 == 1


def _is_quoted(sentence: str) -> bool:
    """Whether it is someone's words or a question rather than a report."""
    return sentence.lstrip()[:1] in tuple(_OPENING_QUOTES) or sentence.rstrip().endswith("?")
