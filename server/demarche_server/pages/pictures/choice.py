"""What a reader chose for a picture, as the address has it, and as a query says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode
from starlette.datastructures import QueryParams

from demarche_ontology.errors import RequestError
from demarche_ontology.terms import PREFIXES
from demarche_server.pages import asking, cells

COMMENTS: Final = {"without": "left out", "with": "counted, too", "only": "only these"}
SVG: Final = "svg"
"""`format=svg` gives the picture alone, as a file."""
_COMMENT: Final = "voc:voice-reader-comment"
_YEAR: Final = re.compile(r"[0-9]{1,4}")
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_PREFIXED: Final = re.compile(r"\b(\w+):[\w\-]")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a picture is to show.

    since, until: first and last year, None for open. source: who says so, an IRI, "" for all.
    actor, issue, organization, event, position: IRIs, "" for all. kind: a value of the picture's
    own list. comments: a key of `COMMENTS`. first: the number of the first row. file: as a file,
    not a page.
    """

    since: int | None = None
    until: int | None = None
    source: str = ""
    actor: str = ""
    issue: str = ""
    organization: str = ""
    event: str = ""
    position: str = ""
    kind: str = ""
    comments: str = "without"
    first: int = 0
    file: bool = False

    @classmethod
    def of(cls, given: QueryParams, kinds: Sequence[str] = ("",)) -> Choice:
        """Read the parameters. kinds: what `kind` may be, what it is by itself first.

        Raises RequestError.
        """
        since, until = _year(given, "since"), _year(given, "until")
        if since is not None and until is not None and since > until:
            raise RequestError(
                f"The years end before they begin: since={since}, until={until}",
                "exchange the two",
            )
        return cls(
            since=since,
            until=until,
            source=_iri(given, "source"),
            actor=_iri(given, "actor"),
            issue=_iri(given, "issue"),
            organization=_iri(given, "organization"),
            event=_iri(given, "event"),
            position=_iri(given, "position"),
            kind=_one_of(given, "kind", kinds),
            comments=_one_of(given, "comments", list(COMMENTS)),
            first=_first(given),
            file=_one_of(given, "format", ("html", SVG)) == SVG,
        )

    def address(self, path: str, **changed: str) -> str:
        """Return the address of the same picture below the root. changed: parameters, "" for none.

        What a picture shows by itself is left out.
        """
        said = {
            "kind": self.kind,
            "source": _short(self.source),
            "actor": _short(self.actor),
            "issue": _short(self.issue),
            "organization": _short(self.organization),
            "event": _short(self.event),
            "position": _short(self.position),
            "since": "" if self.since is None else str(self.since),
            "until": "" if self.until is None else str(self.until),
            "comments": "" if self.comments == "without" else self.comments,
            "from": str(self.first or ""),
        }
        pairs = {name: value for name, value in (said | changed).items() if value}
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def voices(self) -> str:
        """Return what lets claims through by whose voice they have, as `?voice`."""
        if self.comments == "with":
            return ""
        return f"  FILTER (?voice {'=' if self.comments == 'only' else '!='} {_COMMENT})\n"

    def years(self) -> str:
        """Return what lets claims through whose days, from `?begin` to `?end`, touch the years."""
        asked = []
        if self.until is not None:
            asked.append(f'?begin <= "{self.until:04}-12-31"^^xsd:date')
        if self.since is not None:
            asked.append(f'?end >= "{self.since:04}-01-01"^^xsd:date')
        return f"  FILTER ({' && '.join(asked)})\n" if asked else ""

    def sources(self) -> str:
        """Return what lets claims through whose `?source` was chosen."""
        return f"  FILTER (?source = {self.source_term()})\n" if self.source else ""

    def source_term(self) -> str:
        return term(self.source)


DAYS: Final = """  OPTIONAL { ?claim dem:earliest ?earliest }
  OPTIONAL { ?claim dem:latest ?latest }
  BIND (COALESCE(?earliest, ?latest) AS ?begin)
  BIND (COALESCE(?latest, ?earliest) AS ?end)
"""
"""First and last day of what a claim speaks of; an open end is taken to be the other one."""


def term(iri: str) -> str:
    """Return an IRI as it stands in a query, short where that can be."""
    short = cells.shorten(iri)
    return short if short != iri and "/" not in short else asking.written(iri)


def with_prefixes(query: str) -> str:
    """Return a query with the declarations that it needs."""
    used = {name for name in _PREFIXED.findall(query) if name in PREFIXES}
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in sorted(used)) + query.strip()


def _short(iri: str) -> str:
    return cells.shorten(iri)


def _year(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    if not _YEAR.fullmatch(text) or not int(text):
        raise RequestError(f"{name}= is no year", "give one of up to four digits, such as 2020")
    return int(text)


def _iri(given: Mapping[str, str], name: str) -> str:
    text = given.get(name, "").strip()
    prefix, colon, local = text.partition(":")
    iri = PREFIXES[prefix] + local if colon and prefix in PREFIXES else text
    try:
        return NamedNode(iri).value if iri else ""
    except ValueError as error:
        raise RequestError(
            f"{name}= is no IRI", "give a whole IRI, or a prefixed name such as id:name"
        ) from error


def _one_of(given: Mapping[str, str], name: str, known: Sequence[str]) -> str:
    value = given.get(name, "") or known[0]
    if value not in known:
        raise RequestError(f"{name}= is none of: {', '.join(filter(None, known))}", "choose one")
    return value


def _first(given: Mapping[str, str]) -> int:
    text = given.get("from", "") or "0"
    if not _NUMBER.fullmatch(text):
        raise RequestError("from= is no number of a row", "count from 0")
    return int(text)
