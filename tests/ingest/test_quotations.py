"""Quotations: which marks belong together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.documents.model import Zone
from demarche_ingest.segment.model import Quotation
from demarche_ingest.segment.quotes import quotations
from demarche_ingest.texts import Span, Text, sha256


def read(content: str) -> tuple[Text, list[Quotation]]:
    text = Text(content, sha256(content), sha256(content))
    return text, list(quotations(text, [Zone("body", Span(0, len(text)))]))


def inner(content: str) -> list[str]:
    text, found = read(content)
    return [text[one.inner] for one in found]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("“One,” he said. “Two.”", ["One,", "Two."]),
        ('He said "yes" and "no".', ["yes", "no"]),
        ("He said 'yes' and 'no'.", ["yes", "no"]),
        ("« Bonjour », dit-il. «Да».", ["Bonjour", "Да"]),
        ("„Ja“, sagte er. „Tak” mówi. »Nein«, ‚so‘.", ["Ja", "Tak", "Nein", "so"]),
        ("”Ja”, sa han. ”Nej.”", ["Ja", "Nej."]),
        ("「日本」と『本』", ["日本", "本"]),
        ("``Yes,'' he said.", ["Yes,"]),
        ("He said:“We go.” Then", ["We go."]),
        ('"It is not." ”Yes.”', ["It is not.", "Yes."]),
        ('"It isn’t hiding.” – Orr', ["It isn’t hiding."]),
        ("(“So-called”)—“corridor”", ["So-called", "corridor"]),
        ("The so-called “Sarn”'s", ["Sarn"]),
    ],
)
def test_marks_of_many_kinds(content: str, expected: list[str]) -> None:
    assert inner(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        "The ministers' meeting, the boys’ books, don't, ‘90s, rock 'n' roll, 'tis, ’em.",
        "12\" by 5' wide",
        "Qur’an and al-‘Abadi, ‘Abd al-Rahman.",
        "“”",
        "Read more »",
        "O’Brien’s and d’Ivoire’s",
    ],
)
def test_apostrophes_and_the_like_are_no_quotations(content: str) -> None:
    assert inner(content) == []


def test_a_plural_in_a_quotation_does_not_end_it() -> None:
    assert inner("‘Why?’ he asked. ‘The boys’ books,’ she said.") == ["Why?", "The boys’ books,"]
    assert inner("over Sarn’s ‘biased remarks’ in May") == ["biased remarks"]


def test_one_may_hold_another() -> None:
    text, found = read("“There cannot be ‘business as “usual”’ here,” he said.")
    assert [(text[one.inner], one.depth) for one in found] == [
        ("There cannot be ‘business as “usual”’ here,", 0),
        ("business as “usual”", 1),
        ("usual", 2),
    ]
    _, found = read('"He said "no" to me," she said.')
    assert [one.depth for one in found] == [0, 1]


def test_marks_count_in_span_and_not_in_inner() -> None:
    text, (one,) = read("He said « yes ».")
    assert (text[one.span], text[one.inner]) == ("« yes »", "yes")


def test_a_quotation_of_several_paragraphs_is_one_for_each() -> None:
    text, found = read("He said: “First.\n\n“Second.\n\n“Third,” he said. “Fourth.”")
    assert [(text[one.inner], one.is_closed, one.continues) for one in found] == [
        ("First.", False, False),
        ("Second.", False, True),
        ("Third,", True, True),
        ("Fourth.", True, False),
    ]


def test_the_last_paragraph_may_not_be_opened_again() -> None:
    text, found = read("“First.\n\nSecond.”\n\nThe end.")
    assert [(text[one.span], one.continues) for one in found] == [
        ("“First.", False),
        ("Second.”", True),
    ]


def test_it_goes_on_past_what_stands_between() -> None:
    content = "“First.\n\nRead also\n\n“Second.”"
    text = Text(content, "", "")
    zones = [
        Zone("body", Span(0, 7)),
        Zone("promotion", Span(9, 18)),
        Zone("body", Span(20, len(text))),
    ]
    assert [one.continues for one in quotations(text, zones)] == [False, True]


def test_a_mark_that_was_never_closed_ends_before_the_next() -> None:
    text, found = read("He called it “a mess. Then she said “no” and left.")
    assert [(text[one.inner], one.is_closed, one.depth) for one in found] == [
        ("a mess. Then she said", False, 0),
        ("no", True, 0),
    ]


MARKED = st.lists(
    st.sampled_from([*"aB .,!\n\"'“”„‘’‚«»‹›「」`s—(", "''", "``", "👍", "\u0301", "م", "\n\n"]),
    max_size=60,
).map("".join)


@given(MARKED)
def test_quotations_lie_within_each_other_or_apart(content) -> None:
    text, found = read(content)
    open_: list[Quotation] = []
    last = 0
    for one in found:
        assert one.span.covers(one.inner)
        assert len(one.inner) > 0
        assert text[one.inner] == text[one.inner].strip()
        assert one.span.start >= last
        last = one.span.start
        while open_ and open_[-1].span.end <= one.span.start:
            open_.pop()
        assert all(other.span.covers(one.span) for other in open_), content
        assert one.depth == len(open_)
        open_.append(one)


@pytest.mark.parametrize("unit", ["“", "”", "'", "«", "»", "‘a ", "’ ", '"a', "「"])
def test_long_runs_of_marks_are_read_in_time(unit: str) -> None:
    read(unit * (60_000 // len(unit)))
