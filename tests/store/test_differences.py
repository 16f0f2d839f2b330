"""What differs between two commits: things by kind, triples by graph."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from demarche_ontology.terms import GRAPH, derived_graph
from demarche_store.differences import KINDS, Change, census, compare, document, table
from demarche_store.home import Home

PREFIXES = """
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix id: <https://w3id.org/demarche/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""
TERMS = "dem:Person rdfs:subClassOf dem:Actor . dem:State rdfs:subClassOf dem:Actor ."
CLAIM = """
id:claim-1 a dem:Claim, dem:StanceClaim ; dem:attributedTo id:rudolf ;
  dem:statement "The tunnel opens."@en .
"""
BEFORE = {
    "reference": """
id:rudolf a dem:Person ; skos:prefLabel "Rudolf"@en, "رودولف"@ar .
id:ruritania a dem:State ; skos:prefLabel "Ruritania"@en .
id:strelsau a dem:State ; skos:prefLabel "Strelsau"@en .""",
    "document/a": CLAIM + 'id:document-a a dem:Document ; dcterms:title "Gazette"@en .',
    "ontology": TERMS,
}
AFTER = {
    "reference": """
id:rudolf a dem:Person ; skos:prefLabel "Rudolf"@en, "رودولف"@ar .
id:ruritania a dem:State ; skos:prefLabel "Kingdom of Ruritania"@en .
id:flavia a dem:Person ; skos:prefLabel "Flavia"@en .""",
    "document/a": """
id:claim-1 a dem:Claim .
id:claim-2 a dem:Claim, dem:StanceClaim ; dem:attributedTo id:rudolf ;
  dem:statement "The tunnel may open."@en ; prov:wasRevisionOf id:claim-1 .
id:claim-3 a dem:Claim ; dem:attributedTo id:flavia ; dem:statement "It stays shut."@en .
id:document-a a dem:Document ; dcterms:title "Gazette"@en .""",
    "ontology": TERMS,
    "derived/default": "id:rudolf dem:supports id:position-1 .",
}
ID = "https://w3id.org/demarche/id/"


def triples(text: str) -> list[Triple]:
    return [one.triple for one in parse(f"{PREFIXES}{text}".encode(), format=RdfFormat.TURTLE)]


def put(home: Home, graphs: dict[str, str]) -> str:
    with home.writer("a test") as writer:
        for name in {"reference", "document/a", "ontology", "derived/default"} - set(graphs):
            writer.remove_graph(GRAPH[name])
        for name, text in graphs.items():
            writer.replace_graph(GRAPH[name], triples(text), "seeds")
        return writer.commit("test", str(graphs), [GRAPH[name] for name in graphs]).id


@pytest.fixture
def compared(tmp_path):
    home = Home(tmp_path / "home")
    first, second = put(home, BEFORE), put(home, AFTER)
    with home.open(first) as old, home.open(second) as new:
        yield compare(old, new)


def test_things_are_added_removed_revised_and_changed(compared):
    claim = {"source": f"{ID}rudolf", "source_label": "Rudolf"}
    assert set(compared.changes) == {
        Change(
            "claim", "added", f"{ID}claim-3", "It stays shut.", f"{ID}flavia", source_label="Flavia"
        ),
        Change(
            "claim",
            "revised",
            f"{ID}claim-2",
            "The tunnel may open.",
            earlier=f"{ID}claim-1",
            **claim,
        ),
        Change("actor", "added", f"{ID}flavia", "Flavia"),
        Change("actor", "removed", f"{ID}strelsau", "Strelsau"),
        Change("actor", "changed", f"{ID}ruritania", "Kingdom of Ruritania"),
    }
    assert compared.counts()["actor", "added"] == 1


def test_triples_are_counted_by_graph_and_equal_graphs_left_out(compared):
    counted = {one.iri: (one.before, one.after, one.added, one.removed) for one in compared.graphs}
    assert counted == {
        GRAPH["reference"].value: (7, 7, 3, 3),
        GRAPH["document/a"].value: (6, 11, 8, 3),
        GRAPH["derived/default"].value: (None, 1, 1, 0),
    }
    assert (compared.added, compared.removed) == (12, 6)


def test_the_other_way_round_what_was_added_is_removed(tmp_path):
    home = Home(tmp_path / "home")
    first, second = put(home, BEFORE), put(home, AFTER)
    with home.open(second) as old, home.open(first) as new:
        found = compare(old, new)
    assert {one.iri for one in found.changes if (one.kind, one.how) == ("actor", "removed")} == {
        f"{ID}flavia"
    }
    assert {one.iri for one in found.changes if (one.kind, one.how) == ("claim", "removed")} == {
        f"{ID}claim-2",
        f"{ID}claim-3",
    }
    assert (found.added, found.removed) == (6, 12)


def test_a_commit_does_not_differ_from_itself(tmp_path):
    home = Home(tmp_path / "home")
    put(home, BEFORE)
    with home.open() as old, home.open() as new:
        found = compare(old, new)
        assert census(new) == dict.fromkeys(KINDS, 0) | {"claim": 1, "actor": 3, "document": 1}
    assert (found.graphs, found.changes) == ((), ())


def test_what_is_derived_changes_no_thing(tmp_path):
    home = Home(tmp_path / "home")
    first = put(home, BEFORE)
    put(home, BEFORE | {"derived/default": "id:rudolf dem:supports id:position-1 ."})
    with home.open(first) as old, home.open() as new:
        found = compare(old, new)
    assert found.changes == ()
    assert [one.iri for one in found.graphs] == [derived_graph("default").value]


def test_of_statements_with_blank_nodes_only_the_numbers_are_compared(tmp_path):
    home = Home(tmp_path / "home")
    says = NamedNode("http://example.org/says")
    for number in (2, 3):
        with home.writer("a test") as writer:
            blank = [Triple(BlankNode(), says, Literal(str(n))) for n in range(number)]
            writer.replace_graph(GRAPH["links"], blank, "seeds")
            writer.commit("test", str(number), [GRAPH["links"]])
    first, second = home.commits()
    with home.open(first.id) as old, home.open(second.id) as new:
        found = compare(old, new)
    assert [(one.added, one.removed) for one in found.graphs] == [(1, 0)]


def test_the_default_graph_of_a_plain_dataset_is_compared(tmp_path):
    home = Home(tmp_path / "home")
    home.make_plain()
    for number in (1, 2):
        with home.user_writer("a test") as writer:
            facts = " ".join(f"<urn:s> <urn:p> {n} ." for n in range(number))
            writer.update(f"INSERT DATA {{ {facts} GRAPH <urn:g> {{ <urn:s> <urn:p> {number} }} }}")
            writer.commit("test")
    first, second = home.commits()
    with home.open(first.id) as old, home.open(second.id) as new:
        found = compare(old, new)
    assert [(one.iri, one.added, one.removed) for one in found.graphs] == [
        ("", 1, 0),
        ("urn:g", 1, 0),
    ]


def test_what_is_written_down_is_all_of_it(compared):
    rows = list(table(compared.changes))
    assert len(rows) == len(compared.changes) + 1
    assert rows[0][:4] == ("kind", "how", "iri", "label")
    written = document(compared)
    assert written["counts"]["claim"] == {"added": 1, "removed": 0, "revised": 1, "changed": 0}
    assert written["triples"] == {"added": 12, "removed": 6}
    assert [one["iri"] for one in written["changes"]] == [one.iri for one in compared.changes]
