"""What all pages share: templates, style, the frame around each page, the release it tells of."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Collection, Sequence
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from demarche_ontology.competency import CompetencyQuery, by_theme
from demarche_ontology.errors import RequestError
from demarche_server import asgi, texts
from demarche_server.demonstration import Demonstrating
from demarche_server.engine import Engine
from demarche_server.linked.paths import path_of
from demarche_server.pages import cells
from demarche_server.pages.bytecode import Beside
from demarche_server.pages.drawing import words
from demarche_server.pages.keeping import keep
from demarche_server.pages.release_choice import choice_of
from demarche_server.problems import ProblemReport
from demarche_server.settings import Settings
from demarche_server.versions import wanted_by
from demarche_store.protocol import CommitInfo

PACKAGE: Final = "demarche_server.pages"
STYLE: Final = "demarche.css"
ICON: Final = "icon.svg"
EDITOR: Final = "editor.js"
"""Built from `server/web` where Node is there; without it the plain form serves."""
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Files beside the templates that are served, by how their names end."""
NAVIGATION: Final = (
    ("Start", "/"),
    ("Search", "/search"),
    ("Query", "/query"),
    ("Pictures", "/pictures"),
    ("Ontology", "/ontology"),
    ("About", "/about"),
)
"""What every page leads to, where the application answers there."""
_OPTIONS: Final[dict[str, Any]] = {
    "undefined": StrictUndefined,
    "auto_reload": False,  # an upgrade beneath a running server must not mix two versions
    "trim_blocks": True,
    "lstrip_blocks": True,
    "optimized": False,  # what filters return is theirs to say: it must not be kept with code
}
_TEMPLATES: Final = frozenset({".html", ".svg"})
_MOST_ASKED: Final = frozenset(
    f"{name}.html" for name in ("base", "thing", "entity", "axis", "claim_list", "facts")
)
"""Templates of the pages that are asked for most, and take longest: of actors and places."""


class Frame:
    """Renders pages for one application. Reads static files when made, templates when wanted.

    examples: the competency queries by name, the first one first.
    """

    def __init__(self, settings: Settings, examples: Sequence[CompetencyQuery]) -> None:
        self.settings = settings
        first = settings.first_example
        self.examples = {
            example.name: example
            for example in sorted(examples, key=lambda example: example.name != first)
        }
        self.themes = by_theme(self.examples.values())
        self._static = _packaged()
        self._templates = Environment(
            loader=PackageLoader(PACKAGE),
            autoescape=True,
            bytecode_cache=Beside(_OPTIONS),
            **_OPTIONS,
        )
        digest = hashlib.sha256(b"".join(self._static.values())).hexdigest()
        self._templates.filters["shown"] = cells.show
        self._templates.filters["lines"] = cells.lines
        self._templates.filters["ticks"] = cells.ticks
        self._templates.filters["path"] = path_of
        self._templates.filters["fit"] = words.fit
        self._templates.filters["origin"] = self._origin
        self._templates.globals.update(
            title=settings.title,
            version=digest[:12],
            style=STYLE,
            navigation=NAVIGATION,
            paths=frozenset(),
            editor=EDITOR if EDITOR in self._static else "",
        )

    def _origin(self, info: CommitInfo) -> str:
        """Say where a picture is from, for those who see it without its page."""
        release = f", release {info.release}" if info.release else ""
        origin = words.fit(f"{self.settings.title}, commit {info.id}{release}.")
        return f"{origin} A claim is what a source said; it need not be so."

    def lead_to(self, paths: Collection[str]) -> None:
        """Have pages lead to those parts of the site that are among the paths of its routes."""
        there = [(name, path) for name, path in NAVIGATION if path in paths]
        self._templates.globals.update(navigation=there, paths=frozenset(paths))

    async def page(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> Response:
        """Return a page. template: by its file name. values: what it is given besides."""
        html = await self._rendered(request, template, values)
        return Response(html, status, texts.headers(request), "text/html")

    async def drawing(self, request: Request, template: str, name: str, **values: Any) -> Response:
        """Return a picture as a file to be kept, called by its commit and a name."""
        svg = await self._rendered(request, template, values)
        commit = asgi.leased(request.scope).info.id
        name = f'attachment; filename="demarche-{commit}-{name}.svg"'
        headers = texts.headers(request) | {"content-disposition": name}
        return Response(svg, 200, headers, _MEDIA_TYPES[".svg"])

    async def _rendered(self, request: Request, template: str, values: dict[str, Any]) -> str:
        engine: Engine | None = request.scope.get(asgi.ENGINE)
        info: CommitInfo | None = engine.info if engine else None
        version = wanted_by(request.scope)
        values |= {
            "root": root(request),
            "info": info,
            "as_of": version,
            "choice_of_release": await choice_of(request),
            "invented": isinstance(engine, Demonstrating),
            "themes": self.themes,
            "here": asgi.local_path(request.scope),
        }
        # A thousand rows take a while to render, and so does reading templates for the first time;
        # other requests go on meanwhile.
        html = await asyncio.to_thread(self._render, template, values)
        if version is not None:
            html = await asyncio.to_thread(keep, html, version, root(request))
        return html

    def _render(self, template: str, values: dict[str, Any]) -> str:
        return self._templates.get_template(template).render(values)

    async def prepare(self, most_asked: bool = False) -> None:
        """Read templates, so that no page has to. Leaves half of the time to others.

        most_asked: only those of the pages that are asked for most.
        """
        for name in self._templates.list_templates(filter_func=_is_template):
            if most_asked and name not in _MOST_ASKED:
                continue
            began = time.monotonic()
            await asyncio.to_thread(self._templates.get_template, name)
            await asyncio.sleep(time.monotonic() - began)

    async def problem(self, request: Request, problem: ProblemReport) -> Response:
        """Return a problem as a page, for a browser."""
        return await self.page(request, "problem.html", status=problem.status, problem=problem)

    async def static(self, request: Request) -> Response:
        """Answer `/static/…`. Raises RequestError (404)."""
        name = request.path_params["name"]
        if name not in self._static:
            raise RequestError(f"There is no file '{name}' here", status=404)
        headers = {"cache-control": "public, max-age=86400"}
        media_type = _MEDIA_TYPES[PurePosixPath(name).suffix]
        return Response(self._static[name], media_type=media_type, headers=headers)

    async def favicon(self, request: Request) -> Response:
        """Answer `/favicon.ico`, which browsers ask for by themselves."""
        return RedirectResponse(f"{root(request)}/static/{ICON}", status_code=301)


def _is_template(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix in _TEMPLATES and "__pycache__" not in path.parts


def root(request: Request) -> str:
    """Return the path below which a proxy puts the server, "" for none."""
    return str(request.scope.get("root_path", ""))


def _packaged() -> dict[str, bytes]:
    folder = files(PACKAGE).joinpath("static")
    built = folder.joinpath("built")
    listed = [*folder.iterdir(), *(built.iterdir() if built.is_dir() else ())]
    found = (one for one in listed if PurePosixPath(one.name).suffix in _MEDIA_TYPES)
    return {one.name: one.read_bytes() for one in sorted(found, key=lambda one: one.name)}
