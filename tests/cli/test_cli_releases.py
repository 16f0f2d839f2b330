"""releases, release create, show and diff, prune; serve and publish over real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import typer
from pyoxigraph import Literal, NamedNode, Triple

from demarche.cli import publish
from demarche.cli.exits import Code
from demarche_ontology.terms import DEM, GRAPH_DEFAULT, GRAPH_REFERENCE, ID, RDF, SKOS
from demarche_store.endpoint import ENGINES
from demarche_store.home import Home

SCRIPT = Path(sys.executable).with_name("demarche")


@pytest.fixture
def home(norland):
    return Home(norland / "home")


def test_a_release_is_listed_shown_and_never_made_twice(invoke, home):
    commit = home.resolve()
    made = invoke("release", "create", "v1", "--description", "The first", home=home)
    assert (made.exit_code, made.stdout) == (0, f"release v1 is commit {commit.id}\n")
    listed = invoke("releases", home=home).stdout.splitlines()
    (line,) = [line for line in listed if line.startswith("v1 ")]
    assert line.split() == ["v1", commit.id, home.releases()[0].created.date().isoformat(),
                            commit.rdfc10]  # fmt: skip
    again = invoke("release", "create", "v1", home=home)
    assert again.exit_code == Code.STORE
    assert "never change" in again.stderr


def test_what_is_shown_is_the_manifest(invoke, home):
    invoke("release", "create", "v1", "--description", "The first", home=home)
    shown = invoke("release", "show", "v1", home=home).stdout
    commit = home.resolve("v1")
    for graph in commit.graphs:
        short = graph.iri.rpartition("/graph/")[2]
        (line,) = [line for line in shown.splitlines() if line.startswith(f"{short} ")]
        assert f"{graph.triples:,}" in line.split()
        assert graph.rdfc10 in line
    assert "about          The first\n" in shown
    citation = shown.splitlines()[-1]
    assert f"release v1 (commit {commit.id})" in citation
    assert commit.rdfc10 in citation
    found = json.loads(invoke("release", "show", "v1", "--json", home=home).stdout)
    assert found["rdfc10"] == commit.rdfc10


@pytest.mark.parametrize("name", ["nix", "0000", ".hidden", "000001-000000000000"])
def test_an_unknown_release(invoke, home, name):
    result = invoke("release", "show", name, home=home)
    assert result.exit_code == (0 if name == "0000" else Code.UNKNOWN)


@pytest.mark.parametrize("name", ["a b", "-x", "../x", ".x", "x" * 101, "000001-0123456789ab"])
def test_a_name_that_cannot_be(invoke, home, name):
    result = invoke("release", "create", "--", name, home=home)
    assert result.exit_code == Code.STORE
    assert "cannot name a release" in result.stderr
    assert home.releases() == ()


def test_listing_as_json_and_an_empty_home(invoke, home, tmp_path):
    invoke("release", "create", "v1", home=home)
    found = json.loads(invoke("releases", "--json", home=home).stdout)
    assert found["current"] == found["commits"][0]["id"] == found["releases"][0]["commit"]
    empty = invoke("releases", home=tmp_path / "new")
    assert (empty.exit_code, empty.stdout) == (0, "no commits yet\n")
    assert invoke("release", "create", "v1", home=tmp_path / "new").exit_code == Code.UNKNOWN


def test_what_differs_between_two_releases_is_told(invoke, home):
    invoke("release", "create", "v1", home=home)
    with home.writer("test") as writer:
        base = writer.base
        known = list(writer.triples(GRAPH_REFERENCE))
        person = [
            Triple(ID["somebody-new"], RDF["type"], DEM["Person"]),
            Triple(ID["somebody-new"], SKOS["prefLabel"], Literal("Somebody New", language="en")),
        ]
        writer.replace_graph(GRAPH_REFERENCE, [*known, *person], "seeds")
        writer.commit("test", "more", [NamedNode(iri) for iri in base.default_graphs])
    told = invoke("release", "diff", "v1", "--list", home=home).stdout
    lines = [line.split() for line in told.splitlines()]
    assert ["actor", "1", "0", "0", "0"] in lines
    assert ["reference", "2", "0"] in lines
    assert ["added", "actor", "Somebody", "New"] in lines
    assert "Somebody New" not in invoke("release", "diff", "v1", home=home).stdout
    found = json.loads(invoke("release", "diff", "v1", "--format", "json", home=home).stdout)
    assert (found["before"]["release"], found["counts"]["actor"]["added"]) == ("v1", 1)
    rows = invoke("release", "diff", "v1", "--format", "csv", home=home).stdout.splitlines()
    assert rows[1].startswith(f"actor,added,{ID['somebody-new'].value},Somebody New,")
    assert "nothing differs" in invoke("release", "diff", "v1", "v1", home=home).stdout
    assert invoke("release", "diff", "nix", home=home).exit_code == Code.UNKNOWN


def test_pruning_keeps_the_current_and_the_released(invoke, home):
    with home.writer("test") as writer:
        first = home.resolve()
        for digest in ("two", "three"):
            writer.commit("test", digest, [])
    invoke("release", "create", "v1", "--commit", first.id, home=home)
    kept = invoke("prune", "--keep-days", 3650, home=home)
    assert kept.stdout == "pruned 0 commits\n"
    time.sleep(1.1)  # commits are dated to the second, and younger than 0 days is not older
    ids = [commit.id for commit in home.commits()]
    pruned = invoke("prune", "--keep-days", 0, home=home)
    assert pruned.stdout == f"pruned 1 commit: {ids[1]}\n"
    assert [commit.id for commit in home.commits()] == [ids[0], ids[2]]
    assert invoke("prune", "--keep-days", -1, home=home).exit_code == Code.USAGE


# --- serve ---------------------------------------------------------------------------------------


def serving(home: Home, *options: str) -> subprocess.Popen:
    command = [str(SCRIPT), "--home", str(home.path), "serve", "--port", "0", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)


def test_serve_answers_until_it_is_told_to_stop(norland_home):
    process = serving(norland_home)
    line = process.stdout.readline()
    try:
        assert norland_home.resolve().id in line
        url = line.split()[-1]
        answer = httpx.get(f"{url}sparql", params={"query": "ASK { ?s ?p ?o }"})
        assert answer.json()["boolean"] is True
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said


def test_serve_tells_when_it_cannot(script, norland_home, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = script("serve", "--port", port, home=norland_home)
    assert refused.returncode == Code.SERVER
    assert f"port {port}" in refused.stderr
    for command, place in ((["--release", "nix"], norland_home), ([], tmp_path / "new")):
        done = script("serve", "--port", 0, *command, home=place)
        assert done.returncode == Code.UNKNOWN
        assert done.stdout == ""


# --- publish -------------------------------------------------------------------------------------


@pytest.fixture
def engine(tmp_path):
    """A real engine to publish to; yields its base address."""
    beside = SCRIPT.with_name("oxigraph")
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    if binary is None:
        pytest.skip("no oxigraph server installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [binary, "serve", "--location", str(tmp_path / "data"), "--bind", address]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            for _ in range(300):
                try:
                    httpx.get(f"http://{address}/")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield f"http://{address}"
        finally:
            process.kill()
            process.wait()


def test_publishing_copies_the_commit_and_then_has_nothing_to_do(invoke, norland_home, engine):
    first = invoke("publish", engine, "--engine", "oxigraph", home=norland_home)
    assert first.exit_code == 0, first.stderr
    commit = norland_home.resolve()
    assert first.stdout.startswith(f"published commit {commit.id}: {len(commit.graphs)} graphs ")
    query = {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"}
    answer = httpx.get(f"{engine}/query", params=query, headers={"Accept": "text/csv"})
    assert answer.text.split() == ["n", str(commit.default_graph_triples)]
    addresses = ["--update", f"{engine}/update", "--graph-store", f"{engine}/store"]
    again = invoke("publish", f"{engine}/query", *addresses, home=norland_home)
    assert (again.exit_code, again.stdout) == (0, f"unchanged: it holds commit {commit.id}\n")


def test_publishing_to_nobody(invoke, norland_home):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    for options in (["--engine", "oxigraph", "--timeout", 2], []):
        result = invoke("publish", address, *options, home=norland_home)
        assert result.exit_code == Code.STORE
        assert address in result.stderr


def test_the_engines_offered_are_those_there_are():
    assert set(publish.Engine.__args__) == set(ENGINES)


def test_what_is_given_takes_the_place_of_what_the_engine_usually_has():
    found = publish.endpoint_of("http://h:1/", "virtuoso", "http://h:1/mine", None, None)
    usual = ENGINES["virtuoso"]("http://h:1")
    assert (found.query, found.update) == (usual.query, "http://h:1/mine")
    assert (found.graph_store, found.default_graph) == (usual.graph_store, usual.default_graph)
    bare = publish.endpoint_of("http://h/sparql", None, None, "http://h/gsp", "default")
    assert (bare.query, bare.update, bare.graph_store) == ("http://h/sparql", "", "http://h/gsp")
    assert bare.default_graph == GRAPH_DEFAULT.value


def test_where_the_password_comes_from(tmp_path, monkeypatch):
    file = tmp_path / "password"
    file.write_text("of the file\nmore\n")
    environ = {publish.PASSWORD: "of the environment"}
    assert publish.password(file, environ) == "of the file"
    assert publish.password(None, environ) == "of the environment"
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        with pytest.raises(typer.BadParameter, match=publish.PASSWORD):
            publish.password(None, {})
