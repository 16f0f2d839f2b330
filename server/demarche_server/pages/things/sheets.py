"""What a page about a thing is made from: what is asked for goes in, a sheet comes out."""

from __future__ import annotations

import asyncio
from asyncio import Task
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

from pyoxigraph import NamedNode
from starlette.requests import Request

from demarche_ontology.terms import RDF
from demarche_server import asgi
from demarche_server.demonstration import Demonstrating
from demarche_server.engine import Engine
from demarche_server.linked.paths import Place
from demarche_server.pages import cells, labels
from demarche_server.pages.kept import Answers, Held
from demarche_server.readers.tables import Table, Term
from demarche_store.protocol import Dataset

T = TypeVar("T")

SIDE_BY_SIDE: Final = 2
"""Queries of one page under way at once: more would take the readers of other visitors."""

Said = Mapping[str, tuple[Term, ...]]
"""What the graph says of a thing: values by the IRI of the property."""

Links = tuple[tuple[str, str], ...]
"""Links of a page's head: relation, and IRI or absolute path below the root of the server."""


@dataclass(frozen=True)
class Asked:
    """What a page about a thing is made from.

    said: the thing's own statements, at most `thing_page.FACTS` of them. answers: what is kept of
    answers that stay the same for a commit. held: those that were asked ahead, or are to be.
    """

    request: Request
    engine: Engine
    place: Place
    said: Said
    answers: Answers[Table]
    held: Held[Table]

    @property
    def thing(self) -> NamedNode:
        return NamedNode(self.place.iri)

    @cached_property
    def classes(self) -> frozenset[str]:
        """The IRIs of the thing's classes."""
        return frozenset(term.value for term in self.values(RDF["type"]))

    def values(self, predicate: NamedNode) -> tuple[Term, ...]:
        return self.said.get(predicate.value, ())

    def text(self, predicate: NamedNode) -> str:
        """Return the first value as text, "" for none."""
        return next((term.value for term in self.values(predicate)), "")

    def pairs(self) -> Iterator[tuple[Term, Term]]:
        """Yield property and value of each statement."""
        for name, values in self.said.items():
            for value in values:
                yield Term("iri", name), value

    async def ask(self, query: str, limit: int) -> Table:
        """Return at most `limit` rows from the default graph. Raises QueryError, BusyError."""
        key = self._key(query, limit)
        found = self.held.of(key)
        if found is None:
            client = asgi.client(self.request.scope)
            found = await self.engine.table(query, Dataset(), limit, client, ours=True)
            if asgi.is_ahead(self.request.scope):
                self.held.keep(self.engine.info.id, key, found)
        return found

    async def kept(self, query: str, limit: int) -> Table:
        """Return what was answered before for this commit, or ask. Raises QueryError, BusyError."""
        if asgi.is_ahead(self.request.scope):
            return await self.ask(query, limit)
        return await self.answers.of(self._key(query, limit), lambda: self.ask(query, limit))

    def _key(self, query: str, limit: int) -> Hashable:
        return self.engine.info.id, isinstance(self.engine, Demonstrating), query, limit

    async def ask_all(
        self, *questions: tuple[str, int], kept: Collection[str] = (), named: bool = False
    ) -> list[Table]:
        """Return the rows of several queries with their limits, a few of them asked at a time.

        kept: those of the queries whose answers are kept. named: whether what answers name is
        looked up in their turn, so that `labels.find` knows it when all are there. Raises
        QueryError, BusyError, as the first that fails; the others are not waited for then.
        """
        turn = asyncio.Semaphore(SIDE_BY_SIDE)

        async def ask(query: str, limit: int) -> Table:
            async with turn:
                table = await (self.kept if query in kept else self.ask)(query, limit)
                if named:
                    await labels.learn(self.engine, cells.iris(table, 0), labels.EVERYTHING)
                return table

        async with side_by_side(ask(query, limit) for query, limit in questions) as tasks:
            return await asyncio.gather(*tasks)

    def offset(self, name: str = "from") -> int:
        """Return where a list begins that is shown in parts; 0 for what is no number."""
        given = self.request.query_params.get(name, "0")
        return int(given[:7]) if given.isascii() and given.isdigit() else 0


@dataclass(frozen=True, slots=True)
class PictureLink:
    """A picture that may show something of a thing.

    path: its address below the root. pattern: in SPARQL, of what it would show.
    """

    text: str
    path: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page about a thing. The template extends `thing.html` and gets `values`.

    links: of its header `Link`, besides those of every page.
    data: what it says to search engines, in JSON-LD (schema.org).
    pictures: to which the page links, since each shows something.
    """

    template: str
    values: Mapping[str, Any]
    links: Links = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    pictures: Sequence[PictureLink] = ()


@asynccontextmanager
async def side_by_side(work: Iterable[Coroutine[Any, Any, T]]) -> AsyncIterator[list[Task[T]]]:
    """Begin some work at once; whatever goes on of it at the end is cancelled."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            if not task.cancel() and not task.cancelled():
                task.exception()  # where it failed, too: the page tells of the first failure


Builder = Callable[[Asked], Awaitable[Sheet]]
"""Makes the sheet of a thing. Raises QueryError, BusyError, UnknownThingError."""
