"""Dates stay as partial as their source; what is no date is refused in a sentence."""

from datetime import date, timedelta

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest import times
from demarche_ingest.times import Interval


@pytest.mark.parametrize(
    ("edtf", "earliest", "latest"),
    [
        ("1990-05-07", date(1990, 5, 7), date(1990, 5, 7)),
        ("1990-05", date(1990, 5, 1), date(1990, 5, 31)),
        ("1992-02", date(1992, 2, 1), date(1992, 2, 29)),
        ("1990", date(1990, 1, 1), date(1990, 12, 31)),
        ("199X", date(1990, 1, 1), date(1999, 12, 31)),
        ("1990-05-XX", date(1990, 5, 1), date(1990, 5, 31)),
        ("1990/1992-03", date(1990, 1, 1), date(1992, 3, 31)),
        ("1990-05-07/..", date(1990, 5, 7), None),
        ("../1990-05-07", None, date(1990, 5, 7)),
        ("1990-05-07/", date(1990, 5, 7), None),
        ("/1990-05-07", None, date(1990, 5, 7)),
        ("../..", None, None),
    ],
)
def test_bounds(edtf, earliest, latest):
    assert times.parse(edtf) == Interval(edtf, earliest, latest)


@pytest.mark.parametrize("mark", ["~", "?", "%"])
def test_qualifiers_do_not_widen_the_bounds(mark):
    assert times.parse(f"1990-05{mark}").latest == date(1990, 5, 31)
    assert times.parse(f"1990-05-07{mark}").earliest == date(1990, 5, 7)


@pytest.mark.parametrize("edtf", ["1990-02-30", "1991-02-29/..", "../1990-04-31", "1990-00-10"])
def test_impossible_days_are_named(edtf):
    with pytest.raises(ValueError, match="is not a day of the calendar"):
        times.parse(edtf)


@pytest.mark.parametrize("edtf", ["1990-06/1990-05", "1991/1990", "1990-05-08/1990-05-07"])
def test_intervals_that_end_before_they_begin(edtf):
    with pytest.raises(ValueError, match="ends before it begins"):
        times.parse(edtf)


@pytest.mark.parametrize(
    "edtf",
    ["", " ", " 1990", "1990\n", "1990-13", "7 May 1990", "1990-5-7", "19900507", "Monday", ".."],
)
def test_what_is_no_edtf_is_told_so(edtf):
    with pytest.raises(ValueError, match="is not an EDTF date"):
        times.parse(edtf)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_spans_itself(day):
    assert times.parse(day.isoformat()) == Interval(day.isoformat(), day, day)


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.integers(0, 400_000))
def test_an_interval_spans_from_its_first_day_to_its_last(first, days):
    last = first + timedelta(days=days)
    interval = times.parse(f"{first}/{last}")
    assert (interval.earliest, interval.latest) == (first, last)


_days = st.dates(date(1, 1, 1), date(9999, 12, 31))
_plain = st.builds(
    lambda day, length, mark: day.isoformat()[:length] + mark,
    _days,
    st.sampled_from((4, 7, 10)),
    st.sampled_from(("", "~", "?", "%")),
)
_season = st.builds("{:04}-{}".format, st.integers(1, 9999), st.integers(21, 24))
_single = st.one_of(_plain, _season)
_ends = st.one_of(_single, st.just(".."))


@given(st.one_of(_single, st.builds("{}/{}".format, _ends, _ends)))
def test_the_short_way_says_what_the_library_says(edtf):
    parsed = parse_edtf(edtf)
    short = times._plain(edtf)
    assert short is not None
    for ours, theirs in (
        (short.earliest, parsed.lower_strict()),
        (short.latest, parsed.upper_strict()),
    ):
        if ours is None:
            assert isinstance(theirs, float)
        else:
            assert (ours.year, ours.month, ours.day) == theirs[:3]


@pytest.mark.parametrize(
    "edtf",
    ["0000", "0000-21", "1990-21~", "1990-25", "1990-13", "199X", "1990-00", "..", "/1990", "١٩٩٠"],
)
def test_what_the_short_way_leaves_to_the_library(edtf):
    assert times._plain(edtf) is None
