"""Choosing the format of an answer: RFC 9110, section 12.5.1, and `?format=`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from demarche_ontology.errors import NotAcceptableError
from demarche_store.formats import AnyFormat, format_for, formats_of
from demarche_store.protocol import QueryForm

HTML: Final = "text/html"

_NAME: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_RANGE: Final = re.compile(rf"\s*({_NAME})/({_NAME})\s*")
_PARAMETER: Final = re.compile(rf';\s*({_NAME})=({_NAME}|"(?:[^"\\]|\\.)*")\s*')
_WEIGHT: Final = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
_ELEMENTS: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')

_CHARSETS: Final = {"text/turtle", "text/csv", "text/tab-separated-values"}
"""Media types whose charset must be told, since RFC 6657 leaves text/* without a default."""


@dataclass(frozen=True, slots=True)
class Range:
    """One media range of an Accept header; type and subtype in lower case, q from 0 to 1."""

    type: str
    subtype: str
    q: float

    def precedence(self, media_type: str) -> int:
        """Return how closely it matches: 3 exactly, 2 `type/*`, 1 `*/*`, 0 not at all."""
        kind, _, subtype = media_type.partition("/")
        if self.type == "*":
            return 1 if self.subtype == "*" else 0
        if self.type != kind:
            return 0
        if self.subtype == "*":
            return 2
        return 3 if self.subtype == subtype else 0


@lru_cache(maxsize=256)
def parse_accept(header: str | None) -> tuple[Range, ...]:
    """Return the media ranges of an Accept header, in its order.

    Elements that are no media ranges are left out. Parameters other than q are not compared: no
    format here has variants that they would tell apart (JSON-LD 1.1 has servers ignore a profile
    they do not offer).
    """
    if header is None or not header.strip():
        return (Range("*", "*", 1.0),)
    elements = (_parse_range(element) for element in _ELEMENTS.findall(header))
    return tuple(element for element in elements if element is not None)


def _parse_range(element: str) -> Range | None:
    head = _RANGE.match(element)
    if head is None:
        return None
    weight = 1.0
    at = head.end()
    while parameter := _PARAMETER.match(element, at):
        at = parameter.end()
        if parameter[1].lower() == "q":
            if not _WEIGHT.fullmatch(parameter[2]):
                return None
            weight = float(parameter[2])
    if at != len(element):
        return None
    return Range(head[1].lower(), head[2].lower(), weight)


def quality(
    ranges: Sequence[Range], media_type: str, aliases: Sequence[str] = ()
) -> tuple[float, int]:
    """Return q and precedence of the closest range; (0, 0) when none matches.

    An alias counts only where it is named outright and the media type itself is not.
    """
    own = max(((r.precedence(media_type), r.q) for r in ranges), default=(0, 0.0))
    if own[0] == 3:
        return own[1], 3
    known = [r.q for r in ranges if any(r.precedence(alias) == 3 for alias in aliases)]
    if known:
        return max(known), 3
    return (own[1], own[0]) if own[0] else (0.0, 0)


@lru_cache(maxsize=256)
def asks_for_page(accept: str) -> bool:
    """Return whether an Accept header is that of a browser: text/html is named in it outright."""
    return bool(accept) and prefers_html(parse_accept(accept))


def prefers_html(ranges: Sequence[Range], others: Sequence[AnyFormat] = ()) -> bool:
    """Return whether a page is wanted: text/html named outright, nothing else more wanted."""
    weight, precedence = quality(ranges, HTML)
    if precedence < 3 or weight == 0:
        return False
    return all(quality(ranges, one.media_type, one.aliases)[0] <= weight for one in others)


def offers(form: QueryForm, first: str) -> tuple[AnyFormat, ...]:
    """Return the formats for a form of answer; the one with the short name `first` leads."""
    return tuple(sorted(formats_of(form), key=lambda one: one.name != first))


def choose(ranges: Sequence[Range], offered: Sequence[AnyFormat]) -> AnyFormat:
    """Return the format with the greatest weight; then the closest match; then the first offered.

    Raises NotAcceptableError naming what is offered.
    """
    best, found = (0.0, 0), None
    for one in offered:
        rank = quality(ranges, one.media_type, one.aliases)
        if rank[0] > 0 and rank > best:
            best, found = rank, one
    if found is None:
        names = ", ".join(one.name for one in offered)
        raise NotAcceptableError(
            "None of the media types of the Accept header is offered for this form of query",
            tuple(one.media_type for one in offered),
            remedy=f"accept one of those offered, or add format= with one of: {names}",
        )
    return found


@lru_cache(maxsize=64)
def negotiate(
    form: QueryForm, accept: str | None, named: str | None, defaults: tuple[str, str]
) -> AnyFormat:
    """Return the format for an answer.

    named: the value of `format=` (short name, suffix or media type), which outranks `accept`.
    defaults: short names of the formats for rows or booleans, and for graphs.
    Raises NotAcceptableError.
    """
    if named is not None:
        return format_for(form, named)
    first = defaults[1] if form == "GRAPH" else defaults[0]
    return choose(parse_accept(accept), offers(form, first))


def content_type(media_type: str) -> str:
    """Return the Content-Type of an answer; everything is sent as UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type in _CHARSETS else media_type
