"""The one sentence of ours that says a candidate, made from its coding (codebook 8).

It names who asserts and what, in neutral verbs, and holds no run of the text's words but names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from demarche_ingest import times
from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    Content,
    EventFound,
    RelationFound,
    StanceFound,
    Telling,
)
from demarche_ingest.candidates.wording import (
    COMPARATORS,
    DESCRIBING,
    EVENTS,
    RELATIONS,
    STANCES,
    STATUSES,
)
from demarche_ingest.identity import COMMENTER

_LONGEST: Final = 600
_LABEL: Final = 80
_NAMED: Final = 4
"""People and bodies that are named in one place; of more it is said how many they are."""
_OWN_RUN: Final = 7
"""So many words in a row, alike in the text, make a sentence the text's."""
_DAY: Final = re.compile(r"\d{4}(-\d\d){0,2}")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DOUBTS: Final = {
    "probable": "probably, ",
    "possible": "possibly, ",
    "underspecified": "by what is passed on, ",
}
_UNNAMED: Final = "an unnamed party"
_UNNAMED_OUTLET: Final = "unnamed-outlet-"
"""How attribution names outlets of which a text tells nothing."""


def statement(candidate: Candidate, certainty: str, passage: str) -> str:
    """Return the sentence of a candidate: its extractor's if that is our own, else a made one.

    passage: its words in the text.
    """
    own = " ".join(candidate.statement.split())
    if 3 <= len(own) <= _LONGEST and not repeats(own, passage):
        return own
    told = _lead(candidate) + _DOUBTS.get(certainty, "") + _said(candidate)
    if len(told) > _LONGEST - 1:
        told = f"{told[: _LONGEST - 2].rstrip()}…"
    return f"{told[0].upper()}{told[1:]}."


def repeats(sentence: str, passage: str) -> bool:
    """Tell whether a sentence has a run of words that stand in a row in a passage."""
    ours, theirs = _words(sentence), f" {' '.join(_words(passage))} "
    runs = (ours[at : at + _OWN_RUN] for at in range(len(ours) - _OWN_RUN + 1))
    return any(f" {' '.join(run)} " in theirs for run in runs)


def event_label(found: EventFound, edtf: str) -> str:
    """Return a neutral name of an event: what, who, when."""
    what = " ".join(filter(None, (found.category, *found.modes[:1]))).capitalize()
    who = ", ".join(map(_name, (*found.actors, *found.recipients)[:_NAMED]))
    return " ".join(f"{what}: {who or _UNNAMED}{_when(edtf)}".split())[:300]


# --- who says so ---------------------------------------------------------------------------------


def _lead(candidate: Candidate) -> str:
    telling = candidate.telling
    verb = "takes for granted" if candidate.presupposed else ""
    if telling.voice == "reader-comment":
        return f"a reader {verb or 'writes'} that "
    outlet, speaker = _name(telling.chain[0]), _name(telling.chain[-1])
    if telling.voice in ("headline", "caption"):
        outlet = f"a {telling.voice} of {outlet}"
    if len(telling.chain) == 1:
        says = "says" if telling.voice in ("headline", "caption") else "reports"
        return f"{outlet} {verb or says} that "
    if telling.voice == "author":
        return f"{speaker} {verb or 'writes'} in {outlet} that "
    through = "".join(f", citing {_name(one)}" for one in telling.chain[1:-1])
    return f"according to {outlet}{through}, {speaker} {verb or _verb(telling)} that "


def _verb(telling: Telling) -> str:
    return "states" if telling.voice == "official-document" else "said"


# --- what ----------------------------------------------------------------------------------------


def _said(candidate: Candidate) -> str:
    content: Content = candidate.content
    edtf = candidate.time.edtf if candidate.time else ""
    if isinstance(content, EventFound):
        told = _event(content, candidate)
    elif isinstance(content, RelationFound):
        joined = STATUSES.get(content.status) or RELATIONS.get(content.predicate, "relates to")
        told = f"{_name(content.subject)} {_turned(joined, candidate)} {_name(content.object)}"
    elif isinstance(content, AttributeFound):
        told = _attribute(content, candidate)
    else:
        told = _stance(content, candidate)
    return told + _when(edtf)


def _event(found: EventFound, candidate: Candidate) -> str:
    keys = [f"{found.category}/{mode}" for mode in found.modes] + [found.category]
    base, past, joint = next(EVENTS[key] for key in keys if key in EVENTS).split("|")
    who = _list(found.actors) or _UNNAMED
    told = f"{who} {_tense(base, past, candidate)}"
    others = [one for one in found.recipients if one not in found.actors]
    if others:
        told += f"{joint} {_list(others)}"
    elif not joint and not found.recipients:
        told += " somebody or something"
    if found.affected:
        told += f", to the harm of {_list(found.affected)}"
    if found.place is not None:
        told += f", in {_name(found.place)}"
    return told


def _tense(base: str, past: str, candidate: Candidate) -> str:
    no = " not" if candidate.polarity == "negative" else ""
    match candidate.modality:
        case "future":
            return f"will{no} {base}"
        case "hypothetical" | "conditional":
            return f"would{no} {base}"
        case "normative":
            return f"should{no} {base}"
        case "interrogative":
            return f"perhaps {past}" if not no else f"perhaps did not {base}"
    return f"did not {base}" if no else past


def _attribute(found: AttributeFound, candidate: Candidate) -> str:
    who, is_ = _name(found.subject), _turned("is", candidate)
    joined = DESCRIBING.get(found.attribute)
    if joined is not None and found.number is None:
        value = f"“{found.text}”" if found.attribute == "name" else found.text
        return f"{who} {is_} {joined}{value}"
    value = found.text
    if found.number is not None:
        shown = int(found.number) if found.number == int(found.number) else found.number
        value = f"{COMPARATORS.get(found.comparator, '')}{shown:,} {found.unit}".rstrip()
    what = found.attribute.replace("-", " ")
    return f"the {what} told of {who} {is_} {value}"


def _stance(found: StanceFound, candidate: Candidate) -> str:
    side = _turned(STANCES.get(found.value, "takes a side on"), candidate)
    told = f"{_name(found.actor)} {side} the position “{_name(found.position)}”"
    return f"{told} for {_name(found.on_behalf_of)}" if found.on_behalf_of else told


def _turned(verb: str, candidate: Candidate) -> str:
    """Return a verb of the present as its modality and polarity have it."""
    no = candidate.polarity == "negative"
    first, _, rest = verb.partition(" ")
    base = " ".join(filter(None, ("be" if first == "is" else _base(first), rest)))
    auxiliary = {
        "future": "will",
        "hypothetical": "would",
        "conditional": "would",
        "normative": "should",
    }.get(candidate.modality)
    if auxiliary:
        return f"{auxiliary}{' not' if no else ''} {base}"
    if candidate.modality == "interrogative":
        verb = f"perhaps {verb}" if not no else verb
    if not no:
        return verb
    return f"is not {rest}".rstrip() if first == "is" else f"does not {base}"


def _base(verb: str) -> str:
    return verb.removesuffix("s")


# --- names and dates -----------------------------------------------------------------------------


def _list(agents: Sequence[Agent]) -> str:
    names = list(dict.fromkeys(map(_name, agents)))
    if len(names) > _NAMED:
        names = [*names[:_NAMED], f"{len(names) - _NAMED} others"]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _name(agent: Agent) -> str:
    if COMMENTER.fullmatch(agent.id):
        return "a reader"
    if agent.id.startswith(_UNNAMED_OUTLET):
        return "an outlet that is not named"
    told = " ".join(agent.label.split()).rstrip(".")
    return f"{told[: _LABEL - 1].rstrip()}…" if len(told) > _LABEL else told or "somebody unnamed"


def _when(edtf: str) -> str:
    """Return a time as people write it, with a space before; "" for an open one on both sides."""
    if not edtf or edtf == "../..":
        return ""
    first, slash, last = edtf.partition("/")
    if not slash:
        on = "on" if len(edtf) == 10 else "in"
        return f", {on} {_date(edtf)}" if _DAY.fullmatch(edtf) else f" ({edtf})"
    if first == ".." and _DAY.fullmatch(last):
        return f", by {_date(last)}"
    if last == ".." and _DAY.fullmatch(first):
        return f", from {_date(first)} on"
    return f" ({edtf})"


def _date(edtf: str) -> str:
    interval = times.parse(edtf)
    day = interval.earliest
    if day is None:
        return edtf
    parts = [str(day.day)] * (len(edtf) == 10) + [_MONTHS[day.month - 1]] * (len(edtf) >= 7)
    return " ".join([*parts, str(day.year)])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
