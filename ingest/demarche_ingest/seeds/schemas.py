"""JSON Schemas of the seed files, for editors that complete and check while one types.

Generated from the records, so that they cannot drift from what the build accepts. After a change
of the records or of a controlled list, write them again:

    python -m demarche_ingest.seeds.schemas docs/schemas

They hold what JSON Schema can say (draft 2020-12). Dates that exist, ends after starts and names
that are known remain the build's to check.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from demarche_ingest.seeds.claims import CONTENT_TYPES, ArticleFile, ClaimsFile
from demarche_ingest.seeds.reference import ReferenceFile
from demarche_ontology import terms

FILES: Final[dict[str, tuple[type[BaseModel], str]]] = {
    "article": (ArticleFile, "Demarche article (article.yaml)"),
    "claims": (ClaimsFile, "Demarche claims (claims.yaml)"),
    "reference": (ReferenceFile, "Demarche reference facts (reference/*.yaml)"),
}
"""What the schema of each name describes, and its title."""


def schemas() -> dict[str, str]:
    """Return the text of each schema by its name: "article", "claims", "reference"."""
    return {name: _text(name, model, title) for name, (model, title) in FILES.items()}


def write_schemas(folder: Path) -> list[Path]:
    """Write `<name>.schema.json` for every schema into a folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _text(name: str, model: type[BaseModel], title: str) -> str:
    made = model.model_json_schema(by_alias=True)
    for record, rule in _RULES.items():
        if record in made.get("$defs", {}):
            made["$defs"][record].update(rule)
    head = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"{terms.BASE}schemas/{name}.schema.json",
    }
    whole = {**head, **made, "title": title}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _exactly_one(*keys: str) -> dict[str, Any]:
    return {"oneOf": [{"required": [key]} for key in keys]}


def _category_is(*categories: str) -> dict[str, Any]:
    return {"properties": {"category": {"enum": list(categories)}}, "required": ["category"]}


def _event_rules() -> dict[str, Any]:
    """Each category's own modes, and the categories that need a recipient."""
    rules: list[dict[str, Any]] = []
    for category in terms.SCHEMES["category"]:
        modes = terms.PLOVER_MODES.get(category)
        allowed = {"items": {"enum": list(modes)}} if modes else {"maxItems": 0}
        rules.append({"if": _category_is(category), "then": {"properties": {"modes": allowed}}})
    needing = {"required": ["recipients"], "properties": {"recipients": {"minItems": 1}}}
    rules.append({"if": _category_is(*sorted(terms.REQUIRES_RECIPIENT)), "then": needing})
    return {"allOf": rules}


_RULES: Final[dict[str, dict[str, Any]]] = {
    "ClaimRecord": {
        **_exactly_one(*CONTENT_TYPES),
        "dependentRequired": {"stance": ["when"]},
    },
    "AttributeContent": {
        **_exactly_one("number", "text"),
        "dependentRequired": {"unit": ["number"], "comparator": ["number"]},
    },
    "EventContent": _event_rules(),
    "PartRecord": {
        "if": {"properties": {"kind": {"const": "comment"}}, "required": ["kind"]},
        "then": {"required": ["commenter"]},
        "else": {"properties": {"commenter": False}},
    },
}
"""Rules between the keys of a record, which its model checks in Python."""


if __name__ == "__main__":
    for written_file in write_schemas(Path(sys.argv[1])):
        print(written_file)
