"""Rows written down: SPARQL results in JSON, XML, CSV and TSV.

As the engine writes them (SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats). Each term is
put into its form once, however many rows have it.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import numpy.typing as npt

from demarche_ontology.terms import XSD
from demarche_server.columns.graph import ColumnGraph, Ids, Places
from demarche_server.columns.shaping import Numbers, Rows
from demarche_server.readers.tables import Term, read_term

Fields = npt.NDArray[np.object_]
"""A column of texts."""
BLOCK_ROWS: Final = 2000
"""Rows that are written at once."""
_STRING: Final = XSD["string"].value
_CLEAN: Final = re.compile(r'[^"\\\x00-\x1f\x7f]*')
_QUOTED: Final = re.compile(r'[",\r\n]')
_SPACES: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


class _Form(ABC):
    """A way of writing.

    opens, parts, closes: what stands before the first of some rows, between two, after the last.
    between: what stands between fields; blocks: between rows that are written at once and others.
    """

    opens = parts = closes = between = blocks = ""

    @abstractmethod
    def head(self, names: Sequence[str]) -> str:
        """Return what comes before the first row."""

    @abstractmethod
    def field(self, name: str, term: Term) -> str:
        """Return a term in a row."""

    def fields(self, name: str, written: Sequence[str]) -> list[str]:
        """Return terms in rows. written: as the engine writes them in TSV."""
        return [self.field(name, _term(text)) for text in written]

    def tail(self) -> str:
        """Return what comes after the last row."""
        return ""


class _Json(_Form):
    opens, parts, closes, between, blocks = "{", "},{", "}", ",", ","

    def head(self, names: Sequence[str]) -> str:
        return f'{{"head":{{"vars":{json.dumps(list(names))}}},"results":{{"bindings":['

    def fields(self, name: str, written: Sequence[str]) -> list[str]:
        if not "".join(written).isprintable():  # what JSON escapes, and some that it need not
            return super().fields(name, written)
        uri, literal = f'"{name}":{{"type":"uri","value":', f'"{name}":{{"type":"literal","value":'
        found = list[str]()
        for text in written:  # a string without escapes is the same in JSON
            if text[0] == "<":
                found.append(f'{uri}"{text[1:-1]}"}}')
            elif "\\" in text or "^" in text or text[0] != '"':
                found.append(self.field(name, _term(text)))
            elif text[-1] == '"':
                found.append(f"{literal}{text}}}")
            else:
                value, _, language = text.rpartition("@")
                found.append(f'{literal}{value},"xml:lang":"{language}"}}')
        return found

    def field(self, name: str, term: Term) -> str:
        value = _json_string(term.value)
        if term.kind == "iri":
            return f'"{name}":{{"type":"uri","value":{value}}}'
        if term.kind == "blank":
            return f'"{name}":{{"type":"bnode","value":{value}}}'
        rest = ""
        if term.language:
            rest = f',"xml:lang":"{term.language}"'
        elif term.datatype != _STRING:
            rest = f',"datatype":{_json_string(term.datatype)}'
        return f'"{name}":{{"type":"literal","value":{value}{rest}}}'

    def tail(self) -> str:
        return "]}}"


class _Xml(_Form):
    opens, parts, closes = "<result>", "</result><result>", "</result>"

    def head(self, names: Sequence[str]) -> str:
        variables = "".join(f'<variable name="{name}"/>' for name in names)
        return (
            '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
            f"<head>{variables}</head><results>"
        )

    def field(self, name: str, term: Term) -> str:
        value, tag, rest = _xml_text(term.value), "literal", ""
        if term.kind == "iri":
            tag = "uri"
        elif term.kind == "blank":
            tag = "bnode"
        elif term.language:
            rest = f' xml:lang="{term.language}"'
        elif term.datatype != _STRING:
            rest = f" datatype={quoteattr(term.datatype)}"
        return f'<binding name="{name}"><{tag}{rest}>{value}</{tag}></binding>'

    def tail(self) -> str:
        return "</results></sparql>"


class _Csv(_Form):
    parts, closes, between = "\r\n", "\r\n", ","

    def head(self, names: Sequence[str]) -> str:
        return ",".join(names) + "\r\n"

    def field(self, name: str, term: Term) -> str:  # noqa: ARG002
        value = f"_:{term.value}" if term.kind == "blank" else term.value
        return '"' + value.replace('"', '""') + '"' if _QUOTED.search(value) else value


class _Tsv(_Form):
    parts, closes, between = "\n", "\n", "\t"

    def head(self, names: Sequence[str]) -> str:
        return "\t".join(f"?{name}" for name in names) + "\n"

    def field(self, name: str, term: Term) -> str:
        raise NotImplementedError  # it is written so already

    def fields(self, name: str, written: Sequence[str]) -> list[str]:  # noqa: ARG002
        return list(written)


FORMS: Final[dict[str, _Form]] = {
    "application/sparql-results+json": _Json(),
    "application/sparql-results+xml": _Xml(),
    "text/csv": _Csv(),
    "text/tab-separated-values": _Tsv(),
}
"""By media type, without parameters."""


def render(
    rows: Rows, names: Sequence[str], graph: ColumnGraph, media_type: str, output: IO[bytes]
) -> None:
    """Write rows. names: of the columns, in order. Raises OSError, from the output."""
    form = FORMS[media_type]
    output.write(form.head(names).encode())
    columns = [_fields(form, name, rows, graph) for name in names]
    for number, block in enumerate(_blocks(form, columns, rows.size)):
        output.write(form.blocks.encode() * bool(number) + block)
    output.write(form.tail().encode())


def _blocks(form: _Form, columns: Sequence[Fields], size: int) -> Iterator[bytes]:
    """Yield rows as they are written, some at a time."""
    join = form.between.join
    for first in range(0, size, BLOCK_ROWS):
        parts = [column[first : first + BLOCK_ROWS].tolist() for column in columns]
        rows = form.parts.join(map(join, zip(*parts, strict=True)))
        yield f"{form.opens}{rows}{form.closes}".encode()


def _fields(form: _Form, name: str, rows: Rows, graph: ColumnGraph) -> Fields:
    """Return a column as it is written."""
    counted = rows.counts.get(name)
    if counted is None:
        return _written(form, name, rows.terms[name], graph)
    return _numbers(form, name, counted)


def _written(form: _Form, name: str, column: Ids, graph: ColumnGraph) -> Fields:
    if (column[1:] > column[:-1]).all():  # each once already, as groups come
        return np.array(form.fields(name, graph.terms.texts(column.tolist())), np.object_)
    values, places = np.unique(column, return_inverse=True)
    return _laid_out(form.fields(name, graph.terms.texts(values.tolist())), places)


def _numbers(form: _Form, name: str, column: Numbers) -> Fields:
    values, places = np.unique(column, return_inverse=True)
    return _laid_out(form.fields(name, list(map(str, values.tolist()))), places)


def _laid_out(fields: list[str], places: Places) -> Fields:
    return np.array(fields, np.object_)[places]


def _term(text: str) -> Term:
    term = read_term(text)
    assert term is not None
    return term


def _xml_text(value: str) -> str:
    text = escape(value, _SPACES)
    if text[:1] != " " and text[-1:] != " ":
        return text
    inner = text.strip(" ")  # which some readers leave out as well
    before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return "&#32;" * len(before) + inner + "&#32;" * (len(after) if inner else 0)


def _json_string(value: str) -> str:
    if _CLEAN.fullmatch(value):
        return f'"{value}"'
    return json.dumps(value, ensure_ascii=False)
