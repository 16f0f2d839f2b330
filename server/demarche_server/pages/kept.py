"""What pages ask the graph and show to everybody: asked once for each commit.

`Answers` keeps what was answered, whatever it may cost to ask. `Kept` is one kind of answer that a
page can do without: asked within a limit of time, and not again at once where that failed. `Held`
has what was asked ahead, before anybody wanted it, for the pages that take longest.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

from demarche_ontology.errors import DemarcheError
from demarche_server.engine import Engine

WAIT_SECONDS: Final = 2.0
"""How long a page waits for what it can do without."""
AGAIN_SECONDS: Final = 30.0
"""After a failure, how long until it is tried again."""
COMMITS: Final = 4
"""Commits whose answers are kept; of more, those asked for least lately are forgotten."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Answers(Generic[T]):
    """Answers by what was asked, the commit among it; those asked for last. For one event loop.

    most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._turns: dict[Hashable, asyncio.Lock] = {}

    async def of(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Return what was answered before, or have it made. Raises what `make` raises."""
        if key not in self._values:
            # Who comes while it is being asked waits for that, and asks nothing.
            turn = self._turns.setdefault(key, asyncio.Lock())
            try:
                async with turn:
                    if key not in self._values:
                        self._values[key] = await make()
            finally:
                if not turn.locked():
                    self._turns.pop(key, None)
        self._values.move_to_end(key)
        value = self._values[key]
        self._shorten()
        return value

    def has(self, key: Hashable) -> bool:
        """Return whether something was answered before."""
        return key in self._values

    def keep(self, key: Hashable, value: T) -> None:
        """Keep what was asked ahead. Who comes while that is asked does not wait for it."""
        self._values.setdefault(key, value)
        self._shorten()

    def _shorten(self) -> None:
        while len(self._values) > self._most:
            self._values.popitem(last=False)


class Held(Generic[T]):
    """Answers that were asked ahead, of one commit: they stay until those of the next come.

    most: what they may weigh together. weight: of one answer.
    """

    def __init__(self, most: int, weight: Callable[[T], int]) -> None:
        self._most = most
        self._weigh = weight
        self._commit = ""
        self._values: dict[Hashable, T] = {}
        self.weight = 0

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more."""
        return self.weight >= self._most

    def of(self, key: Hashable) -> T | None:
        """Return what was answered, None for what was not asked ahead."""
        return self._values.get(key)

    def keep(self, commit: str, key: Hashable, value: T) -> None:
        """Keep an answer of a commit, as far as there is room; those of another one go."""
        if commit != self._commit:
            self._commit, self._values, self.weight = commit, {}, 0
        weight = self._weigh(value)
        if key not in self._values and self.weight + weight <= self._most:
            self._values[key] = value
            self.weight += weight


class Kept(Generic[T]):
    """One kind of answer, by commit. For one event loop.

    make: works it out with an engine; what it raises of ours is logged, and costs the page that
    part only. seconds: how long it may take, None for `WAIT_SECONDS`. clock: monotonic seconds.
    """

    def __init__(
        self,
        make: Callable[[Engine], Awaitable[T]],
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._seconds = WAIT_SECONDS if seconds is None else seconds
        self._clock = clock
        self._answers = Answers[T](COMMITS)
        self._failed: dict[str, float] = {}

    async def of(self, engine: Engine) -> T | None:
        """Return the answer of an engine's commit; None while there is none to be had."""
        commit = engine.info.id

        async def make() -> T:
            if self._failed_lately(commit):
                raise TimeoutError
            return await self._make(engine)

        try:
            async with asyncio.timeout(self._seconds):
                return await self._answers.of(commit, make)
        except (DemarcheError, TimeoutError) as error:
            if not self._failed_lately(commit):
                self._failed = {commit: self._clock()}
                told = error or "it took too long"
                _log.warning("a part of a page is left out for now: %s", told)
            return None

    async def ahead(self, engine: Engine) -> None:
        """Work out the answer of an engine's commit ahead. Raises as `make` does."""
        if not self._answers.has(engine.info.id):
            self._answers.keep(engine.info.id, await self._make(engine))

    def _failed_lately(self, commit: str) -> bool:
        failed = self._failed.get(commit)
        return failed is not None and self._clock() < failed + AGAIN_SECONDS
