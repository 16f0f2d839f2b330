"""Counts are those of a slow and simple count; descriptions follow from them."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from demarche_ontology import void
from demarche_ontology.terms import RDF, VOID, VOID_EXT, XSD

D = NamedNode("urn:dataset")
TYPE = RDF["type"]
NODES = [NamedNode(f"urn:n:{n}") for n in range(4)]
CLASSES = [NamedNode("urn:c:a"), NamedNode("urn:c:b"), BlankNode("c")]
VALUES = [Literal("x"), Literal("x", language="en"), Literal("1", datatype=XSD["integer"])]
TRIPLES = st.builds(
    Triple,
    st.sampled_from([*NODES, BlankNode("s")]),
    st.sampled_from([NamedNode("urn:p"), NamedNode("urn:q")]),
    st.sampled_from([*NODES, *VALUES, *CLASSES]),
) | st.builds(Triple, st.sampled_from(NODES), st.just(TYPE), st.sampled_from(CLASSES))


def expected(graph: set[Triple]) -> dict[str, Counter]:
    kinds: dict = {}
    for triple in graph:
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            kinds.setdefault(triple.subject, set()).add(triple.object.value)
    found: dict[str, Counter] = {name: Counter() for name in void.COUNTS}
    found["triples"][()] = len(graph)
    found["distinct subjects"][()] = len({triple.subject for triple in graph})
    found["distinct objects"][()] = len({triple.object for triple in graph})
    for triple in graph:
        p = triple.predicate.value
        found["properties"][p,] += 1
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            found["classes"][triple.object.value,] += 1
        for kind in kinds.get(triple.subject, ()):
            found["properties of classes"][kind, p] += 1
            for other in kinds.get(triple.object, ()):
                found["classes of values"][kind, p, other] += 1
            if isinstance(triple.object, Literal):
                found["datatypes of values"][kind, p, triple.object.datatype.value] += 1
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(TRIPLES, max_size=25))
def test_counts(triples):
    graph = set(triples)
    counted = void.count(triples)
    wanted = expected(graph)
    ends = "subjects and objects of properties"
    assert {p: (int(s), int(o)) for p, s, o in counted[ends]} == {
        p: (
            len({one.subject for one in graph if one.predicate.value == p}),
            len({one.object for one in graph if one.predicate.value == p}),
        )
        for (p,) in wanted["properties"]
    }
    for name in set(void.COUNTS) - {ends}:
        found = {tuple(row[:-1]): int(row[-1]) for row in counted[name]}
        assert found == dict(wanted[name]), name


@settings(max_examples=50, deadline=None)
@given(st.lists(TRIPLES, max_size=25))
def test_the_description_is_a_function_of_the_graph(triples):
    described = void.describe(D, void.count(triples))
    assert len(set(described)) == len(described)
    assert set(void.describe(D, void.count(reversed(triples)))) == set(described)
    assert not any(
        isinstance(term, BlankNode) for one in described for term in (one.subject, one.object)
    )


def test_partitions():
    graph = [
        Triple(NODES[0], TYPE, CLASSES[0]),
        Triple(NODES[0], NamedNode("urn:p"), NODES[1]),
        Triple(NODES[0], NamedNode("urn:p"), VALUES[1]),
        Triple(NODES[1], TYPE, CLASSES[1]),
    ]
    described = void.describe(D, void.count(graph))

    def follow(node, *path):
        for predicate, value in path:
            (node,) = [
                one.object
                for one in described
                if one.subject == node
                and one.predicate == predicate
                and any(
                    other.subject == one.object and other.object.value == value
                    for other in described
                )
            ]
        return {
            one.predicate.value.rpartition("#")[2]: one.object.value
            for one in described
            if one.subject == node
        }

    whole = follow(D)
    assert (whole["triples"], whole["distinctSubjects"], whole["distinctObjects"]) == (
        "4",
        "2",
        "4",
    )
    assert (whole["classes"], whole["properties"]) == ("2", "2")
    a = (VOID["classPartition"], "urn:c:a")
    p = (VOID["propertyPartition"], "urn:p")
    assert follow(D, p)["distinctObjects"] == "2"
    assert follow(D, a)["entities"] == "1"
    assert follow(D, a, p)["triples"] == "2"
    assert follow(D, a, p, (VOID["classPartition"], "urn:c:b"))["triples"] == "1"
    lang = RDF["langString"].value
    assert follow(D, a, p, (VOID_EXT["datatypePartition"], lang))["triples"] == "1"


def test_what_is_not_counted_is_left_out_with_all_that_hangs_on_it():
    graph = [
        Triple(NODES[0], TYPE, CLASSES[0]),
        Triple(NODES[0], NamedNode("urn:p"), NODES[0]),
        Triple(NODES[0], NamedNode("urn:p"), VALUES[1]),
    ]
    counted = void.count(graph)
    for name in void.COUNTS:
        rest = {key: rows for key, rows in counted.items() if key != name}
        described = void.describe(D, rest)
        assert len(described) < len(void.describe(D, counted)), name
        parts = {one.object for one in described if "Partition" in one.predicate.value}
        assert {one.subject for one in described} == {D, *parts}
