"""Answers kept in memory, and how clients keep them: ETag, 304, Cache-Control (RFC 9110, 9111).

An answer is kept by all it depends on: the commit and the question with its wishes for format and
coding. Commits never change, so nothing kept is ever wrong; when the server goes on to another
commit, its answers are under other keys. What the same question may get a different answer to
(NOW, RAND, SERVICE) is not kept.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from starlette.types import Scope

from demarche_server.operations.metrics import CacheState
from demarche_server.protocol import header, header_lines, headers_of
from demarche_server.readers.wire import Question
from demarche_server.settings import Settings

REVALIDATE: Final = (b"cache-control", b"no-cache")
"""May be kept, but asked about before it is used: the address may be of another commit by then."""
DO_NOT_KEEP: Final = (b"cache-control", b"no-store")

_OVERHEAD: Final = 1500
"""Bytes an entry takes beside its texts: objects of Python and places in the tables."""
_SPELLINGS: Final = 4
"""Ways to write one request that are remembered for an answer."""
_TAG: Final = re.compile(r'(?:W/)?("[!\x23-\x7e\x80-\xff]*")')

RAW: Final = "demarche.raw"
"""Where the scope keeps what counts of it but the query string, once it was asked for."""
_COUNTING: Final = (b"host", b"accept", b"accept-encoding")

Key = tuple[str, Question]
RawRequest = tuple[bytes, str, str, bytes, bytes, bytes]
"""A GET or HEAD as it came: query string, scheme, path, Host, Accept, Accept-Encoding.

Host and scheme count, since relative IRIs in a query are relative to the address it came to.
"""


@dataclass(slots=True, eq=False)
class Kept:
    """A whole answer. headers: its own, without its length. size: bytes it takes, about.

    as_sent: what `lines` returns, b"" as long as it is not known.
    """

    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    tag: bytes
    key: Key
    spellings: list[tuple[str, RawRequest]] = field(default_factory=list)
    size: int = 0
    as_sent: bytes = b""

    def __post_init__(self) -> None:
        self.size = len(self.body) + 4 * len(self.key[1].query) + _OVERHEAD

    def lines(self) -> bytes:
        """Return its headers with its length, as they are sent."""
        if not self.as_sent:
            length = (b"content-length", b"%d" % len(self.body))
            self.as_sent = header_lines((*self.headers, length))
        return self.as_sent


class Cache:
    """The answers kept by one application, the least used thrown out first. For its event loop.

    They are found by their tag, which is made of all they depend on and quicker to look up.

    max_bytes: what they may take together; 0 keeps nothing. max_answer_bytes: the largest kept.
    """

    def __init__(self, settings: Settings) -> None:
        self._max_bytes = settings.cache_bytes
        self._max_answer_bytes = settings.cache_answer_bytes
        made_by = (version("demarche"), settings.rows_format, settings.graph_format)
        self._variant = "\0".join(made_by).encode()
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._spelled: dict[tuple[str, RawRequest], Kept] = {}
        self._size = 0
        self._evicted = 0

    def of_request(self, commit: str, request: RawRequest | None) -> Kept | None:
        """Return the answer to a request spelled like an earlier one: nothing need be read."""
        kept = None if request is None else self._spelled.get((commit, request))
        if kept is not None:
            self._kept.move_to_end(kept.tag)
        return kept

    def of_tag(self, tag: bytes, request: RawRequest | None) -> Kept | None:
        """Return the answer of a tag, however it was asked for; remember how it was this time."""
        kept = self._kept.get(tag)
        if kept is not None:
            self._kept.move_to_end(kept.tag)
            self._spell(kept, request)
            self._make_room()
        return kept

    def keep(self, kept: Kept, request: RawRequest | None) -> bool:
        """Keep an answer if there may be room for it; return whether it is kept."""
        if len(kept.body) > self._max_answer_bytes or kept.size > self._max_bytes:
            return False
        self._drop(kept.tag)
        self._kept[kept.tag] = kept
        self._size += kept.size
        self._spell(kept, request)
        self._make_room()
        return True

    def tag(self, key: Key) -> bytes:
        """Return the entity tag of the answer to a question; weak, as rows have no order."""
        commit, question = key
        whole = b"\0".join((self._variant, commit.encode(), question.dump()))
        return b'W/"%b"' % hashlib.blake2b(whole, digest_size=12).hexdigest().encode()

    def state(self) -> CacheState:
        """Return what the metrics tell."""
        return CacheState(self._size, len(self._kept), self._evicted)

    def _make_room(self) -> None:
        while self._size > self._max_bytes:
            self._drop(next(iter(self._kept)))
            self._evicted += 1

    def _spell(self, kept: Kept, request: RawRequest | None) -> None:
        if request is None or len(kept.spellings) >= _SPELLINGS:
            return
        spelling = (kept.key[0], request)
        if spelling not in self._spelled:
            self._spelled[spelling] = kept
            kept.spellings.append(spelling)
            written = sum(map(len, request))
            kept.size += written
            self._size += written

    def _drop(self, tag: bytes) -> None:
        kept = self._kept.pop(tag, None)
        if kept is not None:
            self._size -= kept.size
            for spelling in kept.spellings:
                self._spelled.pop(spelling, None)


def raw_request(scope: Scope) -> RawRequest | None:
    """Return a GET or HEAD as it came; None for one with a token, and for other methods."""
    if scope["method"] not in ("GET", "HEAD"):
        return None
    head: tuple[str, str, bytes, bytes, bytes] | None = scope.get(RAW)
    if head is None:
        headers = headers_of(scope)
        if b"authorization" in headers:
            return None
        host, accept, coding = (headers.get(name, b"") for name in _COUNTING)
        head = scope[RAW] = (scope.get("scheme", "http"), scope["path"], host, accept, coding)
    return (scope["query_string"], *head)


def is_known(scope: Scope, tag: bytes) -> bool:
    """Return whether a GET or HEAD says that its client has the answer of this tag.

    Tags are compared weakly (RFC 9110, section 8.8.3.2). `*` is passed over: whether there is an
    answer is only known when the query has been run.
    """
    if scope["method"] not in ("GET", "HEAD"):
        return False
    sent = header(scope, b"if-none-match")
    return bool(sent) and tag.removeprefix(b"W/").decode() in _TAG.findall(sent)
