"""Rows written down: SPARQL results in JSON, XML, CSV and TSV.

As the engine writes them (SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats). Each term is
put into its form once, however many rows have it, and is kept for later answers: the sources,
people and predicates of a graph come again and again.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr

from demarche_ontology.terms import XSD
from demarche_server.columns.solving import UNBOUND
from demarche_server.columns.terms import Terms
from demarche_server.readers.tables import Term, read_term

Fields = list[str | None]
"""A column as it stands in rows, None where a field is left out."""
BLOCK_ROWS: Final = 2000
"""Rows that are written at once."""
KEPT: Final = 20_000
"""Terms that are kept in a form, and"""
KEPT_CHARACTERS: Final = 4_000_000
"""how long they may be together."""
_STRING: Final = XSD["string"].value
_CLEAN: Final = re.compile(r'[^"\\\x00-\x1f\x7f]*')
_QUOTED: Final = re.compile(r'[",\r\n]')
_SPACES: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


class _Form(ABC):
    """A way of writing.

    opens, parts, closes: what stands before the first of some rows, between two, after the last.
    between: what stands between fields; blocks: between rows that are written at once and others.
    unbound: what stands for a term that is not there, None where its field is left out.
    """

    opens = parts = closes = between = blocks = ""
    unbound: str | None = None

    @abstractmethod
    def head(self, names: Sequence[str]) -> str:
        """Return what comes before the first row."""

    def around(self, name: str) -> tuple[str, str]:  # noqa: ARG002
        """Return what stands before and after a term of a column."""
        return "", ""

    @abstractmethod
    def value(self, term: Term) -> str:
        """Return a term as it stands in a row."""

    def values(self, written: Sequence[str]) -> list[str]:
        """Return terms as they stand in rows. written: as the engine writes them in TSV."""
        return [self.value(_term(text)) for text in written]

    def tail(self) -> str:
        """Return what comes after the last row."""
        return ""


class _Json(_Form):
    opens, parts, closes, between, blocks = "{", "},{", "}", ",", ","

    def head(self, names: Sequence[str]) -> str:
        variables = ",".join([f'"{name}"' for name in names])
        return f'{{"head":{{"vars":[{variables}]}},"results":{{"bindings":['

    def around(self, name: str) -> tuple[str, str]:
        return f'"{name}":', ""

    def values(self, written: Sequence[str]) -> list[str]:
        if not "".join(written).isprintable():  # what JSON escapes, and some that it need not
            return super().values(written)
        found = list[str]()
        for text in written:  # a string without escapes is the same in JSON
            if text[0] == "<":
                found.append(f'{{"type":"uri","value":"{text[1:-1]}"}}')
            elif "\\" in text or "^" in text or text[0] != '"':
                found.append(self.value(_term(text)))
            elif text[-1] == '"':
                found.append(f'{{"type":"literal","value":{text}}}')
            else:
                value, _, language = text.rpartition("@")
                found.append(f'{{"type":"literal","value":{value},"xml:lang":"{language}"}}')
        return found

    def value(self, term: Term) -> str:
        value = _json_string(term.value)
        if term.kind == "iri":
            return f'{{"type":"uri","value":{value}}}'
        if term.kind == "blank":
            return f'{{"type":"bnode","value":{value}}}'
        rest = ""
        if term.language:
            rest = f',"xml:lang":"{term.language}"'
        elif term.datatype != _STRING:
            rest = f',"datatype":{_json_string(term.datatype)}'
        return f'{{"type":"literal","value":{value}{rest}}}'

    def tail(self) -> str:
        return "]}}"


class _Xml(_Form):
    opens, parts, closes = "<result>", "</result><result>", "</result>"

    def head(self, names: Sequence[str]) -> str:
        variables = "".join(f'<variable name="{name}"/>' for name in names)
        return (
            '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
            f"<head>{variables}</head><results>"
        )

    def around(self, name: str) -> tuple[str, str]:
        return f'<binding name="{name}">', "</binding>"

    def value(self, term: Term) -> str:
        value, tag, rest = _xml_text(term.value), "literal", ""
        if term.kind == "iri":
            tag = "uri"
        elif term.kind == "blank":
            tag = "bnode"
        elif term.language:
            rest = f' xml:lang="{term.language}"'
        elif term.datatype != _STRING:
            rest = f" datatype={quoteattr(term.datatype)}"
        return f"<{tag}{rest}>{value}</{tag}>"

    def tail(self) -> str:
        return "</results></sparql>"


class _Csv(_Form):
    unbound = ""
    parts, closes, between = "\r\n", "\r\n", ","

    def head(self, names: Sequence[str]) -> str:
        return ",".join(names) + "\r\n"

    def value(self, term: Term) -> str:
        value = f"_:{term.value}" if term.kind == "blank" else term.value
        return '"' + value.replace('"', '""') + '"' if _QUOTED.search(value) else value


class _Tsv(_Form):
    unbound = ""
    parts, closes, between = "\n", "\n", "\t"

    def head(self, names: Sequence[str]) -> str:
        return "\t".join(f"?{name}" for name in names) + "\n"

    def value(self, term: Term) -> str:
        raise NotImplementedError  # it is written so already

    def values(self, written: Sequence[str]) -> list[str]:
        return list(written)


FORMS: Final[dict[str, _Form]] = {
    "application/sparql-results+json": _Json(),
    "application/sparql-results+xml": _Xml(),
    "text/csv": _Csv(),
    "text/tab-separated-values": _Tsv(),
}
"""By media type, without parameters."""


class Renderer:
    """Writes rows of terms of one graph in one form, and keeps terms that it wrote before."""

    def __init__(self, terms: Terms, form: _Form) -> None:
        self._terms = terms
        self._form = form
        self._kept: dict[int, str] = {}
        self._characters = 0

    def terms(self, numbers: Sequence[int]) -> Fields:
        """Return terms, by their numbers, as they stand in rows."""
        kept = self._kept
        try:
            return [kept[number] for number in numbers]
        except KeyError:
            missing = list(set(numbers).difference(kept, (UNBOUND,)))
        written = self._form.values(self._terms.texts(missing))
        kept, unbound = self._with(dict(zip(missing, written, strict=True))), self._form.unbound
        return [kept.get(number, unbound) for number in numbers]

    def _with(self, new: dict[int, str]) -> dict[int, str]:
        """Return what is kept and some terms more, which are kept from now on if there is room."""
        size = sum(map(len, new.values()))
        if len(self._kept) + len(new) <= KEPT and self._characters + size <= KEPT_CHARACTERS:
            self._kept.update(new)
            self._characters += size
            return self._kept
        both = {**self._kept, **new}
        if len(new) <= KEPT and size <= KEPT_CHARACTERS:
            self._kept, self._characters = new, size
        return both

    def counts(self, numbers: Sequence[int]) -> Fields:
        """Return numbers that were counted as they stand in rows."""
        values = list(set(numbers))
        written = dict(zip(values, self._form.values(list(map(str, values))), strict=True))
        return [written[number] for number in numbers]

    def write(self, columns: Sequence[tuple[str, Fields]], size: int, output: IO[bytes]) -> None:
        """Write rows. columns: names, and their terms as they stand in rows.

        Raises OSError, from the output.
        """
        text = self._form.head([name for name, _ in columns])
        for first in range(0, size, BLOCK_ROWS):
            if first:
                output.write(text.encode())
                text = self._form.blocks
            text += self._block(columns, first)
        output.write((text + self._form.tail()).encode())

    def _block(self, columns: Sequence[tuple[str, Fields]], first: int) -> str:
        """Return some rows, from one of them on."""
        if any(None in column[first : first + BLOCK_ROWS] for _, column in columns):
            return self._block_with_gaps(columns, first)
        form, pieces, before = self._form, list[Iterable[str | None]](), self._form.parts
        for name, column in columns:
            opens, closes = form.around(name)
            pieces += [repeat(before + opens), column[first : first + BLOCK_ROWS]]
            before = closes + form.between
        if closes:
            pieces.append(repeat(closes))
        rows = "".join(chain.from_iterable(zip(*pieces, strict=False)))
        return f"{form.opens}{rows[len(form.parts) :]}{form.closes}"

    def _block_with_gaps(self, columns: Sequence[tuple[str, Fields]], first: int) -> str:
        form = self._form
        around = [form.around(name) for name, _ in columns]
        rows = zip(*(column[first : first + BLOCK_ROWS] for _, column in columns), strict=True)
        written = form.parts.join(
            form.between.join(
                opens + field + closes
                for (opens, closes), field in zip(around, row, strict=True)
                if field is not None
            )
            for row in rows
        )
        return f"{form.opens}{written}{form.closes}"


def _term(text: str) -> Term:
    term = read_term(text)
    assert term is not None
    return term


def _xml_text(value: str) -> str:
    text = escape(value, _SPACES)
    if text[:1] != " " and text[-1:] != " ":
        return text
    inner = text.strip(" ")  # which some readers leave out as well
    before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return "&#32;" * len(before) + inner + "&#32;" * (len(after) if inner else 0)


def _json_string(value: str) -> str:
    if _CLEAN.fullmatch(value):
        return f'"{value}"'
    return json.dumps(value, ensure_ascii=False)
