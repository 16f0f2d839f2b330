"""Which tests a server is known to fail, each with its reason: a file with a line for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from conformance.suites import ORDER, Case

FOLDER = Path(__file__).parent / "expected"


def expected_failures(server: str) -> dict[str, str]:
    """Return reasons by test IRI. Raises ValueError for a line without a reason, or one twice."""
    reasons: dict[str, str] = {}
    for line in (FOLDER / f"{server}.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("# "):
            continue
        iri, _, reason = line.partition(" ")
        if not reason.strip() or iri in reasons:
            raise ValueError(f"{server}.txt: no reason, or there already: {line}")
        reasons[iri] = reason.strip()
    return reasons


def expected_of(cases: Iterable[Case], server: str) -> dict[str, str]:
    """Return the reasons for some of the tests only."""
    run = {case.iri for case in cases}
    return {iri: why for iri, why in expected_failures(server).items() if iri in run}


def complaints(
    cases: Iterable[Case], failed: Mapping[str, str], expected: Mapping[str, str]
) -> list[str]:
    """Return what is wrong about a run. failed: what went wrong, by test IRI.

    A failure that nobody expects is; so are a pass where a failure is expected, and an
    expectation about a test that there is not.
    """
    run = {case.iri for case in cases}
    passed = run - set(failed)
    return [
        *(
            f"fails, with no reason on file: {iri}: {why.partition(chr(10))[0]}"
            for iri, why in failed.items()
            if iri not in expected
        ),
        *(f"passes, though expected to fail: {iri}" for iri in expected if iri in passed),
        *(f"is expected to fail, but is no test: {iri}" for iri in expected if iri not in run),
    ]


def counts(cases: Iterable[Case], failed: Iterable[str]) -> list[tuple[str, int, int]]:
    """Return each suite with how many of its tests are passed, and how many there are."""
    gone, listed = set(failed), list(cases)
    total = Counter(case.suite for case in listed)
    passed = Counter(case.suite for case in listed if case.iri not in gone)
    return [(suite, passed[suite], total[suite]) for suite in ORDER if total[suite]]
