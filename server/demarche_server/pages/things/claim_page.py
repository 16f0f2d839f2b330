"""The page about a claim: who says it through whom, how, what bears on it, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from demarche_ontology import terms
from demarche_ontology.terms import DCTERMS, DEM
from demarche_server.linked import describe
from demarche_server.pages import cells, citing, dates, labels, structured
from demarche_server.pages.cells import Cell
from demarche_server.pages.things import excerpts
from demarche_server.pages.things.excerpts import Excerpt
from demarche_server.pages.things.generic_page import CLAIMS, Fact, Showing, Thing, look
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.readers.tables import Table, Term

Row = tuple[Term | None, ...]

BEARING: Final = 200
"""Claims that bear on this one, and that its page shows."""
STEPS: Final = 50
DERIVED: Final = 100
"""Statements derived from a claim that its page shows."""
_WHEN: Final = ("edtf", "earliest", "latest", "timeBasis", "dateNote")
_APART: Final = frozenset(
    DEM[name].value
    for name in (
        *terms.CLAIM_MANNER,
        *_WHEN,
        *terms.COMPUTED_RELATIONS,
        "statement",
        "evidence",
        "reportingStep",
    )
)
"""Properties that the page shows elsewhere than among the rest."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """A claim that bears on this one. how: the property between them.

    why: the nodes that a policy derived for it, shown by what they note.
    """

    how: Cell
    claim: Cell
    source: Cell
    why: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """A statement that a policy derived from the claim, and perhaps from others with it."""

    statement: Cell
    subject: Cell
    predicate: Cell
    object: Cell


async def build(asked: Asked) -> Sheet:
    """Make the sheet. Raises QueryError, BusyError, StoreError."""
    place = asked.place
    chain, bearing, cited, related, derived = await asked.ask_all(
        (describe.steps(place), STEPS),
        (describe.bearing(place, BEARING), BEARING),
        (describe.publication(place), 1),
        (describe.relations(place, BEARING), BEARING),
        (describe.derived(place, DERIVED), DERIVED),
    )
    where = await excerpts.of_claim(asked)
    rows = [*chain.rows, *bearing.rows, *derived.rows, *asked.pairs()]
    known = await labels.find(asked.engine, _iris(rows), labels.EVERYTHING)
    parts = [term.value for term in asked.values(DEM["inPart"]) if term.value not in known]
    shown = Showing(known | await labels.of_parts(asked.engine, parts))
    title, publisher, published = (_text(term) for term in _padded(cited.rows))
    source = shown.cell(next(iter(asked.values(DEM["attributedTo"])), None)).text
    citation = citing.Citation(
        site=asked.request.app.title,
        iri=asked.place.iri,
        statement=asked.text(DEM["statement"]),
        source=source,
        document=title,
        publisher=publisher,
        date=dates.day(published),
        where=_where(where),
        version=citing.version(asked.engine.info),
        year=asked.engine.info.created.year,
    )
    values: dict[str, Any] = {
        "chain": [shown.cell(row[0]) for row in chain.rows],
        "how": _facts(asked, shown, (*terms.CLAIM_MANNER, *_WHEN)),
        "about": _others(asked, shown),
        "bearing": _bearing(bearing.rows, related.rows, shown),
        "derived": [
            Derived(*(cells.plain(shown.cell(one)) for one in row)) for row in derived.rows
        ],
        "excerpts": where,
        "thing": _besides(await look(asked), _iris([row[:1] for row in _nodes(related, derived)])),
        "per_page": CLAIMS,
        "citation": citation,
    }
    return Sheet("claim.html", values, data=_data(asked, citation))


def _nodes(*tables: Table) -> list[Row]:
    return [row for table in tables for row in table.rows]


def _bearing(rows: Iterable[Row], related: Iterable[Row], shown: Showing) -> list[Bearing]:
    """Return the claims that bear on one, each with the nodes that say why."""
    nodes: dict[tuple[str, str], dict[str, Cell]] = {}
    for node, kind, other, note in related:
        if node and kind and other:
            cell = shown.cell(node)._replace(kind="label", text=_text(note) or "why")
            nodes.setdefault((kind.value, other.value), {})[node.value] = cell
    found = []
    for how, other, source in rows:
        name = how.value.removeprefix(DEM) if how else ""
        key = (DEM[terms.COMPUTED_RELATIONS.get(name, name)].value, _text(other))
        why = tuple(nodes.get(key, {}).values())
        found.append(Bearing(shown.cell(how), shown.cell(other), shown.cell(source), why))
    return found


def _besides(thing: Thing, elsewhere: Iterable[str]) -> Thing:
    """Return what speaks of a claim, without the claims that are shown to bear on it.

    elsewhere: IRIs of what else the page shows in places of its own.
    """
    bear = {DEM[name].value for name in terms.COMPUTED_RELATIONS}
    told = set(elsewhere)
    left = (
        replace(fact, values=tuple(one for one in fact.values if one.title not in told))
        for fact in thing.others
    )
    return replace(
        thing,
        claims=tuple(row for row in thing.claims if row.role.title not in bear),
        others=tuple(fact for fact in left if fact.values),
    )


def _iris(rows: Iterable[tuple[Term | None, ...]]) -> list[str]:
    return [term.value for row in rows for term in row if term and term.kind == "iri"]


def _padded(rows: tuple[tuple[Term | None, ...], ...]) -> tuple[Term | None, ...]:
    return rows[0] if rows else (None, None, None)


def _text(term: Term | None) -> str:
    return term.value if term else ""


def _where(found: tuple[Excerpt, ...]) -> str:
    places = ", ".join(f"{one.start}–{one.end}" for one in found)
    return f"code points {places}" if places else ""


def _facts(asked: Asked, shown: Showing, names: Iterable[str]) -> tuple[Fact, ...]:
    found = shown.grouped(
        (Term("iri", DEM[name].value), value) for name in names for value in asked.values(DEM[name])
    )
    return tuple(replace(fact, values=tuple(map(cells.plain, fact.values))) for fact in found)


def _others(asked: Asked, shown: Showing) -> tuple[Fact, ...]:
    """Return what else the graph says of a claim."""
    return shown.grouped(
        (name, value)
        for name, value in asked.pairs()
        if name.value not in _APART and name.value.startswith((str(DEM), str(DCTERMS)))
    )


def _data(asked: Asked, citation: citing.Citation) -> Mapping[str, Any]:
    """Return what search engines are told (https://schema.org/Claim)."""
    sources = [term.value for term in asked.values(DEM["attributedTo"])]
    return structured.filled(
        {
            "@type": "Claim",
            "@id": asked.place.iri,
            "text": citation.statement,
            "claimInterpreter": citation.site,
            "author": [{"@id": iri} for iri in sources],
            "appearance": [{"@id": term.value} for term in asked.values(DEM["inDocument"])],
        }
    )
