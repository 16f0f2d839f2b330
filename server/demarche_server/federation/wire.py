"""HTTP/1.1 between the engine and the proxy: one request, one answer, one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import h11

MAX_BODY_BYTES: Final = 1 << 22
"""The longest pattern the engine may send, in bytes; it writes prefixed names out in full."""
_PIECE: Final = 1 << 16

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. path: with its query string, as it was sent."""

    method: str
    path: str
    body: bytes = field(repr=False)


async def read_request(reader: asyncio.StreamReader, link: h11.Connection) -> Asked | None:
    """Return the request of a connection, None if there is none that can be taken."""
    request: h11.Request | None = None
    body = bytearray()
    while True:
        try:
            event = link.next_event()
        except h11.RemoteProtocolError:
            return None
        if event is h11.NEED_DATA:
            link.receive_data(await reader.read(_PIECE))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MAX_BODY_BYTES:
                return None
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return Asked(request.method.decode(), request.target.decode("latin-1"), bytes(body))
        else:
            return None


def answer(link: h11.Connection, status: int, media_type: str, body: bytes) -> bytes:
    """Return a whole answer as bytes to be sent; the connection ends after it."""
    headers = [
        ("Content-Type", media_type),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    ]
    parts = (
        link.send(h11.Response(status_code=status, headers=headers)),
        link.send(h11.Data(data=body)),
        link.send(h11.EndOfMessage()),
    )
    return b"".join(part for part in parts if part is not None)


async def unless_gone(reader: asyncio.StreamReader, work: Coroutine[Any, Any, _T]) -> _T | None:
    """Return what the work gives; None as soon as the other side has left."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        watching.cancel()
        working.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)
