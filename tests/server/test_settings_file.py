"""A file of settings: every setting can stand there, every mistake is said at once."""

from __future__ import annotations

import dataclasses
import json

import pytest

from demarche_ontology.errors import InputError
from demarche_server.settings import Settings
from demarche_server.settings_file import load_settings


def toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def test_every_setting_may_stand_there(tmp_path):
    path = tmp_path / "server.toml"
    default = Settings()
    names = [field.name for field in dataclasses.fields(Settings)]
    lines = (f"{name} = {toml(getattr(default, name))}" for name in names)
    path.write_text("\n".join(lines))
    assert load_settings(path) == default


def test_values_are_taken_and_outranked(tmp_path):
    path = tmp_path / "server.toml"
    path.write_text('title = "Claims"\nport = 1\nmax_query_seconds = 5\nservices = ["urn:a"]\n')
    settings = load_settings(path, port=2)
    assert (settings.title, settings.port) == ("Claims", 2)
    assert settings.max_query_seconds == 5
    assert settings.services == ("urn:a",)


def test_every_mistake_is_said_in_one_go(tmp_path):
    path = tmp_path / "server.toml"
    path.write_text('max_quary_seconds = 5\nport = "eighty"\nlog_clients = "some"\n')
    with pytest.raises(InputError) as caught:
        load_settings(path)
    said = {problem.subject: problem for problem in caught.value.problems}
    assert set(said) == {"max_quary_seconds", "port", "log_clients"}
    assert "max_query_seconds" in said["max_quary_seconds"].remedy


@pytest.mark.parametrize("content", [b"port = ", b"\xff"])
def test_what_is_no_toml_is_said(tmp_path, content):
    path = tmp_path / "server.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be taken"):
        load_settings(path)
