"""Putting right around the engine what it gets wrong, by changing the text that it is given.

Two steps are for speed alone: see `ordering` and `containing`.

A rewrite is right before it is complete: what a function cannot be sure of it leaves alone. None
is made for a query that holds nothing of what the engine gets wrong, which `_suspects` sees from
words that were read anyway. Whoever runs a corrected query runs the one that was asked instead
where the engine does not take the corrected one, so that errors have the places they had.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from demarche_server.sparql.checks import check_aggregates, check_iris, check_triple_terms
from demarche_server.sparql.containing import texts_given
from demarche_server.sparql.expressions import (
    new_blank_nodes,
    plain_concatenations,
    small_booleans,
    written_out_variables,
)
from demarche_server.sparql.graphs import idle_differences, joined_names, subqueries_by_graph
from demarche_server.sparql.known import Known
from demarche_server.sparql.lexer import Token, tokenize
from demarche_server.sparql.ordering import may_be_reordered, texts_first
from demarche_server.sparql.paths import lone_terms
from demarche_server.sparql.reading import QueryText, read
from demarche_server.sparql.structure import AGGREGATES, Edit, Layout, edited, lay_out
from demarche_server.sparql.updates import patterns_of

_WORDS: Final = frozenset({"BNODE", "GROUP_CONCAT"})
_BOOLEANS: Final = frozenset({"TRUE", "FALSE"})
_SHOUTED: Final = re.compile(r"(?i:true|false)(?<!true)(?<!false)")
_MARKS: Final = ("<<", "<?", "<$")
_VARIABLE_GRAPH: Final = re.compile(r"(?i:graph)\s*+[?$#]")
_CLOSURE: Final = re.compile(r"[^\s({,|/*][*?]\s")
_ALL: Final = "SELECT * WHERE "
_Step = Callable[[Layout], list[Edit]]
_STEPS: Final[tuple[_Step, ...]] = (
    idle_differences,
    subqueries_by_graph,
    joined_names,
    small_booleans,
    written_out_variables,
    plain_concatenations,
    new_blank_nodes,
)
"""In this order."""


def corrected(text: str, query: QueryText, known: Known | None = None) -> str:
    """Return the text to run for a query: the same where nothing needs putting right.

    query: what was read of it. known: of the default graph that it is run on, None where its own
    dataset has another. Raises QuerySyntaxError for what is not SPARQL, though the engine takes it.
    """
    steps = list(_steps(text, query, known))
    layout = lay_out(text, query.tokens) if steps else None
    if layout is None:
        return text
    check_aggregates(layout)
    check_triple_terms(layout)
    check_iris(layout)
    return _put_right(layout, steps)


def _steps(text: str, query: QueryText, known: Known | None) -> Iterator[_Step]:
    """Yield the steps a query may need."""
    asks_of_texts = known is not None and may_be_reordered(query)
    if known is not None and _CLOSURE.search(text) is not None:
        yield partial(lone_terms, known=known)
    if known is not None and asks_of_texts:
        yield partial(texts_first, known=known)
    if _suspects(text, query):
        yield from _STEPS
    if known is not None and asks_of_texts:
        yield partial(texts_given, known=known)  # the last, as it makes the text long


def corrected_update(text: str, tokens: Sequence[Token]) -> str:
    """Return the text to run for an update: the same where nothing needs putting right.

    The pattern after each WHERE is put right like that of `SELECT *`; templates stay as they are.
    tokens: of the text.
    """
    pieces, end = list[str](), 0
    for first, last in patterns_of(tokens):
        start, stop = tokens[first].start, tokens[last].end
        group = text[start:stop]
        right = _corrected_pattern(group)
        if right != group:
            pieces += [text[end:start], right]
            end = stop
    return "".join([*pieces, text[end:]])


def _corrected_pattern(group: str) -> str:
    """Return a pattern in its braces, put right."""
    text = _ALL + group
    query = read(text)
    layout = lay_out(text, query.tokens) if _suspects(text, query) else None
    run = text if layout is None else _put_right(layout, _STEPS)
    return run.removeprefix(_ALL) if run.startswith(_ALL) else group


def _put_right(layout: Layout, steps: Sequence[_Step]) -> str:
    """Return the text after all steps, each of which is given what those before it made."""
    for left in range(len(steps) - 1, -1, -1):
        edits = steps[-1 - left](layout)
        if not edits:
            continue
        text = edited(layout.text, edits)
        changed = lay_out(text, tuple(tokenize(text))) if left else None
        if changed is None:
            return text if not left else layout.text
        layout = changed
    return layout.text


def _suspects(text: str, query: QueryText) -> bool:
    """Whether a query may hold something that the engine gets wrong."""
    return (
        not _WORDS.isdisjoint(query.words)
        or (not AGGREGATES.isdisjoint(query.words) and _has_several_expressions(query))
        or (not _BOOLEANS.isdisjoint(query.words) and _SHOUTED.search(text) is not None)
        or ("GRAPH" in query.words and _VARIABLE_GRAPH.search(text) is not None)
        or any(mark in text for mark in _MARKS)
    )


def _has_several_expressions(query: QueryText) -> bool:
    """Whether more is worked out than one aggregate with one name."""
    words = (token.text.upper() for token in query.tokens if token.kind == "word")
    return sum(word in AGGREGATES or word == "AS" for word in words) > 2
