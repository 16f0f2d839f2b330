"""Pages on paper: what is read is there, what is pressed is not, and nothing is cut off."""

from __future__ import annotations

import pytest
from browser.visiting import Visit

PAPER = (760, 1000)
"""A4 within its margins, in CSS pixels."""
PAGES = {
    "search": "search?q=karabakh",
    "answer": "query?example=csto-members-backing-azerbaijan",
    "claim": "id/claim-00db819c61a8aabb.html",
    "document": "id/document-7955326c33f4.html",
    "position": "id/position-accession-within-un-recognised-borders.html?policy=with-comments",
    "state": "id/kazakhstan.html",
    "ontology": "ontology.html",
    "class": "ontology/StanceClaim.html",
    "list": "vocabulary/voice.html",
    "nothing there": "nowhere",
}


def printed(visited: Visit, path: str):
    page = visited.open(path)
    visited.page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    return page


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_nothing_to_press_and_nothing_cut_off(visit, path):
    with visit(size=PAPER) as visited:
        page = printed(visited, path)
        assert (
            page.locator("nav:visible, form:visible, button:visible, summary:visible").count() == 0
        )
        assert page.locator("h1:visible").count() == 1
        assert not visited.overflows()
        assert not path.startswith("nowhere") or page.locator(".problem:visible").count()


def test_the_query_and_the_commit_are_on_the_paper(visit):
    with visit(size=PAPER) as visited:
        page = printed(visited, PAGES["answer"])
        assert "SELECT" in page.locator("pre:visible").first.inner_text()
        assert "commit" in page.locator("footer").inner_text()


def test_what_was_chosen_is_on_the_paper(visit):
    with visit(size=PAPER) as visited:
        page = printed(visited, PAGES["position"])
        assert "policy: With reader comments" in page.locator("main").inner_text()


def test_what_is_folded_away_is_printed(visit):
    with visit(size=PAPER) as visited:
        page = printed(visited, PAGES["claim"])
        assert page.locator("details pre").is_visible()
