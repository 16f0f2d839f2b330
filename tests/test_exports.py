"""Exports are the same graph to every parser: rdflib, Oxigraph, and rapper (Raptor)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, parse
from rdflib.compare import isomorphic

from demarche.export import export
from demarche_ontology.rdf import has_blank_nodes
from demarche_store.formats import graph_format

SUFFIXES = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf"}
FORMATS = {"turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML}
RDFLIB = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}


def canonical(triples) -> frozenset[str]:
    """Triples as lines, with canonical labels for the blank nodes of the ontology's axioms."""
    triples = list(triples)
    if has_blank_nodes(triples):
        dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        triples = [quad.triple for quad in dataset]
    return frozenset(map(str, triples))


def short(iri: str) -> str:
    return iri.removeprefix("https://w3id.org/demarche/graph/")


@pytest.fixture(scope="module")
def exported(seed_home, tmp_path_factory):
    """Every graph in each format: (graph, format) -> file."""
    folder = tmp_path_factory.mktemp("exports")
    files = {}
    with seed_home.open() as view:
        for iri in (*view.graphs(), None):
            graph = short(iri or "default")
            for name, suffix in SUFFIXES.items():
                path = folder / f"{graph.replace('/', '-')}.{suffix}"
                with path.open("wb") as file:
                    export(view, [iri], graph_format(name), file)
                files[graph, name] = path
    return files


@pytest.fixture(scope="module")
def stored(seed_home) -> dict[str, frozenset[str]]:
    """What the store holds, by graph."""
    with seed_home.open() as view:
        return {
            short(iri or "default"): canonical(view.graph(iri)) for iri in (*view.graphs(), None)
        }


def test_every_parser_reads_what_the_store_holds(stored, exported):
    for (graph, name), path in exported.items():
        with path.open("rb") as file:
            found = canonical(quad.triple for quad in parse(file, format=FORMATS[name]))
        assert found == stored[graph], f"{graph} as {name}"


def test_rdflib_reads_the_same_graph_in_each_format(exported):
    for graph in {graph for graph, _ in exported} - {"default"}:
        first, *others = (
            rdflib.Graph().parse(exported[graph, name], format=RDFLIB[name]) for name in SUFFIXES
        )
        assert len(first)
        for other in others:
            assert len(other) == len(first)
            assert graph == "ontology" or set(other) == set(first), graph
            assert graph != "ontology" or isomorphic(other, first)


def rapper(path: Path, name: str) -> frozenset[str]:
    done = subprocess.run(
        ["rapper", "-q", "-i", name, "-o", "ntriples", str(path)],
        capture_output=True,
        check=True,
    )
    read = parse(done.stdout, format=RdfFormat.N_TRIPLES)
    return canonical(Triple(q.subject, q.predicate, q.object) for q in read)


@pytest.mark.skipif(
    shutil.which("rapper") is None, reason="rapper is not installed (Debian: raptor2-utils)"
)
@pytest.mark.parametrize("name", SUFFIXES)
def test_rapper_reads_what_the_store_holds(stored, exported, name):
    for (graph, form), path in exported.items():
        if form == name:
            assert rapper(path, name) == stored[graph], f"{graph} as {name}"
