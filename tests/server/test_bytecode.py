"""The code of templates is kept as that of modules is; what was not written so is not taken."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import jinja2
import pytest

from demarche_server.pages import bytecode, frame
from demarche_server.pages.bytecode import Beside
from demarche_server.settings import Settings

TEXT = "{{ who }} says so{% if often %} again{% endif %}"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "one.html").write_text(TEXT)
    return tmp_path


def environment(folder: Path, **options) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), bytecode_cache=Beside(options), **options
    )


def rendered(folder: Path, **options) -> str:
    return environment(folder, **options).get_template("one.html").render(who="Rudolf", often=True)


def files(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*"))


def compiled(monkeypatch) -> list[str]:
    """Return a list that grows with each template whose code is made."""
    made, original = [], jinja2.Environment.compile

    def compile_(self, source, name=None, *rest, **more):
        made.append(name)
        return original(self, source, name, *rest, **more)

    monkeypatch.setattr(jinja2.Environment, "compile", compile_)
    return made


def test_code_is_made_once(folder, monkeypatch):
    made = compiled(monkeypatch)
    assert [rendered(folder) for _ in range(3)] == ["Rudolf says so again"] * 3
    assert made == ["one.html"]
    (file,) = files(folder)
    assert file.name == f"one.html.{sys.implementation.cache_tag}.pyc"


def test_it_is_made_anew_for_another_text_and_other_options(folder, monkeypatch):
    rendered(folder)
    made = compiled(monkeypatch)
    (folder / "one.html").write_text("{{ who }} denies it\n")
    assert rendered(folder) == "Rudolf denies it"
    assert rendered(folder, keep_trailing_newline=True) == "Rudolf denies it\n"
    assert len(made) == 2


@pytest.mark.parametrize("cut", [0, 1, 63, 64, 127, 128, 200, -1])
def test_what_is_cut_off_is_not_taken(folder, cut):
    rendered(folder)
    (file,) = files(folder)
    whole = file.read_bytes()
    file.write_bytes(whole[:cut])
    assert rendered(folder) == "Rudolf says so again"
    assert file.read_bytes() == whole


def test_what_was_changed_is_not_taken(folder):
    rendered(folder)
    (file,) = files(folder)
    whole = file.read_bytes()
    assert b"says so" in whole
    file.write_bytes(whole.replace(b"says so", b"lied it"))
    assert rendered(folder) == "Rudolf says so again"


def test_nothing_is_written_where_python_is_told_not_to(folder, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered(folder) == "Rudolf says so again"
    assert not (folder / "__pycache__").exists()


def test_where_nothing_can_be_written_templates_are_read_all_the_same(folder):
    (folder / "__pycache__").write_text("no folder")
    assert rendered(folder) == "Rudolf says so again"


def test_a_python_that_keeps_no_bytecode_does_without(folder, monkeypatch):
    def refuse(path: str) -> str:
        raise NotImplementedError

    monkeypatch.setattr(bytecode, "cache_from_source", refuse)
    assert rendered(folder) == "Rudolf says so again"
    assert not (folder / "__pycache__").exists()


def test_all_templates_are_read_ahead_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))  # where no server has left any code
    made = compiled(monkeypatch)
    whole = frame.Frame(Settings(), [])
    asyncio.run(whole.prepare(most_asked=True))
    assert set(made) == frame._MOST_ASKED
    asyncio.run(whole.prepare())
    there = Path(frame.__file__).parent / "templates"
    assert sorted(made) == sorted(one.name for one in there.iterdir() if one.is_file())


def test_a_folder_of_bytecode_among_the_templates_is_no_template(folder):
    rendered(folder)
    shutil.copy(folder / "one.html", folder / "__pycache__" / "stray.html")
    names = environment(folder).list_templates(filter_func=frame._is_template)
    assert names == ["one.html"]
