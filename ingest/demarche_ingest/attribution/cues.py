"""The words by which a text tells who says what, as they stand in `cues.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, cast

import yaml

from demarche_ingest.mentions.folding import fold

Sort = Literal["saying", "thinking", "doing", "judging", "naming", "voicing", "passing"]
"""What a verb does, see `cues.yaml`."""

_VOWELS: Final = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb that tells who says what. certainty: what it leaves of a fact told with it."""

    lemma: str
    sort: Sort
    certainty: str = "certain"


@cache
def rules() -> dict[str, Any]:
    """Return all that stands in the file."""
    content = files("demarche_ingest.attribution").joinpath("cues.yaml").read_text("utf-8")
    return cast("dict[str, Any]", yaml.safe_load(content))


@cache
def words(name: str) -> frozenset[str]:
    """Return a list of words."""
    return frozenset(rules()[name].split())


@cache
def verbs() -> dict[str, Verb]:
    """Return each form of each verb, in small letters."""
    left = {
        lemma: certainty
        for certainty, listed in rules()["certainty"].items()
        for lemma in listed.split()
    }
    found: dict[str, Verb] = {}
    for sort, group in rules()["verbs"].items():
        for entry in group["verbs"].split():
            lemma = entry.partition("/")[0]
            verb = Verb(lemma, cast("Sort", sort), left.get(lemma, "certain"))
            for form in forms(entry):
                found.setdefault(form, verb)
    return found


@cache
def passives() -> frozenset[str]:
    """Return the past participles after which nobody is named: "is said to"."""
    entries = rules()["passive"].split()
    known = {entry.partition("/")[0]: entry for entry in _entries()}
    told = (known.get(entry, entry) for entry in entries)
    return frozenset(form for entry in told for form in forms(entry) if not form.endswith("ing"))


def _entries() -> list[str]:
    return [entry for group in rules()["verbs"].values() for entry in group["verbs"].split()]


def forms(entry: str) -> tuple[str, ...]:
    """Return the forms of a verb: the infinitive, then irregular ones after slashes."""
    lemma, *irregular = entry.split("/")
    stem = lemma.removesuffix("e")
    root = lemma if lemma.endswith("ee") else stem
    ending = next((f for f in irregular if f.endswith("ing")), f"{root}ing")
    past = [f for f in irregular if not f.endswith("ing")] or [f"{stem}ed"]
    if lemma[-1] == "y" and lemma[-2] not in _VOWELS:
        past = [f"{lemma[:-1]}ied" if one == f"{lemma}ed" else one for one in past]
        return (lemma, f"{lemma[:-1]}ies", *past, f"{lemma}ing")
    hissing = lemma.endswith(("s", "sh", "ch", "x"))
    return (lemma, f"{lemma}{'es' if hissing else 's'}", *past, ending)


@cache
def agencies() -> dict[str, str]:
    """Return the names of agencies as they are written, by their folded form."""
    return {fold(name).text: name for name in rules()["agencies"].splitlines() if name}


@cache
def official() -> re.Pattern[str]:
    """Return what heads a document that speaks for whoever gives it out."""
    return re.compile("|".join(rules()["official"]), re.IGNORECASE)


@cache
def heading(name: str) -> re.Pattern[str]:
    """Return how headings of a sort begin: "formal" or "speech"."""
    return re.compile(rules()[name], re.IGNORECASE)


@cache
def is_outlet_name(name: str) -> bool:
    """Tell whether a name is one of an outlet or agency, by the words of it."""
    folded = fold(name).text
    return folded in agencies() or bool(set(re.findall(r"\w+", folded)) & words("outlets"))
