"""Who belonged to which organisation, and when: attested spans, and claims of membership."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_server.pages import cells
from demarche_server.pages.cells import Cell
from demarche_server.pages.dates import parsed
from demarche_server.pages.drawing import words
from demarche_server.pages.drawing.axis import Axis, Edge, Span, draw
from demarche_server.pages.pictures import asking as ask
from demarche_server.pages.pictures.asking import Asking, Names, Row
from demarche_server.pages.pictures.choice import DAYS, Choice, term, with_prefixes

PATH: Final = "/pictures/members"
CHOICES: Final = {
    "": "attested and claimed",
    "attested": "attested only",
    "claimed": "claimed only",
}
ORGANIZATIONS: Final = 5
"""Organisations on a page."""
SPANS: Final = 400
"""Memberships, and claims of membership, that are looked at for one page."""
_DATES: Final = ("validFrom", "validUntil", "attestedFrom", "attestedUntil")
_CLAIMED: Final = "?claim dem:claimPredicate dem:memberOf"


@dataclass(frozen=True, slots=True)
class Organization:
    """One organisation and its members over time. file: the address of its picture alone."""

    cell: Cell
    axis: Axis
    file: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of memberships shows. drawn: None for nothing. before, after: addresses."""

    drawn: tuple[Organization, ...] | None
    spans: int
    more: bool
    before: str
    after: str
    kinds: tuple[tuple[str, str], ...]
    organizations: tuple[ask.Option, ...]
    years: ask.Bounds
    queries: tuple[tuple[str, str], ...]


async def look(asking: Asking, choice: Choice) -> Shown:
    """Ask for memberships. Raises QueryError, BusyError."""
    there, years = await asyncio.gather(
        asking.kept(organizations_query(), ask.OPTIONS),
        asking.kept(_years_query(), 1),
    )
    listed = [choice.organization] if choice.organization else ask.iris(there.rows)
    shown = listed[choice.first : choice.first + ORGANIZATIONS]
    attested, claimed = await asyncio.gather(
        _rows(asking, choice, shown, "attested"), _rows(asking, choice, shown, "claimed")
    )
    names = await asking.names(ask.iris(there.rows, attested, claimed))
    spans = [*_attested(attested, names, choice), *_claimed(claimed, names)]
    drawn = tuple(_organization(one, spans, names, choice) for one in shown)
    return Shown(
        drawn=tuple(one for one in drawn if one.axis.spans) or None,
        spans=sum(len(one.axis.spans) for one in drawn),
        more=max(len(attested), len(claimed)) >= SPANS,
        before=_page(choice, choice.first - ORGANIZATIONS) if choice.first else "",
        after=_page(choice, choice.first + ORGANIZATIONS)
        if len(listed) > choice.first + ORGANIZATIONS
        else "",
        kinds=tuple(CHOICES.items()),
        organizations=ask.options(there, names, choice.organization, "entry|entries"),
        years=ask.bounds(years),
        queries=(
            ("The memberships as a query", ask.query_path(attested_query(shown))),
            ("The claims as a query", ask.query_path(claimed_query(choice, shown))),
        ),
    )


async def _rows(asking: Asking, choice: Choice, shown: Sequence[str], kind: str) -> tuple[Row, ...]:
    if not shown or choice.kind not in ("", kind):
        return ()
    query = attested_query(shown) if kind == "attested" else claimed_query(choice, shown)
    return (await asking.table(query, SPANS)).rows


def _page(choice: Choice, first: int) -> str:
    return choice.address(PATH, **{"from": str(max(0, first) or "")})


def _organization(
    iri: str, spans: Iterable[tuple[str, Span]], names: Names, choice: Choice
) -> Organization:
    mine = sorted(
        (span for organization, span in spans if organization == iri),
        key=lambda span: (span.row.text.casefold(), span.row.title, span.begin.text),
    )
    cell = names.cell(iri)
    return Organization(
        cell=cell,
        axis=draw(mine),
        file=replace(choice, organization=iri, first=0).address(PATH, format="svg"),
        anchor=f"of-{cells.shorten(iri).rpartition(':')[2]}",
    )


def _attested(rows: Sequence[Row], names: Names, choice: Choice) -> list[tuple[str, Span]]:
    """Return a span for each membership, with its sources, of the years that were chosen."""
    sources: dict[str, list[str]] = {}
    for row in rows:
        sources.setdefault(ask.text(row[0]), []).append(ask.text(row[8]))
    found = []
    for row in {ask.text(row[0]): row for row in rows}.values():
        membership, organization, member, status, *days = map(ask.text, row[:8])
        what = names.cell(status).text if status else "member"
        span = Span.of_relation(
            _named(names, member),
            dict(zip(_DATES, days, strict=True)),
            status.rpartition("-")[2],
            what,
            tuple(names.cell(one) for one in [*filter(None, sources[membership]), membership]),
        )
        if _within(span, choice):
            found.append((organization, span))
    return found


def _claimed(rows: Sequence[Row], names: Names) -> list[tuple[str, Span]]:
    members = {member: _named(names, member) for member in (ask.text(row[2]) for row in rows)}
    return [
        (
            organization,
            Span(
                members[member],
                Edge(begin, "claimed"),
                Edge(end, "claimed"),
                "claimed",
                "member, as claimed",
                (names.cell(source), names.cell(claim)),
            ),
        )
        for claim, organization, member, source, begin, end in (map(ask.text, r) for r in rows)
    ]


def _named(names: Names, iri: str) -> Cell:
    cell = names.cell(iri)
    return cell._replace(text=words.fit(cell.text) or cell.title)


def _within(span: Span, choice: Choice) -> bool:
    begin, end = parsed(span.begin.text), parsed(span.end.text)
    if choice.until is not None and (not begin or begin.year > choice.until):
        return False
    return choice.since is None or bool(end and end.year >= choice.since)


# --- Queries ---------------------------------------------------------------------------------


def pattern(organization: str) -> str:
    """Return the pattern of what there is to show of an organisation."""
    named = term(organization)
    return f"""  {{ ?entry dem:organization {named} ; dem:member ?member }}
  UNION {{ {_CLAIMED} ; dem:claimObject {named} ; dem:modality voc:modality-actual ;
    dem:polarity voc:polarity-positive ; dem:voice ?voice {Choice().voices().strip()} }}
"""


def organizations_query() -> str:
    """Return the query for organisations, those first of which the graph knows most."""
    return with_prefixes(
        f"""SELECT ?organization (COUNT(DISTINCT ?entry) AS ?entries)
WHERE {{
  {{ ?entry dem:organization ?organization ; dem:member ?member }}
  UNION
  {{ {_CLAIMED.replace("claim ", "entry ")} ; dem:claimObject ?organization }}
}}
GROUP BY ?organization ORDER BY DESC(?entries) ?organization LIMIT {ask.OPTIONS + 1}"""
    )


def attested_query(organizations: Sequence[str]) -> str:
    """Return the query for the memberships of organisations."""
    days = "\n".join(f"  OPTIONAL {{ ?membership dem:{one} ?{one} }}" for one in _DATES)
    return with_prefixes(
        f"""SELECT ?membership ?organization ?member ?status {" ".join(f"?{one}" for one in _DATES)}
  ?source
WHERE {{
{_values(organizations)}  ?membership dem:organization ?organization ; dem:member ?member .
  OPTIONAL {{ ?membership dem:membershipStatus ?status }}
{days}
  OPTIONAL {{ ?membership dcterms:source|prov:wasDerivedFrom ?source }}
}}
ORDER BY ?organization ?member ?attestedFrom ?membership ?source
LIMIT {SPANS}"""
    )


def claimed_query(choice: Choice, organizations: Sequence[str]) -> str:
    """Return the query for claims of membership in organisations."""
    return with_prefixes(
        f"""SELECT DISTINCT ?claim ?organization ?member ?source ?begin ?end
WHERE {{
{_values(organizations)}  {_CLAIMED} ; dem:claimObject ?organization ;
    dem:claimSubject ?member ; dem:attributedTo ?source ; dem:voice ?voice ;
    dem:modality voc:modality-actual ; dem:polarity voc:polarity-positive .
{choice.voices()}{DAYS}{choice.years()}}}
ORDER BY ?organization ?member ?begin ?claim
LIMIT {SPANS}"""
    )


def _values(organizations: Sequence[str]) -> str:
    named = " ".join(map(term, organizations))
    return f"  VALUES ?organization {{ {named} }}\n" if named else ""


def _years_query() -> str:
    return with_prefixes(
        """SELECT (MIN(?begin) AS ?first) (MAX(?end) AS ?last)
WHERE {
  ?membership dem:organization ?organization ; dem:member ?member .
  OPTIONAL { ?membership dem:attestedFrom ?begin }
  OPTIONAL { ?membership dem:attestedUntil ?end }
}"""
    )
