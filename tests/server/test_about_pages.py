"""About: figures that are the graph's, and the documentation as pages."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from server.test_start_page import described, pages, patient  # noqa: F401  (a fixture)

from demarche_ontology.terms import PREFIXES
from demarche_server.pages.front.documents import LICENCES, document, render, titles
from demarche_server.pages.front.figures import FIGURES

ROOT = Path(__file__).parents[2]
NAMES = sorted([path.stem for path in (ROOT / "docs").glob("*.md")])


def about(home) -> str:
    (answer,) = asyncio.run(pages(home, ["/about"]))
    assert answer.status_code == 200
    return answer.text


# --- The overview ----------------------------------------------------------------------------


def test_the_figures_are_those_of_their_queries(seed_home):
    html = about(seed_home)
    queries = [
        parse_qs(urlsplit(unescape(link)).query)["query"][0]
        for link in re.findall(r'href="(/query\?query=[^"]*)"', html)
    ]
    assert queries == [figure.query for figure in FIGURES]
    tables = re.findall(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    with seed_home.open() as view:
        for figure, table in zip(FIGURES, tables, strict=True):
            answer = view.query(figure.query)
            assert len(answer.variables) == len(figure.columns)
            rows = list(answer.rows())
            assert rows
            shown = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
            assert len(shown) == min(len(rows), 25)
            for row, cells in zip(rows, shown, strict=False):
                last = re.findall(r"<td.*?>(?:<span.*?>)?(.*?)<", cells)[-1]
                assert last == row[-1].value, figure.name


def test_invented_statements_do_not_count(seed_home):
    (policies,) = [figure for figure in FIGURES if figure.name == "policies"]
    asked = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a dem:DerivedStatement }"
    with seed_home.open() as view:
        (row,) = view.query(f"PREFIX dem: <{PREFIXES['dem']}> {asked}").rows()
        counted = {one[0].value: one[2].value for one in view.query(policies.query).rows()}
    assert counted["https://w3id.org/demarche/id/policy-default"] == row[0].value


def test_other_peoples_data_gets_no_words_about_claims(home):
    html = about(home)
    assert "What is claimed" not in html
    assert "Whoever serves this data says under which licence" in html
    assert "license" not in described(html)


def test_the_overview_is_described_as_the_data_set(seed_home):
    html, first = (one.text for one in asyncio.run(pages(seed_home, ["/about", "/"])))
    assert described(html) == described(first)
    assert "How to cite it" in html


# --- Documents -------------------------------------------------------------------------------


def test_every_document_and_licence_has_a_page(home):
    names = [*NAMES, *(name for name, _ in LICENCES.values())]
    assert sorted(titles()) == sorted(names)
    for answer in asyncio.run(pages(home, [f"/about/{name}" for name in names])):
        assert answer.status_code == 200
        assert answer.text.count("<h1>") == 1
        assert " style=" not in answer.text
    (missing,) = asyncio.run(pages(home, ["/about/nothing"]))
    assert missing.status_code == 404
    assert "codebook" in missing.text


def test_links_between_documents_lead_to_their_pages_and_places():
    there = {name: document(name) for name in titles()}
    assert {name: one.title for name, one in there.items()} == titles()
    anchors = {name: set(re.findall(r' id="([^"]*)"', one.html)) for name, one in there.items()}
    links = [
        (name, unescape(link))
        for name, one in there.items()
        for link in re.findall(r'<a href="([^"]*)"', one.html)
    ]
    assert len(links) > 20
    for name, link in links:
        address, _, fragment = link.partition("#")
        if urlsplit(address).scheme:
            continue
        assert (address or name) in there, f"{name}: {link}"
        assert not fragment or fragment in anchors[address or name], f"{name}: {link}"


def test_what_documents_say_they_say_here():
    """Nothing is lost on the way: each word of each table and paragraph is on the page."""
    html = document("neutrality").html
    text = unescape(re.sub(r"<[^>]+>", "", html))
    assert "It attributes; it does not adjudicate." in text
    assert html.count("<table>") == 1
    assert "audit --" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# T\n<b onclick=x>bold</b>", "&lt;b onclick=x&gt;bold&lt;/b&gt;"),
        ("# T\n[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("# T\n[*x*](other.md#a-b)", '<a href="other#a-b"><em>x</em></a>'),
        ("# T\n[x](../seeds/y.yaml)", "<p>x</p>"),
        ("# T\n[x](../LICENSE-DATA)", '<a href="licence-data">x</a>'),
        ("# T\n[x](nowhere.md)", "<p>x</p>"),
        ("# T\n## A `b`, c\n## A b c", '<h2 id="a-b-c-1">'),
        ("# T\n| | b |\n| --- | ---: |\n| 1 | 2 |", '<td></td>\n<th scope="col">b</th>'),
        ("# T\n```\n<x>\n```", '<pre tabindex="0"><code>&lt;x&gt;\n</code></pre>'),
    ],
)
def test_markdown_becomes_html_that_is_inert(text, expected):
    rendered = render("here", text, {"here": "Here", "other": "Other"})
    assert rendered.title == "T"
    assert expected in rendered.html


def test_each_address_of_the_list_is_where_the_navigation_leads(server):
    with httpx.Client(base_url=server.url, timeout=60) as client:
        assert '<a href="/about">About</a>' in client.get("").text
        for name in titles():
            assert client.get(f"about/{name}").status_code == 200
