"""Dated relations of a thing on time axes, in groups: offices, memberships, treaties, status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology.terms import DCTERMS, DEM, PROV
from demarche_server.pages.cells import Cell
from demarche_server.pages.drawing.axis import Axis, Span, draw
from demarche_server.pages.things.generic_page import Showing
from demarche_server.pages.things.ways import ALL_WAYS, Ways
from demarche_server.readers.tables import Table, Term

MOST: Final = 2000
"""Rows of relations, one for each source, that a page reads."""
DAYS: Final = ("validFrom", "validUntil", "attestedFrom", "attestedUntil")


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of relations.

    this, other: the properties that lead to the thing and to what rows are named by. of: what
    these are, in words.
    """

    title: str
    of: str
    this: str
    other: str


KINDS: Final = {
    "offices": Kind("Offices held", "Office", "holder", "office"),
    "holders": Kind("Who held it", "Holder", "office", "holder"),
    "leaders": Kind("Holders of its offices", "Holder", "", "holder"),
    "memberships": Kind("Memberships", "Organisation", "member", "organization"),
    "members": Kind("Members", "Member", "organization", "member"),
    "treaties": Kind("Treaties it is a party to", "Treaty", "party", "treaty"),
    "parties": Kind("Parties", "Party", "treaty", "party"),
    "territories": Kind("Territories", "Territory", "statusActor", "territory"),
    "statuses": Kind("Claims, control and recognition", "Actor", "territory", "statusActor"),
}
"""Groups by name, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of relations, drawn. name: of the group."""

    name: str
    kind: Kind
    axis: Axis


def query(thing: NamedNode, ways: Ways = ALL_WAYS) -> str | None:
    """Return the query for the dated relations of a thing, a row for each source.

    ways: those in which others name it; None where there are no relations by these.
    """
    there = [
        f"{{ ?relation {DEM[kind.this]} {thing} ; {DEM[kind.other]} ?other "
        f'BIND("{name}" AS ?group) }}'
        for name, kind in KINDS.items()
        if kind.this and ways.some(DEM[kind.this])
    ]
    if ways.some(DEM["officeOf"]):
        there.append(
            f"{{ ?as {DEM['officeOf']} {thing} . "
            f'?relation {DEM["office"]} ?as ; {DEM["holder"]} ?other BIND("leaders" AS ?group) }}'
        )
    if not there:
        return None
    union = "\n  UNION ".join(there)
    days = "\n".join(f"  OPTIONAL {{ ?relation {DEM[day]} ?{day} }}" for day in DAYS)
    return f"""
SELECT ?group ?relation ?other ?as ?status {" ".join(f"?{day}" for day in DAYS)} ?source
WHERE {{
  {union}
{days}
  OPTIONAL {{ ?relation {DEM["membershipStatus"]}|{DEM["territorialStatus"]} ?status }}
  OPTIONAL {{ ?relation {DCTERMS["source"]}|{PROV["wasDerivedFrom"]} ?source }}
}}
ORDER BY ?group ?other ?attestedFrom ?relation ?source LIMIT {MOST}"""


def groups(table: Table, shown: Showing) -> tuple[Group, ...]:
    """Return the groups that have relations, from the rows of the query."""
    found: dict[tuple[str, str], list[tuple[Term | None, ...]]] = {}
    for row in table.rows:
        if row[0] and row[1]:
            found.setdefault((row[0].value, row[1].value), []).append(row)
    spans: dict[str, list[Span]] = {}
    for (group, _), rows in found.items():
        spans.setdefault(group, []).append(_span(rows, shown))
    return tuple(
        Group(name, kind, draw(sorted(spans[name], key=_first)))
        for name, kind in KINDS.items()
        if name in spans
    )


def _first(span: Span) -> tuple[str, str]:
    return span.row.text, span.begin.text


def _span(rows: list[tuple[Term | None, ...]], shown: Showing) -> Span:
    _, _, other, office, status, *rest = rows[0]
    days = {name: day.value for name, day in zip(DAYS, rest[:4], strict=True) if day}
    sources = tuple(dict.fromkeys(shown.cell(row[-1]) for row in rows if row[-1]))
    kind = status.value.rpartition("/")[2].partition("-")[2] if status else ""
    what: Cell | None = shown.cell(status or office) if status or office else None
    return Span.of_relation(shown.cell(other), days, kind, what.text if what else "", sources)
