"""Answers are read in every format, and what is not in its format is not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from conformance.answers import Graph, Rows, UnreadableError, read_answer, read_result_set
from conformance.kinds import compare
from conformance.target import JSON
from conformance.values import XSD, by_value

QUERY = """
PREFIX : <http://e/>
SELECT ?a ?b { VALUES (?a ?b) {
  (:x "1"^^<http://www.w3.org/2001/XMLSchema#integer>) ("é \\n,\\t" "x"@en) (UNDEF true)
} }
"""
FORMATS = {
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@pytest.mark.parametrize("media_type", FORMATS)
def test_rows(media_type):
    data = ox.Store().query(QUERY).serialize(format=FORMATS[media_type])
    answer = read_answer(data, media_type + "; charset=utf-8")
    integer = ox.Literal("1", datatype=ox.NamedNode(XSD + "integer"))
    true = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
    assert answer == Rows(
        ("a", "b"),
        (
            (ox.NamedNode("http://e/x"), integer),
            (ox.Literal("é \n,\t"), ox.Literal("x", language="en")),
            (None, true),
        ),
    )


def test_csv():
    data = ox.Store().query(QUERY).serialize(format=ox.QueryResultsFormat.CSV)
    answer = read_answer(data, "text/csv")
    assert answer == Rows(("a", "b"), (("http://e/x", "1"), ("é \n,\t", "x"), ("", "true")))


@pytest.mark.parametrize("text", ["ASK {}", "ASK { FILTER(false) }"])
@pytest.mark.parametrize("media_type", [*FORMATS][:2])
def test_booleans(text, media_type):
    data = ox.Store().query(text).serialize(format=FORMATS[media_type])
    assert read_answer(data, media_type) is ("false" not in text)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"", "application/sparql-results+xml"),
        (b"<html/>", "application/sparql-results+xml"),
        (b'{"head":{"vars":[]},"results":{"bindings":[{"x":{}}]}}', JSON),
        (b'{"boolean":"true"}', JSON),
        (b'{"head":{"vars":[]},"results":{"bindings":[{"y":{"type":"uri","value":"a:"}}]}}', JSON),
        (b"<s> <p> ", "text/turtle"),
        (b"", "text/plain"),
    ],
)  # fmt: skip
def test_unreadable(data, media_type):
    with pytest.raises(UnreadableError):
        read_answer(data, media_type)


def test_result_set_in_rdf():
    data = b"""
        @prefix rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> .
        [] a rs:ResultSet ; rs:resultVariable "x" ;
           rs:solution [ rs:index 2 ; rs:binding [ rs:variable "x" ; rs:value "b" ] ] ,
                       [ rs:index 1 ; rs:binding [ rs:variable "x" ; rs:value "a" ] ] .
    """
    graph = read_answer(data, "text/turtle")
    assert isinstance(graph, Graph)
    expected = Rows(("x",), ((ox.Literal("a"),), (ox.Literal("b"),)), ordered=True)
    assert read_result_set(graph) == expected


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (("1", "integer"), ("01", "integer"), True),
        (("1", "integer"), ("1", "decimal"), False),
        (("2.0", "decimal"), ("2", "decimal"), True),
        (("1e0", "double"), ("1.0E0", "double"), True),
        (("NaN", "double"), ("NaN", "double"), True),
        (("INF", "double"), ("-INF", "double"), False),
        (("1", "boolean"), ("true", "boolean"), True),
        (("abc", "integer"), ("abc", "integer"), True),
        (("01", "string"), ("1", "string"), False),
        (("2001-01-01Z", "date"), ("2001-01-01+00:00", "date"), False),
    ],
)
def test_values(left, right, same):
    a, b = (ox.Literal(text, datatype=ox.NamedNode(XSD + kind)) for text, kind in (left, right))
    assert (by_value(a) == by_value(b)) is same


def test_columns_are_compared_by_name():
    a, b = ox.Literal("a"), ox.Literal("b")
    compare(Rows(("x", "y"), ((a, b),)), Rows(("y", "x"), ((b, a),)), ordered=False)
    for other in (Rows(("x", "y"), ((b, a),)), Rows(("x", "z"), ((a, b),)), True):
        with pytest.raises(AssertionError):
            compare(Rows(("x", "y"), ((a, b),)), other, ordered=False)


def test_an_empty_line_of_csv_is_an_unbound_value():
    assert read_answer(b"x\r\n\r\na\r\n", "text/csv").rows == (("",), ("a",))


@pytest.mark.parametrize("line", [b"a", b"a,b,c", b""])
def test_a_line_of_csv_has_as_many_fields_as_the_header(line):
    with pytest.raises(UnreadableError, match="fields"):
        read_answer(b"x,y\r\n" + line + b"\r\n", "text/csv")
