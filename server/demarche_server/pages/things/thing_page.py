"""The page about a thing: what every such page has, around what its kind of page says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from demarche_ontology.terms import DEM, RDF, RDFS, SKOS
from demarche_server import asgi
from demarche_server.linked import describe
from demarche_server.linked.paths import FORMATS, SHOWN, Place
from demarche_server.pages import asking, cells, labels, structured
from demarche_server.pages.cells import Cell
from demarche_server.pages.frame import Frame
from demarche_server.pages.kept import Answers, Held
from demarche_server.pages.things import kinds
from demarche_server.pages.things.sheets import Asked, Links, Said, side_by_side
from demarche_server.readers.tables import Table, Term
from demarche_store.protocol import Dataset

FACTS: Final = 400
"""Statements of a thing that its page knows."""
KEPT: Final = 128
"""Answers that pages about things keep, of all commits together."""
HELD: Final = 200_000
"""Cells of tables that are asked ahead for the pages of a commit; some 20 MB."""
_DEFINITIONS: Final = (SKOS["definition"], RDFS["comment"])


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of every page about a thing.

    kinds: its classes. successor: what took its place, if it was revised.
    """

    iri: str
    name: Cell
    kinds: tuple[Cell, ...]
    definitions: tuple[str, ...]
    successor: Cell | None


class ThingPages:
    """Makes the pages about things for one application. held: what was asked ahead for them."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._answers = Answers[Table](KEPT)
        self.held = Held[Table](HELD, _cells)

    async def page(self, request: Request, place: Place) -> tuple[Response, Links]:
        """Return the page about a thing, and what it links to in its head.

        Raises QueryError, BusyError.
        """
        engine = asgi.leased(request.scope)
        query = describe.outgoing(place, FACTS)
        said = grouped(await engine.table(query, Dataset(), FACTS, ours=True))
        asked = Asked(request, engine, place, said, self._answers, self.held)
        async with side_by_side([_head(asked)]) as (heading,):
            sheet = await kinds.builder(asked)(asked)
            head = await heading
        values = {
            "head": head,
            "documents": [(FORMATS[suffix], f"{place.path}.{suffix}") for suffix in SHOWN],
            "query": asking.path(query, engine),
            "pictures": sheet.pictures,
            "structured": structured.script(sheet.data),
            **sheet.values,
        }
        later = (("successor-version", head.successor.title),) if head.successor else ()
        page = await self._frame.page(request, sheet.template, **values)
        return page, (*later, *sheet.links)


def grouped(table: Table) -> Said:
    """Return rows of property and value as values by the IRI of the property."""
    found: dict[str, tuple[Term, ...]] = {}
    for name, value in table.rows:
        if name is not None and value is not None:
            found[name.value] = (*found.get(name.value, ()), value)
    return found


def _cells(table: Table) -> int:
    return 1 + len(table.columns) * len(table.rows)


async def _head(asked: Asked) -> Head:
    later = await asked.ask(describe.successor(asked.place), 1)
    classes = [term.value for term in asked.values(RDF["type"])]
    iris = [asked.place.iri, *classes, *cells.iris(later, 0)]
    known = await labels.find(asked.engine, iris, labels.EVERYTHING)
    if asked.values(DEM["partKind"]) and asked.place.iri not in known:
        known |= await labels.of_parts(asked.engine, [asked.place.iri])

    def show(iri: str) -> Cell:
        return cells.labelled(cells.cell(Term("iri", iri)), known)

    return Head(
        iri=asked.place.iri,
        name=show(asked.place.iri),
        kinds=tuple(map(show, classes)),
        definitions=tuple(v.value for p in _DEFINITIONS for v in asked.values(p)),
        successor=next(map(show, cells.iris(later, 0)), None),
    )
