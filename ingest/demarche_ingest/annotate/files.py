"""Article folders: making one from a text, pinning a sheet into it, making the sheet again."""

from __future__ import annotations

import os
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from demarche_ingest.annotate import pin as pinning
from demarche_ingest.annotate import sheet
from demarche_ingest.annotate.locate import FoldedText, NotLocatedError, locate, occurrence_of
from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord, ClaimsFile, PartRecord
from demarche_ingest.texts import EXTRACTOR, Span, Text
from demarche_ontology.errors import InputError, Problem

_Model = TypeVar("_Model", bound=BaseModel)

_SCHEMA = "# yaml-language-server: $schema=../../../docs/schemas/{name}.schema.json\n"
_ABOUT = {
    "article": "# One article: the file it stands in, its parts. Offsets are code points.\n",
    "claims": "# Claims of this article, pinned: offsets and hashes, no words of the text.\n",
}


class _Dumper(yaml.SafeDumper):
    """Block style, but spans and dates on one line each."""


def _represent(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    flow = all(not isinstance(value, (dict, list)) for value in data.values()) and (
        {"start", "end"} <= data.keys() or "edtf" in data
    )
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=flow)


_Dumper.add_representer(dict, _represent)


def dump(kind: str, content: dict[str, Any]) -> str:
    """Return the text of `article.yaml` or `claims.yaml`."""
    body = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return _SCHEMA.format(name=kind) + _ABOUT[kind] + body


def write_atomically(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def claim_yaml(claim: ClaimRecord) -> dict[str, Any]:
    """Return a claim as it stands in YAML: defaults left out, keys in the format's order."""
    record = claim.model_dump(mode="json", exclude_defaults=True)
    ordered = {name: record[name] for name in type(claim).model_fields if name in record}
    if claim.attribute is not None and claim.attribute.number is not None:
        number = claim.attribute.number
        ordered["attribute"]["number"] = int(number) if number.is_integer() else number
    return ordered


def write_claims(folder: Path, claims: ClaimsFile) -> None:
    """Write `claims.yaml`."""
    content = {"claims": [claim_yaml(claim) for claim in claims.claims]}
    write_atomically(folder / "claims.yaml", dump("claims", content))


def read_article(folder: Path) -> ArticleFile:
    """Read `article.yaml`. Raises InputError."""
    return _model(folder / "article.yaml", ArticleFile)


def read_claims(folder: Path) -> ClaimsFile:
    """Read `claims.yaml`. Raises InputError."""
    return _model(folder / "claims.yaml", ClaimsFile)


def _model(path: Path, model: type[_Model]) -> _Model:
    if not path.is_file():
        problem = Problem(str(path), 0, "", "no such file", "name an article's folder")
        raise InputError("An article cannot be read.", [problem])
    file = yamlfile.read(path, str(path))
    try:
        return model.model_validate(file.content or {})
    except ValidationError as error:
        problems = [
            file.problem(tuple(item["loc"]), "", item["msg"])
            for item in error.errors(include_url=False)
        ]
        raise InputError(f"{path} cannot be read.", problems) from None


def new_article(folder: Path, text: Text, about: dict[str, Any], parts: list[sheet.Row]) -> None:
    """Make an article's folder: `article.yaml` from a text and a parts sheet, no claims yet.

    about: title, publisher, rights, date and so on, as `ArticleFile` has them; `language`
    defaults to "en". Raises InputError; an existing folder is never overwritten.
    """
    if (folder / "article.yaml").exists():
        problem = Problem(str(folder), 0, "", "the article exists", "choose another id")
        raise InputError("The article was not made.", [problem])
    about = dict(about)
    language = about.pop("language", "en")
    span = about.pop("span", {"start": 0, "end": len(text)})
    record = {
        "id": folder.name,
        "document": {
            "source_sha256": text.source_sha256,
            "text_sha256": text.text_sha256,
            "length": len(text),
            "extractor": EXTRACTOR,
            "language": language,
        },
        **about,
        "span": span,
        "parts": _parts(text, Span(span["start"], span["end"]), parts),
    }
    try:
        article = ArticleFile.model_validate(record)
    except ValidationError as error:
        problems = [
            Problem(folder.name, 0, "", f"{'.'.join(map(str, item['loc']))}: {item['msg']}")
            for item in error.errors(include_url=False)
        ]
        raise InputError("The article was not made.", problems) from None
    content = article.model_dump(mode="json", exclude_none=True)
    write_atomically(folder / "article.yaml", dump("article", content))
    write_atomically(folder / "claims.yaml", dump("claims", {"claims": []}))


def _parts(text: Text, article: Span, rows: list[sheet.Row]) -> list[dict[str, Any]]:
    """Locate parts in the order of the sheet; each is looked for after the one before."""
    found, problems, after = [], [], article.start
    for row in rows:
        try:
            span = _part_span(text, Span(after, article.end), row)
        except NotLocatedError as error:
            problems.append(Problem("parts", row.number, row.get("part"), str(error)))
            continue
        after = span.end
        found.append(_part(row, span))
    if problems:
        raise InputError("The parts cannot be located.", problems)
    return found


def _part_span(text: Text, rest: Span, row: sheet.Row) -> Span:
    folded = FoldedText.of(text[rest])
    begin = locate(folded, row.get("begins"), 1)
    tail = FoldedText.of(text.content[rest.start + begin.start : rest.end])
    end = locate(tail, row.get("ends") or row.get("begins"), 1)
    return Span(rest.start + begin.start, rest.start + begin.start + end.end)


def _part(row: sheet.Row, span: Span) -> dict[str, Any]:
    part: dict[str, Any] = {
        "start": span.start,
        "end": span.end,
        "id": row.get("part"),
        "kind": row.get("kind"),
    }
    if row.get("commenter"):
        part["commenter"] = row.get("commenter")  # the model reads the number
    if row.get("in_reply_to"):
        part["in_reply_to"] = row.get("in_reply_to")
    if row.get("date"):
        basis = row.get("date_basis", "stated")
        part["date"] = {"edtf": row.get("date"), "basis": basis}
        if row.get("date_note"):
            part["date"]["note"] = row.get("date_note")
    return part


def pin_sheet(folder: Path, path: Path, text: Text, revise: bool = False) -> ClaimsFile:
    """Pin a sheet into an article's folder.

    revise: where the content of a claim id changed, the IRI it had goes to `revises`.
    Raises InputError when the text is not the article's, or any row cannot be pinned; then
    nothing is written. Revisions recorded for a claim id are kept.
    """
    article = read_article(folder)
    if text.source_sha256 != article.document.source_sha256:
        message = "this is not the text that the article was made from"
        remedy = f"give the copy with the sha-256 {article.document.source_sha256[:12]}…"
        problem = Problem(text.path, 0, article.id, message, remedy)
        raise InputError("The sheet was not pinned.", [problem])
    claims = pinning.pin(sheet.read(path), text, str(path))
    earlier = {c.id: c for c in read_claims(folder).claims}
    kept = tuple(_keep_history(claim, earlier.get(claim.id), revise) for claim in claims.claims)
    pinned = ClaimsFile(claims=kept)
    write_claims(folder, pinned)
    return pinned


def _keep_history(claim: ClaimRecord, earlier: ClaimRecord | None, revise: bool) -> ClaimRecord:
    if earlier is None:
        return claim
    history = earlier.revises
    if revise and earlier.iri is not None and earlier.iri != claim.iri:
        history = (*history, earlier.iri)
    return claim.model_copy(update={"revises": history})


def renew_iris(folder: Path, revise: bool = False) -> int:
    """Bring the IRIs of `claims.yaml` up to date with its content; returns how many changed."""
    article, claims = read_article(folder), read_claims(folder)
    source = article.document.source_sha256
    renewed = tuple(pinning.renew(source, claim, revise) for claim in claims.claims)
    changed = sum(new != old for new, old in zip(renewed, claims.claims, strict=True))
    if changed:
        write_claims(folder, ClaimsFile(claims=renewed))
    return changed


def sheet_rows(claims: ClaimsFile, text: Text | None) -> list[dict[str, str]]:
    """Return the claims as sheet rows, with quotations when the text is given."""
    folded = FoldedText.of(text.content) if text else None
    return [_row(claim, text, folded) for claim in claims.claims]


def _row(claim: ClaimRecord, text: Text | None, folded: FoldedText | None) -> dict[str, str]:
    record = claim.model_dump(mode="json", exclude_defaults=True)
    row: dict[str, str] = {"quote": ""}
    if text is not None and folded is not None:
        row = {"quote": _quotes(claim, text), "occurrence": _occurrences(claim, text, folded)}
    when = record.pop("when", None)
    if when:
        row["when"] = when["edtf"]
        row.update({f"when_{key}": when[key] for key in ("basis", "note") if key in when})
    content = record.pop(claim.type)
    renamed = {"actor": "stance_actor", "value": "stance"} if claim.type == "stance" else {}
    renamed |= {"number": "value", "text": "value"} if claim.type == "attribute" else {}
    record.update({renamed.get(key, key): value for key, value in content.items()})
    for key, value in record.items():
        if key in sheet.COLUMNS:
            row[key] = _cell(value)
    return row


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    return str(value)


def _quotes(claim: ClaimRecord, text: Text) -> str:
    return " || ".join(" ".join(text[Span(s.start, s.end)].split()) for s in claim.evidence)


def _occurrences(claim: ClaimRecord, text: Text, folded: FoldedText) -> str:
    """Return the `occurrence` cell that tells the claim's quotations from their like."""
    spans = [Span(passage.start, passage.end) for passage in claim.evidence]
    found = [occurrence_of(folded, text[span], span.start) for span in spans]
    return "; ".join(str(number or 1) for number in found) if any(found) else ""


def part_of_offset(parts: tuple[PartRecord, ...], offset: int) -> PartRecord | None:
    """Return the part that holds an offset."""
    return next((part for part in parts if part.start <= offset < part.end), None)
