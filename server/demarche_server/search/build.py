"""Making the index of one commit: a SQLite file, written by a process of its own.

::

    thing      id, iri, label, kind (of `class`)
    literal    id, thing, role, language, text, folded
    words      FTS5 over the folded words of `literal`, by the same ids
    sounds     FTS5 over the sounds of the words of names
    class      id, iri, label, members, depth (how many classes are above)
    member     class, thing

Ids of `literal` rise in the order of a rank that no query changes: names before statements before
other texts; among each, things before the terms they are described with, and what more statements
refer to first. So the first matches of any search are found without sorting the others, whatever
the size.

It is built when somebody searches a commit for the first time, not when the commit is made: writes
stay as quick as they are, commits hold what their digests say, and old releases get the index of
the program that serves them.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from demarche_ontology.terms import (
    DC,
    DCTERMS,
    DEM,
    FOAF,
    OWL,
    RDF,
    RDFS,
    SCHEMA,
    SCHEMA_HTTP,
    SH,
    SKOS,
    SKOSXL,
)
from demarche_server import chores
from demarche_server.search import folding
from demarche_store.home import Home

FORMAT: Final = 1
"""Part of the file's name: another format never reads this one's files."""

NAME: Final = 0
OTHER_NAME: Final = 1
ATTRIBUTED: Final = 2
CODE: Final = 3
STATEMENT: Final = 4
TEXT: Final = 5
ROLE_NAMES: Final = ("name", "other name", "attributed name", "code", "statement", "text")
"""What a searched text is to its thing. An attributed name is one that some source uses."""

ROLES: Final[dict[NamedNode, int]] = {
    SKOS["prefLabel"]: NAME,
    RDFS["label"]: NAME,
    DCTERMS["title"]: NAME,
    DC["title"]: NAME,
    SCHEMA["name"]: NAME,
    SCHEMA_HTTP["name"]: NAME,
    FOAF["name"]: NAME,
    SKOS["altLabel"]: OTHER_NAME,
    SKOS["hiddenLabel"]: OTHER_NAME,
    SCHEMA["alternateName"]: OTHER_NAME,
    SCHEMA_HTTP["alternateName"]: OTHER_NAME,
    SKOS["notation"]: CODE,
    DEM["statement"]: STATEMENT,
    SKOS["definition"]: TEXT,
    SKOS["scopeNote"]: TEXT,
    RDFS["comment"]: TEXT,
    DCTERMS["description"]: TEXT,
    SCHEMA["description"]: TEXT,
    SCHEMA_HTTP["description"]: TEXT,
}
"""What is searched, by property."""
PATHS: Final[tuple[tuple[NamedNode, NamedNode, int], ...]] = (
    (DEM["attributedName"], DEM["nameForm"], ATTRIBUTED),
    (DEM["identifier"], DEM["notation"], CODE),
    (SKOSXL["prefLabel"], SKOSXL["literalForm"], NAME),
    (SKOSXL["altLabel"], SKOSXL["literalForm"], OTHER_NAME),
)
"""Names and codes that are nodes: property of the thing, property of the node."""
NO_KINDS: Final = frozenset(
    {
        OWL["Thing"],
        OWL["NamedIndividual"],
        OWL["AsymmetricProperty"],
        OWL["FunctionalProperty"],
        OWL["InverseFunctionalProperty"],
        OWL["IrreflexiveProperty"],
        OWL["ReflexiveProperty"],
        OWL["SymmetricProperty"],
        OWL["TransitiveProperty"],
        RDFS["Resource"],
        SH["SPARQLSelectExecutable"],
    }
)
"""Classes that do not say what a thing is."""
TERMS: Final = frozenset(
    {
        OWL["Class"],
        OWL["ObjectProperty"],
        OWL["DatatypeProperty"],
        OWL["AnnotationProperty"],
        RDFS["Class"],
        RDF["Property"],
        SKOS["Concept"],
        SKOS["ConceptScheme"],
    }
)
"""Classes of what things are described with; found after things that match as well."""

_BATCH: Final = 10_000
_TABLES: Final = """
CREATE TEMP TABLE staged (iri TEXT, role INT, language TEXT, text TEXT);
CREATE TEMP TABLE degree (iri TEXT PRIMARY KEY, number INT) WITHOUT ROWID;
CREATE TEMP TABLE typed (iri TEXT, class TEXT, depth INT);
CREATE TEMP TABLE term (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, label TEXT, kind INT);
CREATE TABLE class
  (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, label TEXT, members INT, depth INT);
CREATE TABLE member (class INT, thing INT, PRIMARY KEY (class, thing)) WITHOUT ROWID;
CREATE TABLE literal
  (id INTEGER PRIMARY KEY, thing INT, role INT, language TEXT, text TEXT, folded TEXT);
CREATE VIRTUAL TABLE words USING fts5
  (said, content='', detail=none, columnsize=0, prefix='1 2 3', tokenize='ascii');
CREATE VIRTUAL TABLE sounds USING fts5
  (said, content='', detail=none, columnsize=0, tokenize='ascii');
"""
_FILL: Final = f"""
INSERT INTO thing (iri) SELECT staged.iri FROM staged
  LEFT JOIN degree USING (iri) LEFT JOIN term USING (iri) GROUP BY staged.iri
  ORDER BY MAX(term.iri IS NOT NULL), MAX(COALESCE(number, 0)) DESC, staged.iri;
INSERT INTO literal (thing, role, language, text, folded)
  SELECT DISTINCT thing.id, role, language, text, fold(text) FROM staged JOIN thing USING (iri)
  ORDER BY MAX(role, {CODE}), thing.id, role, language, text;
CREATE INDEX literal_of_thing ON literal (thing);
CREATE INDEX names ON literal (folded) WHERE role <= {CODE};
INSERT INTO words (rowid, said) SELECT id, words(text) FROM literal;
INSERT INTO sounds (rowid, said) SELECT id, sounds(text) FROM literal WHERE role <= {ATTRIBUTED};
INSERT INTO words (words) VALUES ('optimize');
INSERT INTO sounds (sounds) VALUES ('optimize');
UPDATE thing SET label = (
  SELECT text FROM literal WHERE literal.thing = thing.id
  ORDER BY role NOT IN ({NAME}, {STATEMENT}), language <> 'en', language, text LIMIT 1);
INSERT INTO class (iri, depth)
  SELECT class, MAX(depth) FROM typed JOIN thing USING (iri) GROUP BY class ORDER BY class;
INSERT OR IGNORE INTO member
  SELECT class.id, thing.id FROM typed JOIN thing USING (iri) JOIN class ON class.iri = typed.class;
UPDATE class SET members = (SELECT COUNT(*) FROM member WHERE class = class.id),
  label = COALESCE((SELECT label FROM thing WHERE thing.iri = class.iri), '');
CREATE INDEX member_thing ON member (thing);
UPDATE thing SET kind = (
  SELECT class FROM member JOIN class ON class.id = member.class WHERE member.thing = thing.id
  ORDER BY members, depth DESC, class.iri LIMIT 1);
DROP INDEX member_thing;
"""  # noqa: S608 - numbers of ours

_DEGREES: Final = "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isIRI(?o)) } GROUP BY ?o"
_ABOVE: Final = f"""
SELECT DISTINCT ?class ?above
{{ ?class {RDFS["subClassOf"]}+ ?above FILTER EXISTS {{ ?above {RDFS["label"]} ?label }} }}"""
"""Classes above others; those of other ontologies, of which only the IRI is known, left out."""


def file_name(commit: str) -> str:
    """Return the name of the file that holds the index of a commit."""
    return f"names-{commit}-{FORMAT}.sqlite"


def build(store: Store, everything: bool, path: Path) -> None:
    """Write the index of a store to a file that does not exist yet.

    everything: index named graphs too, and not only the default graph. Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        base.create_function("fold", 1, folding.fold, deterministic=True)
        base.create_function("words", 1, _joined(folding.words), deterministic=True)
        base.create_function("sounds", 1, _joined(folding.sounds), deterministic=True)
        base.executescript(_TABLES)
        source = _Source(store, everything)
        base.execute("BEGIN")
        _insert(base, "staged", 4, source.literals())
        _insert(base, "degree", 2, source.degrees())
        _insert(base, "typed", 3, source.types())
        terms = ", ".join("?" * len(TERMS))
        base.execute(
            f"INSERT OR IGNORE INTO term SELECT iri FROM typed WHERE class IN ({terms})",  # noqa: S608
            [one.value for one in TERMS],
        )
        base.execute("COMMIT")
        base.executescript(f"BEGIN; {_FILL} COMMIT;")


def _joined(function: Callable[[str], list[str]]) -> Callable[[str], str]:
    return lambda text: " ".join(function(text))


def _insert(
    base: sqlite3.Connection, table: str, width: int, rows: Iterable[tuple[object, ...]]
) -> None:
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608 - our names
    source = iter(rows)
    while batch := list(islice(source, _BATCH)):
        base.executemany(statement, batch)


class _Source:
    """What is read of a store."""

    def __init__(self, store: Store, everything: bool) -> None:
        self._store = store
        self._graph = None if everything else DefaultGraph()
        self._union = everything

    def literals(self) -> Iterator[tuple[str, int, str, str]]:
        """Yield thing, role, language and text of what is searched."""
        for predicate, role in ROLES.items():
            for iri, value in self._pairs(predicate):
                if isinstance(value, Literal):
                    yield iri, role, *_text(value)
        for outer, inner, role in PATHS:
            for iri, node in self._pairs(outer):
                if isinstance(node, NamedNode | BlankNode):
                    found = self._store.quads_for_pattern(node, inner, None, self._graph)
                    for quad in found:
                        if isinstance(quad.object, Literal):
                            yield iri, role, *_text(quad.object)

    def types(self) -> Iterator[tuple[str, str, int]]:
        """Yield thing, class and how many are above that; also for the classes above."""
        above: dict[str, list[str]] = {}
        for row in self._ask(_ABOVE):
            kind, other = row["class"], row["above"]
            if isinstance(kind, NamedNode) and isinstance(other, NamedNode):
                above.setdefault(kind.value, []).append(other.value)
        for iri, kind in self._pairs(RDF["type"]):
            if isinstance(kind, NamedNode) and kind not in NO_KINDS:
                for one in (kind.value, *above.get(kind.value, ())):
                    yield iri, one, len(above.get(one, ()))

    def degrees(self) -> Iterator[tuple[str, int]]:
        """Yield IRIs, and how many statements have each for their object."""
        for row in self._ask(_DEGREES):
            node, number = row["o"], row["n"]
            assert isinstance(node, NamedNode)
            assert isinstance(number, Literal)
            yield node.value, int(number.value)

    def _ask(self, query: str) -> QuerySolutions:
        answer = self._store.query(query, use_default_graph_as_union=self._union)
        assert isinstance(answer, QuerySolutions)
        return answer

    def _pairs(self, predicate: NamedNode) -> Iterator[tuple[str, object]]:
        for quad in self._store.quads_for_pattern(None, predicate, None, self._graph):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value, quad.object


def _text(value: Literal) -> tuple[str, str]:
    # SQLite's text functions would end a value at NUL.
    return value.language or "", value.value[: folding.LONGEST].replace("\0", " ")


def main() -> None:
    """Build for a server. arguments: see `chores.chore`."""
    with chores.chore(sys.argv[1:]) as (home, (commit,), draft), Home(home).open(commit) as view:
        build(view.store, view.info.plain, draft)


if __name__ == "__main__":
    main()
