"""Content codings of answers: RFC 9110, sections 8.4.1 and 12.5.3.

Compressing is done by readers, as the answer is written, at a level that keeps up with the engine.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Final, Protocol

import zstandard

_ELEMENT: Final = re.compile(
    r"\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*(?:;\s*[qQ]=([01](?:\.\d{0,3})?))?\s*"
)
_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_LEVEL: Final = 5
_ZSTD_LEVEL: Final = 3
OFFERED: Final = ("zstd", "gzip")
"""The preferred first."""


class Encoder(Protocol):
    """Compresses a stream. `finish` gives what is left, and the end mark."""

    def compress(self, data: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)

    def compress(self, data: bytes) -> bytes:
        return self._inner.compress(data)

    def finish(self) -> bytes:
        return self._inner.flush()


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()

    def compress(self, data: bytes) -> bytes:
        return self._inner.compress(data)

    def finish(self) -> bytes:
        return self._inner.flush()


def encoder(name: str) -> Encoder | None:
    """Return a new encoder; None for "", which is no coding."""
    if name == "gzip":
        return _Gzip()
    return _Zstd() if name == "zstd" else None


@lru_cache(maxsize=64)
def choose_encoding(header: str) -> str:
    """Return the coding to use for an Accept-Encoding header, "" for none.

    What the client weighs most, among equals the first of OFFERED; without a header none, since
    simple clients could not read it. What cannot be read in the header is passed over.
    """
    if not header:
        return ""
    weights = {}
    for element in header.split(","):
        if match := _ELEMENT.fullmatch(element):
            weights[match[1].lower()] = float(match[2] or 1)
    anything = weights.get("*", 0.0)
    best, chosen = 0.0, ""
    for name in OFFERED:
        weight = weights.get(name, anything)
        if weight > best:
            best, chosen = weight, name
    return chosen if best >= weights.get("identity", 0.0) else ""
