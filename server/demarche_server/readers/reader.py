"""One reader: takes a query from its socket, answers it, takes the next.

Everything a stranger's text can set off happens here: reading the query, choosing the format,
running it, serialising and compressing the answer. Writing blocks when the client is slow, and
stops the engine with it.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol, cast

from pyoxigraph import Store

from demarche_ontology.errors import (
    DemarcheError,
    QueryError,
    QueryMemoryError,
    QuerySyntaxError,
    ResultSizeError,
)
from demarche_server import negotiation, sparql
from demarche_server.federation.settling import settle
from demarche_server.readers import process, wire
from demarche_server.readers.encoding import Encoder, choose_encoding, encoder
from demarche_server.readers.knowing import KnownGraph
from demarche_server.readers.tables import TSV, read_table, write_rows
from demarche_server.readers.texts import Texts
from demarche_server.readers.wire import Head, Question, ReaderConfig
from demarche_store.embedded import open_read_only
from demarche_store.protocol import Dataset, QueryForm
from demarche_store.results import EngineResults, EvaluationErrors
from demarche_store.scope import Scopes

if TYPE_CHECKING:
    from demarche_server.columns import Columns  # which takes more memory than a small graph

CHUNK_BYTES: Final = 1 << 16
"""Bytes gathered before they are sent; until then, an error can still be told as an error."""
SMALL_BYTES: Final = 1400
"""An answer that fits one packet is not compressed."""
LONG_SECONDS: Final = 0.1
"""A question that took longer may have taken much memory."""
_PLAIN: Final = sparql.QueryText("SELECT", False, False, False, (), (), frozenset(), ())
"""What reading one of the server's own questions, or what columns answer, would find: nothing."""


class Written(Protocol):
    """An answer that is yet to be written, as by `EngineResults`."""

    def write(self, output: IO[bytes], media_type: str) -> None:
        """Write it. Raises OSError, from the output or because it could not be worked out."""
        ...


class Reader:
    """Answers questions about one store.

    texts, columns: of its default graph, where they were made.
    """

    def __init__(
        self,
        store: Store,
        config: ReaderConfig,
        texts: Texts | None = None,
        columns: Columns | None = None,
    ) -> None:
        self._store = store
        self._config = config
        self._known = KnownGraph(store, texts)
        self._columns = columns
        self._scopes = Scopes(config.default_graphs)
        self._defaults = (config.rows_format, config.graph_format)
        self._bounds = sparql.Bounds(config.max_nesting, config.max_operators, config.max_parts)

    def serve(self, sock: socket.socket) -> None:
        """Answer until the other side goes, or the server had better have a fresh reader."""
        receiver = wire.Receiver(sock)
        while (received := receiver.next()) is not None:
            began = time.monotonic()
            self.answer(Question.load(received[1]), sock)
            if self._scopes.merged:
                # A merged dataset counts against the memory of every later query.
                return
            if time.monotonic() - began > LONG_SECONDS:
                process.give_back()

    def answer(self, question: Question, sock: socket.socket) -> None:
        """Answer one question. Raises OSError when the server has gone."""
        failure: DemarcheError
        try:
            self._run(question, sock)
        except DemarcheError as error:
            failure = error
        except MemoryError:
            failure = QueryMemoryError("The query needs more memory than one query may have")
        else:
            return
        sock.sendall(wire.frame(wire.ERROR, wire.dump_error(failure)))

    def _run(self, question: Question, sock: socket.socket) -> None:
        if (answer := self._by_columns(question)) is not None:
            self._answer(question, _PLAIN, sock, answer)
            return
        text = _PLAIN if question.ours else sparql.plain(question.query, self._bounds)
        if text is not None:
            try:
                self._answer(question, text, sock)
                return
            except QuerySyntaxError:
                pass  # nothing was sent; what is wrong is told by who reads all of it
        self._run_any(question, sock)

    def _run_any(self, question: Question, sock: socket.socket) -> None:
        """Run a question once all of its query was read."""
        services = dict(self._config.services)
        text = sparql.admit(question.query, self._bounds, services)
        own = question.dataset == wire.STORES_OWN == text.dataset
        run = sparql.corrected(question.query, text, self._known if own else None)
        try:
            if run != question.query:
                with suppress(QuerySyntaxError):
                    # What one says is about another text than was asked; nothing was sent yet.
                    self._call(question._replace(query=run), text, services, sock)
                    return
            self._call(question, text, services, sock)
        except QuerySyntaxError as error:
            raise sparql.undeclared_prefix(question.query, text) or error from None

    def _call(
        self,
        question: Question,
        text: sparql.QueryText,
        services: Mapping[str, str],
        sock: socket.socket,
    ) -> None:
        """Run a question, by way of the addresses of services where it calls any."""
        if not text.service:
            self._answer(question, text, sock)
            return
        rewritten = sparql.rewrite(question.query, sparql.for_query(services))
        run = question._replace(query=rewritten.text)
        try:
            self._answer(run, text, sock, settled=lambda: settle(rewritten))
        except DemarcheError as error:
            raise rewritten.explained(error) from None

    def _answer(
        self,
        question: Question,
        text: sparql.QueryText,
        sock: socket.socket,
        answer: Written | None = None,
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        """Run a question as it stands.

        text: what was read of it. answer: what is known of it already. settled: called before the
            answer is called whole; raises what the engine passed over.
        """
        dataset = dataset_for(question.dataset, text)
        if question.rows:
            table = self._table(question, dataset, sock)
            settled()
            sock.sendall(table)
            return
        wishes = question.accept, question.format, question.encodings
        head = _head(text.form, wishes, self._defaults, text.volatile or text.service)
        out = _Output(sock, head, self._config.max_answer_bytes)
        results = answer or self._query(question, dataset, sock)
        try:
            results.write(cast(IO[bytes], out), head.media_type)
        except OSError as error:
            if out.failure is not None:
                raise out.failure from None
            raise QueryError(f"The engine could not work the query out: {error}") from error
        settled()
        out.end()

    def _by_columns(self, question: Question) -> Written | None:
        """Return the answer that the columns of the default graph give, None if they give none.

        What they read is a part of SPARQL in which nothing is that is looked for elsewhere.
        """
        if self._columns is None or question.rows or question.ours:
            return None
        if question.dataset != wire.STORES_OWN:
            return None
        if (found := self._columns.looked_up(question.query)) is not None:
            return found
        if not self._columns.may_answer(question.query):
            return None
        try:
            tokens = tuple(sparql.tokenize(question.query))
        except QuerySyntaxError:
            return None  # it is told by who reads all of it
        return self._columns.answer(
            question.query, tokens, self._one_column, self._known.places_holding
        )

    def _one_column(self, query: str) -> list[bytes] | None:
        """Return the terms that a query of one column has, as TSV; None if it does not work."""
        out = BytesIO()
        try:
            with EvaluationErrors():
                EngineResults(self._store.query(query)).write(out, TSV)
        except QueryError:
            return None
        return out.getvalue().split(b"\n")[1:-1]

    def _table(self, question: Question, dataset: Dataset, sock: socket.socket) -> bytes:
        """Return the frame of the beginning of an answer."""
        results = self._query(question, dataset, sock)
        if question.ours and results.form == "SELECT":
            rows = write_rows(results, question.rows)
            if rows is not None:
                return wire.frame(wire.ROWS, rows)
            results = self._query(question, dataset, sock)
        return wire.frame(wire.TABLE, read_table(results, question.rows).dump())

    def _query(self, question: Question, dataset: Dataset, sock: socket.socket) -> EngineResults:
        store, scope = self._scopes.of(self._store, dataset)
        if self._scopes.merged:
            # Said before the answer: after it, the next question may be on its way already.
            sock.sendall(wire.frame(wire.LEAVING))
        with EvaluationErrors():
            base = question.base_iri or None
            return EngineResults(store.query(question.query, base_iri=base, **scope))


@lru_cache(maxsize=64)
def _head(
    form: QueryForm,
    wishes: tuple[str, str | None, str],
    defaults: tuple[str, str],
    volatile: bool,
) -> Head:
    """Return what an answer will be. wishes: `accept`, `format` and `encodings` of its question.

    Raises NotAcceptableError.
    """
    accept, named, encodings = wishes
    chosen = negotiation.negotiate(form, accept or None, named, defaults)
    return Head(form, chosen.media_type, choose_encoding(encodings), volatile)


def dataset_for(requested: Dataset, text: sparql.QueryText) -> Dataset:
    """Return the dataset a query is run on: the request's, else that of its FROM clauses.

    FROM is handed on only where the engine by itself would count a triple once per graph.
    """
    if len(text.default_graphs) < 2 or requested != wire.STORES_OWN:
        return requested
    return text.dataset


class _Output:
    """The file the engine writes an answer into; sends frames."""

    __slots__ = ("_begun", "_buffer", "_encoder", "_head", "_limit", "_size", "_sock", "failure")

    def __init__(self, sock: socket.socket, head: Head, limit: int) -> None:
        self._sock = sock
        self._head = head
        self._limit = limit
        self._size = 0
        self._buffer = bytearray()
        self._encoder: Encoder | None = None
        self._begun = False
        self.failure: DemarcheError | OSError | None = None

    def write(self, data: bytes) -> int:
        """Take a piece. The engine passes on only OSError, so `failure` tells which it was."""
        self._size += len(data)
        if self._limit and self._size > self._limit:
            self.failure = ResultSizeError(
                f"The answer is larger than {self._limit} bytes",
                remedy="ask for fewer rows or columns, or for one part after the other",
            )
            raise OSError(self.failure.message)
        self._buffer += data
        if len(self._buffer) >= CHUNK_BYTES:
            self._flush()
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what is gathered goes out when there is enough, or at the end."""

    def _flush(self) -> None:
        frames = self._begin()
        if self._encoder is not None:
            self._buffer = bytearray(self._encoder.compress(bytes(self._buffer)))
        if self._buffer:
            frames += wire.frame(wire.DATA, bytes(self._buffer))
            self._buffer.clear()
        self._send(frames)

    def end(self) -> None:
        """Send what is left, and that it is all."""
        if not self._begun and len(self._buffer) < SMALL_BYTES and self._head.encoding:
            self._head = self._head._replace(encoding="")
        frames = self._begin()
        rest = bytes(self._buffer)
        if self._encoder is not None:
            rest = self._encoder.compress(rest) + self._encoder.finish()
        self._send(frames + wire.frame(wire.END, rest))

    def _begin(self) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        if self._head.encoding:
            self._encoder = encoder(self._head.encoding)
        return self._head.frame()

    def _send(self, frames: bytes) -> None:
        try:
            self._sock.sendall(frames)
        except OSError as error:
            self.failure = error
            raise


def main(arguments: list[str]) -> None:
    """Be a reader of a commit on disk.

    arguments: the socket's descriptor, the parent's pid, the store's path. The standard input: the
        config.
    """
    descriptor, parent, path = arguments
    process.end_with_parent(int(parent))
    process.settle()
    config = ReaderConfig.load(sys.stdin.read())
    sock = socket.socket(fileno=int(descriptor))
    store = open_read_only(Path(path))
    process.limit_memory(config.max_memory_bytes)
    sock.sendall(wire.frame(wire.READY))
    with suppress(OSError):  # the server has gone
        Reader(store, config).serve(sock)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
