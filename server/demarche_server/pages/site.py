"""The pages: landing, query form with its answer, kinds of problems, style sheet."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from demarche_ontology.competency import CompetencyQuery
from demarche_ontology.errors import DemarcheError, RequestError
from demarche_ontology.terms import PREFIXES
from demarche_server import asgi, negotiation
from demarche_server.endpoint import PAGE, PATH
from demarche_server.engine import Engine
from demarche_server.linked.paths import FORMATS, SHOWN, path_of
from demarche_server.linked.things import CLAIMS, Thing
from demarche_server.pages import cells, labels, numbers
from demarche_server.problems import KINDS, UNFORESEEN, ProblemReport, report
from demarche_server.protocol import Pairs, dataset_of, parse_pairs
from demarche_server.readers.tables import Table
from demarche_server.settings import Settings
from demarche_store.formats import AnyFormat
from demarche_store.protocol import CommitInfo, QueryForm

STYLE: Final = "demarche.css"
ICON: Final = "icon.svg"
_STATIC_TYPES: Final = {STYLE: "text/css; charset=utf-8", ICON: "image/svg+xml"}
STARTER: Final = "\n".join(
    [
        *(f"PREFIX {name}: <{PREFIXES[name]}>" for name in ("dem", "id", "voc", "rdfs", "skos")),
        "",
        "SELECT ?claim ?statement",
        "WHERE {",
        "  ?claim a dem:Claim ;",
        "         dem:statement ?statement .",
        "}",
        "LIMIT 50",
    ]
)
"""What the empty form begins with."""
SHOW: Final = "show"
NAMES: Final = "names"
"""`show=names` has the query page show prefixed names where it would show labels."""
_DATASET: Final = ("default-graph-uri", "named-graph-uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the query page was asked for.

    dataset: its parameters, to be handed on. names: show the names of things, not their labels.
    """

    text: str
    dataset: Pairs
    example: CompetencyQuery | None = None
    names: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on the query page.

    form: what the query answers with. rows: its beginning. labelled: whether some IRI is shown by
    its label.
    """

    form: QueryForm
    table: Table
    rows: list[list[cells.Cell]]
    labelled: bool


class Site:
    """Renders pages for one application. Reads templates and style sheet when made."""

    def __init__(self, settings: Settings, examples: Sequence[CompetencyQuery]) -> None:
        self._settings = settings
        first = settings.first_example
        self._examples = {
            example.name: example
            for example in sorted(examples, key=lambda example: example.name != first)
        }
        self._static = {name: _packaged(name) for name in _STATIC_TYPES}
        self._numbers: dict[str, tuple[numbers.Number, ...]] = {}
        self._templates = Environment(
            loader=PackageLoader("demarche_server.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        digest = hashlib.sha256(b"".join(self._static.values())).hexdigest()
        self._templates.filters["ticks"] = cells.ticks
        self._templates.filters["path"] = path_of
        self._templates.globals.update(title=settings.title, version=digest[:12], style=STYLE)

    # --- Routes

    async def landing(self, request: Request) -> Response:
        """Answer `/`."""
        engine = asgi.leased(request.scope)
        return await self._page(
            request,
            "landing.html",
            numbers=await self._counted(engine),
            endpoint=str(request.base_url).rstrip("/") + PATH,
        )

    async def query(self, request: Request) -> Response:
        """Answer `/query`: the form, and the beginning of the answer if there is a query."""
        engine = asgi.leased(request.scope)
        shown, problem = None, None
        asked = Asked("", [])
        try:
            asked = self._asked(request)
            if asked.text:
                shown = await self._answered(engine, asked, asgi.client(request.scope))
        except DemarcheError as error:
            problem = report(error, asgi.request_id(request.scope))
            if problem.status >= 500:
                raise
        return await self._page(
            request,
            "query.html",
            status=problem.status if problem else 200,
            asked=asked,
            starter=STARTER,
            shown=shown,
            other=self._other(asked),
            downloads=self._downloads(asked, shown.form) if shown else [],
            limit=self._settings.page_rows,
            problem=problem,
            excerpt=excerpt(asked.text, problem) if problem else "",
        )

    async def problems(self, request: Request) -> Response:
        """Answer `/problems`: what the `type` of a problem means."""
        return await self._page(request, "problems.html", kinds=[*KINDS.values(), UNFORESEEN])

    async def static(self, request: Request) -> Response:
        """Answer `/static/…`. Raises RequestError (404)."""
        name = request.path_params["name"]
        if name not in self._static:
            raise RequestError(f"There is no file '{name}' here", status=404)
        headers = {"cache-control": "public, max-age=86400"}
        return Response(self._static[name], media_type=_STATIC_TYPES[name], headers=headers)

    async def favicon(self, request: Request) -> Response:
        """Answer `/favicon.ico`, which browsers ask for by themselves."""
        return RedirectResponse(f"{_root(request)}/static/{ICON}", status_code=301)

    async def thing(self, request: Request, thing: Thing) -> Response:
        """Return the page about a thing."""
        path = path_of(thing.place.iri)
        documents = [(FORMATS[suffix], f"{path}.{suffix}") for suffix in SHOWN]
        return await self._page(
            request, "thing.html", thing=thing, documents=documents, per_page=CLAIMS
        )

    async def problem(self, request: Request, problem: ProblemReport) -> Response:
        """Return a problem as a page, for a browser."""
        return await self._page(request, "problem.html", status=problem.status, problem=problem)

    # --- Parts

    async def _page(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> Response:
        engine: Engine | None = request.scope.get(asgi.ENGINE)
        info: CommitInfo | None = engine.info if engine else None
        values |= {
            "root": _root(request),
            "info": info,
            "examples": list(self._examples.values()),
            "here": template,
        }
        render = self._templates.get_template(template).render
        # A thousand rows take a while to render; other requests go on meanwhile.
        html = await asyncio.to_thread(render, values)
        headers = {"vary": "Accept", "cache-control": "no-cache"}
        return Response(html, status, headers, "text/html")

    async def _counted(self, engine: Engine) -> tuple[numbers.Number, ...]:
        commit = engine.info.id
        if commit not in self._numbers:
            self._numbers = {commit: await numbers.count(engine)}
        return self._numbers[commit]

    def _asked(self, request: Request) -> Asked:
        """Read the parameters of the query page. Raises RequestError."""
        pairs = parse_pairs(request.scope["query_string"], "address")
        dataset_of(pairs)
        dataset = [(key, value) for key, value in pairs if key in _DATASET]
        given = dict(pairs)
        names = given.get(SHOW) == NAMES
        if given.get("query", "").strip():
            return Asked(given["query"], dataset, names=names)
        if "example" not in given:
            return Asked("", dataset, names=names)
        example = self._example(given["example"])
        return Asked(example.text, dataset, example, names)

    def _example(self, name: str) -> CompetencyQuery:
        if name not in self._examples:
            raise RequestError(
                f"There is no example '{name}'", "choose one from the list", status=404
            )
        return self._examples[name]

    async def _answered(self, engine: Engine, asked: Asked, client: str) -> Shown:
        if len(asked.text.encode()) > self._settings.max_query_bytes:
            raise RequestError(
                f"The query is longer than {self._settings.max_query_bytes} bytes", "shorten it"
            )
        dataset = dataset_of(asked.dataset)
        table = await engine.table(asked.text, dataset, self._settings.page_rows, client)
        # Of a triple, subject and predicate keep their names: they repeat from row to row.
        first = 2 if table.form == "GRAPH" else 0
        found = {} if asked.names else await labels.find(engine, cells.iris(table, first))
        rows = await asyncio.to_thread(cells.rows, table, found, first)
        labelled = any(cell.kind == "label" for row in rows for cell in row)
        return Shown(table.form, table, rows, labelled)

    def _other(self, asked: Asked) -> str:
        """Return the address of the same answer with names for labels, or the other way round."""
        kept: Pairs = [("query", asked.text), *asked.dataset]
        if asked.example:
            kept[0] = ("example", asked.example.name)
        if not asked.names:
            kept.append((SHOW, NAMES))
        return f"{PAGE}?{urlencode(kept)}"

    def _downloads(self, asked: Asked, form: QueryForm) -> list[tuple[AnyFormat, str]]:
        first = self._settings.graph_format if form == "GRAPH" else self._settings.rows_format
        query: Pairs = [("query", asked.text), *asked.dataset]
        return [
            (one, f"{PATH}?{urlencode([*query, ('format', one.name)])}")
            for one in negotiation.offers(form, first)
        ]


def excerpt(text: str, problem: ProblemReport) -> str:
    """Return the faulty line of a query with a mark under the place, "" if it is not known."""
    lines = text.split("\n")
    if not 1 <= problem.line <= len(lines):
        return ""
    line = lines[problem.line - 1]
    start = max(0, problem.column - 60)
    return f"{line[start : start + 100]}\n{' ' * max(0, problem.column - 1 - start)}^"


def _packaged(name: str) -> bytes:
    return files("demarche_server.pages").joinpath("static", name).read_bytes()


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))
