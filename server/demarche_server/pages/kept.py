"""What pages ask the graph and show to everybody: asked once for each commit, within a limit."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
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
        self._values: OrderedDict[str, T] = OrderedDict()
        self._failed: dict[str, float] = {}
        self._turn = asyncio.Lock()

    async def of(self, engine: Engine) -> T | None:
        """Return the answer of an engine's commit; None while there is none to be had."""
        commit = engine.info.id
        if commit not in self._values:
            # Who comes while it is being asked waits for that, and asks nothing.
            async with self._turn:
                await self._ask(engine, commit)
        if commit in self._values:
            self._values.move_to_end(commit)
        return self._values.get(commit)

    async def _ask(self, engine: Engine, commit: str) -> None:
        failed = self._failed.get(commit)
        if commit in self._values or (
            failed is not None and self._clock() < failed + AGAIN_SECONDS
        ):
            return
        try:
            async with asyncio.timeout(self._seconds):
                self._values[commit] = await self._make(engine)
        except (DemarcheError, TimeoutError) as error:
            self._failed = {commit: self._clock()}
            _log.warning("a part of a page is left out for now: %s", error or "it took too long")
        while len(self._values) > COMMITS:
            self._values.popitem(last=False)
