"""What a request's head must be like (RFC 9112), beyond what the parser sees to by itself.

llhttp refuses bare CR or LF, folded lines, control characters, Content-Length that stands twice
or beside Transfer-Encoding, and methods that do not exist. It lets through what is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from demarche_ontology.errors import RequestError
from demarche_server.settings import Settings

_VERSIONS: Final = frozenset({"1.1", "1.0"})
_HOST: Final = re.compile(
    rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]*)(?::[0-9]{0,5})?", re.ASCII
)
"""RFC 3986, 3.2.2 and 3.2.3: a name or an IP literal, and a port."""
_MARKED: Final = frozenset({b"host", b"transfer-encoding", b"expect"})
_PARSED_URL: Final = (1 << 16) - 1
"""Bytes of an address that the parser of httptools can tell apart; it counts with sixteen bits."""

Field = tuple[bytes, bytes]


def check_head(
    method: bytes, version: str, url: bytes, headers: Sequence[Field], settings: Settings
) -> None:
    """Raise RequestError (400, 405, 417, 431, 501, 505) for a head that is not taken.

    url: the request target as sent. headers: names in lower case, the rest as sent.
    """
    if version not in _VERSIONS:
        raise RequestError(
            f"HTTP/{version} is not spoken here", "use HTTP/1.1 or HTTP/1.0", status=505
        )
    if url[:1] != b"/":
        _check_target(method, url)
    marked = _check_size(headers, settings)
    hosts = [value for name, value in marked if name == b"host"]
    if len(hosts) != 1 and (hosts or version == "1.1"):
        raise RequestError(
            f"The request has {len(hosts)} Host headers", "send one (RFC 9112, section 3.2)"
        )
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise RequestError("The Host header holds no host", "send a name, and a port if need be")
    if len(marked) > len(hosts):
        _check_marked(marked, version)


def _check_target(method: bytes, url: bytes) -> None:
    """Check a target that is no path (RFC 9112, 3.2): an address with a path, or * for OPTIONS."""
    if method == b"CONNECT":
        allow = ("GET", "HEAD", "POST", "OPTIONS")
        raise RequestError("This server is no proxy", "send GET or POST", status=405, allow=allow)
    if url == b"*" and method == b"OPTIONS":
        return
    scheme, found, rest = url.partition(b"://")
    if not found or scheme.lower() not in {b"http", b"https"} or b"/" not in rest.split(b"?")[0]:
        raise RequestError(
            "The target of the request is no path of this server", "ask for /sparql, or for /"
        )


def _check_size(headers: Sequence[Field], settings: Settings) -> list[Field]:
    """Return the headers that want a look; the others are only counted."""
    if len(headers) > settings.max_headers:
        raise RequestError(
            f"The request has more than {settings.max_headers} headers",
            remedy="send fewer",
            status=431,
            limit="max_headers",
        )
    size = 0
    marked = []
    for field in headers:
        name, value = field
        size += len(name) + len(value)
        if name in _MARKED:
            marked.append(field)
    if size > settings.max_header_bytes:
        raise headers_too_large(settings)
    return marked


def _check_marked(marked: list[Field], version: str) -> None:
    codings = [value.lower() for name, value in marked if name == b"transfer-encoding"]
    if codings and version == "1.0":
        raise RequestError("HTTP/1.0 has no Transfer-Encoding", "send Content-Length, or HTTP/1.1")
    if codings and codings != [b"chunked"]:
        raise RequestError(
            "The only transfer coding taken is chunked", "send the body as it is", status=501
        )
    if any(name == b"expect" and value.lower() != b"100-continue" for name, value in marked):
        raise RequestError(
            "The only expectation taken is 100-continue", "leave Expect out", status=417
        )


def headers_too_large(settings: Settings) -> RequestError:
    """Return the error for headers beyond the limit."""
    return RequestError(
        f"The headers are larger than {settings.max_header_bytes} bytes",
        remedy="send less",
        status=431,
        limit="max_header_bytes",
    )


def longest_url(settings: Settings) -> int:
    """Return how many bytes an address may have: the parser cannot read longer ones than it can."""
    return min(settings.max_url_bytes, _PARSED_URL)


def url_too_long(settings: Settings) -> RequestError:
    """Return the error for an address beyond the limit."""
    return RequestError(
        f"The address is longer than {longest_url(settings)} bytes",
        remedy="post the query instead",
        status=414,
        limit="max_url_bytes",
    )
