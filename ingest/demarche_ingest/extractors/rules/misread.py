"""Words whose kind the parser mistakes, where their form and the words around tell it for sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.triggers import Triggers, When
from demarche_ingest.parsing.model import Token
from demarche_ingest.parsing.repairs import kids

_ADJECTIVES: Final = word_set("outgoing incoming")
"""Adjectives that look like participles."""
_ASPECTS: Final = word_set("begin start continue keep resume stop cease finish")
_HAVING: Final = frozenset(("have", "has", "had", "having"))


def read_anew(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of a sentence, those misread for sure read anew."""
    made = list(tokens)
    for at in range(len(made)):
        for place, token in _BY_WORD.changes(made, at):
            made[place] = token
    return made


def _up_to(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """Before a number, "up to" is no preposition: "kidnapped up to 16 advisers"."""
    words = [one.text.lower() for one in tokens[at : at + 2]]
    if words != ["up", "to"] or at + 2 >= len(tokens) or tokens[at + 2].upos != "NUM":
        return
    yield at, replace(tokens[at], upos="ADV", deprel="advmod", head=at + 2)
    yield at + 1, replace(tokens[at + 1], deprel="fixed", head=at)


def _perfect(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A participle right behind "have" is the verb: "troops have tortured scores of people"."""
    token = tokens[at]
    if not at or token.xpos not in ("VBN", "VBD") or token.deprel != "amod":
        return
    have, thing = tokens[at - 1], tokens[token.head]
    is_object = thing.deprel == "obj" and thing.head == at - 1
    if have.text.lower() not in _HAVING or not is_object or token.head < at:
        return
    head = at if have.head == at - 1 else have.head
    yield at, replace(token, upos="VERB", xpos="VBN", deprel=have.deprel, head=head)
    for place, one in enumerate(tokens):
        if one.head == at - 1 and place not in (at, at - 1):
            yield place, replace(one, head=at)
    yield token.head, replace(thing, head=at)
    yield at - 1, replace(have, upos="AUX", deprel="aux", head=at)


def _adjective(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """An adjective takes no object: "assassinate outgoing premier Ada Quist"."""
    token = tokens[at]
    if token.text.lower() not in _ADJECTIVES or token.deprel != "xcomp" or token.head >= at:
        return
    things = kids(tokens, at, "obj")
    if len(things) == 1:
        yield things[0], replace(tokens[things[0]], head=token.head)
        yield at, replace(token, upos="ADJ", xpos="JJ", deprel="amod", head=things[0])


def _going_on(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """What begins or goes on is no adjective: "has begun distributing tents to villagers"."""
    token = tokens[at]
    if not at or token.xpos != "VBG" or token.deprel != "amod":
        return
    above, thing = tokens[at - 1], tokens[token.head]
    is_object = thing.deprel == "obj" and thing.head == at - 1 and token.head > at
    if above.lemma not in _ASPECTS or above.upos != "VERB" or not is_object:
        return
    yield at, replace(token, upos="VERB", deprel="xcomp", head=at - 1)
    yield token.head, replace(thing, head=at)
    for place in kids(tokens, token.head, "nmod"):
        if tokens[place].upos in ("NOUN", "PROPN"):
            yield place, replace(tokens[place], deprel="obl", head=at)


def _last_of_name(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A noun right behind the nouns that tell its kind is no verb: "by the war crimes court"."""
    token = tokens[at]
    if not at or token.upos != "VERB" or token.xpos != "NN" or token.deprel != "xcomp":
        return
    before = tokens[at - 1]
    if before.head != token.head or before.deprel not in ("obl", "obl:agent", "obj", "nmod"):
        return
    yield at, replace(token, upos="NOUN", deprel=before.deprel)
    yield at - 1, replace(before, deprel="compound", head=at)
    for place in kids(tokens, at - 1, "case", "det", "compound", "amod"):
        yield place, replace(tokens[place], head=at)


def _verb_behind(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A past form behind a long subject is the verb: "Backers of Ada Quist blocked roads"."""
    token = tokens[at]
    if token.xpos not in ("VBN", "VBD") or token.deprel != "amod" or token.head < at:
        return
    noun, root = tokens[token.head], tokens[tokens[token.head].head]
    is_whole = root.deprel == "root" and root.upos in ("NOUN", "PROPN") and noun.head < at
    is_bare = noun.deprel in ("nmod", "appos", "obj") and not kids(
        tokens, token.head, "case", "det"
    )
    if not is_whole or not is_bare or tokens[at - 1].upos not in ("NOUN", "PROPN"):
        return
    if any(one.upos == "VERB" and one.deprel != "amod" and i < at for i, one in enumerate(tokens)):
        return
    subject = noun.head
    yield at, replace(token, upos="VERB", xpos="VBD", deprel="root", head=at)
    yield token.head, replace(noun, deprel="obj", head=at)
    yield subject, replace(root, deprel="nsubj", head=at)
    for place in kids(tokens, subject, "punct", "acl", "parataxis", "advmod"):
        if place > at:
            one = tokens[place]
            yield (
                place,
                replace(one, head=at, deprel="advcl" if one.deprel == "acl" else one.deprel),
            )


def _behind_preposition(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """No bare verb stands behind "with" or "of": "noted with concern the withdrawal"."""
    token = tokens[at]
    if not at or token.upos != "VERB" or token.xpos != "VB" or token.deprel != "advcl":
        return
    if tokens[at - 1].text.lower() not in ("with", "of", "in", "without") or token.head > at:
        return
    yield at, replace(token, upos="NOUN", xpos="NN", deprel="obl")
    yield at - 1, replace(tokens[at - 1], upos="ADP", xpos="IN", deprel="case", head=at)
    for place in kids(tokens, at, "obj", "punct"):
        yield place, replace(tokens[place], head=token.head)


_BY_WORD: Final = Triggers(
    When(_up_to, forms="up"),
    When(_perfect, "amod"),
    When(_adjective, "xcomp"),
    When(_going_on, "amod"),
    When(_last_of_name, "xcomp"),
    When(_verb_behind, "amod"),
    When(_behind_preposition, "advcl"),
)
