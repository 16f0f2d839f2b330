"""Asking columns and the engine the same, of the same graph."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pyoxigraph as ox

from demarche_server import sparql
from demarche_server.columns import ColumnGraph, Columns
from demarche_server.columns.rendering import FORMS
from demarche_server.readers.knowing import KnownGraph
from demarche_server.readers.texts import Texts

EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
assert FORMATS.keys() == FORMS.keys()
Rows = list[tuple[str, ...]]


def store_of(turtle: str) -> ox.Store:
    store = ox.Store()
    prefixes = f"@prefix : <{EX}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
    store.load(f"{prefixes} {turtle}".encode(), format=ox.RdfFormat.TRIG)
    return store


class Both:
    """A graph as the engine has it, and as columns that answer however few triples there are."""

    def __init__(self, store: ox.Store, few: int = 0) -> None:
        self.store = store
        graph = ColumnGraph.of(store)
        assert graph is not None
        self.graph = graph
        self.columns = Columns(graph, few)
        self.known = KnownGraph(store, Texts.made_of(graph.literals()))
        self.asked = list[str]()

    def by_columns(self, text: str, media_type: str = "application/sparql-results+json"):
        """Return what columns answer, as it is sent; None if it is left to the engine."""
        query = PREFIX + text
        tokens = sparql.read(query).tokens
        answer = self.columns.answer(query, tokens, self._ask, self.known.places_holding)
        if answer is None:
            return None
        out = io.BytesIO()
        answer.write(out, media_type)
        return out.getvalue()

    def by_engine(self, text: str, media_type: str = "application/sparql-results+json") -> bytes:
        out = io.BytesIO()
        self.store.query(PREFIX + text).serialize(out, format=FORMATS[media_type])
        return out.getvalue()

    def _ask(self, query: str) -> list[bytes] | None:
        self.asked.append(query)
        out = io.BytesIO()
        try:
            self.store.query(query).serialize(out, format=ox.QueryResultsFormat.TSV)
        except SyntaxError:
            return None
        return out.getvalue().split(b"\n")[1:-1]


def rows_of(payload: bytes, media_type: str = "application/sparql-results+json") -> Rows:
    """Return rows in the order they stand, terms as text; the columns' names come first."""
    if media_type == "text/csv":
        return [tuple(row) for row in csv.reader(io.StringIO(payload.decode(), newline=""))]
    solutions = ox.parse_query_results(payload, format=FORMATS[media_type])
    assert isinstance(solutions, ox.QuerySolutions)
    names = tuple(variable.value for variable in solutions.variables)
    return [names, *(tuple(map(str, solution)) for solution in solutions)]


def multiset(rows: Rows) -> Counter[tuple[str, ...]]:
    return Counter(rows)
