"""What accepted claims name and reference data lacks, as records of reference data.

Each names the claims it was accepted with, as what it rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from demarche_ingest.candidates.records import NewThing
from demarche_ingest.seeds.claims import ClaimRecord
from demarche_ingest.seeds.crosscheck import claim_names
from demarche_ingest.seeds.reference import ActorRecord, ReferenceFile
from demarche_ontology import terms
from demarche_ontology.errors import Problem

_ORGANS: Final = frozenset(terms.ACTOR_KINDS) - {"State", "Person", "Public", "DeFactoAuthority"}
"""Kinds of actors that may be the organ of a state or an organisation."""

KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(terms.PLACE_KINDS, "places"),
    **dict.fromkeys(("Actor", *terms.ACTOR_KINDS), "actors"),
    "Office": "offices",
    "Event": "events",
    "Issue": "issues",
    "Position": "positions",
    "Treaty": "treaties",
}
"""The list of a reference file that holds things of a class. An `Actor` may be of any kind."""


def named(claim: ClaimRecord) -> list[str]:
    """Return what a claim names, each once, in the order of its roles."""
    return list(dict.fromkeys(name for name, _, _ in claim_names(claim)))


def needed(names: Iterable[str], things: Mapping[str, NewThing]) -> tuple[NewThing, ...]:
    """Return those things that are named, and what they are of."""
    found: dict[str, NewThing] = {}
    waiting = list(names)
    while waiting:
        thing = things.get(waiting.pop(0))
        if thing is not None and thing.id not in found:
            found[thing.id] = thing
            waiting += [thing.of] if thing.of else []
    return tuple(found[name] for name in sorted(found))


def reference(
    things: Iterable[NewThing],
    claims: Mapping[str, Sequence[str]],
    issues: Collection[str],
    problems: list[Problem],
) -> ReferenceFile:
    """Return new things as records of reference data.

    claims: by a thing's id, the claims that name it, as "<article>/<claim>". issues: that are
    known; a position on no issue gets one of its own. What cannot be a record is added to the
    problems.
    """
    lists: dict[str, list[Any]] = {}
    for thing in sorted(things, key=lambda one: one.id):
        name = KINDS.get(thing.type)
        if name is None:
            problems.append(_unkind(thing))
            continue
        resting = tuple(sorted(claims.get(thing.id, ())))
        for list_name, record in _records(thing, name, resting, issues):
            lists.setdefault(list_name, []).append(record)
    try:
        return ReferenceFile.model_validate(lists)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            at = item["loc"]
            subject = lists[str(at[0])][int(at[1])]["id"] if len(at) > 1 else ""
            what = ".".join(map(str, at[2:]))
            remedy = "correct the thing while accepting a claim that names it"
            problems.append(Problem("", 0, subject, f"{what}: {item['msg']}", remedy))
        return ReferenceFile()


def _records(
    thing: NewThing, name: str, claims: Sequence[str], issues: Collection[str]
) -> list[tuple[str, Any]]:
    record: dict[str, Any] = {"id": thing.id, "label": thing.label, "claims": claims}
    if thing.type == "Actor":  # of a kind that nobody has told
        return [(name, ActorRecord.model_construct(**record, type=thing.type))]
    if name in {"actors", "places"}:
        record["type"] = thing.type
    if name == "actors" and thing.of and thing.type in _ORGANS:
        record["body_of"] = thing.of
    if name == "offices":
        record["office_of"] = thing.of
    if name == "issues":
        record["definition"] = _proposed(thing.label)
    if name == "positions":
        told = thing.of if thing.of in issues else None
        issue = told or issue_of(thing.id)
        record |= {"definition": _proposed(thing.label), "issue": issue}
        if told is None:
            about = f"What is to be said to: {thing.label}"[:300]
            made = {"id": issue, "label": about, "definition": about, "claims": claims}
            return [(name, record), ("issues", made)]
    return [(name, record)]


def issue_of(position: str) -> str:
    """Return the id of the issue that is made for a new position which names none."""
    return f"issue-of-{position}"[:120].rstrip("-")


def _proposed(label: str) -> str:
    return f"{label} (worded from a document that was reviewed)"[:300]


def _unkind(thing: NewThing) -> Problem:
    remedy = f"give it one of the classes {', '.join(sorted(KINDS))}"
    return Problem("", 0, thing.id, f"{thing.type!r} is no class that a new thing can have", remedy)
