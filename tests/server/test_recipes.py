"""The programs that the query page offers give the answer of the page."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from demarche_server.pages.query import recipes
from demarche_store.protocol import QueryForm

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


# --- R ---------------------------------------------------------------------------------------

RSCRIPT = shutil.which("Rscript")
HOSTILE = [
    *QUERIES,
    'SELECT ?o { BIND("\\") ; system(\\"id\\") #" AS ?o) }',
    "ASK { ?s ?p '\\u0022\\x41\t`$(id)`' }\r\n# \\",
    "ASK { ?s ?p 'Тоқаев \U0001f54a' }",
]
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def read_string(code: str, start: int) -> tuple[str, int]:
    """Read a string of R in double quotes as R does (R-lang, 10.3.1); returns it and its end."""
    assert code[start] == '"'
    text, at = "", start + 1
    while code[at] != '"':
        if code[at] == "\\":
            at += 1
            text += _ESCAPES[code[at]]
        else:
            text += code[at]
        at += 1
    return text, at + 1


def in_r(query: str, dataset=(), base: str = "http://here", form: QueryForm = "SELECT") -> str:
    host = base.removeprefix("http://").encode()
    scope = {"type": "http", "scheme": "http", "path": "/", "server": None}
    request = Request(scope | {"headers": [(b"host", host)]})
    return recipes.of(request, query, form, dataset)[2].code


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_query_is_one_string_of_r(text):
    code = in_r(text)
    found, end = read_string(code, code.index('query <- "') + len("query <- "))
    assert found == text
    assert code[end:].startswith("\nparameters <- c(query = query)\n")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_name_of_a_graph_is_one_string_of_r(text):
    code = in_r("ASK {}", [("default-graph-uri", text)])
    mark = "`default-graph-uri` = "
    found, end = read_string(code, code.index(mark) + len(mark))
    assert found == text
    assert code[end:].startswith(")\nvalues <- ")


@pytest.mark.skipif(RSCRIPT is None, reason="Rscript is not installed")
@pytest.mark.parametrize("query", HOSTILE)
def test_r_itself_reads_the_program_and_the_query_in_it(tmp_path, query):
    file, out = tmp_path / "program.R", tmp_path / "query"
    file.write_text(in_r(query, DATASET), encoding="utf-8")
    asked = f'''code <- parse("{file}", encoding = "UTF-8")
eval(code[[1]])
writeBin(charToRaw(enc2utf8(query)), "{out}")'''
    ran(str(RSCRIPT), "--vanilla", "-e", asked)
    assert out.read_bytes() == query.encode()


# Some 58,000 bytes in an address; 65,535 is the most that is taken.
LONG = f"SELECT ?o {{ VALUES ?o {{ {' '.join(f'<urn:{n:030}>' for n in range(1300))} }} }}"


def said_by_r(program: str, tmp_path) -> str:
    file = tmp_path / "program.R"
    file.write_text(program, encoding="utf-8")
    return ran(str(RSCRIPT), "--vanilla", "--encoding=UTF-8", str(file))


@pytest.mark.skipif(RSCRIPT is None, reason="Rscript is not installed")
@pytest.mark.parametrize(
    "query",
    [
        *QUERIES,
        "SELECT ?o { VALUES ?o { 'Тоқаев 🕊' '100%20' 'a&b=c+d, \"e\"' } }",
        LONG,
    ],
    ids=range(len(QUERIES) + 2),
)
def test_r_gets_the_rows_of_the_page(server, tmp_path, query):
    written = 'table <- read.csv(answer, encoding = "UTF-8")\nwriteLines(table$o, useBytes = TRUE)'
    code = recipe(server, "R", query)
    assert code.endswith('read.csv(answer, encoding = "UTF-8")\n')
    out = said_by_r(code.rsplit("\n", 2)[0] + "\n" + written, tmp_path)
    rows = server.ask(query).json()["results"]["bindings"]
    assert out.splitlines() == [row["o"]["value"] for row in rows]


@pytest.mark.skipif(RSCRIPT is None, reason="Rscript is not installed")
def test_r_asks_the_graphs_of_the_page(server, tmp_path):
    right = server.ask(COUNT, **dict(DATASET)).json()["results"]["bindings"]
    out = said_by_r(recipe(server, "R", COUNT, DATASET), tmp_path)
    assert out.split() == ["n", "1", right[0]["n"]["value"]]


@pytest.mark.skipif(RSCRIPT is None, reason="Rscript is not installed")
@pytest.mark.parametrize(
    ("form", "query", "accept"),
    [
        ("ASK", "ASK { ?s ?p 'Тоқаев' }", "application/sparql-results+json"),
        ("GRAPH", "CONSTRUCT { <urn:a> <urn:b> 'Тоқаев' } {}", "text/turtle"),
    ],
)
def test_r_shows_answers_that_are_no_table(server, tmp_path, form, query, accept):
    out = said_by_r(in_r(query, (), server.url.rstrip("/"), form), tmp_path)
    assert out.splitlines() == server.ask(query, accept).text.splitlines()


@pytest.mark.skipif(RSCRIPT is None, reason="Rscript is not installed")
def test_r_says_so_where_the_server_refuses(server, tmp_path):
    file = tmp_path / "program.R"
    file.write_text(recipe(server, "R", "SELECT nonsense"), encoding="utf-8")
    words = [str(RSCRIPT), "--vanilla", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode
    assert "400" in done.stderr
