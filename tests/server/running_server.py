"""A real server process over a real home with a small, fictional graph."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import httpx
from pyoxigraph import NamedNode, RdfFormat, parse

from demarche_ontology.terms import GRAPH
from demarche_server.readers.hatchery import written
from demarche_store.home import Home

# Names of a country that does not exist; one literal and one IRI are as hostile as they come.
TURTLE = r"""
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix id: <https://w3id.org/demarche/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

dem:State rdfs:subClassOf dem:Actor .
dem:Person rdfs:subClassOf dem:Actor .
id:ruritania a dem:State ; skos:prefLabel "Ruritania"@en, "روريتانيا"@ar .
id:rudolf a dem:Person ; skos:prefLabel "Rudolf"@en ;
    rdfs:seeAlso <https://example.org/rudolf>, <javascript:alert(1)> ;
    skos:note "<script>document.title='owned'</script>", "\"><img src=x onerror=alert(1)>" .
id:document-0123456789ab a dem:Document .
id:claim-1 a dem:Claim ; dem:statement "Rudolf says that the tunnel will open."@en ;
    dem:utteredOn "2020-01-02"^^xsd:date .
id:claim-2 a dem:Claim ; dem:statement "The tunnel stays shut, says a reader."@en .
"""

EXAMPLE = "SELECT ?claim ?statement WHERE { ?claim dem:statement ?statement } ORDER BY ?claim"
MANY = 3000


def triples(text: str = TURTLE) -> list:
    return [quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)]


def many() -> list:
    """Return enough triples for an answer of several chunks and more rows than a page shows."""
    lines = (f'<urn:many:{n}> <urn:many:value> "{n} {"x" * 200}" .' for n in range(MANY))
    return triples("\n".join(lines))


def build(path: Path) -> Home:
    """Build a home with two graphs that share their triples, a big one, and a release."""
    home = Home(path)
    names = [GRAPH["reference"], GRAPH["links"], NamedNode("urn:many")]
    with home.writer("a test") as writer:
        writer.replace_graph(names[0], triples(), "seeds")
        writer.replace_graph(names[1], triples(), "seeds")
        writer.replace_graph(names[2], many(), "seeds")
        writer.commit("for the tests", "digest", names)
    home.create_release("first-light", description="for the tests")
    return home


@dataclass(frozen=True)
class Running:
    """A server in a process of its own."""

    url: str
    process: subprocess.Popen
    home: Path

    @property
    def sparql(self) -> str:
        return self.url + "sparql"

    def ask(self, query: str, accept: str | None = None, **options) -> httpx.Response:
        headers = {} if accept is None else {"accept": accept}
        params = {"query": query, **options}
        return httpx.get(self.sparql, params=params, headers=headers, timeout=120)


PROGRAM = """
import json, sys
from demarche_server.run import serve
from demarche_server.settings import Settings
home, ref = sys.argv[1:]
serve(Settings(**json.load(sys.stdin)), home, ref or None,
      announce=lambda line: print(line, flush=True))
"""


DEFAULTS = {"port": 0, "max_query_bytes": 50_000, "max_body_bytes": 100_000}


def start(
    home: Path,
    ref: str | None = "first-light",
    environment: Mapping[str, str] = MappingProxyType({}),
    log: IO[str] | int = subprocess.PIPE,
    **settings: Any,
) -> Running:
    """Start a server. ref: None follows the current commit. settings: fields of `Settings`.

    log: where its errors go, for one that may have more of them than a pipe holds.
    """
    with written(json.dumps(DEFAULTS | settings)) as told:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(home), ref or ""],
            stdin=told,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )
    line = process.stdout.readline()
    if " at http://" not in line:
        process.kill()
        raise RuntimeError(
            f"the server did not start: {line}{process.stderr.read() if process.stderr else log}"
        )
    return Running(line.rsplit(" ", 1)[1].strip(), process, home)


def stop(running: Running) -> str:
    """End the server in good order; return what it logged."""
    running.process.send_signal(signal.SIGTERM)
    _, log = running.process.communicate(timeout=30)
    return log
