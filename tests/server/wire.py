"""Raw sockets: requests that no client library would send, and answers as they come."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 30.0


@dataclass(frozen=True)
class Told:
    """One answer. status: 0 if the connection ended without; reset: whether it ended with RST."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool
    reset: bool = False

    @property
    def problem(self) -> bool:
        return self.headers.get("content-type") == "application/problem+json"


def connect(url: str, source: str = "", receive_buffer: int = 0) -> socket.socket:
    """Connect. source: an address of this machine to come from."""
    parts = urlsplit(url)
    sock = socket.socket()
    sock.settimeout(PATIENCE)
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    if source:
        sock.bind((source, 0))
    sock.connect((parts.hostname, parts.port))
    return sock


def vanish(sock: socket.socket) -> None:
    """Close with RST, as a client that dies."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def send(sock: socket.socket, pieces: Iterable[bytes]) -> None:
    """Send until all is sent or the server has ended the connection."""
    try:
        for piece in pieces:
            sock.sendall(piece)
    except OSError:
        pass


def rest(sock: socket.socket) -> tuple[bytes, bool]:
    """Return all that comes until the connection ends, and whether it ended with RST."""
    data = bytearray()
    while True:
        try:
            piece = sock.recv(1 << 16)
        except ConnectionResetError:
            return bytes(data), True
        if not piece:
            return bytes(data), False
        data += piece


def answers(data: bytes, reset: bool = False, heads: Iterable[int] = ()) -> list[Told]:
    """Read the answers in a stream. heads: which of them, from 0, are to HEAD requests."""
    found: list[Told] = []
    while data:
        head, ended, data = data.partition(b"\r\n\r\n")
        if not ended:
            found.append(Told(0, {}, head, whole=False, reset=reset))
            break
        told, data = _answer(head, data, reset, len(found) in set(heads))
        if told.status != 100:
            found.append(told)
    return found or [Told(0, {}, b"", whole=False, reset=reset)]


def _answer(head: bytes, data: bytes, reset: bool, bodiless: bool) -> tuple[Told, bytes]:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status, _ = first.split(" ", 2)
    assert version == "HTTP/1.1"
    pairs = (line.split(":", 1) for line in lines)
    headers = {name.lower(): value.strip() for name, value in pairs}
    made: dict[str, Any] = {"status": int(status), "headers": headers, "reset": reset}
    if bodiless or made["status"] in (100, 204, 304):
        return Told(body=b"", whole=True, **made), data
    if headers.get("transfer-encoding") == "chunked":
        body, data, whole = _dechunked(data)
    elif "content-length" in headers:
        length = int(headers["content-length"])
        body, data, whole = data[:length], data[length:], len(data) >= length
    else:
        body, data, whole = data, b"", not reset
    return Told(body=body, whole=whole, **made), data


def _dechunked(data: bytes) -> tuple[bytes, bytes, bool]:
    body = bytearray()
    while True:
        size, ended, data = data.partition(b"\r\n")
        if not ended:
            return bytes(body), b"", False
        length = int(size, 16)
        body += data[:length]
        data = data[length + 2 :]
        if not length:
            return bytes(body), data, True


def exchange(url: str, *pieces: bytes, **options: Any) -> list[Told]:
    """Send bytes over a connection of their own; return the answers, once the server closes."""
    with connect(url, **options) as sock:
        send(sock, pieces)
        return answers(*rest(sock))
