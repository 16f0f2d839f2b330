"""One server on the project's own graph, and one browser for each module of tests."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from browser import visiting  # noqa: E402  (needs playwright)
from chromium import CHROMIUM  # noqa: E402
from server.running_server import Running  # noqa: E402


@pytest.fixture(scope="session")
def served(seed_server: Running) -> Running:
    """A server on the graph of `seeds/`."""
    return seed_server


@pytest.fixture(scope="module")
def browser() -> Iterator[visiting.Browser]:
    """A browser. Its event loop runs in this thread, so it must not outlive the module."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    with visiting.browsing() as one:
        yield one


@pytest.fixture
def visit(browser, served) -> Callable[..., AbstractContextManager[visiting.Visit]]:
    """Open a window on the server: `with visit(size=…, scheme=…, script=…) as visited`."""
    return functools.partial(visiting.visit, browser, served.url)
