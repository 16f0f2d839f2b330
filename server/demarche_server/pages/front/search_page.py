"""The search page, the same as JSON, and the completion of names while somebody types."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demarche_ontology.errors import NotAcceptableError, RequestError
from demarche_ontology.terms import DEM, OWL, PREFIXES, SH, SKOS
from demarche_server import asgi, negotiation
from demarche_server.engine import Engine
from demarche_server.pages import cells, labels
from demarche_server.pages.cells import Cell
from demarche_server.pages.frame import Frame, root
from demarche_server.pages.front.invented import Demonstration, Invented
from demarche_server.protocol import header
from demarche_server.readers.tables import Term
from demarche_server.search import folding
from demarche_server.search.build import ATTRIBUTED, ROLE_NAMES
from demarche_server.search.index import MOST_FOUND, Found, Kind, Results
from demarche_server.search.searching import Searchable, Searching
from demarche_store.protocol import Dataset

SEARCH_PATH: Final = "/search"
ATTRIBUTED_NAME: Final = ROLE_NAMES[ATTRIBUTED]
COMPLETE_PATH: Final = "/search/complete"
PER_PAGE: Final = 20
COMPLETIONS: Final = 8
MOST_KINDS: Final = 40
"""Classes to choose from; in data with more, the largest."""
_KINDS: Final = {
    OWL["Class"].value: "class",
    OWL["ObjectProperty"].value: "property that links",
    OWL["DatatypeProperty"].value: "property with a value",
    OWL["AnnotationProperty"].value: "annotation",
    OWL["Ontology"].value: "ontology",
    SKOS["Concept"].value: "concept",
    SKOS["ConceptScheme"].value: "controlled list",
    SKOS["Collection"].value: "group of concepts",
    SH["SPARQLExecutable"].value: "packaged question",
}
"""Words for classes of standards, which a graph need not label."""
_JSON: Final = "application/json"
_MOST_SOURCES: Final = 50 * PER_PAGE
_EXCERPT: Final = 280
"""Code points of a text shown with a result."""


@dataclass(frozen=True, slots=True)
class SearchFor:
    """What is searched. text: as typed. kind: IRI of a class, "" for all. offset: of the first."""

    text: str
    kind: str
    offset: int = 0

    def address(self, offset: int) -> str:
        """Return the address of the same search, from another result on."""
        pairs = [("q", self.text)]
        if self.kind:
            pairs.append(("kind", cells.shorten(self.kind)))
        if offset:
            pairs.append(("from", str(offset)))
        return f"{SEARCH_PATH}?{urlencode(pairs)}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One result as the page shows it.

    pieces: of the text that matched, each with whether it is marked; none where the name says all.
    source, date: who makes a claim and when; who uses an attributed name.
    """

    thing: Cell
    name: list[tuple[str, bool]]
    kind: Cell | None
    found: Found
    pieces: list[tuple[str, bool]]
    source: Cell | None = None
    date: str = ""


class SearchPage:
    """Answers `/search` and `/search/complete` for one application."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._demonstration = Demonstration()

    async def answer(self, request: Request) -> Response:
        """Answer `/search`. Raises RequestError, NotAcceptableError, TryLaterError, StoreError."""
        as_json = _wants_json(request)
        asked = _asked(request)
        searchable = await _searchable(request)
        results = await _results(searchable, asked)
        engine = asgi.leased(request.scope)
        invented = []
        if not asked.offset:
            invented = await self._demonstration.found(engine, asked.text, asked.kind)
        if as_json:
            document = _document(request, searchable, asked, results)
            document["demonstration"] = [_invented(request, one) for one in invented]
            return _json(document, searchable.commit)
        shown = results.found[asked.offset : asked.offset + PER_PAGE]
        page = await self._frame.page(
            request,
            "search.html",
            asked=asked,
            kinds=_kinds(searchable, asked.kind),
            results=results,
            shown=await _shown(engine, shown, results.words),
            demonstration=invented,
            per_page=PER_PAGE,
            most=MOST_FOUND,
        )
        page.headers["demarche-commit"] = searchable.commit
        return page

    async def complete(self, request: Request) -> Response:
        """Answer `/search/complete`, in JSON. Raises RequestError, TryLaterError, StoreError."""
        asked = _asked(request)
        searchable = await _searchable(request)
        results = await asyncio.to_thread(
            searchable.index.complete, asked.text, asked.kind, COMPLETIONS
        )
        document = {
            "commit": searchable.commit,
            "query": asked.text,
            "results": [_member(request, one) for one in results.found],
        }
        return _json(document, searchable.commit)


# --- Reading ---------------------------------------------------------------------------------


def _wants_json(request: Request) -> bool:
    named = request.query_params.get("format")
    if named in ("json", _JSON):
        return True
    if named is None or named == "html":
        accept = negotiation.parse_accept(header(request.scope, b"accept") or None)
        html, _ = negotiation.quality(accept, negotiation.HTML)
        json, _ = negotiation.quality(accept, _JSON)
        if named == "html" or html > 0 or json > 0:
            return named is None and json > html
    raise NotAcceptableError(
        "Results are written as a page or as JSON",
        (negotiation.HTML, _JSON),
        remedy="leave out format=, or ask for format=json",
    )


def _asked(request: Request) -> SearchFor:
    """Read the parameters. Raises RequestError."""
    given = request.query_params
    text = given.get("q", "").replace("\0", " ").strip()
    if len(text) > folding.LONGEST:
        raise RequestError(
            f"What is searched for is longer than {folding.LONGEST} characters", "shorten it"
        )
    return SearchFor(text, _kind(given.get("kind", "")), _offset(given.get("from", "0")))


def _kind(name: str) -> str:
    """Return the class that a name stands for: an IRI, or a prefixed name."""
    prefix, colon, local = name.strip().partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name.strip()


def _offset(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise RequestError("from= is no number of a result", "count from 0")
    return int(text)


async def _searchable(request: Request) -> Searchable:
    searching: Searching = request.app.state.searching
    named = asgi.VERSION in request.scope
    return await searching.of(asgi.leased(request.scope).info, only=named)


async def _results(searchable: Searchable, asked: SearchFor) -> Results:
    return await asyncio.to_thread(searchable.index.search, asked.text, asked.kind)


def _kinds(searchable: Searchable, chosen: str) -> list[tuple[str, str, bool]]:
    """Return the classes to choose from: value, words, whether it is the chosen one."""
    known = sorted(searchable.kinds[:MOST_KINDS], key=lambda kind: _kind_name(kind).casefold())
    if chosen and all(kind.iri != chosen for kind in known):
        known.append(Kind(chosen, ""))
    return [
        (
            cells.shorten(kind.iri),
            f"{_kind_name(kind)} ({kind.members:,})",
            kind.iri == chosen,
        )
        for kind in known
    ]


def _kind_name(kind: Kind) -> str:
    return kind.label or _KINDS.get(kind.iri) or cells.shorten(kind.iri)


# --- Showing ---------------------------------------------------------------------------------


async def _shown(engine: Engine, found: Sequence[Found], words: Sequence[str]) -> list[Shown]:
    claims = await _said(engine, [one.iri for one in found if one.text == one.label])
    names = await _used(engine, [one.iri for one in found if one.role == ATTRIBUTED_NAME])
    return [
        _show(one, list(words), claims.get(one.iri) or names.get((one.iri, one.text)))
        for one in found
    ]


def _show(one: Found, words: list[str], said: tuple[Cell, str] | None) -> Shown:
    kind = Cell("label", _kind_name(one.kind), title=one.kind.iri) if one.kind else None
    matched = [] if one.text == one.label else folding.marks(_excerpt(one.text, words), words)
    source, date = said or (None, "")
    return Shown(
        thing=cells.cell(Term("iri", one.iri)),
        name=folding.marks(one.label[:_EXCERPT], words),
        kind=kind,
        found=one,
        pieces=matched,
        source=source,
        date=date,
    )


def _excerpt(text: str, words: list[str]) -> str:
    """Return the part of a text around the first word that matches."""
    if len(text) <= _EXCERPT:
        return text
    before = next((len(piece) for piece, marked in folding.marks(text, words) if not marked), 0)
    start = max(0, before - _EXCERPT // 3)
    end = start + _EXCERPT
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


async def _said(engine: Engine, claims: Sequence[str]) -> dict[str, tuple[Cell, str]]:
    """Return who makes each claim, and when: no statement is shown without its source."""
    query = f"""
SELECT ?claim ?source (SAMPLE(?day) AS ?date)
WHERE {{
  VALUES ?claim {{ {_values(claims)} }}
  ?claim {DEM["attributedTo"]} ?source
  OPTIONAL {{ ?claim {DEM["utteredOn"]} ?day }}
}}
GROUP BY ?claim ?source"""
    rows = await _ask(engine, query, claims)
    return {claim: (source, date) for claim, source, date in rows}


async def _used(engine: Engine, things: Sequence[str]) -> dict[tuple[str, str], tuple[Cell, str]]:
    """Return who uses each attributed name, by thing and name."""
    query = f"""
SELECT ?thing ?user ?form
WHERE {{
  VALUES ?thing {{ {_values(things)} }}
  ?thing {DEM["attributedName"]} ?name .
  ?name {DEM["nameForm"]} ?form ; {DEM["nameUsedBy"]} ?user
}}
ORDER BY DESC(?user)"""
    rows = await _ask(engine, query, things)
    return {(thing, form): (user, "") for thing, user, form in rows}


async def _ask(engine: Engine, query: str, iris: Sequence[str]) -> list[tuple[str, Cell, str]]:
    """Return the rows of a query about some things: thing, somebody with a label, a text."""
    if not iris:
        return []
    table = await engine.table(query, Dataset(), _MOST_SOURCES)
    known = await labels.find(engine, cells.iris(table, 1))
    return [
        (thing.value, cells.labelled(cells.cell(somebody), known), text.value if text else "")
        for thing, somebody, text in table.rows
        if thing is not None
    ]


def _values(iris: Iterable[str]) -> str:
    return " ".join(str(NamedNode(iri)) for iri in iris)


def _json(document: dict[str, Any], commit: str) -> Response:
    headers = {"vary": "Accept", "cache-control": "no-cache", "demarche-commit": commit}
    return JSONResponse(document, headers=headers)


def _document(
    request: Request, searchable: Searchable, asked: SearchFor, results: Results
) -> dict[str, Any]:
    shown = results.found[asked.offset : asked.offset + PER_PAGE]
    following = asked.offset + PER_PAGE
    more = following < len(results.found)
    return {
        "commit": searchable.commit,
        "query": asked.text,
        "kind": asked.kind or None,
        "from": asked.offset,
        "total": len(results.found),
        "complete": not results.more,
        "results": [_member(request, one) for one in shown],
        "next": asgi.keeping(
            request.scope, f"{root(request)}{asked.address(following)}&format=json"
        )
        if more
        else None,
    }


def _invented(request: Request, one: Invented) -> dict[str, Any]:
    """Return a thing of the demonstration as JSON has it, apart from the results."""
    path = asgi.keeping(request.scope, root(request) + one.thing.path)
    return {"iri": one.thing.title, "label": one.name, "path": path}


def _member(request: Request, one: Found) -> dict[str, Any]:
    """Return one result as JSON has it."""
    path = cells.cell(Term("iri", one.iri)).path
    return {
        "iri": one.iri,
        "label": one.label,
        "kind": {"iri": one.kind.iri, "label": _kind_name(one.kind)} if one.kind else None,
        "match": one.match.name.lower(),
        "role": one.role,
        "text": one.text,
        "language": one.language,
        "path": asgi.keeping(request.scope, root(request) + path) if path else None,
    }
