"""One question in flight: what has come of its answer, and how long it has worked."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol

from demarche_ontology.errors import DemarcheError
from demarche_server.engine import Answer
from demarche_server.readers import wire
from demarche_server.readers.tables import Table
from demarche_server.readers.wire import Head, Question

PIECES_AHEAD: Final = 12
"""Pieces of an answer that may wait for the client before the reader has to."""


class Reading(Protocol):
    """The reader that works on a question."""

    def throttle(self, on: bool) -> None:
        """Let the reader wait, as the client lags behind; or go on."""
        ...

    def end(self) -> None:
        """End the reader at once."""
        ...


class Run:
    """A question between its asking and the end of its answer. In the event loop only.

    reader: who works on it, None as long as nobody does.
    """

    def __init__(self, question: Question, client: str) -> None:
        self.question = question
        self.client = client
        self.head: Head | None = None
        self.table: Table | None = None
        self.error: BaseException | None = None
        self.exhausted = False
        self.finished = False
        self.asked = time.monotonic()
        self.reader: Reading | None = None
        self.throttled = False
        self._pieces: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._told: Callable[[], None] | None = None
        self._worked = 0.0
        self._since: float | None = None

    @classmethod
    def refused(cls, question: Question, client: str, error: DemarcheError) -> Run:
        """Return a question that was not even begun."""
        run = cls(question, client)
        run.fail(error)
        return run

    # --- The clock ---------------------------------------------------------------------------

    def start_clock(self, now: float | None = None) -> None:
        """Count the time from now on. now: monotonic seconds, if they are known."""
        if self._since is None:
            self._since = time.monotonic() if now is None else now

    def stop_clock(self) -> None:
        """Count no time until it is started again."""
        if self._since is not None:
            self._worked += time.monotonic() - self._since
            self._since = None

    @property
    def working(self) -> bool:
        """Whether its time is counted now."""
        return self._since is not None

    @property
    def worked(self) -> float:
        """Seconds it has worked; what it waited for its turn or its client does not count."""
        running = 0.0 if self._since is None else time.monotonic() - self._since
        return self._worked + running

    # --- From the reader ---------------------------------------------------------------------

    @property
    def begun(self) -> bool:
        """Whether some of the answer has come."""
        return self.head is not None

    def take(self, kind: bytes, payload: bytes) -> None:
        """Take a frame of the answer."""
        if kind == wire.HEAD:
            self.head = Head.load(payload)
            return
        if kind == wire.DATA:
            self._pieces.append(payload)
            if len(self._pieces) > PIECES_AHEAD and not self.throttled:
                self._throttle(True)
        elif kind == wire.END:
            self._pieces.append(payload)
            self.finished = True
        elif kind == wire.TABLE:
            self.table = Table.load(payload)
            self.finished = True
        elif kind == wire.ROWS:
            self.table = Table.of_tsv(payload, self.question.rows)
            self.finished = True
        elif kind == wire.ERROR:
            self.fail(wire.load_error(payload))
            return
        self._wake()

    def take_whole(self, head: bytes, body: bytes) -> None:
        """Take the two frames of an answer that is one piece."""
        self.head = Head.load(head)
        self._pieces.append(body)
        self.finished = True
        self._wake()

    def fail(self, error: BaseException) -> None:
        """End the answer with an error; the first one counts."""
        if not self.finished:
            self.error = error
            self.finished = True
            self._wake()

    def _throttle(self, on: bool) -> None:
        self.throttled = on
        if self.reader is not None:
            self.reader.throttle(on)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        if self._told is not None and self._enough:
            told, self._told = self._told, None
            told()

    @property
    def _enough(self) -> bool:
        """Whether it is no use to wait for more before the first piece is taken."""
        return self.finished or self.throttled

    # --- To the client -----------------------------------------------------------------------

    def tell(self, told: Callable[[], None]) -> None:
        """See `Asked.tell`."""
        if self._enough:
            told()
        else:
            self._told = told

    def whole(self) -> tuple[Head, bytes] | None:
        """Return the answer if all of it is there, and nothing of it was taken; it then is."""
        if not self.finished or self.error is not None or self.head is None:
            return None
        self.exhausted = True
        pieces, self._pieces = self._pieces, deque()
        return self.head, b"".join(pieces)

    async def answer(self) -> Answer:
        """Return the answer once its first piece is there. Raises what the run ended with."""
        try:
            first = await self.next()
        except asyncio.CancelledError:
            self.stop()
            raise
        head = self.head or Head("SELECT", "application/octet-stream")
        return Answer(head, first, self.exhausted, self.pieces(), self.stop, lambda: self.worked)

    async def next(self) -> bytes:
        """Return the next piece; sets `exhausted` with the last. Raises what the run ended with."""
        while not self._pieces and not self.finished:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if self.error is not None:
            # Also when pieces are left: what is cut off need not be sent in full.
            self.exhausted = True
            raise self.error
        piece = self._pieces.popleft() if self._pieces else b""
        if self.throttled and len(self._pieces) <= 1:
            self._throttle(False)
        self.exhausted = self.finished and not self._pieces
        return piece

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield what is left of the answer. Raises as `next` does."""
        while not self.exhausted:
            yield await self.next()

    def stop(self) -> None:
        """Nobody wants the answer any more; twice does no harm."""
        if not self.finished:
            self.fail(AbandonedError("The client went away"))
            if self.reader is not None:
                self.reader.end()


class AbandonedError(Exception):
    """Nobody waits for the answer any more. Never told to anybody."""
