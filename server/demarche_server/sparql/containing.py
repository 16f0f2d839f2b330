"""Filters of text: the literals that can pass one are given to the engine with the query.

Where a filter asks that an object hold some text, the graph is asked which literals do, and they
are put before the patterns of the group as VALUES: the engine then looks up what has these instead
of trying the filter on every literal. The filter stays, so that what is given may be more than
passes it; it is never less, and VALUES gives each literal once, so that no solution is lost or
doubled.

Looked at are groups of the default graph that are joined with what is around them.
"""

from __future__ import annotations

from collections.abc import Iterator

from demarche_server.sparql.known import Known
from demarche_server.sparql.needles import Needle, needles
from demarche_server.sparql.prologue import Prologue, read_prologue
from demarche_server.sparql.structure import APART, ELSEWHERE, Edit, Layout
from demarche_server.sparql.triples import NAMED, after_filter, statements


def texts_given(layout: Layout, known: Known) -> list[Edit]:
    """Give groups the literals that their filters can let pass, where these are few."""
    prologue = read_prologue(layout.tokens)[1]
    edits = list[Edit]()
    for at in layout.groups():
        if layout.is_within(at, APART | ELSEWHERE):
            continue
        given = min(_given(layout, at, prologue, known), key=lambda one: len(one[1]), default=None)
        if given is not None:
            variable, literals = given
            edits.append(layout.append(at, f" VALUES ?{variable} {{ {' '.join(literals)} }}"))
    return edits


def _given(
    layout: Layout, brace: int, prologue: Prologue, known: Known
) -> Iterator[tuple[str, list[str]]]:
    """Yield variables of a group with the literals that they can stand for, where these are few."""
    sought = list(_sought(layout, brace))
    if not sought:
        return
    for statement in statements(layout, brace):
        for pair in statement.pairs:
            token = layout.tokens[pair.predicate]
            predicate = prologue.resolve(token) if token.kind in NAMED else None
            if predicate is None and token.kind != "variable":
                continue  # `a`
            for needle in sought:
                if needle.variable == layout.variable(pair.object):
                    literals = known.literals_holding(needle.text, predicate, needle.literal)
                    if literals is not None:
                        yield needle.variable, literals


def _sought(layout: Layout, brace: int) -> Iterator[Needle]:
    for at in layout.words("FILTER", brace + 1, layout.partner[brace]):
        if layout.parent[at] == brace:
            yield from needles(layout, at + 1, after_filter(layout, at))
