"""Times in sentences: the table of `dates.txt`, what they rest on, and what must always hold."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest import times
from demarche_ingest.dating import Expression, expressions
from demarche_ingest.documents.model import Zone
from demarche_ingest.parsing.model import Parse, Token
from demarche_ingest.segment.model import Article, Dateline, Sentence
from demarche_ingest.texts import Span

TABLE = [
    tuple(part.strip() for part in line.split(" | ") if part is not None)
    for line in (Path(__file__).parent / "dates.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def found(text, at="2014-05-30", kind="body", parses=None, start=0):
    """Return the times of a text that is one sentence of an article, or of a part of it."""
    span = Span(start, len(text))
    zone = Zone(kind, span)
    article = Article(span, date=Dateline(at, "stated") if at else None, zones=(zone,))
    return expressions(text, article, [Sentence(span, zone)], parses)


def one(text, at="2014-05-30", **more) -> Expression:
    (expression,) = found(text, at, **more)
    return expression


def told(expression):
    if expression.kind == "duration":
        return expression.amount.replace("PT", "P") or "P"
    if expression.kind == "set":
        return "set"
    bound = f"{expression.bound}:" if expression.bound else ""
    return bound + (expression.edtf or "-")


def test_the_table_is_long_enough():
    assert len(TABLE) >= 150


@pytest.mark.parametrize("row", TABLE, ids=lambda row: " ".join(row[:2]))
def test_times_are_read(row):
    at, marked, *rest = [part.rstrip("|").strip() for part in row]
    plain = re.sub(r"[\[\]]", "", marked)
    wanted = re.findall(r"\[([^\]]+)\]", marked)
    values = rest[0].split(";") if rest and rest[0] else []
    each = found(plain, "" if at == "-" else at)
    assert [(one.words, told(one)) for one in each] == list(zip(wanted, values, strict=True))


def test_what_a_time_rests_on():
    assert one("It was signed on 3 May 2011.").basis == "stated"
    assert one("It was signed on Thursday.").basis == "relative to article date"
    assert found("On 3 May 2011 it rained, the next day too.")[1].basis == (
        "relative to an earlier expression"
    )
    assumed = one("Summit Thursday in Lima")
    assert assumed.basis == "assumed"
    assert "no verb tells" in assumed.reason
    assert assumed.edtf == "2014-05-29"


def test_what_is_not_known_has_a_reason():
    assert one("They met on Thursday.", "").reason == "the article has no date"
    assert one("They met on Thursday.", "2014").reason == "the article's date has no day"
    assert one("They met last month.", "2014").reason == "the article's date has no month"
    assert "event" in one("They left the day after the vote.").reason
    assert one("On 05/06/2013 it rained.").reason == "day and month may be either way round"


def test_a_bound_makes_an_open_interval():
    assert one("It was shut since 1991.").interval == "1991/.."
    assert one("It will be shut until 2020.").interval == "../2020"
    assert one("It was shut in 1991.").interval == "1991"
    assert one("It was shut since the 1990s.").interval == "1990/.."
    assert one("The base closed in late 2013.").part == "late"


def test_furniture_has_no_times():
    assert found("Updated on 3 May 2011", kind="boilerplate") == []


def test_a_comment_is_of_the_month_of_its_article_unless_it_says_when():
    text = "They left a year ago, in January, on Thursday."
    year, month, day = found(text, kind="comment")
    assert (year.edtf, year.basis) == ("2013~", "assumed")
    assert (month.edtf, month.basis) == ("2014-01", "assumed")
    assert (day.edtf, day.reason) == ("", "a comment has no date of its own")
    told = found("31 May 2014, 10:02\nThey left on Thursday.", kind="comment")
    assert told[-1].edtf == "2014-05-29"


def test_offsets_count_in_the_whole_text():
    text = "🜁 Another article. They met on Thursday."
    assert text[one(text, start=19).span.start : one(text, start=19).span.end] == "Thursday"


def _parse(text, words):
    """Return a parse of a text: (word, lemma, xpos, feats, head, deprel) in their order."""
    tokens, at = [], 0
    for word, lemma, upos, xpos, feats, head, deprel in words:
        at = text.index(word, at)
        span = Span(at, at + len(word))
        tokens.append(Token(span, word, lemma, upos, xpos, feats, head, deprel))
        at += len(word)
    return Parse(Span(0, len(text)), tuple(tokens))


def test_a_parse_tells_the_tense_that_the_nearest_word_does_not():
    text = "The chair will open on Thursday the talks that failed."
    words = [
        ("The", "the", "DET", "DT", "", 1, "det"),
        ("chair", "chair", "NOUN", "NN", "", 3, "nsubj"),
        ("will", "will", "AUX", "MD", "VerbForm=Fin", 3, "aux"),
        ("open", "open", "VERB", "VB", "VerbForm=Inf", 3, "root"),
        ("on", "on", "ADP", "IN", "", 5, "case"),
        ("Thursday", "Thursday", "PROPN", "NNP", "", 3, "obl"),
    ]
    assert one(text, parses=[_parse(text, words)]).edtf == "2014-06-05"
    past = [*words[:2], ("will", "have", "AUX", "VBD", "Tense=Past", 3, "aux"), *words[3:]]
    assert one(text, parses=[_parse(text, past)]).edtf == "2014-05-29"


WORDS = st.sampled_from(
    [
        "on",
        "in",
        "since",
        "until",
        "by",
        "from",
        "to",
        "between",
        "and",
        "the",
        "of",
        "last",
        "next",
        "this",
        "that",
        "Thursday",
        "Monday",
        "May",
        "March",
        "Sept.",
        "3",
        "29",
        "12th",
        "2014",
        "1991",
        "1990s",
        "29/05/2014",
        "05/06/2014",
        "9999",
        "0000",
        "31",
        "February",
        "week",
        "month",
        "year",
        "years",
        "days",
        "ago",
        "later",
        "earlier",
        "two",
        "a",
        "few",
        "early",
        "late",
        "mid-June",
        "-",
        "–",
        ",",
        ".",
        "century",
        "19th",
        "spring",
        "quarter",
        "first",
        "tomorrow",
        "yesterday",
        "night",
        "morning",
        "every",
        "Easter",
        "2000",
        "troops",
        "end",
        "will",
        "was",
        "AD",
        "BC",
        "1",
        "or",
        "decade",
    ]
)
ANY_TEXT = st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=80))
DATES = st.sampled_from(
    [
        "",
        "2014-05-30",
        "2014-05",
        "2014",
        "2014~",
        "0001-01-01",
        "9999-12-31",
        "2014/2015",
        "199X",
        "2014-05-30/..",
        "2014-02-29",
        "nonsense",
        "2016-02-29",
    ]
)


@given(ANY_TEXT, DATES)
def test_whatever_a_text_says_its_times_are_in_order_and_valid(text, at):
    end = 0
    for each in found(text, at):
        assert end <= each.span.start < each.span.end <= len(text)
        assert text[each.span.start : each.span.end] == each.words
        end = each.span.end
        if each.edtf:
            times.parse(each.edtf)
            times.parse(each.interval)
            assert each.kind in ("date", "interval")
        else:
            assert each.reason


FORMATS = ["%d %B %Y", "%B %d, %Y", "%A, %d %B %Y", "%Y-%m-%d", "%d.%m.%Y", "%b %d, %Y"]


@given(
    st.dates(date(1500, 1, 1), date(2199, 12, 31)), st.sampled_from(FORMATS), st.text(max_size=9)
)
def test_a_day_that_is_written_is_read(day, form, before):
    text = f"{before}\nIt was on {day.strftime(form)}."
    assert day.isoformat() in [each.edtf for each in found(text)]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 6))
def test_a_weekday_is_within_a_week(at, weekday):
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday]
    past = times.parse(one(f"They met on {name}.", at.isoformat()).edtf).earliest
    future = times.parse(one(f"They will meet on {name}.", at.isoformat()).edtf).earliest
    assert past.weekday() == future.weekday() == weekday
    assert 0 <= (at - past).days <= 6
    assert 0 <= (future - at).days <= 6
