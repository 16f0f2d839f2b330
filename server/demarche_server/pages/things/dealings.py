"""Who does what to whom, as claimed: the acts between an actor and others, counted by claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    "towards": (DEM["actor"], DEM["recipient"]),
    "from": (DEM["recipient"], DEM["actor"]),
    "with": (DEM["actor"], DEM["actor"]),
}
"""Ways of dealing: what the thing is to a claim, and what the other is to it."""


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


def _acts(thing: NamedNode, role: NamedNode, category: str) -> str:
    """Return the pattern of claims of acts that a thing has a role in.

    Those count that are said to have taken place, by others than readers in comments.
    category: a variable, or a term.

    All that decides stands in one group, so that the engine begins with the claims of the thing.
    Joined from outside, the category and the polarity would be read of all claims there are.
    """
    return f"""?claim {role} {thing} ; {DEM["category"]} {category} ;
    {DEM["polarity"]} {concept("polarity", "positive")} ;
    {DEM["modality"]} {concept("modality", "actual")} .
    FILTER NOT EXISTS {{ ?claim {DEM["voice"]} {COMMENT} }}"""


def query(thing: NamedNode) -> str:
    """Return the query that counts claims by other actor, category and way.

    Claims in which the thing acts are looked for once, for both ways that it can have to others.
    """
    others: dict[NamedNode, list[str]] = {}
    for name, (role, other) in _WAYS.items():
        others.setdefault(role, []).append(f'{{ ?claim {other} ?other BIND("{name}" AS ?way) }}')
    groups = "\n  UNION ".join(
        f"{{ {_acts(thing, role, '?category')}\n    {' UNION '.join(ways)} }}"
        for role, ways in others.items()
    )
    return f"""
SELECT ?other ?way ?category (COUNT(DISTINCT ?claim) AS ?claims)
WHERE {{
  {groups}
  FILTER(?other != {thing})
}}
GROUP BY ?other ?way ?category ORDER BY DESC(?claims) ?other ?way ?category LIMIT {ROWS}"""


def behind(thing: NamedNode, way: str, other: NamedNode, category: NamedNode) -> str:
    """Return the query for the claims behind one count."""
    role, with_other = _WAYS[way]
    return f"""
SELECT DISTINCT ?claim ?statement ?source
WHERE {{
  ?claim {with_other} {other} . {_acts(thing, role, str(category))}
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
    paths = {
        way: asking.Paths(behind(asked.thing, way, *asking.HOLES), asked.engine) for way in _WAYS
    }
    made = tuple(_dealing(one, found[one], paths, shown) for one in ranked[:OTHERS])
    return made, len(ranked) - len(made)


def _is_iri(term: Term | None) -> TypeGuard[Term]:
    return term is not None and term.kind == "iri"


def _dealing(
    other: str,
    rows: Iterable[tuple[str, str, int]],
    paths: Mapping[str, asking.Paths],
    shown: Showing,
) -> Dealing:
    acts: dict[str, list[Act]] = {name: [] for name in _WAYS}
    for way, category, count in rows:
        path = paths[way].path(other, category)
        acts[way].append(Act(shown.cell(Term("iri", category)), count, path))
    return Dealing(
        shown.cell(Term("iri", other)),
        sum(act.count for some in acts.values() for act in some),
        *(tuple(acts[name]) for name in _WAYS),
    )
