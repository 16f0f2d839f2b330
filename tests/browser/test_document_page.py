"""The page of a document in a browser: a passage and its claims light up together."""

from __future__ import annotations

from browser.visiting import NARROW

DOCUMENT = "id/document-7955326c33f4.html"


def lit(page) -> str:
    return "".join(page.locator("mark.now").all_inner_texts())


def test_pointing_at_claims_lights_their_whole_passage(visit):
    with visit() as visited:
        page = visited.open(DOCUMENT)
        page.locator("#p5").hover()
        assert lit(page) == "We support the treaty, but not in this haste"
        page.locator("h1").hover()
        assert lit(page) == ""


def test_pointing_at_words_lights_the_narrowest_passage_and_its_claims(visit):
    with visit() as visited:
        page = visited.open(DOCUMENT)
        page.locator("mark", has_text="its foreign minister").hover()
        assert lit(page) == "its foreign minister Ilse Brandt"
        assert page.locator(".margin > li.now").get_attribute("id") == "p4"


def test_a_keyboard_gets_from_the_words_to_the_claims_and_back(visit):
    with visit(size=NARROW) as visited:
        page = visited.open(DOCUMENT)
        page.locator("#t4").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**#p4")
        page.locator("#p4 .where a").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**#t4")
