"""Numbers and booleans by their value.

SPARQL gives the value of what is computed, not how it is written: `2`, `2.0` and `2.00` are one
decimal. A store that writes numbers its own way shows in the tests that look at the lexical form
(`STR`, `sameTerm`, CSV) and in those that count distinct terms, not in all others.
"""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
EXACT = {"integer", "decimal"}
BINARY = {"double", "float"}
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def by_value(term: Any) -> Any:
    """Return something equal for two terms of the same datatype and value."""
    if isinstance(term, ox.Triple):
        return ("triple", by_value(term.subject), by_value(term.predicate), by_value(term.object))
    if not isinstance(term, ox.Literal):
        return term
    datatype = term.datatype.value.removeprefix(XSD)
    try:
        value = _value(datatype, term.value)
    except (ValueError, KeyError, InvalidOperation):
        return term
    return term if value is None else (datatype, value)


def _value(datatype: str, lexical: str) -> Any:
    if datatype in EXACT:
        return Decimal(lexical)
    if datatype in BINARY:
        value = float(lexical)
        return "NaN" if math.isnan(value) else value
    return BOOLEANS[lexical] if datatype == "boolean" else None
