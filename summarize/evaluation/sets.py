r"""Files of texts to lists, one text an item: lines, TSV, JSONL, and sets that hold all sides.

A file is read by its suffix: `.jsonl` and `.ndjson` are one object or string a line, `.tsv` is
columns, anything else is one text a line. Lines end at "\n" alone, because a text may hold the
other separators that Unicode knows, and one too many sets every pair after it off by one.
Knows nothing of scores.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarize.errors import EmptyInputError, InputError, OptionError, ReadError
from summarize.news.language import detect, name_of
from summarize.news.text import decode
from summarize.options import SUMMARIZATION, TRANSLATION

OUTPUT, REFERENCE, SOURCE = "output", "reference", "source"
ROLES = (OUTPUT, REFERENCE, SOURCE)

# What the three are called in JSONL, likeliest first: in common data sets and in what this
# package's commands print. "source" is last for summaries, where it is often the publisher.
_NAMES = {
    (OUTPUT, TRANSLATION): ("output", "hypothesis", "prediction", "translation", "text"),
    (OUTPUT, SUMMARIZATION): ("output", "hypothesis", "prediction", "summary", "text"),
    (REFERENCE, TRANSLATION): ("reference", "translation", "text"),
    (REFERENCE, SUMMARIZATION): ("reference", "summary", "highlights", "text"),
    (SOURCE, TRANSLATION): ("source", "article"),
    (SOURCE, SUMMARIZATION): ("article", "document", "source"),
}
_JSONL = (".jsonl", ".ndjson")
_SAMPLE = 100  # texts; enough to tell the language of a column


@dataclass(frozen=True, slots=True)
class Column:
    """The texts of one field of a file; `where` names both, for messages."""

    texts: tuple[str, ...]
    where: str
    field: str = ""

    def language(self) -> str:
        """The ISO 639-1 code of the language that the first hundred texts are in."""
        return _language(self.texts)


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A file's items.

    Attributes:
        name: of the file.
        rows: the items: strings of a line file, tuples of a TSV, any JSON value of a JSONL file.
        fields: the names of what an item holds: columns "1", "2", … of a TSV, the first object's
            keys in JSONL, none where an item is one text.
    """

    name: str
    rows: tuple[Any, ...]
    fields: tuple[str, ...]

    def __repr__(self) -> str:
        fields = ", ".join(self.fields) or "one text each"
        return f"Table({self.name}, {len(self.rows)} items: {fields})"

    @property
    def of_objects(self) -> bool:
        """Whether the items are JSON objects."""
        return isinstance(self.rows[0], dict)

    def column(self, field: str | None = None) -> Column:
        """The texts of `field`, which may be None where an item is one text.

        An object in a field stands for its own "text", so that the commands' JSON can be read.

        Raises:
            OptionError: no such field.
            InputError: an item without it, or with something else than a text there.
        """
        if not self.fields:
            if field is not None:
                raise OptionError(f"{self.name} has one text a line and no field {field!r}.")
            return Column(tuple(self._text(n, row) for n, row in enumerate(self.rows)), self.name)
        if field not in self.fields:
            raise OptionError.unknown(f"field of {self.name}", field, self.fields)
        texts = []
        for number, row in enumerate(self.rows):
            if isinstance(row, dict):
                if field not in row:
                    raise InputError(f"{self._place(number)} has no field {field!r}.")
                texts.append(self._text(number, row[field]))
            else:
                texts.append(row[int(field) - 1])
        kind = "field" if self.of_objects else "column"
        return Column(tuple(texts), f"{self.name}, {kind} {field}", field)

    def first(self, most: int | None) -> Table:
        """The first `most` items; all for None."""
        return self if most is None else Table(self.name, self.rows[:most], self.fields)

    def _text(self, number: int, value: Any) -> str:
        if isinstance(value, dict):
            value = value.get("text")
        if not isinstance(value, str):
            raise InputError(
                f"{self._place(number)} holds {type(value).__name__} where a text belongs; "
                "name another field."
            )
        return value

    def _place(self, number: int) -> str:
        return f"{self.name}, line {number + 1}"


def read(path: Path) -> Table:
    """The items of the file at `path`.

    Raises:
        ReadError: missing, unreadable or binary.
        EmptyInputError: no items.
        InputError: a line that is not what the file's suffix promises.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ReadError(f"{path} does not exist; check the path.") from None
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror}.") from error
    return parse(data, str(path), path.suffix.lower())


def parse(data: bytes, name: str, suffix: str = "") -> Table:
    """The items in a file's bytes; `name` is for messages, `suffix` says what the bytes are.

    Raises:
        ReadError, EmptyInputError, InputError: as `read`.
    """
    if suffix == ".json":
        raise ReadError(f"{name}: write JSONL, one object or string a line, and call it .jsonl.")
    try:
        text = decode(data)
    except ReadError:
        raise ReadError(f"{name} is a binary file; pass lines, TSV or JSONL.") from None
    if not text.strip():
        raise EmptyInputError(f"{name} is empty; it should hold one item a line.")
    text = text.rstrip() if suffix in _JSONL else text.removesuffix("\n")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    rows: Sequence[Any] = lines
    fields: tuple[str, ...] = ()
    if suffix in _JSONL:
        rows, fields = _objects(lines, name)
    elif suffix == ".tsv":
        rows, fields = _columns(lines, name)
    return Table(name, tuple(rows), fields)


def pick(
    table: Table, role: str, task: str, language: str | None, field: str | None = None
) -> Column:
    """The column of `table` that plays `role`.

    The named one, the only one, the one in `language`, or the one whose name says so.

    Raises:
        OptionError: it cannot be told; the message lists the fields.
        InputError: as `Table.column`.
    """
    if field is not None or not table.fields:
        return table.column(field)
    if len(table.fields) == 1:
        return table.column(table.fields[0])
    field = _by_name(table, role, task) if table.of_objects else _by_language(table, language)
    if field is None:
        why = "" if table.of_objects or language is None else f" alone in {name_of(language)}"
        raise OptionError(
            f"which field of {table.name} holds the {role}s cannot be told: no known one{why} "
            f"among {', '.join(table.fields)}. Name it with --{role}-field."
        )
    return table.column(field)


def beside(table: Table, reference: Column, task: str, field: str | None = None) -> Column | None:
    """The sources in the file that holds the references, where it does hold them."""
    if field is not None:
        return table.column(field)
    if table.of_objects:
        field = _by_name(table, SOURCE, task)
        return table.column(field) if field not in (None, reference.field) else None
    others = [field for field in table.fields if field != reference.field]
    return table.column(others[0]) if len(others) == 1 else None


def likely_task(table: Table) -> str:
    """What a file of references is for: objects with an article and its summary, or anything."""
    if table.of_objects and {"article", "document", "summary", "highlights"} & {*table.fields}:
        return SUMMARIZATION
    return TRANSLATION


def unescaped(field: str) -> str:
    """A TSV field without a CSV writer's quotes.

    Some files mix both kinds of field, so only one that cannot be read otherwise is touched:
    quoted, with every inner quote doubled, and at least one of those.
    """
    inner = field[1:-1]
    if field[:1] + field[-1:] == '""' and '""' in inner and '"' not in inner.replace('""', ""):
        return inner.replace('""', '"')
    return field


def _objects(lines: Sequence[str], name: str) -> tuple[list[Any], tuple[str, ...]]:
    rows: list[Any] = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise InputError(f"{name}, line {number} is not JSON ({error}); mend it.") from None
        if rows and isinstance(row, dict) != isinstance(rows[0], dict):
            raise InputError(f"{name}, line {number} is not like line 1: objects and texts mixed.")
        rows.append(row)
    return rows, tuple(rows[0]) if isinstance(rows[0], dict) else ()


def _columns(lines: Sequence[str], name: str) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    rows = [tuple(unescaped(field) for field in line.split("\t")) for line in lines]
    width = len(rows[0])
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise InputError(
                f"{name}, line {number} has {len(row)} columns and line 1 has {width}; "
                "a tab or a line break stands inside a text. Mend it, or write JSONL."
            )
    return rows, tuple(str(n + 1) for n in range(width))


def _by_name(table: Table, role: str, task: str) -> str | None:
    return next((name for name in _NAMES[role, task] if name in table.fields), None)


def _by_language(table: Table, language: str | None) -> str | None:
    """The only column in `language`."""
    fits = [field for field in table.fields if table.column(field).language() == language]
    return fits[0] if len(fits) == 1 else None


def _language(texts: Iterable[str]) -> str:
    return detect("\n".join(list(texts)[:_SAMPLE]), default="")
