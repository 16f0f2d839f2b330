"""docs/cli.md says all there is: every command, option, exit code and environment variable."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from demarche import homes
from demarche.cli import publish
from demarche.cli.app import app
from demarche.cli.exits import MEANINGS
from demarche_ontology.competency import THEMES

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its options, groups left out."""
    below = getattr(command, "commands", {})
    if not below:
        yield path, command
    for name, child in below.items():
        yield from walk(child, (*path, name))


ROOT = get_command(app)
COMMANDS = dict(walk(ROOT))
every_command = pytest.mark.parametrize("path", COMMANDS, ids=" ".join)


def sections() -> dict[str, str]:
    """The page by its headings of the third level that name a command."""
    found = re.split(r"^### `demarche (.*?)`\n", PAGE, flags=re.MULTILINE)
    bodies = (re.split(r"^## ", body, flags=re.MULTILINE)[0] for body in found[2::2])
    return dict(zip(found[1::2], bodies, strict=True))


def section(path: tuple[str, ...]) -> tuple[str, str]:
    """The heading and the text about a command."""
    name = " ".join(path)
    (found,) = [(h, text) for h, text in sections().items() if re.match(rf"{name}( |$)", h)]
    return found


def options(command: Any) -> set[str]:
    return {name for p in command.params if p.param_type_name == "option" for name in p.opts}


def test_there_are_commands():
    assert {("build",), ("claims", "new"), ("release", "show")} <= set(COMMANDS)


@every_command
def test_every_command_and_option_is_documented(path):
    heading, text = section(path)
    for name in options(COMMANDS[path]) - {"--help", "-h"}:
        assert re.search(rf"`{name}[ `]", text) or f" {name} " in heading, f"{path}: {name}"


@every_command
def test_no_option_is_documented_that_is_not_there(path):
    _, text = section(path)
    table = re.findall(r"^\| (`.*?) \|", text, flags=re.MULTILINE)
    named = {name for cell in table for name in re.findall(r"`(--?[a-z-]+)", cell)}
    assert named <= options(COMMANDS[path])


def test_no_command_is_documented_that_is_not_there():
    documented = {
        tuple(re.findall(r"^[a-z]+(?: [a-z]+)?", heading)[0].split()) for heading in sections()
    }
    assert documented == set(COMMANDS)


def test_the_global_options_are_documented():
    everywhere = PAGE.split("## Everywhere")[1].split("\n## ")[0]
    for name in options(ROOT):
        assert f"`{name}" in everywhere


def test_every_exit_code_is_documented_with_its_meaning():
    table = PAGE.split("## Exit codes")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| (\d+) \| (.*) \|$", table, flags=re.MULTILINE))
    assert rows == {str(int(code)): meaning for code, meaning in MEANINGS.items()}


def test_every_environment_variable_is_documented():
    table = PAGE.split("## Environment variables")[1]
    for name in (homes.VARIABLE, "XDG_DATA_HOME", "HOME", publish.PASSWORD):
        assert f"| `{name}` |" in table


@every_command
def test_every_command_has_examples_in_its_help_and_on_the_page(path):
    line = f"demarche {' '.join(path)}"
    assert re.search(
        rf"^ +(echo .* \| )?demarche .*?{' '.join(path)}", COMMANDS[path].help, re.MULTILINE
    ), line
    assert any(shlex.split(example)[1:] for example in examples(section(path)[1]))


def examples(text: str) -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line[2:].split(" > ")[0] for line in lines if line.startswith("$ ")]


@pytest.mark.parametrize("example", examples(PAGE))
def test_every_example_is_one_the_command_line_takes(example):
    """The words are read as for a run, which is not begun."""
    words = shlex.split(example.rpartition(" | ")[2])
    arguments = words[words.index("demarche") + 1 :]
    context = ROOT.make_context("demarche", arguments)
    command, rest = ROOT, [*context._protected_args, *context.args]
    while getattr(command, "commands", None):
        command, name, rest = command.commands[rest[0]], rest[0], rest[1:]
        context = command.make_context(name, rest, parent=context)
        rest = [*getattr(context, "_protected_args", []), *context.args]
    assert not rest


def test_every_theme_of_queries_is_documented():
    rows = re.findall(r"^\| `([a-z]+)` \| (.*?) \|$", sections()["query FILE"], re.MULTILINE)
    assert dict(rows) == THEMES
    assert [theme for theme, _ in rows] == list(THEMES)
