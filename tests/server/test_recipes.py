"""The programs that the query page offers give the answer of the page."""

from __future__ import annotations

import subprocess
import sys

import pytest
from starlette.requests import Request

from demarche_server.pages.query import recipes

QUERIES = [
    "SELECT ?o { <https://w3id.org/demarche/id/rudolf> ?p ?o }",
    "SELECT ?o\nWHERE { BIND('it\\'s \"q\" \\\\ $HOME' AS ?o) }",
    'SELECT ?o { BIND("@file" AS ?o) } # ends with "',
]


def recipe(server, name: str, query: str, dataset=()) -> str:
    host = server.url.removeprefix("http://").rstrip("/")
    scope = {"type": "http", "scheme": "http", "path": "/", "server": None}
    request = Request(scope | {"headers": [(b"host", host.encode())]})
    made = recipes.of(request, query, "SELECT", dataset)
    return next(one.code for one in made if one.name == name)


def ran(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("query", QUERIES)
def test_curl(server, query):
    out = ran("bash", "-c", recipe(server, "curl", query).replace("curl ", "curl -s ", 1))
    assert out.splitlines() == server.ask(query, "text/csv").text.splitlines()


@pytest.mark.parametrize("query", QUERIES)
def test_python(server, query):
    out = ran(sys.executable, "-c", recipe(server, "Python", query))
    assert out.strip() == repr(server.ask(query).json()["results"]["bindings"])


DATASET = [
    ("default-graph-uri", "https://w3id.org/demarche/graph/links"),
    ("named-graph-uri", "https://w3id.org/demarche/graph/reference"),
]
COUNT = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


def test_the_graphs_of_the_page_are_asked_too(server):
    right = server.ask(COUNT, **dict(DATASET)).json()["results"]["bindings"]
    assert right != server.ask(COUNT).json()["results"]["bindings"]
    assert ran(sys.executable, "-c", recipe(server, "Python", COUNT, DATASET)).strip() == repr(
        right
    )
    out = ran("bash", "-c", recipe(server, "curl", COUNT, DATASET).replace("curl ", "curl -s ", 1))
    assert out.split() == ["n", right[0]["n"]["value"]]
    in_r = recipe(server, "R", COUNT, DATASET)
    assert all(f'`{name}` = "{value}"' in in_r for name, value in DATASET)
