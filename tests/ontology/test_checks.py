"""The queries that must return nothing: each is run, and each can fail."""

import re
from pathlib import Path

import pytest
from pyoxigraph import Quad

from demarche_ontology import terms
from demarche_ontology.data import ontology_triples, vocabulary_triples
from demarche_ontology.errors import InputError
from demarche_ontology.rdf import read_trig
from demarche_ontology.violations import (
    CHECKS,
    SUFFIX,
    Check,
    checks_in,
    query_over,
    run_checks,
    shipped_checks,
)

HERE = Path(__file__).parent
BY_NAME = {check.name: check for check in shipped_checks()}
CULPRIT = re.compile(r"(?:dem|id|voc):(culprit[\w-]*)")


def test_every_file_is_run():
    files = {path.name for path in CHECKS.iterdir()}
    assert files == {check.name + SUFFIX for check in shipped_checks()}
    seen = []

    def record(text):
        seen.append(text)
        return []

    assert run_checks(record) == ()
    assert sorted(seen) == sorted(check.text for check in shipped_checks())


def test_every_check_has_a_snippet_that_breaks_it():
    snippets = {path.stem for path in (HERE / "violations").glob("*.trig")}
    assert snippets == set(BY_NAME)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_check_finds_the_culprits_and_nobody_else(name):
    snippet = HERE / "violations" / f"{name}.trig"
    culprits = set(CULPRIT.findall(snippet.read_text(encoding="utf-8")))
    assert culprits
    found = run_checks(query_over(read_trig(snippet)), [BY_NAME[name]])
    assert {re.split("[/#]", violation.focus)[-1] for violation in found} == culprits
    assert {violation.check for violation in found} == {name}


def test_ontology_lists_and_sample_pass_every_check():
    quads = [
        *(Quad(*triple, terms.GRAPH_ONTOLOGY) for triple in ontology_triples()),
        *(Quad(*triple, terms.GRAPH_VOCABULARY) for triple in vocabulary_triples()),
        *read_trig(HERE / "samples" / "clean.trig"),
    ]
    assert run_checks(query_over(quads)) == ()


def test_a_violation_reads_as_fault_place_and_remedy():
    check = BY_NAME["bare-relation-outside-derived"]
    snippet = HERE / "violations" / f"{check.name}.trig"
    (violation,) = run_checks(query_over(read_trig(snippet)), [check])
    assert str(violation) == (
        f"id:culprit: {check.title} (dem:memberOf, id:pact, graph:reference) [{check.name}]"
        f" -> {check.remedy}"
    )


def _named(check, group):
    text = BY_NAME[check].text
    values = re.search(rf"VALUES \?{group} \{{([^}}]*)\}}", text)
    assert values
    return set(re.findall(r"dem:(\w+)", values[1]))


def test_lists_of_relations_in_the_checks_are_those_of_the_terms():
    relations = {*terms.RELATION_PREDICATES, *terms.STANCE_PREDICATES.values()}
    bare = relations - terms.NEVER_DERIVED
    events = set(terms.EVENT_PREDICATES)
    assert _named("bare-relation-outside-derived", "relation") == bare
    assert _named("derived-triple-without-statement", "relation") == bare | events
    assert _named("bare-event-role-outside-derived", "role") == events
    assert _named("territorial-relation-stated", "relation") == terms.NEVER_DERIVED


def test_a_check_without_a_header_is_refused(tmp_path):
    (tmp_path / f"bad{SUFFIX}").write_text("# title: T\nSELECT ?focus WHERE { ?focus ?p ?o }\n")
    with pytest.raises(InputError) as caught:
        checks_in(tmp_path)
    assert [problem.message for problem in caught.value.problems] == ["the header has no remedy"]


@pytest.mark.parametrize("text", ["SELECT ?focus WHERE {", "ASK { ?s ?p ?o }"])
def test_a_check_that_is_no_select_is_refused(text):
    with pytest.raises(InputError, match="broken"):
        run_checks(query_over([]), [Check("broken", "t", "r", text)])
