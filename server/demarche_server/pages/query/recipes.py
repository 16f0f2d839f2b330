"""A query as a command or program that asks it again: what a reader copies into their own work."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from demarche_server.endpoint import PATH
from demarche_store.protocol import QueryForm

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to ask. name: of the tool or language. code: to be copied as it stands."""

    name: str
    code: str


_PYTHON: Final = """from SPARQLWrapper import {format}, SPARQLWrapper

endpoint = SPARQLWrapper({endpoint})
endpoint.setMethod("POST")
endpoint.setReturnFormat({format})
{dataset}endpoint.setQuery({query})
answer = endpoint.queryAndConvert()
print({shown})
"""
_R: Final = """query <- {query}
parameters <- c(query = query{dataset})
values <- URLencode(enc2utf8(parameters), reserved = TRUE, repeated = TRUE)
address <- paste0({endpoint}, "?", paste0(names(parameters), "=", values, collapse = "&"))
answer <- url(address, headers = c(Accept = "{accept}"))
{read}
"""


def of(request: Request, query: str, form: QueryForm, dataset: Pairs = ()) -> list[Recipe]:
    """Return the query for curl, Python and R, asked of the address the page came from.

    dataset: parameters that name graphs, or the release that is to answer, with their values.
    """
    endpoint = str(request.base_url).rstrip("/") + PATH
    return [
        Recipe("curl", _curl(endpoint, query, form, dataset)),
        Recipe("Python", _python(endpoint, query, form, dataset)),
        Recipe("R", _r(endpoint, query, form, dataset)),
    ]


def _accept(form: QueryForm) -> str:
    if form == "GRAPH":
        return "text/turtle"
    return "application/sparql-results+json" if form == "ASK" else "text/csv"


def _curl(endpoint: str, query: str, form: QueryForm, dataset: Pairs) -> str:
    header = shlex.quote(f"Accept: {_accept(form)}")
    # `query=` takes what follows as it is; only `query@` would read a file.
    fields = [shlex.quote(f"{name}={value}") for name, value in (*dataset, ("query", query))]
    data = " ".join(f"--data-urlencode {field}" for field in fields)
    return f"curl --header {header} {shlex.quote(endpoint)} {data}\n"


def _python(endpoint: str, query: str, form: QueryForm, dataset: Pairs) -> str:
    taken = "TURTLE" if form == "GRAPH" else "JSON"
    shown = {
        "SELECT": 'answer["results"]["bindings"]',
        "ASK": 'answer["boolean"]',
        "GRAPH": "answer.decode()",
    }[form]
    graphs = [f"endpoint.addParameter({name!r}, {value!r})\n" for name, value in dataset]
    return _PYTHON.format(
        format=taken,
        endpoint=json.dumps(endpoint),
        dataset="".join(graphs),
        query=_literal(query),
        shown=shown,
    )


def _literal(text: str) -> str:
    """Return a text as a Python literal, over several lines where that changes nothing."""
    lines = text.replace("\n", "")
    plain = lines.isprintable() and "\\" not in text and '"""' not in text
    return f'"""{text}"""' if plain and not text.endswith('"') else repr(text)


def _r(endpoint: str, query: str, form: QueryForm, dataset: Pairs) -> str:
    lines = 'cat(readLines(answer, encoding = "UTF-8", warn = FALSE), sep = "\\n")'
    read = 'read.csv(answer, encoding = "UTF-8")' if form == "SELECT" else lines
    return _R.format(
        endpoint=json.dumps(endpoint),
        query=_r_string(query),
        dataset="".join(f", `{name}` = {_r_string(value)}" for name, value in dataset),
        accept=_accept(form),
        read=read,
    )


def _r_string(text: str) -> str:
    """Return a text as an R string; JSON's escapes are R's, but for the slash and surrogates."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    return f'"{escaped}"'
