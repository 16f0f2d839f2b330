"""What Prometheus may ask of one application: `Metrics` is told, `/metrics` tells.

Every label has a bounded set of values: what is not known in advance counts as "other", so no
client can make the server keep numbers for names it invents. All methods are called in the event
loop of the application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from demarche_server.operations.series import Counter, Histogram, gauge, gauges
from demarche_store.protocol import CommitInfo

OTHER: Final = "other"
"""The value of a label for whatever is not among those known in advance."""

OUTCOMES: Final = ("answered", "failed", "timeout", "memory", "crashed", "abandoned", "busy")
"""How a question to a reader may end, in the words of `readers.pool.Watcher`."""
KILLS: Final = ("timeout", "memory", "crashed", "abandoned", "busy")
"""The outcomes that cost the reader its life."""
CACHE_RESULTS: Final = ("hit", "miss", "not-modified", "bypass")
"""What the cache did for a query: bypass is an answer that may not be kept."""
WRITES: Final = ("update", "put", "post", "delete", "patch")
"""Kinds of writes: SPARQL Update, and the methods of the Graph Store Protocol."""
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")

_QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LONG: Final = (*_QUICK, 60, 120)
_STATUSES: Final = {status: str(status) for status in range(100, 600)}


@dataclass(frozen=True, slots=True)
class PoolState:
    """The reader processes at one moment.

    queued: queries that wait. readers: number of reader processes by state, every state named
    even when there is none in it.
    """

    queued: int
    readers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CacheState:
    """The cache at one moment. size: bytes held. evicted: answers thrown out since the start."""

    size: int
    entries: int
    evicted: int = 0


@dataclass(frozen=True, slots=True)
class LogState:
    """The access log since the start. waiting: bytes not yet written."""

    written: int
    dropped: int
    waiting: int


@dataclass(eq=False)
class Metrics(Collector):
    """The numbers of one application, in a registry of its own.

    routes: the paths, as routes are declared, that requests are counted by.
    pool, cache, log, commit, versions: asked at each scrape for the state of the moment; None where
    there is no such part. versions: how many are open beside the served commit.
    """

    routes: frozenset[str]
    pool: Callable[[], PoolState] | None = None
    cache: Callable[[], CacheState] | None = None
    log: Callable[[], LogState] | None = None
    commit: Callable[[], CommitInfo] | None = None
    versions: Callable[[], int] | None = None
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self._requests = Counter(
            "demarche_requests", "Requests answered.", ("route", "method", "status")
        )
        self._request_seconds = Histogram(
            "demarche_request_seconds",
            "From the head of a request to the end of its answer.",
            _QUICK,
            ("route",),
        )
        self._sent = Counter("demarche_sent_bytes", "Bytes of bodies sent.", ("route",))
        self._queries = _QuerySeries()
        self._cached = Counter(
            "demarche_cache_requests", "Queries by what the cache did.", ("result",)
        )
        self._quota = Counter("demarche_quota_refusals", "Requests refused for a client's quota.")
        self._cut = Counter(
            "demarche_connections_cut", "Connections cut off, beyond those that are refused."
        )
        self._switches = Counter("demarche_commit_switches", "Changes to another commit.")
        self._writes = Histogram(
            "demarche_write_seconds",
            "From the head of a write to its answer, by kind and whether it was done.",
            _LONG,
            ("kind", "outcome"),
        )
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    # --- What happened -----------------------------------------------------------------------

    def request(self, route: str, method: str, status: int, seconds: float, sent: int = 0) -> None:
        """Count an answered request. sent: bytes of its body."""
        known = route if route in self.routes else OTHER
        code = _STATUSES.get(status, OTHER)
        self._requests.add((known, method if method in METHODS else OTHER, code))
        self._request_seconds.observe(seconds, (known,))
        self._sent.add((known,), sent)

    def query_started(self, waited: float) -> None:
        """Count a query that a reader took. waited: seconds in the queue."""
        self._queries.wait.observe(waited)

    def query_set_aside(self) -> None:
        """Count a query that went on beyond its slice."""
        self._queries.aside.add()

    def query_ended(self, outcome: str, seconds: float) -> None:
        """Count a query that ended. outcome: one of OUTCOMES. seconds: worked on, not waited."""
        self._queries.seconds.observe(seconds, (_known(outcome, OUTCOMES),))
        if outcome in KILLS:
            self._queries.kills.add((outcome,))

    def query_refused(self) -> None:
        """Count a query that found no room in the queue, or waited there too long."""
        self._queries.refused.add()

    def reader_started(self, seconds: float) -> None:
        """Count a reader process that was made in so many seconds."""
        self._queries.starts.observe(seconds)

    def cache_used(self, result: str) -> None:
        """Count what the cache did for a query. result: one of CACHE_RESULTS."""
        self._cached.add((_known(result, CACHE_RESULTS),))

    def quota_refused(self) -> None:
        """Count a request of a client beyond its quota."""
        self._quota.add()

    def connection_cut(self) -> None:
        """Count a connection that was cut off without an answer."""
        self._cut.add()

    def commit_switched(self) -> None:
        """Count a change of the commit that is served."""
        self._switches.add()

    def write(self, kind: str, seconds: float, *, done: bool) -> None:
        """Count a write. kind: one of WRITES. done: whether it made it into a commit."""
        self._writes.observe(seconds, (_known(kind, WRITES), "done" if done else "refused"))

    # --- What is told ------------------------------------------------------------------------

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all numbers and their media type, as the Accept header of a scraper asks."""
        encoder, media_type = choose_encoder(accept)
        return encoder(self.registry), media_type

    def collect(self) -> Iterator[Metric]:
        """Yield every family, those without a sample yet too."""
        own = (self._requests, self._request_seconds, self._sent)
        rest = (self._cached, self._quota, self._cut, self._switches, self._writes)
        for series in (*own, *self._queries.all(), *rest):
            yield series.family()
        yield from _pool_families(self.pool() if self.pool else None)
        yield from _cache_families(self.cache() if self.cache else None)
        yield from _log_families(self.log() if self.log else None)
        yield from _commit_families(self.commit() if self.commit else None)
        opened = self.versions() if self.versions else None
        yield gauge("demarche_open_releases", "Open beside the served commit.", opened)


class _QuerySeries:
    """The numbers of queries and of the readers that answer them."""

    def __init__(self) -> None:
        self.seconds = Histogram(
            "demarche_query_seconds",
            "Time a reader worked on a query, by how it ended.",
            _LONG,
            ("outcome",),
        )
        self.wait = Histogram(
            "demarche_query_wait_seconds", "Time a query waited for a reader.", _QUICK
        )
        self.aside = Counter("demarche_queries_set_aside", "Queries that outlasted their slice.")
        self.refused = Counter("demarche_queries_refused", "Queries the queue had no room for.")
        self.starts = Histogram("demarche_reader_start_seconds", "Time to make a reader.", _QUICK)
        self.kills = Counter("demarche_reader_kills", "Readers lost over a query.", ("reason",))

    def all(self) -> Iterable[Counter | Histogram]:
        return (self.seconds, self.wait, self.aside, self.refused, self.starts, self.kills)


def _known(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else OTHER


def _pool_families(state: PoolState | None) -> Iterator[Metric]:
    queued = None if state is None else state.queued
    yield gauge("demarche_queue_length", "Queries that wait for a reader.", queued)
    readers = {} if state is None else state.readers
    yield gauges("demarche_readers", "Reader processes by state.", "state", readers)


def _cache_families(state: CacheState | None) -> Iterator[Metric]:
    size, entries = (None, None) if state is None else (state.size, state.entries)
    yield gauge("demarche_cache_bytes", "Bytes of answers kept.", size)
    yield gauge("demarche_cache_entries", "Answers kept.", entries)
    evicted = Counter("demarche_cache_evictions", "Answers thrown out for others.")
    evicted.add(amount=0 if state is None else state.evicted)
    yield evicted.family()


def _log_families(state: LogState | None) -> Iterator[Metric]:
    lines = Counter("demarche_log_lines", "Lines of the access log.", ("result",))
    if state is not None:
        lines.add(("written",), state.written)
        lines.add(("dropped",), state.dropped)
    yield lines.family()
    waiting = None if state is None else state.waiting
    yield gauge("demarche_log_waiting_bytes", "Bytes of the access log not yet written.", waiting)


def _commit_families(info: CommitInfo | None) -> Iterator[Metric]:
    served = GaugeMetricFamily(
        "demarche_commit", "The commit that is served; always 1.", labels=("commit", "release")
    )
    created = triples = None
    if info is not None:
        served.add_metric((info.id, info.release or ""), 1)
        created = info.created.timestamp()
        triples = info.default_graph_triples
    yield served
    yield gauge("demarche_commit_created_seconds", "When it was made, as a Unix time.", created)
    yield gauge("demarche_commit_triples", "Triples of its default graph.", triples)
