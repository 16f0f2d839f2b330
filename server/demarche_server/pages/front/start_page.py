"""The first page: what this is, a search, one question with its answer, numbers, how to cite."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from demarche_ontology.competency import CompetencyQuery
from demarche_server import asgi
from demarche_server.endpoint import PATH
from demarche_server.engine import Engine
from demarche_server.pages import cells, citing, labels, structured
from demarche_server.pages.frame import Frame
from demarche_server.pages.front import numbers
from demarche_server.pages.kept import Kept
from demarche_server.pages.query import recipes
from demarche_server.pages.things import dataset
from demarche_server.search.searching import Searching
from demarche_server.versions import wanted_by
from demarche_store.protocol import Dataset

SAMPLE: Final = "SELECT * { ?s ?p ?o } LIMIT 10"
"""What the page asks with curl, to show how."""
ROWS: Final = 8
COLUMNS: Final = 7
"""Of the answer that the page shows; a click leads to all of it."""


@dataclass(frozen=True, slots=True)
class Leading:
    """The beginning of the answer to the question that leads the page.

    columns: names of those shown. hidden: how many further columns there are. more: whether there
    are further rows.
    """

    columns: tuple[str, ...]
    rows: list[list[cells.Cell]]
    hidden: int
    more: bool


class StartPage:
    """Answers `/` for one application."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        first = frame.settings.first_example
        self._question: CompetencyQuery | None = frame.examples.get(first)
        self._leading = Kept(self._answered)
        self._numbers = Kept(numbers.count)

    async def answer(self, request: Request) -> Response:
        """Answer `/`. What the graph does not answer in time is left out."""
        engine = asgi.leased(request.scope)
        searching: Searching = request.app.state.searching
        searching.prepare(engine.info)
        counted, leading = await asyncio.gather(
            self._numbers.of(engine), self._leading.of(engine) if self._question else _nothing()
        )
        base = str(request.base_url).rstrip("/")
        described = dataset.describe(request, self._frame.settings, engine.info)
        version = wanted_by(request.scope)
        curl, *_ = recipes.of(request, SAMPLE, "SELECT", [version.pair] if version else [])
        return await self._frame.page(
            request,
            "start.html",
            numbers=counted or (),
            question=self._question,
            leading=leading if leading and leading.rows else None,
            endpoint=base + PATH,
            curl=curl.code.strip(),
            citation=citing.DatasetCitation.of(self._frame.settings.title, base, engine.info),
            structured=structured.script(described),
        )

    async def ahead(self, engine: Engine) -> None:
        """Ask ahead for what the page tells of a commit. Raises QueryError, BusyError."""
        await self._numbers.ahead(engine)
        if self._question:
            await self._leading.ahead(engine)

    async def _answered(self, engine: Engine) -> Leading:
        """Ask the question that leads. Raises QueryError, BusyError."""
        assert self._question is not None
        table = await engine.table(self._question.text, Dataset(), ROWS)
        found = await labels.find(engine, cells.iris(table, 0), labels.EVERYTHING)
        shown = cells.rows(table, found, 0)
        rows = [[cells.plain(cell) for cell in row[:COLUMNS]] for row in shown]
        columns = table.columns[:COLUMNS]
        return Leading(columns, rows, len(table.columns) - len(columns), table.more)


async def _nothing() -> None:
    return None
