"""Words that the parser hangs on the wrong one, where the words around tell the right one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.extractors.rules.forms import lemma_of, word_set
from demarche_ingest.extractors.rules.triggers import Triggers, When
from demarche_ingest.parsing.model import Token
from demarche_ingest.parsing.repairs import kids

HOLDERS: Final = word_set(
    """
    minister president premier ambassador envoy governor general commander chief director head
    official judge prosecutor mayor adviser secretary spokesman spokeswoman officer chairman
    chairwoman deputy leader chancellor commissioner negotiator representative consul founder king
    queen prince emir
    """
)
"""Nouns behind which a name after a comma is the holder's, not of what stands between."""
_DAYS: Final = word_set(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June
    July August September October November December
    """
)
_OWNING: Final = frozenset(("'s", "’s", "'", "’"))
_PARTS_OF_DAYS: Final = word_set("morning noon afternoon evening night midnight dawn dusk")
_NAMES: Final = frozenset(("PROPN", "NOUN"))
_TENSED: Final = frozenset(("VBD", "VBP", "VBZ"))
_TENSELESS: Final = frozenset(("VB", "VBG"))
_UP: Final = 4
"""How many words up a verb is looked for that another goes on with."""


def attached(tokens: Sequence[Token], verbs: Container[str]) -> list[Token]:
    """Return the tokens of a sentence, those attached wrongly for sure attached anew.

    verbs: the lemmas of verbs that are looked for.
    """
    made = list(tokens)
    for at in range(len(made)):
        changes = _BY_WORD.changes(made, at)
        if made[at].head == at:
            changes += _behind_relative(made, at, verbs)
        if made[at].deprel == "ccomp":
            changes += _wished(made, at, verbs)
        for place, token in changes:
            made[place] = token
    for at in range(len(made)):
        for place, token in _series(made, at):
            made[place] = token
    return made


def _leading_clause(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A participle before a subject is no subject: "Accusing Ethiopia of theft, Egypt left"."""
    token = tokens[at]
    if token.deprel == "csubj" and token.xpos == "VBG" and kids(tokens, token.head, "nsubj"):
        yield at, replace(token, deprel="advcl")


def _titled(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A preposition before a title is that of the name: "the resignation of President Diouf"."""
    token, title = tokens[at], tokens[tokens[at].head]
    if token.deprel == "case" and title.deprel in ("nmod:desc", "flat") and title.head > at:
        yield at, replace(token, head=title.head)


def _finite(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A verb with a tense goes on with one that has one: "urged both to wait and offered talks"."""
    token, head = tokens[at], tokens[at].head
    if token.deprel != "conj" or token.xpos not in _TENSED or kids(tokens, at, "nsubj"):
        return
    if tokens[head].xpos not in _TENSELESS or kids(tokens, head, "aux", "aux:pass", "cop"):
        return
    above = tokens[head].head
    for _ in range(_UP):
        if tokens[above].xpos == token.xpos and above < at:
            yield at, replace(token, head=above)
            return
        above = tokens[above].head


def _told_first(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """The first of two subjects is of what is said: "The rebels released two men, they said"."""
    token = tokens[at]
    if token.deprel != "nsubj" or token.head <= at:
        return
    others = [one for one in kids(tokens, token.head, "nsubj") if one > at]
    for said in kids(tokens, token.head, "ccomp"):
        is_own = bool(kids(tokens, said, "nsubj", "nsubj:pass"))
        if at < said < token.head and not is_own and any(one > said for one in others):
            yield at, replace(token, head=said)


def _gerund(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A participle with "by" before a verb without subject is it: "Shelling by the army killed"."""
    token = tokens[at]
    if at != 0 or token.deprel != "advcl" or token.xpos != "VBG":
        return
    between = (one.text for one in tokens[: token.head])
    is_idle = not kids(tokens, token.head, "nsubj", "nsubj:pass", "expl")
    if is_idle and "," not in between and not kids(tokens, at, "obj", "mark"):
        form = token.text.lower()
        yield at, replace(token, upos="NOUN", xpos="NN", lemma=form, deprel="nsubj")


def _whom(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """It is no subject: "the rebels, whom Peru accuses of theft"."""
    token = tokens[at]
    if token.deprel.startswith("nsubj") and not kids(tokens, token.head, "obj"):
        yield at, replace(token, deprel="obj")


def _whose(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """What it is of is no title of the name behind: "Peru, whose offer Chile had refused"."""
    thing = tokens[at].head
    name = tokens[thing].head
    verb = tokens[name].head
    is_title = tokens[thing].deprel in ("nmod:desc", "compound") and tokens[name].upos == "PROPN"
    is_doer = tokens[name].deprel == "nsubj" and thing == name - 1
    if is_title and is_doer and not kids(tokens, verb, "obj"):
        yield thing, replace(tokens[thing], head=verb, deprel="obj")


def _set_off(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A noun behind what commas set off is the verb's: "freed, the next spring, two airmen"."""
    first = min([at, *kids(tokens, at, "case", "det", "amod", "nummod", "compound")])
    if tokens[at].upos != "NOUN" or tokens[first - 1].text != ",":
        return
    opening = next((one for one in range(first - 2, 0, -1) if tokens[one].text == ","), 0)
    verb = opening - 1
    if verb < 1 or tokens[verb].upos != "VERB" or kids(tokens, verb, "ccomp", "xcomp", "aux:pass"):
        return
    inside = range(opening + 1, first - 1)
    parts = [one for one in inside if tokens[one].head == verb and tokens[one].upos == "NOUN"]
    if len(parts) != 1 or any(tokens[one].deprel == "obj" for one in _kids_after(tokens, verb, at)):
        return
    yield parts[0], replace(tokens[parts[0]], deprel="obl:unmarked")
    yield at, replace(tokens[at], head=verb, deprel="obj")
    for one in kids(tokens, verb, "nsubj:pass"):
        yield one, replace(tokens[one], deprel="nsubj")


def _kids_after(tokens: Sequence[Token], head: int, at: int) -> list[int]:
    return [one for one in range(at, len(tokens)) if tokens[one].head == head != one]


def _asked_first(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A participle stands before a clause: "Asked whether it knew, Peru accused Chile"."""
    token = tokens[at]
    if at or token.upos != "VERB" or token.head != at or token.xpos not in ("VBD", "VBN"):
        return
    if kids(tokens, at, "nsubj", "nsubj:pass", "expl"):
        return
    for main in kids(tokens, at, "ccomp", "parataxis"):
        subjects = kids(tokens, main, "nsubj", "nsubj:pass")
        first = min([main, *subjects])
        is_after = any(one.text == "," for one in tokens[:first])
        if is_after and subjects and not kids(tokens, main, "mark"):
            yield main, replace(tokens[main], head=main, deprel="root")
            yield at, replace(token, head=main, deprel="advcl", xpos="VBN")
            return


def _holder(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A name behind a comma is the holder's of an office ("Kenya's envoy to Libya, Ann Otieno")."""
    token = tokens[at]
    if token.deprel != "appos" or token.upos != "PROPN" or at < 2 or tokens[at - 1].text != ",":
        return
    place = tokens[token.head]
    head = tokens[place.head]
    is_within = place.deprel == "nmod" and place.upos == "PROPN" and place.head < token.head
    has_name = any(tokens[one].upos == "PROPN" for one in kids(tokens, at, "flat"))
    if is_within and has_name and head.lemma.lower() in HOLDERS and head.upos == "NOUN":
        yield at, replace(token, head=place.head)


def _shared_subject(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """What stands before an auxiliary is its subject: "broke up the rally and 95 were arrested"."""
    token = tokens[at]
    if token.deprel != "conj" or token.upos != "VERB" or kids(tokens, at, "nsubj", "nsubj:pass"):
        return
    helping = kids(tokens, at, "aux:pass", "aux")
    if not helping or min(helping) == 0:
        return
    last = min(helping) - 1
    subject = last
    while tokens[subject].head > token.head and tokens[subject].deprel != "conj":
        subject = tokens[subject].head
    one = tokens[subject]
    is_one = one.deprel == "conj" and one.head != token.head and subject < at
    joining = [*kids(tokens, subject, "cc"), *kids(tokens, at, "cc")]
    if is_one and any(place < subject for place in joining):
        is_passive = bool(kids(tokens, at, "aux:pass"))
        yield subject, replace(one, head=at, deprel="nsubj:pass" if is_passive else "nsubj")


def _day_before(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A day and the subject behind it are two: "On Monday residents of the town demonstrated"."""
    token = tokens[at]
    if token.deprel not in ("obl", "nsubj", "nsubj:pass") or token.head <= at:
        return
    days = [
        day
        for day in range(1, at)
        if tokens[day].deprel == "compound"
        and tokens[day].text in _DAYS
        and at in (tokens[day].head, tokens[tokens[day].head].head)
    ]
    if len(days) != 1:
        return
    day, case = days[0], days[0] - 1
    is_told = tokens[case].deprel == "case" and tokens[case].head == at
    if not is_told or token.lemma.lower() in _PARTS_OF_DAYS:
        return
    if token.deprel == "obl":
        if kids(tokens, token.head, "nsubj", "nsubj:pass", "expl"):
            return
        passive = bool(kids(tokens, token.head, "aux:pass"))
        yield at, replace(token, deprel="nsubj:pass" if passive else "nsubj")
    yield day, replace(tokens[day], deprel="obl", head=token.head)
    yield case, replace(tokens[case], head=day)


def _two_clauses(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A second clause that is joined has its own subject: "said it had left, and Peru closed"."""
    token = tokens[at]
    if token.deprel != "ccomp" or token.head > at or kids(tokens, at, "mark"):
        return
    before = [one for one in kids(tokens, token.head, "ccomp") if token.head < one < at]
    if before and kids(tokens, at, "cc") and kids(tokens, at, "nsubj", "nsubj:pass"):
        yield at, replace(token, deprel="conj")


def _second_owner(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A second owner is of the second thing: "Spain's king and Peru's premier signed"."""
    token = tokens[at]
    if token.deprel != "conj" or token.upos not in _NAMES or at + 2 >= len(tokens):
        return
    if tokens[at + 1].text not in _OWNING or tokens[at + 1].head != at:
        return
    things = [one for one in kids(tokens, token.head, "conj") if one > at]
    if things and tokens[things[0]].upos in _NAMES and not kids(tokens, things[0], "nmod:poss"):
        yield at, replace(token, deprel="nmod:poss", head=things[0])


def _due(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """An adjective takes the infinitive behind it: "met the envoy and is due to visit Cairo"."""
    token, verb = tokens[at], tokens[at].head
    if token.upos != "ADJ" or token.deprel not in ("conj", "advmod") or verb <= at + 1:
        return
    marks = kids(tokens, verb, "mark")
    if not kids(tokens, at, "cop") or marks != [at + 1] or tokens[at + 1].text != "to":
        return
    yield at, replace(token, deprel=tokens[verb].deprel, head=tokens[verb].head)
    yield verb, replace(tokens[verb], deprel="xcomp", head=at)
    for kid in kids(tokens, verb, "cc", "punct", "nsubj"):
        if kid < at:
            yield kid, replace(tokens[kid], head=at)


def _mine(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A mine behind an article or a noun is a weapon: "a drifting mine damaged the ship"."""
    token, before = tokens[at], tokens[max(at - 1, 0)]
    if token.text.lower() != "mine" or token.upos != "PRON" or not at:
        return
    is_named = before.upos == "NOUN" and before.deprel == token.deprel and before.head > at
    if is_named or (before.upos in ("DET", "ADJ", "NOUN") and before.head == at):
        yield at, replace(token, upos="NOUN", xpos="NN", lemma="mine")
    if is_named:
        yield at - 1, replace(before, deprel="compound", head=at)
        for kid in kids(tokens, at - 1, "det", "amod", "compound"):
            yield kid, replace(tokens[kid], head=at)


def _noun_before_name(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A noun right before what it describes is part of it: "of the opposition Unity bloc"."""
    token = tokens[at]
    if token.deprel not in ("nmod", "flat") or token.upos != "NOUN" or token.head > at:
        return
    held = [place for place, one in enumerate(tokens) if one.head == at != place]
    before = min((place for place in held if place < at), default=at) - 1
    if before <= 0 or any(tokens[one].deprel in ("case", "cc", "punct") for one in held):
        return
    noun = tokens[before]
    is_beside = token.head == (before if token.deprel == "flat" else noun.head)
    named = any(tokens[one].upos == "PROPN" for one in held if one < at)
    if not (is_beside and named and noun.upos == "NOUN" and noun.deprel == "nmod"):
        return
    own = kids(tokens, before, "case", "det")
    if len(own) == sum(one.head == before for one in tokens) - (token.head == before):
        yield before, replace(noun, deprel="compound", head=at)
        yield at, replace(token, deprel=noun.deprel, head=noun.head)
        for place in own:
            yield place, replace(tokens[place], head=at)


def _at_least(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """The "at" of "at least" is no preposition of those counted: "killed at least 31 people"."""
    token = tokens[at]
    after = tokens[at + 1].text.lower() if at + 1 < len(tokens) else ""
    if token.text.lower() != "at" or after not in ("least", "most"):
        return
    least = tokens[at + 1]
    counted = token.head
    if token.deprel == "case" and counted == at + 1:
        counted = least.head
    yield at, replace(token, deprel="advmod")
    while tokens[counted].deprel in ("nummod", "compound", "advmod"):
        counted = tokens[counted].head
    noun = tokens[counted]
    verb = noun.head
    is_obl = noun.deprel == "obl" and verb < at and not kids(tokens, verb, "obj")
    if is_obl and noun.upos in _NAMES and not _others(tokens, counted, at):
        yield counted, replace(noun, deprel="obj")


def _others(tokens: Sequence[Token], noun: int, at: int) -> list[int]:
    return [one for one in kids(tokens, noun, "case") if one != at]


def _series(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """A past form with an object goes on with what was done: "attacked it, killed two people"."""
    token = tokens[at]
    if token.upos != "VERB" or token.xpos not in ("VBD", "VBN") or tokens[at - 1].text != ",":
        return
    held = kids(tokens, at, "mark", "aux", "aux:pass", "nsubj", "nsubj:pass", "advmod", "obl:agent")
    above = tokens[token.head]
    is_after = token.deprel == "advcl" and token.head < at and above.upos == "VERB"
    if is_after and not held and any(one > at for one in kids(tokens, at, "obj")):
        yield at, replace(token, deprel="conj", xpos="VBD")


def _behind_relative(
    tokens: Sequence[Token], at: int, verbs: Container[str]
) -> Iterator[tuple[int, Token]]:
    """The verb behind a relative clause is the sentence's: "Mali, which had paid, voiced anger"."""
    root = tokens[at]
    if root.head != at or root.upos not in _NAMES:
        return
    for clause in kids(tokens, at, "acl:relcl"):
        for place in range(clause + 1, len(tokens)):
            token = tokens[place]
            is_cut = tokens[place - 1].text == "," and token.deprel == "amod"
            is_past = token.xpos in ("VBN", "VBD") and token.head > place
            if not is_cut or not is_past or lemma_of(token, verbs) not in verbs:
                continue
            if tokens[token.head].head != at and clause not in _above(tokens, token.head):
                continue
            noun = tokens[token.head]
            yield place, replace(token, upos="VERB", xpos="VBD", head=place, deprel="root")
            yield token.head, replace(noun, head=place, deprel="obj")
            yield at, replace(root, head=place, deprel="nsubj")
            return


def _above(tokens: Sequence[Token], at: int) -> Iterator[int]:
    while tokens[at].head != at:
        at = tokens[at].head
        yield at


def _headline_pair(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Token]]:
    """Two names with a comma for "and" are the subject: "Ghana, Togo sign fishing pact"."""
    token = tokens[at]
    if at != 0 or len(tokens) < 5 or tokens[-1].text == ".":
        return
    if token.deprel not in ("vocative", "discourse"):
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
    marks = [one for one in kids(tokens, at, "mark") if tokens[one].text.lower() == "that"]
    before = [
        one for one in kids(tokens, at, "compound", "nmod:desc") if one > min(marks, default=at)
    ]
    if not marks or not before or tokens[before[-1]].upos not in _NAMES:
        return
    last = before[-1]
    yield at, replace(token, upos="VERB", xpos="VB", lemma=form)
    yield last, replace(tokens[last], deprel="nsubj")
    for one in before[:-1]:
        yield one, replace(tokens[one], head=last)


_BY_WORD: Final = Triggers(
    When(_leading_clause, "csubj"),
    When(_titled, "case"),
    When(_told_first, "nsubj"),
    When(_finite, "conj"),
    When(_gerund, "advcl"),
    When(_holder, "appos"),
    When(_set_off, "appos list"),
    When(_asked_first, "root"),
    When(_whom, forms="whom"),
    When(_whose, forms="whose"),
    When(_shared_subject, "conj"),
    When(_headline_pair, "vocative discourse"),
    When(_day_before, "obl nsubj nsubj:pass"),
    When(_two_clauses, "ccomp"),
    When(_second_owner, "conj"),
    When(_due, "conj advmod"),
    When(_mine, forms="mine"),
    When(_noun_before_name, "nmod flat"),
    When(_at_least, forms="at"),
)
