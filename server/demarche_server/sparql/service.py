"""SERVICE and LOAD clauses: finding them, refusing what is not listed, rewriting the rest.

The engine calls any address that it is given. So every clause must name an IRI, and that IRI is
replaced in the text by an address that whoever runs the query has chosen for it. What the engine
may take for a clause and is not written plainly (see `hidden`) is refused: a clause that is not
seen here is not rewritten, and would be followed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NoReturn

from demarche_ontology.errors import (
    DemarcheError,
    FederationError,
    QueryRefusedError,
    QuerySyntaxError,
)
from demarche_server.sparql.hidden import may_be_service
from demarche_server.sparql.lexer import Token, decode, place, tokenize
from demarche_server.sparql.prologue import Prologue, read_prologue

Keyword = Literal["SERVICE", "LOAD"]

ANY_QUERY: Final = "/QUERY/"
"""Where an address has room for the name of one query, by which its calls are counted."""
SILENTLY: Final = "-silent"
"""What the address for a clause with SILENT ends in: a failure there is none."""
FAILURES: Final = "failures"
"""The name, beside the endpoints of a query, under which failures are asked for."""
_LISTED: Final = 5
"""How many of the listed endpoints a refusal names."""
_PROLOGUE: Final = frozenset({"BASE", "PREFIX", "VERSION"})
_BEFORE_NAMES: Final = frozenset(
    {"PREFIX", "GRAPH", "WITH", "USING", "NAMED", "TO", "ADD", "MOVE", "COPY", "SILENT", "LOAD"}
)
"""Keywords after which, outside braces, a prefixed name can only be a name."""
_PAYLOAD: Final = re.compile(r"returned by \S+ with payload:\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause that calls another server.

    iri: what it names, absolute where BASE and PREFIX allow. target: the token that names it.
    """

    keyword: Keyword
    silent: bool
    iri: str
    target: Token


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query that calls addresses of ours in place of those it named.

    text: what the engine runs. original: what was asked.
    shifts: for each replaced token, where it ends in `text`, and how much longer the text was made
        up to there (code points).
    iris: what each address stands for.
    failures_at: where to ask, afterwards, whether a call failed (`federation.settling`); "" where
        no endpoint is called.
    """

    text: str
    original: str = field(repr=False)
    shifts: tuple[tuple[int, int], ...] = ()
    iris: Mapping[str, str] = field(default_factory=dict)
    failures_at: str = ""

    def explained(self, error: DemarcheError) -> DemarcheError:
        """Return an error of the engine as it is to be told: about the query that was asked."""
        if isinstance(error, QuerySyntaxError) and error.line and self.shifts:
            return self._moved(error)
        if not any(address in error.message for address in self.iris):
            return error
        payload = _PAYLOAD.search(error.message)
        return FederationError(self._named(payload[1] if payload else error.message))

    def _named(self, message: str) -> str:
        for address in sorted(self.iris, key=len, reverse=True):
            message = message.replace(address, self.iris[address])
        return message

    def _moved(self, error: QuerySyntaxError) -> QuerySyntaxError:
        """Return a syntax error with the place it has in the text that was asked.

        No line is added or lost; what follows a replaced token on its line is shifted.
        """
        start = 0
        for _ in range(error.line - 1):
            start = self.text.find("\n", start) + 1
        at = start + error.column - 1
        grown = [by for end, by in self.shifts if end <= at]
        place = at - (grown[-1] if grown else 0)
        column = place - self.original.rfind("\n", 0, place)
        message = error.message.replace(f"column {error.column}", f"column {column}", 1)
        return QuerySyntaxError(self._named(message), error.remedy, error.line, column)


def nowhere(_: str) -> str | None:
    """Say that no document is listed."""
    return None


def clauses(text: str) -> tuple[Clause, ...]:
    """Return the SERVICE and LOAD clauses of a query or update, in order.

    Raises QuerySyntaxError, and QueryRefusedError for a variable in place of an IRI and for what
    is not written plainly: readers of SPARQL that differ in codepoint escapes (19.2) or in where
    words end must find the same clauses.
    """
    found = tuple(_clauses(text, list(tokenize(text))))
    decoded = decode(text) if "\\" in text else text
    if decoded != text and _mentions(decoded):
        _compare(found, decoded)
    return found


def check(text: str, services: Collection[str]) -> tuple[Clause, ...]:
    """Return the SERVICE clauses of a query, all of them listed. Raises as `clauses`."""
    found = clauses(text)
    for clause in found:
        if clause.keyword == "SERVICE" and clause.iri not in services:
            _refuse_unlisted(text, clause, services)
    return found


def for_query(services: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses for one query, which gets a name of its own in them."""
    name = f"/{secrets.token_hex(8)}/"
    return {iri: address.replace(ANY_QUERY, name, 1) for iri, address in services.items()}


def rewrite(
    text: str,
    services: Mapping[str, str],
    document: Callable[[str], str | None] = nowhere,
) -> Rewritten:
    """Return a query or update that calls our addresses for those it names.

    services: addresses by the IRIs that SERVICE may name. document: the address for a document
    that LOAD names, None if it is not listed.
    Raises QueryRefusedError, also under SILENT, when something else is named, and as `clauses`.
    """
    parts: list[str] = []
    shifts: list[tuple[int, int]] = []
    iris: dict[str, str] = {}
    at = length = 0
    for clause in check(text, services):
        address = _address(text, clause, services, document)
        piece = f"{text[at : clause.target.start]}<{address}>"
        parts.append(piece)
        at, length = clause.target.end, length + len(piece)
        shifts.append((length, length - at))
        iris[address] = clause.iri
    calls = [address for address, iri in iris.items() if iri in services]
    failures = f"{calls[0].rpartition('/')[0]}/{FAILURES}" if calls else ""
    return Rewritten("".join([*parts, text[at:]]), text, tuple(shifts), iris, failures)


def _address(
    text: str,
    clause: Clause,
    services: Mapping[str, str],
    document: Callable[[str], str | None],
) -> str:
    """Return the address for a clause. Raises QueryRefusedError for a document not listed."""
    if clause.keyword == "SERVICE":
        return services[clause.iri] + (SILENTLY if clause.silent else "")
    address = document(clause.iri)
    if address is None:
        _refuse_unlisted(text, clause, ())
    return address


# --- Finding clauses -------------------------------------------------------------------------


def _clauses(text: str, tokens: Sequence[Token]) -> Iterator[Clause]:
    prologue, depth, at = Prologue("", {}), 0, 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        word = token.text.upper() if token.kind == "word" else ""
        if word in _PROLOGUE and depth == 0:
            used, prologue = read_prologue(tokens[at:], prologue)
            at += max(used, 1)
            continue
        keyword = _keyword(text, tokens, at, depth)
        if keyword is not None:
            yield _clause(text, tokens, at, prologue, keyword)
        at += 1


def _keyword(text: str, tokens: Sequence[Token], at: int, depth: int) -> Keyword | None:
    """Return the keyword of the clause that begins here, if one does. Raises QueryRefusedError."""
    written = tokens[at].text.upper()
    if "SERVICE" in written and may_be_service(tokens, at):
        if written != "SERVICE":
            _refuse_obscure(text, tokens[at], "SERVICE")
        return "SERVICE"
    if "LOAD" in written and _may_be_load(tokens, at, depth):
        if written != "LOAD":
            _refuse_obscure(text, tokens[at], "LOAD")
        return "LOAD"
    return None


def _may_be_load(tokens: Sequence[Token], at: int, depth: int) -> bool:
    """Return whether a token that holds the word LOAD may be, or hide, the keyword.

    It begins an operation, so it stands outside braces.
    """
    token = tokens[at]
    if depth > 0 or token.kind not in ("word", "name"):
        return False
    if token.kind == "word":
        return True
    before = tokens[at - 1].text.upper() if at else ""
    return "LOAD" in token.text.partition(":")[0].upper() and before not in _BEFORE_NAMES


def _clause(
    text: str, tokens: Sequence[Token], at: int, prologue: Prologue, keyword: Keyword
) -> Clause:
    """Read the clause whose keyword is at `at`. Raises QueryRefusedError."""
    silent = at + 1 < len(tokens) and tokens[at + 1].text.upper() == "SILENT"
    rest = tokens[at + 1 + silent : at + 3 + silent]
    if rest and rest[0].kind == "variable":
        _refuse_variable(text, rest[0])
    ends_well = keyword == "LOAD" or (len(rest) == 2 and rest[1].text == "{")
    if not rest or rest[0].kind not in ("iri", "name") or not ends_well:
        _refuse_obscure(text, tokens[at], keyword)
    return Clause(keyword, silent, prologue.resolve(rest[0]), rest[0])


def _mentions(text: str) -> bool:
    upper = text.upper()
    return "SERVICE" in upper or "LOAD" in upper


def _compare(found: Sequence[Clause], decoded: str) -> None:
    """Refuse a text in which a reader that decodes escapes first would find other clauses."""
    try:
        others = list(_clauses(decoded, list(tokenize(decoded))))
    except QuerySyntaxError:
        others = None
    said = [(clause.keyword, clause.iri) for clause in found]
    if others is None or said != [(clause.keyword, clause.iri) for clause in others]:
        raise QueryRefusedError(
            "With its codepoint escapes decoded the query calls other servers than without",
            remedy="write the characters themselves instead of escapes such as \\u0053",
        )


# --- Refusing --------------------------------------------------------------------------------


def _place(text: str, token: Token) -> str:
    line, column = place(text, token.start)
    return f"line {line}, column {column}"


def _refuse_variable(text: str, token: Token) -> NoReturn:
    raise QueryRefusedError(
        f"SERVICE {token.text} at {_place(text, token)}: the endpoint is a variable, and only "
        "listed endpoints are called",
        remedy="name the endpoint; for several, write one SERVICE for each, joined by UNION",
    )


def _refuse_unlisted(text: str, clause: Clause, services: Collection[str]) -> NoReturn:
    what, setting = (
        ("endpoints", "services") if clause.keyword == "SERVICE" else ("documents", "loads")
    )
    names = [f"<{iri}>" for iri in sorted(services)][:_LISTED]
    known = f"choose one of those listed: {', '.join(names)}; or " if names else ""
    raise QueryRefusedError(
        f"{clause.keyword} <{clause.iri}> at {_place(text, clause.target)} is not among the "
        f"{what} that this server calls",
        remedy=f"{known}ask the operator to list it (setting {setting})",
    )


def _refuse_obscure(text: str, token: Token, keyword: Keyword) -> NoReturn:
    braces = " {" if keyword == "SERVICE" else ""
    raise QueryRefusedError(
        f"{keyword} at {_place(text, token)} is not written plainly, and may be misread",
        remedy=f"write {keyword} <IRI>{braces}, with spaces between, or use another prefix or name",
    )
