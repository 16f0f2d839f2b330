"""The query page: a form, and the beginning of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from demarche_ontology.competency import CompetencyQuery
from demarche_ontology.errors import DemarcheError, RequestError
from demarche_ontology.terms import PREFIXES
from demarche_server import asgi, negotiation
from demarche_server.endpoint import PAGE, PATH
from demarche_server.engine import Engine
from demarche_server.pages import cells, labels
from demarche_server.pages.frame import Frame
from demarche_server.pages.pictures.choice import SVG
from demarche_server.pages.query import recipes, shares
from demarche_server.pages.query.views import TABLE, VIEWS, View, offered, view
from demarche_server.problems import ProblemReport, report
from demarche_server.protocol import Pairs, dataset_of, parse_pairs
from demarche_server.readers.tables import Table
from demarche_server.versions import wanted_by
from demarche_store.formats import AnyFormat
from demarche_store.protocol import QueryForm

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
VIEW: Final = "view"
"""`show=names` has the query page show prefixed names where it would show labels."""
_DATASET: Final = ("default-graph-uri", "named-graph-uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the query page was asked for.

    dataset: its parameters, to be handed on. names: show the names of things, not their labels.
    view: one of `VIEWS`. file: only the drawing, as a file.
    """

    text: str
    dataset: Pairs
    example: CompetencyQuery | None = None
    names: bool = False
    view: str = TABLE
    file: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on the query page.

    form: what the query answers with. rows: its beginning. labelled: whether some IRI is shown by
    its label. views: those that its columns allow. view: what is drawn, None for the table only.
    """

    form: QueryForm
    table: Table
    rows: list[list[cells.Cell]]
    labelled: bool
    views: tuple[str, ...]
    view: View | None


class QueryPage:
    """Answers `/query` for one application."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._settings = frame.settings

    async def answer(self, request: Request) -> Response:
        """Answer `/query`: the form, and the beginning of the answer if there is a query."""
        engine = asgi.leased(request.scope)
        shown, problem = None, None
        asked = Asked("", [])
        try:
            asked = self._asked(request)
            if asked.text:
                shown = await self._answered(engine, asked, asgi.client(request.scope))
        except DemarcheError as error:
            problem = report(error, asgi.request_id(request.scope), asgi.root_of(request.scope))
            if problem.status >= 500 or _wants_file(request):
                raise
        if asked.file:
            return await self._file(request, asked, shown)
        return await self._frame.page(
            request,
            "query.html",
            status=problem.status if problem else 200,
            asked=asked,
            starter=STARTER,
            prefixes=PREFIXES,
            recipes=recipes.of(
                request, asked.text, shown.form, [*asked.dataset, *_version(request)]
            )
            if shown
            else [],
            shown=shown,
            other=self._address(asked, names=not asked.names),
            link=self._link(request, asked) if asked.text else "",
            views=self._views(asked, shown) if shown else [],
            needs=VIEWS,
            file=self._address(asked, file=True),
            downloads=self._downloads(asked, shown.form) if shown else [],
            limit=self._settings.page_rows,
            problem=problem,
            excerpt=excerpt(asked.text, problem) if problem else "",
        )

    def _asked(self, request: Request) -> Asked:
        """Read the parameters of the query page. Raises RequestError."""
        pairs = parse_pairs(request.scope["query_string"], "address")
        dataset_of(pairs)
        dataset = [(key, value) for key, value in pairs if key in _DATASET]
        given = dict(pairs)
        chosen = Asked(
            text=self._text(given),
            dataset=dataset,
            names=given.get(SHOW) == NAMES,
            view=_view(given.get(VIEW, "")),
            file=_wants_file(request),
        )
        if chosen.text or "example" not in given:
            return chosen
        example = self._example(given["example"])
        return replace(chosen, text=example.text, example=example)

    def _text(self, given: Mapping[str, str]) -> str:
        """Return the query that was sent, as it is or packed; "" for none. Raises RequestError."""
        if given.get("query", "").strip():
            return given["query"]
        packed = given.get(shares.SHARE)
        return shares.unpack(packed, self._settings.max_query_bytes) if packed is not None else ""

    def _example(self, name: str) -> CompetencyQuery:
        if name not in self._frame.examples:
            raise RequestError(
                f"There is no example '{name}'", "choose one from the list", status=404
            )
        return self._frame.examples[name]

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
        drawn = await asyncio.to_thread(view, asked.view, table, rows)
        return Shown(table.form, table, rows, labelled, offered(table), drawn)

    async def _file(self, request: Request, asked: Asked, shown: Shown | None) -> Response:
        """Return the drawing of an answer alone. Raises RequestError (404)."""
        if shown is None or shown.view is None:
            raise RequestError(
                "There is nothing to draw", "choose a view that the columns allow", status=404
            )
        return await self._frame.drawing(
            request, "answer.svg", shown.view.name, asked=asked, shown=shown
        )

    def _views(self, asked: Asked, shown: Shown) -> list[tuple[str, str]]:
        """Return the views of an answer with their addresses."""
        return [(name, self._address(asked, name)) for name in shown.views]

    def _address(
        self,
        asked: Asked,
        view: str | None = None,
        *,
        names: bool | None = None,
        file: bool = False,
        short: bool = False,
    ) -> str:
        """Return the address of the same answer: in a view, with names for labels, as a file.

        short: the query packed.
        """
        kept: Pairs = [("query", asked.text), *asked.dataset]
        if short:
            kept[0] = (shares.SHARE, shares.pack(asked.text))
        if asked.example:
            kept[0] = ("example", asked.example.name)
        if asked.names if names is None else names:
            kept.append((SHOW, NAMES))
        view = view or asked.view
        if view != TABLE:
            kept.append((VIEW, view))
        if file:
            kept.append(("format", SVG))
        return f"{PAGE}?{urlencode(kept)}"

    def _link(self, request: Request, asked: Asked) -> str:
        """Return a short address of the same page, to be sent to others."""
        address = asgi.keeping(request.scope, self._address(asked, short=True))
        return str(request.base_url).rstrip("/") + address

    def _downloads(self, asked: Asked, form: QueryForm) -> list[tuple[AnyFormat, str]]:
        first = self._settings.graph_format if form == "GRAPH" else self._settings.rows_format
        query: Pairs = [("query", asked.text), *asked.dataset]
        return [
            (one, f"{PATH}?{urlencode([*query, ('format', one.name)])}")
            for one in negotiation.offers(form, first)
        ]


def _version(request: Request) -> Pairs:
    """Return the parameter that has programs ask what the page was asked of."""
    version = wanted_by(request.scope)
    return [version.pair] if version else []


def excerpt(text: str, problem: ProblemReport) -> str:
    """Return the faulty line of a query with a mark under the place, "" if it is not known."""
    lines = text.split("\n")
    if not 1 <= problem.line <= len(lines):
        return ""
    line = lines[problem.line - 1]
    start = max(0, problem.column - 60)
    return f"{line[start : start + 100]}\n{' ' * max(0, problem.column - 1 - start)}^"


def _view(name: str) -> str:
    """Return the view that was asked for. Raises RequestError."""
    if name and name not in VIEWS:
        raise RequestError(f"There is no view '{name}'", f"choose one of: {', '.join(VIEWS)}")
    return name or TABLE


def _wants_file(request: Request) -> bool:
    """Return whether only the drawing is wanted. Other formats are those of the endpoint."""
    return request.query_params.get("format") == SVG
