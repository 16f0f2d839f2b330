"""Pages: without JavaScript, with nothing from elsewhere, and inert whatever the graph holds."""

from __future__ import annotations

import subprocess
from html.parser import HTMLParser
from urllib.parse import quote, urljoin

import httpx
import pytest
from chromium import CHROMIUM
from hypothesis import given
from hypothesis import strategies as st
from server.running_server import MANY

from demarche_ontology.competency import competency_queries
from demarche_ontology.terms import PREFIXES
from demarche_server.pages.cells import LONGEST, Cell, cell, shorten, show, ticks
from demarche_server.pages.query.query_page import STARTER
from demarche_server.readers.tables import Term
from demarche_server.settings import Settings

HOSTILE = "SELECT ?o { <https://w3id.org/demarche/id/rudolf> ?p ?o }"


class Page(HTMLParser):
    """The elements of a page: (tag, attributes), and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data + " "

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(server, path: str = "", status: int = 200) -> Page:
    response = httpx.get(server.url + path, headers={"accept": "text/html"})
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    return Page(response.text)


def scripts(shown: Page) -> list[dict[str, str | None]]:
    """What a browser would run: data blocks are none."""
    return [one for one in shown.all("script") if one.get("type") != "application/ld+json"]


PATHS = [
    "",
    "query",
    "problems",
    "query?query=" + quote(HOSTILE),
    "query?query=" + quote("SELECT ?p { '"),
    "nowhere",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_inline_script_and_nothing_from_elsewhere(server, path):
    response = httpx.get(server.url + path, headers={"accept": "text/html"})
    shown = Page(response.text)
    for script in scripts(shown):
        assert str(script["src"]).startswith("/static/")
        assert httpx.get(urljoin(server.url, script["src"])).status_code == 200
    assert not shown.all("img")
    assert not shown.all("iframe")
    assert not [key for _, attributes in shown.elements for key in attributes if key[:2] == "on"]
    assert not [True for _, attributes in shown.elements if "style" in attributes]
    for link in shown.all("link"):
        assert httpx.get(urljoin(server.url, link["href"])).status_code == 200
        assert urljoin(server.url, link["href"]).startswith(server.url)


@pytest.mark.parametrize("path", PATHS)
def test_accessible(server, path):
    shown = Page(httpx.get(server.url + path, headers={"accept": "text/html"}).text)
    assert shown.all("html")[0]["lang"]
    assert len(shown.all("h1")) == 1
    assert len(shown.all("main")) == 1
    ids = [attributes["id"] for _, attributes in shown.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in shown.all("label")}
    assert {area["id"] for area in shown.all("textarea")} <= labelled
    refer = [a["aria-labelledby"] for _, a in shown.elements if "aria-labelledby" in a]
    assert set(refer) <= set(ids)


def test_landing(server):
    shown = page(server)
    text = " ".join(shown.words.split())
    for number in ("2 claims", "1 document", "2 actors"):
        label, value = number.split()[1], number.split()[0]
        assert f"{label} {value}" in text
    assert server.sparql in text
    assert "first-light" in text
    links = [a["href"] for a in shown.all("a")]
    for example in competency_queries():
        assert f"/query?example={example.name}" in links


def test_every_link_on_the_landing_page_works(server):
    for link in page(server).all("a"):
        address = urljoin(server.url, link["href"])
        assert address.startswith(server.url)
        answer = httpx.get(address, follow_redirects=True, timeout=60)
        assert answer.status_code == 200, address


def test_examples_run_from_their_link(server):
    for example in competency_queries():
        shown = page(server, f"query?example={example.name}")
        assert example.title in shown.words
        assert example.text.strip().splitlines()[-1] in shown.words
        assert "Answer" in shown.words
    page(server, "query?example=no-such-example", status=404)


def test_the_starter_runs(server):
    shown = page(server, "query?query=" + quote(STARTER))
    assert "2 rows" in shown.words
    assert "SELECT ?claim ?statement" in page(server, "query").words


def test_answers_of_every_form(server):
    assert "Yes" in page(server, "query?query=ASK{}").words
    described = page(
        server, "query?query=" + quote("DESCRIBE <https://w3id.org/demarche/id/rudolf>")
    )
    assert "6 triples" in described.words
    none = page(server, "query?query=" + quote("SELECT * { <urn:no> ?p ?o }"))
    assert "Nothing in this commit matches" in none.words


def test_downloads_hold_the_same_answer(server):
    shown = page(server, "query?query=" + quote(HOSTILE))
    downloads = [a for a in shown.all("a") if "download" in a]
    assert len(downloads) == 4
    for link in downloads:
        response = httpx.get(urljoin(server.url, link["href"]))
        assert response.status_code == 200
        assert response.headers["demarche-commit"] in link["download"]


def test_a_page_is_bounded_and_says_so(server):
    shown = page(server, "query?query=" + quote("SELECT ?s { ?s <urn:many:value> ?o }"))
    assert len(shown.all("td")) == Settings().page_rows < MANY
    assert "Only the first 1,000 rows are shown" in shown.words


def test_dataset_is_handed_on(server):
    graph = "urn:many"
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    shown = page(server, f"query?query={quote(query)}&default-graph-uri={graph}")
    assert str(MANY) in shown.words
    hidden = [a for a in shown.all("input") if a.get("name") == "default-graph-uri"]
    # By the form of the query, and by the choice of the release to ask.
    assert [a["value"] for a in hidden] == [graph, graph]
    csv = next(a["href"] for a in shown.all("a") if "format=csv" in (a["href"] or ""))
    assert httpx.get(urljoin(server.url, csv)).text.split() == ["n", str(MANY)]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT *\nWHERE { ?s ?p }", 400, "line 2"),
        ("SELECT * { SERVICE <http://x/> {} }", 403, "SERVICE is switched off"),
        ("DROP ALL", 403, "Updates are switched off"),
        ("SELECT </textarea><script>alert(1)</script>", 400, "What to do"),
    ],
)
def test_errors_stand_beside_the_query(server, query, status, words):
    shown = page(server, "query?query=" + quote(query), status=status)
    assert words in " ".join(shown.words.split())
    assert shown.all("textarea")
    assert all("src" in script for script in scripts(shown))


def test_hostile_values_are_text(server):
    shown = page(server, "query?query=" + quote(HOSTILE))
    assert "<script>document.title='owned'</script>" in shown.words
    schemes = {str(a["href"]).partition(":")[0] for a in shown.all("a") if ":" in str(a["href"])}
    assert "javascript" not in schemes


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_a_browser_shows_it(server, tmp_path):
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={tmp_path}", "--dump-dom"]
    command += [server.url + "query?query=" + quote(HOSTILE)]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "<title>Query · Demarche</title>" in dom
    assert "Rudolf" in dom


# --- Cells -----------------------------------------------------------------------------------


def test_shorten():
    assert shorten(PREFIXES["id"] + "csto") == "id:csto"
    assert shorten(PREFIXES["graph"] + "document/x") == PREFIXES["graph"] + "document/x"
    assert shorten(PREFIXES["id"]) == PREFIXES["id"]


@given(st.sampled_from(sorted(PREFIXES)), st.text(max_size=12))
def test_shortened_names_mean_the_same(prefix, local):
    iri = PREFIXES[prefix] + local
    short = shorten(iri)
    if short != iri:
        name, _, rest = short.partition(":")
        assert PREFIXES[name] + rest == iri


def test_cells():
    assert cell(None).text == ""
    assert cell(Term("iri", "javascript:alert(1)")).web == ""
    assert cell(Term("iri", "https://example.org/x")).web == "https://example.org/x"
    assert cell(Term("iri", PREFIXES["id"] + "a/b")).web == ""
    long = cell(Term("literal", "x" * (LONGEST + 5), datatype=PREFIXES["xsd"] + "string"))
    assert (len(long.text), long.cut, long.note) == (LONGEST, 5, "")
    assert cell(Term("literal", "1", datatype=PREFIXES["xsd"] + "integer")).note == "xsd:integer"


@given(
    *[st.text(alphabet="a<>&\"'/ ", max_size=6)] * 6,
    st.sampled_from(["iri", "label", "literal", "blank"]),
)
def test_whatever_a_cell_holds_is_text_and_attributes(text, title, note, path, web, root, kind):
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.tags: list[tuple[str, dict[str, str | None]]] = []
            self.texts: list[str] = []

        def handle_starttag(self, tag, attrs):
            self.tags.append((tag, dict(attrs)))

        def handle_data(self, data):
            self.texts.append(data)

    reader = Reader()
    reader.feed(str(show(Cell(kind, text, title, note, path, web, cut=1234), root)))
    reader.close()
    (tag, first), *others = reader.tags
    assert (tag, first.get("title", "")) == ("a" if path else "span", title)
    assert first.get("href", "") == (root + path if path else "")
    assert "".join(reader.texts).startswith(text)
    if path:
        assert [one["href"] for _, one in others] == ([web] if web else [])
    elif kind in ("literal", "blank"):
        assert [one["class"] for _, one in others] == ["note"] + (["tag"] if note else [])
        assert "1,234 more" in "".join(reader.texts)


@given(st.text(alphabet="a`<&", max_size=12))
def test_ticks_lose_nothing_and_open_nothing(text):
    html = str(ticks(text))
    plain = html.replace("<code>", "").replace("</code>", "")
    assert "<" not in plain
    paired = text.count("`") // 2 * 2
    assert plain.replace("&lt;", "<").replace("&amp;", "&") == text.replace("`", "", paired)
