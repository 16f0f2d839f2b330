"""`/pictures`: an index, and the pages of the pictures."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from demarche_ontology.errors import RequestError
from demarche_server.pages.frame import Frame
from demarche_server.pages.kept import Answers
from demarche_server.pages.pictures import members_picture, network_picture, timeline_picture
from demarche_server.pages.pictures.asking import KEPT, Asking
from demarche_server.pages.pictures.choice import COMMENTS, SVG, Choice
from demarche_server.readers.tables import Table

PICTURES_PATH: Final = "/pictures"


class PicturePages:
    """Answers for the pictures of one application."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._answers = Answers[Table](KEPT)

    async def index(self, request: Request) -> Response:
        """Answer `/pictures`: what pictures there are."""
        return await self._frame.page(request, "pictures.html")

    async def network(self, request: Request) -> Response:
        """Answer `/pictures/network`. Raises RequestError, QueryError, BusyError."""
        choice = Choice.of(request.query_params, list(network_picture.CHOICES))
        shown = await network_picture.look(self._asking(request), choice)
        return await self._answer(request, choice, "network", network_picture.PATH, shown)

    async def timeline(self, request: Request) -> Response:
        """Answer `/pictures/timeline`. Raises RequestError, QueryError, BusyError."""
        choice = Choice.of(request.query_params, list(timeline_picture.CHOICES))
        shown = await timeline_picture.look(self._asking(request), choice)
        return await self._answer(request, choice, "timeline", timeline_picture.PATH, shown)

    async def members(self, request: Request) -> Response:
        """Answer `/pictures/members`. Raises RequestError, QueryError, BusyError."""
        choice = Choice.of(request.query_params, list(members_picture.CHOICES))
        shown = await members_picture.look(self._asking(request), choice)
        return await self._answer(request, choice, "members", members_picture.PATH, shown)

    def _asking(self, request: Request) -> Asking:
        return Asking.of(request, self._answers)

    async def _answer(
        self, request: Request, choice: Choice, name: str, path: str, shown: Any
    ) -> Response:
        """Return a picture as a page, or alone as a file. name: of its template and its file."""
        values = {"choice": choice, "shown": shown, "path": path, "comments": COMMENTS}
        if choice.file:
            if shown.drawn is None:
                raise RequestError(
                    "There is nothing to draw", "widen the years, or choose less", status=404
                )
            return await self._frame.drawing(request, f"picture_{name}.svg", name, **values)
        file = choice.address(path, format=SVG)
        return await self._frame.page(request, f"picture_{name}.html", file=file, **values)
