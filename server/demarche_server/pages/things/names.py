"""What a thing is called and coded: names with who uses them, codes and links with their source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology import terms
from demarche_ontology.terms import DCTERMS, DEM, PROV, RDFS, SKOS
from demarche_server.pages import cells
from demarche_server.pages.cells import Cell
from demarche_server.pages.things.generic_page import Fact, Showing
from demarche_server.pages.things.sheets import Asked
from demarche_server.readers.tables import Table, Term

MOST: Final = 400
"""Attributed names and codes, a row for each source."""
ELSEWHERE: Final = {
    SKOS["exactMatch"]: "the same thing elsewhere",
    SKOS["closeMatch"]: "nearly the same thing elsewhere",
    terms.OWL["sameAs"]: "the same thing elsewhere",
    RDFS["seeAlso"]: "see also",
}
LABELS: Final = (SKOS["prefLabel"], SKOS["altLabel"])


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the thing. role: of what kind. users: who uses it. sources: where that is from."""

    name: Cell
    role: str
    users: tuple[Cell, ...]
    sources: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the thing in some scheme, with where it was taken from."""

    scheme: Cell
    code: str
    source: Cell


def query(thing: NamedNode) -> str:
    """Return the query for attributed names and codes: what, who uses it or scheme, source."""
    return f"""
SELECT ?node ?what ?of ?source
WHERE {{
  {{ {thing} {DEM["attributedName"]} ?node . ?node {DEM["nameForm"]} ?what
     OPTIONAL {{ ?node {DEM["nameUsedBy"]} ?of }} }}
  UNION
  {{ {thing} {DEM["identifier"]} ?node . ?node {DEM["notation"]} ?what ;
     {DEM["identifierScheme"]} ?of }}
  OPTIONAL {{ ?node {DCTERMS["source"]}|{PROV["wasDerivedFrom"]} ?source }}
}}
ORDER BY ?of ?what ?source LIMIT {MOST}"""


def names(asked: Asked, table: Table, shown: Showing) -> tuple[Name, ...]:
    """Return the names of a thing: its own labels, then those in use."""
    roles = {LABELS[0].value: "label", LABELS[1].value: "other name"}
    own = [
        Name(shown.cell(value), role, (), ())
        for iri, role in roles.items()
        for value in asked.said.get(iri, ())
    ]
    return (*own, *_attributed(asked, table, shown))


def _attributed(asked: Asked, table: Table, shown: Showing) -> Iterable[Name]:
    found: dict[Term, list[tuple[Term | None, ...]]] = {}
    names = {term.value for term in asked.values(DEM["attributedName"])}
    for row in table.rows:
        if row[0] and row[0].value in names and row[1]:
            found.setdefault(row[1], []).append(row)
    for name, rows in found.items():
        users = tuple(dict.fromkeys(shown.cell(row[2]) for row in rows if row[2]))
        sources = tuple(dict.fromkeys(shown.cell(row[3]) for row in rows if row[3]))
        yield Name(shown.cell(name), "in use", users, sources)


def codes(asked: Asked, table: Table, shown: Showing) -> tuple[Code, ...]:
    """Return the codes of a thing, with their sources where the graph has them."""
    nodes = {term.value for term in asked.values(DEM["identifier"])}
    known = tuple(
        Code(shown.cell(row[2]), row[1].value, shown.cell(row[3]))
        for row in table.rows
        if row[0] and row[0].value in nodes and row[1]
    )
    if known:
        return known
    return tuple(
        Code(shown.cell(Term("iri", DEM[name].value)), value.value, cells.EMPTY)
        for name in terms.CODE_PROPERTIES
        for value in asked.values(DEM[name])
    )


def elsewhere(asked: Asked, shown: Showing) -> tuple[Fact, ...]:
    """Return links to the same thing in other data."""
    return tuple(
        Fact(
            shown.cell(Term("iri", name.value))._replace(kind="label", text=words),
            tuple(map(shown.cell, values)),
        )
        for name, words in ELSEWHERE.items()
        if (values := asked.values(name))
    )


_SCHEMA_TYPES: Final = {
    "Commenter": "",
    "State": "Country",
    "Person": "Person",
    "Public": "Audience",
    "GovernmentBody": "GovernmentOrganization",
    "MediaOutlet": "NewsMediaOrganization",
    "NewsAgency": "NewsMediaOrganization",
    "Organization": "Organization",
    "Office": "Role",
    "Treaty": "CreativeWork",
    "Provision": "CreativeWork",
    "Territory": "Place",
    "Place": "Place",
    "Actor": "Thing",
}
"""Types of schema.org by class; the first that fits counts. About a commenter nothing is told."""


def schema_type(classes: Iterable[str]) -> str:
    """Return the type of schema.org for classes, "" where nothing is to be told."""
    has = set(classes)
    return next((to for name, to in _SCHEMA_TYPES.items() if DEM[name].value in has), "Thing")
