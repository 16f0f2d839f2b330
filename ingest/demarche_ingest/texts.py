"""Texts, passages and their hashes.

Every offset counts Unicode code points of the UTF-8-decoded, un-normalised text, starts at 0,
and ends before `end`. Nothing here changes a text; analysis uses maps that keep its length.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from demarche_ontology.errors import InputError, Problem

EXTRACTOR = "utf-8/1"
"""Name and version of the extractor that only decodes; offsets depend on it."""

_WHITE = re.compile(r"\s+")  # str.isspace: Unicode White_Space plus U+001C..U+001F

_TYPOGRAPHIC = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201b": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2015": "-",
        "\u2212": "-",
    }
)
"""One code point to one code point: what people type differently from what papers print."""


def sha256(data: bytes | str) -> str:
    """Return the lower-case hexadecimal sha-256 of bytes, or of a text's UTF-8 bytes."""
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def fold(passage: str) -> str:
    """Return the passage with white space runs made one space and both ends trimmed."""
    return _WHITE.sub(" ", passage).strip()


def fold_typography(text: str) -> str:
    """Return the text with quotation marks and dashes made plain; same length."""
    return text.translate(_TYPOGRAPHIC)


@dataclass(frozen=True, slots=True)
class Span:
    """Code points `start` up to, not including, `end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Text:
    """An immutable text and where it came from.

    source_sha256: of the bytes as they came; text_sha256: of the decoded text's UTF-8 bytes.
    """

    content: str
    source_sha256: str
    text_sha256: str
    path: str = ""

    @classmethod
    def decode(cls, data: bytes, path: str = "") -> Text:
        """Decode UTF-8 (a byte order mark stays part of the text).

        Raises InputError naming the first byte that is not UTF-8.
        """
        try:
            content = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError("A text cannot be read.", [not_utf8(data, error, path)]) from None
        return cls(content, sha256(data), sha256(content), path)

    @classmethod
    def read(cls, path: Path) -> Text:
        return cls.decode(path.read_bytes(), str(path))

    def __len__(self) -> int:
        return len(self.content)

    def __getitem__(self, span: Span) -> str:
        return self.content[span.start : span.end]


def not_utf8(data: bytes, error: UnicodeDecodeError, path: str) -> Problem:
    """Say where a file stops being UTF-8: line and byte."""
    line = data.count(b"\n", 0, error.start) + 1
    return Problem(
        file=path,
        line=line,
        subject="",
        message=f"not UTF-8: byte 0x{data[error.start]:02x} at byte {error.start}",
        remedy="save the file as UTF-8 (e.g. iconv -f WINDOWS-1252 -t UTF-8)",
    )
