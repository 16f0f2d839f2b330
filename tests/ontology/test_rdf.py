"""Reading Turtle with useful errors, canonical hashes, repeatable Turtle."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from demarche_ontology import terms
from demarche_ontology.errors import InputError
from demarche_ontology.rdf import (
    canonical_bytes,
    canonical_sha256,
    has_blank_nodes,
    parse_turtle,
    read_trig,
    read_turtle,
    to_turtle,
)

X = NamedNode("https://example.org/x")
nodes = st.sampled_from([terms.ID["a"], terms.ID["b"], terms.VOC["voice-quoted"], X])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
literals = st.one_of(
    texts.map(Literal),
    texts.map(lambda text: Literal(text, language="en")),
    texts.map(lambda text: Literal(text, datatype=terms.XSD["date"])),
)
triples = st.builds(Triple, nodes, nodes, st.one_of(nodes, literals))
graphs = st.lists(triples, max_size=12)


@given(graphs)
def test_turtle_reads_back_as_the_same_graph(graph):
    assert set(parse_turtle(to_turtle(graph), "again")) == set(graph)


@given(graphs, st.randoms())
def test_hash_and_turtle_do_not_depend_on_order_or_repetition(graph, random):
    shuffled = [*graph, *graph]
    random.shuffle(shuffled)
    assert canonical_sha256(shuffled) == canonical_sha256(graph)
    assert to_turtle(shuffled) == to_turtle(graph)


@given(graphs, triples)
def test_another_triple_is_another_hash(graph, triple):
    same = triple in graph
    assert (canonical_sha256([*graph, triple]) == canonical_sha256(graph)) == same


@given(graphs)
def test_the_fast_path_gives_what_the_algorithm_gives(graph):
    """A graph with one blank node more goes through RDFC-1.0; its other lines must be equal."""
    extra = Triple(BlankNode(), X, X)
    slow = canonical_bytes([*graph, extra]).splitlines(keepends=True)
    assert b"".join(line for line in slow if not line.startswith(b"_:")) == canonical_bytes(graph)


def test_labels_of_blank_nodes_do_not_count():
    def graph(one, two):
        return [Triple(BlankNode(one), X, BlankNode(two)), Triple(BlankNode(two), X, X)]

    assert canonical_sha256(graph("a", "b")) == canonical_sha256(graph("z", "y"))
    assert canonical_bytes(graph("q", "r")).startswith(b"_:c14n0 ")


def test_the_canonical_form_is_sorted_n_quads():
    graph = [Triple(X, X, Literal('\b\t\n\f\r"\\\x0b\x7fé')), Triple(terms.ID["a"], X, X)]
    expected = (
        "<https://example.org/x> <https://example.org/x> "
        '"\\b\\t\\n\\f\\r\\"\\\\\\u000B\\u007Fé" .\n'
        "<https://w3id.org/demarche/id/a> <https://example.org/x> <https://example.org/x> .\n"
    ).encode()
    assert canonical_bytes(graph) == expected
    assert canonical_sha256(graph) == hashlib.sha256(expected).hexdigest()


def test_turtle_declares_the_prefixes_it_uses_and_no_others():
    text = to_turtle([Triple(terms.ID["a"], terms.DEM["actor"], terms.ID["b"])]).decode()
    assert "@prefix id:" in text
    assert "@prefix dem:" in text
    assert "id:a dem:actor id:b" in text
    assert "@prefix owl:" not in text


def test_a_fault_in_turtle_is_told_with_file_and_line(tmp_path):
    (tmp_path / "bad.ttl").write_text(
        "<https://example.org/x> a <https://example.org/C> .\n<oops", "utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_turtle(tmp_path / "bad.ttl", "vocabularies/bad.ttl")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("vocabularies/bad.ttl", 2)


def test_a_missing_file_is_told_by_name(tmp_path):
    with pytest.raises(InputError) as caught:
        read_turtle(tmp_path / "none.ttl")
    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / "none.ttl")
    assert problem.remedy


def test_trig_is_read_with_its_graphs_and_its_faults(tmp_path):
    quad = Quad(X, X, X, terms.GRAPH_REFERENCE)
    (tmp_path / "good.trig").write_bytes(serialize([quad], format=RdfFormat.TRIG))
    assert read_trig(tmp_path / "good.trig") == (quad,)
    (tmp_path / "bad.trig").write_text("GRAPH {", "utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_trig(tmp_path / "bad.trig")


def test_blank_nodes_are_seen_on_either_side():
    assert has_blank_nodes([Triple(BlankNode(), X, X)])
    assert has_blank_nodes([Triple(X, X, BlankNode())])
    assert not has_blank_nodes([Triple(X, X, Literal("_:b"))])


def test_the_files_of_the_package_survive_the_writer():
    from demarche_ontology.data import vocabulary_triples

    graph = vocabulary_triples()
    again = {quad.triple for quad in parse(to_turtle(graph), format=RdfFormat.TURTLE)}
    assert again == set(graph)
