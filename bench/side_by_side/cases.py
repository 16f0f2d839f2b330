"""What is asked. Each case makes a different text for each number, so that no cache answers it.

The queries are those of researchers: who said what, how often, about whom. Every answer has one
right multiset of rows: where LIMIT cuts, ORDER BY leaves nothing open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

PREFIXES = """\
PREFIX dem: <https://w3id.org/demarche/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

Kind = Literal["lookup", "filter", "join", "order", "aggregate"]


@dataclass(frozen=True)
class Case:
    """A query with a gap. text: of the number of the asking. kind: which floors it is held to."""

    name: str
    kind: Kind
    text: Callable[[int], str]


def cases(claims: Sequence[str], words: Sequence[str]) -> tuple[Case, ...]:
    """Return all cases. claims: IRIs of claims. words: words that statements have."""

    def pick(values: Sequence[str], number: int) -> str:
        return values[number * 7919 % len(values)]

    def case(name: str, kind: Kind, body: str) -> Case:
        def text(number: int) -> str:
            filled = body.replace("CLAIM", f"<{pick(claims, number)}>")
            filled = filled.replace("WORD", pick(words, number)).replace("NUMBER", str(number))
            return PREFIXES + filled

        return Case(name, kind, text)

    return (
        case("lookup", "lookup", "SELECT ?p ?oNUMBER { CLAIM ?p ?oNUMBER }"),
        case(
            "contains",
            "filter",
            "SELECT ?c ?sNUMBER { ?c dem:statement ?sNUMBER"
            ' FILTER(CONTAINS(LCASE(STR(?sNUMBER)), "WORD")) }',
        ),
        case(
            "regex",
            "filter",
            "SELECT ?c ?sNUMBER { ?c dem:statement ?sNUMBER"
            ' FILTER(REGEX(STR(?sNUMBER), "WORD [a-z]+", "i")) }',
        ),
        case(
            "contains anywhere",
            "filter",
            "SELECT ?s ?p ?oNUMBER { ?s ?p ?oNUMBER FILTER(ISLITERAL(?oNUMBER)"
            ' && CONTAINS(LCASE(STR(?oNUMBER)), "WORD")) }',
        ),
        case(
            "regex anywhere",
            "filter",
            "SELECT ?s ?p ?oNUMBER { ?s ?p ?oNUMBER FILTER(ISLITERAL(?oNUMBER)"
            ' && REGEX(STR(?oNUMBER), "WORD [a-z]+", "i")) }',
        ),
        case(
            "join",
            "join",
            "SELECT ?eventNUMBER ?source ?label { ?c dem:aboutEvent ?eventNUMBER ;"
            " dem:attributedTo ?source ; dem:evidence ?passage ; dem:earliest ?day ."
            " ?source skos:prefLabel ?label . ?eventNUMBER dem:latest ?last ."
            " FILTER(?day <= ?last) ?derived <http://www.w3.org/ns/prov#wasDerivedFrom> ?c }",
        ),
        case(
            "pairs",
            "join",
            "SELECT ?eventNUMBER ?one ?other { ?a dem:aboutEvent ?eventNUMBER ;"
            " dem:attributedTo ?one . ?b dem:aboutEvent ?eventNUMBER ; dem:attributedTo ?other ."
            " FILTER(STR(?one) < STR(?other)) }",
        ),
        case(
            "join of claims with claims",
            "join",
            "SELECT ?a ?bNUMBER { ?a dem:attributedTo ?source ; dem:category ?category ;"
            " dem:earliest ?before . ?bNUMBER dem:attributedTo ?source ; dem:category ?category ;"
            " dem:earliest ?after ; dem:statement ?statement ."
            ' FILTER(?before < ?after && CONTAINS(STR(?statement), "WORD")) }',
        ),
        case(
            "order by",
            "order",
            "SELECT ?c ?sNUMBER { ?c dem:statement ?sNUMBER } ORDER BY ?sNUMBER ?c LIMIT 100",
        ),
        case(
            "order by of all literals",
            "order",
            "SELECT ?s ?p ?oNUMBER { ?s ?p ?oNUMBER FILTER(ISLITERAL(?oNUMBER)) }"
            " ORDER BY LCASE(STR(?oNUMBER)) ?s ?p ?oNUMBER LIMIT 100",
        ),
        case(
            "aggregate of all triples",
            "aggregate",
            "SELECT ?p (COUNT(*) AS ?nNUMBER) { ?s ?p ?o } GROUP BY ?p",
        ),
        case(
            "aggregate",
            "aggregate",
            "SELECT ?source (COUNT(*) AS ?nNUMBER) { ?c dem:attributedTo ?source }"
            " GROUP BY ?source",
        ),
        case(
            "aggregate of a join",
            "aggregate",
            "SELECT ?category ?certainty (COUNT(DISTINCT ?event) AS ?nNUMBER) { ?c"
            " dem:category ?category ; dem:certainty ?certainty ; dem:aboutEvent ?event }"
            " GROUP BY ?category ?certainty",
        ),
        case(
            "aggregate of an optional part",
            "aggregate",
            "SELECT ?source (COUNT(DISTINCT ?c) AS ?claims) (COUNT(DISTINCT ?carrier) AS ?nNUMBER)"
            " { ?c dem:attributedTo ?source ; dem:aboutEvent ?event"
            " OPTIONAL { ?c dem:reportedThrough ?carrier } } GROUP BY ?source",
        ),
        case(
            "aggregate along a path",
            "aggregate",
            "SELECT ?source (COUNT(*) AS ?nNUMBER) { ?c dem:attributedTo ?source ;"
            " dem:evidence/<http://www.w3.org/ns/oa#hasSelector> ?passage } GROUP BY ?source",
        ),
    )


HEAVY = (
    PREFIXES + "SELECT ?x ?y NUMBER { ?x dem:statement ?s . ?y dem:statement ?t"
    " FILTER(STRLEN(?s) = STRLEN(?t) && STR(?s) < STR(?t)) } ORDER BY ?s LIMIT 5"
)
"""What keeps an engine busy for as long as it is let: two of these run beside the lookups."""


def heavy(number: int) -> str:
    """Return the heavy query, as a text that was not asked before."""
    return HEAVY.replace("NUMBER", f"(1 AS ?n{number})")
