"""What the pool of readers tells, as metrics and for the quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from demarche_ontology.errors import QuotaError
from demarche_server.operations.metrics import Metrics, PoolState
from demarche_server.quotas import Quotas
from demarche_server.readers.pool import Watcher


@dataclass(frozen=True, slots=True)
class PoolMetrics(Watcher):
    """Hands on what happens in a pool; one may watch several."""

    metrics: Metrics
    quotas: Quotas

    def admit(self, client: str) -> None:
        try:
            self.quotas.check(client)
        except QuotaError:
            self.metrics.quota_refused()
            raise

    def started(self, waited: float) -> None:
        self.metrics.query_started(waited)

    def set_aside(self) -> None:
        self.metrics.query_set_aside()

    def ended(self, outcome: str, worked: float, client: str = "") -> None:
        self.quotas.charge(client, worked)
        self.metrics.query_ended(outcome, worked)

    def refused(self) -> None:
        self.metrics.query_refused()

    def hatched(self, seconds: float) -> None:
        self.metrics.reader_started(seconds)


def state_of(states: Mapping[str, int]) -> PoolState:
    """Return the state of a pool, of what its `states` tells, for `Metrics.pool`."""
    readers = dict(states)
    queued = readers.pop("queued", 0)
    return PoolState(queued, readers)
