"""Rows are the same exactly if a renaming of blank nodes makes them so."""

from __future__ import annotations

import itertools

import pyoxigraph as ox
from conformance.isomorphism import same_rows, same_sequence
from hypothesis import given
from hypothesis import strategies as st

LABELS = ["a", "b", "c", "d"]
TERMS = st.one_of(
    st.sampled_from(LABELS).map(ox.BlankNode),
    st.sampled_from(["x", "y"]).map(ox.Literal),
    st.none(),
)
NESTED = st.one_of(TERMS, st.tuples(st.just("triple"), TERMS, TERMS))
ROWS = st.lists(st.tuples(NESTED, NESTED), max_size=5)


def renamed(rows, names):
    def rename(term):
        if isinstance(term, ox.BlankNode):
            return ox.BlankNode(names[term.value])
        return tuple(map(rename, term)) if isinstance(term, tuple) else term

    return [tuple(map(rename, row)) for row in rows]


def by_trying(left, right):
    """The definition, worked out with every renaming there is."""
    renamings = (dict(zip(LABELS, names, strict=True)) for names in itertools.permutations(LABELS))
    target = sorted(map(repr, right))
    return any(sorted(map(repr, renamed(left, names))) == target for names in renamings)


@given(ROWS, st.permutations(LABELS), st.randoms())
def test_names_and_order_do_not_count(rows, names, random):
    other = renamed(rows, dict(zip(LABELS, (f"n{name}" for name in names), strict=True)))
    random.shuffle(other)
    assert same_rows(rows, other)


@given(ROWS, ROWS)
def test_as_the_definition_says(left, right):
    assert same_rows(left, right) == by_trying(left, right)


def test_rings_that_only_trying_tells_apart():
    def ring(prefix, size):
        nodes = [ox.BlankNode(f"{prefix}{n}") for n in range(size)]
        return [(nodes[n], nodes[(n + 1) % size]) for n in range(size)]

    assert same_rows(ring("a", 6), ring("b", 6))
    assert same_rows(ring("a", 3) + ring("b", 3), ring("c", 3) + ring("d", 3))
    assert not same_rows(ring("a", 6), ring("b", 3) + ring("c", 3))


def test_how_often_and_in_which_order():
    x, y = ox.Literal("x"), ox.Literal("y")
    assert not same_rows([(x,), (x,), (y,)], [(x,), (y,), (y,)])
    assert not same_sequence([(x,), (y,)], [(y,), (x,)])
    a, b = ox.BlankNode("a"), ox.BlankNode("b")
    assert same_sequence([(a,), (b,), (a,)], [(b,), (a,), (b,)])
    assert not same_sequence([(a,), (b,), (a,)], [(b,), (a,), (a,)])
