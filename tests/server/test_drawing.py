"""Drawings: within their box, never NaN, labels inert, and the same for the same data."""

from __future__ import annotations

import math
import random
import re
import xml.etree.ElementTree as ET
from dataclasses import astuple
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, PackageLoader, StrictUndefined

from demarche_server.pages import cells
from demarche_server.pages.drawing import plot, words
from demarche_server.pages.drawing.network import NODES, Arc, Thing, network

SVG = "{http://www.w3.org/2000/svg}"
TEMPLATES = Environment(
    loader=PackageLoader("demarche_server.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(shown=cells.show, lines=cells.lines)

unhurried = settings(deadline=None, max_examples=50)

hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "\x00\x0b",
            "\u202eevil",
            "&",
            "]]>",
            "中" * 50,
        ]
    ),
)
keys = st.integers(0, 90).map(lambda n: f"urn:{n:02}")
arcs = st.lists(
    st.builds(
        Arc, keys, keys, st.sampled_from(["accuses", "supports"]), st.integers(0, 10**7), hostile
    ),
    max_size=90,
    unique_by=lambda arc: (arc.source, arc.target, arc.kind),
)
things = st.dictionaries(keys, st.builds(Thing, hostile), max_size=60)


def numbers(value: object) -> list[float]:
    """All numbers of a drawing, those within path data, too."""
    if isinstance(value, (int, float)):
        return [float(value)]
    if isinstance(value, (tuple, list)):
        return [number for one in value for number in numbers(one)]
    return []


def points(arrow) -> list[tuple[float, float]]:
    found = re.findall(r"(-?[\d.]+),(-?[\d.]+)", f"{arrow.line} {arrow.head}")
    return [(float(x), float(y)) for x, y in found]


def file(drawn, macro: str = "network") -> ET.Element:
    """The drawing as a file that stands alone, read by a parser that forgives nothing."""
    text = TEMPLATES.from_string(
        '{% import "drawings.html" as d %}{% call d.file(drawn, "T", ["one", "two"]) %}'
        f"{{{{ d.{macro}(drawn, linked=false) }}}}{{% endcall %}}"
    ).render(drawn=drawn)
    return ET.fromstring(text)


@unhurried
@given(things, arcs)
def test_a_network_stays_within_its_box(named, some):
    drawn = network(named, some)
    assert (drawn is None) == (not some)
    if drawn:
        assert all(map(math.isfinite, numbers(astuple(drawn))))
        assert len(drawn.boxes) <= NODES
        assert len(drawn.arrows) + len(drawn.left) == len(some)
        for box in drawn.boxes:
            assert 0 <= box.x <= box.x + box.width <= drawn.width
            assert 0 <= box.y <= box.y + box.height <= drawn.height
        for arrow in drawn.arrows:
            for x, y in points(arrow):
                assert 0 <= x <= drawn.width
                assert 0 <= y <= drawn.height


@unhurried
@given(things, arcs, st.randoms(use_true_random=False))
def test_the_same_data_are_the_same_picture(named, some, chance: random.Random):
    turned = list(some)
    chance.shuffle(turned)
    assert network(named, some) == network(dict(reversed(named.items())), turned)


@unhurried
@given(things, arcs)
def test_what_things_are_called_does_no_harm(named, some):
    drawn = network(named, some)
    if drawn:
        root = file(drawn)
        assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
            *("svg", "title", "desc", "rect", "text", "g", "path", "polygon")
        }
        labels = [one.text for one in root.iter(f"{SVG}text") if one.get("class") == "named"]
        assert [one or "" for one in labels] == [box.label for box in drawn.boxes]


def test_boxes_do_not_cover_each_other():
    some = [Arc(f"urn:{n}", f"urn:{n * 7 % 40}", "accuses", 1, "") for n in range(40)]
    drawn = network({}, some)
    for box in drawn.boxes:
        for other in drawn.boxes:
            if box is not other:
                apart = (
                    box.x + box.width <= other.x
                    or other.x + other.width <= box.x
                    or box.y + box.height <= other.y
                    or other.y + other.height <= box.y
                )
                assert apart, (box, other)


def test_arrows_run_outside_of_the_boxes_they_join():
    some = [Arc(f"urn:{n}", f"urn:{n // 3}", "accuses", 1, f"{n} {n // 3}") for n in range(1, 40)]
    drawn = network(
        {f"urn:{n}": Thing("a very wide label indeed" * (n % 2)) for n in range(40)}, some
    )
    for arrow in drawn.arrows:
        *_, tip, one, other = points(arrow)
        foot = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
        for box in drawn.boxes:
            middle = (box.x + box.width / 2, box.y + box.height / 2)
            if math.dist(tip, middle) < max(box.width, box.height) / 2 + 3:
                inside = abs(foot[0] - middle[0]) < box.width / 2 and (
                    abs(foot[1] - middle[1]) < box.height / 2
                )
                assert not inside, arrow.told


def test_what_counts_most_finds_room():
    some = [Arc(f"urn:a{n:03}", f"urn:b{n:03}", "supports", n, "") for n in range(100)]
    drawn = network({}, some)
    assert len(drawn.boxes) == NODES
    assert {arc.count for arc in drawn.left} == set(range(70))


def test_the_ends_of_arrows_tell_their_direction():
    drawn = network({}, [Arc("urn:a", "urn:b", "accuses", 1, "a accuses b")])
    tip = points(drawn.arrows[0])[-3]
    a, b = drawn.boxes
    near = [math.dist(tip, (box.x + box.width / 2, box.y + box.height / 2)) for box in (a, b)]
    assert near[1] < near[0]


@unhurried
@given(st.text(), st.integers(1, 60))
def test_cut_words_are_one_line_that_fits(text, longest):
    shown = words.cut(text, longest)
    assert len(shown) <= longest
    assert not re.search("[\x00-\x1f\u202a-\u202e\u2066-\u2069]", shown)
    assert words.width(shown) >= 0


figures = st.one_of(
    st.none(), st.floats(), st.integers(-(10**12), 10**12).map(float), st.floats(-1, 1)
)
some_days = st.dates(date(1, 1, 1), date(9999, 12, 31))
plotted = st.lists(
    st.builds(
        plot.Row,
        hostile,
        st.tuples(figures, figures),
        st.just(""),
        st.one_of(st.none(), some_days),
    ),
    max_size=80,
)


@unhurried
@given(plotted)
def test_bars_stay_within_their_box(given_rows):
    drawn = plot.bars(["a", "<b>"], given_rows)
    if drawn is None:
        assert not any(plot._drawable(one) for row in given_rows for one in row.numbers)
        return
    assert len(drawn.labels) + drawn.left == len(given_rows)
    assert len(drawn.labels) <= plot.BARS
    for panel in drawn.panels:
        for bar in panel.bars:
            assert all(map(math.isfinite, (bar.x, bar.y, bar.width, bar.at)))
            assert 0 <= bar.x <= bar.x + bar.width <= drawn.width + 0.2
            assert 0 <= bar.y <= drawn.height
            assert bar.width >= 0
    assert file(drawn, "bars") is not None


@unhurried
@given(plotted)
def test_lines_stay_within_their_box_and_go_by_days(given_rows):
    drawn = plot.lines(["a", "<b>"], given_rows)
    if drawn is None:
        return
    for line in drawn.lines:
        assert [point.x for point in line.points] == sorted(point.x for point in line.points)
        for point in line.points:
            assert 0 <= point.x <= drawn.width
            assert 0 <= point.y <= drawn.height
        assert all(0 <= level.y <= drawn.height for level in line.levels)
        assert 2 <= len(line.levels) <= 8
    root = TEMPLATES.from_string(
        '{% import "drawings.html" as d %}{% call d.file(drawn, "T", ["one"]) %}'
        "{{ d.lines(drawn) }}{% endcall %}"
    ).render(drawn=drawn)
    ET.fromstring(root)


@pytest.mark.parametrize("draws", [plot.bars, plot.lines])
def test_nothing_one_and_many_rows_can_be_plotted(draws):
    def row(n: int) -> plot.Row:
        return plot.Row(f"{n}", (float(n),), day=date(2000, 1, 1) + timedelta(days=n))

    assert draws(["n"], []) is None
    assert draws([], [row(1)]) is None
    assert draws(["n"], [row(1)]).left == 0
    many = draws(["n"], [row(n) for n in range(2000)])
    assert many.left == 2000 - (plot.BARS if draws is plot.bars else plot.POINTS)
    assert many == draws(["n"], [row(n) for n in range(2000)])


@pytest.mark.parametrize("least", [5e-324, 1e-310, 1e-200, -5e-324])
@pytest.mark.parametrize("draws", [plot.bars, plot.lines])
def test_numbers_next_to_nothing_are_drawn_as_nothing(draws, least):
    drawn = draws(["n"], [plot.Row("a", (least,), day=date(2000, 1, 1)), plot.Row("b", (0.0,))])
    assert all(map(math.isfinite, numbers(astuple(drawn))))
    if draws is plot.bars:
        assert [bar.width for bar in drawn.panels[0].bars] == [0, 0]


def test_the_length_of_a_bar_is_its_number():
    drawn = plot.bars(
        ["n"], [plot.Row("a", (10.0,)), plot.Row("b", (5.0,)), plot.Row("c", (-5.0,))]
    )
    ten, five, less = drawn.panels[0].bars
    assert ten.width == pytest.approx(2 * five.width, abs=0.2)
    assert five.x == ten.x == pytest.approx(less.x + less.width, abs=0.2)
    assert [bar.figures for bar in (ten, five, less)] == ["10", "5", "-5"]
