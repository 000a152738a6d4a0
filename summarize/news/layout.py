"""Clean text to the parts of an article: headline, metadata, paragraphs, what was set aside.

Where `rules` knows one line at a time, this module knows how the lines stand together:
which breaks are hard wraps, which line is the headline, which captions stand between
paragraphs, which short lines are a page's menus. Every character of the text ends up in
exactly one part. It knows nothing of files, HTML or URLs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from summarize.news import affixes, metadata, rules

HEADLINE = "headline"
STANDFIRST = "standfirst"
RELATED = "related stories"

_NARROWEST_WRAP = 35
_WIDEST_WRAP = 100  # characters; longer lines are paragraphs, however they were wrapped
_LONGEST_HEADLINE = {"en": 160, "ko": 90}
_LONGEST_CAPTION = 500
_SOLID = {"en": 60, "ko": 30}  # characters of a paragraph that cannot be a menu's
_MENU_RUN = 5
_END = 20  # characters; enough to see how a line ends
_OPENING = 1500  # characters of the text that a page's headline is compared with
_HEADLINE_REACH = 20  # lines; dates, names and captions stand between headline and text

_SENTENCE_END = {
    "en": re.compile(r"[.!?…][\"'”’»)\]]*$"),
    "ko": re.compile(
        r"(?:[다요까죠네오자라지함됨임음것]|[가-힣][”’\"')\]])[.?!…]+[\"'”’»)\]]*$|[가-힣]다$|[다요까죠][”’\"']$"
    ),
}
_RESTORABLE = (rules.CAPTION, rules.NAVIGATION, STANDFIRST, RELATED, HEADLINE)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Text that was taken out of an article, and the name of the rule that took it."""

    text: str
    rule: str

    def to_dict(self) -> dict[str, str]:
        """The text and the rule, ready for JSON."""
        return {"text": self.text, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of an article; dates are "YYYY-MM-DD"."""

    headline: str | None
    date: str | None
    section: str | None
    byline: str | None
    paragraphs: tuple[str, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(slots=True)
class _Line:
    """One line: what is still thought to be the article's, and what was taken from it."""

    text: str
    rule: str | None = None
    taken: list[SetAside] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return self.rule is None

    def drop(self, rule: str) -> None:
        self.rule = rule

    def strip_prefix(self, prefix: str, rule: str) -> None:
        self.text = self.text[len(prefix) :]
        self.taken.append(SetAside(prefix.strip(), rule))

    def strip_suffix(self, suffix: str, rule: str) -> None:
        self.text = self.text[: -len(suffix)].rstrip()
        self.taken.append(SetAside(suffix.strip(), rule))


def arrange(text: str, language: str, headline: str | None = None) -> Layout:
    """The parts of the article in `text`.

    Args:
        text: as `text.clean` gives it.
        language: "ko" or any other code, which is read by the English rules.
        headline: when it is already known (a page's title); a line equal to it is set aside.
    """
    script = "ko" if language == "ko" else "en"
    lines = [_Line(line) for line in unwrap(text)]
    for line in lines:
        if headline and line.text == headline:
            line.drop(HEADLINE)
        else:
            line.rule = rules.line_rule(line.text)
    _datelines(lines)
    _captions(lines, script)
    _related(lines, script)
    _menus(lines, script)
    found = _headline(lines, script) if headline is None else None
    _edges(lines, script)
    if not any(line.kept for line in lines):
        found = None
        for line in lines:
            if line.rule in _RESTORABLE:
                line.rule = None
    return _layout(lines, headline or found)


def unwrap(text: str) -> list[str]:
    """The lines of `text` that are not blank, with hard-wrapped ones put together again.

    A break counts as a hard wrap when the next line's first word would not have fitted
    before the margin. A text counts as wrapped when most of its breaks are such, and most
    of those fall inside a sentence. In any text, a line that opens in lower case goes on with
    the one before it, where that reads like the beginning of a sentence.
    """
    lines = [" ".join(line.split()) for line in text.split("\n")]
    margin = max(map(len, lines), default=0)

    def is_full(line: str, following: str) -> bool:
        return len(line) + 1 + len(following.split(" ", 1)[0]) > margin

    breaks = [(a, b) for a, b in pairwise(lines) if a and b]
    full = [a for a, b in breaks if is_full(a, b)]
    inside = sum(a[-1] not in ".!?…\"'”’)" for a in full)
    wrapped = (
        _NARROWEST_WRAP <= margin <= _WIDEST_WRAP
        and len(full) >= max(2, 0.7 * len(breaks))
        and 2 * inside >= len(full)
    )
    if not wrapped:
        return _continued(lines)
    paragraphs: list[str] = []
    joins = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line and joins:
            paragraphs[-1] += f" {line}"
        elif line:
            paragraphs.append(line)
        joins = bool(line and following) and is_full(line, following)
    return paragraphs


def _continued(lines: list[str]) -> list[str]:
    paragraphs: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        if line and line[0].islower() and before.count(" ") >= 3 and before[-1].isalnum():
            paragraphs[-1] += f" {line}"
        elif line:
            paragraphs.append(line)
    return paragraphs


def is_sentence(line: str, language: str) -> bool:
    """Whether `line` reads as body text: it ends like a sentence and is more than a label."""
    enough = len(line) >= 12 if language == "ko" else line.count(" ") >= 4
    return enough and _ends_a_sentence(line, "ko" if language == "ko" else "en")


def _ends_a_sentence(line: str, script: str) -> bool:
    return _SENTENCE_END[script].search(line[-_END:]) is not None


def _datelines(lines: list[_Line]) -> None:
    first = True
    for line in lines:
        if not line.kept:
            continue
        prefix = affixes.dateline(line.text, first)
        if prefix and prefix == line.text:
            line.drop(rules.DATELINE)
        elif prefix:
            line.strip_prefix(prefix, rules.CREDIT if "사진" in prefix else rules.DATELINE)
        first = first and not (prefix or len(line.text) > _LONGEST_HEADLINE["en"])


def _captions(lines: list[_Line], script: str) -> None:
    """Drop captions, and strip the credits that end body text.

    A fragment with a credit is a caption. A sentence with one is a caption only between
    paragraphs that have none: at the article's end, or where most paragraphs carry a
    credit, only the credit goes.
    """
    credited = {}
    for index, line in enumerate(lines):
        if line.kept:
            name = affixes.reporter(line.text)
            if name:
                line.strip_suffix(name, rules.BYLINE)
            credit, of_picture = affixes.credit(line.text)
            if credit:
                credited[index] = (credit, of_picture)
    body = [
        i
        for i, line in enumerate(lines)
        if line.kept and i not in credited and is_sentence(line.text, script)
    ]
    sentences = {
        i: line.text[: -len(credited[i][0])]
        for i, line in enumerate(lines)
        if i in credited and _ends_a_sentence(line.text[: -len(credited[i][0])].rstrip(), script)
    }
    most_are_credited = sum(map(len, sentences.values())) > sum(len(lines[i].text) for i in body)
    for index, (credit, of_picture) in credited.items():
        line = lines[index]
        fragment = bool(body) and index not in sentences
        between = bool(body) and index < body[-1] and not most_are_credited
        if of_picture and (fragment or (between and len(line.text) <= _LONGEST_CAPTION)):
            line.drop(rules.CAPTION)
        else:
            line.strip_suffix(credit, rules.CREDIT)


def _related(lines: list[_Line], script: str) -> None:
    """Drop the headings of link lists, with the links under them."""
    under_heading = False
    for line in lines:
        if rules.RELATED_HEADING.fullmatch(line.text):
            under_heading = True
            if line.kept:
                line.drop(RELATED)
        elif _ends_a_sentence(line.text, script):
            under_heading = False
        elif under_heading and line.kept:
            line.drop(RELATED)


def _menus(lines: list[_Line], script: str) -> None:
    """Drop runs of very short lines before the first and after the last solid paragraph."""
    solid = _solid(lines, script)
    if not solid:
        return
    run: list[_Line] = []
    for index, line in enumerate([*lines, _Line("")]):
        outside = index < solid[0] or index > solid[-1]
        if line.text and outside and line.kept and _is_menu_item(line.text, script):
            run.append(line)
        elif not line.text or line.kept:
            if len(run) >= _MENU_RUN:
                for item in run:
                    item.drop(rules.NAVIGATION)
            run = []


def _is_menu_item(text: str, script: str) -> bool:
    return len(text) <= 30 and text.count(" ") <= 2 and not _ends_a_sentence(text, script)


def _solid(lines: list[_Line], script: str) -> list[int]:
    """Indices of the paragraphs that are body text beyond doubt."""
    return [
        i
        for i, line in enumerate(lines)
        if line.kept and len(line.text) >= _SOLID[script] and is_sentence(line.text, script)
    ]


def _headline(lines: list[_Line], script: str) -> str | None:
    """Take the headline out of `lines`: the first that is left, if it reads like one.

    A page saved with its menus is searched by `_after_menus`.
    """
    kept = [i for i, line in enumerate(lines) if line.kept]
    if len(kept) < 2:
        return None
    menus = [i for i, line in enumerate(lines) if line.rule == rules.NAVIGATION]
    first = _after_menus(lines, kept, script) if len(menus) >= _MENU_RUN else None
    if first is None and menus and menus[0] < kept[0]:
        return None
    first = kept[0] if first is None else first
    text = lines[first].text
    followers = [lines[i].text for i in kept if i > first and is_sentence(lines[i].text, script)]
    ends_like_text = re.search(r"(?<!\.[A-Z])\.[\"'”’)]*$", text[-_END:]) and text[-3:] != "..."
    if (
        lines[first].taken
        or len(text) > _LONGEST_HEADLINE[script]
        or ends_like_text
        or not followers
        or max(map(len, followers)) <= len(text)
    ):
        return None
    lines[first].drop(HEADLINE)
    return text


def _after_menus(lines: list[_Line], kept: list[int], script: str) -> int | None:
    """On a page saved with its menus: the line whose words the text then takes up.

    The text starts at the first two solid paragraphs in a row; of the lines shortly before
    it, the first that shares half of its longer words with the opening is the headline.
    """
    solid = set(_solid(lines, script))
    start = next((a for a, b in pairwise(kept) if {a, b} <= solid), None)
    if start is None:
        return None
    opening = " ".join(lines[i].text for i in sorted(solid) if i >= start)[:_OPENING].lower()
    for index in kept:
        near = start - _HEADLINE_REACH <= index < start and index not in solid
        if near and len(lines[index].text) <= _LONGEST_HEADLINE[script]:
            words = set(re.findall(r"\w{4,}", lines[index].text.lower()))
            shared = sum(word in opening for word in words)
            if shared >= 2 and 2 * shared >= len(words):
                return index
    return None


def _edges(lines: list[_Line], script: str) -> None:
    """Drop fragments before the first and after the last paragraph of body text.

    Where those before it outweigh the text, they are the article: a list or a timetable.
    """
    body = [i for i, line in enumerate(lines) if line.kept and is_sentence(line.text, script)]
    if not body:
        return
    before = [
        line for line in lines[: body[0]] if line.kept and not _ends_a_sentence(line.text, script)
    ]
    if 2 * sum(len(line.text) for line in before) <= sum(len(lines[i].text) for i in body):
        for line in before:
            line.drop(STANDFIRST)
    for line in lines[body[-1] + 1 :]:
        if line.kept and _is_remnant(line.text) and not _ends_a_sentence(line.text, script):
            line.drop(rules.NAVIGATION)


def _is_remnant(text: str) -> bool:
    return len(text) <= 50 and text.count(" ") <= 6 and not re.search(r"\d", text)


def _layout(lines: list[_Line], headline: str | None) -> Layout:
    set_aside: list[SetAside] = []
    for line in lines:
        set_aside += line.taken
        if line.rule is not None and line.rule != HEADLINE:
            set_aside.append(SetAside(line.text, line.rule))
    dates = [part.text for part in set_aside if part.rule == rules.DATE]
    bylines = [part.text for part in set_aside if part.rule == rules.BYLINE]
    datelines = [part.text for part in set_aside if part.rule == rules.DATELINE]
    names = [*map(metadata.name_in, bylines), *map(metadata.reporter_in, datelines)]
    return Layout(
        headline=headline,
        date=next(filter(None, map(metadata.date_of, dates)), None),
        section=next(filter(None, map(metadata.section_of, dates)), None),
        byline=next(filter(None, names), None),
        paragraphs=tuple(line.text for line in lines if line.kept and line.text),
        set_aside=tuple(set_aside),
    )
