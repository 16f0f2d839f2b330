"""Passages in their context, for who may see the words.

::

    excerpts = await of_claim(asked)
    lit = await in_context(asked, document, [(480, 512)])
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from demarche_ontology.terms import DEM
from demarche_server.linked import describe
from demarche_server.pages import cells, labels
from demarche_server.pages.cells import Cell
from demarche_server.pages.things.sheets import Asked
from demarche_server.readers.tables import Term
from demarche_server.texts import ShownText, texts_of

CONTEXT: Final = 160
"""Code points shown on either side of a passage, at most; words are not cut."""
PASSAGES: Final = 50
"""Passages of one claim that its page shows."""
LONGEST: Final = 4000
"""Code points of a passage shown as an excerpt; the page of the document shows all of it."""


@dataclass(frozen=True, slots=True)
class Lit:
    """A passage and what stands around it.

    is_exact: whether this is the very text that the claim was coded from, or one with the same
    words. cut: code points of the passage that are not shown.
    """

    before: str
    passage: str
    after: str
    is_exact: bool
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage of a claim. document: as it is shown. start, end: code points in it.

    lit: the passage in its context, None for what this client may not see.
    """

    document: Cell
    start: int
    end: int
    lit: Lit | None


async def of_claim(asked: Asked) -> tuple[Excerpt, ...]:
    """Return the passages of a claim, in the order of the text; none for what is no claim.

    Raises QueryError, BusyError, StoreError.
    """
    if not asked.values(DEM["evidence"]):
        return ()
    rows = [row[:3] for row in (await asked.ask(describe.passages(asked.place), PASSAGES)).rows]
    found = [(d.value, int(s.value), int(e.value)) for d, s, e in rows if d and s and e]
    known = await labels.find(asked.engine, {document for document, _, _ in found})
    excerpts = []
    for document, start, end in found:
        (shown,) = await in_context(asked, document, [(start, end)])
        cell = cells.labelled(cells.cell(Term("iri", document)), known)
        excerpts.append(Excerpt(cell, start, end, shown))
    return tuple(excerpts)


async def in_context(
    asked: Asked, document: str, places: Iterable[tuple[int, int]]
) -> tuple[Lit | None, ...]:
    """Return each passage of a document in its context, None for what this client may not see.

    document: its IRI. places: start and end, code points. Raises QueryError, BusyError, StoreError.
    """
    text = await texts_of(asked.request).of(asked.request, asked.engine, document)
    return tuple(None if text is None else lit(text, start, end) for start, end in places)


def lit(text: ShownText, start: int, end: int) -> Lit | None:
    """Return a passage in its context, None where the text has no such passage."""
    place = text.copy.place(start, end)
    if place is None:
        return None
    first, last = place
    content = text.content
    before = content[max(0, first - CONTEXT) : first]
    after = content[last : last + CONTEXT]
    if first > CONTEXT:
        before = "… " + before.partition(" ")[2]
    if last + CONTEXT < len(content):
        after = after.rpartition(" ")[0] + " …"
    cut = max(0, last - first - LONGEST)
    return Lit(before, content[first : last - cut], "" if cut else after, text.copy.is_exact, cut)
