"""The first page, and what problems mean."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from demarche_server import asgi
from demarche_server.endpoint import PATH
from demarche_server.engine import Engine
from demarche_server.pages import numbers
from demarche_server.pages.frame import Frame
from demarche_server.problems import KINDS, UNFORESEEN


class Site:
    """Answers for the pages of one application that have no module of their own."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._numbers: dict[str, tuple[numbers.Number, ...]] = {}

    async def landing(self, request: Request) -> Response:
        """Answer `/`."""
        engine = asgi.leased(request.scope)
        return await self._frame.page(
            request,
            "landing.html",
            numbers=await self._counted(engine),
            endpoint=str(request.base_url).rstrip("/") + PATH,
        )

    async def problems(self, request: Request) -> Response:
        """Answer `/problems`: what the `type` of a problem means."""
        return await self._frame.page(request, "problems.html", kinds=[*KINDS.values(), UNFORESEEN])

    async def _counted(self, engine: Engine) -> tuple[numbers.Number, ...]:
        commit = engine.info.id
        if commit not in self._numbers:
            self._numbers = {commit: await numbers.count(engine)}
        return self._numbers[commit]
