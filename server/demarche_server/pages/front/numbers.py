"""The numbers of a commit, by query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from demarche_ontology.terms import DEM, RDFS
from demarche_server.engine import Engine
from demarche_store.protocol import Dataset


@dataclass(frozen=True, slots=True)
class Number:
    """One count and the query that counts. one, many: what is counted, in words."""

    one: str
    many: str
    query: str
    value: str = ""

    @property
    def label(self) -> str:
        return self.one if self.value == "1" else self.many


def _count(pattern: str) -> str:
    return f"SELECT (COUNT(DISTINCT ?x) AS ?number) WHERE {{ {pattern} }}"


COUNTED: Final = (
    Number("claim", "claims", _count(f"?x a {DEM['Claim']}")),
    Number("document", "documents", _count(f"?x a {DEM['Document']}")),
    Number(
        "actor",
        "actors",
        _count(f"?class {RDFS['subClassOf']}* {DEM['Actor']} . ?x a ?class"),
    ),
    Number("position on an issue", "positions on issues", _count(f"?x a {DEM['Position']}")),
)


async def count(engine: Engine) -> tuple[Number, ...]:
    """Return the numbers of the engine's commit. Raises QueryError."""
    return tuple([await _counted(engine, number) for number in COUNTED])


async def _counted(engine: Engine, number: Number) -> Number:
    table = await engine.table(number.query, Dataset(), limit=1)
    term = table.rows[0][0] if table.rows else None
    value = f"{int(term.value):,}" if term is not None else "0"
    return replace(number, value=value)
