"""What no reader of English would take for right in a parse, put right where the words tell how.

Rare names and short lines mislead the parser. Each function yields the places of words with what
they are instead; a parse that holds none of these comes back as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.parsing.model import Token

_NAMES: Final = frozenset(("PROPN", "NOUN"))
_PRESENT: Final = frozenset(("VBP", "VBZ", "MD"))
_PAST: Final = frozenset(("VBD", "VBN"))
_AUXILIARIES: Final = frozenset(
    word
    for line in (
        "is was are be am were been being isn ai ar art have has had having do does did done",
        "will would wo can could ca may might must shall should ought need dare get gets got",
        "getting let used better",
    )
    for word in line.split()
)
"""Words that may be auxiliaries, with a capital where they begin a question."""

Repair = tuple[int, Token]


def repaired(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the tokens of a sentence without what is wrong for sure; relations are those of UD."""
    made = list(tokens)
    for at in range(len(made)):
        for find in (_auxiliary, _only_object, _part_of_subject, _verbless):
            for place, token in find(made, at):
                made[place] = token
    return tuple(made)


def kids(tokens: Sequence[Token], at: int, *relations: str) -> list[int]:
    """Return the places of the words that hang on a word by one of some relations."""
    return [
        place
        for place, one in enumerate(tokens)
        if one.head == at != place and one.deprel in relations
    ]


def _auxiliary(tokens: Sequence[Token], at: int) -> Iterator[Repair]:
    """A name is no auxiliary, which are a closed class: "Chad signed"."""
    token = tokens[at]
    is_aux = token.upos == "AUX" or token.deprel == "aux"
    if is_aux and token.text[:1].isupper() and token.text.lower() not in _AUXILIARIES:
        relation = "nsubj" if token.deprel == "aux" and token.head > at else token.deprel
        yield (
            at,
            replace(
                token,
                upos="PROPN",
                xpos="NNP",
                lemma=token.text,
                feats="Number=Sing",
                deprel=relation,
            ),
        )


def _only_object(tokens: Sequence[Token], at: int) -> Iterator[Repair]:
    """A thing given to nobody is the object: "gave assurances that its troops would leave"."""
    token = tokens[at]
    if token.deprel != "iobj" or token.upos != "NOUN":
        return
    if not kids(tokens, token.head, "obj", "ccomp", "parataxis"):
        yield at, replace(token, deprel="obj")


_BEFORE: Final = {
    ("NUM", "obj", "NOUN"): "nummod",  # "More than ten thousand people fled"
    ("NOUN", "nsubj", "PROPN"): "nmod:desc",  # "NATO member Portugal sent a frigate"
}
"""What a word is of the subject right behind it, by what it was held for and what that is."""


def _part_of_subject(tokens: Sequence[Token], at: int) -> Iterator[Repair]:
    """A number counts the noun behind it, and a noun tells what the name behind it is."""
    if at + 1 == len(tokens):
        return
    token, subject = tokens[at], tokens[at + 1]
    relation = _BEFORE.get((token.upos, token.deprel, subject.upos))
    if relation and subject.deprel == "nsubj" and subject.head == token.head > at + 1:
        yield at, replace(token, head=at + 1, deprel=relation)


def _verbless(tokens: Sequence[Token], at: int) -> Iterator[Repair]:
    """A past form is the verb of a sentence that has none: "Norway made contact with rebels"."""
    noun = tokens[at]
    if noun.head != at or noun.upos not in _NAMES or tokens[-1].text != "." or len(tokens) < 3:
        return
    if any(one.xpos in _PRESENT and one.deprel != "acl:relcl" for one in tokens):
        return
    if kids(tokens, at, "cop", "nsubj:outer", "nsubj:pass"):
        return
    for place in kids(tokens, at, "amod", "acl"):
        token = tokens[place]
        before = place - 1
        while before > 0 and tokens[before].deprel == "advmod" and tokens[before].head == place:
            before -= 1
        if token.xpos not in _PAST or before < 0 or not _may_lead(tokens, before, place, at):
            continue
        yield place, replace(token, upos="VERB", xpos="VBD", head=place, deprel="root")
        yield at, replace(noun, head=place, deprel="obj" if place < at else "nsubj")
        if place < at:
            yield before, replace(tokens[before], head=place, deprel="nsubj")
        for one in kids(tokens, at, "punct", "obl", "advmod", "advcl"):
            if one > max(at, place):
                yield one, replace(tokens[one], head=place)
        return


def _may_lead(tokens: Sequence[Token], before: int, verb: int, root: int) -> bool:
    """Tell whether what stands before a past form may be its subject."""
    if verb > root:  # "The ministers signed deals", but not "Soldiers deployed in Kabul"
        return bool(kids(tokens, verb, "obj")) and not kids(tokens, verb, "mark", "obl:agent")
    one = tokens[before]
    is_whole = before == 0 or any(tokens[kid].head == before for kid in range(before))
    is_part = one.head in (verb, root) and one.deprel in ("nsubj", "compound", "nmod:desc", "det")
    return is_part and is_whole and (one.upos in _NAMES or one.text.lower() in ("both", "all"))
