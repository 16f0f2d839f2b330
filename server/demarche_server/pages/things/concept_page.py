"""The pages of a controlled list and of one of its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ontology.terms import DCTERMS, DEM, RDF, RDFS, SKOS
from demarche_server.pages import asking, labels
from demarche_server.pages.cells import Cell
from demarche_server.pages.things.generic_page import Showing
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.readers.tables import Table, Term

CONCEPTS: Final = 1000
"""Concepts of a list that its page shows."""
USES: Final = 100_000
"""Statements that are counted; beyond, a page says that there are more."""
CLAIMS: Final = 20
"""Claims with a value that its page shows."""

_APART: Final = frozenset(
    node.value
    for node in (
        RDF["type"],
        SKOS["prefLabel"],
        SKOS["definition"],
        SKOS["topConceptOf"],
        SKOS["hasTopConcept"],
        RDFS["comment"],
    )
)
"""Said elsewhere on the page."""
_NAMES: Final = {
    SKOS["notation"]: "Notation",
    SKOS["inScheme"]: "On the list",
    SKOS["broader"]: "Broader value",
    SKOS["altLabel"]: "Also called",
    SKOS["example"]: "Example",
    SKOS["scopeNote"]: "Note",
    SKOS["exactMatch"]: "The same elsewhere",
    SKOS["closeMatch"]: "Close to",
    SKOS["relatedMatch"]: "Meets in part",
    DCTERMS["source"]: "Source",
    DCTERMS["bibliographicCitation"]: "Source, in full",
    DCTERMS["creator"]: "By",
    DCTERMS["license"]: "Licence",
}
"""What properties are called here, in reading order; others follow under their own names."""
_OF_LISTS: Final = (SKOS["inScheme"], SKOS["topConceptOf"], SKOS["hasTopConcept"])
"""What only says that a value is on a list, and is no use of it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a list. uses: how often statements name it."""

    concept: Cell
    notation: str
    definition: str
    uses: int


@dataclass(frozen=True, slots=True)
class Use:
    """A property that a concept is a value of, how often, and the path of a query for where."""

    property: Cell
    number: int
    query: str


@dataclass(frozen=True, slots=True)
class Example:
    """A claim with the value, and its source."""

    claim: Cell
    source: Cell


async def build_scheme(asked: Asked) -> Sheet:
    """Make the sheet of a skos:ConceptScheme. Raises QueryError, BusyError."""
    table = await asked.ask(_concepts(asked), CONCEPTS + 1)
    uses = await asked.ask(_uses_of_all(asked), CONCEPTS + 1)
    numbers = {c.value: int(n.value) for c, n in uses.rows if c and n}
    shown = await _showing(asked, table)
    values = [
        Value(shown.cell(row[0]), _text(row[1]), _text(row[2]), numbers.get(_text(row[0]), 0))
        for row in table.rows[:CONCEPTS]
    ]
    more = {
        "facts": _facts(asked, shown),
        "values": values,
        "more": len(table.rows) > CONCEPTS,
        "counted": sum(numbers.values()) <= USES,
    }
    return Sheet("scheme.html", more)


async def build_concept(asked: Asked) -> Sheet:
    """Make the sheet of a skos:Concept. Raises QueryError, BusyError."""
    narrower = await asked.ask(_narrower(asked), CONCEPTS)
    uses = await asked.ask(_uses(asked), CONCEPTS)
    claims = await asked.ask(_claims(asked), CLAIMS)
    shown = await _showing(asked, narrower, uses, claims)
    counted = [Use(shown.cell(p), int(n.value), _where(asked, p)) for p, n in uses.rows if p and n]
    values = {
        "facts": _facts(asked, shown),
        "narrower": [shown.cell(row[0]) for row in narrower.rows],
        "uses": counted,
        "counted": sum(use.number for use in counted) <= USES,
        "most": USES,
        "claims": [Example(shown.cell(claim), shown.cell(source)) for claim, source in claims.rows],
        "all_claims": asking.path(_claims(asked, limit=1000), asked.engine),
    }
    return Sheet("concept.html", values)


async def _showing(asked: Asked, *tables: Table) -> Showing:
    rows: list[Sequence[Term | None]] = [row for table in tables for row in table.rows]
    rows += asked.pairs()
    iris = [term.value for row in rows for term in row if term and term.kind == "iri"]
    return Showing(await labels.find(asked.engine, iris, labels.EVERYTHING))


def _facts(asked: Asked, shown: Showing) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """Return what the graph says of a list or value besides its name and definition, in words."""
    named = {node.value: name for node, name in _NAMES.items()}
    facts = shown.grouped((p, o) for p, o in asked.pairs() if p.value not in _APART)
    others = {fact.name.title: (fact.name.text, fact.values) for fact in facts}
    first = [
        (name, tuple(value._replace(note="") for value in others.pop(iri)[1]))
        for iri, name in named.items()
        if iri in others
    ]
    return (*first, *others.values())


def _text(term: Term | None) -> str:
    return term.value if term else ""


# --- Queries ---------------------------------------------------------------------------------


def _concepts(asked: Asked) -> str:
    return f"""
SELECT ?concept (SAMPLE(?code) AS ?notation) (SAMPLE(?text) AS ?definition)
WHERE {{
  {{ ?concept {SKOS["inScheme"]} {asked.thing} }}
  OPTIONAL {{ ?concept {SKOS["notation"]} ?code }}
  OPTIONAL {{ ?concept {SKOS["definition"]} ?text }}
}}
GROUP BY ?concept ORDER BY ?concept LIMIT {CONCEPTS + 1}"""


def _uses_of_all(asked: Asked) -> str:
    """Return the query for how often the values of a list are named, as far as is counted."""
    return f"""
SELECT ?concept (COUNT(*) AS ?n) WHERE {{
  {{ SELECT ?concept {{
    ?concept {SKOS["inScheme"]} {asked.thing} . ?s ?p ?concept FILTER(?p NOT IN ({_STRUCTURE}))
  }} LIMIT {USES + 1} }}
}} GROUP BY ?concept"""


def _uses(asked: Asked) -> str:
    return f"""
SELECT ?p (COUNT(*) AS ?n) WHERE {{
  {{ SELECT ?p {{ ?s ?p {asked.thing} FILTER(?p NOT IN ({_STRUCTURE})) }} LIMIT {USES + 1} }}
}} GROUP BY ?p ORDER BY DESC(?n) ?p"""


def _narrower(asked: Asked) -> str:
    broader, narrower = SKOS["broader"], SKOS["narrower"]
    return (
        f"SELECT DISTINCT ?x {{ {{ ?x {broader} {asked.thing} }} UNION "
        f"{{ {asked.thing} {narrower} ?x }} }} ORDER BY ?x"
    )


def _claims(asked: Asked, limit: int = CLAIMS) -> str:
    return f"""
SELECT ?claim ?source WHERE {{
  {{ SELECT DISTINCT ?claim {{ ?claim ?p {asked.thing} ; a {DEM["Claim"]} }} LIMIT {limit} }}
  ?claim {DEM["attributedTo"]} ?source
}} ORDER BY ?claim ?source"""


def _where(asked: Asked, prop: Term) -> str:
    """Return the path of the query that lists what names the value by a property."""
    query = f"SELECT ?thing WHERE {{\n  ?thing <{prop.value}> {asked.thing} .\n}}\nLIMIT 1000\n"
    return asking.path(query, asked.engine)


_STRUCTURE: Final = ", ".join(map(str, (*_OF_LISTS, SKOS["broader"], SKOS["narrower"])))
