"""The world's tables: complete, consistent, neutral, and one with the seeds."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from demarche_ingest.seeds.library import Seeds, read_seeds
from demarche_ingest.seeds.reference import ActorRecord, NamedRecord, PlaceRecord
from demarche_ingest.world import TABLES, Thing, World, rows, world
from demarche_ontology import terms

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "ingest" / "demarche_ingest" / "world"
MEMBERS_OF_THE_UNITED_NATIONS = 193


@pytest.fixture(scope="module")
def tables() -> World:
    return world()


@pytest.fixture(scope="module")
def things(tables: World) -> dict[str, Thing]:
    return {thing.id: thing for thing in (*tables.actors, *tables.places)}


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return read_seeds(ROOT / "seeds")


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_plain(table: str) -> None:
    lines = (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    width = lines[0].count("\t")
    assert all(line.count("\t") == width for line in lines)
    assert not any('"' in line for line in lines)
    assert len(rows(table)) == len(lines) - 1


def test_ids_are_slugs_and_stand_once(tables: World) -> None:
    ids = [thing.id for thing in (*tables.actors, *tables.places)]
    assert [key for key, count in Counter(ids).items() if count > 1] == []
    assert [key for key in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)] == []


def test_every_row_names_a_source_with_a_licence(tables: World) -> None:
    known = {source.id for source in tables.sources if source.licence and source.publisher}
    for table in TABLES[1:]:
        assert {row["source"] for row in rows(table)} <= known, table


def test_types_are_of_the_ontology(things: dict[str, Thing]) -> None:
    kinds = {thing.type for thing in things.values()}
    assert kinds <= {*terms.ACTOR_KINDS, *terms.PLACE_KINDS}


def test_rows_are_about_known_things(tables: World, things: dict[str, Thing]) -> None:
    assert {name.id for name in tables.names} <= set(things)
    assert {code.id for code in tables.codes} <= set(things)
    assert {thing.body_of for thing in tables.actors} - {""} <= set(things)
    for row in tables.metonyms:
        assert things[row.place].type in terms.PLACE_KINDS
        assert things[row.actor].type in terms.ACTOR_KINDS


def test_states_are_the_members_of_the_united_nations(tables: World) -> None:
    states = {thing.id for thing in tables.actors if thing.type == "State"}
    joined = [row for row in tables.memberships if row.organization == "united-nations"]
    rows = {row.member: row.status for row in joined}
    members = {state for state, status in rows.items() if status == "member"}
    assert len(members) == MEMBERS_OF_THE_UNITED_NATIONS
    assert members <= states
    former = {"soviet-union", "yugoslavia", "czechoslovakia", "east-germany"}
    assert states - members == {"holy-see", *former}


def test_every_state_has_names_peoples_codes_and_a_capital(tables: World) -> None:
    """All but those whose capital is disputed or has the state's name."""
    without_capital = {"israel", "holy-see", "nauru"}
    named_alike = {"djibouti", "luxembourg", "monaco", "san-marino", "singapore"}
    states = {
        row.member
        for row in tables.memberships
        if row.organization == "united-nations" and row.status == "member"
    }
    uses = defaultdict(set)
    for name in tables.names:
        uses[name.id].add(name.use)
    seated = {row.actor for row in tables.metonyms if row.basis == "capital"}
    schemes = defaultdict(set)
    for code in tables.codes:
        schemes[code.id].add(code.scheme)
    for state in states:
        assert {"name", "people"} <= uses[state], state
        wanted = {"iso3166-alpha2", "iso3166-alpha3", "iso3166-numeric", "un-m49"}
        assert wanted <= schemes[state], state
        assert "wikidata" in schemes[state] or state == "namibia", state  # the data set has none
    assert states - seated - without_capital == named_alike


def test_codes_are_well_formed_and_stand_once(tables: World) -> None:
    forms = {
        "iso3166-alpha2": r"[A-Z]{2}",
        "iso3166-alpha3": r"[A-Z]{3}",
        "iso3166-numeric": r"\d{3}",
        "un-m49": r"\d{3}",
        "geonames": r"\d+",
        "wikidata": r"Q\d+",
        "cow": r"\d{1,3}",
        "cow-abbreviation": r"[A-Z]{3}",
        "gw": r"\d{1,3}",
    }
    for code in tables.codes:
        assert re.fullmatch(forms[code.scheme], code.value), code
    seen = Counter((code.scheme, code.value) for code in tables.codes)
    assert [key for key, count in seen.items() if count > 1] == []


def test_every_state_has_the_codes_of_conflict_data(tables: World) -> None:
    """Where the two lists differ is known: they end some states otherwise."""
    by_scheme = defaultdict(dict)
    for code in tables.codes:
        by_scheme[code.scheme][code.id] = code.value
    states = {thing.id for thing in tables.actors if thing.type == "State"}
    cow, gw = by_scheme["cow"], by_scheme["gw"]
    assert states - set(cow) == {"holy-see", "soviet-union", "yugoslavia"}
    assert states - set(gw) == {"holy-see", "soviet-union"}
    assert set(by_scheme["cow-abbreviation"]) == set(cow)
    differing = {key for key in set(cow) & set(gw) if cow[key] != gw[key]}
    island_states = {"kiribati", "nauru", "tonga", "tuvalu"}
    assert differing == {"germany", "serbia", "yemen", *island_states}
    assert (cow["germany"], gw["germany"]) == ("255", "260")


def test_memberships_are_of_states_in_organisations_on_days(
    tables: World, things: dict[str, Thing]
) -> None:
    kinds = {"InternationalOrganization", "MilitaryAlliance", "EconomicUnion"}
    for row in tables.memberships:
        assert things[row.member].type == "State"
        assert things[row.organization].type in kinds
        assert date.fromisoformat(row.attested_from) <= date.fromisoformat(row.attested_until)
        assert re.fullmatch(r"(\d{4}(-\d\d-\d\d)?)?", row.valid_from)
        assert row.valid_from <= row.attested_from
    told = Counter((row.member, row.organization) for row in tables.memberships)
    assert max(told.values()) == 1
    assert len({row.organization for row in tables.memberships}) >= 60


@pytest.mark.parametrize(
    ("organization", "members"),
    [
        ("nordic-council", "denmark finland iceland norway sweden"),
        ("arctic-council", "canada denmark finland iceland norway russia sweden united-states"),
        ("indian-ocean-commission", "comoros france madagascar mauritius seychelles"),
    ],
)
def test_a_member_is_one_with_what_it_includes(
    tables: World, organization: str, members: str
) -> None:
    """The list has "Denmark (including Faroe Islands and Greenland)"."""
    found = {row.member for row in tables.memberships if row.organization == organization}
    assert found == set(members.split())


def test_memberships_agree_with_the_seeds(seeds: Seeds, tables: World) -> None:
    """No state is a member of the CSTO here that the checked facts know as none."""
    members = {row.member for row in tables.memberships if row.organization == "csto"}
    checked = {
        row.member
        for _, file in seeds.references
        for row in file.memberships
        if row.organization == "csto" and row.status == "member"
    }
    assert members == checked


def test_numeric_codes_agree_with_each_other(tables: World) -> None:
    by_scheme = defaultdict(dict)
    for code in tables.codes:
        by_scheme[code.scheme][code.id] = code.value
    for key, value in by_scheme["iso3166-numeric"].items():
        assert by_scheme["un-m49"].get(key, value) == value, key


def test_disputed_territories_have_no_codes_and_are_modelled_alike(tables: World) -> None:
    territories = {thing.id for thing in tables.places if thing.type == "Territory"}
    authorities = {thing.id for thing in tables.actors if thing.type == "DeFactoAuthority"}
    expected = {
        *("kosovo", "taiwan", "palestine", "abkhazia", "south-ossetia", "transnistria"),
        *("northern-cyprus", "western-sahara", "somaliland", "nagorno-karabakh", "crimea"),
    }
    assert expected <= territories
    assert not {code.id for code in tables.codes} & (territories | authorities)
    governed = {row.place for row in tables.metonyms if row.basis == "territory"}
    assert governed == (expected - {"crimea"}) | {"donetsk-region", "luhansk-region"}
    assert all(thing.definition for thing in tables.places if thing.type == "Territory")


def test_no_capital_is_given_where_it_is_disputed(tables: World) -> None:
    capitals = {row.place: row.actor for row in tables.metonyms if row.basis == "capital"}
    assert "jerusalem" not in capitals
    assert "israel" not in capitals.values()


def test_the_seeds_and_the_world_are_one(seeds: Seeds, things: dict[str, Thing]) -> None:
    """The same id means the same thing; what both name has one id."""
    shared = 0
    for key, entry in seeds.entries.items():
        if not isinstance(entry.record, ActorRecord | PlaceRecord):
            continue
        thing = things.get(key)
        if thing is not None:
            shared += 1
            assert thing.label == entry.record.label, key
            narrower = (thing.type, entry.record.type) == ("Place", "Territory")
            assert thing.type == entry.record.type or narrower, key
    assert shared > 60
    labels = {thing.label.lower(): key for key, thing in things.items()}
    strays = {
        key: labels[entry.record.label.lower()]
        for key, entry in seeds.entries.items()
        if isinstance(entry.record, NamedRecord)
        and entry.kind in {"actor", "place"}
        and labels.get(entry.record.label.lower(), key) != key
    }
    assert strays == {}


def test_codes_agree_with_the_seeds(seeds: Seeds, tables: World) -> None:
    ours = {(code.id, code.scheme): code.value for code in tables.codes}
    checked = 0
    for key, entry in seeds.entries.items():
        for code in getattr(entry.record, "codes", ()):
            if (key, code.scheme) in ours:
                checked += 1
                assert ours[key, code.scheme] == code.value, key
    assert checked > 100


def test_codes_agree_with_the_data_set() -> None:
    path = ROOT.parent / "shared" / "data" / "country-codes.csv"
    if not path.is_file():
        pytest.skip("the data set is not here")
    with path.open(encoding="utf-8", newline="") as file:
        found = {row["ISO3166-1-Alpha-3"]: row for row in csv.DictReader(file)}
    codes = defaultdict(dict)
    for row in rows("codes"):
        codes[row["id"]][row["scheme"]] = row["value"]
    for schemes in codes.values():
        if "iso3166-alpha3" not in schemes:
            continue  # of a state that is no more
        row = found[schemes["iso3166-alpha3"]]
        assert row["ISO3166-1-Alpha-2"] == schemes["iso3166-alpha2"]
        assert row["ISO3166-1-numeric"].zfill(3) == schemes["iso3166-numeric"]
        assert row["wikidata_id"].endswith(schemes.get("wikidata", "").strip())


def test_offices_and_tenures_are_of_known_people(tables: World, things: dict[str, Thing]) -> None:
    offices = {office.id: office for office in tables.offices}
    assert len(offices) == len(tables.offices)
    assert {things[office.office_of].type for office in tables.offices} == {"State"}
    for tenure in tables.tenures:
        assert things[tenure.holder].type == "Person"
        assert tenure.office in offices
        assert date.fromisoformat(tenure.valid_from) <= date.fromisoformat(tenure.attested_until)
    held = Counter(tenure.office for tenure in tables.tenures)
    assert max(held.values()) == 1
    assert len(tables.tenures) > 250


def test_nobody_is_known_by_a_given_name_alone(tables: World, things: dict[str, Thing]) -> None:
    people = [name for name in tables.names if things[name.id].type == "Person"]
    assert [name.form for name in people if " " not in name.form] == []


def test_there_are_organisations_of_all_regions(tables: World) -> None:
    kinds = {"InternationalOrganization", "MilitaryAlliance", "EconomicUnion", "Court"}
    found = {thing.id for thing in tables.actors if thing.type in kinds}
    assert len(found) >= 60
    regional = {"african-union", "asean", "mercosur", "gcc", "csto", "european-union", "oas"}
    assert regional <= found
    short = {name.id for name in tables.names if name.use == "abbreviation"}
    assert len(found & short) >= 60
