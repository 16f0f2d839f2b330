"""Every page, wide and narrow, light and dark: nothing for axe to find, nothing out of bounds.

A new page is one line in PAGES.
"""

from __future__ import annotations

from itertools import product
from urllib.parse import quote

import pytest
from browser.visiting import NARROW, WIDE, needs_axe

PAGES = {
    "start": "",
    "query": "query",
    "answer": "query?example=csto-members-backing-azerbaijan",
    "wide answer": "query?query=" + quote("SELECT * { ?s ?p ?o . ?s ?q ?z } LIMIT 20"),
    "chart": "query?view=chart&query="
    + quote("SELECT ?t (COUNT(*) AS ?n) { ?x a ?t } GROUP BY ?t ORDER BY DESC(?n) LIMIT 20"),
    "timeline of an answer": "query?example=timeline-of-2022&view=timeline",
    "wrong query": "query?query=" + quote("SELECT * WHERE { ?s ?p }"),
    "search": "search",
    "found": "search?q=karabakh",
    "nothing found": "search?q=qqqq&kind=dem:Person",
    "pictures": "pictures",
    "timeline": "pictures/timeline?actor=id:armenia",
    "timeline of claims": "pictures/timeline?kind=claims&from=40",
    "members": "pictures/members",
    "network": "pictures/network?since=2013&comments=with",
    "network of nothing": "pictures/network?until=1800",
    "about": "about",
    "codebook": "about/codebook",
    "server guide": "about/server",
    "data licence": "about/licence-data",
    "problems": "problems",
    "state": "id/kazakhstan.html",
    "state by one source": "id/armenia.html?from=25&source="
    + quote("https://w3id.org/demarche/id/afp", safe=""),
    "person": "id/nikol-pashinyan.html",
    "organisation": "id/csto.html",
    "office": "id/president-of-kazakhstan.html",
    "territory": "id/nagorno-karabakh.html",
    "treaty": "id/csto-charter.html",
    "event": "id/september-2023-operation-in-nagorno-karabakh.html",
    "event with numbers": "id/second-karabakh-war-2020.html",
    "document": "id/document-d6cefab296ea.html",
    "document with its words": "id/document-7955326c33f4.html",
    "claim": "id/claim-00db819c61a8aabb.html",
    "invented claim": "id/claim-57324e90ebaf1dae.html",
    "invented position": "id/demo-position-sign-now.html",
    "file of articles": "id/document-3fb2274ff2f7.html",
    "article": "id/part-3fb2274ff2f7-france-24-2023-11-16.html",
    "position": "id/position-accession-within-un-recognised-borders.html?policy=with-comments",
    "issue": "id/issue-mediation-between-armenia-and-azerbaijan.html?policy=none",
    "ontology": "ontology.html",
    "class": "ontology/StanceClaim.html",
    "property": "ontology/claimPredicate.html",
    "list": "vocabulary/attribute.html",
    "value of a list": "vocabulary/category-consult.html",
    "releases": "releases",
    "comparison": "releases/current...current",
    "nothing there": "nowhere",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@needs_axe
def test_accessible(visit, path):
    found = {}
    with visit() as visited:
        visited.open(path)
        for size, scheme in product((WIDE, NARROW), ("light", "dark")):
            visited.look(size, scheme)
            wide = ["wider than the window"] if visited.overflows() else []
            found[size[0], scheme] = visited.violations() + wide
    assert not any(found.values()), found


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_whole_without_script(visit, path):
    with visit(size=NARROW, script=False) as visited:
        page = visited.open(path)
        assert page.locator("h1").count() == 1
        assert page.locator("main").inner_text().strip()


def breaks_the_policy(visited):
    visited.open("")
    visited.page.evaluate("document.body.setAttribute('onclick', 'alert(1)')")
    visited.page.evaluate("document.body.click()")


def asks_another_host(visited):
    visited.open(visited.url.replace("127.0.0.1", "localhost"))


def throws(visited):
    visited.open("")
    visited.page.evaluate("setTimeout(() => { throw new Error('Oh') })")
    visited.page.wait_for_timeout(50)


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (breaks_the_policy, "Content Security Policy"),
        (asks_another_host, "asked of another host"),
        (throws, "script: Oh"),
    ],
)
def test_the_visitor_does_complain(visit, fault, complaint):
    visited = visit()
    with pytest.raises(AssertionError, match=complaint), visited as one:
        fault(one)


@needs_axe
def test_axe_does_find_faults(visit):
    with visit() as visited:
        visited.open("")
        visited.page.evaluate("document.documentElement.removeAttribute('lang')")
        assert "html-has-lang" in visited.violations()[0]
