"""build, check, verify, and everything that can stand in the way of a home."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from seedkit import make_seeds

from demarche.cli import check as check_command
from demarche.cli.exits import Code
from demarche_ingest.checking import Step
from demarche_ontology.errors import Problem
from demarche_store.home import Home

CLAIMS = "seeds/articles/norland/claims.yaml"


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first of some words in a file; returns the 1-based line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


# --- build ---------------------------------------------------------------------------------------


def test_a_build_tells_what_it_made(script, norland):
    home = Home(norland / "fresh")
    done = script("build", norland / "seeds", "--workers", 1, home=home)
    assert done.returncode == 0
    commit = home.resolve()
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert told["commit"] == commit.id
    assert (told["documents"], told["claims"]) == ("1", "14")
    assert told["triples"].startswith(f"{commit.default_graph_triples:,} ")
    assert told["changed"].startswith(f"{len(commit.graphs)} graphs: derived/default, ")
    assert "- validating against the shapes\n" in done.stderr


def test_an_unchanged_build_does_nothing_and_says_so(script, norland):
    home = Home(norland / "home")
    before = home.resolve()
    done = script("build", norland / "seeds", home=home)
    assert done.returncode == 0
    assert done.stdout.startswith("unchanged: nothing to do\n")
    assert done.stderr == ""
    assert [commit.id for commit in home.commits()] == [before.id]


def test_what_users_wrote_neither_breaks_a_build_nor_gets_into_the_default_graph(script, norland):
    """A blank node would be a violation in the project's own graphs."""
    home = Home(norland / "home")
    name, before = "http://example.org/mine", home.resolve()
    with home.user_writer("test") as writer:
        writer.update(f"INSERT DATA {{ GRAPH <{name}> {{ _:x a <urn:nowhere:Class> }} }}")
        writer.commit("update")
    again = script("build", norland / "seeds", home=home)
    assert again.stdout.startswith("unchanged: nothing to do\n")
    done = script("build", norland / "seeds", "--force", "--workers", 1, home=home)
    assert done.returncode == 0, done.stderr
    after = home.resolve()
    assert name in [graph.iri for graph in after.graphs]
    assert name not in after.default_graphs
    assert after.default_graph_triples == before.default_graph_triples


def test_a_forced_build_of_the_same_changes_no_graph(script, norland):
    done = script("build", norland / "seeds", "--force", "--workers", 1, home=norland / "home")
    assert done.returncode == 0
    assert "changed    0 graphs: none" in done.stdout


def test_an_edit_changes_only_the_graphs_it_concerns(script, norland):
    spoil(norland / CLAIMS, "The Gazette headlines that", "The Gazette's headline says that")
    done = script("build", norland / "seeds", "--workers", 1, home=norland / "home")
    assert done.returncode == 0
    (changed,) = [line for line in done.stdout.splitlines() if line.startswith("changed")]
    assert changed.split(": ")[1].startswith("document/")
    assert "," not in changed


@pytest.mark.parametrize(
    ("old", "new"),
    [("basis: act-reported", "basis: hearsay"), ("chain:\n  - norland-gazette", "chain:\n  - nix")],
)
def test_broken_seeds_are_told_with_file_and_line_and_change_nothing(script, norland, old, new):
    home = Home(norland / "home")
    before = home.resolve()
    spoil(norland / CLAIMS, old, new)
    done = script("build", norland / "seeds", home=home)
    assert done.returncode == Code.INPUT
    assert done.stdout == ""
    assert "articles/norland/claims.yaml:" in done.stderr
    assert home.resolve() == before


def test_broken_yaml_is_told_with_its_line(script, norland):
    path = norland / CLAIMS
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:5], "  - [", *lines[5:]]), encoding="utf-8")
    done = script("build", norland / "seeds", home=norland / "home")
    assert done.returncode == Code.INPUT
    assert "articles/norland/claims.yaml:" in done.stderr


def test_a_folder_that_is_no_seeds_folder(invoke, tmp_path):
    result = invoke("build", tmp_path, home=tmp_path / "home")
    assert result.exit_code == Code.INPUT
    assert "no seeds folder" in result.stderr
    assert not (tmp_path / "home").exists()


HEEDS_SIGINT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Runs a command; a shell has what it runs in the background ignore the signal, tests too."""


def test_an_interrupted_build_leaves_the_graph_as_it_was(norland):
    """The signal comes once the build tells its first step."""
    seeds = make_seeds(norland / "many", articles=20)
    home = Home(norland / "home")
    before = home.resolve()
    command = [Path(sys.executable).with_name("demarche"), "--home", home.path, "build", seeds]
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDS_SIGINT, *map(str, command), "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr.readline() == "- reading the seeds\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == Code.INTERRUPTED
    assert out == ""
    assert "error: interrupted" in err
    assert "Traceback" not in err
    assert home.resolve() == before


# --- the home ------------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_is_at_work(script, norland):
    home = Home(norland / "home")
    with home.writer("a long night's work"):
        done = script("build", norland / "seeds", "--force", "--workers", 1, home=home)
        pruned = script("prune", "--keep-days", 0, home=home)
    for refused in (done, pruned):
        assert refused.returncode == Code.STORE
        assert "'a long night's work'" in refused.stderr
        assert f"process {os.getpid()}" in refused.stderr


@pytest.mark.parametrize("below", ["", "deeper"])
@pytest.mark.parametrize(
    "command", [["releases"], ["export"], ["release", "show"], ["prune", "--keep-days", "1"]]
)
def test_a_home_that_is_a_file(invoke, tmp_path, command, below):
    (tmp_path / "file").write_text("")
    result = invoke(*command, home=tmp_path / "file" / below)
    assert result.exit_code == Code.STORE
    assert "is a file" in result.stderr
    assert "--home" in result.stderr


def test_a_damaged_manifest_is_no_traceback(script, norland):
    home = Home(norland / "home")
    (home.path / "current" / "manifest.json").write_text("{")
    done = script("release", "show", home=home)
    assert done.returncode == Code.STORE
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_home_may_stand_after_the_command(invoke, norland_home):
    before = invoke("release", "show", home=norland_home)
    for place in (["--home", norland_home.path], [f"--home={norland_home.path}"]):
        after = invoke("release", "show", *place)
        assert (after.exit_code, after.stdout) == (0, before.stdout)


def _obey_permissions() -> None:
    """Take from root, in the process to come, the right to write wherever it likes."""
    drop_from_bounding_set, dac_override = 24, 1  # <linux/prctl.h>, <linux/capability.h>
    ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0)


@pytest.fixture
def read_only_home(norland):
    """A home that may be read but not written, and how to run so that this counts."""
    home = norland / "home"
    options = {"preexec_fn": _obey_permissions} if os.geteuid() == 0 else {}
    folders = [Path(folder) for folder, _, _ in os.walk(home)]
    files = [path for path in home.rglob("*") if path.is_file()]
    for path in (*folders, *files):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        touch = ["touch", home / "probe"]
        write = subprocess.run(touch, check=False, capture_output=True, **options)
        if write.returncode == 0:
            pytest.skip("this system lets root write in spite of the permissions")
        yield home, options
    finally:
        for path in (*folders, *files):
            path.chmod(0o755)


def test_a_home_that_cannot_be_written_can_be_read_and_says_so(script, read_only_home):
    home, options = read_only_home
    asked = script("claim", "norland/c01", home=home, **options)
    assert asked.returncode == 0, asked.stderr
    for command in (
        ["build", home.parent / "seeds", "--force", "--workers", 1],
        ["release", "create", "mine"],
    ):
        refused = script(*command, home=home, **options)
        assert refused.returncode == Code.STORE
        assert "cannot be written" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert Home(home).releases() == ()


# --- check ---------------------------------------------------------------------------------------


def test_check_tells_each_step_and_writes_nothing(script, norland, tmp_path):
    done = script("check", norland / "seeds", "--workers", 1, home=tmp_path / "home")
    assert done.returncode == 0, done.stdout
    states = {line.split("  ")[-1].strip(): line.split()[0] for line in done.stdout.splitlines()}
    assert states["syntax and references"] == "ok"
    assert states["SHACL shapes"] == "ok"
    assert states["violation queries"] == "ok"
    assert not (tmp_path / "home").exists()


def test_check_ends_with_1_and_lists_what_failed(invoke, norland):
    line = spoil(norland / CLAIMS, "basis: act-reported", "basis: hearsay")
    result = invoke("check", norland / "seeds")
    assert result.exit_code == Code.PROBLEMS
    assert result.stdout.startswith("failed  syntax and references  1 problem\n")
    assert f"articles/norland/claims.yaml:{line}: c01: " in result.stdout


def test_a_skipped_step_is_no_failure_and_gives_its_hint():
    steps = [
        Step("one", "ok"),
        Step("two", "skipped", (), "install Java"),
        Step("three", "failed", (Problem("a.yaml", 1, "x", "is wrong"),), "see there"),
    ]
    assert list(check_command.lines(steps)) == [
        "ok       one",
        "skipped  two    install Java",
        "failed   three  1 problem; see there",
        "",
        "three:",
        "  a.yaml:1: x: is wrong",
    ]


# --- verify --------------------------------------------------------------------------------------


def test_verify_finds_every_claim_in_the_very_text(invoke, norland_made, norland_texts):
    result = invoke("verify", "--texts", norland_texts, norland_made / "seeds")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "14 of 14 claims verified"


def test_verify_finds_passages_again_where_line_breaks_differ(invoke, norland):
    text = norland / "texts" / "norland.txt"
    text.write_bytes(text.read_bytes().replace(b"\n", b"\r\n"))
    result = invoke("verify", "--texts", text.parent, norland / "seeds", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["claims"], found["verified"], found["problems"]) == (14, 14, 0)
    statuses = {v["status"] for d in found["documents"] for v in d["verdicts"]}
    assert statuses == {"relocated"}


def test_verify_tells_which_passage_is_not_what_was_recorded(invoke, norland):
    path = norland / CLAIMS
    text = path.read_text(encoding="utf-8")
    at = text.index("sha256: ") + len("sha256: ")
    path.write_text(text[:at] + "0" * 64 + text[at + 64 :], encoding="utf-8")
    result = invoke("verify", "--texts", norland / "texts", norland / "seeds")
    assert result.exit_code == Code.PROBLEMS
    assert "norland/c01: mismatch: the passage at " in result.stdout
    assert result.stdout.splitlines()[-1] == "13 of 14 claims verified"


def test_verify_tells_of_a_statement_that_copies_its_text(invoke, norland):
    words = "Sudrian foreign minister Emil Sudek denied that his country had stopped any ship."
    spoil(norland / CLAIMS, "Emil Sudek denied that Sudria halted ships.", words)
    result = invoke("verify", "--texts", norland / "texts", norland / "seeds")
    assert result.exit_code == Code.PROBLEMS
    assert "norland/c10: copied: " in result.stdout


def test_verify_that_could_verify_nothing_is_no_success(invoke, norland, tmp_path):
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "latin.txt").write_bytes(b"caf\xe9")
    result = invoke("verify", "--texts", tmp_path / "others", norland / "seeds")
    assert result.exit_code == Code.PROBLEMS
    assert "not read: " in result.stdout
    assert result.stdout.splitlines()[-1] == "0 of 14 claims verified"


def test_verify_without_the_folder(invoke, norland, tmp_path):
    result = invoke("verify", "--texts", tmp_path / "nix", norland / "seeds")
    assert result.exit_code == Code.INPUT
    assert "no such folder" in result.stderr


def test_the_claims_of_the_project_stand_in_the_texts(invoke, seed_texts):
    result = invoke("verify", "--texts", seed_texts, Path(__file__).parents[2] / "seeds", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0, found
    assert found["verified"] == found["claims"] > 100
