"""Reading a query or update before the engine does."""

from demarche_server.sparql.admission import admit
from demarche_server.sparql.checks import undeclared_prefix
from demarche_server.sparql.corrections import corrected, corrected_update
from demarche_server.sparql.lexer import Token, decode, syntax_error, tokenize
from demarche_server.sparql.plain import plain
from demarche_server.sparql.prologue import Prologue, read_prologue
from demarche_server.sparql.reading import QueryText, Verb, read
from demarche_server.sparql.service import Rewritten, for_query, rewrite
from demarche_server.sparql.size import Bounds, Size, check_size, size
from demarche_server.sparql.updates import admit_update, with_dataset

__all__ = [
    "Bounds",
    "Prologue",
    "QueryText",
    "Rewritten",
    "Size",
    "Token",
    "Verb",
    "admit",
    "admit_update",
    "check_size",
    "corrected",
    "corrected_update",
    "decode",
    "for_query",
    "plain",
    "read",
    "read_prologue",
    "rewrite",
    "size",
    "syntax_error",
    "tokenize",
    "undeclared_prefix",
    "with_dataset",
]
