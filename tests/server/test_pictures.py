"""Pictures: what they count is what their queries answer, and they hold for any graph."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from server.running_server import Running, start, stop

NETWORK = "pictures/network"
PICTURES = [NETWORK]


@pytest.fixture(scope="module")
def served(seed_home) -> Iterator[Running]:
    running = start(seed_home.path, seed_home.current().id)
    yield running
    stop(running)


def get(address: str, **options) -> httpx.Response:
    return httpx.get(address, timeout=60, **options)


def page(served: Running, path: str, status: int = 200, **asked: str) -> str:
    answer = get(served.url + path, params=asked or None, headers={"accept": "text/html"})
    assert answer.status_code == status, answer.text
    return answer.text


def arrows(html: str) -> dict[tuple[str, str, str], int]:
    """The table of the network: who, what, whom, and the number of claims."""
    rows = re.findall(r'<tr id="arrow-\d+">(.*?)</tr>', html, re.DOTALL)
    found = {}
    for row in rows:
        who, whom = re.findall(r'<td class="medium"><a href="/id/([^"]+)"', row)
        what = re.findall(r'class="key (\w+)"', row)[0]
        found[who, what, whom] = int(re.findall(r'as a query: [^"]*">(\d+)<', row)[0])
    return found


def behind(served: Running, html: str, words: str) -> list[dict[str, str]]:
    """What the query answers that a link of a page leads to."""
    link = unescape(re.findall(rf'<a href="(/query\?query=[^"]+)"[^>]*>{words}</a>', html)[0])
    query = parse_qs(urlsplit(link).query)["query"][0]
    rows = served.ask(query, format="json").json()["results"]["bindings"]
    return [{name: one["value"] for name, one in row.items()} for row in rows]


def short(iri: str) -> str:
    return iri.rpartition("/")[2]


def test_the_index_leads_to_every_picture(served):
    html = page(served, "pictures")
    for path in PICTURES:
        assert f'href="/{path}"' in html
        assert 'href="/pictures" aria-current="true"' in page(served, path)
    assert 'href="/pictures" aria-current="page"' in html


@pytest.mark.parametrize("asked", [{}, {"kind": "accuses"}, {"since": "2014", "until": "2014"}])
def test_the_network_counts_claims_as_they_stand_in_the_graph(served, asked):
    html = page(served, NETWORK, **asked)
    shown = arrows(html)
    years = [int(asked[name]) for name in ("since", "until") if name in asked]
    lines = served.ask(
        """PREFIX dem: <https://w3id.org/demarche/ontology#>
PREFIX voc: <https://w3id.org/demarche/vocabulary/>
SELECT DISTINCT ?a ?k ?r ?c ?e ?l {
  ?c a dem:Claim ; dem:category ?k ; dem:actor ?a ; dem:recipient ?r ;
    dem:modality voc:modality-actual ; dem:polarity voc:polarity-positive ; dem:voice ?v
  FILTER(?v != voc:voice-reader-comment) FILTER(?k IN (voc:category-accuse, voc:category-support))
  OPTIONAL { ?c dem:earliest ?e } OPTIONAL { ?c dem:latest ?l } }""",
        format="json",
    ).json()["results"]["bindings"]
    wanted: dict[tuple[str, str, str], int] = {}
    for row in lines:
        value = {name: short(one["value"]) for name, one in row.items()}
        what = {"category-accuse": "accuses", "category-support": "supports"}[value["k"]]
        begin, end = value.get("e") or value.get("l"), value.get("l") or value.get("e")
        if years and not (begin and begin[:4] <= str(years[1]) and end[:4] >= str(years[0])):
            continue
        if asked.get("kind", what) == what:
            key = value["a"], what, value["r"]
            wanted[key] = wanted.get(key, 0) + 1
    assert shown == wanted
    assert shown


def test_the_query_behind_the_network_answers_what_it_shows(served):
    html = page(served, NETWORK, source="id:afp")
    rows = behind(served, html, "The arrows as a query")
    kinds = {"category-accuse": "accuses", "category-support": "supports"}
    found = {
        (short(row["actor"]), kinds[short(row["kind"])], short(row["recipient"])): int(
            row["claims"]
        )
        for row in rows
    }
    assert arrows(html) == found
    assert found
    claims = behind(served, html, "Their claims as a query")
    assert {short(row["source"]) for row in claims} == {"afp"}


def test_every_arrow_leads_to_its_row_and_every_row_to_its_claims(served):
    html = page(served, NETWORK)
    rows = set(re.findall(r'<tr id="(arrow-\d+)"', html))
    assert set(re.findall(r'<a href="#(arrow-\d+)" aria-label', html)) == rows
    for row in re.findall(r'<tr id="arrow-\d+">(.*?)</tr>', html, re.DOTALL):
        assert re.search(r'href="/id/claim-[0-9a-f]{16}"', row)
        assert "as claimed" in html


def test_reader_comments_count_only_when_asked_for(served):
    without, counted = arrows(page(served, NETWORK)), arrows(page(served, NETWORK, comments="with"))
    only = arrows(page(served, NETWORK, comments="only"))
    assert sum(without.values()) + sum(only.values()) == sum(counted.values())
    assert only


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_a_file_that_stands_alone(served, path):
    answer = get(f"{served.url}{path}?format=svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["demarche-commit"] in answer.headers["content-disposition"]
    root = ET.fromstring(answer.text)
    words = " ".join(one.text or "" for one in root.iter())
    assert answer.headers["demarche-commit"] in words
    assert "what a source said" in words
    # No style but attributes, nothing that leads or loads.
    assert not {"style", "a", "script", "image", "use"} & {
        one.tag.rpartition("}")[2] for one in root.iter()
    }
    assert not [True for one in root.iter() if "style" in one.attrib]
    again = get(f"{served.url}{path}?format=svg")
    assert again.text == answer.text


@pytest.mark.parametrize("path", PICTURES)
def test_a_graph_with_nothing_to_show_says_so(server, path):
    html = page(server, path)
    assert 'role="status"' in html
    assert "<svg" not in html
    assert "format=svg" not in html
    answer = get(f"{server.url}{path}?format=svg")
    assert answer.status_code == 404
    assert "nothing to draw" in answer.json()["detail"] + answer.json()["title"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"since": "MMXX"}, "since="),
        ({"until": "0"}, "until="),
        ({"since": "2020", "until": "2010"}, "before they begin"),
        ({"source": "<>"}, "source="),
        ({"comments": "some"}, "comments="),
        ({"kind": "loves"}, "kind="),
        ({"format": "png"}, "format="),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(served, asked, told):
    answer = get(served.url + NETWORK, params=asked)
    assert answer.status_code == 400
    assert told in answer.json()["detail"] + answer.json()["title"]
    assert answer.json()["remedy"]
