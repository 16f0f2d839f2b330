"""Answering for things: leading to a document, and the document in RDF or as a page."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from demarche_ontology.errors import UnknownThingError
from demarche_ontology.terms import DATASET
from demarche_server import asgi, negotiation
from demarche_server.demonstration import Demonstrating, holds
from demarche_server.engine import Engine
from demarche_server.linked import describe, terms
from demarche_server.linked.paths import FORMATS, HTML, SHOWN, Place, path_of, place_of
from demarche_server.pages.things.sheets import Links
from demarche_server.pages.things.thing_page import ThingPages
from demarche_server.protocol import header
from demarche_server.readers.wire import Question
from demarche_server.search.searching import Searching
from demarche_server.settings import Settings
from demarche_store.protocol import CommitInfo, Dataset

SUGGESTED: Final = 8


class LinkedData:
    """Answers for the things of one application."""

    def __init__(self, settings: Settings, pages: ThingPages) -> None:
        self._settings = settings
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """Answer for a thing or a document. Raises UnknownThingError, NotAcceptableError."""
        place = _place(request)
        engine = asgi.leased(request.scope)
        packaged = False
        if not await _exists(engine, place):
            packaged = await asyncio.to_thread(terms.holds, place)
            if not packaged:
                engine = await _elsewhere(request, engine, place)
                request.scope[asgi.ENGINE] = engine
        if not place.suffix:
            return self._lead(request, place)
        if place.suffix == HTML:
            page, links = await self._pages.page(request, place)
            page.headers["link"] = self._links(request, place, links)
            return page
        if packaged:
            body = await asyncio.to_thread(terms.document, place)
            return self._found(request, place, body)
        return await self._document(request, engine, place)

    def _lead(self, request: Request, place: Place) -> Response:
        """Lead from a thing to the document about it that the client can read best."""
        accept = negotiation.parse_accept(header(request.scope, b"accept") or None)
        suffix = HTML
        if not negotiation.prefers_html(accept, tuple(FORMATS.values())):
            offered = sorted(set(FORMATS.values()), key=_preference)
            chosen = negotiation.choose(accept, offered)
            suffix = next(one for one in SHOWN if FORMATS[one] is chosen)
        location = asgi.keeping(request.scope, f"{_root(request)}{place.path}.{suffix}")
        headers = {"location": location, "vary": "Accept", "link": self._links(request, place)}
        return Response(None, 303, headers)

    async def _document(self, request: Request, engine: Engine, place: Place) -> Response:
        question = Question(describe.description(place), format=FORMATS[place.suffix].name)
        answer = await engine.ask(question, asgi.client(request.scope)).answer()
        try:
            body = answer.first + b"".join([piece async for piece in answer.rest])
        finally:
            answer.stop()
        return self._found(request, place, body)

    def _found(self, request: Request, place: Place, body: bytes) -> Response:
        chosen = FORMATS[place.suffix]
        headers = {"link": self._links(request, place), "cache-control": "no-cache"}
        return Response(body, 200, headers, negotiation.content_type(chosen.media_type))

    def _links(self, request: Request, place: Place, more: Links = ()) -> str:
        """Return the Link header: RFC 8288, with the relations of Signposting."""
        path = f"{_root(request)}{place.path}"
        scope, info = request.scope, asgi.leased(request.scope).info
        documents = [
            (asgi.keeping(scope, f"{path}.{suffix}"), suffix)
            for suffix in (HTML, *SHOWN)
            if suffix != place.suffix
        ]
        links = [
            f'<{to}>; rel="{_relation(place, suffix)}"; type="{_media_type(suffix)}"'
            for to, suffix in documents
        ]
        links += [
            f'<{self._settings.license}>; rel="license"',
            f'<{_cited(place, info)}>; rel="cite-as"',
            f'<{DATASET.value}>; rel="collection"',
        ]
        if asgi.VERSION in scope:
            here = f"{path}.{place.suffix}" if place.suffix else path
            links.append(f'<{here}>; rel="latest-version"')
        links += [f'<{_target(request, to)}>; rel="{name}"' for name, to in more]
        return ", ".join(links)


def _place(request: Request) -> Place:
    place = place_of(asgi.local_path(request.scope))
    try:
        NamedNode(place.iri)
    except ValueError as error:
        raise UnknownThingError("The address is no IRI", "correct it") from error
    return place


async def _exists(engine: Engine, place: Place) -> bool:
    return bool((await engine.table(describe.exists(place), Dataset(), 1, ours=True)).boolean)


async def _elsewhere(request: Request, engine: Engine, place: Place) -> Engine:
    """Return an engine that knows a thing which the default graph says nothing of.

    Raises UnknownThingError with what may have been meant.
    """
    shown = Demonstrating(engine)
    if holds(engine.info) and await _exists(shown, place):
        return shown
    searching: Searching = request.app.state.searching
    name = place.iri.rpartition("/")[2]
    raise UnknownThingError(
        f"This commit says nothing of <{place.iri}>",
        remedy="look at the suggestions, or search for the name",
        suggestions=await searching.near(
            engine.info, name, SUGGESTED, only=asgi.VERSION in request.scope
        ),
    )


def _cited(place: Place, info: CommitInfo) -> str:
    """Return the IRI to cite (RFC 8574): of the thing as of the release that is served, if one is.

    Whoever follows it is answered from that release.
    """
    if info.release is None:
        return place.iri
    return f"{place.iri}?{urlencode({'release': info.release})}"


def _relation(place: Place, suffix: str) -> str:
    """A thing has descriptions; a document has alternates."""
    return "alternate" if place.suffix or suffix == HTML else "describedby"


def _media_type(suffix: str) -> str:
    return negotiation.HTML if suffix == HTML else FORMATS[suffix].media_type


def _preference(one: object) -> int:
    return next((at for at, suffix in enumerate(SHOWN) if FORMATS[suffix] is one), len(SHOWN))


def _target(request: Request, to: str) -> str:
    """Return where a link leads: for an IRI of the project, its path here."""
    path = path_of(to) or (to if to.startswith("/") else "")
    return asgi.keeping(request.scope, f"{_root(request)}{path}") if path else to


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))
