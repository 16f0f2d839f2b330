"""Which commit is answered from now: following the home, and letting old commits go.

A request takes a lease on one engine and keeps it to its end, so that everything in one answer is
of one commit. When the home has a newer commit, an engine for it is opened beside the old one,
new requests go there, and the old one is closed after its last lease.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Final, Protocol

from demarche_ontology.errors import DemarcheError
from demarche_server.engine import Engine
from demarche_server.readers.pool import Watcher
from demarche_store.home import Home
from demarche_store.layout import sequence
from demarche_store.protocol import ReleaseInfo

POLL_SECONDS: Final = 1.0
"""How often the home is asked for its current commit: one readlink."""

NO_SERVICES: Final[Mapping[str, str]] = MappingProxyType({})

_log = logging.getLogger(__name__)


class Source(Protocol):
    """Where commits come from."""

    @property
    def home(self) -> Home:
        """The home they are of, for what is worked out of them besides answers."""
        ...

    def current(self) -> str:
        """Return the id of the commit to be served now. Raises NoCommitError."""
        ...

    @property
    def follows(self) -> bool:
        """Whether newer commits are served as they come, so that any of them was once current."""
        ...

    def releases(self) -> Sequence[ReleaseInfo]:
        """Return the releases there are, the oldest first. Raises StoreError."""
        ...

    def candidates(self) -> Source:
        """Return where the graph of the candidates of this home comes from."""
        ...

    async def open(
        self,
        watcher: Watcher,
        services: Mapping[str, str],
        ref: str | None = None,
        memory: int | None = None,
    ) -> Engine:
        """Open that commit, or another one.

        watcher: is told what happens in its pool. services: address that stands for each
        endpoint that SERVICE may name, by IRI. ref: another commit. memory: bytes that its graph
        may take, if not those of the settings.
        Raises NoCommitError, UnknownReleaseError, StoreError.
        """
        ...


class Lease:
    """Holds on to an engine. A class of its own, as each request has one and it is cheaper so.

    leases: how many there are of each engine, by its id. last: called when it was the last.
    """

    __slots__ = ("_held", "_last", "_leases", "engine")

    def __init__(self, engine: Engine, leases: dict[int, int], last: Callable[[int], None]) -> None:
        self.engine = engine
        self._leases = leases
        self._last = last
        self._held = False

    def __enter__(self) -> Engine:
        if not self._held:  # one that was taken early is entered once more by who ends it
            key = id(self.engine)
            self._leases[key] = self._leases.get(key, 0) + 1
            self._held = True
        return self.engine

    def __exit__(self, *_: object) -> None:
        key = id(self.engine)
        self._held = False
        self._leases[key] -= 1
        if not self._leases[key]:
            del self._leases[key]
            self._last(key)


class Serving:
    """The engine that answers now. One per application, in its event loop."""

    def __init__(
        self,
        source: Source,
        watcher: Watcher | None = None,
        services: Mapping[str, str] = NO_SERVICES,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._source = source
        self._watcher = watcher or Watcher()
        self._services = services
        self._poll_seconds = poll_seconds
        self._engine: Engine | None = None
        self._leases: dict[int, int] = {}
        self._retired: dict[int, Engine] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self._look = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    @property
    def engine(self) -> Engine:
        """The engine new requests go to; only there between `start` and `close`."""
        assert self._engine is not None
        return self._engine

    async def start(self) -> None:
        """Open the current commit and begin to watch for newer ones.

        Raises NoCommitError, UnknownReleaseError, StoreError.
        """
        self._engine = await self._source.open(self._watcher, self._services)
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop watching; close every engine."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        engines = [*self._retired.values(), *([self._engine] if self._engine else [])]
        self._engine, self._retired = None, {}
        await asyncio.gather(*self._closing, *(engine.close() for engine in engines))

    def lease(self) -> Lease:
        """Hold on to the engine of this moment for the time of one request, a `with` block."""
        return Lease(self.engine, self._leases, self._let_go)

    async def follow(self, commit: str) -> None:
        """Return once answers come from `commit` or a later one.

        Who waits for a commit that the home does not have waits for ever: set a limit around it.
        """
        self._look.set()
        async with self._changed:
            await self._changed.wait_for(lambda: sequence(self.engine.info.id) >= sequence(commit))

    async def changed(self, commit: str) -> None:
        """Return once answers come from another commit than that one."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.engine.info.id != commit)

    # --- Following the home ------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._poll_seconds):
                    await self._look.wait()
            except TimeoutError:
                pass
            self._look.clear()
            try:
                await self._catch_up()
            except DemarcheError as error:
                _log.error("the new commit cannot be served, the old one stays: %s", error)

    async def _catch_up(self) -> None:
        if self._source.current() == self.engine.info.id:
            return
        engine = await self._source.open(self._watcher, self._services)
        if engine.info.id == self.engine.info.id:
            await engine.close()
            return
        await self._switch(engine)

    async def _switch(self, engine: Engine) -> None:
        old, self._engine = self.engine, engine
        self._retired[id(old)] = old
        if id(old) not in self._leases:
            self._let_go(id(old))
        async with self._changed:
            self._changed.notify_all()

    def _let_go(self, key: int) -> None:
        """Close a retired engine that nobody holds any more."""
        engine = self._retired.pop(key, None)
        if engine is not None:
            task = asyncio.create_task(engine.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
