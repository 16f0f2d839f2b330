"""Codes of the Correlates of War and of Gleditsch and Ward for states."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import rdata
from tables import Tables, english_states

_EPOCH: Final = date(1970, 1, 1)
_OPEN: Final = date(9999, 12, 31)


class Entry(NamedTuple):
    """A state in a list. number, letters: its codes; is_current: the list gives it no end."""

    number: str
    letters: str
    name: str
    is_current: bool


def entries(path: Path) -> list[Entry]:
    """Read a list of states as the R package `states` has it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of R's classes of days, which are but numbers here
        (table,) = rdata.read_rda(path, default_encoding="utf-8").values()
    return [
        Entry(
            str(int(row.iloc[0])),
            row.iloc[1],
            row["country_name"],
            _EPOCH + timedelta(days=int(row["end"])) >= _OPEN,
        )
        for _, row in table.iterrows()
    ]


def matched(
    listed: list[Entry], states: Mapping[str, str], own: Mapping[str, str], former: set[str]
) -> Iterator[tuple[str, Entry]]:
    """Yield ids with the entries that are theirs.

    states: ids by lower-case English names; own: ids by number, where the name does not tell;
    former: the states that exist no more, whose last entry counts.
    """
    last = {entry.number: entry for entry in listed}
    for entry in last.values():
        key = own.get(entry.number) or _by_name(entry.name, states)
        if key and (entry.is_current != (key in former)):
            yield key, entry


def _by_name(name: str, states: Mapping[str, str]) -> str:
    """Return the id of the state that a name is of: "Russia (Soviet Union)" may be two."""
    forms = (name, *re.split(r"[()/]", name))
    found = {states[form.strip().lower()] for form in forms if form.strip().lower() in states}
    return found.pop() if len(found) == 1 else ""


def war_codes(tables: Tables, folder: Path, decisions: dict[str, Any]) -> None:
    """Add the codes of the Correlates of War and of Gleditsch and Ward.

    Every state that both the tables and a list have must be found, or the run ends.
    """
    states = english_states(tables, decisions)
    former = set(decisions["former"])
    for scheme, letters, name in (("cow", "cow-abbreviation", "cow"), ("gw", "", "gw")):
        listed = entries(folder / f"{name}states.rda")
        found = dict(matched(listed, states, decisions["codes"][scheme], former))
        wanted = set(states.values()) - former - set(decisions["codes"]["none"])
        if missing := sorted(wanted - set(found)):
            sys.exit(f"{name}states.rda: no code is found for {', '.join(missing)}")
        for key, entry in found.items():
            for kind, value in ((scheme, entry.number), (letters, entry.letters)):
                row = {"id": key, "scheme": kind, "value": value, "source": f"{name}-states"}
                tables.codes.extend([row] if kind else [])
