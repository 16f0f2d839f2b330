"""How large a query may be: what is counted, what is not, and that no larger one is let through."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.running_server import Running, start, stop

from demarche_ontology.errors import QueryError
from demarche_server import sparql
from demarche_server.settings import Settings
from demarche_server.sparql import Bounds, Size

LIMITS = Settings()
BOUNDS = Bounds(LIMITS.max_nesting, LIMITS.max_operators, LIMITS.max_parts)
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"PREFIX : <{XSD}> PREFIX filter: <urn:> "


def size(text: str) -> Size:
    return sparql.size(tuple(sparql.tokenize(text)))


def check(text: str, bounds: Bounds = BOUNDS) -> None:
    """Let a query or an update in, as the reader and the writer do."""
    if sparql.read(text).verb == "UPDATE":
        sparql.admit_update(text, bounds)
    else:
        sparql.admit(text, bounds)


# --- Depth and operators ---------------------------------------------------------------------


@pytest.mark.parametrize("brackets", ["{}", "()", "[]"])
def test_nesting_is_bounded(brackets):
    text = "SELECT * {" + brackets[0] * 200 + brackets[1] * 200 + "}"
    with pytest.raises(QueryError, match=r"is 201.* line 1, column 210 ") as caught:
        check(text)
    assert (caught.value.line, caught.value.column) == (1, 210)
    assert size(text).depth == 201
    check(text, Bounds(nesting=201))


@pytest.mark.parametrize("link", ["||1", "+1", "/1", " UNION{}", " OPTIONAL{}", " MINUS{}"])
def test_chains_are_bounded(link):
    text = "ASK { FILTER(1" + link * 20 + ") }" if "1" in link else "ASK {{}" + link * 20 + "}"
    most = size(text).operators
    assert most >= 20
    check(text, Bounds(operators=most))
    with pytest.raises(QueryError, match=f"operators of the query is {most}; at most {most - 1} "):
        check(text, Bounds(operators=most - 1))


# --- Parts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ASK {}", 1),
        ("ASK { ?s ?p ?o . ?s ?p 1. ?s ?p 2 ; ?q 3 , 4 }", 5),
        ("ASK { {} UNION {} OPTIONAL { [] ?p [ ?q ?r ] } }", 6),
        ("ASK { ?s ?p (1 ?x (<urn:a> [] true)) }", 8),
        ("ASK { ?s (<urn:p>|^<urn:q>/!<urn:r>)* ?o }", 3),
        ("ASK { ?s a (1 2) }", 4),
        ("ASK { << ?a ?b ?c >> ?d ?e ~ ?f {| ?g ?h ; ?i ?j |} }", 5),
        ("ASK { VALUES ?x { 1 2 3 } VALUES (?y ?z) { (1 2) (<urn:a> UNDEF) } }", 3),
        ("ASK { FILTER(?x IN (1, 2, ?y)) BIND(CONCAT('a', 'b') AS ?z) FILTER <urn:f>(1, 2) }", 1),
        ("ASK { FILTER EXISTS { ?s ?p ?o } FILTER(COALESCE(NOT EXISTS { ?s ?p ?o . }, 1)) }", 4),
        ("ASK { ?s ?p trueFILTER(1) filter:f(1) }", 5),
        ("ASK { ?s ?p (truetruetrue) }", 5),
        ("SELECT ?a ?b (STR(?a) AS ?c) FROM <urn:g> FROM NAMED <urn:h> { } VALUES ?a { 1 }", 2),
        ("SELECT * {} GROUP BY ?a STR(?b) (?c AS ?d) HAVING (?e) (?f) ORDER BY ?g DESC(?h)", 8),
        ("SELECT * { { SELECT ?a (?x AS ?y) ?z {} GROUP BY ?a ?b LIMIT 5 } }", 5),
        ("DESCRIBE <urn:a> ?b :c FROM <urn:g> { ?b ?p ?o }", 4),
        ("CONSTRUCT { ?s ?p 1 , 2 ; ?q (1 2) . } WHERE { ?s ?p ?o . }", 2),
        ("CONSTRUCT WHERE { ?s ?p ?o . }", 2),
        ("INSERT DATA { :a :b 1 , (1 2) . GRAPH :g { :a :b 1 . } }", 0),
        ("DELETE { ?s ?p ?o . } INSERT { ?s ?q (1) } USING :g WHERE { ?s ?p ?o . }", 2),
        ("DELETE WHERE { ?s ?p ?o . ?s ?q ?r . } ; INSERT {} WHERE { ?s ?p ?o . }", 3),
    ],
)
def test_what_counts(text, parts):
    assert size(text).parts == parts


def test_of_an_update_the_largest_operation_counts():
    joined = "INSERT {} WHERE { " + "?s ?p 1 . " * 10 + "}"
    linked = "INSERT {} WHERE { FILTER(1" + "+1" * 10 + ") }"
    assert size(f"{joined} ; {linked} ; {joined}") == Size(2, 11, 11)
    with pytest.raises(QueryError, match="joined parts of the update is 11"):
        check(f"{linked} ; {joined}", Bounds(parts=10))
    with pytest.raises(QueryError, match="operators of the update is 11"):
        check(f"{linked} ; {joined}", Bounds(operators=10))


def test_the_place_is_told_and_what_to_do():
    with pytest.raises(QueryError) as caught:
        check("ASK {\n ?s ?p 1 .\n ?s ?p 2 .\n}", Bounds(parts=2))
    assert (caught.value.line, caught.value.column) == (3, 10)
    assert "VALUES" in caught.value.remedy


HIDDEN = "?s?p?o,1,2.?s?p(1)"
"""A pattern without blanks, which may stand in what reads like an IRI."""


def test_what_an_iri_hides_counts_and_so_does_all_behind_it():
    """The engine goes back from the IRI to the operator: both are valid, and mean the same."""
    plain = f"ASK {{ FILTER(1<2){HIDDEN} . ?s ?p ?o , ?o }}"
    hidden = f"ASK {{ FILTER(1<2){HIDDEN}#>\n . ?s ?p ?o , ?o }}"
    assert size(hidden).parts >= size(plain).parts
    with pytest.raises(QueryError):
        check(hidden, Bounds(parts=size(plain).parts - 1))


@given(st.integers(1, 30), st.sampled_from(["(", "[", "{", "<urn:a>", "1.", "~", ";", ".", ","]))
def test_no_more_is_counted_than_there_are_tokens(number, token):
    """For which reason short queries are not counted at all."""
    text = "ASK { ?s ?p (" + f"{token} " * number
    assert max(size(text).parts, size(text).depth) <= len(list(sparql.tokenize(text)))


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ VALUES ?x {{ {'<urn:a/x_(y)> -1 ' * 10_000} }} ?x ?p ?o }}",
        f"SELECT * {{ VALUES (?x ?y) {{ {'(1.5 UNDEF) ' * 10_000} }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({', '.join(['<urn:a>'] * 5000)})) }}",
        f"SELECT (CONCAT({', '.join(['?x'] * 5000)}) AS ?y) {{ }}",
        f"SELECT {'?x ' * 5000} {'FROM <urn:g> ' * 1000} {{ }}",
        f"CONSTRUCT {{ {'?s ?p ?o . ' * 5000} }} {{ ?s ?p ?o }}",
        f"INSERT DATA {{ {'<urn:a> <urn:p> -1 . ' * 50_000} }}",
        f"DELETE DATA {{ GRAPH <urn:g> {{ {'<urn:a> <urn:p> 1 , 2 ; <urn:q> 3 . ' * 9000} }} }}",
        "INSERT DATA { <urn:a> <urn:p> 1 } ; " * 2000,
        f"DELETE WHERE {{ {'?s ?p ?o . ' * 700} }} ; INSERT {{}} WHERE {{ {'{} ' * 700} }}",
    ],
    ids=lambda text: text[:32],
)
def test_long_lists_are_let_in(text):
    check(text)


# --- What the engine bears -------------------------------------------------------------------

SUMS = f" FILTER(1{'+1' * (LIMITS.max_operators - 100)}) "
"""Operators beside."""


def _several(item: str) -> Callable[[int], str]:
    return lambda number: "ASK {" + item * number + SUMS + "}"


def _listed(start: str, item: str) -> Callable[[int], str]:
    return lambda number: start.replace("{}", "{" + SUMS + "}") + item * number


JOINED: dict[str, Callable[[int], str]] = {
    "triples": _several("?s ?p ?o . "),
    "triples joined by numbers": _several("?s ?p 1."),
    "predicates": lambda number: "ASK {?s ?p ?o" + ";?p ?o" * number + SUMS + "}",
    "objects": lambda number: "ASK {?s ?p ?o" + ",?o" * number + SUMS + "}",
    "groups": _several("{}"),
    "groups of triples": _several("{?s ?p ?o}"),
    "laterals": _several("LATERAL {?s ?p ?o} "),
    "subqueries": _several("{SELECT ?s {?s ?p ?o}}"),
    "blocks of values": _several("VALUES ?x {1 2} "),
    "blank nodes": lambda number: "ASK {?s ?p []" + ",[]" * number + SUMS + "}",
    "collections": lambda number: "ASK {?s ?p (" + "1 " * number + ")" + SUMS + "}",
    "reified triples": _several("<<?a ?b ?c>> ?d ?e ."),
    "reifiers": lambda number: "ASK {?s ?p ?o" + "~?r " * number + SUMS + "}",
    "annotations": lambda number: "ASK {?s ?p ?o {|?q ?r" + ";?q ?r" * number + "|}" + SUMS + "}",
    "exists": lambda number: f"ASK {{FILTER(COALESCE({'EXISTS {?s ?p ?o},' * number}1)){SUMS}}}",
    "described": _listed("DESCRIBE ", "<urn:a> "),
    "group by": _listed("SELECT (1 AS ?z) {} GROUP BY ", "?x "),
    "group by calls": _listed("SELECT (1 AS ?z) {} GROUP BY ", "STR(?x) "),
    "order by": _listed("SELECT * {} ORDER BY ", "DESC(?x) "),
    "having": _listed("SELECT (1 AS ?z) {} GROUP BY ?x HAVING ", "(?x < 1) "),
    "filters by a prefix": _several("filter:integer(1) "),
    "hidden in an IRI": lambda number: f"ASK {{FILTER(1<2){'?s?p?o.' * number}#>\n{SUMS}}}",
    "behind what hides": lambda number: (
        f"ASK {{FILTER(1<2)?s?p?o#>\n.?s ?p ?o{',?o' * number}{SUMS}}}"
    ),
    "optionals": lambda number: "ASK {" + "OPTIONAL {?s ?p ?o} " * number + "}",
    "minuses": lambda number: "ASK {?s ?p ?o " + "MINUS {?s ?q ?o} " * number + "}",
    "unions": lambda number: "ASK {{}" + " UNION {?s ?p ?o}" * number + "}",
    "graphs": lambda number: "ASK {" + "GRAPH ?g {?s ?p ?o} " * number + "}",
}
"""Queries with so many parts of a kind, and where there is room, with operators beside them."""
MEASURED = 2600
"""From how many on, of some kinds, the engine was seen to crash."""


def is_let_in(query: str) -> bool:
    try:
        check(query)
    except QueryError:
        return False
    return True


def largest(make: Callable[[int], str]) -> str:
    """Return the largest query of a kind that is let in."""
    one, more = size(PREFIXES + make(1)).parts, size(PREFIXES + make(11)).parts
    number = 1 + (BOUNDS.parts - one) * 10 // (more - one)
    if not is_let_in(PREFIXES + make(number)):  # another bound is met before
        number = next(n for n in range(number, 0, -50) if is_let_in(PREFIXES + make(n)))
    return PREFIXES + make(number)


@pytest.fixture(scope="module")
def running(home) -> Iterator[Running]:
    one = start(home.path, max_query_seconds=1.0, max_query_bytes=1 << 18, max_body_bytes=1 << 20)
    yield one
    stop(one)


@pytest.mark.parametrize("kind", JOINED)
def test_the_largest_that_is_let_in_crashes_no_reader(running, kind):
    """What it takes to join so many triples is another matter: 504."""
    query = largest(JOINED[kind])
    media_type = {"content-type": "application/sparql-query"}
    answer = httpx.post(running.sparql, content=query.encode(), headers=media_type, timeout=60)
    assert answer.status_code in {200, 504}, answer.text


@pytest.mark.parametrize("kind", JOINED)
def test_what_was_seen_to_crash_is_refused(kind):
    assert not is_let_in(PREFIXES + JOINED[kind](MEASURED))
