"""States, territories, organisations and their names: what the whole world has in common.

The tables beside this file are made by `ingest/world_sources/make.py`; README.md there says from
what. Ids are those of `seeds/reference` for what is there too.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Use = Literal["name", "abbreviation", "adjective", "people"]
"""What a form is: a name, an abbreviation, "Kazakh" (adjective), or "Kazakhs" (people)."""

TABLES: Final = (
    *("sources", "actors", "places", "names", "codes", "metonyms", "memberships"),
    *("offices", "tenures"),
)
"""The tables, each `<name>.tsv`."""


@dataclass(frozen=True, slots=True)
class Thing:
    """An actor or a place. type: class of the ontology. body_of: whose organ an actor is."""

    id: str
    type: str
    label: str
    definition: str
    source: str
    body_of: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A form that stands for a thing. lang: BCP 47."""

    id: str
    form: str
    lang: str
    use: Use
    source: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a thing in a scheme of the list "identifier"."""

    id: str
    scheme: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Metonym:
    """A place that papers name when they mean an actor.

    basis: "capital", "seat" of an authority, "territory" that an authority governs, or "usage".
    """

    place: str
    actor: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Membership:
    """Who belonged to what on the days from `attested_from` to `attested_until`, both included.

    valid_from: EDTF, since when, where the source tells; "" where it does not. Nothing is said of
    the days outside.
    """

    member: str
    organization: str
    status: str
    valid_from: str
    attested_from: str
    attested_until: str
    source: str


@dataclass(frozen=True, slots=True)
class Office:
    """The office of a head of state or of government."""

    id: str
    label: str
    office_of: str
    source: str


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who the source lists in an office, since when, and until when that is attested; ISO days."""

    holder: str
    office: str
    valid_from: str
    attested_until: str
    source: str


@dataclass(frozen=True, slots=True)
class Source:
    """A public data set that rows are taken from."""

    id: str
    title: str
    publisher: str
    version: str
    url: str
    licence: str
    note: str


@dataclass(frozen=True, slots=True)
class World:
    """The tables as they stand. actors, places: disjoint ids."""

    actors: tuple[Thing, ...]
    places: tuple[Thing, ...]
    names: tuple[Name, ...]
    codes: tuple[Code, ...]
    metonyms: tuple[Metonym, ...]
    memberships: tuple[Membership, ...]
    offices: tuple[Office, ...]
    tenures: tuple[Tenure, ...]
    sources: tuple[Source, ...]


@cache
def world() -> World:
    """Read the tables; the same value each time."""
    return World(
        actors=tuple(Thing(**row) for row in rows("actors")),
        places=tuple(Thing(**row) for row in rows("places")),
        names=tuple(Name(**row) for row in rows("names")),  # type: ignore[arg-type]
        codes=tuple(Code(**row) for row in rows("codes")),
        metonyms=tuple(Metonym(**row) for row in rows("metonyms")),
        memberships=tuple(Membership(**row) for row in rows("memberships")),
        offices=tuple(Office(**row) for row in rows("offices")),
        tenures=tuple(Tenure(**row) for row in rows("tenures")),
        sources=tuple(Source(**row) for row in rows("sources")),
    )


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table as they stand in its file."""
    text = (files(__package__) / f"{table}.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
