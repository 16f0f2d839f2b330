"""The description of the HTTP interface for programs (OpenAPI 3.1.1), at /openapi.json.

Written as data: the endpoint is answered below the framework, and the pages read their parameters
by themselves, so that there is nothing the framework could derive it from. The tests hold it
against the routes, and try each operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demarche_ontology.competency import CompetencyQuery
from demarche_server.candidates import PATH as CANDIDATES
from demarche_server.description.addresses import VOID_PATH
from demarche_server.endpoint import PAGE, PATH
from demarche_server.graph_store import PATH as GRAPH_STORE
from demarche_server.linked.paths import ROUTES as LINKED
from demarche_server.multipart import FORM_DATA
from demarche_server.operations.operations import PATH as METRICS
from demarche_server.pages.front.about_page import PATH as ABOUT_PATH
from demarche_server.pages.front.release_page import DUMPS_ROUTE
from demarche_server.pages.front.release_page import ROUTE as RELEASE_ROUTE
from demarche_server.pages.front.releases_page import PAIR_ROUTE
from demarche_server.pages.front.releases_page import PATH as RELEASES
from demarche_server.pages.front.search_page import COMPLETE_PATH, SEARCH_PATH
from demarche_server.pages.pictures import members_picture, network_picture, timeline_picture
from demarche_server.pages.pictures.choice import COMMENTS
from demarche_server.pages.pictures.pictures_page import PICTURES_PATH
from demarche_server.pages.query.shares import SHARE
from demarche_server.pages.query.views import VIEWS
from demarche_server.problems import MEDIA_TYPE, TYPES_PATH
from demarche_server.protocol import FORM, QUERY, UPDATE
from demarche_server.releases.dumps import MEDIA_TYPE as GZIP
from demarche_server.settings import Settings
from demarche_server.texts import UNLOCK_PATH
from demarche_store.differences import HOWS, KINDS
from demarche_store.formats import GRAPH_FORMATS, RESULT_FORMATS, AnyFormat

OPENAPI_PATH: Final = "/openapi.json"

Node = dict[str, Any]

_EXAMPLE: Final = "SELECT * { ?s ?p ?o } LIMIT 10"
_UPDATE: Final = "INSERT DATA { GRAPH <http://example.org/g> { <urn:a> <urn:b> <urn:c> } }"

_GUARDED: Final = {
    400: "The request cannot be taken: a parameter, or the HTTP itself, is at fault.",
    404: "There is nothing at this address, or no release or commit of the name that is given.",
    405: "The method is not one of this address; Allow lists those.",
    408: "The request came too slowly.",
    414: "The address, or the query in it, is too long.",
    417: "Expect asks for something else than 100-continue.",
    431: "The headers are too large, or too many.",
    501: "The body has a transfer coding other than chunked.",
    503: "The server is busy, or has no graph yet; Retry-After says when to try again.",
    505: "The version of HTTP is neither 1.1 nor 1.0.",
    500: "The server failed; its log has the details under the request id.",
}
"""What any request may get."""
_ASKING: Final = {
    403: "The query asks for something that is switched off here: an update, or SERVICE.",
    406: "The answer cannot be written in a format that was asked for.",
    429: "The client has used up its share of query time.",
    502: "Another server that the query calls failed.",
    504: "The query took longer than one may.",
    507: "The query needs more memory, or its answer is larger, than one may be.",
}
"""What a query may get besides."""
_CACHED: Final = {
    304: "The client has the answer: If-None-Match names its ETag. No query was run.",
}
"""What a GET or HEAD that is answered by a query may get."""
_POSTING: Final = {
    401: "The update comes without a valid token.",
    413: "The body, or the query in it, is too long.",
    415: "The body is neither a form, a query nor an update.",
}
_WRITING: Final = {
    401: "The write comes without a valid token.",
    403: "Writes are switched off here, or the graph is not a user's.",
    504: "The write took longer than one may.",
    507: "The write needs more memory than one may, or there is no space left.",
}
"""What a write of a graph may get."""


def openapi(settings: Settings, examples: Iterable[CompetencyQuery]) -> Node:
    """Return the document. examples: the queries that `example=` names."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": settings.title,
            "version": version("demarche"),
            "summary": "A SPARQL endpoint over who claimed what, with provenance",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "."}],
        "paths": {
            PATH: _endpoint(),
            CANDIDATES: _candidates(),
            GRAPH_STORE: _graph_store(),
            VOID_PATH: _path(
                "The data set and its releases, described",
                _graphs(),
                [_format(), *_version()],
                {406: _ASKING[406]},
            ),
            **_pages([one.name for one in examples]),
            **_search(),
            **_pictures(),
            **_things(),
            **_releases(),
            **_operations(),
        },
        "components": {
            "schemas": {"Problem": _problem()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


async def answer(request: Request) -> Response:
    """Answer /openapi.json."""
    document: Node = request.app.state.openapi_document
    return JSONResponse(document, headers={"cache-control": "no-cache"})


# --- Paths ------------------------------------------------------------------------------------


def _endpoint() -> Node:
    get = _operation(
        "Answer a query; without one, describe the endpoint",
        {**_rows(), **_graphs()},
        [_query(), *_dataset(), _format(), *_version()],
        {**_ASKING, **_CACHED, 303: "A browser is sent to the query page."},
    )
    post = _operation(
        "Answer a query that is too long for an address; run an update",
        {**_rows(), **_graphs()},
        [*_dataset(), *_using(), _format(), *_version()],
        {**_ASKING, **_POSTING, 204: "The update is done; Demarche-Commit names what it made."},
    )
    post["security"] = [{}, {"token": []}]
    post["requestBody"] = {"required": True, "content": _bodies()}
    return {"get": get, "head": _bodiless(get), "post": post, "options": _options()}


def _candidates() -> Node:
    """Describe the endpoint of candidates: queries only, without versions."""
    absent = {404: "There are no candidates here, or this server shows none."}
    asking = {**_ASKING, **absent}
    get = _operation(
        "Answer a query about what was ingested and nobody reviewed",
        {**_rows(), **_graphs()},
        [_query(), *_dataset(), _format()],
        {**asking, **_CACHED, 303: "A browser without a query is sent to the documentation."},
    )
    post = _operation(
        "Answer a query that is too long for an address",
        {**_rows(), **_graphs()},
        [*_dataset(), _format()],
        {**asking, **_POSTING},
    )
    bodies = {kind: body for kind, body in _bodies().items() if kind != UPDATE}
    post["requestBody"] = {"required": True, "content": bodies}
    return {"get": get, "head": _bodiless(get), "post": post, "options": _options()}


def _graph_store() -> Node:
    named = [
        _parameter("graph", "The graph", {"type": "string", "format": "iri"}),
        _parameter("default", "The default graph", _string(), allowEmptyValue=True),
    ]
    absent = {404: "There is no such graph."}
    done = {204: "Done; Demarche-Commit names the commit."}
    made = {**done, 201: "Done, and the graph is new; Location names it."}
    sent = {
        **_WRITING,
        412: "If-None-Match is * and there is such a graph, or If-Match does not hold.",
        413: "The body is too long.",
        415: "The body is of no media type of RDF.",
    }
    get = _operation(
        "Read a graph", _graphs(), [*named, *_version()], {**_ASKING, **_CACHED, **absent}
    )
    put = _operation("Replace a graph", {}, named, {**made, **sent})
    post = _operation("Add to a graph, or make one without a name", {}, named, {**made, **sent})
    delete = _operation("Remove a graph", {}, named, {**done, **_WRITING, **absent})
    for operation in (put, post):
        content: Node = {one.media_type: {"schema": _string()} for one in GRAPH_FORMATS}
        content[FORM_DATA] = {"schema": {"type": "object"}}
        operation["requestBody"] = {"required": True, "content": content}
    for operation in (put, post, delete):
        operation["security"] = [{"token": []}]
    reading = {"get": get, "head": _bodiless(get), "options": _options()}
    return {**reading, "put": put, "post": post, "delete": delete}


def _pages(examples: list[str]) -> Node:
    page = {"text/html": _string()}
    example = _parameter("example", "The name of a packaged query", {"enum": examples})
    show = _parameter("show", "Names of things, not their labels", {"enum": ["names"]})
    view = _parameter("view", "How the answer is drawn above its table", {"enum": list(VIEWS)})
    form = _parameter("format", "svg: the drawing alone, as a file", {"enum": ["svg"]})
    share = _parameter(SHARE, "A query, packed: as the page links to it", _string())
    name = _parameter("name", "The file", _string(), where="path")
    files: Node = {"text/css": _string(), "image/svg+xml": _string()}
    asking = {404: "There is no example of that name, or nothing to draw.", **_ASKING}
    return {
        "/": _path("The first page", page, _version()),
        PAGE: _path(
            "The query form, and the beginning of the answer",
            {**page, "image/svg+xml": _string()},
            [_query(), *_dataset(), share, example, show, view, form, *_version()],
            asking,
        ),
        ABOUT_PATH: _path("What the data set is, its figures, how to cite it", page),
        f"{ABOUT_PATH}/{{name}}": _path(
            "A document of the documentation",
            page,
            [_parameter("name", "The document", _string(), where="path")],
            {404: "There is none of that name."},
        ),
        TYPES_PATH: _path("The kinds of errors", page),
        UNLOCK_PATH: _path(
            "Asks a browser for a token that shows the words of texts",
            {},
            [_parameter("to", "Where to go then: a path of this server.", _string())],
            {303: "Leads there.", 401: "A token is needed.", 404: "Texts are not for tokens here."},
        ),
        "/static/{name}": _path("A file of the pages", files, [name], {404: "There is none."}),
        "/favicon.ico": _path("Leads to the icon", {}, more={301: "The icon's address."}),
    }


def _search() -> Node:
    """Return the addresses that find things by their names."""
    q = _parameter("q", "What is searched: names, words, an IRI", _string(), example="Toqaev")
    kind = _parameter("kind", "A class, by its IRI or prefixed name", _string())
    start = _parameter("from", "The first result shown", {"type": "integer", "minimum": 0})
    form = _parameter("format", "json, before what Accept says", {"enum": ["json", "html"]})
    more = {503: "The index of this commit is being made; Retry-After says when to try again."}
    found = {"application/json": _found(["commit", "query", "results"])}
    results = {
        "application/json": _found(
            ["commit", "query", "total", "complete", "results", "demonstration"]
        )
    }
    return {
        SEARCH_PATH: _path(
            "What is found by name or words",
            {"text/html": _string(), **results},
            [q, kind, start, form, *_version()],
            {**more, 406: "Results are written as a page or as JSON."},
        ),
        COMPLETE_PATH: _path("Names that begin so", found, [q, kind, *_version()], more),
    }


def _pictures() -> Node:
    """Return the addresses of pictures."""
    content: Node = {"text/html": _string(), "image/svg+xml": _string()}
    more = {404: "A file was asked for, and there is nothing to draw.", **_ASKING}
    year: Node = {"type": "integer", "minimum": 1, "maximum": 9999}
    source = _parameter(
        "source", "Only what this source claims: an IRI or prefixed name", _string()
    )
    start = _parameter("from", "The first row shown", {"type": "integer", "minimum": 0})
    chosen = [
        _parameter("comments", "Claims of reader comments", {"enum": list(COMMENTS)}),
        _parameter("since", "First year", year),
        _parameter("until", "Last year", year),
        _parameter("format", "svg: the picture alone, as a file", {"enum": ["html", "svg"]}),
    ]

    def one_of(choices: Iterable[str]) -> Node:
        return _parameter("kind", "What is drawn", {"enum": list(filter(None, choices))})

    def of(name: str, what: str) -> Node:
        return _parameter(name, f"Only this {what}: an IRI or prefixed name", _string())

    actor = of("actor", "actor")
    about = [of(name, name) for name in ("issue", "position", "event")]
    timeline = [actor, *about, source, start]
    members = [of("organization", "organisation"), start]
    return {
        PICTURES_PATH: _path("What pictures there are", {"text/html": _string()}),
        timeline_picture.PATH: _path(
            "Events or claims by their days",
            content,
            [one_of(timeline_picture.CHOICES), *timeline, *chosen],
            more,
        ),
        network_picture.PATH: _path(
            "Who accuses and who supports whom, as claimed",
            content,
            [one_of(network_picture.CHOICES), actor, source, *chosen],
            more,
        ),
        members_picture.PATH: _path(
            "Members of organisations over time",
            content,
            [one_of(members_picture.CHOICES), *members, *chosen],
            more,
        ),
    }


def _releases() -> Node:
    """Return the addresses of releases, of their files, and of what differs between two."""
    page = {"text/html": _string()}
    lists = {**page, "application/json": {"type": "array", "items": {"type": "object"}}}
    differences = {**page, "application/json": {"type": "object"}, "text/csv": _string()}
    start = _parameter("from", "The first one shown", {"type": "integer", "minimum": 0})
    sides = [
        _parameter("a", "With b: leads to what differs between two", _string()),
        _parameter("b", "The later of two", _string()),
    ]
    choice = [
        _parameter("kind", "Only things of this kind", {"enum": ["", *KINDS]}),
        _parameter("how", "Only what differs so", {"enum": ["", *HOWS]}),
    ]
    form = _parameter("format", "html or json, before what Accept says", _string())
    forms = _parameter("format", "html, json or csv, before what Accept says", _string())
    pair = _parameter("pair", "A...B, releases or commits", _string(), "path")
    name = _parameter(
        "name", "The release, or with a suffix a document about it", _string(), "path"
    )
    file = _parameter("name", "NAME.nq.gz or NAME.trig.gz", _string(), "path")
    unwritten = {406: "This is written in other formats only."}
    led = {303: "Leads to the document about the release, or to what differs between two."}
    return {
        RELEASES: _path(
            "The releases, the newest first", lists, [start, form, *sides], {**unwritten, **led}
        ),
        openapi_path(PAIR_ROUTE): _path(
            "What differs between two releases or commits",
            differences,
            [pair, start, forms, *choice],
            unwritten,
        ),
        openapi_path(RELEASE_ROUTE): _path(
            "A release, or a document about it", {**page, **_graphs()}, [name], {**led, **unwritten}
        ),
        DUMPS_ROUTE: _path(
            "All named graphs of a release in a file",
            {GZIP: _string()},
            [file],
            {206: "A part of it.", 416: "It has no such part."},
        ),
    }


def _found(required: list[str]) -> Node:
    one = {
        "type": "object",
        "required": ["iri", "label", "kind", "match", "role", "text", "language", "path"],
    }
    results = {"type": "array", "items": one}
    return {"type": "object", "required": required, "properties": {"results": results}}


def _things() -> Node:
    """Return the addresses that stand for the things the project has names for."""
    content = {"text/html": _string(), **_graphs()}
    more = {
        303: "Leads from the thing to the document about it that suits Accept.",
        404: "The graph says nothing of it; suggestions name others.",
        **_ASKING,
    }
    start = _parameter("from", "The first of the claims shown", {"type": "integer", "minimum": 0})
    described = {}
    for route in LINKED:
        path = openapi_path(route)
        names = re.findall(r"{(\w+)}", path)
        places = [_parameter(name, "What it is called", _string(), "path") for name in names]
        summary = "A thing, or with a suffix a document about it"
        described[path] = _path(summary, content, [*places, start, *_version()], more)
    return described


def openapi_path(route: str) -> str:
    """Return a route as a path template, which has no converters."""
    return route.replace(":path}", "}")


def _operations() -> Node:
    return {
        OPENAPI_PATH: _path("This document", {"application/json": {"type": "object"}}),
        "/livez": _path("Whether the process answers", {"text/plain": _string()}),
        "/readyz": _path(
            "Whether queries are answered, and from which commit",
            {"application/json": _ready()},
            more=_ASKING,
        ),
        METRICS: _path(
            "Numbers for Prometheus",
            {"text/plain": _string(), "application/openmetrics-text": _string()},
            more={404: "There is nothing for this client."},
        ),
    }


def _path(
    summary: str,
    content: Node,
    parameters: list[Node] | None = None,
    more: dict[int, str] | None = None,
) -> Node:
    get = _operation(summary, content, parameters or [], more or {})
    return {"get": get, "head": _bodiless(get), "options": _options()}


def _operation(summary: str, content: Node, parameters: list[Node], more: dict[int, str]) -> Node:
    problems = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for_people = {"text/html": {"schema": _string()}}
    responses: Node = {
        str(status): {"description": told, "content": {**problems, **for_people}}
        if status >= 400
        else {"description": told}
        for status, told in sorted({**_GUARDED, **more}.items())
    }
    if content:
        shown = {media_type: {"schema": schema} for media_type, schema in content.items()}
        responses = {"200": {"description": "The answer", "content": shown}, **responses}
    return {"summary": summary, "parameters": parameters, "responses": responses}


def _bodiless(operation: Node) -> Node:
    """Return the same operation with HEAD."""
    responses = {
        status: {"description": one["description"]}
        for status, one in operation["responses"].items()
    }
    return {**operation, "responses": responses}


def _options() -> Node:
    told = {"204": {"description": "Allow lists the methods; CORS headers, for an Origin."}}
    return {"summary": "What may be asked, for browsers", "responses": told}


# --- Parts ------------------------------------------------------------------------------------


def _parameter(name: str, told: str, schema: Node, where: str = "query", **more: Any) -> Node:
    required = {"required": True} if where == "path" else {}
    return {"name": name, "in": where, "description": told, "schema": schema, **required, **more}


def _query() -> Node:
    return _parameter("query", "A query in SPARQL 1.1", _string(), example=_EXAMPLE)


def _dataset() -> list[Node]:
    """Return the parameters of the dataset (SPARQL 1.1 Protocol, 2.1.4)."""
    iris = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return [
        _parameter("default-graph-uri", "Graphs that are asked as one", iris),
        _parameter("named-graph-uri", "Graphs that GRAPH may name", iris),
    ]


def _using() -> list[Node]:
    """Return the parameters of the dataset of an update (SPARQL 1.1 Protocol, 2.2.3)."""
    iris = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return [
        _parameter("using-graph-uri", "For an update: as with USING", iris),
        _parameter("using-named-graph-uri", "For an update: as with USING NAMED", iris),
    ]


def _version() -> list[Node]:
    """Return the parameters that name what is to answer; at most one of them is given."""
    return [
        _parameter("release", "The release that is to answer", _string()),
        _parameter("commit", "The commit that is to answer, by its whole id", _string()),
    ]


def _format() -> Node:
    formats: tuple[AnyFormat, ...] = (*RESULT_FORMATS, *GRAPH_FORMATS)
    names = ", ".join(one.name for one in formats)
    told = f"How the answer is written, before what Accept says: {names}, or a media type"
    return _parameter("format", told, _string())


def _bodies() -> Node:
    field = {"type": "array", "items": {"type": "string", "format": "iri"}}
    form = {
        "type": "object",
        "properties": {
            "query": _string(),
            "update": _string(),
            "default-graph-uri": field,
            "named-graph-uri": field,
            "using-graph-uri": field,
            "using-named-graph-uri": field,
            "format": _string(),
            "release": _string(),
            "commit": _string(),
        },
    }
    return {
        FORM: {"schema": form, "example": {"query": _EXAMPLE}},
        QUERY: {"schema": _string(), "example": _EXAMPLE},
        UPDATE: {"schema": _string(), "example": _UPDATE},
    }


def _rows() -> Node:
    return {one.media_type: _written(one.media_type) for one in RESULT_FORMATS}


def _graphs() -> Node:
    return {one.media_type: _written(one.media_type) for one in GRAPH_FORMATS}


def _written(media_type: str) -> Node:
    if media_type == "application/sparql-results+json":
        return {"type": "object", "required": ["head"]}
    return {} if media_type.endswith("json") else _string()


def _string() -> Node:
    return {"type": "string"}


def _ready() -> Node:
    properties = {
        "status": {"const": "ready"},
        "commit": _string(),
        "release": {"type": ["string", "null"]},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _problem() -> Node:
    """Return the schema of a problem (RFC 9457), as `problems.ProblemReport` writes it."""
    number = {"type": "integer", "minimum": 1}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": _string(),
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _string(),
            "remedy": _string(),
            "line": number,
            "column": number,
            "offered": {"type": "array", "items": _string()},
            "problems": {"type": "array", "items": {"type": "object"}},
            "requestId": _string(),
        },
        "additionalProperties": False,
    }
