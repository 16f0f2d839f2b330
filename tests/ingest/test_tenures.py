"""A user's tenures: from a row of a sheet to whom a candidate's chain names on the day."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from pathlib import Path

import openpyxl
import pytest
from pyoxigraph import Triple

from demarche_ingest.candidates.records import CandidateRecord
from demarche_ingest.documents.reading import Wishes, read_data
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.mentions.sheet import COLUMNS
from demarche_ingest.pipeline.coding import code
from demarche_ingest.pipeline.recipe import Recipe, Workshop
from demarche_ingest.review.desk import Desk
from demarche_ingest.review.model import Coder
from demarche_ingest.review.publishing import publish
from demarche_ingest.review.queue import Choice
from demarche_ontology import terms
from demarche_ontology.errors import InputError
from demarche_store.home import Home

HEAD = ("id", "type", "label", "adjectives", "office", "office_of", "from", "until")
ROWS = (
    ("ruritania", "State", "Ruritania", "Ruritanian", "", "", "", ""),
    ("ada-holt", "Person", "Ada Holt", "", "President", "ruritania", "2027-03-01", "2031-05-04"),
    ("bo-lind", "Person", "Bo Lind", "", "President", "ruritania", "2031-05-05", ""),
    ("bo-lind", "", "", "", "Minister of Defence", "ruritania", "2024", "2027-02"),
    ("cy-marsh", "Person", "Cy Marsh", "", "Transport Minister", "ruritania", "..", "2030"),
    ("cy-marsh", "Person", "Cy Marsh", "", "president-of-kenya", "", "2030-01-01", ".."),
    ("dee-holm", "Person", "Dee Holm", "", "President", "kenya", "2028", "2029"),
)


def tsv(folder: Path, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Path:
    path = folder / "actors.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in (head, *rows)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Recipe(actors=(tsv(tmp_path_factory.mktemp("sheet"), *ROWS),)).open()


_NUMBER = count()


def claims(workshop: Workshop, day: str, sentence: str) -> list[CandidateRecord]:
    """Return the candidates of a report of a day."""
    text = f"The road to the coast\n\nThe Esker Post, {day}\n\n{sentence}\n"
    (source,) = read_data(text.encode(), f"{next(_NUMBER)}.txt", Wishes()).sources
    coded = code(source, workshop, "run")
    return [one for article in coded.document.articles for one in article.candidates]


def sources(workshop: Workshop, day: str, sentence: str) -> set[str]:
    """Return who asserts the events that a report of a day tells."""
    found = claims(workshop, day, sentence)
    return {one.claim.chain[-1] for one in found if one.claim.event is not None}


@pytest.mark.parametrize(
    ("day", "who", "speaker"),
    [
        ("3 May 2029", "The Ruritanian president", "ada-holt"),
        ("8 May 2031", "The Ruritanian president", "bo-lind"),
        ("3 May 2029", "The president of Ruritania", "ada-holt"),
        ("8 May 2031", "Ruritania's president", "bo-lind"),
        ("9 June 2026", "Ruritania's defence minister", "bo-lind"),
        ("9 June 2026", "The Ruritanian minister of defence", "bo-lind"),
        ("9 June 2026", "The Ruritanian transport minister", "cy-marsh"),
        ("3 May 2029", "The Kenyan president", "dee-holm"),
        ("8 May 2031", "The president of Kenya", "cy-marsh"),
    ],
)
def test_a_title_without_a_name_is_who_held_the_office_on_the_day(
    workshop: Workshop, day: str, who: str, speaker: str
) -> None:
    said = f"{who} said on Monday that Chad had rejected the plan for the bridge."
    assert sources(workshop, day, said) == {speaker}
    quoted = f'"Chad has rejected the plan for the bridge," {who.replace("The", "the")} said.'
    assert sources(workshop, day, quoted) == {speaker}


@pytest.mark.parametrize(
    ("day", "who"),
    [
        ("3 May 2020", "The Ruritanian president"),  # before the first of them
        ("3 May 2020", "The former Ruritanian president"),
        ("8 May 2031", "The Ruritanian transport minister"),  # after the only one
    ],
)
def test_on_other_days_nobody_is(workshop: Workshop, day: str, who: str) -> None:
    said = f"{who} said on Monday that Chad had rejected the plan for the bridge."
    assert not sources(workshop, day, said) & {"ada-holt", "bo-lind", "cy-marsh"}


def test_an_office_that_nobody_is_known_to_hold_speaks_itself(workshop: Workshop) -> None:
    said = "The Ruritanian president said on Monday that Chad had rejected the plan."
    assert sources(workshop, "3 May 2020", said) == {"president-of-ruritania"}


def test_a_month_that_two_have_leaves_it_open(tmp_path: Path) -> None:
    rows = (ROWS[0], (*ROWS[1][:-1], "2031-05"), (*ROWS[2][:-2], "2031-05", ""))
    workshop = Recipe(actors=(tsv(tmp_path, *rows),)).open()
    said = "The Ruritanian president said on Monday that Chad had rejected the plan."
    assert sources(workshop, "28 April 2031", said) == {"ada-holt"}
    assert sources(workshop, "8 May 2031", said) == {"president-of-ruritania"}
    assert sources(workshop, "8 June 2031", said) == {"bo-lind"}


@pytest.mark.parametrize(
    ("day", "who", "holds"),
    [
        ("3 May 2029", "Ruritanian President Ada Holt", ("ada-holt", "president-of-ruritania")),
        ("3 May 2029", "Ruritanian President Holt", ("ada-holt", "president-of-ruritania")),
        ("3 May 2029", "President Ada Holt", ("ada-holt", "president-of-ruritania")),
        ("8 May 2031", "President Bo Lind", ("bo-lind", "president-of-ruritania")),
        (
            "9 June 2026",
            "Defence Minister Bo Lind",
            ("bo-lind", "minister-of-defence-of-ruritania"),
        ),
        ("8 May 2031", "President Cy Marsh", ("cy-marsh", "president-of-kenya")),
    ],
)
def test_a_title_beside_a_name_gives_the_office(
    workshop: Workshop, day: str, who: str, holds: tuple[str, str]
) -> None:
    said = f"{who} said on Monday that Chad had rejected the plan for the bridge."
    found = [one.claim for one in claims(workshop, day, said)]
    held = [one.relation for one in found if one.relation is not None]
    assert [(one.subject, one.object) for one in held if one.predicate == "holdsOffice"] == [holds]
    assert {one.chain[-1] for one in found if one.event is not None} == {holds[0]}


def test_a_workbook_with_dates_in_its_cells_is_read_alike(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEAD, *ROWS[:2]):
        book.active.append(list(row))
    book.active["G3"], book.active["H3"] = datetime(2027, 3, 1), 2031
    book.save(tmp_path / "actors.xlsx")
    offices = Linker(actors=[tmp_path / "actors.xlsx"]).gazetteer.offices
    (office,) = offices.named("ruritania", "president")
    assert offices.holders((office,), "2027-03-01", "2031-12-31") == ["ada-holt"]
    assert offices.holders((office,), "2027-02-28", "2027-03-01") == []


WRONG = (
    (("nobody", "", "", "", "President", "ruritania", "2027", ""), "no row says what this is"),
    (("x", "Person", "X", "", "", "ruritania", "2027", ""), "office: is missing, though"),
    (("x", "Place", "X", "", "President", "ruritania", "2027", ""), "office: a place holds none"),
    (("x", "Person", "X", "", "Grand Poobah", "ruritania", "2027", ""), "no text is read for"),
    (("x", "Person", "X", "", "President", "", "2027", ""), "office_of: is missing"),
    (("x", "Person", "X", "", "President", "nowhere", "2027", ""), "nothing has the id nowhere"),
    (("x", "Person", "X", "", "President", "ada-holt", "2027", ""), "ada-holt is a person"),
    (("x", "Person", "X", "", "president-of-kenya", "peru", "2027", ""), "is of kenya, not of"),
    (("x", "Person", "X", "", "President", "ruritania", "", "2027"), "from: is missing"),
    (("x", "Person", "X", "", "President", "ruritania", "1.5.2027", ""), "from: '1.5.2027' is not"),
    (("x", "Person", "X", "", "President", "ruritania", "2027/2028", ""), "is no day, month or"),
    (("x", "Person", "X", "", "President", "ruritania", "2027-02-30", ""), "not a day of the"),
    (("x", "Person", "X", "", "President", "ruritania", "2027", "soon"), "until: 'soon' is not"),
    (("x", "Person", "X", "", "President", "ruritania", "2027", "2026-12"), "is before 2027"),
    (("ada-holt", "", "Eda Holt", "", "King", "ruritania", "2027", ""), "label: line 3 says"),
    (("ada-holt", "Person", "Ada Holt", "", "", "", "", ""), "this id is taken"),
)


@pytest.mark.parametrize(("row", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, row: tuple[str, ...], message: str
) -> None:
    path = tsv(tmp_path, *ROWS[:3], row)
    with pytest.raises(InputError) as caught:
        Linker(actors=[path])
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.subject) == (str(path), 5, row[0])
    assert message in problem.message
    assert problem.remedy


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tsv(tmp_path, *ROWS[:3], *(row for row, _ in WRONG[2:]))
    with pytest.raises(InputError) as caught:
        Linker(actors=[path])
    assert {problem.line for problem in caught.value.problems} == set(range(5, 3 + len(WRONG)))


def test_what_a_sheet_has_can_be_reviewed_into_the_graph(
    workshop: Workshop, tmp_path: Path
) -> None:
    text = "The road\n\nThe Esker Post, 8 May 2031\n\nPresident Bo Lind said that Chad had left.\n"
    (source,) = read_data(text.encode(), "road.txt", Wishes()).sources
    document = code(source, workshop, "run").document
    assert {"bo-lind", "president-of-ruritania", "ruritania"} <= {t.id for t in document.things}
    home = Home(tmp_path / "home")
    desk = Desk(home, Coder(id="ana", name="Ana", kind="person"), lambda: (document,))
    (item,) = desk.items(Choice(type="relation"))
    desk.accept(item)
    assert publish(home).claims == 1
    names = {one: terms.ID[one] for one in ("president-of-ruritania", "ruritania")}
    held = Triple(names["president-of-ruritania"], terms.DEM["officeOf"], names["ruritania"])
    with home.open() as view:
        assert held in set(view.graph(None))


def test_the_sheet_of_the_documentation_is_taken(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "actors.md").read_text(encoding="utf-8")
    (tmp_path / "actors.tsv").write_text(
        page.split("```tsv tenures\n")[1].split("```")[0], encoding="utf-8"
    )
    offices = Linker(actors=[tmp_path / "actors.tsv"]).gazetteer.offices
    held = [
        ("president", "2029-01-01"),
        ("president", "2040-01-01"),
        ("defence-minister", "2026-01-01"),
    ]
    names = [offices.holders(offices.named("ruritania", one), day, day) for one, day in held]
    assert names == [["ada-holt"], ["bo-lind"], ["bo-lind"]]
    for column in COLUMNS:
        assert f"`{column}`" in page


def test_known_people_need_no_row_of_their_own(tmp_path: Path) -> None:
    path = tsv(tmp_path, ("william-ruto", "President", "kenya", "2040"), head=(HEAD[0], *HEAD[4:7]))
    workshop = Recipe(actors=(path,)).open()
    said = "The Kenyan president said on Monday that Chad had rejected the plan for the bridge."
    assert sources(workshop, "3 May 2041", said) == {"william-ruto"}


def test_offices_and_tenures_of_a_seeds_folder_do_the_same(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "all.yaml").write_text(
        """
sources:
  - {id: almanac, title: An Almanac, publisher: Almanac, licence: CC0}
actors:
  - {id: norland, type: State, label: Norland}
  - {id: ada-berg, type: Person, label: Ada Berg}
offices:
  - {id: the-premiership, label: Prime Minister of Norland, office_of: norland}
tenures:
  - {holder: ada-berg, office: the-premiership, from: 2031-01-01, until: 2031-12-31,
     source: almanac}
""",
        encoding="utf-8",
    )
    workshop = Recipe(seeds=tmp_path).open()
    said = "{} said on Monday that Chad had rejected the plan for the bridge."
    unnamed = said.format("Norland's prime minister")
    assert sources(workshop, "8 May 2031", unnamed) == {"ada-berg"}
    found = claims(workshop, "8 May 2031", said.format("Norland's prime minister, Ada Berg,"))
    held = {one.claim.relation.object for one in found if one.claim.relation is not None}
    assert held == {"the-premiership"}
