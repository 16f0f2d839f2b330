"""claims new, pin, sheet, compare: from a text and two sheets to an article, and back."""

from __future__ import annotations

import csv
import json
import shutil

import openpyxl
import pytest
from seedkit import NORLAND

from demarche.cli.exits import Code

TEXT = NORLAND / "text.txt"
ABOUT = [
    *("--title", "Norland Keeps the Strait Shut", "--publisher", "norland-gazette"),
    *("--date", "1990-05-08", "--rights", "Invented text of this project, CC0"),
]
NEW = ["--text", TEXT, "--parts", NORLAND / "parts.tsv", *ABOUT]


@pytest.fixture
def seeds(tmp_path):
    folder = tmp_path / "seeds"
    (folder / "reference").mkdir(parents=True)
    shutil.copy(NORLAND / "reference.yaml", folder / "reference" / "all.yaml")
    return folder


@pytest.fixture
def article(invoke, seeds):
    """The folder of an article made and pinned by the commands."""
    made = invoke("claims", "new", "norland", *NEW, "--seeds", seeds)
    assert made.exit_code == 0, made.stderr
    sheet = NORLAND / "sheet.tsv"
    pinned = invoke("claims", "pin", "norland", "--sheet", sheet, "--text", TEXT, "--seeds", seeds)
    assert pinned.exit_code == 0, pinned.stderr
    assert pinned.stdout.endswith(": 14 claims pinned\n")
    return seeds / "articles" / "norland"


def test_the_commands_make_what_the_library_makes(article, norland_made):
    for name in ("article.yaml", "claims.yaml"):
        made = (norland_made / "seeds" / "articles" / "norland" / name).read_text("utf-8")
        assert (article / name).read_text("utf-8") == made


def test_no_words_of_the_text_are_stored(article):
    stored = (article / "claims.yaml").read_text("utf-8")
    assert "refused to" not in stored
    assert "café" not in stored


def test_what_was_made_can_be_built_and_verified(script, seeds, article, tmp_path):
    built = script("build", seeds, "--workers", 1, home=tmp_path / "home")
    assert built.returncode == 0, built.stderr
    verified = script("verify", "--texts", NORLAND, seeds)
    assert verified.stdout.splitlines()[-1] == "14 of 14 claims verified"


def test_everything_that_can_be_said_of_an_article_is_kept(invoke, seeds):
    more = ["--author", "ada-norling", "--url", "https://example.org/1", "--language", "en-GB"]
    dated = ["--date-basis", "curated", "--date-note", "The paper of that day."]
    span = ["--start", 0, "--end", len(TEXT.read_text("utf-8")) - 1]
    result = invoke("claims", "new", "two", *NEW, *more, *dated, *span, "--seeds", seeds)
    assert result.exit_code == 0, result.stderr
    stored = (seeds / "articles" / "two" / "article.yaml").read_text("utf-8")
    for words in ("ada-norling", "https://example.org/1", "en-GB", "curated", "of that day."):
        assert words in stored
    assert f"span: {{start: 0, end: {span[-1]}}}" in stored


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (["--date", "the 8th of May"], Code.INPUT, "EDTF"),
        (["--date-basis", "guessed"], Code.INPUT, "date"),
        (["--publisher", "The Gazette"], Code.INPUT, "publisher"),
        (["--text", "nix.txt"], Code.INPUT, "nix.txt"),
        (["--parts", NORLAND / "sheet.tsv"], Code.INPUT, "unknown column"),
        (["--start", "x"], Code.USAGE, "--start"),
    ],
)
def test_an_article_that_cannot_be_made_is_not_made(invoke, seeds, change, code, told):
    result = invoke("claims", "new", "norland", *NEW, *change, "--seeds", seeds)
    assert result.exit_code == code
    assert told in result.stderr
    assert not (seeds / "articles").exists()


def test_an_article_is_never_written_over(invoke, seeds, article):
    before = (article / "claims.yaml").read_bytes()
    again = invoke("claims", "new", "norland", *NEW, "--seeds", seeds)
    assert again.exit_code == Code.INPUT
    assert (article / "claims.yaml").read_bytes() == before


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", ".."])
def test_an_id_leads_nowhere_else(invoke, seeds, name):
    result = invoke("claims", "new", name, *NEW, "--seeds", seeds)
    assert result.exit_code == Code.USAGE
    assert not (seeds / "articles").exists()


def test_every_row_that_cannot_be_pinned_is_told_and_nothing_is_written(invoke, article, tmp_path):
    before = (article / "claims.yaml").read_bytes()
    rows = (NORLAND / "sheet.tsv").read_text("utf-8").splitlines(keepends=True)
    sheet = tmp_path / "sheet.tsv"
    sheet.write_text(rows[0] + "".join(row.replace("Norling", "Norlang") for row in rows[2:5]))
    result = invoke("claims", "pin", article, "--sheet", sheet, "--text", TEXT)
    assert result.exit_code == Code.INPUT
    assert "sheet.tsv:2: c02: " in result.stderr
    assert "sheet.tsv:3: c03: " in result.stderr
    assert (article / "claims.yaml").read_bytes() == before


def test_another_text_is_refused(invoke, article, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("Something else.")
    for command in (
        ["claims", "pin", article, "--sheet", NORLAND / "sheet.tsv", "--text", other],
        ["claims", "sheet", article, "--text", other, "-o", tmp_path / "out.tsv"],
    ):
        result = invoke(*command)
        assert result.exit_code == Code.INPUT
        assert "sha-256" in result.stderr
    assert not (tmp_path / "out.tsv").exists()


def test_renewing_changes_nothing_that_is_up_to_date(invoke, article):
    before = (article / "claims.yaml").read_bytes()
    result = invoke("claims", "pin", article)
    assert (result.exit_code, result.stdout) == (0, f"{article}: 0 claims changed\n")
    assert (article / "claims.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [["--sheet", "s.tsv"], ["--text", "t.txt"], ["--sheet", "s", "--text", "t", "--revise"]],
)
def test_options_of_pin_that_do_not_fit(invoke, article, options):
    assert invoke("claims", "pin", article, *options).exit_code == Code.USAGE


@pytest.mark.parametrize("suffix", [".tsv", ".xlsx"])
def test_the_sheet_made_again_pins_to_the_same(invoke, article, tmp_path, suffix):
    before = (article / "claims.yaml").read_bytes()
    sheet = tmp_path / f"again{suffix}"
    made = invoke("claims", "sheet", article, "--text", TEXT, "-o", sheet)
    assert (made.exit_code, made.stdout) == (0, f"{sheet}: 14 claims\n")
    compared = invoke("claims", "compare", article, sheet, "--text", TEXT, "--json")
    assert json.loads(compared.stdout)["differences"] == []
    pinned = invoke("claims", "pin", article, "--sheet", sheet, "--text", TEXT)
    assert pinned.exit_code == 0, pinned.stderr
    assert (article / "claims.yaml").read_bytes() == before


def test_without_the_text_a_sheet_has_no_quotations(invoke, article, tmp_path):
    sheet = tmp_path / "bare.tsv"
    made = invoke("claims", "sheet", article, "-o", sheet)
    assert made.stdout.endswith("without quotations\n")
    with sheet.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) == 14
    assert {row["quote"] for row in rows} == {""}


def test_a_sheet_is_written_over_only_when_told_to(invoke, article, tmp_path):
    sheet = tmp_path / "mine.xlsx"
    command = ["claims", "sheet", article, "-o", sheet]
    sheet.write_text("a night's work")
    refused = invoke(*command)
    assert refused.exit_code == Code.USAGE
    assert sheet.read_text() == "a night's work"
    assert invoke(*command, "--force").exit_code == 0
    assert openpyxl.load_workbook(sheet).active.max_row == 15
    assert invoke("claims", "sheet", article, "-o", tmp_path / "x.pdf").exit_code == Code.USAGE


def test_comparing_tells_pairs_agreement_and_what_only_one_has(invoke, article, tmp_path):
    rows = (NORLAND / "sheet.tsv").read_text("utf-8").splitlines(keepends=True)
    rows[3] = rows[3].replace("\treject\t", "\tthreaten\t").replace("\tyield\t", "\t\t")
    sheet = tmp_path / "second.tsv"
    sheet.write_text("".join(rows[:-1]), encoding="utf-8")
    command = ["claims", "compare", article, sheet, "--text", TEXT]
    short = invoke(*command)
    assert short.exit_code == 0, short.stderr
    assert short.stdout.startswith("13 pairs, mean overlap of their passages 1.00\n")
    assert "only in the first: c14\n" in short.stdout
    assert "only in the second: none\n" in short.stdout
    listed = invoke(*command, "--differences").stdout
    assert "c03 / c03  event.category: reject | threaten\n" in listed
    found = json.loads(invoke(*command, "--json").stdout)
    assert len(found["pairs"]) == 13
    assert found["agreement"]["event.category"]["mean"] < 1
    assert found["agreement"]["voice"]["mean"] == 1


def test_a_coding_is_an_article_its_file_or_a_sheet(invoke, seeds, article):
    for name in ("norland", article, article / "claims.yaml"):
        result = invoke("claims", "compare", name, article, "--seeds", seeds)
        assert result.stdout.startswith("14 pairs"), result.stderr
    sheet = NORLAND / "sheet.tsv"
    assert invoke("claims", "compare", sheet, article).exit_code == Code.USAGE
    nix = invoke("claims", "compare", "nix", article, "--seeds", seeds)
    assert nix.exit_code == Code.INPUT
    assert "no article 'nix'" in nix.stderr
