"""Who decides: coders by their names, each of one kind for good."""

from __future__ import annotations

from typing import Final

from demarche_ingest.identity import local_name
from demarche_ingest.review.journal import Journal
from demarche_ingest.review.model import Coder, Kind
from demarche_ontology.errors import InputError, Problem
from demarche_store.home import Home

NOBODY: Final = Coder(id="nobody", name="nobody", kind="person")
"""For who only looks."""


def coders(home: Home) -> dict[str, Coder]:
    """Return the coders of a home by their ids, as they were first named."""
    found: dict[str, Coder] = {}
    for one in Journal.of(home).assessments():
        found.setdefault(one.coder.id, one.coder)
    return found


def only_coder(home: Home) -> Coder | None:
    """Return the coder of all decisions so far, None where there are none or several."""
    known = list(coders(home).values())
    return known[0] if len(known) == 1 else None


def coder_named(home: Home, name: str, kind: Kind) -> Coder:
    """Return a coder by name or id, a new one where there is none of that name.

    kind: of a new one. Raises InputError for no name, or one of another kind.
    """
    told = " ".join(name.split())[:300]
    known = coders(home)
    if not told:
        names = ", ".join(one.name for one in known.values())
        remedy = f"name one with --coder{f': {names}' if names else ''}"
        raise _refused("nobody is named who decides", remedy)
    coder = known.get(local_name(told))
    if coder is None:
        return Coder(id=local_name(told), name=told, kind=kind)
    if kind == "software" and coder.kind != "software":
        raise _refused(f"{coder.name} is known as a person", "give the program a name of its own")
    if told not in (coder.name, coder.id):
        raise _refused(
            f"the names {told!r} and {coder.name!r} are the same to files", "choose another name"
        )
    return coder


def _refused(message: str, remedy: str) -> InputError:
    return InputError("Nothing was decided.", [Problem("", 0, "", message, remedy)])
