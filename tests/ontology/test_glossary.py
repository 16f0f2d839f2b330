"""What is shown of terms, shapes and lists is what their files say."""

from __future__ import annotations

import pytest

from demarche_ontology import terms
from demarche_ontology.constraints import constraints_in, packaged_constraints
from demarche_ontology.glossary import glossary, sections
from demarche_ontology.lists import schemes
from demarche_ontology.rdf import parse_turtle
from demarche_ontology.terms import DEM, VOC

PREFIXES = """
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <http://example.org/> .
"""


def test_every_term_is_there_with_all_that_a_reader_needs():
    names = {*terms.CLASSES, *terms.OBJECT_PROPERTIES, *terms.DATATYPE_PROPERTIES}
    assert set(glossary().terms) == names
    for term in glossary().terms.values():
        assert term.label, term.name
        assert term.definition, term.name
        assert term.examples, term.name
        assert term.section, term.name
        assert term.is_class == (term.name in terms.CLASSES)


def test_the_header():
    words = glossary()
    assert words.version_iri == terms.ONTOLOGY_VERSION.value
    assert words.version_iri.endswith(words.version)
    assert words.title
    assert words.license.startswith("https://")


def test_sections_keep_the_order_of_the_file():
    assert list(sections()) == list(glossary().terms)
    assert next(iter(glossary().sections(classes=True))) == "Actors"


def test_what_stands_above_below_and_apart():
    words = glossary()
    assert words.lineage("MilitaryAlliance") == (
        "InternationalOrganization",
        "Organization",
        "Actor",
    )
    assert "StanceClaim" in words.terms["Claim"].subs
    assert "EventClaim" in words.terms["StanceClaim"].disjoint
    assert "StanceClaim" not in words.terms["StanceClaim"].disjoint
    assert ("is a kind of", terms.PROV["Entity"].value) in words.terms["Claim"].alignments
    assert words.terms["contradicts"].traits == ("holds in both directions",)


def test_every_shape_that_targets_a_class_is_read():
    messages = {one.message for one in packaged_constraints()}
    assert "" not in messages
    assert len(packaged_constraints()) > 150


def test_a_shape_in_words():
    (voice,) = (one for one in glossary().terms["voice"].constraints)
    assert voice.count == "exactly one"
    assert voice.values == (f"{VOC}voice",)
    assert DEM["StanceClaim"].value in voice.classes
    assert voice.path == (DEM["voice"].value,)


@pytest.mark.parametrize(
    ("demand", "count"),
    [
        ("", "any number"),
        ("sh:minCount 1", "at least one"),
        ("sh:maxCount 1", "at most one"),
        ("sh:minCount 2 ; sh:maxCount 2", "exactly two"),
        ("sh:minCount 1 ; sh:maxCount 12", "one to 12"),
        ("sh:maxCount 0", "none"),
    ],
)
def test_counts_in_words(demand, count):
    text = f"e:s sh:targetClass dem:Claim ; sh:property [ sh:path dem:voice ; {demand} ] ."
    (found,) = constraints_in(parse_turtle((PREFIXES + text).encode(), "test"))
    assert found.count == count


def test_paths_and_values_of_all_forms():
    text = """
e:s sh:targetClass dem:Claim ; sh:message "Together." ;
    sh:property
        [ sh:path [ sh:alternativePath ( e:a e:b ) ] ;
          sh:or ( [ sh:datatype xsd:date ] [ sh:class e:C ] ) ] ,
        [ sh:path ( e:c e:d ) ; sh:in ( e:one e:two ) ] .
"""
    first, second, both = constraints_in(parse_turtle((PREFIXES + text).encode(), "test"))
    assert first.path == ("http://example.org/a", "http://example.org/b")
    assert first.values == (terms.XSD["date"].value, "http://example.org/C")
    assert second.path == ("http://example.org/c", "http://example.org/d")
    assert second.values == ("http://example.org/one", "http://example.org/two")
    assert (both.path, both.message) == ((), "Together.")


def test_every_list_has_its_values():
    found = {one.iri.removeprefix(VOC): one for one in schemes()}
    assert set(found) == {*terms.SCHEMES, "mode"}
    for name, notations in terms.SCHEMES.items():
        assert [one.iri for one in found[name].concepts] == [
            terms.concept(name, one).value for one in notations
        ]
    assert all(c.definition and c.notation for one in schemes() for c in one.concepts)
