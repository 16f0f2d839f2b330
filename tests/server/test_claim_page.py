"""The page about a claim: who says it, how, what bears on it, and how to cite it."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.running_server import start, stop, triples

from demarche_ontology.terms import GRAPH
from demarche_server.pages import citing, dates, structured
from demarche_store.home import Home

TURTLE = r"""
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/demarche/id/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
dem:contradicts rdfs:label "contradicts"@en .
id:minister a dem:Person ; skos:prefLabel "The Minister"@en .
id:paper a dem:Organisation ; skos:prefLabel "The Paper"@en .
id:file a dem:Document ; dcterms:title "A file of articles"@en .
id:article a dem:DocumentPart ; dcterms:isPartOf id:file ; dcterms:publisher id:paper ;
    dcterms:title "Tunnel shut"@en ; dem:edtf "2020-01-02" .
id:body a dem:DocumentPart ; dcterms:isPartOf id:article ; dem:partKind id:kind .
id:kind skos:prefLabel "headline"@en .
id:claim-1 a dem:Claim ;
    dem:statement "The tunnel is shut </script><script>alert(1)</script> 100%."@en ;
    dem:attributedTo id:minister ; dem:reportingStep id:step-2, id:step-1 ;
    dem:earliest "2020-01-01"^^xsd:date ; dem:inDocument id:file ;
    dem:inPart id:body ; dem:contradicts id:claim-2 .
id:step-1 dem:stepOrder 1 ; dem:stepAgent id:paper .
id:step-2 dem:stepOrder 2 ; dem:stepAgent id:minister .
id:claim-2 a dem:Claim ; dem:statement "The tunnel is open."@en ; dem:attributedTo id:paper .
id:contradiction-1 a dem:ClaimRelation, dem:Contradiction ; dem:note "of one <b>tunnel</b>"@en ;
    dem:relatedClaim id:claim-1, id:claim-2 ; prov:wasDerivedFrom id:claim-1, id:claim-2 .
id:derived-1 a dem:DerivedStatement ; prov:wasDerivedFrom id:claim-1 ; rdf:subject id:minister ;
    rdf:predicate dem:opposes ; rdf:object id:paper .
dem:opposes rdfs:label "opposes"@en .
id:note-1 prov:wasDerivedFrom id:claim-1 .
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    home = Home(folder)
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["reference"], triples(TURTLE), "seeds")
        writer.commit("for the tests", "digest", [GRAPH["reference"]])
    running = start(folder, None)
    try:
        yield running.url.rstrip("/")
    finally:
        stop(running)


@pytest.fixture(scope="module")
def page(url):
    answer = httpx.get(f"{url}/id/claim-1.html")
    assert answer.status_code == 200
    return answer.text


def test_who_says_it_through_whom(page):
    chain = page[page.index('id="chain"') : page.index('id="how"')]
    assert chain.index("The Paper") < chain.index("The Minister")


def test_what_contradicts_it_and_who_says_that(page):
    bearing = page[page.index('id="bearing"') : page.index('id="cite"')]
    assert all(text in bearing for text in ("contradicts", "The tunnel is open.", "The Paper"))


def test_why_they_bear_on_each_other_is_a_readable_link(page):
    bearing = page[page.index('id="bearing"') : page.index('id="derived"')]
    assert 'href="/id/contradiction-1"' in bearing
    assert ">of one &lt;b&gt;tunnel&lt;/b&gt;</a>" in bearing


def test_what_was_derived_from_it_is_told_in_words(page):
    derived = page[page.index('id="derived"') : page.index('id="others"')]
    assert all(text in derived for text in ("The Minister", "<em>opposes</em>", "The Paper"))
    assert 'href="/id/derived-1"' in derived
    others = page[page.index('id="others"') : page.index('id="cite"')]
    assert "note-1" in others
    assert "contradiction-1" not in others
    assert "derived-1" not in others


def test_how_it_is_said_names_no_datatypes(page):
    how = page[page.index('id="how"') : page.index('id="about"')]
    assert "2020-01-01" in how
    assert "xsd:" not in how


def test_a_part_without_a_title_is_called_by_its_kind_and_what_it_is_part_of(url, page):
    about = page[page.index('id="about"') : page.index('id="bearing"')]
    assert ">headline of “Tunnel shut”</a>" in about
    assert ">headline of “Tunnel shut”</h1>" in httpx.get(f"{url}/id/body.html").text


def test_the_article_is_cited_and_not_the_file(page):
    cite = page[page.index('id="cite"') :]
    assert "“Tunnel shut”, The Paper, 2 January 2020" in cite
    assert "https://w3id.org/demarche/id/claim-1" in cite
    assert r"100\%." in cite


def test_a_statement_is_inert_in_the_data_block(page):
    assert "<script>alert" not in page
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    data = json.loads(block)
    assert data["@type"] == "Claim"
    assert data["text"].startswith("The tunnel is shut </script>")


@given(st.text())
def test_any_text_comes_back_from_a_data_block(text):
    block = str(structured.script({"text": text}))
    inner = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set(inner) & set("<>&")
    assert json.loads(inner)["text"] == text


@given(st.text())
def test_braces_of_an_entry_match_whatever_the_statement(text):
    cited = citing.Citation("S", "urn:x", text, text, text, "", "", "", "commit 1", 2020)
    plain = cited.bibtex().replace("\\{", "").replace("\\}", "")
    assert plain.count("{") == plain.count("}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2020-01-02", "2 January 2020"),
        ("2020-01", "2020-01"),
        ("2020-01-02/2020-02-03", "2020-01-02/2020-02-03"),
        ("-0044-03-15", "-0044-03-15"),
        ("", ""),
    ],
)
def test_days_in_words(text, words):
    assert dates.day(text) == words
