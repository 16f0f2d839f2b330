"""The published JSON Schemas: no drift, sound, and of one mind with the records."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.library import seed_files
from demarche_ingest.seeds.schemas import FILES, schemas, write_schemas

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs" / "schemas"
REGENERATE = "run: python -m demarche_ingest.seeds.schemas docs/schemas"


def kind_of(path: Path) -> str:
    return path.stem if path.stem in {"article", "claims"} else "reference"


def faults(kind, content):
    validator = Draft202012Validator(json.loads(schemas()[kind]))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(content)]


def content_of(path):
    return yamlfile.read(path, path.name).content


@pytest.mark.parametrize("name", FILES)
def test_published_schemas_are_the_generated_ones(name):
    published = (PUBLISHED / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == schemas()[name], REGENERATE


def test_no_other_schema_is_published():
    assert {path.name for path in PUBLISHED.iterdir()} == {f"{n}.schema.json" for n in FILES}


def test_writing_gives_the_published_files(tmp_path):
    written = write_schemas(tmp_path / "new")
    assert {path.name for path in written} == {f"{name}.schema.json" for name in FILES}
    assert all(path.read_text("utf-8") == schemas()[path.name.split(".")[0]] for path in written)


@pytest.mark.parametrize("name", FILES)
def test_schemas_are_valid_and_named(name):
    schema = json.loads(schemas()[name])
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema["$id"].endswith(f"/{name}.schema.json")
    assert schema["title"]


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_described(name):
    schema = json.loads(schemas()[name])
    records = {name: schema, **schema["$defs"]}
    keys = [(r, k, s) for r, record in records.items() for k, s in record["properties"].items()]
    assert len(keys) > 5
    assert [(r, k) for r, k, described in keys if not described.get("description")] == []


def test_shipped_seeds_are_valid():
    paths = [path for path in seed_files(ROOT / "seeds") if path.suffix == ".yaml"]
    assert {kind_of(path) for path in paths} == set(FILES)
    assert {p.name: found for p in paths if (found := faults(kind_of(p), content_of(p)))} == {}


def test_made_seeds_are_valid(norland_seeds, synthetic_seeds):
    for seeds in (norland_seeds, synthetic_seeds):
        for path in seed_files(seeds.root):
            assert faults(kind_of(path), content_of(path)) == []


def claim(content, name):
    return next(claim for claim in content["claims"] if claim["id"] == name)


def set_(name, group, **values):
    def spoil(content):
        record = claim(content, name)
        (record[group] if group else record).update(values)

    return spoil


def drop(name, group, key):
    return lambda content: (claim(content, name)[group] if group else claim(content, name)).pop(key)


@pytest.mark.parametrize(
    "spoil",
    [
        drop("c03", None, "voice"),
        drop("c03", None, "event"),
        drop("c06", None, "when"),
        drop("c09", "attribute", "number"),
        drop("c04", "event", "category"),
        set_("c03", None, vioce="author"),
        set_("c03", None, voice="writer"),
        set_("c03", None, evidence=[]),
        set_("c03", None, iri="claim-1"),
        set_("c03", None, stance={"actor": "norland", "position": "p", "value": "supports"}),
        set_("c04", "event", modes=["visit"]),
        set_("c04", "event", contexts=["weather"]),
        set_("c01", "event", category="sanction"),
        set_("c01", "event", category="agree", modes=["visit"]),
        set_("c05", "attribute", unit="tonnes"),
        set_("c09", "attribute", text="many"),
        set_("c11", "relation", predicate="likes"),
        set_("c07", "stance", value="perhaps"),
    ],
)
def test_broken_claims_are_not_valid(norland_seeds, spoil):
    content = copy.deepcopy(norland_seeds.articles[0].claims_file.content)
    assert faults("claims", content) == []
    spoil(content)
    assert faults("claims", content)


@pytest.mark.parametrize(
    "change",
    [
        {"span": {"start": -1, "end": 9}},
        {"publisher": "Norland Gazette"},
        {"url": "gazette"},
        {"parts": [{"start": 0, "end": 9, "id": "a", "kind": "comment"}]},
        {"parts": [{"start": 0, "end": 9, "id": "a", "kind": "body", "commenter": 1}]},
        {"date": "1990-05-08"},
        {"editor": "somebody"},
    ],
)
def test_broken_articles_are_not_valid(norland_seeds, change):
    content = norland_seeds.articles[0].article_file.content
    assert faults("article", content) == []
    assert faults("article", {**content, **change})


@pytest.mark.parametrize(
    "content",
    [
        {"actors": [{"id": "norland", "type": "Realm", "label": "Norland"}]},
        {"actors": [{"id": "norland", "type": "State"}]},
        {"memberships": [{"member": "a", "organization": "b", "status": "guest"}]},
        {"sources": [{"id": "atlas", "title": "Atlas"}]},
        {"kingdoms": []},
    ],
)
def test_broken_reference_facts_are_not_valid(content):
    assert faults("reference", content)
    assert faults("reference", {}) == []
