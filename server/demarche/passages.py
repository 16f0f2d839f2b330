"""A claim's passages in a user's own copy of the text, checked by their hashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from demarche.dossier import Dossier, Passage
from demarche_ingest.annotate.locate import FoldedText, relocate
from demarche_ingest.texts import Span, Text, sha256

CONTEXT: Final = 160
"""Code points shown on either side of a passage, at most; words are not cut."""

Status = Literal["verified", "relocated", "mismatch", "no copy"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as it stands in a copy. start, end: code points in that copy.

    status: "verified" in the very file the claim was coded from; "relocated" in another, where
    the words are the same; "mismatch" where the file has other words there; "no copy".
    """

    status: Status
    file: str = ""
    start: int = 0
    end: int = 0
    before: str = ""
    passage: str = ""
    after: str = ""


def show(claim: Dossier, copies: Sequence[Text]) -> Iterator[Shown]:
    """Yield each passage of a claim, found in one of the copies."""
    wanted = claim.document.source_sha256 if claim.document else ""
    exact = next((copy for copy in copies if copy.source_sha256 == wanted), None)
    folded = [] if exact else [(copy, FoldedText.of(copy.content)) for copy in copies]
    for passage in claim.passages:
        yield _exact(passage, exact) if exact else _elsewhere(passage, folded)


def _exact(passage: Passage, copy: Text) -> Shown:
    span = Span(passage.start, passage.end)
    if sha256(copy[span]) != passage.sha256:
        return Shown("mismatch", copy.path, span.start, span.end)
    return _shown("verified", copy, span)


def _elsewhere(passage: Passage, copies: Sequence[tuple[Text, FoldedText]]) -> Shown:
    for copy, folded in copies:
        places = relocate(folded, passage.folded_sha256, passage.folded_length)
        if places:
            return _shown("relocated", copy, places[0])
    return Shown("no copy")


def _shown(status: Status, copy: Text, span: Span) -> Shown:
    before = copy.content[max(0, span.start - CONTEXT) : span.start]
    after = copy.content[span.end : span.end + CONTEXT]
    if span.start > CONTEXT:
        before = "… " + before.partition(" ")[2]
    if span.end + CONTEXT < len(copy):
        after = after.rpartition(" ")[0] + " …"
    return Shown(status, copy.path, span.start, span.end, before, copy[span], after)
