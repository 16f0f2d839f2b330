"""The beginning of an answer as plain values, for pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, NamedTuple, Self

from pyoxigraph import BlankNode, NamedNode
from pyoxigraph import Literal as RdfLiteral

from demarche_store.protocol import QueryForm, Results

TermKind = Literal["iri", "literal", "blank", "triple"]


class Term(NamedTuple):
    """One RDF term, ready to be shown. value: IRI, lexical form, label, or N-Triples syntax.

    A tuple, since a page has thousands: it is made, and written as JSON, in a tenth of the time.
    """

    kind: TermKind
    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of an answer, for a page.

    rows: terms in the order of `columns`, None where unbound.
    more: whether the answer goes on. boolean: set for ASK, which has no rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    more: bool = False
    boolean: bool | None = None
    form: QueryForm = "SELECT"

    def dump(self) -> bytes:
        """Return the table as JSON."""
        return json.dumps([self.columns, self.rows, self.more, self.boolean, self.form]).encode()

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """Read what `dump` returned."""
        columns, rows, more, boolean, form = json.loads(payload)
        make = Term._make
        terms = tuple(tuple([None if one is None else make(one) for one in row]) for row in rows)
        return cls(tuple(columns), terms, more, boolean, form)


def read_table(results: Results, limit: int) -> Table:
    """Read the beginning of an answer. Raises QueryError."""
    form = results.form
    if form == "ASK":
        return Table((), (), boolean=results.boolean(), form=form)
    graph = form == "GRAPH"
    columns = ("subject", "predicate", "object") if graph else results.variables
    source: Iterator[Any] = results.triples() if graph else results.rows()
    rows = [tuple(_term(value) for value in row) for row in islice(source, limit + 1)]
    return Table(columns, tuple(rows[:limit]), more=len(rows) > limit, form=form)


def _term(value: Any) -> Term | None:
    if value is None:
        return None
    if isinstance(value, NamedNode):
        return Term("iri", value.value)
    if isinstance(value, BlankNode):
        return Term("blank", value.value)
    if isinstance(value, RdfLiteral):
        return Term("literal", value.value, value.language or "", value.datatype.value)
    return Term("triple", str(value))
