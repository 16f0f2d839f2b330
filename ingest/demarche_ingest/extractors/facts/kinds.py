"""What kinds of things stand in a relation, by their class or, where that is open, their name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from demarche_ingest.candidates.model import Agent
from demarche_ontology import terms

ACTORS: Final = frozenset(terms.ACTOR_KINDS)
PLACES: Final = frozenset(terms.PLACE_KINDS)
STATES: Final = frozenset(("State", "DeFactoAuthority"))
ORGANISATIONS: Final = frozenset(
    ("InternationalOrganization", "MilitaryAlliance", "EconomicUnion", "Organization", "Court")
)
_ORGANISED: Final = ORGANISATIONS | {
    *("Company", "MediaOutlet", "NewsAgency", "PoliticalParty", "CivilSocietyOrganization"),
    *("GovernmentBody", "ArmedGroup", "NonStateActor"),
}
_GOVERNMENTS: Final = STATES | {"GovernmentBody", "EconomicUnion"}
_MEMBERS: Final = ACTORS - {"Person", "MediaOutlet", "NewsAgency", "Public"}
_TREATY: Final = re.compile(
    r"\b(?:treaty|convention|charter|accords?|agreements?|pact|protocol|statute|covenant"
    r"|declaration|compact)\b",
    re.IGNORECASE,
)
_BODY: Final = re.compile(
    r"\b(?:organi[sz]ation|union|alliance|league|bloc|community|council|court|commission|party"
    r"|movement|front|institute|university|centre|center|bank|company|corporation|agency|group"
    r"|association|federation|committee|foundation|ministry|authority|board|fund|network|herald"
    r"|times|post|gazette|monitor|broadcaster|radio|news|review|college|school|congress|assembly)\b",
    re.IGNORECASE,
)
_LAND: Final = re.compile(
    r"\b(?:islands?|islets?|isles?|shoals?|reefs?|atolls?|archipelago|peninsula|cape|strip|enclave"
    r"|valley|plateau|heights|ridge|oasis|triangle|delta|basin|shelf|province|region|district)\b",
    re.IGNORECASE,
)
_PARTY: Final = re.compile(r"\b(?:party|movement|front)\b", re.IGNORECASE)


def fits(agent: Agent, kind: str, wanted: str) -> bool:
    """Say whether a thing is of a kind that a pattern wants.

    kind: its class, "" where that is open. wanted: one of `KINDS`.
    """
    return _FITS[wanted](agent, kind)


def _named_body(agent: Agent) -> bool:
    return agent.is_new and _BODY.search(agent.label) is not None


def _named_treaty(agent: Agent) -> bool:
    return agent.is_new and _TREATY.search(agent.label) is not None


def _named_land(agent: Agent) -> bool:
    return agent.is_new and _LAND.search(agent.label) is not None


def _is_open(agent: Agent, kind: str) -> bool:
    """Say whether nothing tells what a new name is of."""
    return agent.is_new and kind == "" and not _named_treaty(agent)


def _is_actor(agent: Agent, kind: str) -> bool:
    return kind in ACTORS or _named_body(agent) or _is_open(agent, kind)


def _is_person(agent: Agent, kind: str) -> bool:
    return (kind == "Person" or _is_open(agent, kind)) and not _named_body(agent)


def _is_organisation(agent: Agent, kind: str) -> bool:
    is_party = _PARTY.search(agent.label) is not None
    return kind in ORGANISATIONS or (_named_body(agent) and not is_party)


def _is_organised(agent: Agent, kind: str) -> bool:
    return kind in _ORGANISED or _named_body(agent)


def _of(kinds: frozenset[str]) -> Callable[[Agent, str], bool]:
    return lambda _, kind: kind in kinds


_FITS: Final[dict[str, Callable[[Agent, str], bool]]] = {
    "actor": _is_actor,
    "body": lambda agent, kind: _is_organised(agent, kind) or _is_open(agent, kind),
    "government": _of(_GOVERNMENTS),
    "happening": lambda _, kind: kind == "Event",
    "land": lambda agent, kind: kind in PLACES or (kind == "" and _named_land(agent)),
    "member": _of(_MEMBERS),
    "organisation": _is_organisation,
    "organised": _is_organised,
    "person": _is_person,
    "state": _of(STATES),
    "state-or-land": _of(STATES | PLACES),
    "treaty": lambda agent, kind: kind == "Treaty" or _named_treaty(agent),
}
KINDS: Final = tuple(_FITS)
"""What may be asked of a thing."""
