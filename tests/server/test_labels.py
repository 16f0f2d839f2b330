"""Labels in tables of answers, and the order of the examples."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest

from demarche_ontology.competency import competency_queries
from demarche_ontology.terms import DCTERMS, ID
from demarche_server.app import create_app
from demarche_server.pages import labels
from demarche_server.pages.cells import rows
from demarche_server.pages.things.generic_page import Showing
from demarche_server.readers.pool import Watcher
from demarche_server.readers.tables import Table, Term
from demarche_server.run import HomeSource
from demarche_server.settings import Settings

PREFIXES = "PREFIX dem: <https://w3id.org/demarche/ontology#> "
STATES = PREFIXES + "SELECT ?state { ?state a dem:State }"
RURITANIA = ID["ruritania"].value


class Cells(HTMLParser):
    """The cells of a page: their text, and the title of the link in each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []
        self._title = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "td":
            self.cells.append(("", ""))
            self._title = ""
        elif tag == "a" and self._title == "":
            self._title = dict(attrs).get("title", "")

    def handle_data(self, data):
        if self._title is not None:
            text, _ = self.cells[-1]
            self.cells[-1] = (text + data, self._title)

    def handle_endtag(self, tag):
        if tag == "td":
            self._title = None


def shown(server, query: str, more: str = "") -> list[tuple[str, str]]:
    address = f"{server.url}query?query={quote(query)}{more}"
    return Cells(httpx.get(address, headers={"accept": "text/html"}).text).cells


def find(home, iris) -> dict[str, str]:
    async def found() -> dict[str, str]:
        engine = await HomeSource(home, None, Settings()).open(Watcher(), {})
        try:
            return await labels.find(engine, iris)
        finally:
            await engine.close()

    return asyncio.run(found())


def test_a_thing_is_shown_by_its_english_label_with_its_iri_as_title(server):
    assert shown(server, STATES) == [("Ruritania", RURITANIA)]


def test_names_are_shown_on_request_and_the_page_leads_from_one_to_the_other(server):
    assert shown(server, STATES, "&show=names") == [("id:ruritania", RURITANIA)]
    for more, other in (("", "&amp;show=names"), ("&show=names", "")):
        html = httpx.get(f"{server.url}query?query={quote(STATES)}{more}").text
        asked = quote(STATES, safe="").replace("%20", "+")
        assert f'href="/query?query={asked}{other}"' in html


def test_a_claim_is_shown_by_its_statement_unless_the_row_says_it_anyway(server):
    claims = "SELECT ?c WHERE { ?c a dem:Claim } ORDER BY ?c LIMIT 1"
    assert [text for text, _ in shown(server, PREFIXES + claims)] == [
        "Rudolf says that the tunnel will open."
    ]
    both = "SELECT ?c ?s WHERE { ?c a dem:Claim ; dem:statement ?s } ORDER BY ?c LIMIT 1"
    assert shown(server, PREFIXES + both)[0][0] == "id:claim-1"


def test_of_triples_only_objects_are_shown_by_labels(server):
    query = "CONSTRUCT { ?s ?s ?s } { VALUES ?s { <https://w3id.org/demarche/id/ruritania> } }"
    assert [text for text, _ in shown(server, query)] == [
        "id:ruritania",
        "id:ruritania",
        "Ruritania",
    ]


def test_any_iri_may_be_looked_up(home):
    hostile = ["javascript:alert(1)", "http://[", "no scheme", "urn:x> } DROP ALL #", ""]
    assert find(home, [*hostile, RURITANIA]) == {RURITANIA: "Ruritania"}
    assert find(home, hostile) == {}
    assert find(home, []) == {}


def test_a_lookup_is_bounded(home):
    many = [f"urn:x:{n}" for n in range(labels.MOST)]
    assert find(home, [*many, RURITANIA]) == {}
    assert find(home, [*many[1:], RURITANIA]) == {RURITANIA: "Ruritania"}


@pytest.mark.parametrize("languages", [("de", "", "en"), ("en", "de", ""), ("de", "en")])
def test_english_comes_first(languages):
    table = Table(
        ("x", "label"),
        tuple((Term("iri", "urn:x"), Term("literal", f"in {tag}", tag)) for tag in languages),
    )
    assert labels._best(table) == {"urn:x": "in en"}


def test_literals_are_never_taken_for_iris():
    table = Table(("x",), ((Term("literal", "urn:x"),),))
    ((cell,),) = rows(table, {"urn:x": "a label"}, 0)
    assert (cell.kind, cell.text) == ("literal", "urn:x")


def test_properties_of_dublin_core_are_told_in_words_unless_the_graph_has_some():
    source, foreign = DCTERMS["source"].value, "urn:property"
    pairs = [(Term("iri", one), Term("iri", "urn:x")) for one in (source, foreign)]
    (first, second) = Showing({}).grouped(pairs)
    assert (first.name.text, first.name.title) == ("source", source)
    assert second.name.text == foreign
    (first, _) = Showing({source: "taken from"}).grouped(pairs)
    assert first.name.text == "taken from"


def test_the_example_of_the_settings_leads(home):
    (one, *_) = competency_queries()
    examples = [replace(one, name=name, title=name) for name in ("alpha", "beta", "gamma")]
    app = create_app(Settings(first_example="beta"), HomeSource(home, None, Settings()), examples)
    for page in asyncio.run(pages(app, ["/", "/query"])):
        places = [page.index(f"example={name}") for name in ("beta", "alpha", "gamma")]
        assert places == sorted(places)


async def pages(app, paths: list[str]) -> list[str]:
    """What an application answers, without a server around it."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
    async with app.router.lifespan_context(app), client:
        return [(await client.get(path)).text for path in paths]
