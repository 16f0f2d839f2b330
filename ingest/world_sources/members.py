"""Who belonged to which organisation, from two lists that must agree and from lists with dates.

The World Factbook's Appendix B of 29 January 2020 lists members by organisation, but some of its
lists were out of date even then (a state that had left still stood there). A membership is taken
over only where a second, later list has it too, and is attested for that one day: a list by other
hands, or, for organisations of which there is none, the state's own entry in a later edition.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import lxml.html
from tables import Tables, english_states

APPENDIX_DAY: Final = "2020-01-29"
"""The day on which the copy of Appendix B was taken from the Factbook's site."""
_MEMBERS: Final = re.compile(r"\s*-\s*\(\d+[^)]*\)\s*(.+)", re.DOTALL)

_INCLUDING: Final = re.compile(r"\s*\((?:includ|for |Greenland)[^)]*\)", re.IGNORECASE)


class Dated(NamedTuple):
    """A member since a day or year. first: EDTF; code: ISO 3166-1 alpha-3."""

    code: str
    first: str


def appendix(page: Path) -> dict[str, list[str]]:
    """Return the names of the members by the heading of their organisation.

    A member with a remark in brackets ("suspended") is left out, save one of what it includes.
    """
    entries: dict[str, list[str]] = {}
    for entry in lxml.html.parse(str(page)).getroot().find_class("appendix-entry"):
        heading = entry.find_class("appendix-entry-name")[0].text_content().strip()
        listed = next(filter(None, (_MEMBERS.fullmatch(tail) for tail in _after(entry))), None)
        if listed is not None:
            names = re.split(r",\s*(?![^(]*\))", _INCLUDING.sub("", listed[1]))
            entries[heading] = [_plain(name) for name in names if "(" not in name]
    return entries


def _after(entry: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield what follows the word "members" in an entry, up to the next list."""
    for word in entry.iter("b", "strong", "em"):
        if word.text_content().strip() == "members":
            parts = [word.tail or ""]
            for element in word.itersiblings():
                if element.tag in {"b", "strong", "em", "br"}:
                    break
                parts += [element.text_content(), element.tail or ""]
            yield " ".join("".join(parts).split("; ")[0].split())


def _plain(name: str) -> str:
    return re.sub(r"^the ", "", name.strip(" .;"), flags=re.IGNORECASE)


def groups(wheel: Path) -> dict[str, set[str]]:
    """Return the alpha-2 codes of the members of the package's groups by the group's id."""
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".json"):
                group = json.loads(archive.read(name))
                found[group["gid"]] = {entry["iso2"] for entry in group["countries"]}
    return found


def agreed(
    listed: Mapping[str, list[str]], later: set[str], heading: str, states: Mapping[str, str]
) -> list[str]:
    """Return the alpha-2 codes that both lists have. states: codes by lower-case English names."""
    codes = (states.get(name.lower(), "") for name in listed[heading])
    return sorted({code for code in codes if code and code in later})


def agreed_by_states(
    listed: Mapping[str, list[str]],
    profiles: Mapping[str, Mapping[str, str]],
    entry: tuple[str, str],
    states: Mapping[str, str],
) -> list[str]:
    """Return the alpha-2 codes of an organisation's members that name it in their own entries too.

    profiles: by alpha-2 code, what the Factbook notes of a state in each organisation, "" for
        plain membership. entry: the organisation's heading in the Appendix, and its abbreviation.
    """
    heading, short = entry
    codes = (states.get(name.lower(), "") for name in listed[heading])
    return sorted({code for code in codes if code and profiles.get(code, {}).get(short) == ""})


def dated(path: Path, column: str) -> list[Dated]:
    """Read a list with the day or year of each member's accession."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Dated(row["Code"], row[column]) for row in csv.DictReader(file)]


def member(
    tables: Tables, who: tuple[str, str], days: tuple[str, str], source: str, **more: str
) -> None:
    """Add that a state belonged to an organisation. days: first and last that are attested."""
    row = {"member": who[0], "organization": who[1], "status": "member", "valid_from": ""}
    attested = {"attested_from": days[0], "attested_until": days[1]}
    tables.memberships.append({**row, **attested, "source": source, **more})


def listed_memberships(
    tables: Tables,
    folder: Path,
    decisions: dict[str, Any],
    profiles: Mapping[str, Mapping[str, str]],
) -> None:
    """Add members of other organisations: with the first day where a list has it, else attested.

    profiles: by the state's id, what its own entry in the Factbook says of organisations.
    """
    ids = {}
    for row in tables.codes:
        if row["scheme"] in {"iso3166-alpha2", "iso3166-alpha3"}:
            ids[row["value"]] = row["id"]
    codes = {row["id"]: row["value"] for row in tables.codes if row["scheme"] == "iso3166-alpha2"}
    names = english_states(tables, decisions) | decisions["factbook_names"]
    states = {name: codes[key] for name, key in names.items() if key in codes}
    dated_memberships(tables, folder, ids, decisions)
    listed = appendix(folder / "FactAppB.html")
    later = groups(folder / "worldcountrygroups-0.5.0-py3-none-any.whl")
    day = APPENDIX_DAY
    for key, (heading, group) in decisions["members"].items():
        for code in agreed(listed, later[group], heading, states):
            member(tables, (ids[code], key), (day, day), "factbook-appendix")
    own = {code: profiles.get(key, {}) for key, code in codes.items()}
    for key, entry in decisions["members_by_state"].items():
        for code in agreed_by_states(listed, own, tuple(entry), states):
            member(tables, (ids[code], key), (day, day), "factbook-entries")


def dated_memberships(
    tables: Tables, folder: Path, ids: dict[str, str], decisions: dict[str, Any]
) -> None:
    """Add members whose accession a list dates.

    Of a year, its last day is surely covered, or the day on which the list had it already.
    """
    for key, entry in decisions["dated_members"].items():
        for code, first in dated(folder / entry["file"], entry["column"]):
            covered = first if "-" in first else min(f"{first}-12-31", entry["until"])
            days = (covered, entry["until"])
            member(tables, (ids[code], key), days, "countrygroups", valid_from=first)
