"""Asking a server over HTTP and the engine in process, and telling whether both say the same."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import zstandard
from conformance.answers import Answer, Graph, Rows, UnreadableError, read_answer
from conformance.isomorphism import same_rows, same_sequence
from differential.queries import WHOLE, Facts, Generator, Query
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    Store,
)

from demarche_store.formats import formats_of
from demarche_store.protocol import Dataset, QueryForm, Results

MAX_ROWS = 400
"""Rows or triples of the largest answer that is compared; queries with more are not asked."""
MAX_PROBED = 1000
"""Rows of the largest pattern that is asked for, before it is grouped or cut."""
CODINGS = ("identity", "gzip", "zstd")
WAYS = ("get", "form", "body")
TIMEOUT = 60.0


class Reference:
    """The engine in process over the graphs of one commit, each dataset merged by plain sets."""

    def __init__(self, graphs: Mapping[str, Iterable[Any]], defaults: Iterable[str]) -> None:
        self.graphs = {name: list(triples) for name, triples in graphs.items()}
        self._stores: dict[Dataset, Store] = {}
        whole = Dataset(tuple(defaults), tuple(self.graphs))
        self._stores[WHOLE] = self._made(whole)
        self.facts = Facts({"": self._default(whole), **self.graphs})

    def _default(self, dataset: Dataset) -> set[Any]:
        names = dataset.default_graphs or ()
        return {triple for name in names for triple in self.graphs.get(name, ())}

    def _made(self, dataset: Dataset) -> Store:
        store = Store()
        store.bulk_extend(Quad(*triple, DefaultGraph()) for triple in self._default(dataset))
        for name in dataset.named_graphs or ():
            triples = self.graphs.get(name, ())
            store.bulk_extend(Quad(*triple, NamedNode(name)) for triple in triples)
        return store

    def answer(self, query: Query) -> Answer | None:
        """Return the right answer; None if it has more than MAX_ROWS."""
        if query.dataset not in self._stores:
            self._stores[query.dataset] = self._made(query.dataset)
        store = self._stores[query.dataset]
        if query.probe and _longer(store.query(_without_from(query.probe)), MAX_PROBED):
            return None
        return _bounded(store.query(_without_from(query.text)))


def _longer(rows: Any, most: int) -> bool:
    return next(itertools.islice(rows, most, None), None) is not None


def _without_from(text: str) -> str:
    """Return a query without its FROM clauses, each on a line of its own: the store is them."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("FROM "))


def _bounded(results: Any) -> Answer | None:
    if isinstance(results, QueryBoolean):
        return bool(results)
    some = list(itertools.islice(results, MAX_ROWS + 1))
    if len(some) > MAX_ROWS:
        return None
    if isinstance(results, QuerySolutions):
        names = tuple(variable.value for variable in results.variables)
        return Rows(names, tuple(tuple(row[name] for name in names) for row in some))
    return _graph(some)


def read(results: Results) -> Answer:
    """Return the answer of a view."""
    if results.form == "ASK":
        return results.boolean()
    if results.form == "GRAPH":
        return _graph(results.triples())
    return Rows(results.variables, tuple(results.rows()))


def _graph(triples: Iterable[Any]) -> Graph:
    return Graph(tuple(dict.fromkeys((t.subject, t.predicate, t.object) for t in triples)))


@dataclass(frozen=True)
class Asked:
    """One way to send a query. media_type: what is accepted. coding: of the transfer."""

    query: Query
    media_type: str
    coding: str = "identity"
    way: str = "get"


@dataclass(frozen=True)
class Reply:
    """What came back. commit: what it says to be of."""

    status: int
    media_type: str
    commit: str
    body: bytes


def ask(client: httpx.Client, url: str, asked: Asked) -> Reply:
    """Send a query to a server."""
    headers = {"accept": asked.media_type, "accept-encoding": asked.coding}
    pairs = [("query", asked.query.text), *asked.query.parameters]
    if asked.way == "body":
        sent = client.build_request(
            "POST",
            url,
            params=list(asked.query.parameters),
            content=asked.query.text.encode(),
            headers={**headers, "content-type": "application/sparql-query"},
        )
    elif asked.way == "form":
        form = str(httpx.QueryParams(pairs)).encode()
        headers["content-type"] = "application/x-www-form-urlencoded"
        sent = client.build_request("POST", url, content=form, headers=headers)
    else:
        sent = client.build_request("GET", url, params=pairs, headers=headers)
    response = client.send(sent, stream=True)
    try:
        body = decoded(b"".join(response.iter_raw()), response.headers.get("content-encoding", ""))
    finally:
        response.close()
    kind = response.headers.get("content-type", "")
    return Reply(response.status_code, kind, response.headers.get("demarche-commit", ""), body)


def decoded(body: bytes, coding: str) -> bytes:
    """Undo a content coding, here rather than in the HTTP library, so that it counts."""
    if coding == "gzip":
        return zlib.decompress(body, 16 + zlib.MAX_WBITS)
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return body


def fault(asked: Asked, expected: Answer, reply: Reply) -> str:
    """Return what is wrong with a reply, "" if it is right."""
    if reply.status != 200:
        return f"status {reply.status}: {reply.body[:300].decode(errors='replace')}"
    if not reply.media_type.startswith(asked.media_type):
        return f"{reply.media_type} instead of {asked.media_type}"
    try:
        got = read_answer(reply.body, reply.media_type)
    except UnreadableError as error:
        return str(error)
    return difference(expected, got, ordered=asked.query.ordered, csv=_is_csv(asked))


def _is_csv(asked: Asked) -> bool:
    return asked.media_type == "text/csv"


def difference(expected: Answer, got: Answer, *, ordered: bool, csv: bool) -> str:
    """Return how two answers differ, "" if they do not. csv: `got` has lost what CSV loses."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return "" if expected is got else f"{got} instead of {expected}"
    if isinstance(expected, Graph) or isinstance(got, Graph):
        if not (isinstance(expected, Graph) and isinstance(got, Graph)):
            return "rows for a graph, or a graph for rows"
        same = same_rows(expected.triples, got.triples)
        return "" if same else f"{len(got.triples)} triples, not those {len(expected.triples)}"
    if set(expected.variables) != set(got.variables):
        return f"columns {got.variables} instead of {expected.variables}"
    wanted = [tuple(map(_plain, row)) for row in expected.rows] if csv else list(expected.rows)
    compare = same_sequence if ordered else same_rows
    same = compare(wanted, got.by(expected.variables))
    return "" if same else f"{len(got.rows)} rows, not those {len(expected.rows)}"


def _plain(term: Any) -> Any:
    """Return what CSV keeps of a term."""
    if term is None or isinstance(term, BlankNode):
        return term or ""
    return term.value


def media_types(answer: Answer) -> list[str]:
    """Return those an answer of its form can be had in."""
    form: QueryForm = "SELECT"
    if isinstance(answer, Graph):
        form = "GRAPH"
    elif isinstance(answer, bool):
        form = "ASK"
    return [one.media_type for one in formats_of(form)]


@dataclass
class Drawn:
    """Queries with their right answers, by commit, in turn in each format, coding and way."""

    references: Mapping[str, Reference]
    seed: int = 0
    skipped: int = field(default=0)

    def take(self, count: int) -> Iterator[tuple[Asked, dict[str, Answer]]]:
        """Yield so many that have an answer of bounded size on every commit."""
        references = list(self.references.values())
        sources = [Generator(one.facts, self.seed + n) for n, one in enumerate(references)]
        number = 0
        while number < count:
            query = sources[number % len(sources)].draw()
            answers = {commit: one.answer(query) for commit, one in self.references.items()}
            known = {commit: one for commit, one in answers.items() if one is not None}
            if len(known) < len(answers):
                self.skipped += 1
                continue
            yield asked_in_turn(query, next(iter(known.values())), number), known
            number += 1


def asked_in_turn(query: Query, answer: Answer, number: int) -> Asked:
    """Return the query in the format, coding and way whose turn it is."""
    kinds = media_types(answer)
    coding = CODINGS[number // len(kinds) % len(CODINGS)]
    return Asked(query, kinds[number % len(kinds)], coding, WAYS[number // 2 % len(WAYS)])


Distort = Callable[[Reply], Reply]


def check(
    client: httpx.Client,
    url: str,
    asked: Asked,
    expected: Mapping[str, Answer],
    distort: Distort = lambda reply: reply,
) -> tuple[str, str]:
    """Ask once and compare. Returns the commit of the answer, and what is wrong, "" if nothing."""
    reply = distort(ask(client, url, asked))
    if reply.commit not in expected:
        return reply.commit, f"an answer of the commit {reply.commit!r}"
    wrong = fault(asked, expected[reply.commit], reply)
    told = f"{wrong}\n{asked.media_type}, {asked.coding}, {asked.way}\n{asked.query.text}"
    return reply.commit, told if wrong else ""
