"""Labels for the IRIs of a table: one lookup for each page, of those that none before it showed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology.terms import DCTERMS, DEM, RDFS, SKOS
from demarche_server.demonstration import Demonstrating
from demarche_server.engine import Engine
from demarche_server.readers.tables import Table, Term
from demarche_store.protocol import Dataset

MOST: Final = 2000
"""IRIs looked up for one page; those beyond are shown by their names."""
_ROOM: Final = 8
"""Labels read for each IRI, in all languages together; few have more than two."""
KEPT: Final = 20_000
"""IRIs of a commit whose labels are kept; of more, those shown least lately are forgotten."""
COMMITS: Final = 4
"""Commits whose labels are kept; of more, those asked for least lately are forgotten."""

THINGS: Final = (SKOS["prefLabel"], DEM["statement"], DCTERMS["title"])
"""A name, the sentence of a claim, a title."""
EVERYTHING: Final = (*THINGS, RDFS["label"])
"""With the labels of the terms of ontologies."""
_LANGUAGES: Final = ("en", "")
"""Languages in order of preference; the others follow, alphabetically."""


async def find(
    engine: Engine, iris: Iterable[str], predicates: Iterable[NamedNode] = THINGS
) -> dict[str, str]:
    """Return a label for each IRI that has one in the default graph of the engine's commit.

    predicates: what counts as a label; in English where there is a choice.
    Raises QueryError, StoreError.
    """
    wanted = list(islice(dict.fromkeys(iris), MOST))
    predicates = tuple(predicates)
    known = _known(engine, predicates)
    found = await _look_up(engine, [iri for iri in wanted if iri not in known], predicates)
    for iri in wanted:
        if iri in known:
            known.move_to_end(iri)
            if label := known[iri]:
                found[iri] = label
    while len(known) > KEPT:
        known.popitem(last=False)
    return found


async def learn(
    engine: Engine, iris: Iterable[str], predicates: tuple[NamedNode, ...] = THINGS
) -> None:
    """Look up what `find` will be asked for, as far as that is kept. Raises as it does."""
    if not isinstance(engine, Demonstrating):
        known = _known(engine, predicates)
        new = dict.fromkeys(iri for iri in iris if iri not in known)
        await _look_up(engine, list(islice(new, MOST)), predicates)


async def _look_up(
    engine: Engine, iris: list[str], predicates: tuple[NamedNode, ...]
) -> dict[str, str]:
    """Return labels that the graph has, and keep them, and of which IRIs it has none."""
    nodes = [node for iri in iris if (node := _node(iri))]
    if not nodes:
        return {}
    query = _query(nodes, predicates)
    table = await engine.table(query, Dataset(), len(nodes) * _ROOM, ours=True)
    found = _best(table)
    if not table.more:
        _known(engine, predicates).update((node.value, found.get(node.value, "")) for node in nodes)
    return found


_Known = OrderedDict[str, str]
_kept: Final[OrderedDict[str, dict[tuple[NamedNode, ...], _Known]]] = OrderedDict()
"""Labels by commit; by what counts as one; by IRI, "" for none."""


def _known(engine: Engine, predicates: tuple[NamedNode, ...]) -> _Known:
    """Return what is known of labels. Of the demonstration, which has its own, nothing is kept."""
    if isinstance(engine, Demonstrating):
        return OrderedDict()
    known = _kept.setdefault(engine.info.id, {})
    _kept.move_to_end(engine.info.id)
    while len(_kept) > COMMITS:
        _kept.popitem(last=False)
    return known.setdefault(predicates, OrderedDict())


async def of_parts(engine: Engine, iris: Iterable[str]) -> dict[str, str]:
    """Return what to call parts of documents that have no title: their kind, and the whole's title.

    iris: of anything; what is no part of a titled whole is left out. Raises QueryError, StoreError.
    """
    wanted = [node for iri in islice(dict.fromkeys(iris), MOST) if (node := _node(iri))]
    if not wanted:
        return {}
    table = await engine.table(_parts_query(wanted), Dataset(), len(wanted) * _ROOM, ours=True)
    kinds = _best(Table(("x", "label"), tuple(row[:2] for row in table.rows)))
    titles = _best(Table(("x", "label"), tuple(row[::2] for row in table.rows)))
    return {part: f"{kind} of “{titles[part]}”" for part, kind in kinds.items() if part in titles}


def _parts_query(nodes: Iterable[NamedNode]) -> str:
    return f"""
SELECT DISTINCT ?part ?kind ?title
WHERE {{
  VALUES ?part {{ {" ".join(map(str, nodes))} }}
  ?part {DEM["partKind"]}/{SKOS["prefLabel"]} ?kind ;
    {DCTERMS["isPartOf"]}/{DCTERMS["title"]} ?title
}}"""


def _node(iri: str) -> NamedNode | None:
    """Return an IRI as a term; None for what no query can hold, though some store does."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def _query(nodes: Iterable[NamedNode], predicates: Iterable[NamedNode]) -> str:
    values = " ".join(map(str, nodes))
    paths = "|".join(map(str, predicates))
    return f"SELECT DISTINCT ?x ?label WHERE {{ VALUES ?x {{ {values} }} ?x {paths} ?label }}"


def _best(table: Table) -> dict[str, str]:
    found: dict[str, Term] = {}
    for iri, label in table.rows:
        if iri is None or label is None or label.kind != "literal":
            continue
        if iri.value not in found or _rank(label) < _rank(found[iri.value]):
            found[iri.value] = label
    return {iri: label.value for iri, label in found.items()}


def _rank(label: Term) -> tuple[int, str, str]:
    known = label.language in _LANGUAGES
    place = _LANGUAGES.index(label.language) if known else len(_LANGUAGES)
    return place, label.language, label.value
