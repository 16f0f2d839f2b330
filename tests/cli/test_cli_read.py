"""`demarche read`, as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

RUN = [sys.executable, "-c", "from demarche.cli import main; main()", "read"]


def run(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run([*RUN, *arguments], input=given, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_it_shows_what_it_sees_of_a_document(tmp_path: Path) -> None:
    path = tmp_path / "talks.md"
    path.write_text("# The talks\n\nThe ministers met again in Port Sarn.\n", encoding="utf-8")
    status, out, _ = run(str(path))
    assert status == 0
    assert "text/markdown, by utf-8/1, utf-8" in out
    assert "0-12  # The talks" in out
    assert out.endswith("1 document read, 0 problems\n")


def test_what_cannot_be_read_is_told_beside_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ministers met.", encoding="utf-8")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 broken")
    status, out, errors = run(str(tmp_path))
    assert status == 1
    assert "b.pdf: the PDF is broken" in errors
    assert "1 document read, 1 problem" in out


def test_standard_input_and_json() -> None:
    rows = b'{"Inhalt": "Two ministers met.", "title": "Talks"}\n'
    status, out, _ = run("-", "--like", "a.jsonl", "--column", "text=Inhalt", "--json", given=rows)
    assert status == 0
    (line,) = out.splitlines()
    found = json.loads(line)
    assert (found["text"], found["details"]["title"]) == ("Two ministers met.", "Talks")
    assert found["length"] == len(found["text"])


def test_a_column_option_that_says_nothing_is_refused() -> None:
    status, _, errors = run("-", "--column", "inhalt")
    assert status != 0
    assert "write FIELD=NAME" in errors
