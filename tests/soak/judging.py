"""Whether answers were right: the same queries, asked of the same commits, in this process."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, Store
from soak import world
from soak.asking import Answer, Seen, canonical

from demarche_store.embedded import open_read_only
from demarche_store.home import Home

FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "ntriples": RdfFormat.N_TRIPLES,
    "turtle": RdfFormat.TURTLE,
}


def judged(home: Home, all_seen: Iterable[Seen]) -> list[str]:
    """Return what is wrong about the answers and the commits; nothing, if all is well."""
    seen = list(all_seen)
    opened: dict[str, Store] = {}

    def store_of(commit: str) -> Store:
        if commit not in opened:
            opened[commit] = open_read_only(home.path / "commits" / commit / "store")
        return opened[commit]

    @cache
    def right(commit: str, query: str, format_: str) -> str:
        results = store_of(commit).query(query)
        return canonical(format_, results.serialize(format=FORMATS[format_]))

    wrong = [f"{answer.query} in {answer.commit}" for answer in _wrong(seen, right)]
    for commit in home.commits():
        (row,) = store_of(commit.id).query(world.lonely())
        if row["n"].value != "0":
            wrong.append(f"commit {commit.id} is half a change")
    for one in seen:
        for number, commit in one.notes:
            if not _has(store_of(commit), number):
                wrong.append(f"note {number} is not in {commit}, which was said to have it")
    return wrong


def _wrong(seen: Iterable[Seen], right: object) -> list[Answer]:
    answers = {answer for one in seen for answer in one.answers}
    return [one for one in answers if right(one.commit, one.query, one.format) != one.digest]


def _has(store: Store, number: int) -> bool:
    graphs = (NamedNode(world.LEFT), NamedNode(world.RIGHT))
    thing = NamedNode(f"urn:note:{number}")
    return all(next(store.quads_for_pattern(thing, None, None, one), None) for one in graphs)
