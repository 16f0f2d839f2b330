"""What a page about a thing shows, gathered with a few bounded queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from demarche_ontology.terms import DEM, RDF, RDFS, SKOS
from demarche_server.engine import Engine
from demarche_server.linked import describe
from demarche_server.linked.paths import Place
from demarche_server.pages import cells, labels
from demarche_server.pages.cells import Cell
from demarche_server.readers.tables import Table, Term
from demarche_store.protocol import Dataset

FACTS: Final = 400
"""Statements of a thing that its page shows."""
CLAIMS: Final = 100
"""Claims about a thing on one page; further ones on the next."""
OTHERS: Final = 100
_SHOWN_APART: Final = frozenset(
    {
        RDF["type"].value,
        SKOS["definition"].value,
        RDFS["comment"].value,
        DEM["statement"].value,
        DEM["reportingStep"].value,
        DEM["evidence"].value,
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of a thing with all its values."""

    name: Cell
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim about a thing. role: the property by which it speaks of the thing."""

    claim: Cell
    source: Cell
    date: Cell
    role: Cell


@dataclass(frozen=True, slots=True)
class PassageRow:
    """Where a claim stands. start, end: code points, end exclusive."""

    document: Cell
    start: str
    end: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing as its page shows it.

    offset: of the first claim shown. more: whether others follow.
    """

    place: Place
    name: Cell
    kinds: tuple[Cell, ...]
    definitions: tuple[str, ...]
    facts: tuple[Fact, ...]
    claims: tuple[ClaimRow, ...]
    offset: int
    more: bool
    others: tuple[Fact, ...]
    chain: tuple[Cell, ...] = ()
    passages: tuple[PassageRow, ...] = ()
    terms: tuple[tuple[Cell, str], ...] = ()
    successor: Cell | None = None

    @property
    def query(self) -> str:
        """The query whose answer is what the page shows, for who wants to go on from there."""
        return describe.outgoing(self.place, FACTS)


async def look(engine: Engine, place: Place, offset: int) -> Thing:
    """Gather what the page about a thing shows. Raises QueryError, BusyError."""

    async def ask(query: str, limit: int) -> Table:
        return await engine.table(query, Dataset(), limit)

    said = await ask(describe.outgoing(place, FACTS), FACTS)
    claims = await ask(describe.claims_about(place, CLAIMS + 1, offset), CLAIMS + 1)
    others = await ask(describe.incoming(place, OTHERS), OTHERS)
    chain = await ask(describe.steps(place), 50)
    passages = await ask(describe.passages(place), 50)
    later = await ask(describe.successor(place), 1)
    names = await ask(describe.terms(place, 1000), 1000) if place.whole_namespace else _NONE
    tables = (said, claims, others, chain, passages, later, names)
    known = await labels.find(engine, _iris(place, tables), labels.EVERYTHING)
    shown = _Showing(known)
    return Thing(
        place=place,
        name=shown.cell(Term("iri", place.iri)),
        kinds=tuple(shown.cell(o) for p, o in said.rows if _is(p, RDF["type"].value)),
        definitions=_texts(said, (SKOS["definition"].value, RDFS["comment"].value)),
        facts=shown.grouped((p, o) for p, o in said.rows if p and p.value not in _SHOWN_APART),
        claims=tuple(shown.claim(row) for row in claims.rows[:CLAIMS]),
        offset=offset,
        more=len(claims.rows) > CLAIMS,
        others=shown.grouped((p, s) for s, p in others.rows),
        chain=tuple(shown.cell(row[0]) for row in chain.rows),
        passages=tuple(shown.passage(row) for row in passages.rows),
        terms=tuple((shown.cell(row[0]), row[2].value if row[2] else "") for row in names.rows),
        successor=shown.cell(later.rows[0][0]) if later.rows else None,
    )


_NONE: Final = Table((), ())


def _iris(place: Place, tables: Iterable[Table]) -> list[str]:
    found = [place.iri]
    for table in tables:
        found += cells.iris(table, 0)
    return found


def _is(term: Term | None, iri: str) -> bool:
    return term is not None and term.value == iri


def _texts(said: Table, predicates: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(o.value for p, o in said.rows if p and o and p.value in predicates)


@dataclass(frozen=True, slots=True)
class _Showing:
    """Makes cells with labels."""

    labels: dict[str, str]

    def cell(self, term: Term | None) -> Cell:
        shown = cells.cell(term)
        return cells.labelled(shown, self.labels)

    def grouped(self, pairs: Iterable[tuple[Term | None, Term | None]]) -> tuple[Fact, ...]:
        """Return (property, value) pairs as one fact a property, in the order they come."""
        groups: dict[str, list[Term | None]] = {}
        for name, value in pairs:
            if name is not None:
                groups.setdefault(name.value, []).append(value)
        return tuple(
            Fact(self.cell(Term("iri", name)), tuple(map(self.cell, values)))
            for name, values in groups.items()
        )

    def claim(self, row: tuple[Term | None, ...]) -> ClaimRow:
        claim, _, source, date, role = (self.cell(term) for term in row)
        return ClaimRow(claim, source, date, role)

    def passage(self, row: tuple[Term | None, ...]) -> PassageRow:
        document, *texts = row
        start, end, sha256 = (term.value if term else "" for term in texts)
        return PassageRow(self.cell(document), start, end, sha256)
