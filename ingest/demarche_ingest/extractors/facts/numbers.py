"""Numbers that texts give: people, troops, the dead, money, areas, ages, votes (codebook §6.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from demarche_ingest.candidates.model import Agent, AttributeFound, Candidate, Time
from demarche_ingest.extractors.facts.befalling import (
    Count,
    bare_obliques,
    befalling,
    is_toll,
    lemma_of,
    of_people,
)
from demarche_ingest.extractors.facts.factuality import SURE, held
from demarche_ingest.extractors.facts.figures import VAGUE, comparator, figures, gerund
from demarche_ingest.extractors.facts.making import Fact, claimed
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.extractors.rules.manner import Manner
from demarche_ingest.identity import local_name
from demarche_ingest.texts import Span

_DET: Final = re.compile(
    r"^(?:(?:the|an?|its|their|his|her|our|these|those|this|other|another|first|last|all|some|about"
    r"|around|nearly|almost|over|more|than|at|least|up|to|of)\s+)+",
    re.IGNORECASE,
)
_LONGEST: Final = 40
_MANY: Final = 20
"""A number below which things that are counted only belong to what is told of them."""
_CURRENCIES: Final = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_SHARES: Final = frozenset(("percent", "%", "cent"))
_BEFALLEN: Final = frozenset(("casualties", "detainees", "displaced-people"))
"""What happens to people, which is told of what happened and not of whose they are."""
_NAMING: Final = frozenset(("of", "from", "in"))
"""Prepositions that tell of which things a number is."""
_SIDES: Final = re.compile(r"(?:\s+by)?\s+(\d+)(?:\s+votes)?(?:\s+to\s+|\s?[-–]\s?)(\d+)\b")
_FORMER: Final = re.compile(r"\b(?:up|down) from (?:the )?[$€£¥]?$")
"""What a number was before: "up from 1,200"."""
_FORMER_REACH: Final = 16
_RATE: Final = re.compile(r"\s+(?:an?|per|each|every)\s+(hour|day|week|night|month|year)\b")


def numbers(clauses: Clauses) -> Iterator[Candidate]:
    """Yield the numbers that one sentence gives."""
    for count in (*_exact(clauses), *_vague_ones(clauses)):
        yield from _counted(clauses, count)
    for at, token in enumerate(clauses.tokens):
        if token.upos == "VERB":
            yield from _nobody(clauses, at)
    yield from _ages(clauses)
    yield from _votes(clauses)


# --- reading ---------------------------------------------------------------------------------


def _exact(clauses: Clauses) -> Iterator[Count]:
    words = clauses.words
    for figure in figures(words):
        token = clauses.tokens[figure.at]
        if clauses.is_time(figure.first) or clauses.is_time(figure.at):
            continue
        noun = token.head if token.deprel in ("nummod", "compound") else figure.at
        start = clauses.tokens[figure.first].span.start
        if not _FORMER.search(clauses.reading.text, max(0, start - _FORMER_REACH), start):
            noun = _counted_noun(clauses, noun, figure.at)
            yield Count(figure.at, noun, figure.value, "", start)


def _vague_ones(clauses: Clauses) -> Iterator[Count]:
    for at, token in enumerate(clauses.tokens):
        if (text := token.text.lower()) in VAGUE and not clauses.is_time(at):
            yield Count(at, _counted_noun(clauses, at, at), None, text, token.span.start)


def _counted_noun(clauses: Clauses, noun: int, at: int) -> int:
    if noun == at and (of := clauses.words.oblique(at, "of")):
        if clauses.tokens[of[0]].upos == "PRON":
            return at  # "eleven of them"
        noun = of[0]
    if _is_before_noun(clauses, noun) and not _is_measure(clauses, noun):
        noun = clauses.tokens[noun].head
    return noun


def _is_before_noun(clauses: Clauses, at: int) -> bool:
    """Say whether a noun is the first part of another: "200 police trainees"."""
    token = clauses.tokens[at]
    return token.deprel == "compound" and token.head > at


def _is_measure(clauses: Clauses, at: int) -> bool:
    """Say whether a noun measures what another names: money, land, a share."""
    lemma = clauses.words.lemmas[at]
    names = ("currencies", "areas", "measures")
    is_listed = any(lemma in listed(name) for name in names)
    return is_listed or clauses.tokens[at].text in _CURRENCIES or lemma in _SHARES


def _label(clauses: Clauses, count: Count) -> str:
    """Return what is counted, in words without the number."""
    kept = [
        place
        for place in clauses.inside(count.noun)
        if place != count.at and not _is_aside(clauses, place, count)
    ]
    case = set(clauses.words.of(count.noun, "case"))
    text = " ".join(clauses.tokens[place].text for place in kept if place not in case)
    text = re.sub(r"\s+(['’]s?)\b", r"\1", text)
    return _DET.sub("", text.replace(" - ", "-").removeprefix("dead ")).strip(" ,")


def _is_aside(clauses: Clauses, place: int, count: Count) -> bool:
    """Say whether a word of a phrase tells nothing of what is counted: of the number, or when."""
    chain = [place, *clauses.words.above(place)]
    if count.noun not in chain or place == count.noun:
        return place != count.noun
    branch = chain[chain.index(count.noun) - 1]
    if branch == count.at or clauses.tokens[branch].upos == "NUM":
        return True
    if clauses.tokens[branch].deprel not in ("nmod", "nmod:unmarked", "nmod:desc", "obl"):
        return False
    if clauses.words.case(branch) not in _NAMING:
        return True
    is_named = clauses.words.case(branch) != "in" or clauses.mention_at(branch) is not None
    return not is_named or clauses.is_time(branch)


# --- what is counted -------------------------------------------------------------------------


def _counted(clauses: Clauses, count: Count) -> Iterator[Candidate]:
    found = _kind(clauses, count)
    if found is None:
        return
    attribute, unit = found
    verb = clauses.predicate(count.noun)
    told: Manner | None = SURE if verb is None else held(clauses.words, verb)
    subject = _subject(clauses, count, verb, attribute)
    if subject is None or told is None or told.polarity == "negative":
        return
    if attribute == "quantity" and told.certainty == "possible":
        return  # of how many things it may be is no claim apart from the act
    how = _comparator(clauses, count)
    content = AttributeFound(subject, attribute, text=_vague(count, unit))
    if count.value is not None:
        content = AttributeFound(subject, attribute, count.value, unit, how)
    trigger = clauses.tokens[count.at].span
    passage = clauses.phrase(count.noun) if verb is None else clauses.asserted(verb)
    fact = Fact(
        content,
        Span(min(passage.start, trigger.start), max(passage.end, trigger.end)),
        trigger,
        f"number/{attribute}",
        0.75 if attribute != "quantity" else 0.65,
        told,
        time=_when(clauses, verb, told),
    )
    yield claimed(clauses, fact)


def _comparator(clauses: Clauses, count: Count) -> str:
    """Return how a number is meant; the "over" of "handed over two" belongs to the verb."""
    first = next(at for at, token in enumerate(clauses.tokens) if token.span.end > count.start)
    is_particle = first > 0 and clauses.tokens[first - 1].deprel == "compound:prt"
    return "exactly" if is_particle else comparator(clauses.reading.text, count.start)


def _vague(count: Count, unit: str) -> str:
    if unit in ("", "dead", "wounded", "hurt"):
        return f"{count.text} {unit}".strip()
    return f"{count.text} of {unit}"


def _when(clauses: Clauses, verb: int | None, told: Manner) -> Time | None:
    time = clauses.time(verb) if verb is not None else None
    if time is not None:
        return time
    if told.modality != "actual":
        return None
    return clauses.before() if verb is not None and clauses.is_past(verb) else clauses.today()


def _kind(clauses: Clauses, count: Count) -> tuple[str, str] | None:
    """Return which attribute a number tells and what it counts; none where it tells none."""
    noun = clauses.tokens[count.noun]
    lemma = clauses.words.lemmas[count.noun]
    if lemma in listed("areas"):
        return _area(clauses, count)
    if _is_measure(clauses, count.noun):
        unit = "per cent" if lemma in _SHARES else _CURRENCIES.get(noun.text, noun.text.lower())
        return "quantity", unit
    label = "" if count.is_bare else _label(clauses, count)
    if is_toll(clauses, count):
        return "casualties", "dead"
    return of_people(clauses, count, label) or _quantity(clauses, count, label)


def _quantity(clauses: Clauses, count: Count, label: str) -> tuple[str, str] | None:
    noun = clauses.tokens[count.noun]
    lemma = clauses.words.lemmas[count.noun]
    left_out = listed("uncounted") | listed("spans") | listed("uncountable") | listed("people")
    if lemma in left_out - (set() if count.is_few else listed("people")):
        return None
    if not label or noun.upos != "NOUN":
        return None
    if count.value is None or count.value < _MANY:
        return None
    rate = _RATE.match(clauses.reading.text, noun.span.end)
    unit = label if len(label) <= _LONGEST else noun.text
    return "quantity", f"{unit} a {rate[1]}" if rate else unit


def _area(clauses: Clauses, count: Count) -> tuple[str, str] | None:
    unit = clauses.tokens[count.noun].text.lower()
    if "hectare" in unit or "acre" in unit:
        return "area", unit
    between = [clauses.tokens[place].text.lower() for place in range(count.at + 1, count.noun)]
    if [word for word in between if word != "-"] != ["square"]:
        return None
    return "area", f"square {unit}"


# --- of what ---------------------------------------------------------------------------------


def _subject(clauses: Clauses, count: Count, verb: int | None, attribute: str) -> Agent | None:
    """Return what a number is said of: an actor that has so many, or what happens to them."""
    if _is_measure(clauses, count.noun):
        return _measured(clauses, count, verb)
    words, token = clauses.words, clauses.tokens[count.noun]
    owner = _owner(clauses, count.noun) if attribute not in _BEFALLEN else None
    if owner is not None:
        return owner
    if verb is not None and words.lemmas[verb] in listed("has"):
        return next(iter(clauses.agents(words.doers(verb))), None)
    label = "people" if count.is_bare else _label(clauses, count)
    done = next(befalling(clauses, count), "")
    if is_toll(clauses, count):
        label = "death toll"
    elif done and (count.at != count.noun or count.is_bare):
        label = f"{gerund(done)} of {label}"
    elif _is_of_noun(clauses, count.noun):
        label = f"{clauses.tokens[token.head].text} of {label}"
    elif verb is not None and _is_argument(clauses, count.noun, verb):
        label = f"{gerund(lemma_of(clauses, verb))} of {label}"
    elif count.is_bare:
        label = "people dead or wounded"
    return _made(clauses, label, count)


def _is_of_noun(clauses: Clauses, at: int) -> bool:
    token = clauses.tokens[at]
    is_of = token.deprel == "nmod" and clauses.words.case(at) == "of"
    return is_of and clauses.words.is_nominal(token.head)


def _measured(clauses: Clauses, count: Count, verb: int | None) -> Agent | None:
    """Return what is as much as a measure says: "trade came to $1.9 bn"."""
    words, token = clauses.words, clauses.tokens[count.noun]
    if _is_of_noun(clauses, count.noun):
        return _owner(clauses, token.head) or _thing(clauses, token.head, count.noun)
    if token.deprel == "compound" and token.head > count.noun:
        return _thing(clauses, token.head, count.noun)
    if clauses.words.has(count.noun, "cop"):
        subjects = [one for one in words.subjects(count.noun) if one < count.noun]
        return _thing(clauses, subjects[0]) if subjects else None
    if verb is not None and words.lemmas[verb] in listed("runs_up"):
        who = next(iter(clauses.agents(words.doers(verb))), None)
        label = f"{gerund(words.lemmas[verb])} by {who.label}" if who else ""
        return (
            Agent(local_name(label), label, clauses.phrase(count.noun), True, "Event")
            if who
            else None
        )
    if verb is None or words.lemmas[verb] not in listed("amounts"):
        return None
    subjects = [one for one in words.subjects(verb) if one != count.noun]
    return _thing(clauses, subjects[0]) if subjects and subjects[0] < verb else None


def _owner(clauses: Clauses, noun: int) -> Agent | None:
    owners = clauses.agents(clauses.words.of(noun, "nmod:poss"))
    return owners[0] if owners else None


def _thing(clauses: Clauses, at: int, without: int | None = None) -> Agent | None:
    """Return what a noun phrase means, a thing of its own if nothing is known of it.

    without: the part of the phrase that only measures it.
    """
    if (agent := clauses.agent(at)) is not None:
        return agent
    aside = set(clauses.words.of(at, "case"))
    if without is not None:
        aside |= set(clauses.words.subtree(without))
    kept = [place for place in clauses.inside(at) if place not in aside]
    label = _DET.sub("", " ".join(clauses.tokens[place].text for place in kept))
    if clauses.tokens[at].upos == "PRON" or not 2 < len(label) <= 2 * _LONGEST:
        return None
    return Agent(local_name(label), label, clauses.phrase(at), True, "Event")


def _made(clauses: Clauses, label: str, count: Count) -> Agent | None:
    """Return what is counted as a thing; none where its label would tell nothing."""
    if not label or label.lower() in listed("people"):
        return None
    return Agent(local_name(label), label, clauses.phrase(count.noun), True, "Event")


def _is_argument(clauses: Clauses, at: int, verb: int) -> bool:
    """Say whether a noun is subject or object of a verb that tells of a happening."""
    words = clauses.words
    if words.lemmas[verb] in listed("speech"):
        return False
    plain = (*words.subjects(verb), *words.objects(verb), *words.doers(verb))
    return at in plain or at in bare_obliques(clauses, verb)


def _nobody(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "no one was hurt": none."""
    words = clauses.words
    lemma = words.lemmas[at]
    if lemma not in listed("kills") | listed("wounds"):
        return
    for kid in words.of(at, "nsubj:pass", "nsubj"):
        text = clauses.text(clauses.phrase(kid)).lower()
        if text not in ("no one", "nobody", "none"):
            continue
        told = held(words, at)
        unit = "dead" if lemma in listed("kills") else "hurt"
        label = f"{gerund(lemma)} of people"
        subject = Agent(local_name(label), label, clauses.phrase(kid), True, "Event")
        if told is not None:
            fact = Fact(
                AttributeFound(subject, "casualties", 0, unit, "exactly"),
                clauses.asserted(at),
                clauses.tokens[at].span,
                "number/nobody",
                0.7,
                Manner(modality=told.modality, certainty=told.certainty),
                time=_when(clauses, at, told),
            )
            yield claimed(clauses, fact)


def _votes(clauses: Clauses) -> Iterator[Candidate]:
    """Yield how many voted on each side: "voted 81 to 6"."""
    for at in range(len(clauses.tokens)):
        if clauses.words.lemmas[at] != "vote":
            continue
        token = clauses.tokens[at]
        match = _SIDES.match(clauses.reading.text, token.span.end, clauses.sentence.span.end)
        told = held(clauses.words, at)
        if match is None or told is None:
            continue
        voters = clauses.agents(clauses.words.doers(at)) if clauses.words.is_verb(at) else []
        label = f"vote of {voters[0].label}" if voters else "vote"
        subject = Agent(local_name(label), label, token.span, True, "Event")
        for place, unit in ((1, "votes for"), (2, "votes against")):
            fact = Fact(
                AttributeFound(subject, "quantity", float(match[place]), unit, "exactly"),
                clauses.asserted(at),
                Span(match.start(place), match.end(place)),
                "number/votes",
                0.85,
                told,
                time=_when(clauses, at, told),
            )
            yield claimed(clauses, fact)


def _ages(clauses: Clauses) -> Iterator[Candidate]:
    """Yield how old people are said to be: "the 52-year-old Ms Quist", "Ada Quist, 52,"."""
    for mention in clauses.mentions:
        agent = clauses.reading.agent_of(mention)
        if agent is None or not clauses.fits(agent, "person"):
            continue
        text = clauses.reading.text
        before = text[
            max(clauses.sentence.span.start, mention.span.start - 16) : mention.span.start
        ]
        after = text[mention.span.end : mention.span.end + 8]
        old = re.search(r"\b(\d{1,3})-year-old\s+$", before)
        aged = re.match(r",\s(?:aged\s)?(\d{2})[,.;]", after)
        match = old or aged
        if match is None or not 1 < int(match[1]) < 120:
            continue
        start = mention.span.start - len(before) + old.start(1) if old else mention.span.start
        end = mention.span.end if old or not aged else mention.span.end + aged.end(1)
        passage = Span(start, end)
        fact = Fact(
            AttributeFound(agent, "age", float(match[1]), "years", "exactly"),
            passage,
            passage,
            "number/age",
            0.9,
            SURE,
            presupposed=True,
            time=clauses.today(),
        )
        yield claimed(clauses, fact)
