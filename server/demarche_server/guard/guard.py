"""All connections of one server together: how many there are, and a look at each now and then."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from starlette.types import Scope
from uvicorn.middleware.proxy_headers import _TrustedHosts

from demarche_ontology.errors import BusyError
from demarche_server.guard.heads import longest_url
from demarche_server.guard.known import KnownHeads
from demarche_server.operations import Operations
from demarche_server.protocol import header_lines
from demarche_server.settings import Settings

SWEEP_SECONDS: Final = 0.5
"""How often connections are looked at; no time limit is told more exactly than this."""
_SPARE: Final = 100
"""Connections beyond the limit that are still told so; beyond these they are cut off."""
_TOLD_SECONDS: Final = 60.0
"""How often the log tells of connections that were cut off: a flood must not fill the disk."""

_log = logging.getLogger(__name__)


class Connection(Protocol):
    """A connection as the guard sees it. peer: what its address counts as, "" for a proxy."""

    peer: str

    def look(self, now: float) -> None:
        """End the connection if it has kept the server waiting. now: seconds of the loop."""


class Shortcut(Protocol):
    """What may take plain requests on, so that the application need not."""

    def take(
        self, scope: Scope, deliver: Callable[[bytes, bytes], None], leave: Callable[[], None]
    ) -> bool:
        """Take a GET without a body on, and call one of the functions; or return False.

        deliver: sends lines of headers, each with its end, and a body, with status 200.
        leave: gives the request to the application after all.
        """
        ...


class Guard:
    """Counts connections and keeps time for them.

    shortcut: is given plain requests first; None for nobody.

    operations: is told of what is refused here, which the application never hears of; None for
        nobody.
    now: seconds of the event loop's clock, at the last look; coarse, so that requests cost no
    call of the clock and no timer of their own.
    """

    def __init__(
        self,
        settings: Settings,
        proxies: list[str] | str = "",
        operations: Operations | None = None,
        shortcut: Shortcut | None = None,
    ) -> None:
        """proxies: trusted to hand on requests of many; as uvicorn's `forwarded_allow_ips`."""
        self.shortcut = shortcut
        self.settings = settings
        self.operations = operations
        self.now = 0.0
        self.known = KnownHeads()
        self._own: tuple[Sequence[tuple[bytes, bytes]] | None, bytes] = (None, b"")
        self.url_bytes = longest_url(settings)
        self.head_bytes = self.url_bytes + settings.max_header_bytes
        self._proxies = _TrustedHosts(proxies)
        self._connections: set[Connection] = set()
        self._peers: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._cut = 0
        self._told: float | None = None  # when the log last told of those

    def own_lines(self, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
        """Return the headers of every answer as they are sent. headers: of the state of uvicorn.

        They are another list whenever they change, once a second.
        """
        if self._own[0] is not headers:
            self._own = headers, header_lines(headers)
        return self._own[1]

    def enter(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Count a new connection, and begin to look after it."""
        self._connections.add(connection)
        self._peers[connection.peer] += 1
        if self._timer is None:
            self._wait(loop)

    def leave(self, connection: Connection) -> None:
        """Count a connection that has ended no more."""
        if connection not in self._connections:
            return
        self._connections.remove(connection)
        self._peers[connection.peer] -= 1
        if not self._peers[connection.peer]:
            del self._peers[connection.peer]

    def peer(self, client: tuple[str, int] | None) -> str:
        """Return what a client's address counts as.

        An IPv6 address counts as its /64, of which one host has 2**64; a proxy as "".
        """
        if client is None or client[0] in self._proxies:
            return ""
        try:
            address = ipaddress.ip_address(client[0])
        except ValueError:
            return client[0]
        if isinstance(address, ipaddress.IPv4Address):
            return str(address)
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))

    def crowded(self, connection: Connection) -> BusyError | None:
        """Return why a connection that was counted is one too many; None if it is not."""
        if len(self._connections) > self.settings.max_connections:
            return BusyError("The server has as many connections as it takes", "try again soon")
        if connection.peer and self._peers[connection.peer] > self._per_address:
            return BusyError(
                f"Your address has {self._per_address} connections already",
                remedy="keep fewer connections open, and use them again",
            )
        return None

    def overrun(self) -> bool:
        """Return whether a connection is to be cut off, since not even refusals are told.

        It is counted: nobody else hears of it, neither the client nor the access log.
        """
        if len(self._connections) <= self.settings.max_connections + _SPARE:
            return False
        self._cut += 1
        if self.operations is not None:
            self.operations.metrics.connection_cut()
        return True

    @property
    def _per_address(self) -> int:
        return self.settings.max_connections_per_address

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        self.now = loop.time()
        self._timer = loop.call_later(SWEEP_SECONDS, self._sweep, loop)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._connections:
            self._wait(loop)
        for connection in tuple(self._connections):
            connection.look(self.now)
        if self._cut and (self._told is None or self.now - self._told >= _TOLD_SECONDS):
            self._tell()

    def _tell(self) -> None:
        _log.warning(
            "%d connections were cut off: more than %d were open (max_connections and %d more)",
            self._cut,
            self.settings.max_connections + _SPARE,
            _SPARE,
        )
        self._cut, self._told = 0, self.now
