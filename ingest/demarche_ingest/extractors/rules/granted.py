"""Whether wording takes an act for granted instead of telling it (codebook §4.5).

A noun carries it ("the detention of five fishermen led to protests"), or a clause of which another
word takes the truth for known ("thanked Mali for freeing him", "regretted that it had attacked").
"""

from __future__ import annotations

from typing import Final

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.words import Words

_FACTIVE: Final = word_set(
    """
    regret recall forget remember realise realize know acknowledge lament deplore resent celebrate
    welcome applaud condemn criticise criticize denounce rue bemoan
    """
)
"""Words whose clause is taken for true by whoever uses them."""
_TELLING: Final = word_set(
    """
    be begin start continue resume end finish stop take happen occur follow break come go fail
    collapse hold make launch carry conduct stage have open conclude close erupt stall last see
    announce plan pay give issue report confirm
    """
)
"""Verbs that tell of an act that it happens, where a noun names it."""
_MEETING: Final = frozenset(("consult", "cooperate"))
"""Acts that nouns tell as well as verbs do ("talks between the two were held")."""
_FACTS: Final = word_set("fact pity shame regret")


def is_granted(words: Words, at: int, category: str) -> bool:
    """Tell whether the act that a word tells is taken for granted where it stands."""
    token = words.tokens[at]
    if words.is_verb(at):
        return _is_clause_granted(words, at)
    if (
        category in _MEETING
        or token.upos != "NOUN"
        or token.head == at
        or token.deprel in ("appos", "parataxis")
    ):
        return False
    if words.has(at, "cop"):
        return False
    head = words.tokens[words.first_conjunct(at)].head
    direct = words.tokens[words.first_conjunct(at)].deprel in ("nsubj", "nsubj:pass", "obj")
    return not (direct and words.lemmas[head] in _TELLING)


def _is_clause_granted(words: Words, at: int) -> bool:
    token = words.tokens[at]
    head = token.head
    if head == at:
        return False
    if token.deprel in ("ccomp", "acl") and words.mark(at) == "that":
        return words.lemmas[head] in _FACTIVE or words.lemmas[head] in _FACTS
    return words.mark(at) == "for" and token.xpos == "VBG" and words.is_verb(head)
