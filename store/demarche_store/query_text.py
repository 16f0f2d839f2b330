"""The little that has to be known of a query's text before it goes to a remote engine.

Comments, strings and IRIs are blanked first, so that words inside them are not taken for keywords.
"""

from __future__ import annotations

import re
from typing import Final

from demarche_store.protocol import QueryForm

# SPARQL 1.1, 19.2: these escapes are decoded before the query is parsed.
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_OPAQUE: Final = re.compile(
    r'''"""(?:\\.|"{0,2}[^"\\])*"""|\'\'\'(?:\\.|\'{0,2}[^\'\\])*\'\'\''''
    r"""|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*'"""
    r"""|(?P<iri><[^<>"{}|^`\\\s]*>)|\#[^\n\r]*""",
    re.DOTALL,
)
_PROLOGUE: Final = re.compile(r"(?:\s|BASE\s*<>|PREFIX\s*[^\s:<]*:\s*<>)*", re.IGNORECASE)
_FORM: Final = re.compile(r"(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_FROM: Final = re.compile(
    r"(?<![\w?$:@.\-])FROM(?:(?:\s+NAMED)?\s*<>|\s+(?:NAMED\s+)?[^\s:<>{}()?$]*:)", re.IGNORECASE
)
_GRAPH: Final = re.compile(r"\bGRAPH\b", re.IGNORECASE)


def query_form(query: str) -> QueryForm | None:
    """Return what a query answers with, None if its beginning cannot be made out."""
    text = blanked(query)
    prologue = _PROLOGUE.match(text)
    match = _FORM.match(text, prologue.end() if prologue else 0)
    if match is None:
        return None
    word = match[1].upper()
    return word if word in ("SELECT", "ASK") else "GRAPH"  # type: ignore[return-value]


def has_dataset_clause(query: str) -> bool:
    """Whether a query's own text says FROM or FROM NAMED."""
    return _FROM.search(blanked(query)) is not None


def names_graphs(query: str) -> bool:
    """Whether a query may look into named graphs: the word GRAPH stands in it."""
    return _GRAPH.search(blanked(query)) is not None


def blanked(query: str) -> str:
    """Return a query with its IRIs as "<>" and its strings and comments as a space."""
    text = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), query)
    return _OPAQUE.sub(lambda match: "<>" if match["iri"] else " ", text)
