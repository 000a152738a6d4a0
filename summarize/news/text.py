"""Bytes to text, and text to clean text. Knows nothing of news and nothing of languages.

`decode` finds the encoding that a Korean or English newsroom, or the machine that saved
its page, could have used; a file that is no text at all is refused by kind. `clean`
takes out what no reader sees (NUL, control characters, zero-width and direction marks)
and leaves every visible character, emoji among them.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from summarize.errors import ReadError

_SAMPLE = 1 << 16  # bytes that the guesses look at

# Signatures from each format's specification (or file(1)'s magic). The ones that are
# printable ASCII count only beside control bytes: "MZ세대" opens many a Korean article.
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"BM", "a bitmap image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "an audio, video or WebP file"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"PK\x03\x04", "a ZIP archive (or a .docx, .hwpx, .epub document)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a binary office document (.hwp, .doc, .xls)"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program (ELF)"),
    (b"MZ", "a program (Windows)"),
    (b"\xcf\xfa\xed\xfe", "a program (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "a program (Java or Mach-O)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"GGUF", "a GGUF model"),
    (b"\x80\x02", "a pickle"),
    (b"\x80\x04", "a pickle"),
    (b"\x80\x05", "a pickle"),
)
_ALWAYS_BINARY = (b"%PDF-", b"{\\rtf")  # text on the surface, yet never an article

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"


def decode(data: bytes, declared: str | None = None) -> str:
    """The text in `data`, without a byte order mark.

    UTF-8, UTF-16 and UTF-32 with or without a mark, CP949 (so EUC-KR), Windows-1252;
    for anything else charset-normalizer is asked. A few broken bytes in an otherwise
    sound text become U+FFFD.

    Args:
        data: a file's or response's bytes.
        declared: the encoding that an HTTP header or a page's `<meta>` names; it is
            tried after UTF-8 and dropped when it does not fit.

    Raises:
        ReadError: no text; the message names the likely kind of file.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    _refuse_binary(data)
    guesses = (
        _utf16_without_mark(data),
        _strict(data, "utf-8"),
        _with_surrogates(data),
        _strict(data, declared) if declared else None,
        _mostly(data, "utf-8"),
        _korean(data),
        _western(data),
        _any(data),
    )
    for text in guesses:
        if text is not None:
            if _is_mostly_control(text):
                break
            return text
    raise ReadError(_not_text("a binary file"))


def clean(text: str) -> str:
    r"""`text` in NFC with "\n" newlines and plain spaces, without invisible characters.

    Surrogate pairs are joined and lone surrogates become U+FFFD; every kind of newline
    becomes "\n", every kind of space or tab one " " each; trailing spaces go. The joiners
    inside emoji stay. Cleaning twice changes nothing.
    """
    text = _without_surrogates(text)
    text = _NEWLINE.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _JOINER_OUTSIDE_EMOJI.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = _SPACE.sub(" ", text)
    return "\n".join(line.rstrip(" ") for line in text.split("\n"))


_NEWLINE = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Control characters, soft hyphen, zero-width and direction marks, noncharacters, and the
# invisible tag letters, which spell hidden text unless they follow a black flag.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\u206a-\u206f\ufeff\ufdd0-\ufdef\ufffe\uffff]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER_OUTSIDE_EMOJI = re.compile(f"(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")


def _refuse_binary(data: bytes) -> None:
    head = data[:_SAMPLE]
    controls = _control_share(head)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and (controls or signature in _ALWAYS_BINARY):
            raise ReadError(_not_text(kind))
    if data[4:8] == b"ftyp" and controls:
        raise ReadError(_not_text("an MP4 recording or HEIF image"))
    if data[257:262] == b"ustar" and controls:
        raise ReadError(_not_text("a tar archive"))


def _not_text(kind: str) -> str:
    return f"this is {kind}, not text; save the article as plain text or HTML and pass that."


def _control_share(data: bytes) -> float:
    return 1 - len(data.translate(None, _CONTROL_BYTES)) / len(data) if data else 0.0


def _is_mostly_control(text: str) -> bool:
    sample = text[:_SAMPLE]
    controls = sum(unicodedata.category(c) in ("Cc", "Cn") for c in sample) - sum(
        c in "\t\n\r\f" for c in sample
    )
    return controls * 4 > len(sample)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        name = codecs.lookup(encoding).name
        return data.decode("cp949" if name == "euc_kr" else name)
    except (LookupError, UnicodeError):
        return None


def _with_surrogates(data: bytes) -> str | None:
    """UTF-8 into which surrogates were encoded one by one, as some programs write emoji."""
    try:
        return _without_surrogates(data.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return None


def _without_surrogates(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _mostly(data: bytes, encoding: str) -> str | None:
    """`data` in `encoding` when at most one character in ten beyond ASCII is broken."""
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    beyond = sum(c > "\x7f" for c in text)
    return text if broken * 10 <= beyond - broken else None


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16, told by the zero bytes of its spaces and by what the letters then are."""
    if data.count(0, 0, _SAMPLE) * 50 < min(len(data), _SAMPLE):
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        sample = data[: min(_SAMPLE, len(data) & ~1)].decode(encoding, errors="replace")
        likely = sum(
            " " <= c <= "\u024f" or "\uac00" <= c <= "\ud7a3" or c in "\n\r\t‘’“”–—…·"
            for c in sample
        )
        if likely >= 0.9 * len(sample):
            return data.decode(encoding, errors="replace")
    return None


def _korean(data: bytes) -> str | None:
    """CP949, when what it gives reads as Korean: KS X 1001 syllables, and few Hanja."""
    text = _strict(data, "cp949") or _mostly(data, "cp949")
    if text is None:
        return None
    beyond = [c for c in text[:_SAMPLE] if c > "\x7f"]
    hangul = [c for c in beyond if "\uac00" <= c <= "\ud7a3"]
    hanja = sum("\u4e00" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" for c in beyond)
    # Python's codec writes the syllables outside KS X 1001 as eight bytes.
    common = sum(len(c.encode("euc_kr")) == 2 for c in hangul)
    if len(hangul) * 2 < len(beyond) or hanja * 5 > len(hangul) or common < 0.9 * len(hangul):
        return None
    return text


def _western(data: bytes) -> str | None:
    """Windows-1252, for a text that is mostly ASCII with a few accents or curly quotes."""
    head = data[:_SAMPLE]
    if _control_share(head) or sum(byte < 0x80 for byte in head) < 0.85 * len(head):
        return None
    return _strict(data, "cp1252")


def _any(data: bytes) -> str | None:
    head = data[:_SAMPLE]
    if _control_share(head) > 0.01:
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(head).best()
    return data.decode(best.encoding, errors="replace") if best else None
