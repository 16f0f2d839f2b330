"""The programs that the query page offers give the answer of the page."""

from __future__ import annotations

import subprocess
import sys

import pytest
from starlette.requests import Request

from demarche_server.pages import recipes

QUERIES = [
    "SELECT ?o { <https://w3id.org/demarche/id/rudolf> ?p ?o }",
    "SELECT ?o\nWHERE { BIND('it\\'s \"q\" \\\\ $HOME' AS ?o) }",
    'SELECT ?o { BIND("@file" AS ?o) } # ends with "',
]


def recipe(server, name: str, query: str) -> str:
    host = server.url.removeprefix("http://").rstrip("/")
    scope = {"type": "http", "scheme": "http", "path": "/", "server": None}
    request = Request(scope | {"headers": [(b"host", host.encode())]})
    return next(one.code for one in recipes.of(request, query, "SELECT") if one.name == name)


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
