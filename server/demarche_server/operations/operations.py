"""Metrics and access log of one application together, and who may read the metrics."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope

from demarche_ontology.errors import RequestError, ServeError
from demarche_server.operations.access_log import AccessLog
from demarche_server.operations.metrics import Metrics
from demarche_server.operations.record import RECORD, REFUSED, RequestRecord
from demarche_server.protocol import header
from demarche_server.settings import Settings

PATH: Final = "/metrics"
_BEARER: Final = "bearer "

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Operations:
    """What each request is told to, when it begins and when it has ended."""

    metrics: Metrics
    log: AccessLog
    access: Access

    @classmethod
    def make(cls, settings: Settings, routes: Iterable[str]) -> Operations:
        """Make them as the settings say. routes: the paths as declared.

        Raises ServeError for a log that cannot be opened or a network that is none.
        """
        access = Access.make(settings.metrics_from, settings.metrics_token_sha256)
        log = AccessLog(
            settings.access_log,
            query_text=settings.log_query_text,
            clients=settings.log_clients,
        )
        return cls(Metrics(frozenset(routes), log=log.state), log, access)

    def begin(self, scope: Scope, request_id: str) -> RequestRecord:
        """Begin the record of a request; the layers find it in the scope."""
        client = scope.get("client")
        record = RequestRecord(
            id=request_id,
            client=client[0] if client else "",
            method=scope["method"],
            path=scope["path"],
            agent=header(scope, b"user-agent"),
        )
        scope[RECORD] = record
        return record

    def end(self, record: RequestRecord, scope: Scope | None = None) -> None:
        """Count a request that has ended, and write it down. scope: of one that had begun."""
        if scope is not None and REFUSED in scope:
            # The client was answered by the guard, and the application to nobody.
            record.status, record.limit, record.sent = scope[REFUSED]
            record.whole = True
        if record.method == "HEAD":
            record.sent = 0  # the server below leaves the body out
        self.log.write(record)
        if record.cache:
            self.metrics.cache_used(record.cache)
        self.metrics.request(
            record.route, record.method, record.status, record.seconds, record.sent
        )

    def close(self) -> None:
        """Write the last lines; waits for the disk, so not in the event loop."""
        self.log.close()


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read the metrics. token_sha256: of the token, 64 hex digits; "" for no token."""

    networks: tuple[Network, ...]
    token_sha256: str = ""

    @classmethod
    def make(cls, networks: Sequence[str], token_sha256: str) -> Access:
        """Read the settings. Raises ServeError for what is no network or no digest."""
        digits = token_sha256.lower()
        if digits and (len(digits) != 64 or not set(digits) <= set("0123456789abcdef")):
            raise ServeError(
                "metrics_token_sha256 is no SHA-256 in hexadecimal digits",
                remedy="give what `printf %s TOKEN | sha256sum` prints",
            )
        return cls(tuple(map(_network, networks)), digits)

    def check(self, scope: Scope) -> None:
        """Raise RequestError (404) for who may not, as if there were nothing."""
        if self._known(scope.get("client")) or self._has_token(header(scope, b"authorization")):
            return
        raise RequestError(
            "There is nothing at this address for this client",
            remedy="operator: see metrics_from and metrics_token_sha256",
            status=404,
        )

    def _known(self, client: Sequence[object] | None) -> bool:
        try:
            address = ipaddress.ip_address(str(client[0]) if client else "")
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.networks)

    def _has_token(self, authorization: str) -> bool:
        if not self.token_sha256 or not authorization.lower().startswith(_BEARER):
            return False
        token = authorization[len(_BEARER) :].strip().encode("latin-1")
        return hmac.compare_digest(hashlib.sha256(token).hexdigest(), self.token_sha256)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ServeError(
            f"metrics_from has '{text}', which is no network",
            remedy="write networks like 127.0.0.1/32, 10.0.0.0/8 or ::1/128",
        ) from error
