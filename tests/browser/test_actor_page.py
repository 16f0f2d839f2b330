"""From a name to the words behind a claim: search, actor, claim, document."""

from __future__ import annotations

import re

from browser.visiting import NARROW, WIDE


def searched(page, visited, words: str):
    """Search for words; the index is made when it is first asked."""
    page = visited.open(f"search?q={words}")
    for _ in range(120):
        if page.locator("main").get_by_role("link", name="Kassym-Jomart Tokayev").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    return page


def test_an_actor_found_by_search_leads_to_a_claim_and_where_it_stands(visit):
    with visit(size=NARROW) as visited:
        page = searched(visited.page, visited, "Toqaev")
        page.locator("main").get_by_role("link", name="Kassym-Jomart Tokayev").first.click()
        page.wait_for_url("**/id/kassym-jomart-tokayev.html")
        page.get_by_role("navigation", name="On this page").get_by_text("Claims made").click()
        page.locator("#said a").first.click()
        page.wait_for_url(re.compile(r"/id/claim-[0-9a-f]{16}\.html$"))
        assert "code points" in page.locator("section", has_text="Where it stands").inner_text()


def test_a_claim_of_an_invented_actor_shows_its_passage_in_the_document(visit):
    with visit(size=WIDE) as visited:
        page = visited.open("id/demo-ilse-brandt.html")
        assert page.get_by_role("note").count()
        page.locator("#said a").first.click()
        page.wait_for_url(re.compile(r"/id/claim-[0-9a-f]{16}\.html$"))
        words = page.locator("blockquote mark").first.inner_text()
        assert words
        page.locator("section", has_text="Where it stands").get_by_role("link").first.click()
        page.wait_for_url("**/id/document-7955326c33f4.html")
        assert words in page.locator("main").inner_text()


def test_a_time_axis_leads_on_by_keyboard_and_has_its_table(visit):
    with visit() as visited:
        page = visited.open("id/csto.html")
        page.locator("svg.time-axis a", has_text="Kazakhstan").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/id/kazakhstan.html")
        page.go_back()
        page.get_by_text("Members, as a table").click()
        table = page.get_by_role("region", name="Members, as a table")
        assert "1 January 2013 attested" in table.inner_text()


def test_the_query_behind_a_count_gives_as_many_rows(visit):
    with visit() as visited:
        page = visited.open("id/armenia.html")
        act = page.locator('[aria-labelledby="dealings"] td a:has(.count)').first
        count = int(act.locator(".count").inner_text())
        act.click()
        page.wait_for_url(re.compile(r"/query\?query="))
        assert page.locator("table tbody tr").count() == count
