"""Every packaged query gives the answer recorded for it, on the project's own seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from demarche_ontology.competency import competency_queries

EXPECTED = Path(__file__).parent / "expected"
QUERIES = competency_queries()


def csv(view, query) -> str:
    return b"".join(view.query(query.text).serialize("text/csv")).decode()


def rows(text: str) -> list[str]:
    return text.replace("\r\n", "\n").strip().split("\n")


@pytest.fixture(scope="module")
def view(seed_home):
    with seed_home.open() as opened:
        yield opened


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_answer_is_the_recorded_one(view, query):
    recorded = (EXPECTED / f"{query.name}.csv").read_text(encoding="utf-8")
    found, wanted = rows(csv(view, query)), rows(recorded)
    assert found[0] == wanted[0]
    assert sorted(found[1:]) == sorted(wanted[1:])


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_says_what_it_asks_and_what_to_expect(query):
    assert len(query.description) > len(query.title) > 10
    assert query.expected


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_an_answer_is_not_empty(query):
    recorded = (EXPECTED / f"{query.name}.csv").read_text(encoding="utf-8")
    assert len(rows(recorded)) > 1


def test_there_is_no_answer_without_a_question():
    assert {path.stem for path in EXPECTED.glob("*.csv")} == {query.name for query in QUERIES}


def headline(view, name):
    query = next(query for query in QUERIES if query.name == name)
    results = view.query(query.text)
    names = results.variables
    return [dict(zip(names, row, strict=True)) for row in results.rows()]


def test_the_headline_query_is_short_and_has_the_promised_columns():
    for query in QUERIES:
        if query.name.startswith("csto-members-backing-azerbaijan"):
            body = [line for line in query.text.splitlines() if not line.startswith("PREFIX")]
            assert len(body) < 20
            assert "CSTO" in query.title
            assert "Azerbaijan" in query.title


def test_the_twin_adds_only_what_rests_on_reader_comments(view):
    plain = headline(view, "csto-members-backing-azerbaijan")
    twin = headline(view, "csto-members-backing-azerbaijan-with-comments")
    assert list(plain[0]) == (
        [
            "member",
            "position",
            "date",
            "basis",
            "source",
            "voice",
            "claim",
            "document",
            "start",
            "end",
        ]
    )
    added = [row for row in twin if row not in plain]
    assert all(row in twin for row in plain)
    assert added
    assert {row["voice"].value.rpartition("/")[2] for row in added} == {"voice-reader-comment"}
    assert "voice-reader-comment" not in {row["voice"].value.rpartition("/")[2] for row in plain}
