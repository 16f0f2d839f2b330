"""How an act is told: as done or to come, denied, doubted, asked, taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final, cast

import yaml

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.frames import Effect
from demarche_ingest.extractors.rules.words import Words

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
    content = files("demarche_ingest.extractors.rules").joinpath("governors.yaml")
    lists = cast("dict[Effect, str]", yaml.safe_load(content.read_text("utf-8")))
    return {word: effect for effect, words in lists.items() for word in words.split()}


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
        told = _own(words, clause, cast("Manner", told))
        here = inside = clause
    while told is not None:
        told = _governed(words, here, effects, told)
        if told is None:
            return None
        head, relation = words.tokens[here].head, words.tokens[here].deprel
        if head == here or relation in ("acl:relcl", "parataxis", "appos"):
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
    if helping & _MAY:
        told = _doubted(told, "possible")
        told = replace(told, modality="future")
    elif helping & _MUST:
        told = replace(told, modality="normative")
    elif helping & (_WILL | _WOULD):
        would = bool(helping & _WOULD) and not _is_reported(words, at)
        told = replace(told, modality="conditional" if would else "future")
    for kinds, level in ((_PASSED_ON, "underspecified"), (_PROBABLE, "probable")):
        if beside & kinds:
            told = _doubted(told, level)
    if any(lemmas[kid] == "due" for kid in words.of(at, "case", "amod")):
        told = replace(told, modality="future")  # "is due in Lima"
    if beside & _POSSIBLE:
        told = _doubted(told, "possible")
    return _conditioned(words, at, told)


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
        if lemmas[kid] == "long" and "no" in (lemmas[one] for one in words.kids[kid]):
            return True
    for kid in words.of(at, "nsubj", "nsubj:pass", "obj"):
        if lemmas[kid] in _NOBODY or words.tokens[kid].text.lower() in _NOBODY:
            return True
        if any(lemmas[one] in ("no", "neither") for one in words.of(kid, "det", "advmod")):
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


def _by_governor(words: Words, at: int) -> Effect | None:
    """Return what the word above makes of an infinitive or a clause."""
    token = words.tokens[at]
    head = token.head
    if head == at or token.deprel not in _SERIAL or not words.is_verb(at):
        return None
    mark = words.mark(at)
    known = governors().get(words.lemmas[head])
    is_bare = token.xpos in ("VB", "VBG", "NN", "VBP") and token.deprel in ("xcomp", "advcl", "acl")
    if mark == "to" or (token.deprel == "xcomp" and is_bare):
        if token.deprel == "acl" and words.tokens[head].deprel in ("root", "nsubj"):
            return known or ("plan" if words.tokens[head].upos == "PROPN" else "drop")
        return known or "drop"
    if known == "deny" and token.deprel in ("xcomp", "advcl") and token.xpos == "VBG":
        return "deny"
    if known == "plan" and token.deprel == "ccomp":
        return "plan"
    return None


def _negated(told: Manner) -> Manner:
    other = "negative" if told.polarity == "positive" else "positive"
    return replace(told, polarity=other)


def _doubted(told: Manner, level: str) -> Manner:
    levels = _LESS_CERTAIN
    worst = max(told.certainty, level, key=levels.index)
    return replace(told, certainty=worst)


def _hypothetical(told: Manner) -> Manner:
    return replace(told, modality="hypothetical")
