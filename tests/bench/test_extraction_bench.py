"""The measurement of extraction runs through, and says what it measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

import extraction  # noqa: E402


def test_sentences_are_counted_and_what_is_found_is_told(tmp_path):
    text = tmp_path / "article.txt"
    text.write_text("Kenya accused Uganda of theft. Uganda denied it.\n", encoding="utf-8")
    file = tmp_path / "out.json"
    done = subprocess.run(
        [
            *(sys.executable, str(BENCH / "extraction.py"), "--rounds", "1", "--articles", "1"),
            *("--documents", str(text), "--json", str(file)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(file.read_text())
    assert set(found) == {"made-up articles", "named documents"}
    assert found["named documents"]["sentences"] == 2
    assert len(found["named documents"]["seconds"]) == 1


def test_the_corpus_is_measured_without_its_gold():
    paths = extraction.corpus()
    assert paths
    assert all("held-out" not in path and Path(path).stem != "gold" for path in paths)


def test_two_checkouts_are_compared_and_differences_are_told():
    this = {"corpus": extraction.Measured(100, [0.2, 0.1, 0.4], "a")}
    other = {"corpus": extraction.Measured(100, [0.4, 0.4, 0.5], "a")}
    told = extraction.report([this, other])
    assert "| corpus | 100 | 500 | 250-1000 | 250 | 2.00 x |" in told
    assert told.endswith("Both find the same.")
    other["corpus"].found = "b"
    assert extraction.report([this, other]).endswith("Both find other things in corpus.")
    assert "other" not in extraction.report([this])
