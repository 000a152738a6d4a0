"""Files, URLs and HTML pages to text. Knows nothing of what an article looks like.

Only `http` and `https` are fetched, with limits on time and size, and nothing is fetched
offline: the check comes before any socket is opened.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from summarize.errors import ReadError, TooLongError
from summarize.news.text import clean, decode

if TYPE_CHECKING:
    import urllib3

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://\S+", re.IGNORECASE)
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|main|article|section|div|p|h1|meta|title|table|span)\b",
    re.IGNORECASE | re.DOTALL,
)
_DECLARED = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)

_PATH = re.compile(r"\S[^\n\x00]*(?:[/\\][^\n\x00]*|\.\w{1,5})")
_LONGEST_PATH = 500  # characters

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 20.0
_TOTAL_SECONDS = 60.0
_REDIRECTS = 5
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Page:
    """The text of an HTML page's article, and what the page says about it."""

    text: str
    headline: str | None
    date: str | None
    byline: str | None
    section: str | None


def is_url(text: str) -> bool:
    """Whether `text` is one http(s) URL and nothing else.

    Raises:
        ReadError: a URL of another scheme ("file:", "ftp:"), which is never opened.
    """
    text = text.strip()
    other = _OTHER_SCHEME.fullmatch(text)
    if other and not _URL.fullmatch(text):
        raise ReadError(
            f"{text!r} has the scheme {other[1]!r}, and only http and https are fetched; "
            "pass a pathlib.Path for a file on this machine."
        )
    return other is not None


def names_a_file(text: str) -> bool:
    """Whether a string is the path of a file that exists: a line with a folder or a suffix."""
    if len(text) > _LONGEST_PATH or not _PATH.fullmatch(text):
        return False
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def is_offline(offline: bool | None) -> bool:
    """`offline`, or where it is None what `HF_HUB_OFFLINE` and `TRANSFORMERS_OFFLINE` say."""
    if offline is not None:
        return offline
    value = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return value.upper() in {"1", "ON", "YES", "TRUE"}


def read_file(path: Path, most_bytes: int) -> bytes:
    """The bytes of a file.

    Raises:
        ReadError: missing, a directory, or not readable.
        TooLongError: more than `most_bytes`.
    """
    try:
        if path.is_dir():
            raise ReadError(f"{path} is a directory; pass the path of one article's file.")
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except ReadError:
        raise
    except FileNotFoundError:
        raise ReadError(f"{path} does not exist; check the path.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ReadError(f"{path} cannot be read: {reason}.") from error
    if len(data) > most_bytes:
        raise TooLongError(
            f"{path} has more than {most_bytes:,} bytes, which is no article; "
            "split it into articles, or raise max_characters."
        )
    return data


def fetch(url: str, most_bytes: int, offline: bool | None = None) -> tuple[bytes, str | None]:
    """The body behind an http(s) URL, and the encoding that its header declares.

    Raises:
        ReadError: offline, unreachable, too slow, or an HTTP status of 400 or above.
        TooLongError: more than `most_bytes`.
    """
    if is_offline(offline):
        raise ReadError(f"{url} was not fetched: offline is on; pass the article's text or file.")
    import urllib3

    pool = _pool(url)
    try:
        with pool:
            response = pool.request(
                "GET", url, preload_content=False, headers={"User-Agent": "summarize (news reader)"}
            )
            try:
                return _body(url, response, most_bytes), _charset(response)
            finally:
                response.close()
    except urllib3.exceptions.HTTPError as error:
        raise ReadError(
            f"{url} cannot be fetched: {_reason(error)}; check the address and the connection, "
            "or save the page and pass its path."
        ) from error


def looks_like_html(text: str) -> bool:
    """Whether `text` opens the way an HTML page or fragment does."""
    return _HTML_START.match(text) is not None


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a page's `<meta>` names, if any."""
    match = _DECLARED.search(data, 0, 4096)
    return match[1].decode("ascii") if match else None


def extract(html: str) -> Page:
    """The article in an HTML page, by trafilatura.

    Raises:
        ReadError: a page without an article.
    """
    from trafilatura import bare_extraction

    document = bare_extraction(html, with_metadata=True, include_comments=False)
    text = clean(document.text or "") if document else ""
    if not document or not text.strip():
        raise ReadError(
            "the HTML page holds no article (a login, menu or script page?); "
            "open it in a browser and pass the article's text."
        )
    return Page(
        text=text,
        headline=_one_line(document.title),
        date=_one_line(document.date),
        byline=_one_line(document.author),
        section=_one_line((document.categories or [None])[0]),
    )


def text_of(data: bytes, declared: str | None = None) -> str:
    """`decode`, also told what the page's own `<meta>` declares."""
    return decode(data, declared or declared_encoding(data))


def _one_line(text: str | None) -> str | None:
    return " ".join(clean(text).split()) or None if text else None


def _pool(url: str) -> urllib3.PoolManager:
    from urllib.request import getproxies, proxy_bypass

    import urllib3

    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    retries = urllib3.Retry(total=_REDIRECTS + 1, connect=1, read=0, redirect=_REDIRECTS)
    parsed = urllib3.util.parse_url(url)
    proxy = getproxies().get(parsed.scheme or "")
    if proxy and not proxy_bypass(parsed.host or ""):
        return urllib3.ProxyManager(proxy, timeout=timeout, retries=retries)
    return urllib3.PoolManager(timeout=timeout, retries=retries)


def _body(url: str, response: urllib3.BaseHTTPResponse, most_bytes: int) -> bytes:
    if response.status >= 400:
        raise ReadError(
            f"{url} answered with HTTP status {response.status} ({response.reason or 'unnamed'}); "
            "check the address, or save the page from a browser and pass its path."
        )
    deadline = time.monotonic() + _TOTAL_SECONDS
    body = bytearray()
    for block in response.stream(_BLOCK, decode_content=True):
        body += block
        if len(body) > most_bytes:
            raise TooLongError(
                f"{url} sends more than {most_bytes:,} bytes, which is no article's page; "
                "pass the article's text, or raise max_characters."
            )
        if time.monotonic() > deadline:
            raise ReadError(f"{url} took longer than {_TOTAL_SECONDS:.0f} s; try again later.")
    return bytes(body)


def _charset(response: urllib3.BaseHTTPResponse) -> str | None:
    match = re.search(r"charset=[\"']?([\w-]+)", response.headers.get("Content-Type", ""))
    return match[1] if match else None


def _reason(error: Exception) -> str:
    """The innermost reason, without urllib3's object addresses."""
    inner = getattr(error, "reason", None)
    text = str(inner if isinstance(inner, Exception) else error)
    return re.sub(r"^.*?<[^>]+>: |^HTTPS?Connection(?:Pool)?\([^)]*\): ", "", text)
