"""In which ways others name a thing: what decides which parts a page about it can have.

Asked first, in a pass over what names the thing, it spares a page the queries for parts that it
cannot have, and the others the passes for ways that there are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from demarche_server.pages.things.sheets import Asked

MOST: Final = 200
"""Properties that are told apart; a thing that more lead to is asked for in every way."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The properties of others that lead to a thing, by IRI; None where it may be any."""

    iris: frozenset[str] | None = None

    def some(self, *properties: NamedNode) -> bool:
        """Return whether one of the properties leads to the thing, or may."""
        return self.iris is None or not self.iris.isdisjoint(one.value for one in properties)


ALL_WAYS: Final = Ways()


def query(thing: NamedNode) -> str:
    """Return the query for the properties that lead to a thing."""
    return f"SELECT DISTINCT ?p {{ ?s ?p {thing} }} LIMIT {MOST}"


async def find_ways(asked: Asked) -> Ways:
    """Return the ways in which others name the thing. Raises QueryError, BusyError."""
    table = await asked.ask(query(asked.thing), MOST)
    found = frozenset(row[0].value for row in table.rows if row[0])
    return ALL_WAYS if len(found) == MOST else Ways(found)
