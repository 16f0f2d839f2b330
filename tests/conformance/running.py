"""Running many tests against one server."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.failure import Failure
from conformance.kinds import in_order, run
from conformance.others import Others
from conformance.suites import Case
from conformance.target import Target

SERVICES = (
    "http://example.org/sparql",
    "http://example1.org/sparql",
    "http://example2.org/sparql",
    "http://invalid.endpoint.org/sparql",
)
"""The endpoints that the federation tests call; the last is one that is never there."""


def run_all(cases: Iterable[Case], target: Target, others: Others) -> dict[str, str]:
    """Return what went wrong, by the IRI of each test that failed."""
    failed: dict[str, str] = {}
    for case in in_order(cases):
        try:
            run(case, target, others)
        except Failure as failure:
            failed[case.iri] = str(failure)
    return failed
