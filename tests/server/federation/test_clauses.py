"""Every clause that the engine would follow is found; what is not listed never gets through."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server.federation.others import ROWS, Other, other, says

from demarche_ontology.errors import FederationError, QueryRefusedError, QuerySyntaxError
from demarche_server import sparql
from demarche_server.sparql import service
from demarche_store.results import syntax_error

FAR = "http://far.example/sparql"
BOUNDS = sparql.Bounds(nesting=200, operators=1500, parts=800)
ADDRESSES = {
    FAR: "http://127.0.0.1:1/SECRET/QUERY/0",
    f"{FAR}2": "http://127.0.0.1:1/SECRET/QUERY/1",
}


def rewritten(text: str) -> str:
    return sparql.rewrite(text, ADDRESSES).text


# --- What is rewritten -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "clause",
    [
        f"SERVICE <{FAR}> {{}}",
        f"service<{FAR}>{{}}",
        f"SERVICE # <http://other.example/>\n\t<{FAR}>\r\n{{}}",
        r"SERVICE <http://far.\u0065xample/sp\U00000061rql> {}",
        "SERVICE far:sparql {}",
        r"SERVICE far:spar\u0071l {}".replace(r"\u0071", "q"),
        "SERVICE <sparql> {}",
        "SERVICE <../sparql> {}",
        "SERVICE <//far.example/sparql> {}",
    ],
)
def test_a_listed_endpoint_is_rewritten(clause):
    text = f"BASE <http://far.example/x/> BASE <..> PREFIX far: </> SELECT * {{ {clause} }}"
    assert f"<{ADDRESSES[FAR]}>" in rewritten(text)
    assert len(rewritten(text).split("SERVICE" if "SERVICE" in clause else "service")) == 2


def test_only_the_iri_changes():
    text = (
        f"SELECT * {{ {{ SERVICE SILENT <{FAR}> {{ SERVICE <{FAR}2>{{ ?s ?p '<{FAR}>' }} }} }} }}"
    )
    first, second = ADDRESSES.values()
    assert rewritten(text) == (
        f"SELECT * {{ {{ SERVICE SILENT <{first}-silent> {{ SERVICE <{second}>"
        f"{{ ?s ?p '<{FAR}>' }} }} }} }}"
    )
    assert rewritten("SELECT * {}") == "SELECT * {}"


def test_prologues_within_an_update():
    text = (
        f"PREFIX f: <{FAR}> INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE f: {{ ?s ?p ?o }} }} ;\n"
        f"PREFIX f: <{FAR}2> BASE <http://far.example/>\n"
        "DELETE WHERE { ?a ?b ?c } ; INSERT {} WHERE { SERVICE f: {} SERVICE <sparql> {} }"
    )
    first, second = ADDRESSES.values()
    found = re.findall(r"SERVICE <(\S+)>", rewritten(text))
    assert found == [first, second, first]


def test_documents():
    def document(iri: str) -> str | None:
        return f"http://127.0.0.1:1/{iri[-1]}" if iri.startswith("http://far.example/") else None

    text = (
        "PREFIX load: <http://far.example/> LOAD <http://far.example/a>;\n"
        "load silent load:b into graph load:g ; WITH load:g DELETE { ?load a load:x } WHERE {} ;"
        "COPY load:g TO load:h ; # LOAD <http://other.example/>\n"
        "INSERT DATA { load:load load:load 'LOAD <http://other.example/>' }"
    )
    found = sparql.rewrite(text, {}, document)
    assert re.findall(r"http://127\S+(?=>)", found.text) == [
        "http://127.0.0.1:1/a",
        "http://127.0.0.1:1/b",
    ]
    assert [clause.silent for clause in service.clauses(text)] == [False, True]
    assert found.failures_at == ""


# --- What is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says_what"),
    [
        ("SELECT * {\n  SERVICE ?x {} }", r"SERVICE \?x at line 2, column 11.*variable"),
        ("SELECT * { SERVICE SILENT $x {} }", "variable"),
        ("SELECT * { SERVICE <http://o.example/> {} }", "<http://o.example/> at line 1, column 20"),
        ("SELECT * { SERVICE SILENT <http://o.example/> {} }", "<http://o.example/>"),
        (f"SELECT * {{ SERVICE <{FAR}/> {{}} }}", f"<{FAR}/>"),
        (f"SELECT * {{ SERVICE <{FAR}> {{}} SERVICE <http://o.example/> {{}} }}", "o.example"),
        (f"SELECT * {{ SERVICE <{FAR}> {{ SERVICE <http://o.example/> {{}} }} }}", "o.example"),
        (f"PREFIX far: <{FAR}> SELECT * {{ SERVICE far:x {{}} }}", f"<{FAR}x>"),
        (f"SELECT * {{ SERVICESILENT<{FAR}>{{}} }}", "plainly"),
        (f"SELECT * {{ ?s ?p trueSERVICE <{FAR}> {{}} }}", "plainly"),
        (f"SELECT * {{ FILTER(1<2)SERVICE#>\n<{FAR}>{{}} }}", "plainly"),
        (f"PREFIX : <{FAR}> SELECT * {{ service: {{}} }}", "plainly"),
        (f"SELECT * {{ SERVICE <{FAR}> }}", "plainly"),
        ("SELECT * { SERVICE", "plainly"),
        (rf"SELECT * {{ \u0053ERVICE <{FAR}> {{}} }}", None),
        (rf"SELECT * {{ ?s ?p 'a\u0027 SERVICE <{FAR}> {{}} #' }}", "escapes"),
        (
            f"SELECT * {{ SERVICE <{FAR}> {{}} ?s ?p 'a\\u0027 SERVICE <{FAR}2> {{}} #' }}",
            "escapes",
        ),
        (f"SELECT * {{ #\\u000A SERVICE <{FAR}> {{}}\n }}", "escapes"),
        ("LOAD <http://o.example/>", "loads"),
        ("LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:g>", "file:///etc/passwd"),
        ("LOADSILENT<http://o.example/>", "plainly"),
        ("PREFIX : <http://o.example/> LOAD:x", "plainly"),
        ("CLEAR ALL;PREFIX load: <http://o.example/> LOAD load:x", "o.example/x"),
        ("CLEAR ALL;LOAD:x", "plainly"),
        ("LOAD ?x", "variable"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://o.example/> { ?s ?p ?o } }", "services"),
    ],
)
def test_what_is_refused(text, says_what):
    with pytest.raises((QueryRefusedError, QuerySyntaxError)) as caught:
        rewritten(text)
    if says_what is not None:
        assert isinstance(caught.value, QueryRefusedError)
        assert re.search(says_what, caught.value.message + caught.value.remedy, re.DOTALL)
        assert caught.value.remedy


def test_the_listed_are_named():
    with pytest.raises(QueryRefusedError) as caught:
        sparql.admit("SELECT * { SERVICE <http://o.example/> {} }", BOUNDS, ADDRESSES)
    assert f"<{FAR}>, <{FAR}2>" in caught.value.remedy
    assert sparql.admit(f"SELECT * {{ SERVICE <{FAR}> {{}} }}", BOUNDS, ADDRESSES).service
    with pytest.raises(QueryRefusedError, match="switched off"):
        sparql.admit(f"SELECT * {{ SERVICE <{FAR}> {{}} }}", BOUNDS)


# --- What is told ----------------------------------------------------------------------------


def test_the_place_of_a_syntax_error_is_that_of_the_text_asked():
    text = f"# \u2028 one\nSELECT * {{ SERVICE <{FAR}> {{}} SERVICE <{FAR}2> {{}} )\n }}"
    for original in (text, text.replace(")", "FILTER\n ]")):
        found = sparql.rewrite(original, ADDRESSES)
        wanted = _syntax_error(original.replace("SERVICE <", "GRAPH   <"))
        told = found.explained(_syntax_error(found.text))
        assert (told.line, told.column) == (wanted.line, wanted.column)
        assert f"line {wanted.line}, column {wanted.column}" in told.message


def _syntax_error(text: str) -> QuerySyntaxError:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text)
    return syntax_error(str(caught.value))


def test_addresses_are_not_told():
    found = sparql.rewrite(f"SELECT * {{ SERVICE SILENT <{FAR}> {{}} }}", ADDRESSES)
    (address,) = found.iris
    told = found.explained(
        FederationError(f"Error 502 returned by {address} with payload:\nno <x>")
    )
    assert (type(told), told.message) == (FederationError, "no <x>")
    told = found.explained(FederationError(f"Unsupported answer of {address}"))
    assert told.message == f"Unsupported answer of {FAR}"


# --- A canary --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def canary() -> Iterator[Other]:
    with other(says(ROWS)) as told:
        yield told


@pytest.fixture(scope="module")
def listed() -> Iterator[Other]:
    with other(says(ROWS)) as told:
        yield told


PIECES = [
    *("SERVICE ", "service", "{SERVICE ", "SILENT ", "trueSERVICE", "SERVICE#", "SERVICE\n"),
    *(
        "<CANARY>",
        "<LISTED>",
        "<CANARY> {}",
        "<LISTED> {}",
        ":x",
        ":x {}",
        ": {}",
        "l: {}",
        "?x {}",
    ),
    *(
        "service:x {}",
        "SERVICE:x {}",
        "{}",
        "{",
        "}",
        "(",
        ")",
        ".",
        ";",
        " ",
        "\n",
        "\r",
        "#",
        "#>",
    ),
    *("<", ">", "'", '"', "'''", '"""', "\\", "\\u0053ERVICE ", "\\u0022", "\\u0027", "\\u003E"),
    *("\\U0000000A", "\\u0023", "1", "true", "?s ?p ?o", "?s ?p 1", "?s ?p true", "a", "@en", "^^"),
    *("FILTER(1<2)", "FILTER(1", "FILTER EXISTS {", "OPTIONAL {", "GRAPH ", "VALUES ?x {", "BASE "),
    *("PREFIX : <CANARY>", "BASE <CANARY>", "UNION ", "MINUS {", "SELECT * {", "e.", "\ufeff"),
]
UPDATE_PIECES = [
    *("LOAD ", "load", "LOAD:x", "LOAD<CANARY>", "LOADSILENT<CANARY>", ";LOAD ", "\\u004COAD "),
    *("INSERT DATA {}", "INSERT {} WHERE {", "CLEAR ALL", "CREATE GRAPH <urn:g>", "DROP ALL;"),
    *("INTO GRAPH <urn:g>", "WITH <urn:g> ", "USING ", "TO ", "COPY :x TO ", "MOVE ", "ADD "),
]


def run(text: str, canary: Other, listed: Other, update: bool) -> None:
    """Let the engine have a text as it is after rewriting, if it is not refused."""

    def document(iri: str) -> str | None:
        return listed.url if iri == listed.url else None

    store = ox.Store()
    store.load(b'<urn:s> <urn:p> 1, "", <urn:o> .', format=ox.RdfFormat.TURTLE)
    text = text.replace("CANARY", canary.url).replace("LISTED", listed.url)
    try:
        found = sparql.rewrite(text, {listed.url: listed.url}, document)
        if update:
            store.update(found.text)
        else:
            answer = store.query(found.text)
            if not isinstance(answer, ox.QueryBoolean):
                list(answer)
    except (QueryRefusedError, QuerySyntaxError, SyntaxError, RuntimeError, OSError, ValueError):
        pass


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9), st.booleans())
def test_no_query_reaches_the_canary(canary, listed, parts, close):
    tail = "SERVICE <CANARY> {}" if close else ""
    text = f"PREFIX : <CANARY> PREFIX l: <LISTED> SELECT * {{ {''.join(parts)}{tail} }}"
    run(text, canary, listed, update=False)
    assert not canary.seen


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES + 3 * UPDATE_PIECES), min_size=1, max_size=7), st.booleans())
def test_no_update_reaches_the_canary(canary, listed, parts, close):
    tail = ";LOAD <CANARY>" if close else ""
    text = f"PREFIX : <CANARY> PREFIX l: <LISTED> {''.join(parts)}{tail}"
    run(text, canary, listed, update=True)
    assert not canary.seen


def test_the_canary_would_sing(canary):
    with other(says(ROWS)) as bird:
        run(f"SELECT * {{ SERVICE <{bird.url}> {{}} }}", canary, bird, update=False)
        assert bird.seen
        run(f"LOAD <{bird.url}>", canary, bird, update=True)
        assert len(bird.seen) == 2


GAPS = st.sampled_from([" ", "\n", "\t ", "#x\n", " # <http://other.example/> {\r\n"])
NAMES = ["<LISTED>", "l:", "<>", "<\\u0068ttpREST>", "<\\U00000068ttpREST>"]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["SERVICE", "service", "sErViCe"]),
    st.sampled_from(["", "SILENT", "silent"]),
    st.sampled_from(NAMES),
    st.lists(GAPS, min_size=4, max_size=4),
)
def test_a_listed_endpoint_is_reached_however_it_is_written(listed, word, silent, name, gaps):
    clause = f"{word}{gaps[0]}{silent}{gaps[1]}{name}{gaps[2]}{{{gaps[3]}?a ?b ?x }}"
    text = f"BASE <LISTED> PREFIX l: <LISTED> SELECT ?x {{ {clause} }}"
    text = text.replace("LISTED", listed.url).replace("REST", listed.url.removeprefix("http"))
    found = sparql.rewrite(text, {listed.url: listed.url + "0"})
    before = len(listed.seen)
    answer = ox.Store().query(found.text)
    assert [row["x"].value for row in answer] == ["far"]
    assert len(listed.seen) == before + 1


WORDS = st.sampled_from(
    [
        "?service ?SERVICE ?load .",
        "<urn:SERVICE> <http://a.example/SERVICE#LOAD> <urn:a(b)_service> .",
        "service:service service:load load:x .",
        "?s ?p 'SERVICE <http://o.example/> {}', \"LOAD <http://o.example/>\" .",
        "?s ?p '''SERVICE\n<http://o.example/>''', \"\"\"'SERVICE ?x {}\"\"\" .",
        "?s ?p 'x'@en-service .",
        "# SERVICE <http://o.example/> {}\n",
        "GRAPH service:x { ?s ?p ?o }",
        "_:SERVICE ?p _:load .",
        r"?s ?p '\u0053ERVICE \u0022' .",
        "BIND('SERVICE ?x {' AS ?service1)",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6, unique=True))
def test_the_words_are_no_offence(parts):
    text = "PREFIX service: <urn:a:> PREFIX load: <urn:b:> SELECT * { " + "\n".join(parts) + " }"
    ox.Store().query(text)
    assert sparql.admit(text, BOUNDS, ADDRESSES).service is False
    assert rewritten(text) == text
