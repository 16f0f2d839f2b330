"""The one table of formats: what answers and graphs are written in, and how each is named.

Command line, server and export all look formats up here, by short name ("ttl"), file suffix
(".ttl") or media type ("text/turtle; charset=utf-8"). Media types are those of the IANA registry
and the SPARQL 1.1 result specifications; aliases are older or looser names seen in requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Final, TypeVar

from pyoxigraph import QueryResultsFormat, RdfFormat

from demarche_ontology.errors import NotAcceptableError
from demarche_store.protocol import QueryForm


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """How rows or a boolean are written.

    name: short name for command lines and `?format=`. suffixes: without the dot, the usual first.
    boolean: whether ASK has this form (CSV and TSV are defined for SELECT only).
    """

    name: str
    label: str
    media_type: str
    aliases: tuple[str, ...]
    suffixes: tuple[str, ...]
    engine: QueryResultsFormat
    boolean: bool


@dataclass(frozen=True, slots=True)
class GraphFormat:
    """How triples or quads are written.

    datasets: whether it can hold named graphs; the others hold one graph.
    """

    name: str
    label: str
    media_type: str
    aliases: tuple[str, ...]
    suffixes: tuple[str, ...]
    engine: RdfFormat
    datasets: bool


RESULT_FORMATS: Final[tuple[ResultFormat, ...]] = (
    ResultFormat(
        name="json",
        label="SPARQL results, JSON",
        media_type="application/sparql-results+json",
        aliases=("application/json", "text/json"),
        suffixes=("srj", "json"),
        engine=QueryResultsFormat.JSON,
        boolean=True,
    ),
    ResultFormat(
        name="xml",
        label="SPARQL results, XML",
        media_type="application/sparql-results+xml",
        aliases=("application/xml", "text/xml"),
        suffixes=("srx", "xml"),
        engine=QueryResultsFormat.XML,
        boolean=True,
    ),
    ResultFormat(
        name="csv",
        label="CSV",
        media_type="text/csv",
        aliases=(),
        suffixes=("csv",),
        engine=QueryResultsFormat.CSV,
        boolean=False,
    ),
    ResultFormat(
        name="tsv",
        label="TSV",
        media_type="text/tab-separated-values",
        aliases=("text/tsv",),
        suffixes=("tsv",),
        engine=QueryResultsFormat.TSV,
        boolean=False,
    ),
)

GRAPH_FORMATS: Final[tuple[GraphFormat, ...]] = (
    GraphFormat(
        name="turtle",
        label="Turtle",
        media_type="text/turtle",
        aliases=("application/x-turtle", "application/turtle"),
        suffixes=("ttl",),
        engine=RdfFormat.TURTLE,
        datasets=False,
    ),
    GraphFormat(
        name="ntriples",
        label="N-Triples",
        media_type="application/n-triples",
        aliases=("text/plain",),
        suffixes=("nt",),
        engine=RdfFormat.N_TRIPLES,
        datasets=False,
    ),
    GraphFormat(
        name="nquads",
        label="N-Quads",
        media_type="application/n-quads",
        aliases=("text/x-nquads", "text/nquads"),
        suffixes=("nq",),
        engine=RdfFormat.N_QUADS,
        datasets=True,
    ),
    GraphFormat(
        name="trig",
        label="TriG",
        media_type="application/trig",
        aliases=("application/x-trig",),
        suffixes=("trig",),
        engine=RdfFormat.TRIG,
        datasets=True,
    ),
    GraphFormat(
        name="rdfxml",
        label="RDF/XML",
        media_type="application/rdf+xml",
        aliases=("application/xml", "text/xml"),
        suffixes=("rdf", "owl", "xml"),
        engine=RdfFormat.RDF_XML,
        datasets=False,
    ),
    GraphFormat(
        name="jsonld",
        label="JSON-LD",
        media_type="application/ld+json",
        aliases=("application/json",),
        suffixes=("jsonld", "json"),
        engine=RdfFormat.JSON_LD,
        datasets=True,
    ),
)

AnyFormat = ResultFormat | GraphFormat
_F = TypeVar("_F", bound=AnyFormat)


def formats_of(form: QueryForm) -> tuple[AnyFormat, ...]:
    """Return the formats an answer of this form can be written in, the preferred first."""
    if form == "GRAPH":
        return GRAPH_FORMATS
    return tuple(known for known in RESULT_FORMATS if known.boolean or form == "SELECT")


def result_format(key: str) -> ResultFormat:
    """Look a result format up by short name, suffix or media type.

    Raises NotAcceptableError naming what there is.
    """
    return _lookup(key, RESULT_FORMATS)


def graph_format(key: str) -> GraphFormat:
    """Look an RDF format up by short name, suffix or media type.

    Raises NotAcceptableError naming what there is.
    """
    return _lookup(key, GRAPH_FORMATS)


def graph_format_of(path: PurePath | str) -> GraphFormat:
    """Look the RDF format of a file up by its suffix. Raises NotAcceptableError."""
    return graph_format(PurePath(path).suffix or str(path))


@lru_cache(maxsize=256)
def format_for(form: QueryForm, key: str) -> AnyFormat:
    """Look up by short name, suffix or media type among the formats of one form of answer.

    Raises NotAcceptableError, for instance for CSV when the answer is a boolean.
    """
    if form == "GRAPH":
        return graph_format(key)
    return _lookup(key, [known for known in RESULT_FORMATS if known.boolean or form == "SELECT"])


def _lookup(key: str, known: Sequence[_F]) -> _F:
    wanted = key.partition(";")[0].strip().lower().removeprefix(".")
    exact = [one for one in known if wanted in (one.name, one.media_type, *one.suffixes)]
    loose = [one for one in known if wanted in one.aliases]
    for found in exact + loose:
        return found
    offered = tuple(candidate.media_type for candidate in known)
    names = ", ".join(candidate.name for candidate in known)
    raise NotAcceptableError(
        f"'{key}' is not a format of this kind of answer", offered, remedy=f"choose one of: {names}"
    )
