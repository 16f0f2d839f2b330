"""query: where a query comes from, what its answer is written in."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, QueryResultsFormat, parse_query_results

from demarche.cli import console
from demarche.cli.exits import Code
from demarche_ontology.competency import THEMES, competency_queries
from demarche_ontology.terms import GRAPH_REFERENCE
from demarche_store.formats import GRAPH_FORMATS
from demarche_store.home import Home

CLAIMS = """PREFIX dem: <https://w3id.org/demarche/ontology#>
SELECT ?claim ?statement ?none WHERE { ?claim dem:statement ?statement } ORDER BY ?statement"""
ALL_CLAIMS = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c FILTER(STRENDS(STR(?c), 'Claim')) }"


@pytest.fixture(scope="module")
def statements(norland_home):
    with norland_home.open() as view:
        return [(row[0].value, row[1].value) for row in view.query(CLAIMS).rows()]


def test_rows_are_csv_where_there_is_no_terminal(script, norland_home, statements):
    done = script("query", "-", home=norland_home, input=CLAIMS)
    assert done.returncode == 0
    header, *rows = csv.reader(io.StringIO(done.stdout))
    assert header == ["claim", "statement", "none"]
    assert [tuple(row[:2]) for row in rows] == statements
    assert len(rows) == 14


@pytest.mark.parametrize(
    ("name", "engine"),
    [
        ("json", QueryResultsFormat.JSON),
        ("xml", QueryResultsFormat.XML),
        ("tsv", QueryResultsFormat.TSV),
    ],
)
def test_rows_in_every_format(invoke, norland_home, statements, name, engine):
    result = invoke("query", "-", "--format", name, home=norland_home, input=CLAIMS)
    assert result.exit_code == 0
    found = parse_query_results(result.stdout_bytes, format=engine)
    assert [(row["claim"].value, row["statement"].value) for row in found] == statements


def test_a_table_shortens_iris_and_says_where_it_is_from(invoke, norland_home, statements):
    result = invoke("query", "-", "--format", "table", home=norland_home, input=CLAIMS)
    assert "│ id:claim-" in result.stdout
    assert "https://" not in result.stdout
    assert all(statement in result.stdout for _, statement in statements)
    assert result.stderr == f"14 rows\nfrom commit {norland_home.resolve().id}\n"


def test_a_table_cannot_steer_the_terminal(invoke, norland_home):
    query = 'SELECT ("a\\u001B[2Jb[red]\\u202Ec\\n" AS ?x) WHERE {}'
    result = invoke("query", "-", "--format", "table", home=norland_home, input=query)
    assert "\x1b" not in result.stdout
    assert "a<U+001B>[2Jb[red]<U+202E>c" in result.stdout


def test_rows_too_broad_for_the_terminal_become_blocks(capsys):
    header, rows = ["one", "two", "three", "four"], [["a" * 30, "b", "c", "d"]]
    console.table(header, rows, width=40)
    broad = capsys.readouterr().out
    assert broad.splitlines() == [
        "row 1", f"  one    {'a' * 30}", "  two    b", "  three  c", "  four   d"
    ]  # fmt: skip
    console.table(header, [["a", "b", "c", "d"]], width=40)
    assert "│ a   │" in capsys.readouterr().out


@pytest.mark.parametrize("known", GRAPH_FORMATS, ids=lambda known: known.name)
def test_triples_in_every_format(invoke, norland_home, known):
    result = invoke("query", "-", "--format", known.name, home=norland_home, input=ALL_CLAIMS)
    assert result.exit_code == 0
    dataset = rdflib.Dataset()
    dataset.parse(io.BytesIO(result.stdout_bytes), format=known.media_type)
    with norland_home.open() as view:
        expected = {(t.subject.value, t.object.value) for t in view.query(ALL_CLAIMS).triples()}
    assert {(str(s), str(o)) for s, _, o, _ in dataset.quads()} == expected
    assert len(expected) == 28


def test_triples_are_turtle_with_prefixes_where_there_is_no_terminal(invoke, norland_home):
    result = invoke("query", "-", home=norland_home, input=ALL_CLAIMS)
    assert result.stdout.startswith("@prefix ")
    assert " a dem:" in result.stdout


@pytest.mark.parametrize(
    ("query", "answer"), [("ASK {}", "true"), ("ASK { <a:b> ?p ?o }", "false")]
)
def test_a_boolean(invoke, norland_home, query, answer):
    assert invoke("query", "-", home=norland_home, input=query).stdout == f"{answer}\n"
    result = invoke("query", "-", "--format", "json", home=norland_home, input=query)
    assert json.loads(result.stdout)["boolean"] is (answer == "true")
    refused = invoke("query", "-", "--format", "csv", home=norland_home, input=query)
    assert refused.exit_code == Code.USAGE
    assert "choose one of: json, xml" in refused.stderr


def test_a_query_of_a_file_may_begin_with_a_byte_order_mark(invoke, norland_home, tmp_path):
    path = tmp_path / "question.rq"
    path.write_bytes("\ufeffASK {}".encode())
    assert invoke("query", path, home=norland_home).stdout == "true\n"
    path.write_bytes(b"ASK { }\n# caf\xe9")
    refused = invoke("query", path, home=norland_home)
    assert refused.exit_code == Code.INPUT
    assert f"{path}:2: not UTF-8" in refused.stderr


def test_every_packaged_query_is_listed_and_runs_by_its_name(invoke, seed_home):
    lines = invoke("query", "--list").stdout.splitlines()
    assert [line for line in lines if not line.startswith("  ")] == list(THEMES.values())
    listed = {line.split()[0] for line in lines if line.startswith("  ")}
    assert listed == {query.name for query in competency_queries()}
    result = invoke("query", "csto-members-backing-azerbaijan", home=seed_home)
    assert result.exit_code == 0
    assert "/id/kazakhstan," in result.stdout


@pytest.mark.parametrize(
    ("query", "code", "told"),
    [
        ("SELECT * WHERE {\n ?s ?p", Code.QUERY, "line 2"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", Code.QUERY, "commits never change"),
        ("SELECT * WHERE " + "{" * 300 + "}" * 300, Code.QUERY, "brackets of the query is 300"),
        ("SELECT (1 AS ?x) WHERE {} LIMIT x", Code.QUERY, "does not parse"),
        ("", Code.QUERY, "does not parse"),
    ],
)
def test_queries_that_cannot_be_answered(invoke, norland_home, query, code, told):
    result = invoke("query", "-", home=norland_home, input=query)
    assert result.exit_code == code
    assert told in result.stderr
    assert result.stdout == ""


def test_a_query_that_is_not_there(invoke, norland_home):
    result = invoke("query", "no-such-question", home=norland_home)
    assert result.exit_code == Code.INPUT
    assert "--list" in result.stderr
    assert invoke("query", home=norland_home).exit_code == Code.USAGE


def test_an_unknown_format(invoke, norland_home):
    result = invoke("query", "-", "--format", "xlsx", home=norland_home, input="ASK {}")
    assert result.exit_code == Code.USAGE


def test_several_from_clauses_are_one_set(invoke, tmp_path, norland):
    """The engine alone would count a triple once for every graph it is in."""
    home, names = Home(norland / "home"), [NamedNode("urn:a"), NamedNode("urn:b")]
    with home.writer("test") as writer:
        same = list(writer.triples(GRAPH_REFERENCE))[:5]
        for name in names:
            writer.replace_graph(name, same, "user")
        writer.commit("test", "test", names)
    query = "SELECT (COUNT(*) AS ?n) FROM <urn:a> FROM <urn:b> WHERE { ?s ?p ?o }"
    assert invoke("query", "-", home=home, input=query).stdout.splitlines() == ["n", "5"]


def test_no_graph_yet_and_no_such_release(invoke, norland_home, tmp_path):
    for place, release in ((tmp_path / "new", []), (norland_home, ["--release", "nix"])):
        result = invoke("query", "-", *release, home=place, input="ASK {}")
        assert result.exit_code == Code.UNKNOWN
        assert result.stderr.startswith("error: There is no ")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "command", [["query", "-"], ["export"], ["query", "-", "--format", "table"]]
)
def test_a_closed_pipe_is_quiet(norland_home, command):
    script = Path(sys.executable).with_name("demarche")
    process = subprocess.Popen(
        [str(script), "--home", str(norland_home.path), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    process.stdin.write(b"SELECT * WHERE { ?s ?p ?o }")
    process.stdin.close()
    said = process.stderr.read().decode()
    assert process.wait(timeout=120) == Code.PIPE_CLOSED
    assert "error" not in said.lower()
    assert "Traceback" not in said
