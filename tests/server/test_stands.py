"""The pages of positions and issues: sides by policy, certainty and voice, and the chart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode
from server.running_server import Running, start, stop, triples

from demarche_server.pages.dates import parsed
from demarche_server.pages.drawing.chart import Dated, chart
from demarche_server.pages.drawing.scale import LABELS, WIDTH
from demarche_store.home import Home

BORDERS = "id/position-accession-within-un-recognised-borders.html"
CRIMEA = "id/position-crimea-part-of-russia.html"


@pytest.fixture(scope="module")
def served(seed_server: Running) -> Running:
    return seed_server


def page(served: Running, path: str, **asked: str) -> str:
    answer = httpx.get(served.url + path, params=asked or None, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.text


def sides(html: str) -> set[tuple[str, str]]:
    """Who stands on which side, of the first table of the page about a position."""
    table = html.split('id="sides"')[1].split("</table>", maxsplit=1)[0]
    rows = re.findall(r'<tr role="row"><td.*?</ul></td></tr>', table, re.DOTALL)
    return {(re.findall(r">([^<]+)</a>", row)[0], side_of(row)) for row in rows}


def side_of(row: str) -> str:
    return re.findall(r'class="side (\w+)"', row)[0]


def derived(served: Running, policy: str, position: str) -> set[tuple[str, str]]:
    query = f"""
PREFIX dem: <https://w3id.org/demarche/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?label ?side {{
  GRAPH <https://w3id.org/demarche/graph/derived/{policy}> {{
    ?who ?p <https://w3id.org/demarche/{position.removesuffix(".html")}>
    VALUES (?p ?side) {{ (dem:supports "supports") (dem:opposes "opposes") }} }}
  ?who skos:prefLabel ?label FILTER(LANG(?label) = "en") }}"""
    rows = served.ask(query, format="json").json()["results"]["bindings"]
    return {(row["label"]["value"], row["side"]["value"]) for row in rows}


MANY = 1200
PREFIXES = """
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix id: <https://w3id.org/demarche/id/> .
@prefix voc: <https://w3id.org/demarche/vocabulary/> .
"""


@pytest.fixture(scope="module")
def crowded(tmp_path_factory) -> Iterator[Running]:
    """A position that more claims bear on than one page shows, of seven actors and two sources."""
    claims = "\n".join(
        f"id:claim-{n} a dem:Claim ; dem:position id:p ; dem:stanceActor id:actor-{n % 7} ;"
        f" dem:stanceValue voc:stance-supports ; dem:attributedTo id:paper, id:agency ;"
        f" dem:modality voc:modality-actual ; dem:polarity voc:polarity-positive ;"
        f" dem:certainty voc:certainty-certain ; dem:voice voc:voice-author ."
        for n in range(MANY)
    )
    home = Home(tmp_path_factory.mktemp("crowded"))
    with home.writer("a test") as writer:
        graph = NamedNode("urn:g")
        writer.replace_graph(graph, triples(f"{PREFIXES} id:p a dem:Position . {claims}"), "seeds")
        writer.commit("for the tests", "digest", [graph])
    running = start(home.path, None)
    yield running
    stop(running)


def test_more_claims_than_a_page_shows_are_paged_through(crowded):
    found: list[str] = []
    path, pages = "id/p.html?policy=none", 0
    while path:
        text = page(crowded, path)
        here = set(re.findall(r'href="/id/(claim-\d+)"', text))
        assert not here & set(found)
        found += here
        further = re.search(r'href="([^"]+)" rel="next"', text)
        path = f"id/p.html{unescape(further[1])}" if further else ""
        pages += 1
    assert pages == 3
    assert len(found) == MANY


def test_the_pages_lead_back(crowded):
    text = page(crowded, "id/p.html?policy=none&from=500")
    assert re.search(r'href="[^"]*from=0" rel="prev"', text)
    assert "from number 501 on" in text
    assert "Further claims" not in page(crowded, "id/p.html?policy=none&from=1000")
    assert "Nobody, by the claims of this page." in page(crowded, "id/p.html?policy=none&from=9000")


@pytest.mark.parametrize("policy", ["default", "with-comments"])
@pytest.mark.parametrize("path", [BORDERS, CRIMEA])
def test_the_sides_are_those_that_the_policy_derives(served, policy, path):
    wanted = derived(served, policy, path)
    assert sides(page(served, path, policy=policy)) == wanted
    if policy == "with-comments":
        assert len(wanted) > len(derived(served, "default", path))


def test_every_row_has_its_claims_and_every_claim_its_link(served):
    html = page(served, BORDERS)
    for row in re.findall(r'<tr role="row"><td.*?</ul></td></tr>', html, re.DOTALL):
        assert re.search(r'href="/id/claim-[0-9a-f]{16}"', row)


def test_without_a_policy_every_claim_counts_as_it_was_made(served):
    html = page(served, BORDERS, policy="none")
    claims = set(re.findall(r"/id/(claim-[0-9a-f]{16})", html))
    query = f"""SELECT ?c {{ ?c <https://w3id.org/demarche/ontology#position>
      <https://w3id.org/demarche/{BORDERS.removesuffix(".html")}> }}"""
    rows = served.ask(query, format="csv").text.splitlines()[1:]
    assert claims == {row.rpartition("/")[2] for row in rows}
    assert len(claims) > 10


def test_comments_can_be_left_out_or_looked_at_alone(served):
    without = page(served, BORDERS, policy="none", comments="without")
    only = page(served, BORDERS, policy="none", comments="only")
    assert ", reader comment</span>" not in without
    behind = re.findall(r'<li><a href="/id/claim.*?</li>', only, re.DOTALL)
    assert behind
    assert all("reader comment" in one for one in behind)


def test_certainty_narrows(served):
    path = "id/issue-status-of-crimea.html"
    counts = [
        len(re.findall(r"/id/claim-", page(served, path, policy="none", certainty=c)))
        for c in ("any", "probable", "certain")
    ]
    assert counts[0] >= counts[1] >= counts[2] > 0


def test_what_cannot_be_chosen_counts_as_not_chosen(served):
    asked = {"policy": "<script>", "certainty": "x", "comments": "'"}
    html = page(served, BORDERS, **asked)
    assert "<script>" not in html
    assert sides(html) == sides(page(served, BORDERS))


def test_an_issue_shows_all_its_positions_and_which_exclude_each_other(served):
    html = page(served, "id/issue-enclaves.html", policy="none")
    assert "The enclaves belong to Armenia" in html
    assert "The enclaves belong to Azerbaijan" in html
    assert html.count("Cannot hold beside") == 2


def test_a_position_shows_what_it_excludes(served):
    html = page(served, CRIMEA)
    assert "Positions it excludes" in html
    assert 'href="/id/position-crimea-part-of-ukraine"' in html


def test_the_chart_has_no_script_no_style_attribute_and_a_twin(served):
    html = page(served, BORDERS)
    svg = re.search(r"<svg.*?</svg>", html, re.DOTALL)[0]
    assert " style=" not in svg
    assert 'role="img"' in svg
    told = re.findall(r"<title>(\d+) claims?, [0-9-]+", svg)
    assert sum(map(int, told)) >= len(sides(html))


days = st.dates(date(1, 1, 1), date(9999, 12, 31))
drawn = st.builds(
    lambda row, kind, first, length: Dated(
        row, kind, first, first + timedelta(days=min(length, (date.max - first).days))
    ),
    st.text(max_size=60),
    st.sampled_from(["supports", "opposes", "neutral"]),
    days,
    st.integers(0, 4000),
)


@given(st.lists(drawn, max_size=12))
def test_everything_is_drawn_inside_the_chart(claims):
    made = chart(claims)
    if not claims:
        assert made is None
        return
    assert {row.label for row in made.rows} >= {c.row for c in claims if len(c.row) <= 17}
    for row in made.rows:
        for mark in row.marks:
            assert LABELS <= mark.left <= mark.right <= WIDTH
            assert 0 < mark.y < made.height
    assert len(made.ticks) <= 12
    assert all(LABELS <= tick.x <= WIDTH for tick in made.ticks)


def test_days_beyond_the_calendar_are_not_drawn():
    assert parsed("2014-05-29") == date(2014, 5, 29)
    assert parsed("-0044-03-15") is None
    assert parsed("") is None
