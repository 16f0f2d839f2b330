"""Where queries run: the one seam between the web and the engine.

An `Engine` takes a question and streams bytes, or gives a bounded `Table` for a page. Nothing else
of an answer crosses the seam: the engine lives in other processes (`demarche_server.readers`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from demarche_server.readers.tables import Table
from demarche_server.readers.wire import Head, Question
from demarche_store.protocol import CommitInfo, Dataset


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised answer whose first piece is already there.

    head: what it is. whole: the first piece is all of it.
    rest: the pieces that follow, to be read once; raises what goes wrong on the way.
    stop: ends the work, to be called by who leaves before the end; twice does no harm.
    worked: returns the seconds the query has worked so far.
    """

    head: Head
    first: bytes
    whole: bool
    rest: AsyncIterator[bytes]
    stop: Callable[[], None]
    worked: Callable[[], float]


class Asked(Protocol):
    """A query that was started."""

    @property
    def question(self) -> Question: ...

    def tell(self, told: Callable[[], None]) -> None:
        """Have a function called, once, when the end is there or the reader waits; it may be now.

        A reader waits when as much of an answer has come as may wait for the client.
        """
        ...

    def whole(self) -> tuple[Head, bytes] | None:
        """Return the answer if all of it is there and none went wrong; it is then taken."""
        ...

    async def answer(self) -> Answer:
        """Return the answer once its first piece is there.

        Raises QueryError and its kinds, QueryCrashedError, NotAcceptableError, BusyError.
        """
        ...


class Engine(Protocol):
    """Answers questions about one commit."""

    @property
    def info(self) -> CommitInfo: ...

    def ask(self, question: Question, client: str = "") -> Asked:
        """Start a query. client: whose question it is, for a fair queue."""
        ...

    async def table(
        self, query: str, dataset: Dataset, limit: int, client: str = "", *, ours: bool = False
    ) -> Table:
        """Return at most `limit` rows. Raises as `Asked.answer` does.

        ours: see `Question`.
        """
        ...

    @property
    def memory(self) -> int:
        """Bytes that the graph takes in memory, at most; 0 for one that is read from disk."""
        ...

    def apart(self) -> AbstractAsyncContextManager[Engine]:
        """Yield an engine of the same commit for what nobody waits for.

        Its questions run one after another in a reader of their own, which everything else goes
        before; they count for nobody's share of time. Raises StoreError.
        """
        ...

    def states(self) -> dict[str, int]:
        """Return how many readers are in each state, and how many questions wait."""
        ...

    async def close(self) -> None: ...
