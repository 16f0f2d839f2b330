r"""Whether a text holds a SERVICE clause that some engine would follow; none may be missed.

Three habits of engines are reckoned with, each of which the tests show alive or pin down:

- Codepoint escapes. SPARQL 1.1 (19.2) decodes `\u0053ERVICE` before it parses; SPARQL 1.2 and
  Oxigraph decode inside strings and IRIs only. A text with escapes is read in both ways.
- No word boundaries. Oxigraph takes `true` and then SERVICE out of `trueSERVICE`, so any bare
  word with "SERVICE" in it counts; no other word of the language has it.
- Trying again. Oxigraph's parser falls back from a prefixed name (`service:x {`) to the keyword
  and a shorter name, and from an IRI to the operator `<`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from demarche_ontology.errors import QuerySyntaxError
from demarche_server.sparql.lexer import Token, decode, tokenize

_SERVICE: Final = "SERVICE"


def has_decoded_service(text: str) -> bool:
    """Return whether an engine that decodes before it parses would see SERVICE."""
    if "\\" not in text:
        return False
    decoded = decode(text)
    if decoded == text or _SERVICE not in decoded.upper():
        return False
    try:
        return has_service(list(tokenize(decoded)))
    except QuerySyntaxError:
        # Nobody can tell what such an engine makes of it; it is not worth the risk.
        return True


def has_service(tokens: Sequence[Token]) -> bool:
    """Return whether some token may be, or hide, the keyword SERVICE."""
    return any(
        _SERVICE in token.text.upper() and may_be_service(tokens, at)
        for at, token in enumerate(tokens)
    )


def may_be_service(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a token that holds the word SERVICE may be, or hide, the keyword."""
    token = tokens[at]
    if token.kind == "word":
        return True
    if token.kind == "name":
        return _name_hides_service(tokens, at)
    return token.kind == "iri" and _iri_hides_service(token.text.upper())


def _name_hides_service(tokens: Sequence[Token], at: int) -> bool:
    """Return whether `SERVICE:x {` may be read as the keyword and `:x`.

    A name before a brace is valid after GRAPH, which leaves an engine no other reading.
    """
    prefix = tokens[at].text.partition(":")[0].upper()
    if _SERVICE not in prefix or at + 1 >= len(tokens) or tokens[at + 1].text != "{":
        return False
    return at == 0 or tokens[at - 1].text.upper() != "GRAPH"


def _iri_hides_service(iri: str) -> bool:
    """Return whether `<` may be an operator, as in `FILTER(1<2)SERVICE#>`.

    The filter's bracket must close inside, before SERVICE, and a comment must hide the `>`.
    """
    before, _, after = iri.rpartition(_SERVICE)
    depth = 0
    for character in before:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return "#" in after
    return False
