"""Which updates from outside may be run, and on which dataset (SPARQL 1.1 Protocol 2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from demarche_ontology.errors import RequestError
from demarche_server.sparql.lexer import Token, tokenize
from demarche_server.sparql.size import Bounds, check_size
from demarche_store.protocol import Dataset


def admit_update(text: str, bounds: Bounds) -> tuple[Token, ...]:
    """Return the terminals of an update from outside that may be run.

    SERVICE and LOAD are left to `service.rewrite`. Raises QuerySyntaxError, and QueryError where an
    operation of it is larger than `bounds`.
    """
    tokens = tuple(tokenize(text))
    check_size(text, tokens, bounds, "update")
    return tokens


def with_dataset(text: str, tokens: Sequence[Token], dataset: Dataset) -> str:
    """Return the update with USING clauses for a dataset given beside it, in every operation.

    Raises RequestError where the text has USING or WITH of its own (SPARQL 1.1 Protocol 2.2.3).
    """
    if dataset == Dataset():
        return text
    top = [
        (at, token.text.upper()) for at, (token, depth) in enumerate(_braced(tokens)) if not depth
    ]
    if any(word in ("USING", "WITH") for _, word in top):
        raise RequestError(
            "The update has USING or WITH, and the request names graphs for it too",
            remedy="leave out either",
        )
    clauses = [f"USING <{iri}>" for iri in dataset.default_graphs or ()]
    clauses += [f"USING NAMED <{iri}>" for iri in dataset.named_graphs or ()]
    inserted = f" {' '.join(clauses)} "
    pieces, end = list[str](), 0
    for at, word in top:
        if word == "WHERE":
            start = tokens[at].start
            pieces += [text[end:start], _template(text, tokens, at), inserted]
            end = start
    return "".join([*pieces, text[end:]])


def patterns_of(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the braces of the pattern of each operation that has one, as positions of tokens.

    DELETE WHERE has none: its braces hold a template.
    """
    first = -1
    for at, (token, depth) in enumerate(_braced(tokens)):
        if first >= 0 and depth == 1 and token.kind == "mark" and token.text == "}":
            yield first, at
            first = -1
        elif not depth and token.kind == "mark" and token.text == "{" and at:
            before = tokens[at - 1].text.upper()
            if before == "WHERE" and (at < 2 or tokens[at - 2].text.upper() != "DELETE"):
                first = at


def _template(text: str, tokens: Sequence[Token], where: int) -> str:
    """Return the template that DELETE WHERE, which takes no USING, has in its longer form."""
    if not where or tokens[where - 1].text.upper() != "DELETE":
        return ""
    for token, depth in _braced(tokens[where + 1 :]):
        if token.text == "}" and depth == 1:
            return text[tokens[where].end : token.end]
    return ""


def _braced(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield every token with the number of braces it is in, a closing brace still inside."""
    depth = 0
    for token in tokens:
        yield token, depth
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
