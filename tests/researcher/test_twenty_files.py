"""From twenty files of her own to a SPARQL answer over claims she reviewed: a researcher's way.

All of it by the command line, from an empty home, and the answer over HTTP too.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from cli.conftest import script  # noqa: F401 - a fixture
from httpx import Client
from researcher.files import write_files
from server.running_server import Running, start, stop

from demarche_ontology import terms
from demarche_store.home import Home

WHO_TO_WHOM = """
SELECT ?outlet ?actorName ?category ?recipientName ?day WHERE {
  ?claim a dem:EventClaim ; dem:reviewStatus voc:review-accepted ;
    dem:attributedTo/skos:prefLabel ?outlet ; dem:category/skos:notation ?category ;
    dem:actor/skos:prefLabel ?actorName ; dem:recipient/skos:prefLabel ?recipientName ;
    dem:inDocument/dem:edtf ?day .
} ORDER BY ?outlet ?actorName ?category ?recipientName
"""
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in terms.PREFIXES.items())


class Desk:
    """A home and the console script."""

    def __init__(self, run, home: Path) -> None:
        self._run = run
        self.home = home

    def __call__(self, *arguments: object) -> str:
        done = self._run(*arguments, home=self.home)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def listed(self, *options: str) -> list[dict]:
        told = self("review", "--list", "--json", *options)
        return [json.loads(line) for line in told.splitlines()]


def found(rows: list[dict], category: str, words: str) -> str:
    """The IRI of the candidate of this category whose passage has these words."""
    (one,) = [
        row
        for row in rows
        if words in row["passage"] and row["record"].get("event", {}).get("category") == category
    ]
    return one["claim"]


@pytest.fixture(scope="module")
def desk(script, tmp_path_factory) -> Desk:  # noqa: F811
    """A home in which the files were ingested, and seven candidates judged."""
    folder = tmp_path_factory.mktemp("researcher")
    files = write_files(folder / "files")
    assert len(list(files.iterdir())) == 20
    assert {path.suffix for path in files.iterdir()} == {".txt", ".html", ".docx", ".csv"}
    desk = Desk(script, folder / "home")
    report = json.loads(desk("ingest", files, "--workers", 1, "--json"))
    assert report["documents"]["new"] == 24, "a row of a table is a document"
    rows = desk.listed()
    accepted = (
        found(rows, "accuse", "Chile accused Ecuador"),  # a table
        found(rows, "support", "Tanzania thanked Uganda"),  # a page
        found(rows, "request", "Tanzania asked Kenya"),  # a Word file
        found(rows, "aid", "Peru sent engineers"),
    )
    rejected = found(rows, "request", "Tonga asked Samoa")
    wrong = found(rows, "request", "Ghana urged Togo")
    sheet = folder / "claim.yaml"
    sheet.write_text(
        re.sub("category: request", "category: threaten", desk("review", "--show", wrong)),
        encoding="utf-8",
    )
    desk(
        *("review", "--coder", "A. Researcher", "--workers", 1, "--reject", rejected),
        *(part for name in accepted for part in ("--accept", name)),
        *("--edit", f"{wrong}={sheet}", "--note", "read in the office"),
    )
    desk("texts", "add", "--archive")
    return desk


def rows_of(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))


EXPECTED = [
    ("Andes Wire", "Chile", "ACCUSE", "Ecuador", "2031-07-06"),
    ("Andes Wire", "Peru", "AID", "Bolivia", "2031-07-04"),
    ("Dodoma Gazette", "Tanzania", "REQUEST", "Kenya", "2031-08-11"),
    ("Kampala Times", "Tanzania", "SUPPORT", "Uganda", "2031-05-09"),
]


def test_a_query_answers_with_what_was_reviewed(desk: Desk, tmp_path: Path):
    query = tmp_path / "who.rq"
    query.write_text(PREFIXES + WHO_TO_WHOM, encoding="utf-8")
    rows = rows_of(desk("query", query, "--format", "csv"))
    assert [tuple(row.values()) for row in rows if row["category"] != "THREATEN"] == EXPECTED
    assert [row["actorName"] for row in rows if row["category"] == "THREATEN"] == ["Ghana"]


def test_nothing_that_was_not_accepted_is_in_the_answer(desk: Desk):
    waiting = desk.listed()
    assert len(waiting) > 20
    assert {row["status"] for row in waiting} == {"candidate"}
    names = {row["claim"] for row in waiting} | {
        row["claim"] for row in desk.listed("--all") if row["status"] == "rejected"
    }
    with Home(desk.home).open() as view:
        told = {row[0].value for row in view.query("SELECT DISTINCT ?s { ?s ?p ?o }").rows()}
    assert not told & {f"{terms.ID}{name}" for name in names}


def test_the_derived_graph_rests_on_reviewed_claims(desk: Desk):
    query = f"""{PREFIXES}SELECT DISTINCT ?status {{
      GRAPH <{terms.derived_graph("default").value}> {{
        ?s a dem:DerivedStatement ; prov:wasDerivedFrom ?claim
      }}
      ?claim dem:reviewStatus ?status
    }}"""
    with Home(desk.home).open() as view:
        rows = view.query(query).rows()
        assert [row[0].value for row in rows] == [terms.concept("review", "accepted").value]


@pytest.fixture(scope="module")
def server(desk: Desk):
    server = start(desk.home, None, texts_for="everyone")
    yield server
    stop(server)


def test_the_same_answer_comes_over_http(server: Running):
    with Client(base_url=server.url) as client:
        answer = client.get(
            "/sparql", params={"query": PREFIXES + WHO_TO_WHOM}, headers={"Accept": "text/csv"}
        )
    assert answer.status_code == 200
    rows = rows_of(answer.text)
    assert [tuple(row.values()) for row in rows if row["category"] != "THREATEN"] == EXPECTED


def test_pages_show_reviewed_claims_with_their_passages(desk: Desk, server: Running):
    rows = desk.listed("--all")
    (claim,) = [row for row in rows if "Tanzania thanked Uganda" in row["passage"]]
    with Client(base_url=server.url, headers={"Accept": "text/html"}) as client:
        page = client.get(f"/id/{claim['claim']}", follow_redirects=True)
        document = client.get(f"/id/document-{claim['document'][:12]}", follow_redirects=True)
    assert page.status_code == document.status_code == 200
    for shown in (page.text, document.text):
        assert "Tanzania thanked Uganda" in re.sub(r"<[^>]+>", "", shown)


def test_asked_again_nothing_is_done(desk: Desk):
    again = json.loads(desk("ingest", desk.home.parent / "files", "--workers", 1, "--json"))
    assert again["documents"]["new"] == 0
    before = Home(desk.home).current()
    told = json.loads(desk("review", "--reject", desk.listed()[0]["claim"], "--json"))
    assert (told["decisions"], told["changed"]) == (1, [])
    assert Home(desk.home).current() == before
