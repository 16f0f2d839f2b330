"""What the default graph of the served commit holds: counted once per commit, in the background.

A build puts the counts into the graph, from where they are only read. Where there are none, or
where the graph has changed since, readers count, within the limits of any query.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from demarche_ontology import void
from demarche_ontology.errors import DemarcheError, TryLaterError
from demarche_ontology.terms import DATASET, GRAPH_DESCRIPTION, VOID, XSD
from demarche_server.description.addresses import is_ours
from demarche_server.engine import Engine
from demarche_server.readers.tables import Table, Term
from demarche_store.protocol import Dataset

MOST_PARTS: Final = 20_000
"""The most rows of one count; data with more classes and properties than that is not listed."""
MOST_TRIPLES: Final = 200_000
TRIES: Final = 20
"""How often a count is tried while the server is busy."""

_IN_THE_GRAPH: Final = f"SELECT ?s ?p ?o {{ GRAPH {GRAPH_DESCRIPTION} {{ ?s ?p ?o }} }}"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of a default graph.

    rows: by the names of `void.COUNTS`. built: the description that the build made instead.
    missing: what is not counted and why, in a sentence; "" if nothing.
    """

    rows: Mapping[str, void.Rows] = field(default_factory=dict, repr=False)
    built: tuple[Triple, ...] = field(default=(), repr=False)
    missing: str = ""

    def described(self, dataset: NamedNode) -> list[Triple]:
        """Return the VoID description under the name of a dataset."""
        return list(self.built) or void.describe(dataset, self.rows)


async def count(engine: Engine) -> Counted:
    """Count the default graph of an engine's commit."""
    if is_ours(engine.info):
        found = await _in_the_graph(engine)
        if found is not None:
            return found
    rows: dict[str, void.Rows] = {}
    missing: list[str] = []
    for name, query in void.COUNTS.items():
        try:
            rows[name] = await _rows(engine, query)
        except DemarcheError as error:
            _log.warning("not counted: %s: %s", name, error)
            missing.append(f"{name} ({error.message})")
    return Counted(rows, missing=f"Not counted: {'; '.join(missing)}." if missing else "")


async def _in_the_graph(engine: Engine) -> Counted | None:
    """Return the description that the build put into the graph, None if it is not of this graph."""
    table = await _patiently(engine, _IN_THE_GRAPH, MOST_TRIPLES)
    triples = tuple(_triple(row) for row in table.rows)
    others = engine.info.default_graph_triples - len(triples)
    total = Triple(DATASET, VOID["triples"], Literal(str(others), datatype=XSD["integer"]))
    return None if table.more or total not in triples else Counted(built=triples)


async def _rows(engine: Engine, query: str) -> void.Rows:
    """Return the rows of a count. Raises DemarcheError."""
    table = await _patiently(engine, query, MOST_PARTS)
    if table.more:
        raise DemarcheError(f"there are more than {MOST_PARTS}")
    return [tuple(term.value if term else "" for term in row) for row in table.rows]


async def _patiently(engine: Engine, query: str, limit: int) -> Table:
    """Ask, and ask again while the server is busy. Raises DemarcheError."""
    for _ in range(TRIES):
        try:
            return await engine.table(query, Dataset(), limit)
        except TryLaterError as error:
            await asyncio.sleep(error.retry_after)
    return await engine.table(query, Dataset(), limit)


def _triple(row: Sequence[Term | None]) -> Triple:
    subject, predicate, value = (_term(term) for term in row)
    assert isinstance(subject, NamedNode | BlankNode)
    assert isinstance(predicate, NamedNode)
    return Triple(subject, predicate, value)


def _term(term: Term | None) -> NamedNode | BlankNode | Literal:
    assert term is not None
    if term.kind == "iri":
        return NamedNode(term.value)
    if term.kind == "blank":
        return BlankNode(term.value)
    if term.language:
        return Literal(term.value, language=term.language)
    return Literal(term.value, datatype=NamedNode(term.datatype))
