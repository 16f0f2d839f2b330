"""Who does what to whom, as claimed: the acts between an actor and others, counted by claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeGuard

from pyoxigraph import NamedNode

from demarche_ontology.terms import DEM, concept
from demarche_server.pages import asking
from demarche_server.pages.cells import Cell
from demarche_server.pages.things.claim_lists import COMMENT
from demarche_server.pages.things.generic_page import Showing
from demarche_server.pages.things.sheets import Asked
from demarche_server.readers.tables import Table, Term

OTHERS: Final = 40
"""Actors that a page shows, those with most claims first."""
ROWS: Final = 600
_WAYS: Final = {
    "towards": "?claim {actor} {thing} ; {recipient} ?other .",
    "from": "?claim {recipient} {thing} ; {actor} ?other .",
    "with": "?claim {actor} {thing} , ?other .",
}
"""Patterns by what the other is: who it is done to, who does it, who does it, too."""


@dataclass(frozen=True, slots=True)
class Act:
    """A category of acts, how many claims tell of one, and the query for these claims."""

    category: Cell
    count: int
    path: str


@dataclass(frozen=True, slots=True)
class Dealing:
    """An actor and the acts between it and the thing of the page."""

    other: Cell
    claims: int
    towards: tuple[Act, ...]
    back: tuple[Act, ...]
    together: tuple[Act, ...]


def _counted() -> str:
    """What counts: what is said to have happened, by others than readers in comments."""
    return f"FILTER NOT EXISTS {{ ?claim {DEM['voice']} {COMMENT} }}"


def _way(name: str, thing: NamedNode, category: str) -> str:
    """Return the pattern of one way. category: a variable, or a term.

    All that decides stands in one group, so that the engine begins with the claims of the thing.
    Joined from outside, the category and the polarity would be read of all claims there are.
    """
    said = f"""?claim {DEM["category"]} {category} ;
    {DEM["polarity"]} {concept("polarity", "positive")} ;
    {DEM["modality"]} {concept("modality", "actual")} ."""
    way = _WAYS[name].format(actor=DEM["actor"], recipient=DEM["recipient"], thing=thing)
    return f"{way} {said}"


def query(thing: NamedNode) -> str:
    """Return the query that counts claims by other actor, category and way."""
    ways = "\n  UNION ".join(
        f'{{ {_way(name, thing, "?category")} BIND("{name}" AS ?way) }}' for name in _WAYS
    )
    return f"""
SELECT ?other ?way ?category (COUNT(DISTINCT ?claim) AS ?claims)
WHERE {{
  {ways}
  FILTER(?other != {thing})
  {_counted()}
}}
GROUP BY ?other ?way ?category ORDER BY DESC(?claims) ?other ?way ?category LIMIT {ROWS}"""


def behind(thing: NamedNode, way: str, other: str, category: str) -> str:
    """Return the query for the claims behind one count."""
    return f"""
SELECT DISTINCT ?claim ?statement ?source
WHERE {{
  BIND({NamedNode(other)} AS ?other)
  {_way(way, thing, str(NamedNode(category)))}
  {_counted()}
  OPTIONAL {{ ?claim {DEM["statement"]} ?statement }}
  OPTIONAL {{ ?claim {DEM["attributedTo"]} ?source }}
}}
ORDER BY ?claim"""


def dealings(asked: Asked, table: Table, shown: Showing) -> tuple[tuple[Dealing, ...], int]:
    """Return the dealings of an actor, most claims first, and how many others are left out."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for other, way, category, count in table.rows:
        if _is_iri(other) and way and _is_iri(category) and count:
            row = (way.value, category.value, int(count.value))
            found.setdefault(other.value, []).append(row)
    ranked = sorted(found, key=lambda one: (-sum(row[2] for row in found[one]), one))
    made = tuple(_dealing(asked, one, found[one], shown) for one in ranked[:OTHERS])
    return made, len(ranked) - len(made)


def _is_iri(term: Term | None) -> TypeGuard[Term]:
    return term is not None and term.kind == "iri"


def _dealing(
    asked: Asked, other: str, rows: Iterable[tuple[str, str, int]], shown: Showing
) -> Dealing:
    acts: dict[str, list[Act]] = {name: [] for name in _WAYS}
    for way, category, count in rows:
        path = asking.path(behind(asked.thing, way, other, category), asked.engine)
        acts[way].append(Act(shown.cell(Term("iri", category)), count, path))
    return Dealing(
        shown.cell(Term("iri", other)),
        sum(act.count for some in acts.values() for act in some),
        *(tuple(acts[name]) for name in _WAYS),
    )
