"""Pinning: from rows with quotations to claims with offsets and hashes, without the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from demarche_ingest import identity
from demarche_ingest.annotate.locate import FoldedText, NotLocatedError, locate
from demarche_ingest.annotate.sheet import Row
from demarche_ingest.seeds.claims import ClaimRecord, ClaimsFile
from demarche_ingest.texts import Span, Text, fold, sha256
from demarche_ontology.errors import InputError, Problem

_SEPARATOR = "||"
_SEE_CODEBOOK = "see docs/codebook.md, section 10"
_EVENT = ("event", "category", "place", "invokes")
_EVENT_LISTS = ("modes", "contexts", "actors", "recipients", "affected")
_LINKS = ("reason_for", "condition_of", "embedded_in", "responds_to")
_PLAIN = ("id", "statement", "voice", "origin", "uttered", "basis", "note")
_STANCE = {
    "stance_actor": "actor",
    "on_behalf_of": "on_behalf_of",
    "position": "position",
    "stance": "value",
}
_GROUPING = re.compile("[,\u00a0\u202f]")
_NUMBER = re.compile("[-+]?([0-9]{1,3}([,\u00a0\u202f][0-9]{3})+|[0-9]+)([.][0-9]+)?")
"""A decimal number; commas and narrow spaces only between groups of three digits."""
_DEFAULTED = ("certainty", "polarity", "modality")


def evidence(text: Text, span: Span) -> dict[str, Any]:
    """Describe a passage without its words."""
    passage = text[span]
    folded = fold(passage)
    return {
        "start": span.start,
        "end": span.end,
        "sha256": sha256(passage),
        "folded": sha256(folded),
        "folded_length": len(folded),
    }


def pin(rows: Sequence[Row], text: Text, sheet: str) -> ClaimsFile:
    """Turn the rows of a sheet into claims of a text.

    Raises InputError with every row that cannot be pinned and why.
    """
    folded = FoldedText.of(text.content)
    problems: list[Problem] = []
    claims = []
    for row in rows:
        try:
            record = {**_content(row), "evidence": _evidence(row, text, folded)}
            claims.append(ClaimRecord.model_validate(record))
        except NotLocatedError as error:
            remedy = "copy the quotation from the text again"
            problems.append(Problem(sheet, row.number, row.get("id"), f"quote: {error}", remedy))
        except ValidationError as error:
            problems.extend(_explain(sheet, row, error))
        except ValueError as error:
            problems.append(Problem(sheet, row.number, row.get("id"), str(error), _SEE_CODEBOOK))
    problems.extend(_twice(rows, sheet))
    if problems:
        raise InputError(f"{len(problems)} problem(s) in {sheet}.", sorted(problems))
    source = text.source_sha256
    return ClaimsFile(claims=tuple(renew(source, claim) for claim in claims))


def renew(source_sha256: str, claim: ClaimRecord, revise: bool = False) -> ClaimRecord:
    """Return the claim with the IRI its content makes.

    revise: an IRI it had before goes to `revises`, so that it still resolves.
    """
    iri = identity.claim_name(source_sha256, claim)
    if claim.iri == iri:
        return claim
    revises = claim.revises
    if revise and claim.iri is not None:
        revises = (*revises, claim.iri)
    return claim.model_copy(update={"iri": iri, "revises": revises})


def _evidence(row: Row, text: Text, folded: FoldedText) -> list[dict[str, Any]]:
    quotes = row.get("quote").split(_SEPARATOR)
    numbers = _occurrences(row, len(quotes))
    spans = [locate(folded, *quoted) for quoted in zip(quotes, numbers, strict=True)]
    return [evidence(text, span) for span in spans]


def _occurrences(row: Row, quotes: int) -> list[int | None]:
    """Return a number for each quotation: none given, one for all, or one for each."""
    given = row.list("occurrence")
    if not all(number.isdecimal() for number in given):
        raise ValueError(f"occurrence: {row.get('occurrence')!r} is no number")
    numbers: list[int | None] = [int(number) for number in given]
    if len(numbers) <= 1:
        return (numbers or [None]) * quotes
    if len(numbers) != quotes:
        raise ValueError(f"occurrence: {len(numbers)} numbers for {quotes} quotation(s)")
    return numbers


def _content(row: Row) -> dict[str, Any]:
    record: dict[str, Any] = {name: row.cells[name] for name in _PLAIN if name in row.cells}
    record.update({name: row.cells[name] for name in _DEFAULTED if name in row.cells})
    record.update({name: row.list(name) for name in ("chain", *_LINKS) if name in row.cells})
    if "presupposed" in row.cells:
        record["presupposed"] = row.get("presupposed").lower() in {"true", "yes", "1", "x"}
    if "when" in row.cells:
        when = {"edtf": row.get("when"), "basis": row.get("when_basis", "stated")}
        record["when"] = {**when, "note": row.get("when_note") or None}
    record.update(_groups(row))
    return record


def _groups(row: Row) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the groups of content that a row fills."""
    cells = row.cells
    if any(name in cells for name in (*_EVENT, *_EVENT_LISTS)):
        event: dict[str, Any] = {name: cells[name] for name in _EVENT if name in cells}
        event.update({name: row.list(name) for name in _EVENT_LISTS if name in cells})
        yield "event", event
    if any(name in cells for name in ("predicate", "object", "status")):
        names = ("subject", "predicate", "object", "status")
        yield "relation", {name: cells[name] for name in names if name in cells}
    if any(name in cells for name in ("attribute", "value", "unit", "comparator")):
        yield "attribute", _attribute(row)
    if any(name in cells for name in _STANCE):
        yield "stance", {key: cells[name] for name, key in _STANCE.items() if name in cells}


def _attribute(row: Row) -> dict[str, Any]:
    names = ("subject", "attribute", "unit", "comparator")
    found: dict[str, Any] = {name: row.cells[name] for name in names if name in row.cells}
    value = row.get("value")
    if _NUMBER.fullmatch(value):
        found["number"] = float(_GROUPING.sub("", value))
    else:
        found["text"] = value or None
    return found


def _explain(sheet: str, row: Row, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        where = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        text = f"{where}: {message}".removeprefix(": ")
        yield Problem(sheet, row.number, row.get("id"), text, _SEE_CODEBOOK)


def _twice(rows: Sequence[Row], sheet: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        name = row.get("id")
        if name and first.setdefault(name, row.number) != row.number:
            message = f"two claims have this id; the first in row {first[name]}"
            yield Problem(sheet, row.number, name, message, "rename one")
