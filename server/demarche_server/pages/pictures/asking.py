"""Asking for pictures: several bounded queries at a time, and what stays the same for a commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from demarche_server import asgi
from demarche_server.engine import Engine
from demarche_server.pages import cells, labels
from demarche_server.pages.asking import quoted
from demarche_server.pages.cells import Cell
from demarche_server.pages.dates import parsed
from demarche_server.pages.kept import Answers
from demarche_server.readers.tables import Table, Term
from demarche_store.protocol import Dataset

OPTIONS: Final = 100
"""Things to choose from in a list; those with most claims."""
KEPT: Final = 64
"""Answers that pictures keep, of all commits together."""

Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks the engine that answers a request.

    answers: what stays the same for a commit. ahead: whether nobody waits for it (`asgi.AHEAD`).
    """

    engine: Engine
    client: str
    answers: Answers[Table]
    ahead: bool = False

    @classmethod
    def of(cls, request: Request, answers: Answers[Table]) -> Asking:
        scope = request.scope
        return cls(asgi.leased(scope), asgi.client(scope), answers, asgi.is_ahead(scope))

    async def table(self, query: str, limit: int) -> Table:
        """Return at most `limit` rows. Raises QueryError, BusyError."""
        return await self.engine.table(query, Dataset(), limit, self.client, ours=True)

    async def kept(self, query: str, limit: int) -> Table:
        """Return what was answered before for this commit, or ask. Raises QueryError, BusyError."""
        key = (self.engine.info.id, query, limit)
        if self.ahead and not self.answers.has(key):
            self.answers.keep(key, await self.table(query, limit))
        return await self.answers.of(key, lambda: self.table(query, limit))

    async def names(self, iris: Iterable[str]) -> Names:
        """Look up what things are called. Raises QueryError."""
        return Names(await labels.find(self.engine, iris, labels.EVERYTHING))


@dataclass(frozen=True, slots=True)
class Names:
    """Labels by IRI."""

    known: dict[str, str]

    def cell(self, iri: str) -> Cell:
        return cells.labelled(cells.cell(Term("iri", iri)), self.known)


@dataclass(frozen=True, slots=True)
class Option:
    """One of a list to choose from. value: what the address says for it."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last year there is something for; None where there is nothing dated."""

    first: int | None = None
    last: int | None = None


def options(
    table: Table, names: Names, chosen: str, counted: str = "claim|claims"
) -> tuple[Option, ...]:
    """Return the rows of a table (thing, number) as a list to choose from.

    chosen: the IRI that is chosen; it is in the list even where the table lacks it.
    counted: what is counted, one and many of it.
    """
    rows = [(row[0].value, text(row[1])) for row in table.rows[:OPTIONS] if row[0]]
    if chosen and all(iri != chosen for iri, _ in rows):
        rows.append((chosen, "0"))
    listed = (
        Option(
            cells.shorten(iri), f"{names.cell(iri).text} ({_many(number, counted)})", iri == chosen
        )
        for iri, number in rows
    )
    return tuple(sorted(listed, key=lambda one: one.text.casefold()))


def bounds(table: Table) -> Bounds:
    """Return the years of a table of one row: first and last day."""
    row = table.rows[0] if table.rows else ()
    years = [day.year for one in row if (day := parsed(text(one)))]
    return Bounds(min(years), max(years)) if years else Bounds()


def text(term: Term | None) -> str:
    """Return a term's IRI or lexical form, "" for none."""
    return term.value if term else ""


def number(term: Term | None) -> int:
    """Return a term as the number it counts, 0 for what is none."""
    return int(term.value) if term and term.value.isdigit() else 0


def query_path(query: str) -> str:
    """Return the path of the query page with a query in it."""
    return f"/query?query={quoted(query)}"


def _many(number: str, counted: str) -> str:
    one, _, many = counted.partition("|")
    return f"{int(number):,} {one if number == '1' else many}" if number.isdigit() else ""


def iris(*tables: Iterable[Row]) -> list[str]:
    """Return all IRIs of some rows."""
    return [
        one.value
        for rows in tables
        for row in rows
        for one in row
        if one is not None and one.kind == "iri"
    ]
