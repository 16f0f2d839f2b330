"""The writer process: takes a job from its socket, does it, takes the next.

Whatever a stranger's update or data can set off happens here: reading, evaluating, storing. It
holds the home's lock only while it works, so that builds can work beside it.
"""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path
from typing import Final

from demarche_ontology.errors import (
    BusyError,
    DemarcheError,
    LockedError,
    QueryMemoryError,
    QuerySyntaxError,
    RequestError,
)
from demarche_server import sparql
from demarche_server.federation.listed import Documents, document_address
from demarche_server.federation.settling import settle
from demarche_server.readers import process, wire
from demarche_server.writing.job import DONE, Done, Job, Step, WriterConfig
from demarche_store.formats import graph_format
from demarche_store.home import Home
from demarche_store.parsing import Content
from demarche_store.user_writer import Known, UserWriter
from demarche_store.write_log import Author

COMMAND: Final = "demarche serve"
_RETRY_SECONDS: Final = 0.02


class WritingProcess:
    """Does jobs in one home."""

    def __init__(self, home: Home, config: WriterConfig) -> None:
        self._home = home
        self._config = config
        self._bounds = sparql.Bounds(config.max_nesting, config.max_operators, config.max_parts)
        self._known = Known()
        self._documents = Documents(tuple(config.documents))

    def serve(self, sock: socket.socket) -> None:
        """Work until the other side goes."""
        receiver = wire.Receiver(sock)
        while (received := receiver.next()) is not None:
            sock.sendall(self._answer(Job.load(received[1])))

    def _answer(self, job: Job) -> bytes:
        try:
            return wire.frame(DONE, self.do(job).dump())
        except DemarcheError as error:
            failure = error
        except MemoryError:
            failure = QueryMemoryError("The write needs more memory than one write may have")
        return wire.frame(wire.ERROR, wire.dump_error(failure))

    def do(self, job: Job) -> Done:
        """Do a job: all of its steps, as one commit, or nothing. Raises DemarcheError."""
        end = time.monotonic() + self._config.lock_seconds
        while True:
            try:
                return self._do(job)
            except LockedError as error:
                if time.monotonic() >= end:
                    raise BusyError(error.message, "try again later", retry_after=5) from error
                time.sleep(_RETRY_SECONDS)

    def _do(self, job: Job) -> Done:
        with self._home.user_writer(COMMAND, self._known) as writer:
            existed = [self._step(writer, step) for step in job.steps]
            kinds = " and ".join(dict.fromkeys(step.kind for step in job.steps))
            commit = writer.commit(f"{kinds} by {job.author}", Author(job.author, job.request_id))
        return Done(commit.id, tuple(existed))

    def _step(self, writer: UserWriter, step: Step) -> bool:
        if step.kind == "update":
            self._update(writer, step)
            return True
        if step.fresh and writer.has(step.graph):
            raise RequestError(
                "There is such a graph already", "leave out If-None-Match", status=412
            )
        if step.existing and not writer.has(step.graph):
            raise RequestError("There is no such graph", "leave out If-Match", status=412)
        if step.kind == "delete":
            writer.delete(step.graph)
            return True
        content = Content(step.body, graph_format(step.media_type), step.base_iri)
        return (writer.put if step.kind == "put" else writer.post)(step.graph, content)

    def _update(self, writer: UserWriter, step: Step) -> None:
        text = step.body.decode()
        tokens = sparql.admit_update(text, self._bounds)
        right = sparql.corrected_update(text, tokens)
        if right != text:
            try:
                self._run(writer, step, right)
                return
            except QuerySyntaxError:
                pass  # nothing was done yet; what it says is about another text than was sent
        self._run(writer, step, text)

    def _run(self, writer: UserWriter, step: Step, text: str) -> None:
        """Run the text of an update."""
        text = sparql.with_dataset(text, tuple(sparql.tokenize(text)), step.dataset)
        services = sparql.for_query(self._config.services)
        rewritten = sparql.rewrite(text, services, self._document)
        try:
            writer.update(rewritten.text, step.base_iri)
        except DemarcheError as error:
            raise rewritten.explained(error) from None
        settle(rewritten)

    def _document(self, iri: str) -> str | None:
        return document_address(self._config.proxy, self._documents, iri)


def main() -> None:
    """Work for the server.

    arguments: the socket's descriptor, the parent's pid, the home. The standard input: the config.
    """
    number, parent, home = sys.argv[1:]
    process.end_with_parent(int(parent))
    process.settle()
    settings = WriterConfig.load(sys.stdin.read())
    process.limit_memory(settings.max_memory_bytes)
    with socket.socket(fileno=int(number)) as sock:
        WritingProcess(Home(Path(home)), settings).serve(sock)


if __name__ == "__main__":
    main()
