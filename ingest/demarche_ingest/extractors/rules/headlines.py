"""Headlines whose verb has no ending, which the parser takes for a noun: "Rebels attack base".

Only where a plural, or two names, stand before a word that can be a verb of the frames, and the
line has neither another verb nor a full stop.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.parsing.model import Token

_SHORTEST: Final = 4
_LONGEST: Final = 20
_NOMINAL: Final = frozenset(("NOUN", "PROPN", "ADJ", "NUM", "DET", "PRON"))
_MANY: Final = frozenset(("police", "people", "forces", "troops"))
_PART: Final = {"ADJ": "amod", "NUM": "nummod", "DET": "det"}


def with_verb(tokens: Sequence[Token], verbs: Container[str]) -> tuple[Token, ...] | None:
    """Return the tokens of a headline with its verb made one; None where none is hidden."""
    if (
        not _SHORTEST <= len(tokens) <= _LONGEST
        or tokens[-1].text in ".?!"
        or any(map(_is_verb, tokens))
    ):
        return None
    for at in range(1, len(tokens) - 1):
        subject = _subject(tokens, at)
        if subject is not None and _can_be_verb(tokens, at, verbs):
            return tuple(_changed(tokens, subject, at))
    return None


def _is_verb(token: Token) -> bool:
    return token.upos in ("VERB", "AUX") and token.deprel not in ("amod", "compound")


def _can_be_verb(tokens: Sequence[Token], at: int, verbs: Container[str]) -> bool:
    token, after = tokens[at], tokens[at + 1]
    form = token.text.lower()
    is_bare = token.upos in ("NOUN", "ADJ", "PROPN") and form in verbs
    is_last = after.upos == "PUNCT" or (after.upos == "ADP" and at + 2 == len(tokens))
    return is_bare and not is_last and after.text not in ("of", "'s", "’s")


def _subject(tokens: Sequence[Token], at: int) -> int | None:
    """Return the head of the subject before a word: a plural, or the first of two names."""
    before = tokens[:at]
    marks = [place for place, token in enumerate(before) if token.upos == "ADP"]
    head = (marks[0] if marks else at) - 1
    if head < 0 or any(token.upos not in (*_NOMINAL, "ADP", "PUNCT", "CCONJ") for token in before):
        return None
    if (
        not marks
        and at >= 3
        and before[-2].text in (",", "and", "&")
        and before[-3].upos == "PROPN"
    ):
        return at - 3 if before[-1].text[0].isupper() else None
    token = before[head]
    form = token.text.lower()
    is_many = token.xpos in ("NNS", "NNPS") or form in _MANY or form.endswith("men")
    plain = not any(one.upos in ("PUNCT", "CCONJ") for one in before)
    return head if is_many and plain and token.upos in ("NOUN", "PROPN") else None


def _changed(tokens: Sequence[Token], subject: int, verb: int) -> list[Token]:
    end = verb + 1
    while end < len(tokens) and tokens[end].upos in _NOMINAL:
        end += 1
    thing = end - 1 if end > verb + 1 else None
    made = []
    for at, token in enumerate(tokens):
        if at == verb:
            lemma = token.text.lower()
            new = replace(token, upos="VERB", xpos="VBP", lemma=lemma, head=verb, deprel="root")
        elif at == subject:
            new = replace(token, head=verb, deprel="nsubj")
        elif at == thing:
            new = replace(token, head=verb, deprel="obj")
        elif at < verb:
            new = _in_phrase(token, at, subject, range(verb))
        elif thing is not None and at < thing:
            new = _in_phrase(token, at, thing, range(verb + 1, end))
        else:
            new = _behind(tokens, at, verb, thing, end)
        made.append(new)
    return made


def _in_phrase(token: Token, at: int, head: int, phrase: range) -> Token:
    """Return a word of a noun phrase, hung on its head where it hung outside."""
    if at > head and token.text[0].isupper():
        return replace(token, head=head, deprel="conj")
    if token.head in phrase and token.head != at and token.deprel != "root":
        return token
    return replace(token, head=head, deprel=_PART.get(token.upos, "compound"))


def _behind(tokens: Sequence[Token], at: int, verb: int, thing: int | None, end: int) -> Token:
    """Return a word behind the object, hung on the verb where it hung on what was before."""
    token = tokens[at]
    if token.head >= end and token.head != at:
        return token
    case = next((one.text for one in tokens if one.head == at and one.deprel == "case"), "")
    if case == "of" and thing is not None:
        return replace(token, head=thing, deprel="nmod")
    is_bare = token.deprel not in ("punct", "case", "advmod", "cc")
    return replace(token, head=verb, deprel="obl" if is_bare else token.deprel)
