"""Where a thing stands in pictures: links to those that show something of it.

Whether one does is asked with the pattern of the picture itself, so that no link leads to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from demarche_server.demonstration import Demonstrating
from demarche_server.pages.pictures import members_picture, network_picture, timeline_picture
from demarche_server.pages.pictures.choice import Choice, with_prefixes
from demarche_server.pages.things.sheets import Asked, PictureLink
from demarche_server.readers.tables import Table


def of_actor(iri: str) -> list[PictureLink]:
    """Return pictures of an actor, a place or a treaty: events, claims, dealings, members."""
    events, claims = Choice(actor=iri), Choice(actor=iri, kind="claims")
    members = Choice(organization=iri)
    return [
        _timeline("Timeline of events with it", events),
        _timeline("Timeline of claims about it", claims),
        PictureLink(
            "Who accuses and supports it, and whom it does",
            events.address(network_picture.PATH),
            network_picture.pattern(events),
        ),
        PictureLink(
            "Its members over time",
            members.address(members_picture.PATH),
            members_picture.pattern(iri),
        ),
    ]


def of_event(iri: str) -> list[PictureLink]:
    """Return pictures of an event."""
    return [_timeline("Timeline of claims about it", Choice(event=iri))]


def of_position(iri: str) -> list[PictureLink]:
    """Return pictures of a position."""
    return [_timeline("Timeline of claims that take a side on it", Choice(position=iri))]


def of_issue(iri: str) -> list[PictureLink]:
    """Return pictures of an issue."""
    return [_timeline("Timeline of claims that take a side on it", Choice(issue=iri))]


def _timeline(text: str, choice: Choice) -> PictureLink:
    return PictureLink(
        text, choice.address(timeline_picture.PATH), timeline_picture.pattern(choice)
    )


async def shown(asked: Asked, links: Sequence[PictureLink]) -> tuple[PictureLink, ...]:
    """Return those of the links that lead to a picture with something in it.

    Raises QueryError, BusyError.
    """
    if isinstance(asked.engine, Demonstrating):
        return ()
    return chosen(asked, links, await asked.ask(query(links), len(links)))


def query(links: Sequence[PictureLink]) -> str:
    """Return the query for the numbers of those links that lead to something."""
    # One row of each is looked for: EXISTS would have the engine work out patterns as a whole.
    ways = "\n  UNION\n".join(
        f"  {{ SELECT ({number} AS ?which) {{\n{one.pattern}}} LIMIT 1 }}"
        for number, one in enumerate(links)
    )
    return with_prefixes(f"SELECT ?which\nWHERE {{\n{ways}\n}}\nORDER BY ?which")


def chosen(asked: Asked, links: Sequence[PictureLink], table: Table) -> tuple[PictureLink, ...]:
    """Return the links that the query found.

    The pictures are of the default graph; what stands outside of it is in none.
    """
    if isinstance(asked.engine, Demonstrating):
        return ()
    return tuple(links[int(row[0].value)] for row in table.rows if row[0])
