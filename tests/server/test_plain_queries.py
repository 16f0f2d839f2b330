"""Queries that are taken as plain: reading them in full would say the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from server.test_query_reading import W3C, needs_w3c

from demarche_ontology.competency import competency_queries
from demarche_server import sparql
from demarche_server.sparql import Bounds, plain

BOUNDS = Bounds(200, 1500, 800)

PLAIN = [
    "ASK { ?s ?p ?o }",
    "SELECT * { <urn:a> ?p ?o }",
    'select ?s where { ?s a <urn:A> ; <urn:p> "x"@en-GB , 3 . } limit 10',
    "PREFIX : <urn:> # a comment\nSELECT ?s { ?s :p ?o } ORDER BY ?s",
    "BASE <urn:x> PREFIX dem:<https://w3id.org/demarche/ontology#> DESCRIBE dem:Claim",
    'SELECT ?s { ?s ?p "1"^^<http://www.w3.org/2001/XMLSchema#integer> }',
]
NOT_PLAIN = [
    "SELECT * { SERVICE <urn:a> { ?s ?p ?o } }",
    "SELECT * { true\\u0053ERVICE <urn:a> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'it''s' }",
    "SELECT * FROM <urn:a> { ?s ?p ?o }",
    "SELECT (NOW() AS ?n) {}",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?s <urn:p>* ?o }",
    "SELECT * { ?s ?p ?o FILTER(?o<?s&&?s>?o) }",
    "SELECT * { ?s ?p " + '"' * 3 + 'x" SERVICE' + '"' * 3 + " }",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "SELECT * { ?s ?p ?o " + "{" * 300 + "}" * 300 + " }",
    "SELECT * { ?s ?p ?o " + "." * 900 + " }",
    "SELECT * { ?s ?p ?o } #" + "x" * 5000,
    "",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_plain(text):
    assert agrees(text)


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_not(text):
    assert plain(text, BOUNDS) is None


def agrees(text: str) -> bool:
    """Return whether a text is plain; fail where reading all of it says anything else."""
    taken = plain(text, BOUNDS)
    if taken is None:
        return False
    read = sparql.admit(text, BOUNDS)
    assert (read.verb, read.service, read.load, read.volatile) == (taken.verb, False, False, False)
    assert read.dataset == taken.dataset
    assert sparql.corrected(text, read, lambda _: True) == text
    return True


def test_packaged_queries_are_read_alike():
    for query in competency_queries():
        agrees(query.text)


@needs_w3c
def test_the_queries_of_the_suites_are_read_alike():
    found = [agrees(path.read_text("utf-8")) for path in readable(W3C)]
    assert sum(found) > 100


def readable(folder):
    for path in sorted(folder.rglob("*.rq")):
        try:
            path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        yield path


PIECES = [
    *("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE", "WHERE", "LIMIT", "a", "SERVICE"),
    *(
        "service",
        "?x",
        "$y",
        "<urn:a>",
        "<",
        ">",
        "<?x",
        ":",
        "p:",
        "p:x",
        ":x",
        "{",
        "}",
        "(",
        ")",
    ),
    *(".", ";", ",", "*", "=", "1", "1.5", '"x"', '"', '""', '"""', "'", "@en", "^^", "#", "\n"),
    *(" ", "\\u0053ERVICE", "SERV", "ICE", "é", "\u017fervice", "_:b", "NOW", "GRAPH", "|", "/"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["", " "]))
@example(["ASK", "{", "?x", "a", '"', "SERVICE", '"', "}"], " ")
def test_whatever_is_put_together_is_read_alike(pieces, between):
    agrees(between.join(["SELECT * {", *pieces]))
    agrees(between.join(pieces))


@given(st.text(alphabet="SELECTASKservice{}<>?:.\"'\\#@ \n*()0", max_size=40))
def test_any_text_is_read_alike(text):
    agrees(f"ASK {text}")


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p }", "ASK { ?s other:p ?o }", "SELECT ?s { ?s ?p ?o } LIMIT x"]
)
def test_what_is_wrong_with_a_plain_query_is_told_with_its_place(server, text):
    assert plain(text, BOUNDS) is not None
    told = server.ask(text)
    assert told.status_code == 400
    assert told.json()["line"] == 1
    assert 0 < told.json()["column"] <= len(text) + 1
