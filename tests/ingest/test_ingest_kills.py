"""An ingestion that is killed leaves what it did, and the next one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from demarche_ingest.candidates.keeping import Keeping
from demarche_ingest.documents import Wishes, read_data
from demarche_ingest.pipeline import crew
from demarche_ingest.pipeline.ingesting import Job, ingest
from demarche_ingest.pipeline.recipe import Recipe
from demarche_ontology.errors import DiskFullError
from demarche_store.home import Home

TESTS = Path(__file__).parents[1]
TINY = Recipe(extractors=("ingest.tiny_extractor:make",))
TEXT = "Kenya asks\n\nThe Esker Post, {day} May 2031\n\nKenya asked Uganda to open bridge {n}.\n"
DOCUMENTS = 30


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    for n in range(DOCUMENTS):
        text = TEXT.format(day=n % 28 + 1, n=n)
        (folder / f"{n:02d}.txt").write_text(text, encoding="utf-8")
    return folder


def begin(home: Home, texts: Path) -> subprocess.Popen[bytes]:
    program = "from demarche.cli.app import main; main()"
    command = [sys.executable, "-c", program, "--home", str(home.path), "ingest", str(texts)]
    return subprocess.Popen(
        [*command, "--workers", "1", "--extractor", TINY.extractors[0]],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kept(home: Home) -> dict[str, object]:
    """The candidates of a home, but for the runs that made them."""
    keeping = Keeping.of(home)
    found = {sha: keeping.document(sha) for sha in keeping.documents()}
    return {sha: one and one.model_copy(update={"run": "r"}) for sha, one in found.items()}


def graphs(home: Home) -> dict[str, int]:
    with home.candidates.open() as view:
        return {one.iri: one.triples for one in view.info.graphs if "/document/" in one.iri}


def test_what_a_killed_run_did_is_kept_and_the_rest_is_done(tmp_path: Path, texts: Path) -> None:
    home, whole = Home(tmp_path / "killed"), Home(tmp_path / "whole")
    process = begin(home, texts)
    until = time.monotonic() + 300
    while len(list(Keeping.of(home).documents())) < 3 and time.monotonic() < until:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = len(list(Keeping.of(home).documents()))
    assert 3 <= done < DOCUMENTS
    report = ingest(home, Job((texts,), TINY, workers=0))
    assert (report.unchanged, report.new) == (done, DOCUMENTS - done)
    ingest(whole, Job((texts,), TINY, workers=0))
    assert kept(home) == kept(whole)
    assert graphs(home).keys() == graphs(whole).keys()
    assert len(graphs(home)) == DOCUMENTS


def test_documents_are_not_taken_before_they_can_be_worked_on(tmp_path, monkeypatch) -> None:
    """So memory does not grow with their number: what waits is on disk."""
    taken: list[str] = []

    def sources():
        for n in range(50):
            (source,) = read_data(TEXT.format(day=1, n=n).encode(), f"{n}", Wishes()).sources
            taken.append(source.text.path)
            yield source

    monkeypatch.setattr(crew, "attempt", lambda *_: crew.Failed("not tried"))
    monkeypatch.setattr(Recipe, "open", lambda _: None)
    with crew.Crew(TINY, "run", workers=0) as one:
        for done, _ in enumerate(islice(one.work(sources()), 40), start=1):
            assert len(taken) <= done + 1


def test_a_full_disk_is_told_and_what_was_done_is_kept(tmp_path, texts, monkeypatch) -> None:
    home = Home(tmp_path / "home")
    put, times = Keeping.put, []

    def full(self, *given):
        times.append(given)
        if len(times) > 2:
            raise DiskFullError("No space is left", "free some")
        return put(self, *given)

    monkeypatch.setattr(Keeping, "put", full)
    with pytest.raises(DiskFullError):
        ingest(home, Job((texts,), TINY, workers=0))
    monkeypatch.setattr(Keeping, "put", put)
    report = ingest(home, Job((texts,), TINY, workers=0))
    assert (report.unchanged, report.new) == (2, DOCUMENTS - 2)


def test_a_damaged_file_of_candidates_is_made_anew(tmp_path, texts) -> None:
    home = Home(tmp_path / "home")
    some = sorted(texts.iterdir())[:3]
    job = Job(tuple(some), TINY, workers=0)
    ingest(home, job)
    (path, *_) = sorted((home.path / "candidates" / "documents").rglob("*.json"))
    before = path.read_bytes()
    path.write_bytes(before[:50])
    report = ingest(home, job)
    assert (report.unchanged, report.worked) == (2, 1)
    assert kept(home).keys()
