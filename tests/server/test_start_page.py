"""The first page: the question that leads answers, the page stands whatever the graph answers."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import subprocess
from dataclasses import replace
from html import unescape
from types import SimpleNamespace

import httpx
import pytest

from demarche_ontology.competency import THEMES, competency_queries
from demarche_ontology.errors import BusyError
from demarche_server.app import create_app
from demarche_server.pages import citing, kept
from demarche_server.pages.front.start_page import COLUMNS
from demarche_server.pages.kept import AGAIN_SECONDS, COMMITS, Kept
from demarche_server.run import HomeSource
from demarche_server.settings import Settings

DEFAULTS = Settings()
HEADLINE = "csto-members-backing-azerbaijan"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Have pages wait for what they could do without: the machine may be busy."""
    monkeypatch.setattr(kept, "WAIT_SECONDS", 60.0)


async def pages(home, paths, settings=DEFAULTS, examples=None) -> list[httpx.Response]:
    """What an application answers, without a server around it."""
    app = create_app(settings, HomeSource(home, None, settings), examples)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
    async with app.router.lifespan_context(app), client:
        return [await client.get(path, headers={"accept": "text/html"}) for path in paths]


def start(home, **options) -> str:
    (answer,) = asyncio.run(pages(home, ["/"], **options))
    assert answer.status_code == 200
    return answer.text


def body(html: str) -> list[list[str]]:
    """The cells of the table, as HTML."""
    rows = re.findall(r"<tr>(.*?)</tr>", html.partition("<tbody>")[2], re.DOTALL)
    return [re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL) for row in rows]


# --- The question that leads -----------------------------------------------------------------


def test_the_leading_question_is_answered_with_links_to_its_claims(seed_home):
    html = start(seed_home)
    (query,) = [one for one in competency_queries() if one.name == HEADLINE]
    with seed_home.open() as view:
        answer = view.query(query.text)
        place = answer.variables.index("claim")
        claims = [row[place].value.rpartition("/")[2] for row in answer.rows()]
    shown = body(html)
    assert len(shown) == len(claims) > 0
    assert all(len(row) == COLUMNS for row in shown)
    for cells, claim in zip(shown, claims, strict=True):
        links = [cell for cell in cells if "<a href=" in cell]
        assert f'href="/id/{claim}"' in links[-1]
        assert len(links) == COLUMNS - 1  # all but the date
    assert f"/query?example={HEADLINE}" in html
    assert f"commit <code>{seed_home.current().id}</code> answers" in html


def test_a_graph_without_an_answer_shows_the_question_alone(home):
    html = start(home)
    assert f"/query?example={HEADLINE}" in html
    assert "<table" not in html


def test_a_server_without_that_question_has_no_leading_one(home):
    html = start(home, settings=Settings(first_example="another"))
    assert 'id="question"' not in html
    assert start(home, examples=()).count("/query?example=") == 0


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p }", "SELECT * { SERVICE <urn:x> {} }"])
def test_the_page_stands_though_the_question_fails(home, text):
    (one, *_) = competency_queries()
    faulty = replace(one, name="faulty", title="A question that fails", text=text)
    html = start(home, settings=Settings(first_example="faulty"), examples=[faulty])
    assert "A question that fails" in html
    assert "<table" not in html
    assert "2</a>" in html  # the numbers are there


def test_questions_are_ordered_by_theme_here_and_on_the_query_page(home):
    for answer in asyncio.run(pages(home, ["/", "/query"])):
        found = re.findall(r"<h3>(.*?)</h3>", answer.text)
        assert [unescape(theme) for theme in found] == list(THEMES.values())


def test_the_index_of_names_is_made_when_the_page_is_looked_at(home):
    async def prepared() -> bool:
        settings = Settings()
        app = create_app(settings, HomeSource(home, None, settings))
        asked = []
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
        async with app.router.lifespan_context(app), client:
            app.state.searching = SimpleNamespace(prepare=asked.append)
            await client.get("/")
        return [info.id for info in asked] == [home.current().id]

    assert asyncio.run(prepared())


def test_the_line_for_curl_runs(server):
    html = httpx.get(server.url).text
    (line,) = re.findall(r"<code>(curl .*?)</code>", html)
    done = subprocess.run(
        [*shlex.split(unescape(line)), "--fail", "--silent", "--show-error"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout.splitlines()) == 11


# --- The data set, for programs --------------------------------------------------------------


def described(html: str) -> dict:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    found: dict = json.loads(block)
    return found


def test_the_data_set_is_described_in_the_words_of_schema_org(seed_home):
    answers = asyncio.run(pages(seed_home, ["/", "/dataset.html"]))
    data, again = (described(answer.text) for answer in answers)
    assert data == again
    commit = seed_home.current()
    assert data["@type"] == "Dataset"
    assert data["@id"] == "https://w3id.org/demarche/dataset"
    assert data["license"] == Settings().license
    assert data["version"] == commit.id
    assert f"sha256:{commit.rdfc10}" in data["identifier"]
    assert commit.id in data["citation"]
    assert 50 <= len(data["description"]) <= 5000  # what Google's Dataset Search takes


def test_its_distributions_are_there_in_the_formats_they_name(server):
    downloads = described(httpx.get(server.url).text)["distribution"]
    assert len(downloads) >= 4
    for one in downloads:
        answer = httpx.get(one["contentUrl"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == one["encodingFormat"]


@pytest.mark.parametrize("path", ["", "about"])
def test_as_of_a_release_it_is_that_release_that_is_taken_away(server, path):
    page = httpx.get(f"{server.url}{path}", params={"release": "first-light"}).text
    downloads = described(page)["distribution"]
    assert all("release=first-light" in one["contentUrl"] for one in downloads)
    assert httpx.get(downloads[0]["contentUrl"]).status_code == 200
    if not path:
        (line,) = re.findall(r"<code>(curl .*?)</code>", page)
        assert "release=first-light" in unescape(line)
        command = [*shlex.split(unescape(line)), "--fail", "--silent", "--show-error"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert len(done.stdout.splitlines()) == 11


def test_other_peoples_data_is_not_given_our_licence(home):
    data = described(start(home))
    assert "license" not in data
    assert data["@id"] == "http://here/.well-known/void#dataset"


def test_the_data_set_is_cited_by_release_and_digest(home):
    info = replace(home.current(), release="2026_11")
    cited = citing.DatasetCitation.of("A & B", "http://here", info)
    assert "release 2026_11, commit" in cited.reference()
    assert info.rdfc10 in cited.reference()
    assert cited.bibtex().startswith("@misc{demarche-2026_11,\n  author = {{A \\& B}},")
    assert r"version = {release 2026\_11, commit" in cited.bibtex()


# --- What is kept ----------------------------------------------------------------------------


class Making:
    """Makes answers, or fails as long as `fails`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: BaseException | None = None
        self.now = 0.0

    async def make(self, engine) -> str:
        self.asked.append(engine.info.id)
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails
        return f"of {engine.info.id}"


def engine(commit: str):
    return SimpleNamespace(info=SimpleNamespace(id=commit))


def test_what_is_kept_is_asked_once_for_each_commit_however_many_want_it():
    async def run(making: Making) -> list[str | None]:
        kept = Kept(making.make)
        return await asyncio.gather(*(kept.of(engine(c)) for c in "aabab"))

    making = Making()
    assert asyncio.run(run(making)) == ["of a", "of a", "of b", "of a", "of b"]
    assert sorted(making.asked) == ["a", "b"]


def test_a_failure_costs_the_part_and_is_tried_again_later():
    async def run(making: Making) -> None:
        kept = Kept(making.make, clock=lambda: making.now)
        making.fails = BusyError("busy")
        assert await kept.of(engine("a")) is None
        making.fails = None
        assert await kept.of(engine("a")) is None
        making.now = AGAIN_SECONDS + 1
        assert await kept.of(engine("a")) == "of a"

    asyncio.run(run(Making()))


def test_what_takes_too_long_is_ended():
    ended = []

    async def forever(_) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)
        return ""

    assert asyncio.run(Kept(forever, seconds=0.01).of(engine("a"))) is None
    assert ended == [True]


def test_a_fault_of_the_program_is_not_hushed_up():
    making = Making()
    making.fails = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Kept(making.make).of(engine("a")))


def test_old_commits_are_forgotten():
    async def run(making: Making) -> None:
        kept = Kept(making.make)
        for commit in range(COMMITS + 1):
            await kept.of(engine(str(commit)))
        await kept.of(engine("0"))

    making = Making()
    asyncio.run(run(making))
    assert making.asked.count("0") == 2
