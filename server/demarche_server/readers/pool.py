"""The pool: which question runs in which reader, for how long, and what is done about it.

Every question begins in one of a few *fast* readers. What has not ended after a slice of time is
*set aside*: its reader leaves the fast ones, a fresh one takes its place, and it goes on at low
priority beside a bounded number of others, or is stopped (SIGSTOP) until one of these ends. So a
reader is always near for cheap questions, and no work is done twice. A question that overruns its
time, or that nobody waits for any more, is ended by ending its reader.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, cast

from demarche_ontology.errors import (
    BusyError,
    DemarcheError,
    QueryCrashedError,
    QueryMemoryError,
    QueryTimeoutError,
)
from demarche_server.readers import wire
from demarche_server.readers.hatchery import NICE, Child, Hatchery, NiceHatchery
from demarche_server.readers.run import AbandonedError, Run
from demarche_server.readers.wire import Question

APART_SECONDS: Final = 20.0
"""How long a question apart may work."""
KEPT_BYTES: Final = 1 << 30
"""Of larger graphs in memory, readers end with a slow question.

The engine writes to what it looks at (it counts who does), and a reader has a copy of its own of
every page that was written to. One that has looked at much is quicker the next time, by as much as
half, and holds as much more.
"""
_ALL_BUSY: Final = 2
"""So many slow questions at once are taken to need all processors, as containers may have few."""
TICK_SECONDS: Final = 0.05
"""How often clocks are looked at: limits strike within so much."""
_RETRY_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the pool allows.

    fast: readers kept for questions that have just begun.
    slow: questions that go on beyond their slice at the same time.
    aside: further ones that wait, stopped, for one of those to end.
    queue: questions that wait to begin. queue_per_client: of them, those of one client.
    slice_seconds: after how long a question is set aside.
    query_seconds: how long one may work; 0 for no limit.
    queue_seconds: how long one may wait to begin, or set aside.
    memory_bytes: what a query may take, for the message only: readers limit themselves.
    """

    fast: int = 2
    slow: int = 2
    aside: int = 8
    queue: int = 100
    queue_per_client: int = 50
    slice_seconds: float = 0.1
    query_seconds: float = 60.0
    queue_seconds: float = 30.0
    memory_bytes: int = 0


class Watcher:
    """What the pool tells of itself; every method may be overridden. For metrics."""

    def admit(self, client: str) -> None:
        """A client has a question. Raises QuotaError if it may not ask now."""

    def started(self, waited: float) -> None:
        """A question began after so many seconds in the queue."""

    def set_aside(self) -> None:
        """A question went on beyond its slice."""

    def ended(self, outcome: str, worked: float, client: str = "") -> None:
        """A question of a client ended.

        outcome: "answered", "failed", "timeout", "memory", "crashed", "abandoned" or "busy".
        worked: seconds, without what it waited.
        """

    def refused(self) -> None:
        """A question was not taken."""

    def hatched(self, seconds: float) -> None:
        """A reader was made in so many seconds."""


class Pool:
    """Runs questions about one commit. In the event loop that made it only."""

    def __init__(self, hatchery: Hatchery, limits: Limits, watcher: Watcher | None = None) -> None:
        self._hatchery = hatchery
        self._limits = limits
        self._watcher = watcher or Watcher()
        self._idle: list[Link] = []
        self._fast: set[Link] = set()
        self._slow: set[Link] = set()
        self._aside: deque[Link] = deque()
        self._queue: deque[Run] = deque()
        self._hatching: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.TimerHandle | None = None
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Return once a first reader is there. Raises StoreError."""
        await self._hatch()
        self._fill()

    async def use(self, hatchery: Hatchery) -> None:
        """Take readers from another hatchery from now on; those of the old one end soon."""
        old, self._hatchery = self._hatchery, hatchery
        for link in [*self._idle]:
            link.end()
        for link in [*self._fast, *self._slow, *self._aside]:
            link.retiring = True
        self._fill()
        await old.close()

    def apart(self) -> Pool:
        """Return a pool of one reader of the same commit, which everything else goes before.

        It waits for nobody, has no watcher, and ends a question that works for `APART_SECONDS`.
        """
        limits = replace(self._limits, fast=1, slow=0, aside=0, slice_seconds=APART_SECONDS)
        return Pool(NiceHatchery(self._hatchery), limits)

    async def close(self) -> None:
        """End every reader, and what is under way with it."""
        self._closed = True
        if self._ticking is not None:
            self._ticking.cancel()
        for task in self._hatching:
            task.cancel()
        await asyncio.gather(*self._hatching, return_exceptions=True)
        for run in self._queue:
            run.fail(BusyError("The server is going down", retry_after=5))
        for link in self._links():
            link.end()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._hatchery.close()

    def states(self) -> dict[str, int]:
        """Return how many readers there are in each state, and how many questions wait."""
        return {
            "idle": len(self._idle),
            "busy": len(self._fast),
            "slow": len(self._slow),
            "aside": len(self._aside),
            "queued": len(self._queue),
        }

    def ask(self, question: Question, client: str = "") -> Run:
        """Begin to answer a question, or put it in the queue. Raises BusyError, QuotaError."""
        self._watcher.admit(client)
        if self._queue and not self._has_room(client):
            self._watcher.refused()
            raise self._busy()
        run = Run(question, client)
        self._queue.append(run)
        self._dispatch()
        return run

    def _has_room(self, client: str) -> bool:
        if len(self._queue) >= self._limits.queue:
            return False
        if len(self._queue) < self._limits.queue_per_client:
            return True
        waiting = sum(run.client == client for run in self._queue)
        return waiting < self._limits.queue_per_client

    def _busy(self) -> BusyError:
        return BusyError(
            "As many queries wait as may",
            remedy="try again after the seconds that the header Retry-After gives",
            retry_after=max(1, round(self._limits.queue_seconds / 4)),
        )

    # --- Beginning ---------------------------------------------------------------------------

    def _dispatch(self) -> None:
        while self._queue and self._idle:
            run = self._queue.popleft()
            if run.finished:
                continue
            link = self._idle.pop()
            self._fast.add(link)
            now = time.monotonic()
            self._watcher.started(now - run.asked)
            link.start(run, now)
        if self._ticking is None and (self._queue or self._fast):
            self._tick_soon()

    def _fill(self) -> None:
        """See that there are, or will be, as many fast readers as there should be."""
        if self._closed:
            return
        there = len(self._idle) + len(self._fast) + len(self._hatching)
        for _ in range(self._limits.fast - there):
            task = asyncio.create_task(self._hatch_again())
            self._hatching.add(task)
            task.add_done_callback(self._hatching.discard)

    async def _hatch_again(self) -> None:
        while not self._closed:
            try:
                await self._hatch()
                return
            except DemarcheError as error:
                _log.error("a reader could not be started: %s", error)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _hatch(self) -> None:
        began = time.monotonic()
        hatchery = self._hatchery
        child = await hatchery.hatch()
        loop = asyncio.get_running_loop()
        try:
            _, link = await loop.create_unix_connection(lambda: Link(self, child), sock=child.sock)
        except BaseException:
            child.discard()
            raise
        if hatchery is not self._hatchery:
            link.end()
            return
        self._watcher.hatched(time.monotonic() - began)
        self._idle.insert(0, link)  # one that was used before is quicker
        self._end_spare()
        self._dispatch()

    # --- What links tell ---------------------------------------------------------------------

    def done(self, link: Link, run: Run) -> None:
        """A run has ended, and its reader lives."""
        self._watcher.ended("answered" if run.error is None else "failed", run.worked, run.client)
        if link.retiring or link.is_nice or (link in self._slow and not self._keeps_slow):
            # A priority cannot be raised again, and its memory may have grown.
            link.end()
            return
        self._fast.discard(link)
        self._slow.discard(link)
        self._idle.append(link)
        self._end_spare()
        self._wake_one()
        self._dispatch()

    @property
    def _keeps_slow(self) -> bool:
        """Whether readers are kept that may have copied all of the graph, by looking at it."""
        return self._hatchery.held <= KEPT_BYTES

    def _end_spare(self) -> None:
        """End readers beyond those wanted, first those that have done least."""
        while len(self._idle) > 1 and len(self._idle) + len(self._fast) > self._limits.fast:
            self._idle.pop(0).end()

    def lost(self, link: Link, run: Run | None) -> None:
        """A reader has gone, with what it worked on."""
        self._forget(link)
        task = asyncio.create_task(self._bury(link, run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._fill()
        self._wake_one()

    async def _bury(self, link: Link, run: Run | None) -> None:
        status = await link.child.status()
        link.child.forget()
        if run is None:
            return
        if not run.finished:
            run.fail(self._ending(status))
        self._watcher.ended(_outcome(run.error), run.worked, run.client)

    def _ending(self, status: int | None) -> DemarcheError:
        if status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT:
            return QueryMemoryError(
                f"The query needs more than {_mebibytes(self._limits.memory_bytes)}",
                remedy="ask for less at once; ORDER BY, DISTINCT and GROUP BY hold their rows",
            )
        _log.error("a reader ended with wait status %s", status)
        return QueryCrashedError(
            "The process that worked on the query ended without an answer",
            remedy="write the query in another way, and report it",
        )

    def _forget(self, link: Link) -> None:
        with suppress(ValueError):
            self._idle.remove(link)
        with suppress(ValueError):
            self._aside.remove(link)
        self._fast.discard(link)
        self._slow.discard(link)

    # --- Time --------------------------------------------------------------------------------

    def _tick_soon(self) -> None:
        if self._ticking is None and not self._closed:
            loop = asyncio.get_running_loop()
            self._ticking = loop.call_later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        self._ticking = None
        for link in [*self._fast]:
            run = link.run
            if run is not None and (run.throttled or run.worked > self._limits.slice_seconds):
                self._set_aside(link, run)
        for link in [*self._slow]:
            self._check_time(link)
        self._check_waiting()
        if self._queue or self._fast or self._slow or self._aside:
            self._tick_soon()

    def _set_aside(self, link: Link, run: Run) -> None:
        self._fast.discard(link)
        self._watcher.set_aside()
        if len(self._slow) + len(self._aside) >= self._limits.slow + self._limits.aside:
            self._watcher.refused()
            link.kill(self._busy())
        elif run.throttled or self._working() < self._limits.slow:
            # One that waits for its client takes no time from the others.
            self._slow.add(link)
        else:
            self._aside.append(link)
            link.freeze()
        self._make_way()
        self._fill()

    def _make_way(self) -> None:
        """Have slow questions let others go first, where they may take all processors."""
        if self._working() + len(self._aside) >= min(_ALL_BUSY, os.cpu_count() or 1):
            for link in (*self._slow, *self._aside):
                link.be_nice()

    def _working(self) -> int:
        return sum(link.run is not None and link.run.working for link in self._slow)

    def _wake_one(self) -> None:
        while self._aside and self._working() < self._limits.slow:
            link = self._aside.popleft()
            self._slow.add(link)
            link.thaw()

    def _check_time(self, link: Link) -> None:
        most = self._limits.query_seconds
        if most and link.run is not None and link.run.worked > most:
            link.kill(
                QueryTimeoutError(
                    f"The query took longer than {most:g} s",
                    remedy="ask for less: name the graph, the kind, the dates; add LIMIT",
                )
            )

    def _check_waiting(self) -> None:
        before = time.monotonic() - self._limits.queue_seconds
        while self._queue and (self._queue[0].finished or self._queue[0].asked < before):
            run = self._queue.popleft()
            if not run.finished:
                self._watcher.refused()
                run.fail(self._busy())
        for link in [*self._aside]:
            if link.frozen_since is not None and link.frozen_since < before:
                self._watcher.refused()
                link.kill(self._busy())
        self._wake_one()

    def _links(self) -> list[Link]:
        return [*self._idle, *self._fast, *self._slow, *self._aside]


class Link(asyncio.Protocol):
    """The server's end of one reader."""

    def __init__(self, pool: Pool, child: Child) -> None:
        self.child = child
        self.run: Run | None = None
        self.retiring = False
        self.frozen_since: float | None = None
        self.is_nice = False
        self._pool = pool
        self._decoder = wire.Decoder()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def start(self, run: Run, now: float) -> None:
        """Have the reader answer a question. now: monotonic seconds."""
        assert self._transport is not None
        self.run = run
        run.reader = self
        run.start_clock(now)
        self._transport.write(wire.frame(wire.QUESTION, run.question.dump()))

    def data_received(self, data: bytes) -> None:
        run = self.run
        if run is None:
            return
        whole = wire.whole_answer(data) if self._decoder.between else None
        if whole is not None:  # as most come
            run.take_whole(*whole)
        else:
            self._take(run, data)
        if run.finished:
            run.stop_clock()
            self.run = None
            if run.throttled:
                self._throttle_transport(False)
            self._pool.done(self, run)

    def _take(self, run: Run, data: bytes) -> None:
        for kind, payload in self._decoder.feed(data):
            if kind == wire.LEAVING:
                self.retiring = True
            else:
                run.take(kind, payload)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        run, self.run = self.run, None
        if run is not None:
            run.stop_clock()
        self._pool.lost(self, run)

    def end(self) -> None:
        """End the reader at once."""
        self.child.signal(signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()

    def kill(self, error: DemarcheError) -> None:
        """End the reader and what it works on, which fails with `error`."""
        if self.run is not None:
            self.run.fail(error)
        self.end()

    def be_nice(self) -> None:
        """Let everything else go before the reader, from now on."""
        if not self.is_nice:
            self.is_nice = True
            self.child.be_nice(NICE)

    def freeze(self) -> None:
        """Stop the reader until it is its turn."""
        self.frozen_since = time.monotonic()
        if self.run is not None:
            self.run.stop_clock()
        self.child.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a stopped reader go on."""
        self.frozen_since = None
        if self.run is not None and not self.run.throttled:
            self.run.start_clock()
        self.child.signal(signal.SIGCONT)

    def throttle(self, on: bool) -> None:
        """See `Reading.throttle`."""
        if self.run is None:
            return
        self._throttle_transport(on)
        if on:
            self.run.stop_clock()
        elif self.frozen_since is None:
            self.run.start_clock()

    def _throttle_transport(self, on: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if on:
            self._transport.pause_reading()
        elif not self._transport.is_reading():
            self._transport.resume_reading()


def _outcome(error: BaseException | None) -> str:
    kinds: dict[type[BaseException], str] = {
        QueryTimeoutError: "timeout",
        QueryMemoryError: "memory",
        QueryCrashedError: "crashed",
        AbandonedError: "abandoned",
        BusyError: "busy",
    }
    return "answered" if error is None else kinds.get(type(error), "failed")


def _mebibytes(size: int) -> str:
    return f"{size >> 20} MiB of memory" if size else "the memory there is"
