"""IRIs that follow from what a thing is.

A claim's IRI hashes document, spans, type and content, not what is editorial (statement, note,
review): so equal codings meet in one IRI, and an edit of content makes a new claim.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from anyascii import anyascii
from pyoxigraph import NamedNode

from demarche_ingest.texts import sha256
from demarche_ontology import terms

if TYPE_CHECKING:
    from demarche_ingest.seeds.claims import ClaimRecord

COMMENTER = re.compile(r"commenter-(\d+)")
"""How claims name the author of a reader comment: by number, within the document."""

_CONTENT_FIELDS = (
    "chain",
    "voice",
    "certainty",
    "polarity",
    "modality",
    "presupposed",
    "basis",
    "when",
    "uttered",
    "event",
    "relation",
    "attribute",
    "stance",
)


_LONGEST: Final = 80


def local_name(label: str) -> str:
    """Return a label as a local name: ASCII, lower case, words joined by hyphens, no article first.

    A label without a letter or digit in any script gets a name made of its hash.
    """
    plain = re.sub(r"^the\s+|['’.]", "", anyascii(label.strip().replace("&", " and ")).casefold())
    words = re.findall(r"[a-z0-9]+", plain)
    name = "-".join(words)
    if len(name) > _LONGEST:
        name = name[:_LONGEST].rpartition("-")[0] or name[:_LONGEST]
    return name or f"unnamed-{digest16(label)}"


def digest16(value: Any) -> str:
    """Return 16 hex digits of the sha-256 of a value's canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text)[:16]


def claim_name(source_sha256: str, claim: ClaimRecord) -> str:
    """Return the local name of a claim's IRI."""
    content = claim.model_dump(mode="json", include=set(_CONTENT_FIELDS), exclude_none=True)
    if "when" in content:
        content["when"].pop("note", None)  # why a date was chosen is editorial
    spans = sorted((span.start, span.end) for span in claim.evidence)
    return f"claim-{digest16([source_sha256, spans, claim.type, content])}"


def actor(name: str, sha12: str) -> NamedNode:
    """Return an entity's IRI; "commenter-3" is the third commenter of that document."""
    if (match := COMMENTER.fullmatch(name)) is not None:
        return commenter(sha12, int(match[1]))
    return terms.ID[name]


def commenter(sha12: str, number: int) -> NamedNode:
    """Return the pseudonymous IRI of a reader comment's author."""
    return terms.ID[f"commenter-{sha12}-{number:02d}"]


def document(sha12: str) -> NamedNode:
    """Return a document's IRI."""
    return terms.ID[f"document-{sha12}"]


def part(sha12: str, article: str, name: str | None = None) -> NamedNode:
    """Return the IRI of an article within a document, or of a part of that article."""
    return terms.ID[f"part-{sha12}-{article}" + (f"-{name}" if name else "")]


def passage(sha12: str, start: int, end: int) -> NamedNode:
    """Return the IRI of a passage, offsets in code points."""
    return terms.ID[f"passage-{sha12}-{start}-{end}"]


def selector(sha12: str, start: int, end: int) -> NamedNode:
    """Return the IRI of a span's text position selector."""
    return terms.ID[f"selector-{sha12}-{start}-{end}"]
