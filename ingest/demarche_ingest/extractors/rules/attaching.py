"""Words that the parser hangs on the wrong one, where the words around tell the right one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.parsing.model import Token

_HOLDERS: Final = word_set(
    """
    minister president premier ambassador envoy governor general commander chief director head
    official judge prosecutor mayor adviser secretary spokesman spokeswoman officer chairman
    chairwoman deputy leader chancellor commissioner negotiator representative consul founder king
    queen prince emir
    """
)
"""Nouns behind which a name after a comma is the holder's, not of what stands between."""
_NAMES: Final = frozenset(("PROPN", "NOUN"))


def attached(tokens: Sequence[Token], verbs: Container[str]) -> list[Token]:
    """Return the tokens of a sentence, those attached wrongly for sure attached anew.

    verbs: the lemmas of verbs that are looked for.
    """
    made = list(tokens)
    for at in range(len(made)):
        for place, token in (
            *_leading_clause(made, at),
            *_titled(made, at),
            *_told_first(made, at),
            *_gerund(made, at),
            *_holder(made, at),
            *_shared_subject(made, at),
            *_headline_pair(made, at),
            *_wished(made, at, verbs),
        ):
            made[place] = token
    return made


def _kids(tokens: Sequence[Token], at: int, *relations: str) -> list[int]:
    return [
        place
        for place, one in enumerate(tokens)
        if one.head == at != place and one.deprel in relations
    ]


def _leading_clause(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A participle before a subject is no subject: "Accusing Ethiopia of theft, Egypt left"."""
    token = tokens[at]
    if token.deprel == "csubj" and token.xpos == "VBG" and _kids(tokens, token.head, "nsubj"):
        yield at, replace(token, deprel="advcl")


def _titled(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A preposition before a title is that of the name: "the resignation of President Diouf"."""
    token, title = tokens[at], tokens[tokens[at].head]
    if token.deprel == "case" and title.deprel in ("nmod:desc", "flat") and title.head > at:
        yield at, replace(token, head=title.head)


def _told_first(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """The first of two subjects is of what is said: "The rebels released two men, they said"."""
    token = tokens[at]
    if token.deprel != "nsubj" or token.head <= at:
        return
    others = [one for one in _kids(tokens, token.head, "nsubj") if one > at]
    for said in _kids(tokens, token.head, "ccomp"):
        is_own = bool(_kids(tokens, said, "nsubj", "nsubj:pass"))
        if at < said < token.head and not is_own and any(one > said for one in others):
            yield at, replace(token, head=said)


def _gerund(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A participle with "by" before a verb without subject is it: "Shelling by the army killed"."""
    token = tokens[at]
    if at != 0 or token.deprel != "advcl" or token.xpos != "VBG":
        return
    between = (one.text for one in tokens[: token.head])
    is_idle = not _kids(tokens, token.head, "nsubj", "nsubj:pass", "expl")
    if is_idle and "," not in between and not _kids(tokens, at, "obj", "mark"):
        form = token.text.lower()
        yield at, replace(token, upos="NOUN", xpos="NN", lemma=form, deprel="nsubj")


def _holder(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A name behind a comma is the holder's of an office ("Kenya's envoy to Libya, Ann Otieno")."""
    token = tokens[at]
    if token.deprel != "appos" or token.upos != "PROPN" or at < 2 or tokens[at - 1].text != ",":
        return
    place = tokens[token.head]
    head = tokens[place.head]
    is_within = place.deprel == "nmod" and place.upos == "PROPN" and place.head < token.head
    has_name = any(tokens[one].upos == "PROPN" for one in _kids(tokens, at, "flat"))
    if is_within and has_name and head.lemma.lower() in _HOLDERS and head.upos == "NOUN":
        yield at, replace(token, head=place.head)


def _shared_subject(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """What stands before an auxiliary is its subject: "broke up the rally and 95 were arrested"."""
    token = tokens[at]
    if token.deprel != "conj" or token.upos != "VERB" or _kids(tokens, at, "nsubj", "nsubj:pass"):
        return
    helping = _kids(tokens, at, "aux:pass", "aux")
    if not helping or min(helping) == 0:
        return
    last = min(helping) - 1
    subject = last
    while tokens[subject].head > token.head and tokens[subject].deprel != "conj":
        subject = tokens[subject].head
    one = tokens[subject]
    is_one = one.deprel == "conj" and one.head != token.head and subject < at
    if is_one and any(place < subject for place in _kids(tokens, subject, "cc")):
        is_passive = bool(_kids(tokens, at, "aux:pass"))
        yield subject, replace(one, head=at, deprel="nsubj:pass" if is_passive else "nsubj")


def _headline_pair(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """Two names with a comma for "and" are the subject: "Ghana, Togo sign fishing pact"."""
    token = tokens[at]
    if at != 0 or len(tokens) < 5 or token.deprel != "vocative" or tokens[-1].text == ".":
        return
    second = tokens[2]
    if tokens[1].text != "," or second.upos != "PROPN" or second.head != token.head:
        return
    if second.deprel in ("compound", "nsubj") and tokens[token.head].upos == "VERB":
        yield 0, replace(token, deprel="nsubj")
        yield 2, replace(second, deprel="conj", head=0)


def _wished(tokens: Sequence[Token], at: int, verbs: Container[str]) -> Iterator[tuple[int, Token]]:
    """A bare verb behind "that" is no noun: "demanded that President Lindqvist resign"."""
    token = tokens[at]
    form = token.text.lower()
    if token.upos != "NOUN" or token.deprel != "ccomp" or form not in verbs:
        return
    marks = [one for one in _kids(tokens, at, "mark") if tokens[one].text.lower() == "that"]
    before = [
        one for one in _kids(tokens, at, "compound", "nmod:desc") if one > min(marks, default=at)
    ]
    if not marks or not before or tokens[before[-1]].upos not in _NAMES:
        return
    last = before[-1]
    yield at, replace(token, upos="VERB", xpos="VB", lemma=form)
    yield last, replace(tokens[last], deprel="nsubj")
    for one in before[:-1]:
        yield one, replace(tokens[one], head=last)
