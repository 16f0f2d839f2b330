"""Names and texts of strangers are inert on every kind of page, and keep within it.

Every visit fails by itself on a breach of the Content-Security-Policy (`visiting`).
"""

from __future__ import annotations

import functools
import re
from urllib.parse import quote

import pytest
from browser import hostile_graph, visiting
from browser.hostile_graph import HOSTILE, THINGS
from browser.visiting import NARROW
from server.running_server import start, stop

from demarche_server.pages.things.kinds import BUILDERS

QUERY = "SELECT * { ?thing ?property ?value } LIMIT 300"
PAGES = [
    "",
    "search?q=ab",
    "search?q=script",
    f"query?query={quote(QUERY)}",
    f"query?query={quote('SELECT * { ?s a ?o ')}{quote(hostile_graph.MARKUP)}",
    "problems",
    "ontology.html",
    "ontology/Claim.html",
    *(f"id/{name}.html" for name in THINGS.values()),
    "id/position.html?policy=none",
    "id/issue.html?policy=none",
    "about",
    "dataset.html",
    "pictures",
    "pictures/timeline",
    "pictures/network",
    "pictures/members",
    "vocabulary/hostile.html",
    "vocabulary/hostile-value.html",
    "id/" + quote(hostile_graph.MARKUP, safe=""),
]
NAMED_APART = {"Concept", "ConceptScheme", "Claim", "Dataset"}
"""Classes of things that are not in `THINGS`, or have another class there."""

# What turns the direction of text may do so in an element that is isolated, or stands alone.
TURNED = """() => {
    const faults = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.textContent.includes("\\u202e")) continue;
        let one = node.parentElement;
        let kept = false;
        for (; one && !kept; one = one.parentElement) {
            const style = getComputedStyle(one);
            kept = /isolate|plaintext/.test(style.unicodeBidi)
                || one.textContent.trim() === node.textContent.trim();
            if (!style.display.startsWith("inline")) break;
        }
        if (!kept && !node.parentElement.closest("svg, script, textarea, select, pre")) {
            faults.push(node.parentElement.outerHTML.slice(0, 200));
        }
    }
    return faults;
}"""


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request, tmp_path_factory, browser):
    """A server on a graph whose names and texts are all of one kind of hostile text."""
    home = hostile_graph.build(tmp_path_factory.mktemp("hostile"), HOSTILE[request.param])
    running = start(home.path, None)
    yield functools.partial(visiting.visit, browser, running.url)
    stop(running)


def test_there_is_a_thing_for_every_kind_of_page():
    known = {*THINGS, *NAMED_APART}
    visited = {one for iri, one in BUILDERS.items() if re.split("[#/]", iri)[-1] in known}
    assert visited == set(BUILDERS.values())


def test_inert_and_within_bounds(hostile):
    faults = {}
    with hostile(size=NARROW) as visited:
        for path in PAGES:
            page = visited.open(path)
            found = []
            if page.evaluate("window.owned !== undefined"):
                found.append("a script ran")
            if page.locator("img, main style, main iframe, [onerror]").count():
                found.append("markup was taken for markup")
            if page.locator("a[href^='javascript' i]").count():
                found.append("a link is a script")
            if visited.overflows():
                found.append("wider than the window")
            found += page.evaluate(TURNED)
            if found:
                faults[path] = found
    assert not faults, "\n".join(f"{path}: {found}" for path, found in faults.items())


def test_a_name_is_shown_as_it_is(hostile):
    with hostile() as visited:
        heading = visited.open("id/state.html").locator("h1").inner_text()
        assert heading in HOSTILE.values() or hostile_graph.LONG.startswith(heading)
