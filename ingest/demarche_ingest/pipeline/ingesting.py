"""Ingestion: files become kept candidates, each document once, whatever happens in between.

What is done is on disk at once, document by document, so that a run that was ended goes on where
it stopped; the graph of candidates is brought up to what is kept at the end of a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from demarche_ingest.candidates.keeping import Keeping
from demarche_ingest.documents.keeping import key_of, read_kept
from demarche_ingest.documents.model import Batch, Source, Wishes
from demarche_ingest.documents.reading import file_data, files_in
from demarche_ingest.pipeline.crew import LIMIT_SECONDS, Crew, Failed, Outcome
from demarche_ingest.pipeline.graph import CandidateGraph
from demarche_ingest.pipeline.recipe import Recipe
from demarche_ingest.pipeline.report import Report
from demarche_ingest.texts import sha256
from demarche_ontology.errors import InputError, Problem
from demarche_store.archive import Archive
from demarche_store.disk import disk_errors
from demarche_store.home import Home, utc_now
from demarche_store.lock import writer_lock

COMMAND: Final = "demarche ingest"
_REPORT: Final = "report the lines above, which `--json` and the file in candidates/quarantine have"
_AGAIN: Final = "mend it, or try again with --again"

Progress = Callable[[Report, str], None]
"""Told, after each document, what was done so far and where it is."""


def silent(_: Report, __: str) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be ingested, and how.

    again: work on what is in quarantine once more. workers: processes, 0 for this one.
    """

    paths: tuple[Path, ...]
    recipe: Recipe = field(default_factory=Recipe)
    wishes: Wishes = field(default_factory=Wishes)
    workers: int = 1
    again: bool = False
    limit_seconds: float = LIMIT_SECONDS


def ingest(
    home: Home,
    job: Job,
    progress: Progress = silent,
    clock: Callable[[], datetime] = utc_now,
) -> Report:
    """Work on all documents that are new or changed, and keep their candidates.

    Raises InputError for paths and settings that cannot be taken, LockedError when another
    ingestion is at work, HomeNotWritableError, DiskFullError, StoreError; what is done is kept.
    """
    home.require(plain=False)
    _refuse(home, job.paths)
    keeping = Keeping.of(home)
    with _alone(keeping.folder, clock()):
        return _Run(home, keeping, job, progress, clock).do()


def _refuse(home: Home, paths: Sequence[Path]) -> None:
    """Refuse folders that hold no documents but what we made of them."""
    problems = []
    for path in paths:
        told = ""
        if not path.exists():
            told = "there is no such file or folder"
        elif path.resolve().is_relative_to(home.path.resolve()):
            told = "lies in the home itself"
        elif (path / "reference").is_dir() and (path / "articles").is_dir():
            told = "is a seeds folder, which is built and not ingested"
        elif (path / "commits").is_dir() and (path / "current").exists():
            told = "is a home, which holds graphs"
        if told:
            remedy = "name files or folders of documents"
            problems.append(Problem(str(path), 0, "", told, remedy))
    if problems:
        raise InputError("Nothing was ingested.", problems)


@contextmanager
def _alone(folder: Path, now: datetime) -> Iterator[None]:
    with disk_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = writer_lock(folder / "ingest.lock", COMMAND, now)
    with handle:
        yield


@dataclass
class _Open:
    """A file whose documents are under way. left: how many; all_given: whether all are known."""

    digest: str
    members: dict[str, Any]
    left: int = 0
    all_given: bool = False


class _Run:
    def __init__(
        self,
        home: Home,
        keeping: Keeping,
        job: Job,
        progress: Progress,
        clock: Callable[[], datetime],
    ) -> None:
        self._job, self._keeping, self._clock, self._progress = job, keeping, clock, progress
        self._archive = Archive.of(home)
        self._graph = CandidateGraph(home, keeping)
        self._key = job.recipe.key()
        self._started = clock()
        self._run = keeping.new_run(f"{self._started:%Y%m%dt%H%M%S}-{self._key[:8]}")
        self._report = Report()
        self._seen: set[str] = set()
        self._files_of: dict[str, _Open] = {}
        self._changed: list[str] = []

    def do(self) -> Report:
        """Do all there is to do."""
        job = self._job
        with Crew(job.recipe, self._run, job.workers, job.limit_seconds) as crew:
            for source, outcome in crew.work(self._sources()):
                self._take(source, outcome)
                self._progress(self._report, source.text.path)
        if self._report.worked:
            self._report.run = self._run
            self._keeping.put_run(self._run, self._record())
        self._report.commit = self._graph.bring_up(self._changed, self._job.recipe)
        return self._report

    # --- What there is to do ------------------------------------------------------------------

    def _sources(self) -> Iterator[Source]:
        for path in self._job.paths:
            for file in files_in(path):
                self._report.files += 1
                yield from self._of_file(file)

    def _of_file(self, path: Path) -> Iterator[Source]:
        try:
            data = file_data(path, self._job.wishes)
        except InputError as error:
            self._report.quarantined += error.problems
            return
        digest = sha256(data)
        key = sha256(f"{self._key} {key_of(data, str(path), self._job.wishes)}")
        if self._is_done(digest, key, str(path)):
            self._progress(self._report, str(path))
            return
        batch = read_kept(self._archive, data, str(path), self._job.wishes)
        if not batch.sources:
            self._put_aside(digest, key, batch)
            return
        file = _Open(digest, {"key": key, "problems": [str(one) for one in batch.problems]})
        file.members["documents"] = [one.text.source_sha256 for one in batch.sources]
        self._report.quarantined += batch.problems
        yield from self._of_batch(file, batch)
        file.all_given = True
        self._close(file)

    def _is_done(self, digest: str, key: str, path: str) -> bool:
        """Count a file that was done before, in the same way."""
        known = self._keeping.file(digest)
        if known is not None and known["key"] == key and not self._job.again:
            documents = known["documents"]
            if all(self._keeping.key_of(one) or self._aside(one) for one in documents):
                for one in documents:
                    self._count_done(one, path)
                self._report.quarantined += [_known(path, one) for one in known["problems"]]
                return True
        aside = self._keeping.in_quarantine(digest)
        if aside is not None and aside["key"] == key and not self._job.again:
            self._report.quarantined += [_known(path, one) for one in aside["reasons"]]
            return True
        return False

    def _aside(self, document: str) -> bool:
        return self._keeping.in_quarantine(document) is not None

    def _count_done(self, document: str, path: str) -> None:
        if document in self._seen:
            self._report.repeated += 1
            return
        self._seen.add(document)
        aside = self._keeping.in_quarantine(document)
        if aside is None:
            self._report.unchanged += 1
        else:
            self._report.quarantined += [_known(path, one) for one in aside["reasons"]]

    def _of_batch(self, file: _Open, batch: Batch) -> Iterator[Source]:
        for source in batch.sources:
            document = source.text.source_sha256
            key = self._document_key(source)
            aside = self._keeping.in_quarantine(document)
            is_aside = aside is not None and aside["key"] == key and not self._job.again
            if document in self._seen or is_aside or self._keeping.key_of(document) == key:
                self._count_done(document, source.text.path)
                continue
            self._seen.add(document)
            self._files_of[document] = file
            file.left += 1
            yield source

    def _document_key(self, source: Source) -> str:
        """Return what the candidates of a document depend on: all but the name of its file."""
        told = replace(source, text=replace(source.text, content="", path=""), container=None)
        return sha256(f"{self._key} {told!r}")

    # --- What came of it ----------------------------------------------------------------------

    def _take(self, source: Source, outcome: Outcome) -> None:
        document = source.text.source_sha256
        key = self._document_key(source)
        if isinstance(outcome, Failed):
            self._fail(source, key, outcome)
        else:
            is_new = not self._keeping.key_of(document)
            self._graph.will_change()
            differs = self._keeping.put(outcome.document, key)
            self._keeping.release(document)
            self._report.add(outcome, source.text.path)
            self._report.new += is_new
            self._report.changed += differs and not is_new
            self._report.same += not differs
            if differs:
                self._changed.append(document)
        file = self._files_of.pop(document)
        file.left -= 1
        self._close(file)

    def _close(self, file: _Open) -> None:
        if file.all_given and not file.left:
            self._keeping.put_file(file.digest, file.members)
            if file.digest not in file.members["documents"]:
                self._keeping.release(file.digest)

    def _fail(self, source: Source, key: str, failed: Failed) -> None:
        self._report.quarantined.append(
            Problem(source.text.path, 0, "", failed.reason, _REPORT if failed.trace else _AGAIN)
        )
        members = {"file": source.text.path, "key": key, "reasons": [failed.reason]}
        self._keeping.put_in_quarantine(
            source.text.source_sha256, {**members, "trace": failed.trace, "run": self._run}
        )

    def _put_aside(self, digest: str, key: str, batch: Batch) -> None:
        """Note a file of which nothing could be read."""
        self._report.quarantined += batch.problems
        reasons = [one.message for one in batch.problems]
        members = {"file": batch.path, "key": key, "reasons": reasons, "run": self._run}
        self._keeping.put_in_quarantine(digest, members)

    def _record(self) -> dict[str, Any]:
        """Return what the run was, to be kept and told in the graph."""
        recipe = self._job.recipe
        return {
            "id": self._run,
            "started": self._started.isoformat(),
            "ended": self._clock().isoformat(),
            "software": recipe.software(),
            "settings": list(recipe.settings()),
            "report": self._report.members(),
        }


def _known(path: str, reason: str) -> Problem:
    return Problem(path, 0, "", f"in quarantine: {reason}", _AGAIN)
