r"""Short plain queries, which need not be taken apart into their tokens.

Most of what programs send is a few triple patterns. For these one look by a regular expression says
what reading the tokens would say: that there is nothing out of the ordinary. It is narrow on
purpose: a query that holds the letters of an unusual word anywhere, even in an IRI, is read in the
full way; so is one that the engine then does not take, which is told more exactly so.
"""

from __future__ import annotations

import re
from typing import Final, get_args

from demarche_server.sparql.reading import QueryText, Verb
from demarche_server.sparql.size import Bounds

_LONGEST: Final = 4000
"""Code points of a plain query."""
_COUNTED: Final = 2
"""How often the size of a query may count one of its code points, at most."""

_UNUSUAL: Final = (
    *("service", "from", "graph", "bnode", "uuid", "now", "rand", "count", "sum", "min", "max"),
    *("avg", "sample", "concat", "true", "false", "load", "version", "values", "exists", "union"),
    *("optional", "<?", "<$", "<<", "contains", "regex", "strstarts", "strends"),
)
"""What decides what is made of a query, or may stand in it many times without brackets."""
_READ: Final = {
    verb: QueryText(verb, False, False, False, (), (), frozenset(), ()) for verb in get_args(Verb)
}
_CLOSURE: Final = re.compile(r"[^\s({,][*]")

_IRI = r'<[^<>"{}|^`\\\x00-\x20]*+>'
_NAME = r"(?:[A-Za-z][A-Za-z0-9_-]*+)?+:[A-Za-z0-9_-]*+"
_SPACE = r"[ \t\r\n]++|\#[^\r\n]*+"
_SHAPE: Final = re.compile(
    rf"""
    (?:{_SPACE}|(?i:PREFIX)[ \t\r\n]++{_NAME}[ \t\r\n]*+{_IRI}|(?i:BASE)[ \t\r\n]*+{_IRI})*+
    (?P<form>(?i:SELECT|ASK|CONSTRUCT|DESCRIBE))(?![A-Za-z0-9_:-])
    (?:{_SPACE}
     | {_IRI}
     | [?$][A-Za-z0-9_]++
     | "[^"\\\r\n]*+"(?!")(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?!-)|\^\^)?+
     | {_NAME}(?![.%\\:\u0080-\U0010ffff])
     | [A-Za-z]++(?![A-Za-z0-9_:\u0080-\U0010ffff-])
     | [0-9]++(?![A-Za-z0-9_.])
     | [{{}}().;,=*](?<!\.)
     | \.(?=[ \t\r\n}}])
    )*+
    """,
    re.VERBOSE,
)


def plain(text: str, bounds: Bounds) -> QueryText | None:
    """Return what is read of a short plain query, without its tokens; None for any other.

    What it returns is what `admit` would, and `corrected` would leave the text as it is.
    """
    if len(text) > _LONGEST:
        return None
    lower = text.lower()
    for word in _UNUSUAL:  # a regular expression of so many alternatives takes ten times as long
        if word in lower:
            return None
    if "*" in text and _CLOSURE.search(text) is not None:
        return None
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    body = text[found.start("form") :]
    most = min(bounds.operators, bounds.parts) // _COUNTED
    if len(body) > most or body.count("(") + body.count("{") > bounds.nesting:
        return None
    return _READ[found["form"].upper()]
