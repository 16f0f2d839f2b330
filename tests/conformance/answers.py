"""Reading answers: the result formats of SPARQL, RDF result sets and graphs.

XML and JSON are read here, not by the engine under test, which would forgive itself.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox

XSD_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RESULT_SET = ox.NamedNode(RS + "ResultSet")
SRX = "{http://www.w3.org/2005/sparql-results#}"
ITS = "{http://www.w3.org/2005/11/its}"
XML = "{http://www.w3.org/XML/1998/namespace}"

RDF_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True)
class Rows:
    """Solutions. variables: as the header gives them, without the question mark.

    ordered: whether the format says that the order counts (an index on each solution).
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    ordered: bool = False

    def by(self, variables: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return the rows with their columns in another order."""
        at = [self.variables.index(name) for name in variables]
        return [tuple(row[n] for n in at) for row in self.rows]


@dataclass(frozen=True)
class Graph:
    triples: tuple[tuple[Any, ...], ...]


Answer = Rows | Graph | bool


class UnreadableError(Exception):
    """What came is not in the format it is said to be in."""


def read_answer(data: bytes, media_type: str, base: str | None = None) -> Answer:
    """Read an answer; relative IRIs in RDF are resolved against `base`. Raises UnreadableError."""
    bare = media_type.partition(";")[0].strip().lower()
    reader = _READERS.get(bare)
    try:
        if reader is not None:
            return reader(data)
        if bare in RDF_FORMATS:
            return read_graph(data, RDF_FORMATS[bare], base)
    except (ValueError, SyntaxError, KeyError, IndexError) as error:
        raise UnreadableError(f"not {bare}: {error}") from error
    raise UnreadableError(f"no known media type: {media_type!r}")


def read_graph(data: bytes, form: ox.RdfFormat, base: str | None = None) -> Graph:
    quads = ox.parse(data, format=form, base_iri=base, rename_blank_nodes=True)
    distinct = dict.fromkeys((q.subject, q.predicate, q.object) for q in quads)
    return Graph(tuple(distinct))


# --- XML -------------------------------------------------------------------------------------


def _read_xml(data: bytes) -> Answer:
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag != SRX + "sparql":
        raise ValueError(f"the root is {root.tag}")
    boolean = root.find(SRX + "boolean")
    if boolean is not None:
        return _boolean((boolean.text or "").strip())
    names = tuple(node.attrib["name"] for node in root.iterfind(f"{SRX}head/{SRX}variable"))
    results = root.find(SRX + "results")
    if results is None:
        raise ValueError("there are neither results nor a boolean")
    return _rows(names, [_xml_row(result) for result in results.iterfind(SRX + "result")])


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"{text!r} is no boolean")
    return text == "true"


def _rows(names: tuple[str, ...], rows: Iterable[dict[str, Any]], ordered: bool = False) -> Rows:
    listed = list(rows)
    unknown = {name for row in listed for name in row} - set(names)
    if unknown:
        raise ValueError(f"bound, but not in the head: {sorted(unknown)}")
    return Rows(names, tuple(tuple(row.get(name) for name in names) for row in listed), ordered)


def _xml_row(result: ElementTree.Element) -> dict[str, Any]:
    return {
        binding.attrib["name"]: _xml_term(next(iter(binding)))
        for binding in result.iterfind(SRX + "binding")
    }


def _xml_term(node: ElementTree.Element) -> Any:
    text, kind = node.text or "", node.tag.removeprefix(SRX)
    if kind == "triple":
        parts = {child.tag.removeprefix(SRX): _xml_term(next(iter(child))) for child in node}
        return ox.Triple(parts["subject"], parts["predicate"], parts["object"])
    return _term(
        kind,
        text,
        node.get(XML + "lang"),
        node.get("datatype"),
        node.get(ITS + "dir"),
    )


def _term(
    kind: str, value: str, language: str | None, datatype: str | None, direction: str | None
) -> Any:
    if kind == "uri":
        return ox.NamedNode(value)
    if kind == "bnode":
        return ox.BlankNode("b" + value.encode().hex())
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(f"no kind of term: {kind}")
    if direction:
        side = {"ltr": ox.BaseDirection.LTR, "rtl": ox.BaseDirection.RTL}[direction]
        return ox.Literal(value, language=language, direction=side)
    if language:
        return ox.Literal(value, language=language)
    return ox.Literal(value, datatype=ox.NamedNode(datatype) if datatype else XSD_STRING)


# --- JSON ------------------------------------------------------------------------------------


def _read_json(data: bytes) -> Answer:
    document = json.loads(data)
    if "boolean" in document:
        if not isinstance(document["boolean"], bool):
            raise ValueError("the boolean is none")
        return document["boolean"]
    names = tuple(document["head"]["vars"])
    rows = document["results"]["bindings"]
    return _rows(names, [{name: _json_term(term) for name, term in row.items()} for row in rows])


def _json_term(term: dict[str, Any]) -> Any:
    value = term["value"]
    if term["type"] == "triple":
        return ox.Triple(*(_json_term(value[part]) for part in ("subject", "predicate", "object")))
    return _term(
        term["type"], value, term.get("xml:lang"), term.get("datatype"), term.get("its:dir")
    )


# --- CSV, TSV --------------------------------------------------------------------------------


def _read_csv(data: bytes) -> Rows:
    """Read CSV: terms are strings there, blank nodes apart, and unbound is an empty field.

    An empty line is one empty field, which Python's reader takes for none.
    """
    header, *lines = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    if len(header) == 1:
        lines = [line or [""] for line in lines]
    if any(len(line) != len(header) for line in lines):
        raise ValueError("a line has more or fewer fields than the header")
    return Rows(tuple(header), tuple(tuple(map(_csv_field, line)) for line in lines))


def _csv_field(field: str) -> Any:
    return ox.BlankNode("b" + field.encode().hex()) if field.startswith("_:") else field


def _read_tsv(data: bytes) -> Answer:
    answer = ox.parse_query_results(data, format=ox.QueryResultsFormat.TSV)
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    names = tuple(variable.value for variable in answer.variables)
    return Rows(names, tuple(tuple(solution[name] for name in names) for solution in answer))


# --- Result sets in RDF ----------------------------------------------------------------------


def is_result_set(graph: Graph) -> bool:
    return any(o == RESULT_SET for _, _, o in graph.triples)


def read_result_set(graph: Graph) -> Answer:
    """Read a result set of the first SPARQL tests. Raises UnreadableError."""
    facts: dict[tuple[Any, str], list[Any]] = {}
    for s, p, o in graph.triples:
        facts.setdefault((s, p.value.removeprefix(RS)), []).append(o)
    root = next(s for s, _, o in graph.triples if o == RESULT_SET)
    if (root, "boolean") in facts:
        return _boolean(facts[root, "boolean"][0].value)
    names = tuple(name.value for name in facts.get((root, "resultVariable"), ()))
    solutions = facts.get((root, "solution"), [])
    ordered = any((solution, "index") in facts for solution in solutions)
    if ordered:
        solutions = sorted(solutions, key=lambda node: int(facts[node, "index"][0].value))
    return _rows(names, [_solution(facts, node) for node in solutions], ordered)


def _solution(facts: dict[tuple[Any, str], list[Any]], solution: Any) -> dict[str, Any]:
    return {
        facts[binding, "variable"][0].value: facts[binding, "value"][0]
        for binding in facts.get((solution, "binding"), ())
    }


_READERS = {
    "application/sparql-results+xml": _read_xml,
    "application/sparql-results+json": _read_json,
    "text/csv": _read_csv,
    "text/tab-separated-values": _read_tsv,
}
