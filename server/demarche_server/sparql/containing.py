"""Filters of text: the literals that can pass one are given to the engine with the query.

Where a filter asks that an object hold some text, the graph is asked which literals do, and they
are put before the patterns of the group as VALUES: the engine then looks up what has these instead
of trying the filter on every literal. The filter stays, so that what is given may be more than
passes it; it is never less, and VALUES gives each literal once, so that no solution is lost or
doubled.

Looked at is the outermost group of a query, of plain triple patterns. It is left alone where the
engine has a better beginning, or comes to its end sooner: with a subject or an object that is
given and that few triples have, with a predicate that few have, and where a few rows are enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ontology.terms import RDF
from demarche_server.sparql.known import Known, TextAsked
from demarche_server.sparql.needles import Needle, needles
from demarche_server.sparql.prologue import Prologue, read_prologue
from demarche_server.sparql.structure import AGGREGATES, APART, Edit, Layout
from demarche_server.sparql.triples import NAMED, Pair, after_filter, statements

_ALL_ROWS: Final = AGGREGATES | {"ORDER", "GROUP"}
"""With these, an answer is not there before all solutions are."""


def texts_given(layout: Layout, known: Known) -> list[Edit]:
    """Give the group of a query the literals that its filters can let pass, where these are few."""
    for brace in layout.groups():
        sought = list(_sought(layout, brace)) if layout.parent[brace] < 0 else []
        if not sought:
            continue
        group = _Group.read(layout, brace)
        if group is None or group.begins_elsewhere(known):
            return []
        found = min(group.given(sought, known), key=lambda one: len(one[1]), default=None)
        if found is None:
            return []
        variable, literals = found
        return [layout.append(brace, f" VALUES ?{variable} {{ {' '.join(literals)} }}")]
    return []


def _sought(layout: Layout, brace: int) -> Iterator[Needle]:
    for at in layout.words("FILTER", brace + 1, layout.partner[brace]):
        if layout.parent[at] == brace:
            yield from needles(layout, at + 1, after_filter(layout, at))


@dataclass(frozen=True, slots=True)
class _Group:
    """Triple patterns that stand together.

    named: the predicates of those whose object is a variable, with it; "" for a variable.
    fixed: those whose object is an IRI. rows: how many solutions are asked for, None for all.
    """

    named: Sequence[tuple[str, str]]
    fixed: tuple[tuple[str, str], ...]
    rows: int | None

    @classmethod
    def read(cls, layout: Layout, brace: int) -> _Group | None:
        """Read the group of a query; None where there is more to it than plain patterns."""
        prologue = read_prologue(layout.tokens)[1]
        named, fixed = list[tuple[str, str]](), list[tuple[str, str]]()
        if _is_joined(layout, brace):
            return None
        for statement in statements(layout, brace):
            if not statement.pairs:
                return None
            for pair in statement.pairs:
                predicate = _predicate(layout, pair, prologue)
                if variable := layout.variable(pair.object):
                    named.append((predicate, variable))
                elif predicate and layout.tokens[pair.object].kind in NAMED:
                    fixed.append((predicate, prologue.resolve(layout.tokens[pair.object])))
                else:
                    return None
        return cls(named, tuple(fixed), _rows(layout))

    def begins_elsewhere(self, known: Known) -> bool:
        """Whether a predicate is a better beginning than any text."""
        predicates = {predicate for predicate, _ in self.named if predicate}
        return any(map(known.is_rare, sorted(predicates)))

    def given(self, sought: Sequence[Needle], known: Known) -> Iterator[tuple[str, list[str]]]:
        """Yield variables with the literals that they can stand for, where these are few."""
        for predicate, variable in self.named:
            for needle in sought:
                if needle.variable == variable:
                    found = known.literals_holding(
                        TextAsked(needle.text, predicate, needle.literal, self.rows, self.fixed)
                    )
                    if found is not None:
                        yield variable, found


def _predicate(layout: Layout, pair: Pair, prologue: Prologue) -> str:
    """Return the IRI of a predicate, "" for a variable."""
    token = layout.tokens[pair.predicate]
    if token.kind == "variable":
        return ""
    return prologue.resolve(token) if token.kind in NAMED else f"{RDF}type"


def _is_joined(layout: Layout, brace: int) -> bool:
    """Whether anything but triples, OPTIONAL, MINUS and filters is in a group."""
    inner = (at for at in layout.groups() if layout.parent[at] == brace)
    return bool(layout.words("VALUES")) or any(layout.word(at - 1) not in APART for at in inner)


def _rows(layout: Layout) -> int | None:
    """Return how many solutions the answer needs, None for all."""
    words = {layout.word(at) for at in range(len(layout.tokens))}
    if not _ALL_ROWS.isdisjoint(words):
        return None
    if "ASK" in words:
        return 1
    counts = [
        layout.tokens[at + 1].text for word in ("LIMIT", "OFFSET") for at in layout.words(word)
    ]
    return sum(map(int, counts)) if "LIMIT" in words and all(map(str.isdecimal, counts)) else None
