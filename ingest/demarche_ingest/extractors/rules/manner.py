"""How an act is told: as done or to come, denied, doubted, asked, taken for granted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, cast

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.frames import Effect
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.extractors.word_lists import lists_of

_WILL: Final = frozenset(("will", "shall", "wo", "'ll", "’ll"))
_WOULD: Final = frozenset(("would", "'d", "’d"))
_MAY: Final = frozenset(("may", "might", "could"))
_MUST: Final = frozenset(("must", "should", "ought"))
_NOT: Final = frozenset(("not", "n't", "n’t", "never", "no", "neither", "nor", "hardly"))
_NOBODY: Final = frozenset(("nobody", "none", "neither", "nothing"))
_PASSED_ON: Final = word_set("reportedly allegedly supposedly purportedly")
_PROBABLE: Final = word_set("likely probably apparently seemingly presumably")
_POSSIBLE: Final = word_set("possibly perhaps maybe")
_IF: Final = frozenset(("if", "unless", "whether", "lest"))
_NEVER: Final = word_set("point time way circumstance means mean account case moment stage")
"""Nouns of "at no point", "under no circumstances", "by no means"."""
_SHORT: Final = {"short": "of", "far": "from"}
"""What "stopped short of" and "is far from" deny."""
_INVERTED: Final = frozenset(("were", "had", "should"))
_SUPPOSING: Final = re.compile(
    r"\b(?:in case|in the event (?:that|of)|provided(?: that)?|as long as|so long as|on condition"
    r" that|assuming(?: that)?|supposing(?: that)?|suppose(?: that)?|imagine(?: that)?)\s",
    re.IGNORECASE,
)
_DEGREES: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("appear", "seem", "believe", "think", "presume", "assume", "likely"), "probable"
    ),
    **dict.fromkeys(("probable", "suspect", "unlikely"), "probable"),
    **dict.fromkeys(("possible", "conceivable", "fear", "plausible"), "possible"),
    **dict.fromkeys(("say", "report", "allege", "rumour", "rumor", "claim"), "underspecified"),
    **dict.fromkeys(("understand", "suppose"), "underspecified"),
}
"""What words leave of an act in their clause: "is believed to have", "it seems that"."""
_ACTIVE: Final = frozenset(("appear", "seem"))
_UNTRUE: Final = frozenset(("false", "untrue", "wrong", "incorrect", "impossible", "inconceivable"))
_OUGHT: Final = word_set(
    "essential vital important necessary imperative crucial time right urgent indispensable needed"
)
_SERIAL: Final = frozenset(("xcomp", "ccomp", "advcl", "acl", "obl"))
_LESS_CERTAIN: Final = ("certain", "probable", "possible", "underspecified")


@dataclass(frozen=True, slots=True)
class Manner:
    """How an act is told; the words are those of the codebook, §4. depth: clauses around it."""

    polarity: str = "positive"
    certainty: str = "certain"
    modality: str = "actual"
    is_charged: bool = False
    depth: int = 0


@cache
def governors() -> dict[str, Effect]:
    """Return what words that are no frames make of the acts in their clauses."""
    listed = lists_of("rules/governors.yaml")
    return {word: cast("Effect", effects[-1]) for word, effects in listed.items()}


def manner(words: Words, at: int, effects: Mapping[int, Effect]) -> Manner | None:
    """Return how the act that a word tells is told; None where it is only talked about.

    effects: what frames make of the clauses that they take, by the heads of these.
    """
    told: Manner | None = Manner()
    here, inside = at, at
    clause = _clause(words, at)
    if clause != at:
        told = _own(words, at, Manner()) if not words.is_verb(at) else told
    if clause is not None:
        told = _arranged(words, clause, _own(words, clause, cast("Manner", told)))
        here = inside = clause
    if told is not None and _is_supposed(words, at):
        return _hypothetical(told)
    while told is not None:
        told = _governed(words, here, effects, told)
        if told is None:
            return None
        head, relation = words.tokens[here].head, words.tokens[here].deprel
        if head == here or _is_apart(words, here):
            return told
        if relation == "conj":
            if words.is_verb(here) and words.has_own_subject(here) and inside != here:
                return told
            here = head
            continue
        if relation in ("advcl", "acl") and words.mark(here) in _IF:
            return _hypothetical(told)
        here = inside = head
        told = replace(told, depth=told.depth + 1)
    return told


def is_refusal(words: Words, at: int) -> bool:
    """Tell whether those who would act say that they will not ("said it would not attend")."""
    clause = _clause(words, at)
    if clause is None or not _is_negated(words, clause):
        return False
    helping = {words.lemmas[kid] for kid in _auxiliaries(words, clause)}
    subjects = list(words.of(clause, "nsubj"))
    is_own = bool(subjects) and all(words.tokens[one].upos == "PRON" for one in subjects)
    return is_own and bool(helping & (_WILL | _WOULD))


def _is_apart(words: Words, at: int) -> bool:
    """Tell whether a clause is told whatever it is beside ("whom …", "after Chad blamed Mali")."""
    relation = words.tokens[at].deprel
    if relation in ("acl:relcl", "parataxis", "appos"):
        return True
    is_past = words.is_verb(at) and (words.tokens[at].xpos == "VBD" or words.has(at, "aux"))
    is_beside = relation == "advcl" and words.mark(at) in _BESIDES
    return is_beside and is_past and words.has_own_subject(at)


_BESIDES: Final = frozenset(("after", "as", "since", "because", "although", "though", "while"))


def _clause(words: Words, at: int) -> int | None:
    """Return the verb of the clause that a word stands in: its own, if it is one."""
    if words.is_verb(at) or words.has(at, "cop", "nsubj"):
        return at
    for above in words.above(at):
        if words.is_verb(above) or words.has(above, "cop", "nsubj"):
            return above
    return None


def _own(words: Words, at: int, told: Manner) -> Manner:
    """Add what stands beside a verb itself: negation, auxiliaries, adverbs, conditions."""
    lemmas = words.lemmas
    beside = {lemmas[kid] for kid in words.of(at, "advmod", "aux", "cc", "mark")}
    texts = {words.tokens[kid].text.lower() for kid in words.of(at, "aux", "advmod")}
    helping = {lemmas[kid] for kid in _auxiliaries(words, at)} | texts
    if _is_negated(words, at):
        told = _negated(told)
    if "without" in beside:
        told = _negated(told)
    told = _helped(words, at, helping, told)
    for kinds, level in ((_PASSED_ON, "underspecified"), (_PROBABLE, "probable")):
        if beside & kinds:
            told = _doubted(told, level)
    if beside & _POSSIBLE:
        told = _doubted(told, "possible")
    return _conditioned(words, at, _planned(words, at, told))


def _helped(words: Words, at: int, helping: set[str], told: Manner) -> Manner:
    """Return how an act is told after the auxiliaries of its verb: "may have", "must", "would"."""
    is_past = "have" in helping and words.tokens[at].xpos in ("VBN", "VBD")
    if helping & _MAY:
        told = _doubted(told, "possible")
        told = told if is_past else replace(told, modality="future")
    elif is_past and "must" in helping:
        told = _doubted(told, "probable")
    elif helping & _MUST:
        told = replace(told, modality="normative")
    elif helping & (_WILL | _WOULD):
        would = bool(helping & _WOULD) and not _is_reported(words, at)
        told = replace(told, modality="conditional" if would else "future")
    return told


def _planned(words: Words, at: int, told: Manner) -> Manner:
    """Add that what is said of somebody is planned: "is to visit Peru", "is due in Lima"."""
    is_to = words.is_verb(at) and words.has(at, "cop") and words.mark(at) == "to"
    is_due = any(words.lemmas[kid] == "due" for kid in words.of(at, "case", "amod"))
    return replace(told, modality="future") if is_to or is_due else told


def _auxiliaries(words: Words, at: int) -> list[int]:
    """Return the auxiliaries of a verb; of a coordinated one without any, those it shares."""
    found = list(words.of(at, "aux"))
    while not found and words.tokens[at].deprel == "conj" and not words.has_own_subject(at):
        at = words.tokens[at].head
        if not words.is_verb(at) or words.tokens[at].xpos not in ("VB", "VBN"):
            return []
        found = list(words.of(at, "aux"))
    return found


def _is_negated(words: Words, at: int) -> bool:
    lemmas = words.lemmas
    for kid in words.of(at, "advmod", "cc"):
        if lemmas[kid] in _NOT and not (kid and lemmas[kid] == "no"):
            return not _is_only(words, kid)
        if lemmas[kid] in ("long", "more") and "no" in (lemmas[one] for one in words.kids[kid]):
            return True
    for kid in words.of(at, "nsubj", "nsubj:pass", "obj"):
        if lemmas[kid] in _NOBODY or words.tokens[kid].text.lower() in _NOBODY:
            return True
        if any(
            lemmas[one] in ("no", "neither") for one in words.of(kid, "det", "advmod", "cc:preconj")
        ):
            return True
    for kid in words.of(at, "obl", "advmod", "obl:npmod"):
        if lemmas[kid] in _NEVER and any(lemmas[one] == "no" for one in words.of(kid, "det")):
            return True
    return any(lemmas[kid] in ("no", "without") for kid in words.of(at, "det", "case"))


def _is_only(words: Words, place: int) -> bool:
    """Tell whether "not" belongs to "not only"."""
    return place + 1 < len(words.lemmas) and words.lemmas[place + 1] in ("only", "just", "least")


def _is_reported(words: Words, at: int) -> bool:
    return any(
        words.tokens[one].deprel in ("ccomp", "parataxis") for one in (at, *words.above(at))
    ) or words.has(at, "parataxis")


def _conditioned(words: Words, at: int, told: Manner) -> Manner:
    for kid in words.of(at, "advcl"):
        if words.mark(kid) in ("if", "unless", "until") and told.modality == "future":
            unless = words.mark(kid) != "until"
            return replace(told, modality="conditional") if unless else told
    first = words.lemmas[0] if words.lemmas else ""
    if first == "should" and words.has(at, "aux") and min(words.of(at, "aux")) == 0:
        return replace(told, modality="hypothetical")
    question = words.tokens[-1].text == "?" or words.tokens[-2:][0].text == "?"
    if question and words.tokens[at].deprel == "root":
        return replace(told, modality="interrogative")
    return told


def _governed(words: Words, at: int, effects: Mapping[int, Effect], told: Manner) -> Manner | None:
    """Apply what the word above makes of the clause that a word is head of."""
    effect = effects.get(at)
    if effect is None:
        effect = _by_governor(words, at)
    told = _weighed(words, at, told)
    if effect in ("keep", "plan", "ask") and _is_denied_above(words, at):
        told = _negated(told)
    if effect == "drop":
        return None
    if effect == "deny":
        return _negated(told)
    if effect == "charge":
        return replace(told, is_charged=True)
    if effect == "plan" and told.modality == "actual":
        return replace(told, modality="future")
    if effect == "ask" and told.modality == "actual":
        return replace(told, modality="normative")
    return told


def _weighed(words: Words, at: int, told: Manner) -> Manner:
    """Return how an act is told after what the word above leaves of it: "it seems that …"."""
    head, relation = words.tokens[at].head, words.tokens[at].deprel
    if head == at or relation not in (*_SERIAL, "csubj", "csubj:outer", "csubj:pass"):
        return told
    lemma = words.lemmas[head]
    level = _DEGREES.get(lemma)
    is_that = words.mark(at) in ("that", "") and words.has_own_subject(at)
    is_passive = words.has(head, "aux:pass", "nsubj:pass")
    is_said_of_it = words.has(head, "expl", "cop") or is_passive
    is_adjective = not words.is_verb(head) and (words.mark(at) == "to" or is_that)
    if level and (is_adjective or lemma in _ACTIVE or is_passive):
        told = _doubted(told, level)
    if lemma == "unlikely" and told.modality == "actual" and words.mark(at) == "to":
        told = replace(told, modality="future")
    if is_that and is_said_of_it and not words.is_verb(head):
        if lemma in _UNTRUE or (lemma in ("true", "case", "correct") and _is_negated(words, head)):
            return _negated(told)
        if lemma in _OUGHT and told.modality == "actual":
            return replace(told, modality="normative")
    return told


def _is_denied_above(words: Words, at: int) -> bool:
    """Tell whether the word above an infinitive is denied: "does not plan to", "no plans to"."""
    token = words.tokens[at]
    if token.head == at or token.deprel not in ("xcomp", "acl") or words.mark(at) != "to":
        return False
    head = token.head
    if words.lemmas[head] in ("have", "be") and words.is_verb(head):
        return _is_negated(words, head)
    return _is_negated(words, head) or any(
        words.lemmas[kid] == "no" for kid in words.of(head, "det")
    )


def _by_governor(words: Words, at: int) -> Effect | None:
    """Return what the word above makes of an infinitive or a clause."""
    token = words.tokens[at]
    head = token.head
    if head == at or token.deprel not in _SERIAL or not words.is_verb(at):
        return None
    mark = words.mark(at)
    special = _by_auxiliary(words, at, head)
    if special is not None:
        return special
    known = governors().get(words.lemmas[head])
    is_bare = token.xpos in ("VB", "VBG", "NN", "VBP") and token.deprel in ("xcomp", "advcl", "acl")
    if mark == "to" or (token.deprel == "xcomp" and is_bare):
        if token.deprel == "acl" and words.tokens[head].deprel in ("root", "nsubj"):
            return known or ("plan" if words.tokens[head].upos == "PROPN" else "drop")
        return known or "drop"
    is_gerund = token.deprel in ("xcomp", "advcl") and token.xpos == "VBG"
    is_clause = token.deprel == "ccomp" and token.xpos != "VBD"
    applies = (known == "deny" and is_gerund) or (known == "plan" and is_clause)
    return known if applies else None


def _by_auxiliary(words: Words, at: int, head: int) -> Effect | None:
    """Return what "has to", "has yet to", "is going to" and "ought to" make of an infinitive."""
    lemma, xpos, mark = words.lemmas[head], words.tokens[head].xpos, words.mark(at)
    if _SHORT.get(lemma) == mark:
        return "deny"
    return _by_to(words, at, head, lemma, xpos) if mark == "to" else None


def _by_to(words: Words, at: int, head: int, lemma: str, xpos: str) -> Effect | None:
    beside = {words.lemmas[kid] for kid in words.of(head, "advmod")}
    if lemma in ("have", "be", "remain") and "yet" in beside:
        return "deny"
    if lemma == "have" and xpos in ("VBZ", "VBP", "VB") and words.tokens[at].deprel == "xcomp":
        return "ask"
    if lemma == "go" and xpos == "VBG":
        return "plan"
    is_time = lemma == "time" and words.has(head, "cop")
    return "ask" if is_time or words.tokens[head].text.lower() == "ought" else None


def _arranged(words: Words, at: int, told: Manner) -> Manner:
    """Return how an act is told whose verb is one of "is to": what is arranged for."""
    kids = words.of(at, "cop", "aux")
    helping = [kid for kid in kids if words.lemmas[kid] == "be" and words.tokens[kid].xpos in _NOW]
    marks = [kid for kid in words.of(at, "mark") if words.lemmas[kid] == "to"]
    is_to = bool(helping) and any(kid > helping[0] for kid in marks)
    return replace(told, modality="future") if is_to and told.modality == "actual" else told


_NOW: Final = ("VBZ", "VBP")


def _is_supposed(words: Words, at: int) -> bool:
    """Tell whether an act stands in a condition that begins its sentence without "if"."""
    tokens = words.tokens
    comma = next((i for i, one in enumerate(tokens) if one.text == ","), 0)
    if not comma or at > comma or tokens[-1].text == "?":
        return False
    first = tokens[0].text.lower()
    later = {words.lemmas[i] for i in range(comma, len(tokens))}
    if first in _INVERTED and later & (_WILL | _WOULD | _MAY):
        return True
    opening = " ".join(one.text for one in tokens[:at])
    return _SUPPOSING.search(f"{opening} ") is not None


def _negated(told: Manner) -> Manner:
    other = "negative" if told.polarity == "positive" else "positive"
    return replace(told, polarity=other)


def _doubted(told: Manner, level: str) -> Manner:
    levels = _LESS_CERTAIN
    worst = max(told.certainty, level, key=levels.index)
    return replace(told, certainty=worst)


def _hypothetical(told: Manner) -> Manner:
    return replace(told, modality="hypothetical")
