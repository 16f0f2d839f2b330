"""What is not SPARQL, though the engine takes it. Each raises QuerySyntaxError with its place."""

from __future__ import annotations

from typing import Final

from demarche_ontology.errors import QuerySyntaxError
from demarche_ontology.terms import PREFIXES
from demarche_server.sparql.lexer import syntax_error
from demarche_server.sparql.prologue import read_prologue
from demarche_server.sparql.reading import QueryText
from demarche_server.sparql.structure import Layout

_OPERANDS: Final = frozenset({"variable", "string", "number"})


def check_aggregates(layout: Layout) -> None:
    """Refuse an aggregate inside another (SPARQL 1.2 Query, note 12 of the grammar).

    A group in braces inside the expression (EXISTS) begins anew.
    """
    for at in range(len(layout.tokens)):
        if layout.is_aggregate(at) and _in_aggregate(layout, at):
            raise syntax_error(
                layout.text,
                layout.tokens[at].start,
                "an aggregate cannot stand inside another",
                "work out the inner one in a subquery",
            )


def _in_aggregate(layout: Layout, at: int) -> bool:
    for bracket in layout.around(at):
        if layout.mark(bracket) == "{":
            return False
        if layout.is_aggregate(bracket - 1):
            return True
    return False


def check_triple_terms(layout: Layout) -> None:
    """Refuse a literal or a triple term as the subject of `<<( … )>>` in FILTER and BIND.

    SPARQL 1.2 Query 19.8, ExprTripleTerm; in patterns both are valid, and never match.
    """
    if "<<" not in layout.text:
        return
    for at, token in enumerate(layout.tokens[3:], start=3):
        if [layout.mark(n) for n in (at - 3, at - 2, at - 1)] != ["<", "<", "("]:
            continue
        literal = token.kind in {"string", "number"} or layout.word(at) in {"TRUE", "FALSE"}
        nested = layout.mark(at) == "<" and layout.mark(at + 1) == "<"
        if (literal or nested) and _in_expression(layout, at):
            raise syntax_error(
                layout.text,
                token.start,
                "only an IRI, a variable or a blank node can be the subject of a triple term",
                "turn the triple round, or use a variable",
            )


def check_iris(layout: Layout) -> None:
    """Refuse `FILTER(?x<?a&&?b>?y)`: the longest token there is an IRI, which cannot follow ?x.

    SPARQL 1.1 Query 19.8, note 3. Only what stands in a FILTER is looked at, where no two terms
    may follow each other.
    """
    for at, token in enumerate(layout.tokens):
        if token.kind != "iri" or token.text[:2] not in {"<?", "<$"} or at == 0:
            continue
        before = layout.tokens[at - 1]
        operand = before.kind in _OPERANDS or before.text == ")"
        if operand and _in_filter(layout, at):
            raise syntax_error(
                layout.text,
                token.start,
                f"{token.text} is one IRI, by the rule of the longest token",
                "put a space after <",
            )


def _in_filter(layout: Layout, at: int) -> bool:
    """Whether the round brackets around a position are those of a FILTER, a triple term's apart."""
    for bracket in layout.around(at):
        if layout.mark(bracket) != "(" or layout.mark(bracket - 1) == "<":
            return False
        if layout.word(bracket - 1) == "FILTER":
            return True
    return False


def _in_expression(layout: Layout, at: int) -> bool:
    """Whether a position is in the round brackets of a FILTER or BIND, and in no braces there."""
    for bracket in layout.around(at):
        if layout.mark(bracket) != "(":
            return False
        if layout.word(bracket - 1) in {"FILTER", "BIND"}:
            return True
    return False


def undeclared_prefix(text: str, query: QueryText) -> QuerySyntaxError | None:
    """Return the error for the first name whose prefix is not declared, None if all are.

    The engine tells of it, too, but neither which it is nor where it begins. query: read of the
    text.
    """
    after, prologue = read_prologue(query.tokens)
    for token in query.tokens[after:]:
        if token.kind != "name":
            continue
        prefix = token.text.partition(":")[0]
        if prefix not in prologue.prefixes:
            iri = PREFIXES.get(prefix, "…")
            message = f"the prefix {prefix}: is not declared"
            remedy = f"begin with PREFIX {prefix}: <{iri}>"
            return syntax_error(text, token.start, message, remedy)
    return None
