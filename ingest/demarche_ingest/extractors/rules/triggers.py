"""Rules about single words, found by what a word must be for a rule to have anything to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.parsing.model import Token

Change = tuple[int, Token]
"""The place of a word, and what it is instead."""
Rule = Callable[[Sequence[Token], int], Iterator[Change]]


class When(NamedTuple):
    """A rule, and what it is for: words in one of some relations, or of some forms.

    relations, forms: with white space between them, forms in small letters; "" for any.
    """

    rule: Rule
    relations: str = ""
    forms: str = ""


class Triggers:
    """Rules by the words that they are for, in the order in which they are tried."""

    def __init__(self, *whens: When) -> None:
        self._whens = [(one.rule, word_set(one.relations), word_set(one.forms)) for one in whens]
        self._forms = frozenset(form for _, _, forms in self._whens for form in forms)
        self._found: dict[tuple[str, str], tuple[Rule, ...]] = {}

    def changes(self, tokens: Sequence[Token], at: int) -> list[Change]:
        """Return what all rules change because of a word, each seeing the tokens as they are."""
        token = tokens[at]
        form = token.text.lower()
        key = token.deprel, form if form in self._forms else ""
        rules = self._found.get(key)
        if rules is None:
            rules = self._found[key] = self._rules(*key)
        return [change for rule in rules for change in rule(tokens, at)] if rules else []

    def _rules(self, relation: str, form: str) -> tuple[Rule, ...]:
        return tuple(
            rule
            for rule, relations, forms in self._whens
            if (not relations or relation in relations) and (not forms or form in forms)
        )
