"""Events, or claims, in the order of the days that claims give them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_server.pages import cells
from demarche_server.pages.cells import Cell
from demarche_server.pages.drawing import words
from demarche_server.pages.drawing.axis import Axis, Edge, Span, draw
from demarche_server.pages.pictures import asking as ask
from demarche_server.pages.pictures.asking import Asking, Names, Row
from demarche_server.pages.pictures.choice import DAYS, Choice, term, with_prefixes

PATH: Final = "/pictures/timeline"
CHOICES: Final = {"": "events", "claims": "claims"}
PER_PAGE: Final = 40
SOURCES: Final = 600
"""Claims whose sources are looked up for the events of a page."""
_ROLES: Final = "dem:actor|dem:recipient|dem:affected|dem:stanceActor|dem:onBehalfOf"
_ANYWHERE: Final = f"{_ROLES}|dem:claimSubject|dem:claimObject"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of the timeline shows. drawn: None for nothing. before, after: addresses.

    about: the event or position that the address names, by the parameter. total: how many rows
    there are. claims: whether rows are claims, not events.
    """

    drawn: Axis | None
    claims: bool
    total: int
    before: str
    after: str
    kinds: tuple[tuple[str, str], ...]
    about: tuple[tuple[str, ask.Option], ...]
    actors: tuple[ask.Option, ...]
    issues: tuple[ask.Option, ...]
    sources: tuple[ask.Option, ...]
    years: ask.Bounds
    queries: tuple[tuple[str, str], ...]


async def look(asking: Asking, choice: Choice) -> Shown:
    """Ask for a page of the timeline. Raises QueryError, BusyError."""
    claims = shows_claims(choice)
    query = claims_query(choice) if claims else events_query(choice)
    page, total, actors, issues, sources, years = await asyncio.gather(
        asking.table(query, PER_PAGE),
        asking.kept(_total_query(choice), 1),
        asking.kept(_actors_query(), ask.OPTIONS),
        asking.kept(_issues_query(), ask.OPTIONS),
        asking.kept(_sources_query(), ask.OPTIONS),
        asking.kept(_years_query(), 1),
    )
    told = () if claims or not page.rows else await _told(asking, choice, page.rows)
    iris = ask.iris(page.rows, told, actors.rows, issues.rows, sources.rows)
    names = await asking.names([*iris, *filter(None, (choice.event, choice.position))])
    spans = _claims(page.rows, names) if claims else _events(page.rows, told, names)
    count = ask.number(total.rows[0][0]) if total.rows else 0
    further = choice.first + PER_PAGE < count
    return Shown(
        drawn=draw(spans) if spans else None,
        claims=claims,
        total=count,
        before=_page(choice, choice.first - PER_PAGE) if choice.first else "",
        after=_page(choice, choice.first + PER_PAGE) if further else "",
        kinds=tuple(CHOICES.items()),
        about=_about(choice, names),
        actors=ask.options(actors, names, choice.actor),
        issues=ask.options(issues, names, choice.issue),
        sources=ask.options(sources, names, choice.source),
        years=ask.bounds(years),
        queries=(
            ("The rows as a query", ask.query_path(query)),
            *_behind(choice, claims, page.rows),
        ),
    )


def shows_claims(choice: Choice) -> bool:
    """Return whether rows are claims.

    Of an issue or a position there are no events, only stances on it; of one event, its claims.
    """
    return choice.kind == "claims" or bool(choice.issue or choice.position or choice.event)


async def _told(asking: Asking, choice: Choice, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return event, source, and 1 where a claim of the source puts the event as a fact."""
    return (await asking.table(_told_query(choice, rows), SOURCES)).rows


def _behind(choice: Choice, claims: bool, rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    if claims or not rows:
        return ()
    return (("Their sources as a query", ask.query_path(_told_query(choice, rows))),)


def _page(choice: Choice, first: int) -> str:
    return choice.address(PATH, **{"from": str(max(0, first) or "")})


def _events(rows: Iterable[Row], told: Iterable[Row], names: Names) -> list[Span]:
    sources: dict[str, list[Cell]] = {}
    facts: set[str] = set()
    for event, source, held in (map(ask.text, row) for row in told):
        sources.setdefault(event, []).append(names.cell(source))
        if held == "1":
            facts.add(event)
    spans = []
    for event, first, last, claims, said in (map(ask.text, row) for row in rows):
        what = f"{_many(claims, 'claim')}, {_many(said, 'source')}"
        if event not in facts:
            what += "; as planned, wished, asked or denied only"
        ends = Edge(first, "claimed"), Edge(last, "claimed")
        kind = "" if event in facts else "claimed"
        spans.append(Span(_row(names, event), *ends, kind, what, tuple(sources.get(event, ()))))
    return spans


def _claims(rows: Iterable[Row], names: Names) -> list[Span]:
    spans = []
    for claim, source, begin, end, modality, polarity in (map(ask.text, row) for row in rows):
        ways = [names.cell(one).text for one in (modality, polarity)]
        held = modality.endswith("-actual") and polarity.endswith("-positive")
        ends = Edge(begin, "claimed"), Edge(end, "claimed")
        what = "put as it is" if held else ", ".join(ways)
        kind = "" if held else "claimed"
        spans.append(Span(_row(names, claim), *ends, kind, what, (names.cell(source),)))
    return spans


def _row(names: Names, iri: str) -> Cell:
    cell = names.cell(iri)
    return cell._replace(text=words.fit(cell.text) or cell.title)


def _about(choice: Choice, names: Names) -> tuple[tuple[str, ask.Option], ...]:
    given = (("event", choice.event), ("position", choice.position))
    return tuple(
        (name, ask.Option(cells.shorten(iri), names.cell(iri).text, chosen=True))
        for name, iri in given
        if iri
    )


def _many(number: str, what: str) -> str:
    return f"{number} {what}{'' if number == '1' else 's'}"


# --- Queries ---------------------------------------------------------------------------------


def pattern(choice: Choice) -> str:
    """Return the pattern of the claims that a timeline shows, or shows events of."""
    return ("" if shows_claims(choice) else "  ?claim dem:aboutEvent ?event .\n") + _pattern(choice)


def events_query(choice: Choice) -> str:
    """Return the query for a page of events."""
    return with_prefixes(
        f"""SELECT ?event (MIN(?begin) AS ?first) (MAX(?end) AS ?last)
  (COUNT(DISTINCT ?claim) AS ?claims) (COUNT(DISTINCT ?source) AS ?sources)
WHERE {{
  ?claim dem:aboutEvent ?event .
{_pattern(choice)}}}
GROUP BY ?event
ORDER BY ?first ?last ?event
LIMIT {PER_PAGE}{_offset(choice)}"""
    )


def claims_query(choice: Choice) -> str:
    """Return the query for a page of claims, whose details are looked up for those shown only."""
    return with_prefixes(
        f"""SELECT ?claim ?source ?begin ?end ?modality ?polarity
WHERE {{
  {{ SELECT DISTINCT ?claim ?begin ?end WHERE {{
{_pattern(choice)}  }} ORDER BY ?begin ?end ?claim LIMIT {PER_PAGE}{_offset(choice)} }}
  ?claim dem:attributedTo ?source ; dem:modality ?modality ; dem:polarity ?polarity .
}}
ORDER BY ?begin ?end ?claim ?source"""
    )


def _offset(choice: Choice) -> str:
    return f" OFFSET {choice.first}" if choice.first else ""


def _total_query(choice: Choice) -> str:
    what = "claim" if shows_claims(choice) else "event"
    about = "" if what == "claim" else "  ?claim dem:aboutEvent ?event .\n"
    return with_prefixes(
        f"SELECT (COUNT(DISTINCT ?{what}) AS ?total)\nWHERE {{\n{about}{_pattern(choice)}}}"
    )


def _told_query(choice: Choice, rows: Iterable[Row]) -> str:
    events = " ".join(term(ask.text(row[0])) for row in rows)
    return with_prefixes(
        f"""SELECT ?event ?source (MAX(?put) AS ?held)
WHERE {{
  VALUES ?event {{ {events} }}
  ?claim dem:aboutEvent ?event ; dem:modality ?modality ; dem:polarity ?polarity .
{_pattern(choice)}  BIND (?modality = voc:modality-actual AS ?actual)
  BIND (IF(?actual && ?polarity = voc:polarity-positive, 1, 0) AS ?put)
}}
GROUP BY ?event ?source
ORDER BY ?event ?source"""
    )


def _pattern(choice: Choice) -> str:
    actor = f"  ?claim {_ANYWHERE} {term(choice.actor)} .\n" if choice.actor else ""
    issue = f"  ?claim dem:position/dem:onIssue {term(choice.issue)} .\n" if choice.issue else ""
    event = f"  ?claim dem:aboutEvent {term(choice.event)} .\n" if choice.event else ""
    stance = f"  ?claim dem:position {term(choice.position)} .\n" if choice.position else ""
    return f"""{actor}{issue}{event}{stance}  ?claim dem:attributedTo ?source ; dem:voice ?voice .
{choice.voices()}{choice.sources()}{DAYS}  FILTER (BOUND(?begin))
{choice.years()}"""


def _actors_query() -> str:
    return _counted("actor", f"?claim {_ROLES} ?actor ; dem:attributedTo ?source")


def _issues_query() -> str:
    return _counted("issue", "?claim dem:position/dem:onIssue ?issue")


def _sources_query() -> str:
    return _counted("source", "?claim dem:attributedTo ?source ; dem:voice ?voice")


def _counted(what: str, pattern: str) -> str:
    return with_prefixes(
        f"""SELECT ?{what} (COUNT(DISTINCT ?claim) AS ?claims)
WHERE {{ {pattern} }}
GROUP BY ?{what} ORDER BY DESC(?claims) ?{what} LIMIT {ask.OPTIONS}"""
    )


def _years_query() -> str:
    return with_prefixes(
        f"""SELECT (MIN(?begin) AS ?first) (MAX(?end) AS ?last)
WHERE {{
  ?claim dem:attributedTo ?source .
{DAYS}  FILTER (BOUND(?begin))
}}"""
    )
