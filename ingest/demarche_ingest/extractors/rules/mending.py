"""Short sentences and headlines whose verb the parser takes for a noun: "Oman hosted talks".

Only where a name stands before a word that can be a verb of the frames, nothing else in the
sentence is a verb, and the tree has the two as parts of one noun phrase.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from demarche_ingest.extractors.rules.attaching import attached
from demarche_ingest.extractors.rules.forms import lemma_of
from demarche_ingest.extractors.rules.headlines import with_verb
from demarche_ingest.extractors.rules.misread import read_anew
from demarche_ingest.parsing.model import Token

_PARTS: Final = frozenset(("compound", "amod", "nmod", "nsubj"))
_NAMES: Final = frozenset(("PROPN", "NOUN"))
_LONGEST: Final = 25


class Mended(NamedTuple):
    """The words of a sentence as rules read them.

    lemmas: in small letters. missed: what was asked for among the known lemmas and not found: to
    whom all of that is unknown too, and what is known here known, the words are the same.
    """

    tokens: tuple[Token, ...]
    lemmas: list[str]
    missed: frozenset[str] = frozenset()


class _Asked(Container[str]):
    """Known lemmas, with what was asked for in vain."""

    def __init__(self, known: Container[str]) -> None:
        self._known = known
        self.missed: set[str] = set()

    def __contains__(self, lemma: object) -> bool:
        if lemma in self._known:
            return True
        self.missed.add(str(lemma))
        return False


def mend(tokens: Sequence[Token], known: Container[str]) -> Mended:
    """Return the words of a sentence, mended. known: the lemmas that are looked for."""
    asked = _Asked(known)
    words = mended(tokens, asked)
    lemmas = [lemma_of(token, asked) for token in words]
    return Mended(words, lemmas, frozenset(asked.missed))


def mended(tokens: Sequence[Token], verbs: Container[str]) -> tuple[Token, ...]:
    """Return the tokens of a sentence, with its hidden verb made one."""
    tokens = read_anew(tokens)
    tokens = attached(_with_verbs(tokens, verbs), verbs)
    if len(tokens) > _LONGEST or any(token.upos == "VERB" and _leads(token) for token in tokens):
        return tuple(tokens)
    root = next((at for at, token in enumerate(tokens) if token.head == at), None)
    if root is None or tokens[root].upos not in _NAMES:
        return tuple(tokens)
    verb = _hidden(tokens, root, verbs)
    if verb is None or not any(_is_subject(tokens, at, root, verb) for at in range(verb)):
        return with_verb(tokens, verbs) or tuple(tokens)
    return tuple(_moved(tokens, at, root, verb, verbs) for at in range(len(tokens)))


def _with_verbs(tokens: Sequence[Token], verbs: Container[str]) -> Sequence[Token]:
    """Return the tokens with words that have a subject and an object made verbs."""
    subjects = {token.head for token in tokens if token.deprel == "nsubj"}
    objects = {token.head for token in tokens if token.deprel == "obj"}
    both = subjects & objects
    return [_as_verb(tokens, at, verbs) if at in both else token for at, token in enumerate(tokens)]


def _as_verb(tokens: Sequence[Token], at: int, verbs: Container[str]) -> Token:
    """Return a word with a subject and an object, taken for an adjective or a noun, as a verb."""
    token = tokens[at]
    if token.upos not in ("ADJ", "NOUN") or token.deprel in _PARTS:
        return token
    held = {one.deprel: place for place, one in enumerate(tokens) if one.head == at != place}
    verb = _verb(token, verbs)
    if "aux" in held and token.text.lower() in verbs:
        verb = token.text.lower()
    if not verb or "cop" in held or not held.keys() >= {"nsubj", "obj"} or held["nsubj"] > at:
        return token
    return replace(token, upos="VERB", xpos="VB" if "aux" in held else "VBD", lemma=verb)


def _leads(token: Token) -> bool:
    """Tell whether a verb is one of a clause, and no adjective."""
    return token.deprel not in ("amod", "compound")


def _hidden(tokens: Sequence[Token], root: int, verbs: Container[str]) -> int | None:
    """Return the word that is the verb: one before the root, or the root itself."""
    for at, token in enumerate(tokens[: root + 1]):
        inside = at == root or (token.head == root and token.deprel in _PARTS)
        is_form = _verb(token, verbs) or (_are_two(tokens, at) and token.text in verbs)
        if at and inside and token.text[0].islower() and is_form:
            return at
    return None


def _are_two(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether two names stand before a word ("Chad, Niger sign")."""
    before = [(one.upos, one.text) for one in tokens[max(at - 3, 0) : at]]
    return len(before) == 3 and [kind for kind, _ in before] in (
        ["PROPN", "PUNCT", "PROPN"],
        ["PROPN", "CCONJ", "PROPN"],
    )


def _verb(token: Token, verbs: Container[str]) -> str:
    """Return the verb that a word is a form of in the past or the third person, "" for none."""
    form = token.text.lower()
    lemma = lemma_of(replace(token, upos="VERB", lemma=""), verbs)
    is_form = lemma != form or token.xpos in ("VBN", "VBD")
    return lemma if is_form and lemma in verbs else ""


def _is_subject(tokens: Sequence[Token], at: int, root: int, verb: int) -> bool:
    token = tokens[at]
    is_bare = tokens[verb].text.endswith("s") and tokens[-1].text not in (".", "?", "!")
    is_name = token.upos == "PROPN" or (token.upos == "NOUN" and at == verb - 1 == 0 and is_bare)
    return at < verb and token.head in (root, verb) and is_name


def _moved(tokens: Sequence[Token], at: int, root: int, verb: int, verbs: Container[str]) -> Token:
    token = tokens[at]
    if at == verb:
        lemma = _verb(token, verbs) or token.text
        return replace(token, upos="VERB", xpos="VBD", lemma=lemma, head=verb, deprel="root")
    if _is_subject(tokens, at, root, verb):
        return replace(token, head=verb, deprel="nsubj")
    is_behind = at > verb and token.deprel == "flat"
    if at == root or (is_behind and _is_subject(tokens, token.head, root, verb)):
        return replace(token, head=verb, deprel="obj")
    if token.head == root and root != verb and token.deprel in ("punct", "parataxis", "advmod"):
        return replace(token, head=verb)
    if token.head == root == verb and token.deprel in ("nmod", "compound"):
        return replace(token, deprel="obl" if token.deprel == "nmod" else "obj")
    return token
