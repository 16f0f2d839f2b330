"""Reading a document for LOAD: which format it is in, and its triples as N-Triples.

A document of somebody else's is parsed in a process of its own, with bounds: no text it holds can
end the server, or fill its memory.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from demarche_ontology.errors import FederationError, NotAcceptableError
from demarche_server.federation.fetching import Fetched
from demarche_server.federation.listed import Target
from demarche_store.formats import GRAPH_FORMATS, GraphFormat, graph_format

N_TRIPLES: Final = "application/n-triples"
GROWTH: Final = 16
"""How many times larger than its document the N-Triples may become."""

_GRAPHS: Final = tuple(one for one in GRAPH_FORMATS if not one.datasets or one.name == "jsonld")
"""Formats of one graph. JSON-LD may hold named graphs; a document that does is refused."""
ACCEPT: Final = ", ".join(
    one.media_type if one.name == "turtle" else f"{one.media_type};q=0.9" for one in _GRAPHS
)
_SAYS_NOTHING: Final = ("", "text/plain", "application/octet-stream", "binary/octet-stream")
"""Media types that servers give to files they do not know; then the suffix decides."""
_PIECE: Final = 1 << 16


def format_of(fetched: Fetched, target: Target) -> GraphFormat:
    """Return the format of a document, by media type, else by suffix. Raises FederationError."""
    key = fetched.media_type
    if key in _SAYS_NOTHING:
        key = PurePosixPath(unquote(urlsplit(target.url).path)).suffix or key
    # An empty key or "text/plain" alone would be taken for N-Triples.
    with suppress(NotAcceptableError):
        found = graph_format(key) if key not in _SAYS_NOTHING else None
        if found in _GRAPHS:
            return found
    raise FederationError(
        f"<{target.iri}> is of media type '{fetched.media_type}', which holds no single RDF graph",
        remedy=f"load one of: {', '.join(one.label for one in _GRAPHS)}",
    )


async def to_n_triples(fetched: Fetched, target: Target, max_bytes: int, seconds: float) -> bytes:
    """Return the triples of a document, its relative IRIs resolved against its own address.

    max_bytes: of the N-Triples. Raises FederationError.
    """
    media_type = format_of(fetched, target).media_type
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demarche_server.federation.convert", media_type, target.iri),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds):
            return await _converted(process, fetched.body, target, max_bytes)
    except TimeoutError as error:
        raise FederationError(f"<{target.iri}> takes longer than {seconds:g} s to read") from error
    finally:
        await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """Kill a process whose output is piped to us, and wait until it is gone.

    Its `wait` returns only when its pipes are at their end, which one is never that is not read
    because so much of it waits to be read: so what is left is read.
    """
    with suppress(ProcessLookupError):
        process.kill()
    await asyncio.gather(*(_pass_over(pipe) for pipe in (process.stdout, process.stderr)))
    await process.wait()


async def _pass_over(pipe: asyncio.StreamReader | None) -> None:
    with suppress(OSError):
        while pipe is not None and await pipe.read(_PIECE):
            pass


async def _converted(
    process: asyncio.subprocess.Process, body: bytes, target: Target, max_bytes: int
) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    feeding = asyncio.ensure_future(_feed(process.stdin, body))
    try:
        triples = bytearray()
        while piece := await process.stdout.read(_PIECE):
            triples += piece
            if len(triples) > max_bytes:
                raise FederationError(
                    f"<{target.iri}> holds more than {max_bytes} bytes of triples"
                )
        said = (await process.stderr.read(_PIECE)).decode("utf-8", errors="replace").strip()
    finally:
        feeding.cancel()
    if await process.wait() != 0:
        reason = said.splitlines()[-1] if said else "its parser ended without a word"
        raise FederationError(f"<{target.iri}> cannot be read: {reason}")
    return bytes(triples)


async def _feed(stdin: asyncio.StreamWriter, body: bytes) -> None:
    with suppress(ConnectionError):
        stdin.write(body)
        await stdin.drain()
    stdin.close()
