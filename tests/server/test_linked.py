"""Every IRI of the project answers on the server's own host."""

from __future__ import annotations

import time

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rdflib import Graph, URIRef

from demarche_ontology.terms import BASE, DEM, ID
from demarche_server.linked.paths import FORMATS, HTML, SHOWN, Place, path_of, place_of, term_path

THING = ID["ruritania"].value
LABEL = URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")


def get(server, path: str, accept: str = "*/*", **options) -> httpx.Response:
    headers = {"accept": accept}
    return httpx.get(server.url.rstrip("/") + path, headers=headers, **options)


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("text/html;q=0.5, text/turtle", "ttl"),
        ("*/*", "ttl"),
    ],
)
def test_a_thing_leads_to_the_document_the_client_reads_best(server, accept, suffix):
    answer = get(server, "/id/ruritania", accept)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/id/ruritania.{suffix}"
    assert answer.headers["vary"] == "Accept"


def test_what_no_document_is_written_in_is_told(server):
    answer = get(server, "/id/ruritania", "image/png")
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["offered"]


@pytest.mark.parametrize("suffix", [*SHOWN, "json"])
def test_a_document_describes_its_thing(server, suffix):
    answer = get(server, f"/id/ruritania.{suffix}")
    assert answer.status_code == 200
    media_type = FORMATS[suffix].media_type
    assert answer.headers["content-type"].partition(";")[0] == media_type
    graph = Graph().parse(data=answer.content, format=media_type)
    assert {str(label) for label in graph.objects(URIRef(THING), LABEL)} >= {"Ruritania"}


def test_links_lead_on(server):
    answer = get(server, "/id/ruritania.ttl")
    links = answer.headers["link"]
    assert f'<{THING}?release=first-light>; rel="cite-as"' in links
    assert '</id/ruritania.html>; rel="alternate"; type="text/html"' in links
    assert 'rel="license"' in links
    led = get(server, "/id/ruritania", "text/turtle").headers["link"]
    assert '</id/ruritania.jsonld>; rel="describedby"; type="application/ld+json"' in led


def test_a_page(server):
    page = get(server, "/id/rudolf.html", "text/html").text
    assert "<h1" in page
    assert "Rudolf" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'href="javascript:' not in page


def test_a_claim_in_a_list_is_a_link_to_its_page(server):
    query = "SELECT ?c { ?c a <https://w3id.org/demarche/ontology#Claim> }"
    page = get(server, "/query", "text/html", params={"query": query}).text
    assert 'href="/id/claim-1"' in page
    assert get(server, "/id/claim-1.html", "text/html").status_code == 200


def test_hash_names_come_as_their_document(server):
    answer = get(server, "/ontology.ttl")
    graph = Graph().parse(data=answer.content, format="turtle")
    assert (URIRef(DEM["State"].value), None, None) not in graph  # it has no type in this graph
    assert get(server, "/ontology", "text/html").status_code == 303


@pytest.mark.parametrize("path", ["/id/ruritanai-republic", "/id/x", "/vocabulary/nothing"])
def test_the_unknown_is_unknown_with_suggestions(server, path):
    answer = get(server, path, "text/turtle")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems#unknown-thing"


def suggested(server, name: str) -> list:
    """Return what is suggested for an unknown name, once there is an index of names."""
    for _ in range(60):
        if found := get(server, f"/id/{name}.ttl").json().get("suggestions"):
            return found
        time.sleep(0.5)
    return []


@pytest.mark.parametrize("name", ["ruritania-the-country", "Ruritannia"])
def test_suggestions_have_a_like_name(server, name):
    assert {"iri": THING, "label": "Ruritania"} in suggested(server, name)
    page = get(server, f"/id/{name}.html", "text/html")
    assert page.status_code == 404
    assert 'href="/id/ruritania"' in page.text


@pytest.mark.parametrize(
    "path", ["/id/%3C%3E", "/id/a%22b", "/id/..%2F..%2Fetc%2Fpasswd", "/id/%00", "/id/a%0Ab"]
)
def test_hostile_names_find_nothing(server, path):
    assert get(server, path).status_code == 404


@given(st.text(st.characters(codec="utf-8", exclude_characters="#?"), min_size=1))
@example(".")
@example("a/../b")
def test_paths_and_iris_are_each_others_way_back(local):
    iri = f"{BASE}id/{local}"
    path = path_of(iri)
    if not {".", ".."}.isdisjoint(local.split("/")):
        assert path == ""
        return
    assert path.startswith("/id/")
    decoded = httpx.URL("http://h" + path).path
    place = place_of(decoded)
    assert (place.iri + (f".{place.suffix}" if place.suffix else "")) == iri


def test_a_term_has_an_address_besides_its_place_in_the_ontology():
    place = place_of("/ontology/Claim.ttl")
    assert place == Place(DEM["Claim"].value, "ttl")
    assert place.path == term_path(place.iri) == "/ontology/Claim"
    assert path_of(place.iri) == "/ontology#Claim"
    assert term_path(DEM["NoSuchTerm"].value) == term_path(THING) == ""
    assert place_of("/ontology/0.1.0").iri == f"{BASE}ontology"
    assert place_of("/ontology/alignments").iri == f"{BASE}ontology/alignments"


def test_suffixes():
    assert place_of("/id/x.html") == Place(f"{BASE}id/x", HTML)
    assert place_of("/id/x.y") == Place(f"{BASE}id/x.y")
    assert place_of("/ontology").whole_namespace == DEM
