"""The suites, the other endpoints of the federation tests, our server, and a peer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance import servers
from conformance.others import Others
from conformance.running import SERVICES
from conformance.suites import HERE, Case, cases
from conformance.target import Target


@pytest.fixture(scope="session")
def suites() -> list[Case]:
    if not HERE.is_dir():
        pytest.skip("the W3C SPARQL suites are not here")
    return cases()


@pytest.fixture(scope="module")
def others() -> Iterator[Others]:
    with Others(SERVICES) as running:
        yield running


@pytest.fixture(scope="module")
def peer(others: Others) -> Iterator[Target]:
    with servers.oxigraph(others) as target:
        yield target


@pytest.fixture(scope="module")
def ours(others: Others) -> Iterator[Target]:
    with servers.demarche(others) as target:
        yield target
