"""The shipped states, organisations, memberships and treaties against what they were taken from."""

import csv
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.crosscheck import crosscheck
from demarche_ingest.seeds.library import Seeds, read_seeds
from demarche_ingest.seeds.reference import (
    ActorRecord,
    MembershipRecord,
    NamedRecord,
    ReferenceFile,
    Sourced,
)
from demarche_ontology.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "seeds" / "reference"
SHARED = ROOT.parent / "shared"
NAMES = ("sources", "states", "organizations", "memberships", "treaties")

SCHEME_COLUMNS = {
    "iso3166-alpha2": "ISO3166-1-Alpha-2",
    "iso3166-alpha3": "ISO3166-1-Alpha-3",
    "iso3166-numeric": "ISO3166-1-numeric",
    "un-m49": "M49",
    "geonames": "Geoname ID",
    "wikidata": "wikidata_id",
}
NAME_COLUMNS = {"ru": "ru", "fr": "fr", "es": "es", "ar": "ar", "zh": "cn"}
CSTO = {"armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia", "tajikistan"}


def load(path: Path) -> ReferenceFile:
    content = yamlfile.read(path, path.name).content or {}
    return ReferenceFile.model_validate(content, by_alias=True)


@pytest.fixture(scope="module")
def files() -> dict[str, ReferenceFile]:
    return {name: load(REFERENCE / f"{name}.yaml") for name in NAMES}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a seeds folder with nothing but the five files: they stand on their own."""
    (tmp_path / "reference").mkdir()
    for name in NAMES:
        shutil.copy(REFERENCE / f"{name}.yaml", tmp_path / "reference")
    return tmp_path


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    """Return the rows of the data set by ISO 3166-1 alpha-3."""
    path = SHARED / "data" / "country-codes.csv"
    if not path.is_file():
        pytest.skip("the data set country-codes is not beside the checkout")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["ISO3166-1-Alpha-3"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def facts() -> list[str]:
    path = SHARED / "reference-facts.md"
    if not path.is_file():
        pytest.skip("the fact sheet is not beside the checkout")
    return path.read_text(encoding="utf-8").splitlines()


def states(files: dict[str, ReferenceFile]) -> list[ActorRecord]:
    return [actor for actor in files["states"].actors if actor.type == "State"]


def coded(files: dict[str, ReferenceFile]) -> list[ActorRecord]:
    """Return the states that have a row in the data set."""
    return [state for state in states(files) if state.source == "country-codes"]


def code(record: NamedRecord, scheme: str) -> str | None:
    values = [code.value for code in record.codes if code.scheme == scheme]
    assert len(values) <= 1, f"{record.id} has {len(values)} codes of the scheme {scheme}"
    return values[0] if values else None


def row_of(state: NamedRecord, rows: dict[str, dict[str, str]]) -> dict[str, str]:
    return rows[code(state, "iso3166-alpha3") or ""]


def called(record: NamedRecord) -> set[str]:
    return {record.label, *(name.form for name in record.names)}


def column(row: dict[str, str], scheme: str) -> str:
    """Return a code as its standard writes it: three digits, Wikidata's Q-id."""
    value = row[SCHEME_COLUMNS[scheme]].rsplit("/", 1)[-1]
    return value.zfill(3) if scheme in {"iso3166-numeric", "un-m49"} else value


def pairs(lines: list[str], start: str, pattern: str) -> dict[str, str]:
    """Return the (name, code) pairs in the one line of the fact sheet that starts so."""
    (line,) = [line for line in lines if line.startswith(start)]
    found = dict(re.findall(pattern, line.removeprefix(start)))
    assert found, f"no pair in the line {start!r}"
    return found


# --- the data set ---


@pytest.mark.parametrize("scheme", SCHEME_COLUMNS)
def test_codes_of_states_equal_the_rows_of_the_data_set(files, rows, scheme) -> None:
    ours = {state.id: code(state, scheme) for state in coded(files)}
    theirs = {state.id: column(row_of(state, rows), scheme) for state in coded(files)}
    assert ours == theirs
    assert len(ours) == len(set(ours.values()))


def test_only_a_state_without_a_row_has_no_codes(files, rows) -> None:
    labels = {row["CLDR display name"] for row in rows.values()}
    rest = [state for state in states(files) if state.source != "country-codes"]
    assert [state.codes for state in rest] == [() for _ in rest]
    assert not labels & {state.label for state in rest}


def test_names_of_states_equal_the_rows_of_the_data_set(files, rows) -> None:
    for state in coded(files):
        row = row_of(state, rows)
        expected = {(row["CLDR display name"], "en"), (row["official_name_en"], "en")}
        expected |= {(row[f"official_name_{key}"], lang) for lang, key in NAME_COLUMNS.items()}
        expected -= {(state.label, "en")}
        ours = {(n.form, n.lang) for n in state.names if n.source == "country-codes"}
        assert ours == expected, state.id


def test_no_name_repeats_the_label(files) -> None:
    """SKOS S13: no literal is both a preferred and an alternative label."""
    for file in files.values():
        for record in named(file):
            spelled = [(name.form, name.lang) for name in record.names]
            assert (record.label, "en") not in spelled, record.id
            assert len(spelled) == len(set(spelled)), record.id


def test_places_are_the_capitals_of_the_data_set_but_for_the_dated_one(files, rows) -> None:
    capitals = {row_of(state, rows)["Capital"]: state.id for state in coded(files)}
    labels = {place.label for place in files["states"].places}
    assert {capitals[label] for label in labels} == {s.id for s in coded(files)} - {"kazakhstan"}


# --- the fact sheet ---


def test_cow_and_gleditsch_ward_codes_are_those_of_the_fact_sheet(files, facts) -> None:
    expected = pairs(facts, "ISO 3166-1 alpha-3 / numeric COW", r"\b([A-Z]{3}) (\d{3})\b")
    for scheme in ("cow", "gw"):
        assert codes_by_alpha3(files, scheme) == expected


def test_vdem_codes_are_those_of_the_fact_sheet(files, facts) -> None:
    expected = pairs(facts, "V-Dem:", r"\b([A-Z]{3}) (\d+)")
    assert codes_by_alpha3(files, "vdem") == expected


def test_cow_letter_codes_are_those_of_the_fact_sheet(files, facts) -> None:
    expected = pairs(facts, "COW letter codes", r"\b([A-Z][a-z]+) ([A-Z]{3})\b")
    ours = {state.label: code(state, "cow-abbreviation") for state in coded(files)}
    assert {label: value for label, value in ours.items() if value} == expected


def codes_by_alpha3(files: dict[str, ReferenceFile], scheme: str) -> dict[str | None, str]:
    found = ((code(state, "iso3166-alpha3"), code(state, scheme)) for state in coded(files))
    return {alpha3: value for alpha3, value in found if value}


def test_wikidata_items_of_organisations_are_the_checked_ones(files, facts) -> None:
    checked = pairs(facts, "| Organisations |", r"([A-Z][A-Za-z ]*) (Q\d+)")
    organizations = files["organizations"].actors
    ours = {record.id: code(record, "wikidata") for record in organizations}
    for name, item in checked.items():
        (record,) = [record for record in organizations if name in called(record)]
        assert ours.pop(record.id) == item
    assert set(ours.values()) == {None}, "an item that the fact sheet does not have as checked"


def test_wikidata_items_of_states_agree_with_the_fact_sheet(files, facts) -> None:
    checked = pairs(facts, "| States |", r"([A-Z][a-z]+) (Q\d+)")
    for name, item in checked.items():
        (record,) = [record for record in coded(files) if name in called(record)]
        assert code(record, "wikidata") == item


# --- sources, identity, references ---


def named(file: ReferenceFile) -> list[NamedRecord]:
    provisions = [provision for treaty in file.treaties for provision in treaty.provisions]
    lists = (file.actors, file.places, file.offices, file.events, file.issues, file.positions)
    return [*(record for records in lists for record in records), *file.treaties, *provisions]


def sourced(file: ReferenceFile) -> list[Sourced]:
    """Return every record of a file that can name its source, nested ones included."""
    records = named(file)
    below = [child for record in records for child in (*record.names, *record.codes)]
    parties = [party for treaty in file.treaties for party in treaty.parties]
    return [*records, *below, *parties, *file.memberships, *file.tenures, *file.statuses]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sources"])
def test_every_record_has_a_source_that_is_listed(files, name) -> None:
    records = sourced(files[name])
    assert records
    known = {source.id for source in files["sources"].sources}
    assert [record for record in records if record.source not in known] == []


def test_no_wikidata_item_occurs_twice_in_any_reference_file() -> None:
    items = [
        item
        for path in sorted(REFERENCE.glob("**/*.yaml"))
        for record in named(load(path))
        if (item := code(record, "wikidata"))
    ]
    assert items
    assert sorted(items) == sorted(set(items))


def test_no_id_occurs_twice_in_any_reference_file() -> None:
    paths = sorted(REFERENCE.glob("**/*.yaml"))
    ids = [record.id for path in paths for record in named(load(path))]
    assert sorted(ids) == sorted(set(ids))


def test_the_five_files_name_nothing_that_they_do_not_hold(folder: Path) -> None:
    seeds = read_seeds(folder)
    assert crosscheck(seeds) == []
    assert kinds(seeds) == {"actor", "place", "treaty", "provision"}


def kinds(seeds: Seeds) -> set[str]:
    return {entry.kind for entry in seeds.entries.values()}


@pytest.mark.parametrize(
    ("file", "line", "unknown"),
    [
        ("memberships", "member: belarus", "member: belaruss"),
        ("memberships", "organization: eaeu", "organization: eaeuu"),
        ("treaties", "party: kyrgyzstan", "party: kyrgystan"),
        ("treaties", "founds: eaeu", "founds: eaeuu"),
        ("organizations", "body_of: osce", "body_of: oscee"),
        ("states", "source: country-codes", "source: country-code"),
    ],
)
def test_an_unknown_name_in_these_files_is_reported(folder, file, line, unknown) -> None:
    path = folder / "reference" / f"{file}.yaml"
    path.write_text(path.read_text("utf-8").replace(line, unknown, 1), "utf-8")
    (problem,) = crosscheck(read_seeds(folder))
    assert problem.file == f"reference/{file}.yaml"
    assert unknown.split(": ")[1] in problem.message


def test_an_id_used_twice_in_these_files_is_reported(folder: Path) -> None:
    path = folder / "reference" / "organizations.yaml"
    path.write_text(path.read_text("utf-8").replace("id: csto\n", "id: armenia\n", 1), "utf-8")
    with pytest.raises(InputError) as caught:
        read_seeds(folder)
    assert [problem.subject for problem in caught.value.problems] == ["armenia"]


# --- what the records say ---


def members(files: dict[str, ReferenceFile], organization: str, status: str, day: date) -> set[str]:
    return {
        record.member
        for record in files["memberships"].memberships
        if (record.organization, record.status) == (organization, status) and covers(record, day)
    }


def covers(record: MembershipRecord, day: date) -> bool:
    first, last = record.attested
    assert first is not None
    assert last is not None
    return first <= day <= last


@pytest.mark.parametrize("day", [date(2013, 1, 1), date(2014, 5, 29), date(2023, 12, 31)])
def test_csto_has_six_members_throughout(files, day) -> None:
    assert members(files, "csto", "member", day) == CSTO
    assert members(files, "csto", "suspended", day) == set()


def test_nothing_is_attested_outside_what_was_checked(files) -> None:
    for day in (date(2012, 12, 31), date(2024, 1, 1)):
        assert members(files, "csto", "member", day) == set()
    assert members(files, "csto", "suspended", date(2012, 12, 31)) == {"uzbekistan"}


def test_eaeu_members_have_a_beginning_only_where_the_day_is_known(files) -> None:
    records = [r for r in files["memberships"].memberships if r.organization == "eaeu"]
    founded = date(2015, 1, 1)
    assert {r.member: r.valid_from for r in records} == {
        **dict.fromkeys(("belarus", "kazakhstan", "russia"), founded),
        "armenia": date(2015, 1, 2),
        "kyrgyzstan": None,
    }


def test_a_party_to_a_treaty_is_kept_apart_from_a_member(files) -> None:
    treaties = {treaty.id: treaty for treaty in files["treaties"].treaties}
    parties = {party.party for party in treaties["collective-security-treaty"].parties}
    assert parties - CSTO == {"uzbekistan"}
    assert CSTO - parties == {"belarus"}
    assert treaties["collective-security-treaty"].founds is None


def test_eaeu_treaty_binds_its_parties_from_the_days_of_membership(files) -> None:
    (treaty,) = [treaty for treaty in files["treaties"].treaties if treaty.founds == "eaeu"]
    bound = {party.party: party.in_force for party in treaty.parties}
    records = [r for r in files["memberships"].memberships if r.organization == "eaeu"]
    assert bound == {record.member: record.valid_from for record in records}
    assert treaty.in_force == min(day for day in bound.values() if day)
