"""Releases in a browser: their pages, and looking at the site as of one."""

from __future__ import annotations

import functools
from itertools import product

import pytest
from browser import visiting
from browser.visiting import NARROW, WIDE, needs_axe
from server.running_server import TURTLE, build, start, stop, triples

from demarche_ontology.terms import GRAPH

PAGES = {
    "list": "releases",
    "release": "release/first-light.html",
    "comparison": "releases/first-light...second",
    "thing as of a release": "id/ruritania.html?release=first-light",
    "query as of a release": "query?query=ASK+%7B%7D&release=first-light",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server on a small graph with two releases, the second of which is current."""
    home = build(tmp_path_factory.mktemp("releases") / "home")
    with home.writer("a test") as writer:
        text = TURTLE + 'id:flavia a dem:Person ; skos:prefLabel "Flavia"@en .'
        writer.replace_graph(GRAPH["reference"], triples(text), "seeds")
        writer.commit("more", "digest 2", [GRAPH["reference"]])
    home.create_release("second")
    running = start(home.path, None)
    yield running
    stop(running)


@pytest.fixture
def visit(browser, served):
    return functools.partial(visiting.visit, browser, served.url)


def settled(visited, path: str):
    """Open a page; open it again for as long as it tells that it is being worked out."""
    page = visited.open(path)
    for _ in range(200):
        text = page.locator("body").inner_text()
        if not any(told in text for told in ("being opened", "worked out", "being counted")):
            return page
        page.wait_for_timeout(500)
        page = visited.open(path)
    raise AssertionError(text)


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@needs_axe
def test_accessible(visit, path):
    found = {}
    with visit() as visited:
        settled(visited, path)
        for size, scheme in product((WIDE, NARROW), ("light", "dark")):
            visited.look(size, scheme)
            wide = ["wider than the window"] if visited.overflows() else []
            found[size[0], scheme] = visited.violations() + wide
    assert not any(found.values()), found


def test_choosing_a_release_going_on_within_it_and_coming_back(visit):
    with visit(size=NARROW, script=False) as visited:
        page = settled(visited, "id/ruritania.html")
        page.get_by_label("As of").select_option("first-light")
        page.get_by_role("button", name="Look").click()
        page.wait_for_url("**/id/ruritania.html?release=first-light")
        settled(visited, page.url)
        assert "not the current one" in page.get_by_role("note").inner_text()
        page.get_by_role("link", name="Search").click()
        page.wait_for_url("**/search?release=first-light")
        settled(visited, page.url)
        page.get_by_role("link", name="Back to the current one").click()
        page.wait_for_url("**/search")
        assert page.get_by_role("note").count() == 0


def test_comparing_two(visit):
    with visit(script=False) as visited:
        page = settled(visited, "releases")
        page.get_by_label("From").select_option("first-light")
        page.get_by_label("To").select_option("second")
        page.get_by_role("button", name="Compare").click()
        page.wait_for_url("**/releases/first-light...second")
        settled(visited, page.url)
        assert "Flavia" in page.get_by_role("region", name="Table of things").inner_text()
