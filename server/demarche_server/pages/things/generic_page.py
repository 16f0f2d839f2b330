"""The page about a thing whose class has no page of its own: all that the graph says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from demarche_ontology.terms import DCTERMS, DEM, RDF, RDFS, SKOS
from demarche_server.linked import describe
from demarche_server.pages import cells, labels
from demarche_server.pages.cells import Cell
from demarche_server.pages.things import excerpts
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.readers.tables import Table, Term

CLAIMS: Final = 100
"""Claims about a thing on one page; further ones on the next."""
OTHERS: Final = 100
TERMS: Final = 1000
_SHOWN_APART: Final = frozenset(
    {
        RDF["type"].value,
        SKOS["definition"].value,
        RDFS["comment"].value,
        DEM["statement"].value,
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
class Thing:
    """A thing as its page shows it.

    offset: of the first claim shown. more: whether others follow. terms: of a namespace.
    """

    facts: tuple[Fact, ...]
    claims: tuple[ClaimRow, ...]
    offset: int
    more: bool
    others: tuple[Fact, ...]
    terms: tuple[tuple[Cell, str], ...] = ()


async def build(asked: Asked) -> Sheet:
    """Make the sheet. Raises QueryError, BusyError."""
    values = {"thing": await look(asked), "per_page": CLAIMS}
    return Sheet("generic.html", values | {"excerpts": await excerpts.of_claim(asked)})


async def look(asked: Asked) -> Thing:
    """Gather what is said of a thing, and what speaks of it. Raises QueryError, BusyError."""
    place, offset = asked.place, asked.offset()
    claims = await asked.ask(describe.claims_about(place, CLAIMS + 1, offset), CLAIMS + 1)
    others = await asked.ask(describe.incoming(place, OTHERS), OTHERS)
    names = await asked.ask(describe.terms(place, TERMS), TERMS) if place.whole_namespace else NONE
    said = Table(("p", "o"), tuple(asked.pairs()))
    iris = [iri for table in (said, claims, others, names) for iri in cells.iris(table, 0)]
    shown = Showing(await labels.find(asked.engine, iris, labels.EVERYTHING))
    return Thing(
        facts=shown.grouped((p, o) for p, o in said.rows if p and p.value not in _SHOWN_APART),
        claims=tuple(shown.claim(row) for row in claims.rows[:CLAIMS]),
        offset=offset,
        more=len(claims.rows) > CLAIMS,
        others=shown.grouped((p, s) for s, p in others.rows),
        terms=tuple((shown.cell(row[0]), row[2].value if row[2] else "") for row in names.rows),
    )


NONE: Final = Table((), ())
_WORDS: Final = {
    DCTERMS[name].value: words
    for name, words in {
        "bibliographicCitation": "citation",
        "creator": "creator",
        "description": "description",
        "language": "language",
        "license": "licence",
        "publisher": "publisher",
        "rights": "rights",
        "source": "source",
        "title": "title",
    }.items()
}
"""What properties of Dublin Core are called where the graph does not say it: it seldom does."""


@dataclass(frozen=True, slots=True)
class Showing:
    """Makes cells with labels. made: by their terms, since most stand on a page several times."""

    labels: dict[str, str]
    made: dict[Term | None, Cell] = field(default_factory=dict, compare=False)

    def cell(self, term: Term | None) -> Cell:
        found = self.made.get(term)
        if found is None:
            found = self.made[term] = cells.labelled(cells.cell(term), self.labels)
        return found

    def grouped(self, pairs: Iterable[tuple[Term | None, Term | None]]) -> tuple[Fact, ...]:
        """Return (property, value) pairs as one fact a property, in the order they come."""
        groups: dict[str, list[Term | None]] = {}
        for name, value in pairs:
            if name is not None:
                groups.setdefault(name.value, []).append(value)
        return tuple(
            Fact(self._name(name), tuple(map(self.cell, values))) for name, values in groups.items()
        )

    def _name(self, iri: str) -> Cell:
        shown = self.cell(Term("iri", iri))
        is_bare = shown.kind == "iri" and iri in _WORDS
        return shown._replace(kind="label", text=_WORDS[iri]) if is_bare else shown

    def claim(self, row: tuple[Term | None, ...]) -> ClaimRow:
        claim, _, source, date, role = (self.cell(term) for term in row)
        return ClaimRow(claim, source, date, role)
