"""A program: reads an RDF document from its input, writes N-Triples to its output.

    python -m demarche_server.federation.convert MEDIA-TYPE BASE-IRI

Ends with status 1 and one line on its error output when the document cannot be read.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from typing import Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, parse, serialize

MAX_MEMORY_BYTES: Final = 2 << 30
MAX_CPU_SECONDS: Final = 120


def main(media_type: str, base_iri: str) -> int:
    """Convert the document; return the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    form = RdfFormat.from_media_type(media_type)
    try:
        quads = parse(sys.stdin.buffer, format=form, base_iri=base_iri)
        serialize(_triples(quads), sys.stdout.buffer, format=RdfFormat.N_TRIPLES)
        sys.stdout.buffer.flush()
    except (SyntaxError, ValueError, OSError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    return 0


def _triples(quads: Iterator[Quad]) -> Iterator[Triple]:
    for quad in quads:
        if quad.graph_name != DefaultGraph():
            raise ValueError("it holds named graphs, and LOAD reads one graph")
        yield quad.triple


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
