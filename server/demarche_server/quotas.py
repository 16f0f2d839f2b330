"""A share of query time for each client: a bucket of seconds that queries empty and time fills.

What counts is the time that readers work on a client's queries, as it is known when they end, so
that one may go below zero; the client then waits until it is above zero again. Answers from the
cache cost nothing.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from demarche_ontology.errors import QuotaError
from demarche_server.settings import Settings

MAX_CLIENTS: Final = 10_000
"""Clients remembered at a time; of more, those that have asked least lately are forgotten."""


@dataclass(slots=True, eq=False)
class _Bucket:
    """level: seconds of query time left at the moment `at`; below zero for a debt."""

    level: float
    at: float


class Quotas:
    """What each client has left. For one event loop.

    settings: `quota_share` and `quota_burst_seconds`. clock: monotonic seconds.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        max_clients: int = MAX_CLIENTS,
    ) -> None:
        self._share = settings.quota_share
        self._burst = settings.quota_burst_seconds
        self._clock = clock
        self._max_clients = max_clients
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def check(self, client: str) -> None:
        """Let a client begin a query. client: its address; "" is the server itself.

        Raises QuotaError while the client has nothing left.
        """
        bucket = self._buckets.get(_holder(client)) if self._share else None
        if bucket is None:
            return
        left = self._filled(bucket)
        if left <= 0:
            raise QuotaError(
                "This client has used up its share of query time",
                remedy="wait the seconds of the header Retry-After; ask for less, or keep answers",
                retry_after=math.floor(-left / self._share) + 1,
            )

    def charge(self, client: str, seconds: float) -> None:
        """Take the time of a query that has ended, however it ended."""
        if not self._share or not client:
            return
        holder = _holder(client)
        bucket = self._buckets.setdefault(holder, _Bucket(self._burst, self._clock()))
        bucket.level = self._filled(bucket) - seconds
        bucket.at = self._clock()
        self._buckets.move_to_end(holder)
        if len(self._buckets) > self._max_clients:
            self._buckets.popitem(last=False)

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return len(self._buckets)

    def _filled(self, bucket: _Bucket) -> float:
        grown = (self._clock() - bucket.at) * self._share
        return min(self._burst, bucket.level + grown)


def _holder(client: str) -> str:
    """Return whose bucket an address uses: its own, of IPv6 that of its /64."""
    if ":" not in client:
        return client
    try:
        return str(ipaddress.ip_network((client.partition("%")[0], 64), strict=False))
    except ValueError:
        return client
