"""What the words around a name decide: place or state, one state or the other, a full form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.reading import Line, Reading, Word
from demarche_ingest.mentions.vocabulary import (
    ADDRESSED,
    AUXILIARIES,
    CONDUCT,
    LOCATIVE,
    OF_PLACES,
    PLAIN_VERBS,
    SPEECH,
)
from demarche_ingest.world import Use

_SHARED: Final = {
    "georgia": re.compile(
        r"\b(?:Atlanta|Savannah|Augusta|Fulton County|Ga\.|U\.?S\.? state|state of Georgia"
        r"|Alabama|Florida|Carolina|Tennessee|governor)\b"
    )
}
"""Names that a part of another state has too, with words that tell of that part."""
_COMMON: Final = frozenset(
    {"turkey", "china", "chad", "polish", "jordan", "georgia", "us", "niger"}
)
"""Names that are common words, or other people's, when all letters are capitals."""
_DATELINE: Final = re.compile(
    r"\s*(?:,\s*[\w. ]{3,20})?\s*(?:\([^)]{2,30}\)\s*)?(?:—|–|--|-)\s"
    r"|,\s*(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2,8})\b"
)
_NEAR_START: Final = 80
_BY: Final = re.compile(r"\b\w+(?:ed|en|wn) by $")
_HAS_DONE: Final = re.compile(
    r"\s+(?:has|had)\s+(?:(?:not|never|also|already|since|now)\s+)?"
    r"(?!(?:been|become|grown|seen|had|long|a|an|the|no|more|many|its|some)\b)[a-z]+"
)
_HAS: Final = re.compile(
    r"\s+has\s+(?:an?|no|every|the|its|little|much|good)\s+(?:[a-z]+\s+)?(?:case|say|point|right|interest"
    r"|stake|reason|choice|plan|duty|veto|quarrel|claim|grievance|answer|idea|need|desire|intention"
    r"|excuse|objection|complaint|doubts?|business|patience)\b"
)
_AFTER_CLAUSE: Final = re.compile(
    rf",[^,.;:\"“”]{{3,60}},\s+(?:{'|'.join(sorted(SPEECH - PLAIN_VERBS))})\b"
)
_TOWARDS: Final = re.compile(
    r"""\b(?:
    (?:message|messages|letter|letters|note|notes|signal|signals|loans?|aid|threats?|warnings?
      |concessions?|offers?|reply|answer|ultimatum|ambassador|envoy|lent|sold|sells|sell|gave|give
      |loyal|close|closer|hostile|opposed|appeals?|appealed|proposals?|protests?|complaints?
      |allied|beholden|friendly|links|ties|support|weapons|arms|gas|oil|according)\ to
    |(?:support|backing|approval|permission|orders|instructions|pressure|apology|apologies|demands?
      |concessions?|assurances?|guarantees?|signals?|messages?|replies|reply|response|answer
      |independence|aid|funding|loans?|weapons|arms|threats?)\ from
    |(?:pressure|sanctions|called|calls|call|calling|tariffs|imposed|relied|relies|depends?
      |dependent|leans?|leaned|influence|urging|prevailed)\ (?:up)?on
    |(?:angry|furious|impatient|relations?|relationship|ties|talks|negotiations|negotiate
      |negotiating|deals?|agreement|agreed|accord|pact|alliance|contacts?|dispute|row|quarrel
      |dealings|patience|representations|consulted|dialogue|trade|cooperation|war|truce|peace
      |sided|siding|sides|disagreed|disagrees|treaty|links|coordinated|coordinating|border
      |differences|disagreements?|dealing|working|worked|works)\ with
    |against
    |(?:support|backing|budget|funding|aid|loans?|credit|money|help|setback|victory|blow)\ for
    |(?:government|governments|patience|interests|support|consent|ally|allies|enemies|critics|view
      |eyes|backing|behest|request|approval|policy|policies|ambitions)\ of
    )\ $""",
    re.VERBOSE | re.IGNORECASE,
)
"""What comes before a capital that is those who govern there: "ties with", "pressure on"."""
_MADE_TO: Final = re.compile(
    r"\b(?:wants?|wanted|press(?:es|ed)?|push(?:es|ed)?|allow(?:s|ed)?|forc(?:es|ed?)|permits?"
    r"|permitted|helps?|helped|expects?|expected|invit(?:es|ed?)|oblig(?:es|ed?)|led|leads?|get"
    r"|orders?|ordered|lets?|made|makes?|begg?(?:ed|s)|implor(?:es|ed?)|lobb(?:ies|ied)) $"
)
_TO_DO: Final = re.compile(r"\s+(?:not\s+)?to\s+[a-z]+|\s+[a-z]+")
_PEOPLES: Final[tuple[Use, ...]] = ("adjective", "people")
_CONDUCT: Final = re.compile(rf"['’]s?\s+(?:[a-z-]+\s+)?(?:{'|'.join(sorted(CONDUCT))})\b")


def settle(reading: Reading, mentions: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Decide what the names alone leave open. The order stays."""
    named = _named(mentions)
    doubtful = {
        mention.candidates[0]
        for mention in mentions
        if mention.rule == "person-or-place"
        and not _has_signs(reading, mention.candidates[0], named, gazetteer)
    }
    found = []
    lines = iter(reading.lines)
    line = next(lines, None)
    for mention in mentions:
        while line is not None and line.span.end <= mention.span.start:
            line = next(lines, None)
        if line is not None:
            made = _one(reading, line, mention, gazetteer, named)
            found.append(_doubted(made, doubtful))
        else:
            found.append(mention)
    return _pairs(reading, found, gazetteer)


def _doubted(mention: Mention, doubtful: set[str]) -> Mention:
    """Open a name that may be a person's here; settle it where the state is spoken of."""
    if mention.how == "name" and mention.target in doubtful:
        only = (mention.target,)
        return replace(mention, target=None, candidates=only, rule="person-or-place")
    if mention.rule == "person-or-place" and mention.candidates[0] not in doubtful:
        return replace(mention, target=mention.candidates[0], candidates=())
    return mention


def _named(mentions: Sequence[Mention]) -> Counter[str]:
    """Count how often each thing is meant without doubt."""
    return Counter(mention.target for mention in mentions if mention.target is not None)


def _one(
    reading: Reading, line: Line, mention: Mention, gazetteer: Gazetteer, named: Counter[str]
) -> Mention:
    if mention.how == "place" and mention.target in gazetteer.metonyms:
        return _place(reading, line, mention, gazetteer, named)
    if mention.target is None:
        certain = [key for key in mention.candidates if named[key]]
        if len(certain) == 1 and len(mention.candidates) > 1:
            return replace(mention, target=certain[0], rule="named-elsewhere")
        return mention
    form = reading.text[mention.span.start : mention.span.end]
    if line.is_loud and form.lower() in _COMMON:
        return _loud(reading, mention, mention.target, form, named)
    if mention.how == "name" and mention.target in _SHARED:
        return _shared(reading, mention, mention.target, named, gazetteer)
    return mention


def _loud(
    reading: Reading, mention: Mention, target: str, form: str, named: Counter[str]
) -> Mention:
    """Decide whether a word in a line of capitals is a name: if the name stands elsewhere too."""
    if named[target] > _shouted(reading, form):
        return replace(mention, rule="named-elsewhere")
    return replace(mention, target=None, candidates=(target,), rule="capitals-only")


def _shouted(reading: Reading, form: str) -> int:
    """Return how often a form stands in lines of capitals."""
    return sum(
        len(re.findall(rf"\b{re.escape(form)}\b", reading.text[line.span.start : line.span.end]))
        for line in reading.lines
        if line.is_loud
    )


def _shared(
    reading: Reading, mention: Mention, state: str, named: Counter[str], gazetteer: Gazetteer
) -> Mention:
    """Decide between a state and a part of another that has its name."""
    other = _SHARED[state].search(reading.text) is not None
    signs = _has_signs(reading, state, named, gazetteer)
    states = {key for key in named if key != state and gazetteer.entities[key].type == "State"}
    if signs or (len(states) > 1 and not other):
        return replace(mention, rule="shared-name")
    return replace(mention, target=None, candidates=(state,), rule="shared-name")


def _has_signs(reading: Reading, state: str, named: Counter[str], gazetteer: Gazetteer) -> bool:
    """Say whether an article speaks of a state by its adjective or its capital too."""
    own = {form for use in _PEOPLES for form in gazetteer.names(state, use)}
    seats = [place for place, actors in gazetteer.metonyms.items() if state in actors]
    return any(named[place] for place in seats) or any(
        re.search(rf"\b{re.escape(form)}\b", reading.text) for form in own
    )


# --- places that stand for actors ------------------------------------------------------------


def _place(
    reading: Reading, line: Line, mention: Mention, gazetteer: Gazetteer, named: Counter[str]
) -> Mention:
    place = mention.target or ""
    actors = gazetteer.metonyms[place]
    actors = tuple(actor for actor in actors if named[actor]) or actors  # "Brussels" for the Union
    before, after = line.before(mention.span.start), line.after(mention.span.end)
    word = before.form.lower() if before else ""
    tail = _tail(reading, line, mention.span.start)
    has_conduct = _CONDUCT.match(reading.text, mention.span.end) is not None
    if has_conduct or _TOWARDS.search(tail):
        rule = "conduct-of-place" if has_conduct else "place-addressed"
        return _stands_for(mention, actors, rule)
    if word in LOCATIVE and not _possesses(reading, mention):
        return replace(mention, rule="after-preposition")
    if _is_dateline(reading, line, mention):
        return replace(mention, rule="dateline")
    if word in {*ADDRESSED, "by"} or _BY.search(tail) or _is_made_to(reading, tail, mention):
        rule = "place-addressed"
    elif _is_doing(reading, line, mention, after):
        rule = "place-that-acts"
    else:
        rule, candidates = "place-or-actor", (place, *actors)
        return replace(mention, target=None, candidates=candidates, rule=rule)
    return _stands_for(mention, actors, rule)


def _is_doing(reading: Reading, line: Line, mention: Mention, after: Word | None) -> bool:
    """Say whether a place says, decides or has done something."""
    end = mention.span.end
    if _HAS.match(reading.text, end) is not None:
        return True
    if _HAS_DONE.match(reading.text, end) or _AFTER_CLAUSE.match(reading.text, end):
        return True
    verb = after.form if after is not None and _touches(reading, end, after.start) else ""
    if verb in AUXILIARIES:
        verb = _verb_behind(reading, line, after)
    says = verb in SPEECH - PLAIN_VERBS and not _is_joined(reading, mention)
    return says or _acts(line, mention)


def _is_made_to(reading: Reading, tail: str, mention: Mention) -> bool:
    """Say whether somebody wants a place to do something: "wants Harare to pay"."""
    if _MADE_TO.search(tail) is None:
        return False
    match = _TO_DO.match(reading.text, mention.span.end)
    return match is not None and " to " in f"{match.group()} "


def _tail(reading: Reading, line: Line, place: int) -> str:
    """Return the end of what a sentence has before a place."""
    return reading.text[max(line.span.start, place - _NEAR_START) : place]


def _possesses(reading: Reading, mention: Mention) -> bool:
    return reading.text[mention.span.end : mention.span.end + 2] in {"'s", "’s"}


def _is_joined(reading: Reading, mention: Mention) -> bool:
    """Say whether a place is the second of two, or depends on a noun: "the mayor of Baku said"."""
    before = reading.text[max(0, mention.span.start - 40) : mention.span.start].split()
    if not before or before[-1].lower() not in {"of", "and", "or"}:
        return False
    if before[-1].lower() == "of" or len(before) < 2:
        return True
    return before[-2][:1].isupper()


_AHEAD: Final = 4
_ADVERBS: Final = frozenset({"not", "never", "also", "already", "since", "now", "repeatedly"})


def _verb_behind(reading: Reading, line: Line, auxiliary: Word | None) -> str:
    """Return the verb of "has not promised", as the list of verbs has it; "" if another."""
    start = auxiliary.end if auxiliary is not None else 0
    for word in line.words[line.first_from(start) :][:_AHEAD]:
        if word.form in _ADVERBS:
            continue
        if reading.text[start : word.start].strip():
            break
        return word.form if word.form in SPEECH else f"{word.form}s"
    return ""


def _stands_for(mention: Mention, actors: tuple[str, ...], rule: str) -> Mention:
    place = mention.target or mention.candidates[0]
    if len(actors) == 1:
        return replace(mention, how="metonym", target=actors[0], candidates=(place,), rule=rule)
    return replace(mention, how="metonym", target=None, candidates=actors, rule=rule)


def _acts(line: Line, mention: Mention) -> bool:
    """Say whether a parser makes a place the subject of what places do not do."""
    heads = list(line.tokens.values())
    inside = [token for token in heads if mention.span.covers(token.span)]
    outer = [
        token for token in inside if token.head >= len(heads) or heads[token.head] not in inside
    ]
    token = outer[0] if len(outer) == 1 else None  # the head of "New Delhi"
    if token is None or token.deprel != "nsubj":
        return False
    head = heads[token.head] if token.head < len(heads) else None
    return head is not None and head.upos == "VERB" and head.lemma not in OF_PLACES


def _touches(reading: Reading, end: int, start: int) -> bool:
    return not reading.text[end:start].strip()


def _is_dateline(reading: Reading, line: Line, mention: Mention) -> bool:
    at_start = mention.span.start == line.span.start
    ahead = reading.text[mention.span.end : mention.span.end + _NEAR_START]
    return at_start and _DATELINE.match(ahead) is not None


_BETWEEN: Final = frozenset({"between", "with", "against"})


def _pairs(reading: Reading, mentions: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Let "between Baku and Yerevan" and "Baku and Yerevan agreed" mean the states."""
    found = list(mentions)
    for number in range(len(found) - 1):
        first, second = found[number], found[number + 1]
        if reading.text[first.span.end : second.span.start].strip() != "and":
            continue
        if not (_is_open(first, gazetteer) and _is_open(second, gazetteer)):
            continue
        before = reading.text[max(0, first.span.start - 12) : first.span.start].lower().split()
        after = reading.text[second.span.end : second.span.end + 24].split()
        joined = bool(before) and before[-1] in _BETWEEN
        acting = bool(after) and after[0] in SPEECH - PLAIN_VERBS
        if joined or acting:
            for place in (number, number + 1):
                if found[place].rule == "place-or-actor":
                    actors = found[place].candidates[1:]
                    found[place] = _stands_for(found[place], actors, "pair-of-places")
    return found


def _is_open(mention: Mention, gazetteer: Gazetteer) -> bool:
    """Say whether a mention is a place that may stand for an actor, or an actor already."""
    if mention.rule == "place-or-actor" or mention.how == "metonym":
        return True
    entity = gazetteer.entities.get(mention.target or "")
    return mention.how == "name" and entity is not None and not entity.is_place
