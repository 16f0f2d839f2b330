"""docs/claims-format.md: every key of every record with its default, and examples that hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from demarche_ingest.seeds import claims, fields, reference, yamlfile
from demarche_ingest.seeds.schemas import FILES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "claims-format.md").read_text("utf-8")

EXAMPLES = re.findall(r"```yaml (\w+)\n(.*?)```", PAGE, flags=re.DOTALL)
SECTIONS = dict(re.findall(r"(?ms)^### (.+?)\n(.*?)(?=^##|\Z)", PAGE))
SHARED = {
    reference.Sourced: "Where a fact comes from",
    reference.NamedRecord: "Entities",
    reference.Dated: "Dated relations",
    claims.SpanRecord: "SpanRecord",
}
"""Records that others are built on, and the section that describes their keys."""


def models():
    found = {
        value
        for module in (claims, fields, reference)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, fields.Record)
    }
    without_keys = {fields.Record, reference.Fact, *SHARED} - {claims.SpanRecord}
    return sorted(found - without_keys, key=lambda model: model.__name__)


def rows(section):
    """Return key -> (default, meaning) of a section's table."""
    found = {}
    for keys, default, meaning in re.findall(r"(?m)^\| (`.+?`) \| (.+?) \| (.+?) \|$", section):
        found.update(dict.fromkeys(re.findall(r"`(\w+)`", keys), (default, meaning)))
    return found


def documented(model: type[BaseModel]):
    inherited = [SHARED[base] for base in model.__mro__ if base in SHARED]
    return {
        key: row
        for title in [*reversed(inherited), model.__name__]
        for key, row in rows(SECTIONS.get(title, "")).items()
    }


def default_of(field):
    if field.is_required():
        return "—"
    if field.default is None or field.default == ():
        return "none"
    return f"`{str(field.default).lower()}`"


def test_the_models_are_found():
    names = {model.__name__ for model in models()}
    assert {"ArticleFile", "ClaimRecord", "When", "SourceRecord", "ProvisionRecord"} <= names
    assert len(names) > 20


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_key_stands_in_the_page_with_its_default(model):
    keys = {field.alias or name: field for name, field in model.model_fields.items()}
    assert model.__name__ in SECTIONS
    told = documented(model)
    assert {key: told.get(key, ("missing",))[0] for key in keys} == {
        key: default_of(field) for key, field in keys.items()
    }


@pytest.mark.parametrize("title", SECTIONS)
def test_no_section_tells_of_a_key_that_there_is_not(title):
    known = {model.__name__: model for model in (*models(), *SHARED)}
    named = {section: base for base, section in SHARED.items()}
    model = named.get(title) or known.get(title)
    if model is None:
        assert not rows(SECTIONS[title])
        return
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert set(rows(SECTIONS[title])) <= keys


def test_there_is_an_example_of_every_file():
    assert {kind for kind, _ in EXAMPLES} == set(FILES)


@pytest.mark.parametrize(("kind", "content"), EXAMPLES)
def test_examples_are_valid(tmp_path, kind, content):
    path = tmp_path / f"{kind}.yaml"
    path.write_text(content, encoding="utf-8")
    model, _ = FILES[kind]
    read = model.model_validate(yamlfile.read(path, path.name).content, by_alias=True)
    assert read.model_fields_set


def test_the_examples_show_every_list_and_every_type_of_claim():
    everything = "".join(content for _, content in EXAMPLES)
    for key in (*reference.ReferenceFile.model_fields, *claims.CONTENT_TYPES):
        assert re.search(rf"(?m)^ *{key}:", everything), key


def test_schemas_are_linked():
    for name in FILES:
        assert f"{name}.schema.json" in PAGE
