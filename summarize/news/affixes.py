"""What stands before a paragraph's first word and after its last: datelines and credits.

Patterns for prefixes and suffixes of one line; whether a credit makes the line a caption
is `layout`'s to judge, from what stands around it.
"""

from __future__ import annotations

import re

from summarize.news.rules import AGENCIES, EMAIL, KOREAN_AGENCIES, OUTLETS, REPORTER

_LONGEST = 200  # characters that a credit and the words before it can take

# Prefixes: what goes before the first word of the article.
_PLACE = r"[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3}"
_WORDS = r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}"
_REGION_NAME = r"(?:, [A-Z][\w.'’]*(?: (?:[A-Z][\w.'’]*|\d{1,2})){0,2})"
_REGION = _REGION_NAME + r"{0,3}"
_DATELINES = (
    re.compile(rf"(?:{_WORDS}{_REGION}\s*)?\((?:{AGENCIES}|CNN \w+)\)\s*[-–—]+\s*"),
    re.compile(rf"(?:{_WORDS}{_REGION}\s*)?\(CNN(?: \w+)?\)\s*(?=[A-Z“\"])"),
    # An outlet that nobody listed: only after a place in capitals and its country.
    re.compile(rf"{_PLACE}{_REGION_NAME}{{1,3}}\s*\([A-Z][\w .&'’-]{{1,40}}\)\s*[-–—]+\s*"),
    re.compile(rf"{_WORDS}{_REGION} (?:CNN|Reuters|AP|AFP)\s*[-–—]+\s*"),
    re.compile(rf"{_PLACE}{_REGION}\s*(?:[–—]|\s--?)\s+(?=[\"“‘'A-Z\d])"),
)
_KOREAN_DATELINES = (
    re.compile(
        r"[(\[【<]\s*[가-힣A-Za-z·,./ ]{1,30}=\s*[^)\]】>\n]{1,30}[)\]】>]\s*"
        r"(?:[^=\n.]{2,60}?(?:기자|특파원|통신원|위원)\s*=\s*|[가-힣]{2,4} (?:기자|특파원)\s*$)?"
    ),
    re.compile(r"[가-힣]{2,4} (?:[가-힣]{1,8} ?)?(?:기자|특파원|통신원)\s*=\s*"),
    re.compile(rf"[(\[【<]\s*[^()\[\]【】<>\n]{{0,25}}{REPORTER}\s*[)\]】>]\s*"),
    re.compile(r"[(\[【<]\s*(?:앵커(?:멘트)?|기자|리포트|인터뷰)\s*[)\]】>]\s*"),
    re.compile(
        r"[\[【](?:[가-힣A-Z]{1,6}(?:경제|일보|신문|뉴스\d?|투데이|타임스|데일리|닷컴)(?:TV)?"
        r"|뉴시스|이데일리|연합뉴스(?:TV)?)[\]】]\s*"
    ),
)

# Suffixes: credits after the last word of a caption, or of the article.
# (pattern, whether it credits a picture, so that what stands before it is a caption)
_SUFFIXES = (
    (
        re.compile(
            r"\s*\((?:(?:photo|image|picture|credit|video)s?(?:\s*[:/]|\s+(?:by|courtesy"
            r"|credit))[^().]{0,80}"
            rf"|source:\s*(?:{AGENCIES}|supplied|getty|istock|1news|file)[^().]{{0,40}}"
            r"|(?:courtesy of|supplied by|AP Photo|Getty)[^().]{0,80}|file(?: photo)?|supplied"
            rf"|[^().]{{0,80}}[/|]\s*(?:{AGENCIES})[^().]{{0,40}})\)\.?$",
            re.IGNORECASE,
        ),
        True,
    ),
    (re.compile(rf"\s*\((?:source:[^().]{{1,80}}|{AGENCIES})\)\.?$", re.IGNORECASE), False),
    (re.compile(rf"\s+{_WORDS}/(?:[A-Z][\w ]+/)?(?:{AGENCIES})$"), True),
    (re.compile(r"(?<=[.다])\s+[A-Z][A-Za-z .&-]{2,40}\s?/\s?[A-Z][A-Za-z .]{2,40}$"), True),
    (re.compile(r"(?:(?<=[.!?”’\"')])\s?|\s)/\s?[^/.]{1,30}$"), True),
    (re.compile(rf"\s?/\s?(?:{OUTLETS})$"), True),
    (re.compile(rf"(?<=[.!?])\s*(?:{OUTLETS})$"), True),
    (re.compile(rf"\s(?:{KOREAN_AGENCIES})$"), True),
    (
        re.compile(
            r"\s*[\[(<《【]\s*(?:사진|그래픽|자료|영상|출처|이미지)\s*(?:제공)?\s*[=:|ⓒ]"
            r"\s*[^\])>》】]{1,50}[\])>》】]$"
        ),
        False,
    ),
    (re.compile(r"\s*(?:사진|자료)\s*(?:제공)?\s*[=:|]\s*[^.]{1,30}$"), False),
    (re.compile(r"\s*(?:ⓒ|©)\s*[^.]{1,30}$"), False),
)
_REPORTER_SUFFIX = re.compile(
    rf"(?<=[.다])\s*[/(\[]?\s*(?:[가-힣]{{2,4}}\s*=\s*)?[가-힣]{{2,4}} ?"
    rf"{REPORTER}\s*[(<]?{EMAIL}[)>]?\s*[)\]]?$"
    rf"|(?<=[.다])\s*{EMAIL}$"
)

# What captions say and body text rarely does.
_PICTURED = re.compile(r"(?:고 있다|모습(?:이다)?|장면(?:이다)?|전경(?:이다)?|보인다)\.?$|사진은")


def dateline(line: str, first: bool) -> str:
    """The dateline that `line` opens with, with the space after it, or an empty string.

    English datelines are looked for in the `first` paragraph only: further down, capitals
    before a dash are more likely words.
    """
    taken = 0
    for pattern in (*_DATELINES, *_KOREAN_DATELINES) if first else _KOREAN_DATELINES:
        match = pattern.match(line, taken)
        if match:
            taken = match.end()
    return line[:taken]


def credit(line: str) -> tuple[str, bool]:
    """The credit that `line` ends with (or an empty string), and whether it is a picture's."""
    end = line[-_LONGEST:]
    for pattern, of_picture in _SUFFIXES:
        match = pattern.search(end)
        if match and len(match.group()) < len(line):
            return match.group(), of_picture or bool(_PICTURED.search(end[: match.start()]))
    return "", False


def reporter(line: str) -> str:
    """The reporter's name and address that a last paragraph ends with, or an empty string."""
    match = _REPORTER_SUFFIX.search(line[-_LONGEST:])
    return match.group() if match and len(match.group()) < len(line) else ""
