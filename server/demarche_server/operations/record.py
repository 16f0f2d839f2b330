"""What is known of one request, gathered while it is answered: for the log and the metrics."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Scope

RECORD: Final = "demarche.record"
"""Where the scope keeps the record of its request."""

REFUSED: Final = "demarche.refused"
"""Where the scope keeps the status and the limit of a request that was refused while it came."""

HASH_DIGITS: Final = 16
"""Hexadecimal digits of a query's SHA-256 that the log shows."""


@dataclass(slots=True, eq=False)
class RequestRecord:
    """One request. Each layer fills in what it knows; "" and 0 are left out of the log.

    began: Unix time. started: monotonic seconds, for `seconds`. status: 0 as long as no answer has
    begun. sent: bytes of the body. whole: whether the answer was sent to its end.
    route: the path as declared, for the metrics. commit: what the answer is of, or, for a write,
    what it made. query: the text of a query or update. cache: what the cache did. limit: the limit
    that struck. token: the name of the token of a write, never the token. graph: the IRI that a
    graph store request is about.
    """

    id: str
    client: str
    method: str
    path: str
    agent: str = ""
    route: str = ""
    status: int = 0
    sent: int = 0
    whole: bool = False
    commit: str = ""
    query: str = ""
    cache: str = ""
    limit: str = ""
    token: str = ""
    graph: str = ""
    began: float = field(default_factory=time.time)
    started: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since the request came."""
        return time.perf_counter() - self.started


def record_of(scope: Scope) -> RequestRecord:
    """Return the record of the request; each request has one."""
    record: RequestRecord = scope[RECORD]
    return record


def query_hash(text: str) -> str:
    """Return what the log shows of a query whose text it may not show.

    The beginning of the SHA-256 of its UTF-8 form, as `sha256sum` gives it for the query in a file.
    """
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data, usedforsecurity=False).hexdigest()[:HASH_DIGITS]
