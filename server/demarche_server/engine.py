"""Where queries run: the one seam between the web and the engine.

An `Engine` takes a query, its dataset and a media type and streams bytes, or gives a bounded
`Table` for a page. Nothing else of an answer crosses the seam, so that the engine can live in
another process. `ThreadEngine` is the one there is: a few threads over one View.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, Final, Literal, Protocol, TypeVar, cast

from pyoxigraph import BlankNode, NamedNode
from pyoxigraph import Literal as RdfLiteral

from demarche_ontology.errors import DemarcheError
from demarche_store.protocol import CommitInfo, Dataset, Results, View

CHUNK_BYTES: Final = 1 << 16
"""Bytes gathered before they are handed to the web; a smaller answer is sent as one piece."""
CHUNKS_AHEAD: Final = 4
"""Chunks a query may be ahead of its reader before it waits."""

_log = logging.getLogger(__name__)

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Exception)

TermKind = Literal["iri", "literal", "blank", "triple"]


@dataclass(frozen=True, slots=True)
class Term:
    """One RDF term, ready to be shown. value: IRI, lexical form, label, or N-Triples syntax."""

    kind: TermKind
    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of an answer, for a page.

    rows: terms in the order of `columns`, None where unbound.
    more: whether the answer goes on. boolean: set for ASK, which has no rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    more: bool = False
    boolean: bool | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised answer whose first piece is already there.

    whole: the first piece is all of it.
    rest: the pieces that follow, to be read once; raises what goes wrong on the way.
    stop: ends the work, to be called by who leaves before the end; twice does no harm.
    """

    first: bytes
    whole: bool
    rest: AsyncIterator[bytes]
    stop: Callable[[], None]


class Engine(Protocol):
    """Answers queries on one commit. Queries have been admitted before they come here."""

    @property
    def info(self) -> CommitInfo: ...

    async def answer(self, query: str, dataset: Dataset, media_type: str) -> Answer:
        """Start a query; return once the first piece of its answer is there.

        Raises QueryError, NotAcceptableError, StoreError.
        """
        ...

    async def table(self, query: str, dataset: Dataset, limit: int) -> Table:
        """Return at most `limit` rows. Raises as `answer` does."""
        ...

    async def close(self) -> None: ...


class ThreadEngine:
    """Runs each query in a thread of a pool; an answer never leaves the thread that made it."""

    def __init__(self, view: View, workers: int) -> None:
        self._view = view
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="query")

    @property
    def info(self) -> CommitInfo:
        return self._view.info

    async def answer(self, query: str, dataset: Dataset, media_type: str) -> Answer:
        pipe = _Pipe(asyncio.get_running_loop())
        self._pool.submit(pipe.run, lambda: self._write(query, dataset, media_type, pipe))
        try:
            first = await pipe.next()
        except asyncio.CancelledError:
            pipe.stop()
            raise
        return Answer(first, pipe.exhausted, pipe.chunks(), pipe.stop)

    async def table(self, query: str, dataset: Dataset, limit: int) -> Table:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._pool, _detaching, lambda: read_table(self._view.query(query, dataset), limit)
        )

    async def close(self) -> None:
        """Wait for the queries at work, then let the commit go."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)
        self._view.close()

    def _write(self, query: str, dataset: Dataset, media_type: str, pipe: _Pipe) -> None:
        self._view.query(query, dataset).write(cast(IO[bytes], pipe), media_type)


def read_table(results: Results, limit: int) -> Table:
    """Read the beginning of an answer. Raises QueryError."""
    if results.form == "ASK":
        return Table((), (), boolean=results.boolean())
    graph = results.form == "GRAPH"
    columns = ("subject", "predicate", "object") if graph else results.variables
    source: Iterator[Any] = results.triples() if graph else results.rows()
    rows = [tuple(_term(value) for value in row) for row in islice(source, limit + 1)]
    return Table(columns, tuple(rows[:limit]), more=len(rows) > limit)


def _term(value: Any) -> Term | None:
    if value is None:
        return None
    if isinstance(value, NamedNode):
        return Term("iri", value.value)
    if isinstance(value, BlankNode):
        return Term("blank", value.value)
    if isinstance(value, RdfLiteral):
        return Term("literal", value.value, value.language or "", value.datatype.value)
    return Term("triple", str(value))


# --- From a thread to the event loop ---------------------------------------------------------


class _StoppedError(Exception):
    """Nobody reads the answer any more. Never leaves the thread."""


@dataclass(frozen=True, slots=True)
class _Piece:
    data: bytes
    last: bool
    error: BaseException | None = None


@dataclass(slots=True, eq=False)
class _Pipe:
    """A file to the thread that writes it, an iterator of chunks to the event loop."""

    loop: asyncio.AbstractEventLoop
    exhausted: bool = False
    _buffer: bytearray = field(default_factory=bytearray)
    _pieces: asyncio.Queue[_Piece] = field(default_factory=asyncio.Queue)
    _room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(CHUNKS_AHEAD))
    _stopped: bool = False

    # --- in the thread

    def run(self, work: Callable[[], None]) -> None:
        """Do the work that writes into this pipe, and hand over how it ended."""
        try:
            if not self._stopped:
                _detaching(work)
        except _StoppedError:
            return
        except BaseException as error:
            self._put(_Piece(b"", last=True, error=error))
        else:
            self._put(_Piece(bytes(self._buffer), last=True))

    def write(self, data: bytes) -> int:
        self._buffer += data
        if len(self._buffer) >= CHUNK_BYTES:
            self._room.acquire()
            if self._stopped:
                raise _StoppedError
            self._put(_Piece(bytes(self._buffer), last=False))
            self._buffer.clear()
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what is gathered goes out when there is enough, or at the end."""

    def _put(self, piece: _Piece) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._pieces.put_nowait, piece)

    # --- in the event loop

    async def next(self) -> bytes:
        """Return the next chunk; sets `exhausted` with the last. Raises what the work raised."""
        piece = await self._pieces.get()
        self._room.release()
        self.exhausted = piece.last
        if piece.error is not None:
            raise piece.error
        return piece.data

    async def chunks(self) -> AsyncIterator[bytes]:
        while not self.exhausted:
            yield await self.next()

    def stop(self) -> None:
        """Let the thread stop at its next write."""
        self._stopped = True
        self._room.release()


def _detaching(work: Callable[[], _T]) -> _T:
    """Run `work`; what it raises keeps no hold on the objects of this thread.

    A traceback holds the frames and so the engine's result, which must be freed here.
    """
    try:
        return work()
    except _StoppedError:
        raise
    except DemarcheError as error:
        raise _bare(error) from None
    except Exception as error:
        _log.exception("a query failed in a way nobody foresaw")
        raise _bare(error) from None


def _bare(error: _E) -> _E:
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
