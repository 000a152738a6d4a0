"""How unlike a Hangul word sounds to a name in Latin letters.

Both are turned into rough sounds: consonants in classes that Hangul tells apart, vowels
that count for little, and letters that are often silent. A cheap edit distance compares
them. Romanised Korean names ("Lee Jae-myung", 이재명) and foreign names ("Merkel", 메르켈)
go the same way. Knows no list of names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters, longest first, with the sound classes they may stand for; each class is one letter:
# K T P S J N L M H, G for ng, and the vowels a e i o u, v for ㅓ. A lower-case word in the
# second place says that the letters may be silent.
_LETTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tch", ("J",)),
    ("sch", ("S",)),
    ("tion", ("SJ", "vo?", "N")),
    ("ough", ("ouvea", "K?P")),
    ("ch", ("JKSH",)),
    ("sh", ("S",)),
    ("zh", ("JS",)),
    ("ph", ("P",)),
    ("th", ("TS",)),
    ("gh", ("KP?",)),
    ("kh", ("KH",)),
    ("ck", ("K",)),
    ("qu", ("K", "u?io")),
    ("ng", ("GN",)),
    ("nk", ("GN", "K")),
    ("ts", ("J",)),
    ("tz", ("J",)),
    ("cz", ("JS",)),
    ("dj", ("J",)),
    ("dg", ("T?", "J")),
    ("rh", ("L?N",)),
    ("wr", ("L?",)),
    ("gn", ("NK",)),
    ("eo", ("vioe",)),
    ("eu", ("uveo",)),
    ("ae", ("ea",)),
    ("oo", ("uo",)),
    ("ee", ("ie",)),
    ("ou", ("uaov",)),
    ("b", ("P",)),
    ("c", ("KSJ",)),
    ("d", ("T",)),
    ("f", ("PH",)),
    ("g", ("KJH",)),
    ("h", ("H?",)),
    ("j", ("JH",)),
    ("k", ("K",)),
    ("l", ("L",)),
    ("m", ("M",)),
    ("n", ("NG",)),
    ("p", ("P",)),
    ("q", ("KJ",)),
    ("r", ("L",)),
    ("s", ("SJT",)),
    ("t", ("TSJ",)),
    ("v", ("P",)),
    ("w", ("ou?",)),
    ("x", ("KSJ", "S?")),
    ("y", ("iae?",)),
    ("z", ("JS",)),
    ("a", ("aevo",)),
    ("e", ("eiva",)),
    ("i", ("iae",)),
    ("o", ("ovau",)),
    ("u", ("uvaoi",)),
)
_FIRST = re.compile("|".join(letters for letters, _ in _LETTERS))
_SOUNDS = dict(_LETTERS)

_ONSETS = "KKNTTLMPPSS JJJKTPH"
_VOWEL_OF = {
    **dict.fromkeys("ㅏㅑㅘ", "a"),
    **dict.fromkeys("ㅐㅒㅔㅖㅙㅚㅞ", "e"),
    **dict.fromkeys("ㅣㅟㅢ", "i"),
    **dict.fromkeys("ㅗㅛ", "o"),
    **dict.fromkeys("ㅜㅠ", "u"),
    **dict.fromkeys("ㅓㅕㅝ", "v"),
    "ㅡ": "",
}
_VOWEL_ORDER = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
# Final consonants in Unicode's order, from none to ㅎ.
_CODAS = " KKKNNNTLKMLLLPLMPPTTGJJKTPH"
_NEAR = {frozenset(pair) for pair in ("SJ", "TS", "TJ", "PH", "NG", "KH", "LN", "KJ")}
_CONSONANTS = frozenset("KTPSJNLMHG")
_VOWELS = frozenset("aeiouv")
_VOWEL_LETTERS = tuple("aeiouy")
_ENDINGS = ("", "s", "d", "r", "n", "l")  # before these an e is often silent

_VOWEL_OFF, _VOWEL_GONE = 0.35, 0.3
_GOES_ON = 0.5
# What may stand right after a name: no Hangul, a particle, or the beginning of a title.
_AFTER = re.compile(
    r"(?![가-힣])"
    r"|(?:강|호|섬|만|곶|해|어|파|인|족)"
    r"(?:은|는|이|가|을|를|의|에|에서|과|와|도|로|으로|까지|부터|에는|에서는|이나|나|이며|며)(?![가-힣])"
    r"|(?:은|는|이|가|을|를|의|에|에서|에게|께|와|과|도|로|으로|만|부터|까지|씨|측|라는|라고|이라는"
    r"|이라고|나|이나|인|이며|며|처럼|보다|들|들이|들은|들을|들의|다|이다|였다|이었다|에는|에도|로는"
    r"|에서는|에게는|에서의|와의|과의|로부터|산|주|섬|강|시|군|사|호|해|족|당|어|인|제|지|교|팀|식"
    r"|인들|전|현|총)(?![가-힣])|뿐"
    r"|족|인들|교도|왕조|제국|공화국|산|강이|섬|대통령|총리|장관|의원|감독|교수|대변인|후보|박사|회장|국|주의|반도|사막|산맥|대학|신문|상원"
    r"|하원|지사|시장|여사|왕|공항|인이|인은|인의|인을|파|기업|그룹|사가|사는|사의|주에|시에|씨가|씨는|씨의"
)
_NEARBY, _OFF, _GONE, _SILENT = 0.5, 1.0, 0.8, 0.1


@dataclass(frozen=True, slots=True)
class _Sound:
    classes: frozenset[str]
    silent: bool
    consonant: bool

    def gone(self) -> float:
        if self.silent:
            return _SILENT
        return _GONE if self.consonant else _VOWEL_GONE

    def against(self, other: str) -> float:
        if other in self.classes:
            return 0.0
        if other in _CONSONANTS:
            if any(frozenset((other, mine)) in _NEAR for mine in self.classes):
                return _NEARBY
            return _OFF
        return _OFF if self.consonant else _VOWEL_OFF


def consonants(name: str) -> int:
    """How many consonants of a Latin name are sure to sound; few make a weak comparison."""
    return sum(sound.consonant and not sound.silent for sound in _latin(name))


def distance(name: str, hangul: str) -> float:
    """How unlike a Latin name sounds to the beginning of `hangul`, a consonant.

    0 is alike; above 0.3 is another name. What follows the name costs nothing where it is a
    particle, a title or another word, and a little where the word just goes on.
    """
    sounds = _latin(name)
    weight = sum(1.0 if s.consonant and not s.silent else 0.25 for s in sounds)
    return _best(sounds, hangul[: 2 * len(name) + 8]) / max(weight, 1.0)


def plain(name: str) -> str:
    """`name` in lower-case ASCII letters, without accents, hyphens and apostrophes."""
    name = name.replace("ł", "l").replace("ø", "o").replace("ß", "ss").replace("ı", "i")
    bare = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in bare if "a" <= letter <= "z")


@lru_cache(20_000)
def _latin(name: str) -> tuple[_Sound, ...]:
    letters = re.sub(r"([a-z])\1", r"\1", plain(name).replace("oo", "u").replace("ee", "i"))
    sounds = []
    for match in _FIRST.finditer(letters):
        before, after = letters[: match.start()][-1:], letters[match.end() :]
        for classes in _SOUNDS[match.group()]:
            known = frozenset(classes) - {"?"}
            consonant = bool(known & _CONSONANTS) and not known & _VOWELS
            silent = "?" in classes
            if match.group() == "w" and not before:
                known |= {"P"}  # German: Wolf, 볼프
            if match.group() == "r":
                silent = after[:1] not in _VOWEL_LETTERS or before == "l"
            elif not consonant:
                silent |= before in _VOWEL_LETTERS or (match.group() == "e" and after in _ENDINGS)
            sounds.append(_Sound(known, silent, consonant))
    return tuple(sounds)


@lru_cache(20_000)
def _syllable(character: str) -> tuple[str, str, str]:
    """Onset, vowel and coda classes of a Hangul syllable; empty where it has none."""
    index = ord(character) - 0xAC00
    onset = _ONSETS[index // 588].strip()
    vowel = _VOWEL_OF[_VOWEL_ORDER[index % 588 // 28]]
    return onset, vowel, _CODAS[index % 28].strip()


@lru_cache(20_000)
def _best(sounds: tuple[_Sound, ...], hangul: str) -> float:
    """The least cost of all `sounds` against some number of whole first syllables."""
    row = [0.0]
    for sound in sounds:
        row.append(row[-1] + sound.gone())
    best = row[-1] + _GOES_ON
    before = ""
    for index, character in enumerate(hangul):
        if character == " ":
            continue
        if not "가" <= character <= "힣":
            break
        for heard in _syllable(character):
            if not heard or (heard == before == "L"):
                continue
            extra = _GONE if heard in _CONSONANTS else _VOWEL_GONE
            if heard in _VOWELS and before in _VOWELS:
                extra = _SILENT  # one letter may be two vowels: Nile, 나일
            before = heard
            new = [row[0] + extra]
            for at, sound in enumerate(sounds):
                new.append(
                    min(
                        row[at] + sound.against(heard),
                        row[at + 1] + extra,
                        new[at] + sound.gone(),
                    )
                )
            row = new
        if row[-1] < best:
            best = min(best, row[-1] + (0 if _AFTER.match(hangul, index + 1) else _GOES_ON))
        if min(row) >= best:
            break
    return best
