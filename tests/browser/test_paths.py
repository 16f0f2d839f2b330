"""What a researcher comes for, from end to end: wide and narrow, with and without JavaScript."""

from __future__ import annotations

import csv
import io
import re
from itertools import product

import pytest
from browser.visiting import NARROW, WIDE

ACTOR = "Kassym-Jomart Tokayev"
EXAMPLE = "query?example=claims-per-source"


@pytest.fixture(scope="module", autouse=True)
def indexed(browser, served):
    """Wait until there is an index of names, which is made when it is first asked."""
    page = browser.new_page()
    for _ in range(240):
        if page.request.get(f"{served.url}search?q=Toqaev&format=json", timeout=60_000).ok:
            break
        page.wait_for_timeout(500)
    else:
        pytest.fail("there is no index")
    page.close()


@pytest.fixture(
    params=product((WIDE, NARROW), (True, False)),
    ids=lambda one: f"{one[0][0]}-{'script' if one[1] else 'no-script'}",
)
def visited(request, visit):
    size, script = request.param
    with visit(size=size, script=script) as one:
        yield one


def test_from_an_actor_by_a_claim_to_its_document(visited):
    page = visited.open("search")
    page.get_by_label("Name or words").fill("Токаев")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/search?q=*")
    page.get_by_role("link", name=ACTOR, exact=True).first.click()
    page.wait_for_url("**/id/*.html")
    assert ACTOR in page.locator("h1").inner_text()
    page.locator("main a[href^='/id/claim-']").first.click()
    page.wait_for_url("**/id/claim-*.html")
    statement = page.locator("h1").inner_text()
    section = page.locator("section", has=page.get_by_role("heading", name="Where it stands"))
    section.get_by_role("link").first.click()
    page.wait_for_url("**/id/document-*")
    assert statement in page.locator("main").inner_text()


def test_from_a_document_whose_words_are_not_shown_to_a_lit_passage(visited):
    page = visited.open("id/document-d6cefab296ea.html")
    page.get_by_role("link", name="an invented document").click()
    page.wait_for_url("**/id/document-*.html")
    assert "Demonstration." in page.locator("main").inner_text()
    number = page.get_by_role("link", name="Claims of passage 5", exact=True)
    number.click()
    note = page.locator("#p5")
    said = note.locator("ul a").first.inner_text()
    note.locator("ul a").first.click()
    page.wait_for_url("**/id/claim-*.html")
    assert page.locator("h1").inner_text() == said
    assert page.locator(".excerpt mark").first.inner_text() == (
        "We support the treaty, but not in this haste"
    )


def test_a_claim_can_be_cited(visited):
    page = visited.open("id/claim-00db819c61a8aabb.html")
    page.get_by_text("BibTeX", exact=True).click()
    entry = page.locator("details pre").inner_text()
    assert entry.startswith("@")
    assert "claim-00db819c61a8aabb" in entry


def test_a_query_is_run_taken_away_and_shared(visited, visit):
    page = visited.open(EXAMPLE)
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url("**/query?query=*")
    table = page.locator("table[data-sortable] tbody tr")
    rows = table.count()
    assert rows > 3
    with page.expect_download() as download:
        page.locator(".downloads").get_by_role("link", name="CSV", exact=True).click()
    content = download.value.path().read_text(encoding="utf-8")
    assert len(list(csv.reader(io.StringIO(content)))) == rows + 1
    assert download.value.suggested_filename.endswith(".csv")
    with visit() as other:
        shared = other.open(page.url)
        assert shared.locator("table[data-sortable] tbody tr").count() == rows


def test_what_went_wrong_is_told_where_it_is(visited):
    page = visited.open("query?query=SELECT%20*%0AWHERE%20%7B%20%3Fs%20%3Fp%20%7D")
    problem = page.locator(".problem")
    assert problem.get_by_role("heading").inner_text()
    assert "What to do" in problem.inner_text()
    assert page.get_by_label("SPARQL query").count()


def test_a_term_of_a_query_is_looked_up(visited):
    page = visited.open("ontology")
    page.get_by_role("navigation", name="Contents").get_by_text("All terms from A to Z").click()
    page.get_by_role("link", name="StanceClaim", exact=True).click()
    page.wait_for_url(re.compile("#StanceClaim$"))
    page.locator("#StanceClaim").get_by_role("link", name="stance claim").click()
    page.wait_for_url("**/ontology/StanceClaim*")
    assert page.locator("h1").inner_text() == "stance claim"
    page.get_by_role("link", name="Run this query").click()
    page.wait_for_url(re.compile(r"/query\?query="))
    assert page.locator("table[data-sortable] tbody tr").count() > 3
