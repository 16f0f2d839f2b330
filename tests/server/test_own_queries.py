"""The server's own questions, which readers run as they stand: nothing in them needs reading."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import NamedNode

from demarche_ontology.terms import BASE, DEM
from demarche_server import sparql
from demarche_server.app import create_app
from demarche_server.pages.asking import written
from demarche_server.readers.engine import ReaderEngine
from demarche_server.run import HomeSource
from demarche_server.settings import Settings

CLASSES = (
    *("State", "Person", "Organization", "Event", "Treaty", "Place", "Office", "Commenter"),
    *("Claim", "Document", "DocumentPart", "Position", "Issue", "Passage", "Corroboration"),
)
PAGES = (
    *("/pictures/timeline", "/pictures/timeline?kind=claims&since=1990&comments=with"),
    *("/pictures/network", "/pictures/network?actor=id:a%3E%20b&source=id:x", "/pictures/members"),
    *("/vocabulary/category.html", "/vocabulary/category-accuse.html", "/ontology/Claim.html"),
    "/search?q=ka",
)
BOUNDS = sparql.Bounds(
    *(getattr(Settings(), f"max_{n}") for n in ("nesting", "operators", "parts"))
)


@pytest.fixture
def asked(monkeypatch) -> list[tuple[str, bool]]:
    """The queries for tables that are asked from now on, with whether they are the server's own."""
    noted: list[tuple[str, bool]] = []
    real = ReaderEngine.table

    async def table(self, query, dataset, limit, client="", *, ours=False):
        noted.append((query, ours))
        return await real(self, query, dataset, limit, client, ours=ours)

    monkeypatch.setattr(ReaderEngine, "table", table)
    return noted


def look(home, paths: Iterable[str]) -> list[int]:
    """Ask an application for pages, without a server around it; returns the statuses."""

    async def story() -> list[int]:
        settings = Settings()
        app = create_app(settings, HomeSource(home, None, settings))
        transport = httpx.ASGITransport(app)
        client = httpx.AsyncClient(
            transport=transport, base_url="http://here", headers={"accept": "text/html"}
        )
        async with app.router.lifespan_context(app), client:
            return [(await client.get(path)).status_code for path in paths]

    return asyncio.run(story())


def things(home) -> list[str]:
    """Return the paths of a thing of each class."""
    found = []
    with home.open() as view:
        for name in CLASSES:
            rows = view.query(f"SELECT ?x {{ ?x a {DEM[name]} }} ORDER BY ?x LIMIT 1").rows()
            found += [f"{row[0].value.removeprefix(BASE)}.html" for row in rows]
    assert len(found) == len(CLASSES)
    return [quote(f"/{path.lstrip('/')}") for path in found]


def test_none_is_out_of_the_ordinary(seed_home, asked):
    statuses = look(seed_home, [*things(seed_home), *PAGES])
    assert statuses.count(200) >= len(statuses) - 2, statuses
    ours = {query for query, is_ours in asked if is_ours}
    assert len(ours) > 100
    for query in ours:
        text = sparql.admit(query, BOUNDS, {})
        assert not any((text.service, text.load, text.volatile, text.default_graphs))
        assert sparql.corrected(query, text, lambda _: True) == query


def test_what_a_stranger_writes_is_not_the_servers_own(home, asked):
    query = "SELECT ?s { ?s ?p ?o } LIMIT 1"
    assert look(home, [f"/query?query={quote(query)}"]) == [200]
    assert (query, False) in asked
    assert (query, True) not in asked


@pytest.mark.parametrize("path", ["/id/a%3E%20?p%20?o%20}%20%23.html", "/id/a%22b.html"])
def test_an_address_that_is_no_iri_is_not_asked_for(home, asked, path):
    (status,) = look(home, [path])
    assert status == 404
    assert not any("a>" in query or 'a"b' in query for query, _ in asked)


def test_what_no_query_can_hold_stands_for_nothing():
    assert written("http://a/b#c?d=é") == "<http://a/b#c?d=é>"
    hostile = 'http://a/> . ?s ?p ?o } #"{|}^`\\\n'
    assert NamedNode(written(hostile)[1:-1])
    assert written(hostile)[1:-1].isprintable()
