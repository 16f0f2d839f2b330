"""The runner tells right from wrong: on a peer with known failures, and on servers gone wrong."""

from __future__ import annotations

import pytest
from conformance.expectations import complaints, counts, expected_failures
from conformance.mutants import WrongAnswers, WrongStatuses
from conformance.running import run_all
from conformance.suites import ORDER

REDUCED = "/reduced/"  # any number of duplicates is right there, so that leaving one out is, too


def test_the_suites_are_whole(suites):
    assert len({case.iri for case in suites}) == len(suites) == 1324
    assert {case.suite for case in suites} == set(ORDER)


def test_a_peer_fails_where_it_is_known_to(suites, peer, others):
    failed = run_all(suites, peer, others)
    assert complaints(suites, failed, expected_failures("oxigraph")) == []
    assert sum(passed for _, passed, _ in counts(suites, failed)) == 1281


def test_wrong_statuses_fail_every_test(suites, peer, others):
    wrong = WrongStatuses(peer.query, peer.update, peer.store)
    failed = run_all(suites, wrong, others)
    assert not_failed(suites, failed) <= set(expected_failures("oxigraph"))


def test_wrong_answers_fail_every_evaluation(suites, peer, others):
    wrong = WrongAnswers(peer.query, peer.update, peer.store)
    evaluations = [
        case
        for case in suites
        if case.kind.endswith(("EvaluationTest", "ResultFormatTest")) and REDUCED not in case.label
    ]
    failed = run_all(evaluations, wrong, others)
    assert not_failed(evaluations, failed) <= set(expected_failures("oxigraph"))


def not_failed(cases, failed):
    return {case.iri for case in cases} - set(failed)


@pytest.mark.parametrize("line", ["http://e/test", "http://e/test "])
def test_an_expectation_needs_a_reason(line, tmp_path, monkeypatch):
    (tmp_path / "some.txt").write_text(f"# comment\n{line}\n")
    monkeypatch.setattr("conformance.expectations.FOLDER", tmp_path)
    with pytest.raises(ValueError, match="no reason"):
        expected_failures("some")


def test_complaints(suites):
    first, second, third = suites[:3]
    expected = {second.iri: "known", third.iri: "known", "urn:gone": "known"}
    found = complaints(suites, {first.iri: "wrong", second.iri: "wrong"}, expected)
    assert len(found) == 3
    about = zip([first.iri, third.iri, "urn:gone"], found, strict=True)
    assert all(iri in line for iri, line in about)
