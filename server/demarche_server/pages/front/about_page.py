"""What the data set is and is not, its figures, its documentation."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from demarche_ontology.errors import RequestError
from demarche_server import asgi
from demarche_server.description.addresses import is_ours
from demarche_server.pages import citing, structured
from demarche_server.pages.frame import Frame
from demarche_server.pages.front import documents, figures
from demarche_server.pages.things import dataset

PATH: Final = "/about"


class AboutPage:
    """Answers `/about` and the documents below it for one application."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._figures = figures.Figures()
        self.ahead = self._figures.ahead

    async def answer(self, request: Request) -> Response:
        """Answer `/about`. What the graph does not answer in time is left out, and said so."""
        engine, settings = asgi.leased(request.scope), self._frame.settings
        base = str(request.base_url).rstrip("/")
        described = dataset.describe(request, settings, engine.info)
        return await self._frame.page(
            request,
            "about.html",
            documents=documents.titles(),
            figures=await self._figures.of(engine),
            ours=is_ours(engine.info),
            license=settings.license,
            citation=citing.DatasetCitation.of(settings.title, base, engine.info),
            structured=structured.script(described),
        )

    async def document(self, request: Request) -> Response:
        """Answer `/about/…`: a document. Raises RequestError (404)."""
        there = documents.titles()
        name = request.path_params["name"]
        if name not in there:
            raise RequestError(
                f"There is no document '{name}'", f"choose one of: {', '.join(there)}", status=404
            )
        # It is rendered when it is first wanted.
        shown = await asyncio.to_thread(documents.document, name)
        return await self._frame.page(request, "guide.html", documents=there, document=shown)
