"""What a commit is made of, in tables: each by a query that the page leads to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from demarche_ontology.terms import PREFIXES
from demarche_server.engine import Engine
from demarche_server.pages import cells, labels
from demarche_server.pages.kept import Kept
from demarche_store.protocol import Dataset

ROWS: Final = 25
_USED: Final = ("dcterms", "dem", "graph", "rdfs", "skos", "voc")
_PROLOGUE: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in _USED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A table about the data. name: its anchor. columns: words for those of the query."""

    name: str
    title: str
    columns: tuple[str, ...]
    query: str


FIGURES: Final = (
    Figure(
        "kinds",
        "Claims by kind",
        ("kind", "claims"),
        _PROLOGUE
        + """SELECT ?kind (COUNT(?claim) AS ?claims) WHERE {
  ?kind rdfs:subClassOf dem:Claim .
  ?claim a ?kind .
}
GROUP BY ?kind
ORDER BY DESC(?claims) ?kind
""",
    ),
    Figure(
        "policies",
        "Statements derived under each policy",
        ("policy", "what it admits", "statements"),
        _PROLOGUE
        + """SELECT ?policy ?definition ?statements WHERE {
  ?policy a dem:DerivationPolicy ; skos:definition ?definition .
  { SELECT ?policy (COUNT(DISTINCT ?statement) AS ?statements) WHERE {
      GRAPH ?graph { ?statement a dem:DerivedStatement ; dem:underPolicy ?policy }
      FILTER (?graph != graph:demonstration)
    } GROUP BY ?policy }
}
ORDER BY ?policy
""",
    ),
    Figure(
        "publishers",
        "Where the claims were found",
        ("publisher", "articles", "earliest", "latest", "claims"),
        _PROLOGUE
        + """SELECT ?publisher (COUNT(DISTINCT ?article) AS ?articles) (MIN(?from) AS ?earliest)
  (MAX(?until) AS ?latest) (COUNT(DISTINCT ?claim) AS ?claims)
WHERE {
  ?article dem:partKind voc:part-article ; dcterms:publisher ?publisher .
  OPTIONAL { ?article dem:earliest ?from ; dem:latest ?until }
  ?claim dem:inPart/dcterms:isPartOf* ?article .
}
GROUP BY ?publisher
ORDER BY DESC(?claims) ?publisher
""",
    ),
    Figure(
        "speakers",
        "Who asserts most of them, reader comments left out",
        ("source", "claims"),
        _PROLOGUE
        + """SELECT ?source (COUNT(?claim) AS ?claims) WHERE {
  ?claim dem:attributedTo ?source ; dem:voice ?voice .
  FILTER (?voice != voc:voice-reader-comment)
}
GROUP BY ?source
ORDER BY DESC(?claims) ?source
""",
    ),
    Figure(
        "reference",
        "Where reference facts were taken from",
        ("reference source", "licence", "facts"),
        _PROLOGUE
        + """SELECT ?reference (SAMPLE(?terms) AS ?licence) (COUNT(DISTINCT ?fact) AS ?facts)
WHERE {
  ?reference a dem:ReferenceSource .
  OPTIONAL { ?reference dcterms:license ?terms }
  ?fact dcterms:source ?reference .
}
GROUP BY ?reference
ORDER BY DESC(?facts) ?reference
""",
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its rows. more: whether there are further ones. late: it is not there now."""

    figure: Figure
    rows: list[list[cells.Cell]]
    more: bool = False
    late: bool = False


class Figures:
    """The figures of the commits of one application."""

    def __init__(self) -> None:
        self._kept = {figure.name: self._keep(figure) for figure in FIGURES}

    async def of(self, engine: Engine) -> list[Shown]:
        """Return the figures that a commit has something for, and those that are late."""
        found = await asyncio.gather(*(self._kept[one.name].of(engine) for one in FIGURES))
        shown = (
            one or Shown(figure, [], late=True) for figure, one in zip(FIGURES, found, strict=True)
        )
        return [one for one in shown if one.rows or one.late]

    async def ahead(self, engine: Engine) -> None:
        """Ask for the figures of a commit ahead. Raises QueryError, BusyError."""
        for kept in self._kept.values():
            await kept.ahead(engine)

    def _keep(self, figure: Figure) -> Kept[Shown]:
        async def make(engine: Engine) -> Shown:
            table = await engine.table(figure.query, Dataset(), ROWS)
            known = await labels.find(engine, cells.iris(table, 0), labels.EVERYTHING)
            rows = [[cells.plain(one) for one in row] for row in cells.rows(table, known, 0)]
            return Shown(figure, rows, table.more)

        return Kept(make)
