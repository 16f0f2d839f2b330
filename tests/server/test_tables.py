"""The beginning of an answer is the same, read term by term or as the engine writes it."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from demarche_ontology.errors import QueryError
from demarche_server.readers.tables import Table, Term, read_table, write_rows
from demarche_store.results import EngineResults

TERMS = r"""
    1 01 -5 1.50 .5 1e6 1.5e-7 true false
    "" "true" "1" "words" "a\tb\nc\r\"d\"\\e\\n" "\u0001\u0085\u2028\u2029\f\b"
    "\\" "a\\" "\"" "\"@en" "words"@en "Wörter"@de-AT "\"^^<x>"@hy "كلمات"@ar--rtl
    "2020"^^xsd:gYear "2020-01-31"^^xsd:date "abc"^^xsd:integer "1"^^xsd:decimal "INF"^^xsd:double
    "x"^^<urn:type> "a\"b\n"^^<urn:type> "_:b" "<urn:x>" "<<"
    <urn:a> <urn:é> <https://example.org/a?b=c#d>
"""
QUERY = f"""
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?term ?nothing ?blank WHERE {{
  VALUES ?term {{ {TERMS} UNDEF }}
  BIND(BNODE() AS ?blank)
}}"""


def both(query: str, limit: int, store: Store | None = None) -> tuple[Table, Table]:
    """Return an answer read in one way and in the other."""
    store = store or Store()
    written = write_rows(EngineResults(store.query(query)), limit)
    assert written is not None
    read = read_table(EngineResults(store.query(query)), limit)
    return Table.of_tsv(written, limit), read


def unnamed(table: Table) -> Table:
    """Return a table with all blank nodes alike: each run of a query has others."""
    rows = tuple(
        tuple(Term("blank", "") if term and term.kind == "blank" else term for term in row)
        for row in table.rows
    )
    return Table(table.columns, rows, table.more, table.boolean, table.form)


def test_every_kind_of_term_is_read_the_same() -> None:
    written, read = both(QUERY, 1000)
    assert len(read.rows) > 30
    assert unnamed(written).rows == unnamed(read).rows
    assert unnamed(written) == unnamed(read)


@pytest.mark.parametrize("limit", [1, 2, 6, 7, 8, 100_000])
def test_the_beginning_is_told_with_whether_there_is_more(limit: int) -> None:
    query = "SELECT ?x { VALUES ?x { 1 2 3 UNDEF 5 6 7 } }"
    written, read = both(query, limit)
    assert written == read
    assert written.more is (limit < 7)


def test_of_a_long_answer_only_the_beginning_is_written() -> None:
    store = Store()
    kind = NamedNode("urn:p")
    store.extend(Quad(NamedNode(f"urn:{n}"), kind, Literal(n)) for n in range(2000))
    query = "SELECT ?s ?o { ?s <urn:p> ?o . ?s2 <urn:p> ?o2 } ORDER BY ?o LIMIT 1000000"
    written, read = both("SELECT ?s ?o { ?s <urn:p> ?o }", 3, store)
    assert (len(written.rows), written) == (3, read)
    beginning = write_rows(EngineResults(store.query(query.replace("ORDER BY ?o ", ""))), 10)
    assert beginning is not None
    assert beginning.count(b"\n") == 12


@pytest.mark.parametrize("query", ["SELECT * {}", "SELECT * { FILTER(false) }", "SELECT ?x { }"])
def test_answers_without_columns_or_rows_are_read_the_same(query: str) -> None:
    written, read = both(query, 10)
    assert written == read


def test_triples_are_read_term_by_term() -> None:
    answer = Store().query("SELECT ?t { BIND(TRIPLE(<urn:s>, <urn:p>, 1) AS ?t) }")
    assert write_rows(EngineResults(answer), 10) is None


def test_what_breaks_a_line_within_an_iri_is_not_told_in_tsv() -> None:
    class Broken:
        form, variables = "SELECT", ("a", "b")

        def write(self, output, media_type: str) -> None:
            output.write(b"?a\t?b\n<urn:a\tb>\t<urn:c>\n")

    assert write_rows(Broken(), 10) is None  # type: ignore[arg-type]


def test_a_failure_of_the_engine_is_no_end_of_the_answer() -> None:
    class Failing:
        form, variables = "SELECT", ("a",)

        def write(self, output, media_type: str) -> None:
            output.write(b"?a\n")
            raise OSError("a bad block")

    with pytest.raises(QueryError, match="bad block"):
        write_rows(Failing(), 10)  # type: ignore[arg-type]
