"""The beginning of an answer as plain values, for pages.

What the server asks by itself comes as the engine writes it (TSV): to take an answer to pieces term
by term, in the reader, takes longer than most of these queries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import IO, Any, Final, Literal, NamedTuple, Self, cast

from pyoxigraph import BlankNode, NamedNode
from pyoxigraph import Literal as RdfLiteral

from demarche_ontology.errors import QueryError
from demarche_ontology.terms import RDF, XSD
from demarche_store.protocol import QueryForm, Results

TSV: Final = "text/tab-separated-values"
_STRING: Final = XSD["string"].value
_IN_LANGUAGE: Final = RDF["langString"].value
_DIRECTED: Final = RDF["dirLangString"].value
_BOOLEAN: Final = XSD["boolean"].value
_INTEGER: Final = XSD["integer"].value
_DECIMAL: Final = XSD["decimal"].value
_DOUBLE: Final = XSD["double"].value
_REMEMBERED: Final = 8192
_SHORT: Final = 100
"""Characters of a term up to which it is remembered: those of vocabularies are in every answer."""
_TRIPLE: Final = b"<<("
_ESCAPED: Final = re.compile(r"\\(.)")
_MEANT: Final = {"t": "\t", "n": "\n", "r": "\r"}

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

    @classmethod
    def of_tsv(cls, payload: bytes, limit: int) -> Self:
        """Read what `write_rows` returned for the same limit."""
        first, *lines, _ = payload.decode().split("\n")
        columns = tuple(name.removeprefix("?") for name in first.split("\t")) if first else ()
        shown = lines[:limit]
        rows = tuple([tuple(map(_read, line.split("\t"))) if columns else () for line in shown])
        return cls(columns, rows, more=len(lines) > limit)


def write_rows(results: Results, limit: int) -> bytes | None:
    """Return the beginning of a SELECT's answer in TSV, with one row beyond `limit` if there is.

    None for one that is to be read term by term: a tab within an IRI is none between fields, and in
    a triple, numbers stand for their literals. Raises QueryError.
    """
    rows = _Rows(limit)
    try:
        results.write(cast(IO[bytes], rows), TSV)
    except OSError as error:
        if not rows.full:
            raise QueryError(f"The engine could not work the query out: {error}") from error
    return rows.whole()


class _Rows:
    """The file the engine writes rows into; is full with one more than the limit."""

    def __init__(self, limit: int) -> None:
        self._lines = 2 + limit
        self._data = bytearray()
        self._ended = 0

    @property
    def full(self) -> bool:
        return self._ended >= self._lines

    def write(self, data: bytes) -> int:
        """Take a piece. Raises OSError when it is full, which ends the query."""
        self._data += data
        self._ended += data.count(b"\n")
        if self.full:
            raise OSError("there are as many rows as are wanted")
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""

    def whole(self) -> bytes | None:
        """Return what was written, without what is beyond; None for what fields do not tell."""
        lines = self._data.split(b"\n")[: min(self._lines, self._ended)]
        tabs = lines[0].count(b"\t")
        whole = b"\n".join([*lines, b""])
        is_told = whole.count(b"\t") == tabs * len(lines) and _TRIPLE not in whole
        return whole if is_told else None


def _read(field: str) -> Term | None:
    """Return the term that a field of TSV holds, in the forms that the engine writes."""
    if len(field) <= _SHORT:
        return _short(field)
    return read_term(field)


def read_term(field: str) -> Term | None:
    """Return the term that a field of TSV holds; see `_read`."""
    if field[:1] == "<":
        return Term("iri", field[1:-1])
    if field[:1] == '"':
        return _literal(field)
    return _rare(field) if field else None


_short: Final = lru_cache(_REMEMBERED)(read_term)


def _literal(field: str) -> Term:
    text, _, rest = field[1:].rpartition('"')
    if "\\" in text:
        text = _ESCAPED.sub(lambda one: _MEANT.get(one[1], one[1]), text)
    if not rest:
        return Term("literal", text, "", _STRING)
    if rest[0] == "^":
        return Term("literal", text, "", rest[3:-1])
    language, directed, _ = rest[1:].partition("--")
    return Term("literal", text, language, _DIRECTED if directed else _IN_LANGUAGE)


def _rare(field: str) -> Term:
    """Return a blank node, or a number or truth value, which stand without quotes."""
    if field.startswith("_:"):
        return Term("blank", field[2:])
    if field in ("true", "false"):
        return Term("literal", field, "", _BOOLEAN)
    digits = field.lstrip("+-")
    if digits.isdigit():
        return Term("literal", field, "", _INTEGER)
    is_double = "e" in digits or "E" in digits
    return Term("literal", field, "", _DOUBLE if is_double else _DECIMAL)


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
