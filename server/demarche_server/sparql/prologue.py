"""BASE and PREFIX declarations, and the IRIs that tokens mean under them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from demarche_server.sparql.lexer import Token, decode


@dataclass(frozen=True, slots=True)
class Prologue:
    """What has been declared. base: "" if nothing; prefixes: IRIs by label, without the colon."""

    base: str
    prefixes: dict[str, str]

    def resolve(self, token: Token) -> str:
        """Return the IRI a token means, as it stands where a prefix is not declared."""
        if token.kind == "iri":
            return urljoin(self.base, decode(token.text[1:-1]))
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            return token.text
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def read_prologue(tokens: Sequence[Token], before: Prologue | None = None) -> tuple[int, Prologue]:
    """Return where the prologue ends, and what it declares.

    before: what has been declared already, as by an earlier operation of an update.
    """
    base, prefixes, at = "", dict[str, str](), 0
    if before is not None:
        base, prefixes = before.base, dict(before.prefixes)
    while at < len(tokens) and tokens[at].kind == "word":
        word, rest = tokens[at].text.upper(), tokens[at + 1 : at + 3]
        so_far = Prologue(base, prefixes)
        if word == "BASE" and _kinds(rest[:1]) == ["iri"]:
            base, at = so_far.resolve(rest[0]), at + 2
        elif word == "PREFIX" and _kinds(rest) == ["name", "iri"]:
            prefixes[rest[0].text[:-1]] = so_far.resolve(rest[1])
            at += 3
        elif word == "VERSION" and _kinds(rest[:1]) == ["string"]:
            at += 2
        else:
            break
    return at, Prologue(base, prefixes)


def _kinds(tokens: Sequence[Token]) -> list[str]:
    return [token.kind for token in tokens]
