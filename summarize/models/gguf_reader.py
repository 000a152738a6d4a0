"""The header of a GGUF file: its metadata, and where its tensors lie.

The `gguf` package reads one too, but builds an array object for every string of
the vocabulary: nine seconds for Gemma's 262,144 tokens, where this takes half a
second. Knows no model, and neither dequantizes nor imports anything heavy.

Layout and type numbers: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarize.errors import WeightsError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
ALIGNMENT = 32
"""Bytes; a file may state its own as `general.alignment`."""

SCALARS: Mapping[int, str] = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
"""Metadata value types of fixed size, as `struct` formats."""
STRING = 8
ARRAY = 9

DAMAGE = (struct.error, ValueError, KeyError, IndexError, TypeError, ArithmeticError)
"""What reading numbers, names and types that are not there ends in."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where one tensor lies: `shape` slowest dimension first, `offset` from the file's start."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int


@dataclass(frozen=True, slots=True)
class Header:
    """Metadata as Python values (arrays as lists), and the tensors in file order."""

    metadata: Mapping[str, Any]
    tensors: tuple[Tensor, ...]

    @property
    def architecture(self) -> str:
        """The model's architecture under llama.cpp's name, "" where the file states none."""
        return str(self.metadata.get("general.architecture", ""))


def read_header(file: Path) -> Header:
    """The header of `file`.

    Raises:
        WeightsError: not a GGUF file, of an unknown version, or cut short.
    """
    try:
        with file.open("rb") as stream:
            if stream.read(4) != MAGIC:
                raise WeightsError(f"{file} is not a GGUF file: it does not start with 'GGUF'.")
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as blob:
                return _Cursor(blob, position=4).header()
    except DAMAGE as error:
        raise WeightsError(
            f"{file} is damaged or cut short: its GGUF header cannot be read ({error!r}). "
            "Get the file again."
        ) from error


class _Cursor:
    """A position in the mapped file, moved along by each read."""

    def __init__(self, blob: mmap.mmap, position: int) -> None:
        self.blob = blob
        self.position = position

    def header(self) -> Header:
        version, tensors, values = self.unpack("IQQ")
        if version not in VERSIONS:
            raise WeightsError(
                f"GGUF version {version} is not supported (known: 2 and 3); convert the file again."
            )
        metadata = {self.string(): self.value() for _ in range(values)}
        table = [(self.string(), *self.place()) for _ in range(tensors)]
        alignment = int(metadata.get("general.alignment", ALIGNMENT))
        start = -(-self.position // alignment) * alignment
        return Header(
            metadata,
            tuple(Tensor(name, shape, kind, start + at) for name, shape, kind, at in table),
        )

    def unpack(self, layout: str) -> tuple[Any, ...]:
        layout = "<" + layout
        values = struct.unpack_from(layout, self.blob, self.position)
        self.position += struct.calcsize(layout)
        return values

    def string(self) -> str:
        (length,) = self.unpack("Q")
        start, self.position = self.position, self.position + length
        if self.position > len(self.blob):
            raise struct.error(f"a string of {length} bytes at byte {start} passes the file's end")
        return self.blob[start : self.position].decode("utf-8")

    def value(self) -> Any:
        (kind,) = self.unpack("I")
        if kind != ARRAY:
            return self.string() if kind == STRING else self.unpack(SCALARS[kind])[0]
        kind, count = self.unpack("IQ")
        if count > len(self.blob):
            raise struct.error(f"an array of {count} items is larger than the file")
        if kind == STRING:
            return [self.string() for _ in range(count)]
        return list(self.unpack(f"{count}{SCALARS[kind]}"))

    def place(self) -> tuple[tuple[int, ...], int, int]:
        """Shape, type and offset of one tensor; the file has the fastest dimension first."""
        (dimensions,) = self.unpack("I")
        shape = self.unpack(f"{dimensions}Q")
        kind, offset = self.unpack("IQ")
        return tuple(reversed(shape)), kind, offset
