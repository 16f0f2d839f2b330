"""Texts are decoded and never changed; offsets are code points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.texts import Span, Text, fold, fold_typography, sha256
from demarche_ontology.errors import InputError


def test_offsets_count_code_points_of_the_text_as_it_is():
    content = "caf\u0065\u0301 \U0001f6a2 Stra\u00dfe"
    text = Text.decode(content.encode("utf-8"))
    assert len(text) == 14
    assert text[Span(3, 5)] == "e\u0301"  # not composed
    assert text[Span(6, 7)] == "\U0001f6a2"  # one code point, though four bytes
    assert text[Span(8, 14)] == "Straße"


def test_byte_order_mark_and_line_ends_stay():
    data = b"\xef\xbb\xbfone\r\ntwo"
    text = Text.decode(data)
    assert text.content == "\ufeffone\r\ntwo"
    assert text.text_sha256 == text.source_sha256 == sha256(data)


def test_a_text_that_is_not_utf8_names_line_and_byte(tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes("erste\nzweite Straße".encode("latin-1"))
    with pytest.raises(InputError) as caught:
        Text.read(path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(path), 2)
    assert "0xdf" in problem.message
    assert "UTF-8" in problem.remedy


def test_sha256_of_a_text_is_that_of_its_utf8_bytes():
    # FIPS 180-4, example of the one-block message "abc"
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256("abc") == sha256(b"abc") == known


def test_fold_makes_white_space_runs_one_space():
    assert fold("\u00a0 one\t\r\n\u202f two\u2003three \u3000") == "one two three"


@given(st.text())
def test_folding_twice_is_folding_once(content):
    assert fold(fold(content)) == fold(content)


@given(st.text())
def test_folding_typography_keeps_the_length(content):
    folded = fold_typography(content)
    assert len(folded) == len(content)
    assert fold_typography(folded) == folded


def test_typography_that_is_folded():
    assert fold_typography("“a” ‘b’ «c» d–e—f−g") == '"a" \'b\' "c" d-e-f-g'


def test_spans_cover_spans_within():
    assert Span(2, 5).covers(Span(2, 5))
    assert Span(2, 5).covers(Span(3, 4))
    assert not Span(2, 5).covers(Span(4, 6))
    assert not Span(2, 5).covers(Span(1, 3))
