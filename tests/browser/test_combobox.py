"""The search field with a keyboard, after the combobox pattern of the ARIA Authoring Practices."""

from __future__ import annotations

import pytest
from browser.visiting import NARROW, WIDE, needs_axe

KAZAKH = "Kassym-Jomart Tokayev"


@pytest.fixture(scope="module", autouse=True)
def indexed(browser, served):
    """Wait until there is an index of names, which is made when it is first asked."""
    page = browser.new_page()
    for _ in range(240):
        answer = page.request.get(f"{served.url}search/complete?q=Toqaev", timeout=60_000)
        if answer.ok and answer.json()["results"]:
            break
        page.wait_for_timeout(500)
    else:
        pytest.fail("there is no index")
    page.close()


def field(visited):
    return visited.open("search").get_by_role("combobox", name="Name or words")


def options(page):
    return page.get_by_role("listbox", name="Names").get_by_role("option")


def marked(page) -> str:
    """Return the text of the option that is the active descendant, "" for none."""
    return page.evaluate(
        """() => {
            const id = document.activeElement.getAttribute("aria-activedescendant");
            const chosen = [...document.querySelectorAll("[role=option][aria-selected=true]")];
            if (!id) return chosen.length ? "marked without being active" : "";
            if (chosen.length !== 1 || chosen[0].id !== id) return "another one is marked";
            return chosen[0].querySelector("bdi").textContent;
        }"""
    )


def typed(visited, text: str):
    box = field(visited)
    box.press_sequentially(text)
    options(visited.page).first.wait_for()
    return box


def test_what_a_screen_reader_is_told(visit):
    with visit() as visited:
        box = field(visited)
        assert box.get_attribute("aria-autocomplete") == "list"
        assert box.get_attribute("aria-expanded") == "false"
        box.press_sequentially("Kazakh")
        options(visited.page).first.wait_for()
        assert box.get_attribute("aria-expanded") == "true"
        controlled = visited.page.locator(f"#{box.get_attribute('aria-controls')}")
        assert controlled.get_attribute("role") == "listbox"
        told = visited.page.get_by_role("status").inner_text()
        assert told.split()[0] == str(options(visited.page).count())
        assert marked(visited.page) == ""


@needs_axe
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_while_open(visit, size, scheme):
    with visit(size=size, scheme=scheme) as visited:
        typed(visited, "arme").press("ArrowDown")
        assert not visited.violations()
        assert not visited.overflows()


def test_arrows_go_through_the_names_and_around(visit):
    with visit() as visited:
        box = typed(visited, "arme")
        names = options(visited.page).locator("bdi").all_inner_texts()
        assert len(names) > 2
        for name in (*names, names[0]):
            box.press("ArrowDown")
            assert marked(visited.page) == name
        box.press("ArrowUp")
        assert marked(visited.page) == names[-1]
        assert box.evaluate("one => one === document.activeElement")


def test_enter_goes_to_the_marked_name(visit):
    with visit() as visited:
        box = typed(visited, "Kazakhstan")
        box.press("ArrowDown")
        box.press("Enter")
        visited.page.wait_for_url("**/id/kazakhstan.html")


def test_enter_without_a_marked_name_searches(visit):
    with visit() as visited:
        typed(visited, "Kazakhstan").press("Enter")
        visited.page.wait_for_url("**/search?q=Kazakhstan*")
        assert visited.page.get_by_role("heading", name="result").count()


def test_escape_closes_and_keeps_what_is_typed(visit):
    with visit() as visited:
        box = typed(visited, "arme")
        box.press("ArrowDown")
        box.press("Escape")
        assert box.get_attribute("aria-expanded") == "false"
        assert options(visited.page).first.is_hidden()
        assert marked(visited.page) == ""
        assert box.input_value() == "arme"


def test_arrows_open_what_was_closed(visit):
    with visit() as visited:
        box = typed(visited, "arme")
        names = options(visited.page).locator("bdi").all_inner_texts()
        for key, expected in (
            ("ArrowDown", names[0]),
            ("ArrowUp", names[-1]),
            ("Alt+ArrowDown", ""),
        ):
            box.press("Escape")
            box.press(key)
            options(visited.page).first.wait_for()
            assert marked(visited.page) == expected
        box.press("Alt+ArrowUp")
        assert box.get_attribute("aria-expanded") == "false"


@pytest.mark.parametrize("key", ["ArrowLeft", "Home", "a"])
def test_going_on_in_the_field_leaves_the_list(visit, key):
    with visit() as visited:
        box = typed(visited, "arme")
        box.press("ArrowDown")
        box.press(key)
        assert marked(visited.page) == ""


def test_leaving_the_field_closes(visit):
    with visit() as visited:
        box = typed(visited, "arme")
        box.press("Tab")
        assert box.get_attribute("aria-expanded") == "false"
        assert options(visited.page).first.is_hidden()


def test_a_name_can_be_clicked(visit):
    with visit() as visited:
        typed(visited, "Kazakhstan")
        options(visited.page).first.click()
        visited.page.wait_for_url("**/id/*.html")


@pytest.mark.parametrize("spelling", ["Токаев", "Тоқаев", "Տոկաև", "Toqaev", "tokaev"])
def test_names_are_found_in_other_scripts_and_spellings(visit, spelling):
    with visit() as visited:
        typed(visited, spelling)
        options(visited.page).filter(has_text=KAZAKH).first.wait_for()


def test_without_script_it_is_a_form(visit):
    with visit(size=NARROW, script=False) as visited:
        page = visited.open("search")
        box = page.get_by_role("searchbox", name="Name or words")
        box.fill("Токаев")
        box.press("Enter")
        page.wait_for_url("**/search?q=*")
        assert page.get_by_role("link", name=KAZAKH).count()
