"""What is let through crashes no reader: made-up queries, in a process that may crash."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demarche_server.settings import Settings

CHILD = """
import json, sys
from pyoxigraph import NamedNode, Quad, Store
from demarche_ontology.errors import DemarcheError
from demarche_server.settings import Settings
from demarche_server.sparql import Bounds, admit
told = Settings()
bounds = Bounds(told.max_nesting, told.max_operators, told.max_parts)
store = Store()
store.add(Quad(NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c")))
for line in sys.stdin:
    query = json.loads(line)
    try:
        admit(query, bounds)
        result = store.query(query)
        outcome = "answered"
    except DemarcheError:
        outcome = "refused"
    except (SyntaxError, ValueError, OSError, RuntimeError):
        outcome = "error"
    print(outcome, flush=True)
"""


class Engine:
    """The engine behind admission, in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, query: str) -> str:
        """Return what came of it; "" if the process has ended over it."""
        print(json.dumps(query), file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    one = Engine()
    yield one
    one.close()


VOCABULARY = r"""
SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED GRAPH OPTIONAL MINUS UNION FILTER BIND AS VALUES
UNDEF ORDER BY ASC DESC GROUP HAVING LIMIT OFFSET DISTINCT REDUCED EXISTS NOT IN IF COUNT SUM
SAMPLE GROUP_CONCAT SEPARATOR COALESCE CONCAT STR LANG REGEX REPLACE SUBSTR IRI BNODE NOW UUID
RAND STRDT STRLANG TRIPLE SUBJECT isTRIPLE LATERAL PREFIX BASE VERSION a true
{ } ( ) [ ] <<( )>> << >> {| |} . ; , = != < > + - * / | || && ! ^ ^^ ? @en ~ $x ?y ?z
<urn:a> <urn:b> <> p:q : _:b 1 2.5 1e9 -7 "s" 'l' '''m''' "x"^^<urn:t> # \u0041
"""
WORDS = st.sampled_from(VOCABULARY.split())
SOUP = st.lists(WORDS, max_size=40).map(" ".join)
TEMPLATES = st.sampled_from(
    ["{}", "ASK {{ {} }}", "SELECT * {{ ?y ?z $x {} }}", "ASK {{ FILTER({}) }}"]
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEMPLATES, SOUP)
def test_made_up_queries_crash_nothing(engine, template, soup):
    assert engine.ask(template.format(soup)) in {"answered", "refused", "error"}


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200))
def test_made_up_texts_crash_nothing(engine, text):
    assert engine.ask(text.encode("utf-8", "replace").decode()) in {"answered", "refused", "error"}


DEEP = Settings().max_nesting - 2
LONG = Settings().max_operators - 2
MANY = Settings().max_parts - 2


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * DEEP + "}" * DEEP,
        "ASK " + "{{} UNION " * DEEP + "{}" + "}" * DEEP,
        "ASK {" + "MINUS {" * DEEP + "?s ?p ?o" + "}" * DEEP + "}",
        "ASK {" + "OPTIONAL {" * DEEP + "?s ?p ?o" + "}" * DEEP + "}",
        "ASK {" + "GRAPH ?g {" * DEEP + "?s ?p ?o" + "}" * DEEP + "}",
        "ASK {" + "FILTER EXISTS {" * DEEP + "?s ?p ?o" + "}" * DEEP + "}",
        "ASK " + "{SELECT * " * DEEP + "{}" + "}" * DEEP,
        "ASK {FILTER(" + "(" * (DEEP - 1) + "1" + ")" * DEEP + "}",
        "ASK {FILTER(" + "STR(" * (DEEP - 1) + "1" + ")" * DEEP + "}",
        "ASK {FILTER(" + "1 IN (" * (DEEP - 1) + "1" + ")" * DEEP + "}",
        "ASK {FILTER(" + "IF(1,1," * (DEEP - 1) + "1" + ")" * DEEP + "}",
        "ASK {?s " + "(" * DEEP + "<urn:p>" + "*)" * DEEP + " ?o}",
        "ASK {?s " + "<urn:p>|" * LONG + "<urn:p> ?o}",
        "ASK {FILTER(1" + "+1" * LONG + ")}",
        "ASK {FILTER(" + "1||" * (LONG // 2) + "1)}",
        "ASK {FILTER(" + "!" * LONG + "1)}",
        "ASK {" + "{} UNION " * MANY + "{}}",
        "ASK {" + "FILTER(1) " * LONG + "}",
        "ASK {" + " ".join(f"BIND(1 AS ?x{n})" for n in range(LONG // 2)) + "}",
        "SELECT " + " ".join(f"(1 AS ?x{n})" for n in range(LONG)) + " {}",
        "ASK {VALUES ?x {" + "1 " * 100_000 + "}}",
        "ASK {FILTER(1 IN (" + "1," * 100_000 + "1))}",
        'ASK {FILTER REGEX("a","' + "(" * 100_000 + ")" * 100_000 + '")}',
    ],
    ids=lambda query: query[:24],
)
def test_the_largest_that_is_let_through_crashes_nothing(engine, query):
    assert engine.ask(query) == "answered"
