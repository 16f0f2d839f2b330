"""Shared helpers: read Turtle with useful errors, hash a graph, write Turtle the same twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from demarche_ontology.errors import InputError, Problem
from demarche_ontology.terms import PREFIXES


def read_turtle(path: Path, name: str = "") -> tuple[Triple, ...]:
    """Return the triples of a Turtle file, in file order.

    name: how errors call the file; its path if empty.
    Raises InputError with file and line when it cannot be read or is not Turtle.
    """
    name = name or str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise _input_error(name, 0, reason, "check that the file is there and readable") from error
    return parse_turtle(content, name)


def parse_turtle(content: bytes, name: str) -> tuple[Triple, ...]:
    """Return the triples of Turtle text (UTF-8). Raises InputError with `name` and line."""
    try:
        return tuple(quad.triple for quad in parse(content, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise _syntax_error(name, error) from error


def read_trig(path: Path, name: str = "") -> tuple[Quad, ...]:
    """Return the quads of a TriG file, in file order. Raises InputError with file and line."""
    try:
        return tuple(parse(path.read_bytes(), format=RdfFormat.TRIG))
    except SyntaxError as error:
        raise _syntax_error(name or str(path), error) from error


def has_blank_nodes(triples: Iterable[Triple]) -> bool:
    """Return whether any subject or object is a blank node."""
    return any(
        isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
        for triple in triples
    )


def n_triples(triples: Iterable[Triple]) -> bytes:
    """Return the triples as N-Triples in UTF-8, in the order given."""
    content: bytes = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return content


def canonical_bytes(triples: Iterable[Triple]) -> bytes:
    """Return the canonical N-Quads of a graph: sorted by code point, no duplicates, UTF-8.

    Blank nodes are named by RDFC-1.0 (W3C RDF Dataset Canonicalization). A graph without any is
    its own canonical form, so the algorithm is only run where there are some.
    """
    graph = set(triples)
    if has_blank_nodes(graph):
        dataset = Dataset(Quad(*triple) for triple in graph)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        graph = {quad.triple for quad in dataset}
    # RDFC-1.0 section 5 sorts lines in code point order, which UTF-8 byte order equals.
    lines = n_triples(graph).splitlines(keepends=True)
    return b"".join(sorted(lines))


def canonical_sha256(triples: Iterable[Triple]) -> str:
    """Return the sha-256 (64 lower-case hex digits) of the graph's canonical N-Quads."""
    return hashlib.sha256(canonical_bytes(triples)).hexdigest()


def sorted_triples(triples: Iterable[Triple]) -> list[Triple]:
    """Return the distinct triples in the order of their N-Triples text."""
    return sorted(set(triples), key=str)


def to_turtle(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Return Turtle that is the same for the same graph, with only the prefixes that it uses.

    Labels of blank nodes are kept as they are, so graphs that have some are only repeatable when
    their labels are.
    """
    ordered = sorted_triples(triples)
    text = n_triples(ordered).decode()
    used = {name: str(iri) for name, iri in prefixes.items() if f"<{iri!s}" in text}
    content: bytes = serialize(ordered, format=RdfFormat.TURTLE, prefixes=used) or b""
    return content


def _syntax_error(name: str, error: SyntaxError) -> InputError:
    return _input_error(name, error.lineno or 0, str(error.msg), "correct the syntax there")


def _input_error(name: str, line: int, message: str, remedy: str) -> InputError:
    return InputError(f"{name} cannot be read", [Problem(name, line, "", message, remedy)])
