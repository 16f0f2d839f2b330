"""Answering from a release, or from a commit that is kept, instead of from what is served now.

A request names it (`release=`, `commit=`). Its engine is opened when it is first asked for, stays
for as long as it is asked, and is closed after a time without a question; there are only so many
at once. Where the commit is the one that is served now, that one's engine answers. What the served
graph leaves of the memory that graphs may take is theirs; one that does not fit is read from disk.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.types import Scope

from demarche_ontology.errors import (
    DemarcheError,
    TryLaterError,
    UnknownReleaseError,
)
from demarche_server import asgi
from demarche_server.engine import Asked, Engine
from demarche_server.operations import record_of
from demarche_server.protocol import Version
from demarche_server.readers.pool import Watcher
from demarche_server.readers.tables import Table
from demarche_server.readers.wire import Question
from demarche_server.serving import NO_SERVICES, Serving, Source
from demarche_server.settings import Settings
from demarche_store.layout import COMMIT_ID, RELEASE_NAME, sequence
from demarche_store.protocol import CommitInfo, Dataset, ReleaseInfo

WAIT_SECONDS: Final = 5.0
"""How long a request waits for its engine before it is told to come again."""
RETRY_SECONDS: Final = 2
GRACE_SECONDS: Final = 10.0
"""For how long one that has just been opened waits for who was told to come again."""
LISTED_SECONDS: Final = 1.0
"""For how long the list of releases is not read again."""
_TOLD: Final = 30
"""Names of releases that an error tells, the newest first."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Named:
    """An engine under the name of the release that was asked for."""

    engine: Engine
    info: CommitInfo

    @property
    def memory(self) -> int:
        return self.engine.memory

    def ask(self, question: Question, client: str = "") -> Asked:
        """Start a query; see `Engine.ask`."""
        return self.engine.ask(question, client)

    async def table(
        self, query: str, dataset: Dataset, limit: int, client: str = "", *, ours: bool = False
    ) -> Table:
        """Return at most `limit` rows; see `Engine.table`."""
        return await self.engine.table(query, dataset, limit, client, ours=ours)

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[Engine]:
        """Yield an engine for what nobody waits for; see `Engine.apart`."""
        async with self.engine.apart() as engine:
            yield Named(engine, self.info)

    def states(self) -> dict[str, int]:
        return self.engine.states()

    async def close(self) -> None:
        """Do nothing: the engine belongs to others."""


@dataclass(slots=True, eq=False)
class _Open:
    """A version that is open or being opened.

    leases: requests that hold it. asked: whether one has been answered from it. used: when last.
    """

    opening: asyncio.Task[Engine]
    leases: int = 0
    asked: bool = False
    used: float = field(default_factory=time.monotonic)
    timer: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        return self.leases == 0 and self.opening.done()

    @property
    def may_go(self) -> bool:
        """Whether it may make room for another: nobody has it, nor is on the way back for it."""
        return self.idle and (self.asked or time.monotonic() - self.used > GRACE_SECONDS)


class Versions:
    """The versions that are open beside the served commit. One per application, in its loop."""

    def __init__(
        self,
        source: Source,
        serving: Serving,
        settings: Settings,
        watcher: Watcher | None = None,
        services: Mapping[str, str] = NO_SERVICES,
    ) -> None:
        """Keep what is needed. watcher, services: see `Source.open`."""
        self._source = source
        self._serving = serving
        self._settings = settings
        self._watcher = watcher or Watcher()
        self._services = services
        self._open: dict[str, _Open] = {}
        self._commits: dict[str, str] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._listed: tuple[float, tuple[ReleaseInfo, ...]] = (float("-inf"), ())

    @asynccontextmanager
    async def answering(self, scope: Scope, wanted: Version) -> AsyncIterator[None]:
        """Have a request be answered from the version it wants. Raises as `lease` does."""
        async with self.lease(wanted) as engine:
            scope[asgi.ENGINE] = engine
            scope[asgi.VERSION] = wanted
            record_of(scope).commit = engine.info.id
            yield

    @asynccontextmanager
    async def lease(self, wanted: Version | None) -> AsyncIterator[Engine]:
        """Hold on to the engine of a version for the time of one request; None: what is served.

        Raises UnknownReleaseError, StoreError; TryLaterError while it is being opened, or while
        as many are asked as may be open.
        """
        commit = None if wanted is None else await self._find(wanted)
        with self._serving.lease() as served:
            if wanted is None or served.info.id == commit:
                yield _named(served, wanted)
                return
        assert commit is not None
        with self._hold(commit) as one:
            yield _named(await self._opened(one, wanted), wanted)

    async def releases(self) -> tuple[ReleaseInfo, ...]:
        """Return the releases there are, the oldest first. Raises StoreError."""
        now = time.monotonic()
        if now - self._listed[0] > LISTED_SECONDS:
            self._listed = (now, await asyncio.to_thread(self._source.home.releases))
        return self._listed[1]

    async def commit_of(self, wanted: Version) -> CommitInfo:
        """Return the manifest of a version without opening it. Raises UnknownReleaseError."""
        commit = await self._find(wanted)
        try:
            info = await asyncio.to_thread(self._source.home.resolve, commit)
        except UnknownReleaseError as error:
            raise await self._unknown(wanted) from error
        return replace(info, release=wanted.release or None)

    def states(self) -> dict[str, int]:
        """Return how many readers are in each state, and how many questions wait, in all pools."""
        total = dict(self._serving.engine.states())
        for engine in self._engines():
            for state, number in engine.states().items():
                total[state] = total.get(state, 0) + number
        return total

    def __len__(self) -> int:
        """Return how many versions are open, or being opened, beside the served one."""
        return len(self._open)

    async def close(self) -> None:
        """Close every engine, and stop opening further ones."""
        found, self._open = list(self._open.values()), {}
        for one in found:
            if one.timer is not None:
                one.timer.cancel()
            one.opening.cancel()
        opened = await asyncio.gather(*(one.opening for one in found), return_exceptions=True)
        engines = [engine for engine in opened if not isinstance(engine, BaseException)]
        await asyncio.gather(*self._closing, *(engine.close() for engine in engines))

    # --- Which commit ------------------------------------------------------------------------

    async def _find(self, wanted: Version) -> str:
        """Return the id of the commit that is wanted. Raises UnknownReleaseError."""
        if wanted.release in self._commits:
            return self._commits[wanted.release]
        if wanted.commit and (wanted.commit in self._open or self._is_served(wanted.commit)):
            return wanted.commit
        name = wanted.release or wanted.commit
        form = RELEASE_NAME if wanted.release else COMMIT_ID
        if not form.fullmatch(name):
            raise await self._unknown(wanted)
        try:
            info = await asyncio.to_thread(self._source.home.resolve, name)
        except UnknownReleaseError as error:
            raise await self._unknown(wanted) from error
        if wanted.release:
            if info.release != name:
                raise await self._unknown(wanted)
            self._commits[name] = info.id
        elif not await self._may_be_asked(info):
            raise await self._unknown(wanted)
        return info.id

    def _is_served(self, commit: str) -> bool:
        return self._serving.engine.info.id == commit

    async def _may_be_asked(self, info: CommitInfo) -> bool:
        """Return whether a commit may be asked by its id.

        A server that stays with a release tells nothing of commits that have no name. A commit
        that is newer than what is served was never served: its writer was stopped before.
        """
        if self._source.follows:
            return sequence(info.id) <= sequence(self._serving.engine.info.id)
        return any(release.commit == info.id for release in await self.releases())

    async def _unknown(self, wanted: Version) -> UnknownReleaseError:
        names = [info.name for info in reversed(await self.releases())]
        told = ", ".join(names[:_TOLD]) + (", …" if len(names) > _TOLD else "")
        what = f"release '{wanted.release}'" if wanted.release else f"commit '{wanted.commit}'"
        return UnknownReleaseError(
            f"There is no {what} here",
            remedy=f"leave the parameter out, or give one of the releases: {told}"
            if names
            else "leave the parameter out; there are no releases yet",
        )

    # --- Opening and closing -----------------------------------------------------------------

    @contextmanager
    def _hold(self, commit: str) -> Iterator[_Open]:
        """Hold on to a version, which is opened if it is not yet."""
        one = self._open.get(commit)
        if one is None:
            self._make_room()
            one = self._open[commit] = _Open(asyncio.create_task(self._begin(commit)))
            one.opening.add_done_callback(lambda _: self._ended(commit))
        one.leases += 1
        if one.timer is not None:
            one.timer.cancel()
            one.timer = None
        try:
            yield one
        finally:
            one.leases -= 1
            one.used = time.monotonic()
            self._rest(commit, one)

    async def _opened(self, one: _Open, wanted: Version | None) -> Engine:
        done, _ = await asyncio.wait({one.opening}, timeout=WAIT_SECONDS)
        if not done:
            raise TryLaterError(
                "This release is being opened",
                remedy=f"try again in {RETRY_SECONDS} seconds, as the header Retry-After says",
                retry_after=RETRY_SECONDS,
            )
        one.asked = True
        try:
            return one.opening.result()
        except UnknownReleaseError as error:
            assert wanted is not None
            raise await self._unknown(wanted) from error

    async def _begin(self, commit: str) -> Engine:
        # One at a time: what one takes of the memory is known when the next is opened.
        async with self._turn:
            taken = self._serving.engine.memory + sum(one.memory for one in self._engines())
            left = max(0, self._settings.max_graph_memory_bytes - taken)
            return await self._source.open(self._watcher, self._services, commit, left)

    def _ended(self, commit: str) -> None:
        """Take note that the opening of a version ended; forget it after a failure."""
        one = self._open.get(commit)
        if one is None or one.opening.cancelled():
            return
        error = one.opening.exception()
        if error is None:
            one.used = time.monotonic()
            self._rest(commit, one)
            return
        del self._open[commit]
        if not isinstance(error, UnknownReleaseError):
            fault = None if isinstance(error, DemarcheError) else error
            _log.error("commit %s cannot be opened: %s", commit, error, exc_info=fault)

    def _rest(self, commit: str, one: _Open) -> None:
        """Have a version closed after a time, if nobody holds it and nobody asks for it."""
        if self._open.get(commit) is one and one.idle and one.timer is None:
            loop = asyncio.get_running_loop()
            wait = self._settings.release_idle_seconds
            one.timer = loop.call_later(wait, self._let_go, commit)

    def _make_room(self) -> None:
        """Let go of the one used least lately, if there are as many as may be."""
        most = self._settings.max_open_releases
        if len(self._open) < most:
            return
        if not most:
            raise UnknownReleaseError(
                "This server answers from nothing but the commit it serves",
                remedy="leave out release= and commit=, or ask the operator (max_open_releases)",
            )
        idle = [commit for commit, one in self._open.items() if one.may_go]
        if not idle:
            raise TryLaterError(
                f"As many releases are being asked as may be open at a time ({most})",
                remedy=f"try again in {RETRY_SECONDS} seconds, as the header Retry-After says",
                retry_after=RETRY_SECONDS,
            )
        self._let_go(min(idle, key=lambda commit: self._open[commit].used))

    def _let_go(self, commit: str) -> None:
        one = self._open.pop(commit)
        if one.timer is not None:
            one.timer.cancel()
        if one.opening.exception() is not None:
            return
        task = asyncio.create_task(one.opening.result().close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _engines(self) -> list[Engine]:
        """Return the engines that are there, those being opened left out."""
        done = [one.opening for one in self._open.values() if one.opening.done()]
        return [task.result() for task in done if not task.cancelled() and not task.exception()]


def wanted_by(scope: Scope) -> Version | None:
    """Return the version that a request named and is answered from, None for what is served."""
    version: Version | None = scope.get(asgi.VERSION)
    return version


def _named(engine: Engine, wanted: Version | None) -> Engine:
    if wanted is None or not wanted.release or engine.info.release == wanted.release:
        return engine
    return Named(engine, replace(engine.info, release=wanted.release))
