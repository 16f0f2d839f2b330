"""The time axis: spans as partial as their dates, ends told apart, drawn and as a table."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, PackageLoader, StrictUndefined

from demarche_server.pages.cells import Cell, lines, show
from demarche_server.pages.drawing.axis import Edge, Span, draw
from demarche_server.pages.drawing.scale import LABELS, WIDTH, Scale, fitted, folded

LEAGUE = Cell("label", "The League", title="urn:league", path="/id/league")


def drawn(spans) -> str:
    environment = Environment(
        loader=PackageLoader("demarche_server.pages"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters.update(shown=show, lines=lines)
    macro = environment.get_template("axis.html").module.time_axis
    return str(macro(draw(spans), "", "Members over time"))


def relation(**days: str) -> Span:
    return Span.of_relation(LEAGUE, days, "member", "member")


def test_known_ends_and_attested_ones_are_told_apart():
    html = drawn(
        [relation(validFrom="1990-02-03", attestedFrom="1990-02-03", attestedUntil="1995")]
    )
    assert html.count('class="cap"') == html.count('class="stub"') == 1
    cells = re.findall(r'<td class="medium">([^<]*)(<span class="tag">attested</span>)?', html)
    assert [(text.strip(), bool(tag)) for text, tag in cells[1:3]] == [
        ("3 February 1990", False),
        ("1995", True),
    ]


def test_a_real_end_counts_before_an_attested_day():
    span = relation(validUntil="1999", attestedFrom="1990-01-01", attestedUntil="1995-01-01")
    assert (span.begin, span.end) == (Edge("1990-01-01", "attested"), Edge("1999", "known"))


def test_one_attested_day_is_a_point():
    (line,) = draw([relation(attestedFrom="2014-05-29", attestedUntil="2014-05-29")]).lines
    (bar,) = line.bars
    assert bar.is_point
    assert bar.told == "The League: member: attested 29 May 2014"


def test_a_year_stays_a_year():
    span = Span.of_edtf(LEAGUE, "2013/2015")
    (line,) = draw([span]).lines
    (bar,) = line.bars
    scale = Scale.of([date(2013, 1, 1), date(2015, 12, 31)])
    assert (bar.left, bar.right) == (scale.x(date(2013, 1, 1)), scale.x(date(2015, 12, 31)))
    assert bar.sure == (scale.x(date(2013, 12, 31)), scale.x(date(2015, 1, 1)))
    assert span.when == "2013 (known) to 2015 (known)"


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("201X", date(2010, 1, 1), date(2019, 12, 31)),
        ("2014~", date(2014, 1, 1), date(2014, 12, 31)),
        ("2014-05-XX", date(2014, 5, 1), date(2014, 5, 31)),
        ("2014-05-29Z", date(2014, 5, 29), date(2014, 5, 29)),
        ("2014-05-29T10:00:00", date(2014, 5, 29), date(2014, 5, 29)),
    ],
)
def test_what_partial_dates_may_mean(edtf, first, last):
    assert Edge(edtf).reach() == (first, last)


@pytest.mark.parametrize("text", ["", "-0044", "0000", "2014-13", "2014-02-30", "May", "20145"])
def test_what_no_calendar_has_is_in_the_table_only(text):
    assert Edge(text).reach() is None
    html = drawn([Span(LEAGUE, Edge(text), Edge(text))])
    assert "<svg" not in html
    assert "<details open>" in html
    assert (text or "not known") in html


def test_an_open_end_points_on():
    (line,) = draw([Span.of_edtf(LEAGUE, "2014-05-30/.."), Span.of_edtf(LEAGUE, "../2010")]).lines
    ended, open_end = sorted(line.bars, key=lambda bar: bar.left)
    assert (ended.begin, ended.left) == ("open", LABELS)
    assert (open_end.end, open_end.right) == ("open", WIDTH - 24)


def test_nothing_is_drawn_of_nothing():
    assert not drawn([]).strip()


def test_labels_are_inert():
    hostile = Cell("label", '</text><script>alert(1)</script>"', title="urn:x", path='/id/"x')
    html = drawn([Span(hostile, Edge("2014"), Edge("2015"), what="<b>", sources=(hostile,))])
    assert "<script" not in html
    assert "<b>" not in html
    assert 'href="/id/"x' not in html


def test_wide_characters_take_the_room_of_two():
    assert fitted("國" * 18) == "國" * 18
    assert fitted("國" * 19) == "國" * 17 + "…"
    assert fitted("a" * 37) == "a" * 35 + "…"


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("", ("",)),
        ("The League", ("The League",)),
        ("a" * 36, ("a" * 36,)),
        (f"{'a' * 20} {'b' * 15} {'c' * 3}", (f"{'a' * 20} {'b' * 15}", "ccc")),
        (f"{'a' * 20} {'b' * 16}", ("a" * 20, "b" * 16)),
        ("國" * 40, ("國" * 18, "國" * 18, "國" * 4)),
        ("a" * 120, ("a" * 36, "a" * 36, "a" * 35 + "…")),
    ],
)
def test_long_labels_are_folded_between_words_where_there_are_any(label, lines):
    assert folded(label) == lines


def test_what_does_not_fit_three_lines_is_told_whole():
    row = Cell("label", "very long " * 20, title="urn:x", path="/id/x")
    html = drawn([Span.of_edtf(row, "2020")])
    assert f"<title>{row.text}</title>" in html
    assert html.count("<tspan") == 2
    assert "<tspan" not in drawn([Span.of_edtf(LEAGUE, "2020")])


texts = st.one_of(
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat),
    st.integers(0, 9999).map("{:04}".format),
    st.sampled_from(["", "199X", "1999-12", "2000-XX", "-0001", "0000"]),
)
edges = st.builds(Edge, texts, st.sampled_from(["known", "attested", "open", "unknown"]))
rows = st.builds(Cell, st.just("label"), st.text(max_size=50))
spans = st.builds(Span, rows, edges, edges, st.sampled_from(["member", "observer"]))


@given(st.lists(spans, max_size=12))
def test_everything_is_drawn_inside_and_nothing_over_another(some):
    axis = draw(some)
    assert axis == draw(some)
    assert axis.spans == tuple(some)
    bars = [bar for line in axis.lines for bar in line.bars]
    assert len(bars) + axis.undrawn == len(some)
    for bar in bars:
        assert LABELS <= bar.left <= bar.right <= WIDTH
        assert 0 < bar.y < axis.height
        assert bar.sure is None or bar.left <= bar.sure[0] <= bar.sure[1] <= bar.right
    for at, one in enumerate(bars):
        for other in bars[:at]:
            assert one.y != other.y or one.right < other.left or other.right < one.left
