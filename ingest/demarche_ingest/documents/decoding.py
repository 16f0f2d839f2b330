"""Bytes to text: which encoding, how that is known, and nothing lost on the way.

In this order: a byte order mark; UTF-8 if all of it is; the encoding that the file declares;
UTF-8 with stray bytes of Windows-1252; the best guess of charset-normalizer.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from demarche_ingest.texts import EXTRACTOR

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Longest first: the mark of UTF-32 begins like that of UTF-16. That of UTF-8 stays in the text."""
_STRAY: Final = "windows-1252"
_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_LETTER: Final = re.compile(rb"[A-Za-z]")
_RARE: Final = 0.35
"""Of a text in another script than Latin, more of its letters than this are no ASCII."""
_GUESSED_FROM: Final = 1 << 16
"""Bytes that a guess looks at: they begin at the first that is not ASCII."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how its bytes were read.

    extractor: name and version of this reading. notes: what a person should know of it.
    """

    content: str
    encoding: str
    extractor: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str = "") -> Decoded | None:
    """Return the text of bytes, None if they are none in any encoding known here.

    declared: the encoding that the file names, "" for none.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            content = _whole(data, encoding)
            return None if content is None else _decoded(content, encoding)
    content = _whole(data, "utf-8")
    if content is not None:
        return None if "\0" in content else Decoded(content, "utf-8", EXTRACTOR)
    if b"\0" in data:
        return None
    if declared and (content := _whole(data, declared)) is not None:
        return _decoded(content, declared, (f"read as {declared}, which the file declares",))
    return _mixed(data) or _guessed(data)


def _whole(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _decoded(content: str, encoding: str, notes: tuple[str, ...] = ()) -> Decoded:
    name = codecs.lookup(encoding).name
    return Decoded(content, name, f"{name}/1", notes)


def _mixed(data: bytes) -> Decoded | None:
    """Read UTF-8 in which a few bytes are of another encoding, as pasted texts have it."""
    valid = len(_SEQUENCE.findall(data))
    stray = sum(len(_SEQUENCE.sub(b"", run)) for run in _HIGH.findall(data))
    if not valid or stray > valid:
        return None
    first: list[int] = []

    def single(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        first.append(error.start)
        piece = error.object[error.start : error.start + 1]
        # Five bytes are no characters of Windows-1252; Latin-1 has control characters for them.
        return piece.decode(_STRAY, "ignore") or piece.decode("latin-1"), error.start + 1

    codecs.register_error("demarche-stray", single)
    content = data.decode("utf-8", "demarche-stray")
    line = data.count(b"\n", 0, first[0]) + 1
    note = f"{len(first)} bytes are not UTF-8, the first in line {line}: read as {_STRAY}"
    return Decoded(content, f"utf-8 with {_STRAY}", f"utf-8+{_STRAY}/1", (note,))


def _guessed(data: bytes) -> Decoded | None:
    """Guess: Windows-1252 where nearly all is ASCII, as browsers do (HTML standard, 13.2.3.2)."""
    letters = len(_LETTER.findall(data))
    high = sum(map(len, _HIGH.findall(data)))
    content = _whole(data, _STRAY) if high < _RARE * (letters + high) else None
    encoding = _STRAY
    if content is None:
        begin = _HIGH.search(data)
        start = max(0, (begin.start() if begin else 0) - _GUESSED_FROM // 4)
        best = from_bytes(data[start : start + _GUESSED_FROM]).best()
        encoding = best.encoding if best else ""
        content = _whole(data, encoding)
    if content is None:
        return None
    note = f"the encoding is nowhere stated; it was guessed to be {encoding}"
    return _decoded(content, encoding, (note,))
