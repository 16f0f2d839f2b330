"""The page of an actor, office, treaty or place: names, codes, time, claims by it and about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from demarche_ontology import terms
from demarche_ontology.terms import DEM, RDF, RDFS, SKOS
from demarche_server.pages import asking, cells, labels, structured
from demarche_server.pages.cells import Cell
from demarche_server.pages.things import claim_lists, dealings, in_pictures, names, relations
from demarche_server.pages.things.claim_lists import Listing
from demarche_server.pages.things.generic_page import NONE, Fact, Showing
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.pages.things.ways import ALL_WAYS, Ways, find_ways
from demarche_server.readers.tables import Table, Term

EVENTS: Final = 25
"""Events on one page; further ones on the next."""
STATEMENTS: Final = 200
"""Derived statements about a thing that its page shows."""
PROVISIONS: Final = 500
"""Provisions of a treaty, a row for each claim or event that invokes one."""
REFERRING: Final = 100
"""Statements of other things that name this one."""
KEPT: Final = ("sources", "dealings")
"""What is counted over all claims about a thing, and the same whichever part of a list is shown."""
EVENT_ROLES: Final = ("actor", "recipient", "affected", "place", "invokes")
_DERIVED: Final = (
    *(name for name in terms.RELATION_PREDICATES if name not in terms.NEVER_DERIVED),
    *terms.STANCE_PREDICATES.values(),
)
_APART: Final = frozenset(
    term.value
    for term in (
        RDF["type"],
        SKOS["definition"],
        RDFS["comment"],
        *names.LABELS,
        *names.ELSEWHERE,
        *(
            DEM[name]
            for name in (*terms.CODE_PROPERTIES, *_DERIVED, "identifier", "attributedName")
        ),
    )
)
"""Properties that the page shows elsewhere than among the rest."""
_HANDLED: Final = tuple(
    dict.fromkeys(
        (
            *(DEM[name] for name in (*EVENT_ROLES, "claimSubject", "claimObject", "stanceActor")),
            RDF["subject"],
            RDF["object"],
            *(DEM[name] for name in (*_DERIVED, "stepAgent", "nameUsedBy")),
            *(
                DEM[name]
                for kind in relations.KINDS.values()
                for name in (kind.this, kind.other)
                if name
            ),
            DEM["onBehalfOf"],
            DEM["provisionOf"],
        )
    )
)
"""Properties of other things that say what the page shows elsewhere; the most frequent first."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A derived statement with what it rests on: how many claims, of how many origins."""

    statement: Cell
    subject: Cell
    predicate: Cell
    object: Cell
    claims: str
    origins: str
    is_contested: bool
    policy: Cell


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that the thing has a part in. roles: which, by what was derived from claims."""

    event: Cell
    roles: tuple[Cell, ...]
    earliest: str
    latest: str


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision of a treaty. invoked: the claims and events that invoke it."""

    provision: Cell
    obligation: Cell
    invoked: tuple[Cell, ...]


def derived_query(thing: NamedNode) -> str:
    """Return the query for what policies of the default graph derive about a thing."""
    kinds = ", ".join(str(DEM[name]) for name in dict.fromkeys(_DERIVED))
    details = (
        f"{RDF['predicate']} ?predicate ; {RDF['subject']} ?subject ; {RDF['object']} ?object ;\n"
        f"    {DEM['underPolicy']} ?policy"
    )
    return f"""
SELECT ?statement ?subject ?predicate ?object ?claims ?origins ?contested ?policy
WHERE {{
  {{ ?statement {RDF["subject"]} {thing} ; {details} }}
  UNION {{ ?statement {RDF["object"]} {thing} ; {details} }}
  FILTER(?predicate IN ({kinds}))
  OPTIONAL {{ ?statement {DEM["claimCount"]} ?claims }}
  OPTIONAL {{ ?statement {DEM["independentOrigins"]} ?origins }}
  OPTIONAL {{ ?statement {DEM["contested"]} ?contested }}
}}
ORDER BY ?predicate DESC(?claims) ?statement LIMIT {STATEMENTS + 1}"""


def events_query(thing: NamedNode, offset: int) -> str:
    """Return the query for events that a thing has a part in, the latest first."""
    roles = " ".join(str(DEM[name]) for name in EVENT_ROLES)
    return f"""
SELECT ?event ?role ?earliest ?latest
WHERE {{
  {{
    SELECT ?event (MAX(?day) AS ?when)
    WHERE {{
      {{ VALUES ?any {{ {roles} }} ?event ?any {thing} . ?event a {DEM["Event"]} }}
      UNION {{ {thing} {DEM["participatesIn"]} ?event }}
      OPTIONAL {{ ?event {DEM["latest"]} ?last }}
      OPTIONAL {{ ?event {DEM["earliest"]} ?first }}
      BIND(COALESCE(?last, ?first) AS ?day)
    }}
    GROUP BY ?event ORDER BY DESC(?when) ?event OFFSET {offset} LIMIT {EVENTS + 1}
  }}
  OPTIONAL {{ VALUES ?role {{ {roles} }} ?event ?role {thing} }}
  OPTIONAL {{ ?event {DEM["earliest"]} ?earliest }}
  OPTIONAL {{ ?event {DEM["latest"]} ?latest }}
}}
ORDER BY DESC(?when) ?event ?role LIMIT {8 * EVENTS}"""


def provisions_query(thing: NamedNode) -> str:
    """Return the query for the provisions of a treaty: obligation, and what invokes each."""
    return f"""
SELECT ?provision ?obligation ?by
WHERE {{
  ?provision {DEM["provisionOf"]} {thing} .
  OPTIONAL {{ ?provision {DEM["obligationType"]} ?obligation }}
  OPTIONAL {{ ?by {DEM["invokes"]} ?provision }}
}}
ORDER BY ?provision ?obligation ?by LIMIT {PROVISIONS}"""


def referring_query(thing: NamedNode, ways: Ways = ALL_WAYS) -> str | None:
    """Return the query for what else names a thing, besides claims and what the page shows.

    ways: those in which others name it; None where there are none but those that the page shows.
    """
    handled = ", ".join(map(str, _HANDLED))
    which = f"NOT IN ({handled})"
    if ways.iris is not None:
        others = sorted(ways.iris.difference(one.value for one in _HANDLED))
        if not others:
            return None
        named = [asking.written(one) for one in others]
        # What no query can hold can only be meant by what it is not.
        if named == [f"<{one}>" for one in others]:
            which = f"IN ({', '.join(named)})"
    return f"""
SELECT ?p ?s
WHERE {{
  ?s ?p {thing} FILTER(?p {which}) FILTER NOT EXISTS {{ ?s a {DEM["Claim"]} }}
}}
ORDER BY ?p ?s LIMIT {REFERRING}"""


async def build(asked: Asked) -> Sheet:
    """Make the sheet. Raises QueryError, BusyError."""
    lists = _lists(asked)
    listed, counted, queries = _queries(asked, lists, await find_ways(asked))
    pictures = in_pictures.of_actor(asked.place.iri)
    # What takes longest comes first, so that two at a time end together.
    questions = {**listed, **counted, **queries}
    *tables, in_some = await asked.ask_all(
        *questions.values(),
        (in_pictures.query(pictures), len(pictures)),
        kept={questions[name][0] for name in KEPT if name in questions},
        named=True,
    )
    known = await labels.find(asked.engine, _iris(asked, tables), labels.EVERYTHING)
    found = defaultdict(lambda: NONE, zip(questions, tables, strict=True))
    page = _View(asked, Showing(known), found, lists)
    values = page.values()
    values["queries"] = {
        name: asking.path(query, asked.engine) for name, (query, _) in queries.items()
    }
    there = in_pictures.chosen(asked, pictures, in_some)
    return Sheet("entity.html", {"entity": values}, data=page.data(), pictures=there)


Questions = dict[str, tuple[str, int]]
"""Queries with how many rows are read of each, by name."""


def _queries(
    asked: Asked, lists: Mapping[str, Listing], ways: Ways
) -> tuple[Questions, Questions, Questions]:
    """Return the queries for lists of claims, for their numbers, and for the rest of the page.

    ways: those in which others name the thing: what none of them can find is not asked for.
    """
    thing = asked.thing
    is_source, is_spoken_of = ways.some(DEM["attributedTo"]), ways.some(*claim_lists.ROLES)
    there = {"said": is_source, "said-readers": is_source}
    listed = {
        name: (one.query(asked.offset(name)), claim_lists.ROWS)
        for name, one in lists.items()
        if there.get(name, is_spoken_of)
    }
    counted = {}
    if is_spoken_of:
        counted["sources"] = claim_lists.tally_query(lists["from"], "?by", claim_lists.BY_SOURCE)
    if is_source:
        said = lists["said"]
        counted["kinds"] = claim_lists.tally_query(said, "?kind", *claim_lists.BY_KIND)
        counted["issues"] = claim_lists.tally_query(said, "?issue", claim_lists.BY_ISSUE)
    rest: dict[str, tuple[str | None, int]] = {
        "events": (events_query(thing, asked.offset("events")), 8 * EVENTS),
        "names": (names.query(thing), names.MOST),
        "relations": (relations.query(thing, ways), relations.MOST),
        "referring": (referring_query(thing, ways), REFERRING),
    }
    if ways.some(DEM["actor"], DEM["recipient"]):
        rest["dealings"] = (dealings.query(thing), dealings.ROWS)
    if ways.some(RDF["subject"], RDF["object"]):
        rest["derived"] = (derived_query(thing), STATEMENTS + 1)
    if DEM["Treaty"].value in asked.classes and ways.some(DEM["provisionOf"]):
        rest["provisions"] = (provisions_query(thing), PROVISIONS)
    return (
        listed,
        {name: (query, claim_lists.TALLIES) for name, query in counted.items()},
        {name: (query, limit) for name, (query, limit) in rest.items() if query},
    )


def _iris(asked: Asked, tables: Iterable[Table]) -> list[str]:
    said = [term.value for pair in asked.pairs() for term in pair if term.kind == "iri"]
    return [*(iri for table in tables for iri in cells.iris(table, 0)), *said]


def _lists(asked: Asked) -> dict[str, Listing]:
    """Return the lists of claims by the parameter that says where each begins."""
    thing = asked.thing
    kind, issue, source = (claim_lists.chosen(asked, name) for name in ("kind", "issue", "source"))
    said, about = claim_lists.asserted(thing), claim_lists.about(thing)
    of_said = f"?claim a <{kind}> . " if kind else ""
    if issue:
        of_said += f"?claim {DEM['position']}/{DEM['onIssue']} <{issue}> ."
    of_about = f"?claim {DEM['attributedTo']} <{source}> ." if source else ""
    kept = tuple(
        (name, value)
        for name, value in (("kind", kind), ("issue", issue), ("source", source))
        if value
    )
    return {
        "said": Listing("said", said, of_said, kept=kept),
        "from": Listing("from", about, of_about, kept=kept),
        "said-readers": Listing("said-readers", said, of_said, by_readers=True, kept=kept),
        "readers": Listing("readers", about, of_about, by_readers=True, kept=kept),
    }


@dataclass(frozen=True, slots=True)
class _View:
    """Makes what is shown from what was found, by the names of the queries."""

    asked: Asked
    shown: Showing
    found: Mapping[str, Table]
    lists: Mapping[str, Listing]

    def values(self) -> dict[str, Any]:
        made, left_out = dealings.dealings(self.asked, self.found["dealings"], self.shown)
        statements = self._statements()
        return {
            "names": names.names(self.asked, self.found["names"], self.shown),
            "codes": names.codes(self.asked, self.found["names"], self.shown),
            "elsewhere": names.elsewhere(self.asked, self.shown),
            "groups": relations.groups(self.found["relations"], self.shown),
            "dealings": made,
            "dealings_left": left_out,
            "statements": statements[:STATEMENTS],
            "statements_more": len(statements) > STATEMENTS,
            "parts": {
                name: claim_lists.part(self.asked, one, self.found[name], self.shown)
                for name, one in self.lists.items()
            },
            "tallies": self._tallies(),
            "events": self._events(),
            "facts": self.shown.grouped(
                (name, value) for name, value in self.asked.pairs() if name.value not in _APART
            ),
            "referring": self._referring(),
            "provisions": self._provisions(),
        }

    def _statements(self) -> tuple[Statement, ...]:
        return tuple(self._statement(*row) for row in self.found["derived"].rows)

    def _statement(self, *row: Term | None) -> Statement:
        statement, subject, predicate, about, claims, origins, contested, policy = row
        return Statement(
            statement=self.shown.cell(statement),
            subject=self.shown.cell(subject),
            predicate=self.shown.cell(predicate),
            object=self.shown.cell(about),
            claims=claims.value if claims else "",
            origins=origins.value if origins else "",
            is_contested=contested is not None and contested.value == "true",
            policy=self.shown.cell(policy),
        )

    def _tallies(self) -> dict[str, tuple[claim_lists.Tally, ...]]:
        made = {}
        kept = dict(self.lists["said"].kept)
        for found, name in (("kinds", "kind"), ("issues", "issue"), ("sources", "source")):
            others = {key: value for key, value in kept.items() if key != name}
            now = kept.get(name, "")
            made[name] = claim_lists.tallies(self.found[found], name, now, others, self.shown)
        return made

    def _events(self) -> dict[str, Any]:
        found: dict[str, list[tuple[Term | None, ...]]] = {}
        for row in self.found["events"].rows:
            if row[0]:
                found.setdefault(row[0].value, []).append(row)
        offset = self.asked.offset("events")
        return {
            "rows": [self._happening(rows) for rows in list(found.values())[:EVENTS]],
            "earlier": f"?events={max(0, offset - EVENTS)}#events" if offset else "",
            "later": f"?events={offset + EVENTS}#events" if len(found) > EVENTS else "",
        }

    def _happening(self, rows: list[tuple[Term | None, ...]]) -> Happening:
        event, _, earliest, latest = rows[0]
        roles = dict.fromkeys(self.shown.cell(row[1]) for row in rows if row[1])
        return Happening(
            self.shown.cell(event),
            tuple(roles),
            earliest.value if earliest else "",
            latest.value if latest else "",
        )

    def _provisions(self) -> tuple[Provision, ...]:
        found: dict[tuple[Cell, Cell], list[Cell]] = {}
        for provision, obligation, by in self.found["provisions"].rows:
            key = (self.shown.cell(provision), self.shown.cell(obligation))
            found.setdefault(key, []).extend([self.shown.cell(by)] if by else [])
        return tuple(Provision(*key, tuple(by)) for key, by in found.items())

    def _referring(self) -> tuple[Fact, ...]:
        return self.shown.grouped((row[0], row[1]) for row in self.found["referring"].rows)

    def data(self) -> dict[str, Any]:
        """Return what search engines are told, in the words of schema.org."""
        asked = self.asked
        first, *others = [term.value for name in names.LABELS for term in asked.values(name)] or [
            ""
        ]
        return structured.filled(
            {
                "@type": names.schema_type(asked.classes),
                "@id": asked.place.iri,
                "name": self.shown.cell(Term("iri", asked.place.iri)).text or first,
                "alternateName": list(dict.fromkeys(others)),
                "description": asked.text(SKOS["definition"]),
                "sameAs": [term.value for term in asked.values(SKOS["exactMatch"])],
                "identifier": [
                    {"@type": "PropertyValue", "propertyID": code.scheme.text, "value": code.code}
                    for code in names.codes(asked, self.found["names"], self.shown)
                ],
            }
        )
