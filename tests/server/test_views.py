"""Views of answers: offered where the columns allow, drawn from the rows the table shows."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from urllib.parse import quote

import httpx
import pytest

from demarche_ontology.terms import XSD
from demarche_server.pages import cells
from demarche_server.pages.query.views import VIEWS, offered, view
from demarche_server.readers.tables import Table, Term

NOTHING = None


def iri(name: str) -> Term:
    return Term("iri", f"urn:{name}")


def text(value: str) -> Term:
    return Term("literal", value, datatype=XSD["string"].value)


def number(value: object) -> Term:
    return Term("literal", str(value), datatype=XSD["integer"].value)


def day(value: str, datatype: str = "date") -> Term:
    return Term("literal", value, datatype=XSD[datatype].value)


def table(*rows: tuple[Term | None, ...], form: str = "SELECT") -> Table:
    return Table(tuple("abcdef"[: len(rows[0])]) if rows else ("a",), rows, form=form)


def drawn(name: str, answer: Table):
    return view(name, answer, cells.rows(answer, {}, 0))


CASES = [
    ([iri("a"), number(1)], {"chart"}),
    ([text("a"), number(1), number(2)], {"chart"}),
    ([iri("a"), text("A"), number(1)], {"chart"}),
    ([day("2020-01-01"), number(1)], {"chart"}),
    ([day("2020", "gYear"), number(1)], {"chart"}),
    ([iri("a"), iri("b")], {"network"}),
    ([iri("a"), iri("b"), number(1)], {"network"}),
    ([iri("a"), iri("b"), number(1), number(2)], set()),
    ([iri("a"), iri("b"), text("c")], set()),
    ([iri("a"), day("2020-01-01")], {"timeline"}),
    ([text("a"), day("2020-01-01"), day("2021-01-01")], {"timeline"}),
    ([iri("a"), text("A"), day("2020-01-01"), number(1)], {"timeline"}),
    ([text("a"), day("2020-01-01"), day("2021-01-01"), day("2022-01-01")], set()),
    ([iri("a")], set()),
    ([number(1)], set()),
    ([day("2020-01-01")], set()),
    ([text("a"), text("b"), number(1)], set()),
    ([iri("a"), NOTHING], set()),
    ([Term("blank", "x"), number(1)], {"chart"}),
]


@pytest.mark.parametrize(("row", "wanted"), CASES)
def test_the_columns_say_which_views_there_are(row, wanted):
    answer = table(tuple(row))
    assert set(offered(answer)) == {"table", *wanted}
    for name in VIEWS:
        assert (drawn(name, answer) is not None) == (name in wanted)


def test_no_rows_and_no_rows_of_this_kind_are_tables():
    assert offered(table()) == ("table",)
    assert offered(table((iri("s"), iri("p"), iri("o")), form="GRAPH")) == ("table",)
    assert drawn("network", table()) is None


def test_numbers_of_a_pair_are_added_up():
    answer = table(
        (iri("a"), iri("b"), number(2)),
        (iri("a"), iri("b"), number(3)),
        (iri("b"), iri("a"), number(1)),
        (iri("b"), None, number(1)),
    )
    arrows = {arrow.told: arrow.number for arrow in drawn("network", answer).drawing.arrows}
    assert arrows == {"urn:a → urn:b: 5": "5", "urn:b → urn:a: 1": ""}


def test_what_is_no_number_or_day_is_said_not_to_be_drawn():
    answer = table((text("a"), number(1)), (text("b"), None), (text("c"), number("x")))
    assert drawn("chart", answer).left == 2
    answer = table((text("a"), day("2020-01-01")), (text("b"), day("-0044-03-15")))
    assert drawn("timeline", answer).left == 1
    answer = table((text("a"), day("-0044-03-15")))
    assert drawn("timeline", answer) is None


def asked(server, query: str, **more: str) -> httpx.Response:
    headers = {"accept": "text/html"}
    return httpx.get(
        f"{server.url}query", params={"query": query, **more}, headers=headers, timeout=60
    )


BARS = """SELECT ?t (COUNT(*) AS ?n) { ?x a ?t } GROUP BY ?t ORDER BY ?t"""


def test_a_view_stands_above_the_table_and_can_be_taken_away(server):
    plain = asked(server, BARS).text
    assert "<svg" not in plain
    assert "view=chart" in plain
    html = asked(server, BARS, view="chart").text
    assert html.index("<svg") < html.index("<table")
    assert re.search(r'view=chart#answer" aria-current="true"', html)
    values = re.findall(r'class="figures"[^>]*>(\d+)<', html)
    rows = server.ask(BARS, format="csv").text.splitlines()[1:]
    assert values == [row.rpartition(",")[2] for row in rows]
    answer = asked(server, BARS, view="chart", format="svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "-chart.svg" in answer.headers["content-disposition"]
    assert ET.fromstring(answer.text).tag.endswith("svg")


def test_a_view_that_the_columns_do_not_allow_is_explained(server):
    html = asked(server, "SELECT ?s { ?s ?p ?o } LIMIT 3", view="network").text
    assert "two columns of IRIs" in html
    assert "<table" in html
    assert "<svg" not in html
    answer = asked(server, "SELECT ?s { ?s ?p ?o } LIMIT 3", view="network", format="svg")
    assert answer.status_code == 404


def test_an_unknown_view_is_refused(server):
    answer = asked(server, BARS, view="pie")
    assert answer.status_code == 400
    assert "no view" in answer.text


def test_a_faulty_query_is_no_file(server):
    assert asked(server, "SELECT * {", view="chart", format="svg").status_code == 400
    assert httpx.get(f"{server.url}query?format=svg", timeout=60).status_code == 404


def test_hostile_words_are_inert_in_drawings(server):
    query = """SELECT ?s ?n { VALUES (?s ?n) {
      ("<script>alert(1)</script>" 1) ("\\"><img src=x onerror=alert(1)>" 2) } }"""
    for more in ({}, {"format": "svg"}):
        shown = asked(server, query, view="chart", **more)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text
        assert "<img" not in shown.text


def test_views_keep_names_and_examples(server):
    html = asked(server, BARS, view="chart", show="names").text
    assert f"query={quote('SELECT ?t')[:6]}" in html
    assert re.search(r"show=names&amp;view=chart&amp;format=svg", html)
