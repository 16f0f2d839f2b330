"""Who accuses and who supports whom, as claimed: the network, and the claims behind each arrow."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_ontology.terms import VOC
from demarche_server.pages.cells import Cell
from demarche_server.pages.drawing.network import Arc, Network, Thing, network
from demarche_server.pages.pictures import asking as ask
from demarche_server.pages.pictures.asking import Asking, Names, Row
from demarche_server.pages.pictures.choice import DAYS, Choice, term, with_prefixes
from demarche_server.readers.tables import Term

PATH: Final = "/pictures/network"
KINDS: Final = {
    "accuses": VOC["category-accuse"].value,
    "supports": VOC["category-support"].value,
}
"""What arrows may say, and the category of the claims behind them."""
CHOICES: Final = {"": "accusations and support", "accuses": "accusations", "supports": "support"}
ARCS: Final = 400
"""Arrows that are looked at; those with most claims."""
CLAIMS: Final = 1500
"""Claims that are looked up for the arrows of one picture."""
SHOWN: Final = 5
"""Claims told of in the row of an arrow; a query has all of them."""
_WORDS: Final = {category: kind for kind, category in KINDS.items()}
_ENDS: Final = "dem:actor ?actor ; dem:recipient ?recipient"


@dataclass(frozen=True, slots=True)
class Behind:
    """A claim behind an arrow. when: its days."""

    claim: Cell
    source: Cell
    when: str


@dataclass(frozen=True, slots=True)
class Link:
    """One arrow as the table has it.

    anchor: the id of its row. drawn: whether the picture has it. query: path of the query for all
    its claims.
    """

    anchor: str
    actor: Cell
    kind: str
    recipient: Cell
    claims: int
    sources: int
    behind: tuple[Behind, ...]
    drawn: bool
    query: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of the network shows. more: whether there are arrows beyond `ARCS`.

    ends: the actors to choose from.
    """

    drawn: Network | None
    links: tuple[Link, ...]
    claims: int
    actors: int
    undrawn: int
    more: bool
    kinds: tuple[tuple[str, str], ...]
    ends: tuple[ask.Option, ...]
    sources: tuple[ask.Option, ...]
    years: ask.Bounds
    queries: tuple[tuple[str, str], ...]


async def look(asking: Asking, choice: Choice) -> Shown:
    """Ask for the network. Raises QueryError, BusyError."""
    arcs, ends, sources, years = await asyncio.gather(
        asking.table(arcs_query(choice), ARCS),
        asking.kept(_ends_query(), ask.OPTIONS),
        asking.kept(_sources_query(), ask.OPTIONS),
        asking.kept(_years_query(), 1),
    )
    # To name each arrow takes far longer than to ask for all of them, where all are looked at.
    named = arcs.rows if arcs.more else ()
    behind = await asking.table(claims_query(choice, named), CLAIMS) if arcs.rows else None
    found = _told(behind.rows) if behind else ()
    names = await asking.names(ask.iris(arcs.rows, found, ends.rows, sources.rows))
    links = _links(arcs.rows, found, names, choice)
    drawn = network(_things(links), [_arc(one) for one in links])
    left = {(one.source, one.target, one.kind) for one in drawn.left} if drawn else set()
    return Shown(
        drawn=drawn,
        links=tuple(one for one in links if _key(one) not in left)
        + tuple(replace(one, drawn=False) for one in links if _key(one) in left),
        claims=sum(one.claims for one in links),
        actors=len({end.title for one in links for end in (one.actor, one.recipient)}),
        undrawn=len(left),
        more=arcs.more,
        kinds=tuple(CHOICES.items()),
        ends=ask.options(ends, names, choice.actor),
        sources=ask.options(sources, names, choice.source),
        years=ask.bounds(years),
        queries=(
            ("The arrows as a query", ask.query_path(arcs_query(choice))),
            ("Their claims as a query", ask.query_path(claims_query(choice, ()))),
        ),
    )


def _told(claims: Sequence[Row]) -> list[Row]:
    """Return the claims that are told of: the first few behind each arrow."""
    seen: Counter[tuple[Term | None, ...]] = Counter()
    told = []
    for row in claims:
        seen[row[:3]] += 1
        if seen[row[:3]] <= SHOWN:
            told.append(row)
    return told


def _links(arcs: Sequence[Row], claims: Sequence[Row], names: Names, choice: Choice) -> list[Link]:
    by_arc: dict[tuple[str, ...], list[Behind]] = {}
    for row in claims:
        actor, kind, recipient, claim, source, begin, end = map(ask.text, row[:7])
        one = Behind(names.cell(claim), names.cell(source), _when(begin, end))
        by_arc.setdefault((actor, kind, recipient), []).append(one)
    links = []
    for number, row in enumerate(arcs, 1):
        actor, kind, recipient = map(ask.text, row[:3])
        link = Link(
            anchor=f"arrow-{number}",
            actor=names.cell(actor),
            kind=_WORDS[kind],
            recipient=names.cell(recipient),
            claims=ask.number(row[3]),
            sources=ask.number(row[4]),
            behind=tuple(by_arc.get((actor, kind, recipient), ())),
            drawn=True,
            query=ask.query_path(claims_query(choice, [row])),
        )
        links.append(link)
    return links


def _things(links: Sequence[Link]) -> dict[str, Thing]:
    ends = (end for one in links for end in (one.actor, one.recipient))
    return {end.title: Thing(end.text, end.path) for end in ends}


def _arc(link: Link) -> Arc:
    many = f"{link.claims:,} claim{'' if link.claims == 1 else 's'}"
    sources = f"{link.sources:,} source{'' if link.sources == 1 else 's'}"
    told = f"{link.actor.text} {link.kind} {link.recipient.text}, as claimed: {many}, {sources}"
    return Arc(
        link.actor.title, link.recipient.title, link.kind, link.claims, told, f"#{link.anchor}"
    )


def _key(link: Link) -> tuple[str, str, str]:
    return link.actor.title, link.recipient.title, link.kind


def _when(begin: str, end: str) -> str:
    return " – ".join(dict.fromkeys(filter(None, (begin, end))))


# --- Queries ---------------------------------------------------------------------------------


def pattern(choice: Choice) -> str:
    """Return the pattern of the claims behind the arrows."""
    return _pattern(choice)


def arcs_query(choice: Choice) -> str:
    """Return the query for the arrows, those with most claims first."""
    return with_prefixes(
        f"""SELECT ?actor ?kind ?recipient (COUNT(DISTINCT ?claim) AS ?claims)
  (COUNT(DISTINCT ?source) AS ?sources)
WHERE {{
{_pattern(choice)}}}
GROUP BY ?actor ?kind ?recipient
ORDER BY DESC(?claims) ?actor ?kind ?recipient
LIMIT {ARCS + 1}"""
    )


def claims_query(choice: Choice, arcs: Sequence[Row]) -> str:
    """Return the query for the claims behind arrows. arcs: actor, kind, recipient; none: all."""
    triples = " ".join(f"({' '.join(term(ask.text(one)) for one in row[:3])})" for row in arcs)
    named = f"  VALUES (?actor ?kind ?recipient) {{ {triples} }}\n" if arcs else ""
    return with_prefixes(
        f"""SELECT DISTINCT ?actor ?kind ?recipient ?claim ?source ?begin ?end
WHERE {{
{_pattern(choice, named, days=True)}}}
ORDER BY ?actor ?recipient ?kind ?begin ?claim
LIMIT {CLAIMS}"""
    )


def _pattern(choice: Choice, arcs: str = "", *, days: bool = False) -> str:
    """Return the pattern of claims. arcs: names their kinds and ends, "" for what is chosen.

    With an actor, all that decides stands in each of two groups, so that the engine begins with the
    claims of that actor.
    """
    within = choice.years()
    said = f"""?claim dem:category ?kind ; {_ENDS} ;
    dem:attributedTo ?source ; dem:voice ?voice ;
    dem:modality voc:modality-actual ; dem:polarity voc:polarity-positive ."""
    kinds = [term(KINDS[one]) for one in ([choice.kind] if choice.kind else KINDS)]
    if choice.actor and not arcs:
        ends = (f"?claim {end} {term(choice.actor)} ." for end in ("dem:actor", "dem:recipient"))
        claims = "  UNION\n".join(
            f"  {{ {one} {said}\n    FILTER (?kind IN ({', '.join(kinds)})) }}\n" for one in ends
        )
    else:
        claims = (arcs or f"  VALUES ?kind {{ {' '.join(kinds)} }}\n") + f"  {said}\n"
    return claims + choice.voices() + choice.sources() + (DAYS if within or days else "") + within


def _ends_query() -> str:
    return with_prefixes(
        f"""SELECT ?either (COUNT(DISTINCT ?claim) AS ?claims)
WHERE {{
{_pattern(Choice(comments="with"))}  VALUES ?end {{ dem:actor dem:recipient }}
  ?claim ?end ?either .
}}
GROUP BY ?either ORDER BY DESC(?claims) ?either LIMIT {ask.OPTIONS}"""
    )


def _sources_query() -> str:
    return with_prefixes(
        f"""SELECT ?source (COUNT(DISTINCT ?claim) AS ?claims)
WHERE {{
{_pattern(Choice(comments="with"))}}}
GROUP BY ?source ORDER BY DESC(?claims) ?source LIMIT {ask.OPTIONS}"""
    )


def _years_query() -> str:
    return with_prefixes(
        f"""SELECT (MIN(?begin) AS ?first) (MAX(?end) AS ?last)
WHERE {{
{_pattern(Choice(comments="with"), days=True)}  FILTER (BOUND(?begin))
}}"""
    )
