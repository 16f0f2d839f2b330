"""The ontology, its terms and lists as pages and documents, on our graph and on others."""

from __future__ import annotations

import html
import re
import time

import httpx
import pytest
from pyoxigraph import NamedNode
from rdflib import Graph, URIRef
from server.running_server import start, stop, triples

from demarche_ontology import terms
from demarche_ontology.glossary import glossary
from demarche_ontology.lists import schemes
from demarche_ontology.terms import DEM
from demarche_server.description.counting import Counted
from demarche_server.description.usage import usage
from demarche_server.pages.drawing import diagram
from demarche_server.pages.things import term_page
from demarche_store.home import Home

FOREIGN = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix voc: <https://w3id.org/demarche/vocabulary/> .
@prefix e: <http://example.org/> .
voc:colours a skos:ConceptScheme .
voc:colours-red a skos:Concept ; skos:inScheme voc:colours .
voc:colours-crimson a skos:Concept ; skos:inScheme voc:colours ; skos:broader voc:colours-red ;
    skos:notation "<i>crimson</i>" .
"""


@pytest.fixture(scope="module")
def seeded(seed_server):
    counted(seed_server)
    return seed_server


def counted(server) -> None:
    """Wait until the graph is counted, which begins when it is first asked for."""
    for _ in range(240):
        if "Not counted" not in (told := page(server, "ontology")) and "being counted" not in told:
            return
        time.sleep(0.5)
    raise AssertionError("the graph is not counted")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A graph that has no term of ours, but a list of its own, in use."""
    home = Home(tmp_path_factory.mktemp("foreign"))
    uses = "\n".join(f"<urn:x:{n}> <urn:colour> <{terms.VOC}colours-red> ." for n in range(300))
    with home.writer("a test") as writer:
        writer.replace_graph(NamedNode("urn:g"), triples(FOREIGN + uses), "seeds")
        writer.commit("for the tests", "digest", [NamedNode("urn:g")])
    running = start(home.path, None)
    counted(running)
    yield running
    stop(running)


def get(server, path: str, accept: str = "*/*", **options) -> httpx.Response:
    return httpx.get(server.url + path, headers={"accept": accept}, timeout=120, **options)


def page(server, path: str) -> str:
    answer = get(server, path, "text/html", follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def test_the_overview_has_every_term_and_list(seeded):
    text = page(seeded, "ontology")
    for term in glossary().terms.values():
        assert f'id="{term.name}"' in text
        assert f'href="/ontology/{term.name}"' in text
        assert term.definition in text
    for scheme in schemes():
        assert scheme.definition in text
        assert all(concept.definition in text for concept in scheme.concepts)
    targets = set(re.findall(r'href="#([^"]+)"', text))
    assert targets <= set(re.findall(r' id="([^"]+)"', text))
    assert "How often terms occur is not said" not in text


@pytest.mark.parametrize("name", ["Claim", "State", "evidence", "recognizes", "sourceSha256"])
def test_a_term_has_a_page_with_all_that_is_known_of_it(seeded, name):
    term = glossary().terms[name]
    text = page(seeded, f"ontology/{name}")
    assert term.definition in text
    assert all(one in text for one in term.examples)
    assert all(iri in text for _, iri in term.alignments)
    assert all(one.message in text for one in term.constraints)
    assert f"dem:{name}" in text


def test_every_term_can_be_shown():
    looking = term_page._Looking(glossary())
    for term in glossary().terms.values():
        shown = looking.shown(term)
        cells = [*shown.supers, *shown.subs, *shown.disjoint]
        cells += [one for rule in shown.own for one in (*rule.classes, *rule.path, *rule.values)]
        ours = [one for one in cells if one.title.startswith(terms.BASE)]
        assert all(one.path and one.text for one in ours), term.name


def test_the_examples_of_all_terms_can_be_asked(seed_home):
    with seed_home.open() as view:
        for term in glossary().terms.values():
            assert view.query(term_page.example(term)).variables, term.name


def test_a_class_says_how_often_it_occurs(seeded):
    query = f"SELECT (COUNT(*) AS ?n) {{ ?x a {DEM['StanceClaim']} }}"
    number = get(seeded, "sparql", "text/csv", params={"query": query}).text.split()[1]
    assert f"{number} members" in words(page(seeded, "ontology/StanceClaim"))


def test_a_class_has_the_rules_of_those_above_and_of_all_below():
    looking = term_page._Looking(glossary())
    stance, claim = (looking.shown(glossary().terms[n]) for n in ("StanceClaim", "Claim"))
    assert {rule.path[0].text for rule in claim.own} < {rule.path[0].text for rule in stance.own}
    assert "statement" in {rule.path[0].text for rule in claim.own}


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_a_term_as_data(seeded, foreign, suffix):
    kinds = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
    for server in (seeded, foreign):
        answer = get(server, f"ontology/Claim.{suffix}")
        assert answer.status_code == 200
        graph = Graph().parse(data=answer.content, format=kinds[suffix])
        assert (URIRef(DEM["Claim"].value), None, URIRef(terms.OWL["Class"].value)) in graph
        assert f'<{DEM["Claim"].value}>; rel="cite-as"' in answer.headers["link"]
        assert "</ontology/Claim.html>" in answer.headers["link"]


def test_a_version_is_the_ontology(seeded):
    answer = get(seeded, "ontology/0.1.0", "text/turtle")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/ontology.ttl"


def test_where_the_graph_has_no_term_of_ours_they_are_told_all_the_same(foreign):
    assert "Demarche ontology" in page(foreign, "ontology")
    assert "This commit has 0 members" in words(page(foreign, "ontology/Claim"))
    graph = Graph().parse(data=get(foreign, "ontology.ttl").text, format="turtle")
    assert (URIRef(DEM["Claim"].value), None, URIRef(terms.OWL["Class"].value)) in graph
    assert get(foreign, "ontology/Nothing").status_code == 404


def test_a_list_and_a_value(seeded):
    text = page(seeded, "vocabulary/voice")
    assert all(f"/vocabulary/voice-{one}" in text for one in terms.SCHEMES["voice"])
    text = page(seeded, "vocabulary/mode-consult-visit")
    assert "/vocabulary/category-consult" in text
    assert "Some claims with it" in text


def test_lists_of_others(foreign):
    text = page(foreign, "vocabulary/colours")
    assert ">300<" in text
    text = page(foreign, "vocabulary/colours-red")
    assert ">300<" in text
    assert "/vocabulary/colours-crimson" in text
    raw = get(foreign, "vocabulary/colours-crimson.html").text
    assert "<i>crimson" not in raw
    assert "No statement of this commit names it." in raw


# --- The drawing and the numbers -----------------------------------------------------------------


def test_the_drawing_is_of_terms_that_are_there():
    words = glossary()
    assert set(diagram.PLACES) <= set(terms.CLASSES)
    for source, name, told, target in diagram.ARROWS:
        assert {source, target} <= set(diagram.PLACES)
        assert told or name in words.terms
        if name:
            rules = words.terms[name].constraints
            below = {source, *words.terms[source].subs}
            assert any({DEM[one].value for one in below} & set(rule.classes) for rule in rules), (
                name
            )
            assert any(DEM[target].value in rule.values for rule in rules), name


def test_the_drawing_keeps_within_its_bounds_and_boxes_apart():
    drawing = diagram.draw(glossary())
    places = [(box.x, box.y) for box in drawing.boxes]
    assert len(set(places)) == len(places)
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - diagram.WIDTH
        assert 0 <= box.y <= drawing.height - diagram.HEIGHT
    for arrow in drawing.arrows:
        assert 0 < arrow.x < drawing.width
        assert arrow.room < max(abs(arrow.x2 - arrow.x1), diagram.WIDTH)


def test_usage_is_read_from_rows():
    rows = {"classes": [("urn:C", "3")], "properties": [("urn:p", "7")]}
    assert usage(Counted(rows)) == {"urn:C": 3, "urn:p": 7}
    assert usage(Counted(missing="Not yet.")) == {}
