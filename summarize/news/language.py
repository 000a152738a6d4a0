"""Which language a text is written in, by ISO 639-1 code.

Scripts are counted first, because that is certain: Hangul means Korean, whatever
Latin names stand between. py3langid is asked only to name the others, and it is
believed about a text in Latin letters only when it is sure, so that a short English
headline never comes out as some other language. This module knows no model and
no tokenizer, and does not translate between code systems ("kor_Hang" is the
catalog's business).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from summarize.errors import EmptyInputError, UnsupportedLanguageError

SUPPORTED = ("en", "ko")

# Shares of the letters. Korean technology news is up to four fifths Latin by letters
# ("삼성전자, Galaxy Z Fold7 Enterprise Edition 출시"); English news that quotes a Korean
# name stays below one in twenty.
_HANGUL_SHARE = 0.15
_KANA_SHARE = 0.05

# A text in Latin letters is called something other than English from this probability
# on, and only while English stays below the second figure. Chosen on 9,066 short English
# lines (headlines and sentences), where py3langid alone misses 592.
_SURE = 0.75
_ENGLISH_POSSIBLE = 0.1

_SAMPLE = 20_000  # characters; enough to be sure, and keeps 10 MB of text quick

_NAMES = {
    "af": "Afrikaans",
    "am": "Amharic",
    "ar": "Arabic",
    "az": "Azerbaijani",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "bs": "Bosnian",
    "ca": "Catalan",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "eu": "Basque",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "gl": "Galician",
    "gu": "Gujarati",
    "ha": "Hausa",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "ig": "Igbo",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "km": "Khmer",
    "kn": "Kannada",
    "ko": "Korean",
    "ku": "Kurdish",
    "ky": "Kyrgyz",
    "lo": "Lao",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mk": "Macedonian",
    "ml": "Malayalam",
    "mn": "Mongolian",
    "mr": "Marathi",
    "ms": "Malay",
    "mt": "Maltese",
    "my": "Burmese",
    "ne": "Nepali",
    "nl": "Dutch",
    "no": "Norwegian",
    "pa": "Punjabi",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "so": "Somali",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "tg": "Tajik",
    "th": "Thai",
    "tk": "Turkmen",
    "tl": "Tagalog",
    "tr": "Turkish",
    "tt": "Tatar",
    "ug": "Uyghur",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "xh": "Xhosa",
    "yo": "Yoruba",
    "zh": "Chinese",
    "zu": "Zulu",
}

# A script, by the first word of its letters' Unicode names: the languages written in it,
# the likeliest first.
_LANGUAGES_OF = {
    "ARABIC": ("ar", "fa", "ur", "ps", "ug", "ku"),
    "ARMENIAN": ("hy",),
    "BENGALI": ("bn",),
    "CYRILLIC": ("ru", "uk", "bg", "sr", "be", "mk", "kk", "ky", "mn", "tg", "tt"),
    "DEVANAGARI": ("hi", "mr", "ne"),
    "ETHIOPIC": ("am",),
    "GEORGIAN": ("ka",),
    "GREEK": ("el",),
    "GUJARATI": ("gu",),
    "GURMUKHI": ("pa",),
    "HEBREW": ("he",),
    "KANNADA": ("kn",),
    "KHMER": ("km",),
    "LAO": ("lo",),
    "MALAYALAM": ("ml",),
    "MYANMAR": ("my",),
    "SINHALA": ("si",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "THAI": ("th",),
}
_OTHER_SCRIPTS = {code for codes in _LANGUAGES_OF.values() for code in codes}
_LATIN = tuple(
    code for code in _NAMES if code not in _OTHER_SCRIPTS | {"ja", "ko", "zh"} or code == "ku"
)


def detect(text: str, default: str | None = None) -> str:
    """The ISO 639-1 code of the language that `text` is written in.

    Args:
        text: any length; the first 20,000 characters decide.
        default: returned for a text without a single letter (digits, emoji, blanks).

    Raises:
        EmptyInputError: no letter in the text and no `default`.
    """
    sample = text[:_SAMPLE]
    scripts = _scripts(sample)
    if not scripts and len(text) > _SAMPLE:
        sample = text
        scripts = _scripts(sample)
    letters = scripts.total()
    if not letters:
        if default is not None:
            return default
        raise EmptyInputError(
            "the text holds no letters, so its language cannot be told; "
            "pass a text with words in it, or name the language."
        )
    hangul = scripts["HANGUL"]
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    east_asian = scripts["CJK"] + kana
    if hangul >= _HANGUL_SHARE * letters and hangul >= east_asian:
        return "ko"
    script = scripts.most_common(1)[0][0]
    if east_asian * 2 > letters or script in ("CJK", "HIRAGANA", "KATAKANA"):
        return "ja" if kana >= _KANA_SHARE * letters else "zh"
    if script in _LANGUAGES_OF:
        return _likeliest(sample, _LANGUAGES_OF[script])[0]
    if script == "HANGUL":
        return "ko"
    return _latin(sample)


def name_of(code: str) -> str:
    """The English name of a language, for messages; the code itself where it is not known."""
    return _NAMES.get(code.lower(), code)


def require_supported(
    text_or_code: str, supported: Collection[str] = SUPPORTED, default: str | None = None
) -> str:
    """The language's code, when it is one of `supported`.

    Args:
        text_or_code: a code ("ko") or a text, whose language is detected.
        supported: ISO 639-1 codes.
        default: as in `detect`.

    Raises:
        UnsupportedLanguageError: another language, which the message names.
        EmptyInputError: as in `detect`.
    """
    code = text_or_code.lower()
    if code not in _NAMES and code not in supported:
        code = detect(text_or_code, default)
    if code in supported:
        return code
    known = " and ".join(f"{name_of(each)} ({each})" for each in sorted(supported))
    raise UnsupportedLanguageError(
        f"the text is in {name_of(code)} ({code}), and only {known} can be worked on; "
        "pass a text in one of those, or name its language if it was misread."
    )


def _scripts(text: str) -> Counter[str]:
    """Letters of `text` by script, which is the first word of a letter's Unicode name."""
    scripts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            scripts[unicodedata.name(character, "UNKNOWN").split()[0]] += count
    return scripts


def _latin(text: str) -> str:
    code, probability, english = _likeliest(text, _LATIN)
    return code if probability >= _SURE and english < _ENGLISH_POSSIBLE else "en"


def _likeliest(text: str, codes: Iterable[str]) -> tuple[str, float, float]:
    """The likeliest of `codes`, its probability among them, and that of English."""
    codes = tuple(codes)
    if len(codes) == 1:
        return codes[0], 1.0, 0.0
    encodable = text.encode("utf-8", errors="ignore").decode("utf-8")
    ranking: list[tuple[str, float]] = _identifier(codes).rank(encodable)
    return *ranking[0], dict(ranking).get("en", 0.0)


@cache
def _identifier(codes: tuple[str, ...]) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(codes)
    return identifier
