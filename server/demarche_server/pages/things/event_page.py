"""The page of an event: what sources say of it side by side, and where they agree or contradict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from demarche_ontology.terms import DCTERMS, DEM, PROV, RDF, RDFS, SKOS
from demarche_server.pages import asking, cells, labels, structured
from demarche_server.pages.cells import Cell
from demarche_server.pages.drawing.axis import Axis, Span, draw
from demarche_server.pages.things import accounts, claim_lists, in_pictures
from demarche_server.pages.things.accounts import EventClaim
from demarche_server.pages.things.claim_lists import Listing
from demarche_server.pages.things.generic_page import Fact, Showing
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.readers.tables import Table, Term

NUMBERS: Final = 200
LINKS: Final = 200
"""Events that claims lead to or come from, and parts of the event."""
_APART: Final = frozenset(
    term.value
    for term in (
        RDF["type"],
        RDFS["comment"],
        SKOS["definition"],
        SKOS["prefLabel"],
        DEM["attributedName"],
        DEM["partOfEvent"],
    )
)
"""Properties that the page shows elsewhere than among the rest."""
_LED: Final = {
    "givesReasonFor": ("given as a reason for", "has as a reason given"),
    "statesConditionOf": ("stated as a condition of", "has as a condition stated"),
    "respondsTo": ("told as a response to", "is told to be answered by"),
    "embeddedIn": ("told within a claim about", "contains a claim about"),
}
"""How claims about two events lean on each other, in words: this way, and the other."""


@dataclass(frozen=True, slots=True)
class Given:
    """A number that a source gives. value: with comparator and unit, in words."""

    attribute: Cell
    value: str
    claim: Cell
    source: Cell
    manner: tuple[str, ...]


def numbers_query(event: NamedNode) -> str:
    """Return the query for the numbers that claims give for an event."""
    return f"""
SELECT ?claim ?attribute ?number ?comparator ?unit ?source ?voice ?certainty ?polarity ?modality
  ?presupposed
WHERE {{
  ?claim {DEM["claimSubject"]} {event} ; {DEM["numericValue"]} ?number .
  OPTIONAL {{ ?claim {DEM["attribute"]} ?attribute }}
  OPTIONAL {{ ?claim {DEM["comparator"]} ?comparator }}
  OPTIONAL {{ ?claim {DEM["unit"]} ?unit }}
  OPTIONAL {{ ?claim {DEM["attributedTo"]} ?source }}
  OPTIONAL {{ ?claim {DEM["voice"]} ?voice }}
  OPTIONAL {{ ?claim {DEM["certainty"]} ?certainty }}
  OPTIONAL {{ ?claim {DEM["polarity"]} ?polarity }}
  OPTIONAL {{ ?claim {DEM["modality"]} ?modality }}
  OPTIONAL {{ ?claim {DEM["presupposed"]} ?presupposed }}
}}
ORDER BY ?attribute ?unit ?number ?claim LIMIT {NUMBERS}"""


def links_query(event: NamedNode) -> str:
    """Return the query for events beside this one: how, the event, the claim that says so."""
    about = DEM["aboutEvent"]
    leaning = " ".join(str(DEM[name]) for name in _LED)
    return f"""
SELECT ?way ?how ?event ?claim
WHERE {{
  {{ {event} {DEM["partOfEvent"]} ?event BIND("whole" AS ?way) }}
  UNION {{ ?event {DEM["partOfEvent"]} {event} BIND("part" AS ?way) }}
  UNION {{
    VALUES ?how {{ {leaning} }}
    {{ ?claim {about} {event} ; ?how ?other . ?other {about} ?event BIND("out" AS ?way) }}
    UNION {{ ?other {about} {event} . ?claim ?how ?other ; {about} ?event BIND("in" AS ?way) }}
    FILTER(?event != {event})
  }}
}}
ORDER BY ?way ?how ?event ?claim LIMIT {LINKS}"""


def derived_query(event: NamedNode) -> str:
    """Return the query for what policies of the default graph derive about an event."""
    return f"""
SELECT ?predicate ?object ?statement ?claims ?contested ?policy
WHERE {{
  ?statement {RDF["subject"]} {event} ; {RDF["predicate"]} ?predicate ; {RDF["object"]} ?object ;
    {DEM["underPolicy"]} ?policy .
  OPTIONAL {{ ?statement {DEM["claimCount"]} ?claims }}
  OPTIONAL {{ ?statement {DEM["contested"]} ?contested }}
}}
ORDER BY ?predicate ?object LIMIT {LINKS}"""


def names_query(event: NamedNode) -> str:
    """Return the query for what sources call an event: name, who uses it, the claim."""
    return f"""
SELECT ?name ?user ?source
WHERE {{
  {event} {DEM["attributedName"]} ?node . ?node {DEM["nameForm"]} ?name .
  OPTIONAL {{ ?node {DEM["nameUsedBy"]} ?user }}
  OPTIONAL {{ ?node {DCTERMS["source"]}|{PROV["wasDerivedFrom"]} ?source }}
}}
ORDER BY ?name ?user ?source LIMIT {LINKS}"""


async def build(asked: Asked) -> Sheet:
    """Make the sheet. Raises QueryError, BusyError."""
    event = asked.thing
    queries = {
        "claims": (accounts.query(event, asked.offset()), accounts.ROWS),
        "numbers": (numbers_query(event), NUMBERS),
        "links": (links_query(event), LINKS),
        "derived": (derived_query(event), LINKS),
        "names": (names_query(event), LINKS),
    }
    lists = _lists(event)
    for name, one in lists.items():
        queries[name] = (one.query(asked.offset(name)), claim_lists.ROWS)
    pictures = in_pictures.of_event(asked.place.iri)
    *tables, in_some = await asked.ask_all(
        *queries.values(), (in_pictures.query(pictures), len(pictures))
    )
    found = dict(zip(queries, tables, strict=True))
    read = accounts.read(found["claims"])
    iris = [iri for table in tables for iri in cells.iris(table, 0)]
    said = [term.value for pair in asked.pairs() for term in pair if term.kind == "iri"]
    view = _View(
        asked, Showing(await labels.find(asked.engine, [*iris, *said], labels.EVERYTHING)), read
    )
    values = {
        **view.values(),
        "numbers": view.numbers(found["numbers"]),
        "links": view.links(found["links"]),
        "derived": view.derived(found["derived"]),
        "names": view.names(found["names"]),
        "facts": view.facts(found["derived"]),
        "others": {
            name: claim_lists.part(asked, one, found[name], view.shown)
            for name, one in lists.items()
        },
        "queries": {name: asking.path(query, asked.engine) for name, (query, _) in queries.items()},
    }
    there = in_pictures.chosen(asked, pictures, in_some)
    return Sheet("event.html", {"event": values}, data=view.data(), pictures=there)


def _lists(event: NamedNode) -> dict[str, Listing]:
    """Return the lists of claims that speak of an event in another way than an account."""
    about = claim_lists.about(event, [one for one in claim_lists.ROLES if one != DEM["aboutEvent"]])
    return {
        "others": Listing("others", about),
        "readers": Listing("readers", about, by_readers=True),
    }


@dataclass(frozen=True, slots=True)
class _View:
    """Makes what is shown from what was read."""

    asked: Asked
    shown: Showing
    claims: Sequence[EventClaim]

    def values(self) -> dict[str, Any]:
        here = self.claims[: accounts.CLAIMS]
        told = accounts.accounts(here, self.shown)
        offset = self.asked.offset()
        more = len(self.claims) > accounts.CLAIMS
        return {
            "accounts": [one for one in told if not one.by_readers],
            "comments": [one for one in told if one.by_readers],
            "rows": [
                (self.shown.cell(Term("iri", DEM[name].value)), name)
                for name in accounts.ROLES
                if any(name in one.values for one in told)
            ],
            "axis": self._axis(here),
            "documents": self._documents(here),
            "sources": len({one.chain[-1:] for one in here}),
            "claims": len(here),
            "earlier": f"?from={max(0, offset - accounts.CLAIMS)}#claims" if offset else "",
            "later": f"?from={offset + accounts.CLAIMS}#claims" if more else "",
            "is_denied": len({one.is_denied for one in here}) > 1,
        }

    def _axis(self, claims: Iterable[EventClaim]) -> Axis:
        """Draw when it took place by each source; readers are left out."""
        spans: dict[tuple[str, str], Span] = {}
        for one in claims:
            when, who = one.one("edtf"), one.one("attributedTo")
            if when and who and not one.is_comment:
                claim = (self.shown.cell(Term("iri", one.iri)),)
                key = (who.value, when.value)
                before = spans[key].sources if key in spans else ()
                drawn = Span.of_edtf(self.shown.cell(who), when.value)
                spans[key] = Span(drawn.row, drawn.begin, drawn.end, sources=(*before, *claim))
        return draw(sorted(spans.values(), key=lambda span: (span.begin.text, span.row.text)))

    def _documents(self, claims: Iterable[EventClaim]) -> list[tuple[Cell, int]]:
        counted: dict[str, int] = {}
        for one in claims:
            document = one.one("inDocument")
            if document:
                counted[document.value] = counted.get(document.value, 0) + 1
        ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        return [(self.shown.cell(Term("iri", iri)), count) for iri, count in ranked]

    def numbers(self, table: Table) -> list[Given]:
        made = []
        for claim, attribute, number, comparator, unit, source, *ways in table.rows:
            how = self.shown.cell(comparator).text if comparator else ""
            parts = (
                "" if how == "exactly" else how,
                number.value if number else "",
                unit.value if unit else "",
            )
            made.append(
                Given(
                    self.shown.cell(attribute),
                    " ".join(filter(None, parts)),
                    self.shown.cell(claim),
                    self.shown.cell(source),
                    claim_lists.manner_of(ways),
                )
            )
        return made

    def links(self, table: Table) -> list[tuple[str, Cell, tuple[Cell, ...]]]:
        """Return how another event stands to this one in words, the event, and who says so."""
        found: dict[tuple[str, Cell], tuple[Cell, ...]] = {}
        for way, how, event, claim in table.rows:
            local = how.value.removeprefix(str(DEM)) if how else ""
            there, back = _LED.get(local, ("", ""))
            words = {"whole": "part of", "part": "has as a part", "out": there, "in": back}
            key = (words[way.value if way else "whole"], self.shown.cell(event))
            behind = (self.shown.cell(claim),) if claim else ()
            found[key] = (*found.get(key, ()), *behind)
        return [(words, event, claims) for (words, event), claims in found.items()]

    def derived(self, table: Table) -> list[tuple[Cell, Cell, Cell, str, bool, Cell]]:
        return [
            (
                self.shown.cell(predicate),
                self.shown.cell(value),
                self.shown.cell(statement),
                claims.value if claims else "",
                contested is not None and contested.value == "true",
                self.shown.cell(policy),
            )
            for predicate, value, statement, claims, contested, policy in table.rows
        ]

    def names(self, table: Table) -> list[tuple[Cell, Cell, Cell]]:
        return [
            (self.shown.cell(name), self.shown.cell(user), self.shown.cell(source))
            for name, user, source in table.rows
        ]

    def facts(self, derived: Table) -> tuple[Fact, ...]:
        """Return what else the graph says of the event, besides what the page shows."""
        apart = _APART | set(cells.iris(Table(("p",), tuple(row[:1] for row in derived.rows)), 0))
        return self.shown.grouped(
            (name, value) for name, value in self.asked.pairs() if name.value not in apart
        )

    def data(self) -> dict[str, Any]:
        """Return what search engines are told (https://schema.org/Event); claims stay out."""
        return structured.filled(
            {
                "@type": "Event",
                "@id": self.asked.place.iri,
                "name": self.shown.cell(Term("iri", self.asked.place.iri)).text,
                "description": self.asked.text(SKOS["definition"]),
                "sameAs": [term.value for term in self.asked.values(SKOS["exactMatch"])],
            }
        )
