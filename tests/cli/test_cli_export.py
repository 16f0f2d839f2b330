"""export: what is written is what is in the store, and the same bytes every time."""

from __future__ import annotations

import io
import os
import stat
import string
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)
from rdflib.compare import isomorphic

from demarche.cli.exits import Code
from demarche.export import write
from demarche.names import graph_iri, graph_name
from demarche_ontology.terms import GRAPH, GRAPH_REFERENCE
from demarche_store.formats import GRAPH_FORMATS, graph_format

HOLD_GRAPHS = [known for known in GRAPH_FORMATS if known.datasets]
ONE_GRAPH = [known for known in GRAPH_FORMATS if not known.datasets]
by_name = pytest.mark.parametrize("known", GRAPH_FORMATS, ids=lambda known: known.name)


def canonical(quads) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def by_rdflib(content: bytes, media_type: str) -> rdflib.Graph:
    """All triples of a file, whatever graph they are in."""
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(io.BytesIO(content), format=media_type)
    graph = rdflib.Graph()
    graph += ((s, p, o) for s, p, o, _ in dataset.quads())
    return graph


@by_name
@pytest.mark.parametrize("name", ["reference", "ontology", "derived/default", "default"])
def test_a_graph_is_read_by_rdflib_as_it_is_in_the_store(invoke, norland_home, known, name):
    result = invoke("export", "--graph", name, "--format", known.name, home=norland_home)
    assert result.exit_code == 0, result.stderr
    with norland_home.open() as view:
        inside = serialize(view.graph(graph_iri(name)), format=RdfFormat.N_TRIPLES)
    expected = rdflib.Graph().parse(data=inside, format="nt")
    assert len(expected) > 50
    assert isomorphic(by_rdflib(result.stdout_bytes, known.media_type), expected)


@pytest.mark.parametrize("known", HOLD_GRAPHS, ids=lambda known: known.name)
def test_the_whole_is_every_named_graph(invoke, norland_home, known):
    result = invoke("export", "--format", known.name, home=norland_home)
    with norland_home.open() as view:
        expected = canonical(view.quads())
    assert canonical(parse(result.stdout_bytes, format=known.engine)) == expected


@by_name
def test_twice_is_the_same(script, norland_home, known):
    """In processes of their own, so that no order of hashing is shared."""
    command = ["export", "--graph", "ontology", "--format", known.name]
    first, second = (
        script(*command, home=norland_home, env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    )
    assert first.returncode == 0
    assert first.stdout == second.stdout


def test_two_builds_of_the_same_seeds_export_the_same(script, invoke, norland):
    """The engine gives blank nodes other names each time."""
    again = norland / "again"
    done = script("build", norland / "seeds", "--workers", 1, home=again)
    assert done.returncode == 0
    first, second = (invoke("export", home=home) for home in (norland / "home", again))
    assert first.exit_code == 0
    assert first.stdout_bytes == second.stdout_bytes


@pytest.mark.parametrize("known", ONE_GRAPH, ids=lambda known: known.name)
@pytest.mark.parametrize("graphs", [[], ["--graph", "reference", "--graph", "links"]])
def test_a_format_for_one_graph_refuses_more(invoke, norland_home, tmp_path, known, graphs):
    target = tmp_path / f"out.{known.suffixes[0]}"
    result = invoke("export", *graphs, "-o", target, home=norland_home)
    assert result.exit_code == Code.USAGE
    assert "nquads, trig, jsonld" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_several_graphs_in_one_file(invoke, norland_home):
    names = ["reference", "graph:links", f"<{GRAPH['vocabulary'].value}>", "default"]
    asked = [part for name in names for part in ("--graph", name)]
    result = invoke("export", *asked, home=norland_home)
    found = {str(quad.graph_name) for quad in parse(result.stdout_bytes, format=RdfFormat.TRIG)}
    assert found == {"DEFAULT", *(f"<{GRAPH[n].value}>" for n in ("reference", "vocabulary"))} | (
        {f"<{GRAPH['links'].value}>"} if has_links(norland_home) else set()
    )


def has_links(home) -> bool:
    with home.open() as view:
        return any(True for _ in view.graph(GRAPH["links"].value))


@pytest.mark.parametrize(
    "name", ["nix", "document/000000000000", "https://example.org/no", "a b", ""]
)
def test_an_unknown_graph_tells_which_there_are(invoke, norland_home, name):
    result = invoke("export", "--graph", name, home=norland_home)
    assert result.exit_code == Code.UNKNOWN
    assert "default, derived/default" in result.stderr


@by_name
def test_the_suffix_tells_the_format(invoke, norland_home, tmp_path, known):
    target = tmp_path / f"reference.{known.suffixes[0]}"
    result = invoke("export", "--graph", "reference", "-o", target, home=norland_home)
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(by_rdflib(target.read_bytes(), known.media_type)) > 50


def test_a_file_is_whole_or_as_it_was(invoke, norland_home, tmp_path):
    target = tmp_path / "kept.ttl"
    target.write_text("precious")
    target.chmod(0o640)
    refused = invoke("export", "--graph", "nix", "-o", target, home=norland_home)
    assert refused.exit_code == Code.UNKNOWN
    assert target.read_text() == "precious"
    done = invoke("export", "--graph", "reference", "-o", target, home=norland_home)
    assert done.exit_code == 0
    assert target.read_text().startswith("@prefix")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["kept.ttl"]


def test_what_a_link_leads_to_is_replaced_not_the_link(invoke, norland_home, tmp_path):
    (tmp_path / "real.ttl").write_text("old")
    (tmp_path / "link.ttl").symlink_to("real.ttl")
    invoke("export", "--graph", "reference", "-o", tmp_path / "link.ttl", home=norland_home)
    assert (tmp_path / "link.ttl").is_symlink()
    assert (tmp_path / "real.ttl").read_text().startswith("@prefix")


def test_a_device_is_written_not_replaced(invoke, norland_home):
    command = ["export", "--graph", "reference", "--format", "nt", "-o", os.devnull]
    assert invoke(*command, home=norland_home).exit_code == 0
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_place_that_cannot_be_written(invoke, norland_home, tmp_path):
    target = tmp_path / "no" / "such" / "folder.trig"
    result = invoke("export", "-o", target, home=norland_home)
    assert result.exit_code == Code.STORE
    assert str(target) in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", [["export"], ["query", "-"], ["query", "--list"]])
def test_a_full_disk_below_standard_output(norland_home, command):
    script = Path(sys.executable).with_name("demarche")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [str(script), "--home", str(norland_home.path), *command],
            input=b"SELECT * WHERE { ?s ?p ?o }",
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == Code.STORE
    assert done.stderr.startswith(b"error: The output cannot be written: No space left")


def test_a_release_is_exported_as_it_was(invoke, norland):
    home = norland / "home"
    assert invoke("release", "create", "v1", home=home).exit_code == 0
    command = ["export", "--graph", "reference", "--release", "v1"]
    assert invoke(*command, home=home).stdout == invoke(*command[:-2], home=home).stdout
    assert invoke("export", "--release", "v2", home=home).exit_code == Code.UNKNOWN


# --- the writer on any graph ---------------------------------------------------------------------

iris = st.text(string.ascii_lowercase, min_size=1, max_size=3).map(
    lambda name: NamedNode(f"http://example.org/{name}")
)
text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=8)
literals = text.map(Literal) | text.map(lambda value: Literal(value, language="en"))
blanks = st.sampled_from([BlankNode("a"), BlankNode("b")])
triples = st.builds(Triple, iris | blanks, iris, iris | literals | blanks)


@given(st.sets(triples, max_size=8), st.sampled_from(GRAPH_FORMATS))
def test_any_graph_comes_back(graph, known):
    out = io.BytesIO()
    write((Quad(*triple) for triple in graph), known, out)
    back = parse(out.getvalue(), format=known.engine)
    assert canonical(back) == canonical(Quad(*triple) for triple in graph)


@given(st.sets(triples, max_size=8))
def test_the_order_and_the_names_of_blank_nodes_do_not_matter(graph):
    renamed = {"a": BlankNode("z"), "b": BlankNode("y")}

    def rename(term):
        return renamed[term.value] if isinstance(term, BlankNode) else term

    other = [Triple(rename(t.subject), t.predicate, rename(t.object)) for t in graph]
    outs = []
    for quads in (graph, reversed(other)):
        out = io.BytesIO()
        write((Quad(*triple) for triple in quads), graph_format("turtle"), out)
        outs.append(out.getvalue())
    assert outs[0] == outs[1]


@given(st.text(string.ascii_lowercase + string.digits + "/-", min_size=1).map("x{}".format))
def test_short_names_and_iris_of_graphs_go_both_ways(name):
    iri = graph_iri(name)
    assert iri == GRAPH[name].value
    assert graph_name(iri) == name
    assert graph_iri(f"graph:{name}") == graph_iri(f"<{iri}>") == graph_iri(iri) == iri


def test_the_default_graph_has_a_short_name():
    assert graph_iri("default") is None
    assert graph_name(None) == "default"
    assert graph_name(GRAPH_REFERENCE.value) == "reference"
    assert graph_iri("https://example.org/g") == graph_name("https://example.org/g")
