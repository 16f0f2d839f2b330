"""What a search finds in the demonstration: apart, as it is invented and in no index of names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from demarche_ontology.terms import DCTERMS, DEM, GRAPH_DEMONSTRATION, RDF, SKOS
from demarche_server.demonstration import holds
from demarche_server.engine import Engine
from demarche_server.pages import cells
from demarche_server.pages.cells import Cell
from demarche_server.pages.kept import Kept
from demarche_server.readers.tables import Term
from demarche_server.search import folding
from demarche_store.protocol import Dataset

NAMES: Final = 5000
"""Names and statements of the demonstration that are looked at, one for each class of its thing."""
SHOWN: Final = 10
"""Things of the demonstration that a page of results tells."""
_NAMED: Final = "|".join(map(str, (SKOS["prefLabel"], DCTERMS["title"], DEM["statement"])))
_QUERY: Final = f"""
SELECT ?thing ?name ?kind
WHERE {{
  GRAPH {GRAPH_DEMONSTRATION} {{
    ?thing {_NAMED} ?name .
    OPTIONAL {{ ?thing {RDF["type"]} ?kind }}
  }}
  FILTER NOT EXISTS {{ ?thing ?any ?said }}
}}
ORDER BY ?thing ?name ?kind"""
"""What only the demonstration knows: what it repeats of the default graph is found there."""


@dataclass(frozen=True, slots=True)
class Invented:
    """A thing of the demonstration. pieces: of its name, each with whether it matched."""

    thing: Cell
    name: str
    pieces: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class _Name:
    iri: str
    text: str
    words: tuple[str, ...]
    kinds: frozenset[str]


class Demonstration:
    """Searches the demonstration of each commit. One per application."""

    def __init__(self) -> None:
        self._names = Kept(_read)

    async def found(self, engine: Engine, text: str, kind: str) -> list[Invented]:
        """Return what has all words of a text in its name or statement; a word may be cut short.

        kind: IRI of the class that things must be of, "" for any. Nothing where the graph does not
        answer in time.
        """
        wanted = folding.words(text)
        if not wanted or not holds(engine.info):
            return []
        found: dict[str, Invented] = {}
        for one in await self._names.of(engine) or ():
            fits = all(any(word.startswith(want) for word in one.words) for want in wanted)
            if fits and one.iri not in found and (not kind or kind in one.kinds):
                cell = cells.cell(Term("iri", one.iri))
                found[one.iri] = Invented(cell, one.text, folding.marks(one.text, wanted))
        # What has little besides the words comes first: names before statements.
        return sorted(found.values(), key=lambda one: (len(one.name), one.name))[:SHOWN]


async def _read(engine: Engine) -> tuple[_Name, ...]:
    table = await engine.table(_QUERY, Dataset(), NAMES, ours=True)
    kinds: dict[tuple[str, str], set[str]] = {}
    for thing, name, kind in table.rows:
        if thing and name and thing.kind == "iri":
            kinds.setdefault((thing.value, name.value), set()).update({kind.value} if kind else ())
    return tuple(
        _Name(iri, text, tuple(folding.words(text)), frozenset(some))
        for (iri, text), some in kinds.items()
    )
