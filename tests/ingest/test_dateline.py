"""Date lines of articles: what they tell, and that sentences are none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest import times
from demarche_ingest.dating import dateline, read_dateline

LINES = [
    ("Published 16 Nov 2023, 14:05", "2023-11-16"),
    ("Thursday, November 16, 2023", "2023-11-16"),
    ("Thu, 16 Nov 2023 14:05:00 GMT", "2023-11-16"),
    ("2023-11-16T14:05:00+01:00", "2023-11-16"),
    ("2023-11-16T14:05:00Z", "2023-11-16"),
    ("2023-11-16 14:05", "2023-11-16"),
    ("20231116", "2023-11-16"),
    ("Nov 16, 2023 ", "2023-11-16"),
    ("The Savanna Post Nov 16 2023", "2023-11-16"),
    ("SEPT. 11, 2012", "2012-09-11"),
    ("Date: 30-May-2014", "2014-05-30"),
    ("Friday 30th of May, 2014", "2014-05-30"),
    ("First published on Wed 15 Nov 2023 12.01 GMT", "2023-11-15"),
    ("Posted on March 5, 2019 by admin", "2019-03-05"),
    ("June 12th, 2019 at 11:23 am", "2019-06-12"),
    ("11:23, 12.06.2019", "2019-06-12"),
    ("23:15 16.11.23", "2023-11-16"),
    ("By Ama Owusu, Staff writer | 16/11/2023 18:30", "2023-11-16"),
    ("January 17, 2022 - Rosa Quispe - Articles and Commentary", "2022-01-17"),
    ("NAIROBI, Kenya, 5 March 2019 (APS) — The president flew home", "2019-03-05"),
    ("NAIROBI (APS), March 5, 2019 -- The president flew home", "2019-03-05"),
    ("MANILA, March 5, 2019 /Wire/ -- The ministry said so", "2019-03-05"),
    ("JAKARTA, 5 March 2019: Ministers met in the morning", "2019-03-05"),
    ("November 2023", "2023-11"),
    ("Autumn 2014", "2014-23"),
    ("2023-11", "2023-11"),
]
NO_LINES = [
    "On Nov 16, 2023, the two leaders met in Geneva.",
    "He was born on 16 November 1970 in Lima",
    "November 16, 2023 was a day of mourning",
    "May 29, 2014, was the day the treaty was signed.",
    "The treaty of 5 March 2019",
    "The Summit of March 5, 2019: What Comes Next",
    "Signed at Lima on 5 March 2019.",
    "29 February 2023",
    "31 April 2020",
    "2 hours ago",
    "2014",
    "Resolution 2023",
    "",
]


@pytest.mark.parametrize(("words", "edtf"), LINES)
def test_date_lines(words, edtf):
    assert dateline(words) == edtf


@pytest.mark.parametrize("words", NO_LINES)
def test_what_is_no_date_line(words):
    assert dateline(words) is None


def test_an_update_is_told_from_the_publication():
    reading = read_dateline("Updated: 17 Nov 2023 | Published: 16 Nov 2023")
    assert reading.edtf == "2023-11-16"
    assert not reading.is_update
    reading = read_dateline("Last updated: 17 Nov 2023")
    assert reading.edtf == "2023-11-17"
    assert reading.is_update


def test_a_line_without_a_year_needs_to_be_told_about_when_it_is():
    words = "LUSAKA, Dec 30 (Wire) - The minister said"
    assert dateline(words) is None
    assert dateline(words, near="2013") == "2013-12-30"
    assert dateline(words, near="2014-01-02") == "2013-12-30"
    assert dateline("ULAANBAATAR. May 29. Steppe Wire - It", near="2014-05-30") == "2014-05-29"


def test_two_numbers_may_be_read_both_ways():
    assert dateline("03/11/2023") == "[2023-03-11,2023-11-03]"
    assert dateline("Fri 03/11/2023") == "2023-11-03"
    assert dateline("03/11/2023", order="month first") == "2023-03-11"
    assert dateline("03/11/2023", order="day first") == "2023-11-03"
    assert dateline("03.11.2023") == "2023-11-03"


FORMATS = [
    "%d %B %Y",
    "%B %d, %Y",
    "%A, %B %d, %Y",
    "%a %d %b %Y",
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d-%b-%Y",
]


@given(st.dates(date(1000, 1, 1), date(2199, 12, 31)), st.sampled_from(FORMATS))
def test_what_is_written_is_read_again(day, form):
    words = day.strftime(form)
    assert dateline(words) == day.isoformat()


@given(st.text(alphabet=st.sampled_from("0123456789 /-.,:()–NovMay ,Thu|\nsept"), max_size=60))
def test_no_words_are_too_much(words):
    reading = read_dateline(words, near="2014-05-30")
    if reading is not None:
        times.parse(reading.edtf)
        assert 0 <= reading.where.start < reading.where.end <= len(words)
