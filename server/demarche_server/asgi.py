"""Small helpers to answer at the ASGI level, below the framework."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from typing import Final

from starlette.requests import Request
from starlette.types import Scope, Send

from demarche_server import negotiation
from demarche_server.engine import Engine
from demarche_server.problems import MEDIA_TYPE, ProblemReport
from demarche_server.protocol import header

Headers = Sequence[tuple[bytes, bytes]]

REQUEST_ID: Final = "demarche.request_id"
"""Where the scope keeps the id that log lines and problems of one request share."""

_PLAIN: Final = re.compile("[A-Za-z0-9/_.~-]*")
"""A path of which an address is made by putting it after the host."""
ENGINE: Final = "demarche.engine"
"""Where the scope keeps the engine that the request holds."""
HELD: Final = "demarche.held"
"""Where the scope keeps the lease of an engine that was taken before the surroundings do."""
BEGUN: Final = "demarche.begun"
"""Where the scope keeps the query that was begun for it before its handler does."""
AHEAD: Final = "demarche.ahead"
"""In the scope of what nobody asked for: what pages need is asked ahead, and kept."""
VERSION: Final = "demarche.version"
"""Where the scope keeps the version that the request names; absent where it names none."""


WISHES: Final = "demarche.wishes"
"""Where the scope keeps what `wishes` returns, once it was asked for."""

_IDS_AT_ONCE: Final = 256


def _make_ids() -> Iterator[str]:
    while True:
        digits = secrets.token_hex(8 * _IDS_AT_ONCE)
        for at in range(0, len(digits), 16):
            yield digits[at : at + 16]


_ids: Final = _make_ids()


def new_request_id() -> str:
    """Return 16 random hexadecimal digits. The system is asked for many at once."""
    return next(_ids)


def leased(scope: Scope) -> Engine:
    """Return the engine that this request holds: all of its answer is of one commit."""
    engine: Engine = scope[ENGINE]
    return engine


def is_ahead(scope: Scope) -> bool:
    """Return whether this is no request of a client: answers are to be there before one comes."""
    return AHEAD in scope


def client(scope: Scope) -> str:
    """Return the address that a request comes from, "" if it is not known."""
    peer = scope.get("client")
    return str(peer[0]) if peer else ""


def request_id(scope: Scope) -> str:
    """Return the id of the request; "" before it has one."""
    return str(scope.get(REQUEST_ID, ""))


def root_of(scope: Scope) -> str:
    """Return the path below which a proxy shows this server, "" for none."""
    root: str = scope.get("root_path", "")
    return root


def place_below(scope: Scope, root: str) -> None:
    """Have a request stand below `root`, whether its path came with it or without.

    A proxy that passes paths on untouched leaves it there; one that takes it off does not.
    """
    path: str = scope["path"]
    scope["root_path"] = root
    if path != root and not path.startswith(f"{root}/"):
        scope["path"] = root + path


def local_path(scope: Scope) -> str:
    """Return the path below the prefix that a proxy may have put before this server."""
    path: str = scope["path"]
    root = root_of(scope)
    return path.removeprefix(root) if root else path


def address(scope: Scope) -> str:
    """Return the address of the request, without parameters."""
    host = header(scope, b"host")
    path: str = scope["path"]
    if not host or not _PLAIN.fullmatch(path):
        return str(Request(scope).url.replace(query="", fragment=""))
    return f"{scope['scheme']}://{host}{path}"


def wishes(scope: Scope) -> tuple[str, str, str]:
    """Return the headers Accept and Accept-Encoding, "" for none, and the address."""
    found: tuple[str, str, str] | None = scope.get(WISHES)
    if found is None:
        headers = header(scope, b"accept"), header(scope, b"accept-encoding")
        found = scope[WISHES] = (*headers, address(scope))
    return found


def keeping(scope: Scope, address: str) -> str:
    """Return a local address with the version that the request names, if it names one."""
    version = scope.get(VERSION)
    if version is None:
        return address
    path, mark, fragment = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{version.query}{mark}{fragment}"


def wants_page(scope: Scope) -> bool:
    """Return whether the client is a browser that asks for a page."""
    return negotiation.asks_for_page(header(scope, b"accept"))


async def send_start(send: Send, status: int, headers: Headers) -> None:
    """Begin an answer; `send_piece` follows."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})


async def send_piece(send: Send, data: bytes, *, last: bool) -> None:
    """Send a piece of the body; without a last one the connection is broken off."""
    await send({"type": "http.response.body", "body": data, "more_body": not last})


async def send_whole(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    """Send a complete answer with its length, which status 204 does not have (RFC 9110, 8.6)."""
    length = [] if status == 204 else [(b"content-length", str(len(body)).encode())]
    await send_start(send, status, [*headers, *length])
    await send_piece(send, body, last=True)


async def send_problem(send: Send, problem: ProblemReport) -> None:
    """Send a problem as problem+json."""
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept"),
        *problem.headers(),
    ]
    await send_whole(send, problem.status, headers, problem.body())
