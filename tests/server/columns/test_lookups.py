"""What is asked about one subject is answered at one look as the engine answers it."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from server.columns.asking import EX, FORMATS, Both, rows_of, store_of

from demarche_server.columns import lookups, rendering

DATA = """
:a :p :b, :c, "x", "y"@en ; :q :b, "4"^^xsd:integer, _:n ; a :T, :U ; :r-s "tab\\t\\"q\\"" .
:b :p :a .
:a_1 <urn:x:p> <urn:x:a> .
<urn:x:a> :p "é", "<&>" .
_:n :p :a .
"""
BOTH = Both(store_of(DATA))


def looked_up(query: str, media_type: str = "application/sparql-results+json") -> bytes | None:
    answer = BOTH.columns.looked_up(query)
    if answer is None:
        return None
    out = io.BytesIO()
    answer.write(out, media_type)
    return out.getvalue()


def by_engine(
    query: str, media_type: str = "application/sparql-results+json", both: Both = BOTH
) -> bytes:
    out = io.BytesIO()
    both.store.query(query).serialize(out, format=FORMATS[media_type])
    return out.getvalue()


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?p ?o {{ <{EX}a> ?p ?o }}",
        f"select*where{{<{EX}a>?p?o}}",
        f"SELECT $o WHERE {{ <{EX}a> <{EX}p> ?o . }}",
        f"SELECT ?o ?t {{ <{EX}a> <{EX}p> ?o ; a ?t ; ; }}",
        f"PREFIX : <{EX}> SELECT * {{ :a :p ?z ; :q ?y ; ?p ?x }}",
        f"PREFIX e: <{EX}>\nPREFIX e: <{EX}>\nSELECT ?x ?v {{ e:a e:r-s ?x;a ?v. }}",
        f"PREFIX other: <http://x.example/y#> PREFIX : <{EX}> SELECT ?p {{ :a_1 ?p ?o }}",
        "SELECT ?p ?o { <urn:x:a> ?p ?o }",
        f"SELECT ?o {{ <{EX}b> <{EX}q> ?o }}",
        f"SELECT ?p ?o {{ <{EX}U> ?p ?o }}",
    ],
)
@pytest.mark.parametrize("media_type", FORMATS)
def test_answers_are_the_engines(query, media_type):
    found = looked_up(query, media_type)
    assert found is not None
    ours, theirs = rows_of(found, media_type), rows_of(by_engine(query, media_type), media_type)
    assert ours[0] == theirs[0]
    assert Counter(ours) == Counter(theirs)


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?p ?o {{ <{EX}nowhere> ?p ?o }}",
        f"SELECT ?o {{ <{EX}a> <{EX}nowhere> ?o }}",
        f"SELECT ?o {{ <{EX}a> ?o ?o }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o ; <{EX}q> ?o }}",
        f"SELECT ?o ?o {{ <{EX}a> <{EX}p> ?o }}",
        f"SELECT ?x {{ <{EX}a> <{EX}p> ?o }}",
        f"SELECT DISTINCT ?o {{ <{EX}a> <{EX}p> ?o }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o }} LIMIT 1",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o FILTER(ISIRI(?o)) }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o . ?o <{EX}p> ?x }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o, ?x }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p>/<{EX}q> ?o }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o }} # <{EX}b>",
        f"SELECT ?o FROM <{EX}g> {{ <{EX}a> <{EX}p> ?o }}",
        f"BASE <{EX}> SELECT ?o {{ <a> <{EX}p> ?o }}",
        "SELECT ?o { :a :p ?o }",
        f"PREFIX e: <{EX}> SELECT ?o {{ e:a f:p ?o }}",
        f"PREFIX e: <{EX}> SELECT ?o {{ e:a e:p:q ?o }}",
        f"PREFIX e: <{EX}> SELECT ?o {{ e:ae:p ?o }}",
        f"PREFIX e: <http://[/> SELECT ?o {{ <{EX}a> <{EX}p> ?o }}",
        f"PREFIX e: <relative> SELECT ?o {{ <{EX}a> <{EX}p> ?o }}",
        f"SELECT ?é {{ <{EX}a> <{EX}p> ?é }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o }} }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o ",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o ; . ; }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> ?o . . }}",
        f"SELECT ?o {{ <{EX}a> b ?o }}",
        f"SELECT ?o {{ <{EX}\\u0061> <{EX}p> ?o }}",
        f"SELECT ?o {{ ?s <{EX}p> ?o }}",
        f"SELECT ?o {{ <{EX}a> <{EX}p> <{EX}b> }}",
        f"SELECT ?o{'':2000} {{ <{EX}a> <{EX}p> ?o }}",
    ],
)
def test_what_is_left_to_others(query):
    assert looked_up(query) is None


PIECES = st.sampled_from(
    [
        *(
            "SELECT",
            "select",
            "*",
            "?o",
            "?p",
            "$o",
            "WHERE",
            "{",
            "}",
            ";",
            ".",
            "a",
            ",",
            "<",
            ">",
        ),
        *(":a", ":p", "e:p", "e:", ":", f"<{EX}a>", f"<{EX}p>", "<urn:x:a>", "<a>", "#", "\n", " "),
        *(
            "DISTINCT",
            "LIMIT 1",
            f"PREFIX : <{EX}>",
            f"PREFIX e: <{EX}>",
            "PREFIX",
            "BASE",
            "é",
            "1",
        ),
    ]
)
VERBS = st.sampled_from(["a", ":p", ":q", ":r-s", "?p", "?p2", f"<{EX}p>", "<urn:x:p>", "e:p"])
SUBJECTS = st.sampled_from([":a", ":b", "e:a", f"<{EX}a_1>", "<urn:x:a>", ":U"])
NAMES = st.sampled_from(["?o", "$o", "?x", "?y", "?p"])
SPACES = st.sampled_from([" ", " ", "\n", "\t ", ""])


@st.composite
def near_lookups(draw: st.DrawFn) -> str:
    """Return a query about one subject, or what is nearly one: pieces left out or put in."""
    pieces = [f"PREFIX : <{EX}>", f"PREFIX e: <{EX}>", "SELECT"]
    pieces += draw(st.lists(NAMES, max_size=3, unique=True)) or ["*"]
    pieces += draw(st.sampled_from([["{"], ["WHERE", "{"]]))
    pieces.append(draw(SUBJECTS))
    for number in range(draw(st.integers(1, 3))):
        pieces += [";"] * bool(number) + [draw(VERBS), draw(NAMES)]
    pieces += [*draw(st.sampled_from([[], ["."], [";"], [";", "."]])), "}"]
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(pieces) - 1))
        pieces[at : at + draw(st.integers(0, 1))] = draw(st.lists(PIECES, max_size=1))
    return "".join(piece + draw(SPACES) for piece in pieces)


@given(near_lookups())
@settings(max_examples=1500, deadline=None)
def test_whatever_is_read_is_a_query_and_answered_as_the_engine_does(query):
    found = looked_up(query)
    event("answered" if found is not None else "left")
    if found is None:
        return
    ours, theirs = rows_of(found), rows_of(by_engine(query))
    assert ours[0] == theirs[0]
    assert Counter(ours) == Counter(theirs)


def test_too_many_rows_are_left_to_the_engine(monkeypatch):
    query = f"SELECT * {{ <{EX}a> <{EX}p> ?o ; <{EX}q> ?x }}"
    monkeypatch.setattr(lookups, "MOST_ROWS", 12)
    assert looked_up(query) is not None
    monkeypatch.setattr(lookups, "MOST_ROWS", 11)
    assert looked_up(query) is None
    assert looked_up(f"SELECT * {{ <{EX}a> ?p ?o }}") is not None
    monkeypatch.setattr(lookups, "MOST_ROWS", 9)
    assert looked_up(f"SELECT * {{ <{EX}a> ?p ?o }}") is None


@pytest.mark.parametrize("bound", ["KEPT", "KEPT_CHARACTERS"])
@pytest.mark.parametrize("most", [0, 1, 5, 100])
def test_terms_that_are_not_kept_are_written_again(monkeypatch, bound, most):
    monkeypatch.setattr(rendering, bound, most)
    both = Both(store_of(DATA))
    for _ in range(2):
        for name in ("a", "b", "a_1", "a"):
            query = f"SELECT ?p ?o {{ <{EX}{name}> ?p ?o }}"
            answer = both.columns.looked_up(query)
            assert answer is not None
            out = io.BytesIO()
            answer.write(out, "text/csv")
            assert Counter(rows_of(out.getvalue(), "text/csv")) == Counter(
                rows_of(by_engine(query, "text/csv", both), "text/csv")
            )
