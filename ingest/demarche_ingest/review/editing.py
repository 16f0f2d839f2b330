"""A claim as YAML for an editor, and back: held to the same rules as claims of the seeds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from demarche_ingest.annotate.files import claim_yaml
from demarche_ingest.annotate.pin import evidence, renew
from demarche_ingest.candidates.records import NewThing
from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.claims import ClaimRecord
from demarche_ingest.seeds.library import explain
from demarche_ingest.seeds.yamlfile import YamlFile
from demarche_ingest.texts import Span, Text
from demarche_ontology.errors import InputError, Problem

_KEPT: Final = ("iri", "revises", "id")
"""What an edit does not touch."""
_PASSAGE: Final = ("start", "end")
_REFUSED: Final = "The edit was not taken."


def to_yaml(claim: ClaimRecord, things: tuple[NewThing, ...] = ()) -> str:
    """Return a claim as it is edited: passages by their places, and the new things it names."""
    content = {name: value for name, value in claim_yaml(claim).items() if name not in _KEPT}
    content["evidence"] = [{"start": one.start, "end": one.end} for one in claim.evidence]
    if things:
        content["things"] = [_thing(thing) for thing in things]
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def _thing(thing: NewThing) -> dict[str, Any]:
    members = thing.model_dump(mode="json", exclude_defaults=True)
    members.pop("near", None)
    return members


def from_yaml(
    told: str,
    claim: ClaimRecord,
    source_sha256: str,
    text: Text | None,
    name: str = "the edited claim",
) -> tuple[ClaimRecord, tuple[NewThing, ...]]:
    """Return the claim that an edit makes, with the IRI its content makes, and its new things.

    text: of the document, needed where a passage moves. Raises InputError with every problem and
    its line, also where the edit makes what the claim was before an earlier one.
    """
    file = _read(told, name)
    content = dict(file.content) if isinstance(file.content, dict) else {}
    things = _things(file, content.pop("things", None))
    before = {(one.start, one.end): one for one in claim.evidence}
    spans = content.get("evidence")
    if isinstance(spans, list):
        content["evidence"] = [
            _evidence(file, number, span, before, text) for number, span in enumerate(spans)
        ]
    kept = {"id": claim.id, "iri": claim.iri, "revises": claim.revises}
    try:
        edited = ClaimRecord.model_validate({**content, **kept})
    except ValidationError as error:
        raise InputError(_REFUSED, list(explain(file, ClaimRecord, error))) from None
    return revised(edited, claim, source_sha256), things


def revised(edited: ClaimRecord, before: ClaimRecord, source_sha256: str) -> ClaimRecord:
    """Return an edited claim with its IRI; of another content it says what it was before.

    Raises InputError where that is what the claim was before an earlier edit.
    """
    made = renew(source_sha256, edited.model_copy(update={"iri": before.iri}), revise=True)
    if made.iri in made.revises:
        message = "this is what the claim was before it was edited"
        remedy = "undo the edit, or reject the edited claim"
        raise InputError(_REFUSED, [Problem("", 0, str(before.iri), message, remedy)])
    return made


def changed(claim: ClaimRecord, names: Mapping[str, str], source_sha256: str) -> ClaimRecord:
    """Return a claim that names other things in the place of some, with the IRI that makes.

    names: what each is to become, by what it is called now.
    """
    content = claim.model_dump(mode="json", exclude_none=True)
    for place in ("chain", claim.type):
        content[place] = _renamed(content[place], names)
    return revised(ClaimRecord.model_validate(content), claim, source_sha256)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return list(dict.fromkeys(_renamed(one, names) for one in value))
    if isinstance(value, dict):
        kept = ("category", "modes", "contexts", "predicate", "status", "attribute", "text", "unit")
        return {
            key: one if key in {*kept, "value", "comparator", "number"} else _renamed(one, names)
            for key, one in value.items()
        }
    return names.get(value, value) if isinstance(value, str) else value


def _read(told: str, name: str) -> YamlFile:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claim.yaml"
        path.write_text(told, encoding="utf-8")
        return yamlfile.read(path, name)


def _things(file: YamlFile, told: Any) -> tuple[NewThing, ...]:
    try:
        return tuple(NewThing.model_validate(one) for one in told or ())
    except (ValidationError, TypeError) as error:
        problems = (
            list(explain(file, NewThing, error)) if isinstance(error, ValidationError) else []
        )
        raise InputError("The new things cannot be taken.", problems) from None


def _evidence(
    file: YamlFile,
    number: int,
    span: Any,
    before: Mapping[tuple[int, int], Any],
    text: Text | None,
) -> Any:
    if not isinstance(span, dict) or set(span) != set(_PASSAGE):
        raise InputError(_REFUSED, list(_wrong(file, number, "is not `start` and `end`")))
    start, end = span["start"], span["end"]
    if (start, end) in before:
        return before[start, end]
    if text is None:
        wrong = _wrong(file, number, "moves, and the text of the document is not there")
        raise InputError(_REFUSED, list(wrong))
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
        raise InputError(_REFUSED, list(_wrong(file, number, f"{start}-{end} is not in the text")))
    return evidence(text, Span(start, end))


def _wrong(file: YamlFile, number: int, message: str) -> Iterator[Problem]:
    remedy = "give the places in code points, from 0, the end not included"
    yield file.problem(("evidence", number), "evidence", message, remedy)
