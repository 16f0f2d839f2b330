"""Pictures as a researcher uses them: choosing years and sources, following arrows, files."""

from __future__ import annotations

import struct
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from browser.visiting import NARROW

NETWORK = "pictures/network"
PATIENCE = 60_000
"""Milliseconds to wait for what a busy machine does late."""
PAIRS = "SELECT ?a ?b { VALUES (?a ?b) { (<urn:a> <urn:b>) (<urn:b> <urn:c>) } }"


@pytest.fixture(scope="module", autouse=True)
def ready(served) -> None:
    """The graph is loaded when the first question comes, which may take long."""
    httpx.get(f"{served.url}readyz", timeout=120).raise_for_status()


def arrows(page) -> int:
    return page.locator("#picture tbody tr").count()


def test_sliders_choose_years_and_the_picture_follows(visit):
    with visit() as visited:
        page = visited.open(NETWORK)
        before = arrows(page)
        slider = page.get_by_role("slider", name="Last year")
        first, last = (int(slider.get_attribute(name)) for name in ("min", "max"))
        slider.focus()
        with page.expect_response(lambda answer: "until=" in answer.url, timeout=PATIENCE):
            page.keyboard.press("ArrowLeft")
        page.wait_for_url(f"**{NETWORK}?until={last - 1}", timeout=PATIENCE)
        assert page.get_by_label("To", exact=True).input_value() == str(last - 1)
        assert arrows(page) < before
        # The first year cannot pass the last.
        page.get_by_role("slider", name="First year").focus()
        page.keyboard.press("End")
        page.wait_for_url(f"**{NETWORK}?since={last - 1}&until={last - 1}", timeout=PATIENCE)
        assert first < last - 1


def test_a_source_is_chosen_at_once_and_kept_in_the_address(visit):
    with visit() as visited:
        page = visited.open(NETWORK)
        before = arrows(page)
        page.get_by_label("As claimed by").select_option("id:afp")
        page.wait_for_url("**source=id%3Aafp", timeout=PATIENCE)
        assert 0 < arrows(page) < before
        shown = page.locator("#picture").inner_text()
        page.reload()
        assert page.locator("#picture").inner_text() == shown


def test_the_form_does_the_same_without_script(visit):
    with visit(size=NARROW, script=False) as visited:
        page = visited.open(NETWORK)
        before = arrows(page)
        page.get_by_label("To", exact=True).fill("2014")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**until=2014**", timeout=PATIENCE)
        assert 0 < arrows(page) < before
        assert page.locator("svg.network").count() == 1
        assert page.get_by_role("link", name="SVG").count() == 1
        assert page.get_by_role("link", name="PNG").count() == 0


def test_an_arrow_leads_to_its_claims_by_keyboard(visit):
    with visit() as visited:
        page = visited.open(NETWORK)
        arrow = page.locator("svg.network a[href^='#arrow-']").first
        name = arrow.get_attribute("aria-label")
        arrow.focus()
        page.keyboard.press("Enter")
        row = page.locator("tr:target")
        row.wait_for(timeout=PATIENCE)
        who = row.locator("td").first.inner_text()
        assert name.startswith(who)
        row.locator(".behind a").first.click()
        page.wait_for_url("**/id/claim-*", timeout=PATIENCE)


def taken(page, name: str, folder: Path) -> Path:
    """Take away what a link offers."""
    with page.expect_download(timeout=PATIENCE) as started:
        page.get_by_role("link", name=name, exact=True).first.click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    return file


def size_of_png(data: bytes) -> tuple[int, int]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_a_picture_is_taken_as_svg_and_png(visit, tmp_path):
    with visit() as visited:
        page = visited.open(f"{NETWORK}?kind=accuses")
        svg, png = taken(page, "SVG", tmp_path), taken(page, "PNG", tmp_path)
        assert svg.suffix == ".svg"
        assert svg.read_text(encoding="utf-8").startswith("<?xml")
        assert png.name == svg.with_suffix(".png").name
        width, height = size_of_png(png.read_bytes())
        assert width > 1000
        assert height > 400


def test_a_picture_that_was_swapped_in_is_taken_as_png(visit, tmp_path):
    with visit() as visited:
        page = visited.open(NETWORK)
        page.get_by_label("Arrows", exact=True).select_option("supports")
        page.wait_for_url("**kind=supports", timeout=PATIENCE)
        assert size_of_png(taken(page, "PNG", tmp_path).read_bytes())[0] > 1000


def test_a_view_of_an_answer_is_chosen_and_taken_away(visit, tmp_path):
    with visit() as visited:
        page = visited.open("query?query=" + quote(PAIRS))
        page.get_by_role("link", name="Network").click()
        page.wait_for_url("**view=network**", timeout=PATIENCE)
        assert page.locator("svg.network .box").count() == 3
        assert page.locator("table").count() == 1
        assert taken(page, "PNG", tmp_path).name.endswith("-network.png")


def test_the_timeline_is_paged(visit):
    with visit() as visited:
        page = visited.open("pictures/timeline")
        first = page.locator("#picture tbody tr").first.inner_text()
        page.get_by_role("link", name="Further rows").click()
        page.wait_for_url("**from=40", timeout=PATIENCE)
        assert page.locator("#picture tbody tr").first.inner_text() != first
        page.get_by_role("link", name="Earlier rows").click()
        page.wait_for_url("**/pictures/timeline", timeout=PATIENCE)
        assert page.locator("#picture tbody tr").first.inner_text() == first
