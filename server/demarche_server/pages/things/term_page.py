"""The page of a class or a property: what it means, what shapes demand, how it is used."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from demarche_ontology.competency import CompetencyQuery
from demarche_ontology.constraints import Constraint
from demarche_ontology.glossary import Glossary, Term, glossary
from demarche_ontology.lists import schemes
from demarche_ontology.terms import DEM, PREFIXES, RELATION_PREDICATES
from demarche_server.linked.paths import path_of, term_path
from demarche_server.pages import cells
from demarche_server.pages.cells import Cell
from demarche_server.pages.things import generic_page
from demarche_server.pages.things.ontology_page import used
from demarche_server.pages.things.sheets import Asked, Sheet

QUERIES: Final = 8
"""Packaged queries with the term that its page leads to, the shortest ones."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a shape demands, as a row of a table. message: what a violation says."""

    classes: tuple[Cell, ...]
    path: tuple[Cell, ...]
    values: tuple[Cell, ...]
    count: str
    message: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """A term of another vocabulary. how: in what relation ours stands to it."""

    how: str
    text: str
    iri: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A term as its page shows it. supers, subs, disjoint: cells that lead to other terms.

    own, together: what shapes demand of the values of one property, and of several together.
    """

    term: Term
    supers: tuple[Cell, ...]
    subs: tuple[Cell, ...]
    disjoint: tuple[Cell, ...]
    alignments: tuple[Aligned, ...]
    own: tuple[Rule, ...]
    together: tuple[Rule, ...]


async def build(asked: Asked) -> Sheet:
    """Make the sheet. Raises QueryError, BusyError."""
    words = await asyncio.to_thread(glossary)  # read when it is first wanted
    term = words.terms.get(asked.place.iri.removeprefix(DEM))
    if term is None:  # of another version than the packaged one
        return await generic_page.build(asked)
    examples = asked.request.app.state.frame.examples.values()
    usage = await used(asked)
    values = {
        "shown": _Looking(words).shown(term),
        "example": example(term),
        "queries": _with(term, examples),
        "number": usage.of(term.name),
        "missing": usage.missing,
    }
    return Sheet("term.html", values)


def example(term: Term) -> str:
    """Return a query that shows how a term is used."""
    if term.is_class:
        lines = f"  ?thing a dem:{term.name} .\n  OPTIONAL {{ ?thing {_NAMES} ?label }}"
        return _query("SELECT ?thing ?label", lines, ("dem", "skos", "dcterms"))
    if term.name in RELATION_PREDICATES:
        lines = f"""  ?claim dem:claimPredicate dem:{term.name} ;
    dem:attributedTo ?source ;
    dem:claimSubject ?subject ;
    dem:claimObject ?object ."""
        return _query("SELECT ?claim ?source ?subject ?object", lines, ("dem",))
    return _query("SELECT ?thing ?value", f"  ?thing dem:{term.name} ?value .", ("dem",))


_NAMES: Final = "skos:prefLabel|dem:statement|dcterms:title"


def _query(select: str, lines: str, prefixes: Iterable[str]) -> str:
    declared = "\n".join(f"PREFIX {name}: <{PREFIXES[name]!s}>" for name in prefixes)
    return f"{declared}\n{select} WHERE {{\n{lines}\n}}\nLIMIT 20\n"


def _with(term: Term, queries: Iterable[CompetencyQuery]) -> list[CompetencyQuery]:
    name = re.compile(rf"\bdem:{term.name}\b(?!-)")
    found = [one for one in queries if name.search(one.text)]
    return sorted(found, key=lambda one: (len(one.text), one.name))[:QUERIES]


class _Looking:
    """Makes what is shown of a term, with links to the others."""

    def __init__(self, words: Glossary) -> None:
        self._words = words
        self._lists = {one.iri: one.label for one in schemes()}
        self._lists |= {one.iri: one.label for scheme in schemes() for one in scheme.concepts}

    def shown(self, term: Term) -> Shown:
        rules = [self._rule(one) for one in self._applying(term)]
        return Shown(
            term=term,
            supers=self._terms(self._words.lineage(term.name) if term.is_class else term.supers),
            subs=self._terms(term.subs),
            disjoint=self._terms(term.disjoint),
            alignments=tuple(Aligned(how, cells.shorten(i), i) for how, i in term.alignments),
            own=tuple(rule for rule in rules if rule.path),
            together=tuple(rule for rule in rules if not rule.path),
        )

    def _applying(self, term: Term) -> Iterator[Constraint]:
        """Yield what holds for a term.

        For a class that is what shapes demand of it, of a class above it, or of each of the classes
        directly below it.
        """
        if not term.is_class:
            yield from term.constraints
            return
        mine = {DEM[name].value for name in (term.name, *self._words.lineage(term.name))}
        below = {DEM[name].value for name in term.subs}
        related = (self._words.terms[one] for one in (*self._words.lineage(term.name), *term.subs))
        found = [*term.constraints, *(one for other in related for one in other.constraints)]
        for one in dict.fromkeys(found):
            if mine & set(one.classes) or (below and below <= set(one.classes)):
                yield one

    def _rule(self, one: Constraint) -> Rule:
        return Rule(
            classes=self._cells(one.classes),
            path=self._cells(one.path),
            values=self._cells(one.values),
            count=one.count,
            message=one.message,
        )

    def _terms(self, names: Iterable[str]) -> tuple[Cell, ...]:
        return self._cells(DEM[name].value for name in names)

    def _cells(self, iris: Iterable[str]) -> tuple[Cell, ...]:
        return tuple(map(self._cell, iris))

    def _cell(self, iri: str) -> Cell:
        term = self._words.terms.get(iri.removeprefix(DEM))
        if iri.startswith(DEM) and term is not None:
            return Cell("label", term.label, title=iri, path=term_path(iri))
        if iri in self._lists:
            return Cell("label", self._lists[iri], title=iri, path=path_of(iri))
        return Cell("iri", cells.shorten(iri), title=iri)
