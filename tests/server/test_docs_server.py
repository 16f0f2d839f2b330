"""docs/server.md says all there is, and what it says is so: its examples run, its tables hold."""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from rdflib import Graph
from server.running_server import build, start, stop
from typer.main import get_command

from demarche.cli.app import app as cli
from demarche_server import candidates, endpoint, graph_store, problems, protocol, run
from demarche_server.app import create_app
from demarche_server.pages import cells, labels
from demarche_server.pages.query import query_page, shares
from demarche_server.pages.query.views import TABLE, VIEWS
from demarche_server.run import HomeSource
from demarche_server.settings import Settings
from demarche_server.tokens import Tokens
from demarche_store.formats import GRAPH_FORMATS, RESULT_FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "server.md").read_text(encoding="utf-8")
LOCAL = "http://127.0.0.1:7878"
RSCRIPT = shutil.which("Rscript")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """The commands of the console blocks, continuation lines joined."""
    lines = "\n".join(blocks("console")).replace("\\\n", " ").splitlines()
    return [line[2:] for line in lines if line.startswith("$ ")]


CURL = [command for command in commands() if command.startswith("curl")]
DEMARCHE = [command for command in commands() if command.startswith("demarche")]


def section(heading: str) -> str:
    """The text under a heading, up to the next."""
    return re.split(r"^#+ ", PAGE.split(f"# {heading}\n")[1], flags=re.MULTILINE)[0]


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a text: their rows as cells, headings left out."""
    found = re.findall(r"^\| .*\n\| --- .*\n((?:\|.*\n)*)", text, re.MULTILINE)
    return [
        [[one.strip() for one in line.strip("|").split("|")] for line in rows.splitlines()]
        for rows in found
    ]


def table(heading: str, number: int = 0) -> list[list[str]]:
    return tables(section(heading))[number]


# --- Examples --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(seed_server):
    for _ in range(600):  # the index of names is made when it is first wanted
        if httpx.get(f"{seed_server.url}search?q=a", timeout=60).status_code == 200:
            break
        time.sleep(0.1)
    return seed_server


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with the files that the page has its readers write."""
    for name, text in re.findall(r"^```sparql (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def ran(words: list[str], folder: Path) -> str:
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def at(text: str, served) -> str:
    """An example, for the server of this test."""
    return text.replace(LOCAL, served.url.rstrip("/"))


def test_every_command_is_of_a_kind_that_is_tried():
    assert sorted(CURL + DEMARCHE) == sorted(commands())
    assert all(LOCAL in command for command in CURL)
    assert len(CURL) >= 6


@pytest.mark.parametrize("command", CURL)
def test_curl_examples_run(command, served, folder):
    words = [*shlex.split(at(command, served)), "--fail", "--silent", "--show-error"]
    out = ran(words, folder)
    files = [folder / name for name in re.findall(r"--output (\S+)", command)]
    assert out or files
    for file in files:
        if file.suffix == ".svg":
            assert len(list(ElementTree.parse(file).iter())) > 10
        else:
            assert len(Graph().parse(file, format="turtle")) > 0


WRITING = [
    line[2:]
    for line in "\n".join(blocks("console writing")).replace("\\\n", " ").splitlines()
    if line.startswith("$ ")
]


def test_writing_examples_run(tmp_path):
    home = build(tmp_path / "home")
    token = Tokens.of(home).create("anna", datetime.now(UTC))
    running = start(home.path, None)
    try:
        for command in WRITING:
            line = f"{at(command, running)} --fail --silent --show-error"
            done = subprocess.run(
                ["bash", "-c", line],
                env={**os.environ, "TOKEN": token},
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert done.returncode == 0, f"{command}\n{done.stderr}"
    finally:
        stop(running)
    assert len(WRITING) >= 4
    assert len(home.commits()) == 4
    assert "http://example.org/notes" in [graph.iri for graph in home.current().graphs]


def test_the_addresses_with_a_release_are_answered_from_it(tmp_path):
    home = build(tmp_path / "home")
    home.create_release("2024-1")
    running = start(home.path, None)
    try:
        addresses = [line.removeprefix("GET ") for line in "".join(blocks("http")).splitlines()]
        for address in addresses:
            while (answer := httpx.get(at(address, running), timeout=60)).status_code == 503:
                time.sleep(0.5)  # it is being worked out
            assert answer.status_code == 200
            if "release=" in address:
                assert answer.headers["demarche-release"] == "2024-1"
    finally:
        stop(running)
    assert len(addresses) == 5


def test_the_three_ways_to_send_a_query_get_the_same_answer(served, folder):
    asked = [command for command in CURL if "question.rq" in command]
    answers = [ran(shlex.split(at(command, served)), folder) for command in asked]
    assert len(answers) == 3
    assert len(set(answers)) == 1
    header, *rows = answers[0].splitlines()
    assert header == "claim,date,statement"
    assert rows


def test_the_commit_is_in_the_header_that_the_page_names(served, folder):
    (command,) = [command for command in CURL if "--head " in command]
    out = ran(shlex.split(at(command, served)), folder).lower()
    commit = httpx.get(served.url + "readyz").json()["commit"]
    assert f"demarche-commit: {commit}" in out


def test_the_graphs_of_the_example_are_those_of_the_commit(served, folder, seed_home):
    (command,) = [command for command in CURL if "GROUP BY ?graph" in command]
    rows = ran(shlex.split(at(command, served)), folder).splitlines()[1:]
    counted = dict(row.rsplit(",", 1) for row in rows)
    assert counted == {one.iri: str(one.triples) for one in seed_home.current().graphs}


@pytest.mark.parametrize("code", blocks("python"), ids=range(len(blocks("python"))))
def test_python_examples_run(code, served, folder):
    assert LOCAL in code
    (query,) = folder.glob("*.rq")
    rows = served.ask(query.read_text(), format="csv").text.splitlines()[1:]
    printed = ran([sys.executable, "-c", at(code, served)], folder).splitlines()
    assert len([line for line in printed if not line.startswith("commit ")]) == len(rows) > 0


@pytest.mark.parametrize("code", blocks("r"), ids=range(len(blocks("r"))))
def test_r_examples_run(code, served, folder):
    assert LOCAL in code
    if RSCRIPT is None:
        pytest.skip("Rscript is not installed")
    assert "library(" not in code, "R by itself is enough, as the text around it says"
    assert ran([RSCRIPT, "-e", at(code, served)], folder).strip()


@pytest.mark.skipif(RSCRIPT is None, reason="Rscript is not installed")
def test_r_sees_the_commit(served, folder):
    (code,) = [code for code in blocks("r") if "curlGetHeaders" in code]
    commit = httpx.get(served.url + "readyz").json()["commit"]
    assert ran([RSCRIPT, "-e", at(code, served)], folder).strip().endswith(commit)


def test_there_are_examples_for_python_and_r():
    assert len(blocks("python")) >= 3
    assert len(blocks("r")) >= 2


def test_the_address_for_spreadsheets_is_the_one_the_page_links_to(served):
    (address,) = (line for block in blocks("text") for line in block.splitlines())
    answer = httpx.get(at(address, served))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(answer.text.splitlines()) > 1
    query = httpx.URL(address).params["query"]
    shown = httpx.get(served.url + "query", params={"query": query}).text.replace("&amp;", "&")
    assert address.removeprefix(LOCAL) in shown


def test_the_server_of_the_operators_example_starts(home, tmp_path):
    (code,) = blocks("python operator")
    assert "/srv/demarche" in code
    code = code.replace("/srv/demarche", str(home.path)).replace("Settings(", "Settings(port=0, ")
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        url = process.stdout.readline().split()[-1]
        answer = httpx.get(url + "sparql", params={"query": "SELECT * {} LIMIT 1"})
        assert answer.headers["content-type"].startswith("text/csv")
        assert "Claims of our project" in httpx.get(url).text
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("command", DEMARCHE)
def test_serve_takes_the_options_of_the_examples(command):
    root = get_command(cli)
    _, name, *options = shlex.split(command)
    root.commands[name].make_context(name, options)


# --- Tables ----------------------------------------------------------------------------------


def test_every_route_is_documented_with_its_methods(home):
    app = create_app(Settings(), HomeSource(home, None, Settings()), examples=())
    routes = {route.path: route.methods for route in app.routes}
    routes[endpoint.PATH] = set(protocol.METHODS)
    routes[candidates.PATH] = set(protocol.METHODS)
    routes[graph_store.PATH] = set(graph_store.METHODS)
    documented = {row[0].strip("`"): set(row[1].split(", ")) for row in table("Addresses")}
    assert documented == routes


def test_every_setting_is_documented_with_its_default():
    documented = {row[0].strip("`"): row[1].strip("`") for row in table("Settings")}
    assert documented == {field.name: repr(field.default) for field in dataclasses.fields(Settings)}
    assert all(row[2] for row in table("Settings"))


def test_the_command_line_has_the_defaults_of_the_settings():
    options = {option.name: option.default for option in get_command(cli).commands["serve"].params}
    assert (options["host"], options["port"]) == (Settings().host, Settings().port)
    assert run.url(Settings().host, Settings().port).rstrip("/") == LOCAL


def test_every_kind_of_problem_is_documented_with_its_status():
    documented = [row[:3] for row in table("Errors", 1)]
    kinds = [*problems.KINDS.values(), problems.UNFORESEEN]
    assert documented == [[f"`{kind.slug}`", str(kind.status), kind.title] for kind in kinds]
    assert all(row[3] for row in table("Errors", 1))


def test_every_member_of_a_problem_is_documented():
    kind = problems.UNFORESEEN
    report = problems.ProblemReport(400, kind, "t", "d", "r", "id", 1, 1, ("o",), ({"file": ""},))
    report = dataclasses.replace(report, suggestions=(("urn:a", "a"),))
    members = set(json.loads(report.body()))
    documented = {name for row in table("Errors") for name in re.findall(r"`(\w+)`", row[0])}
    assert documented == members


def test_the_problem_shown_is_the_one_told(served):
    (shown,) = (json.loads(block) for block in blocks("json"))
    told = served.ask("SELECT * { ?s '").json()
    assert set(told) == set(shown)
    for member in set(shown) - {"requestId"}:
        assert shown[member] == told[member]


@pytest.mark.parametrize(
    ("status", "method", "address", "options"),
    [
        (400, "GET", "sparql?query=ASK{}&query=ASK{}", {}),
        (404, "GET", "nowhere", {}),
        (405, "DELETE", "sparql", {}),
        (413, "POST", "sparql", {"data": {"query": "#" * 60_000}}),
        (414, "GET", "sparql", {"params": {"query": "a" * 50_001}}),
        (415, "POST", "sparql", {"json": {}}),
        (405, "PATCH", "rdf-graph-store", {}),
    ],
)
def test_every_status_of_a_request_is_documented(status, method, address, options, server):
    answer = httpx.request(method, server.url + address, **options)
    assert answer.status_code == status
    assert answer.json()["type"] == "/problems#request"
    assert str(status) in [row[0] for row in table("Errors", 2)]


def test_no_status_of_a_request_is_missing():
    known = {400, *problems._REQUEST_TITLES}
    assert {int(row[0]) for row in table("Errors", 2)} == known


def test_formats_of_rows_are_those_there_are():
    expected = [[*_format(one), "yes" if one.boolean else "no"] for one in RESULT_FORMATS]
    assert table("Formats") == expected


def test_formats_of_graphs_are_those_there_are():
    assert table("Formats", 1) == [_format(one) for one in GRAPH_FORMATS]


def _format(one) -> list[str]:
    suffixes, aliases = ", ".join(map(_code, one.suffixes)), ", ".join(map(_code, one.aliases))
    return [_code(one.name), one.label, _code(one.media_type), suffixes, aliases]


def _code(text: str) -> str:
    return f"`{text}`"


@pytest.mark.parametrize("number", [0, 1])
def test_every_name_of_a_format_gets_what_the_table_says(number, server):
    query = ("SELECT * { ?s ?p ?o } LIMIT 1", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1")[number]
    for name, _, media_type, suffixes, *_ in table("Formats", number):
        for key in [name, media_type, *suffixes.split(", ")]:
            answer = server.ask(query, format=key.strip("`"))
            assert answer.headers["content-type"].partition(";")[0] == media_type.strip("`"), key


def test_every_parameter_is_documented():
    source = inspect.getsource(protocol)
    read = set(re.findall(r'_(?:one|all)\(pairs, "([a-z-]+)"\)', source)) - {"update"}
    asked = [*table("Asking"), *table("Writing")]
    assert {row[0].strip("`") for row in asked} == read
    (page, views) = tables(section("On the query page"))
    own = {"example", query_page.SHOW, query_page.VIEW, "format", shares.SHARE}
    assert {row[0].strip("`") for row in page} == own
    assert {row[0].strip("`") for row in views} - {""} == {*VIEWS} - {TABLE}
    assert f"`{query_page.NAMES}`" in section("On the query page")


def test_the_limits_are_those_there_are():
    words = " ".join(section("Limits").split())
    assert f"at most {protocol.MAX_FIELDS:,} parameters" in words
    assert f"{cells.LONGEST:,} characters of one value" in words
    assert f"labels for at most {labels.MOST:,} things" in words
    assert f"{run.GRACE_SECONDS} seconds" in section("Running a server")
