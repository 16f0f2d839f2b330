"""What stands behind the first line of requests, once it was read: programs send the same again.

The parser and the checks take longer than most queries. What they found is kept, by the bytes they
found it in, so that of the next request that goes on alike only the query need be read.
"""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.types import Scope

from demarche_server import asgi
from demarche_server.cache import RAW
from demarche_server.protocol import HEADERS, headers_of

MAX_KNOWN: Final = 256
"""Heads that are kept at a time; one client needs one."""
MAX_BYTES: Final = 2048
"""The longest that is kept."""
_BEGINS: Final = b"GET /sparql?"
_GOES_ON: Final = b" HTTP/1.1\r\n"
_END: Final = b"\r\n\r\n"
_QUERY: Final = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+")
"""RFC 3986, section 3.4; the parser takes some more, which take the long way."""
_KEPT: Final = (
    *("type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "root_path"),
    *("headers", HEADERS, asgi.WISHES, RAW),
)


class KnownHeads:
    """The heads of queries by GET that were well-formed and may go the short way."""

    def __init__(self) -> None:
        self._scopes: dict[bytes, dict[str, Any]] = {}

    def learn(self, data: bytes, scope: Scope) -> None:
        """Keep what was found in a request, if it was all that a client had sent at once.

        data: what the client had sent. scope: of the request, which was taken the short way.
        """
        if not data.startswith(_BEGINS) or data.find(_END) != len(data) - len(_END):
            return
        rest = data[data.find(b" ", len(_BEGINS)) :]
        if not rest.startswith(_GOES_ON) or len(rest) > MAX_BYTES:
            return
        if len(self._scopes) >= MAX_KNOWN:
            self._scopes.clear()
        headers_of(scope)
        asgi.wishes(scope)
        self._scopes[rest] = {name: scope[name] for name in _KEPT if name in scope}

    def find(self, data: bytes, most: int) -> Scope | None:
        """Return the scope of a whole request that goes on as one before; None for any other.

        It has nothing of its connection yet, and its headers are not to be changed.
        most: bytes of the longest address.
        """
        if not data.startswith(_BEGINS):
            return None
        end = data.find(b" ", len(_BEGINS))
        if end < 0 or end - len(b"GET ") > most:
            return None
        known = self._scopes.get(data[end:])
        if known is None or _QUERY.fullmatch(data, len(_BEGINS), end) is None:
            return None
        scope = known.copy()
        scope["query_string"] = data[len(_BEGINS) : end]
        return scope
