"""A first visit costs little, also on a slow line: what comes over it, page by page."""

from __future__ import annotations

import pytest
from browser.test_every_page import PAGES
from playwright.sync_api import Request

MOST_BYTES = 200_000
"""Of a page with its styles, scripts and icon, as they are sent; without the editor of queries."""


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_first_visit_is_light(visit, path):
    with visit() as visited:
        asked: list[Request] = []

        def note(request: Request) -> None:
            asked.append(request)

        visited.page.on("requestfinished", note)
        visited.open(path)
        visited.page.wait_for_load_state("networkidle")
        weight = {one.url: sizes(one) for one in asked if "/static/editor.js" not in one.url}
    assert len(weight) > 1
    assert any("demarche.css" in url for url in weight)
    assert sum(weight.values()) <= MOST_BYTES, weight


def sizes(request: Request) -> int:
    """The bytes of an answer, as they are sent, with its headers."""
    found = request.sizes()
    return found["responseBodySize"] + found["responseHeadersSize"]
