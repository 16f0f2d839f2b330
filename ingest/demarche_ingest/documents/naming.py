"""By which names columns, keys and meta data tell of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

USUAL: Final[dict[str, tuple[str, ...]]] = {
    "text": ("text", "content", "body", "fulltext", "full_text", "article"),
    "title": ("title", "headline", "heading"),
    "outlet": (
        "outlet",
        "publisher",
        "source",
        "newspaper",
        "publication",
        "sitename",
        "site_name",
        "site",
        "website",
        "journal",
        "magazine",
        "blog",
        "medium",
    ),
    "byline": ("byline", "author", "authors", "creator"),
    "date": ("date", "published", "publication_date", "pubdate", "date_published"),
    "url": ("url", "link", "uri", "source_url"),
    "language": ("language", "lang"),
}
"""The names that each field is known by, the surest first; compared without case."""


def columns_of(names: Mapping[str, str] | list[str], wished: Mapping[str, str]) -> dict[str, str]:
    """Return which of the names tells which field. wished: what the user said of that."""
    by_folded = {name.strip().casefold().replace(" ", "_"): name for name in names}
    found: dict[str, str] = {}
    for field, usual in USUAL.items():
        if field in wished:
            found[field] = wished[field]
        elif known := next((by_folded[one] for one in usual if one in by_folded), None):
            found[field] = known
    return found


def known_fields(values: Mapping[str, Any], wished: Mapping[str, str]) -> dict[str, str]:
    """Return what the values tell of a document, by the fields of `Details`, as texts."""
    columns = columns_of(list(values), wished)
    return {
        field: shown
        for field, column in columns.items()
        if field != "text" and (shown := as_text(values.get(column)))
    }


def as_text(value: Any) -> str:
    """Return a value as one line of text: lists joined by semicolons, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, map(as_text, value)))
    return " ".join(str(value).split())
