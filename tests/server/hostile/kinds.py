"""What a hostile request is made of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote_from_bytes

Outcome = int | Literal["closed", "broken off"]
"""A status with a whole answer; no answer at all; an answer begun and visibly not ended."""

CANARY = "CANARY"
"""Stands in a request for an address that must never be called."""


@dataclass(frozen=True)
class Hostile:
    """One request. why: what it tries. outcomes: what may come of it, the last of its answers.

    data: makes what is sent, of the canary's address.
    client: whether it reads the answer, stops reading, or vanishes.
    """

    family: str
    name: str
    why: str
    outcomes: tuple[Outcome, ...]
    data: Callable[[str], Iterable[bytes]]
    client: Literal["reads", "stops reading", "vanishes", "ends sending"] = "reads"

    @property
    def id(self) -> str:
        return f"{self.family}-{self.name}".replace(" ", "-")


def raw(*pieces: bytes) -> Callable[[str], Iterable[bytes]]:
    return lambda canary: [piece.replace(CANARY.encode(), canary.encode()) for piece in pieces]


def dripped(
    pieces: bytes, seconds: float = 0.2, before: bytes = b""
) -> Callable[[str], Iterable[bytes]]:
    """Send byte after byte, with pauses. before: is sent at once."""

    def drip(canary: str) -> Iterator[bytes]:
        yield before
        for byte in pieces:
            yield bytes([byte])
            time.sleep(seconds)

    return drip


def head(method: str, target: str, *headers: str, version: str = "1.1") -> bytes:
    lines = [f"{method} {target} HTTP/{version}", "Host: h", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def get(target: str, *headers: str) -> bytes:
    return head("GET", target, "Connection: close", *headers)


def post(body: bytes, media_type: str, *headers: str, target: str = "/sparql") -> bytes:
    length = f"Content-Length: {len(body)}"
    kind = f"Content-Type: {media_type}"
    return head("POST", target, "Connection: close", length, kind, *headers) + body


def asked(query: str | bytes, *headers: str, **parameters: str) -> Callable[[str], Iterable[bytes]]:
    """Send a query in the address."""

    def make(canary: str) -> Iterable[bytes]:
        data = query if isinstance(query, bytes) else query.replace(CANARY, canary).encode()
        more = "".join(f"&{key.replace('_', '-')}={value}" for key, value in parameters.items())
        return [
            get(f"/sparql?query={quote_from_bytes(data)}{more.replace(CANARY, canary)}", *headers)
        ]

    return make


def posted(query: str | bytes, *headers: str) -> Callable[[str], Iterable[bytes]]:
    """Send a query as a body."""

    def make(canary: str) -> Iterable[bytes]:
        data = query if isinstance(query, bytes) else query.replace(CANARY, canary).encode()
        return [post(data, "application/sparql-query", *headers)]

    return make
