"""Pages that ask nothing of the graph."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from demarche_server.pages.frame import Frame
from demarche_server.problems import KINDS, UNFORESEEN


class Site:
    """Answers for the pages of one application that have no module of their own."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def problems(self, request: Request) -> Response:
        """Answer `/problems`: what the `type` of a problem means."""
        return await self._frame.page(request, "problems.html", kinds=[*KINDS.values(), UNFORESEEN])
