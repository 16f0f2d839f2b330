"""What each match of an expression has, so that it is tried only where that is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demarche_ingest import literals
from demarche_ingest.attribution.phrases import _phrases
from demarche_ingest.dating.rules import RULES
from demarche_ingest.literals import UNKNOWN, Rare, Sought, folded, needed
from demarche_ingest.mentions.vocabulary import BODIES, TITLE

SENTENCES = (Path(__file__).parent / "dates.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("expression", "strings"),
    [
        ("early dawn", {"early dawn"}),
        (r"\bwar\b", {"war"}),
        ("War|Peace", {"war", "peace"}),
        ("(?:the )?end", {"end"}),
        (r"(?P<a>\d{1,2})[.:](\d\d)", {"0.00", "0:00"}),
        (r"[^a]+ of (?:May|June)", {" of may", " of june"}),
        (r"no \w+ at all", {" at all"}),
        (r"\d[\s-]days", {"0 days", "0-days"}),
        ("(?:ab){2,3}", {"abab"}),
        ("a(?:cd)+e", {"cd"}),
        (r"(?=sooner)\w+", UNKNOWN),
        (r"(?:war)?\w+", UNKNOWN),
        (r"war|\w+", UNKNOWN),
        (r"[A-Z]\w+", UNKNOWN),
        ("É", UNKNOWN),
        (r"(['’])war\1", {"'war", "’war"}),
    ],
)
def test_what_a_match_needs(expression: str, strings: set[str]):
    assert needed(re.compile(expression)) == strings


def test_a_string_that_another_holds_is_enough():
    assert needed(re.compile("Friday|Fri|Fr")) == {"fr"}


@pytest.mark.parametrize("word", ["mayıs", "MAYIS", "mayİs", "mayiſ"])
def test_letters_that_are_the_same_where_case_is_ignored(word: str):
    pattern = re.compile("mayis", re.IGNORECASE)
    assert pattern.search(word)
    assert next(iter(needed(pattern))) in folded(word)


def test_digits_of_any_script():
    pattern = re.compile(r"\d\d")
    assert pattern.search("٤٢")
    assert Sought([pattern]).within(folded("٤٢")) == [0]


@pytest.mark.parametrize("space", ["\n", "\t", "\x1f", "\x85", "\u00a0", "\u2009", "\u3000"])
def test_white_space_of_any_kind(space: str):
    pattern = re.compile(r"ten\sdays")
    assert pattern.search(f"ten{space}days")
    assert Sought([pattern]).within(folded(f"ten{space}days")) == [0]
    assert Sought([re.compile(f"ten{space}days")]).within(folded(f"ten{space}days")) == [0]


def test_expressions_are_found_in_their_order():
    sought = Sought([re.compile(one) for one in ("peace", r"\w", "war", "peace|war", "tea")])
    assert sought.within(folded("War")) == [1, 2, 3]


def test_no_match_is_missed():
    patterns = [rule.pattern for rule in RULES] + [rule for rule, _ in _phrases()]
    patterns += [TITLE, BODIES]
    sought = Sought(patterns)
    for sentence in SENTENCES:
        tried = set(sought.within(folded(sentence)))
        assert {number for number, one in enumerate(patterns) if one.search(sentence)} <= tried


def test_most_rules_of_dates_are_not_tried_on_plain_words():
    tried = Sought([rule.pattern for rule in RULES]).within(folded("Kenya asked Uganda to leave."))
    assert len(tried) < 3


def test_a_rare_expression_matches_within_a_stretch_only():
    rare = Rare(re.compile(r"\bwar\b", re.IGNORECASE))
    text = "War, and a war, and peace"
    assert [one.span() for one in rare.finditer(text, 4, 15)] == [(11, 14)]
    assert not list(rare.finditer(text, 15, len(text)))


def test_an_expression_of_which_nothing_is_known_is_always_tried():
    assert [one.group() for one in Rare(re.compile(r"\w")).finditer("ab", 0, 2)] == ["a", "b"]


def test_without_pythons_own_parser_every_expression_is_tried(monkeypatch: pytest.MonkeyPatch):
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(literals, "import_module", absent)
    assert needed(re.compile("early dawn")) == UNKNOWN
