"""Validate one graph against the SHACL shapes, with other graphs as context.

A graph is checked on its own nodes only. What it refers to is known by its classes, lists and
broader concepts, which is all that the shapes ask of a neighbour, so a document of a hundred
claims is checked in about a second however large the rest is.

pySHACL swaps rdflib's reading of booleans process-wide while it loads shapes. `validate` runs it
here and now: use it in a process of your own, a command or a build. `validate_many` runs it in
worker processes and leaves the caller's rdflib alone.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from multiprocessing.connection import wait
from threading import Thread
from typing import Any, Final, Literal, cast

import pyshacl
from pyoxigraph import BlankNode, NamedNode, Triple
from pyoxigraph import Literal as OxLiteral
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.collection import Collection
from rdflib.term import Node

from demarche_ontology import terms
from demarche_ontology.data import shape_files
from demarche_ontology.errors import CheckError, Problem
from demarche_ontology.rdf import read_turtle

Severity = Literal["violation", "warning", "info"]

_TYPE: Final = terms.RDF["type"]
_SUBCLASS: Final = terms.RDFS["subClassOf"]
_KEPT: Final = frozenset({_TYPE, terms.SKOS["inScheme"], terms.SKOS["broader"]})
"""What the shapes ask of a node outside the graph under test."""
_TARGET_CLASS: Final = terms.SH["targetClass"]
_WORTH_A_WORKER: Final = 3_000
"""Triples that take about as long to validate as a process takes to start."""


def _sh(local: str) -> URIRef:
    return URIRef(terms.SH[local].value)


_PROPERTY: Final = _sh("property")
_TEST: Final = URIRef("urn:demarche:under-test")
"""A node of the data under test that points at what is to be tested."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One node that breaks one rule.

    focus: IRI of the node. path: the property concerned, as prefixed names; "" for a rule about
    the whole node. message: what is wrong and what to do. value: the offending value, "" where
    something is missing. rule: the shape that says so, a stable name such as "Claim-voice".
    """

    focus: str
    path: str
    message: str
    value: str
    severity: Severity
    rule: str

    def __str__(self) -> str:
        where = " ".join(part for part in (shorten(self.focus), self.path) if part)
        value = f" (found: {self.value})" if self.value else ""
        return f"{self.severity}: {where}: {self.message}{value} [{self.rule}]"

    def problem(self, file: str = "") -> Problem:
        """Return the finding as the `Problem` that errors carry."""
        value = f" (found: {self.value})" if self.value else ""
        return Problem(file, 0, shorten(self.focus), f"{self.message}{value}")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the nodes that a graph may refer to. Made once, used for many graphs."""

    known: Mapping[NamedNode, tuple[Triple, ...]] = field(repr=False)
    subclasses: frozenset[Triple] = field(repr=False)

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> Context:
        """Keep what the shapes need of the ontology, vocabulary and reference graphs."""
        known: defaultdict[NamedNode, list[Triple]] = defaultdict(list)
        subclasses = set()
        for triple in triples:
            if not isinstance(triple.subject, NamedNode):
                continue
            if triple.predicate in _KEPT:
                known[triple.subject].append(triple)
            elif triple.predicate == _SUBCLASS and isinstance(triple.object, NamedNode):
                subclasses.add(triple)
        return cls({node: tuple(kept) for node, kept in known.items()}, frozenset(subclasses))

    def near(self, data: Iterable[Triple]) -> Context:
        """Return what is known of the nodes that some triples refer to, and all subclasses."""
        referred = {triple.object for triple in data}
        known = {node: kept for node, kept in self.known.items() if node in referred}
        return Context(known, self.subclasses)

    def superclasses(self, of: Iterable[NamedNode]) -> set[NamedNode]:
        """Return the classes and all classes above them."""
        parents: defaultdict[NamedNode, list[NamedNode]] = defaultdict(list)
        for triple in self.subclasses:
            parents[cast(NamedNode, triple.subject)].append(cast(NamedNode, triple.object))
        found: set[NamedNode] = set()
        waiting = list(of)
        while waiting:
            if (node := waiting.pop()) not in found:
                found.add(node)
                waiting.extend(parents[node])
        return found


def validate(
    data: Iterable[Triple],
    context: Context | Iterable[Triple],
    shapes: Iterable[Triple] | None = None,
) -> tuple[Finding, ...]:
    """Return what is wrong with the nodes of `data`, sorted; empty when it conforms.

    context: the ontology (for its subclasses), the vocabulary (for its lists) and every graph
    that `data` refers to; best made once with `Context.of`.
    shapes: other shapes than ours.
    Raises CheckError when the shapes themselves cannot be used.
    """
    if not isinstance(context, Context):
        context = Context.of(context)
    own = set(data)
    shape_triples = shipped_shapes() if shapes is None else tuple(shapes)
    report = _run(_data_graph(own, context), _shapes_graph(shape_triples))
    subjects = {_term(triple.subject) for triple in own}
    return tuple(sorted(f for f in _findings(report) if URIRef(f.focus) in subjects))


def validate_many(
    graphs: Mapping[str, Iterable[Triple]], context: Context, workers: int = 1
) -> dict[str, tuple[Finding, ...]]:
    """Validate several graphs in worker processes; the caller's rdflib stays untouched.

    graphs: name (free to choose) -> triples. Returns name -> findings, in the same order.
    """
    jobs = {name: tuple(triples) for name, triples in graphs.items()}
    if not jobs:
        return {}
    context = context.near(chain.from_iterable(jobs.values()))
    worth = 1 + sum(map(len, jobs.values())) // _WORTH_A_WORKER
    with ProcessPoolExecutor(
        max_workers=max(1, min(workers, worth, len(jobs))),
        mp_context=multiprocessing.get_context("spawn"),  # a process with threads must not fork
        initializer=_Worker.start,
        initargs=(context,),
    ) as pool:
        return dict(zip(jobs, pool.map(_Worker.validate, jobs.values()), strict=True))


def failures(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that forbid to publish a graph; warnings do not."""
    return tuple(finding for finding in findings if finding.severity == "violation")


@cache
def shipped_shapes() -> tuple[Triple, ...]:
    """Return the triples of every file in `shapes/`, parsed once per process."""
    return tuple(
        triple for file in shape_files() for triple in read_turtle(file, f"shapes/{file.name}")
    )


class _Worker:
    """State of one worker process: the context is sent once, not with every graph."""

    context: Context

    @classmethod
    def start(cls, context: Context) -> None:
        Thread(target=_die_with_parent, daemon=True).start()
        cls.context = context

    @classmethod
    def validate(cls, triples: tuple[Triple, ...]) -> tuple[Finding, ...]:
        return validate(triples, cls.context)


def _die_with_parent() -> None:
    """End this worker when the process that started it is gone.

    A killed parent runs no clean-up, and its workers would wait for work for ever: each holds the
    pipe open that should tell the others.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _data_graph(own: set[Triple], context: Context) -> Graph:
    """Return `own` and, of every node it refers to, what the shapes ask of a neighbour.

    What `own` describes itself stands on its own: the context may hold an older version of it.
    Which nodes are under test is said of a node of its own, once for each class that they are of:
    neighbours have the same classes but only a few of their triples.
    """
    classes = _classes(own)
    referred = {triple.object for triple in own if isinstance(triple.object, NamedNode)}
    near = {triple for node in referred - classes.keys() for triple in context.known.get(node, ())}
    graph = _graph(own | near | context.subclasses)
    above = {kind: context.superclasses(kind) for kind in map(frozenset, classes.values())}
    for node, kind in classes.items():
        for class_ in above[frozenset(kind)]:
            graph.add((_TEST, _tested(class_), _term(node)))
    return graph


def _tested(class_: NamedNode) -> URIRef:
    """Return the property by which `_TEST` points at the nodes of a class that are under test."""
    return URIRef(f"{_TEST}:{class_.value}")


@cache
def _shapes_graph(shapes: tuple[Triple, ...]) -> Graph:
    """Return the shapes, aimed at the nodes under test instead of at whole classes.

    The properties of a shape with targets are aimed at the same nodes by themselves: they find the
    same, and pySHACL judges all nodes at once instead of beginning anew with each.
    """
    graph = _graph(triple for triple in shapes if triple.predicate != _TARGET_CLASS)
    aims: defaultdict[Node, set[URIRef]] = defaultdict(set)
    for triple in shapes:
        if triple.predicate == _TARGET_CLASS:
            aims[_term(triple.subject)].add(_tested(cast(NamedNode, triple.object)))
    for shape in list(aims):
        if _has_no_other_targets(graph, shape):
            for part in set(graph.objects(shape, _PROPERTY)):
                graph.remove((shape, _PROPERTY, part))
                aims[part] |= aims[shape]
    for shape, properties in aims.items():
        for property_ in properties:
            graph.add((shape, _sh("targetObjectsOf"), property_))
    return graph


def _has_no_other_targets(shapes: Graph, shape: Node) -> bool:
    """Whether a shape with target classes is asked about their nodes, and about nothing else."""
    others = ("targetNode", "targetObjectsOf", "targetSubjectsOf", "deactivated")
    referred = (None, None, shape) in shapes
    return not referred and not any((shape, _sh(name), None) in shapes for name in others)


def _classes(own: Iterable[Triple]) -> dict[Any, set[NamedNode]]:
    classes: defaultdict[Any, set[NamedNode]] = defaultdict(set)
    for triple in own:
        if triple.predicate == _TYPE and isinstance(triple.object, NamedNode):
            classes[triple.subject].add(triple.object)
    return classes


def _run(data: Graph, shapes: Graph) -> Graph:
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True, advanced=False)
    if not isinstance(report, Graph):  # pySHACL returns its ValidationFailure here
        remedy = "correct the shape that is named"
        raise CheckError("The shapes cannot be used", [Problem("shapes", 0, "", text, remedy)])
    return report


def _findings(report: Graph) -> Iterator[Finding]:
    for result in report.objects(None, _sh("result")):
        yield Finding(
            focus=str(report.value(result, _sh("focusNode"))),
            path=_path_text(report, report.value(result, _sh("resultPath"))),
            message=_message(report, result),
            value=_value_text(report.value(result, _sh("value"))),
            severity=_severity(report.value(result, _sh("resultSeverity"))),
            rule=_rule(report.value(result, _sh("sourceShape"))),
        )


def _message(report: Graph, result: Node) -> str:
    return " ".join(sorted(str(text) for text in report.objects(result, _sh("resultMessage"))))


def _severity(node: Node | None) -> Severity:
    severities: dict[Node | None, Severity] = {_sh("Warning"): "warning", _sh("Info"): "info"}
    return severities.get(node, "violation")


def _rule(node: Node | None) -> str:
    return str(node).removeprefix(terms.SHAPE) if isinstance(node, URIRef) else ""


def _value_text(value: Node | None) -> str:
    if value is None:
        return ""
    return shorten(str(value)) if isinstance(value, URIRef) else str(value)


def _path_text(report: Graph, path: Node | None) -> str:
    """Write a property path as SPARQL does, so that it can be tried in a query."""
    if path is None:
        return ""
    if isinstance(path, URIRef):
        return shorten(str(path))
    if (options := report.value(path, _sh("alternativePath"))) is not None:
        return "|".join(_path_text(report, step) for step in Collection(report, options))
    if (inverse := report.value(path, _sh("inversePath"))) is not None:
        return f"^{_path_text(report, inverse)}"
    return "/".join(_path_text(report, step) for step in Collection(report, path))


def shorten(iri: str) -> str:
    """Return an IRI as a prefixed name where one of our prefixes fits, else as it is."""
    fits = [(name, base) for name, base in terms.PREFIXES.items() if iri.startswith(base)]
    if not fits:
        return iri
    name, base = max(fits, key=lambda pair: len(pair[1]))
    return f"{name}:{iri[len(base) :]}"


def _graph(triples: Iterable[Triple]) -> Graph:
    graph = Graph(bind_namespaces="none")
    with _quiet_conversion():
        for subject, predicate, value in triples:
            graph.add((_term(subject), _term(predicate), _term(value)))
    return graph


@contextmanager
def _quiet_conversion() -> Iterator[None]:
    """Keep rdflib from logging a traceback for each ill-typed literal: a finding says it."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _term(term: object) -> Node:
    """Return an engine's term as rdflib's, with the lexical form of literals kept."""
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    literal = cast(OxLiteral, term)
    if literal.language:
        return RdfLiteral(literal.value, lang=literal.language)
    converted = RdfLiteral(literal.value, datatype=URIRef(literal.datatype.value), normalize=False)
    # pySHACL compares values before it looks at datatypes, and fails on 31 February. A string
    # is compared without harm and still has the wrong datatype, which is what is reported.
    return RdfLiteral(literal.value) if converted.ill_typed else converted
