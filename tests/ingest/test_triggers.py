"""Rules about single words are tried only on words that they are for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from demarche_ingest.extractors.rules.triggers import Change, Triggers, When
from demarche_ingest.parsing.model import Token
from demarche_ingest.texts import Span

TOKENS = [
    Token(Span(0, 2), "At", "at", "ADP", "IN", "", 1, "case"),
    Token(Span(3, 7), "dawn", "dawn", "NOUN", "NN", "", 1, "root"),
]


def _as(lemma: str):
    def rule(tokens: Sequence[Token], at: int) -> Iterator[Change]:
        yield at, replace(tokens[at], lemma=lemma)

    return rule


def _lemmas(triggers: Triggers, at: int) -> list[str]:
    return [token.lemma for _, token in triggers.changes(TOKENS, at)]


def test_rules_are_tried_by_relation_and_by_form_in_their_order():
    triggers = Triggers(
        When(_as("any")),
        When(_as("case"), "case mark"),
        When(_as("root"), "root"),
        When(_as("at"), forms="at"),
        When(_as("both"), "case", "at"),
        When(_as("neither"), "case", "dawn"),
    )
    assert _lemmas(triggers, 0) == ["any", "case", "at", "both"]
    assert _lemmas(triggers, 1) == ["any", "root"]
    assert _lemmas(triggers, 0) == ["any", "case", "at", "both"]


def test_no_rule_for_a_word_changes_nothing():
    assert not Triggers(When(_as("mark"), "mark")).changes(TOKENS, 0)
