"""How a test of each kind is run against a target, and what makes it fail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import pyoxigraph as ox
from conformance import exchanges, prose
from conformance.answers import (
    Answer,
    Graph,
    Rows,
    UnreadableError,
    is_result_set,
    read_answer,
    read_graph,
    read_result_set,
)
from conformance.failure import Failure
from conformance.isomorphism import same_rows, same_sequence
from conformance.others import Others
from conformance.suites import MF, RDFS, Case, Node, path_of
from conformance.target import Response, Target
from conformance.values import by_value

from demarche_ontology.errors import QuerySyntaxError
from demarche_server import sparql

QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
SD = "http://www.w3.org/ns/sparql-service-description#"

XML = "application/sparql-results+xml"
RESULT_TYPES = {
    ".srx": XML,
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
GRAPHS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}
JSON = RESULT_TYPES[".srj"]
REFUSALS = {403, 404, 409, 422, 500, 501, 502}
CALLING = re.compile(r"(?i)\b(LOAD|SERVICE)\b")
FALLIBLE = re.compile(r"(?i)\b(LOAD|SERVICE|CREATE|CLEAR|DROP|COPY|MOVE|ADD)\b|:\w*\s*\(|>\s*\(")


def run(case: Case, target: Target, others: Others) -> None:
    """Run one test. Raises Failure with what is wrong."""
    _RUNNERS[case.kind](case, target, others)


def in_order(cases: Iterable[Case]) -> list[Case]:
    """Return the tests with those together that are about the same data, which is loaded once."""
    return sorted(cases, key=_data_of)


def _data_of(case: Case) -> tuple[str, ...]:
    if case.kind not in {"QueryEvaluationTest", "CSVResultFormatTest"}:
        return ()
    quads = _query_data(case, _text(case.action.value(QT + "query").value))
    return ("query", *sorted(map(str, quads)))


# --- Queries ---------------------------------------------------------------------------------


def _evaluate_query(case: Case, target: Target, others: Others) -> None:
    text = _text(case.action.value(QT + "query").value)
    quads = _query_data(case, text)
    target.load(quads if target.maps_services else map(others.addressed_quad, quads))
    others.serve(
        {
            service.value(QT + "endpoint").value: _quads(service, QT)
            for service in case.action.nodes(QT + "serviceData")
        }
    )
    text = text if target.maps_services else others.addressed(text)
    expected, media_type = _expected(case.node.value(MF + "result").value, others, target)
    response = target.ask(text, media_type)
    if response.status != 200:
        raise Failure(f"answered with {response}")
    if response.media_type.partition(";")[0].strip() != media_type:
        raise Failure(f"asked for {media_type}, got {response.media_type}")
    found = _read(response)
    lax = case.node.value(MF + "resultCardinality")
    if lax is not None and lax.value == MF + "LaxCardinality":
        expected, found = _set_of(expected), _set_of(found)
    compare(expected, found, _is_ordered(text))


def _text(iri: str) -> str:
    """Return a query or update; relative IRIs in it are resolved against its own address."""
    return f"BASE <{iri}>\n" + path_of(iri).read_text(encoding="utf-8")


def _query_data(case: Case, text: str) -> list[ox.Quad]:
    """Return the dataset of a query: what the manifest gives, and the graphs of its FROM."""
    quads = _quads(case.action, QT)
    try:
        read = sparql.read(text)
    except QuerySyntaxError:
        return quads
    for iri in {*read.default_graphs, *read.named_graphs}:
        if path_of(iri).is_file():
            quads += _file(iri, ox.NamedNode(iri))
    return quads


def _quads(node: Node, vocabulary: str) -> list[ox.Quad]:
    """Return the dataset that `data` and `graphData` of a node make."""
    quads = [quad for data in node.values(vocabulary + "data") for quad in _file(data.value)]
    for named in node.nodes(vocabulary + "graphData"):
        graph, label = named.value(vocabulary + "graph"), named.value(RDFS + "label")
        source = named.term.value if graph is None else graph.value
        quads += _file(source, ox.NamedNode(source if label is None else label.value))
    return quads


@cache
def _file(iri: str, name: ox.NamedNode | None = None) -> tuple[ox.Quad, ...]:
    """Return what a file holds, its blank nodes being the same each time: see `Target.load`."""
    path = path_of(iri)
    quads = ox.parse(
        path=str(path),
        format=GRAPHS[path.suffix],
        base_iri=iri,
        without_named_graphs=name is not None,
        rename_blank_nodes=True,
    )
    if name is None:
        return tuple(quads)
    return tuple(ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads)


def _expected(iri: str, others: Others, target: Target) -> tuple[Answer, str]:
    """Return the expected answer, and the media type to ask for."""
    path = path_of(iri)
    data = path.read_bytes()
    if path.suffix in RESULT_TYPES:
        if not target.maps_services:
            data = others.addressed(data.decode()).encode()
        media_type = RESULT_TYPES[path.suffix]
        return read_answer(data, media_type), media_type
    graph = read_graph(data, GRAPHS[path.suffix], iri)
    return (read_result_set(graph), JSON) if is_result_set(graph) else (graph, "text/turtle")


def _read(response: Response, base: str | None = None) -> Answer:
    try:
        return read_answer(response.body, response.media_type, base)
    except UnreadableError as error:
        raise Failure(str(error)) from error


def _is_ordered(text: str) -> bool:
    """Whether the query orders its solutions, outside every bracket."""
    depth = 0
    for token in sparql.tokenize(text):
        depth += (token.text in {"{", "("}) - (token.text in {"}", ")"})
        if depth == 0 and token.kind == "word" and token.text.upper() == "ORDER":
            return True
    return False


def _set_of(answer: Answer) -> Answer:
    if not isinstance(answer, Rows):
        return answer
    return Rows(answer.variables, tuple(dict.fromkeys(answer.rows)))


def compare(expected: Answer, found: Answer, ordered: bool) -> None:
    """Raise Failure unless two answers are the same, but for the labels of blank nodes."""
    if isinstance(expected, Rows) and isinstance(found, Rows):
        _compare_rows(expected, found, ordered)
    elif isinstance(expected, Graph) and isinstance(found, Graph):
        if not same_rows(_valued(expected.triples), _valued(found.triples)):
            raise Failure(f"expected {_shown(expected.triples)}\nfound {_shown(found.triples)}")
    elif type(expected) is not type(found) or expected != found:
        raise Failure(f"expected {expected}, found {found}")


def _compare_rows(expected: Rows, found: Rows, ordered: bool) -> None:
    if sorted(expected.variables) != sorted(found.variables):
        raise Failure(f"expected columns {expected.variables}, found {found.variables}")
    rows = found.by(expected.variables)
    same = same_sequence if ordered or expected.ordered else same_rows
    if not same(_valued(expected.rows), _valued(rows)):
        raise Failure(f"expected {_shown(expected.rows)}\nfound {_shown(rows)}")


def _valued(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(by_value(term) for term in row) for row in rows]


def _shown(rows: Any) -> str:
    return "\n  ".join(["", *sorted(" | ".join(map(str, row)) for row in rows)])[:4000]


# --- Syntax ----------------------------------------------------------------------------------


def _accept_query(case: Case, target: Target, others: Others) -> None:
    _syntax(case, target, others, valid=True)


def _refuse_query(case: Case, target: Target, others: Others) -> None:
    _syntax(case, target, others, valid=False)


def _syntax(case: Case, target: Target, others: Others, valid: bool) -> None:
    """Send a query or update to whatever is there; status 400 is what tells bad syntax."""
    path = path_of(case.action.term.value)
    text = path.read_text(encoding="utf-8")
    if "Update" in case.kind or path.suffix == ".ru":
        response = target.change(text)
    else:
        others.serve({iri: [] for iri in others.known})
        response = target.ask(
            text if target.maps_services else others.addressed(text), _any_answer(text)
        )
    if valid and not _taken(text, response):
        raise Failure(f"is valid, but was answered with {response}")
    if not valid and response.status != 400 and not _must_not_be_run(text, response):
        raise Failure(f"is not valid, but was answered with {response.status}")


def _must_not_be_run(text: str, response: Response) -> bool:
    """Whether a server refused what calls another server before it looked at the rest."""
    return response.status == 403 and CALLING.search(text) is not None


def _taken(text: str, response: Response) -> bool:
    """Whether a text was taken for valid.

    What was read may still not be carried out: a function that nobody has, a graph that is not
    there, an address that cannot be reached or must not be. Then any status but 400 will do, and
    that, too, with a problem (RFC 9457) whose type is not that of bad syntax.
    """
    if 200 <= response.status < 300:
        return True
    refused = response.status in REFUSALS or (
        response.status == 400 and not _blames_syntax(response)
    )
    return refused and FALLIBLE.search(text) is not None


def _blames_syntax(response: Response) -> bool:
    if not response.media_type.startswith("application/problem+json"):
        return True
    return str(json.loads(response.body)["type"]).endswith("syntax")


def _any_answer(text: str) -> str:
    try:
        graph = sparql.read(text).form == "GRAPH"
    except QuerySyntaxError:
        graph = False
    return "text/turtle" if graph else JSON


# --- Updates ---------------------------------------------------------------------------------


def _evaluate_update(case: Case, target: Target, others: Others) -> None:
    target.load(_quads(case.action, UT))
    response = target.change(_text(case.action.value(UT + "request").value))
    if not 200 <= response.status < 300:
        raise Failure(f"answered with {response}")
    result = case.node.node(MF + "result")
    expected = [] if result is None else [_row(quad) for quad in _quads(result, UT)]
    found = target.dump()
    if not same_rows(_valued(dict.fromkeys(expected)), _valued(found)):
        raise Failure(f"expected {_shown(expected)}\nfound {_shown(found)}")


def _row(quad: ox.Quad) -> tuple[Any, ...]:
    named = isinstance(quad.graph_name, ox.NamedNode)
    return (quad.subject, quad.predicate, quad.object, quad.graph_name if named else None)


# --- Protocols -------------------------------------------------------------------------------


def _protocol(case: Case, target: Target, others: Others) -> None:
    target.load(
        quad
        for named in case.node.nodes(UT + "graphData")
        for quad in _file(
            named.value(UT + "graph").value, ox.NamedNode(named.value(RDFS + "label").value)
        )
    )
    exchanges.run(case, target)


def _graph_store(case: Case, target: Target, others: Others) -> None:
    if case.folder.endswith("http-rdf-update"):
        prose.run(case, target)
        return
    target.load(())
    exchanges.run(case, target)


def _service_description(case: Case, target: Target, others: Others) -> None:
    """Check a description as the three tests say in their names (they have no files)."""
    response = target.get(target.query, "text/turtle")
    if response.status != 200:
        raise Failure(f"answered with {response}")
    graph = _read(response, target.query)
    if not isinstance(graph, Graph):
        raise Failure(f"is no RDF: {response.media_type}")
    _DESCRIPTION_CHECKS[case.iri.rpartition("#")[2]](graph, target)


def _returns_rdf(graph: Graph, target: Target) -> None:
    if not graph.triples:
        raise Failure("the description is empty")


def _has_endpoint(graph: Graph, target: Target) -> None:
    endpoints = {o.value for _, p, o in graph.triples if p.value == SD + "endpoint"}
    if target.query not in endpoints:
        raise Failure(f"sd:endpoint is {sorted(endpoints)}, not {target.query}")


def _conforms(graph: Graph, target: Target) -> None:
    """Check the ranges and the one cardinality of the vocabulary (SPARQL 1.1 SD, section 3)."""
    services = {s for s, p, o in graph.triples if o == ox.NamedNode(SD + "Service")}
    if not services:
        raise Failure("nothing is an sd:Service")
    for service in services:
        endpoints = {o for s, p, o in graph.triples if s == service and p.value == SD + "endpoint"}
        if len(endpoints) != 1:
            raise Failure(f"a service has {len(endpoints)} endpoints; the property is functional")
    wrong = list(_wrong_values(graph))
    if wrong:
        raise Failure("; ".join(wrong))


_RESOURCES = {
    "endpoint", "feature", "defaultEntailmentRegime", "entailmentRegime", "extensionFunction",
    "extensionAggregate", "supportedLanguage", "languageExtension", "propertyFeature",
    "inputFormat", "resultFormat", "defaultDataset", "availableGraphs", "defaultGraph",
    "namedGraph", "name", "graph", "supportedEntailmentProfile",
    "defaultSupportedEntailmentProfile",
}  # fmt: skip


def _wrong_values(graph: Graph) -> Iterator[str]:
    for _, predicate, value in graph.triples:
        name = predicate.value.removeprefix(SD)
        if predicate.value == SD + name and name not in _RESOURCES:
            yield f"sd:{name} is no property of the vocabulary"
        elif predicate.value == SD + name and isinstance(value, ox.Literal):
            yield f"sd:{name} has the literal {value} as its value"


_DESCRIPTION_CHECKS: dict[str, Callable[[Graph, Target], None]] = {
    "returns-rdf": _returns_rdf,
    "has-endpoint-triple": _has_endpoint,
    "conforms-to-schema": _conforms,
}
_RUNNERS: dict[str, Callable[[Case, Target, Others], None]] = {
    "QueryEvaluationTest": _evaluate_query,
    "CSVResultFormatTest": _evaluate_query,
    "PositiveSyntaxTest": _accept_query,
    "PositiveSyntaxTest11": _accept_query,
    "NegativeSyntaxTest": _refuse_query,
    "NegativeSyntaxTest11": _refuse_query,
    "PositiveUpdateSyntaxTest": _accept_query,
    "PositiveUpdateSyntaxTest11": _accept_query,
    "NegativeUpdateSyntaxTest": _refuse_query,
    "NegativeUpdateSyntaxTest11": _refuse_query,
    "UpdateEvaluationTest": _evaluate_update,
    "ProtocolTest": _protocol,
    "GraphStoreProtocolTest": _graph_store,
    "ServiceDescriptionTest": _service_description,
}
