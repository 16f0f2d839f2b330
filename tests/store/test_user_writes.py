"""What users change: in a plain dataset, and beside a graph built from seeds."""

from __future__ import annotations

import io
import json
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)
from pyoxigraph import Dataset as QuadSet

from demarche_ontology.errors import (
    NoCommitError,
    QueryRefusedError,
    QuerySyntaxError,
    RdfSyntaxError,
    StoreError,
    UnknownGraphError,
)
from demarche_ontology.terms import GRAPH
from demarche_store.formats import GRAPH_FORMATS, graph_format
from demarche_store.home import Home
from demarche_store.parsing import Content
from demarche_store.user_writer import Known
from demarche_store.write_log import Author

TURTLE = graph_format("turtle")
MINE = "http://example.org/mine"
INSERT = "INSERT DATA { GRAPH <http://example.org/mine> { <urn:a> <urn:p> 1 } }"


def turtle(text: str, base: str = "") -> Content:
    return Content(text.encode(), TURTLE, base)


@pytest.fixture
def plain(home: Home) -> Home:
    """A home with an empty plain dataset."""
    home.make_plain()
    with home.user_writer("test") as writer:
        writer.commit("empty")
    return home


@pytest.fixture
def built(home: Home, commit, fact, node) -> Home:
    """A home as a build leaves it: three graphs of other owners, two in the default graph."""
    with home.writer("test") as writer:
        for name in ("one", "two", "three"):
            writer.replace_graph(node(name), [fact(name, "x"), fact("same", "x")], "seeds")
        writer.commit("build", "inputs", [node("one"), node("two")])
    return home


@pytest.fixture(params=["plain", "built"])
def either(request) -> Home:
    return request.getfixturevalue(request.param)


def update(home: Home, *texts: str, **options):
    with home.user_writer("test") as writer:
        for text in texts:
            writer.update(text)
        return writer.commit("update", **options)


def quads(home: Home) -> set[Quad]:
    with home.open() as view:
        return set(view.store)


def graph(home: Home, iri: str | None) -> set[Triple]:
    with home.open() as view:
        return set(view.graph(iri))


# --- Both kinds of home ------------------------------------------------------------------------


def test_an_update_becomes_a_commit(either):
    before = either.current()
    after = update(either, INSERT)
    assert after.parent == before.id
    assert [(g.iri, g.owner, g.triples) for g in after.graphs if g.iri == MINE] == [
        (MINE, "user", 1)
    ]
    assert len(graph(either, MINE)) == 1
    with either.open(before.id) as view:
        assert MINE not in view.graphs()


def test_several_updates_are_one_commit(either):
    number = len(either.commits())
    update(either, INSERT, f"INSERT DATA {{ GRAPH <{MINE}> {{ <urn:a> <urn:p> 2 }} }}")
    assert len(either.commits()) == number + 1
    assert len(graph(either, MINE)) == 2


def test_an_update_that_fails_half_way_changes_nothing(either):
    before, was = either.current(), quads(either)
    with pytest.raises(QuerySyntaxError) as caught:
        update(either, INSERT, "INSERT DATA {\n nonsense }")
    assert caught.value.line == 2
    assert either.current() == before
    assert quads(either) == was


def test_operations_of_one_update_are_all_done_or_none(either):
    was = quads(either)
    with pytest.raises(Exception, match=r"(?i)exist"):
        update(either, f"{INSERT} ; CREATE GRAPH <{MINE}> ")
    assert quads(either) == was


def test_a_graph_is_put_added_to_and_deleted(either):
    with either.user_writer("test") as writer:
        assert not writer.put(MINE, turtle("<urn:a> <urn:p> 1, 2 ."))
        assert writer.put(MINE, turtle("<urn:a> <urn:p> 3 ."))
        assert writer.post(MINE, turtle("<urn:a> <urn:p> 4 ."))
        info = writer.commit("graph store")
    assert {t.object.value for t in graph(either, MINE)} == {"3", "4"}
    assert [g.triples for g in info.graphs if g.iri == MINE] == [2]
    with either.user_writer("test") as writer:
        writer.delete(MINE)
        assert not writer.has(MINE)
        writer.commit("graph store")
    assert MINE not in [g.iri for g in either.current().graphs]
    with either.user_writer("test") as writer, pytest.raises(UnknownGraphError):
        writer.delete(MINE)


def test_an_empty_graph_is_a_graph(either):
    with either.user_writer("test") as writer:
        writer.put(MINE, turtle(""))
        writer.commit("graph store")
    assert graph(either, MINE) == set()


def test_blank_nodes_of_two_documents_are_never_the_same(either):
    with either.user_writer("test") as writer:
        for _ in range(2):
            writer.post(MINE, turtle("_:x <urn:p> 1 ."))
        writer.commit("graph store")
    assert len(graph(either, MINE)) == 2


def test_relative_iris_are_relative_to_the_base(either):
    with either.user_writer("test") as writer:
        writer.put(MINE, turtle("<> <p> <#x> .", "http://example.org/doc"))
        writer.commit("graph store")
    (triple,) = graph(either, MINE)
    assert [part.value for part in triple] == [
        "http://example.org/doc",
        "http://example.org/p",
        "http://example.org/doc#x",
    ]


def test_nothing_done_is_nothing_written(either):
    before = either.current()
    with either.user_writer("test") as writer:
        assert writer.commit("nothing") == before
    assert either.current() == before


def test_no_graph_gets_a_name_nobody_can_ask_for(either):
    with pytest.raises(QueryRefusedError, match="blank node"):
        update(either, "INSERT { GRAPH ?g { <urn:a> <urn:p> 1 } } WHERE { BIND(BNODE() AS ?g) }")


@pytest.mark.parametrize("text", ["<urn:a> <urn:p>\n  nonsense .", "<urn:a> <urn:p>\n  [ ."])
def test_what_does_not_parse_is_told_with_its_place(either, text):
    with either.user_writer("test") as writer, pytest.raises(RdfSyntaxError) as caught:
        writer.put(MINE, turtle(text))
    assert (caught.value.line, caught.value.column > 0) == (2, True)
    assert "at line 2, column" in str(caught.value)


def test_what_is_sent_to_one_graph_names_no_other(either):
    content = Content(b"<urn:g> { <urn:a> <urn:p> 1 }", graph_format("trig"))
    with either.user_writer("test") as writer, pytest.raises(RdfSyntaxError, match=r"(?i)named"):
        writer.put(MINE, content)


ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE rdf [ <!ENTITY a "aaaa"> <!ENTITY b "&a;&a;"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="urn:a"><rdf:value>&b;</rdf:value></rdf:Description></rdf:RDF>"""


def test_entities_are_not_expanded(either):
    content = Content(ENTITIES, graph_format("rdfxml"))
    with either.user_writer("test") as writer, pytest.raises(RdfSyntaxError, match="line 2"):
        writer.put(MINE, content)
    with either.user_writer("test") as writer, pytest.raises(RdfSyntaxError):
        writer.put(MINE, Content(ENTITIES.decode().encode("utf-16"), graph_format("rdfxml")))


def test_each_write_is_written_down(either):
    with either.user_writer("test") as writer:
        writer.put(MINE, turtle("<urn:a> <urn:p> 1, 2 ."))
        first = writer.commit("graph store", Author("anna", "r1"))
    second = update(either, f"CLEAR GRAPH <{MINE}>", author=Author("boris", "r2"))
    log = either.path / "writes.jsonl"
    entries = [json.loads(line) for line in log.read_text().splitlines()][-2:]
    assert [(e["commit"], e["by"], e["request"]) for e in entries] == [
        (first.id, "anna", "r1"),
        (second.id, "boris", "r2"),
    ]
    assert [step["kind"] for e in entries for step in e["steps"]] == ["put", "update"]
    assert [e["graphs"] for e in entries] == [
        [{"graph": MINE, "before": 0, "after": 2}],
        [{"graph": MINE, "before": 2, "after": 0}],
    ]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_line_cut_off_by_a_crash_spoils_no_other(either):
    log = either.path / "writes.jsonl"
    log.write_bytes(b'{"time": "20')
    update(either, INSERT)
    assert json.loads(log.read_text().splitlines()[-1])["commit"] == either.current().id


# --- Plain datasets ----------------------------------------------------------------------------


def test_the_default_graph_of_a_plain_dataset_is_its_own(plain):
    info = update(plain, "INSERT DATA { <urn:a> <urn:p> 1 . GRAPH <urn:g> { <urn:b> <urn:p> 2 } }")
    assert (info.default_graph_triples, [g.triples for g in info.graphs]) == (1, [1])
    assert len(graph(plain, None)) == 1
    with plain.open() as view:
        assert len(list(view.quads())) == 2


def test_any_graph_of_a_plain_dataset_may_be_changed(plain):
    name = GRAPH["reference"].value
    update(plain, f"INSERT DATA {{ GRAPH <{name}> {{ <urn:a> <urn:p> 1 }} }}")
    assert len(graph(plain, name)) == 1
    with plain.user_writer("test") as writer:
        assert writer.put(None, turtle("<urn:a> <urn:p> 1 ."))
        writer.delete(None)
        assert writer.commit("graph store").default_graph_triples == 0


def test_the_chain_names_a_history(tmp_path):
    def history(name: str, *texts: str) -> list[str]:
        home = Home(tmp_path / name)
        home.make_plain()
        return [update(home, text).chain for text in texts]

    first = history("a", INSERT, "CLEAR ALL")
    assert history("b", INSERT, "CLEAR ALL") == first
    assert history("c", INSERT, "CLEAR  ALL")[1] != first[1]
    assert len({*first, *history("d", "CLEAR ALL", INSERT)}) == 4


def test_a_release_of_a_plain_dataset_has_the_digest_of_its_content(plain, tmp_path):
    update(plain, "INSERT DATA { _:x <urn:p> 1 . GRAPH <urn:g> { <urn:b> <urn:p> 2 } }")
    assert plain.current().rdfc10 == ""
    other = Home(tmp_path / "other")
    other.make_plain()
    update(other, "INSERT DATA { GRAPH <urn:g> { <urn:b> <urn:p> 2 } }")
    update(other, "INSERT DATA { _:y <urn:p> 1 }")
    digest = plain.create_release("first").rdfc10
    assert len(digest) == 64
    assert other.create_release("first").rdfc10 == digest
    update(other, "INSERT DATA { _:y <urn:p> 2 }")
    assert other.create_release("second").rdfc10 != digest


def test_a_home_is_of_one_kind(built, plain_home_path):
    plain = Home(plain_home_path)
    plain.make_plain()
    plain.make_plain()
    with pytest.raises(StoreError, match="plain dataset"), plain.writer("build"):
        pass
    with pytest.raises(StoreError, match="built from seeds"):
        built.make_plain()
    with built.user_writer("test") as writer, pytest.raises(StoreError, match="built from seeds"):
        writer.load("a.ttl", io.BytesIO(b""), TURTLE, None, "")


@pytest.fixture
def plain_home_path(tmp_path):
    return tmp_path / "plain"


def test_an_empty_home_takes_no_writes(home):
    with pytest.raises(NoCommitError), home.user_writer("test"):
        pass
    assert home.writing() is None


def test_a_file_is_loaded_with_the_graphs_it_names(plain):
    trig = b"<urn:a> <urn:p> 1 . <urn:g> { <urn:b> <urn:p> 2, 3 }"
    with plain.user_writer("test") as writer:
        writer.load("a.trig", io.BytesIO(trig), graph_format("trig"), MINE, "")
        info = writer.commit("load")
    assert {(g.iri, g.triples) for g in info.graphs} == {(MINE, 1), ("urn:g", 2)}
    with (
        plain.user_writer("test") as writer,
        pytest.raises(RdfSyntaxError, match=r"b\.ttl.*line 2"),
    ):
        writer.load("b.ttl", io.BytesIO(b"<urn:a>\n <urn:p> [ ."), TURTLE, None, "")
    blank = b"_:g { <urn:b> <urn:p> 2 }"
    with plain.user_writer("test") as writer, pytest.raises(QueryRefusedError, match="blank"):
        writer.load("c.trig", io.BytesIO(blank), graph_format("trig"), None, "")
    assert plain.current() == info


# --- Beside a graph built from seeds -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:p> 1 }",
        "DELETE WHERE { GRAPH <http://example.org/one> { ?s ?p ?o } }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH ?g { ?s ?p 'y' } } "
        "WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DROP GRAPH <http://example.org/three>",
        "CLEAR DEFAULT",
        "DROP ALL",
        "MOVE <http://example.org/one> TO <http://example.org/mine>",
        "INSERT DATA { GRAPH <https://w3id.org/demarche/graph/review> { <urn:a> <urn:p> 1 } }",
        "CREATE GRAPH <https://w3id.org/demarche/graph/mine>",
    ],
)
def test_what_is_not_the_users_is_not_changed(built, text):
    before, was = built.current(), quads(built)
    with pytest.raises(QueryRefusedError):
        update(built, INSERT, text)
    assert built.current() == before
    assert quads(built) == was


def test_the_graph_store_too_keeps_to_the_users_graphs(built):
    for name in (None, "http://example.org/one", GRAPH["mine"].value):
        with built.user_writer("test") as writer, pytest.raises(QueryRefusedError):
            writer.put(name, turtle(""))


def test_an_update_may_read_everything(built):
    copy = f"INSERT {{ GRAPH <{MINE}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    update(built, copy)
    assert graph(built, MINE) == graph(built, None)


def test_what_a_build_made_stays_in_the_manifest(built):
    before = built.current()
    after = update(built, INSERT)
    assert (after.input_digest, after.default_graphs) == (
        before.input_digest,
        before.default_graphs,
    )
    assert after.default_graph_triples == before.default_graph_triples
    assert {g for g in after.graphs if g.owner == "seeds"} == set(before.graphs)
    assert after.rdfc10 != before.rdfc10


def test_digests_of_user_graphs_stay_true(built):
    known = Known()
    for text in (INSERT, INSERT.replace("mine", "more"), f"CLEAR GRAPH <{MINE}>", INSERT):
        with built.user_writer("test", known) as writer:
            writer.update(text)
            writer.commit("update")
        with built.user_writer("test", known) as writer:
            writer.post("http://example.org/more", turtle("[] <urn:p> 1 ."))
            after = writer.commit("graph store")
        fresh = Home(built.path.parent / f"fresh-{after.id}")
        with fresh.writer("test") as copy:
            for one in after.graphs:
                copy.replace_graph(NamedNode(one.iri), graph(built, one.iri), one.owner)
            assert copy.graphs == after.graphs


def test_a_build_beside_keeps_user_graphs(built, fact, node):
    update(built, INSERT)
    with built.writer("test") as writer:
        writer.replace_graph(node("one"), [fact("one", "new")], "seeds")
        writer.commit("build", "other inputs", [node("one"), node("two")])
    assert len(graph(built, MINE)) == 1
    assert [g.owner for g in built.current().graphs if g.iri == MINE] == ["user"]


# --- Round trips -------------------------------------------------------------------------------

nodes = st.integers(0, 4).map(lambda n: NamedNode(f"http://example.org/{n}"))
blanks = st.integers(0, 3).map(lambda n: BlankNode(f"b{n}"))
strings = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8
)
literals = st.one_of(
    strings.map(Literal), st.builds(Literal, strings, language=st.sampled_from(["en", "fr-ca"]))
)
contents = st.lists(st.builds(Triple, nodes | blanks, nodes, nodes | blanks | literals), max_size=8)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(contents, st.sampled_from(GRAPH_FORMATS))
def test_what_is_put_is_what_is_there(plain, triples, chosen):
    if chosen.engine == RdfFormat.RDF_XML:
        # Predicates need a local name there: none of ours would do.
        triples = [Triple(t.subject, NamedNode("http://example.org/p"), t.object) for t in triples]
    data = serialize((Quad(*t, DefaultGraph()) for t in triples), format=RdfFormat.N_QUADS) or b""
    if chosen.engine != RdfFormat.N_QUADS:
        data = serialize(triples, format=chosen.engine) or b""
    with plain.user_writer("test") as writer:
        writer.put(MINE, Content(data, chosen))
        writer.commit("graph store")
    assert canonical(graph(plain, MINE)) == canonical(triples)


def canonical(triples) -> set[Quad]:
    dataset = QuadSet(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)
