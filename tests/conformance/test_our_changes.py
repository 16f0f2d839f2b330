"""Our server passes the tests that change data, and those of the protocols."""

from __future__ import annotations

from conformance.expectations import complaints, expected_of
from conformance.running import run_all


def test_updates_and_protocols(suites, ours, others):
    chosen = [case for case in suites if case.changes_data]
    failed = run_all(chosen, ours, others)
    assert complaints(chosen, failed, expected_of(chosen, "demarche")) == []
