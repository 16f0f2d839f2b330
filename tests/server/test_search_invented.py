"""A search finds the demonstration, too: apart, marked as invented, and never among the results."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from server.running_server import start, stop, triples

from demarche_ontology.terms import GRAPH, GRAPH_DEMONSTRATION
from demarche_store.home import Home

PREFIXES = """
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/demarche/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
REAL = 'id:andria a dem:State ; skos:prefLabel "Andria"@en .'
INVENTED = """
id:andria a dem:State ; skos:prefLabel "Andria"@en .
id:borduria a dem:State ; skos:prefLabel "Bordúria <b>"@en .
id:claim-0 a dem:Claim ; dem:statement "Borduria wants the bridge of Andria."@en .
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("invented"))
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["reference"], triples(PREFIXES + REAL), "seeds")
        writer.replace_graph(GRAPH_DEMONSTRATION, triples(PREFIXES + INVENTED), "seeds")
        writer.commit("for the tests", "digest", [GRAPH["reference"]])
    running = start(home.path, None)
    yield running
    stop(running)


def search(served, accept: str, **asked: str) -> httpx.Response:
    """Search, once there is an index of names, which is made when it is first asked."""
    while True:
        url = served.url + "search"
        answer = httpx.get(url, params=asked, headers={"accept": accept}, timeout=60)
        if answer.status_code != 503:
            assert answer.status_code == 200, answer.text
            return answer
        time.sleep(0.2)


def found(served, **asked: str) -> tuple[list[str], list[str]]:
    """Return the local names that are found: in the default graph, and in the demonstration."""
    document = search(served, "application/json", **asked).json()
    pairs = (document["results"], document["demonstration"])
    first, second = ([one["iri"].rpartition("/")[2] for one in some] for some in pairs)
    return first, second


@pytest.mark.parametrize(
    ("asked", "results", "invented"),
    [
        ({"q": "borduria"}, [], ["borduria", "claim-0"]),
        ({"q": "BORD bridge"}, [], ["claim-0"]),
        ({"q": "andria"}, ["andria"], ["claim-0"]),
        ({"q": "borduria", "kind": "dem:State"}, [], ["borduria"]),
        ({"q": "borduria", "from": "1"}, [], []),
        ({"q": "nowhere"}, [], []),
        ({"q": ""}, [], []),
    ],
)
def test_what_is_found_in_which(served, asked, results, invented):
    assert found(served, **asked) == (results, invented)


def test_the_page_says_that_it_is_invented_and_is_safe(served):
    html = search(served, "text/html", q="borduria").text
    section = html[html.index('id="invented"') :]
    assert "This is invented" in section
    assert re.findall(r'href="(/id/[^"]+)"', section) == ["/id/borduria", "/id/claim-0"]
    assert section.count('<span class="tag">invented</span>') == 2
    assert "&lt;b&gt;" in section
    assert "<b>" not in section
    page = httpx.get(f"{served.url}id/borduria.html", headers={"accept": "text/html"})
    assert page.status_code == 200


def test_without_matches_the_demonstration_is_not_mentioned(served):
    assert 'id="invented"' not in search(served, "text/html", q="nowhere").text
