"""What an operator sees of a running server: metrics, and a log of its requests."""

from demarche_server.operations.access_log import AccessLog
from demarche_server.operations.metrics import CacheState, LogState, Metrics, PoolState
from demarche_server.operations.operations import Operations
from demarche_server.operations.record import RequestRecord, record_of
from demarche_server.operations.watching import PoolMetrics, state_of

__all__ = [
    "AccessLog",
    "CacheState",
    "LogState",
    "Metrics",
    "Operations",
    "PoolMetrics",
    "PoolState",
    "RequestRecord",
    "record_of",
    "state_of",
]
