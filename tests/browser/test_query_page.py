"""The query page as a researcher uses it: the editor, sorting, asking again from a program."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from browser.visiting import NARROW, WEB, WIDE, needs_axe

BUILT = WEB.parent / "demarche_server" / "pages" / "static" / "built" / "editor.js"
NUMBERS = "query?query=" + quote("SELECT ?n { VALUES ?n { 10 9 100 } }")

needs_editor = pytest.mark.skipif(not BUILT.is_file(), reason="no editor: make editor")

# What is typed over coloured text gets its colours again from Chromium's own editing, as an element
# with a style attribute, which the policy refuses; the editor then puts its own in its place.
TYPED_OVER = "Applying inline style violates"


def emptied(page):
    """Return the editor, emptied, once it stands in the place of the plain field."""
    page.locator("#query").wait_for(state="hidden")
    editor = page.get_by_role("textbox", name="SPARQL query")
    editor.press("Control+a")
    editor.press("Delete")
    assert not page.locator("#query").input_value()
    return editor


@needs_editor
@needs_axe
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_write_and_run(visit, size):
    with visit(size=size, scheme="dark", forgiven=TYPED_OVER) as visited:
        page = visited.open("query")
        editor = emptied(page)
        editor.press_sequentially("ASK {}")
        editor.press("Control+Enter")
        page.wait_for_url("**/query?query=ASK*")
        assert "Yes" in page.locator("main").inner_text()
        assert not visited.violations()


@needs_editor
def test_completion_knows_the_classes_and_declares_their_prefix(visit):
    with visit(forgiven=TYPED_OVER) as visited:
        page = visited.open("query")
        editor = emptied(page)
        editor.press_sequentially("SELECT * { ?x a dem:StanceC")
        page.get_by_role("option").filter(has_text="dem:StanceClaim").first.wait_for()
        # The editor takes no key for a list that has only just opened.
        page.wait_for_timeout(200)
        editor.press("Tab")
        text = page.locator("#query").input_value()
        assert text.startswith("PREFIX dem: <https://w3id.org/demarche/ontology#>\n")
        assert "?x a dem:StanceClaim" in text


@needs_editor
def test_completion_finds_things_in_other_spellings(visit):
    with visit(forgiven=TYPED_OVER) as visited:
        page = visited.open("search?q=Toqaev")
        for _ in range(60):  # the index is made when it is first asked
            if "Kassym-Jomart Tokayev" in page.locator("main").inner_text():
                break
            page.wait_for_timeout(500)
            page.reload()
        page = visited.open("query")
        editor = emptied(page)
        editor.press_sequentially("SELECT * { ?claim dem:attributedTo Toqaev")
        page.get_by_role("option").filter(has_text="Kassym-Jomart Tokayev").first.click()
        assert "id:kassym-jomart-tokayev" in page.locator("#query").input_value()


@needs_editor
def test_the_editor_marks_what_the_server_finds_wrong(visit):
    with visit() as visited:
        page = visited.open("query?query=" + quote("SELECT *\nWHERE { ?s ?p }"))
        page.locator(".cm-lintRange, .cm-lintPoint").wait_for(state="attached")


def test_run_without_script(visit):
    with visit(size=NARROW, script=False) as visited:
        page = visited.open("query")
        page.get_by_label("SPARQL query").fill("ASK {}")
        page.get_by_role("button", name="Run").click()
        assert "Yes" in page.locator("main").inner_text()


def test_sorting_goes_by_number_and_says_so(visit):
    with visit() as visited:
        page = visited.open(NUMBERS)
        column = page.locator("td > :first-child")
        page.get_by_role("button", name="n", exact=True).click()
        assert column.all_inner_texts() == ["9", "10", "100"]
        page.get_by_role("button", name="n", exact=True).click()
        assert column.all_inner_texts() == ["100", "10", "9"]
        assert page.locator("th").get_attribute("aria-sort") == "descending"


@needs_axe
def test_programs_can_be_copied(visit):
    with visit() as visited:
        page = visited.open(NUMBERS)
        page.get_by_text("Ask this from a program").click()
        page.get_by_role("button", name="Copy").first.click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("curl --header")
        assert not visited.violations()
