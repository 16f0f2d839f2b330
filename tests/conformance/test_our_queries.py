"""Our server passes the tests of queries and of syntax, those apart that are known to fail."""

from __future__ import annotations

from conformance.expectations import complaints, expected_of
from conformance.running import run_all


def test_queries_and_syntax(suites, ours, others):
    chosen = [case for case in suites if not case.changes_data]
    failed = run_all(chosen, ours, others)
    assert complaints(chosen, failed, expected_of(chosen, "demarche")) == []
