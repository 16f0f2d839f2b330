"""The server says what the engine in process says: over HTTP, in every format, on every commit.

`python -m differential` (in `tests/`) asks as many queries as told, with a seed of one's choice.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from conformance.answers import Graph, Rows
from differential.comparing import (
    CODINGS,
    WAYS,
    Asked,
    Drawn,
    Reference,
    check,
    difference,
    media_types,
    read,
)
from differential.homes import RELEASE, commit, graphs_of, make_home, reference, small, thinned
from differential.queries import Generator, Query
from pyoxigraph import BlankNode, Literal, NamedNode
from server.running_server import start, stop

import demarche
from demarche_ontology.competency import competency_queries

GENERATED = 1000
UNDER_LOAD = 90
THREADS = 4


@pytest.fixture(scope="module")
def home(seed_home, tmp_path_factory):
    """A home with graphs of the seeds as a release and, later, thinned ones."""
    graphs = small(graphs_of(seed_home))
    assert len(graphs) > 3
    return make_home(tmp_path_factory.mktemp("differential") / "home", graphs, graphs)[0]


@pytest.fixture(scope="module")
def references(home):
    """By the id of the commit; the second is made when a test commits it."""
    info = home.resolve(RELEASE)
    return {info.id: reference(home, info)}


@pytest.fixture(scope="module")
def released(home):
    running = start(home.path, RELEASE)
    yield running
    stop(running)


@pytest.fixture
def client():
    with httpx.Client(timeout=60) as one:
        yield one


@pytest.fixture(scope="module")
def drawn(references):
    """The generated queries, with their right answers."""
    return list(Drawn(references).take(GENERATED))


def test_every_competency_query_in_every_format(client, seed_home, seed_server):
    """Over all of the seeds' graph, in turn in each coding and way."""
    info = seed_home.current()
    turns = itertools.cycle(itertools.product(CODINGS, WAYS))
    with demarche.view(info.id, seed_home.path) as view:
        for query in map(Query, (one.text for one in competency_queries())):
            expected = read(view.query(query.text))
            for kind in media_types(expected):
                asked = Asked(query, kind, *next(turns))
                assert check(client, seed_server.sparql, asked, {info.id: expected})[1] == ""


def test_generated_queries_twice(client, released, drawn):
    """The second time they may come from a cache."""
    assert len(drawn) == GENERATED
    for asked, expected in drawn:
        assert check(client, released.sparql, asked, expected)[1] == ""
        assert check(client, released.sparql, asked, expected)[1] == ""


def test_under_load_while_the_commit_changes(home, references):
    """Each answer is right for the commit that it says it is of, and both are met."""
    first = home.resolve(RELEASE)
    second_graphs = thinned(graphs_of(home, RELEASE))
    second = Reference(second_graphs, first.default_graphs)
    both = Drawn({first.id: references[first.id], "later": second}, seed=77)
    queries = list(both.take(UNDER_LOAD))
    running = start(home.path, None)
    try:
        before = asked_by_threads(running.sparql, queries[: UNDER_LOAD // 3], first.id)
        assert before == {first.id}
        with ThreadPoolExecutor(1) as writing:
            made = writing.submit(commit, home, second_graphs, first.default_graphs)
            asked_by_threads(running.sparql, queries[UNDER_LOAD // 3 :], first.id)
            info = made.result()
        wait_for(running, info.id)
        after = asked_by_threads(running.sparql, queries, first.id)
        assert after == {info.id}
    finally:
        stop(running)


def asked_by_threads(url, queries, first: str) -> set[str]:
    """Ask from several threads; return the commits that answered. Any but the first is later."""

    def one(some) -> set[str]:
        with httpx.Client(timeout=60) as client:
            return {answered(client, url, asked, expected, first) for asked, expected in some}

    with ThreadPoolExecutor(THREADS) as pool:
        return set().union(*pool.map(one, [queries[n::THREADS] for n in range(THREADS)]))


def answered(client, url, asked, expected, first: str) -> str:
    named = _Later(expected, first)
    name, wrong = check(client, url, asked, named)
    assert wrong == ""
    return name


class _Later(dict):
    """Answers by commit, where every commit but the first has the later answer."""

    def __init__(self, expected, first: str) -> None:
        super().__init__(expected)
        self._first = first

    def __contains__(self, name: object) -> bool:
        return bool(name)

    def __missing__(self, name: str):
        return self["later"]


def wait_for(running, identifier: str) -> None:
    for _ in range(6000):
        if httpx.get(running.url + "readyz").json()["commit"] == identifier:
            return
    raise AssertionError("the server does not follow the home")


# --- What is asked ---------------------------------------------------------------------------


def test_the_queries_use_the_language_and_most_have_answers(drawn):
    words = (
        *("OPTIONAL", "UNION", "MINUS", "EXISTS", "NOT EXISTS", "FILTER", "REGEX", "CONTAINS"),
        *("BIND", "VALUES", "GRAPH", "GROUP BY", "HAVING", "COUNT", "AVG", "MIN", "ORDER BY"),
        *("LIMIT", "OFFSET", "DISTINCT", "CONSTRUCT", "ASK", "DESCRIBE", "FROM <", "FROM NAMED"),
        *("YEAR", "LANG", "{ SELECT"),
    )
    texts = [asked.query.text for asked, _ in drawn]
    used = Counter(word for word in words for text in texts if word in text)
    assert {word for word in words if used[word] < 10} == set()
    paths = ("/", "|", ")+", "*", "^", "!(", "?")
    used = Counter(path for path in paths for text in texts if f">{path}" in text)
    assert set(used) >= {"/", "|", "*"}
    assert sum(bool(asked.query.parameters) for asked, _ in drawn) > 30
    assert len(set(texts)) > 0.95 * len(texts)
    filled = [one for _, expected in drawn for one in expected.values() if not empty(one)]
    assert len(filled) > 0.6 * len(drawn)


def empty(answer) -> bool:
    if isinstance(answer, bool):
        return not answer
    return not (answer.rows if isinstance(answer, Rows) else answer.triples)


def test_every_format_coding_and_way_has_its_turn(drawn):
    for value in ("media_type", "coding", "way"):
        counts = Counter(getattr(asked, value) for asked, _ in drawn)
        assert min(counts.values()) > 15
    assert len({asked.media_type for asked, _ in drawn}) == 10


def test_the_same_seed_draws_the_same_queries(references):
    (right,) = references.values()
    one, other, third = (Generator(right.facts, seed) for seed in (5, 5, 6))
    texts = [[source.draw() for _ in range(50)] for source in (one, other, third)]
    assert texts[0] == texts[1] != texts[2]


# --- That it can fail ------------------------------------------------------------------------


def distorted(change):
    """Return what rewrites an answer in JSON on its way; anything else passes."""

    def distort(reply):
        if not reply.media_type.startswith("application/sparql-results+json"):
            return reply
        document = json.loads(reply.body)
        change(document)
        return replace(reply, body=json.dumps(document).encode())

    return distort


def drop_a_row(document) -> None:
    document.get("results", {}).get("bindings", [])[:1] = []


def repeat_a_row(document) -> None:
    rows = document.get("results", {}).get("bindings", [])
    rows.extend(rows[:1])


def turn_round(document) -> None:
    document.get("results", {}).get("bindings", []).reverse()


def forget_languages(document) -> None:
    for row in document.get("results", {}).get("bindings", []):
        for term in row.values():
            term.pop("xml:lang", None)


def forget_types(document) -> None:
    for row in document.get("results", {}).get("bindings", []):
        for term in row.values():
            term.pop("datatype", None)


def negate(document) -> None:
    if "boolean" in document:
        document["boolean"] = not document["boolean"]


@pytest.mark.parametrize(
    "change", [drop_a_row, repeat_a_row, turn_round, forget_languages, forget_types, negate]
)
def test_a_server_that_distorts_answers_is_found_out(change, client, released, drawn):
    distort = distorted(change)
    some = drawn[: GENERATED // 8]
    found = [check(client, released.sparql, *one, distort)[1] for one in some]
    assert any("not those" in wrong or "instead of" in wrong for wrong in found)


def test_a_server_that_answers_from_another_commit_is_found_out(client, released, references):
    ((name, right),) = references.items()
    other = Reference(thinned(right.graphs), right.graphs)
    wrong = 0
    for asked, expected in Drawn({name: other}, seed=3).take(40):
        wrong += check(client, released.sparql, asked, expected)[1] != ""
    assert wrong > 10


def test_a_broken_body_is_found_out(client, released, drawn):
    def cut(reply):
        return replace(reply, body=reply.body[: len(reply.body) // 2])

    found = [check(client, released.sparql, *one, cut)[1] for one in drawn[:60]]
    assert sum(map(bool, found)) > 30


ROW = (NamedNode("urn:a"), Literal("x", language="en"), None)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (Rows(("a", "b", "c"), (ROW, ROW)), ""),
        (Rows(("c", "a", "b"), ((None, *ROW[:2]), (None, *ROW[:2]))), ""),
        (Rows(("a", "b", "c"), (ROW,)), "rows"),
        (Rows(("a", "b"), (ROW[:2], ROW[:2])), "columns"),
        (Rows(("a", "b", "c"), (ROW, (ROW[0], Literal("x"), None))), "rows"),
        (Graph(()), "graph"),
        (True, "instead of"),
    ],
)
def test_differences(other, told):
    expected = Rows(("a", "b", "c"), (ROW, ROW))
    got = difference(expected, other, ordered=False, csv=False)
    assert told in got
    assert bool(got) == bool(told)


def test_blank_nodes_may_have_any_label_but_not_any_place():
    a, b = BlankNode("a"), BlankNode("b")
    expected = Rows(("x", "y"), ((a, a), (b, None)))
    renamed = Rows(("x", "y"), ((b, b), (a, None)))
    mixed = Rows(("x", "y"), ((a, b), (b, None)))
    assert difference(expected, renamed, ordered=False, csv=False) == ""
    assert difference(expected, mixed, ordered=False, csv=False) != ""
