"""Quotations are found verbatim but for white space and typography, at one place, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.annotate.locate import (
    FoldedText,
    NotLocatedError,
    locate,
    occurrence_of,
    relocate,
)
from demarche_ingest.texts import Span, fold, fold_typography, sha256

PIECES = st.sampled_from(
    ["port", "ship", "é", "e\u0301", "\U0001f6a2", "“", "”", "’", "—", "-", '"', "'", "ñ", "ß", "1",
     " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u202f", "\u2003", "\u3000", "\u200b"]
)  # fmt: skip
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map("".join)


def find(text, quote, occurrence=None):
    span = locate(FoldedText.of(text), quote, occurrence)
    return text[span.start : span.end], span


@given(TEXTS, st.data())
def test_any_span_is_found_back_from_its_words(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    passage = text[start:end]
    if not fold(passage):
        return
    edge = len(passage) - len(passage.lstrip())
    wanted = Span(start + edge, start + edge + len(passage.strip()))
    folded = FoldedText.of(text)
    number = occurrence_of(folded, passage, wanted.start)
    for typed in (passage, fold(passage), f"  {fold_typography(passage)}\n"):
        assert locate(folded, typed, number) == wanted


@given(TEXTS)
def test_folding_keeps_the_way_back(text):
    folded = FoldedText.of(text)
    assert len(folded.content) == len(folded.starts)
    assert list(folded.starts) == sorted(set(folded.starts))
    assert folded.content.strip() == fold(text)
    assert all(
        mark == text[at] or (mark == " " and text[at].isspace())
        for mark, at in zip(folded.content, folded.starts, strict=True)
    )


@given(TEXTS, TEXTS, st.data())
def test_a_passage_is_found_again_in_a_near_copy(text, before, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    passage = fold(text[start:end])
    if not passage:
        return
    near_copy = f"{before}\n{fold(text)}\r\n"
    spans = relocate(FoldedText.of(near_copy), sha256(passage), len(passage))
    assert spans
    assert {fold(near_copy[span.start : span.end]) for span in spans} == {passage}


def test_relocation_prefers_whole_words_and_says_when_there_is_nothing():
    folded = FoldedText.of("reports of a port, and the\nport itself")
    assert relocate(folded, sha256("port"), 4) == [Span(13, 17), Span(27, 31)]
    assert relocate(folded, sha256("epor"), 4) == [Span(1, 5)]  # within a word only
    assert relocate(folded, sha256("ship"), 4) == []
    assert relocate(folded, sha256("ship" * 20), 80) == []


def test_offsets_are_code_points():
    passage, span = find("\U0001f6a2\U0001f6a2 the café\u0301 shut", "the café\u0301")
    assert (passage, span) == ("the café\u0301", Span(3, 12))


def test_typing_differs_in_quotation_marks_dashes_and_spaces_only():
    text = "Sudria’s\u00a0“plan” —\n  a trap"
    assert find(text, 'Sudria\'s "plan" - a trap')[0] == text
    for other in ("sudria's", "Sudrias", "“plan” a trap", "a  TRAP"):
        with pytest.raises(NotLocatedError):
            find(text, other)


def test_first_and_last_words_span_what_is_between():
    text = "She said that the strait, long open, was shut and would stay shut."
    assert find(text, "the strait [...] shut")[0] == "the strait, long open, was shut"
    assert find("cut [...] here, cut there here", "cut [...] here")[0] == "cut [...] here"
    with pytest.raises(NotLocatedError, match="no 'gone' follows 'the strait'"):
        find(text, "the strait [...] gone")


def test_one_of_several_is_chosen_by_number():
    text = "no, no and no"
    with pytest.raises(NotLocatedError, match="3 times; say which `occurrence`"):
        find(text, "no")
    assert [find(text, "no", n)[1].start for n in (1, 2, 3)] == [0, 4, 11]
    for number in (0, 4):
        with pytest.raises(NotLocatedError, match="stands there 3 times"):
            find(text, "no", number)


def test_overlapping_occurrences_count():
    assert [find("abababa", "aba", n)[1].start for n in (1, 2, 3)] == [0, 2, 4]


def test_a_failure_says_how_far_the_text_agrees():
    with pytest.raises(NotLocatedError, match=r"agrees up to 'the strait w', then goes on 'as "):
        find("Today the strait was shut.", "the strait will open")
    with pytest.raises(NotLocatedError, match="not in the text"):
        find("Today the strait was shut.", "xyzzy")
    with pytest.raises(NotLocatedError, match="empty"):
        find("Today", " \u00a0")
    with pytest.raises(NotLocatedError):
        find("", "Today")
