"""The demonstration: things that the default graph says nothing of, looked at in their own graph.

What it holds is invented, so it stands in a graph of its own, which queries see only by name. The
pages and descriptions of its things are made from that graph, and say so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from demarche_ontology import terms
from demarche_server.engine import Asked, Engine
from demarche_server.readers.tables import Table
from demarche_server.readers.wire import Question
from demarche_store.protocol import CommitInfo, Dataset

DATASET: Final = Dataset((terms.GRAPH_DEMONSTRATION.value,))
"""One graph: it holds the meaning of its terms, too. A list of graphs makes queries much slower."""


@dataclass(frozen=True, slots=True)
class Demonstrating:
    """An engine that looks at the demonstration where nothing else is asked for."""

    engine: Engine

    @property
    def info(self) -> CommitInfo:
        return self.engine.info

    @property
    def memory(self) -> int:
        return self.engine.memory

    def ask(self, question: Question, client: str = "") -> Asked:
        """Start a query; see `Engine.ask`."""
        return self.engine.ask(question._replace(dataset=_instead(question.dataset)), client)

    async def table(
        self, query: str, dataset: Dataset, limit: int, client: str = "", *, ours: bool = False
    ) -> Table:
        """Return at most `limit` rows; see `Engine.table`."""
        return await self.engine.table(query, _instead(dataset), limit, client, ours=ours)

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[Engine]:
        """Yield an engine for what nobody waits for; see `Engine.apart`."""
        async with self.engine.apart() as engine:
            yield Demonstrating(engine)

    def states(self) -> dict[str, int]:
        return self.engine.states()

    async def close(self) -> None:
        """Do nothing: the engine belongs to others."""


def holds(info: CommitInfo) -> bool:
    """Return whether a commit has a demonstration."""
    return any(graph.iri == terms.GRAPH_DEMONSTRATION.value for graph in info.graphs)


def _instead(dataset: Dataset) -> Dataset:
    return DATASET if dataset == Dataset() else dataset
