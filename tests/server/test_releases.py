"""Releases as things: their list, their pages and descriptions, their files, what differs."""

from __future__ import annotations

import csv
import gzip
import io
import re
import time

import httpx
import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import DCTERMS, Graph, Literal, Namespace, URIRef
from server.running_server import TURTLE, build, start, stop, triples

from demarche_ontology.terms import GRAPH, RELEASE
from demarche_store.home import Home

DCAT = Namespace("http://www.w3.org/ns/dcat#")
VOID = Namespace("http://rdfs.org/ns/void#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
MORE = """
id:flavia a dem:Person ; skos:prefLabel "Flavia & <co>"@en .
id:claim-3 a dem:Claim ; dem:statement "It opens, says Flavia."@en ; dem:attributedTo id:flavia .
"""
LESS = 'id:claim-2 a dem:Claim ; dem:statement "The tunnel stays shut, says a reader."@en .'


def change(home: Home, text: str) -> str:
    with home.writer("a test") as writer:
        for name in ("reference", "links"):
            writer.replace_graph(GRAPH[name], triples(text), "seeds")
        names = [GRAPH["reference"], GRAPH["links"]]
        return writer.commit("more", f"digest {len(text)}", names).id


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Home:
    """A home with the releases first-light and v2.0 (more, and less), and a newer commit."""
    home = build(tmp_path_factory.mktemp("releases") / "home")
    change(home, TURTLE.replace(LESS, "") + MORE)
    home.create_release("v2.0", description="With <b>more</b>")
    change(home, TURTLE + MORE)
    return home


@pytest.fixture(scope="module")
def running(story):
    running = start(story.path, None)
    yield running
    stop(running)


def got(running, path: str, accept: str = "", **parameters) -> httpx.Response:
    """Return an answer that is worth waiting for: what it takes may be made first."""
    headers = {"accept": accept} if accept else {}
    while True:
        answer = httpx.get(
            running.url + path, params=parameters or None, headers=headers, timeout=60
        )
        waiting = "being worked out" in answer.text or "being counted" in answer.text
        if answer.status_code != 503 and not waiting:
            return answer
        time.sleep(0.3)


# --- The list --------------------------------------------------------------------------------


def test_the_list_has_the_newest_first_with_what_it_changed(running):
    page = got(running, "releases", "text/html").text
    names = re.findall(r'<h2 id="release-([^"]+)"', page)
    assert names == ["v2.0", "first-light"]
    assert "With &lt;b&gt;more&lt;/b&gt;" in page
    words = " ".join(page.split())
    assert "1 claim added, 1 claim removed," in words
    assert "1 actor added," in words
    assert "/releases/v2.0...current" in page
    assert "/query?release=first-light" in page


def test_the_list_for_programs(running, story):
    answer = got(running, "releases", format="json")
    assert answer.headers["content-type"] == "application/json"
    assert [one["name"] for one in answer.json()] == ["v2.0", "first-light"]
    assert answer.json()[1]["rdfc10"] == story.releases()[0].rdfc10
    assert got(running, "releases", "application/json").json() == answer.json()
    assert got(running, "releases", format="csv").status_code == 406


def test_the_form_leads_to_the_comparison(running):
    answer = httpx.get(running.url + "releases", params={"a": "first-light", "b": "v2.0"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/releases/first-light...v2.0"


def test_without_releases_the_list_says_so(tmp_path):
    home = Home(tmp_path / "home")
    change(home, TURTLE)
    running = start(home.path, None)
    try:
        page = got(running, "releases", "text/html").text
        assert "There is no release yet" in page
        assert httpx.get(f"{running.url}release/x", timeout=60).status_code == 404
    finally:
        stop(running)


# --- A release -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [("text/html", "html"), ("text/turtle", "ttl"), ("application/ld+json", "jsonld")],
)
def test_its_iri_leads_to_a_document(running, accept, suffix):
    answer = httpx.get(f"{running.url}release/v2.0", headers={"accept": accept}, timeout=60)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/release/v2.0.{suffix}"
    assert 'rel="cite-as"' in answer.headers["link"]


def test_its_page_says_what_it_is_and_how_to_cite_it(running, story):
    release = story.releases()[1]
    answer = got(running, "release/v2.0.html")
    page = answer.text
    for told in (release.commit, release.rdfc10, "As files", "@misc{demarche-v2.0"):
        assert told in page
    assert "/sparql?release=v2.0" in page
    assert "/releases/first-light...v2.0" in page
    assert "<b>more</b>" not in page
    links = answer.headers["link"]
    assert re.search(r'<[^>]*v2\.0[^>]*>; rel="cite-as"', links)
    assert '</release/first-light>; rel="predecessor-version"' in links


@pytest.mark.parametrize(("suffix", "form"), [("ttl", "turtle"), ("jsonld", "json-ld")])
def test_its_description_counts_and_leads_to_its_files(running, story, suffix, form):
    release, commit = story.releases()[1], story.commits()[1]
    for _ in range(200):
        answer = got(running, f"release/v2.0.{suffix}")
        if answer.headers["cache-control"] == "no-cache":
            break
        time.sleep(0.3)
    graph = Graph().parse(data=answer.content, format=form)
    (node,) = graph.subjects(DCAT.version, Literal("v2.0"))
    assert graph.value(node, DCTERMS.identifier) == Literal(release.commit)
    assert int(graph.value(node, VOID.triples)) == commit.default_graph_triples
    checksum = graph.value(node, SPDX.checksum)
    assert str(graph.value(checksum, SPDX.checksumValue)).lower() == release.rdfc10
    entities = {
        str(graph.value(part, VOID["class"])).rpartition("#")[2]: int(
            graph.value(part, VOID.entities)
        )
        for part in graph.objects(node, VOID.classPartition)
    }
    assert (entities["Claim"], entities["Actor"], entities["Document"]) == (2, 3, 1)
    dumps = {str(one).rpartition("/")[2] for one in graph.objects(node, VOID.dataDump)}
    assert dumps == {"v2.0.nq.gz", "v2.0.trig.gz"}
    assert URIRef(f"{running.sparql}?release=v2.0") in set(graph.objects(node, VOID.sparqlEndpoint))


@pytest.mark.parametrize(("suffix", "form"), [("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)])
def test_its_files_hold_all_of_it_and_are_the_same_each_time(running, story, suffix, form):
    answer = got(running, f"dumps/first-light.{suffix}.gz")
    assert answer.headers["content-type"] == "application/gzip"
    assert answer.headers["demarche-release"] == "first-light"
    with story.open("first-light") as view:
        assert set(parse(gzip.decompress(answer.content), format=form)) == set(view.quads())
    assert got(running, f"dumps/first-light.{suffix}.gz").content == answer.content
    part = httpx.get(
        f"{running.url}dumps/first-light.{suffix}.gz", headers={"range": "bytes=0-9"}, timeout=60
    )
    assert (part.status_code, part.content) == (206, answer.content[:10])


@pytest.mark.parametrize(
    "path",
    [
        "release/nix",
        "release/nix.ttl",
        "release/000001",
        "dumps/nix.nq.gz",
        "dumps/first-light.zip",
        "dumps/..%2Fx.nq.gz",
        "releases/nix...v2.0",
        "releases/first-light",
        "releases/...",
    ],
)
def test_what_is_not_there(running, path):
    answer = got(running, path)
    assert answer.status_code == 404
    assert answer.json()["remedy"]
    assert str(running.home) not in answer.text


# --- What differs ----------------------------------------------------------------------------


def test_what_differs_as_a_page_leads_to_each_thing_as_of_its_release(running):
    page = got(running, "releases/first-light...v2.0", "text/html").text
    assert "It opens, says Flavia." in page
    assert "Flavia &amp; &lt;co&gt;" in page
    assert 'href="/id/claim-3?release=v2.0"' in page
    assert 'href="/id/claim-2?release=first-light"' in page


def test_what_differs_for_programs(running):
    found = got(running, "releases/first-light...v2.0", format="json").json()
    assert found["counts"]["claim"] == {"added": 1, "removed": 1, "revised": 0, "changed": 0}
    assert found["before"]["release"] == "first-light"
    assert {one["iri"].rpartition("/")[2] for one in found["changes"]} == {
        "claim-2",
        "claim-3",
        "flavia",
    }
    only = got(running, "releases/first-light...v2.0", format="json", kind="claim", how="added")
    assert [one["label"] for one in only.json()["changes"]] == ["It opens, says Flavia."]
    rows = csv.DictReader(io.StringIO(got(running, "releases/first-light...v2.0", "text/csv").text))
    assert [row["label"] for row in rows if row["kind"] == "actor"] == ["Flavia & <co>"]


def test_the_current_commit_and_commits_by_id_may_be_compared(running, story):
    ids = [commit.id for commit in story.commits()]
    found = got(running, "releases/v2.0...current", format="json").json()
    assert (found["before"]["commit"], found["after"]["commit"]) == (ids[1], ids[2])
    assert found["counts"]["claim"]["added"] == 1
    same = got(running, f"releases/{ids[2]}...current", format="json").json()
    assert (same["graphs"], same["changes"]) == ([], [])


def test_long_lists_come_in_parts(tmp_path):
    home = build(tmp_path / "home")
    people = [
        f'id:person-{n:03d} a dem:Person ; skos:prefLabel "P {n:03d}"@en .' for n in range(250)
    ]
    change(home, TURTLE + "\n".join(people))
    running = start(home.path, None)
    try:
        address, seen = "releases/first-light...current?kind=actor&format=json", []
        while address:
            part = got(running, address.lstrip("/")).json()
            seen += [one["label"] for one in part["changes"]]
            address = part["next"]
        assert seen == [f"P {n:03d}" for n in range(250)]
        page = got(running, "releases/first-light...current?kind=actor&from=100", "text/html").text
        assert "P 100" in page
        assert "P 200" not in page
        assert 'rel="next"' in page
    finally:
        stop(running)


@pytest.mark.parametrize(
    ("status", "parameters"),
    [(400, {"kind": "nix"}), (400, {"how": "nix"}), (400, {"from": "x"}), (406, {"format": "nix"})],
)
def test_what_cannot_be_asked(running, status, parameters):
    answer = got(running, "releases/first-light...v2.0", **parameters)
    assert answer.status_code == status
    assert answer.json()["remedy"]


# --- Looking as of a release -----------------------------------------------------------------


def as_of(running, path: str) -> str:
    answer = got(running, path, "text/html")
    assert answer.status_code == 200
    return answer.text


def test_a_page_says_as_of_which_release_it_is_and_leads_back(running):
    page = as_of(running, "id/flavia.html?release=v2.0&from=0")
    assert "You are looking at" in page
    assert "not the current one" in page
    assert '<a href="/id/flavia.html?from=0" data-as-it-is>' in page
    assert '<a class="brand" href="/?release=v2.0">' in page
    assert "You are looking at" not in as_of(running, "id/flavia.html")


def test_every_page_offers_the_releases(running):
    page = as_of(running, "query?query=ASK+%7B%7D")
    assert '<option value="v2.0">' in page
    assert '<input type="hidden" name="query" value="ASK {}">' in page
    page = as_of(running, "query?query=ASK+%7B%7D&release=v2.0")
    assert '<option value="v2.0" selected>' in page
    assert "--data-urlencode release=v2.0" in page
    assert "format=csv&amp;release=v2.0" in as_of(
        running, "query?query=SELECT+%2A+%7B%7D&release=v2.0"
    )


def test_an_odd_path_makes_no_address_of_another_host(running):
    page = httpx.get(f"{running.url}/evil.example/%22x", headers={"accept": "text/html"}).text
    assert 'href="//' not in page
    assert 'action="//' not in page


def test_what_is_to_be_cited_names_the_release(running):
    for path in ("id/flavia.ttl", "id/flavia.html"):
        links = got(running, path, release="v2.0").headers["link"]
        assert '<https://w3id.org/demarche/id/flavia?release=v2.0>; rel="cite-as"' in links
        assert f'</{path}>; rel="latest-version"' in links
        assert (
            '<https://w3id.org/demarche/id/flavia>; rel="cite-as"'
            in (got(running, path).headers["link"])
        )
    assert RELEASE["v2.0"].value.endswith("/release/v2.0")
