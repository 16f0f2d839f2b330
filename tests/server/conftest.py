"""One home and one server for all tests of the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from server.running_server import Running, build, start, stop

from demarche_store.home import Home


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Home:
    return build(tmp_path_factory.mktemp("home") / "home")


@pytest.fixture(scope="session")
def server(home) -> Iterator[Running]:
    running = start(home.path)
    yield running
    stop(running)
