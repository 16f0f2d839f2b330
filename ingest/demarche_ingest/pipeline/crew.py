"""Processes that work on documents, one at a time each.

A document that has its process crash, or takes longer than any should, costs that process and
nothing else: another takes its place, and the document is told as failed.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Final, TypeAlias

from demarche_ingest.documents.model import Source
from demarche_ontology.errors import DemarcheError, ModelError

if TYPE_CHECKING:
    from demarche_ingest.pipeline.coding import Coded
    from demarche_ingest.pipeline.recipe import Recipe, Workshop

LIMIT_SECONDS: Final = 900.0
"""How long one document may take: a text of the longest length that is taken apart takes less."""
_TRACE: Final = 6
"""Steps of a traceback that are kept, the last ones."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that could not be worked on. reason: a sentence. trace: for who mends it."""

    reason: str
    trace: str = ""


_GARBAGE: Final = (20_000, 10, 10)
"""How many objects are made before the collector looks for cycles among the young, middle, old."""

Outcome: TypeAlias = "Coded | Failed"


class Crew:
    """Works on documents in `workers` processes, or in this one for 0. A context manager.

    run: the ingestion that the candidates are made in. limit_seconds: for one document.
    """

    def __init__(
        self, recipe: Recipe, run: str, workers: int, limit_seconds: float = LIMIT_SECONDS
    ) -> None:
        self._recipe = recipe.shared(workers)
        self._run = run
        self._workers = workers
        self._limit = limit_seconds
        self._idle: list[_Worker] = []
        self._busy: dict[Connection, _Worker] = {}
        self._garbage: tuple[int, ...] = ()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in (*self._idle, *self._busy.values()):
            worker.end()
        self._idle, self._busy = [], {}
        if self._garbage:
            gc.set_threshold(*self._garbage)
            gc.unfreeze()
            self._garbage = ()

    def work(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Outcome]]:
        """Yield each document with what came of it, as they are done.

        No more are taken from `sources` than are worked on. Raises InputError for a recipe that
        cannot be used.
        """
        if not self._workers:
            yield from self._here(sources)
            return
        for source in sources:
            while not self._idle and len(self._busy) >= self._workers:
                yield from self._done()
            self._give(source)
        while self._busy:
            yield from self._done()

    def _here(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Outcome]]:
        workshop = None
        for source in sources:
            workshop = workshop or self._recipe.open()
            yield source, attempt(source, workshop, self._run)
            self._garbage = self._garbage or _passing_over_loaded()

    def _give(self, source: Source) -> None:
        worker = self._idle.pop() if self._idle else _Worker(self._recipe, self._run)
        self._busy[worker.end_here] = worker
        worker.begin(source)

    def _done(self) -> Iterator[tuple[Source, Outcome]]:
        """Wait for at least one, and yield those that are done."""
        first = min(worker.began for worker in self._busy.values())
        left = max(0.0, first + self._limit - time.monotonic())
        for connection in wait(list(self._busy), timeout=left):
            assert isinstance(connection, Connection)
            worker = self._busy.pop(connection)
            source = worker.source
            outcome = worker.outcome()
            if isinstance(outcome, DemarcheError):
                worker.end()
                raise outcome
            if worker.is_alive:
                self._idle.append(worker)
            yield source, outcome
        late = time.monotonic() - self._limit
        for worker in [one for one in self._busy.values() if one.began <= late]:
            del self._busy[worker.end_here]
            worker.end()
            yield worker.source, Failed(f"it took longer than {self._limit:g} seconds")


class _Worker:
    """One process and the end of the pipe to it."""

    source: Source
    began: float

    def __init__(self, recipe: Recipe, run: str) -> None:
        context = multiprocessing.get_context("spawn")  # a process with threads must not fork
        self.end_here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, recipe, run), daemon=True)
        self._process.start()
        there.close()
        self.is_alive = True

    def begin(self, source: Source) -> None:
        self.source, self.began = source, time.monotonic()
        with suppress(OSError):  # that it is gone is seen when its answer is read
            self.end_here.send(source)

    def outcome(self) -> Outcome | DemarcheError:
        try:
            found: Outcome | DemarcheError = self.end_here.recv()
        except (EOFError, OSError):
            self.end()
            return Failed(_how(self._process.exitcode))
        if isinstance(found, DemarcheError):
            self.is_alive = False
        return found

    def end(self) -> None:
        self.is_alive = False
        self.end_here.close()
        if self._process.is_alive():
            self._process.kill()
        self._process.join()


def _how(code_: int | None) -> str:
    if code_ is not None and code_ < 0:
        with suppress(ValueError):
            return f"the process that worked on it was ended by {signal.Signals(-code_).name}"
    return f"the process that worked on it ended with {code_}"


def _serve(pipe: Connection, recipe: Recipe, run: str) -> None:
    """Work on what comes through a pipe, until nothing more does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its children
    workshop: Workshop | None = None
    garbage: tuple[int, ...] = ()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            source = pipe.recv()
            try:
                workshop = workshop or recipe.open()
                outcome = attempt(source, workshop, run)
            except DemarcheError as error:
                pipe.send(error)
                return
            pipe.send(outcome)
            garbage = garbage or _passing_over_loaded()


def _passing_over_loaded() -> tuple[int, ...]:
    """Have the collector of cycles pass over what there is, and look no more often than told.

    To be called after the first document, when all is loaded that stays: a document makes few
    cycles, and looking for them among words and rules took a tenth of the time. Return the
    thresholds there were.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    if before[0]:  # it looks at all
        gc.set_threshold(*map(max, zip(before, _GARBAGE, strict=True)))
    return before


def attempt(source: Source, workshop: Workshop, run: str) -> Outcome:
    """Return the candidates of a document, or how working on it failed.

    Raises ModelError: what fails for one document then does for all.
    """
    from demarche_ingest.pipeline.coding import code  # only where there is something to do

    try:
        return code(source, workshop, run)
    except ModelError:
        raise
    except Exception as error:
        told = str(error).strip().splitlines()
        reason = f"{type(error).__name__}: {told[0]}" if told else type(error).__name__
        steps = traceback.format_list(traceback.extract_tb(error.__traceback__)[-_TRACE:])
        return Failed(f"a fault while working on it, {reason}", "".join(steps))
