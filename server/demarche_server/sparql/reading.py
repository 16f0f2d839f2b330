"""What a query says of itself: its form and its dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from demarche_ontology.errors import QueryRefusedError
from demarche_server.sparql.hidden import has_service
from demarche_server.sparql.lexer import Token, syntax_error, tokenize
from demarche_server.sparql.prologue import Prologue, read_prologue
from demarche_store.protocol import Dataset, QueryForm

Verb = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "UPDATE"]

_ANSWERS: Final[dict[Verb, QueryForm]] = {
    "SELECT": "SELECT",
    "ASK": "ASK",
    "CONSTRUCT": "GRAPH",
    "DESCRIBE": "GRAPH",
}
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_VOLATILE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
"""Functions whose value differs from one run to the next (SPARQL 1.1 Query 17.4)."""


@dataclass(frozen=True, slots=True)
class QueryText:
    """What was read from a query.

    verb: its first keyword, "UPDATE" for every update request.
    service: whether an engine that decodes no escapes outside strings and IRIs may take some
        part of it for a SERVICE clause; `admit` reckons with the others.
    load: whether it holds the keyword LOAD.
    volatile: whether the answer may differ from run to run on one commit.
    default_graphs, named_graphs: IRIs of FROM and FROM NAMED, absolute where BASE allows.
    words: its keywords and names of functions, in capitals.
    tokens: all its terminals.
    """

    verb: Verb
    service: bool
    load: bool
    volatile: bool
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    words: frozenset[str] = field(repr=False, compare=False)
    tokens: tuple[Token, ...] = field(repr=False, compare=False)

    @property
    def form(self) -> QueryForm:
        """What it answers with. Raises QueryRefusedError for an update."""
        if self.verb == "UPDATE":
            raise update_refused()
        return _ANSWERS[self.verb]

    @property
    def dataset(self) -> Dataset:
        """The dataset its own FROM clauses describe."""
        if not self.default_graphs and not self.named_graphs:
            return Dataset()
        return Dataset(self.default_graphs, self.named_graphs)


def read(text: str) -> QueryText:
    """Read a query or update. Raises QuerySyntaxError with line and column."""
    tokens = tuple(tokenize(text))
    at, prologue = read_prologue(tokens)
    verb = _verb(text, tokens[at] if at < len(tokens) else None)
    words = frozenset(token.text.upper() for token in tokens if token.kind == "word")
    defaults, named = _from(tokens[at:], prologue)
    return QueryText(
        verb=verb,
        service=has_service(tokens),
        load="LOAD" in words,
        volatile=not _VOLATILE.isdisjoint(words),
        default_graphs=defaults,
        named_graphs=named,
        words=words,
        tokens=tokens,
    )


def update_refused() -> QueryRefusedError:
    """Return the error for an update where only queries are answered."""
    return QueryRefusedError(
        "Updates are switched off here: this server only answers queries",
        remedy="send SELECT, ASK, CONSTRUCT or DESCRIBE; change the graph with the command line",
    )


def _verb(text: str, token: Token | None) -> Verb:
    word = token.text.upper() if token is not None and token.kind == "word" else ""
    if word in _UPDATES:
        return "UPDATE"
    for verb in _ANSWERS:
        if word == verb:
            return verb
    raise syntax_error(
        text,
        token.start if token else len(text),
        "SELECT, ASK, CONSTRUCT or DESCRIBE is expected here",
        "begin with PREFIX and BASE declarations, if any, then one of these words",
    )


def _from(tokens: Sequence[Token], prologue: Prologue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of the FROM and FROM NAMED clauses."""
    defaults: list[str] = []
    named: list[str] = []
    for at, token in enumerate(tokens):
        if token.kind != "word" or token.text.upper() != "FROM":
            continue
        after = tokens[at + 1 : at + 3]
        into = defaults
        if after and after[0].text.upper() == "NAMED":
            into, after = named, after[1:]
        if after and after[0].kind in {"iri", "name"}:
            into.append(prologue.resolve(after[0]))
    return tuple(defaults), tuple(named)
