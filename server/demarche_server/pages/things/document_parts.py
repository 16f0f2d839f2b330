"""What the graph knows of a document: its parts, and where claims stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology.terms import DCTERMS, DEM, OA, VOC
from demarche_server.readers.tables import Term

CLAIMS: Final = 3000
"""Claims read for one page."""
STARTS: Final = 20_000
"""Places at which claims of one file begin, as far as they are counted."""
PARTS: Final = 1000
"""Parts of a document that its page knows."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document as the graph describes it. kind: a notation of `voc:part`."""

    iri: str
    kind: str
    start: int
    end: int
    title: str
    publisher: str
    creator: str
    reply: str
    date: str


def part(row: tuple[Term | None, ...]) -> Part:
    """Return a row of `parts_of` as a part."""
    iri, start, end, kind, *texts = (term.value if term else "" for term in row)
    notation = kind.removeprefix(f"{VOC}part-")
    return Part(iri, notation, int(start), int(end), *texts)


def numbers(row: tuple[Term | None, ...]) -> tuple[int, int]:
    """Return the first two columns of a row as numbers, 0 for none."""
    start, end = (int(term.value) if term else 0 for term in row[:2])
    return start, end


# --- Queries ---------------------------------------------------------------------------------


def whole(part: NamedNode) -> str:
    """Return the query for the document that a part lies in."""
    lies_in = DCTERMS["isPartOf"]
    return f"SELECT ?document {{ {part} {lies_in}+ ?document . ?document a {DEM['Document']} }}"


def span(thing: NamedNode) -> str:
    """Return the query for the first and last offset of a part, or of a document."""
    return f"""
SELECT ?start ?end {{
  {{ {thing} {OA["hasSelector"]} ?selector . ?selector {OA["start"]} ?start ; {OA["end"]} ?end }}
  UNION {{ {thing} {DEM["lengthInCodePoints"]} ?end BIND(0 AS ?start) }}
}} ORDER BY ?start"""


def parts_of(document: str) -> str:
    """Return the query for the parts of a document, as `part` reads them."""
    return f"""
SELECT ?part ?start ?end ?kind ?title ?publisher ?creator ?reply ?date {{
  ?part {DCTERMS["isPartOf"]}+ {NamedNode(document)} ; {DEM["partKind"]} ?kind ;
    {OA["hasSelector"]} ?selector .
  ?selector {OA["start"]} ?start ; {OA["end"]} ?end .
  OPTIONAL {{ ?part {DCTERMS["title"]} ?title }}
  OPTIONAL {{ ?part {DCTERMS["publisher"]} ?publisher }}
  OPTIONAL {{ ?part {DCTERMS["creator"]} ?creator }}
  OPTIONAL {{ ?part {DEM["inReplyTo"]} ?reply }}
  OPTIONAL {{ ?part {DEM["edtf"]} ?date }}
}} ORDER BY ?start DESC(?end) ?part LIMIT {PARTS}"""


def claims_within(document: str, first: int, last: int) -> str:
    """Return the query for claims whose passage meets a window: span, claim, source, voice."""
    return f"""
SELECT ?start ?end ?claim ?source ?voice {{
  ?passage {OA["hasSource"]} {NamedNode(document)} ; {OA["hasSelector"]} ?selector .
  ?selector {OA["start"]} ?start ; {OA["end"]} ?end .
  FILTER(?start < {last} && ?end > {first})
  ?claim {DEM["evidence"]} ?passage ; {DEM["attributedTo"]} ?source .
  OPTIONAL {{ ?claim {DEM["voice"]} ?voice }}
}} ORDER BY ?start DESC(?end) ?claim LIMIT {CLAIMS + 1}"""


def starts(document: str) -> str:
    """Return the query for where claims begin, and how many do there; each counts once."""
    return f"""
SELECT ?start (COUNT(*) AS ?claims) {{
  {{ SELECT ?claim (MIN(?from) AS ?start) {{
    ?passage {OA["hasSource"]} {NamedNode(document)} ; {OA["hasSelector"]} ?selector .
    ?selector {OA["start"]} ?from . ?claim {DEM["evidence"]} ?passage
  }} GROUP BY ?claim }}
}} GROUP BY ?start ORDER BY ?start LIMIT {STARTS}"""
