"""HermiT through owlready2: what it finds, what it is not given, and what happens without Java."""

import shutil
import tempfile
from pathlib import Path

import pytest

from demarche_ontology import reasoning
from demarche_ontology.data import ontology_triples
from demarche_ontology.errors import Problem
from demarche_ontology.rdf import parse_turtle, read_trig
from demarche_ontology.reasoning import axioms, reason

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime")

PREFIXES = b"""
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix id: <https://w3id.org/demarche/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owlready: <http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def triples(text):
    return list(parse_turtle(PREFIXES + text, "test"))


CLASSES = triples(b"dem:A a owl:Class ; owl:disjointWith dem:B . dem:B a owl:Class .")


def asserted():
    quads = read_trig(Path(__file__).parent / "samples" / "clean.trig")
    graphs = ("/reference", "/derived/")
    return [q.triple for q in quads if any(part in q.graph_name.value for part in graphs)]


@needs_java
def test_ontology_with_reference_and_derived_graph_is_consistent():
    report = reason([*ontology_triples(), *asserted()])
    assert report.status == "consistent"
    assert report.ok
    assert report.problems() == ()


@needs_java
def test_a_contradiction_is_reported_with_a_hint():
    report = reason([*CLASSES, *triples(b"id:x a dem:A , dem:B .")])
    assert report.status == "inconsistent"
    assert not report.ok
    assert "disjoint" in report.hint
    assert report.problems() == (Problem("", 0, "", "inconsistent", report.hint),)


@needs_java
def test_a_class_that_can_have_no_members_is_named():
    report = reason([*CLASSES, *triples(b"dem:C a owl:Class ; rdfs:subClassOf dem:A , dem:B .")])
    assert report.status == "unsatisfiable"
    assert report.unsatisfiable == ("https://w3id.org/demarche/ontology#C",)
    assert [problem.subject for problem in report.problems()] == list(report.unsatisfiable)


@needs_java
def test_one_run_leaves_nothing_to_the_next():
    bad = [*CLASSES, *triples(b"id:x a dem:A , dem:B .")]
    assert reason(bad).status == "inconsistent"
    assert reason(CLASSES).status == "consistent"


@needs_java
def test_dates_do_not_stop_the_reasoner():
    data = triples(
        b"""dem:day a owl:DatatypeProperty ; rdfs:range xsd:date .
        id:x dem:day "2020-01-01"^^xsd:date , "2020"^^xsd:gYear ."""
    )
    assert reason([*CLASSES, *data]).status == "consistent"


@needs_java
def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert reason([*CLASSES, *triples(b"id:x a dem:A , dem:B .")]).status == "inconsistent"
    assert list(tmp_path.iterdir()) == []


def test_without_java_the_check_is_skipped_and_says_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    report = reason(CLASSES)
    assert report.status == "skipped"
    assert "install a JRE" in report.hint.replace("Install", "install")
    assert report.problems() == ()


def test_what_is_not_asserted_or_not_in_the_datatype_map_is_left_out():
    kept = triples(b'dem:A rdfs:label "a"@en . id:x a dem:A .')
    left = triples(
        b"""id:d rdf:subject id:x ; rdf:predicate dem:p ; rdf:object id:y .
        id:x dem:day "2020-01-01"^^xsd:date . dem:day rdfs:range xsd:date .
        <https://example.org/o> owl:imports <https://example.org/elsewhere> .
        <https://example.org/o>
            owlready:python_module "os" ."""
    )
    assert set(axioms([*left, *kept])) == set(kept)


def test_the_order_of_the_input_does_not_matter():
    assert axioms(reversed(CLASSES)) == axioms(CLASSES)
    assert reasoning.axioms([*CLASSES, *CLASSES]) == axioms(CLASSES)
