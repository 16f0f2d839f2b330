"""/candidates/sparql answers about what nobody reviewed, and /sparql never does."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from server.running_server import Running, build, start, stop

from demarche_ingest.pipeline.ingesting import Job, ingest
from demarche_ingest.pipeline.recipe import Recipe
from demarche_store.home import Home

TEXT = "{who} asks Uganda\n\nThe Esker Post, 4 May 2031\n\n{who} asked Uganda to open the bridge.\n"
COUNT = (
    "PREFIX dem: <https://w3id.org/demarche/ontology#> SELECT (COUNT(*) AS ?n) WHERE {"
    " ?claim dem:reviewStatus <https://w3id.org/demarche/vocabulary/review-candidate> }"
)
JSON = {"Accept": "application/sparql-results+json"}


def put(home: Home, folder: Path, *states: str) -> str:
    folder.mkdir(exist_ok=True)
    for state in states:
        (folder / f"{state}.txt").write_text(TEXT.format(who=state), encoding="utf-8")
    recipe = Recipe(extractors=("ingest.tiny_extractor:make",))
    return ingest(home, Job((folder,), recipe, workers=0)).commit


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("candidates")
    home = build(folder / "home")
    running = start(home.path, None)
    yield home, running, folder / "texts"
    stop(running)


def count(server: Running, path: str) -> int:
    answer = httpx.get(f"{server.url}{path}", params={"query": COUNT}, headers=JSON, timeout=60)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_candidates_are_told_when_there_are_some(served) -> None:
    home, server, texts = served
    none = httpx.get(f"{server.url}candidates/sparql", params={"query": COUNT}, timeout=60)
    assert none.status_code == 404
    assert "nothing was ingested" in none.json()["detail"]
    commit = put(home, texts, "Kenya")
    answer = httpx.get(f"{server.url}candidates/sparql", params={"query": COUNT}, timeout=60)
    assert answer.headers["demarche-commit"] == commit
    assert count(server, "candidates/sparql") == 1
    assert count(server, "sparql") == 0
    put(home, texts, "Rwanda")
    for _ in range(120):
        if count(server, "candidates/sparql") == 2:
            break
        time.sleep(0.5)
    assert count(server, "candidates/sparql") == 2


@pytest.mark.parametrize(
    ("how", "status", "told"),
    [
        ({"params": {"query": "SELECT"}}, 400, "parse"),
        ({"params": {"query": COUNT, "release": "x"}}, 404, "x"),
        ({}, 400, "has no query"),
        ({"headers": {"Accept": "text/html"}}, 303, ""),
    ],
)
def test_what_cannot_be_answered_is_told(served, how, status, told) -> None:
    home, server, texts = served
    put(home, texts, "Kenya")
    answer = httpx.get(f"{server.url}candidates/sparql", timeout=60, **how)
    assert answer.status_code == status
    assert told in answer.text


def test_nothing_is_written_there(served) -> None:
    home, server, texts = served
    put(home, texts, "Kenya")
    update = {"update": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}
    answer = httpx.post(f"{server.url}candidates/sparql", data=update, timeout=60)
    assert answer.status_code == 403
    assert "not changed by updates" in answer.json()["detail"]
