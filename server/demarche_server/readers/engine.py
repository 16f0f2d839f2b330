"""The engine of one commit of a home: a pool of readers, on disk first, then in memory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from demarche_ontology.errors import DemarcheError
from demarche_server.readers.hatchery import DiskHatchery, MemoryHatchery
from demarche_server.readers.pool import Limits, Pool, Watcher
from demarche_server.readers.run import Run
from demarche_server.readers.tables import Table
from demarche_server.readers.wire import Question, ReaderConfig
from demarche_store.embedded import EmbeddedView
from demarche_store.protocol import CommitInfo, Dataset

QUICK_TRIPLES: Final = 300_000
"""Up to so many, a graph is in memory about as soon as readers on disk would be there."""
BYTES_PER_TRIPLE: Final = 500
"""What a triple takes in memory, at most, by the measurements in bench/README.md."""

_log = logging.getLogger(__name__)


class ReaderEngine:
    """Answers in reader processes."""

    def __init__(self, view: EmbeddedView, pool: Pool) -> None:
        self._view = view
        self._info = view.info
        self._pool = pool
        self._loading: asyncio.Task[None] | None = None
        self._memory = 0

    @classmethod
    async def open(
        cls,
        view: EmbeddedView,
        config: ReaderConfig,
        limits: Limits,
        max_memory: int,
        watcher: Watcher | None = None,
    ) -> ReaderEngine:
        """Start the readers of a commit; the view keeps the commit from being pruned.

        max_memory: bytes that the graph may take in memory; one that would take more stays on
            disk. Raises StoreError.
        """
        size = sum(graph.triples for graph in view.info.graphs) + view.info.default_graph_triples
        needed = size * BYTES_PER_TRIPLE
        fits = needed <= max_memory
        memory = MemoryHatchery(view.path, config)
        if fits and size <= QUICK_TRIPLES:
            await memory.load()
            engine = cls(view, Pool(memory, limits, watcher))
        else:
            engine = cls(view, Pool(DiskHatchery(view.path, config), limits, watcher))
        engine._memory = needed if fits else 0
        try:
            await engine._pool.start()
        except BaseException:
            await engine._pool.close()
            raise
        if fits and size > QUICK_TRIPLES:
            engine._loading = asyncio.create_task(engine._move(memory))
        return engine

    async def _move(self, memory: MemoryHatchery) -> None:
        """Go over from readers on disk to readers in memory."""
        try:
            held = await memory.load()
        except DemarcheError as error:
            _log.error("commit %s stays on disk: %s", self.info.id, error)
            self._memory = 0
            return
        _log.info("commit %s is in memory: %d MiB", self.info.id, held >> 20)
        await self._pool.use(memory)

    @property
    def info(self) -> CommitInfo:
        return self._info

    @property
    def memory(self) -> int:
        """Bytes that the graph takes in memory, or will when it is loaded, at most."""
        return self._memory

    def ask(self, question: Question, client: str = "") -> Run:
        """Start a query, which may have failed already."""
        try:
            return self._pool.ask(question, client)
        except DemarcheError as error:
            return Run.refused(question, client, error)

    async def table(
        self, query: str, dataset: Dataset, limit: int, client: str = "", *, ours: bool = False
    ) -> Table:
        """Return at most `limit` rows; see `Engine.table`."""
        run = self._pool.ask(Question(query, dataset, rows=limit, ours=ours), client)
        try:
            await run.next()
        except asyncio.CancelledError:
            run.stop()
            raise
        assert run.table is not None
        return run.table

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[ReaderEngine]:
        """Yield an engine for what nobody waits for; see `Engine.apart`.

        Where the graph is still being loaded, once it is.
        """
        if self._loading is not None:
            await asyncio.wait({self._loading})
        pool = self._pool.apart()
        try:
            await pool.start()
            yield ReaderEngine(self._view, pool)
        finally:
            await pool.close()

    def states(self) -> dict[str, int]:
        """Return how many readers are in each state, and how many questions wait."""
        return self._pool.states()

    async def close(self) -> None:
        """End the readers, then let the commit go."""
        if self._loading is not None:
            self._loading.cancel()
            with suppress(asyncio.CancelledError):
                await self._loading
        await self._pool.close()
        self._view.close()
