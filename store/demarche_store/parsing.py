"""RDF from outside, read whole before any of it is stored; nothing is fetched, nothing expanded.

JSON-LD contexts are never fetched: the engine takes a remote one for a syntax error. Entities of
an XML document type the engine does expand, each into all it stands for, so that declarations of
them are refused here: a kilobyte of them can stand for gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pyoxigraph import RdfFormat, Triple, parse

from demarche_ontology.errors import RdfSyntaxError
from demarche_store.formats import GraphFormat

_ENTITY: Final = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    """RDF as it came. base_iri: what relative IRIs are relative to, "" for none."""

    data: bytes
    format: GraphFormat
    base_iri: str = ""

    def triples(self) -> Iterator[Triple]:
        """Yield the triples, blank nodes under new names.

        Raises RdfSyntaxError with line and column, also where a format for datasets names a
        graph: what is sent to one graph is one graph.
        """
        if self.format.engine == RdfFormat.RDF_XML:
            refuse_entities(self.data)
        with parsing_errors(self.format):
            quads = parse(
                self.data,
                self.format.engine,
                base_iri=self.base_iri or None,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
            for quad in quads:
                yield quad.triple


def refuse_entities(data: bytes) -> None:
    """Raise RdfSyntaxError where RDF/XML declares entities."""
    found = _ENTITY.search(data)
    if found is None:
        return
    line = data.count(b"\n", 0, found.start()) + 1
    column = found.start() - data.rfind(b"\n", 0, found.start())
    raise RdfSyntaxError(
        f"The RDF/XML declares entities at line {line}, column {column}, which are not expanded",
        remedy="write what they stand for in full, or send Turtle",
        line=line,
        column=column,
    )


@contextmanager
def parsing_errors(chosen: GraphFormat, name: str = "") -> Iterator[None]:
    """Turn what the engine raises while it parses into RdfSyntaxError. name: of a file."""
    try:
        yield
    except SyntaxError as error:
        what, line, column = _place(error)
        place = f" at line {line}, column {column}" if line else ""
        beginning = f"{name}: the" if name else "The"
        raise RdfSyntaxError(
            f"{beginning} {chosen.label} does not parse{place}: {what}",
            remedy="correct it there, or name the format it really has",
            line=line,
            column=column,
        ) from error
    except ValueError as error:
        raise RdfSyntaxError(f"The data cannot be read as {chosen.label}: {error}") from error


def _place(error: SyntaxError) -> tuple[str, int, int]:
    """Return what the engine says, without its own words for the place, and the place."""
    text = str(error.args[0]) if error.args else str(error)
    details = error.args[1] if len(error.args) > 1 else (None, None, None)
    line, column = details[1] or 0, details[2] or 0
    return re.sub(r"^Parser error at .*?: ", "", text), line, column
