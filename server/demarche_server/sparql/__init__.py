"""Reading a query or update before the engine does."""

from demarche_server.sparql.admission import admit
from demarche_server.sparql.lexer import Token, decode, syntax_error, tokenize
from demarche_server.sparql.prologue import Prologue, read_prologue
from demarche_server.sparql.reading import QueryText, Verb, read

__all__ = [
    "Prologue",
    "QueryText",
    "Token",
    "Verb",
    "admit",
    "decode",
    "read",
    "read_prologue",
    "syntax_error",
    "tokenize",
]
