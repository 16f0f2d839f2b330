"""`demarche extract` and `demarche ingest`, from files to what is printed and kept."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from demarche.cli.app import app
from demarche_ingest.candidates.gate import REASONS
from demarche_ingest.candidates.listing import COLUMNS

TALKS = (
    "Peru visits Chile\n\nBy Ola Berg\nThe Esker Post, 3 May 2031\n\n"
    "Peru accused Chile on Friday of closing the pass, and the road stayed empty all day.\n\n"
    "Bolivia thanked Peru for its help, and promised to send lorries when the snow is gone.\n"
)
TINY = ("--extractor", "ingest.tiny_extractor:make")
PAGE = (Path(__file__).parents[2] / "docs" / "claims-from-text.md").read_text(encoding="utf-8")


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    path = tmp_path / "talks.txt"
    path.write_text(TALKS, encoding="utf-8")
    return path


def run(*words: object, code: int = 0):
    result = CliRunner().invoke(app, list(map(str, words)))
    assert result.exit_code == code, result.output
    return result


def test_extract_prints_a_candidate_a_line(talks: Path) -> None:
    found = [json.loads(line) for line in run("extract", talks, *TINY).stdout.splitlines()]
    assert [one["category"] for one in found] == ["accuse", "support"]
    for one in found:
        assert tuple(one) == COLUMNS
        assert TALKS[one["start"] : one["end"]] == one["passage"]
        assert one["trigger"] in one["passage"]
        assert one["document"] == str(talks)
    assert (found[0]["actors"], found[0]["recipients"]) == (["peru"], ["chile"])
    assert (found[0]["speaker"], found[0]["rule"]) == ("ola-berg", "tiny.accused")


def test_extract_writes_a_table(talks: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run("extract", talks, "--format", "csv", "-o", out, *TINY)
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [row["actors"] for row in rows] == ["peru", "bolivia"]
    assert rows[0]["number"] == ""


def test_extract_tells_what_was_refused(talks: Path) -> None:
    result = run("extract", talks, "--confidence", "0.9", "--refused", *TINY)
    assert result.stdout == ""
    assert result.stderr.count("[unsure; tiny.") == 2


def test_ingest_reports(talks: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    told = run("--home", home, "ingest", talks, "--workers", "1", *TINY).stdout
    assert "1 new" in told
    assert "2 events" in told
    again = json.loads(run("--home", home, "ingest", talks, "--json", *TINY).stdout)
    assert again["documents"]["unchanged"] == 1
    assert again["run"] is None


def test_ingest_ends_with_1_for_what_is_set_aside(talks: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"no pdf")
    home = tmp_path / "home"
    result = run("--home", home, "ingest", bad, "--json", *TINY, code=1)
    (one,) = json.loads(result.stdout)["quarantine"]
    assert one["file"] == str(bad)
    assert str(bad) in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--extractor", "magic"), "no such extractor"),
        (("--extractor", "nowhere.at.all:make"), "cannot be loaded"),
        (("--date", "yesterday"), "not an EDTF date"),
        (("--actors", "/nowhere/sheet.tsv"), "cannot be read"),
        (("--seeds", "/nowhere"), "no folder `reference`"),
    ],
)
@pytest.mark.parametrize("command", ["extract", "ingest"])
def test_what_cannot_be_taken_is_told(
    talks: Path, tmp_path: Path, command: str, words: tuple[str, ...], told: str
) -> None:
    result = run("--home", tmp_path / "home", command, talks, *words, code=3)
    assert told in result.stderr
    assert result.stdout == ""


def test_the_page_tells_every_reason_and_every_column() -> None:
    for code, meaning in REASONS.items():
        assert f"| `{code}` | {meaning} |" in PAGE
    table = PAGE.split("## The rows of extract")[1].split("\n## ")[0]
    assert all(f"`{name}`" in table for name in COLUMNS)


def test_the_query_of_the_page_is_answered(talks: Path, tmp_path: Path) -> None:
    home, query = tmp_path / "home", tmp_path / "surest.rq"
    run("--home", home, "ingest", talks, "--workers", "1", *TINY)
    query.write_text(PAGE.split("```sparql\n")[1].split("```")[0], encoding="utf-8")
    answer = run("--home", home / "candidates" / "graph", "query", query, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    assert sorted(row["rule"] for row in rows) == ["tiny.accused", "tiny.thanked"]
    assert all(row["confidence"] == "0.75" and row["statement"] for row in rows)
